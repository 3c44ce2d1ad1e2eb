//! Which servers are believed: the authorities of the system and those of a folder. Must never offer a way around the
//! check of a certificate.

use crate::{ClientCertificate, MailError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fmt, fs};
use tokio_rustls::rustls::client::{ResolvesClientCert, Resumption};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SignatureScheme};

/// The authorities that are believed, and how TLS is spoken (1.2 at least).
#[derive(Clone)]
pub struct Trust(Arc<RootCertStore>);

/// How TLS is spoken with one server, and whether that server has asked for a client's certificate.
pub(crate) struct Speaking {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) asked: Arc<AtomicBool>,
}

/// Has no certificate to show, and notes that one was asked for.
#[derive(Debug)]
struct Nothing(Arc<AtomicBool>);

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
        Ok((Self(Arc::new(roots)), unread))
    }

    /// How TLS is spoken, with this client's certificate.
    pub(crate) fn speaking(&self, certificate: Option<&ClientCertificate>) -> Result<Speaking, MailError> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|_| MailError::TlsFailed)?;
        let builder = builder.with_root_certificates(Arc::clone(&self.0));
        let asked = Arc::new(AtomicBool::new(false));
        let mut config = match certificate {
            Some(shown) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(shown.certified()))),
            None => builder.with_client_cert_resolver(Arc::new(Nothing(Arc::clone(&asked)))),
        };
        // Sessions last for hours: resuming one gains nothing, and servers that ask for certificates may refuse it
        // (OpenSSL, "session id context uninitialized").
        config.resumption = Resumption::disabled();
        Ok(Speaking { config: Arc::new(config), asked })
    }
}

impl ResolvesClientCert for Nothing {
    fn resolve(&self, _authorities: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
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
