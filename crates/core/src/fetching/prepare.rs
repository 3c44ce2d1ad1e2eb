//! From bytes to what the store takes in. A reader that fails never loses a message: it becomes a dossier with a warning,
//! and its bytes are kept as they came.

use bannette_api::DossierId;
use bannette_api::dossiers::Urgency;
use bannette_api::report::Format;
use bannette_formats::{Source, Summary};
use bannette_store::{NewDossier, NewMessage, Packer, RawSource, StoreError};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One message or file as it came.
pub(super) struct Raw {
    pub(super) uid: u32,
    /// A file's name; none for a message of a server.
    pub(super) file: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// Reads, hashes and packs. Pure work: run on a thread where that may block.
pub(super) fn prepare(raws: Vec<Raw>) -> Result<Vec<NewMessage>, StoreError> {
    let mut packer = Packer::new()?;
    raws.into_iter().map(|raw| one(raw, &mut packer)).collect()
}

fn one(raw: Raw, packer: &mut Packer) -> Result<NewMessage, StoreError> {
    let summaries = catch_unwind(AssertUnwindSafe(|| {
        let source = match &raw.file {
            Some(name) => Source::File { name },
            None => Source::Message,
        };
        bannette_formats::rows(source, &raw.bytes)
    }))
    .unwrap_or_default();
    if summaries.is_empty() {
        tracing::error!(bytes = raw.bytes.len(), "a message could not be read at all: kept as it came");
    }
    let mut dossiers: Vec<NewDossier> = summaries.into_iter().map(dossier).collect();
    if dossiers.is_empty() {
        dossiers.push(unread(raw.file.as_deref()));
    }
    Ok(NewMessage {
        uid: raw.uid,
        sha256: Sha256::digest(&raw.bytes).into(),
        bytes: u64::try_from(raw.bytes.len()).unwrap_or(u64::MAX),
        packed: packer.pack(&raw.bytes)?,
        source: if raw.file.is_some() { RawSource::File } else { RawSource::Message },
        name: raw.file.unwrap_or_default(),
        dossiers,
    })
}

fn id() -> DossierId {
    DossierId(uuid::Uuid::now_v7())
}

fn dossier(summary: Summary) -> NewDossier {
    NewDossier {
        id: id(),
        sender: summary.sender,
        subject: summary.subject,
        patient: summary.patient,
        urgency: summary.urgency,
        headline: summary.headline,
        abnormal: summary.abnormal,
        results: summary.results,
        documents: summary.documents,
        warned: summary.warned,
        format: summary.format,
        status: summary.status,
        number: summary.number,
        identity: summary.identity,
        unread_documents: summary.has_pdf,
        words: summary.text,
    }
}

/// The dossier of a message that the readers could not take.
fn unread(file: Option<&str>) -> NewDossier {
    NewDossier {
        id: id(),
        sender: String::new(),
        subject: file.unwrap_or_default().to_owned(),
        patient: None,
        urgency: Urgency::Unknown,
        headline: None,
        abnormal: 0,
        results: 0,
        documents: 0,
        warned: true,
        format: Format::Unknown,
        status: None,
        number: None,
        identity: bannette_formats::Identity::default(),
        unread_documents: false,
        words: String::new(),
    }
}
