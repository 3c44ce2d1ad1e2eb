//! The journal: who did what, when, on what, from which post. Insert-only; each entry is sealed with a key together
//! with the entry before it, and the head tells how many there are, so that an edit, a deletion, a move or a cut shows.
//!
//! It never holds a patient's identity: objects stand by their id.

use crate::keys::hex;
use crate::{Read, StoreError, Under, accesses, glass, text};
use bannette_api::accesses::{AccessOf, ExportForm};
use bannette_api::dossiers::Visibility;
use bannette_api::journal::{FaultKind, JournalFault, JournalReport};
use bannette_api::keeping::Received;
use bannette_api::sharing::Path;
use bannette_api::{DossierId, GlassId, GroupId, MailboxId, PersonId, Timestamp};
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
    /// `changed`: the names of the fields that are others now, never their values.
    PersonChanged {
        person: PersonId,
        changed: Vec<&'static str>,
        administrator: bool,
    },
    /// What was given to the person ended with their departure.
    PersonDeparted {
        person: PersonId,
        grants: Vec<MailboxId>,
        groups: Vec<GroupId>,
    },
    MailboxHandedOver {
        mailbox: MailboxId,
        from: PersonId,
        to: PersonId,
    },
    /// The open dossiers that came by the mailbox.
    ResponsibilityHandedOver {
        mailbox: MailboxId,
        from: PersonId,
        to: PersonId,
        dossiers: Vec<DossierId>,
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
    DefaultSenderSet {
        person: PersonId,
        mailbox: Option<MailboxId>,
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
    /// A message that came encrypted was opened by the tool of this mailbox: the bytes received, the clear ones, and the
    /// dossiers that are new by it.
    Opened {
        mailbox: MailboxId,
        sha256: [u8; 32],
        clear: Vec<[u8; 32]>,
        dossiers: Vec<DossierId>,
    },
    /// Files of a folder were deleted, or moved, after the kept copies were read back and compared.
    FilesPutAway {
        mailbox: MailboxId,
        moved: bool,
        sha256: Vec<[u8; 32]>,
    },
    DossierOpened {
        dossier: DossierId,
    },
    DossierPrinted {
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
    /// Who sees a dossier in the owner's mailboxes.
    VisibilitySet {
        dossier: DossierId,
        visibility: Visibility,
    },
    /// It left *À trier*.
    TreatedAsResult {
        dossier: DossierId,
    },
    /// A history of accesses was saved as a file.
    AccessesExported {
        of: AccessOf,
        form: ExportForm,
        entries: u64,
    },
    /// An administrator opened a mailbox without a right, to read.
    GlassBroken {
        mailbox: MailboxId,
        glass: GlassId,
        ends: Timestamp,
        reason: String,
    },
    GlassEnded {
        mailbox: MailboxId,
        glass: GlassId,
    },
    GlassAcknowledged {
        mailbox: MailboxId,
        glass: GlassId,
    },
    /// Rights began or ended by their date.
    RightsTurned,
    NoticesSeen {
        person: PersonId,
    },
    /// Messages left a mailbox's tree: by its delay, or (none) because the mailbox ended.
    ContentPurged {
        mailbox: MailboxId,
        retention_days: Option<u32>,
        /// SHA-256 of each.
        messages: Vec<[u8; 32]>,
        /// The dossiers of which the mailbox keeps the conclusions alone.
        dossiers: Vec<DossierId>,
    },
    /// Dossiers whose contents had been removed came again, and wait again.
    ContentReturned {
        mailbox: MailboxId,
        dossiers: Vec<DossierId>,
    },
    /// A mailbox was taken away, and its secrets forgotten.
    MailboxRemoved {
        mailbox: MailboxId,
        received: Received,
        dossiers: u64,
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
            Self::PersonChanged { person, changed, administrator } => {
                ("person_changed", bytes(person.0), json!({ "changed": changed, "administrator": administrator }))
            }
            Self::PersonDeparted { person, grants, groups } => {
                ("person_departed", bytes(person.0), json!({ "grants_ended": grants, "groups_left": groups }))
            }
            Self::MailboxHandedOver { mailbox, from, to } => {
                ("mailbox_handed_over", bytes(mailbox.0), json!({ "from": from, "to": to }))
            }
            Self::ResponsibilityHandedOver { mailbox, from, to, dossiers } => (
                "responsibility_handed_over",
                bytes(mailbox.0),
                json!({ "from": from, "to": to, "dossiers": dossiers }),
            ),
            Self::PersonSuspended { person } => ("person_suspended", bytes(person.0), nothing),
            Self::PersonResumed { person } => ("person_resumed", bytes(person.0), nothing),
            Self::PasswordChanged { person } => ("password_changed", bytes(person.0), nothing),
            Self::PasswordReset { person } => ("password_reset", bytes(person.0), nothing),
            Self::IdleLockSet { person, minutes } => ("idle_lock_set", bytes(person.0), json!({ "minutes": minutes })),
            Self::DefaultSenderSet { person, mailbox } => {
                ("default_sender_set", bytes(person.0), json!({ "mailbox": mailbox }))
            }
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
            Self::Opened { mailbox, sha256, clear, dossiers } => {
                let clear: Vec<String> = clear.iter().map(|sha256| hex(sha256)).collect();
                let detail = json!({ "sha256": hex(sha256), "clear_sha256": clear, "dossiers": dossiers });
                ("opened_by_tool", bytes(mailbox.0), detail)
            }
            Self::FilesPutAway { mailbox, moved, sha256 } => {
                let sha256: Vec<String> = sha256.iter().map(|sha256| hex(sha256)).collect();
                ("files_put_away", bytes(mailbox.0), json!({ "moved": moved, "sha256": sha256 }))
            }
            Self::DossierOpened { dossier } => ("dossier_opened", bytes(dossier.0), nothing),
            Self::DossierPrinted { dossier } => ("dossier_printed", bytes(dossier.0), nothing),
            Self::SourceRead { dossier } => ("source_read", bytes(dossier.0), nothing),
            Self::HistoryRead { dossier } => ("history_read", bytes(dossier.0), nothing),
            Self::DocumentRead { dossier, part } => ("document_read", bytes(dossier.0), json!({ "part": part })),
            Self::DocumentSaved { dossier, part } => ("document_saved", bytes(dossier.0), json!({ "part": part })),
            Self::Validated { dossier } => ("validated", bytes(dossier.0), nothing),
            Self::ValidationUndone { dossier } => ("validation_undone", bytes(dossier.0), nothing),
            Self::VisibilitySet { dossier, visibility } => {
                let name = match visibility {
                    Visibility::Shared => "dossier_shared",
                    Visibility::Withheld => "dossier_withheld",
                    Visibility::Confidential => "dossier_made_confidential",
                };
                (name, bytes(dossier.0), nothing)
            }
            Self::TreatedAsResult { dossier } => ("treated_as_result", bytes(dossier.0), nothing),
            Self::AccessesExported { of, form, entries } => {
                let (name, object) = match of {
                    AccessOf::Mailbox(mailbox) => ("accesses_exported", bytes(mailbox.0)),
                    AccessOf::Dossier(dossier) => ("dossier_accesses_exported", bytes(dossier.0)),
                };
                (name, object, json!({ "form": form, "entries": entries }))
            }
            Self::GlassBroken { mailbox, glass, ends, reason } => {
                let reason = hex(&glass::reason_hash(*glass, reason));
                ("glass_broken", bytes(mailbox.0), json!({ "glass": glass, "ends": ends, "reason_sha256": reason }))
            }
            Self::GlassEnded { mailbox, glass } => ("glass_ended", bytes(mailbox.0), json!({ "glass": glass })),
            Self::GlassAcknowledged { mailbox, glass } => {
                ("glass_acknowledged", bytes(mailbox.0), json!({ "glass": glass }))
            }
            Self::RightsTurned => ("rights_turned", Vec::new(), nothing),
            Self::NoticesSeen { person } => ("notices_seen", bytes(person.0), nothing),
            Self::ContentPurged { mailbox, retention_days, messages, dossiers } => {
                let messages: Vec<String> = messages.iter().map(|sha256| hex(sha256)).collect();
                let detail = json!({ "retention_days": retention_days, "sha256": messages, "dossiers": dossiers });
                ("content_purged", bytes(mailbox.0), detail)
            }
            Self::ContentReturned { mailbox, dossiers } => {
                ("content_returned", bytes(mailbox.0), json!({ "dossiers": dossiers }))
            }
            Self::MailboxRemoved { mailbox, received, dossiers } => {
                ("mailbox_removed", bytes(mailbox.0), json!({ "received": received, "dossiers": dossiers }))
            }
        }
    }

    /// The mailbox that the act is done on, where its history lists it without being told.
    fn under(&self) -> Option<Under> {
        match self {
            Self::SharingSet { mailbox, .. }
            | Self::MailboxAdded { mailbox }
            | Self::MailboxChanged { mailbox, .. }
            | Self::MailboxRemoved { mailbox, .. }
            | Self::GlassAcknowledged { mailbox, .. } => Some(Under { mailbox: *mailbox, by: Some(Path::Owner) }),
            Self::GlassBroken { mailbox, .. }
            | Self::GlassEnded { mailbox, .. }
            | Self::RemovedFromServer { mailbox, .. }
            | Self::ContentPurged { mailbox, .. } => Some(Under { mailbox: *mailbox, by: None }),
            _ => None,
        }
    }
}

fn bytes(id: uuid::Uuid) -> Vec<u8> {
    id.into_bytes().to_vec()
}

/// An act as it waits for the commit.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) at: i64,
    /// Empty: the program itself.
    pub(crate) person: Vec<u8>,
    post: String,
    pub(crate) act: String,
    pub(crate) object: Vec<u8>,
    detail: Value,
    /// The mailboxes in whose histories it stands.
    pub(crate) under: Vec<Under>,
}

impl Draft {
    pub(crate) fn new(author: Author, at: Timestamp, post: &str, act: &Act, mut under: Vec<Under>) -> Self {
        let (name, object, detail) = act.parts();
        let person = match author {
            Author::Person(person) => bytes(person.0),
            Author::Program => Vec::new(),
        };
        if under.is_empty() {
            under.extend(act.under());
        }
        Self { at: at.0, person, post: post.to_owned(), act: name.to_owned(), object, detail, under }
    }

    fn entry(&self) -> Entry {
        let detail = match (&self.detail, self.under.is_empty()) {
            (Value::Null, true) => String::new(),
            (detail, true) => detail.to_string(),
            (Value::Object(fields), false) => {
                let mut fields = fields.clone();
                fields.insert("under".to_owned(), json!(self.under));
                Value::Object(fields).to_string()
            }
            (_, false) => json!({ "under": self.under }).to_string(),
        };
        Entry {
            at: self.at,
            person: self.person.clone(),
            post: self.post.clone(),
            act: self.act.clone(),
            object: self.object.clone(),
            detail,
        }
    }
}

/// An entry before it is sealed.
#[derive(Clone, Debug)]
struct Entry {
    at: i64,
    person: Vec<u8>,
    post: String,
    act: String,
    object: Vec<u8>,
    detail: String,
}

impl Entry {
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
    drafts: &[Draft],
) -> Result<(), StoreError> {
    let head: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select entries, seal from journal_head").fetch_optional(&mut *connection).await?;
    let (mut count, mut seal) = head.map_or((0, [0; 32]), |(count, seal)| (count, seal_of(&seal)));
    for some in drafts.chunks(500) {
        let first = count;
        let mut sealed = Vec::with_capacity(some.len());
        for draft in some {
            let entry = draft.entry();
            count += 1;
            seal = entry.seal(key, &seal, count)?;
            sealed.push((count, entry, seal));
        }
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("insert into journal(seq, at, person, post, act, object, detail, seal) ");
        query.push_values(sealed, |mut row, (seq, entry, seal)| {
            row.push_bind(seq).push_bind(entry.at).push_bind(entry.person).push_bind(entry.post);
            row.push_bind(entry.act).push_bind(entry.object).push_bind(entry.detail);
            row.push_bind(seal.to_vec());
        });
        query.build().execute(&mut *connection).await?;
        for (seq, draft) in (first + 1..).zip(some) {
            accesses::list(connection, seq, draft).await?;
        }
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
    /// Checks every entry of the journal, its head, and what hangs on the entries: the lists of the histories of accesses,
    /// and the reasons of *bris de glace*.
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
            let Some(last) = rows.last() else { break };
            let mut lines = accesses::lines_between(self.connection(), check.seq, last.try_get(0)?).await?;
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
                let seq = row.try_get(0)?;
                check.entry(&key, seq, &entry, &seal_of(&seal))?;
                check.listed(seq, &entry, &lines.remove(&seq).unwrap_or_default());
                if entry.act == "glass_broken" {
                    self.reason(&mut check, seq, &entry).await?;
                }
            }
            // What is left belongs to entries that are not there.
            lines.keys().for_each(|seq| check.fault(*seq, FaultKind::Misfiled));
        }
        for seq in accesses::lines_between(self.connection(), check.seq, i64::MAX).await?.keys() {
            check.fault(*seq, FaultKind::Misfiled);
        }
        let head: Option<(i64, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("select entries, seal, mac from journal_head").fetch_optional(self.connection()).await?;
        check.head(&key, head)?;
        Ok(check.report())
    }

    /// Checks that the reason of a *bris de glace* is the one that was sealed.
    async fn reason(&mut self, check: &mut Check, seq: i64, entry: &Entry) -> Result<(), StoreError> {
        #[derive(serde::Deserialize)]
        struct Detail {
            glass: GlassId,
            reason_sha256: String,
        }
        // An entry of another form was edited: that was found by its seal.
        let Ok(detail) = serde_json::from_str::<Detail>(&entry.detail) else { return Ok(()) };
        let kept = glass::kept_reason(self.connection(), detail.glass).await?;
        if kept.is_none_or(|kept| hex(&kept) != detail.reason_sha256) {
            check.fault(seq, FaultKind::ReasonEdited);
        }
        Ok(())
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

    /// Compares an entry with how the histories list it.
    fn listed(&mut self, seq: i64, entry: &Entry, lines: &[accesses::Line]) {
        let wanted = accesses::lines(entry.at, &entry.person, &entry.act, &entry.object, &entry.detail);
        if wanted.is_ok_and(|wanted| wanted != lines) {
            self.fault(seq, FaultKind::Misfiled);
        }
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
