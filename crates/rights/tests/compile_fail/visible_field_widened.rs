//! Nor through the field.
use bannette_api::MailboxId;
use bannette_rights::{Sight, Visible};

fn widen(visible: &mut Visible, mailbox: MailboxId) {
    visible.mailboxes.insert(mailbox, Sight::Whole);
}

fn main() {}
