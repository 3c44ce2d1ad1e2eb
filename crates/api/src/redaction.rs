//! A connection test's report as it may be shown to somebody else: without the addresses of people and of machines.

use crate::connection::{ConnectionReport, ServerCertificate};
use std::net::IpAddr;

/// What stands for a mail address.
pub const MAIL_ADDRESS: &str = "(adresse)";
/// What stands for a machine's address.
pub const MACHINE_ADDRESS: &str = "(ip)";

/// The report without addresses. It never held a secret, an account's name or a byte of a message.
#[must_use]
pub fn redacted(report: &ConnectionReport) -> ConnectionReport {
    let mut report = report.clone();
    for step in &mut report.steps {
        step.detail = step.detail.as_deref().map(masked);
    }
    report.certificate = report.certificate.map(|certificate| ServerCertificate {
        subject: masked(&certificate.subject),
        issuer: masked(&certificate.issuer),
        ends: certificate.ends,
    });
    report
}

/// The text without addresses.
#[must_use]
pub fn masked(text: &str) -> String {
    let ends_word = |letter: char| letter.is_whitespace() || ",;=()<>\"'".contains(letter);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at_checked(rest.find(ends_word).unwrap_or(rest.len())).unwrap_or((rest, ""));
        out.push_str(mask(word));
        let mut after = after.chars();
        out.extend(after.next());
        rest = after.as_str();
    }
    out
}

fn mask(word: &str) -> &str {
    if word.contains('@') {
        return MAIL_ADDRESS;
    }
    // `192.0.2.7`, `192.0.2.7:143`, `2001:db8::1`, `[2001:db8::1]:143`.
    let bracketed = word.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside);
    let before_port = word.rsplit_once(':').map(|(before, _)| before);
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
    let machine = [Some(word), bracketed, before_port].into_iter().flatten().any(is_address);
    if machine { MACHINE_ADDRESS } else { word }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn addresses_of_people_and_machines_are_masked_and_nothing_else() {
        for (text, expected) in [
            ("127.0.0.1, 2001:db8::7", "(ip), (ip)"),
            ("192.0.2.7:993", "(ip)"),
            ("[2001:db8::1]:143", "(ip)"),
            ("TLS 1.3; 2090-01-01; CN=IGC-Santé", "TLS 1.3; 2090-01-01; CN=IGC-Santé"),
            ("E=admin@example.org, CN=é", "E=(adresse), CN=é"),
            ("<derek@medecin.test>", "<(adresse)>"),
            ("IMAP4REV1 AUTH=PLAIN UIDPLUS", "IMAP4REV1 AUTH=PLAIN UIDPLUS"),
            ("", ""),
            ("a  b=", "a  b="),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
