//! The practice, its people and their groups.

use crate::changing::keeps_an_administrator;
use crate::{Read, StoreError, Write, rights, text};
use bannette_api::people::{Group, Me, Person, Role, Title};
use bannette_api::{GroupId, PersonId, Timestamp};
use bannette_rights::Administrator;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::BTreeMap;

const COLUMNS: &str = "id, login, title, first_name, last_name, role, rpps, administrator, suspended_since, departed_at, \
                       password, password_must_change, idle_minutes, failures, locked_until";

/// A person as the core needs them to sign somebody in. Never leaves the core.
#[derive(Clone)]
pub struct PersonRecord {
    /// As everybody sees them.
    pub person: Person,
    /// argon2id, PHC string.
    pub password: String,
    /// Whether it must be changed.
    pub password_must_change: bool,
    /// Minutes before the window locks.
    pub idle_minutes: u32,
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// Until when no password is looked at.
    pub locked_until: Option<Timestamp>,
}

impl std::fmt::Debug for PersonRecord {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("PersonRecord").field("person", &self.person.id).finish_non_exhaustive()
    }
}

impl PersonRecord {
    /// As the person themselves sees it.
    #[must_use]
    pub fn me(&self) -> Me {
        Me {
            person: self.person.clone(),
            password_must_change: self.password_must_change,
            idle_minutes: self.idle_minutes,
        }
    }

    fn of(row: &SqliteRow) -> Result<Self, StoreError> {
        let person = Person {
            id: PersonId(text::uuid(row.try_get("id")?)?),
            login: row.try_get("login")?,
            title: text::named(row.try_get("title")?)?,
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
            role: text::named(row.try_get("role")?)?,
            rpps: text::some_text(row.try_get("rpps")?),
            administrator: row.try_get("administrator")?,
            suspended_since: text::instant(row.try_get("suspended_since")?),
            departed_at: text::instant(row.try_get("departed_at")?),
        };
        Ok(Self {
            person,
            password: row.try_get("password")?,
            password_must_change: row.try_get("password_must_change")?,
            idle_minutes: text::small(row.try_get("idle_minutes")?),
            failures: text::small(row.try_get("failures")?),
            locked_until: text::instant(row.try_get("locked_until")?),
        })
    }
}

/// A person to be added.
#[derive(Clone)]
#[expect(missing_docs, reason = "as in PersonRecord")]
pub struct NewPerson {
    pub id: PersonId,
    pub login: String,
    pub title: Title,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    pub rpps: Option<String>,
    pub administrator: bool,
    pub password: String,
    pub password_must_change: bool,
    pub idle_minutes: u32,
}

/// Asks for one person by a column.
macro_rules! one_person {
    ($connection:expr, $where:literal, $value:expr) => {
        sqlx::query(concat!(
            "select id, login, title, first_name, last_name, role, rpps, administrator, suspended_since, departed_at, ",
            "password, password_must_change, idle_minutes, failures, locked_until from person where ",
            $where,
            " = $1"
        ))
        .bind($value)
        .fetch_optional($connection)
        .await?
        .as_ref()
        .map(PersonRecord::of)
        .transpose()
    };
}

impl Read {
    /// The practice's name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn practice_name(&mut self) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar("select name from practice").fetch_one(self.connection()).await?)
    }

    /// The person of that login, in any case of letters.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_by_login(&mut self, login: &str) -> Result<Option<PersonRecord>, StoreError> {
        one_person!(self.connection(), "login", login)
    }

    /// The person of that id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person(&mut self, id: PersonId) -> Result<Option<PersonRecord>, StoreError> {
        one_person!(self.connection(), "id", id.0.into_bytes().to_vec())
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn people(&mut self) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from person order by last_name collate nocase, first_name collate nocase, id"
        )))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Ok(PersonRecord::of(row)?.person)).collect()
    }

    /// All groups, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn groups(&mut self) -> Result<Vec<Group>, StoreError> {
        groups(self.connection()).await
    }
}

async fn groups(connection: &mut SqliteConnection) -> Result<Vec<Group>, StoreError> {
    let mut members: BTreeMap<Vec<u8>, Vec<PersonId>> = BTreeMap::new();
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select group_id, person_id from group_member order by group_id, person_id")
            .fetch_all(&mut *connection)
            .await?;
    for (group, person) in rows {
        members.entry(group).or_default().push(PersonId(text::uuid(&person)?));
    }
    let rows: Vec<(Vec<u8>, String)> =
        sqlx::query_as("select id, name from person_group order by name collate nocase").fetch_all(connection).await?;
    let groups = rows.into_iter().map(|(id, name)| {
        Ok(Group { id: GroupId(text::uuid(&id)?), name, members: members.remove(&id).unwrap_or_default() })
    });
    groups.collect()
}

impl Write {
    /// Makes the practice and its first person, in an empty store.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is a practice already.
    pub async fn create_practice(
        &mut self,
        id: uuid::Uuid,
        name: &str,
        first: &NewPerson,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let made = sqlx::query(
            "insert into practice(only_one, id, name, created_at, epoch) values (1, $1, $2, $3, 1) on conflict do nothing",
        )
        .bind(id.into_bytes().to_vec())
        .bind(name)
        .bind(at.0)
        .execute(self.connection())
        .await?;
        if made.rows_affected() == 0 {
            return Err(StoreError::Exists);
        }
        insert_person(self.connection(), first, at).await
    }

    /// The person of that id, inside this change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person(&mut self, id: PersonId) -> Result<Option<PersonRecord>, StoreError> {
        one_person!(self.connection(), "id", id.0.into_bytes().to_vec())
    }

    /// The person of that login, inside this change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_by_login(&mut self, login: &str) -> Result<Option<PersonRecord>, StoreError> {
        one_person!(self.connection(), "login", login)
    }

    /// Adds a person.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the login is somebody's already; [`StoreError::Stale`].
    pub async fn add_person(
        &mut self,
        proof: &Administrator,
        person: &NewPerson,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        insert_person(self.connection(), person, at).await?;
        rights::next_epoch(self.connection()).await
    }

    /// Suspends a person (`since`), or ends the suspension (none).
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`], [`StoreError::NotFound`] (also for whoever departed), [`StoreError::Stale`].
    pub async fn set_suspended(
        &mut self,
        proof: &Administrator,
        person: PersonId,
        since: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        if since.is_some() {
            keeps_an_administrator(self.connection(), person).await?;
        }
        let changed = sqlx::query("update person set suspended_since = $2 where id = $1 and departed_at = 0")
            .bind(person.0.into_bytes().to_vec())
            .bind(since.map_or(0, |at| at.0))
            .execute(self.connection())
            .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        rights::next_epoch(self.connection()).await
    }

    /// Sets the password of a person, by an administrator.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`].
    pub async fn reset_password(
        &mut self,
        proof: &Administrator,
        person: PersonId,
        password: &str,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        self.put_password(person, password, true).await
    }

    /// Sets one's own password. The caller has checked the present one inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_own_password(&mut self, person: PersonId, password: &str) -> Result<(), StoreError> {
        self.put_password(person, password, false).await
    }

    async fn put_password(&mut self, person: PersonId, password: &str, must_change: bool) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "update person set password = $2, password_must_change = $3, failures = 0, locked_until = 0
             where id = $1 and departed_at = 0",
        )
        .bind(person.0.into_bytes().to_vec())
        .bind(password)
        .bind(must_change)
        .execute(self.connection())
        .await?;
        if changed.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Notes the tries with a wrong password, or clears them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_failures(
        &mut self,
        person: PersonId,
        failures: u32,
        locked_until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        sqlx::query("update person set failures = $2, locked_until = $3 where id = $1")
            .bind(person.0.into_bytes().to_vec())
            .bind(failures)
            .bind(locked_until.map_or(0, |at| at.0))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Sets one's own idle time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_idle_minutes(&mut self, person: PersonId, minutes: u32) -> Result<(), StoreError> {
        sqlx::query("update person set idle_minutes = $2 where id = $1")
            .bind(person.0.into_bytes().to_vec())
            .bind(minutes)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Adds a group.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name is another's; [`StoreError::Stale`].
    pub async fn add_group(&mut self, proof: &Administrator, id: GroupId, name: &str) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        sqlx::query("insert into person_group(id, name) values ($1, $2)")
            .bind(id.0.into_bytes().to_vec())
            .bind(name)
            .execute(self.connection())
            .await?;
        rights::next_epoch(self.connection()).await
    }

    /// Removes a group and the rights given to it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`].
    pub async fn remove_group(&mut self, proof: &Administrator, id: GroupId) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let group = id.0.into_bytes().to_vec();
        // A mailbox that loses a right this way changes for whoever has its dialog open.
        sqlx::query(
            "update mailbox set share_version = share_version + 1 where key in
             (select mailbox from share_grant where to_kind = 'group' and to_id = $1)",
        )
        .bind(&group)
        .execute(self.connection())
        .await?;
        sqlx::query("delete from share_grant where to_kind = 'group' and to_id = $1")
            .bind(&group)
            .execute(self.connection())
            .await?;
        let gone =
            sqlx::query("delete from person_group where id = $1").bind(&group).execute(self.connection()).await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        rights::next_epoch(self.connection()).await
    }

    /// Puts a person into a group, or takes them out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such group or person; [`StoreError::Stale`].
    pub async fn set_member(
        &mut self,
        proof: &Administrator,
        group: GroupId,
        person: PersonId,
        member: bool,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let (group, person) = (group.0.into_bytes().to_vec(), person.0.into_bytes().to_vec());
        let known: bool = sqlx::query_scalar(
            "select exists(select 1 from person_group where id = $1) and exists(
                 select 1 from person where id = $2 and ($3 = 0 or departed_at = 0))",
        )
        .bind(&group)
        .bind(&person)
        .bind(member)
        .fetch_one(self.connection())
        .await?;
        if !known {
            return Err(StoreError::NotFound);
        }
        let statement = if member {
            "insert into group_member(group_id, person_id) values ($1, $2) on conflict do nothing"
        } else {
            "delete from group_member where group_id = $1 and person_id = $2"
        };
        sqlx::query(statement).bind(&group).bind(&person).execute(self.connection()).await?;
        rights::next_epoch(self.connection()).await
    }

    /// All groups, inside this change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_groups(&mut self) -> Result<Vec<Group>, StoreError> {
        groups(self.connection()).await
    }

    /// The group of that id, inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn group(&mut self, id: GroupId) -> Result<Group, StoreError> {
        groups(self.connection()).await?.into_iter().find(|group| group.id == id).ok_or(StoreError::NotFound)
    }
}

async fn insert_person(connection: &mut SqliteConnection, new: &NewPerson, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "insert into person(id, login, title, first_name, last_name, role, rpps, administrator, password,
             password_must_change, idle_minutes, failures, locked_until, suspended_since, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, $12)",
    )
    .bind(new.id.0.into_bytes().to_vec())
    .bind(&new.login)
    .bind(text::name_of(&new.title)?)
    .bind(&new.first_name)
    .bind(&new.last_name)
    .bind(text::name_of(&new.role)?)
    .bind(new.rpps.clone().unwrap_or_default())
    .bind(new.administrator)
    .bind(&new.password)
    .bind(new.password_must_change)
    .bind(new.idle_minutes)
    .bind(at.0)
    .execute(connection)
    .await?;
    Ok(())
}
