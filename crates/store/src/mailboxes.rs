//! Mailboxes: their settings, their sharing, their place on the server.

use crate::{KeptSecrets, NewSecrets, Read, StoreError, Write, numbering, rights, secrets, text};
use bannette_api::mailboxes::{
    AfterTaking, Apicrypt, CertificateShown, Connection, MailboxKind, Options, Outgoing, Quota, ServerTold,
};
use bannette_api::sharing::{Grant, Motive};
use bannette_api::{MailboxId, PersonId, Timestamp};
use bannette_rights::{Access, Own, Read as ReadRight, SystemAccess, Visible};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// A mailbox, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxRecord {
    /// Identifier.
    pub id: MailboxId,
    /// Owner.
    pub owner: PersonId,
    /// Kind.
    pub kind: MailboxKind,
    /// Address, or a folder's name.
    pub address: String,
    /// Where its messages come from.
    pub connection: Connection,
    /// Whether a secret is kept.
    pub secret_kept: bool,
    /// The server that takes what one sends.
    pub outgoing: Option<Outgoing>,
    /// Of an APICRYPT account.
    pub apicrypt: Option<Apicrypt>,
    /// Whether the usage code of the APICRYPT key is kept.
    pub key_code_kept: bool,
    /// The kept client's certificate.
    pub certificate: Option<CertificateShown>,
    /// What the server told at the last connection.
    pub told: ServerTold,
    /// What the owner decided.
    pub options: Options,
    /// UIDVALIDITY of the server's INBOX; 0 before the first fetch.
    pub uid_validity: u32,
    /// The lowest UID not yet taken in.
    pub uid_next: u32,
    /// No deletion on the server until a person confirms.
    pub deletion_blocked: bool,
    /// When everything there was had last been taken in.
    pub last_success: Option<Timestamp>,
    /// When it became an archive: readable, and never fetched again.
    pub archived_at: Option<Timestamp>,
    /// Place in the indexes.
    pub(crate) key: i64,
}

/// A mailbox to be added, or its new settings.
#[derive(Clone)]
#[expect(missing_docs, reason = "as in MailboxRecord")]
pub struct NewMailbox {
    pub kind: MailboxKind,
    pub address: String,
    pub connection: Connection,
    pub outgoing: Option<Outgoing>,
    pub apicrypt: Option<Apicrypt>,
    pub options: Options,
}

macro_rules! columns {
    () => {
        "select key, id, owner, kind, address, connection, secret <> '' as secret_kept, enabled, delete_from_server, \
         retention_days, auto_share, auto_relay, uid_validity, uid_next, deletion_blocked, last_success, outgoing, apicrypt, \
         key_code <> '' as key_code_kept, certificate_subject, certificate_ends, told_certificate_ends, told_quota_used, \
         told_quota_limit, archived_at from mailbox"
    };
}

impl MailboxRecord {
    fn of(row: &SqliteRow) -> Result<Self, StoreError> {
        let connection: String = row.try_get("connection")?;
        let certificate = text::instant(row.try_get("certificate_ends")?)
            .map(|ends| Ok::<_, StoreError>(CertificateShown { subject: row.try_get("certificate_subject")?, ends }));
        let (used, limit) = (row.try_get("told_quota_used")?, row.try_get("told_quota_limit")?);
        Ok(Self {
            key: row.try_get("key")?,
            id: MailboxId(text::uuid(row.try_get("id")?)?),
            owner: PersonId(text::uuid(row.try_get("owner")?)?),
            kind: text::named(row.try_get("kind")?)?,
            address: row.try_get("address")?,
            connection: serde_json::from_str(&connection)
                .map_err(|_| StoreError::Content("a connection that cannot be read"))?,
            secret_kept: row.try_get("secret_kept")?,
            outgoing: of_json(row.try_get("outgoing")?)?,
            apicrypt: of_json(row.try_get("apicrypt")?)?,
            key_code_kept: row.try_get("key_code_kept")?,
            certificate: certificate.transpose()?,
            told: ServerTold {
                certificate_ends: text::instant(row.try_get("told_certificate_ends")?),
                quota: (limit > 0).then(|| Quota { used: text::count(used), limit: text::count(limit) }),
            },
            options: Options {
                enabled: row.try_get("enabled")?,
                delete_from_server: row.try_get("delete_from_server")?,
                retention_days: text::some_small(row.try_get("retention_days")?),
                auto_share: row.try_get("auto_share")?,
                auto_relay: row.try_get("auto_relay")?,
            },
            uid_validity: text::small(row.try_get("uid_validity")?),
            uid_next: text::small(row.try_get("uid_next")?),
            deletion_blocked: row.try_get("deletion_blocked")?,
            last_success: text::instant(row.try_get("last_success")?),
            archived_at: text::instant(row.try_get("archived_at")?),
        })
    }
}

/// The place of a mailbox in the indexes.
pub(crate) async fn key_of(connection: &mut SqliteConnection, id: MailboxId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select key from mailbox where id = $1")
        .bind(id.0.into_bytes().to_vec())
        .fetch_one(connection)
        .await?)
}

async fn one(connection: &mut SqliteConnection, id: MailboxId) -> Result<MailboxRecord, StoreError> {
    let row = sqlx::query(concat!(columns!(), " where id = $1"))
        .bind(id.0.into_bytes().to_vec())
        .fetch_one(connection)
        .await?;
    MailboxRecord::of(&row)
}

impl Read {
    /// The mailboxes of these rights, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailboxes(&mut self, visible: &Visible) -> Result<Vec<MailboxRecord>, StoreError> {
        let rows = sqlx::query(concat!(columns!(), " order by created_at, key")).fetch_all(self.connection()).await?;
        let all = rows.iter().map(MailboxRecord::of);
        all.filter(|one| one.as_ref().map_or(true, |one| visible.contains(one.id))).collect()
    }

    /// The addresses of all mailboxes by their id: names of things to have a right on, no content.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailbox_address(&mut self, id: MailboxId) -> Result<String, StoreError> {
        Ok(one(self.connection(), id).await?.address)
    }

    /// The settings of one's mailbox.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn mailbox(&mut self, proof: &Access<Own>) -> Result<MailboxRecord, StoreError> {
        one(self.connection(), proof.mailbox()).await
    }

    /// The folders that other mailboxes watch, and what becomes of their files.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn other_folders(&mut self, than: MailboxId) -> Result<Vec<(String, AfterTaking)>, StoreError> {
        let all: Vec<String> =
            sqlx::query_scalar("select connection from mailbox where id <> $1 and archived_at = 0 order by key")
                .bind(than.0.into_bytes().to_vec())
                .fetch_all(self.connection())
                .await?;
        let mut folders = Vec::new();
        for connection in &all {
            if let Connection::Folder { path, after } =
                serde_json::from_str(connection).map_err(|_| StoreError::Content("a connection"))?
            {
                folders.push((path, after));
            }
        }
        Ok(folders)
    }

    /// Which mailboxes are to be fetched on this post: their ids.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailboxes_to_fetch(&mut self) -> Result<Vec<MailboxId>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar("select id from mailbox where enabled = 1 order by key")
            .fetch_all(self.connection())
            .await?;
        ids.iter().map(|id| text::uuid(id).map(MailboxId)).collect()
    }

    /// A mailbox and where its secrets are kept, for fetching it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn mailbox_to_fetch(&mut self, proof: &SystemAccess) -> Result<(MailboxRecord, KeptSecrets), StoreError> {
        let record = one(self.connection(), proof.mailbox()).await?;
        let kept = secrets::of_mailbox(self.connection(), proof.mailbox()).await?;
        Ok((record, kept))
    }

    /// A mailbox and where its secrets are kept, for its owner's test of the connection.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn mailbox_to_test(&mut self, proof: &Access<Own>) -> Result<(MailboxRecord, KeptSecrets), StoreError> {
        let record = one(self.connection(), proof.mailbox()).await?;
        let kept = secrets::of_mailbox(self.connection(), proof.mailbox()).await?;
        Ok((record, kept))
    }

    /// Whether the mailbox is shared, the rights given, and the number of this state.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn sharing(&mut self, proof: &Access<Own>) -> Result<(bool, Vec<Grant>, u64), StoreError> {
        sharing(self.connection(), proof.mailbox()).await
    }

    /// Why the rights on the mailbox were given, where its owner said so. Not everybody who may read may know all of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn motives(&mut self, proof: &Access<ReadRight>) -> Result<Vec<Motive>, StoreError> {
        let rows: Vec<(String, Vec<u8>, String)> = sqlx::query_as(
            "select to_kind, to_id, motive from share_grant where motive <> '' and
             mailbox = (select key from mailbox where id = $1) order by to_kind, to_id, begins",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .fetch_all(self.connection())
        .await?;
        let motives = rows.into_iter().map(|(kind, to, text)| Ok(Motive { to: rights::grantee_of(&kind, &to)?, text }));
        motives.collect()
    }
}

async fn sharing(connection: &mut SqliteConnection, mailbox: MailboxId) -> Result<(bool, Vec<Grant>, u64), StoreError> {
    let (key, shared, version): (i64, bool, i64) =
        sqlx::query_as("select key, shared, share_version from mailbox where id = $1")
            .bind(mailbox.0.into_bytes().to_vec())
            .fetch_one(&mut *connection)
            .await?;
    let rows: Vec<(String, Vec<u8>, String, i64, i64)> = sqlx::query_as(
        "select to_kind, to_id, level, begins, ends from share_grant where mailbox = $1 order by to_kind, to_id, begins",
    )
    .bind(key)
    .fetch_all(connection)
    .await?;
    let grants = rows.iter().map(|(kind, to, level, begins, ends)| rights::grant(kind, to, level, *begins, *ends));
    Ok((shared, grants.collect::<Result<_, _>>()?, text::count(version)))
}

impl Write {
    /// Adds a mailbox of `owner`.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the owner has one of this kind at this address.
    pub async fn add_mailbox(
        &mut self,
        id: MailboxId,
        owner: PersonId,
        new: &NewMailbox,
        secrets: &NewSecrets,
        at: Timestamp,
    ) -> Result<MailboxRecord, StoreError> {
        sqlx::query(
            "insert into mailbox(id, owner, kind, address, connection, secret, enabled, delete_from_server,
                 retention_days, auto_share, shared, share_version, uid_validity, uid_next, deletion_blocked,
                 last_success, created_at, auto_relay, outgoing, apicrypt)
             values ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, 0, 1, 0, 1, 0, 0, $10, $11, $12, $13)",
        )
        .bind(id.0.into_bytes().to_vec())
        .bind(owner.0.into_bytes().to_vec())
        .bind(text::name_of(&new.kind)?)
        .bind(&new.address)
        .bind(json(&new.connection)?)
        .bind(new.options.enabled)
        .bind(new.options.delete_from_server)
        .bind(new.options.retention_days.unwrap_or(0))
        .bind(new.options.auto_share)
        .bind(at.0)
        .bind(new.options.auto_relay)
        .bind(maybe_json(new.outgoing.as_ref())?)
        .bind(maybe_json(new.apicrypt.as_ref())?)
        .execute(self.connection())
        .await?;
        secrets::set(self.connection(), id, secrets).await?;
        rights::next_epoch(self.connection()).await?;
        one(self.connection(), id).await
    }

    /// Changes the settings of one's mailbox.
    /// Another server, port or account starts the UIDs anew; those of the former one count no more. An archive that is
    /// switched on is none any more.
    ///
    /// # Errors
    /// [`StoreError::Taken`], [`StoreError::Stale`].
    pub async fn change_mailbox(
        &mut self,
        proof: &Access<Own>,
        new: &NewMailbox,
        secrets: &NewSecrets,
    ) -> Result<MailboxRecord, StoreError> {
        self.fresh(proof.epoch()).await?;
        let before = one(self.connection(), proof.mailbox()).await?;
        let (validity, next, blocked) = if before.connection == new.connection {
            // Switching the deletion off and on again is how a person confirms it after a change of UIDVALIDITY.
            let confirmed = !before.options.delete_from_server && new.options.delete_from_server;
            (before.uid_validity, before.uid_next, before.deletion_blocked && !confirmed)
        } else {
            (0, 1, false)
        };
        if !numbering::same(&before.connection, &new.connection) {
            numbering::retire(self.connection(), proof.mailbox()).await?;
        }
        sqlx::query(
            "update mailbox set address = $2, connection = $3, enabled = $4, delete_from_server = $5,
                 retention_days = $6, auto_share = $7, uid_validity = $8, uid_next = $9, deletion_blocked = $10,
                 auto_relay = $11, outgoing = $12, apicrypt = $13,
                 archived_at = case when $4 = 1 then 0 else archived_at end,
                 emptied = case when $4 = 1 then 0 else emptied end
             where id = $1",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(&new.address)
        .bind(json(&new.connection)?)
        .bind(new.options.enabled)
        .bind(new.options.delete_from_server)
        .bind(new.options.retention_days.unwrap_or(0))
        .bind(new.options.auto_share)
        .bind(validity)
        .bind(next)
        .bind(blocked)
        .bind(new.options.auto_relay)
        .bind(maybe_json(new.outgoing.as_ref())?)
        .bind(maybe_json(new.apicrypt.as_ref())?)
        .execute(self.connection())
        .await?;
        secrets::set(self.connection(), proof.mailbox(), secrets).await?;
        one(self.connection(), proof.mailbox()).await
    }

    /// Notes what the server told at a connection.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn server_told(&mut self, proof: &SystemAccess, told: &ServerTold) -> Result<(), StoreError> {
        let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        sqlx::query(
            "update mailbox set told_certificate_ends = $2, told_quota_used = $3, told_quota_limit = $4 where id = $1",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(told.certificate_ends.map_or(0, |at| at.0))
        .bind(told.quota.map_or(0, |quota| size(quota.used)))
        .bind(told.quota.map_or(0, |quota| size(quota.limit)))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// As [`Read::mailbox`], inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn mailbox(&mut self, proof: &Access<Own>) -> Result<MailboxRecord, StoreError> {
        one(self.connection(), proof.mailbox()).await
    }

    /// Sets the sharing as a whole, if it still is the state `version`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed it meanwhile; [`StoreError::Stale`].
    pub async fn set_sharing(
        &mut self,
        proof: &Access<Own>,
        shared: bool,
        grants: &[Grant],
        motives: &[Motive],
        version: u64,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let changed = sqlx::query(
            "update mailbox set shared = $2, share_version = share_version + 1 where id = $1 and share_version = $3",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(shared)
        .bind(i64::try_from(version).unwrap_or(i64::MAX))
        .execute(self.connection())
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::Conflict);
        }
        let key = key_of(self.connection(), proof.mailbox()).await?;
        sqlx::query("delete from share_grant where mailbox = $1").bind(key).execute(self.connection()).await?;
        for grant in grants {
            let (kind, to) = rights::grantee(&grant.to);
            let motive = motives.iter().find(|motive| motive.to == grant.to).map_or("", |motive| motive.text.as_str());
            sqlx::query(
                "insert into share_grant(mailbox, to_kind, to_id, level, begins, ends, motive)
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(key)
            .bind(kind)
            .bind(to)
            .bind(text::name_of(&grant.level)?)
            .bind(grant.begins.map_or(0, |at| at.0))
            .bind(grant.ends.map_or(0, |at| at.0))
            .bind(motive)
            .execute(self.connection())
            .await?;
        }
        rights::next_epoch(self.connection()).await
    }

    /// Notes that everything there was has been taken in: every UID below `uid_next` is here or gone from the server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn caught_up(&mut self, proof: &SystemAccess, uid_next: u32, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("update mailbox set last_success = $2, uid_next = max(uid_next, $3) where id = $1")
            .bind(proof.mailbox().0.into_bytes().to_vec())
            .bind(at.0)
            .bind(uid_next)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Notes the server's UIDVALIDITY. Another one than before: the UIDs start anew, and no copy is removed from the
    /// server until a person confirms.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_uid_validity(&mut self, proof: &SystemAccess, after: u32) -> Result<(), StoreError> {
        sqlx::query(
            "update mailbox set deletion_blocked = case when uid_validity in (0, $2) then deletion_blocked else 1 end,
                 uid_next = case when uid_validity = $2 then uid_next else 1 end, uid_validity = $2
             where id = $1",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(after)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn json(connection: &Connection) -> Result<String, StoreError> {
    serde_json::to_string(connection).map_err(|_| StoreError::Content("a connection that cannot be written"))
}

/// Empty text for what is not there.
fn maybe_json<T: serde::Serialize>(value: Option<&T>) -> Result<String, StoreError> {
    let written = value.map(serde_json::to_string).transpose();
    Ok(written.map_err(|_| StoreError::Content("settings that cannot be written"))?.unwrap_or_default())
}

fn of_json<T: serde::de::DeserializeOwned>(written: String) -> Result<Option<T>, StoreError> {
    let written = text::some_text(written);
    let read = written.map(|written| serde_json::from_str(&written)).transpose();
    read.map_err(|_| StoreError::Content("settings that cannot be read"))
}
