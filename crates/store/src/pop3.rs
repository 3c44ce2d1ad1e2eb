//! The numbers that stand for the unique-ids of a POP3 server.

use crate::{Read, StoreError, Write, mailboxes, text};
use bannette_rights::SystemAccess;
use std::collections::{BTreeMap, BTreeSet};

impl Read {
    /// A number under which no message of this mailbox was delivered yet, to stand for the numbering of a server.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unused_uid_validity(&mut self, proof: &SystemAccess) -> Result<u32, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let used: Vec<i64> = sqlx::query_scalar(
            "select uid_validity from delivery where mailbox = $1
             union select uid_validity from pop3_number where mailbox = $1",
        )
        .bind(mailbox)
        .fetch_all(self.connection())
        .await?;
        let used: BTreeSet<i64> = used.into_iter().collect();
        // 0 is a folder's.
        let unused = (1..).find(|number| !used.contains(number));
        Ok(unused.map_or(1, text::small))
    }
}

impl Write {
    /// The number of each of these messages; one that is new gets the next.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pop3_numbers(
        &mut self,
        proof: &SystemAccess,
        uid_validity: u32,
        unique_ids: &[String],
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let rows: Vec<(String, i64)> =
            sqlx::query_as("select unique_id, uid from pop3_number where mailbox = $1 and uid_validity = $2")
                .bind(mailbox)
                .bind(uid_validity)
                .fetch_all(self.connection())
                .await?;
        let mut numbers: BTreeMap<String, u32> = rows.into_iter().map(|(id, uid)| (id, text::small(uid))).collect();
        let mut last = numbers.values().copied().max().unwrap_or(0);
        for unique_id in unique_ids {
            if numbers.contains_key(unique_id) {
                continue;
            }
            last = last.checked_add(1).ok_or(StoreError::Content("no more numbers for messages"))?;
            sqlx::query("insert into pop3_number(mailbox, uid_validity, unique_id, uid) values ($1, $2, $3, $4)")
                .bind(mailbox)
                .bind(uid_validity)
                .bind(unique_id)
                .bind(last)
                .execute(self.connection())
                .await?;
            numbers.insert(unique_id.clone(), last);
        }
        Ok(numbers)
    }
}
