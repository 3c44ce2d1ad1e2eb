//! Words of *Gestion du partage*, and its line *Effet*.

use super::mailbox::level_said;
use super::number::plural;
use super::time::{Local, until};
use crate::state::effect::{Change, Effect};
use crate::state::period::Wrong;
use crate::state::rebase::{Difference, Given};
use bannette_api::Timestamp;
use bannette_api::sharing::{Grant, Path, Reason};

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
pub const NOBODY: &str = "Personne d’autre que vous. Ajoutez quelqu’un avec «\u{a0}+\u{a0}».";
/// Nobody left.
pub const ALL_IN: &str = "Tout le monde est autorisé.";
/// Nobody found.
pub const NOT_FOUND: &str = "Aucun nom ne correspond.";
/// Partagé: Non.
pub const OFF: &str = "La boîte n’est pas partagée\u{a0}: vous seul la lisez. Les droits déjà donnés sont suspendus\u{a0}; ils reviendront si vous choisissez Oui.";
/// Somebody else changed it.
pub const CONFLICT: &str = "Le partage de cette boîte a changé entre-temps\u{a0}: rien n’a été enregistré. Vos choix sont conservés et appliqués au nouvel état. Vérifiez l’effet, puis validez à nouveau.";
/// Somebody else changed something that one does not see here.
pub const CONFLICT_EMPTY: &str =
    "Des droits ont changé entre-temps\u{a0}: rien n’a été enregistré. Vérifiez l’effet, puis validez à nouveau.";
/// What somebody else changed.
pub const MEANWHILE: &str = "Changé entre-temps\u{a0}:";
/// The disclosure button.
pub const DETAILS: &str = "Dates et motif…";
/// First day.
pub const FROM: &str = "Du";
/// Last day.
pub const UNTIL: &str = "Au (inclus)";
/// Why.
pub const MOTIVE: &str = "Motif";
/// The form of a day.
pub const DAY_HINT: &str = "jj/mm/aaaa (facultatif)";
/// Who reads the motive.
pub const MOTIVE_HINT: &str =
    "Visible par vous et par la personne autorisée, et conservé dans l’historique. N’y mettez pas de nom de patient.";
/// A date is wrong.
pub const EFFECT_UNKNOWN: &str = "Corrigez d’abord le champ signalé en rouge.";
/// Leaving with changes.
pub const ABANDON_TITLE: &str = "Abandonner vos changements\u{a0}?";
/// What will happen.
pub const ABANDON_BODY: &str = "Ils ne sont pas validés. Le partage reste tel qu’il était.";
/// Leaves.
pub const ABANDON: &str = "Abandonner";
/// Stays.
pub const GO_ON: &str = "Continuer";
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
        (None, Some(to)) => format!("{level} · jusqu’au {to}"),
        (None, None) => level.to_owned(),
    }
}

/// « Dr Léa Remplaçant (dès le 01/12) ».
#[must_use]
pub fn from_day(name: &str, begins: Timestamp, now: Timestamp, local: Local) -> String {
    format!("{name} (dès le {})", until(begins.plus(1), now, local))
}

/// The disclosure button, for whoever does not see the row.
#[must_use]
pub fn details(name: &str) -> String {
    format!("{DETAILS} ({name})")
}

/// What is wrong with a date, to stand below its field.
#[must_use]
pub fn wrong(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::NotADate => "Écrivez une date, par exemple 31/12/2026.",
        Wrong::EndsBeforeBegin => "La fin est avant le début.",
        Wrong::Over => "Ce jour est déjà passé.",
    }
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

/// « par le groupe Secrétariat, lecture seule, jusqu’au 31/12 — motif : remplacement ».
#[must_use]
pub fn reason(reason: &Reason, group: &str, now: Timestamp, local: Local) -> String {
    let mut said = path(reason.path, group);
    if reason.path != Path::Owner {
        said = format!("{said}, {}", level_said(reason.level));
    }
    if let Some(ends) = reason.ends {
        // Broken glass ends within hours.
        let ends = if reason.path == Path::BreakGlass {
            super::told::ends(ends, now, local)
        } else {
            format!("jusqu’au {}", until(ends, now, local))
        };
        said = format!("{said}, {ends}");
    }
    match &reason.motive {
        Some(motive) => format!("{said} — motif\u{a0}: {motive}"),
        None => said,
    }
}

/// A right with its motive: « lecture seule · jusqu’au 31/12 · remplacement ».
#[must_use]
pub fn given(given: &Given, now: Timestamp, local: Local) -> String {
    let right = grant(&given.grant, now, local);
    if given.motive.is_empty() { right } else { format!("{right} · {}", given.motive) }
}

/// What somebody else changed for one grantee, and one's own choice where it is another.
#[must_use]
pub fn difference(name: &str, what: &Difference, mine: Option<&Given>, now: Timestamp, local: Local) -> String {
    let said = |one: &Given| given(one, now, local);
    let told = match (&what.before, &what.after) {
        (None, Some(after)) => format!("ajouté\u{a0}: {name} ({})", said(after)),
        (Some(before), None) => format!("retiré\u{a0}: {name} ({})", said(before)),
        (Some(before), Some(after)) => format!("changé\u{a0}: {name} ({} → {})", said(before), said(after)),
        (None, None) => String::new(),
    };
    match mine {
        mine if mine == what.after.as_ref() => told,
        Some(mine) => format!("{told} — votre choix\u{a0}: {}", said(mine)),
        None => format!("{told} — votre choix\u{a0}: ne pas autoriser"),
    }
}

/// Somebody else shared the mailbox, or no longer; and one's own choice where it is another.
#[must_use]
pub fn switched(shared: bool, mine: bool) -> String {
    let said = |shared| if shared { "partagée" } else { "non partagée" };
    if shared == mine {
        format!("la boîte est {}", said(shared))
    } else {
        format!("la boîte est {} — votre choix\u{a0}: {}", said(shared), said(mine))
    }
}

/// « Dr Léa Remplaçant, jusqu’au 31/12 »: somebody and the dates of the right.
fn dated(name: &str, change: &Change, now: Timestamp, local: Local) -> String {
    let from = change.begins.map(|begins| until(begins.plus(1), now, local));
    let to = change.ends.map(|ends| until(ends, now, local));
    match (from, to) {
        (Some(from), Some(to)) => format!("{name}, du {from} au {to}"),
        (Some(from), None) => format!("{name}, dès le {from}"),
        (None, Some(to)) => format!("{name}, jusqu’au {to}"),
        (None, None) => name.to_owned(),
    }
}

/// The verbs of a list of the effect, for one and for several, and what follows them.
const VERBS: [(&str, &str); 8] = [
    ("personne de plus peut lire", "personnes de plus peuvent lire"),
    ("personne de plus peut lire et envoyer", "personnes de plus peuvent lire et envoyer"),
    ("personne garde son droit plus longtemps", "personnes gardent leur droit plus longtemps"),
    ("personne garde son droit moins longtemps", "personnes gardent leur droit moins longtemps"),
    ("personne aura son droit à d’autres dates", "personnes auront leur droit à d’autres dates"),
    ("personne n’aura pas le droit qui était prévu", "personnes n’auront pas le droit qui était prévu"),
    ("personne ne peut plus envoyer, mais lit encore", "personnes ne peuvent plus envoyer, mais lisent encore"),
    ("personne perd tout accès", "personnes perdent tout accès"),
];

/// Who gains and who loses, in sentences. `name` gives a person's name inside a sentence.
#[must_use]
pub fn effect(effect: &Effect, now: Timestamp, local: Local, name: impl Fn(&Change) -> String) -> String {
    if effect.is_nothing() {
        return "rien ne change.".to_owned();
    }
    let mut sentences = Vec::new();
    for (place, (changes, (one, several))) in effect.lists().into_iter().zip(VERBS).enumerate() {
        if changes.is_empty() {
            continue;
        }
        // Those with dates first: they must not be lost among « et 12 autres ».
        let has_dates = |change: &&Change| change.begins.is_some() || change.ends.is_some();
        let sorted = changes.iter().filter(has_dates).chain(changes.iter().filter(|change| !has_dates(change)));
        let longer = place == 2;
        let named = |change: &Change| match dated(&name(change), change, now, local) {
            dated if longer && change.ends.is_none() => format!("{dated}, sans limite"),
            dated => dated,
        };
        let names = enumerated(&sorted.map(named).collect::<Vec<_>>());
        sentences.push(format!("{} ({names}).", plural(changes.len() as u64, one, several)));
    }
    if effect.lose_all.is_empty() && effect.sooner.is_empty() && effect.dropped.is_empty() {
        sentences.push("Personne ne perd d’accès.".to_owned());
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
            "1\u{a0}personne de plus peut lire et envoyer (Dr Léa Remplaçant, jusqu’au 31/12). Personne ne perd d’accès."
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
    fn dates_are_said_with_those_they_concern() {
        let at = |days: i64| Some(NOW.plus(days * 86_400_000));
        let coming = Change { begins: at(9), ..change(at(39)) };
        let effect = Effect {
            gain_read: vec![change(None), coming],
            longer: vec![change(None)],
            sooner: vec![change(at(39))],
            ..Effect::default()
        };
        assert_eq!(
            said(&effect),
            "2\u{a0}personnes de plus peuvent lire (Dr Léa Remplaçant, du 01/12 au 31/12, Dr Léa Remplaçant). \
             1\u{a0}personne garde son droit plus longtemps (Dr Léa Remplaçant, sans limite). \
             1\u{a0}personne garde son droit moins longtemps (Dr Léa Remplaçant, jusqu’au 31/12)."
        );
    }

    #[test]
    fn what_another_changed_is_said_beside_ones_own_choice() {
        let local: Local = |at| Civil::at(at, 60);
        let to = bannette_api::sharing::Grantee::Everyone;
        let read = Grant { to, level: bannette_api::sharing::Level::Read, begins: None, ends: None };
        let plain = Given { grant: read, motive: String::new() };
        let other = Given { motive: "garde".to_owned(), ..plain.clone() };
        let changed = Difference { to, before: Some(plain.clone()), after: Some(other.clone()) };
        let said = |mine| difference("Tous", &changed, mine, NOW, local);
        assert_eq!(said(Some(&other)), "changé\u{a0}: Tous (lecture seule → lecture seule · garde)");
        assert!(said(Some(&plain)).ends_with(" — votre choix\u{a0}: lecture seule"));
        assert!(said(None).ends_with(" — votre choix\u{a0}: ne pas autoriser"));
        let added = Difference { to, before: None, after: Some(plain.clone()) };
        assert_eq!(difference("Tous", &added, Some(&plain), NOW, local), "ajouté\u{a0}: Tous (lecture seule)");
    }

    #[test]
    fn a_way_is_said_with_its_end_and_its_motive() {
        let motive = Some("remplacement".to_owned());
        let level = bannette_api::sharing::Level::Read;
        let way = Reason { path: Path::Person, level, ends: Some(Timestamp(1_798_758_000_000)), motive };
        assert_eq!(
            reason(&way, "", NOW, |at| Civil::at(at, 60)),
            "à titre personnel, lecture seule, jusqu’au 31/12 — motif\u{a0}: remplacement"
        );
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..8).map(|number| format!("P{number}")).collect();
        assert_eq!(enumerated(&names), "P0, P1, P2, P3, P4, P5 et 2\u{a0}autres");
    }
}
