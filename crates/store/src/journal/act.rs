//! The acts that are journaled, each with its name, its object and what else is worth keeping.

use crate::keys::hex;
use crate::{Under, glass};
use bannette_api::accesses::{AccessOf, ExportForm};
use bannette_api::dossiers::Visibility;
use bannette_api::keeping::Received;
use bannette_api::sharing::Path;
use bannette_api::thresholds::ThresholdSetting;
use bannette_api::{DossierId, GlassId, GroupId, MailboxId, PersonId, Timestamp};
use serde_json::{Value, json};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it; the fields are the objects' ids")]
pub enum Act {
    PracticeCreated,
    PersonAdded {
        person: PersonId,
        administrator: bool,
    },
    /// `changed`: the names of the fields that are others now, never their values.
    PersonChanged {
        person: PersonId,
        changed: Vec<&'static str>,
        administrator: bool,
    },
    /// What was given to the person ended with their departure.
    PersonDeparted {
        person: PersonId,
        grants: Vec<MailboxId>,
        groups: Vec<GroupId>,
    },
    MailboxHandedOver {
        mailbox: MailboxId,
        from: PersonId,
        to: PersonId,
    },
    /// The open dossiers that came by the mailbox.
    ResponsibilityHandedOver {
        mailbox: MailboxId,
        from: PersonId,
        to: PersonId,
        dossiers: Vec<DossierId>,
    },
    PersonSuspended {
        person: PersonId,
    },
    PersonResumed {
        person: PersonId,
    },
    PasswordChanged {
        person: PersonId,
    },
    PasswordReset {
        person: PersonId,
    },
    IdleLockSet {
        person: PersonId,
        minutes: u32,
    },
    DefaultSenderSet {
        person: PersonId,
        mailbox: Option<MailboxId>,
    },
    SignedIn {
        person: PersonId,
    },
    SignInRefused {
        person: PersonId,
        locked: bool,
    },
    GroupAdded {
        group: GroupId,
    },
    GroupRemoved {
        group: GroupId,
    },
    GroupRenamed {
        group: GroupId,
        before: String,
        after: String,
    },
    GroupJoined {
        group: GroupId,
        person: PersonId,
    },
    GroupLeft {
        group: GroupId,
        person: PersonId,
    },
    MailboxAdded {
        mailbox: MailboxId,
    },
    MailboxChanged {
        mailbox: MailboxId,
        secret: bool,
    },
    UidValidityChanged {
        mailbox: MailboxId,
        before: u32,
        after: u32,
    },
    SharingSet {
        mailbox: MailboxId,
        sharing: Value,
    },
    /// A message was taken in.
    Received {
        mailbox: MailboxId,
        sha256: [u8; 32],
        dossiers: Vec<DossierId>,
    },
    /// Copies were removed from the server after the kept copies were read back and compared.
    RemovedFromServer {
        mailbox: MailboxId,
        uid_validity: u32,
        uids: Vec<u32>,
    },
    /// A message that came encrypted was opened by the tool of this mailbox: the bytes received, the clear ones, and the
    /// dossiers that are new by it.
    Opened {
        mailbox: MailboxId,
        sha256: [u8; 32],
        clear: Vec<[u8; 32]>,
        dossiers: Vec<DossierId>,
    },
    /// Files of a folder were deleted, or moved, after the kept copies were read back and compared.
    FilesPutAway {
        mailbox: MailboxId,
        moved: bool,
        sha256: Vec<[u8; 32]>,
    },
    DossierOpened {
        dossier: DossierId,
    },
    DossierPrinted {
        dossier: DossierId,
    },
    SourceRead {
        dossier: DossierId,
    },
    HistoryRead {
        dossier: DossierId,
    },
    /// Its values were shown as the previous ones, beside those of another report on the same patient.
    EarlierValuesShown {
        dossier: DossierId,
    },
    /// Its values were shown beside those of the version that took its place.
    VersionCompared {
        dossier: DossierId,
    },
    DocumentRead {
        dossier: DossierId,
        part: u32,
    },
    DocumentSaved {
        dossier: DossierId,
        part: u32,
    },
    Validated {
        dossier: DossierId,
    },
    ValidationUndone {
        dossier: DossierId,
    },
    /// Who sees a dossier in the owner's mailboxes.
    VisibilitySet {
        dossier: DossierId,
        visibility: Visibility,
    },
    /// What a person said of two dossiers: `version`: the first takes the place of the other one; else they are two analyses.
    DossiersRelated {
        dossier: DossierId,
        other: DossierId,
        version: bool,
    },
    /// It left *À trier*.
    TreatedAsResult {
        dossier: DossierId,
    },
    /// A history of accesses was saved as a file.
    AccessesExported {
        of: AccessOf,
        form: ExportForm,
        entries: u64,
    },
    /// An administrator opened a mailbox without a right, to read.
    GlassBroken {
        mailbox: MailboxId,
        glass: GlassId,
        ends: Timestamp,
        reason: String,
    },
    GlassEnded {
        mailbox: MailboxId,
        glass: GlassId,
    },
    GlassAcknowledged {
        mailbox: MailboxId,
        glass: GlassId,
    },
    /// Rights began or ended by their date.
    RightsTurned,
    NoticesSeen {
        person: PersonId,
    },
    /// Messages left a mailbox's tree: by its delay, or (none) because the mailbox ended.
    ContentPurged {
        mailbox: MailboxId,
        retention_days: Option<u32>,
        /// SHA-256 of each.
        messages: Vec<[u8; 32]>,
        /// The dossiers of which the mailbox keeps the conclusions alone.
        dossiers: Vec<DossierId>,
    },
    /// The numbers of reports that had left a mailbox were erased there, at its owner's word.
    ValuesErased {
        mailbox: MailboxId,
        dossiers: Vec<DossierId>,
    },
    /// Dossiers whose contents had been removed came again, and wait again.
    ContentReturned {
        mailbox: MailboxId,
        dossiers: Vec<DossierId>,
    },
    /// A critical threshold of the practice is another one, or the proposal again.
    ThresholdSet {
        row: String,
        setting: Option<ThresholdSetting>,
    },
    /// Dossiers of a mailbox were judged again by the practice's thresholds: those that are critical by them now, and those
    /// that are not any more.
    DossiersJudgedAgain {
        mailbox: MailboxId,
        critical: Vec<DossierId>,
        no_longer: Vec<DossierId>,
    },
    /// A mailbox was taken away, and its secrets forgotten.
    MailboxRemoved {
        mailbox: MailboxId,
        received: Received,
        dossiers: u64,
    },
}

impl Act {
    /// Name, object, and what else is worth keeping.
    pub(super) fn parts(&self) -> (&'static str, Vec<u8>, Value) {
        let nothing = Value::Null;
        match self {
            Self::PracticeCreated => ("practice_created", Vec::new(), nothing),
            Self::PersonAdded { person, administrator } => {
                ("person_added", bytes(person.0), json!({ "administrator": administrator }))
            }
            Self::PersonChanged { person, changed, administrator } => {
                ("person_changed", bytes(person.0), json!({ "changed": changed, "administrator": administrator }))
            }
            Self::PersonDeparted { person, grants, groups } => {
                ("person_departed", bytes(person.0), json!({ "grants_ended": grants, "groups_left": groups }))
            }
            Self::MailboxHandedOver { mailbox, from, to } => {
                ("mailbox_handed_over", bytes(mailbox.0), json!({ "from": from, "to": to }))
            }
            Self::ResponsibilityHandedOver { mailbox, from, to, dossiers } => (
                "responsibility_handed_over",
                bytes(mailbox.0),
                json!({ "from": from, "to": to, "dossiers": dossiers }),
            ),
            Self::PersonSuspended { person } => ("person_suspended", bytes(person.0), nothing),
            Self::PersonResumed { person } => ("person_resumed", bytes(person.0), nothing),
            Self::PasswordChanged { person } => ("password_changed", bytes(person.0), nothing),
            Self::PasswordReset { person } => ("password_reset", bytes(person.0), nothing),
            Self::IdleLockSet { person, minutes } => ("idle_lock_set", bytes(person.0), json!({ "minutes": minutes })),
            Self::DefaultSenderSet { person, mailbox } => {
                ("default_sender_set", bytes(person.0), json!({ "mailbox": mailbox }))
            }
            Self::SignedIn { person } => ("signed_in", bytes(person.0), nothing),
            Self::SignInRefused { person, locked } => ("sign_in_refused", bytes(person.0), json!({ "locked": locked })),
            Self::GroupAdded { group } => ("group_added", bytes(group.0), nothing),
            Self::GroupRemoved { group } => ("group_removed", bytes(group.0), nothing),
            Self::GroupRenamed { group, before, after } => {
                ("group_renamed", bytes(group.0), json!({ "before": before, "after": after }))
            }
            Self::GroupJoined { group, person } => ("group_joined", bytes(group.0), json!({ "person": person })),
            Self::GroupLeft { group, person } => ("group_left", bytes(group.0), json!({ "person": person })),
            Self::MailboxAdded { mailbox } => ("mailbox_added", bytes(mailbox.0), nothing),
            Self::MailboxChanged { mailbox, secret } => {
                ("mailbox_changed", bytes(mailbox.0), json!({ "secret_replaced": secret }))
            }
            Self::UidValidityChanged { mailbox, before, after } => {
                ("uid_validity_changed", bytes(mailbox.0), json!({ "before": before, "after": after }))
            }
            Self::SharingSet { mailbox, sharing } => ("sharing_set", bytes(mailbox.0), sharing.clone()),
            Self::Received { mailbox, sha256, dossiers } => {
                ("received", bytes(mailbox.0), json!({ "sha256": hex(sha256), "dossiers": dossiers }))
            }
            Self::RemovedFromServer { mailbox, uid_validity, uids } => {
                ("removed_from_server", bytes(mailbox.0), json!({ "uid_validity": uid_validity, "uids": uids }))
            }
            Self::Opened { mailbox, sha256, clear, dossiers } => {
                let clear: Vec<String> = clear.iter().map(|sha256| hex(sha256)).collect();
                let detail = json!({ "sha256": hex(sha256), "clear_sha256": clear, "dossiers": dossiers });
                ("opened_by_tool", bytes(mailbox.0), detail)
            }
            Self::FilesPutAway { mailbox, moved, sha256 } => {
                let sha256: Vec<String> = sha256.iter().map(|sha256| hex(sha256)).collect();
                ("files_put_away", bytes(mailbox.0), json!({ "moved": moved, "sha256": sha256 }))
            }
            Self::DossierOpened { dossier } => ("dossier_opened", bytes(dossier.0), nothing),
            Self::DossierPrinted { dossier } => ("dossier_printed", bytes(dossier.0), nothing),
            Self::SourceRead { dossier } => ("source_read", bytes(dossier.0), nothing),
            Self::HistoryRead { dossier } => ("history_read", bytes(dossier.0), nothing),
            Self::DocumentRead { dossier, part } => ("document_read", bytes(dossier.0), json!({ "part": part })),
            Self::DocumentSaved { dossier, part } => ("document_saved", bytes(dossier.0), json!({ "part": part })),
            Self::Validated { dossier } => ("validated", bytes(dossier.0), nothing),
            Self::ValidationUndone { dossier } => ("validation_undone", bytes(dossier.0), nothing),
            Self::VisibilitySet { dossier, visibility } => {
                let name = match visibility {
                    Visibility::Shared => "dossier_shared",
                    Visibility::Withheld => "dossier_withheld",
                    Visibility::Confidential => "dossier_made_confidential",
                };
                (name, bytes(dossier.0), nothing)
            }
            Self::EarlierValuesShown { dossier } => ("earlier_values_shown", bytes(dossier.0), nothing),
            Self::VersionCompared { dossier } => ("version_compared", bytes(dossier.0), nothing),
            Self::DossiersRelated { dossier, other, version } => {
                let name = if *version { "version_joined" } else { "version_parted" };
                (name, bytes(dossier.0), json!({ "other": other }))
            }
            Self::TreatedAsResult { dossier } => ("treated_as_result", bytes(dossier.0), nothing),
            Self::AccessesExported { of, form, entries } => {
                let (name, object) = match of {
                    AccessOf::Mailbox(mailbox) => ("accesses_exported", bytes(mailbox.0)),
                    AccessOf::Dossier(dossier) => ("dossier_accesses_exported", bytes(dossier.0)),
                };
                (name, object, json!({ "form": form, "entries": entries }))
            }
            Self::GlassBroken { mailbox, glass, ends, reason } => {
                let reason = hex(&glass::reason_hash(*glass, reason));
                ("glass_broken", bytes(mailbox.0), json!({ "glass": glass, "ends": ends, "reason_sha256": reason }))
            }
            Self::GlassEnded { mailbox, glass } => ("glass_ended", bytes(mailbox.0), json!({ "glass": glass })),
            Self::GlassAcknowledged { mailbox, glass } => {
                ("glass_acknowledged", bytes(mailbox.0), json!({ "glass": glass }))
            }
            Self::RightsTurned => ("rights_turned", Vec::new(), nothing),
            Self::NoticesSeen { person } => ("notices_seen", bytes(person.0), nothing),
            Self::ContentPurged { mailbox, retention_days, messages, dossiers } => {
                let messages: Vec<String> = messages.iter().map(|sha256| hex(sha256)).collect();
                let detail = json!({ "retention_days": retention_days, "sha256": messages, "dossiers": dossiers });
                ("content_purged", bytes(mailbox.0), detail)
            }
            Self::ValuesErased { mailbox, dossiers } => {
                ("values_erased", bytes(mailbox.0), json!({ "dossiers": dossiers }))
            }
            Self::ContentReturned { mailbox, dossiers } => {
                ("content_returned", bytes(mailbox.0), json!({ "dossiers": dossiers }))
            }
            Self::ThresholdSet { row, setting } => {
                ("threshold_set", Vec::new(), json!({ "row": row, "setting": setting }))
            }
            Self::DossiersJudgedAgain { mailbox, critical, no_longer } => {
                let detail = json!({ "critical": critical, "no_longer": no_longer });
                ("dossiers_judged_again", bytes(mailbox.0), detail)
            }
            Self::MailboxRemoved { mailbox, received, dossiers } => {
                ("mailbox_removed", bytes(mailbox.0), json!({ "received": received, "dossiers": dossiers }))
            }
        }
    }

    /// The mailbox that the act is done on, where its history lists it without being told.
    pub(super) fn under(&self) -> Option<Under> {
        match self {
            Self::SharingSet { mailbox, .. }
            | Self::MailboxAdded { mailbox }
            | Self::MailboxChanged { mailbox, .. }
            | Self::MailboxRemoved { mailbox, .. }
            | Self::ValuesErased { mailbox, .. }
            | Self::GlassAcknowledged { mailbox, .. } => Some(Under { mailbox: *mailbox, by: Some(Path::Owner) }),
            Self::GlassBroken { mailbox, .. }
            | Self::GlassEnded { mailbox, .. }
            | Self::RemovedFromServer { mailbox, .. }
            | Self::ContentPurged { mailbox, .. } => Some(Under { mailbox: *mailbox, by: None }),
            _ => None,
        }
    }
}

pub(super) fn bytes(id: uuid::Uuid) -> Vec<u8> {
    id.into_bytes().to_vec()
}
