//! What the server of a mailbox told, and its certificate: how full it is, and what will soon end.

use super::number::size;
use super::time::{Local, remaining};
use bannette_api::Timestamp;
use bannette_api::mailboxes::{MailboxSettings, Quota};

/// How a line of what the server told weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is said.
    pub text: String,
    /// Whether a person must soon do something.
    pub warns: bool,
}

const DAY: i64 = 86_400_000;
/// From here on an end is near: a new certificate takes days to be had.
const NEAR: i64 = 30 * DAY;

/// An end that is far, near, or past.
fn end(what: &str, ends: Timestamp, remedy: &str, now: Timestamp, local: Local) -> Line {
    let date = local(ends).date();
    let left = ends.since(now);
    if left <= 0 {
        return Line { text: format!("{what}\u{a0}: n’est plus valable depuis le {date}. {remedy}"), warns: true };
    }
    if left < NEAR {
        let text = format!("{what}\u{a0}: valable encore {}, jusqu’au {date}. {remedy}", days_left(left, ends, now));
        return Line { text, warns: true };
    }
    Line { text: format!("{what}\u{a0}: valable jusqu’au {date}."), warns: false }
}

fn days_left(left: i64, ends: Timestamp, now: Timestamp) -> String {
    match left / DAY {
        0 => remaining(ends, now),
        1 => "1\u{a0}jour".to_owned(),
        days => format!("{days}\u{a0}jours"),
    }
}

/// How full a mailbox is on its server.
#[must_use]
pub fn quota(quota: Quota) -> Line {
    let percent = u128::from(quota.used) * 100 / u128::from(quota.limit.max(1));
    let (used, limit) = (size(quota.used), size(quota.limit));
    let mut text = format!("Place occupée sur le serveur\u{a0}: {used} sur {limit} ({percent}\u{a0}%).");
    let warns = percent >= 90;
    if percent >= 100 {
        text.push_str(" La boîte est pleine et ne reçoit plus rien\u{a0}: faites de la place dans le webmail.");
    } else if warns {
        text.push_str(" La boîte est presque pleine\u{a0}: faites de la place dans le webmail.");
    }
    Line { text, warns }
}

/// What the server and the certificate tell of a mailbox.
#[must_use]
pub fn told(settings: &MailboxSettings, now: Timestamp, local: Local) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(settings.told.quota.filter(|quota| quota.limit > 0).map(quota));
    if let Some(certificate) = &settings.certificate {
        let what = format!("Certificat de la boîte ({})", certificate.subject);
        lines.push(end(&what, certificate.ends, "Demandez son renouvellement.", now, local));
    }
    if let Some(ends) = settings.told.certificate_ends {
        lines.push(end("Certificat du serveur", ends, "Votre opérateur doit le renouveler.", now, local));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::Civil;
    use bannette_api::MailboxId;
    use bannette_api::connection::{Doing, MailboxState};
    use bannette_api::mailboxes::{CertificateShown, Connection, MailboxKind, Options, ServerTold};

    const NOW: Timestamp = Timestamp(1_795_331_400_000);

    fn lines(told_by: ServerTold, certificate: Option<CertificateShown>) -> Vec<Line> {
        let settings = MailboxSettings {
            id: MailboxId(Default::default()),
            kind: MailboxKind::Mssante,
            address: String::new(),
            connection: Connection::folder("/"),
            secret_kept: false,
            outgoing: None,
            apicrypt: None,
            key_code_kept: false,
            certificate,
            told: told_by,
            archived_at: None,
            options: Options::default(),
            state: MailboxState { doing: Doing::Off, last_success: None, beside: Vec::new() },
            readers: Vec::new(),
        };
        told(&settings, NOW, |at| Civil::at(at, 60))
    }

    #[test]
    fn a_quota_warns_before_it_is_full() {
        let quota =
            |used| lines(ServerTold { certificate_ends: None, quota: Some(Quota { used, limit: 1_000_000 }) }, None);
        assert_eq!(quota(0)[0].text, "Place occupée sur le serveur\u{a0}: 0\u{a0}o sur 1,0\u{a0}Mo (0\u{a0}%).");
        assert!(!quota(899_999)[0].warns);
        assert!(quota(900_000)[0].warns && quota(900_000)[0].text.contains("presque pleine"));
        assert!(!quota(999_999)[0].text.contains("plus rien") && quota(1_000_000)[0].text.contains("plus rien"));
        assert_eq!(lines(ServerTold::default(), None), []);
    }

    #[test]
    fn an_end_is_told_and_warns_when_it_is_near_or_past() {
        let ends = |after: i64| {
            let shown = CertificateShown { subject: "CN=cabinet".into(), ends: NOW.plus(after) };
            lines(ServerTold::default(), Some(shown)).remove(0)
        };
        assert!(!ends(31 * DAY).warns && ends(31 * DAY).text.contains("valable jusqu’au 23/12/2026"));
        assert!(ends(12 * DAY + 1).warns && ends(12 * DAY + 1).text.contains("encore 12\u{a0}jours"));
        assert!(ends(-1).warns && ends(-1).text.contains("n’est plus valable depuis"));
        let server = ServerTold { certificate_ends: Some(NOW.plus(DAY)), quota: None };
        assert!(lines(server, None)[0].text.starts_with("Certificat du serveur\u{a0}: valable encore 1\u{a0}jour"));
    }
}
