//! What one may see cannot be written down.
use bannette_api::{MailboxId, PersonId};
use bannette_rights::{Epoch, Sight, Visible};

fn forge(actor: PersonId, mailbox: MailboxId) -> Visible {
    Visible { actor, epoch: Epoch(1), mailboxes: [(mailbox, Sight::Whole)].into() }
}

fn main() {}
