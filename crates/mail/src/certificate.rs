//! A client's certificate with its key: read from a PKCS#12 or PEM file, kept as PEM. Must never print its key, never
//! leave a copy of it in memory that is not wiped where that is ours to decide.

use crate::Secret;
use bannette_api::Timestamp;
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use pkcs8::{EncryptedPrivateKeyInfoRef, pkcs5};
use std::fmt;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring::sign::any_supported_type;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use x509_parser::parse_x509_certificate;
use zeroize::Zeroizing;

/// The longest file that is looked at: a chain and a key have a few kilobytes.
pub const CERTIFICATE_CEILING: usize = 256 * 1024;

/// Why a file gives no client's certificate.
#[derive(thiserror::Error, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateProblem {
    /// It holds no certificate with its key, or one that TLS cannot use.
    #[error("not a certificate with its key")]
    NotACertificate,
    /// Its password is not this one.
    #[error("the password of the certificate is wrong")]
    WrongPassword,
}

/// A client's certificate, its chain and its key. Prints as `***`.
#[derive(Clone)]
pub struct ClientCertificate(Arc<CertifiedKey>);

/// A certificate read from a file: what serves, what is kept, what is shown.
#[derive(Debug)]
pub struct OpenedCertificate {
    /// What signs in.
    pub certificate: ClientCertificate,
    /// The chain, the certificate first, and the key without a password, as PEM: to be kept encrypted.
    pub pem: Secret,
    /// Whom it names.
    pub subject: String,
    /// When it begins.
    pub begins: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

impl ClientCertificate {
    /// Opens a PKCS#12 or PEM file.
    ///
    /// # Errors
    /// [`CertificateProblem`].
    pub fn open(file: &[u8], password: &Secret) -> Result<OpenedCertificate, CertificateProblem> {
        if file.len() > CERTIFICATE_CEILING {
            return Err(CertificateProblem::NotACertificate);
        }
        let (certificates, key) = if file.windows(11).any(|bytes| bytes == b"-----BEGIN ") {
            of_pem(file, password.expose())?
        } else {
            of_pkcs12(file, password.expose())?
        };
        opened(certificates, key)
    }

    /// A certificate as it was kept.
    ///
    /// # Errors
    /// [`CertificateProblem::NotACertificate`].
    pub fn of_kept(pem: &Secret) -> Result<Self, CertificateProblem> {
        let (certificates, key) = of_pem(pem.expose().as_bytes(), "")?;
        Ok(opened(certificates, key)?.certificate)
    }

    pub(crate) fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

type Parts = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn of_pem(text: &[u8], password: &str) -> Result<Parts, CertificateProblem> {
    let nothing = CertificateProblem::NotACertificate;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>().map_err(|_| nothing)?;
    if let Ok(key) = PrivateKeyDer::from_pem_slice(text) {
        return Ok((certificates, key));
    }
    // The reader of PEM passes a key under a password over: it is looked for by its label.
    let encrypted = encrypted_key(text).ok_or(nothing)?;
    let key = EncryptedPrivateKeyInfoRef::try_from(encrypted.as_slice()).map_err(|_| nothing)?;
    let key = key.decrypt(password).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::UnsupportedAlgorithm { .. }) => nothing,
        _ => CertificateProblem::WrongPassword,
    })?;
    Ok((certificates, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()))))
}

/// The bytes of the first `ENCRYPTED PRIVATE KEY`.
fn encrypted_key(text: &[u8]) -> Option<Vec<u8>> {
    const BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    const END: &str = "-----END ENCRYPTED PRIVATE KEY-----";
    let text = std::str::from_utf8(text).ok()?;
    let (_, rest) = text.split_once(BEGIN)?;
    let (body, _) = rest.split_once(END)?;
    // The same reader, under a label that it knows.
    let known = format!("-----BEGIN PRIVATE KEY-----{body}-----END PRIVATE KEY-----\n");
    PrivatePkcs8KeyDer::from_pem_slice(known.as_bytes()).ok().map(|key| key.secret_pkcs8_der().to_vec())
}

fn of_pkcs12(file: &[u8], password: &str) -> Result<Parts, CertificateProblem> {
    let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(|error| match error {
        // Without a seal over the whole, a wrong password shows in what it deciphers.
        Pkcs12Error::MacError(_) | Pkcs12Error::Pkcs5Error(_) | Pkcs12Error::UnpadError => {
            CertificateProblem::WrongPassword
        }
        _ => CertificateProblem::NotACertificate,
    })?;
    let key = archive.keys.first().ok_or(CertificateProblem::NotACertificate)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.key.as_der().to_vec()));
    let certificates = archive.certs.iter().map(|bag| CertificateDer::from(bag.cert.as_der().to_vec()));
    Ok((certificates.collect(), key))
}

/// Finds the certificate of the key and its chain among these.
fn opened(
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<OpenedCertificate, CertificateProblem> {
    let nothing = CertificateProblem::NotACertificate;
    let signing = any_supported_type(&key).map_err(|_| nothing)?;
    let belongs = |certificate: &CertificateDer<'static>| {
        CertifiedKey::new(vec![certificate.clone()], Arc::clone(&signing)).keys_match().is_ok()
    };
    let own = certificates.iter().find(|certificate| belongs(certificate)).cloned().ok_or(nothing)?;
    let chain = chain_from(own, &certificates);
    let own = chain.first().ok_or(nothing)?;
    let (_, read) = parse_x509_certificate(own).map_err(|_| nothing)?;
    let moment = |at: x509_parser::time::ASN1Time| Timestamp(at.timestamp().saturating_mul(1000));
    let (begins, ends) = (moment(read.validity().not_before), moment(read.validity().not_after));
    let subject = named(&read).unwrap_or_else(|| read.subject().to_string());
    let pem = Secret::new(written(&chain, &key));
    let certificate = ClientCertificate(Arc::new(CertifiedKey::new(chain, signing)));
    Ok(OpenedCertificate { certificate, pem, subject, begins, ends })
}

/// The certificate and those that signed it, one after the other, without a root of its own: the server has it.
fn chain_from(own: CertificateDer<'static>, all: &[CertificateDer<'static>]) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![own];
    while let Some(last) = chain.last()
        && let Ok((_, read)) = parse_x509_certificate(last)
        && read.issuer() != read.subject()
        && let Some(next) = all.iter().find(|one| {
            parse_x509_certificate(one).is_ok_and(|(_, one)| one.subject() == read.issuer()) && !chain.contains(one)
        })
        && chain.len() < all.len()
    {
        let next = next.clone();
        chain.push(next);
    }
    chain
}

/// The common name.
fn named(certificate: &x509_parser::certificate::X509Certificate<'_>) -> Option<String> {
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
    Some(name.chars().filter(|letter| !letter.is_control()).take(200).collect())
}

fn written(chain: &[CertificateDer<'_>], key: &PrivateKeyDer<'_>) -> String {
    let label = match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    let mut text = String::new();
    for certificate in chain {
        section(&mut text, "CERTIFICATE", certificate);
    }
    section(&mut text, label, key.secret_der());
    text
}

fn section(text: &mut String, label: &str, bytes: &[u8]) {
    use base64::Engine as _;
    let encoded = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(bytes));
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut rest = encoded.as_str();
    while let Some((line, after)) = rest.split_at_checked(rest.len().min(64)).filter(|(line, _)| !line.is_empty()) {
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
}
