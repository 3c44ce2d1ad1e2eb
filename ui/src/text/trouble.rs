//! What can go wrong outside, each with its cause and its remedy; the steps of the connection test.

use super::Advice;
use super::number::plural;
use bannette_api::connection::{StepName, Trouble};

/// Cause and remedy.
#[must_use]
pub fn trouble(trouble: &Trouble) -> Advice {
    match trouble {
        Trouble::NameNotFound { host } => Advice::new(
            format!("Le serveur «\u{a0}{host}\u{a0}» est introuvable."),
            "Vérifiez le nom du serveur et la connexion à Internet de ce poste.",
        ),
        Trouble::Refused { host, port } => Advice::new(
            format!("Le serveur {host} n’accepte pas de connexion sur le port {port}."),
            "Vérifiez le port, ou demandez-le à votre opérateur de messagerie.",
        ),
        Trouble::TimedOut => Advice::new(
            "Le serveur n’a pas répondu à temps.",
            "Vérifiez le nom du serveur et le port, puis réessayez dans quelques minutes.",
        ),
        Trouble::Unreachable => {
            Advice::new("Le réseau ou le serveur n’est pas joignable.", "Vérifiez la connexion à Internet de ce poste.")
        }
        Trouble::Interrupted => Advice::new(
            "La connexion a été coupée en cours de route.",
            "Rien n’est perdu. Réessayez dans quelques minutes.",
        ),
        Trouble::NotImap => Advice::new(
            "Le serveur à cette adresse n’est pas un serveur de messagerie IMAP.",
            "Vérifiez le nom du serveur et le port.",
        ),
        Trouble::NoTls => Advice::new(
            "Le serveur ne propose pas de chiffrement sur ce port, et Bannette n’envoie jamais un mot de passe en clair.",
            "Choisissez TLS avec le port 993, ou STARTTLS avec le port 143.",
        ),
        Trouble::UidValidityChanged => Advice::new(
            "Le serveur a renuméroté ses messages.",
            "Les messages sont relus. Rien n’est supprimé du serveur tant que vous ne l’avez pas confirmé.",
        ),
        Trouble::ServerFault => Advice::new(
            "Le serveur a donné une réponse inattendue.",
            "Réessayez dans quelques minutes, puis prévenez votre opérateur de messagerie.",
        ),
        Trouble::CertificateExpired
        | Trouble::CertificateUntrusted
        | Trouble::CertificateWrongName { .. }
        | Trouble::TlsFailed => certificate(trouble),
        Trouble::LoginRefused | Trouble::SecretMissing | Trouble::NoInbox => account(trouble),
        Trouble::FolderMissing
        | Trouble::FolderUnreadable
        | Trouble::FolderSilent
        | Trouble::DiskFull
        | Trouble::StoreFailed
        | Trouble::KeyStoreClosed => post(trouble),
        Trouble::FolderNotWritable
        | Trouble::FolderLoop
        | Trouble::TokenNeeded
        | Trouble::CertificateMissing
        | Trouble::CertificateRefused
        | Trouble::NotPop3
        | Trouble::NotSmtp
        | Trouble::ContractNeeded => source(trouble),
        Trouble::Encrypted { messages, why } => super::encrypted::messages(*messages, why),
        Trouble::FilesLeft { too_large, empty, unreadable } => Advice::new(
            files_left(*too_large, *empty, *unreadable),
            "Ils restent dans le dossier\u{a0}: ouvrez-le, et voyez avec le laboratoire ce qu’ils devaient contenir.",
        ),
    }
}

fn files_left(too_large: u64, empty: u64, unreadable: u64) -> String {
    let kinds = [
        (too_large, "fichier trop gros", "fichiers trop gros"),
        (empty, "fichier vide", "fichiers vides"),
        (unreadable, "fichier illisible ou verrouillé", "fichiers illisibles ou verrouillés"),
    ];
    let kinds: Vec<String> =
        kinds.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| plural(count, one, many)).collect();
    format!("Non reçus\u{a0}: {}.", kinds.join(", "))
}

/// What only some kinds of source have.
fn source(trouble: &Trouble) -> Advice {
    match trouble {
        Trouble::FolderNotWritable => Advice::new(
            "Les fichiers de ce dossier ne peuvent être ni déplacés ni supprimés.",
            "Vérifiez les droits de ce poste sur le dossier, ou choisissez de les y laisser.",
        ),
        Trouble::FolderLoop => Advice::new(
            "Ce dossier renvoie à lui-même par des liens.",
            "Choisissez un dossier qui n’est pas un lien en boucle.",
        ),
        Trouble::TokenNeeded => Advice::new(
            "La connexion à Pro Santé Connect est à faire, ou a pris fin.",
            "Ouvrez Messagerie et connectez-vous avec Pro Santé Connect.",
        ),
        Trouble::CertificateMissing => Advice::new(
            "Aucun certificat n’est enregistré pour cette boîte.",
            "Ajoutez-le dans Messagerie (fichier .p12, .pfx ou .pem).",
        ),
        Trouble::CertificateRefused => Advice::new(
            "Le serveur n’accepte pas le certificat de cette boîte.",
            "Vérifiez sa date de fin, et qu’il est bien celui de cette boîte.",
        ),
        Trouble::NotPop3 => Advice::new(
            "Le serveur à cette adresse n’est pas un serveur de messagerie POP3.",
            "Vérifiez le nom du serveur et le port.",
        ),
        Trouble::NotSmtp => Advice::new(
            "Le serveur à cette adresse n’est pas un serveur d’envoi (SMTP).",
            "Vérifiez le nom du serveur d’envoi et son port.",
        ),
        _ => Advice::new(
            "Le service de Bioserveur demande un contrat avec son éditeur, que cette version n’a pas.",
            "Choisissez le dossier où l’outil officiel dépose les résultats.",
        ),
    }
}

fn certificate(trouble: &Trouble) -> Advice {
    match trouble {
        Trouble::CertificateExpired => Advice::new(
            "Le certificat du serveur n’est plus valable, ou pas encore.",
            "Vérifiez la date et l’heure de ce poste. Si elles sont justes, prévenez votre opérateur de messagerie.",
        ),
        Trouble::CertificateUntrusted => Advice::new(
            "Le certificat du serveur vient d’une autorité que ce poste ne reconnaît pas.",
            "Le mot de passe n’a pas été envoyé. Vérifiez le nom du serveur auprès de votre opérateur de messagerie.",
        ),
        Trouble::CertificateWrongName { host } => Advice::new(
            format!("Le certificat du serveur n’est pas au nom de «\u{a0}{host}\u{a0}»."),
            "Le mot de passe n’a pas été envoyé. Vérifiez le nom du serveur.",
        ),
        _ => Advice::new(
            "Le chiffrement n’a pas pu s’établir avec le serveur.",
            "Vérifiez le port et le chiffrement choisis (TLS ou STARTTLS).",
        ),
    }
}

fn account(trouble: &Trouble) -> Advice {
    match trouble {
        Trouble::LoginRefused => Advice::new(
            "Le serveur a refusé le compte ou le mot de passe.",
            "Saisissez à nouveau le mot de passe dans Messagerie, puis vérifiez la connexion.",
        ),
        Trouble::SecretMissing => {
            Advice::new("Aucun mot de passe n’est enregistré pour cette boîte.", "Saisissez-le dans Messagerie.")
        }
        _ => Advice::new(
            "La boîte de réception de ce compte ne s’ouvre pas.",
            "Vérifiez que le compte est actif auprès de votre opérateur de messagerie.",
        ),
    }
}

fn post(trouble: &Trouble) -> Advice {
    match trouble {
        Trouble::FolderMissing => Advice::new(
            "Le dossier surveillé n’est pas là.",
            "Rebranchez le disque, ou corrigez le chemin dans Messagerie.",
        ),
        Trouble::FolderUnreadable => {
            Advice::new("Le dossier surveillé ne peut pas être lu.", "Vérifiez les droits de ce poste sur le dossier.")
        }
        Trouble::FolderSilent => Advice::new(
            "Le dossier surveillé ne répond pas.",
            "Vérifiez le lecteur réseau ou le disque\u{a0}; la réception reprendra seule dès qu’il répond.",
        ),
        Trouble::DiskFull => Advice::new(
            "Le disque de ce poste est plein\u{a0}: les nouveaux messages restent sur le serveur.",
            "Libérez de la place\u{a0}; la réception reprendra seule.",
        ),
        Trouble::KeyStoreClosed => Advice::new(
            "Le trousseau de clés de ce poste est verrouillé ou ne répond pas\u{a0}: le mot de passe de la boîte s’y trouve.",
            "Déverrouillez le trousseau de votre session\u{a0}; la réception reprendra seule. Sinon, redémarrez Bannette.",
        ),
        _ => Advice::new(
            "Ce poste n’a pas pu enregistrer ce qui est arrivé.",
            "Les messages restent sur le serveur. Redémarrez Bannette.",
        ),
    }
}

/// What a step of the connection test did.
#[must_use]
pub fn step(step: StepName) -> &'static str {
    match step {
        StepName::Name => "Trouver le serveur",
        StepName::Connect => "Joindre le serveur",
        StepName::Tls => "Chiffrer la connexion, vérifier le certificat",
        StepName::Login => "Ouvrir le compte",
        StepName::Inbox => "Ouvrir la boîte de réception",
        StepName::Folder => "Lire le dossier",
        StepName::Capabilities => "Demander ce que le serveur sait faire et la place occupée",
        StepName::Smtp => "Ouvrir le compte sur le serveur d’envoi (rien n’est envoyé)",
    }
}
