//! Gestion du partage: the owner decides; whoever may read may know who else does; nobody else learns anything.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::Failure;
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::sharing::{GetSharing, Grant, Grantee, Reach, Reader, SetSharing, Sharing, WhatCanReach, WhoCanRead};
use bannette_rights::{Own, Read as ReadRight};
use bannette_store::{Act, Author, Read};
use serde_json::json;
use std::collections::BTreeSet;

impl Handle<GetSharing> for Core {
    async fn handle(&self, session: &Session, call: GetSharing) -> Result<Sharing, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let (shared, grants, version) = read.sharing(&proof).await.map_err(failures::of_store)?;
        let readers = rights.readers(&proof.to_read());
        Ok(Sharing { mailbox: call.mailbox, shared, grants, version, readers })
    }
}

impl Handle<SetSharing> for Core {
    async fn handle(&self, session: &Session, call: SetSharing) -> Result<Sharing, Failure> {
        let (me, mut read) = self.reading(session).await?;
        check(&mut read, &call.grants).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let set = write.set_sharing(&proof, call.shared, &call.grants, call.version).await;
        set.map_err(failures::of_store)?;
        let sharing = json!({ "shared": call.shared, "grants": call.grants });
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

impl Handle<WhoCanRead> for Core {
    async fn handle(&self, session: &Session, call: WhoCanRead) -> Result<Vec<Reader>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<ReadRight>(call.mailbox).map_err(failures::of_denied)?;
        Ok(rights.readers(&proof))
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
