//! Versions of a report: what the shown one says otherwise than those whose place it takes, and what a person says of two.

use crate::reading::{message_of, ways};
use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::dossiers::{PersonsRelation, RelateDossiers, VersionChanges, VersionLine, VersionRelation};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::report::Report;
use bannette_api::{DossierId, Failure, PersonId};
use bannette_rights::{Rights, Validate};
use bannette_store::{Act, Author, SeenVersion, StoreError};

/// Versions that a report is held against; where there are more, it is said.
const MOST_FORMER: usize = 24;

/// Differences listed between two versions: more is another report.
const MOST_CHANGES: usize = 60;

/// The versions as they are listed; empty when there is no other.
pub(crate) fn lines(versions: Vec<SeenVersion>) -> Vec<VersionLine> {
    if versions.len() < 2 {
        return Vec::new();
    }
    let line = |SeenVersion { row, relation, replaced }| VersionLine {
        dossier: row.id,
        received_at: row.received_at,
        status: row.status,
        results: row.results,
        validated: row.validated,
        relation,
        replaced,
    };
    versions.into_iter().map(line).collect()
}

impl Core {
    /// What this report says otherwise than the versions whose place it takes, the last to come first: each of them may have
    /// held a value that nobody saw, or one that somebody validated. Their histories tell that their values were shown.
    pub(crate) async fn changes(
        &self,
        me: PersonId,
        rights: &Rights,
        report: &Report,
        versions: &[VersionLine],
    ) -> Result<Vec<VersionChanges>, Failure> {
        let former = versions.iter().rev().filter(|one| one.relation == VersionRelation::Former);
        let more = former.clone().count() > MOST_FORMER;
        let mut all = Vec::new();
        for line in former.take(MOST_FORMER) {
            let Some(old) = self.report_of(rights, line.dossier).await? else { continue };
            let mut changes = bannette_formats::changes(report, &old);
            let cut = changes.len() > MOST_CHANGES;
            changes.truncate(MOST_CHANGES);
            all.push(VersionChanges {
                former: line.dossier,
                received_at: line.received_at,
                validated: line.validated.clone(),
                changes,
                cut,
            });
        }
        if more && let Some(last) = all.last_mut() {
            last.cut = true;
        }
        self.note_compared(me, &all).await?;
        Ok(all)
    }

    /// A dossier's report, read again; none where its contents left the tree, or it is not seen any more.
    async fn report_of(&self, rights: &Rights, dossier: DossierId) -> Result<Option<Report>, Failure> {
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let Ok(proof) = Self::read_proof(&mut read, rights, dossier).await else { return Ok(None) };
        let stored = match read.dossier(&proof, &rights.visible(), dossier, None).await {
            Ok(stored) => stored,
            Err(StoreError::NotFound | StoreError::Removed(_)) => return Ok(None),
            Err(error) => return Err(failures::of_store(error)),
        };
        drop(read);
        if stored.bytes.is_none() {
            return Ok(None);
        }
        let part = stored.part;
        let (_, message) = message_of(stored, None).await?;
        Ok(message.reports.into_iter().nth(part))
    }

    async fn note_compared(&self, me: PersonId, all: &[VersionChanges]) -> Result<(), Failure> {
        if all.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        for one in all {
            let mailboxes = write.mailboxes_of(&rights.visible(), one.former).await.map_err(failures::of_store)?;
            if mailboxes.is_empty() {
                // Taken back since it was read: nothing is shown.
                return Err(Failure::NotFound);
            }
            let act = Act::VersionCompared { dossier: one.former };
            write.record_under(Author::Person(me), now, &act, ways(&rights, &mailboxes));
        }
        write.commit().await.map_err(failures::of_store)
    }
}

impl Handle<RelateDossiers> for Core {
    async fn handle(&self, session: &Session, call: RelateDossiers) -> Result<(), Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let visible = rights.visible();
        let lies_in = write.mailboxes_of(&visible, call.dossier).await.map_err(failures::of_store)?;
        let others = write.mailboxes_of(&visible, call.other).await.map_err(failures::of_store)?;
        let both: Vec<_> = lies_in.into_iter().filter(|mailbox| others.contains(mailbox)).collect();
        if both.is_empty() {
            return Err(Failure::NotFound);
        }
        let proofs = both.iter().filter_map(|mailbox| rights.grant::<Validate>(*mailbox).ok());
        let proof = proofs.into_iter().next().ok_or(Failure::NotAllowed { needs: Needs::Validate })?;
        let pair = (call.dossier, call.other);
        if call.dossier == call.other {
            return fields::invalid(Field::Dossiers, Why::Twice);
        }
        if write.relate(&proof, pair, call.relation, now).await.map_err(failures::of_store)? {
            let version = call.relation == PersonsRelation::VersionOf;
            for (dossier, other) in [pair, (call.other, call.dossier)] {
                let act = Act::DossiersRelated { dossier, other, version };
                write.record_under(Author::Person(me), now, &act, ways(&rights, &both));
            }
            write.commit().await.map_err(failures::of_store)?;
            for mailbox in &both {
                self.tell_readers(*mailbox, &[Event::Dossiers]).await;
            }
        }
        Ok(())
    }
}
