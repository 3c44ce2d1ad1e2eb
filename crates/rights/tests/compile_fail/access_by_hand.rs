//! A proof cannot be written down: its fields are private.
use bannette_api::{MailboxId, PersonId};
use bannette_rights::{Access, Epoch, Read, Sight};

fn forge(actor: PersonId, mailbox: MailboxId) -> Access<Read> {
    Access { actor, mailbox, epoch: Epoch(1), sight: Sight::Whole, _right: std::marker::PhantomData }
}

fn main() {}
