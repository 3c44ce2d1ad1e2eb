//! A connection test's report as a text to hand on: without a secret, the account's name or an address.

use super::time::Local;
use super::trouble::{step, trouble};
use bannette_api::connection::ConnectionReport;
use bannette_api::mailboxes::MailboxKind;
use bannette_api::redaction::redacted;

/// Copies the report.
pub const COPY: &str = "Copier le rapport";
/// The field that holds it.
pub const FIELD: &str = "Rapport à transmettre au support";
/// What it does not hold.
pub const FIELD_HINT: &str = "Il ne contient ni mot de passe, ni nom de compte, ni adresse, ni donnée de patient.";
/// It is copied.
pub const COPIED: &str = "Le rapport est copié.";
/// It could not be copied.
pub const SELECTED: &str = "Le rapport est sélectionné\u{a0}: copiez-le avec Ctrl+C.";

/// The certificate that the server showed, and the place there is, for the screen.
#[must_use]
pub fn facts(report: &ConnectionReport, local: Local) -> Vec<String> {
    let certificate = report.certificate.as_ref().map(|shown| {
        let ends = local(shown.ends).date();
        format!("Certificat du serveur\u{a0}: {}, signé par {}, valable jusqu’au {ends}.", shown.subject, shown.issuer)
    });
    certificate.into_iter().chain(report.quota.map(|quota| super::server::quota(quota).text)).collect()
}

/// The report.
#[must_use]
pub fn report(report: &ConnectionReport, kind: MailboxKind, version: &str, local: Local) -> String {
    let report = redacted(report);
    let mut lines = vec![
        format!("Bannette {version}, rapport de connexion"),
        format!("Genre de boîte\u{a0}: {}", super::mailbox::kind(kind)),
    ];
    for one in &report.steps {
        let went = one.trouble.as_ref().map_or_else(|| "réussi".to_owned(), |why| trouble(why).sentence());
        let detail = one.detail.as_ref().map(|detail| format!(" [{detail}]")).unwrap_or_default();
        lines.push(format!("- {}\u{a0}: {went} ({}\u{a0}ms){detail}", step(one.step), one.milliseconds));
    }
    lines.extend(facts(&report, local));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::report;
    use crate::text::time::Civil;
    use bannette_api::Timestamp;
    use bannette_api::connection::{ConnectionReport, ConnectionStep, ServerCertificate, StepName, Trouble};
    use bannette_api::mailboxes::{MailboxKind, Quota};

    #[test]
    fn a_report_tells_every_step_and_no_address() {
        let step = |step, trouble, detail: &str| ConnectionStep {
            step,
            milliseconds: 12,
            trouble,
            detail: Some(detail.to_owned()),
        };
        let found = ConnectionReport {
            steps: vec![
                step(StepName::Name, None, "192.0.2.7"),
                step(StepName::Login, Some(Trouble::LoginRefused), "derek@medecin.test"),
            ],
            messages: Some(3),
            quota: Some(Quota { used: 1, limit: 2 }),
            certificate: Some(ServerCertificate {
                subject: "E=admin@example.org".to_owned(),
                issuer: "CN=IGC-Santé".to_owned(),
                ends: Timestamp(0),
            }),
        };
        let text = report(&found, MailboxKind::Mssante, "0.1.0", |at| Civil::at(at, 0));
        for word in ["Trouver le serveur", "a refusé le compte", "IGC-Santé", "50\u{a0}%", "MSSanté", "12\u{a0}ms"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(!text.contains('@') && !text.contains("192.0.2.7") && !text.contains("derek"), "{text}");
    }
}
