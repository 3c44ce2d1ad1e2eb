//! What can go wrong with a call: a closed list without text. The words are the screens' (and the command line's).

use crate::Timestamp;
use crate::connection::Trouble;
use serde::{Deserialize, Serialize};

/// Why a call was refused or did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    /// There is no practice in this folder yet: create one first.
    NoPractice,
    /// There is already a practice in this folder.
    PracticeExists,
    /// Nobody is signed in here.
    NotSignedIn,
    /// Somebody is signed in, and the window is locked: the password opens it again.
    WindowLocked,
    /// Login or password wrong (never said which).
    WrongCredentials {
        /// Tries left before the account is locked for a while, when few are left.
        tries_left: Option<u32>,
    },
    /// Too many wrong passwords: the account opens again at this time.
    AccountLocked {
        /// When the next try is allowed.
        until: Timestamp,
    },
    /// This person is suspended.
    Suspended,
    /// The password was set by an administrator and must be changed before anything else.
    PasswordMustChange,
    /// The person has not the right that this needs.
    NotAllowed {
        /// The right that is missing.
        needs: Needs,
    },
    /// There is no such thing, or none that this person may know of.
    NotFound,
    /// Somebody changed the same thing meanwhile: look at it again, then decide.
    Conflict,
    /// A field is wrong.
    Invalid {
        /// Which field, by its name in the call.
        field: Field,
        /// What is wrong with it.
        why: Why,
    },
    /// The mail server, the folder or the network did not do what was asked.
    Server {
        /// What happened.
        trouble: Trouble,
    },
    /// The store cannot be opened or written.
    Store {
        /// What happened.
        trouble: StoreTrouble,
    },
    /// The thing is larger than what can be handled this way.
    TooLarge {
        /// The largest size, in bytes.
        limit: u64,
    },
    /// The dossier's contents left the tree by the delay of its mailbox; its conclusions stay.
    ContentRemoved {
        /// When.
        at: Timestamp,
    },
    /// Something is not dealt with and would be lost.
    NotDealtWith {
        /// Messages with something that is not.
        messages: u64,
    },
    /// Something that should not happen. The number stands in the log of this post.
    Internal {
        /// Number of the incident.
        incident: String,
    },
}

/// The right that a call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// To read the mailbox.
    Read,
    /// To send from the mailbox.
    Send,
    /// To be the mailbox's owner.
    Own,
    /// To be an administrator of the practice.
    Administrator,
    /// To be a doctor, a locum or another carer who may validate results.
    Validate,
    /// To sort what came: to read the mailbox by another way than *bris de glace*.
    Sort,
}

/// A field of a call, named for the screen that shows the reason beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A critical threshold of the practice.
    Threshold,
    /// The practice's name.
    Practice,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Login.
    Login,
    /// Password (the new one).
    Password,
    /// The present password.
    CurrentPassword,
    /// RPPS number.
    Rpps,
    /// A mailbox's address.
    Address,
    /// Server's name.
    Host,
    /// Server's port.
    Port,
    /// Name of the account on the server.
    Account,
    /// Secret of the account on the server.
    Secret,
    /// Path of a folder.
    Path,
    /// Days of retention.
    RetentionDays,
    /// Minutes before the window locks.
    IdleMinutes,
    /// Name of a group.
    Group,
    /// Who is given a right.
    Grantee,
    /// Begin or end of a right.
    Period,
    /// Words looked for.
    Words,
    /// Which dossiers.
    Dossiers,
    /// Why something is done.
    Reason,
    /// For how long.
    Duration,
    /// Which mailbox.
    Mailbox,
    /// Why a right is given.
    Motive,
    /// Whether a person administers the practice.
    Administrator,
    /// Who becomes the owner of a mailbox.
    NewOwner,
    /// Who becomes responsible for dossiers.
    Responsible,
    /// Name of the server that takes what one sends.
    OutgoingHost,
    /// Its port.
    OutgoingPort,
    /// Identifier of an APICRYPT key.
    KeyId,
    /// Usage code of an APICRYPT key.
    KeyCode,
    /// A client's certificate.
    Certificate,
    /// Password of a client's certificate.
    CertificatePassword,
    /// Path of the program that opens encrypted messages.
    Program,
    /// Arguments of that program.
    Arguments,
    /// The folder that files are moved to once they are kept.
    MoveTo,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// It is empty.
    Empty,
    /// It is longer than allowed.
    TooLong {
        /// Characters allowed.
        at_most: u32,
    },
    /// It is shorter than allowed.
    TooShort {
        /// Characters asked for.
        at_least: u32,
    },
    /// It has not the form it should have.
    Form,
    /// It cannot be meant in its unit, or the low limit is not below the high one.
    Implausible,
    /// It is outside its bounds.
    OutOfRange {
        /// Least value.
        least: u32,
        /// Greatest value.
        most: u32,
    },
    /// Another one has it already.
    Taken,
    /// It is among the passwords that everybody tries first, or holds the login.
    TooCommon,
    /// There is no such thing.
    Unknown,
    /// It is not a folder, or cannot be read.
    NotAFolder,
    /// It is inside Bannette's own folder.
    InsideData,
    /// The end stands before the beginning.
    EndsBeforeBegin,
    /// It is over already.
    Over,
    /// The same grantee stands twice.
    Twice,
    /// It is no sentence: a person must understand it.
    NoSentence,
    /// One has it already by another way.
    HasIt,
    /// It gives more lines than can be written into one document.
    TooMany {
        /// Lines at the most.
        at_most: u32,
    },
    /// It is the last one: the practice needs another first.
    LastOne,
    /// The person chosen has no right to read it.
    CannotRead,
    /// Its password is wrong.
    WrongPassword,
    /// Bannette may not write there.
    NotWritable,
    /// It leads round in a circle of links.
    LinkLoop,
    /// It goes unencrypted, which is allowed to this post itself only.
    NotThisPost,
    /// The certificate is no longer valid.
    Expired,
    /// It is no server of the MSSanté space, and a token goes nowhere else.
    NotMssante,
}

/// What is wrong with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum StoreTrouble {
    /// The key is not this store's.
    WrongKey,
    /// No key was found: neither in the system's key store nor as a file.
    NoKey,
    /// The system's key store does not answer or is locked.
    KeyStoreClosed,
    /// The file is damaged.
    Damaged,
    /// The store was written by a newer version of Bannette.
    TooNew,
    /// The disk is full.
    DiskFull,
    /// The folder cannot be written.
    ReadOnly,
    /// Another program holds the store for too long.
    Busy,
    /// The folder is on a network share, where a store is not safe.
    NetworkShare,
}
