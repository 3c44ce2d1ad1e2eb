//! Rows of reports that came in two messages: whoever may read only the mailbox of the second is shown the sender and the
//! subject of that one. They are read again from its bytes: it happens seldom, and nothing of the first may be shown.

use crate::failures;
use bannette_api::DossierId;
use bannette_api::Failure;
use bannette_api::dossiers::DossierRow;
use bannette_formats::{Facts, Message, Source, Summary, summarise};
use bannette_pdf_process::Readers;
use bannette_rights::Visible;
use bannette_store::{Named, RawSource, Read, Search, VisibleCopy, Words};
use std::time::{Duration, Instant};

/// The most time that the documents of one message may take, to be searched.
const PATIENCE: Duration = Duration::from_secs(1);

/// Gives these rows the words of the message that the person may read; takes those away that only the other message has
/// what is searched for.
pub(crate) async fn in_own_words(
    readers: &Readers,
    read: &mut Read,
    visible: &Visible,
    rows: &mut Vec<DossierRow>,
    search: Option<Search>,
) -> Result<(), Failure> {
    let dossiers: Vec<_> = rows.iter().map(|row| row.id).collect();
    let copies = read.visible_copies(visible, &dossiers).await.map_err(failures::of_store)?;
    if copies.is_empty() {
        return Ok(());
    }
    let (copies, gone): (Vec<_>, Vec<_>) = copies.into_iter().partition(|copy| copy.bytes.is_some());
    for copy in gone {
        // Its own words left with its bytes, and those kept are another message's: the patient's names are found.
        keep_where(rows, copy.dossier, |row| {
            search.as_ref().map_or(Found::Exactly, |search| found(search, &of_row(row)))
        });
        rows.iter_mut().filter(|row| row.id == copy.dossier).for_each(unword);
    }
    let sought = search.clone();
    let parse = move || copies.iter().map(|copy| parsed(copy, sought.as_ref())).collect::<Vec<_>>();
    let parsed = tokio::task::spawn_blocking(parse).await.map_err(|error| failures::internal(&error))?;
    for Parsed { dossier, part, message, words } in parsed {
        if let (Some(search), Some(mut words)) = (&search, words) {
            let mut own = found(search, &words);
            if own != Found::Exactly {
                add_documents(readers, &message, &mut words).await;
                own = found(search, &words);
            }
            keep_where(rows, dossier, |_| own);
        }
        for row in rows.iter_mut().filter(|row| row.id == dossier) {
            reword(row, part, &message);
        }
    }
    Ok(())
}

/// How the words of one's own message are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Exactly,
    /// But for a typing error.
    Nearly,
    Not,
}

fn found(search: &Search, words: &Words) -> Found {
    if search.finds(words, false) {
        Found::Exactly
    } else if search.finds(words, true) {
        Found::Nearly
    } else {
        Found::Not
    }
}

/// Takes a dossier's row away where it is not found; a row that the other message made an exact find may be a near one.
fn keep_where(rows: &mut Vec<DossierRow>, dossier: DossierId, found: impl Fn(&DossierRow) -> Found) {
    rows.retain_mut(|row| {
        if row.id != dossier {
            return true;
        }
        let found = found(row);
        row.near |= found == Found::Nearly;
        found != Found::Not
    });
}

struct Parsed {
    dossier: DossierId,
    part: usize,
    message: Message,
    /// What it is found by, but for its documents; none where nothing is searched for.
    words: Option<Words>,
}

fn parsed(copy: &VisibleCopy, search: Option<&Search>) -> Parsed {
    let source = match copy.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &copy.name },
    };
    let bytes = copy.bytes.as_deref().unwrap_or_default();
    let message = bannette_formats::read_opened(source, bytes, &copy.opened, None);
    let words = search.map(|_| {
        let own = summarise(&message).into_iter().nth(copy.part);
        own.map(|own| of_summary(&own)).unwrap_or_default()
    });
    Parsed { dossier: copy.dossier, part: copy.part, message, words }
}

fn of_summary(own: &Summary) -> Words {
    let patient = own.patient.as_ref();
    let named = Named {
        last_name: patient.map_or("", |patient| &patient.last_name),
        first_name: patient.map_or("", |patient| &patient.first_name),
        birth_date: patient.and_then(|patient| patient.birth_date.as_deref()).unwrap_or_default(),
        number: own.number.as_deref().unwrap_or_default(),
        sender: &own.sender,
        facts: &own.identity.facts,
    };
    Words::of_dossier(&own.text, &named)
}

/// What the row says of the patient.
fn of_row(row: &DossierRow) -> Words {
    let patient = row.patient.as_ref();
    let named = Named {
        last_name: patient.map_or("", |patient| &patient.last_name),
        first_name: patient.map_or("", |patient| &patient.first_name),
        birth_date: patient.and_then(|patient| patient.birth_date.as_deref()).unwrap_or_default(),
        number: "",
        sender: "",
        facts: &Facts::default(),
    };
    Words::of_dossier("", &named)
}

/// Adds the words of the message's documents.
async fn add_documents(readers: &Readers, message: &Message, words: &mut Words) {
    let until = Instant::now() + PATIENCE;
    for document in message.attachments.iter().filter(|part| part.document.media_type == "application/pdf") {
        let left = until.saturating_duration_since(Instant::now());
        match readers.words(&document.bytes, left).await {
            Ok(text) => words.add(&text),
            Err(error) => tracing::warn!(%error, "a document was not read for a search"),
        }
    }
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
