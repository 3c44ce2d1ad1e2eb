//! The outside: what state a mailbox's connection is in, what can go wrong with it, the connection test.

use crate::MailboxId;
use crate::Timestamp;
use crate::mailboxes::{CertificateFile, Connection, MailboxSecret, Outgoing, Quota};
use serde::{Deserialize, Serialize};

/// What went wrong outside: each is one cause with one remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// The server's name is not known to the network (a wrong name, or no network).
    NameNotFound {
        /// The name asked for.
        host: String,
    },
    /// Nothing listens at this port.
    Refused {
        /// The server.
        host: String,
        /// The port.
        port: u16,
    },
    /// No answer in time.
    TimedOut,
    /// There is no way to the network or to the server.
    Unreachable,
    /// The connection broke off.
    Interrupted,
    /// What answers does not speak IMAP.
    NotImap,
    /// The server offers no encryption at this port.
    NoTls,
    /// The server's certificate is no longer valid, or not yet.
    CertificateExpired,
    /// The server's certificate comes from an authority that is not trusted here.
    CertificateUntrusted,
    /// The server's certificate is for another name.
    CertificateWrongName {
        /// The name asked for.
        host: String,
    },
    /// Encryption could not be agreed on, for another reason.
    TlsFailed,
    /// The server refused the account's name or secret.
    LoginRefused,
    /// No secret is known for this mailbox.
    SecretMissing,
    /// The account has no INBOX or it cannot be opened.
    NoInbox,
    /// The server answered what it should not have.
    ServerFault,
    /// The server numbered its messages anew: deletions wait until a person confirms.
    UidValidityChanged,
    /// The folder is not there (an unplugged drive, a renamed folder).
    FolderMissing,
    /// The folder cannot be read.
    FolderUnreadable,
    /// The folder does not answer: a drive of the network, mostly.
    FolderSilent,
    /// Files cannot be moved or deleted there.
    FolderNotWritable,
    /// The folder leads round in a circle of links.
    FolderLoop,
    /// Pro Santé Connect has not been signed in to, or its token has ended.
    TokenNeeded,
    /// No client's certificate is kept for this mailbox.
    CertificateMissing,
    /// The client's certificate is no longer valid, or the server does not accept it.
    CertificateRefused,
    /// What answers does not speak POP3.
    NotPop3,
    /// What answers does not speak SMTP.
    NotSmtp,
    /// The publisher's service needs a contract and its documentation: only the watched folder works.
    ContractNeeded,
    /// The disk of this post is full: what arrives cannot be kept.
    DiskFull,
    /// The store of this post did not accept what arrived.
    StoreFailed,
    /// The key store of this post is locked or does not answer: what the mailbox signs in with lies there.
    KeyStoreClosed,
    /// Files lie in the folder that are not taken.
    FilesLeft {
        /// Larger than what is taken.
        too_large: u64,
        /// Empty.
        empty: u64,
        /// Not readable: locked by another program, or not for this post to read.
        unreadable: u64,
    },
    /// Messages are kept that nothing could open yet.
    Encrypted {
        /// How many.
        messages: u64,
        /// Why.
        why: OpeningFault,
    },
}

/// Why an encrypted message could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum OpeningFault {
    /// No tool is set.
    NoTool,
    /// The key store, in which the code for the tool lies, is locked or does not answer.
    KeyStoreClosed,
    /// The tool is not where it should be.
    ToolMissing,
    /// The tool could not be started, or its files not be written.
    NotStarted,
    /// The tool took too long and was ended.
    TimedOut,
    /// The tool ended with a refusal: a wrong key or code, or a message for somebody else.
    Refused {
        /// Its exit code; none when it was ended by the system.
        code: Option<i32>,
    },
    /// The tool wrote nothing.
    NothingGiven,
    /// The tool wrote more than can be taken.
    TooLarge,
    /// What the tool wrote is still encrypted.
    StillEncrypted,
}

/// What the task of a mailbox is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "doing", rename_all = "snake_case")]
pub enum Doing {
    /// Not fetched: switched off.
    Off,
    /// Nothing on this post fetches it now (fetching has not begun, or the application is only looking).
    NotFetching,
    /// Another program of this post fetches (the command line, a service).
    FetchedElsewhere,
    /// Connecting.
    Connecting,
    /// Taking messages in.
    CatchingUp {
        /// Messages taken in.
        done: u64,
        /// Messages there were.
        of: u64,
    },
    /// Connected; the server tells of new messages at once.
    Listening,
    /// Connected; asks again at this interval.
    Polling {
        /// Seconds between two looks.
        every_seconds: u32,
    },
    /// Waits before a new try.
    Waiting {
        /// When the next try comes.
        until: Timestamp,
        /// Since when it does not work.
        since: Timestamp,
        /// Why.
        why: Trouble,
    },
    /// Stopped until a person does something.
    NeedsPerson {
        /// Since when.
        since: Timestamp,
        /// Why.
        why: Trouble,
    },
}

/// The state of a mailbox's connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxState {
    /// What is being done.
    pub doing: Doing,
    /// The last time when everything there was had been taken in.
    pub last_success: Option<Timestamp>,
    /// What else is wrong, that does not stop the reception.
    #[serde(default)]
    pub beside: Vec<Trouble>,
}

/// Tests a connection: a real login, nothing is sent, nothing is fetched. For a mailbox of one's own, or
/// (`mailbox` absent) for settings that are being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestConnection {
    /// The mailbox whose kept secret serves when none is given.
    pub mailbox: Option<MailboxId>,
    /// The settings to test; absent: the mailbox's own.
    pub connection: Option<Connection>,
    /// The server that takes what one sends, to be tested with it; counts only with `connection`.
    #[serde(default)]
    pub outgoing: Option<Outgoing>,
    /// A client's certificate to test; absent: the mailbox's own.
    #[serde(default)]
    pub certificate: Option<CertificateFile>,
    /// The secret to test; absent: the mailbox's own.
    pub secret: Option<MailboxSecret>,
}

/// What the test found, step by step, up to the first that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionReport {
    /// The steps, in order.
    pub steps: Vec<ConnectionStep>,
    /// Messages in the INBOX or files in the folder, when the test got that far.
    pub messages: Option<u64>,
    /// The mailbox's quota, when the server told it.
    #[serde(default)]
    pub quota: Option<Quota>,
    /// The server's certificate, when it showed one.
    #[serde(default)]
    pub certificate: Option<ServerCertificate>,
}

/// The certificate that a server showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// When it ends.
    pub ends: Timestamp,
}

/// A step of the connection test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionStep {
    /// Which.
    pub step: StepName,
    /// How long it took, in milliseconds.
    pub milliseconds: u32,
    /// What went wrong; absent when it went well.
    pub trouble: Option<Trouble>,
    /// A technical detail without secrets: an address, a protocol version, a certificate's end, capabilities.
    pub detail: Option<String>,
}

/// The steps of the connection test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// Finding the server's address.
    Name,
    /// Reaching it.
    Connect,
    /// Agreeing on encryption, checking the certificate.
    Tls,
    /// Signing in.
    Login,
    /// Opening the INBOX.
    Inbox,
    /// Looking at the folder.
    Folder,
    /// Asking what the server can do, and how full the mailbox is.
    Capabilities,
    /// Reaching the server that takes what one sends, and signing in there. Nothing is sent.
    Smtp,
}
