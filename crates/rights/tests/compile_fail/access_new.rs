//! The constructor belongs to the crate.
use bannette_api::{MailboxId, PersonId};
use bannette_rights::{Access, Epoch, Own, Sight};

fn forge(actor: PersonId, mailbox: MailboxId) -> Access<Own> {
    Access::new(actor, mailbox, Epoch(1), Sight::Whole)
}

fn main() {}
