//! Gestion du partage: the owner decides; whoever may read may know who else does; nobody else learns anything.

use crate::session::Session;
use crate::visibility::asks_for;
use crate::{Core, Handle, failures, fields};
use bannette_api::Failure;
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::sharing::{
    DossierReaders, GetSharing, Grant, Grantee, Motive, Path, Reach, Reader, SetSharing, Sharing, WhatCanReach,
    WhoCanRead, WhoCanReadDossier,
};
use bannette_api::{MailboxId, PersonId};
use bannette_rights::{Own, Read as ReadRight, Rights, Sight};
use bannette_store::{Act, Author, Read};
use serde_json::json;
use std::collections::BTreeSet;

impl Handle<GetSharing> for Core {
    async fn handle(&self, session: &Session, call: GetSharing) -> Result<Sharing, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let (shared, grants, version) = read.sharing(&proof).await.map_err(failures::of_store)?;
        let motives = read.motives(&proof.to_read()).await.map_err(failures::of_store)?;
        let readers = rights.readers(&proof.to_read());
        Ok(Sharing { mailbox: call.mailbox, shared, grants, motives, version, now: rights.now(), readers })
    }
}

impl Handle<SetSharing> for Core {
    async fn handle(&self, session: &Session, call: SetSharing) -> Result<Sharing, Failure> {
        let (me, mut read) = self.reading(session).await?;
        check(&mut read, &call.grants).await?;
        let motives = checked_motives(&call.grants, &call.motives)?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let (_, before, _) = read.sharing(&proof).await.map_err(failures::of_store)?;
        // What was over already may stay in the list; a right that is over is not given.
        let over = |grant: &Grant| grant.ends.is_some_and(|ends| ends <= rights.now()) && !before.contains(grant);
        if call.grants.iter().any(over) {
            return fields::invalid(Field::Period, Why::Over);
        }
        drop(read);
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let set = write.set_sharing(&proof, call.shared, &call.grants, &motives, call.version).await;
        set.map_err(failures::of_store)?;
        let sharing = json!({ "shared": call.shared, "grants": call.grants, "motives": motives });
        write.record(Author::Person(me), now, &Act::SharingSet { mailbox: call.mailbox, sharing });
        write.commit().await.map_err(failures::of_store)?;
        self.tell_all(&[Event::Rights]);
        self.handle(session, GetSharing { mailbox: call.mailbox }).await
    }
}

/// Refuses a grant to somebody unknown, twice to the same, or that ends before it begins.
async fn check(read: &mut Read, grants: &[Grant]) -> Result<(), Failure> {
    let people = read.people().await.map_err(failures::of_store)?;
    let groups = read.groups().await.map_err(failures::of_store)?;
    let mut seen = BTreeSet::new();
    for grant in grants {
        let known = match grant.to {
            Grantee::Everyone => true,
            Grantee::Group(id) => groups.iter().any(|group| group.id == id),
            Grantee::Person(id) => people.iter().any(|person| person.id == id && person.here()),
        };
        if !known {
            return fields::invalid(Field::Grantee, Why::Unknown);
        }
        if !seen.insert(grant.to) {
            return fields::invalid(Field::Grantee, Why::Twice);
        }
        if let (Some(begins), Some(ends)) = (grant.begins, grant.ends)
            && ends <= begins
        {
            return fields::invalid(Field::Period, Why::EndsBeforeBegin);
        }
    }
    Ok(())
}

/// The motives without the white space at their ends. Refuses one that is too long or has several lines, that belongs to
/// no right given, or a second one of the same right; one of which nothing is left is none.
fn checked_motives(grants: &[Grant], motives: &[Motive]) -> Result<Vec<Motive>, Failure> {
    let mut checked: Vec<Motive> = Vec::with_capacity(motives.len());
    for motive in motives.iter().filter(|motive| !motive.text.trim().is_empty()) {
        if grants.iter().all(|grant| grant.to != motive.to) {
            return fields::invalid(Field::Grantee, Why::Unknown);
        }
        if checked.iter().any(|other| other.to == motive.to) {
            return fields::invalid(Field::Grantee, Why::Twice);
        }
        let text = fields::line(Field::Motive, &motive.text, Motive::LONGEST)?;
        checked.push(Motive { to: motive.to, text });
    }
    Ok(checked)
}

/// To whom a right is given that somebody has by this way; nobody gave the owner's.
fn given_to(path: Path, person: PersonId) -> Option<Grantee> {
    match path {
        Path::Owner | Path::BreakGlass => None,
        Path::Person => Some(Grantee::Person(person)),
        Path::Group(group) => Some(Grantee::Group(group)),
        Path::Everyone => Some(Grantee::Everyone),
    }
}

/// Who can read a mailbox and sees as much of it, for whoever may read it: oneself first. The motives of others are told to
/// the owner only.
async fn readers(read: &mut Read, rights: &Rights, mailbox: MailboxId, least: Sight) -> Result<Vec<Reader>, Failure> {
    let proof = rights.grant::<ReadRight>(mailbox).map_err(failures::of_denied)?;
    let motives = read.motives(&proof).await.map_err(failures::of_store)?;
    let (me, owner) = (rights.actor(), rights.grant::<Own>(mailbox).is_ok());
    let mut readers = rights.readers_with(&proof, least);
    for reader in readers.iter_mut().filter(|reader| owner || reader.person == me) {
        for reason in &mut reader.right.reasons {
            let to = given_to(reason.path, reader.person);
            reason.motive = motives.iter().find(|motive| Some(motive.to) == to).map(|motive| motive.text.clone());
        }
    }
    readers.sort_by_key(|reader| reader.person != me);
    Ok(readers)
}

impl Handle<WhoCanRead> for Core {
    async fn handle(&self, session: &Session, call: WhoCanRead) -> Result<Vec<Reader>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        readers(&mut read, &rights, call.mailbox, Sight::Shared).await
    }
}

impl Handle<WhoCanReadDossier> for Core {
    async fn handle(&self, session: &Session, call: WhoCanReadDossier) -> Result<Vec<DossierReaders>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        // Where nothing is visible, the dossier is as if it did not exist.
        let row = read.dossier_line(&rights.visible(), call.dossier).await.map_err(failures::of_store)?;
        let mut all = Vec::with_capacity(row.mailboxes.len());
        for mailbox in &row.mailboxes {
            let address = read.mailbox_address(*mailbox).await.map_err(failures::of_store)?;
            let readers = readers(&mut read, &rights, *mailbox, asks_for(&row, *mailbox)).await?;
            all.push(DossierReaders { mailbox: *mailbox, address, readers });
        }
        Ok(all)
    }
}

impl Handle<WhatCanReach> for Core {
    async fn handle(&self, session: &Session, call: WhatCanReach) -> Result<Vec<Reach>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let reach = rights.reach(call.person).map_err(|denied| Failure::NotAllowed { needs: denied.needs })?;
        let mut all = Vec::with_capacity(reach.len());
        for (mailbox, right) in reach {
            let address = read.mailbox_address(mailbox).await.map_err(failures::of_store)?;
            all.push(Reach { mailbox, address, right });
        }
        Ok(all)
    }
}
