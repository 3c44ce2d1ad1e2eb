//! The rights of one person at one moment: the mint of the proofs.
//!
//! It lives inside one call. It must never be kept between calls, sent or stored: the rights may change meanwhile.

use crate::practice::{Epoch, Practice};
use crate::proof::{Access, Administrator, Sight, Visible};
use crate::right::{Read, Right};
use bannette_api::failure::Needs;
use bannette_api::sharing::{MyRight, Path, Reader};
use bannette_api::{MailboxId, PersonId, Timestamp};
use std::sync::Arc;

/// A right was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not allowed: needs {needs:?}")]
pub struct Denied {
    /// The right that is missing.
    pub needs: Needs,
    /// Whether the person may know of the thing at all. When false, the answer must be the one given for a thing that
    /// does not exist.
    pub known: bool,
}

/// The rights of one person at one moment, from [`Practice::rights_of`].
#[derive(Debug)]
pub struct Rights {
    practice: Arc<Practice>,
    actor: PersonId,
    now: Timestamp,
}

impl Rights {
    pub(crate) fn new(practice: Arc<Practice>, actor: PersonId, now: Timestamp) -> Self {
        Self { practice, actor, now }
    }

    /// Whose rights.
    #[must_use]
    pub fn actor(&self) -> PersonId {
        self.actor
    }

    pub(crate) fn practice(&self) -> &Practice {
        &self.practice
    }

    /// The state of the rights that they come from.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.practice.epoch()
    }

    /// The moment at which they hold.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What the person may do with a mailbox, and why.
    #[must_use]
    pub fn of(&self, mailbox: MailboxId) -> Option<MyRight> {
        self.practice.effective(self.actor, mailbox, self.now)
    }

    /// The policy check: a proof of right `R` on this mailbox, or a refusal.
    ///
    /// # Errors
    /// [`Denied`]; with `known` false both when the mailbox does not exist and when the person cannot even read it.
    pub fn grant<R: Right>(&self, mailbox: MailboxId) -> Result<Access<R>, Denied> {
        let refused = |known| Denied { needs: R::NEEDS, known };
        let person = self.practice.active(self.actor).ok_or(refused(false))?;
        let right = self.of(mailbox).ok_or(refused(false))?;
        if R::given_by(person, &right) {
            Ok(Access::new(self.actor, mailbox, self.epoch(), sight(&right)))
        } else {
            Err(refused(true))
        }
    }

    /// All that the person can read, for lists, counts and searches.
    pub fn visible(&self) -> Visible {
        let mailboxes =
            self.practice.reach(self.actor, self.now).map(|(mailbox, right)| (mailbox, sight(&right))).collect();
        Visible::new(self.actor, self.epoch(), mailboxes)
    }

    /// A proof that the person administers the practice.
    ///
    /// # Errors
    /// [`Denied`] when they do not, or are suspended.
    pub fn administrator(&self) -> Result<Administrator, Denied> {
        match self.practice.active(self.actor) {
            Some(person) if person.administrator => Ok(Administrator::new(self.actor, self.epoch())),
            _ => Err(Denied { needs: Needs::Administrator, known: true }),
        }
    }

    /// What somebody can reach, and why: for oneself, or for anybody when one administers the practice.
    ///
    /// # Errors
    /// [`Denied`] for somebody else's reach, when one is not an administrator.
    pub fn reach(&self, person: PersonId) -> Result<Vec<(MailboxId, MyRight)>, Denied> {
        if person != self.actor {
            let _administrator = self.administrator()?;
        }
        Ok(self.practice.reach(person, self.now).collect())
    }

    /// Everybody who can read the mailbox of this proof, the owner first.
    #[must_use]
    pub fn readers(&self, access: &Access<Read>) -> Vec<Reader> {
        self.practice.readers(access.mailbox(), self.now)
    }

    /// Those of them who see there what asks for so much sight.
    #[must_use]
    pub fn readers_with(&self, access: &Access<Read>, least: Sight) -> Vec<Reader> {
        let mut readers = self.readers(access);
        readers.retain(|reader| sight(&reader.right) >= least);
        readers
    }
}

/// How much of a mailbox a right on it shows. What waits for the owner's decision was refused to nobody: *bris de glace*,
/// which is for when the owner cannot decide, opens it. What the owner made confidential it does not open.
#[must_use]
pub fn sight(right: &MyRight) -> Sight {
    if right.owner {
        Sight::Whole
    } else if right.reasons.iter().any(|reason| reason.path == Path::BreakGlass) {
        Sight::Undecided
    } else {
        Sight::Shared
    }
}
