//! The rights that a proof can carry, as types without values: they stand in signatures, they are never held.
//!
//! The list is closed. A right invented elsewhere must not compile.

use crate::practice::PersonFacts;
use bannette_api::failure::Needs;
use bannette_api::people::Role;
use bannette_api::sharing::{Level, MyRight, Path};

/// A right that [`Access`](crate::Access) can prove. Sealed: the rights below are all there are.
pub trait Right: sealed::Sealed {
    /// What is said to be missing when it is refused.
    const NEEDS: Needs;
}

/// To read what is in the mailbox. Implied by every right on a mailbox.
pub enum Read {}

/// To send from the mailbox (and to read it).
pub enum Send {}

/// To be the mailbox's owner: settings, secret, sharing.
pub enum Own {}

/// To validate results that came by the mailbox: to read it (by another way than *bris de glace*), and to be a doctor or
/// a locum.
pub enum Validate {}

/// To sort what came by the mailbox (*Traiter comme résultat*): to read it by another way than *bris de glace*.
pub enum Sort {}

impl Right for Read {
    const NEEDS: Needs = Needs::Read;
}

impl Right for Send {
    const NEEDS: Needs = Needs::Send;
}

impl Right for Own {
    const NEEDS: Needs = Needs::Own;
}

impl Right for Validate {
    const NEEDS: Needs = Needs::Validate;
}

impl Right for Sort {
    const NEEDS: Needs = Needs::Sort;
}

impl sealed::Sealed for Read {
    fn given_by(_: &PersonFacts, _: &MyRight) -> bool {
        true
    }
}

impl sealed::Sealed for Send {
    fn given_by(_: &PersonFacts, right: &MyRight) -> bool {
        right.level >= Level::Send
    }
}

impl sealed::Sealed for Own {
    fn given_by(_: &PersonFacts, right: &MyRight) -> bool {
        right.owner
    }
}

impl sealed::Sealed for Validate {
    fn given_by(person: &PersonFacts, right: &MyRight) -> bool {
        // Who came in through broken glass only looks, whatever their role.
        invited(right) && matches!(person.role, Role::Doctor | Role::Locum)
    }
}

impl sealed::Sealed for Sort {
    fn given_by(_: &PersonFacts, right: &MyRight) -> bool {
        invited(right)
    }
}

fn invited(right: &MyRight) -> bool {
    right.reasons.iter().any(|reason| reason.path != Path::BreakGlass)
}

pub(crate) mod sealed {
    use super::{MyRight, PersonFacts};

    /// Nameable in this crate only, so that no other crate can write a right of its own.
    pub trait Sealed {
        /// Whether the right follows from the effective right of this person.
        fn given_by(person: &PersonFacts, right: &MyRight) -> bool;
    }
}
