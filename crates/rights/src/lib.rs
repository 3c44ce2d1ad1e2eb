//! Who may do what, and the proofs of it.
//!
//! From the facts of a practice (people, groups, mailboxes, grants) this crate computes the one effective right of a
//! person on a mailbox, with its reasons and its end, and mints the proofs without which the store neither reads nor
//! writes. It is pure: it must never know a clock, a database or a network, and no proof may be made outside it, with
//! the one exception of [`SystemAccess`], which background fetching needs.
//!
//! A proof lives as long as the call it was made for. It carries the [`Epoch`] of the rights it was made from, so that
//! a write can refuse it when the rights changed meanwhile.

mod losses;
mod practice;
mod proof;
mod right;
mod rights;

pub use losses::{Loss, Losses};
pub use practice::{BrokenGlass, Difference, Epoch, MailboxFacts, PersonFacts, Practice};
pub use proof::{Access, Administrator, Sight, SystemAccess, Visible};
pub use right::{Own, Read, Right, Send, Sort, Validate};
pub use rights::{Denied, Rights, sight};
