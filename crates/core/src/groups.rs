//! Groups as a whole: name and members in one change, and what would be lost by one, before it is made.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::groups::{GroupLosses, LostRight, PreviewGroupRemoval, RenameGroup, SetGroup};
use bannette_api::people::Group;
use bannette_api::{Failure, GroupId, PersonId};
use bannette_rights::Administrator;
use bannette_store::{Act, Author, Write};
use std::collections::BTreeSet;

impl Core {
    /// Records the acts, commits, tells everybody that people and rights changed, and gives the group as it now is.
    async fn conclude_group(
        &self,
        mut write: Write,
        proof: &Administrator,
        group: GroupId,
        acts: &[Act],
    ) -> Result<Group, Failure> {
        let changed = write.group(group).await.map_err(failures::of_store)?;
        for act in acts {
            write.record(Author::Person(proof.actor()), self.now(), act);
        }
        write.commit().await.map_err(failures::of_store)?;
        self.tell_all(&[Event::People, Event::Rights]);
        Ok(changed)
    }
}

/// Refuses a name that another group has: the store compares the letters of ASCII only without case, people all of them.
async fn check_free(write: &mut Write, name: &str, but: Option<GroupId>) -> Result<(), Failure> {
    let name = name.to_lowercase();
    let groups = write.all_groups().await.map_err(failures::of_store)?;
    let taken = groups.iter().any(|group| Some(group.id) != but && group.name.to_lowercase() == name);
    if taken { fields::invalid(Field::Group, Why::Taken) } else { Ok(()) }
}

/// One act for each thing that differs.
fn acts(group: GroupId, before: Option<&Group>, name: &str, members: &BTreeSet<PersonId>) -> Vec<Act> {
    let former: BTreeSet<PersonId> = before.map(|group| group.members.iter().copied().collect()).unwrap_or_default();
    let mut acts = Vec::new();
    match before {
        None => acts.push(Act::GroupAdded { group }),
        Some(before) if before.name != name => {
            acts.push(Act::GroupRenamed { group, before: before.name.clone(), after: name.to_owned() });
        }
        Some(_) => {}
    }
    acts.extend(former.difference(members).map(|person| Act::GroupLeft { group, person: *person }));
    acts.extend(members.difference(&former).map(|person| Act::GroupJoined { group, person: *person }));
    acts
}

impl Handle<SetGroup> for Core {
    async fn handle(&self, session: &Session, call: SetGroup) -> Result<Group, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let name = fields::line(Field::Group, &call.name, 80)?;
        let id = match &call.before {
            None => GroupId(uuid::Uuid::now_v7()),
            Some(before) => {
                let present = write.group(before.id).await.map_err(failures::of_store)?;
                if !same(&present, before) {
                    return Err(Failure::Conflict);
                }
                before.id
            }
        };
        check_free(&mut write, &name, Some(id)).await?;
        let members: BTreeSet<PersonId> = call.members.into_iter().collect();
        let acts = acts(id, call.before.as_ref(), &name, &members);
        if let (true, Some(before)) = (acts.is_empty(), call.before) {
            return Ok(before);
        }
        write.set_group(&proof, id, &name, &members).await.map_err(failures::of_store_taken(Field::Group))?;
        self.conclude_group(write, &proof, id, &acts).await
    }
}

/// Whether two states of a group are one: the name, and who is in it.
pub(crate) fn same(one: &Group, other: &Group) -> bool {
    let members = |group: &Group| group.members.iter().copied().collect::<BTreeSet<_>>();
    one.name == other.name && members(one) == members(other)
}

impl Handle<RenameGroup> for Core {
    async fn handle(&self, session: &Session, call: RenameGroup) -> Result<Group, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let name = fields::line(Field::Group, &call.name, 80)?;
        let before = write.group(call.group).await.map_err(failures::of_store)?;
        if before.name == name {
            return Ok(before);
        }
        check_free(&mut write, &name, Some(call.group)).await?;
        write.rename_group(&proof, call.group, &name).await.map_err(failures::of_store_taken(Field::Group))?;
        let act = Act::GroupRenamed { group: call.group, before: before.name, after: name };
        self.conclude_group(write, &proof, call.group, &[act]).await
    }
}

impl Handle<PreviewGroupRemoval> for Core {
    async fn handle(&self, session: &Session, call: PreviewGroupRemoval) -> Result<GroupLosses, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let leaving = call.leaving.map(|people| people.into_iter().collect::<BTreeSet<_>>());
        let losses = rights.losses_without(call.group, leaving.as_ref()).map_err(failures::of_denied)?;
        let groups = read.groups().await.map_err(failures::of_store)?;
        if groups.iter().all(|group| group.id != call.group) {
            return Err(Failure::NotFound);
        }
        let mut lost = Vec::with_capacity(losses.lost.len());
        for loss in losses.lost {
            lost.push(LostRight {
                mailbox: loss.mailbox,
                address: read.mailbox_address(loss.mailbox).await.map_err(failures::of_store)?,
                owner: loss.owner,
                person: loss.person,
                had: loss.had,
                keeps: loss.keeps,
                begins: loss.begins,
            });
        }
        lost.sort_by(|one, other| one.address.cmp(&other.address).then(one.mailbox.cmp(&other.mailbox)));
        Ok(GroupLosses { given: u32::try_from(losses.given).unwrap_or(u32::MAX), lost })
    }
}
