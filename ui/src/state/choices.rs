//! What is typed for a mailbox and what is chosen: the fields, the boxes, the lists, and what follows from a choice.

use crate::state::typed::Typed;
use bannette_api::failure::Field;
use bannette_api::mailboxes::{MailboxKind, SignInWay, Tls};

/// What is typed as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    Address,
    Host,
    Port,
    Account,
    Path,
    MoveTo,
    SmtpHost,
    SmtpPort,
    KeyId,
    Program,
    Arguments,
    Retention,
}

impl Text {
    /// All of them, in the order of their places.
    pub const ALL: [Self; 12] = [
        Self::Address,
        Self::Host,
        Self::Port,
        Self::Account,
        Self::Path,
        Self::MoveTo,
        Self::SmtpHost,
        Self::SmtpPort,
        Self::KeyId,
        Self::Program,
        Self::Arguments,
        Self::Retention,
    ];

    /// What the identifier of its field begins with on the page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Host => "host",
            Self::Port => "port",
            Self::Account => "account",
            Self::Path => "path",
            Self::MoveTo => "moveto",
            Self::SmtpHost => "smtphost",
            Self::SmtpPort => "smtpport",
            Self::KeyId => "keyid",
            Self::Program => "program",
            Self::Arguments => "arguments",
            Self::Retention => "retention",
        }
    }

    /// How the core calls it.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            Self::Address => Field::Address,
            Self::Host => Field::Host,
            Self::Port => Field::Port,
            Self::Account => Field::Account,
            Self::Path => Field::Path,
            Self::MoveTo => Field::MoveTo,
            Self::SmtpHost => Field::OutgoingHost,
            Self::SmtpPort => Field::OutgoingPort,
            Self::KeyId => Field::KeyId,
            Self::Program => Field::Program,
            Self::Arguments => Field::Arguments,
            Self::Retention => Field::RetentionDays,
        }
    }
}

/// What is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    Enabled,
    Delete,
    AutoShare,
    AutoRelay,
}

/// How a mailbox's messages come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comes {
    /// From an IMAP server.
    Imap,
    /// From a POP3 server.
    Pop3,
    /// From the official tool's proxy on this post, over IMAP.
    ProxyImap,
    /// The same, over POP3.
    ProxyPop3,
    /// From a folder.
    Folder,
    /// From the publisher's own service.
    Publisher,
}

impl Comes {
    /// The ways of a kind of mailbox, the usual one first.
    #[must_use]
    pub fn offered(kind: MailboxKind) -> &'static [Self] {
        match kind {
            MailboxKind::Mssante | MailboxKind::Imap => &[Self::Imap],
            MailboxKind::Apicrypt => &[Self::Imap, Self::Pop3, Self::ProxyImap, Self::ProxyPop3, Self::Folder],
            MailboxKind::Bioserveur => &[Self::Folder, Self::Publisher],
            MailboxKind::Folder => &[Self::Folder],
        }
    }

    /// Whether it is a server that one signs in on.
    #[must_use]
    pub fn server(self) -> bool {
        !matches!(self, Self::Folder | Self::Publisher)
    }

    /// Whether it is the proxy of this post.
    #[must_use]
    pub fn proxy(self) -> bool {
        matches!(self, Self::ProxyImap | Self::ProxyPop3)
    }

    /// Whether POP3 is spoken.
    #[must_use]
    pub fn pop3(self) -> bool {
        matches!(self, Self::Pop3 | Self::ProxyPop3)
    }
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Leave,
    Delete,
    Move,
}

/// What opens encrypted messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    Nothing,
    Program,
    Clear,
}

/// What is chosen from lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    pub comes: Comes,
    pub tls: Tls,
    pub sign_in: SignInWay,
    pub after: After,
    pub opens: Opens,
    pub smtp_tls: Tls,
}

impl Choices {
    /// How one signs in; nothing where there is no server.
    #[must_use]
    pub fn sign_in(&self, kind: MailboxKind) -> Option<SignInWay> {
        let offered = Typed::sign_in_ways(kind).contains(&self.sign_in);
        let way = if offered { self.sign_in } else { SignInWay::Password };
        self.comes.server().then_some(way)
    }
}

/// The usual port of a way and its encryption.
#[must_use]
pub fn usual_port(comes: Comes, tls: Tls) -> &'static str {
    match (comes.pop3(), tls) {
        (false, Tls::Implicit) => "993",
        (false, _) => "143",
        (true, Tls::Implicit) => "995",
        (true, _) => "110",
    }
}

/// The usual port of the server that takes what one sends.
#[must_use]
pub fn usual_smtp_port(tls: Tls) -> &'static str {
    match tls {
        Tls::Implicit => "465",
        Tls::Starttls => "587",
        Tls::Local => "25",
    }
}

/// Whether a port is one of the usual ones, which follow the encryption.
#[must_use]
pub fn is_usual_port(port: &str) -> bool {
    ["", "993", "143", "995", "110", "465", "587", "25"].contains(&port.trim())
}
