//! Words of *Messagerie*: the accounts of every kind, and what each switch means.

use bannette_api::mailboxes::{MailboxKind, SignInWay, Tls};
use bannette_api::servers::{FoundBy, FoundServer};

/// The part of the screen for a kind of account: its title.
#[must_use]
pub fn section(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "MSSanté (Mailiz)",
        MailboxKind::Apicrypt => "APICRYPT",
        MailboxKind::Bioserveur => "BIOSERVEUR",
        MailboxKind::Imap | MailboxKind::Folder => "Autre source",
    }
}

/// What stands there while there is no account.
#[must_use]
pub fn none(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => {
            "Mailiz ou tout autre opérateur MSSanté. Les résultats envoyés par les laboratoires arrivent d’eux-mêmes."
        }
        MailboxKind::Apicrypt => "Un ou plusieurs comptes. Il faut les composants d’APICEM pour ouvrir les messages.",
        MailboxKind::Bioserveur => "Bannette prend les résultats dans le dossier où l’outil officiel les dépose.",
        MailboxKind::Imap | MailboxKind::Folder => {
            "Une autre boîte sur un serveur IMAP, ou un dossier où un logiciel dépose des résultats."
        }
    }
}

/// The button that adds an account.
#[must_use]
pub fn add(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "+ Ajouter une boîte MSSanté",
        MailboxKind::Apicrypt => "+ Ajouter un compte Apicrypt",
        MailboxKind::Bioserveur => "+ Ajouter un compte Bioserveur",
        MailboxKind::Imap => "+ Ajouter une boîte IMAP",
        MailboxKind::Folder => "+ Ajouter un dossier surveillé",
    }
}

/// A new account, before it has a name.
#[must_use]
pub fn unnamed(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "Nouvelle boîte MSSanté",
        MailboxKind::Apicrypt => "Nouveau compte Apicrypt",
        MailboxKind::Bioserveur => "Nouveau compte Bioserveur",
        MailboxKind::Imap => "Nouvelle boîte IMAP",
        MailboxKind::Folder => "Nouveau dossier surveillé",
    }
}

/// Use it.
#[must_use]
pub fn use_it(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "Utiliser la messagerie Mailiz",
        MailboxKind::Apicrypt => "Utiliser ce compte Apicrypt",
        MailboxKind::Bioserveur => "Utiliser ce compte Bioserveur",
        MailboxKind::Imap => "Utiliser cette boîte",
        MailboxKind::Folder => "Surveiller ce dossier",
    }
}

/// Its address or its name.
#[must_use]
pub fn address(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante | MailboxKind::Imap => "Adresse de messagerie",
        MailboxKind::Apicrypt => "Adresse e-mail",
        MailboxKind::Bioserveur => "Compte Bioserveur",
        MailboxKind::Folder => "Nom",
    }
}

/// The button of the connection test, in the seed's words.
#[must_use]
pub fn test(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Apicrypt => "Tester la connexion",
        MailboxKind::Folder => "Vérifier le dossier",
        _ => "Vérifier la connexion",
    }
}

/// The name of the account on its server.
#[must_use]
pub fn account(kind: MailboxKind) -> (&'static str, &'static str) {
    match kind {
        MailboxKind::Bioserveur => ("Identifiant", "Celui du compte chez Bioserveur."),
        _ => ("Compte sur le serveur", "Vide\u{a0}: l’adresse elle-même."),
    }
}

/// A way of signing in.
#[must_use]
pub fn sign_in(way: SignInWay) -> &'static str {
    match way {
        SignInWay::Password => "Mot de passe",
        SignInWay::ProSanteConnect => "Pro Santé Connect",
        SignInWay::Certificate => "Certificat",
    }
}

/// An encryption.
#[must_use]
pub fn tls(tls: Tls) -> &'static str {
    match tls {
        Tls::Implicit => "TLS",
        Tls::Starttls => "STARTTLS",
        Tls::Local => "Aucun (ce poste seulement)",
    }
}

/// « imap.medecin.test, port 993, TLS ».
#[must_use]
pub fn server(host: &str, port: &str, encryption: Tls) -> String {
    format!("{host}, port\u{a0}{port}, {}", tls(encryption))
}

/// A server that was found.
#[must_use]
pub fn found_server(server_found: &FoundServer) -> String {
    server(&server_found.host, &server_found.port.to_string(), server_found.tls)
}

/// How servers were found.
#[must_use]
pub fn found_by(by: FoundBy) -> &'static str {
    match by {
        FoundBy::KnownOperator => "Opérateur connu de Bannette.",
        FoundBy::Autoconfig => "Annoncés par le fichier de configuration de votre opérateur.",
        FoundBy::Srv => "Annoncés par l’annuaire du réseau (DNS).",
    }
}

/// A server that is not in the domain of the address.
#[must_use]
pub fn elsewhere(domain: &str) -> String {
    format!("Ce serveur n’est pas dans le domaine {domain}. Vérifiez son nom auprès de votre opérateur.")
}

/// What a switch means, said in its tooltip and to screen readers.
pub mod meaning {
    /// Use it.
    pub const USE: &str = "Décochée, la boîte n’est plus relevée. Ce qui est arrivé reste, et le partage aussi.";
    /// *Supprimer les messages du serveur*.
    pub const DELETE: &str = "Un message n’est supprimé du serveur qu’une fois sa copie enregistrée ici, relue et \
        comparée. Ce qui n’a pas pu l’être est réessayé plus tard. Chaque suppression est inscrite au journal.";
    /// *Délai de conservation*.
    pub const RETENTION: &str = "Après ce délai, un message traité quitte l’arborescence. Jamais un message non validé, \
        sans patient identifié, ou critique et non vu. Les conclusions et le journal restent.";
    /// *Partage automatique*.
    pub const AUTO_SHARE: &str = "Coché, ce qui arrive est visible aussitôt par les personnes autorisées. Décoché, cela \
        vous attend, et vous partagez dossier par dossier (Partager ce dossier). Confidentiel réserve un dossier au \
        titulaire.";
    /// *Relayer automatiquement*.
    pub const AUTO_RELAY: &str = "Coché, les résultats d’analyse reconnus vont directement dans la liste des résultats. \
        Décoché, ils attendent sous À trier, jusqu’à ce que quelqu’un choisisse Traiter comme résultat.";
    /// *Messagerie utilisée pour les envois*.
    pub const SENDER: &str = "Celle qui est proposée quand vous écrivez. Elle ne donne aucun droit\u{a0}: seules les \
        boîtes d’où vous pouvez envoyer sont dans la liste.";
    /// The button that shows one.
    #[must_use]
    pub fn of(label: &str) -> String {
        format!("Que signifie «\u{a0}{label}\u{a0}»\u{a0}?")
    }
}

/// Labels and hints of the fields.
pub mod label {
    /// Servers.
    pub const SERVERS: &str = "Serveurs";
    /// Server.
    pub const HOST: &str = "Serveur de réception";
    /// Encryption.
    pub const TLS: &str = "Chiffrement";
    /// Port.
    pub const PORT: &str = "Port";
    /// Sending server.
    pub const SMTP: &str = "Serveur d’envoi (SMTP)";
    /// Hint.
    pub const SMTP_HINT: &str = "Facultatif. Même compte, même mot de passe.";
    /// Encryption of sending.
    pub const SMTP_TLS: &str = "Chiffrement de l’envoi";
    /// Port of sending.
    pub const SMTP_PORT: &str = "Port d’envoi";
    /// Way of signing in.
    pub const SIGN_IN: &str = "Connexion par";
    /// By Pro Santé Connect.
    pub const PRO_SANTE: &str = "La connexion s’ouvre dans votre navigateur une fois la boîte enregistrée. Elle dure le \
        temps de votre session Pro Santé Connect.";
    /// Certificate.
    pub const CERTIFICATE: &str = "Fichier du certificat";
    /// Hint.
    pub const CERTIFICATE_HINT: &str = "Certificat avec sa clé\u{a0}: fichier .p12, .pfx ou .pem.";
    /// The button that chooses it.
    pub const CERTIFICATE_CHOOSE: &str = "Choisir un fichier…";
    /// None chosen.
    pub const CERTIFICATE_NONE: &str = "aucun fichier choisi";
    /// One's own password.
    pub const OWN_PASSWORD: &str = "Votre mot de passe Bannette";
    /// Why it is asked for.
    pub const OWN_PASSWORD_HINT: &str = "Celui de votre session\u{a0}: ce programme pourra tout ce que vous pouvez sur ce \
                                         poste, vous seul le choisissez.";
    /// Password of the certificate.
    pub const CERTIFICATE_PASSWORD: &str = "Mot de passe du certificat";
    /// Hint.
    pub const CERTIFICATE_PASSWORD_HINT: &str = "Vide s’il n’en a pas.";
    /// The file is too large to be one.
    pub const CERTIFICATE_LARGE: &str = "Ce fichier est trop grand pour un certificat.";
    /// The certificate must be chosen again.
    pub const CERTIFICATE_AGAIN: &str = "Le serveur ou le compte a changé\u{a0}: choisissez à nouveau le certificat.";
    /// Key.
    pub const KEY_ID: &str = "Identifiant de la clé ApiCrypt";
    /// Usage code.
    pub const KEY_CODE: &str = "Code d’utilisation de la clé ApiCrypt";
    /// Usage code again.
    pub const KEY_CODE_AGAIN: &str =
        "Ce qui ouvre les messages a changé\u{a0}: saisissez à nouveau le code d’utilisation.";
    /// Code kept.
    pub const KEY_CODE_HINT: &str =
        "Jamais affiché. Vide\u{a0}: celui qui est enregistré reste, tant que l’outil ne change pas.";
    /// How messages come.
    pub const COMES: &str = "Arrivée des messages";
    /// From an IMAP server.
    pub const IMAP: &str = "Serveur IMAP";
    /// From a POP3 server.
    pub const POP3: &str = "Serveur POP3";
    /// The proxy.
    pub const PROXY_IMAP: &str = "Proxy local de l’outil Apicrypt (IMAP)";
    /// The proxy.
    pub const PROXY_POP3: &str = "Proxy local de l’outil Apicrypt (POP3)";
    /// A folder.
    pub const FOLDER: &str = "Dossier surveillé";
    /// The official tool's folder.
    pub const TOOL_FOLDER: &str = "Dossier où l’outil officiel les dépose";
    /// The publisher's service.
    pub const PUBLISHER: &str = "Service de Bioserveur";
    /// What opens them.
    pub const OPENS: &str = "Ouverture des messages";
    /// Nothing.
    pub const OPENS_NOTHING: &str = "Aucun outil\u{a0}: ils restent chiffrés";
    /// A program.
    pub const OPENS_PROGRAM: &str = "Programme sur ce poste";
    /// Clear already.
    pub const OPENS_CLEAR: &str = "Déjà en clair à l’arrivée";
    /// Why.
    pub const OPENS_HINT: &str = "Le chiffrement APICRYPT appartient à APICEM\u{a0}: il faut ses composants, installés sur \
        ce poste. Sans eux, les messages sont gardés chiffrés et ouverts dès qu’un outil fonctionne.";
    /// Program.
    pub const PROGRAM: &str = "Chemin du programme";
    /// Arguments.
    pub const ARGUMENTS: &str = "Arguments";
    /// Hint.
    pub const ARGUMENTS_HINT: &str = "{input} est le fichier à ouvrir, {output} le fichier à écrire, {key} l’identifiant de \
        la clé. Le code d’utilisation n’est jamais un argument.";
    /// Path of a folder.
    pub const PATH: &str = "Chemin du dossier";
    /// Hint.
    pub const PATH_HINT: &str = "Bannette y prend les fichiers que le laboratoire ou un autre logiciel dépose.";
    /// After taking.
    pub const AFTER: &str = "Une fois le fichier pris";
    /// Leaves it.
    pub const AFTER_LEAVE: &str = "Le laisser dans le dossier";
    /// Deletes it.
    pub const AFTER_DELETE: &str = "Le supprimer";
    /// Moves it.
    pub const AFTER_MOVE: &str = "Le déplacer vers";
    /// What deleting means.
    pub const AFTER_DELETE_HINT: &str = "Seulement quand sa copie est enregistrée ici et relue.";
    /// Where to.
    pub const MOVE_TO: &str = "Dossier de destination";
    /// Honesty.
    pub const PUBLISHER_HINT: &str = "Le service de Bioserveur demande un contrat avec son éditeur, que cette version de \
        Bannette n’a pas\u{a0}: rien ne peut en être relevé. Choisissez le dossier où l’outil officiel dépose les résultats.";
    /// Offers the folder.
    pub const PUBLISHER_FOLDER: &str = "Utiliser le dossier";
    /// Retention.
    pub const RETENTION: &str = "Délai de conservation des messages dans l’arborescence";
    /// Unit.
    pub const DAYS: &str = "jours";
    /// Sharing.
    pub const AUTO_SHARE: &str = "Partage automatique des données de santé";
    /// Relay.
    pub const AUTO_RELAY: &str = "Relayer automatiquement les résultats d’analyse";
    /// Another mailbox has the same address.
    pub const SAME_ADDRESS: &str =
        "Une autre de vos boîtes a cette adresse\u{a0}: chaque message pourrait arriver deux fois.";
    /// The same kind at the same address.
    pub const TAKEN: &str = "Vous avez déjà un compte de ce type à cette adresse.";
}

/// Finding servers.
pub mod finding {
    /// Asks.
    pub const FIND: &str = "Trouver les serveurs";
    /// Hint.
    pub const HINT: &str = "D’après le domaine de l’adresse. Rien n’est envoyé\u{a0}: ni mot de passe, ni nom.";
    /// While it asks.
    pub const FINDING: &str = "Recherche…";
    /// The title of what was found.
    pub const TITLE: &str = "Serveurs trouvés";
    /// Receiving.
    pub const INCOMING: &str = "Réception";
    /// Sending.
    pub const OUTGOING: &str = "Envoi";
    /// Account.
    pub const ACCOUNT: &str = "Compte";
    /// Uses them.
    pub const USE: &str = "Utiliser ces serveurs";
    /// Does not.
    pub const LEAVE: &str = "Ne pas les utiliser";
    /// None.
    pub const NONE: &str = "Ce domaine n’annonce aucun serveur, ou le réseau ne répond pas. Saisissez ceux que votre \
        opérateur vous a donnés.";
    /// They were taken over.
    pub const USED: &str = "Serveurs repris. Rien n’est enregistré avant «\u{a0}Enregistrer\u{a0}».";
}

/// The default sender.
pub mod sender {
    /// Title.
    pub const TITLE: &str = "Envois";
    /// Label.
    pub const LABEL: &str = "Messagerie utilisée pour les envois";
    /// None.
    pub const NONE: &str = "Aucune";
    /// Nothing to choose from.
    pub const NOTHING: &str = "Aucune boîte d’où vous pouvez envoyer. Ajoutez la vôtre, ou demandez «\u{a0}lecture et \
        envoi\u{a0}» au titulaire d’une autre.";
}
