//! *Historique des accès*: who did what with a mailbox or a dossier, when, from which post, under which right.
//!
//! The owner of a mailbox sees every act that was done under a right on it; whoever only reads it sees their own. The
//! journal knows no patient: names come from the dossiers that the person who asks may read.

use crate::dossiers::{Cursor, PatientLine};
use crate::sharing::Path;
use crate::{DossierId, MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// Of what the history is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum AccessOf {
    /// Of a mailbox, and of all that lies in it.
    Mailbox(MailboxId),
    /// Of one dossier.
    Dossier(DossierId),
}

/// The kinds of act, as one filters by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessKind {
    /// A dossier, its source, a document or a curve was looked at.
    Opened,
    /// Something was printed.
    Printed,
    /// A document, or a history, was saved outside of Bannette.
    Exported,
    /// A message was sent.
    Sent,
    /// A dossier was validated, or the validation taken back.
    Validated,
    /// Rights changed.
    Rights,
    /// The mailbox's settings changed.
    Settings,
    /// *Bris de glace*: begun, ended, acknowledged.
    Glass,
}

/// What of the history is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessFilter {
    /// Acts of this person.
    pub person: Option<PersonId>,
    /// Acts of this kind.
    pub kind: Option<AccessKind>,
    /// From this moment on.
    pub begins: Option<Timestamp>,
    /// Until just before this moment.
    pub ends: Option<Timestamp>,
}

/// A page of the history, the newest first. For whoever may read the mailbox or the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAccesses {
    /// Of what.
    pub of: AccessOf,
    /// What of it.
    pub filter: AccessFilter,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Entries at the most, 1 to 200.
    pub limit: u32,
}

/// A page of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPage {
    /// The entries.
    pub entries: Vec<AccessEntry>,
    /// Where the next page begins; nothing when this is the last.
    pub next: Option<Cursor>,
    /// Whether everybody's acts are shown (to the owner), or one's own only.
    pub whole: bool,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessEntry {
    /// Its number in the journal.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who; nothing when it was the program itself (a right that ended by its date).
    pub person: Option<PersonId>,
    /// From which post.
    pub post: String,
    /// What, as the journal names it: `dossier_opened`, `document_saved`, …
    pub act: String,
    /// Of which kind.
    pub kind: AccessKind,
    /// Under which right, where the act was done under one.
    pub path: Option<Path>,
    /// On which dossier, where the person who asks may read it.
    pub dossier: Option<DossierId>,
    /// On which patient, where the person who asks may read the dossier and the patient is known.
    pub patient: Option<PatientLine>,
}

/// In which form a history is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    /// A table: UTF-8 with its mark, separated by semicolons, as a French spreadsheet expects.
    Csv,
    /// A document to print or to hand over.
    Pdf,
}

/// Saves the history as a file, in the folder where documents are saved. The export is itself an act of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportAccesses {
    /// Of what.
    pub of: AccessOf,
    /// What of it.
    pub filter: AccessFilter,
    /// In which form.
    pub form: ExportForm,
}
