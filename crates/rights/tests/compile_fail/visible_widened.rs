//! What one may see cannot be widened: the set is lent, not given.
use bannette_api::MailboxId;
use bannette_rights::{Sight, Visible};

fn widen(visible: &mut Visible, mailbox: MailboxId) {
    visible.mailboxes().insert(mailbox, Sight::Whole);
}

fn main() {}
