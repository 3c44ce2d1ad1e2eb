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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overall {
    /// How it weighs.
    pub tone: Tone,
    /// In short.
    pub chip: String,
    /// Of each mailbox of which it is not known that all was fetched: which, since when, why.
    pub told: Vec<String>,
}

/// How far a mailbox is from having been fetched at its last try, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    Stopped,
    Offline,
    ToCheck,
    Receiving,
    Connecting,
    /// Nothing looks at it now, or nothing tells how its last try ended.
    Unknown,
    SwitchedOff,
    /// All that was there at its last try is here.
    None,
}

fn lack(state: &MailboxState) -> Lack {
    match &state.doing {
        Doing::NeedsPerson { .. } => Lack::Stopped,
        Doing::Waiting { .. } => Lack::Offline,
        Doing::Off => Lack::SwitchedOff,
        _ if !state.beside.is_empty() => Lack::ToCheck,
        Doing::CatchingUp { .. } => Lack::Receiving,
        Doing::Connecting => Lack::Connecting,
        Doing::NotFetching | Doing::FetchedElsewhere => Lack::Unknown,
        Doing::Listening | Doing::Polling { .. } if state.last_success.is_none() => Lack::Connecting,
        Doing::Listening | Doing::Polling { .. } => Lack::None,
    }
}

/// What of a mailbox was not fetched, or is not known to be: nothing that changes with each second.
fn lacks(mailbox: &MailboxSummary, now: Timestamp, local: Local) -> String {
    let said = state(&mailbox.state, now, local);
    let why = match (lack(&mailbox.state), &mailbox.state.doing) {
        (_, Doing::Waiting { .. }) => said.then,
        (Lack::Connecting | Lack::Receiving, _) => return format!("{}\u{a0}: connexion en cours", mailbox.address),
        _ => said.beside,
    };
    let chip = first_small(&said.chip);
    format!("{}\u{a0}: {chip}, {}", mailbox.address, first_small(&why))
}

fn first_small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// All mailboxes in one chip. That all was fetched is said only where it is true of every mailbox that one may read; an
/// archive is not meant to be fetched.
#[must_use]
pub fn overall(mailboxes: &[MailboxSummary], now: Timestamp, local: Local) -> Overall {
    let in_use: Vec<&MailboxSummary> = mailboxes.iter().filter(|mailbox| mailbox.archived_at.is_none()).collect();
    let lacking: Vec<(Lack, &MailboxSummary)> =
        in_use.iter().map(|mailbox| (lack(&mailbox.state), *mailbox)).filter(|(lack, _)| *lack != Lack::None).collect();
    let told = lacking.iter().map(|(_, mailbox)| lacks(mailbox, now, local)).collect();
    let of = |wanted: Lack| lacking.iter().filter(move |(lack, _)| *lack == wanted).map(|(_, mailbox)| *mailbox);
    // One mailbox is named; of several their number is said, and each beside it.
    let named = |wanted: Lack, one: &str, many: &str| match of(wanted).collect::<Vec<_>>().as_slice() {
        [alone] => format!("{}\u{a0}: {one}", alone.address),
        all => plural(all.len() as u64, one, many),
    };
    let since = |wanted: Lack| match of(wanted).collect::<Vec<_>>().as_slice() {
        [alone] => format!("{}\u{a0}: {}", alone.address, first_small(&state(&alone.state, now, local).chip)),
        all if wanted == Lack::Stopped => plural(all.len() as u64, "boîte arrêtée", "boîtes arrêtées"),
        all => plural(all.len() as u64, "boîte hors ligne", "boîtes hors ligne"),
    };
    let idle = in_use.iter().all(|mailbox| matches!(mailbox.state.doing, Doing::Off | Doing::NotFetching));
    let (done, whole_of) = in_use.iter().fold((0, 0), |(done, of), mailbox| match mailbox.state.doing {
        Doing::CatchingUp { done: more, of: all } => (done + more, of + all),
        _ => (done, of),
    });
    let oldest = in_use.iter().filter_map(|mailbox| mailbox.state.last_success).min();
    let (tone, chip) = match lacking.iter().map(|(lack, _)| *lack).min() {
        _ if mailboxes.is_empty() => (Tone::Muted, "Aucune boîte".to_owned()),
        _ if idle => (Tone::Muted, "Pas de relève en cours".to_owned()),
        Some(Lack::Stopped) => (Tone::Warn, since(Lack::Stopped)),
        Some(Lack::Offline) => (Tone::Info, since(Lack::Offline)),
        Some(Lack::ToCheck) => (Tone::Warn, named(Lack::ToCheck, "boîte à vérifier", "boîtes à vérifier")),
        Some(Lack::Receiving) => (Tone::Info, format!("Réception\u{a0}: {} sur {}", whole(done), whole(whole_of))),
        Some(Lack::Connecting) => (Tone::Info, "Connexion…".to_owned()),
        Some(Lack::Unknown) if in_use.iter().any(|mailbox| mailbox.state.doing == Doing::FetchedElsewhere) => {
            (Tone::Info, "Relevé par un autre programme".to_owned())
        }
        Some(Lack::Unknown) => {
            (Tone::Muted, named(Lack::Unknown, "en attente de relève", "boîtes en attente de relève"))
        }
        Some(Lack::SwitchedOff) => (Tone::Muted, named(Lack::SwitchedOff, "non relevée", "boîtes non relevées")),
        Some(Lack::None) | None => match oldest {
            Some(at) => (Tone::Good, format!("Tout est relevé · {}", recent(at, now, local))),
            None => (Tone::Good, "À l’écoute".to_owned()),
        },
    };
    Overall { tone, chip, told }
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

    fn mailbox(address: &str, doing: Doing) -> MailboxSummary {
        MailboxSummary {
            id: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            kind: MailboxKind::Folder,
            address: address.to_owned(),
            owner: "00000000-0000-0000-0000-000000000002".parse().unwrap(),
            my_right: MyRight { owner: true, level: Level::Send, ends: None, reasons: Vec::new() },
            state: MailboxState { doing, last_success: Some(NOW.plus(-60_000)), beside: Vec::new() },
            readers: bannette_api::mailboxes::Readership { count: 1, some: Vec::new() },
            waiting: 0,
            archived_at: None,
        }
    }

    fn said(mailboxes: &[MailboxSummary]) -> Overall {
        overall(mailboxes, NOW, |at| Civil::at(at, 60))
    }

    #[test]
    fn all_was_fetched_only_where_every_mailbox_was() {
        assert_eq!(said(&[]).chip, "Aucune boîte");
        let good = || mailbox("a@medecin.test", Doing::Listening);
        let all = said(&[good(), mailbox("b", Doing::Polling { every_seconds: 60 })]);
        assert_eq!((all.chip.as_str(), all.told.len()), ("Tout est relevé · 08:09", 0));
        let (since, why) = (NOW.plus(-3_600_000), Trouble::TimedOut);
        let waiting = Doing::Waiting { until: NOW, since, why: why.clone() };
        for (doing, chip) in [
            (Doing::NeedsPerson { since, why: Trouble::LoginRefused }, "b@medecin.test\u{a0}: arrêtée depuis 07:10"),
            (waiting, "b@medecin.test\u{a0}: hors ligne depuis 07:10"),
            (Doing::CatchingUp { done: 1, of: 5 }, "Réception\u{a0}: 1 sur 5"),
            (Doing::Connecting, "Connexion…"),
            (Doing::NotFetching, "b@medecin.test\u{a0}: en attente de relève"),
            (Doing::FetchedElsewhere, "Relevé par un autre programme"),
            (Doing::Off, "b@medecin.test\u{a0}: non relevée"),
        ] {
            let one = said(&[good(), mailbox("b@medecin.test", doing.clone())]);
            assert_eq!(one.chip, chip, "{doing:?}");
            assert!(one.told.len() == 1 && one.told[0].starts_with("b@medecin.test"), "{:?}", one.told);
            assert_ne!(one.tone, Tone::Good);
        }
        let mut never = mailbox("b@medecin.test", Doing::Listening);
        never.state.last_success = None;
        assert_eq!(said(&[good(), never]).chip, "Connexion…");
        let mut beside = mailbox("b@medecin.test", Doing::Listening);
        beside.state.beside = vec![Trouble::TimedOut];
        assert_eq!(said(&[good(), beside]).chip, "b@medecin.test\u{a0}: boîte à vérifier");
        let off = |address| mailbox(address, Doing::Off);
        assert_eq!(said(&[off("a"), off("b"), good()]).chip, "2\u{a0}boîtes non relevées");
        let mut archive = off("b");
        archive.archived_at = Some(NOW);
        assert_eq!(said(&[good(), archive]).chip, "Tout est relevé · 08:09");
        let offline = || Doing::Waiting { until: NOW, since, why: why.clone() };
        let several = said(&[mailbox("a", offline()), mailbox("b", offline()), good()]);
        assert_eq!(several.chip, "2\u{a0}boîtes hors ligne");
        assert!(several.told[1].contains("pas répondu à temps"), "{:?}", several.told);
    }
}
