//! Words of *Gestion du partage*, and its line *Effet*.

use super::mailbox::level_said;
use super::number::plural;
use super::time::{Local, until};
use crate::state::effect::{Change, Effect};
use bannette_api::Timestamp;
use bannette_api::sharing::{Grant, Level, Path};

/// Left list.
pub const NOT_AUTHORISED: &str = "Utilisateurs non autorisés";
/// Right list.
pub const AUTHORISED: &str = "Utilisateurs autorisés";
/// Switch.
pub const SHARED: &str = "Partagé\u{a0}:";
/// Search field.
pub const SEARCH: &str = "Chercher un nom ou un groupe";
/// Everyone.
pub const EVERYONE: &str = "Tous les utilisateurs";
/// Column.
pub const NAME: &str = "Nom";
/// Column.
pub const SEND: &str = "Écriture / Envoi";
/// Nobody on the right.
pub const NOBODY: &str = "Personne d'autre que vous. Ajoutez quelqu'un avec «\u{a0}+\u{a0}».";
/// Nobody left.
pub const ALL_IN: &str = "Tout le monde est autorisé.";
/// Nobody found.
pub const NOT_FOUND: &str = "Aucun nom ne commence ainsi.";
/// Partagé: Non.
pub const OFF: &str =
    "La boîte n'est pas partagée\u{a0}: vous seul la lisez. Les droits donnés plus tôt sont gardés et ne comptent pas.";
/// Somebody else changed it.
pub const CONFLICT: &str = "Le partage de cette boîte a été changé entre-temps. Voici son état actuel\u{a0}: vérifiez, puis validez à nouveau.";
/// Effect.
pub const EFFECT: &str = "Effet\u{a0}:";
/// Access.
pub const ACCESS: &str = "Ont accès\u{a0}:";
/// The owner among them.
pub const YOU_OWNER: &str = "vous (titulaire)";
/// After it was set.
pub const DONE: &str = "Partage enregistré.";

/// Title.
#[must_use]
pub fn title(mailbox: &str) -> String {
    format!("Gestion du partage — {mailbox}")
}

/// Button.
#[must_use]
pub fn add(name: &str) -> String {
    format!("Autoriser {name}")
}

/// Button.
#[must_use]
pub fn remove(name: &str) -> String {
    format!("Retirer {name}")
}

/// Check box.
#[must_use]
pub fn send(name: &str) -> String {
    format!("Écriture / Envoi pour {name}")
}

/// Under *Tous les utilisateurs*.
#[must_use]
pub fn everyone_size(people: u64) -> String {
    if people < 2 {
        format!("{people}\u{a0}personne, et celles à venir")
    } else {
        format!("{people}\u{a0}personnes, présentes et à venir")
    }
}

/// Under a group.
#[must_use]
pub fn group_size(people: u64) -> String {
    format!("groupe, {}", plural(people, "personne", "personnes"))
}

/// « lecture et envoi · du 01/12 au 31/12 ».
#[must_use]
pub fn grant(grant: &Grant, now: Timestamp, local: Local) -> String {
    let level = level_said(grant.level);
    let from = grant.begins.filter(|begins| *begins > now).map(|begins| until(begins.plus(1), now, local));
    let to = grant.ends.map(|ends| until(ends, now, local));
    match (from, to) {
        (Some(from), Some(to)) => format!("{level} · du {from} au {to}"),
        (Some(from), None) => format!("{level} · dès le {from}"),
        (None, Some(to)) => format!("{level} · jusqu'au {to}"),
        (None, None) => level.to_owned(),
    }
}

/// « Dr Léa Remplaçant (dès le 01/12) ».
#[must_use]
pub fn from_day(name: &str, begins: Timestamp, now: Timestamp, local: Local) -> String {
    format!("{name} (dès le {})", until(begins.plus(1), now, local))
}

/// By which way somebody reads.
#[must_use]
pub fn path(path: Path, group: &str) -> String {
    match path {
        Path::Owner => "titulaire".to_owned(),
        Path::Person => "à titre personnel".to_owned(),
        Path::Group(_) => format!("par le groupe {group}"),
        Path::Everyone => "comme tous les utilisateurs".to_owned(),
        Path::BreakGlass => "par bris de glace".to_owned(),
    }
}

/// Who gains and who loses, in sentences. `name` gives a person's name inside a sentence.
#[must_use]
pub fn effect(effect: &Effect, now: Timestamp, local: Local, name: impl Fn(&Change) -> String) -> String {
    if effect.is_nothing() {
        return "rien ne change.".to_owned();
    }
    let named = |change: &Change| {
        let name = name(change);
        match (change.begins, change.ends) {
            (Some(begins), _) => format!("{name}, dès le {}", until(begins.plus(1), now, local)),
            (None, Some(ends)) => format!("{name}, jusqu'au {}", until(ends, now, local)),
            (None, None) => name,
        }
    };
    let list = |changes: &[Change]| enumerated(&changes.iter().map(named).collect::<Vec<_>>());
    let people = |changes: &[Change]| changes.len() as u64;
    let mut sentences = Vec::new();
    for (changes, level) in [(&effect.gain_read, Level::Read), (&effect.gain_send, Level::Send)] {
        if !changes.is_empty() {
            let verb = match (level, changes.len()) {
                (Level::Read, 1) => "peut lire",
                (Level::Read, _) => "peuvent lire",
                (Level::Send, 1) => "peut lire et envoyer",
                (Level::Send, _) => "peuvent lire et envoyer",
            };
            let who = plural(people(changes), "personne de plus", "personnes de plus");
            sentences.push(format!("{who} {verb} ({}).", list(changes)));
        }
    }
    if !effect.lose_send.is_empty() {
        let verb = match effect.lose_send.len() {
            1 => "ne peut plus envoyer, mais lit encore",
            _ => "ne peuvent plus envoyer, mais lisent encore",
        };
        let who = plural(people(&effect.lose_send), "personne", "personnes");
        sentences.push(format!("{who} {verb} ({}).", list(&effect.lose_send)));
    }
    if effect.lose_all.is_empty() {
        sentences.push("Personne ne perd d'accès.".to_owned());
    } else {
        let verb = if effect.lose_all.len() == 1 { "perd tout accès" } else { "perdent tout accès" };
        let who = plural(people(&effect.lose_all), "personne", "personnes");
        sentences.push(format!("{who} {verb} ({}).", list(&effect.lose_all)));
    }
    sentences.join(" ")
}

/// The first few of a list, and how many more there are.
#[must_use]
pub fn enumerated(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} et {}", plural(more as u64, "autre", "autres")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::people::tests::person;
    use crate::text::time::Civil;
    use bannette_api::people::Title;

    const NOW: Timestamp = Timestamp(1_795_331_400_000);

    fn change(ends: Option<Timestamp>) -> Change {
        Change { person: person(1, Title::Dr, "Léa", "Remplaçant").id, begins: None, ends }
    }

    fn said(what: &Effect) -> String {
        effect(what, NOW, |at| Civil::at(at, 60), |_| "Dr Léa Remplaçant".to_owned())
    }

    #[test]
    fn the_effect_is_said_in_sentences() {
        let gain = Effect { gain_send: vec![change(Some(Timestamp(1_798_758_000_000)))], ..Effect::default() };
        assert_eq!(
            said(&gain),
            "1\u{a0}personne de plus peut lire et envoyer (Dr Léa Remplaçant, jusqu'au 31/12). Personne ne perd d'accès."
        );
        let loss = Effect { lose_all: vec![change(None), change(None)], ..Effect::default() };
        assert_eq!(said(&loss), "2\u{a0}personnes perdent tout accès (Dr Léa Remplaçant, Dr Léa Remplaçant).");
        assert_eq!(said(&Effect::default()), "rien ne change.");
    }

    #[test]
    fn plural_of_those_who_only_read() {
        let fewer = Effect { lose_send: vec![change(None), change(None)], ..Effect::default() };
        assert!(said(&fewer).starts_with("2\u{a0}personnes ne peuvent plus envoyer, mais lisent encore ("));
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..8).map(|number| format!("P{number}")).collect();
        assert_eq!(enumerated(&names), "P0, P1, P2, P3, P4, P5 et 2\u{a0}autres");
    }
}
