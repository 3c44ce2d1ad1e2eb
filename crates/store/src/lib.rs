//! The encrypted store of a practice: one SQLite file, ciphered by SQLCipher from its first byte.
//!
//! This is the only place with SQL. It knows no network, no format and no screen. What a person may reach is decided by
//! `bannette-rights`; every function here that gives or changes content asks for a proof made there, and reads the
//! mailbox from the proof. Every change goes through [`Write`], which will not commit without an act for the journal.

mod accesses;
mod changing;
mod checkpoints;
mod copies;
mod counts;
mod departure;
mod documents;
mod dossiers;
mod error;
mod files;
mod glass;
mod groups;
mod journal;
mod keeping;
mod key_store;
mod keys;
mod leaving;
mod lists;
mod mailboxes;
mod notices;
mod numbering;
mod open;
mod opened;
mod packing;
mod people;
mod pop3;
mod reach;
mod receiving;
mod related;
mod removing;
mod returning;
mod rights;
mod sealed;
mod secrets;
mod senders;
mod server_copies;
mod text;
mod thresholds;
mod transactions;
mod values;
mod versions;
mod visibility;

pub use accesses::{AccessRequest, Under};
pub use changing::ChangedPerson;
pub use copies::VisibleCopy;
pub use departure::{Departed, HeldMailbox, TakenOver};
pub use documents::{DocumentsRead, UnreadDocuments};
pub use dossiers::{SamePatient, StoredDossier};
pub use error::StoreError;
pub use glass::GlassRecord;
pub use journal::{Act, Author};
pub use keeping::{Gone, Judged, NEVER, Retention, Rule, amount};
pub use keys::{KeyPlace, Keys};
pub use lists::ListRequest;
pub use mailboxes::{MailboxRecord, NewMailbox};
pub use open::Store;
pub use opened::{ClearPart, OpenedMessage};
pub use packing::Packer;
pub use people::{NewPerson, PersonRecord};
pub use receiving::{Arrived, Batch, NewDossier, NewMessage, RawSource};
pub use related::SeenVersion;
pub use removing::{LiesThere, Taken};
pub use sealed::{SealedMessage, StillSealed, TRIES};
pub use secrets::{KeptCertificate, KeptSecret, KeptSecrets, NewSecrets, Secrets};
pub use server_copies::{Copy, CopyState};
pub use thresholds::{JudgedAgain, StoredThresholds, ToJudge};
pub use transactions::{Read, Write};
pub use values::{ErasedValues, PackedValues, PatientValues};
