//! Triage: validating a dossier, and taking the validation back.

use crate::reading::ways;
use crate::session::Session;
use crate::{Core, Handle, copies, failures};
use bannette_api::Failure;
use bannette_api::dossiers::{DossierRow, ValidateDossier};
use bannette_api::events::Event;
use bannette_api::failure::Needs;
use bannette_rights::{Access, Rights, Validate};
use bannette_store::{Act, Author, Write};

impl Handle<ValidateDossier> for Core {
    async fn handle(&self, session: &Session, call: ValidateDossier) -> Result<DossierRow, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = proof(&mut write, &rights, call.dossier).await?;
        let at = call.validated.then_some(now);
        let changed = write.set_validated(&proof, call.dossier, at).await.map_err(failures::of_store)?;
        let row = write.dossier_row(&proof, &rights.visible(), call.dossier).await.map_err(failures::of_store)?;
        if changed {
            let dossier = call.dossier;
            let act = if call.validated { Act::Validated { dossier } } else { Act::ValidationUndone { dossier } };
            write.record_under(Author::Person(me), now, &act, ways(&rights, &row.mailboxes));
            write.commit().await.map_err(failures::of_store)?;
            for mailbox in &row.mailboxes {
                self.tell_readers(*mailbox, &[Event::Dossiers]).await;
            }
        } else {
            drop(write);
        }
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let mut rows = vec![row];
        copies::in_own_words(&self.0.readers, &mut read, &rights.visible(), &mut rows, None).await?;
        rows.pop().ok_or(Failure::NotFound)
    }
}

/// The proof to validate a dossier: by the first of its mailboxes where the person may.
async fn proof(
    write: &mut Write,
    rights: &Rights,
    dossier: bannette_api::DossierId,
) -> Result<Access<Validate>, Failure> {
    let lies_in = write.mailboxes_of(&rights.visible(), dossier).await.map_err(failures::of_store)?;
    let mut refusal = Failure::NotFound;
    for mailbox in lies_in {
        match rights.grant::<Validate>(mailbox) {
            Ok(proof) => return Ok(proof),
            Err(_) => refusal = Failure::NotAllowed { needs: Needs::Validate },
        }
    }
    Err(refusal)
}
