//! Mailboxes in words: what is being done, what one may do there, and for how long.

use super::number::{plural, whole};
use super::time::{Local, age, recent, remaining, until};
use super::trouble::trouble;
use bannette_api::Timestamp;
use bannette_api::connection::{Doing, MailboxState};
use bannette_api::mailboxes::{MailboxKind, MailboxSummary};
use bannette_api::sharing::{Level, MyRight, Path, Reason};

/// How a state weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Under way, or down for a while.
    Info,
    /// A person must do something.
    Warn,
    /// Off.
    Muted,
}

/// A state in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateWords {
    /// How it weighs.
    pub tone: Tone,
    /// In short.
    pub chip: String,
    /// What stands beside it.
    pub beside: String,
    /// What to do about it, when something is to be done.
    pub then: String,
}

/// « relevée à 10:42 ».
fn fetched(last: Option<Timestamp>, now: Timestamp, local: Local) -> String {
    last.map_or_else(|| "jamais relevée".to_owned(), |at| format!("relevée à {}", recent(at, now, local)))
}

fn interval(seconds: u32) -> String {
    if seconds < 120 { format!("{seconds}\u{a0}s") } else { format!("{}\u{a0}min", seconds / 60) }
}

/// The state of a mailbox's connection.
#[must_use]
pub fn state(state: &MailboxState, now: Timestamp, local: Local) -> StateWords {
    let last = fetched(state.last_success, now, local);
    let words = |tone, chip: String, beside: String| StateWords { tone, chip, beside, then: String::new() };
    // What does not stop the reception stands beside what is being done, and asks for a person.
    let fetches = matches!(state.doing, Doing::CatchingUp { .. } | Doing::Listening | Doing::Polling { .. });
    if let Some(why) = state.beside.first().filter(|_| fetches) {
        let advice = trouble(why);
        let also = match state.beside.get(1) {
            Some(other) => format!("{} {}", advice.what, trouble(other).what),
            None => advice.what,
        };
        return StateWords { tone: Tone::Warn, chip: "À vérifier".to_owned(), beside: also, then: advice.then };
    }
    match &state.doing {
        Doing::Off => words(Tone::Muted, "Non relevée".to_owned(), "désactivée dans Messagerie".to_owned()),
        Doing::NotFetching => words(Tone::Muted, "En attente de relève".to_owned(), last),
        Doing::FetchedElsewhere => words(Tone::Info, "Relevée par un autre programme".to_owned(), last),
        Doing::Connecting => words(Tone::Info, "Connexion…".to_owned(), last),
        Doing::CatchingUp { done, of } => {
            words(Tone::Info, format!("Réception\u{a0}: {} sur {}", whole(*done), whole(*of)), last)
        }
        Doing::Listening => words(Tone::Good, "À l’écoute".to_owned(), last),
        Doing::Polling { every_seconds } => {
            words(Tone::Good, format!("Relevée toutes les {}", interval(*every_seconds)), last)
        }
        Doing::Waiting { until, since, why } => StateWords {
            tone: Tone::Info,
            chip: format!("Hors ligne depuis {}", recent(*since, now, local)),
            beside: format!("nouvel essai dans {}", remaining(*until, now)),
            then: trouble(why).what,
        },
        Doing::NeedsPerson { since, why } => {
            let advice = trouble(why);
            StateWords {
                tone: Tone::Warn,
                chip: format!("Arrêtée depuis {}", recent(*since, now, local)),
                beside: advice.what,
                then: advice.then,
            }
        }
    }
}

/// All mailboxes in one chip.
#[must_use]
pub fn overall(mailboxes: &[MailboxSummary], now: Timestamp, local: Local) -> (Tone, String) {
    let count =
        |wanted: fn(&Doing) -> bool| mailboxes.iter().filter(|mailbox| wanted(&mailbox.state.doing)).count() as u64;
    let stopped = count(|doing| matches!(doing, Doing::NeedsPerson { .. }));
    let offline = count(|doing| matches!(doing, Doing::Waiting { .. }));
    let to_check = mailboxes.iter().filter(|mailbox| !mailbox.state.beside.is_empty()).count() as u64;
    let connecting = count(|doing| matches!(doing, Doing::Connecting));
    let idle = count(|doing| matches!(doing, Doing::Off | Doing::NotFetching));
    let (done, of) = mailboxes.iter().fold((0, 0), |(done, of), mailbox| match mailbox.state.doing {
        Doing::CatchingUp { done: more, of: all } => (done + more, of + all),
        _ => (done, of),
    });
    if mailboxes.is_empty() {
        (Tone::Muted, "Aucune boîte".to_owned())
    } else if stopped > 0 {
        (Tone::Warn, plural(stopped, "boîte arrêtée", "boîtes arrêtées"))
    } else if offline > 0 {
        (Tone::Info, plural(offline, "boîte hors ligne", "boîtes hors ligne"))
    } else if to_check > 0 {
        (Tone::Warn, plural(to_check, "boîte à vérifier", "boîtes à vérifier"))
    } else if of > 0 {
        (Tone::Info, format!("Réception\u{a0}: {} sur {}", whole(done), whole(of)))
    } else if connecting > 0 {
        (Tone::Info, "Connexion…".to_owned())
    } else if idle == mailboxes.len() as u64 {
        (Tone::Muted, "Pas de relève en cours".to_owned())
    } else {
        let oldest = mailboxes.iter().filter(|mailbox| mailbox.state.doing != Doing::Off);
        match oldest.filter_map(|mailbox| mailbox.state.last_success).min() {
            Some(at) => (Tone::Good, format!("Tout est relevé · {}", recent(at, now, local))),
            None => (Tone::Good, "À l’écoute".to_owned()),
        }
    }
}

/// The kind of a mailbox, in a list.
#[must_use]
pub fn kind(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "MSSanté",
        MailboxKind::Apicrypt => "APICRYPT",
        MailboxKind::Bioserveur => "Bioserveur",
        MailboxKind::Imap => "Autre boîte",
        MailboxKind::Folder => "Dossier surveillé",
    }
}

/// On the very page where it is switched on.
pub const SWITCHED_OFF: &str = "Relève désactivée";
/// Of a mailbox of one's own.
pub const MINE: &str = "moi";
/// Beside a person who may send.
pub const SENDS: &str = "envoi";

/// What a level gives.
#[must_use]
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Read => "Lecture seule",
        Level::Send => "Lecture et envoi",
    }
}

/// What a level gives, inside a sentence.
#[must_use]
pub fn level_said(level: Level) -> &'static str {
    match level {
        Level::Read => "lecture seule",
        Level::Send => "lecture et envoi",
    }
}

/// « Titulaire », « Lecture seule, jusqu’au 31/12 ».
#[must_use]
pub fn right(right: &MyRight, now: Timestamp, local: Local) -> String {
    if right.owner {
        return "Titulaire".to_owned();
    }
    if let [Reason { path: Path::BreakGlass, ends: Some(ends), .. }] = right.reasons.as_slice() {
        return format!("Bris de glace, {}", super::told::ends(*ends, now, local));
    }
    ending(level(right.level), right.ends, now, local)
}

/// « Dr Virginie EXEMPLE · lecture seule, jusqu’au 31/12 »: somebody who has access, and until when.
#[must_use]
pub fn reader(name: &str, right: &MyRight, now: Timestamp, local: Local) -> String {
    format!("{name} · {}", ending(level_said(right.level), right.ends, now, local))
}

fn ending(level: &str, ends: Option<Timestamp>, now: Timestamp, local: Local) -> String {
    ends.map_or_else(|| level.to_owned(), |ends| format!("{level}, jusqu’au {}", until(ends, now, local)))
}

/// How long the oldest critical dossier waits, for its card.
#[must_use]
pub fn oldest(since: Option<Timestamp>, now: Timestamp) -> String {
    since.map_or_else(
        || "aucun résultat critique n’attend".to_owned(),
        |since| match now.since(since) {
            ..60_000 => "à valider\u{a0}; le plus ancien attend depuis moins d’une minute".to_owned(),
            _ => format!("à valider\u{a0}; le plus ancien attend depuis {}", age(since, now)),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::Civil;
    use bannette_api::connection::Trouble;

    const NOW: Timestamp = Timestamp(1_795_331_400_000);

    fn words(doing: Doing) -> StateWords {
        let last_success = Some(NOW.plus(-60_000));
        state(&MailboxState { doing, last_success, beside: Vec::new() }, NOW, |at| Civil::at(at, 60))
    }

    #[test]
    fn states_are_said_in_words() {
        let listening = words(Doing::Listening);
        assert_eq!((listening.chip.as_str(), listening.beside.as_str()), ("À l’écoute", "relevée à 08:09"));
        let waiting =
            words(Doing::Waiting { until: NOW.plus(40_000), since: NOW.plus(-3_600_000), why: Trouble::TimedOut });
        assert_eq!(waiting.chip, "Hors ligne depuis 07:10");
        assert_eq!(waiting.beside, "nouvel essai dans 40\u{a0}s");
        assert_eq!(words(Doing::CatchingUp { done: 120, of: 1000 }).chip, "Réception\u{a0}: 120 sur 1\u{202f}000");
        let stopped = words(Doing::NeedsPerson { since: NOW, why: Trouble::LoginRefused });
        assert_eq!(stopped.tone, Tone::Warn);
        assert!(stopped.then.contains("Messagerie"));
    }

    #[test]
    fn a_right_is_said_with_its_end() {
        let mut mine = MyRight { owner: false, level: Level::Read, ends: None, reasons: vec![] };
        assert_eq!(right(&mine, NOW, |at| Civil::at(at, 60)), "Lecture seule");
        mine.ends = Some(Timestamp(1_798_758_000_000));
        assert_eq!(right(&mine, NOW, |at| Civil::at(at, 60)), "Lecture seule, jusqu’au 31/12");
        let said = reader("Dr Léa MODELE", &mine, NOW, |at| Civil::at(at, 60));
        assert_eq!(said, "Dr Léa MODELE · lecture seule, jusqu’au 31/12");
        mine.owner = true;
        assert_eq!(right(&mine, NOW, |at| Civil::at(at, 60)), "Titulaire");
    }

    #[test]
    fn the_overall_state_is_the_worst() {
        assert_eq!(overall(&[], NOW, |at| Civil::at(at, 60)).1, "Aucune boîte");
    }
}
