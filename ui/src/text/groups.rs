//! Words of *Groupe*: the groups of the practice, and what would be lost by a change of one.

use super::number::plural;
use super::time::{Local, until};
use bannette_api::groups::{GroupLosses, LostRight};
use bannette_api::sharing::Level;
use bannette_api::{PersonId, Timestamp};

/// Tab.
pub const TAB: &str = "Groupe";
/// Title.
pub const TITLE: &str = "Groupes";
/// Adds.
pub const ADD: &str = "+ Ajouter un groupe";
/// Dialog's title.
pub const ADD_TITLE: &str = "Ajouter un groupe";
/// Field.
pub const NAME: &str = "Nom du groupe";
/// Columns.
pub const COLUMNS: [&str; 2] = ["Groupe", "Membres"];
/// Nobody in it.
pub const EMPTY: &str = "aucun membre";
/// After the name of somebody suspended.
pub const SUSPENDED: &str = " (suspendu)";
/// No group.
pub const NONE: &str = "Aucun groupe. Un droit donné à un groupe vaut pour tous ses membres, présents et à venir.";
/// Others see the lists only.
pub const ONLY_LISTED: &str = "Seuls les administrateurs du cabinet peuvent ajouter ou modifier un groupe.";
/// Left list.
pub const OUTSIDE: &str = "Utilisateurs absents du groupe";
/// Right list.
pub const MEMBERS: &str = "Membres du groupe";
/// Search field.
pub const SEARCH: &str = "Chercher un nom";
/// Nobody on the right.
pub const NOBODY: &str = "Aucun membre. Ajoutez quelqu’un avec «\u{a0}+\u{a0}».";
/// Nobody left.
pub const ALL_IN: &str = "Tout le monde est dans le groupe.";
/// Somebody else changed it.
pub const CONFLICT: &str =
    "Ce groupe a été modifié entre-temps. Voici son état actuel\u{a0}: vérifiez, puis validez à nouveau.";
/// Somebody else changed it before it was deleted.
pub const CHANGED_BEFORE_DELETING: &str = "Ce groupe a été modifié entre-temps\u{a0}: il n’a pas été supprimé. Voici ce que sa suppression retirerait maintenant.";
/// Deletes.
pub const DELETE: &str = "Supprimer";
/// Deletes, in the dialog.
pub const DELETE_BUTTON: &str = "Supprimer le groupe";
/// What deleting does to people.
pub const DELETE_BODY: &str =
    "Le groupe est supprimé, avec les droits qui lui sont donnés. Ses membres restent utilisateurs du cabinet.";

/// Dialog's title.
#[must_use]
pub fn edit_title(name: &str) -> String {
    format!("Modifier le groupe — {name}")
}

/// Dialog's title.
#[must_use]
pub fn delete_title(name: &str) -> String {
    format!("Supprimer le groupe «\u{a0}{name}\u{a0}»\u{a0}?")
}

/// Names the button.
#[must_use]
pub fn edit(name: &str) -> String {
    format!("Modifier le groupe {name}")
}

/// Names the button.
#[must_use]
pub fn delete(name: &str) -> String {
    format!("Supprimer le groupe {name}")
}

/// Names the button.
#[must_use]
pub fn add(name: &str) -> String {
    format!("Ajouter {name} au groupe")
}

/// Names the button.
#[must_use]
pub fn remove(name: &str) -> String {
    format!("Retirer {name} du groupe")
}

/// After it was kept.
#[must_use]
pub fn kept(name: &str) -> String {
    format!("Groupe «\u{a0}{name}\u{a0}» enregistré.")
}

/// After it was deleted.
#[must_use]
pub fn deleted(name: &str) -> String {
    format!("Groupe «\u{a0}{name}\u{a0}» supprimé.")
}

/// The effect of a new group that nobody is in yet.
pub const EMPTY_EFFECT: &str = "groupe vide, aucun accès ne change.";

/// Who comes and who goes: « 2 personnes rejoignent le groupe, 1 personne le quitte. »
#[must_use]
pub fn moves(joining: u64, leaving: u64) -> String {
    let people = |count| plural(count, "personne", "personnes");
    let enter = if joining == 1 { "rejoint" } else { "rejoignent" };
    let leave = if leaving == 1 { "quitte" } else { "quittent" };
    match (joining, leaving) {
        (0, 0) => "les membres ne changent pas.".to_owned(),
        (_, 0) => format!("{} {enter} le groupe.", people(joining)),
        (0, _) => format!("{} {leave} le groupe.", people(leaving)),
        _ => format!("{} {enter} le groupe, {} le {leave}.", people(joining), people(leaving)),
    }
}

/// What those who enter are given, on so many mailboxes.
#[must_use]
pub fn gains(given: u32) -> String {
    match given {
        0 => "Aucun droit n’est donné à ce groupe\u{a0}: personne n’obtient d’accès.".to_owned(),
        given => format!(
            "Le groupe a un droit sur {}\u{a0}: les nouveaux membres l’auront aussi, et en seront avertis à l’écran.",
            plural(u64::from(given), "boîte", "boîtes")
        ),
    }
}

/// What the losses come to, before they are listed.
#[must_use]
pub fn summary(losses: &GroupLosses) -> String {
    if losses.lost.is_empty() {
        return match losses.given {
            0 => "Aucun droit n’est donné à ce groupe\u{a0}: personne ne perd d’accès.".to_owned(),
            given => format!(
                "Personne ne perd d’accès aujourd’hui. Ce groupe a un droit sur {}.",
                plural(u64::from(given), "boîte", "boîtes")
            ),
        };
    }
    let mut people: Vec<PersonId> = losses.lost.iter().map(|lost| lost.person).collect();
    people.sort_unstable();
    people.dedup();
    let boxes = losses.lost.chunk_by(|one, other| one.mailbox == other.mailbox).count() as u64;
    let verb = if people.len() == 1 { "perd" } else { "perdent" };
    format!(
        "{} {verb} des droits sur {}\u{a0}:",
        plural(people.len() as u64, "personne", "personnes"),
        plural(boxes, "boîte", "boîtes")
    )
}

/// What is lost, one sentence for each mailbox. Everybody is named. `name` gives a person's name inside a sentence.
#[must_use]
pub fn losses(lost: &[LostRight], now: Timestamp, local: Local, name: impl Fn(PersonId) -> String) -> Vec<String> {
    let sentence = |lost: &[LostRight]| {
        let first = lost.first()?;
        let mut kinds: Vec<(&LostRight, Vec<String>)> = Vec::new();
        for one in lost {
            let named = name(one.person);
            match kinds.iter_mut().find(|(kind, _)| same_kind(kind, one)) {
                Some((_, names)) => names.push(named),
                None => kinds.push((one, vec![named])),
            }
        }
        let parts: Vec<String> = kinds.iter().map(|(kind, names)| part(kind, names, now, local)).collect();
        Some(format!("{} (titulaire\u{a0}: {})\u{a0}: {}.", first.address, name(first.owner), parts.join("\u{a0}; ")))
    };
    lost.chunk_by(|one, other| one.mailbox == other.mailbox).filter_map(sentence).collect()
}

fn same_kind(one: &LostRight, other: &LostRight) -> bool {
    (one.had, one.keeps, one.begins) == (other.had, other.keeps, other.begins)
}

/// « Paul Cs Piscine perd la lecture, dès le 01/12 ».
fn part(kind: &LostRight, names: &[String], now: Timestamp, local: Local) -> String {
    let (lose, keep) = if names.len() == 1 { ("perd", "garde") } else { ("perdent", "gardent") };
    let what = match (kind.had, kind.keeps) {
        (Level::Read, _) => format!("{lose} la lecture"),
        (Level::Send, None) => format!("{lose} la lecture et l’envoi"),
        (Level::Send, Some(_)) => format!("{lose} l’envoi et {keep} la lecture"),
    };
    let begins =
        kind.begins.map(|begins| format!(", dès le {}", until(begins.plus(1), now, local))).unwrap_or_default();
    format!("{} {what}{begins}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::Civil;

    const NOW: Timestamp = Timestamp(1_795_331_400_000);

    fn lost(person: u8, mailbox: u8, had: Level, keeps: Option<Level>, begins: Option<Timestamp>) -> LostRight {
        let id = |number: u8| format!("00000000-0000-0000-0000-{number:012}");
        LostRight {
            mailbox: id(mailbox).parse().unwrap(),
            address: format!("boite{mailbox}@medecin.test"),
            owner: id(9).parse().unwrap(),
            person: id(person).parse().unwrap(),
            had,
            keeps,
            begins,
        }
    }

    fn said(all: &[LostRight]) -> Vec<String> {
        let name = |person: PersonId| format!("P{}", person.to_string().chars().next_back().unwrap());
        losses(all, NOW, |at| Civil::at(at, 60), name)
    }

    #[test]
    fn losses_name_the_mailbox_the_right_and_everybody() {
        let all = [
            lost(1, 1, Level::Read, None, None),
            lost(2, 1, Level::Read, None, None),
            lost(3, 1, Level::Send, Some(Level::Read), None),
            lost(1, 2, Level::Send, None, Some(Timestamp(1_798_758_000_000))),
        ];
        assert_eq!(
            said(&all),
            [
                "boite1@medecin.test (titulaire\u{a0}: P9)\u{a0}: P1, P2 perdent la lecture\u{a0}; P3 perd l’envoi et garde la lecture.",
                "boite2@medecin.test (titulaire\u{a0}: P9)\u{a0}: P1 perd la lecture et l’envoi, dès le 01/01/2027.",
            ]
        );
        let whole = summary(&GroupLosses { given: 2, lost: all.to_vec() });
        assert_eq!(whole, "3\u{a0}personnes perdent des droits sur 2\u{a0}boîtes\u{a0}:");
    }

    #[test]
    fn nothing_lost_is_said_too() {
        let nothing = |given| summary(&GroupLosses { given, lost: Vec::new() });
        assert!(nothing(0).starts_with("Aucun droit n’est donné"));
        assert!(nothing(2).ends_with("un droit sur 2\u{a0}boîtes."));
    }

    #[test]
    fn who_comes_and_goes() {
        assert!(gains(0).contains("Aucun droit"));
        assert!(gains(2).contains("2\u{a0}boîtes"));
        assert_eq!(moves(0, 0), "les membres ne changent pas.");
        assert_eq!(moves(1, 2), "1\u{a0}personne rejoint le groupe, 2\u{a0}personnes le quittent.");
    }
}
