//! The numbers of a mailbox's messages: those of a server that it has left must never be taken for those of the next one.

use crate::{StoreError, mailboxes};
use bannette_api::MailboxId;
use bannette_api::mailboxes::Connection;
use sqlx::SqliteConnection;

/// From here on lie the numberings of servers that were left: above every UIDVALIDITY, which has 32 bits (RFC 3501, 2.3.1.1).
pub(crate) const LEFT: i64 = 1 << 32;

/// Whether the messages of both are numbered by the same mailbox on the same server. How one signs in there and how the way
/// is encrypted do not matter.
pub(crate) fn same(one: &Connection, other: &Connection) -> bool {
    let place = |connection: &Connection| match connection {
        Connection::Imap { host, port, account, .. } => Some((true, host.to_ascii_lowercase(), *port, account.clone())),
        Connection::Pop3 { host, port, account, .. } => {
            Some((false, host.to_ascii_lowercase(), *port, account.clone()))
        }
        Connection::Folder { .. } | Connection::Publisher { .. } => None,
    };
    place(one) == place(other)
}

/// Moves what was delivered under any numbering of a server above all UIDVALIDITY: two servers may have the same one, and
/// a message of the next one would count as delivered, or a copy of the former's as lying there. A folder's stay (0): they
/// are known by their bytes.
pub(crate) async fn retire(connection: &mut SqliteConnection, mailbox: MailboxId) -> Result<(), StoreError> {
    let mailbox = mailboxes::key_of(connection, mailbox).await?;
    let highest: Option<i64> = sqlx::query_scalar("select max(uid_validity) from delivery where mailbox = $1")
        .bind(mailbox)
        .fetch_one(&mut *connection)
        .await?;
    let times = highest.unwrap_or(0) / LEFT + 1;
    sqlx::query(
        "update delivery set uid_validity = uid_validity + $2
         where mailbox = $1 and uid_validity <> 0 and uid_validity < $3",
    )
    .bind(mailbox)
    .bind(times * LEFT)
    .bind(LEFT)
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::mailboxes::{SignInWay, Tls};

    #[test]
    fn a_numbering_is_of_a_server_a_port_and_an_account() {
        let imap = |host: &str, port, tls, account: &str, sign_in| Connection::Imap {
            host: host.to_owned(),
            port,
            tls,
            account: account.to_owned(),
            sign_in,
        };
        let one = imap("imap.example.org", 993, Tls::Implicit, "derek", SignInWay::Password);
        assert!(same(&one, &imap("IMAP.example.org", 993, Tls::Starttls, "derek", SignInWay::Certificate)));
        assert!(!same(&one, &imap("imap2.example.org", 993, Tls::Implicit, "derek", SignInWay::Password)));
        assert!(!same(&one, &imap("imap.example.org", 994, Tls::Implicit, "derek", SignInWay::Password)));
        assert!(!same(&one, &imap("imap.example.org", 993, Tls::Implicit, "anne", SignInWay::Password)));
        let pop3 = Connection::Pop3 {
            host: "imap.example.org".to_owned(),
            port: 993,
            tls: Tls::Implicit,
            account: "derek".to_owned(),
        };
        assert!(!same(&one, &pop3));
    }
}
