//! Reading: lists, counts, one dossier, its bytes. Everything shown is read again from the bytes received, so that a
//! better reader shows old dossiers better too. Opening is journaled.

use crate::drawing::rendered;
use crate::session::Session;
use crate::visibility::asks_for;
use crate::{Core, Handle, copies, earlier, failures, fields, searching, versions};
use bannette_api::connection::OpeningFault;
use bannette_api::dossiers::{
    Arrival, Attachment, Counts, DossierRow, DossierView, Encrypted, GetCounts, ListDossiers, OpenDossier, Page, Piece,
    PrintDossier, PrintedDossier, ReadAttachment, ReadSource, RenderPage, RenderedPage, SaveAttachment, SavedFile,
    Validation, VersionLine,
};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::report::{EarlierValue, Patient, Report, TextEncoding};
use bannette_api::{DossierId, Failure, MailboxId, PersonId, Timestamp};
use bannette_formats::{Message, Source};
use bannette_rights::{Access, Read as ReadRight, Rights, Validate};
use bannette_store::{Act, Author, ListRequest, RawSource, Read, StoredDossier, Under};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The longest piece of bytes in one answer.
const PIECE: u32 = 1024 * 1024;

impl Handle<GetCounts> for Core {
    async fn handle(&self, session: &Session, _call: GetCounts) -> Result<Counts, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        read.counts(&rights.visible(), now).await.map_err(failures::of_store)
    }
}

impl Handle<ListDossiers> for Core {
    async fn handle(&self, session: &Session, call: ListDossiers) -> Result<Page, Failure> {
        if call.words.as_ref().is_some_and(|words| words.chars().count() > 200) {
            return fields::invalid(Field::Words, Why::TooLong { at_most: 200 });
        }
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let visible = match call.mailbox {
            None => rights.visible(),
            Some(mailbox) => rights.visible().only(mailbox).ok_or(Failure::NotFound)?,
        };
        let search = match call.words.filter(|words| !words.trim().is_empty()) {
            None => None,
            Some(words) => match searching::understood(&words) {
                Some(search) => Some(search),
                // Signs alone are in no dossier.
                None => return Ok(Page { rows: Vec::new(), next: None }),
            },
        };
        let request = ListRequest { view: call.view, search: search.clone(), after: call.after, limit: call.limit };
        let mut page = read.list(&visible, &request).await.map_err(failures::of_store)?;
        copies::in_own_words(&self.0.readers, &mut read, &visible, &mut page.rows, search).await?;
        Ok(page)
    }
}

/// A dossier for whoever may read it, once its act is in the journal.
pub(crate) struct TakenOut {
    /// Who.
    pub me: PersonId,
    /// The dossier.
    pub stored: StoredDossier,
    /// By which rights.
    pub rights: Rights,
    /// When, as the journal has it.
    pub at: Timestamp,
}

impl Core {
    /// The proof to read a dossier: by the first of its mailboxes that the person may read.
    pub(crate) async fn read_proof(
        read: &mut Read,
        rights: &Rights,
        dossier: DossierId,
    ) -> Result<Access<ReadRight>, Failure> {
        let lies_in = read.mailboxes_of(&rights.visible(), dossier).await.map_err(failures::of_store)?;
        let mailbox = lies_in.first().ok_or(Failure::NotFound)?;
        rights.grant::<ReadRight>(*mailbox).map_err(failures::of_denied)
    }

    /// The versions of a dossier's report and the ways it came, as far as this person's rights reach in the state that is
    /// read: one taken back since the dossier was taken out shows nothing here.
    async fn chain(&self, me: PersonId, dossier: DossierId) -> Result<(Vec<VersionLine>, Vec<Arrival>), Failure> {
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let visible = rights.visible();
        let versions = read.versions(&visible, dossier).await.map_err(failures::of_store)?;
        let arrivals = read.arrivals(&visible, dossier).await.map_err(failures::of_store)?;
        Ok((versions::lines(versions), arrivals))
    }

    /// Whether something of a dossier's message waits to be opened, and why it is not.
    async fn still_encrypted(&self, rights: &Rights, stored: &StoredDossier) -> Result<Option<Encrypted>, Failure> {
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        for mailbox in &stored.row.mailboxes {
            let Ok(proof) = rights.grant::<ReadRight>(*mailbox) else { continue };
            let sealed = read.sealed_dossier(&proof, stored.row.id).await.map_err(failures::of_store)?;
            if let Some((tries, why)) = sealed {
                let rests = tries >= bannette_store::TRIES;
                return Ok(Some(Encrypted { mailbox: *mailbox, why: why.unwrap_or(OpeningFault::NoTool), rests }));
            }
        }
        Ok(None)
    }

    /// The stored dossier, with its act in the journal: no content leaves before the act is committed.
    pub(crate) async fn taken_out(
        &self,
        session: &Session,
        dossier: DossierId,
        message: Option<&str>,
        act: &Act,
    ) -> Result<TakenOut, Failure> {
        let looked = self.looked_up(session, dossier, message).await?;
        let (taken, _) = self.noted(looked, act, &BTreeSet::new()).await?;
        Ok(taken)
    }

    /// The stored dossier by the rights of this moment. Nothing of it may leave before [`Self::noted`].
    async fn looked_up(
        &self,
        session: &Session,
        dossier: DossierId,
        message: Option<&str>,
    ) -> Result<LookedUp, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let at = self.now();
        let rights = read.rights_of(me, at).await.map_err(failures::of_store)?;
        let proof = Self::read_proof(&mut read, &rights, dossier).await?;
        let stored = read.dossier(&proof, &rights.visible(), dossier, message).await.map_err(failures::of_store)?;
        Ok(LookedUp { me, stored, rights, proof, at })
    }

    /// Commits that the dossier is given to this person, and that values of these others are shown beside its own. Gives those
    /// of the others that are still seen: of no other anything may be shown.
    async fn noted(
        &self,
        looked: LookedUp,
        act: &Act,
        beside: &BTreeSet<DossierId>,
    ) -> Result<(TakenOut, BTreeSet<DossierId>), Failure> {
        let LookedUp { me, stored, proof, at: now, .. } = looked;
        let dossier = stored.row.id;
        // Of what left the tree nothing can be printed: the journal does not say that it was.
        if let (Act::DossierPrinted { .. }, Some(at)) = (act, stored.row.removed_at) {
            return Err(Failure::ContentRemoved { at });
        }
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        // The rights are taken again inside the change: one taken back meanwhile refuses here.
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<ReadRight>(proof.mailbox()).map_err(failures::of_denied)?;
        // So is where it is seen: its owner may have made it confidential, which is no change of a right.
        let seen_in = write.mailboxes_of(&rights.visible(), dossier).await.map_err(failures::of_store)?;
        if !seen_in.contains(&proof.mailbox()) {
            return Err(Failure::NotFound);
        }
        if matches!(act, Act::DossierOpened { .. }) {
            write.mark_seen(&proof, dossier, now).await.map_err(failures::of_store)?;
        }
        write.record_under(Author::Person(me), now, act, ways(&rights, &seen_in));
        let mut still_seen = BTreeSet::new();
        for other in beside {
            let mailboxes = write.mailboxes_of(&rights.visible(), *other).await.map_err(failures::of_store)?;
            if !mailboxes.is_empty() {
                let act = Act::EarlierValuesShown { dossier: *other };
                write.record_under(Author::Person(me), now, &act, ways(&rights, &mailboxes));
                still_seen.insert(*other);
            }
        }
        write.commit().await.map_err(failures::of_store)?;
        Ok((TakenOut { me, stored, rights, at: now }, still_seen))
    }

    /// A dossier as it is shown, with its previous values, once its act is in the journal.
    async fn shown(
        &self,
        session: &Session,
        (dossier, message, encoding): (DossierId, Option<String>, Option<TextEncoding>),
        act: &Act,
    ) -> Result<(TakenOut, Message, Vec<Vec<EarlierValue>>), Failure> {
        let mut looked = self.looked_up(session, dossier, message.as_deref()).await?;
        let (stored, message) = message_of(looked.stored, encoding).await?;
        let mut earlier = Vec::new();
        if let Some(report) = message.reports.get(stored.part) {
            earlier = self.previous_values(&looked.rights, (dossier, stored.row.received_at), report).await?;
        }
        looked.stored = stored;
        let beside = earlier.iter().flatten().map(|one| one.dossier).collect();
        let (taken, still_seen) = self.noted(looked, act, &beside).await?;
        for values in &mut earlier {
            values.retain(|one| still_seen.contains(&one.dossier));
        }
        Ok((taken, message, earlier))
    }
}

/// A dossier that was looked up, and by which right.
struct LookedUp {
    me: PersonId,
    stored: StoredDossier,
    rights: Rights,
    proof: Access<ReadRight>,
    at: Timestamp,
}

/// The mailboxes through which this person reaches a dossier, each with the way of the right: the owners of all of them
/// find the act in their history.
pub(crate) fn ways(rights: &Rights, mailboxes: &[MailboxId]) -> Vec<Under> {
    let way = |mailbox: &MailboxId| {
        let by = rights.of(*mailbox)?.reasons.first().map(|reason| reason.path);
        Some(Under { mailbox: *mailbox, by })
    };
    mailboxes.iter().filter_map(way).collect()
}

/// The bytes of a stored dossier, where they have not left the tree.
pub(crate) fn whole(stored: StoredDossier) -> Result<Vec<u8>, Failure> {
    let at = stored.row.removed_at.unwrap_or(stored.row.received_at);
    stored.bytes.ok_or(Failure::ContentRemoved { at })
}

/// Reads a stored dossier's bytes again, on a thread of its own.
pub(crate) async fn message_of(
    stored: StoredDossier,
    encoding: Option<TextEncoding>,
) -> Result<(StoredDossier, Message), Failure> {
    let read = move || {
        let source = match stored.source {
            RawSource::Message => Source::Message,
            RawSource::File => Source::File { name: &stored.name },
        };
        // Of what was removed nothing is read: the view says so, and shows what was concluded.
        let bytes = stored.bytes.as_deref();
        let mut message = bannette_formats::read_opened(source, bytes.unwrap_or_default(), &stored.opened, encoding);
        if bytes.is_none() {
            message.warnings.clear();
            message.reports.clear();
            message.attachments.clear();
            message.body = None;
        }
        (stored, message)
    };
    tokio::task::spawn_blocking(read).await.map_err(|error| failures::internal(&error))
}

impl Core {
    /// A dossier that was taken out, as it is shown.
    async fn viewed(
        &self,
        TakenOut { me, mut stored, rights, .. }: TakenOut,
        message: Message,
        earlier: Vec<Vec<EarlierValue>>,
    ) -> Result<DossierView, Failure> {
        let rights = &rights;
        if stored.copy && stored.bytes.is_none() {
            copies::unword(&mut stored.row);
        } else if stored.copy {
            copies::reword(&mut stored.row, stored.part, &message);
        }
        let (versions, arrivals) = self.chain(me, stored.row.id).await?;
        let encrypted = self.still_encrypted(rights, &stored).await?;
        let may_validate = stored.bytes.is_some()
            && stored.row.mailboxes.iter().any(|mailbox| rights.grant::<Validate>(*mailbox).is_ok());
        let readers = readers(rights, &stored.row);
        let removed = stored.bytes.is_none().then(|| identity(&stored.row));
        let mut report = removed.unwrap_or_else(|| message.reports.into_iter().nth(stored.part).unwrap_or_default());
        self.learn_thresholds(&self.store().await?).await.map_err(failures::of_store)?.annotate(&mut report);
        earlier::put(&mut report, earlier);
        let attachments = message.attachments.into_iter();
        let changes = self.changes(me, rights, &report, &versions).await?;
        Ok(DossierView {
            source_bytes: stored.bytes.as_ref().map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            row: stored.row,
            message: message.head,
            report,
            body: message.body,
            attachments: attachments.map(|part| Attachment { document: part.document, text: part.text }).collect(),
            warnings: message.warnings,
            encrypted,
            seen: stored.seen,
            versions,
            changes,
            arrivals,
            shown: stored.message,
            may_validate,
            readers,
            decided_before: stored.decided_before,
            unsearched: stored.unsearched,
        })
    }
}

impl Handle<OpenDossier> for Core {
    async fn handle(&self, session: &Session, call: OpenDossier) -> Result<DossierView, Failure> {
        let act = Act::DossierOpened { dossier: call.dossier };
        let asked = (call.dossier, call.message, call.encoding);
        let (mut taken, message, earlier) = self.shown(session, asked, &act).await?;
        let stored = &mut taken.stored;
        if !stored.row.seen_by_me {
            stored.row.seen_by_me = true;
            stored.seen.push(Validation { by: taken.me, at: taken.at });
            for mailbox in &stored.row.mailboxes {
                self.tell_readers(*mailbox, &[Event::Dossiers]).await;
            }
        }
        self.viewed(taken, message, earlier).await
    }
}

impl Handle<PrintDossier> for Core {
    async fn handle(&self, session: &Session, call: PrintDossier) -> Result<PrintedDossier, Failure> {
        let act = Act::DossierPrinted { dossier: call.dossier };
        let asked = (call.dossier, call.message, call.encoding);
        let (taken, message, earlier) = self.shown(session, asked, &act).await?;
        let at = taken.at;
        Ok(PrintedDossier { view: self.viewed(taken, message, earlier).await?, at })
    }
}

/// What the row keeps of a report whose contents were removed: on whom it is.
fn identity(row: &DossierRow) -> Report {
    let patient = row.patient.clone().map(|known| Patient {
        used_name: Some(known.last_name),
        first_name: Some(known.first_name),
        birth_date: known.birth_date,
        sex: known.sex,
        ..Patient::default()
    });
    Report { patient: patient.unwrap_or_default(), status: row.status, ..Report::default() }
}

/// How many people see a dossier by the mailboxes of its row, each counted once.
fn readers(rights: &Rights, row: &DossierRow) -> u64 {
    let proofs = row.mailboxes.iter().filter_map(|mailbox| rights.grant::<ReadRight>(*mailbox).ok());
    let see = |proof: Access<ReadRight>| rights.readers_with(&proof, asks_for(row, proof.mailbox()));
    let people: BTreeSet<_> = proofs.flat_map(see).map(|reader| reader.person).collect();
    u64::try_from(people.len()).unwrap_or(u64::MAX)
}

fn piece(bytes: &[u8], from: u64, length: u32) -> Piece {
    let total = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
    let length = usize::try_from(length.min(PIECE)).unwrap_or(0);
    let some = bytes.get(from..from.saturating_add(length).min(bytes.len())).unwrap_or_default();
    Piece { base64: STANDARD.encode(some), total }
}

impl Handle<ReadSource> for Core {
    async fn handle(&self, session: &Session, call: ReadSource) -> Result<Piece, Failure> {
        let act = Act::SourceRead { dossier: call.dossier };
        let TakenOut { stored, .. } = self.taken_out(session, call.dossier, call.message.as_deref(), &act).await?;
        Ok(piece(&whole(stored)?, call.from, call.length))
    }
}

impl Core {
    async fn document(
        &self,
        session: &Session,
        (dossier, message): (DossierId, Option<String>),
        part: u32,
        act: &Act,
    ) -> Result<bannette_formats::Part, Failure> {
        let TakenOut { stored, .. } = self.taken_out(session, dossier, message.as_deref(), act).await?;
        if stored.bytes.is_none() {
            return whole(stored).and(Err(Failure::NotFound));
        }
        let (_, message) = message_of(stored, None).await?;
        let part = usize::try_from(part).unwrap_or(usize::MAX);
        message.attachments.into_iter().nth(part).ok_or(Failure::NotFound)
    }
}

impl Handle<ReadAttachment> for Core {
    async fn handle(&self, session: &Session, call: ReadAttachment) -> Result<Piece, Failure> {
        let act = Act::DocumentRead { dossier: call.dossier, part: call.part };
        let part = self.document(session, (call.dossier, call.message), call.part, &act).await?;
        Ok(piece(&part.bytes, call.from, call.length))
    }
}

impl Handle<RenderPage> for Core {
    async fn handle(&self, session: &Session, call: RenderPage) -> Result<RenderedPage, Failure> {
        let act = Act::DocumentRead { dossier: call.dossier, part: call.part };
        let part = self.document(session, (call.dossier, call.message), call.part, &act).await?;
        Ok(rendered(self.0.readers.page(part.bytes, call.page, call.width).await))
    }
}

impl Handle<SaveAttachment> for Core {
    async fn handle(&self, session: &Session, call: SaveAttachment) -> Result<SavedFile, Failure> {
        let act = Act::DocumentSaved { dossier: call.dossier, part: call.part };
        let part = self.document(session, (call.dossier, call.message), call.part, &act).await?;
        let name = part.document.name.unwrap_or_else(|| format!("document-{}", call.part + 1));
        // Cleaned again here: what names a file on this disk is never trusted.
        let (name, _) = bannette_formats::safe_name(&name);
        // What is opened is a PDF by its bytes and by its name: the system goes by the name, and would run a program.
        let open = call.open && is_pdf(&part.bytes);
        let name = if open && !name.to_lowercase().ends_with(".pdf") { format!("{name}.pdf") } else { name };
        let folder = self.0.place.downloads.clone();
        let save = move || save(&folder, &name, &part.bytes);
        let path = tokio::task::spawn_blocking(save).await.map_err(|error| failures::internal(&error))?;
        let path = path.map_err(|error| failures::of_store(error.into()))?;
        let opened = open && self.open_in_viewer(&path);
        Ok(SavedFile { path: path.to_string_lossy().into_owned(), opened })
    }
}

/// Whether the bytes begin as a PDF does (ISO 32000-1, annex H, note 13).
fn is_pdf(bytes: &[u8]) -> bool {
    bytes.get(..1024).unwrap_or(bytes).windows(5).any(|five| five == b"%PDF-")
}

/// Writes the bytes under a name that nothing has yet: `name.pdf`, `name (2).pdf`, …
pub(crate) fn save(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    for number in 1..10_000 {
        let tried = if number == 1 { name.to_owned() } else { format!("{stem} ({number}){ending}") };
        let path = folder.join(tried);
        let mut file = match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if let Err(error) = written {
            drop(file);
            // Half a document is worse than none.
            std::fs::remove_file(&path)?;
            return Err(error);
        }
        return Ok(path);
    }
    Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saving_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = save(folder.path(), "bilan.pdf", b"one").unwrap();
        let second = save(folder.path(), "bilan.pdf", b"two").unwrap();
        assert_eq!(first.file_name().unwrap(), "bilan.pdf");
        assert_eq!(second.file_name().unwrap(), "bilan (2).pdf");
        assert_eq!(std::fs::read(first).unwrap(), b"one");
    }

    #[test]
    fn a_pdf_is_known_by_its_bytes() {
        assert!(is_pdf(b"%PDF-1.7\n"));
        assert!(is_pdf(b"\xef\xbb\xbf\r\n%PDF-1.4"));
        assert!(!is_pdf(b"MZ\x90"));
        assert!(!is_pdf(&[vec![b' '; 1024], b"%PDF-1.4".to_vec()].concat()));
        assert!(!is_pdf(b""));
    }

    #[test]
    fn pieces_stay_inside() {
        let whole = piece(b"abcdef", 2, 3);
        assert_eq!((whole.base64.as_str(), whole.total), ("Y2Rl", 6));
        assert_eq!(piece(b"abcdef", 5, 100).base64, "Zg==");
        assert_eq!(piece(b"abcdef", u64::MAX, u32::MAX).base64, "");
    }
}
