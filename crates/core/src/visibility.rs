//! *Partager ce dossier*, *Confidentiel*, *Traiter comme résultat*: by one act for each dossier, several dossiers at once.
//!
//! All of the dossiers are changed, or none: what one does not see is as if it did not exist, and refuses the rest.

use crate::reading::ways;
use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::dossiers::{Apart, Changed, DossierRow, SetVisibility, TreatAsResult, Visibility};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::{DossierId, Failure, MailboxId, Timestamp};
use bannette_rights::{Access, Own, Rights, Sight, Sort};
use bannette_store::{Act, Author, Write};
use std::collections::BTreeSet;

/// How much of a mailbox one must see to see this dossier there.
pub(crate) fn asks_for(row: &DossierRow, mailbox: MailboxId) -> Sight {
    let apart = row.apart.iter().find(|apart| apart.mailbox == mailbox);
    match apart.map(|apart: &Apart| apart.visibility) {
        None | Some(Visibility::Shared) => Sight::Shared,
        Some(Visibility::Withheld) => Sight::Undecided,
        Some(Visibility::Confidential) => Sight::Whole,
    }
}

/// The dossiers of a call, each once.
fn asked(dossiers: &[DossierId]) -> Result<BTreeSet<DossierId>, Failure> {
    let most = SetVisibility::MOST;
    if dossiers.is_empty() || dossiers.len() > usize::try_from(most).unwrap_or(usize::MAX) {
        return fields::invalid(Field::Dossiers, Why::OutOfRange { least: 1, most });
    }
    Ok(dossiers.iter().copied().collect())
}

impl Handle<SetVisibility> for Core {
    async fn handle(&self, session: &Session, call: SetVisibility) -> Result<Changed, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let dossiers = asked(&call.dossiers)?;
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let visible = match call.mailbox {
            None => rights.visible(),
            Some(mailbox) => rights.visible().only(mailbox).ok_or(Failure::NotFound)?,
        };
        let mut made = Made::default();
        for dossier in dossiers {
            let lies_in = write.mailboxes_of(&visible, dossier).await.map_err(failures::of_store)?;
            let proofs = proofs::<Own>(&rights, &lies_in, Needs::Own)?;
            let mut changed = Vec::new();
            for proof in &proofs {
                let set = write.set_visibility(proof, dossier, call.visibility).await;
                if set.map_err(failures::of_store)? {
                    changed.push(proof.mailbox());
                    answered_for(&mut write, proof, dossier, now).await?;
                }
            }
            let act = Act::VisibilitySet { dossier, visibility: call.visibility };
            made.note(&mut write, &rights, &act, changed);
        }
        // Whoever loses sight of an open dossier looks again at once.
        self.done(write, made, Event::Rights).await
    }
}

impl Handle<TreatAsResult> for Core {
    async fn handle(&self, session: &Session, call: TreatAsResult) -> Result<Changed, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let dossiers = asked(&call.dossiers)?;
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let mut made = Made::default();
        for dossier in dossiers {
            let lies_in = write.mailboxes_of(&rights.visible(), dossier).await.map_err(failures::of_store)?;
            let mut changed = Vec::new();
            for proof in &proofs::<Sort>(&rights, &lies_in, Needs::Sort)? {
                if write.treat_as_result(proof, dossier).await.map_err(failures::of_store)? {
                    changed.push(proof.mailbox());
                }
            }
            made.note(&mut write, &rights, &Act::TreatedAsResult { dossier }, changed);
        }
        self.done(write, made, Event::Dossiers).await
    }
}

/// The proofs for those of the mailboxes in which a dossier is seen where the person has the right.
fn proofs<R: bannette_rights::Right>(
    rights: &Rights,
    lies_in: &[MailboxId],
    needs: Needs,
) -> Result<Vec<Access<R>>, Failure> {
    if lies_in.is_empty() {
        return Err(Failure::NotFound);
    }
    let proofs: Vec<_> = lies_in.iter().filter_map(|mailbox| rights.grant::<R>(*mailbox).ok()).collect();
    if proofs.is_empty() { Err(Failure::NotAllowed { needs }) } else { Ok(proofs) }
}

/// Whoever is responsible for a dossier sees it; else the owner who took it back is.
async fn answered_for(
    write: &mut Write,
    proof: &Access<Own>,
    dossier: DossierId,
    now: Timestamp,
) -> Result<(), Failure> {
    let responsible = write.responsible(proof, dossier).await.map_err(failures::of_store)?;
    let theirs = write.rights_of(responsible, now).await.map_err(failures::of_store)?.visible();
    if write.mailboxes_of(&theirs, dossier).await.map_err(failures::of_store)?.is_empty() {
        write.take_responsibility(proof, dossier).await.map_err(failures::of_store)?;
    }
    Ok(())
}

/// What a call has changed so far.
#[derive(Default)]
struct Made {
    dossiers: u64,
    mailboxes: BTreeSet<MailboxId>,
}

impl Made {
    fn note(&mut self, write: &mut Write, rights: &Rights, act: &Act, changed: Vec<MailboxId>) {
        if !changed.is_empty() {
            write.record_under(Author::Person(rights.actor()), rights.now(), act, ways(rights, &changed));
            self.dossiers += 1;
            self.mailboxes.extend(changed);
        }
    }
}

impl Core {
    async fn done(&self, write: Write, made: Made, event: Event) -> Result<Changed, Failure> {
        if made.dossiers > 0 {
            write.commit().await.map_err(failures::of_store)?;
            for mailbox in made.mailboxes {
                self.tell_readers(mailbox, &[Event::Dossiers, event]).await;
            }
        }
        Ok(Changed { dossiers: made.dossiers })
    }
}
