//! Changes of a group as a whole: its name and its members in one step.

use crate::rights;
use crate::{StoreError, Write};
use bannette_api::{GroupId, PersonId};
use bannette_rights::Administrator;
use std::collections::BTreeSet;

impl Write {
    /// Gives a group another name.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is another's; [`StoreError::NotFound`], [`StoreError::Stale`].
    pub async fn rename_group(&mut self, proof: &Administrator, id: GroupId, name: &str) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let renamed = sqlx::query("update person_group set name = $2 where id = $1")
            .bind(id.0.into_bytes().to_vec())
            .bind(name)
            .execute(self.connection())
            .await?;
        if renamed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        rights::next_epoch(self.connection()).await
    }

    /// Sets name and members of a group that is there or, when it is not, adds it with them. One step of the epoch.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is another's; [`StoreError::NotFound`] when a member is unknown;
    /// [`StoreError::Stale`].
    pub async fn set_group(
        &mut self,
        proof: &Administrator,
        id: GroupId,
        name: &str,
        members: &BTreeSet<PersonId>,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let group = id.0.into_bytes().to_vec();
        sqlx::query("insert into person_group(id, name) values ($1, $2) on conflict (id) do update set name = $2")
            .bind(&group)
            .bind(name)
            .execute(self.connection())
            .await?;
        sqlx::query("delete from group_member where group_id = $1").bind(&group).execute(self.connection()).await?;
        for person in members {
            let known = sqlx::query(
                "insert into group_member(group_id, person_id) select $1, id from person
                     where id = $2 and departed_at = 0",
            )
            .bind(&group)
            .bind(person.0.into_bytes().to_vec())
            .execute(self.connection())
            .await?;
            if known.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
        }
        rights::next_epoch(self.connection()).await
    }
}
