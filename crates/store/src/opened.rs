//! A message that was opened: the clear bytes are kept beside the encrypted ones, and its dossiers are those of what is now
//! readable. In one transaction, and the same when done again: never two dossiers for one report. The dossier that stood
//! for the encrypted message becomes the first report's, under the same identifier; it waits again and nobody has seen it.
//! Only where the same report came by another way before, and nobody did anything with that dossier, does it give way.

use crate::receiving::{self, DossierLine, Line, Names, Standing};
use crate::versions::{self, Chains};
use crate::{
    Act, Author, NewDossier, NewMessage, StoreError, Write, documents, indexing, mailboxes, reach, text, thresholds,
    values,
};
use bannette_api::Timestamp;
use bannette_api::dossiers::{PatientLine, Visibility};
use bannette_api::report::Format;
use bannette_formats::Mark;
use bannette_rights::SystemAccess;
use sqlx::sqlite::SqliteConnection;

/// Clear bytes of one encrypted content.
#[derive(Clone)]
pub struct ClearPart {
    /// Its place in the message.
    pub place: u32,
    /// SHA-256 of the clear bytes.
    pub sha256: [u8; 32],
    /// How many bytes.
    pub bytes: u64,
    /// The bytes, as [`crate::Packer`] packs them.
    pub packed: Vec<u8>,
}

/// A message as it reads with what was opened.
#[derive(Clone)]
pub struct OpenedMessage {
    /// What was opened now.
    pub parts: Vec<ClearPart>,
    /// Whether something stays encrypted.
    pub still_sealed: bool,
    /// The message, with the dossiers that are in it now; its own bytes need not be given again.
    pub message: NewMessage,
}

/// What stood for a part of the message until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stood {
    /// A dossier of its own.
    Own(i64),
    /// The dossier for the encrypted message.
    Sealed(i64),
    /// A dossier that came by another message before.
    Copy(i64),
}

impl Write {
    /// Keeps what was opened of a message of this mailbox, and makes its dossiers anew. False when there was nothing left
    /// to open.
    ///
    /// # Errors
    /// What the database says; nothing is changed then.
    pub async fn open_message(
        &mut self,
        proof: &SystemAccess,
        opened: &OpenedMessage,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let message = &opened.message;
        let raw: Option<(i64, i64)> = sqlx::query_as(
            "select r.key, r.received_at from raw_message r join sealed_message s on s.raw = r.key
             where r.sha256 = $1 and exists (select 1 from delivery d where d.raw = r.key and d.mailbox = $2)",
        )
        .bind(message.sha256.to_vec())
        .bind(mailbox)
        .fetch_optional(self.connection())
        .await?;
        let Some((raw, received_at)) = raw else { return Ok(false) };
        for part in &opened.parts {
            self.bytes += part.packed.len();
            keep(self.connection(), raw, part, at).await?;
        }
        let stood = matched(stood(self.connection(), raw).await?, &message.dossiers)?;
        make_room(self.connection(), raw).await?;
        let mut chains = Chains::of(self.connection(), message.dossiers.iter()).await?;
        let responsible: Vec<u8> = sqlx::query_scalar(
            "select coalesce((select responsible from dossier where raw = $1 order by key limit 1), owner)
             from mailbox where key = $2",
        )
        .bind(raw)
        .bind(mailbox)
        .fetch_one(self.connection())
        .await?;
        let mut made = Vec::new();
        for (part, (dossier, stood)) in message.dossiers.iter().zip(stood).enumerate() {
            let part = i64::try_from(part).unwrap_or(i64::MAX);
            let line = Placed { raw, part, dossier };
            match stood {
                Some(Stood::Copy(of)) => {
                    receiving::insert_copies(self.connection(), &[(raw, part, of)]).await?;
                }
                Some(Stood::Own(key)) => line.renew(self.connection(), key, false, &mut chains).await?,
                Some(Stood::Sealed(key)) => {
                    let readable = dossier.format != Format::Apicrypt;
                    let free = readable && is_untouched(self.connection(), key).await?;
                    match if free { chains.same_or_new(&dossier.identity, key) } else { None } {
                        Some(of) => {
                            forget(self.connection(), key).await?;
                            receiving::insert_copies(self.connection(), &[(raw, part, of)]).await?;
                        }
                        None => line.renew(self.connection(), key, readable, &mut chains).await?,
                    }
                }
                None => {
                    let new = line.insert(self.connection(), &responsible, Timestamp(received_at), &mut chains).await?;
                    made.extend(new.then_some(dossier.id));
                }
            }
        }
        chains.met.extend(versions::link(self.connection(), raw).await?);
        place_everywhere(self.connection(), raw, message).await?;
        for chain in &chains.met {
            versions::settle(self.connection(), chain).await?;
        }
        if !opened.still_sealed {
            for table in ["delete from sealed_try where raw = $1", "delete from sealed_message where raw = $1"] {
                sqlx::query(table).bind(raw).execute(self.connection()).await?;
            }
        }
        let clear = opened.parts.iter().map(|part| part.sha256).collect();
        let act = Act::Opened { mailbox: proof.mailbox(), sha256: message.sha256, clear, dossiers: made };
        self.record(Author::Program, at, &act);
        Ok(true)
    }
}

async fn keep(connection: &mut SqliteConnection, raw: i64, part: &ClearPart, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "insert into clear_part(raw, place, sha256, bytes, zstd, at) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
    )
    .bind(raw)
    .bind(part.place)
    .bind(part.sha256.to_vec())
    .bind(i64::try_from(part.bytes).unwrap_or(i64::MAX))
    .bind(&part.packed)
    .bind(at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// What stood for the parts of this message, with the mark of its contents.
async fn stood(connection: &mut SqliteConnection, raw: i64) -> Result<Vec<(Stood, Mark)>, StoreError> {
    let own: Vec<(i64, Vec<u8>, String)> =
        sqlx::query_as("select key, content, format from dossier where raw = $1 order by part")
            .bind(raw)
            .fetch_all(&mut *connection)
            .await?;
    let copies: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "select d.key, d.content from dossier_copy c join dossier d on d.key = c.dossier where c.raw = $1 order by c.part",
    )
    .bind(raw)
    .fetch_all(connection)
    .await?;
    let sealed = text::name_of(&Format::Apicrypt)?;
    let own = own.into_iter().map(|(key, content, format)| {
        let stood = if format == sealed { Stood::Sealed(key) } else { Stood::Own(key) };
        Ok((stood, versions::mark(&content)?))
    });
    let copies = copies.into_iter().map(|(key, content)| Ok((Stood::Copy(key), versions::mark(&content)?)));
    own.chain(copies).collect()
}

/// Which of those stands for which of these: by its contents, never by its place alone, so that what was seen or validated
/// stays with what was. What stood for the encrypted message goes to the first report that is new.
fn matched(mut stood: Vec<(Stood, Mark)>, dossiers: &[NewDossier]) -> Result<Vec<Option<Stood>>, StoreError> {
    let mut matched = Vec::with_capacity(dossiers.len());
    for dossier in dossiers {
        let same = |(stood, content): &(Stood, Mark)| {
            !matches!(stood, Stood::Sealed(_)) && *content == dossier.identity.content
        };
        let found = stood.iter().position(same);
        matched.push(found.map(|at| stood.swap_remove(at).0));
    }
    for free in matched.iter_mut().filter(|one| one.is_none()) {
        let Some(at) = stood.iter().position(|(stood, _)| matches!(stood, Stood::Sealed(_))) else { break };
        *free = Some(stood.swap_remove(at).0);
    }
    match stood.as_slice() {
        [] => Ok(matched),
        // Nothing that a person may have seen or validated is taken away.
        _ => Err(StoreError::Content("an opened message that holds less than the encrypted one")),
    }
}

/// Places are unique in a message: those of before step aside.
async fn make_room(connection: &mut SqliteConnection, raw: i64) -> Result<(), StoreError> {
    for statement in ["update dossier set part = -1 - part where raw = $1", "delete from dossier_copy where raw = $1"] {
        sqlx::query(statement).bind(raw).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether no act of anybody names this dossier.
async fn is_untouched(connection: &mut SqliteConnection, key: i64) -> Result<bool, StoreError> {
    let touched: bool = sqlx::query_scalar("select exists(select 1 from access where dossier = $1 and dossier <> 0)")
        .bind(key)
        .fetch_one(connection)
        .await?;
    Ok(!touched)
}

/// The same report is here by another way, and nobody has done anything with this dossier, which held nothing: one of the two
/// is too many. (Where somebody has, it stays, as a version of the other.)
async fn forget(connection: &mut SqliteConnection, key: i64) -> Result<(), StoreError> {
    indexing::forget(connection, key).await?;
    for statement in [
        "delete from placement where dossier = $1",
        "delete from seen where dossier = $1",
        "delete from dossier_values where dossier = $1",
        "delete from dossier where key = $1",
    ] {
        sqlx::query(statement).bind(key).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A report in its place.
struct Placed<'a> {
    raw: i64,
    part: i64,
    dossier: &'a NewDossier,
}

impl Placed<'_> {
    /// Writes the report into the dossier that stood for it. One that has just become readable waits, unseen.
    async fn renew(
        &self,
        connection: &mut SqliteConnection,
        key: i64,
        anew: bool,
        chains: &mut Chains,
    ) -> Result<(), StoreError> {
        let dossier = self.dossier;
        let names = Names::of(dossier)?;
        let (patient, identity) = (dossier.patient.as_ref(), &dossier.identity);
        let headline = dossier.headline.as_ref();
        let line = |part: fn(&PatientLine) -> String| patient.map(part).unwrap_or_default();
        sqlx::query(
            "update dossier set part = $2, sender = $3, subject = $4, last_name = $5, first_name = $6, birth_date = $7,
                 sex = $8, identified = $9, urgency = $10, headline_label = $11, headline_value = $12,
                 headline_flag = $13, abnormal = $14, results = $15, documents = $16, warned = $17, format = $18,
                 status = $19, number = $20, chain = $21, content = $22, analytes = $23, document = $24, replaces = $25,
                 patient = $26, documents_read = $27, facts = $28, headline_threshold = $29, judged = $30,
                 headline_unit = $31
             where key = $1",
        )
        .bind(key)
        .bind(self.part)
        .bind(&dossier.sender)
        .bind(&dossier.subject)
        .bind(line(|patient| patient.last_name.clone()))
        .bind(line(|patient| patient.first_name.clone()))
        .bind(line(|patient| patient.birth_date.clone().unwrap_or_default()))
        .bind(line(|patient| patient.sex.clone().unwrap_or_default()))
        .bind(patient.is_some())
        .bind(receiving::urgency_number(dossier.urgency))
        .bind(headline.map(|one| one.label.clone()).unwrap_or_default())
        .bind(headline.map(|one| one.value.clone()).unwrap_or_default())
        .bind(names.flag)
        .bind(dossier.abnormal)
        .bind(dossier.results)
        .bind(dossier.documents)
        .bind(dossier.warned)
        .bind(names.format)
        .bind(names.status)
        .bind(dossier.number.clone().unwrap_or_default())
        .bind(identity.chain.map(|chain| chain.to_vec()).unwrap_or_default())
        .bind(identity.content.to_vec())
        .bind(versions::packed(&identity.measured))
        .bind(identity.document.clone().unwrap_or_default())
        .bind(identity.replaces.clone().unwrap_or_default())
        .bind(patient.map(receiving::same_patient).unwrap_or_default())
        .bind(documents::state(dossier.unread_documents))
        .bind(names.facts)
        .bind(thresholds::threshold_of(headline))
        .bind(dossier.judged)
        .bind(thresholds::unit_of(headline))
        .execute(&mut *connection)
        .await?;
        if anew {
            // Whoever opened or validated it saw nothing of what it holds.
            for statement in [
                "update dossier set validated_by = null, validated_at = 0 where key = $1",
                "update placement set waiting = 1 where dossier = $1 and waiting = 0",
                "delete from seen where dossier = $1",
            ] {
                sqlx::query(statement).bind(key).execute(&mut *connection).await?;
            }
        }
        sqlx::query(
            "update placement set urgency = d.urgency, identified = d.identified from dossier d
             where d.key = placement.dossier and placement.dossier = $1",
        )
        .bind(key)
        .execute(&mut *connection)
        .await?;
        indexing::replace(connection, key, &dossier.words).await?;
        values::keep(connection, &[(key, &dossier.values)]).await?;
        // The same report may be here already, by another way: then they are versions of one another.
        chains.same_or_new(identity, key);
        Ok(())
    }

    /// Makes a dossier, or says that the one that has these contents came once more. Whether it is new.
    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        responsible: &[u8],
        at: Timestamp,
        chains: &mut Chains,
    ) -> Result<bool, StoreError> {
        let last: Option<i64> = sqlx::query_scalar("select max(key) from dossier").fetch_one(&mut *connection).await?;
        let key = last.unwrap_or(0) + 1;
        if let Some(same) = chains.same_or_new(&self.dossier.identity, key) {
            receiving::insert_copies(connection, &[(self.raw, self.part, same)]).await?;
            return Ok(false);
        }
        let names = Names::of(self.dossier)?;
        let line = DossierLine { key, raw: self.raw, part: self.part, dossier: self.dossier, names };
        let lines = [line];
        receiving::insert_rows(connection, &lines, responsible, at).await?;
        indexing::insert(connection, &lines).await?;
        Ok(true)
    }
}

/// Puts the message's dossiers into every mailbox in which it stands; for whom, as what stood for it there.
async fn place_everywhere(connection: &mut SqliteConnection, raw: i64, message: &NewMessage) -> Result<(), StoreError> {
    let places: Vec<(i64, bool, bool, i64)> = sqlx::query_as(
        "select m.key, m.auto_share, m.kind = 'apicrypt' and m.auto_relay = 0, coalesce((
             select max(p.held) from placement p join dossier d on d.key = p.dossier
             where p.mailbox = m.key and d.raw = $1), 0)
         from mailbox m where m.key in (select mailbox from delivery where raw = $1 and left_at = 0)",
    )
    .bind(raw)
    .fetch_all(&mut *connection)
    .await?;
    for (mailbox, shared, unsorted, held) in places {
        let usual = if shared { Visibility::Shared } else { Visibility::Withheld };
        let visibility = reach::visibility(held.max(reach::held(usual)));
        let standing = Standing { mailbox, visibility, unsorted, confidential: Vec::new() };
        let line = Line { place: 0, message, uid: 0, raw, new: false };
        receiving::place(connection, &standing, &[&line]).await?;
    }
    Ok(())
}
