//! What goes wrong outside the core's rules: servers, folders, the store of this post. Each is one cause with one remedy.

use super::Said;
use bannette_api::connection::{OpeningFault, Trouble};
use bannette_api::failure::StoreTrouble;

/// What went wrong outside, and the remedy.
pub fn trouble(trouble: &Trouble) -> Said {
    match trouble {
        Trouble::NameNotFound { host } => Said::new(
            format!("Le serveur « {host} » est introuvable."),
            "Vérifiez le nom du serveur et la connexion à Internet de ce poste.",
        ),
        Trouble::Refused { host, port } => Said::new(
            format!("Le serveur {host} n’accepte pas de connexion sur le port {port}."),
            "Vérifiez le port, ou demandez-le à l’opérateur de messagerie.",
        ),
        Trouble::TimedOut => {
            Said::new("Le serveur n’a pas répondu à temps.", "Vérifiez le serveur et le port, puis réessayez.")
        }
        Trouble::Unreachable => {
            Said::new("Le réseau ou le serveur n’est pas joignable.", "Vérifiez la connexion à Internet de ce poste.")
        }
        Trouble::Interrupted => Said::new(
            "La connexion a été coupée en cours de route.",
            "Rien n’est perdu. Réessayez dans quelques minutes.",
        ),
        Trouble::NotImap => {
            Said::new("Ce qui répond n’est pas un serveur IMAP.", "Vérifiez le nom du serveur et le port.")
        }
        Trouble::NoTls => Said::new(
            "Le serveur ne propose pas de chiffrement sur ce port, et Bannette n’envoie jamais un mot de passe en clair.",
            "Essayez --tls implicit avec le port 993, ou --tls starttls avec le port 143.",
        ),
        Trouble::CertificateExpired => Said::new(
            "Le certificat du serveur n’est plus valable, ou pas encore.",
            "Vérifiez la date de ce poste. Si elle est juste, prévenez l’opérateur de messagerie.",
        ),
        Trouble::CertificateUntrusted => Said::new(
            "Le certificat du serveur vient d’une autorité que ce poste ne reconnaît pas.",
            "Le mot de passe n’a pas été envoyé. Une autorité propre au cabinet (IGC-Santé) se place dans « autorites », \
             dans le dossier du cabinet.",
        ),
        Trouble::CertificateWrongName { host } => Said::new(
            format!("Le certificat du serveur n’est pas au nom de « {host} »."),
            "Le mot de passe n’a pas été envoyé. Vérifiez le nom du serveur.",
        ),
        Trouble::TlsFailed => Said::new(
            "Le chiffrement n’a pas pu s’établir avec le serveur.",
            "Vérifiez le port et le chiffrement choisis.",
        ),
        Trouble::ServerFault => {
            Said::new("Le serveur a donné une réponse inattendue.", "Réessayez dans quelques minutes.")
        }
        Trouble::UidValidityChanged => Said::new(
            "Le serveur a renuméroté ses messages.",
            "Ils sont relus. Rien n’est supprimé du serveur tant que personne ne l’a confirmé.",
        ),
        Trouble::LoginRefused
        | Trouble::SecretMissing
        | Trouble::NoInbox
        | Trouble::FolderMissing
        | Trouble::FolderUnreadable
        | Trouble::FolderSilent
        | Trouble::DiskFull
        | Trouble::KeyStoreClosed
        | Trouble::StoreFailed => nearer_trouble(trouble),
        Trouble::FolderNotWritable
        | Trouble::FolderLoop
        | Trouble::TokenNeeded
        | Trouble::CertificateMissing
        | Trouble::CertificateRefused
        | Trouble::NotPop3
        | Trouble::NotSmtp
        | Trouble::ContractNeeded => source_trouble(trouble),
        Trouble::Encrypted { messages, why } => {
            let why = opening_fault(why);
            Said::new(
                format!("Messages chiffrés par APICRYPT : {messages}. {}", why.message),
                why.hint.as_deref().unwrap_or(""),
            )
        }
        Trouble::FilesLeft { too_large, empty, unreadable } => Said::new(
            format!(
                "Fichiers non reçus : {too_large} trop gros, {empty} vides, {unreadable} illisibles ou verrouillés."
            ),
            "Ils restent dans le dossier. Ouvrez-le, et voyez avec le laboratoire ce qu’ils devaient contenir.",
        ),
    }
}

/// Why a message that came encrypted is not opened.
pub fn opening_fault(why: &OpeningFault) -> Said {
    match why {
        OpeningFault::NoTool => Said::new(
            "Outil APICRYPT non configuré.",
            "L’ouverture nécessite les composants d’APICEM : indiquez-les par « mailbox set decryptor=… ».",
        ),
        OpeningFault::KeyStoreClosed => Said::new(
            "Le trousseau de clés de ce poste est verrouillé ou ne répond pas : le code d’utilisation s’y trouve.",
            "Déverrouillez-le, puis relancez « fetch ».",
        ),
        OpeningFault::ToolMissing => Said::new(
            "L’outil APICRYPT n’est pas à l’endroit indiqué.",
            "Réinstallez-le, ou corrigez son chemin par « mailbox set decryptor=… ».",
        ),
        OpeningFault::NotStarted => Said::new(
            "L’outil APICRYPT n’a pas pu être lancé.",
            "Vérifiez que ce poste peut l’exécuter et que son disque n’est pas plein.",
        ),
        OpeningFault::TimedOut => Said::new(
            "L’outil APICRYPT n’a pas répondu à temps.",
            "Vérifiez qu’il n’attend pas une réponse, puis relancez « fetch ».",
        ),
        OpeningFault::Refused { code } => Said::new(
            match code {
                Some(code) => format!("L’outil APICRYPT a refusé d’ouvrir le message (code {code})."),
                None => "L’outil APICRYPT s’est arrêté sans ouvrir le message.".to_owned(),
            },
            "Vérifiez l’identifiant de la clé, son code d’utilisation et sa date de fin.",
        ),
        OpeningFault::NothingGiven => {
            Said::new("L’outil APICRYPT n’a rien écrit.", "Vérifiez ses arguments par « mailbox show ».")
        }
        OpeningFault::TooLarge => Said::new(
            "L’outil APICRYPT a écrit plus que ce qui peut être reçu.",
            "Ouvrez ce message avec l’outil officiel.",
        ),
        OpeningFault::StillEncrypted => Said::new(
            "Ce que l’outil APICRYPT a écrit est encore chiffré.",
            "Vérifiez l’identifiant de la clé et les arguments de l’outil.",
        ),
    }
}

/// Troubles that only some kinds of source have.
fn source_trouble(trouble: &Trouble) -> Said {
    match trouble {
        Trouble::FolderNotWritable => Said::new(
            "Les fichiers de ce dossier ne peuvent être ni déplacés ni supprimés.",
            "Vérifiez les droits de ce poste sur le dossier, ou choisissez de les y laisser.",
        ),
        Trouble::FolderLoop => Said::new(
            "Ce dossier renvoie à lui-même par des liens.",
            "Choisissez un dossier qui n’est pas un lien en boucle.",
        ),
        Trouble::TokenNeeded => Said::new(
            "La connexion à Pro Santé Connect est à faire, ou a pris fin.",
            "Ouvrez Messagerie et connectez-vous avec Pro Santé Connect.",
        ),
        Trouble::CertificateMissing => Said::new(
            "Aucun certificat n’est enregistré pour cette boîte.",
            "Ajoutez-le dans Messagerie (fichier .p12, .pfx ou .pem).",
        ),
        Trouble::CertificateRefused => Said::new(
            "Le serveur n’accepte pas le certificat de cette boîte.",
            "Vérifiez sa date de fin, et qu’il est bien celui de cette boîte.",
        ),
        Trouble::NotPop3 => Said::new(
            "Le serveur à cette adresse n’est pas un serveur de messagerie POP3.",
            "Vérifiez le nom du serveur et le port.",
        ),
        Trouble::NotSmtp => Said::new(
            "Le serveur à cette adresse n’est pas un serveur d’envoi (SMTP).",
            "Vérifiez le nom du serveur d’envoi et son port.",
        ),
        _ => Said::new(
            "Le service de Bioserveur demande un contrat avec son éditeur, que cette version n’a pas.",
            "Choisissez le dossier où l’outil officiel dépose les résultats.",
        ),
    }
}

/// Troubles of the account and of this post.
fn nearer_trouble(trouble: &Trouble) -> Said {
    match trouble {
        Trouble::LoginRefused => Said::new(
            "Le serveur a refusé le compte ou le mot de passe.",
            "Donnez à nouveau le mot de passe avec « bannette mailbox set BOÎTE --new-secret ».",
        ),
        Trouble::SecretMissing => Said::new(
            "Aucun mot de passe n’est enregistré pour cette boîte.",
            "Donnez-le avec « bannette mailbox set BOÎTE --new-secret ».",
        ),
        Trouble::NoInbox => Said::new(
            "La boîte de réception de ce compte ne s’ouvre pas.",
            "Vérifiez auprès de l’opérateur de messagerie que le compte est actif.",
        ),
        Trouble::FolderMissing => {
            Said::new("Le dossier surveillé n’est pas là.", "Rebranchez le disque, ou corrigez le chemin.")
        }
        Trouble::FolderUnreadable => {
            Said::new("Le dossier surveillé ne peut pas être lu.", "Vérifiez les droits de ce poste sur le dossier.")
        }
        Trouble::FolderSilent => Said::new(
            "Le dossier surveillé ne répond pas.",
            "Vérifiez le lecteur réseau ou le disque ; la réception reprendra seule dès qu’il répond.",
        ),
        Trouble::DiskFull => Said::new(
            "Le disque de ce poste est plein : les nouveaux messages restent sur le serveur.",
            "Libérez de la place, puis relevez à nouveau.",
        ),
        Trouble::KeyStoreClosed => Said::new(
            "Le trousseau de clés de ce poste est verrouillé ou ne répond pas : le mot de passe de la boîte s’y trouve.",
            "Déverrouillez-le, puis relevez à nouveau.",
        ),
        _ => Said::new(
            "Ce poste n’a pas pu enregistrer ce qui est arrivé.",
            "Les messages restent sur le serveur. Le journal technique en dit la cause.",
        ),
    }
}

/// What is wrong with the store of this post. Nothing was changed in any of these cases.
pub fn store(trouble: StoreTrouble) -> Said {
    let (message, hint) = match trouble {
        StoreTrouble::WrongKey => (
            "Cette clé n’ouvre pas les données du cabinet.",
            "Rien n’a été changé. Donnez la clé d’origine (--key-file), ou restaurez une sauvegarde avec sa clé.",
        ),
        StoreTrouble::NoKey => (
            "La clé des données du cabinet est introuvable sur ce poste.",
            "Ouvrez la session habituelle de ce poste, ou donnez le fichier de la clé avec --key-file.",
        ),
        StoreTrouble::KeyStoreClosed => (
            "Le trousseau de clés de ce poste est fermé ou ne répond pas.",
            "Déverrouillez-le, ou utilisez un fichier de clé avec --key-file.",
        ),
        StoreTrouble::Damaged => (
            "Le fichier des données du cabinet est endommagé.",
            "N’effacez rien : gardez le fichier tel quel et restaurez la dernière sauvegarde.",
        ),
        StoreTrouble::TooNew => (
            "Les données du cabinet ont été écrites par une version plus récente de Bannette.",
            "Mettez Bannette à jour sur ce poste.",
        ),
        StoreTrouble::DiskFull => ("Le disque de ce poste est plein.", "Libérez de la place, puis réessayez."),
        StoreTrouble::ReadOnly => {
            ("Le dossier du cabinet ne peut pas être écrit.", "Vérifiez vos droits sur ce dossier.")
        }
        StoreTrouble::Busy => ("Un autre programme tient les données du cabinet.", "Réessayez dans un instant."),
        StoreTrouble::NetworkShare => (
            "Le dossier du cabinet est sur un partage réseau, où ses données ne sont pas en sûreté.",
            "Placez-le sur le disque de ce poste.",
        ),
    };
    Said::new(message, hint)
}
