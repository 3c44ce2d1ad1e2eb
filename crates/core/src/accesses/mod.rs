//! *Historique des accès* of a mailbox or a dossier, on the screen and as a file.
//!
//! The owner of a mailbox sees what was done under a right on it; whoever only reads it sees their own acts. The export
//! is itself an act of the history, recorded before the file is written.

mod csv;
mod document;
mod words;

use crate::glass::owned;
use crate::reading::{save, ways};
use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::accesses::{AccessOf, AccessPage, ExportAccesses, ExportForm, ListAccesses};
use bannette_api::dossiers::SavedFile;
use bannette_api::failure::{Field, Why};
use bannette_api::journal::JournalReport;
use bannette_api::people::{Group, Person};
use bannette_api::{Failure, MailboxId, PersonId, Timestamp};
use bannette_rights::Rights;
use bannette_store::{AccessRequest, Act, Author, Read};
use jiff::tz::TimeZone;

/// Lines of a table, at the most: what a spreadsheet takes (1,048,576).
const MOST_IN_TABLE: u32 = 1_000_000;
/// Lines of a document, at the most: some six hundred pages.
const MOST_IN_DOCUMENT: u32 = 20_000;

/// What an export tells, beside its lines.
struct Told {
    practice: String,
    people: Vec<Person>,
    groups: Vec<Group>,
    /// The mailbox's address, or the patient of the dossier.
    of: String,
    report: JournalReport,
    page: AccessPage,
    call: ExportAccesses,
    me: PersonId,
    now: Timestamp,
    zone: TimeZone,
}

impl Handle<ListAccesses> for Core {
    async fn handle(&self, session: &Session, call: ListAccesses) -> Result<AccessPage, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let request =
            AccessRequest { of: call.of, filter: call.filter, after: call.after, limit: call.limit.clamp(1, 200) };
        read.accesses(&owned(&rights), &rights.visible(), &request).await.map_err(failures::of_store)
    }
}

impl Handle<ExportAccesses> for Core {
    async fn handle(&self, session: &Session, call: ExportAccesses) -> Result<SavedFile, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let told = told(&mut read, &rights, call, now).await?;
        drop(read);
        self.record_export(&told).await?;
        let folder = self.0.place.downloads.clone();
        let write = move || {
            let (ending, bytes) = match told.call.form {
                ExportForm::Csv => ("csv", csv::table(&told)),
                ExportForm::Pdf => ("pdf", document::document(&told)),
            };
            let (name, _) = bannette_formats::safe_name(&words::file_name(&told, ending));
            save(&folder, &name, &bytes)
        };
        let path = tokio::task::spawn_blocking(write).await.map_err(|error| failures::internal(&error))?;
        let path = path.map_err(|error| failures::of_store(error.into()))?;
        Ok(SavedFile { path: path.to_string_lossy().into_owned(), opened: false })
    }
}

/// All that is written, read in one state of the store.
async fn told(read: &mut Read, rights: &Rights, call: ExportAccesses, now: Timestamp) -> Result<Told, Failure> {
    let at_most = match call.form {
        ExportForm::Csv => MOST_IN_TABLE,
        ExportForm::Pdf => MOST_IN_DOCUMENT,
    };
    let request = AccessRequest { of: call.of, filter: call.filter.clone(), after: None, limit: at_most };
    let visible = rights.visible();
    let page = read.accesses(&owned(rights), &visible, &request).await.map_err(failures::of_store)?;
    if page.next.is_some() {
        return fields::invalid(Field::Period, Why::TooMany { at_most });
    }
    let of = match call.of {
        AccessOf::Mailbox(mailbox) => read.mailbox_address(mailbox).await.map_err(failures::of_store)?,
        AccessOf::Dossier(dossier) => {
            let row = read.dossier_line(&visible, dossier).await.map_err(failures::of_store)?;
            words::dossier(row.patient.as_ref())
        }
    };
    Ok(Told {
        practice: read.practice_name().await.map_err(failures::of_store)?,
        people: read.people().await.map_err(failures::of_store)?,
        groups: read.groups().await.map_err(failures::of_store)?,
        of,
        report: read.verify_journal().await.map_err(failures::of_store)?,
        page,
        call,
        me: rights.actor(),
        now,
        zone: TimeZone::system(),
    })
}

impl Core {
    async fn record_export(&self, told: &Told) -> Result<(), Failure> {
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        // The rights are taken again inside the change: one taken back meanwhile refuses here.
        let rights = write.rights_of(told.me, told.now).await.map_err(failures::of_store)?;
        let mailboxes: Vec<MailboxId> = match told.call.of {
            AccessOf::Mailbox(mailbox) => vec![mailbox],
            AccessOf::Dossier(dossier) => {
                write.mailboxes_of(&rights.visible(), dossier).await.map_err(failures::of_store)?
            }
        };
        let under = ways(&rights, &mailboxes);
        if under.is_empty() {
            return Err(Failure::NotFound);
        }
        let entries = u64::try_from(told.page.entries.len()).unwrap_or(u64::MAX);
        let act = Act::AccessesExported { of: told.call.of, form: told.call.form, entries };
        write.record_under(Author::Person(told.me), told.now, &act, under);
        write.commit().await.map_err(failures::of_store)
    }
}
