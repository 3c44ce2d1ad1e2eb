//! The words of attached PDFs, for the search: read after their message was stored, one dossier at a time, so that no
//! document can hold up what arrives. What is not read by a fault that is not the document's (the reading process was
//! killed, the program ended) stays to be read: it is tried once more after the next start, three times in all.
//! Nothing read here is ever a clinical value.

use crate::{Core, Inner};
use bannette_api::{DossierId, MailboxId};
use bannette_formats::{Source, summarise};
use bannette_pdf_process::{Readers, Refusal};
use bannette_rights::SystemAccess;
use bannette_store::{DocumentsRead, RawSource, Store, StoreError, UnreadDocuments};
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Weak;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often there is a look whether documents came.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long the documents of one dossier may be read.
const PATIENCE: Duration = Duration::from_millis(500);
/// The pause between two dossiers: what a person does goes first.
const PAUSE: Duration = Duration::from_millis(2);
/// The same while messages are brought in: they go first, and a slow server must not keep documents from being found.
const PAUSE_BESIDE: Duration = Duration::from_millis(200);

/// Reads what comes, for as long as this program fetches.
pub(super) async fn run(core: Weak<Inner>, cancel: CancellationToken) {
    let mut left = Left::default();
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Some(core) = core.upgrade().map(Core) else { return };
        if !core.0.fetching.fetches_here() {
            continue;
        }
        let Ok(store) = core.store().await else { continue };
        if let Err(error) = read_all(&core, &store, &mut left, &cancel).await {
            tracing::warn!(%error, "the words of documents could not be read");
        }
        core.0.readers.rest().await;
    }
}

/// What earlier starts left, mailbox by mailbox: each is tried once in this one.
type Left = HashMap<MailboxId, Vec<DossierId>>;

async fn read_all(core: &Core, store: &Store, left: &mut Left, cancel: &CancellationToken) -> Result<(), StoreError> {
    let mailboxes = store.read().await?.mailboxes_to_fetch().await?;
    for mailbox in mailboxes {
        // Asked before anything is read: what fails now waits for the next start.
        if let Entry::Vacant(unknown) = left.entry(mailbox) {
            let proof = SystemAccess::for_fetching(mailbox);
            unknown.insert(store.read().await?.documents_left(&proof).await?);
        }
        let left = left.entry(mailbox).or_default();
        while !cancel.is_cancelled() && read_next(store, &core.0.readers, mailbox, left).await? {
            tokio::time::sleep(if core.0.fetching.catches_up() { PAUSE_BESIDE } else { PAUSE }).await;
        }
    }
    Ok(())
}

/// Whether there was one. What came goes before what was left.
async fn read_next(
    store: &Store,
    readers: &Readers,
    mailbox: MailboxId,
    left: &mut Vec<DossierId>,
) -> Result<bool, StoreError> {
    let proof = SystemAccess::for_fetching(mailbox);
    let unread = match store.read().await?.unread_documents(&proof).await? {
        Some(unread) => unread,
        None if left.is_empty() => return Ok(false),
        None => {
            let next = left.remove(0);
            let Some(unread) = store.read().await?.documents_left_of(&proof, next).await? else { return Ok(true) };
            unread
        }
    };
    let dossier = unread.dossier;
    let mut write = store.write().await?;
    write.begin_documents(&proof, dossier).await?;
    write.commit_progress().await?;
    let Ok(Some((mut words, documents))) = tokio::task::spawn_blocking(move || taken_apart(&unread)).await else {
        tracing::warn!("a document could not be read for the search");
        return Ok(true);
    };
    let read = add_words(&mut words, readers, &documents).await;
    let mut write = store.write().await?;
    write.set_words(&proof, dossier, &words, read).await?;
    write.commit_progress().await?;
    Ok(true)
}

/// The words of a dossier's message, and its PDF documents.
fn taken_apart(unread: &UnreadDocuments) -> Option<(String, Vec<Vec<u8>>)> {
    let source = match unread.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &unread.name },
    };
    let message = bannette_formats::read_opened(source, &unread.bytes, &unread.opened, None);
    let words = summarise(&message).into_iter().nth(unread.part)?.text;
    let attached = message.attachments.into_iter();
    let documents = attached.filter(|part| part.document.media_type == "application/pdf").map(|part| part.bytes);
    Some((words, documents.collect()))
}

/// The words of these documents, after those of their message. What cannot be read leaves the others as they are.
async fn add_words(words: &mut String, readers: &Readers, documents: &[Vec<u8>]) -> DocumentsRead {
    let until = Instant::now() + PATIENCE;
    let mut outcome = DocumentsRead::All;
    for document in documents {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return DocumentsRead::Left;
        }
        match readers.words(document, left).await {
            Ok(read) => {
                words.push('\n');
                words.push_str(&read);
            }
            Err(error) => {
                tracing::warn!(%error, "a document was not read for the search");
                outcome = match error {
                    Refusal::Trouble(_) if outcome == DocumentsRead::All => DocumentsRead::Unreadable,
                    Refusal::Trouble(_) => outcome,
                    Refusal::TooSlow | Refusal::Failed => DocumentsRead::Left,
                };
            }
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::DossierId;
    use bannette_pdf_process::Program;

    #[test]
    fn a_message_is_taken_apart_into_its_words_and_its_documents() {
        let report = bannette_synthetic::Generator::new(3).pdf_report(2, true);
        let unread = UnreadDocuments {
            dossier: DossierId(uuid::Uuid::nil()),
            source: RawSource::File,
            name: "bilan.pdf".to_owned(),
            part: 0,
            bytes: report.bytes.clone(),
            opened: Vec::new(),
        };
        let (words, documents) = taken_apart(&unread).unwrap();
        assert!(words.contains("bilan.pdf"));
        assert_eq!(documents, [report.bytes]);
    }

    #[tokio::test]
    async fn a_document_that_cannot_be_read_leaves_the_other_words() {
        let readers = Readers::new(Some(Program::new("/nowhere/at/all", ["pdf-process"])));
        let mut words = "bilan".to_owned();
        let read = add_words(&mut words, &readers, &[b"%PDF".to_vec(), b"%PDF".to_vec()]).await;
        assert_eq!((words.as_str(), read), ("bilan", DocumentsRead::Left), "no fault of theirs");
        assert_eq!(add_words(&mut words, &readers, &[]).await, DocumentsRead::All);
        let large = vec![b' '; 26 * 1024 * 1024];
        assert_eq!(add_words(&mut words, &readers, &[large]).await, DocumentsRead::Unreadable);
    }
}
