//! Arguments about mailboxes and their fetching.

use super::apicrypt::{AddApicrypt, AddBioserveur, After, DecryptorArg, arguments_of};
use bannette_api::mailboxes::{Outgoing, SignInWay, Tls};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Mailboxes.
#[derive(Debug, Subcommand)]
pub enum MailboxCommand {
    /// Ajoute une boîte à soi
    #[command(subcommand, subcommand_value_name = "GENRE", subcommand_help_heading = "Genres")]
    Add(AddCommand),
    /// Les boîtes que l’on peut lire
    List,
    /// Les réglages d’une boîte à soi
    Show {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
    },
    /// Change des réglages d’une boîte à soi
    Set(Set),
    /// Ce qui serait supprimé du serveur, et ce qui resterait ; ne supprime rien
    Deletion {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
    },
    /// Retire le contenu de ce qui est traité et dont le délai de conservation est passé ; les conclusions restent
    Purge {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
        /// Montre ce qui serait retiré, et quand, sans rien changer
        #[arg(long)]
        dry_run: bool,
    },
    /// Retire une boîte à soi ; demande ce que devient ce qu’elle a reçu
    Remove(Remove),
    /// Vérifie la connexion d’une boîte à soi, étape par étape ; rien n’est envoyé
    Test {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
        /// Écrit un rapport à transmettre au support : sans secret, sans nom de compte, sans adresse
        #[arg(long)]
        report: bool,
    },
}

/// Takes a mailbox away.
#[derive(Debug, Args)]
pub struct Remove {
    /// Boîte : identifiant ou adresse
    #[arg(value_name = "BOÎTE")]
    pub mailbox: String,
    /// Garde tout ce qu’elle a reçu, lisible par les mêmes personnes ; elle n’est plus relevée
    #[arg(long, conflicts_with_all = ["to", "purge", "preview"])]
    pub archive: bool,
    /// Remet tout ce qu’elle a reçu à une autre boîte à soi, et à ceux qui la lisent
    #[arg(long, value_name = "BOÎTE", conflicts_with_all = ["purge", "preview"])]
    pub to: Option<String>,
    /// Retire le contenu de ce qui est traité et garde les conclusions ; refusé s’il reste quelque chose à traiter
    #[arg(long, conflicts_with = "preview")]
    pub purge: bool,
    /// Montre ce qu’elle contient et qui peut le reprendre, sans rien changer
    #[arg(long)]
    pub preview: bool,
}

/// The kinds of mailbox that can be added.
#[derive(Debug, Subcommand)]
pub enum AddCommand {
    /// Un compte MSSanté, relevé par IMAP ; son mot de passe vient de BANNETTE_SECRET, de l’entrée standard ou du clavier
    Mssante(AddServer),
    /// Une autre boîte IMAP ; son mot de passe vient de BANNETTE_SECRET, de l’entrée standard ou du clavier
    Imap(AddServer),
    /// Un compte APICRYPT ; l’ouverture des messages nécessite les composants d’APICEM
    Apicrypt(Box<AddApicrypt>),
    /// Un compte Bioserveur, par le dossier où l’outil officiel dépose les résultats
    Bioserveur(AddBioserveur),
    /// Un dossier surveillé
    Folder(AddFolder),
}

/// A server's mailbox.
#[derive(Debug, Args)]
pub struct AddServer {
    /// Titulaire : la personne qui ajoute la boîte
    #[arg(long, value_name = "LOGIN")]
    pub owner: Option<String>,
    /// Adresse de la boîte
    #[arg(long, value_name = "ADRESSE")]
    pub address: String,
    /// Serveur IMAP [port par défaut : 143 avec STARTTLS, 993 avec TLS ; sans cette option : cherché d’après l’adresse]
    #[arg(long, value_name = "SERVEUR[:PORT]")]
    pub imap: Option<HostPort>,
    /// Chiffrement, quand le serveur est donné
    #[arg(long, value_name = "CHIFFREMENT", value_enum, default_value = "starttls")]
    pub tls: TlsArg,
    /// Nom du compte sur le serveur [défaut : l’adresse]
    #[arg(long, value_name = "COMPTE")]
    pub account: Option<String>,
    /// Façon d’ouvrir le compte
    #[arg(long, value_name = "FAÇON", value_enum, default_value = "password")]
    pub auth: AuthArg,
    /// Serveur d’envoi [port par défaut : 587 avec STARTTLS, 465 avec TLS]
    #[arg(long, value_name = "SERVEUR[:PORT]")]
    pub smtp: Option<HostPort>,
    /// Certificate.
    #[command(flatten)]
    pub certificate: CertificateArgs,
    /// Lit le mot de passe du compte sur l’entrée standard
    #[arg(long)]
    pub secret_stdin: bool,
    /// Options of every mailbox.
    #[command(flatten)]
    pub options: OptionArgs,
}

/// A client's certificate.
#[derive(Debug, Args)]
pub struct CertificateArgs {
    /// Certificat avec sa clé (fichier .p12, .pfx ou .pem) ; son mot de passe vient de BANNETTE_CERTIFICATE_PASSWORD
    #[arg(long, value_name = "FICHIER")]
    pub certificate: Option<PathBuf>,
    /// Lit le mot de passe du certificat sur l’entrée standard, après celui du compte
    #[arg(long, requires = "certificate")]
    pub certificate_password_stdin: bool,
}

/// How one signs in, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AuthArg {
    /// Par le mot de passe du compte
    Password,
    /// Par Pro Santé Connect
    Xoauth2,
    /// Par un certificat
    Certificate,
}

impl From<AuthArg> for SignInWay {
    fn from(typed: AuthArg) -> Self {
        match typed {
            AuthArg::Password => Self::Password,
            AuthArg::Xoauth2 => Self::ProSanteConnect,
            AuthArg::Certificate => Self::Certificate,
        }
    }
}

/// A watched folder.
#[derive(Debug, Args)]
pub struct AddFolder {
    /// Titulaire : la personne qui ajoute la boîte
    #[arg(long, value_name = "LOGIN")]
    pub owner: Option<String>,
    /// Dossier à surveiller
    #[arg(long, value_name = "DOSSIER")]
    pub path: PathBuf,
    /// Nom de la boîte [défaut : celui du dossier]
    #[arg(long, value_name = "NOM")]
    pub address: Option<String>,
    /// Ce que devient un fichier reçu : leave (il reste), delete (supprimé), move:DOSSIER (déplacé)
    #[arg(long, value_name = "SUITE", default_value = "leave")]
    pub after: After,
    /// Options of every mailbox.
    #[command(flatten)]
    pub options: OptionArgs,
}

/// What the owner decides, where it differs from what is usual.
#[derive(Debug, Args)]
pub struct OptionArgs {
    /// Supprime les messages du serveur une fois reçus
    #[arg(long)]
    pub delete_from_server: bool,
    /// Délai de conservation, en jours ; sans lui, tout est gardé
    #[arg(long, value_name = "JOURS")]
    pub retention_days: Option<u32>,
    /// Ne rend pas visible d’office ce qui arrive aux personnes autorisées
    #[arg(long)]
    pub no_auto_share: bool,
    /// Met de côté ce qui arrive, « à trier », au lieu de le traiter d’office comme résultat
    #[arg(long)]
    pub no_auto_relay: bool,
    /// Ajoute la boîte sans la relever
    #[arg(long)]
    pub disabled: bool,
}

/// Changes settings.
#[derive(Debug, Args)]
pub struct Set {
    /// Boîte : identifiant ou adresse
    #[arg(value_name = "BOÎTE")]
    pub mailbox: String,
    /// Réglages : address, imap, pop3, tls, account, auth, smtp, path, after, key_id, decryptor, decryptor_args, enabled,
    /// delete_from_server, retention_days, auto_share, auto_relay
    #[arg(
        value_name = "CLÉ=VALEUR",
        required_unless_present_any = ["new_secret", "secret_stdin", "new_key_code", "key_code_stdin", "certificate"]
    )]
    pub settings: Vec<Setting>,
    /// Donne aussi un nouveau mot de passe du compte (BANNETTE_SECRET ou clavier)
    #[arg(long)]
    pub new_secret: bool,
    /// Donne aussi un nouveau mot de passe du compte, lu sur l’entrée standard
    #[arg(long)]
    pub secret_stdin: bool,
    /// Donne aussi un nouveau code d’utilisation de la clé APICRYPT (BANNETTE_KEY_CODE ou clavier)
    #[arg(long)]
    pub new_key_code: bool,
    /// Donne aussi un nouveau code d’utilisation de la clé APICRYPT, lu sur l’entrée standard
    #[arg(long)]
    pub key_code_stdin: bool,
    /// A new certificate.
    #[command(flatten)]
    pub certificate: CertificateArgs,
}

/// Fetches.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Seulement cette boîte : identifiant ou adresse ; avec --follow, ne montre qu’elle
    #[arg(long, value_name = "BOÎTE")]
    pub mailbox: Option<String>,
    /// Reste à l’écoute jusqu’à Ctrl-C ; avec --json, une ligne JSON par événement
    #[arg(long)]
    pub follow: bool,
}

/// How the connection is encrypted, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TlsArg {
    /// STARTTLS après l’accueil du serveur
    Starttls,
    /// TLS dès le premier octet
    Implicit,
    /// Aucun : seulement vers ce poste (le relais d’un outil officiel)
    Local,
}

impl From<TlsArg> for Tls {
    fn from(typed: TlsArg) -> Self {
        match typed {
            TlsArg::Starttls => Self::Starttls,
            TlsArg::Implicit => Self::Implicit,
            TlsArg::Local => Self::Local,
        }
    }
}

/// A server and, where it was given, a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// Server's name or address.
    pub host: String,
    /// Port.
    pub port: Option<u16>,
}

impl std::str::FromStr for HostPort {
    type Err = String;

    /// `server`, `server:port`, `[::1]`, `[::1]:port`.
    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        let (host, port) = match typed.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None => typed.rsplit_once(':').map_or((typed, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map(|port| port.parse().map_err(|_| "le port est un nombre de 1 à 65535".to_owned()));
        match port.transpose()? {
            Some(0) => Err("le port est un nombre de 1 à 65535".to_owned()),
            _ if host.is_empty() => Err("il manque le nom du serveur".to_owned()),
            port => Ok(Self { host: host.to_owned(), port }),
        }
    }
}

impl HostPort {
    /// The port given, or the usual one of this encryption.
    pub fn port_or_usual(&self, tls: Tls) -> u16 {
        self.port.unwrap_or(match tls {
            Tls::Starttls => 143,
            Tls::Implicit => 993,
            Tls::Local => 143,
        })
    }

    /// The port given, or the usual one of POP3 with this encryption.
    pub fn pop3_port_or_usual(&self, tls: Tls) -> u16 {
        self.port.unwrap_or(match tls {
            Tls::Starttls | Tls::Local => 110,
            Tls::Implicit => 995,
        })
    }

    /// The server that takes what one sends: the usual ports say how they are encrypted.
    pub fn outgoing(self, tls: Tls) -> Outgoing {
        let tls = match self.port {
            Some(465) => Tls::Implicit,
            Some(587) => Tls::Starttls,
            _ => tls,
        };
        let port = self.port.unwrap_or(if tls == Tls::Implicit { 465 } else { 587 });
        Outgoing { host: self.host, port, tls }
    }
}

/// One setting to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Address or name.
    Address(String),
    /// Server.
    Imap(HostPort),
    /// Encryption.
    Tls(TlsArg),
    /// Account on the server.
    Account(String),
    /// Server, by POP3.
    Pop3(HostPort),
    /// How one signs in.
    Auth(AuthArg),
    /// Server that takes what one sends; none: nothing after the sign.
    Smtp(Option<HostPort>),
    /// Folder.
    Path(PathBuf),
    /// What becomes of a file once received.
    After(After),
    /// Identifier of the APICRYPT key.
    KeyId(String),
    /// What opens encrypted messages.
    Decryptor(DecryptorArg),
    /// How it is called.
    DecryptorArgs(Vec<String>),
    /// Whether it is fetched.
    Enabled(bool),
    /// Whether what is received is deleted from the server.
    DeleteFromServer(bool),
    /// Days of retention; none: what comes is kept.
    RetentionDays(Option<u32>),
    /// Whether what arrives is shared without a further act.
    AutoShare(bool),
    /// Whether what arrives is a result without a further act.
    AutoRelay(bool),
}

impl std::str::FromStr for Setting {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        let (key, value) = typed.split_once('=').ok_or("écrivez clé=valeur")?;
        match key {
            "address" => Ok(Self::Address(value.to_owned())),
            "imap" => value.parse().map(Self::Imap),
            "pop3" => value.parse().map(Self::Pop3),
            "tls" => TlsArg::from_str(value, true).map(Self::Tls).map_err(|_| "starttls, implicit ou local".to_owned()),
            "after" => value.parse().map(Self::After),
            "key_id" => Ok(Self::KeyId(value.to_owned())),
            "decryptor" => value.parse().map(Self::Decryptor),
            "decryptor_args" => arguments_of(value).map(Self::DecryptorArgs),
            "auto_relay" => yes(value).map(Self::AutoRelay),
            "account" => Ok(Self::Account(value.to_owned())),
            "auth" => AuthArg::from_str(value, true)
                .map(Self::Auth)
                .map_err(|_| "password, xoauth2 ou certificate".to_owned()),
            "smtp" if value.is_empty() => Ok(Self::Smtp(None)),
            "smtp" => value.parse().map(|server| Self::Smtp(Some(server))),
            "path" => Ok(Self::Path(value.into())),
            "enabled" => yes(value).map(Self::Enabled),
            "delete_from_server" => yes(value).map(Self::DeleteFromServer),
            "retention_days" if value.eq_ignore_ascii_case("garder") => Ok(Self::RetentionDays(None)),
            "retention_days" => value
                .parse()
                .map(|days| Self::RetentionDays(Some(days)))
                .map_err(|_| "un nombre entier de jours, ou garder".to_owned()),
            "auto_share" => yes(value).map(Self::AutoShare),
            _ => {
                Err("clés possibles : address, imap, pop3, tls, account, auth, smtp, path, after, key_id, decryptor, \
                      decryptor_args, enabled, delete_from_server, retention_days, auto_share, auto_relay"
                    .to_owned())
            }
        }
    }
}

fn yes(typed: &str) -> Result<bool, String> {
    match typed {
        "true" | "oui" => Ok(true),
        "false" | "non" => Ok(false),
        _ => Err("true ou false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_with_or_without_a_port() {
        let read = |typed: &str| typed.parse::<HostPort>().map(|read| (read.host, read.port));
        assert_eq!(read("imap.test"), Ok(("imap.test".into(), None)));
        assert_eq!(read("imap.test:1143"), Ok(("imap.test".into(), Some(1143))));
        assert_eq!(read("[::1]:143"), Ok(("::1".into(), Some(143))));
        assert_eq!(read("[::1]"), Ok(("::1".into(), None)));
        for typed in ["", ":143", "imap.test:", "imap.test:0", "imap.test:65536", "imap.test:imap"] {
            assert!(read(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn the_usual_port_follows_the_encryption() {
        let server = HostPort { host: "imap.test".into(), port: None };
        assert_eq!([server.port_or_usual(Tls::Starttls), server.port_or_usual(Tls::Implicit)], [143, 993]);
    }

    #[test]
    fn settings_are_keys_and_values() {
        assert_eq!("enabled=non".parse(), Ok(Setting::Enabled(false)));
        assert_eq!("tls=implicit".parse(), Ok(Setting::Tls(TlsArg::Implicit)));
        assert_eq!("auth=certificate".parse(), Ok(Setting::Auth(AuthArg::Certificate)));
        assert_eq!("smtp=".parse(), Ok(Setting::Smtp(None)));
        assert!("auth=card".parse::<Setting>().is_err() && "smtp=a:0".parse::<Setting>().is_err());
        assert_eq!("path=/a=b".parse(), Ok(Setting::Path("/a=b".into())));
        assert_eq!("after=move:/a".parse(), Ok(Setting::After(After::Move("/a".into()))));
        assert_eq!("decryptor=clear".parse(), Ok(Setting::Decryptor(DecryptorArg::Clear)));
        assert!("after=oublier".parse::<Setting>().is_err());
        assert_eq!("retention_days=garder".parse(), Ok(Setting::RetentionDays(None)));
        assert_eq!("retention_days=30".parse(), Ok(Setting::RetentionDays(Some(30))));
        assert!("retention_days=un mois".parse::<Setting>().is_err());
        assert!("enabled".parse::<Setting>().is_err());
    }
}
