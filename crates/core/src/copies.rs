//! Rows of reports that came in two messages: whoever may read only the mailbox of the second is shown the sender and the
//! subject of that one. They are read again from its bytes: it happens seldom, and nothing of the first may be shown.

use crate::failures;
use bannette_api::DossierId;
use bannette_api::Failure;
use bannette_api::dossiers::DossierRow;
use bannette_formats::{Message, Source, fold, summarise};
use bannette_rights::Visible;
use bannette_store::{RawSource, Read, VisibleCopy};
use std::time::{Duration, Instant};

/// The most time that the documents of one message may take, to be searched.
const PATIENCE: Duration = Duration::from_secs(1);

/// Gives these rows the words of the message that the person may read; takes those away that only the other message has
/// the words looked for.
pub(crate) async fn in_own_words(
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
    let words = words.map(str::to_owned);
    let parse = move || copies.iter().map(|copy| parsed(copy, words.as_deref())).collect::<Vec<_>>();
    let parsed = tokio::task::spawn_blocking(parse).await.map_err(|error| failures::internal(&error))?;
    for Parsed { dossier, part, message, found } in parsed {
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
    /// Whether each word looked for begins a word of it.
    found: bool,
}

fn parsed(copy: &VisibleCopy, words: Option<&str>) -> Parsed {
    let source = match copy.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &copy.name },
    };
    let message = bannette_formats::read(source, &copy.bytes);
    let found = words.is_none_or(|words| holds(&message, copy.part, words));
    Parsed { dossier: copy.dossier, part: copy.part, message, found }
}

/// As the search of the store: each word begins a word of the message or of its documents.
fn holds(message: &Message, part: usize, words: &str) -> bool {
    let own = summarise(message).into_iter().nth(part).map(|own| own.text).unwrap_or_default();
    let has = |text: &str, word: &str| split(text).any(|one| fold(one).starts_with(&fold(word)));
    let missing: Vec<&str> = split(words).filter(|word| !has(&own, word)).collect();
    if missing.is_empty() {
        return true;
    }
    let (until, limits) = (Instant::now() + PATIENCE, bannette_pdf::Limits::default());
    let documents = message.attachments.iter().filter(|part| part.document.media_type == "application/pdf");
    let texts: Vec<String> =
        documents.map(|part| bannette_pdf::text(&part.bytes, &limits, &|| Instant::now() < until).text).collect();
    missing.into_iter().all(|word| texts.iter().any(|text| has(text, word)))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a row shows of the message around its report.
pub(crate) fn reword(row: &mut DossierRow, part: usize, message: &Message) {
    let Some(own) = summarise(message).into_iter().nth(part) else { return };
    row.sender = own.sender;
    row.subject = own.subject;
    row.documents = own.documents;
    row.warned = own.warned;
}
