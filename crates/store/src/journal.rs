//! The journal: who did what, when, on what, from which post. Insert-only; each entry is sealed with a key together
//! with the entry before it, and the head tells how many there are, so that an edit, a deletion, a move or a cut shows.
//!
//! It never holds a patient's identity: objects stand by their id.

use crate::keys::hex;
use crate::{Read, StoreError, text};
use bannette_api::journal::{FaultKind, JournalFault, JournalReport};
use bannette_api::{DossierId, GroupId, MailboxId, PersonId, Timestamp};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row as _, Sqlite};

type Seal = [u8; 32];

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person.
    Person(PersonId),
    /// The program itself (fetching).
    Program,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it; the fields are the objects' ids")]
pub enum Act {
    PracticeCreated,
    PersonAdded {
        person: PersonId,
        administrator: bool,
    },
    PersonSuspended {
        person: PersonId,
    },
    PersonResumed {
        person: PersonId,
    },
    PasswordChanged {
        person: PersonId,
    },
    PasswordReset {
        person: PersonId,
    },
    IdleLockSet {
        person: PersonId,
        minutes: u32,
    },
    SignedIn {
        person: PersonId,
    },
    SignInRefused {
        person: PersonId,
        locked: bool,
    },
    GroupAdded {
        group: GroupId,
    },
    GroupRemoved {
        group: GroupId,
    },
    GroupRenamed {
        group: GroupId,
        before: String,
        after: String,
    },
    GroupJoined {
        group: GroupId,
        person: PersonId,
    },
    GroupLeft {
        group: GroupId,
        person: PersonId,
    },
    MailboxAdded {
        mailbox: MailboxId,
    },
    MailboxChanged {
        mailbox: MailboxId,
        secret: bool,
    },
    UidValidityChanged {
        mailbox: MailboxId,
        before: u32,
        after: u32,
    },
    SharingSet {
        mailbox: MailboxId,
        sharing: Value,
    },
    /// A message was taken in.
    Received {
        mailbox: MailboxId,
        sha256: [u8; 32],
        dossiers: Vec<DossierId>,
    },
    /// Copies were removed from the server after the kept copies were read back and compared.
    RemovedFromServer {
        mailbox: MailboxId,
        uid_validity: u32,
        uids: Vec<u32>,
    },
    DossierOpened {
        dossier: DossierId,
    },
    SourceRead {
        dossier: DossierId,
    },
    HistoryRead {
        dossier: DossierId,
    },
    DocumentRead {
        dossier: DossierId,
        part: u32,
    },
    DocumentSaved {
        dossier: DossierId,
        part: u32,
    },
    Validated {
        dossier: DossierId,
    },
    ValidationUndone {
        dossier: DossierId,
    },
}

impl Act {
    /// Name, object, and what else is worth keeping.
    fn parts(&self) -> (&'static str, Vec<u8>, Value) {
        let nothing = Value::Null;
        match self {
            Self::PracticeCreated => ("practice_created", Vec::new(), nothing),
            Self::PersonAdded { person, administrator } => {
                ("person_added", bytes(person.0), json!({ "administrator": administrator }))
            }
            Self::PersonSuspended { person } => ("person_suspended", bytes(person.0), nothing),
            Self::PersonResumed { person } => ("person_resumed", bytes(person.0), nothing),
            Self::PasswordChanged { person } => ("password_changed", bytes(person.0), nothing),
            Self::PasswordReset { person } => ("password_reset", bytes(person.0), nothing),
            Self::IdleLockSet { person, minutes } => ("idle_lock_set", bytes(person.0), json!({ "minutes": minutes })),
            Self::SignedIn { person } => ("signed_in", bytes(person.0), nothing),
            Self::SignInRefused { person, locked } => ("sign_in_refused", bytes(person.0), json!({ "locked": locked })),
            Self::GroupAdded { group } => ("group_added", bytes(group.0), nothing),
            Self::GroupRemoved { group } => ("group_removed", bytes(group.0), nothing),
            Self::GroupRenamed { group, before, after } => {
                ("group_renamed", bytes(group.0), json!({ "before": before, "after": after }))
            }
            Self::GroupJoined { group, person } => ("group_joined", bytes(group.0), json!({ "person": person })),
            Self::GroupLeft { group, person } => ("group_left", bytes(group.0), json!({ "person": person })),
            Self::MailboxAdded { mailbox } => ("mailbox_added", bytes(mailbox.0), nothing),
            Self::MailboxChanged { mailbox, secret } => {
                ("mailbox_changed", bytes(mailbox.0), json!({ "secret_replaced": secret }))
            }
            Self::UidValidityChanged { mailbox, before, after } => {
                ("uid_validity_changed", bytes(mailbox.0), json!({ "before": before, "after": after }))
            }
            Self::SharingSet { mailbox, sharing } => ("sharing_set", bytes(mailbox.0), sharing.clone()),
            Self::Received { mailbox, sha256, dossiers } => {
                ("received", bytes(mailbox.0), json!({ "sha256": hex(sha256), "dossiers": dossiers }))
            }
            Self::RemovedFromServer { mailbox, uid_validity, uids } => {
                ("removed_from_server", bytes(mailbox.0), json!({ "uid_validity": uid_validity, "uids": uids }))
            }
            Self::DossierOpened { dossier } => ("dossier_opened", bytes(dossier.0), nothing),
            Self::SourceRead { dossier } => ("source_read", bytes(dossier.0), nothing),
            Self::HistoryRead { dossier } => ("history_read", bytes(dossier.0), nothing),
            Self::DocumentRead { dossier, part } => ("document_read", bytes(dossier.0), json!({ "part": part })),
            Self::DocumentSaved { dossier, part } => ("document_saved", bytes(dossier.0), json!({ "part": part })),
            Self::Validated { dossier } => ("validated", bytes(dossier.0), nothing),
            Self::ValidationUndone { dossier } => ("validation_undone", bytes(dossier.0), nothing),
        }
    }
}

fn bytes(id: uuid::Uuid) -> Vec<u8> {
    id.into_bytes().to_vec()
}

/// An entry before it is sealed.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    at: i64,
    person: Vec<u8>,
    post: String,
    act: String,
    object: Vec<u8>,
    detail: String,
}

impl Entry {
    pub(crate) fn new(author: Author, at: Timestamp, post: &str, act: &Act) -> Self {
        let (name, object, detail) = act.parts();
        let person = match author {
            Author::Person(person) => bytes(person.0),
            Author::Program => Vec::new(),
        };
        let detail = if detail.is_null() { String::new() } else { detail.to_string() };
        Self { at: at.0, person, post: post.to_owned(), act: name.to_owned(), object, detail }
    }

    /// The seal of this entry as number `seq` after `before`. Every field goes in with its length, so that no two
    /// different entries read the same.
    fn seal(&self, key: &[u8; 32], before: &Seal, seq: i64) -> Result<Seal, StoreError> {
        let mut mac = keyed(key)?;
        mac.update(b"entry");
        mac.update(before);
        mac.update(&seq.to_be_bytes());
        mac.update(&self.at.to_be_bytes());
        for field in [&self.person, self.post.as_bytes(), self.act.as_bytes(), &self.object, self.detail.as_bytes()] {
            mac.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(field);
        }
        Ok(mac.finalize().into_bytes().into())
    }
}

fn keyed(key: &[u8; 32]) -> Result<Hmac<Sha256>, StoreError> {
    Hmac::<Sha256>::new_from_slice(key).map_err(|_| StoreError::Content("a journal key of the wrong length"))
}

fn head_mac(key: &[u8; 32], entries: i64, seal: &Seal) -> Result<Seal, StoreError> {
    let mut mac = keyed(key)?;
    mac.update(b"head");
    mac.update(&entries.to_be_bytes());
    mac.update(seal);
    Ok(mac.finalize().into_bytes().into())
}

fn seal_of(column: &[u8]) -> Seal {
    // A seal of another length than 32 bytes matches nothing.
    column.try_into().unwrap_or([0; 32])
}

/// Appends the entries, sealed, and moves the head.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    key: &[u8; 32],
    entries: &[Entry],
) -> Result<(), StoreError> {
    let head: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select entries, seal from journal_head").fetch_optional(&mut *connection).await?;
    let (mut count, mut seal) = head.map_or((0, [0; 32]), |(count, seal)| (count, seal_of(&seal)));
    for some in entries.chunks(500) {
        let mut sealed = Vec::with_capacity(some.len());
        for entry in some {
            count += 1;
            seal = entry.seal(key, &seal, count)?;
            sealed.push((count, entry, seal));
        }
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("insert into journal(seq, at, person, post, act, object, detail, seal) ");
        query.push_values(sealed, |mut row, (seq, entry, seal)| {
            row.push_bind(seq).push_bind(entry.at).push_bind(entry.person.clone()).push_bind(entry.post.clone());
            row.push_bind(entry.act.clone()).push_bind(entry.object.clone()).push_bind(entry.detail.clone());
            row.push_bind(seal.to_vec());
        });
        query.build().execute(&mut *connection).await?;
    }
    sqlx::query(
        "insert into journal_head(only_one, entries, seal, mac) values (1, $1, $2, $3)
         on conflict do update set entries = excluded.entries, seal = excluded.seal, mac = excluded.mac",
    )
    .bind(count)
    .bind(seal.to_vec())
    .bind(head_mac(key, count, &seal)?.to_vec())
    .execute(connection)
    .await?;
    Ok(())
}

impl Read {
    /// Checks every entry of the journal, and its head.
    ///
    /// # Errors
    /// When the database does not answer. Breaks of the chain are no errors: they stand in the report.
    pub async fn verify_journal(&mut self) -> Result<JournalReport, StoreError> {
        let key = *self.store().keys.journal();
        let mut check = Check::default();
        loop {
            let rows = sqlx::query(
                "select seq, at, person, post, act, object, detail, seal from journal where seq > $1 order by seq limit 2000",
            )
            .bind(check.seq)
            .fetch_all(self.connection())
            .await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let entry = Entry {
                    at: row.try_get(1)?,
                    person: row.try_get(2)?,
                    post: row.try_get(3)?,
                    act: row.try_get(4)?,
                    object: row.try_get(5)?,
                    detail: row.try_get(6)?,
                };
                let seal: Vec<u8> = row.try_get(7)?;
                check.entry(&key, row.try_get(0)?, &entry, &seal_of(&seal))?;
            }
        }
        let head: Option<(i64, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("select entries, seal, mac from journal_head").fetch_optional(self.connection()).await?;
        check.head(&key, head)?;
        Ok(check.report())
    }
}

/// The state of a check on its way through the journal.
#[derive(Default)]
struct Check {
    seq: i64,
    seal: Seal,
    entries: u64,
    last: Option<Timestamp>,
    faults: Vec<JournalFault>,
}

impl Check {
    fn fault(&mut self, entry: i64, kind: FaultKind) {
        self.faults.push(JournalFault { entry: text::count(entry), kind });
    }

    fn entry(&mut self, key: &[u8; 32], seq: i64, entry: &Entry, seal: &Seal) -> Result<(), StoreError> {
        if seq != self.seq + 1 {
            self.fault(seq, FaultKind::Missing);
        } else if entry.seal(key, &self.seal, seq)? != *seal {
            self.fault(seq, FaultKind::Edited);
        }
        // Go on from the seal that stands there, so that one edit is told once.
        (self.seq, self.seal) = (seq, *seal);
        self.entries += 1;
        self.last = Some(Timestamp(entry.at));
        Ok(())
    }

    fn head(&mut self, key: &[u8; 32], head: Option<(i64, Vec<u8>, Vec<u8>)>) -> Result<(), StoreError> {
        // A practice begins with an act: a journal without a head was emptied.
        let Some((entries, seal, mac)) = head else {
            self.fault(self.seq, FaultKind::CutShort);
            return Ok(());
        };
        if entries != self.seq || seal_of(&seal) != self.seal {
            self.fault(self.seq.max(entries), FaultKind::CutShort);
        } else if head_mac(key, entries, &self.seal)? != seal_of(&mac) {
            self.fault(entries, FaultKind::Edited);
        }
        Ok(())
    }

    fn report(self) -> JournalReport {
        JournalReport { entries: self.entries, last: self.last, head: hex(&self.seal), faults: self.faults }
    }
}
