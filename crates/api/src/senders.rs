//! *Messagerie utilisée pour les envois*: the mailbox from which a person sends when they choose no other.
//!
//! The choice gives no right. What one may send from is asked each time, and a choice that one may no longer use is not
//! told.

use crate::mailboxes::MailboxKind;
use crate::{MailboxId, PersonId};
use serde::{Deserialize, Serialize};

/// Asks for the mailboxes from which one may send, and for the one chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSenders {}

/// Chooses one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetDefaultSender {
    /// Which; absent: none.
    pub mailbox: Option<MailboxId>,
}

/// The mailboxes from which one may send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Senders {
    /// The one chosen, if one may still send from it.
    pub chosen: Option<MailboxId>,
    /// All of them, oldest first. Folders and accounts from which nothing can be sent are not among them.
    pub among: Vec<Sender>,
}

/// A mailbox from which one may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Identifier.
    pub mailbox: MailboxId,
    /// Kind.
    pub kind: MailboxKind,
    /// Address.
    pub address: String,
    /// Its owner.
    pub owner: PersonId,
}
