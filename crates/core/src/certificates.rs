//! A client's certificate: from the file that a person gives to what is kept and what is shown of it.

use crate::fields;
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{CertificateFile, CertificateShown};
use bannette_api::{Failure, Timestamp};
use bannette_mail::{CERTIFICATE_CEILING, CertificateProblem, ClientCertificate, Secret};
use bannette_store::KeptCertificate;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A certificate in the form in which it is kept: its chain and its key as PEM, in the encrypted store.
pub(crate) fn checked(
    certificate: Option<&CertificateFile>,
    now: Timestamp,
) -> Result<Option<KeptCertificate>, Failure> {
    let Some(file) = certificate else { return Ok(None) };
    // Base64 has four letters for three bytes.
    if file.base64.len() > CERTIFICATE_CEILING / 3 * 4 + 4 {
        return fields::invalid(Field::Certificate, Why::Form);
    }
    let Ok(bytes) = STANDARD.decode(file.base64.trim()).map(Zeroizing::new) else {
        return fields::invalid(Field::Certificate, Why::Form);
    };
    let opened = match ClientCertificate::open(&bytes, &Secret::new(file.password.0.clone())) {
        Ok(opened) => opened,
        Err(CertificateProblem::NotACertificate) => return fields::invalid(Field::Certificate, Why::Form),
        Err(CertificateProblem::WrongPassword) => {
            return fields::invalid(Field::CertificatePassword, Why::WrongPassword);
        }
    };
    if opened.ends <= now {
        return fields::invalid(Field::Certificate, Why::Expired);
    }
    let shown = CertificateShown { subject: opened.subject, ends: opened.ends };
    Ok(Some(KeptCertificate { pem: opened.pem.expose().to_owned(), shown }))
}
