//! What a person is told of their rights, and *bris de glace*.

use super::dossier::row_patient;
use super::time::{Local, recent, until};
use bannette_api::Timestamp;
use bannette_api::notices::{Notice, Superseded};
use bannette_api::sharing::{Held, Level};

/// The region.
pub const REGION: &str = "Vos droits";
/// Over the list.
pub const CHANGED: &str = "Vos droits ont changé";
/// Over the list of reports that one validated.
pub const SUPERSEDED: &str = "Des comptes rendus que vous aviez validés ont été remplacés";
/// Button.
pub const SEEN: &str = "Compris";
/// Heading of an opening.
pub const GLASS: &str = "Bris de glace";
/// Button.
pub const END: &str = "Mettre fin maintenant";
/// After it was ended.
pub const ENDED: &str = "L’accès est terminé.";

/// « jusqu’au 31/12 », with its hour where it ends within a day or not at midnight.
#[must_use]
pub fn ends(ends: Timestamp, now: Timestamp, local: Local) -> String {
    let (hour, said) = end(ends, now, local);
    if hour { format!("jusqu’à {said}") } else { format!("jusqu’au {said}") }
}

/// When a right ends, and whether that is an hour of today.
fn end(ends: Timestamp, now: Timestamp, local: Local) -> (bool, String) {
    let at = local(ends);
    if (at.hour, at.minute) == (0, 0) {
        return (false, until(ends, now, local));
    }
    let said = recent(ends, now, local);
    (said == at.clock(), said)
}

/// « Votre accès à la boîte … prend fin le 31/12 », or at an hour of today.
fn comes_to_an_end(of: &str, ends: Timestamp, now: Timestamp, local: Local) -> String {
    let (hour, said) = end(ends, now, local);
    format!("Votre accès à la boîte {of} prend fin {} {said}", if hour { "à" } else { "le" })
}

/// « MODELE Lou, nouvelle version reçue à 10:42 ».
#[must_use]
pub fn superseded(one: &Superseded, at: &str) -> String {
    let when = if at.contains(':') && !at.contains('/') { "à" } else { "le" };
    format!("{}, nouvelle version reçue {when} {at}", row_patient(one.patient.as_ref()))
}

fn period(held: Held, now: Timestamp, local: Local) -> String {
    held.ends.map(|end| format!(", {}", ends(end, now, local))).unwrap_or_default()
}

/// What changed: « Vous pouvez maintenant lire la boîte … ». `by` is who changed it; nothing when a date did.
#[must_use]
pub fn notice(notice: &Notice, by: Option<&str>, now: Timestamp, local: Local) -> String {
    let of = &notice.address;
    let what = match (notice.before, notice.after) {
        (None | Some(_), Some(after)) if after.owner => format!("Vous êtes maintenant titulaire de la boîte {of}"),
        (Some(before), None) if before.owner => {
            format!("Vous n’êtes plus titulaire de la boîte {of} et ne la lisez plus")
        }
        (Some(before), Some(after)) if before.owner => {
            format!(
                "Vous n’êtes plus titulaire de la boîte {of}\u{a0}; vous la lisez encore{}",
                period(after, now, local)
            )
        }
        (Some(_), None) => format!("Vous ne lisez plus la boîte {of}"),
        (Some(before), Some(after)) if before.level > after.level => format!(
            "Vous ne pouvez plus envoyer depuis la boîte {of}\u{a0}; vous la lisez encore{}",
            period(after, now, local)
        ),
        (Some(before), Some(after)) if before.level == after.level => match after.ends {
            Some(end) => comes_to_an_end(of, end, now, local),
            None => format!("Votre accès à la boîte {of} n’a plus de date de fin"),
        },
        (_, Some(after)) => {
            let verb = if after.level == Level::Send { "lire et envoyer depuis" } else { "lire" };
            format!("Vous pouvez maintenant {verb} la boîte {of}{}", period(after, now, local))
        }
        (None, None) => format!("Rien n’a changé pour la boîte {of}"),
    };
    let when = recent(notice.at, now, local);
    match by {
        Some(by) => format!("{what} (par {by}, {when})."),
        None => format!("{what} (à la date prévue)."),
    }
}

/// What the owner is told.
#[must_use]
pub fn opened(who: &str, of: &str, begins: &str, end: &str, over: bool) -> String {
    if over {
        format!("{who} a lu votre boîte {of} sans droit, depuis {begins}. L’accès est terminé.")
    } else {
        format!("{who} lit votre boîte {of} sans droit, depuis {begins}, {end}.")
    }
}

/// What whoever opened sees.
#[must_use]
pub fn opened_by_you(of: &str, end: &str) -> String {
    format!("Vous lisez la boîte {of} sans droit, {end}. Son titulaire en est averti.")
}

/// Why.
#[must_use]
pub fn reason(reason: &str) -> String {
    format!("Motif\u{a0}: «\u{a0}{reason}\u{a0}»")
}

/// Words of the dialog.
pub mod breaking {
    /// Button and title.
    pub const TITLE: &str = "Bris de glace";
    /// What it is.
    pub const HINT: &str = "Pour lire une boîte sans droit, en cas de nécessité. Le titulaire est averti aussitôt, lit \
        votre motif et peut y mettre fin. Chaque dossier ouvert est inscrit à l’historique.";
    /// Field.
    pub const MAILBOX: &str = "Boîte";
    /// Field.
    pub const REASON: &str = "Motif";
    /// Under it.
    pub const REASON_HINT: &str = "Une phrase que le titulaire comprendra. N’y mettez pas de nom de patient.";
    /// Field.
    pub const DURATION: &str = "Durée";
    /// Choices of it, in minutes.
    pub const DURATIONS: [(u32, &str); 3] = [(15, "15\u{a0}minutes"), (60, "1\u{a0}heure"), (240, "4\u{a0}heures")];
    /// Button.
    pub const OPEN: &str = "Ouvrir la boîte";
    /// Nothing to open.
    pub const NONE: &str = "Vous pouvez déjà lire toutes les boîtes du cabinet.";
    /// After it was opened.
    pub const DONE: &str = "La boîte est ouverte, son titulaire est averti.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::Civil;

    const NOW: Timestamp = Timestamp(1_795_331_400_000);

    fn said(before: Option<Held>, after: Option<Held>, by: Option<&str>) -> String {
        let mailbox = "0190f5fe-0000-7000-8000-000000000001".parse().unwrap();
        let one = Notice { number: 1, at: NOW, mailbox, address: "a@b.test".to_owned(), before, after, by: None };
        notice(&one, by, NOW, |at| Civil::at(at, 60))
    }

    fn held(level: Level, owner: bool, ends: Option<i64>) -> Option<Held> {
        Some(Held { owner, level, ends: ends.map(Timestamp) })
    }

    #[test]
    fn what_is_gained_and_lost() {
        let read = held(Level::Read, false, None);
        let send = held(Level::Send, false, None);
        let own = held(Level::Send, true, None);
        let until = held(Level::Read, false, Some(1_798_758_000_000));
        for (before, after, wanted) in [
            (None, read, "Vous pouvez maintenant lire la boîte a@b.test (par Dr X, 08:10)."),
            (None, until, "Vous pouvez maintenant lire la boîte a@b.test, jusqu’au 31/12 (par Dr X, 08:10)."),
            (read, send, "Vous pouvez maintenant lire et envoyer depuis la boîte a@b.test (par Dr X, 08:10)."),
            (
                send,
                read,
                "Vous ne pouvez plus envoyer depuis la boîte a@b.test\u{a0}; vous la lisez encore (par Dr X, 08:10).",
            ),
            (read, None, "Vous ne lisez plus la boîte a@b.test (par Dr X, 08:10)."),
            (read, until, "Votre accès à la boîte a@b.test prend fin le 31/12 (par Dr X, 08:10)."),
            (own, None, "Vous n’êtes plus titulaire de la boîte a@b.test et ne la lisez plus (par Dr X, 08:10)."),
            (read, own, "Vous êtes maintenant titulaire de la boîte a@b.test (par Dr X, 08:10)."),
        ] {
            assert_eq!(said(before, after, Some("Dr X")), wanted);
        }
        assert_eq!(said(until, None, None), "Vous ne lisez plus la boîte a@b.test (à la date prévue).");
    }

    #[test]
    fn an_end_within_the_day_has_its_hour() {
        let local: Local = |at| Civil::at(at, 60);
        assert_eq!(ends(NOW.plus(900_000), NOW, local), "jusqu’à 08:25");
        assert_eq!(ends(NOW.plus(24 * 3_600_000), NOW, local), "jusqu’au 23/11 08:10");
    }
}
