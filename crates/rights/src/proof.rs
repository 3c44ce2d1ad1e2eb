//! The proofs: values that the store asks for and that only [`Rights`](crate::Rights) can make.
//!
//! Their fields are private, and they can be neither copied, nor built from defaults, nor read from bytes. What acts
//! takes the mailbox from the proof, so that a proof for one mailbox cannot act on another. Nothing here decides.

use crate::practice::Epoch;
use crate::right::{Own, Read, Right, Send, Sort, Validate};
use bannette_api::{MailboxId, PersonId};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// How much somebody sees of a mailbox that they can read: every one sees what the one before sees, and more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// What is shared.
    Shared,
    /// Also what waits for the owner's decision.
    Undecided,
    /// All, what is confidential too: the owner alone.
    Whole,
}

/// Proof that `actor` holds right `R` on `mailbox` at `epoch`. Only [`Rights::grant`](crate::Rights::grant) makes one.
#[must_use]
pub struct Access<R: Right> {
    actor: PersonId,
    mailbox: MailboxId,
    epoch: Epoch,
    sight: Sight,
    /// A function type, so that the proof is `Send` and `Sync` whatever `R` is.
    _right: PhantomData<fn() -> R>,
}

impl<R: Right> Access<R> {
    pub(crate) fn new(actor: PersonId, mailbox: MailboxId, epoch: Epoch, sight: Sight) -> Self {
        Self { actor, mailbox, epoch, sight, _right: PhantomData }
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> PersonId {
        self.actor
    }

    /// On which mailbox: the only one that this proof opens.
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    /// The state of the rights that it was made from.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How much of the mailbox it opens: a dossier that the actor does not see there is none for this proof.
    #[must_use]
    pub fn sight(&self) -> Sight {
        self.sight
    }

    /// The same proof for a right that `R` implies.
    fn weakened<W: Right>(&self) -> Access<W> {
        Access::new(self.actor, self.mailbox, self.epoch, self.sight)
    }
}

impl Access<Send> {
    /// Who may send may read.
    pub fn to_read(&self) -> Access<Read> {
        self.weakened()
    }
}

impl Access<Own> {
    /// The owner may read.
    pub fn to_read(&self) -> Access<Read> {
        self.weakened()
    }

    /// The owner may send.
    pub fn to_send(&self) -> Access<Send> {
        self.weakened()
    }
}

impl Access<Validate> {
    /// Who may validate may read.
    pub fn to_read(&self) -> Access<Read> {
        self.weakened()
    }
}

impl Access<Sort> {
    /// Who may sort may read.
    pub fn to_read(&self) -> Access<Read> {
        self.weakened()
    }
}

impl<R: Right> fmt::Debug for Access<R> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Access")
            .field("needs", &R::NEEDS)
            .field("actor", &self.actor)
            .field("mailbox", &self.mailbox)
            .field("epoch", &self.epoch)
            .field("sight", &self.sight)
            .finish()
    }
}

/// Proof of all that `actor` can read at `epoch`: what lists, counts and searches are joined with. Only
/// [`Rights::visible`](crate::Rights::visible) makes one. It can be narrowed, never widened.
#[must_use]
#[derive(Debug)]
pub struct Visible {
    actor: PersonId,
    epoch: Epoch,
    mailboxes: BTreeMap<MailboxId, Sight>,
}

impl Visible {
    pub(crate) fn new(actor: PersonId, epoch: Epoch, mailboxes: BTreeMap<MailboxId, Sight>) -> Self {
        Self { actor, epoch, mailboxes }
    }

    /// Who looks.
    #[must_use]
    pub fn actor(&self) -> PersonId {
        self.actor
    }

    /// The state of the rights that it was made from.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The mailboxes that the person can read, and how much of each they see.
    #[must_use]
    pub fn mailboxes(&self) -> &BTreeMap<MailboxId, Sight> {
        &self.mailboxes
    }

    /// Whether the person can read this mailbox.
    #[must_use]
    pub fn contains(&self, mailbox: MailboxId) -> bool {
        self.mailboxes.contains_key(&mailbox)
    }

    /// The same, narrowed to one mailbox; nothing when the person cannot read it.
    #[must_use]
    pub fn only(&self, mailbox: MailboxId) -> Option<Self> {
        let sight = *self.mailboxes.get(&mailbox)?;
        Some(Self::new(self.actor, self.epoch, BTreeMap::from([(mailbox, sight)])))
    }
}

/// Proof that `actor` administers the practice at `epoch`: accounts and groups, never contents. Only
/// [`Rights::administrator`](crate::Rights::administrator) makes one.
#[must_use]
#[derive(Debug)]
pub struct Administrator {
    actor: PersonId,
    epoch: Epoch,
}

impl Administrator {
    pub(crate) fn new(actor: PersonId, epoch: Epoch) -> Self {
        Self { actor, epoch }
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> PersonId {
        self.actor
    }

    /// The state of the rights that it was made from.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }
}

/// Access of the post itself to a mailbox, for taking in what arrives while nobody asks. The only unguarded door.
#[must_use]
#[derive(Debug)]
pub struct SystemAccess {
    mailbox: MailboxId,
}

impl SystemAccess {
    /// Opens the door. Only `core::fetching` may call this: a test of the whole product searches the sources for it.
    pub fn for_fetching(mailbox: MailboxId) -> Self {
        Self { mailbox }
    }

    /// On which mailbox.
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        self.mailbox
    }
}
