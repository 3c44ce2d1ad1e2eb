//! What is wrong with the store of this post.

use super::Advice;
use bannette_api::failure::StoreTrouble;

/// What happened to the store, and what to do. Nothing was changed in any of these cases.
#[must_use]
pub fn store(trouble: StoreTrouble) -> Advice {
    let (what, then) = match trouble {
        StoreTrouble::WrongKey => (
            "La clé de ce poste n’ouvre pas les données du cabinet.",
            "Remettez la clé d’origine, ou restaurez une sauvegarde avec sa clé.",
        ),
        StoreTrouble::NoKey => (
            "La clé des données du cabinet est introuvable sur ce poste.",
            "Ouvrez la session habituelle de ce poste, ou remettez le fichier de clé à sa place.",
        ),
        StoreTrouble::KeyStoreClosed => (
            "Le trousseau de clés de ce poste est fermé ou ne répond pas.",
            "Déverrouillez le trousseau de votre session, puis réessayez. Si rien ne change, redémarrez Bannette.",
        ),
        StoreTrouble::Damaged => (
            "Le fichier des données du cabinet est endommagé.",
            "N’effacez rien\u{a0}: gardez le fichier tel quel et restaurez la dernière sauvegarde.",
        ),
        StoreTrouble::TooNew => (
            "Les données du cabinet ont été écrites par une version plus récente de Bannette.",
            "Mettez Bannette à jour sur ce poste.",
        ),
        StoreTrouble::DiskFull => ("Le disque de ce poste est plein.", "Libérez de la place, puis réessayez."),
        StoreTrouble::ReadOnly => (
            "Le dossier des données du cabinet ne peut pas être écrit.",
            "Vérifiez les droits de votre session sur ce dossier.",
        ),
        StoreTrouble::Busy => (
            "Un autre programme tient les données du cabinet.",
            "Fermez l’autre fenêtre de Bannette ou attendez la fin de la sauvegarde, puis réessayez.",
        ),
        StoreTrouble::NetworkShare => (
            "Les données du cabinet sont sur un partage réseau, où elles ne sont pas en sûreté.",
            "Placez-les sur le disque de ce poste.",
        ),
    };
    Advice::new(what, then)
}
