//! Who sees a dossier in a mailbox, set by its owner; and that a dossier which was to be sorted is a result.

use crate::dossiers::key_in;
use crate::{StoreError, Write, lists, mailboxes, reach, text, versions};
use bannette_api::dossiers::Visibility;
use bannette_api::{DossierId, PersonId};
use bannette_rights::{Access, Own, Sort};

impl Write {
    /// Sets who sees the dossier in the proof's mailbox. False when it stood so already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it does not lie there; [`StoreError::Stale`].
    pub async fn set_visibility(
        &mut self,
        proof: &Access<Own>,
        dossier: DossierId,
        visibility: Visibility,
    ) -> Result<bool, StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = key_in(self.connection(), proof, dossier).await?;
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let changed = sqlx::query("update placement set held = $3 where dossier = $1 and mailbox = $2 and held <> $3")
            .bind(key)
            .bind(mailbox)
            .bind(reach::held(visibility))
            .execute(self.connection())
            .await?;
        self.settle(key).await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Puts the dossier among the results of the proof's mailbox. False when it is not to be sorted there.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not seen there; [`StoreError::Stale`].
    pub async fn treat_as_result(&mut self, proof: &Access<Sort>, dossier: DossierId) -> Result<bool, StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = key_in(self.connection(), proof, dossier).await?;
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let changed =
            sqlx::query("update placement set waiting = $3 where dossier = $1 and mailbox = $2 and waiting = $4")
                .bind(key)
                .bind(mailbox)
                .bind(lists::WAITS)
                .bind(lists::UNSORTED)
                .execute(self.connection())
                .await?;
        self.settle(key).await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Who is responsible for the dossier.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it does not lie there.
    pub async fn responsible(&mut self, proof: &Access<Own>, dossier: DossierId) -> Result<PersonId, StoreError> {
        let key = key_in(self.connection(), proof, dossier).await?;
        let id: Vec<u8> = sqlx::query_scalar("select responsible from dossier where key = $1")
            .bind(key)
            .fetch_one(self.connection())
            .await?;
        text::uuid(&id).map(PersonId)
    }

    /// Makes the actor of the proof responsible for the dossier: whoever was does not see it any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it does not lie there; [`StoreError::Stale`].
    pub async fn take_responsibility(&mut self, proof: &Access<Own>, dossier: DossierId) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = key_in(self.connection(), proof, dossier).await?;
        for statement in [
            "update dossier set responsible = $2 where key = $1",
            "update placement set responsible = $2 where dossier = $1",
        ] {
            let by = proof.actor().0.into_bytes().to_vec();
            sqlx::query(statement).bind(key).bind(by).execute(self.connection()).await?;
        }
        Ok(())
    }

    async fn settle(&mut self, key: i64) -> Result<(), StoreError> {
        match versions::chain_of(self.connection(), key).await? {
            Some(chain) => versions::settle(self.connection(), &chain).await,
            None => Ok(()),
        }
    }
}
