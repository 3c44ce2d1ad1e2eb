//! Which servers are believed: the authorities of the system and those of a folder. Must never offer a way around the
//! check of a certificate.

use crate::{ClientCertificate, MailError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};
use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::sign::SingleCertAndKey;
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore};

/// The authorities that are believed, and how TLS is spoken (1.2 at least).
#[derive(Clone)]
pub struct Trust {
    roots: Arc<RootCertStore>,
    /// Without a client's certificate: made once.
    usual: Arc<ClientConfig>,
}

impl Trust {
    /// Loads the authorities of the system and every certificate file of a folder
    /// (`*.pem`, `*.crt`, `*.cer`, `*.der`; PEM or DER). A system without authorities or a folder that is not there is not an error: connecting will say whom it does not believe.
    ///
    /// Gives also the files (or the folder) that could not be read as certificates.
    ///
    /// # Errors
    /// [`MailError::TlsFailed`] when TLS is not to be had at all.
    pub fn load(extra: Option<&Path>) -> Result<(Self, Vec<PathBuf>), MailError> {
        let mut roots = RootCertStore::empty();
        let system = rustls_native_certs::load_native_certs();
        let (known, strange) = roots.add_parsable_certificates(system.certs);
        tracing::debug!(known, strange, errors = system.errors.len(), "authorities of the system");

        let mut unread = Vec::new();
        if let Some(folder) = extra {
            add_folder(&mut roots, folder, &mut unread);
        }
        let roots = Arc::new(roots);
        let usual = Arc::new(beginning(&roots)?.with_no_client_auth());
        Ok((Self { roots, usual }, unread))
    }

    /// How TLS is spoken, with this client's certificate.
    pub(crate) fn config(&self, certificate: Option<&ClientCertificate>) -> Result<Arc<ClientConfig>, MailError> {
        let Some(certificate) = certificate else { return Ok(Arc::clone(&self.usual)) };
        let shown = Arc::new(SingleCertAndKey::from(certificate.certified()));
        Ok(Arc::new(beginning(&self.roots)?.with_client_cert_resolver(shown)))
    }
}

fn beginning(roots: &Arc<RootCertStore>) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, MailError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|_| MailError::TlsFailed)?;
    Ok(builder.with_root_certificates(Arc::clone(roots)))
}

impl fmt::Debug for Trust {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Trust").finish_non_exhaustive()
    }
}

fn add_folder(roots: &mut RootCertStore, folder: &Path, unread: &mut Vec<PathBuf>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(_) => return unread.push(folder.to_owned()),
    };
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| is_named_so(path)).collect();
    files.sort();
    for file in files {
        if !add_file(roots, &file) {
            unread.push(file);
        }
    }
}

fn is_named_so(path: &Path) -> bool {
    let ends = ["pem", "crt", "cer", "der"];
    path.extension().is_some_and(|end| ends.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Whether every certificate of the file, and at least one, was taken.
fn add_file(roots: &mut RootCertStore, file: &Path) -> bool {
    let Ok(bytes) = fs::read(file) else { return false };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let certificates = match found {
        Ok(certificates) if !certificates.is_empty() => certificates,
        // A file may also hold one certificate in binary form (DER).
        Ok(_) => vec![CertificateDer::from(bytes)],
        Err(_) => return false,
    };
    certificates.into_iter().all(|certificate| roots.add(certificate).is_ok())
}

#[cfg(test)]
mod tests {
    use super::Trust;
    use std::fs;

    #[test]
    fn a_folder_of_certificates_is_read_and_what_cannot_be_read_is_told() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let certificate = || rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).map(|made| made.cert);
        let both = certificate()?.pem() + &certificate()?.pem();
        fs::write(folder.path().join("both.pem"), both)?;
        fs::write(folder.path().join("binary.CRT"), certificate()?.der())?;
        fs::write(folder.path().join("nothing.pem"), "")?;
        fs::write(folder.path().join("rubbish.crt"), "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")?;
        fs::write(folder.path().join("letter.txt"), "no certificate")?;
        fs::create_dir(folder.path().join("folder.pem"))?;
        let (_, unread) = Trust::load(Some(folder.path()))?;
        let names: Vec<_> = unread.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["folder.pem", "nothing.pem", "rubbish.crt"]);

        let (_, unread) = Trust::load(Some(&folder.path().join("not there")))?;
        assert!(unread.is_empty());
        let file = folder.path().join("letter.txt");
        assert_eq!(Trust::load(Some(&file))?.1, [file]);
        Ok(())
    }
}
