//! What an administrator changes of a person, and what must never be changed: that somebody administers the practice.

use crate::{StoreError, Write, rights, text};
use bannette_api::PersonId;
use bannette_api::people::{Role, Title};
use bannette_rights::Administrator;
use sqlx::sqlite::SqliteConnection;

/// What an administrator may change of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in PersonRecord")]
pub struct ChangedPerson {
    pub title: Title,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    pub rpps: Option<String>,
    pub administrator: bool,
}

impl Write {
    /// Changes what is known of a person who has not departed.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`], [`StoreError::NotFound`], [`StoreError::Stale`].
    pub async fn change_person(
        &mut self,
        proof: &Administrator,
        person: PersonId,
        new: &ChangedPerson,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        if !new.administrator {
            keeps_an_administrator(self.connection(), person).await?;
        }
        let changed = sqlx::query(
            "update person set title = $2, first_name = $3, last_name = $4, role = $5, rpps = $6, administrator = $7
             where id = $1 and departed_at = 0",
        )
        .bind(person.0.into_bytes().to_vec())
        .bind(text::name_of(&new.title)?)
        .bind(&new.first_name)
        .bind(&new.last_name)
        .bind(text::name_of(&new.role)?)
        .bind(new.rpps.clone().unwrap_or_default())
        .bind(new.administrator)
        .execute(self.connection())
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        rights::next_epoch(self.connection()).await
    }
}

/// Refuses a change after which nobody would administer the practice: `leaving` is its last active administrator.
pub(crate) async fn keeps_an_administrator(
    connection: &mut SqliteConnection,
    leaving: PersonId,
) -> Result<(), StoreError> {
    let active: Vec<Vec<u8>> = sqlx::query_scalar(
        "select id from person where administrator = 1 and suspended_since = 0 and departed_at = 0 limit 2",
    )
    .fetch_all(connection)
    .await?;
    if active == [leaving.0.into_bytes().to_vec()] { Err(StoreError::LastAdministrator) } else { Ok(()) }
}
