//! Words of *conservation*: what would leave the tree or a server, what stays and why, and the end of a mailbox.

use super::number::{plural, size};
use super::time::Local;
use bannette_api::Timestamp;
use bannette_api::keeping::{Amount, PurgePreview, Purged, Removal, ServerDeletion, StaysInTree, StaysOnServer};

/// What leaves the tree.
pub const PURGE: &str = "Messages bientôt supprimés de Bannette";
/// What would be deleted on the server.
pub const DELETION: &str = "Messages bientôt supprimés du serveur";
/// While the server is asked.
pub const ASKING: &str = "Le serveur est interrogé…";
/// What leaving means.
pub const PURGE_MEANING: &str = "Un message traité quitte l’arborescence quand son délai est passé, compté depuis la validation. \
    Son contenu et ses pièces jointes sont effacés. Les conclusions restent\u{a0}: patient, résultat principal, qui a \
    validé et quand, historique des accès.";
/// What never leaves.
pub const PURGE_NEVER: &str = "Ne partent jamais\u{a0}: ce qui n’est pas validé, ce qui n’a pas de patient, et un résultat \
    critique que personne n’a ouvert.";
/// What deletion means.
pub const DELETION_MEANING: &str = "Un message n’est supprimé du serveur qu’une fois enregistré ici, relu, et sa copie comparée \
    à l’original. Chaque suppression est dans le journal. Cet aperçu ne supprime rien.";
/// It is not switched on.
pub const DELETION_OFF: &str = "La suppression n’est pas activée\u{a0}: rien ne sera supprimé.";
/// The server did not answer.
pub const DELETION_UNASKED: &str = "Compté d’après ce qui est enregistré ici.";
/// Leaves now.
pub const NOW: &str = "Peuvent partir maintenant";
/// Would be deleted.
pub const GOES: &str = "Seraient supprimés";
/// None.
pub const NOTHING: &str = "aucun message";
/// The head of the columns.
pub const COLUMNS: [&str; 2] = ["Situation", "Messages"];
/// Purges without waiting.
pub const PURGE_NOW: &str = "Purger maintenant";

fn moment(at: Timestamp, local: Local) -> String {
    let at = local(at);
    format!("{} à {}", at.date(), at.clock())
}

/// « 12 messages ».
#[must_use]
pub fn messages(count: u64) -> String {
    if count == 0 { NOTHING.to_owned() } else { plural(count, "message", "messages") }
}

/// « 12 messages, du 01/02/2026 au 03/04/2026, 1,2 Mo ».
#[must_use]
pub fn amount(amount: &Amount, local: Local) -> String {
    let count = messages(amount.messages);
    match (amount.oldest.map(local), amount.newest.map(local)) {
        (Some(oldest), Some(newest)) if oldest.date() == newest.date() => {
            format!("{count}, du {}, {}", oldest.date(), size(amount.bytes))
        }
        (Some(oldest), Some(newest)) => {
            format!("{count}, du {} au {}, {}", oldest.date(), newest.date(), size(amount.bytes))
        }
        _ => count,
    }
}

/// Before they are known.
pub const NEXT_UNKNOWN: &str = "Conservation\u{a0}: calcul en cours…";

/// The delay and the next purge.
#[must_use]
pub fn next(preview: &PurgePreview, local: Local) -> String {
    if let Some(at) = preview.archived_at {
        return format!("Boîte gardée en archive depuis le {}\u{a0}: elle n’est plus relevée.", local(at).date());
    }
    let delay = match preview.retention_days {
        Some(days) => format!("Conservation\u{a0}: {} après la validation.", plural(days.into(), "jour", "jours")),
        None => "Conservation\u{a0}: garder.".to_owned(),
    };
    match &preview.next {
        Some(next) => {
            format!("{delay} Prochaine purge\u{a0}: le {}, {}.", moment(next.at, local), messages(next.messages))
        }
        None => format!("{delay} Aucune purge prévue."),
    }
}

/// Why messages stay in the tree.
#[must_use]
pub fn in_tree(why: StaysInTree) -> &'static str {
    match why {
        StaysInTree::NotValidated => "Restent\u{a0}: non validés",
        StaysInTree::NotIdentified => "Restent\u{a0}: patient non identifié",
        StaysInTree::CriticalUnseen => "Restent\u{a0}: critiques que personne n’a ouverts",
        StaysInTree::OtherVersionWaits => "Restent\u{a0}: une autre version du compte rendu attend",
        StaysInTree::NumbersNotKept => "Restent\u{a0}: leurs valeurs chiffrées ne sont pas encore relevées",
        StaysInTree::OnServer => "Restent\u{a0}: à supprimer d’abord du serveur",
        StaysInTree::NotDue => "Restent\u{a0}: délai non passé",
        StaysInTree::Kept => "Restent\u{a0}: gardés, aucun délai choisi",
    }
}

/// Why messages stay on the server.
#[must_use]
pub fn on_server(why: StaysOnServer) -> &'static str {
    match why {
        StaysOnServer::NotYetKept => "Restent\u{a0}: pas encore récupérés",
        StaysOnServer::CopyDiffers => "Restent\u{a0}: la copie d’ici diffère de l’original",
        StaysOnServer::ContentRemoved => "Restent\u{a0}: leur contenu a déjà été retiré d’ici",
        StaysOnServer::TooLarge => "Restent\u{a0}: trop volumineux pour être récupérés",
        StaysOnServer::UidValidityChanged => {
            "Restent\u{a0}: le serveur a changé sa numérotation. Désactivez puis réactivez la suppression pour confirmer."
        }
        StaysOnServer::NoSingleDeletion => "Restent\u{a0}: ce serveur ne sait pas supprimer un seul message",
    }
}

/// When the server refused.
#[must_use]
pub fn refused(preview: &ServerDeletion, local: Local) -> Option<String> {
    preview
        .refused_at
        .map(|at| format!("Le serveur a refusé de supprimer le {}. Nouvel essai à chaque relève.", moment(at, local)))
}

/// After a purge.
#[must_use]
pub fn purged(purged: &Purged) -> String {
    match purged.messages {
        0 => "Rien n’était à retirer.".to_owned(),
        count => format!("Contenu retiré\u{a0}: {}. Les conclusions restent.", messages(count)),
    }
}

/// An open dossier whose contents left.
pub mod removed {
    use super::{Local, Timestamp};

    /// What is to be known.
    #[must_use]
    pub fn said(at: Timestamp, local: Local) -> String {
        format!(
            "Le contenu a été retiré le {} selon le délai de conservation\u{a0}; les conclusions restent.",
            local(at).date()
        )
    }

    /// What stays of it for the history, and its owner may erase.
    pub const NUMBERS: &str = "Les valeurs chiffrées restent pour les courbes et les antériorités.";
    /// Asks for it.
    pub const ERASE: &str = "Effacer ces valeurs…";
    /// What it means.
    pub const ERASE_MEANING: &str = "Les valeurs chiffrées de tous les comptes rendus retirés de ce patient, dans vos boîtes, \
        seront effacées pour de bon\u{a0}: plus de courbe ni d’antériorité à partir d’elles.";
    /// Does it.
    pub const ERASE_NOW: &str = "Effacer pour de bon";

    /// What was erased.
    #[must_use]
    pub fn erased(dossiers: u64) -> String {
        match dossiers {
            0 => "Il n’y avait plus de valeurs à effacer.".to_owned(),
            many => format!("Valeurs effacées de {}.", super::plural(many, "compte rendu", "comptes rendus")),
        }
    }

    /// The same, where the contents came again.
    #[must_use]
    pub fn decided(who: &str, at: Timestamp, local: Local) -> String {
        format!("Déjà validé par {who} le {}, avant que ce compte rendu n’arrive à nouveau.", local(at).date())
    }

    /// What was concluded.
    #[must_use]
    pub fn concluded(who: &str, at: Timestamp, local: Local) -> String {
        let at = local(at);
        format!("Validé par {who} le {} à {}.", at.date(), at.clock())
    }
}

/// The end of a mailbox.
pub mod removal {
    use super::{Removal, plural};

    /// The button, and the title with the address.
    pub const REMOVE: &str = "Retirer la boîte";
    /// What it means whatever is chosen.
    pub const MEANING: &str = "La boîte n’est plus relevée et ses mots de passe sont oubliés aussitôt. Rien n’est supprimé sur \
        le serveur.";
    /// What is asked.
    pub const QUESTION: &str = "Que devient ce qu’elle a reçu\u{a0}?";
    /// It stays readable.
    pub const ARCHIVE: &str = "Le garder en archive";
    /// What that means.
    pub const ARCHIVE_HINT: &str = "Tout reste lisible par les mêmes personnes, et ce qui attend peut être validé.";
    /// It passes into another mailbox.
    pub const HAND_OVER: &str = "Transférer vers une autre de vos boîtes";
    /// There is no other.
    pub const NO_TAKER: &str = "Vous n’avez pas d’autre boîte.";
    /// Which one.
    pub const TAKER: &str = "Boîte de destination";
    /// The contents leave.
    pub const PURGE: &str = "Retirer les contenus, garder les conclusions";
    /// What that means.
    pub const PURGE_HINT: &str =
        "Les contenus et pièces jointes sont effacés sans attendre le délai. Cela ne s’annule pas.";
    /// Done.
    pub const DONE: &str = "Boîte retirée. Ses mots de passe sont oubliés.";

    /// « Retirer la boîte – derek@… ».
    #[must_use]
    pub fn title(address: &str) -> String {
        format!("{REMOVE} – {address}")
    }

    /// What lies there.
    #[must_use]
    pub fn lies(removal: &Removal) -> String {
        let dossiers = plural(removal.dossiers, "dossier", "dossiers");
        match removal.open {
            0 => format!("Elle contient {dossiers}, tous traités."),
            open => format!(
                "Elle contient {dossiers}\u{a0}; {} à traiter encore.",
                plural(open, "message est", "messages sont")
            ),
        }
    }

    /// Who reads the mailbox that takes over.
    #[must_use]
    pub fn readers(readers: u64) -> String {
        match readers {
            0 | 1 => "Vous seul lisez cette boîte.".to_owned(),
            many => format!(
                "{} lisent cette boîte\u{a0}: elles liront aussi ces dossiers.",
                plural(many, "personne", "personnes")
            ),
        }
    }

    /// Why contents cannot leave now.
    #[must_use]
    pub fn still_open(open: u64) -> String {
        format!(
            "Impossible tant que quelque chose attend\u{a0}: {}.",
            plural(open, "message non traité", "messages non traités")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::Civil;
    use bannette_api::keeping::NextPurge;

    fn local(at: Timestamp) -> Civil {
        Civil::at(at, 60)
    }

    const AT: Timestamp = Timestamp(1_795_331_400_000);

    #[test]
    fn amounts_say_from_when_to_when_and_how_much() {
        let mut some = Amount::default();
        assert_eq!(amount(&some, local), "aucun message");
        some.add(AT, 1_200);
        assert_eq!(amount(&some, local), "1\u{a0}message, du 22/11/2026, 1,2\u{a0}ko");
        some.add(AT.plus(-86_400_000), 800);
        assert_eq!(amount(&some, local), "2\u{a0}messages, du 21/11/2026 au 22/11/2026, 2,0\u{a0}ko");
    }

    #[test]
    fn the_next_purge_is_said_with_its_count() {
        let mut preview = PurgePreview {
            retention_days: Some(90),
            next: Some(NextPurge { at: AT, messages: 12 }),
            due: Amount::default(),
            stays: Vec::new(),
            archived_at: None,
        };
        let said = next(&preview, local);
        assert!(said.contains("90\u{a0}jours") && said.contains("le 22/11/2026 à 08:10, 12\u{a0}messages."), "{said}");
        preview.next = None;
        assert!(next(&preview, local).ends_with("Aucune purge prévue."));
        preview.retention_days = None;
        assert_eq!(next(&preview, local), "Conservation\u{a0}: garder. Aucune purge prévue.");
        preview.archived_at = Some(AT);
        assert!(next(&preview, local).contains("archive depuis le 22/11/2026"));
    }

    #[test]
    fn a_removal_says_what_waits_and_who_will_read() {
        let mut lies =
            Removal { dossiers: 3, messages: Amount::default(), open: 0, takers: Vec::new(), archived_at: None };
        assert!(removal::lies(&lies).contains("tous traités"));
        lies.open = 1;
        assert!(removal::lies(&lies).contains("1\u{a0}message est à traiter encore"));
        assert!(removal::readers(1).contains("Vous seul"));
        assert!(removal::readers(4).contains("4\u{a0}personnes"));
    }
}
