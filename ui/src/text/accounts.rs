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
            "Mailiz ou tout autre opérateur MSSanté. Les résultats envoyés par les laboratoires arrivent automatiquement."
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
        MailboxKind::Apicrypt => "+ Ajouter un compte APICRYPT",
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
        MailboxKind::Apicrypt => "Nouveau compte APICRYPT",
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
        MailboxKind::Apicrypt => "Utiliser ce compte APICRYPT",
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
        MailboxKind::Apicrypt => "Adresse de messagerie",
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
        MailboxKind::Bioserveur => ("Identifiant", "Celui de votre compte Bioserveur."),
        _ => ("Compte sur le serveur", "Laissez vide si c’est l’adresse de messagerie."),
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
    pub const USE: &str =
        "Si la case est décochée, la boîte n’est plus relevée. Les messages déjà reçus et le partage sont conservés.";
    /// *Supprimer les messages du serveur*.
    pub const DELETE: &str = "Un message n’est supprimé du serveur qu’une fois sa copie enregistrée dans Bannette et vérifiée. En cas d’échec, la suppression est retentée plus tard. Chaque suppression est inscrite dans l’historique.";
    /// *Délai de conservation*.
    pub const RETENTION: &str = "Après ce délai, un message traité quitte l’arborescence. Jamais un message non validé, \
        sans patient identifié, ou critique et non vu. Les conclusions et le journal restent. \
        Les valeurs chiffrées restent pour les courbes et les antériorités.";
    /// *Partage automatique*.
    pub const AUTO_SHARE: &str = "Case cochée\u{a0}: les nouveaux messages sont aussitôt visibles par les personnes autorisées. Case décochée\u{a0}: ils vous attendent, et vous les partagez un par un avec «\u{a0}Partager ce dossier\u{a0}». «\u{a0}Confidentiel\u{a0}» réserve un dossier au titulaire.";
    /// *Relayer automatiquement*.
    pub const AUTO_RELAY: &str = "Case cochée\u{a0}: les résultats d’analyse reconnus vont directement dans la liste des résultats. Case décochée\u{a0}: ils attendent dans À trier, jusqu’à ce que quelqu’un choisisse «\u{a0}Traiter comme résultat\u{a0}».";
    /// *Messagerie utilisée pour les envois*.
    pub const SENDER: &str = "La boîte proposée quand vous écrivez un message. La liste ne contient que les boîtes depuis lesquelles vous avez le droit d’envoyer.";
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
    pub const OWN_PASSWORD_HINT: &str =
        "Saisissez votre mot de passe Bannette pour confirmer le choix de ce programme.";
    /// Password of the certificate.
    pub const CERTIFICATE_PASSWORD: &str = "Mot de passe du certificat";
    /// Hint.
    pub const CERTIFICATE_PASSWORD_HINT: &str = "Laissez vide s’il n’en a pas.";
    /// The file is too large to be one.
    pub const CERTIFICATE_LARGE: &str = "Ce fichier est trop grand pour un certificat.";
    /// The certificate must be chosen again.
    pub const CERTIFICATE_AGAIN: &str = "Le serveur ou le compte a changé\u{a0}: choisissez à nouveau le certificat.";
    /// Key.
    pub const KEY_ID: &str = "Identifiant de la clé APICRYPT";
    /// Usage code.
    pub const KEY_CODE: &str = "Code d’utilisation de la clé APICRYPT";
    /// Usage code again.
    pub const KEY_CODE_AGAIN: &str =
        "L’outil qui ouvre les messages a changé\u{a0}: saisissez à nouveau le code d’utilisation.";
    /// Code kept.
    pub const KEY_CODE_HINT: &str =
        "Laissez vide pour garder le code enregistré. Il sera redemandé si vous changez d’outil.";
    /// How messages come.
    pub const COMES: &str = "Réception des messages";
    /// From an IMAP server.
    pub const IMAP: &str = "Serveur IMAP";
    /// From a POP3 server.
    pub const POP3: &str = "Serveur POP3";
    /// The proxy.
    pub const PROXY_IMAP: &str = "Relais local de l’outil APICRYPT (IMAP)";
    /// The proxy.
    pub const PROXY_POP3: &str = "Relais local de l’outil APICRYPT (POP3)";
    /// A folder.
    pub const FOLDER: &str = "Dossier surveillé";
    /// The official tool's folder.
    pub const TOOL_FOLDER: &str = "Dossier où l’outil officiel les dépose";
    /// The publisher's service.
    pub const PUBLISHER: &str = "Service de Bioserveur";
    /// What opens them.
    pub const OPENS: &str = "Ouverture des messages";
    /// Nothing.
    pub const OPENS_NOTHING: &str = "Aucun outil\u{a0}: les messages restent chiffrés";
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
    pub const PATH_HINT: &str = "Bannette y lit les fichiers déposés par le laboratoire ou par un autre logiciel.";
    /// After taking.
    pub const AFTER: &str = "Après la lecture du fichier";
    /// Leaves it.
    pub const AFTER_LEAVE: &str = "Le laisser dans le dossier";
    /// Deletes it.
    pub const AFTER_DELETE: &str = "Le supprimer";
    /// Moves it.
    pub const AFTER_MOVE: &str = "Le déplacer vers";
    /// What deleting means.
    pub const AFTER_DELETE_HINT: &str = "Seulement une fois sa copie enregistrée dans Bannette et vérifiée.";
    /// Where to.
    pub const MOVE_TO: &str = "Dossier de destination";
    /// Honesty.
    pub const PUBLISHER_HINT: &str = "Le service de Bioserveur demande un contrat avec son éditeur, que cette version de Bannette n’a pas\u{a0}: aucun résultat ne peut en être reçu. Choisissez le dossier où l’outil officiel dépose les résultats.";
    /// Why a Bioserveur account that comes by a folder asks for no name and no password.
    pub const KEPT_BY_TOOL: &str = "Sans objet ici\u{a0}: l’outil officiel, qui dépose les résultats dans le dossier, s’en \
        charge.";
    /// Why nothing is deleted from the server of an account that comes by a folder.
    pub const NO_SERVER: &str = "Sans objet ici\u{a0}: les messages viennent d’un dossier. Voyez «\u{a0}Après la lecture du \
        fichier\u{a0}».";
    /// Why no code is asked for where the messages come in clear.
    pub const IN_CLEAR: &str = "Sans objet ici\u{a0}: les messages arrivent déjà en clair.";
    /// Offers the folder.
    pub const PUBLISHER_FOLDER: &str = "Utiliser le dossier";
    /// Retention.
    pub const RETENTION: &str = "Délai de conservation des messages dans l’arborescence";
    /// What an empty delay means, and what stays in any case.
    pub const RETENTION_HINT: &str = "Garder\u{a0}: laissez vide, et rien ne quitte l’arborescence de soi-même. Avec un délai, \
        le contenu part\u{a0}; les valeurs chiffrées restent pour les courbes et les antériorités.";
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
    pub const HINT: &str = "D’après le domaine de l’adresse. Ni mot de passe ni nom ne sont envoyés.";
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
    pub const USED: &str = "Serveurs repris. Choisissez «\u{a0}Enregistrer\u{a0}» pour les conserver.";
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
    pub const NOTHING: &str = "Vous ne pouvez envoyer depuis aucune boîte. Ajoutez la vôtre, ou demandez le droit «\u{a0}Lecture et envoi\u{a0}» au titulaire d’une autre boîte.";
}
