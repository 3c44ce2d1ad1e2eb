//! Rows of reports that came in two messages: whoever may read only the mailbox of the second is shown the sender and the
//! subject of that one. They are read again from its bytes: it happens seldom, and nothing of the first may be shown.

use crate::failures;
use bannette_api::DossierId;
use bannette_api::Failure;
use bannette_api::dossiers::DossierRow;
use bannette_formats::{Message, Source, fold, summarise};
use bannette_pdf_process::Readers;
use bannette_rights::Visible;
use bannette_store::{RawSource, Read, VisibleCopy};
use std::time::{Duration, Instant};

/// The most time that the documents of one message may take, to be searched.
const PATIENCE: Duration = Duration::from_secs(1);

/// Gives these rows the words of the message that the person may read; takes those away that only the other message has
/// the words looked for.
pub(crate) async fn in_own_words(
    readers: &Readers,
    read: &mut Read,
    visible: &Visible,
    rows: &mut Vec<DossierRow>,
    words: Option<&str>,
) -> Result<(), Failure> {
    let dossiers: Vec<_> = rows.iter().map(|row| row.id).collect();
    let copies = read.visible_copies(visible, &dossiers).await.map_err(failures::of_store)?;
    if copies.is_empty() {
        return Ok(());
    }
    let (copies, gone): (Vec<_>, Vec<_>) = copies.into_iter().partition(|copy| copy.bytes.is_some());
    for copy in gone {
        // Its own words left with its bytes, and those kept are another message's: the patient's names are found.
        rows.retain(|row| row.id != copy.dossier || words.is_none_or(|words| named(row, words)));
        rows.iter_mut().filter(|row| row.id == copy.dossier).for_each(unword);
    }
    let words = words.map(str::to_owned);
    let parse = move || copies.iter().map(|copy| parsed(copy, words.as_deref())).collect::<Vec<_>>();
    let parsed = tokio::task::spawn_blocking(parse).await.map_err(|error| failures::internal(&error))?;
    for Parsed { dossier, part, message, missing } in parsed {
        let found = missing.is_empty() || in_documents(readers, &message, &missing).await;
        rows.retain(|row| found || row.id != dossier);
        for row in rows.iter_mut().filter(|row| row.id == dossier) {
            reword(row, part, &message);
        }
    }
    Ok(())
}

struct Parsed {
    dossier: DossierId,
    part: usize,
    message: Message,
    /// Those of the words looked for that begin no word of it.
    missing: Vec<String>,
}

fn parsed(copy: &VisibleCopy, words: Option<&str>) -> Parsed {
    let source = match copy.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &copy.name },
    };
    let bytes = copy.bytes.as_deref().unwrap_or_default();
    let message = bannette_formats::read_opened(source, bytes, &copy.opened, None);
    let missing = words.map(|words| missing(&message, copy.part, words)).unwrap_or_default();
    Parsed { dossier: copy.dossier, part: copy.part, message, missing }
}

/// As the search of the store: each word begins a word of the message, or of its documents.
fn missing(message: &Message, part: usize, words: &str) -> Vec<String> {
    let own = summarise(message).into_iter().nth(part).map(|own| own.text).unwrap_or_default();
    split(words).filter(|word| !has(&own, word)).map(str::to_owned).collect()
}

fn has(text: &str, word: &str) -> bool {
    split(text).any(|one| fold(one).starts_with(&fold(word)))
}

/// Whether each of these words begins a word of the message's documents.
async fn in_documents(readers: &Readers, message: &Message, words: &[String]) -> bool {
    let until = Instant::now() + PATIENCE;
    let mut texts = Vec::new();
    for document in message.attachments.iter().filter(|part| part.document.media_type == "application/pdf") {
        let left = until.saturating_duration_since(Instant::now());
        match readers.words(&document.bytes, left).await {
            Ok(text) => texts.push(text),
            Err(error) => tracing::warn!(%error, "a document was not read for a search"),
        }
    }
    words.iter().all(|word| texts.iter().any(|text| has(text, word)))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether each of these words begins a word of what the row says of the patient.
fn named(row: &DossierRow, words: &str) -> bool {
    let patient = row.patient.as_ref();
    let text =
        patient.map(|one| format!("{} {} {}", one.last_name, one.first_name, one.birth_date.as_deref().unwrap_or("")));
    let text = text.unwrap_or_default();
    split(words).all(|word| has(&text, word))
}

/// Takes away what a row shows of a message that the person may not know of.
pub(crate) fn unword(row: &mut DossierRow) {
    row.sender = String::new();
    row.subject = String::new();
    row.documents = 0;
    row.warned = false;
}

/// What a row shows of the message around its report.
pub(crate) fn reword(row: &mut DossierRow, part: usize, message: &Message) {
    let Some(own) = summarise(message).into_iter().nth(part) else { return };
    row.sender = own.sender;
    row.subject = own.subject;
    row.documents = own.documents;
    row.warned = own.warned;
}
