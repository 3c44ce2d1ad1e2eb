//! The unguarded door has one name to search for: its constructor.
use bannette_api::MailboxId;
use bannette_rights::SystemAccess;

fn forge(mailbox: MailboxId) -> SystemAccess {
    SystemAccess { mailbox }
}

fn main() {}
