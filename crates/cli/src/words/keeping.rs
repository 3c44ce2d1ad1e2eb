//! What is kept, what would go and what stays, in words.

use crate::table::table;
use crate::text::trouble;
use crate::times;
use bannette_api::keeping::{
    Amount, PurgePreview, Purged, Received, Removal, ServerDeletion, StaysInTree, StaysOnServer,
};

fn amount(amount: &Amount) -> String {
    match (amount.oldest, amount.newest) {
        (Some(oldest), Some(newest)) => format!(
            "{} (du {} au {}, {} octets)",
            amount.messages,
            times::said(oldest),
            times::said(newest),
            amount.bytes
        ),
        _ => "0".to_owned(),
    }
}

/// What would be deleted on a server.
pub fn deletion_said(preview: &ServerDeletion) -> String {
    let wish = if preview.wanted { "demandée" } else { "non demandée : rien ne sera supprimé" };
    let mut rows = vec![
        ["suppression du serveur".to_owned(), wish.to_owned()],
        ["seraient supprimés".to_owned(), amount(&preview.goes)],
    ];
    let stays = preview.stays.iter().map(|one| [format!("restent : {}", on_server(one.why)), one.messages.to_string()]);
    rows.extend(stays);
    if let Some(at) = preview.refused_at {
        let again = format!("le {}, nouvel essai à la prochaine relève", times::said(at));
        rows.push(["refusée par le serveur".to_owned(), again]);
    }
    let mut text = table(["messages", ""], rows);
    if let Some(why) = &preview.trouble {
        text.push_str(&format!(
            "\nLe serveur n’a pas répondu, compté d’après ce qui est ici. {}",
            trouble(why).sentences()
        ));
    }
    text
}

fn on_server(why: StaysOnServer) -> &'static str {
    match why {
        StaysOnServer::NotYetKept => "pas encore récupérés",
        StaysOnServer::CopyDiffers => "copie différente de l’original",
        StaysOnServer::ContentRemoved => "contenu déjà retiré d’ici",
        StaysOnServer::TooLarge => "trop volumineux pour être récupérés",
        StaysOnServer::UidValidityChanged => "numérotation changée par le serveur, à confirmer",
        StaysOnServer::NoSingleDeletion => "le serveur ne sait pas supprimer un seul message",
    }
}

/// What would leave the tree.
pub fn purge_said(preview: &PurgePreview) -> String {
    let next = match (&preview.next, preview.archived_at) {
        (_, Some(at)) => format!("aucune : boîte en archive depuis le {}", times::said(at)),
        (Some(next), None) => format!("le {}, {} messages", times::said(next.at), next.messages),
        (None, None) => "aucune prévue".to_owned(),
    };
    let delay = match preview.retention_days {
        Some(days) => format!("{days} jours après la validation ; les valeurs chiffrées restent"),
        None => "garder : rien ne part de soi-même".to_owned(),
    };
    let mut rows = vec![
        ["délai de conservation".to_owned(), delay],
        ["prochaine purge".to_owned(), next],
        ["peuvent partir maintenant".to_owned(), amount(&preview.due)],
    ];
    rows.extend(preview.stays.iter().map(|one| [format!("restent : {}", in_tree(one.why)), one.messages.to_string()]));
    table(["messages", ""], rows)
}

fn in_tree(why: StaysInTree) -> &'static str {
    match why {
        StaysInTree::NotValidated => "non validés",
        StaysInTree::NotIdentified => "patient non identifié",
        StaysInTree::CriticalUnseen => "critiques que personne n’a ouverts",
        StaysInTree::OtherVersionWaits => "une autre version attend",
        StaysInTree::NumbersNotKept => "valeurs chiffrées pas encore relevées",
        StaysInTree::OnServer => "à supprimer d’abord du serveur",
        StaysInTree::NotDue => "délai non passé",
        StaysInTree::Kept => "gardés, sans délai",
    }
}

/// What left the tree.
pub fn purged_said(purged: &Purged) -> String {
    match purged.messages {
        0 => "Rien à retirer.".to_owned(),
        _ => format!(
            "Messages retirés : {}. Dossiers dont restent les conclusions : {}. Octets libérés : {}.",
            purged.messages, purged.dossiers, purged.bytes
        ),
    }
}

/// What lies in a mailbox that is to be taken away.
pub fn removal_said(removal: &Removal) -> String {
    let mut rows = vec![
        ["dossiers".to_owned(), removal.dossiers.to_string()],
        ["messages".to_owned(), amount(&removal.messages)],
        ["messages non traités".to_owned(), removal.open.to_string()],
    ];
    let takers = removal.takers.iter().map(|one| {
        let readers = format!("{} ({} personnes la lisent)", one.address, one.readers);
        ["pourrait reprendre".to_owned(), readers]
    });
    rows.extend(takers);
    table(["contenu", ""], rows)
}

/// What became of what a mailbox received.
pub fn removed_said(received: &Received) -> String {
    match received {
        Received::Archive => "Boîte retirée, gardée en archive. Ses secrets sont oubliés.",
        Received::HandedOver { .. } => "Boîte retirée, son contenu est remis. Ses secrets sont oubliés.",
        Received::Purged => "Boîte retirée, ses conclusions restent lisibles. Ses secrets sont oubliés.",
    }
    .to_owned()
}
