//! The certificates of a server of tests, and who signs them.

use super::Options;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// An authority that makes certificates for tests.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new authority.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A client's certificate for this name, and its key, as PEM texts.
    pub fn issue_client(&self, name: &str, expired: bool) -> anyhow::Result<(String, String)> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = if expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2090, 1, 1) };
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem()))
    }

    /// A certificate and its key, as PEM texts.
    pub fn issue(&self, names: &[&str], expired: bool) -> anyhow::Result<(String, String)> {
        self.issue_until(names, if expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2090, 1, 1) }.into())
    }

    fn issue_until(&self, names: &[&str], end: SystemTime) -> anyhow::Result<(String, String)> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "Bannette test server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = end.into();
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem()))
    }
}

/// Makes the server's certificate and its authority's, for a server of this kind. Gives the authority.
pub(super) fn write_certificates(folder: &Path, options: Options) -> anyhow::Result<Authority> {
    let trusted = Authority::new("Bannette test authority")?;
    let foreign = Authority::new("Foreign test authority")?;
    let issuer = if options.foreign_ca { &foreign } else { &trusted };
    let names: &[&str] = if options.wrong_name { &["other.test"] } else { &["localhost", "127.0.0.1"] };
    let (certificate, key) = match options.certificate_days {
        Some(days) => issuer.issue_until(names, SystemTime::now() + Duration::from_secs(days * 86_400))?,
        None => issuer.issue(names, options.expired_certificate)?,
    };
    fs::write(folder.join("server.pem"), certificate)?;
    fs::write(folder.join("server.key"), key)?;
    fs::create_dir(folder.join("ca"))?;
    fs::write(folder.join("ca/ca.pem"), trusted.pem())?;
    Ok(trusted)
}
