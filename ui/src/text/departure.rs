//! Words for what an administrator does with a person: change, suspend, resume, *Départ*.

use super::number::plural;

/// Who administers, when nobody else does.
pub const ONLY_ADMINISTRATOR: &str =
    "Dernier administrateur actif du cabinet\u{a0}: donnez d’abord ce rôle à une autre personne.";
/// The check digit of an RPPS number is wrong.
pub const RPPS_WARNING: &str =
    "Le dernier chiffre ne confirme pas ce numéro\u{a0}: relisez-le. Il peut être enregistré tel quel.";
/// What a suspension does.
pub const SUSPENSION: &str = "Tous ses droits s’arrêtent aussitôt, même dans une fenêtre ouverte, et cette personne ne peut plus \
    ouvrir de session. «\u{a0}Rétablir\u{a0}» les lui rend.";
/// What the end of a suspension does.
pub const RESUMPTION: &str = "Cette personne pourra de nouveau ouvrir une session. Elle retrouve aussitôt tous ses droits, sauf ceux \
    dont la date est passée.";
/// A departed person, as a chip.
pub const DEPARTED: &str = "parti";
/// Departure.
pub const DEPARTURE: &str = "Départ";
/// What a departure does.
pub const EFFECT: &str = "Cette personne ne pourra plus ouvrir de session, ses fenêtres se ferment et tous ses droits prennent fin. \
    Son nom reste dans le journal et dans les dossiers. Un départ ne s’annule pas\u{a0}: pour une absence, suspendez le compte.";
/// Nothing is held.
pub const NOTHING: &str =
    "Cette personne n’est titulaire d’aucune boîte et n’a aucun dossier à traiter\u{a0}: il n’y a rien à transmettre.";
/// What is to be handed over.
pub const TO_HAND_OVER: &str = "À transmettre avant le départ\u{a0}:";
/// Nobody chosen yet.
pub const CHOOSE: &str = "À choisir…";
/// New owner.
pub const NEW_OWNER: &str = "Nouveau titulaire";
/// The dossiers follow the mailbox.
pub const SAME: &str = "Le nouveau titulaire";
/// Something is not handed over.
pub const MISSING: &str = "Choisissez à qui confier cette boîte.";
/// The administrator takes the mailbox.
pub const YOU_WILL_READ: &str = "Vous pourrez lire tout ce que contient cette boîte et décider de son partage. L’historique indiquera que vous vous l’êtes attribuée.";
/// Button.
pub const VALIDATE: &str = "Valider le départ";
/// The person was changed by another administrator meanwhile.
pub const CHANGED_MEANWHILE: &str = "Ce compte a été modifié entre-temps\u{a0}: rien n’a été enregistré. Voici son état actuel\u{a0}: vérifiez, puis enregistrez à nouveau.";
/// What is held changed meanwhile.
pub const CONFLICT: &str =
    "Ce qui est à transmettre a changé entre-temps. Voici l’état actuel\u{a0}: vérifiez, puis validez à nouveau.";

/// Title of a dialog about somebody.
#[must_use]
pub fn title(what: &str, name: &str) -> String {
    format!("{what} — {name}")
}

/// What a suspension leaves behind, for a mailbox of the person.
#[must_use]
pub fn left_alone(address: &str, readers: u64) -> String {
    match readers {
        0 => format!("{address}\u{a0}: personne d’autre ne lit cette boîte. Ce qui y arrive ne sera vu de personne."),
        _ => format!("{address}\u{a0}: {} la {}, et garde{} ce droit.", others(readers), read(readers), many(readers)),
    }
}

fn others(readers: u64) -> String {
    plural(readers, "autre personne", "autres personnes")
}

fn read(readers: u64) -> &'static str {
    if readers < 2 { "lit" } else { "lisent" }
}

fn many(readers: u64) -> &'static str {
    if readers < 2 { "" } else { "nt" }
}

/// What a suspension leaves behind, for dossiers.
#[must_use]
pub fn still_responsible(waiting: u64) -> String {
    if waiting < 2 {
        format!("{} reste sous sa responsabilité.", to_do(waiting))
    } else {
        format!("{} restent sous sa responsabilité.", to_do(waiting))
    }
}

/// « 3 dossiers à traiter ».
#[must_use]
pub fn to_do(waiting: u64) -> String {
    plural(waiting, "dossier à traiter", "dossiers à traiter")
}

/// What is held, under the mailbox's address.
#[must_use]
pub fn held(waiting: u64, readers: u64) -> String {
    let waiting = match waiting {
        0 => "Aucun dossier à traiter".to_owned(),
        _ => to_do(waiting),
    };
    let readers = match readers {
        0 => "personne d’autre ne la lit".to_owned(),
        _ => format!("{} la {}, et garde{} ce droit", others(readers), read(readers), many(readers)),
    };
    format!("{waiting}\u{a0}; {readers}.")
}

/// Whose mailbox it is, when it is not the person's.
#[must_use]
pub fn of_somebody(owner: &str) -> String {
    format!("Boîte de {owner}")
}

/// Label of the choice of who answers for the dossiers.
#[must_use]
pub fn responsible(waiting: u64) -> String {
    match waiting {
        0 | 1 => format!("Responsable de {}", to_do(waiting)),
        _ => format!("Responsable des {}", to_do(waiting)),
    }
}

/// What the new owner gains.
#[must_use]
pub fn will_read(name: &str) -> String {
    format!("{name} pourra lire tout ce que contient cette boîte et décidera de son partage.")
}

/// After a change.
#[must_use]
pub fn changed(name: &str) -> String {
    format!("{name}\u{a0}: compte modifié.")
}

/// After a departure.
#[must_use]
pub fn departed(name: &str) -> String {
    format!("{name}\u{a0}: départ enregistré, tous ses droits ont pris fin.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many_agree() {
        assert_eq!(held(0, 0), "Aucun dossier à traiter\u{a0}; personne d’autre ne la lit.");
        assert_eq!(held(1, 1), "1\u{a0}dossier à traiter\u{a0}; 1\u{a0}autre personne la lit, et garde ce droit.");
        assert_eq!(
            held(3, 2),
            "3\u{a0}dossiers à traiter\u{a0}; 2\u{a0}autres personnes la lisent, et gardent ce droit."
        );
        assert_eq!(
            left_alone("a@b.test", 2),
            "a@b.test\u{a0}: 2\u{a0}autres personnes la lisent, et gardent ce droit."
        );
        assert_eq!(still_responsible(1), "1\u{a0}dossier à traiter reste sous sa responsabilité.");
        assert_eq!(responsible(3), "Responsable des 3\u{a0}dossiers à traiter");
    }
}
