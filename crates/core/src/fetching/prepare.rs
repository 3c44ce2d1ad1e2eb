//! From bytes to what the store takes in. A reader that fails never loses a message: it becomes a dossier with a warning,
//! and its bytes are kept as they came.

use crate::thresholds::{Judge, raise};
use bannette_api::DossierId;
use bannette_api::dossiers::Urgency;
use bannette_api::report::{Format, Report};
use bannette_formats::wrapped::Wrapped;
use bannette_formats::{Opened, ReportValues, Source, Summary};
use bannette_store::{
    ClearPart, NewDossier, NewMessage, OpenedMessage, PackedValues, Packer, RawSource, SealedMessage, StoreError,
};
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
pub(super) fn prepare(raws: Vec<Raw>, judge: &Judge) -> Result<Vec<NewMessage>, StoreError> {
    let mut packer = Packer::new()?;
    raws.into_iter().map(|raw| one(raw, &mut packer, judge)).collect()
}

fn one(raw: Raw, packer: &mut Packer, judge: &Judge) -> Result<NewMessage, StoreError> {
    let source = match &raw.file {
        Some(name) => Source::File { name },
        None => Source::Message,
    };
    let text = Wrapped::find(&raw.bytes);
    let (dossiers, sealed) = dossiers(source, &text, &[], judge, packer)?;
    Ok(NewMessage {
        uid: raw.uid,
        sha256: Sha256::digest(&raw.bytes).into(),
        bytes: u64::try_from(raw.bytes.len()).unwrap_or(u64::MAX),
        packed: packer.pack(&text)?,
        source: if raw.file.is_some() { RawSource::File } else { RawSource::Message },
        name: raw.file.unwrap_or_default(),
        dossiers,
        sealed,
    })
}

/// The dossiers of a message as it reads with what was opened of it, and whether a tool may open more. Never none.
fn dossiers(
    source: Source<'_>,
    text: &Wrapped<'_>,
    opened: &[Opened],
    judge: &Judge,
    packer: &mut Packer,
) -> Result<(Vec<NewDossier>, bool), StoreError> {
    let bytes = text.text();
    let read = catch_unwind(AssertUnwindSafe(|| {
        let made_of = |report: &Report| (judge.headline(report), ReportValues::of(report));
        let (mut rows, made) = bannette_formats::rows_with(source, text, opened, made_of);
        let mut values = Vec::with_capacity(made.len());
        for (at, (beyond, of_report)) in made.into_iter().enumerate() {
            if let Some(summary) = rows.summaries.get_mut(at) {
                raise(&mut summary.urgency, &mut summary.headline, beyond);
            }
            values.push(of_report);
        }
        // Taken apart once more only where something is encrypted.
        let sealed = rows.encrypted && bannette_formats::sealed(source, bytes).len() > opened.len();
        (rows.summaries, values, sealed)
    }));
    let (summaries, values, sealed) = read.unwrap_or_default();
    if summaries.is_empty() {
        tracing::error!(bytes = bytes.len(), "a message could not be read at all: kept as it came");
    }
    let mut values = values.iter();
    let mut dossiers: Vec<NewDossier> = Vec::with_capacity(summaries.len());
    for summary in summaries {
        let packed = values.next().map(|values| PackedValues::of(values, packer)).transpose()?.unwrap_or_default();
        dossiers.push(NewDossier { values: packed, ..dossier(summary, judge.generation()) });
    }
    if dossiers.is_empty() {
        let file = match source {
            Source::Message => None,
            Source::File { name } => Some(name),
        };
        dossiers.push(unread(file, judge.generation()));
    }
    Ok((dossiers, sealed))
}

/// What the store keeps of a message of which more was opened now. Pure work: run on a thread where that may block.
pub(super) fn prepare_opened(
    sealed: &SealedMessage,
    now: Vec<Opened>,
    judge: &Judge,
) -> Result<OpenedMessage, StoreError> {
    let mut packer = Packer::new()?;
    let parts = now.iter().map(|part| {
        Ok(ClearPart {
            place: part.place,
            sha256: Sha256::digest(&part.bytes).into(),
            bytes: u64::try_from(part.bytes.len()).unwrap_or(u64::MAX),
            packed: packer.pack(&Wrapped::find(&part.bytes))?,
        })
    });
    let parts = parts.collect::<Result<_, StoreError>>()?;
    let source = match sealed.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &sealed.name },
    };
    let opened = [sealed.opened.as_slice(), now.as_slice()].concat();
    let (dossiers, still_sealed) = dossiers(source, &Wrapped::unsearched(&sealed.bytes), &opened, judge, &mut packer)?;
    let message = NewMessage {
        uid: 0,
        sha256: sealed.sha256,
        bytes: u64::try_from(sealed.bytes.len()).unwrap_or(u64::MAX),
        // They are here already.
        packed: Vec::new(),
        source: sealed.source,
        name: sealed.name.clone(),
        dossiers,
        sealed: still_sealed,
    };
    Ok(OpenedMessage { parts, still_sealed, message })
}

fn id() -> DossierId {
    DossierId(uuid::Uuid::now_v7())
}

fn dossier(summary: Summary, judged: i64) -> NewDossier {
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
        judged,
        values: PackedValues::default(),
    }
}

/// The dossier of a message that the readers could not take.
fn unread(file: Option<&str>, judged: i64) -> NewDossier {
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
        judged,
        values: PackedValues::default(),
    }
}
