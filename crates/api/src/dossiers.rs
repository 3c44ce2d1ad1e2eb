//! The in-tray: its lists, its counts, one dossier.

use crate::connection::OpeningFault;
use crate::report::{Document, Format, Report, ReportStatus, TextEncoding, Warning};
use crate::{DossierId, MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// How urgent a dossier is: the worst of its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// A critical result.
    Critical,
    /// An abnormal result.
    Abnormal,
    /// Not known: no result could be read (a PDF, an unknown format).
    Unknown,
    /// All inside their bounds.
    Normal,
}

/// The lists of the in-tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// *À moi*: those one is responsible for, not validated.
    Mine,
    /// *Critiques*, not validated.
    Critical,
    /// *Anormaux* (the critical ones included), not validated.
    Abnormal,
    /// *À identifier*: no patient read, not validated.
    Unidentified,
    /// *Équipe*: all that one may read, not validated.
    Team,
    /// *Validés*.
    Validated,
    /// *À partager*: those of one's own mailboxes that wait for one's decision, not validated.
    ToShare,
    /// *À trier*: what came by an account whose results are not relayed; in no other list until somebody treats it as a
    /// result.
    ToSort,
}

/// Who sees a dossier in one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// All who may read the mailbox.
    Shared,
    /// The owner, until they decide.
    Withheld,
    /// *Confidentiel*: the owner alone.
    Confidential,
}

/// Sets who sees dossiers in one's own mailboxes: *Partager ce dossier*, *Confidentiel*. All of them, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetVisibility {
    /// Which, [`SetVisibility::MOST`] at the most.
    pub dossiers: Vec<DossierId>,
    /// In this mailbox of one's own; without, in each of one's own in which they lie.
    #[serde(default)]
    pub mailbox: Option<MailboxId>,
    /// Who sees them.
    pub visibility: Visibility,
}

impl SetVisibility {
    /// Dossiers at once.
    pub const MOST: u32 = 500;
}

/// *Traiter comme résultat*: dossiers leave *À trier* for the lists of results. All of them, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreatAsResult {
    /// Which, [`SetVisibility::MOST`] at the most.
    pub dossiers: Vec<DossierId>,
}

/// How many of the dossiers were changed: those that stood so already are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Dossiers.
    pub dossiers: u64,
}

/// That a dossier lies in a mailbox otherwise than as a shared result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// In which.
    pub mailbox: MailboxId,
    /// Who sees it there.
    pub visibility: Visibility,
    /// Whether it waits under *À trier* there.
    pub to_sort: bool,
}

/// Lists dossiers that one may read: urgency first, then the newest; *Validés*: the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDossiers {
    /// Which list.
    pub view: View,
    /// Only those of this mailbox.
    pub mailbox: Option<MailboxId>,
    /// Only those that these words find: name parts in any order, a birth date, an INS, a number, an analyte by any of its
    /// names, any word of the report. Those found exactly first, then those found by taking a word for a typing error
    /// ([`DossierRow::near`]); of each the critical ones first, then the newest. *Équipe* then looks at the validated ones too.
    pub words: Option<String>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Rows at the most (1 to 200).
    pub limit: u32,
}

/// A place in a list, opaque to the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The rows.
    pub rows: Vec<DossierRow>,
    /// Where to go on; absent at the end.
    pub next: Option<Cursor>,
}

/// A row of the in-tray.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierRow {
    /// Identifier.
    pub id: DossierId,
    /// When it came into the store.
    pub received_at: Timestamp,
    /// The sender's name (the laboratory, where the report names it).
    pub sender: String,
    /// Subject as shown (the prefix `XDM/1.0/DDM+` is hidden).
    pub subject: String,
    /// The patient, as read.
    pub patient: Option<PatientLine>,
    /// The worst of its results.
    pub urgency: Urgency,
    /// The result that says it, short: `K 6,8`. Absent when all is normal or nothing is known.
    pub headline: Option<Headline>,
    /// Results outside their bounds.
    pub abnormal: u32,
    /// Results in all.
    pub results: u32,
    /// What it is.
    pub format: Format,
    /// Partial, complete, corrected, cancelled.
    pub status: Option<ReportStatus>,
    /// Attached documents.
    pub documents: u32,
    /// Whether a warning stands with it.
    pub warned: bool,
    /// Whether one has opened it.
    pub seen_by_me: bool,
    /// Who is responsible for it.
    pub responsible: PersonId,
    /// Who validated it, and when.
    pub validated: Option<Validation>,
    /// The mailboxes it came by, among those in which one sees it.
    pub mailboxes: Vec<MailboxId>,
    /// Those of them in which it is not shared, or not sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
    /// The report's own date, where it says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<ReportDate>,
    /// When its contents left the last of these by its delay; none: they are there. What this row says stays.
    #[serde(default)]
    pub removed_at: Option<Timestamp>,
    /// Of a search: whether another version, which one sees as well, has taken its place.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replaced: bool,
    /// Of a search: found only by taking one of the words for a typing error.
    #[serde(default, skip_serializing_if = "is_false")]
    pub near: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A report's own date, and what it is the date of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDate {
    /// Of what.
    pub of: ReportMoment,
    /// When, as [`Report::sampled_at`].
    pub at: String,
}

/// What a report's date is the date of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportMoment {
    /// The sampling.
    Sampled,
    /// The writing of the report.
    Reported,
}

impl ReportDate {
    /// Of a report: when it was sampled, else when it was written; none where it says neither.
    #[must_use]
    pub fn of(report: &Report) -> Option<Self> {
        Self::first(report.sampled_at.clone(), report.reported_at.clone())
    }

    /// The sampling, where it is known, else the writing.
    #[must_use]
    pub fn first(sampled_at: Option<String>, reported_at: Option<String>) -> Option<Self> {
        let date = |of, at: Option<String>| at.map(|at| Self { of, at });
        date(ReportMoment::Sampled, sampled_at).or_else(|| date(ReportMoment::Reported, reported_at))
    }
}

/// The worst result of a dossier, for its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// Its label.
    pub label: String,
    /// Its value as sent, with the comparator.
    pub value: String,
    /// Its unit, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its flag.
    pub flag: crate::report::Flag,
    /// Where the practice's thresholds say so and the laboratory does not: the sign and the limit (`> 6,2`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
}

/// A patient in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientLine {
    /// Last name, as sent.
    pub last_name: String,
    /// First name, as sent.
    pub first_name: String,
    /// Birth date, `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Sex: `F`, `M`, `U`.
    pub sex: Option<String>,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// Counts for the home page and the in-tray, over what one may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCounts {}

/// Counts of dossiers that wait. A dossier that came by two mailboxes counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// *À moi*.
    pub mine: u64,
    /// Abnormal or critical among *À moi*.
    pub mine_abnormal: u64,
    /// *Critiques*.
    pub critical: u64,
    /// When the oldest critical one came.
    pub oldest_critical: Option<Timestamp>,
    /// *Anormaux*.
    pub abnormal: u64,
    /// *À identifier*.
    pub unidentified: u64,
    /// *Équipe*.
    pub team: u64,
    /// Those of *Équipe* that came more than 24 hours ago.
    pub team_late: u64,
    /// When the newest dossier came, whether it waits or not: a count that grows without a newer one tells of no arrival.
    #[serde(default)]
    pub newest: Option<Timestamp>,
    /// *À partager*.
    #[serde(default)]
    pub to_share: u64,
    /// Critical ones among them. They count under *Critiques* too: the owner sees them.
    #[serde(default)]
    pub to_share_critical: u64,
    /// *À trier*.
    #[serde(default)]
    pub to_sort: u64,
    /// Critical ones among them. They count under no other list.
    #[serde(default)]
    pub to_sort_critical: u64,
    /// When the oldest of these came.
    #[serde(default)]
    pub oldest_to_sort_critical: Option<Timestamp>,
    /// Whether one of one's own mailboxes keeps what arrives until one decides.
    #[serde(default)]
    pub withholds: bool,
    /// Whether a mailbox that one may read keeps what arrives under *À trier*.
    #[serde(default)]
    pub sorts: bool,
}

/// Opens a dossier: it counts as seen by this person, and the journal says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDossier {
    /// Which.
    pub dossier: DossierId,
    /// The character encoding to read its texts in, on the person's order; without, the one that is found. Nothing is kept
    /// of the order: the bytes received stay as they are.
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// Which of the messages it came in ([`Arrival::message`]); without, the first that one may read.
    #[serde(default)]
    pub message: Option<String>,
}

/// Asks for a dossier to be printed: the journal says so before anything is given. What is printed is what this answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintDossier {
    /// Which.
    pub dossier: DossierId,
    /// As in [`OpenDossier::encoding`]: what is printed reads like what was on the screen.
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// As in [`OpenDossier::message`].
    #[serde(default)]
    pub message: Option<String>,
}

/// A dossier, to be printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedDossier {
    /// The dossier.
    pub view: DossierView,
    /// When the journal says that it was printed.
    pub at: Timestamp,
}

/// A dossier, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierView {
    /// Its row.
    pub row: DossierRow,
    /// The message it came in.
    pub message: MessageHead,
    /// The report, as understood.
    pub report: Report,
    /// The message's own words, as plain text (HTML is reduced to text: no script, no remote load).
    pub body: Option<String>,
    /// Attached documents, in order: [`ReadAttachment::part`] is the index.
    pub attachments: Vec<Attachment>,
    /// What could not be understood, or is doubtful.
    pub warnings: Vec<Warning>,
    /// Whether something of it is encrypted and waits for the official tool (APICRYPT).
    #[serde(default)]
    pub encrypted: Option<Encrypted>,
    /// Who opened it, the first time each.
    pub seen: Vec<Validation>,
    /// The versions of this report that one may read, this one included, in the order of arrival, and what may be one; empty
    /// when there is no other.
    pub versions: Vec<VersionLine>,
    /// What this report says otherwise than the versions whose place it takes, the last to come first.
    #[serde(default)]
    pub changes: Vec<VersionChanges>,
    /// By which mailboxes it came, among those one may read, the first first.
    pub arrivals: Vec<Arrival>,
    /// The message that all of this is read from: [`Arrival::message`] of one of the arrivals.
    pub shown: String,
    /// Whether one may validate it.
    pub may_validate: bool,
    /// How many people can read it by the mailboxes that one may read, oneself included.
    pub readers: u64,
    /// Size of the source in bytes.
    pub source_bytes: u64,
    /// What was decided on it before its contents were removed and came again, the oldest first.
    #[serde(default)]
    pub decided_before: Vec<Validation>,
    /// Whether words of its documents could not be read: the search does not find them.
    #[serde(default)]
    pub unsearched: bool,
}

/// That something of a message is still encrypted. It is taken up by itself once the tool works; [`FetchNow`] on the mailbox
/// tries again at once.
///
/// [`FetchNow`]: crate::mailboxes::FetchNow
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encrypted {
    /// The mailbox whose tool is to open it.
    pub mailbox: MailboxId,
    /// Why it is not opened.
    pub why: OpeningFault,
    /// Whether all tries are spent: it waits for other settings, or for a person.
    pub rests: bool,
}

/// A version of a report: partial, complete, corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Which dossier.
    pub dossier: DossierId,
    /// When it came.
    pub received_at: Timestamp,
    /// What the laboratory says of it.
    pub status: Option<ReportStatus>,
    /// How many results it has.
    pub results: u32,
    /// Who validated it.
    #[serde(default)]
    pub validated: Option<Validation>,
    /// What it is to the dossier that is shown.
    pub relation: VersionRelation,
    /// Whether another version has taken its place.
    pub replaced: bool,
}

/// What a version is to the dossier that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionRelation {
    /// It is the one that is shown.
    Shown,
    /// The one that is shown takes its place.
    Former,
    /// It takes the place of the one that is shown.
    Newer,
    /// A third one takes the place of both.
    Beside,
    /// No rule says whether they belong together: both wait, and a person decides ([`RelateDossiers`]).
    MayBelong,
    /// A person said that they are two analyses.
    Apart,
}

/// What a report says otherwise than a version whose place it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionChanges {
    /// Against which.
    pub former: DossierId,
    /// When that one came.
    pub received_at: Timestamp,
    /// Who had validated that one.
    pub validated: Option<Validation>,
    /// What differs; empty when the results and words are the same.
    pub changes: Vec<Change>,
    /// Whether more differs than is listed.
    #[serde(default)]
    pub cut: bool,
}

/// One difference between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Of what.
    pub of: ChangeOf,
    /// The analyte's label, a document's name; empty for words.
    pub label: String,
    /// What the former one said; none: it is added.
    pub before: Option<ShownValue>,
    /// What the newer one says; none: it is not there any more.
    pub after: Option<ShownValue>,
}

/// What differs between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOf {
    /// A result.
    Result,
    /// A document.
    Document,
    /// A line of words.
    Words,
}

/// A value as it is shown beside another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownValue {
    /// The value as sent, with its comparator; or words.
    pub value: String,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<crate::report::Flag>,
    /// Whether the laboratory has withdrawn it.
    #[serde(default)]
    pub withdrawn: bool,
}

/// Says what two dossiers are to each other. It counts more than any rule, and holds against what comes later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelateDossiers {
    /// Which.
    pub dossier: DossierId,
    /// And which other one, in the same mailbox.
    pub other: DossierId,
    /// What they are.
    pub relation: PersonsRelation,
}

/// What a person says of two dossiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonsRelation {
    /// *C’est une version de…*: the first takes the place of the other one.
    VersionOf,
    /// *Ce n’est pas la même analyse*: neither takes the place of the other.
    Apart,
}

/// That a dossier came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// By which mailbox.
    pub mailbox: MailboxId,
    /// When.
    pub at: Timestamp,
    /// In which bytes: their SHA-256 in hexadecimal digits. The same report may have come in several messages, each with
    /// documents of its own.
    pub message: String,
}

/// The values of one analyte in the same patient's reports that one may read; the journal says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetHistory {
    /// From which dossier.
    pub dossier: DossierId,
    /// The analyte's label, as sent.
    pub label: String,
    /// Its LOINC code, where it has one.
    pub loinc: Option<String>,
    /// Its unit, as sent: values in another unit are left out.
    pub unit: Option<String>,
}

/// The history of an analyte, the oldest value first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The values.
    pub points: Vec<HistoryPoint>,
}

/// One value of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPoint {
    /// When it was sampled, as far as the report says (RFC 3339, or a day).
    pub at: String,
    /// The value as sent.
    pub value: String,
    /// `<`, `<=`, `>`, `>=`.
    pub comparator: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Low bound.
    pub low: Option<String>,
    /// High bound.
    pub high: Option<String>,
    /// Its meaning.
    pub flag: Option<crate::report::Flag>,
    /// The dossier it stands in.
    pub dossier: DossierId,
    /// Whether it is only recalled there, from a report before.
    pub recalled: bool,
    /// What `at` is the date of; none: the day on which the report was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<ReportMoment>,
    /// Whether a later version of that report replaced this value: it counts no more.
    #[serde(default)]
    pub replaced: bool,
    /// Which of several observations it is, as [`LabResult::sub_id`](crate::report::LabResult::sub_id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_id: Option<String>,
}

/// The head of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageHead {
    /// From, name and address, or a file's name.
    pub from: String,
    /// To.
    pub to: Vec<String>,
    /// Subject as sent.
    pub subject: String,
    /// Date as the sender wrote it.
    pub date: Option<Timestamp>,
    /// The header fields of MSSanté.
    #[serde(default, skip_serializing_if = "MssFields::is_empty")]
    pub mss: MssFields,
}

/// What the header fields of MSSanté say, as sent (ANS, « Référentiel socle MSSanté #2 »).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MssFields {
    /// `X-MSS-MES`: `FIN` where the patient may not reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mes: Option<String>,
    /// `X-MSS-CODECDA`: the codes (LOINC) of the CDA documents, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_cda: Option<String>,
    /// `X-MSS-INS`: `O` where the sender's CDA documents carry a qualified INS, else `N`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ins: Option<String>,
    /// `X-MSS-NIL`: reference of the sender's software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nil: Option<String>,
    /// `Disposition-Notification-To`: who asks to be told that the message was received or read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_to: Option<String>,
}

impl MssFields {
    /// Whether the message has none of them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An attached document of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The document.
    pub document: Document,
    /// Its text, when it is a text that can be shown as it is (HPRIM, plain text), cut at 256 KiB.
    pub text: Option<String>,
}

/// Reads a piece of the bytes received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadSource {
    /// Which dossier.
    pub dossier: DossierId,
    /// As in [`OpenDossier::message`].
    #[serde(default)]
    pub message: Option<String>,
    /// First byte.
    pub from: u64,
    /// Bytes at the most (1 MiB at most).
    pub length: u32,
}

/// Reads a piece of an attached document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAttachment {
    /// Which dossier.
    pub dossier: DossierId,
    /// As in [`OpenDossier::message`].
    #[serde(default)]
    pub message: Option<String>,
    /// Which document: its place in [`DossierView::attachments`].
    pub part: u32,
    /// First byte.
    pub from: u64,
    /// Bytes at the most (1 MiB at most).
    pub length: u32,
}

/// A piece of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The bytes, in base64 (RFC 4648 section 4).
    pub base64: String,
    /// How many there are in all.
    pub total: u64,
}

/// Draws a page of an attached PDF.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderPage {
    /// Which dossier.
    pub dossier: DossierId,
    /// As in [`OpenDossier::message`].
    #[serde(default)]
    pub message: Option<String>,
    /// Which document: its place in [`DossierView::attachments`].
    pub part: u32,
    /// Which page; the first is 0.
    pub page: u32,
    /// How wide, in pixels (200 to 2,400; others are brought to the nearest).
    pub width: u32,
}

/// A page drawn, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RenderedPage {
    /// The page.
    Picture(PageImage),
    /// It is not drawn; the document can be saved and opened with another program.
    Refused {
        /// Why.
        why: PageTrouble,
    },
}

/// A page as a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageImage {
    /// Pages of the document.
    pub pages: u32,
    /// Width of the picture, in pixels.
    pub width: u32,
    /// Height of the picture, in pixels: at most 4,000; a longer page is drawn narrower than asked.
    pub height: u32,
    /// Whether signs are missing on it that the page means: it says so, and is not to be relied on.
    #[serde(default)]
    pub signs_missing: bool,
    /// The picture (PNG), in base64 (RFC 4648 section 4).
    pub base64: String,
}

/// Why a page is not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageTrouble {
    /// The document is not a PDF.
    NotPdf,
    /// It is encrypted, and opens with a password only.
    Encrypted,
    /// It cannot be understood.
    Damaged,
    /// It has no such page.
    NoSuchPage,
    /// It has too many pages, is too large, or is built in a way whose work cannot be bounded.
    TooLarge,
    /// It took too long, or too many pages were being drawn.
    TooSlow,
    /// What draws it ended before it was drawn.
    Failed,
}

/// Writes an attached document into the person's download folder, under a safe name that overwrites nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveAttachment {
    /// Which dossier.
    pub dossier: DossierId,
    /// As in [`OpenDossier::message`].
    #[serde(default)]
    pub message: Option<String>,
    /// Which document.
    pub part: u32,
    /// Whether to open what was written, in the program that this post has for PDF documents. Nothing else is opened.
    #[serde(default)]
    pub open: bool,
}

/// Where a document was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFile {
    /// Its path.
    pub path: String,
    /// Whether it was opened in another program.
    #[serde(default)]
    pub opened: bool,
}

/// Validates a dossier (doctors, locums), or takes the validation back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidateDossier {
    /// Which.
    pub dossier: DossierId,
    /// Validated, or open again.
    pub validated: bool,
}
