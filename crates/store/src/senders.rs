//! *Messagerie utilisée pour les envois*: what a person chose. It gives no right, and outlives the right it was made
//! under: whoever reads it asks whether it still may be used.

use crate::{Read, StoreError, Write, text};
use bannette_api::{MailboxId, PersonId};
use bannette_rights::{Access, Send};

impl Read {
    /// What the person chose, whatever became of their right on it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a person who is not there.
    pub async fn default_sender(&mut self, person: PersonId) -> Result<Option<MailboxId>, StoreError> {
        let chosen: Vec<u8> = sqlx::query_scalar("select default_sender from person where id = $1")
            .bind(person.0.into_bytes().to_vec())
            .fetch_one(self.connection())
            .await?;
        if chosen.is_empty() { Ok(None) } else { text::uuid(&chosen).map(|id| Some(MailboxId(id))) }
    }
}

impl Write {
    /// Keeps the choice of whoever may send from the mailbox.
    ///
    /// # Errors
    /// [`StoreError::Stale`].
    pub async fn set_default_sender(&mut self, proof: &Access<Send>) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        self.keep_default_sender(proof.actor(), proof.mailbox().0.into_bytes().to_vec()).await
    }

    /// Forgets one's own choice.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_default_sender(&mut self, person: PersonId) -> Result<(), StoreError> {
        self.keep_default_sender(person, Vec::new()).await
    }

    async fn keep_default_sender(&mut self, person: PersonId, chosen: Vec<u8>) -> Result<(), StoreError> {
        sqlx::query("update person set default_sender = $2 where id = $1")
            .bind(person.0.into_bytes().to_vec())
            .bind(chosen)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
