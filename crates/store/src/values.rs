//! The numbers of reports, one row a dossier: what previous values and curves are made of. They were taken from the bytes when
//! these came, and they stay when the bytes leave the tree (`decisions/0019`), until a mailbox's owner has them erased.

use crate::keeping::push;
use crate::packing::Packer;
use crate::reach::Reach;
use crate::{Act, Author, Read, StoreError, Write, mailboxes, text};
use bannette_api::{DossierId, Timestamp};
use bannette_formats::ReportValues;
use bannette_rights::{Access, Own, Visible};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

/// More is no report's: what is damaged must not ask for all memory.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The numbers of a report as they are kept: how many bytes (four, little-endian), and a zstd frame of their JSON. Empty: the
/// report holds none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedValues(Vec<u8>);

impl PackedValues {
    /// Packs the numbers of a report.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn of(values: &ReportValues, packer: &mut Packer) -> Result<Self, StoreError> {
        if values.chapters.is_empty() {
            return Ok(Self::default());
        }
        let written = serde_json::to_vec(values).map_err(|_| StoreError::Content("values that cannot be written"))?;
        let length = u32::try_from(written.len()).map_err(|_| StoreError::Content("values without an end"))?;
        let mut packed = length.to_le_bytes().to_vec();
        packed.extend(packer.pack_text(&written)?);
        Ok(Self(packed))
    }
}

/// Reads packed numbers; kept for several, as [`Packer`] is.
struct Unpacker(zstd::bulk::Decompressor<'static>);

impl Unpacker {
    fn values(&mut self, packed: &[u8]) -> Result<ReportValues, StoreError> {
        if packed.is_empty() {
            return Ok(ReportValues::default());
        }
        let wrong = || StoreError::Content("values that cannot be read");
        let (length, frame) = packed.split_first_chunk().ok_or_else(wrong)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > MOST_BYTES {
            return Err(wrong());
        }
        let written = self.0.decompress(frame, length).map_err(|_| wrong())?;
        serde_json::from_slice(&written).map_err(|_| wrong())
    }
}

/// The numbers of a report of the same patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientValues {
    /// Which dossier.
    pub dossier: DossierId,
    /// When it came.
    pub received_at: Timestamp,
    /// Whether other reports may be versions of it: another one may have taken its place.
    pub has_versions: bool,
    /// Its numbers.
    pub values: ReportValues,
}

/// What was erased of one mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedValues {
    /// The dossiers whose numbers count no more in that mailbox.
    pub dossiers: Vec<DossierId>,
}

/// Keeps the numbers of these dossiers.
pub(crate) async fn keep(connection: &mut SqliteConnection, lines: &[(i64, &PackedValues)]) -> Result<(), StoreError> {
    for some in lines.chunks(200) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("insert into dossier_values(dossier, content) ");
        query.push_values(some, |mut row, (key, values)| {
            row.push_bind(*key).push_bind(values.0.clone());
        });
        query.push(" on conflict do update set content = excluded.content");
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

impl Read {
    /// The numbers of all reports of the same patient (names and birth date as read) that are seen, but for this one, the newest
    /// first: those included whose contents left the tree. One query, whatever their number.
    ///
    /// # Errors
    /// What the database says.
    pub async fn values_of_same_patient(
        &mut self,
        visible: &Visible,
        dossier: DossierId,
        at_most: u32,
    ) -> Result<Vec<PatientValues>, StoreError> {
        let reach = Reach::of(self.connection(), visible).await?;
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.id, d.received_at, d.chain <> x'' and exists (
                 select 1 from dossier o where o.chain <> x'' and o.chain = d.chain and o.key <> d.key), v.content
             from dossier d join dossier_values v on v.dossier = d.key
             where v.content <> x'' and d.patient <> '' and d.patient = (select patient from dossier where id = ",
        );
        let id = dossier.0.into_bytes().to_vec();
        query.push_bind(id.clone()).push(") and d.id <> ").push_bind(id);
        query.push(" and exists (select 1 from placement p where p.dossier = d.key and p.values_erased_at = 0 and ");
        reach.push_seen(&mut query, "+p.");
        query.push(") order by d.received_at desc, d.key desc limit ").push_bind(at_most);
        let rows: Vec<(Vec<u8>, i64, bool, Vec<u8>)> = query.build_query_as().fetch_all(self.connection()).await?;
        let mut unpacker = Unpacker(zstd::bulk::Decompressor::new()?);
        let found = rows.into_iter().map(|(id, at, has_versions, content)| {
            Ok(PatientValues {
                dossier: DossierId(text::uuid(&id)?),
                received_at: Timestamp(at),
                has_versions,
                values: unpacker.values(&content)?,
            })
        });
        found.collect()
    }
}

impl Write {
    /// Erases the numbers of all reports of that dossier's patient whose contents left the proof's mailbox: there they count no
    /// more, and they are gone from the file once no other mailbox has them. The act is noted where there were any.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::NotFound`]; what the database says.
    pub async fn erase_values(
        &mut self,
        proof: &Access<Own>,
        dossier: DossierId,
        at: Timestamp,
    ) -> Result<ErasedValues, StoreError> {
        self.fresh(proof.epoch()).await?;
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "update placement set values_erased_at = $3
             where mailbox = $2 and left_at <> 0 and values_erased_at = 0 and dossier in (
                 select d.key from dossier d join dossier_values v on v.dossier = d.key
                 where d.id = $1 or (d.patient <> '' and d.patient = (select patient from dossier where id = $1)))
             returning dossier, (select id from dossier where key = placement.dossier)",
        )
        .bind(dossier.0.into_bytes().to_vec())
        .bind(mailbox)
        .bind(at.0)
        .fetch_all(self.connection())
        .await?;
        let keys: Vec<i64> = rows.iter().map(|(key, _)| *key).collect();
        for some in keys.chunks(500) {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("delete from dossier_values where dossier in (");
            push(&mut query, some);
            query.push(
                ") and not exists (
                     select 1 from placement p where p.dossier = dossier_values.dossier and p.values_erased_at = 0)",
            );
            query.build().execute(self.connection()).await?;
        }
        let dossiers = rows.iter().map(|(_, id)| text::uuid(id).map(DossierId)).collect::<Result<Vec<_>, _>>()?;
        if !dossiers.is_empty() {
            let act = Act::ValuesErased { mailbox: proof.mailbox(), dossiers: dossiers.clone() };
            self.record(Author::Person(proof.actor()), at, &act);
        }
        Ok(ErasedValues { dossiers })
    }
}
