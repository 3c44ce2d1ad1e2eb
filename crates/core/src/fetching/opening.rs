//! Opening what came encrypted: by the official tool, one content at a time, apart from the fetching, so that neither holds
//! up the other and what is here already is opened while a server is away. What cannot be opened stays as it came, listed,
//! with the reason; it is tried a few times, then waits for other settings or a person.

use super::beside::Beside;
use super::prepare::prepare_opened;
use crate::{Core, Inner};
use bannette_api::MailboxId;
use bannette_api::connection::{OpeningFault, Trouble};
use bannette_api::events::Event;
use bannette_api::failure::StoreTrouble;
use bannette_api::mailboxes::{Apicrypt, Decryptor, MailboxKind};
use bannette_formats::{Opened, Source};
use bannette_mail::{Secret, Tool};
use bannette_rights::SystemAccess;
use bannette_store::{KeptSecrets, MailboxRecord, RawSource, SealedMessage, Store, StoreError};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Weak;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often there is a look whether encrypted messages came, or settings changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a key store is left alone that is locked: it asks a person each time.
const CLOSED: Duration = Duration::from_secs(60);

/// Opens what comes, for as long as this program fetches.
pub(super) async fn run(core: Weak<Inner>, cancel: CancellationToken) {
    let mut wiped = false;
    let mut key_store = KeyStoreSeen::default();
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Some(core) = core.upgrade().map(Core) else { return };
        if !core.0.fetching.fetches_here() {
            continue;
        }
        if !std::mem::replace(&mut wiped, true) {
            // Nobody else opens on this post: what lies there was left by a program that was cut off.
            let workplace = workplace(&core);
            if tokio::task::spawn_blocking(move || bannette_mail::wipe_leftovers(&workplace)).await.is_err() {
                tracing::warn!("what was left by the tool could not be wiped");
            }
        }
        let Ok(store) = core.store().await else { continue };
        let opened = tokio::select! {
            () = cancel.cancelled() => return,
            opened = open_all(&core, &store, &mut key_store) => opened,
        };
        if let Err(error) = opened {
            tracing::warn!(%error, "encrypted messages could not be opened");
        }
    }
}

async fn open_all(core: &Core, store: &Store, key_store: &mut KeyStoreSeen) -> Result<(), StoreError> {
    let mailboxes = store.read().await?.mailboxes_to_fetch().await?;
    for mailbox in mailboxes {
        // One mailbox does not hold up the others.
        if let Err(error) = open_mailbox(core, store, mailbox, key_store).await {
            tracing::warn!(%error, "encrypted messages of a mailbox could not be opened");
        }
    }
    Ok(())
}

/// Whether the key store answered: one that is closed asks a person each time, and is left alone for [`CLOSED`].
#[derive(Default)]
pub(super) struct KeyStoreSeen {
    closed_until: Option<Instant>,
}

impl KeyStoreSeen {
    /// The tool's code, where the key store gives it.
    async fn code(&mut self, store: &Store, kept: KeptSecrets) -> Result<Option<Secret>, StoreError> {
        let closed = StoreError::Trouble(StoreTrouble::KeyStoreClosed);
        if kept.key_code.is_some() && self.closed_until.is_some_and(|until| Instant::now() < until) {
            return Err(closed);
        }
        let opened = store.open_secrets(kept.to_open_messages()).await;
        if matches!(opened, Err(StoreError::Trouble(StoreTrouble::KeyStoreClosed))) {
            self.closed_until = Some(Instant::now() + CLOSED);
        }
        Ok(opened?.key_code.map(Secret::new))
    }
}

fn workplace(core: &Core) -> PathBuf {
    core.0.place.data.join("ouverture")
}

/// Opens what can be opened now in one mailbox, and says what stays encrypted there.
pub(super) async fn open_mailbox(
    core: &Core,
    store: &Store,
    mailbox: MailboxId,
    key_store: &mut KeyStoreSeen,
) -> Result<(), StoreError> {
    let proof = SystemAccess::for_fetching(mailbox);
    let mut read = store.read().await?;
    let (record, kept) = read.mailbox_to_fetch(&proof).await?;
    if record.kind != MailboxKind::Apicrypt {
        return Ok(());
    }
    let before = read.still_sealed(&proof).await?;
    drop(read);
    let missing = match before.messages {
        0 => None,
        _ => open_with_tool(core, store, &proof, &record, kept, key_store).await?,
    };
    let after = store.read().await?.still_sealed(&proof).await?;
    let why = missing.or(after.why).filter(|_| after.messages > 0);
    let beside = why.map(|why| Trouble::Encrypted { messages: after.messages, why });
    core.say_beside(mailbox, Beside::Opening, beside.into_iter().collect()).await;
    Ok(())
}

/// Opens what the tool can open, or says what is missing for it.
async fn open_with_tool(
    core: &Core,
    store: &Store,
    proof: &SystemAccess,
    record: &MailboxRecord,
    kept: KeptSecrets,
    key_store: &mut KeyStoreSeen,
) -> Result<Option<OpeningFault>, StoreError> {
    let Some(Apicrypt { key_id, decryptor: Decryptor::Program { program, arguments } }) = record.apicrypt.clone()
    else {
        return Ok(Some(OpeningFault::NoTool));
    };
    let tool = Tool::new(workplace(core), program, arguments, key_id, None);
    if !tool.is_there() {
        return Ok(Some(OpeningFault::ToolMissing));
    }
    // The key store is asked where something waits for the tool now, not at each look.
    let Some(first) = next_sealed(core, store, proof).await? else { return Ok(None) };
    match key_store.code(store, kept).await {
        Ok(code) => open_waiting(core, store, proof, &tool.with_code(code), first).await.map(|()| None),
        Err(StoreError::Trouble(StoreTrouble::KeyStoreClosed)) => Ok(Some(OpeningFault::KeyStoreClosed)),
        Err(error) => Err(error),
    }
}

async fn next_sealed(core: &Core, store: &Store, proof: &SystemAccess) -> Result<Option<SealedMessage>, StoreError> {
    store.read().await?.next_sealed(proof, core.now()).await
}

async fn open_waiting(
    core: &Core,
    store: &Store,
    proof: &SystemAccess,
    tool: &Tool,
    first: SealedMessage,
) -> Result<(), StoreError> {
    let mut next = Some(first);
    while let Some(sealed) = next {
        let sha256 = sealed.sha256;
        let (opened, mut fault) = open_one(tool, &sealed).await;
        if !opened.is_empty() {
            match keep(core, store, proof, sealed, opened).await {
                // Not again and again: it counts as a try.
                Err(StoreError::Content(why)) => {
                    tracing::error!(why, "an opened message was not kept: it stays encrypted");
                    fault = Some(OpeningFault::StillEncrypted);
                }
                kept => kept?,
            }
        } else if fault.is_none() {
            fault = Some(OpeningFault::StillEncrypted);
        }
        if let Some(fault) = &fault {
            let mut write = store.write().await?;
            write.note_try(proof, &sha256, fault, core.now()).await?;
            write.commit_progress().await?;
        }
        // The tool itself does not work: the next message would fare no better now.
        if matches!(fault, Some(OpeningFault::ToolMissing | OpeningFault::NotStarted | OpeningFault::TimedOut)) {
            return Ok(());
        }
        next = next_sealed(core, store, proof).await?;
    }
    Ok(())
}

async fn keep(
    core: &Core,
    store: &Store,
    proof: &SystemAccess,
    sealed: SealedMessage,
    opened: Vec<Opened>,
) -> Result<(), StoreError> {
    core.learn_thresholds(store).await?;
    let judge = core.judge();
    let prepared = tokio::task::spawn_blocking(move || prepare_opened(&sealed, opened, &judge)).await;
    let prepared = prepared.map_err(|_| StoreError::Content("an opened message that cannot be read"))??;
    let mut write = store.write().await?;
    if write.open_message(proof, &prepared, core.now()).await? {
        write.commit().await?;
        core.tell_readers(proof.mailbox(), &[Event::Dossiers]).await;
    }
    Ok(())
}

/// What the tool gives for the contents that are still encrypted, and why it did not give all.
async fn open_one(tool: &Tool, sealed: &SealedMessage) -> (Vec<Opened>, Option<OpeningFault>) {
    let source = match sealed.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &sealed.name },
    };
    let done: BTreeSet<u32> = sealed.opened.iter().map(|opened| opened.place).collect();
    let mut opened = Vec::new();
    let mut fault = None;
    for content in bannette_formats::sealed(source, &sealed.bytes) {
        if done.contains(&content.place) {
            continue;
        }
        match tool.open(&content.bytes, content.name.is_some()).await {
            Ok(clear) if is_encrypted(&clear, &content.bytes) => fault = Some(OpeningFault::StillEncrypted),
            Ok(clear) => opened.push(Opened { place: content.place, bytes: clear }),
            Err(OpeningFault::TimedOut) => {
                fault = Some(OpeningFault::TimedOut);
                break;
            }
            Err(why) => fault = Some(why),
        }
    }
    (opened, fault)
}

/// A tool that copies what it was given has opened nothing.
fn is_encrypted(clear: &[u8], given: &[u8]) -> bool {
    clear == given || !bannette_formats::sealed(Source::File { name: "" }, clear).is_empty()
}
