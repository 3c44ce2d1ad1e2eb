//! What came encrypted by APICRYPT, and why it is not opened.

use super::Advice;
use super::number::plural;
use bannette_api::connection::OpeningFault;

/// A row of the list whose message nothing could open yet.
pub const CHIP: &str = "chiffré";

/// What is said above a dossier's content.
pub const WAITS: &str = "Ce message est chiffré par APICRYPT\u{a0}: son contenu ne peut pas encore être lu.";

/// The message was opened while its dossier stood there.
pub const OPENED: &str = "Ce message vient d’être ouvert par l’outil APICRYPT.";

/// The action that shows what is in it.
pub const SHOW: &str = "Afficher son contenu";

/// The action that tries again at once.
pub const TRY_AGAIN: &str = "Réessayer";

/// What APICRYPT needs, whatever is set.
pub const NEEDS_COMPONENTS: &str = "L’ouverture des messages APICRYPT nécessite les composants fournis par APICEM. \
                                    Bannette ne déchiffre rien elle-même\u{a0}: elle appelle l’outil officiel.";

/// After asking for another try.
pub const ASKED: &str = "Nouvel essai demandé.";

/// What becomes of it without anybody doing anything.
#[must_use]
pub fn later(rests: bool) -> &'static str {
    if rests {
        "Il sera repris dès que les réglages changent, ou si vous réessayez."
    } else {
        "Il sera repris de lui-même."
    }
}

/// Messages that wait.
#[must_use]
pub fn messages(messages: u64, why: &OpeningFault) -> Advice {
    let count = plural(messages, "message chiffré", "messages chiffrés");
    let advice = fault(why);
    Advice::new(format!("{count}\u{a0}: {}", lower_first(&advice.what)), advice.then)
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Why a message is not opened, and what to do about it.
#[must_use]
pub fn fault(why: &OpeningFault) -> Advice {
    match why {
        OpeningFault::NoTool => Advice::new(
            "Outil APICRYPT non configuré.",
            "Dans Messagerie, indiquez l’outil officiel, son relais sur ce poste, ou le dossier où il dépose les messages en \
             clair.",
        ),
        OpeningFault::KeyStoreClosed => Advice::new(
            "Le trousseau de clés de ce poste est verrouillé ou ne répond pas\u{a0}: le code d’utilisation s’y trouve.",
            "Déverrouillez le trousseau de votre session\u{a0}; l’ouverture reprendra seule. Sinon, redémarrez Bannette.",
        ),
        OpeningFault::ToolMissing => Advice::new(
            "L’outil APICRYPT n’est pas à l’endroit indiqué.",
            "Réinstallez-le, ou corrigez son chemin dans Messagerie.",
        ),
        OpeningFault::NotStarted => Advice::new(
            "L’outil APICRYPT n’a pas pu être lancé.",
            "Vérifiez que ce poste peut l’exécuter et que son disque n’est pas plein.",
        ),
        OpeningFault::TimedOut => Advice::new(
            "L’outil APICRYPT n’a pas répondu à temps.",
            "Vérifiez qu’il n’attend pas une réponse dans une fenêtre, puis réessayez.",
        ),
        OpeningFault::Refused { code } => Advice::new(
            match code {
                Some(code) => format!("L’outil APICRYPT a refusé d’ouvrir le message (code {code})."),
                None => "L’outil APICRYPT s’est arrêté sans ouvrir le message.".to_owned(),
            },
            "Vérifiez l’identifiant de la clé, son code d’utilisation et sa date de fin.",
        ),
        OpeningFault::NothingGiven => {
            Advice::new("L’outil APICRYPT n’a rien écrit.", "Vérifiez ses arguments dans Messagerie.")
        }
        OpeningFault::TooLarge => Advice::new(
            "L’outil APICRYPT a écrit plus que ce qui peut être reçu.",
            "Ouvrez ce message avec l’outil officiel.",
        ),
        OpeningFault::StillEncrypted => Advice::new(
            "Ce que l’outil APICRYPT a écrit est encore chiffré.",
            "Vérifiez l’identifiant de la clé et les arguments dans Messagerie.",
        ),
    }
}
