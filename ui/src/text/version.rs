//! The versions of a report, and the ways it came, in words.

use super::dossier;
use super::number::plural;
use super::time::Civil;
use bannette_api::dossiers::VersionLine;

/// The version that is open.
pub const THIS: &str = "celle-ci";
/// A version that another one replaces.
pub const REPLACED: &str = "remplacée";
/// The version that is open is replaced.
pub const NEWER: &str = "Une version plus récente remplace celle-ci.";

/// « Il y a 2 versions de ce compte rendu ».
#[must_use]
pub fn count(versions: usize) -> String {
    format!("Il y a {} de ce compte rendu\u{a0}:", plural(versions as u64, "version", "versions"))
}

/// « partiel, reçu le 22/11/2026 08:10, 12 résultats »; in full words, because a screen reader reads it as a link.
#[must_use]
pub fn line(version: &VersionLine, received: Civil) -> String {
    let status = version.status.map_or("version sans mention", dossier::status);
    let results = plural(u64::from(version.results), "résultat", "résultats");
    format!("{status}, reçu le {}, {results}", received.date_time())
}

/// « MSSanté – moi le 22/11/2026 08:10 »; a mailbox that is not known (yet) is left unnamed, never its arrival.
#[must_use]
pub fn arrival(mailbox: Option<&str>, at: Civil) -> String {
    match mailbox {
        Some(name) => format!("{name} le {}", at.date_time()),
        None => format!("le {}", at.date_time()),
    }
}

/// « Reçu 2 fois : MSSanté – moi le 22/11/2026 08:10, Dossier – moi le 23/11/2026 09:00 ».
#[must_use]
pub fn arrivals(ways: &[String]) -> String {
    format!("Reçu {}\u{a0}fois\u{a0}: {}", ways.len(), ways.join(", "))
}

/// The message that is looked at.
pub const THIS_MESSAGE: &str = "celui-ci";

/// « Ce compte rendu est arrivé dans 2 messages. Leurs documents peuvent différer : ».
#[must_use]
pub fn messages(count: usize) -> String {
    format!("Ce compte rendu est arrivé dans {count}\u{a0}messages. Leurs documents peuvent différer\u{a0}:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::Timestamp;
    use bannette_api::report::ReportStatus;

    #[test]
    fn versions_and_arrivals_are_worded() {
        let at = Timestamp(1_795_331_400_000);
        let received = Civil::at(at, 60);
        let mut version = VersionLine {
            dossier: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            received_at: at,
            status: Some(ReportStatus::Partial),
            results: 12,
            replaced: true,
        };
        assert_eq!(line(&version, received), "partiel, reçu le 22/11/2026 08:10, 12\u{a0}résultats");
        (version.status, version.results) = (None, 1);
        assert_eq!(line(&version, received), "version sans mention, reçu le 22/11/2026 08:10, 1\u{a0}résultat");
        assert_eq!(count(2), "Il y a 2\u{a0}versions de ce compte rendu\u{a0}:");
        let ways = [arrival(Some("MSSanté\u{a0}– moi"), received), arrival(None, received)];
        assert_eq!(
            arrivals(&ways),
            "Reçu 2\u{a0}fois\u{a0}: MSSanté\u{a0}– moi le 22/11/2026 08:10, le 22/11/2026 08:10"
        );
    }
}
