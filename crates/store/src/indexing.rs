//! The words by which dossiers are found, in their tables; and those made anew that an earlier program wrote otherwise.
//!
//! Each dossier notes by which edition of the index it was written. That note is the whole progress: whatever cuts the work
//! short, what is of an older edition is still to be done, and is found by what the earlier program wrote until then.

use crate::receiving::{DossierLine, NewDossier, RawSource};
use crate::search::{Named, Words, name_words};
use crate::{Read, StoreError, Write, documents, mailboxes, packing, sealed, text, versions};
use bannette_api::DossierId;
use bannette_formats::Opened;
use bannette_rights::SystemAccess;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

/// A dossier whose words are to be made anew.
#[derive(Clone)]
pub struct ToIndex {
    /// Which.
    pub dossier: DossierId,
    /// Where its bytes came from.
    pub source: RawSource,
    /// A file's name.
    pub name: String,
    /// Place of the report in its message.
    pub part: usize,
    /// The bytes received; none where they left the tree or cannot be read.
    pub bytes: Option<Vec<u8>>,
    /// What of them was opened.
    pub opened: Vec<Opened>,
}

/// Its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// Which.
    pub dossier: DossierId,
    /// Of its text; nothing where it could not be read: then it keeps those it has.
    pub words: Option<String>,
    /// Whether documents are attached whose words are to be read again for the search.
    pub unread_documents: bool,
}

fn named(dossier: &NewDossier) -> Named<'_> {
    let patient = dossier.patient.as_ref();
    Named {
        last_name: patient.map_or("", |patient| &patient.last_name),
        first_name: patient.map_or("", |patient| &patient.first_name),
        birth_date: patient.and_then(|patient| patient.birth_date.as_deref()).unwrap_or_default(),
        number: dossier.number.as_deref().unwrap_or_default(),
        sender: &dossier.sender,
        facts: &dossier.identity.facts,
    }
}

/// Writes the words of new dossiers.
pub(crate) async fn insert(connection: &mut SqliteConnection, lines: &[DossierLine<'_>]) -> Result<(), StoreError> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("insert into dossier_text(rowid, words) ");
    query.push_values(lines, |mut row, line| {
        row.push_bind(line.key).push_bind(Words::of_dossier(&line.dossier.words, &named(line.dossier)).written());
    });
    query.build().execute(&mut *connection).await?;
    let words: Vec<(String, i64)> = lines
        .iter()
        .flat_map(|line| name_words(&named(line.dossier)).into_iter().map(|word| (word, line.key)))
        .collect();
    insert_names(connection, &words).await
}

async fn insert_names(connection: &mut SqliteConnection, words: &[(String, i64)]) -> Result<(), StoreError> {
    for some in words.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("insert into name_word(word, dossier) ");
        query.push_values(some, |mut row, (word, key)| {
            row.push_bind(word.as_str()).push_bind(*key);
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes a dossier out of the index.
pub(crate) async fn forget(connection: &mut SqliteConnection, key: i64) -> Result<(), StoreError> {
    for statement in ["delete from dossier_text where rowid = $1", "delete from name_word where dossier = $1"] {
        sqlx::query(statement).bind(key).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Gives a dossier other words to be found by; those of what its row says are always among them.
pub(crate) async fn replace(connection: &mut SqliteConnection, key: i64, words: &str) -> Result<(), StoreError> {
    forget(connection, key).await?;
    let (last_name, first_name, birth_date, number, sender, facts): (String, String, String, String, String, String) =
        sqlx::query_as("select last_name, first_name, birth_date, number, sender, facts from dossier where key = $1")
            .bind(key)
            .fetch_one(&mut *connection)
            .await?;
    let facts = versions::facts_of(&facts)?;
    let named = Named {
        last_name: &last_name,
        first_name: &first_name,
        birth_date: &birth_date,
        number: &number,
        sender: &sender,
        facts: &facts,
    };
    sqlx::query("insert into dossier_text(rowid, words) values ($1, $2)")
        .bind(key)
        .bind(Words::of_dossier(words, &named).written())
        .execute(&mut *connection)
        .await?;
    let words: Vec<(String, i64)> = name_words(&named).into_iter().map(|word| (word, key)).collect();
    insert_names(connection, &words).await?;
    sqlx::query("update dossier set indexed = 1 where key = $1 and indexed <> 1").bind(key).execute(connection).await?;
    Ok(())
}

impl Read {
    /// Whether dossiers are left whose words are to be made anew.
    ///
    /// # Errors
    /// What the database says.
    pub async fn has_to_index(&mut self) -> Result<bool, StoreError> {
        let one = "select exists(select 1 from dossier where indexed = 0)";
        Ok(sqlx::query_scalar(one).fetch_one(self.connection()).await?)
    }

    /// Dossiers of this mailbox whose words are to be made anew, the newest first, at most so many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn to_index(&mut self, proof: &SystemAccess, at_most: u32) -> Result<Vec<ToIndex>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let keys: Vec<i64> = sqlx::query_scalar(
            "select d.key from dossier d where d.indexed = 0
                 and exists (select 1 from placement p where p.dossier = d.key and p.mailbox = $1)
             order by d.key desc limit $2",
        )
        .bind(mailbox)
        .bind(at_most)
        .fetch_all(self.connection())
        .await?;
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            found.push(one(self.connection(), key).await?);
        }
        Ok(found)
    }
}

impl Write {
    /// Writes the words of dossiers of this mailbox anew.
    ///
    /// # Errors
    /// What the database says.
    pub async fn index(&mut self, proof: &SystemAccess, dossiers: &[Indexed]) -> Result<(), StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        for one in dossiers {
            let row: Option<(i64, bool)> = sqlx::query_as(
                "select d.key, d.removed_at <> 0 from dossier d where d.id = $1 and d.indexed = 0
                     and exists (select 1 from placement p where p.dossier = d.key and p.mailbox = $2)",
            )
            .bind(one.dossier.0.into_bytes().to_vec())
            .bind(mailbox)
            .fetch_optional(self.connection())
            .await?;
            let Some((key, removed)) = row else { continue };
            match &one.words {
                // What left the tree is found by what its row says.
                _ if removed => replace(self.connection(), key, "").await?,
                Some(words) => {
                    replace(self.connection(), key, words).await?;
                    if one.unread_documents {
                        documents::read_again(self.connection(), key).await?;
                    }
                }
                None => {
                    sqlx::query("update dossier set indexed = 1 where key = $1")
                        .bind(key)
                        .execute(self.connection())
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// A dossier with the bytes of its first message, whose words are those that are kept.
async fn one(connection: &mut SqliteConnection, key: i64) -> Result<ToIndex, StoreError> {
    type Row = (Vec<u8>, String, String, i64, i64, Vec<u8>, Vec<u8>, i64, i64);
    let (id, source, name, part, size, packed, sha256, raw, purged_at): Row = sqlx::query_as(
        "select d.id, r.source, r.name, d.part, r.bytes, r.zstd, r.sha256, r.key, r.purged_at
         from dossier d join raw_message r on r.key = d.raw where d.key = $1",
    )
    .bind(key)
    .fetch_one(&mut *connection)
    .await?;
    // Damaged bytes stand in nobody's way: whoever opens the dossier is told.
    let bytes = if purged_at == 0 { packing::unpack(&packed, size, &sha256).ok() } else { None };
    Ok(ToIndex {
        dossier: DossierId(text::uuid(&id)?),
        source: RawSource::of(&source),
        name,
        part: usize::try_from(part).unwrap_or(usize::MAX),
        opened: if bytes.is_some() { sealed::opened_of(connection, raw).await? } else { Vec::new() },
        bytes,
    })
}
