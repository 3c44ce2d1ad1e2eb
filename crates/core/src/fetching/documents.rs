//! The words of attached PDFs, for the search: read after their message was stored, one dossier at a time, so that no
//! document can hold up what arrives. Each is marked before it is read: one over which the program ends is not tried again.
//! Nothing read here is ever a clinical value.

use crate::{Core, Inner};
use bannette_api::MailboxId;
use bannette_formats::{Source, summarise};
use bannette_rights::SystemAccess;
use bannette_store::{RawSource, Store, StoreError, UnreadDocuments};
use std::sync::Weak;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often there is a look whether documents came.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long the documents of one dossier may be read.
const PATIENCE: Duration = Duration::from_millis(500);
/// The pause between two dossiers: what a person does goes first.
const PAUSE: Duration = Duration::from_millis(2);

/// Reads what comes, for as long as this program fetches.
pub(super) async fn run(core: Weak<Inner>, cancel: CancellationToken) {
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
        if let Err(error) = read_all(&store, &cancel).await {
            tracing::warn!(%error, "the words of documents could not be read");
        }
    }
}

async fn read_all(store: &Store, cancel: &CancellationToken) -> Result<(), StoreError> {
    let mailboxes = store.read().await?.mailboxes_to_fetch().await?;
    for mailbox in mailboxes {
        while !cancel.is_cancelled() && read_next(store, mailbox).await? {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Whether there was one.
async fn read_next(store: &Store, mailbox: MailboxId) -> Result<bool, StoreError> {
    let proof = SystemAccess::for_fetching(mailbox);
    let Some(unread) = store.read().await?.unread_documents(&proof).await? else { return Ok(false) };
    let dossier = unread.dossier;
    let mut write = store.write().await?;
    write.begin_documents(&proof, dossier).await?;
    write.commit_progress().await?;
    let Ok(Some(words)) = tokio::task::spawn_blocking(move || words(&unread)).await else {
        tracing::warn!("a document could not be read for the search");
        return Ok(true);
    };
    let mut write = store.write().await?;
    write.set_words(&proof, dossier, &words).await?;
    write.commit_progress().await?;
    Ok(true)
}

/// All words of a dossier: those of its message, and those of its documents.
fn words(unread: &UnreadDocuments) -> Option<String> {
    let source = match unread.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &unread.name },
    };
    let message = bannette_formats::read(source, &unread.bytes);
    let mut words = summarise(&message).into_iter().nth(unread.part)?.text;
    let until = Instant::now() + PATIENCE;
    let limits = bannette_pdf::Limits::default();
    for part in message.attachments.iter().filter(|part| part.document.media_type == "application/pdf") {
        let read = bannette_pdf::text(&part.bytes, &limits, &|| Instant::now() < until);
        words.push('\n');
        words.push_str(&read.text);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::DossierId;

    #[test]
    fn the_words_of_a_document_stand_beside_those_of_its_message() {
        let mut generator = bannette_synthetic::Generator::new(3);
        let report = generator.pdf_report(2, true);
        let unread = UnreadDocuments {
            dossier: DossierId(uuid::Uuid::nil()),
            source: RawSource::File,
            name: "bilan.pdf".to_owned(),
            part: 0,
            bytes: report.bytes,
        };
        let words = words(&unread).unwrap();
        assert!(words.contains("bilan.pdf"));
        for piece in report.pages.iter().flatten() {
            for word in piece.split_whitespace() {
                assert!(words.contains(word), "{word} is missing");
            }
        }
    }
}
