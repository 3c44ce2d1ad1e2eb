//! What is wrong with a field, in one short sentence to stand below it.

use super::number::whole;
use bannette_api::failure::{Field, Why};

/// A field in a sentence, with its article.
#[must_use]
pub fn name(field: Field) -> &'static str {
    match field {
        Field::Threshold => "le seuil",
        Field::Practice => "le nom du cabinet",
        Field::FirstName => "le prénom",
        Field::LastName => "le nom",
        Field::Login => "l’identifiant",
        Field::Password => "le mot de passe",
        Field::CurrentPassword => "le mot de passe actuel",
        Field::Rpps => "le numéro RPPS",
        Field::Address => "l’adresse",
        Field::Host => "le nom du serveur",
        Field::Port => "le port",
        Field::Account => "le nom du compte",
        Field::Secret => "le mot de passe du compte",
        Field::Path => "le chemin du dossier",
        Field::RetentionDays => "le délai de conservation",
        Field::IdleMinutes => "la durée",
        Field::Group => "le nom du groupe",
        Field::Grantee => "le destinataire du droit",
        Field::Period => "la période",
        Field::Words => "les mots recherchés",
        Field::Dossiers => "les dossiers sélectionnés",
        Field::Reason => "le motif",
        Field::Duration => "la durée",
        Field::Mailbox => "la boîte",
        Field::Motive => "le motif",
        Field::Administrator => "l’administration du cabinet",
        Field::NewOwner => "le nouveau titulaire",
        Field::Responsible => "le nouveau responsable",
        Field::OutgoingHost => "le nom du serveur d’envoi",
        Field::OutgoingPort => "le port d’envoi",
        Field::KeyId => "l’identifiant de la clé",
        Field::KeyCode => "le code d’utilisation de la clé",
        Field::Certificate => "le certificat",
        Field::CertificatePassword => "le mot de passe du certificat",
        Field::Program => "le programme",
        Field::Arguments => "les arguments du programme",
        Field::MoveTo => "le dossier de destination",
    }
}

/// The form that a field should have.
fn form(field: Field) -> &'static str {
    match field {
        Field::Address => "Écrivez une adresse complète, par exemple nom@medecin.test.",
        Field::Rpps => "Un numéro RPPS a 11 chiffres, et le dernier les vérifie.",
        Field::Login => "Lettres, chiffres, point, tiret\u{a0}; sans espace.",
        Field::Host | Field::OutgoingHost => "Écrivez le nom du serveur seul, par exemple imap.exemple.fr.",
        Field::Port | Field::OutgoingPort | Field::RetentionDays | Field::IdleMinutes => "Écrivez un nombre entier.",
        Field::Path | Field::MoveTo => "Écrivez le chemin complet du dossier.",
        Field::Program => "Écrivez le chemin complet du programme.",
        Field::Certificate => "Ce fichier n’est pas un certificat avec sa clé (.p12, .pfx ou .pem).",
        Field::Arguments => "Un guillemet n’est pas fermé.",
        Field::Threshold => "Un nombre, par exemple 6,2.",
        _ => "Ce format n’est pas accepté.",
    }
}

/// What is wrong, and what would be right.
#[must_use]
pub fn why(field: Field, why: Why) -> String {
    match why {
        Why::Empty => match field {
            Field::Secret => "Saisissez le mot de passe du compte.".to_owned(),
            Field::CurrentPassword => "Saisissez votre mot de passe.".to_owned(),
            _ => format!("Indiquez {}.", name(field)),
        },
        Why::TooLong { at_most } => format!("{} caractères au plus.", whole(u64::from(at_most))),
        Why::TooShort { at_least } => format!("Trop court\u{a0}: {} caractères au moins.", whole(u64::from(at_least))),
        Why::Form => form(field).to_owned(),
        Why::Implausible => {
            "Hors de ce qui est possible dans cette unité, ou seuil bas au-dessus du seuil haut.".to_owned()
        }
        Why::OutOfRange { least, most } => {
            format!("Entre {} et {}.", whole(u64::from(least)), whole(u64::from(most)))
        }
        Why::Taken => match field {
            Field::Login => "Cet identifiant est déjà pris.".to_owned(),
            Field::NewOwner => {
                "Cette personne a déjà une boîte à cette adresse\u{a0}: choisissez-en une autre.".to_owned()
            }
            // Only one's own are looked at: nobody learns of another's mailbox.
            Field::Address => super::accounts::label::TAKEN.to_owned(),
            Field::Path => "Une autre boîte surveille ce dossier, et l’une des deux en enlèverait les fichiers\u{a0}: \
                            laissez-les en place dans les deux, ou choisissez un autre dossier."
                .to_owned(),
            _ => "Ce nom est déjà pris.".to_owned(),
        },
        Why::TooCommon => "Trop facile à deviner\u{a0}: choisissez une phrase, sans l’identifiant dedans.".to_owned(),
        Why::Unknown if field == Field::CurrentPassword => "Ce n’est pas votre mot de passe.".to_owned(),
        Why::Unknown => "Inconnu de ce cabinet.".to_owned(),
        Why::NotAFolder => "Ce dossier n’existe pas ou ne peut pas être lu.".to_owned(),
        Why::InsideData => "Ce dossier est celui des données de Bannette\u{a0}: choisissez-en un autre.".to_owned(),
        Why::EndsBeforeBegin => "La fin est avant le début.".to_owned(),
        Why::Over => "La date de fin est déjà passée.".to_owned(),
        Why::Twice => "Deux fois le même.".to_owned(),
        Why::NoSentence => "Écrivez une phrase, avec au moins trois mots.".to_owned(),
        Why::HasIt => "Vous pouvez déjà la lire.".to_owned(),
        Why::TooMany { at_most } => {
            format!("Plus de {} lignes\u{a0}: choisissez une période plus courte.", whole(u64::from(at_most)))
        }
        Why::LastOne => {
            "C’est le dernier administrateur actif du cabinet\u{a0}: donnez d’abord ce rôle à une autre personne."
                .to_owned()
        }
        Why::CannotRead => "Cette personne n’a pas le droit de lire cette boîte.".to_owned(),
        Why::WrongPassword => "Le mot de passe n’ouvre pas ce certificat.".to_owned(),
        Why::NotWritable => "Bannette ne peut pas y écrire.".to_owned(),
        Why::LinkLoop => "Ce dossier renvoie à lui-même par des liens.".to_owned(),
        Why::NotThisPost => "Sans chiffrement, seul ce poste convient (127.0.0.1 ou localhost).".to_owned(),
        Why::Expired => "Ce certificat n’est plus valable.".to_owned(),
        Why::NotMssante => "Pro Santé Connect n’ouvre que les serveurs de l’espace MSSanté (leur nom finit par «\u{a0}mssante.fr\u{a0}»).".to_owned(),
    }
}
