//! What mailboxes sign in with, and where it is kept: in the operating system's key store, or, on a post that has its key
//! in a file, in the ciphered store itself. The line of a mailbox says which. The key store knows no transaction:
//! therefore an entry is noted as unused before it is made and from the moment when no line names it, and what stays
//! unused is taken out.

use crate::key_store::{KeyStore, ask};
use crate::keys::hex;
use crate::{Store, StoreError, text};
use bannette_api::mailboxes::{CertificateShown, Connection, SignInWay};
use bannette_api::{MailboxId, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnection;
use std::fmt;
use zeroize::Zeroizing;

/// In the column: before a secret that lies in the store itself.
const HERE: &str = "here:";
/// In the column: before the name and the number of parts of an entry in the key store.
const ENTRY: &str = "entry:";
/// How long a change may take between the making of an entry and its commit, in milliseconds.
const CHANGE: i64 = 3_600_000;

/// What the program keeps to sign in with. It prints nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The account's secret on its server.
    pub password: Option<String>,
    /// The usage code of an APICRYPT key.
    pub key_code: Option<String>,
    /// A client's certificate, its chain and its key.
    pub certificate: Option<KeptCertificate>,
}

/// A client's certificate as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptCertificate {
    /// The chain and the key, PEM.
    pub pem: String,
    /// What is shown of it.
    pub shown: CertificateShown,
}

/// Where one secret is kept. It prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptSecret(Zeroizing<String>);

impl fmt::Debug for KeptSecret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

impl KeptSecret {
    fn here(secret: &str) -> Self {
        Self(Zeroizing::new(format!("{HERE}{secret}")))
    }

    fn entry(name: &str, parts: usize) -> Self {
        Self(Zeroizing::new(format!("{ENTRY}{name}/{parts}")))
    }

    fn kept(column: String) -> Option<Self> {
        text::some_text(column).map(|column| Self(Zeroizing::new(column)))
    }

    /// The entry's name and the number of its parts; nothing for a secret that lies in the store itself.
    fn as_entry(&self) -> Result<Option<(&str, usize)>, StoreError> {
        let Some(entry) = self.0.strip_prefix(ENTRY) else { return Ok(None) };
        let (name, parts) = entry.split_once('/').ok_or(StoreError::Content("the name of an entry"))?;
        let parts = parts.parse().map_err(|_| StoreError::Content("the parts of an entry"))?;
        Ok(Some((name, parts)))
    }
}

/// Where the secrets of a mailbox are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Secrets")]
pub struct KeptSecrets {
    pub password: Option<KeptSecret>,
    pub key_code: Option<KeptSecret>,
    pub certificate: Option<(KeptSecret, CertificateShown)>,
}

impl KeptSecrets {
    /// Of these, what one signs in with there: nothing else need be asked for.
    #[must_use]
    pub fn to_sign_in(self, connection: &Connection) -> Self {
        match connection.way_in() {
            Some(SignInWay::Password) => Self { password: self.password, ..Self::default() },
            Some(SignInWay::Certificate) => Self { certificate: self.certificate, ..Self::default() },
            Some(SignInWay::ProSanteConnect) | None => Self::default(),
        }
    }

    /// Of these, what opens encrypted messages.
    #[must_use]
    pub fn to_open_messages(self) -> Self {
        Self { key_code: self.key_code, ..Self::default() }
    }

    /// A text that changes whenever one of them does, and says nothing about them.
    #[must_use]
    pub fn mark(&self) -> String {
        let certificate = self.certificate.as_ref().map(|(place, _)| place);
        let mut hash = Sha256::new();
        for place in [self.password.as_ref(), self.key_code.as_ref(), certificate] {
            hash.update(Sha256::digest(column(place).as_bytes()));
        }
        hex(&hash.finalize())
    }
}

/// What becomes of the kept secrets: of each, `None` leaves the kept one, `Some(None)` forgets it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "as in Secrets")]
pub struct NewSecrets {
    pub password: Option<Option<KeptSecret>>,
    pub key_code: Option<Option<KeptSecret>>,
    pub certificate: Option<Option<(KeptSecret, CertificateShown)>>,
}

impl NewSecrets {
    /// Whether something changes.
    #[must_use]
    pub fn any(&self) -> bool {
        self.password.is_some() || self.key_code.is_some() || self.certificate.is_some()
    }

    /// Everything is forgotten.
    pub(crate) fn none() -> Self {
        Self { password: Some(None), key_code: Some(None), certificate: Some(None) }
    }
}

/// Where the secrets of this mailbox are kept.
pub(crate) async fn of_mailbox(connection: &mut SqliteConnection, id: MailboxId) -> Result<KeptSecrets, StoreError> {
    let (password, key_code, certificate, subject, ends): (String, String, String, String, i64) = sqlx::query_as(
        "select secret, key_code, certificate, certificate_subject, certificate_ends from mailbox where id = $1",
    )
    .bind(id.0.into_bytes().to_vec())
    .fetch_one(connection)
    .await?;
    let shown = CertificateShown { subject, ends: Timestamp(ends) };
    Ok(KeptSecrets {
        password: KeptSecret::kept(password),
        key_code: KeptSecret::kept(key_code),
        certificate: KeptSecret::kept(certificate).map(|place| (place, shown)),
    })
}

/// Changes what this mailbox signs in with.
pub(crate) async fn set(
    connection: &mut SqliteConnection,
    mailbox: MailboxId,
    new: &NewSecrets,
) -> Result<(), StoreError> {
    let kept = of_mailbox(connection, mailbox).await?;
    if let Some(password) = &new.password {
        replace(connection, kept.password.as_ref(), password.as_ref()).await?;
        let change = sqlx::query("update mailbox set secret = $2 where id = $1").bind(mailbox.0.into_bytes().to_vec());
        change.bind(column(password.as_ref())).execute(&mut *connection).await?;
    }
    if let Some(code) = &new.key_code {
        replace(connection, kept.key_code.as_ref(), code.as_ref()).await?;
        let change =
            sqlx::query("update mailbox set key_code = $2 where id = $1").bind(mailbox.0.into_bytes().to_vec());
        change.bind(column(code.as_ref())).execute(&mut *connection).await?;
    }
    if let Some(certificate) = &new.certificate {
        let place = certificate.as_ref().map(|(place, _)| place);
        replace(connection, kept.certificate.as_ref().map(|(place, _)| place), place).await?;
        let (subject, ends) = certificate.as_ref().map_or(("", 0), |(_, shown)| (shown.subject.as_str(), shown.ends.0));
        sqlx::query(
            "update mailbox set certificate = $2, certificate_subject = $3, certificate_ends = $4 where id = $1",
        )
        .bind(mailbox.0.into_bytes().to_vec())
        .bind(column(place))
        .bind(subject)
        .bind(ends)
        .execute(connection)
        .await?;
    }
    Ok(())
}

fn column(place: Option<&KeptSecret>) -> &str {
    place.map_or("", |place| place.0.as_str())
}

/// The old entry is unused from now on, the new one is used.
async fn replace(
    connection: &mut SqliteConnection,
    old: Option<&KeptSecret>,
    new: Option<&KeptSecret>,
) -> Result<(), StoreError> {
    if let Some(new) = new
        && let Some((name, _)) = new.as_entry()?
    {
        let used = sqlx::query("delete from unused_entry where name = $1 and unused_from > 0");
        if used.bind(name).execute(&mut *connection).await?.rows_affected() == 0 {
            // The change took so long that the entry counts as left over: it is being taken out.
            return Err(StoreError::Conflict);
        }
    }
    if let Some(old) = old
        && let Some((name, parts)) = old.as_entry()?
    {
        note_unused(connection, name, parts, Timestamp(0)).await?;
    }
    Ok(())
}

async fn note_unused(
    connection: &mut SqliteConnection,
    name: &str,
    parts: usize,
    from: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("insert into unused_entry(name, parts, unused_from) values ($1, $2, $3)")
        .bind(name)
        .bind(i64::try_from(parts).unwrap_or(i64::MAX))
        .bind(from.0)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Keeps new secrets, for a change that comes within the hour.
    ///
    /// # Errors
    /// When the key store or the database does not answer.
    pub async fn keep(&self, secrets: Secrets, now: Timestamp) -> Result<KeptSecrets, StoreError> {
        let mut kept = KeptSecrets::default();
        if let Some(password) = secrets.password {
            kept.password = Some(self.keep_one(Zeroizing::new(password), now).await?);
        }
        if let Some(code) = secrets.key_code {
            kept.key_code = Some(self.keep_one(Zeroizing::new(code), now).await?);
        }
        if let Some(KeptCertificate { pem, shown }) = secrets.certificate {
            kept.certificate = Some((self.keep_one(Zeroizing::new(pem), now).await?, shown));
        }
        Ok(kept)
    }

    async fn keep_one(&self, secret: Zeroizing<String>, now: Timestamp) -> Result<KeptSecret, StoreError> {
        let Some(key_store) = self.keys.key_store().cloned() else { return Ok(KeptSecret::here(&secret)) };
        let mut random = [0u8; 16];
        getrandom::fill(&mut random).map_err(|_| StoreError::Content("no randomness"))?;
        let (name, parts) = (hex(&random), KeyStore::parts(secret.len()));
        let mut write = self.write().await?;
        note_unused(write.connection(), &name, parts, now.plus(CHANGE)).await?;
        write.commit_progress().await?;
        let place = KeptSecret::entry(&name, parts);
        ask(move || key_store.put(&name, secret.as_bytes())).await?;
        Ok(place)
    }

    /// The secrets themselves. One that somebody took out of the key store is as one that was never kept.
    ///
    /// # Errors
    /// When the key store does not answer.
    pub async fn open_secrets(&self, kept: KeptSecrets) -> Result<Secrets, StoreError> {
        let certificate = match kept.certificate {
            None => None,
            Some((place, shown)) => self.open_one(Some(place)).await?.map(|pem| KeptCertificate { pem, shown }),
        };
        Ok(Secrets {
            password: self.open_one(kept.password).await?,
            key_code: self.open_one(kept.key_code).await?,
            certificate,
        })
    }

    async fn open_one(&self, place: Option<KeptSecret>) -> Result<Option<String>, StoreError> {
        let Some(place) = place else { return Ok(None) };
        let Some((name, parts)) = place.as_entry()? else {
            return place.0.strip_prefix(HERE).map(|secret| Some(secret.to_owned())).ok_or(UNREADABLE);
        };
        // Opened with a key file now: the entries belong to a post that has a key store.
        let Some(key_store) = self.keys.key_store().cloned() else { return Ok(None) };
        let name = name.to_owned();
        let Some(secret) = ask(move || key_store.get(&name, parts)).await? else { return Ok(None) };
        let secret = std::str::from_utf8(&secret).map_err(|_| UNREADABLE)?;
        Ok(Some(secret.to_owned()))
    }

    /// Takes out of the key store what no mailbox signs in with any more, and what a change that never came left there.
    ///
    /// # Errors
    /// When the key store or the database does not answer; what is left is taken out next time.
    pub async fn clear_key_store(&self, now: Timestamp) -> Result<(), StoreError> {
        let Some(key_store) = self.keys.key_store() else { return Ok(()) };
        let mut read = self.read().await?;
        let due = sqlx::query_scalar("select exists(select 1 from unused_entry where unused_from <= $1)").bind(now.0);
        let due: bool = due.fetch_one(read.connection()).await?;
        drop(read);
        if !due {
            return Ok(());
        }
        // From here on no change takes them into use any more.
        let mut write = self.write().await?;
        let claim = sqlx::query("update unused_entry set unused_from = 0 where unused_from <= $1").bind(now.0);
        claim.execute(write.connection()).await?;
        // In any order: one that cannot be taken out must not keep the same others there each time.
        let claimed = sqlx::query_as("select name, parts from unused_entry where unused_from = 0 order by random()");
        let claimed: Vec<(String, i64)> = claimed.fetch_all(write.connection()).await?;
        write.commit_progress().await?;
        for (name, parts) in claimed {
            let (key_store, entry) = (key_store.clone(), name.clone());
            ask(move || key_store.remove(&entry, usize::try_from(parts).unwrap_or(0))).await?;
            let mut write = self.write().await?;
            let done = sqlx::query("delete from unused_entry where name = $1").bind(name);
            done.execute(write.connection()).await?;
            write.commit_progress().await?;
        }
        Ok(())
    }

    /// Moves secrets that lie in the store itself into the key store, where this post has its key there: earlier programs
    /// kept all of them in the store.
    ///
    /// # Errors
    /// When the key store or the database does not answer; what is left is moved next time.
    pub async fn move_secrets_to_key_store(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.keys.key_store().is_none() {
            return Ok(());
        }
        let mut read = self.read().await?;
        let here: Vec<Vec<u8>> = sqlx::query_scalar(
            "select id from mailbox where secret like $1 or key_code like $1 or certificate like $1 order by key",
        )
        .bind(format!("{HERE}%"))
        .fetch_all(read.connection())
        .await?;
        drop(read);
        for id in &here {
            self.move_secrets_of(MailboxId(text::uuid(id)?), now).await?;
        }
        Ok(())
    }

    async fn move_secrets_of(&self, mailbox: MailboxId, now: Timestamp) -> Result<(), StoreError> {
        let kept = of_mailbox(self.read().await?.connection(), mailbox).await?;
        let here = |place: &KeptSecret| place.0.starts_with(HERE);
        let before = KeptSecrets {
            password: kept.password.clone().filter(here),
            key_code: kept.key_code.clone().filter(here),
            certificate: kept.certificate.clone().filter(|(place, _)| here(place)),
        };
        let moved = self.keep(self.open_secrets(before).await?, now).await?;
        let new = NewSecrets {
            password: moved.password.map(Some),
            key_code: moved.key_code.map(Some),
            certificate: moved.certificate.map(Some),
        };
        let mut write = self.write().await?;
        if of_mailbox(write.connection(), mailbox).await? != kept {
            // Changed meanwhile: what was just kept is left over.
            return Ok(());
        }
        set(write.connection(), mailbox, &new).await?;
        write.commit_progress().await
    }
}

const UNREADABLE: StoreError = StoreError::Content("a secret");
