//! Taking messages in: a batch is stored, listed, indexed and journaled in one transaction.
//!
//! The same bytes are kept once, and the dossiers in them exist once, whatever the number of mailboxes they came by; so does
//! the same report in other bytes.

use crate::keeping::LEFT;
use crate::versions::{self, Chains};
use crate::{
    Act, Author, PackedValues, Read, StoreError, Write, documents, indexing, lists, mailboxes, reach, returning, text,
    thresholds, values,
};
use bannette_api::dossiers::{Headline, PatientLine, Urgency, Visibility};
use bannette_api::report::{Format, ReportStatus};
use bannette_api::{DossierId, Timestamp};
use bannette_formats::{Identity, fold};
use bannette_rights::SystemAccess;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{BTreeMap, BTreeSet};

/// Messages in one statement, and their bytes as they are kept.
const MOST_ROWS: usize = 200;
const MOST_BYTES: usize = 256 * 1024;

/// Where bytes came from: it says how they are read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawSource {
    /// A message of a server.
    Message,
    /// A file of a folder.
    File,
}

impl RawSource {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::File => "file",
        }
    }

    pub(crate) fn of(name: &str) -> Self {
        if name == "file" { Self::File } else { Self::Message }
    }
}

/// One message taken in.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// UID on the server; for a folder: 0, the store gives a number.
    pub uid: u32,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// How many bytes.
    pub bytes: u64,
    /// The bytes, as [`Packer`](crate::Packer) gives them.
    pub packed: Vec<u8>,
    /// Where from.
    pub source: RawSource,
    /// A file's name; empty for a message.
    pub name: String,
    /// The dossiers in it, in order; at least one.
    pub dossiers: Vec<NewDossier>,
    /// Whether something in it is encrypted, and may be opened by a tool.
    pub sealed: bool,
}

/// A dossier as the lists show it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as in api::dossiers::DossierRow")]
pub struct NewDossier {
    pub id: DossierId,
    pub sender: String,
    pub subject: String,
    pub patient: Option<PatientLine>,
    pub urgency: Urgency,
    pub headline: Option<Headline>,
    pub abnormal: u32,
    pub results: u32,
    pub documents: u32,
    pub warned: bool,
    pub format: Format,
    pub status: Option<ReportStatus>,
    pub number: Option<String>,
    /// By what the report is known again.
    pub identity: Identity,
    /// Whether documents are attached whose words are still to be read for the search.
    pub unread_documents: bool,
    /// Words for the search.
    pub words: String,
    /// The generation of the practice's thresholds that it was judged by; 0: it is still to be judged.
    pub judged: i64,
    /// Its numbers, for the history.
    pub values: PackedValues,
}

/// Messages of one mailbox that are taken in together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// UIDVALIDITY under which the UIDs hold; 0 for a folder.
    pub uid_validity: u32,
    /// The messages.
    pub messages: Vec<NewMessage>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Messages that the mailbox did not have; for none of them there is nothing to commit.
    pub taken: usize,
    /// Dossiers that are new in this mailbox.
    pub placed: usize,
    /// Messages whose bytes were here already.
    pub known: usize,
}

pub(crate) fn urgency_number(urgency: Urgency) -> i64 {
    match urgency {
        Urgency::Critical => 0,
        Urgency::Abnormal => 1,
        Urgency::Unknown => 2,
        Urgency::Normal => 3,
    }
}

/// What is written for one message of a batch.
pub(crate) struct Line<'a> {
    /// Its place in the batch.
    pub(crate) place: usize,
    pub(crate) message: &'a NewMessage,
    pub(crate) uid: i64,
    pub(crate) raw: i64,
    pub(crate) new: bool,
}

impl Write {
    /// Takes a batch in: bytes, deliveries, dossiers, search words, acts. Nothing is visible before the commit.
    ///
    /// # Errors
    /// What the database says; nothing is changed then.
    pub async fn take_in(
        &mut self,
        proof: &SystemAccess,
        mut batch: Batch,
        at: Timestamp,
    ) -> Result<Arrived, StoreError> {
        // Taken out, to be given to the database without a copy.
        let mut packed: Vec<Vec<u8>> =
            batch.messages.iter_mut().map(|message| std::mem::take(&mut message.packed)).collect();
        self.bytes += packed.iter().map(Vec::len).sum::<usize>();
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        // One that was taken away meanwhile takes nothing in: what came stays where it is.
        let (owner, shared, unsorted): (Vec<u8>, bool, bool) = sqlx::query_as(
            "select owner, auto_share, kind = 'apicrypt' and auto_relay = 0 from mailbox where key = $1 and gone_at = 0",
        )
        .bind(mailbox)
        .fetch_one(self.connection())
        .await?;
        let fresh = not_delivered(self.connection(), mailbox, &batch).await?;
        let lines = lines(self.connection(), mailbox, batch.uid_validity, &fresh).await?;
        let new: Vec<&Line<'_>> = lines.iter().filter(|line| line.new).collect();
        insert_raws(self.connection(), &new, &mut packed, at).await?;
        insert_sealed(self.connection(), &new).await?;
        insert_deliveries(self.connection(), mailbox, batch.uid_validity, &lines, at).await?;
        let dossiers = new.iter().flat_map(|line| &line.message.dossiers);
        let mut chains = Chains::of(self.connection(), dossiers).await?;
        let known = insert_dossiers(self.connection(), &new, &owner, &mut chains, at).await?;
        for line in &new {
            if line
                .message
                .dossiers
                .iter()
                .any(|one| one.identity.document.is_some() || one.identity.replaces.is_some())
            {
                chains.met.extend(versions::link(self.connection(), line.raw).await?);
            }
        }
        let anew = returning::listed_anew(self.connection(), mailbox, batch.uid_validity, &lines).await?;
        let arrived: Vec<&Line<'_>> = lines.iter().filter(|line| !anew.contains(&line.raw)).collect();
        let visibility = if shared { Visibility::Shared } else { Visibility::Withheld };
        if !known.is_empty() || arrived.iter().any(|line| !line.new) {
            let chains_back = self.take_back((proof.mailbox(), mailbox), &owner, &arrived, &mut packed, at).await?;
            chains.met.extend(chains_back);
        }
        let confidential = versions::confidential(self.connection(), mailbox, &chains.met).await?;
        let standing = Standing { mailbox, visibility, unsorted, confidential };
        let placed = place(self.connection(), &standing, &arrived).await?;
        for chain in &chains.met {
            versions::settle(self.connection(), chain).await?;
        }
        for line in &lines {
            let made = line.message.dossiers.iter().map(|one| one.id).filter(|id| line.new && !known.contains(id));
            let act = Act::Received { mailbox: proof.mailbox(), sha256: line.message.sha256, dossiers: made.collect() };
            self.record(Author::Program, at, &act);
        }
        Ok(Arrived { taken: lines.len(), placed, known: batch.messages.len() - new.len() })
    }
}

impl Read {
    /// The UIDs, from `from` on, that this mailbox has already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn delivered(
        &mut self,
        proof: &SystemAccess,
        uid_validity: u32,
        from: u32,
    ) -> Result<BTreeSet<u32>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let uids: Vec<i64> =
            sqlx::query_scalar("select uid from delivery where mailbox = $1 and uid_validity = $2 and uid >= $3")
                .bind(mailbox)
                .bind(uid_validity)
                .bind(from)
                .fetch_all(self.connection())
                .await?;
        Ok(uids.into_iter().map(text::small).collect())
    }

    /// Whether these bytes were delivered to this mailbox already (folders have no UIDs to tell).
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_delivered(&mut self, proof: &SystemAccess, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "select exists(select 1 from raw_message r join delivery d on d.raw = r.key
             join mailbox m on m.key = d.mailbox where r.sha256 = $1 and m.id = $2)",
        )
        .bind(sha256.to_vec())
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .fetch_one(self.connection())
        .await?)
    }
}

/// The messages of the batch that this mailbox does not have: not this UID (a server's), not these bytes (a folder's).
async fn not_delivered<'a>(
    connection: &mut SqliteConnection,
    mailbox: i64,
    batch: &'a Batch,
) -> Result<Vec<(usize, &'a NewMessage)>, StoreError> {
    let known: Vec<i64> = if batch.uid_validity == 0 {
        Vec::new()
    } else {
        let lowest = batch.messages.iter().map(|message| message.uid).min().unwrap_or(0);
        sqlx::query_scalar(
            "select uid from delivery where mailbox = $1 and uid_validity = $2 and uid >= $3 order by uid",
        )
        .bind(mailbox)
        .bind(batch.uid_validity)
        .bind(lowest)
        .fetch_all(connection)
        .await?
    };
    let all = batch.messages.iter().enumerate();
    let fresh = all.filter(|(_, message)| known.binary_search(&i64::from(message.uid)).is_err());
    Ok(fresh.collect())
}

/// Gives each message its place among the raw messages, an old one or a new one, and its UID.
async fn lines<'a>(
    connection: &mut SqliteConnection,
    mailbox: i64,
    uid_validity: u32,
    messages: &[(usize, &'a NewMessage)],
) -> Result<Vec<Line<'a>>, StoreError> {
    let mut places: BTreeMap<[u8; 32], i64> = BTreeMap::new();
    for some in messages.chunks(500) {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("select sha256, key from raw_message where sha256 in (");
        let mut list = query.separated(", ");
        for (_, message) in some {
            list.push_bind(message.sha256.to_vec());
        }
        let rows: Vec<(Vec<u8>, i64)> = query.push(")").build_query_as().fetch_all(&mut *connection).await?;
        for (sha256, key) in rows {
            let sha256 = sha256.as_slice().try_into().map_err(|_| StoreError::Content("a hash of the wrong length"))?;
            places.insert(sha256, key);
        }
    }
    let last: Option<i64> = sqlx::query_scalar("select max(key) from raw_message").fetch_one(&mut *connection).await?;
    let mut next = last.unwrap_or(0) + 1;
    let mut next_number = next_number(connection, mailbox, uid_validity).await?;
    let mut lines = Vec::with_capacity(messages.len());
    for &(place, message) in messages {
        let new = !places.contains_key(&message.sha256);
        let raw = *places.entry(message.sha256).or_insert(next);
        next += i64::from(new);
        let uid = if uid_validity == 0 { next_number } else { i64::from(message.uid) };
        next_number += 1;
        lines.push(Line { place, message, uid, raw, new });
    }
    Ok(lines)
}

/// A folder's files have no UIDs: they are numbered as they come.
async fn next_number(connection: &mut SqliteConnection, mailbox: i64, uid_validity: u32) -> Result<i64, StoreError> {
    if uid_validity != 0 {
        return Ok(0);
    }
    let last: Option<i64> = sqlx::query_scalar("select max(uid) from delivery where mailbox = $1 and uid_validity = 0")
        .bind(mailbox)
        .fetch_one(connection)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

/// `packed`: the bytes to keep of each message of the batch.
async fn insert_raws(
    connection: &mut SqliteConnection,
    lines: &[&Line<'_>],
    packed: &mut [Vec<u8>],
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut rest = lines;
    while !rest.is_empty() {
        let (some, after) = rest.split_at(together(rest, packed));
        rest = after;
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("insert into raw_message(key, sha256, bytes, source, name, received_at, zstd) ");
        query.push_values(some, |mut row, line| {
            let message = line.message;
            row.push_bind(line.raw).push_bind(message.sha256.to_vec());
            row.push_bind(i64::try_from(message.bytes).unwrap_or(i64::MAX)).push_bind(message.source.name());
            row.push_bind(message.name.clone()).push_bind(at.0);
            row.push_bind(packed.get_mut(line.place).map(std::mem::take).unwrap_or_default());
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// How many of these messages go into one statement: the database copies what a statement is given, and gives so much
/// memory back to the system after each that it costs more to have it anew than another statement does.
fn together(lines: &[&Line<'_>], packed: &[Vec<u8>]) -> usize {
    let mut bytes = 0;
    let fits = lines.iter().take(MOST_ROWS).take_while(|line| {
        bytes += packed.get(line.place).map_or(0, Vec::len);
        bytes <= MOST_BYTES
    });
    fits.count().max(1)
}

/// Notes those of which something is encrypted.
pub(crate) async fn insert_sealed(connection: &mut SqliteConnection, lines: &[&Line<'_>]) -> Result<(), StoreError> {
    for line in lines.iter().filter(|line| line.message.sealed) {
        sqlx::query("insert into sealed_message(raw) values ($1) on conflict do nothing")
            .bind(line.raw)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn insert_deliveries(
    connection: &mut SqliteConnection,
    mailbox: i64,
    uid_validity: u32,
    lines: &[Line<'_>],
    at: Timestamp,
) -> Result<(), StoreError> {
    for some in lines.chunks(500) {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("insert into delivery(mailbox, uid_validity, uid, raw, state, at) ");
        query.push_values(some, |mut row, line| {
            row.push_bind(mailbox).push_bind(uid_validity).push_bind(line.uid).push_bind(line.raw);
            row.push_bind(0).push_bind(at.0);
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Gives those that were here already, in other bytes.
async fn insert_dossiers(
    connection: &mut SqliteConnection,
    lines: &[&Line<'_>],
    owner: &[u8],
    chains: &mut Chains,
    at: Timestamp,
) -> Result<BTreeSet<DossierId>, StoreError> {
    let last: Option<i64> = sqlx::query_scalar("select max(key) from dossier").fetch_one(&mut *connection).await?;
    let mut key = last.unwrap_or(0);
    let (mut all, mut copies, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    for line in lines {
        for (part, dossier) in line.message.dossiers.iter().enumerate() {
            let part = i64::try_from(part).unwrap_or(i64::MAX);
            if let Some(same) = chains.same_or_new(&dossier.identity, key + 1) {
                copies.push((line.raw, part, same));
                known.insert(dossier.id);
                continue;
            }
            key += 1;
            all.push(DossierLine { key, raw: line.raw, part, dossier, names: Names::of(dossier)? });
        }
    }
    for some in all.chunks(200) {
        insert_rows(connection, some, owner, at).await?;
        indexing::insert(connection, some).await?;
    }
    insert_copies(connection, &copies).await?;
    Ok(known)
}

/// Notes reports whose contents are a dossier's that was here before: message, place, dossier.
pub(crate) async fn insert_copies(
    connection: &mut SqliteConnection,
    copies: &[(i64, i64, i64)],
) -> Result<(), StoreError> {
    for some in copies.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("insert into dossier_copy(raw, part, dossier) ");
        query.push_values(some, |mut row, (raw, part, dossier)| {
            row.push_bind(*raw).push_bind(*part).push_bind(*dossier);
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

pub(crate) struct DossierLine<'a> {
    pub(crate) key: i64,
    pub(crate) raw: i64,
    pub(crate) part: i64,
    pub(crate) dossier: &'a NewDossier,
    pub(crate) names: Names,
}

/// The enumerations of a dossier, and what it is compared by, as their columns.
pub(crate) struct Names {
    pub(crate) format: String,
    pub(crate) status: String,
    pub(crate) flag: String,
    pub(crate) facts: String,
}

impl Names {
    pub(crate) fn of(dossier: &NewDossier) -> Result<Self, StoreError> {
        Ok(Self {
            format: text::name_of(&dossier.format)?,
            status: dossier.status.as_ref().map(text::name_of).transpose()?.unwrap_or_default(),
            flag: dossier.headline.as_ref().map(|one| text::name_of(&one.flag)).transpose()?.unwrap_or_default(),
            facts: versions::written(&dossier.identity.facts)?,
        })
    }
}

pub(crate) async fn insert_rows(
    connection: &mut SqliteConnection,
    lines: &[DossierLine<'_>],
    owner: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "insert into dossier(key, id, raw, part, received_at, sender, subject, last_name, first_name, birth_date, sex,
             identified, urgency, headline_label, headline_value, headline_flag, abnormal, results, documents, warned,
             format, status, number, responsible, validated_at, chain, content, analytes, document, replaces, patient,
             documents_read, facts, headline_threshold, judged, headline_unit, indexed) ",
    );
    query.push_values(lines, |mut row, line| {
        let (dossier, patient) = (line.dossier, line.dossier.patient.clone());
        let identified = patient.is_some();
        let patient = patient.unwrap_or(PatientLine {
            last_name: String::new(),
            first_name: String::new(),
            birth_date: None,
            sex: None,
        });
        let headline = dossier.headline.as_ref();
        let folded = same_patient(&patient);
        row.push_bind(line.key).push_bind(dossier.id.0.into_bytes().to_vec()).push_bind(line.raw).push_bind(line.part);
        row.push_bind(at.0).push_bind(dossier.sender.clone()).push_bind(dossier.subject.clone());
        row.push_bind(patient.last_name).push_bind(patient.first_name);
        row.push_bind(patient.birth_date.unwrap_or_default()).push_bind(patient.sex.unwrap_or_default());
        row.push_bind(identified).push_bind(urgency_number(dossier.urgency));
        row.push_bind(headline.map(|one| one.label.clone()).unwrap_or_default());
        row.push_bind(headline.map(|one| one.value.clone()).unwrap_or_default());
        row.push_bind(line.names.flag.clone()).push_bind(dossier.abnormal).push_bind(dossier.results);
        row.push_bind(dossier.documents).push_bind(dossier.warned).push_bind(line.names.format.clone());
        row.push_bind(line.names.status.clone()).push_bind(dossier.number.clone().unwrap_or_default());
        row.push_bind(owner.to_vec()).push_bind(0);
        let identity = &dossier.identity;
        row.push_bind(identity.chain.map(|chain| chain.to_vec()).unwrap_or_default());
        row.push_bind(identity.content.to_vec()).push_bind(versions::packed(&identity.measured));
        row.push_bind(identity.document.clone().unwrap_or_default());
        row.push_bind(identity.replaces.clone().unwrap_or_default()).push_bind(folded);
        row.push_bind(documents::state(dossier.unread_documents)).push_bind(line.names.facts.clone());
        row.push_bind(thresholds::threshold_of(headline)).push_bind(dossier.judged);
        row.push_bind(thresholds::unit_of(headline)).push_bind(1);
    });
    query.build().execute(&mut *connection).await?;
    let numbers: Vec<_> = lines.iter().map(|line| (line.key, &line.dossier.values)).collect();
    values::keep(connection, &numbers).await
}

/// The same for the same patient as read: both names and the birth date, folded; empty where one of them is missing.
pub(crate) fn same_patient(patient: &PatientLine) -> String {
    let (last, first) = (fold(&patient.last_name), fold(&patient.first_name));
    match patient.birth_date.as_deref() {
        Some(date) if !last.is_empty() && !first.is_empty() => format!("{last} {first} {date}"),
        _ => String::new(),
    }
}

/// How what arrives in a mailbox stands there.
pub(crate) struct Standing {
    pub(crate) mailbox: i64,
    pub(crate) visibility: Visibility,
    pub(crate) unsorted: bool,
    /// The dossiers that may be a version of one that is confidential in this mailbox: so are they when they come.
    pub(crate) confidential: Vec<i64>,
}

/// Puts the dossiers of these messages into the mailbox, where they do not lie there already.
pub(crate) async fn place(
    connection: &mut SqliteConnection,
    standing: &Standing,
    lines: &[&Line<'_>],
) -> Result<usize, StoreError> {
    let mut placed = 0;
    for some in lines.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "insert into placement(dossier, mailbox, held, waiting, urgency, newest, identified, responsible, copy)
             select d.key, ",
        );
        query.push_bind(standing.mailbox).push(", case when d.key in (");
        let mut list = query.separated(", ");
        for key in &standing.confidential {
            list.push_bind(*key);
        }
        query.push(") then ").push_bind(reach::held(Visibility::Confidential));
        query.push(" else ").push_bind(reach::held(standing.visibility));
        query.push(" end, case when d.validated_at <> 0 then 0 else ");
        query.push_bind(if standing.unsorted { lists::UNSORTED } else { lists::WAITS }).push(
            " end, d.urgency, -d.received_at, d.identified, d.responsible,
               (select count(*) from placement p where p.dossier = d.key)
             from dossier d where d.raw in (",
        );
        let mut list = query.separated(", ");
        for line in some {
            list.push_bind(line.raw);
        }
        query.push(") or d.key in (select dossier from dossier_copy where raw in (");
        let mut list = query.separated(", ");
        for line in some {
            list.push_bind(line.raw);
        }
        // A dossier that left this mailbox and is dealt with elsewhere lies here again as it is there.
        query.push(
            ")) on conflict do update set waiting = excluded.waiting, newest = excluded.newest, left_at = 0,
             values_erased_at = 0",
        );
        query.push(" where placement.waiting = ").push_bind(LEFT);
        placed += query.build().execute(&mut *connection).await?.rows_affected();
    }
    Ok(usize::try_from(placed).unwrap_or(usize::MAX))
}
