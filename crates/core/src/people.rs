//! The practice's people and groups. An administrator manages accounts; that gives no right on any content.

use crate::session::Session;
use crate::{Core, Handle, failures, fields, groups, passwords, signing_in};
use bannette_api::events::Event;
use bannette_api::failure::Field;
use bannette_api::people::{
    AddGroup, AddPerson, ChangePerson, Group, JoinGroup, LeaveGroup, ListGroups, ListPeople, Person, RemoveGroup,
    ResetPassword, ResumePerson, SuspendPerson,
};
use bannette_api::{Failure, GroupId, PersonId, Timestamp};
use bannette_rights::Administrator;
use bannette_store::{Act, Author, ChangedPerson, NewPerson, Write};

impl Core {
    /// Begins a change by an administrator.
    pub(crate) async fn administering(&self, session: &Session) -> Result<(Administrator, Write), Failure> {
        // Who asks is looked at first, in a snapshot: a person suspended meanwhile is told so.
        let (me, read) = self.reading(session).await?;
        drop(read);
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.administrator().map_err(|denied| Failure::NotAllowed { needs: denied.needs })?;
        Ok((proof, write))
    }

    pub(crate) async fn person_of(write: &mut Write, id: PersonId) -> Result<Person, Failure> {
        Ok(write.person(id).await.map_err(failures::of_store)?.ok_or(Failure::NotFound)?.person)
    }

    /// Records the act, commits, tells everybody that people and rights changed.
    async fn conclude(&self, mut write: Write, proof: &Administrator, act: &Act) -> Result<(), Failure> {
        write.record(Author::Person(proof.actor()), self.now(), act);
        write.commit().await.map_err(failures::of_store)?;
        self.tell_all(&[Event::People, Event::Rights]);
        Ok(())
    }

    async fn suspend(&self, session: &Session, person: PersonId, since: Option<Timestamp>) -> Result<Person, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        if since.is_some() && person == proof.actor() {
            // Whoever suspends themselves would leave the practice without a key.
            return Err(Failure::Conflict);
        }
        write.set_suspended(&proof, person, since).await.map_err(failures::of_store)?;
        let changed = Self::person_of(&mut write, person).await?;
        let act = match since {
            Some(_) => Act::PersonSuspended { person },
            None => Act::PersonResumed { person },
        };
        self.conclude(write, &proof, &act).await?;
        self.tell(person, Event::Session);
        Ok(changed)
    }

    async fn membership(
        &self,
        session: &Session,
        group: GroupId,
        person: PersonId,
        member: bool,
    ) -> Result<Group, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        write.set_member(&proof, group, person, member).await.map_err(failures::of_store)?;
        let changed = write.group(group).await.map_err(failures::of_store)?;
        let act = if member { Act::GroupJoined { group, person } } else { Act::GroupLeft { group, person } };
        self.conclude(write, &proof, &act).await?;
        Ok(changed)
    }
}

impl Handle<ListPeople> for Core {
    async fn handle(&self, session: &Session, _call: ListPeople) -> Result<Vec<Person>, Failure> {
        let (_, mut read) = self.reading(session).await?;
        read.people().await.map_err(failures::of_store)
    }
}

impl Handle<AddPerson> for Core {
    async fn handle(&self, session: &Session, call: AddPerson) -> Result<Person, Failure> {
        // The right is looked at before the costly hash, and again inside the change.
        drop(self.administering(session).await?);
        let login = fields::login(&call.login)?;
        passwords::check(&call.password, &login)?;
        let new = NewPerson {
            id: PersonId(uuid::Uuid::now_v7()),
            title: call.title,
            first_name: fields::line(Field::FirstName, &call.first_name, 80)?,
            last_name: fields::line(Field::LastName, &call.last_name, 80)?,
            role: call.role,
            rpps: fields::rpps(call.rpps.as_deref())?,
            administrator: call.administrator,
            password: passwords::hash(call.password).await?,
            login,
            password_must_change: true,
            idle_minutes: signing_in::IDLE_MINUTES,
        };
        let (proof, mut write) = self.administering(session).await?;
        write.add_person(&proof, &new, self.now()).await.map_err(failures::of_store_taken(Field::Login))?;
        let added = Self::person_of(&mut write, new.id).await?;
        let act = Act::PersonAdded { person: new.id, administrator: new.administrator };
        self.conclude(write, &proof, &act).await?;
        Ok(added)
    }
}

/// The names of the fields that are others than before.
fn changed_fields(before: &Person, after: &ChangedPerson) -> Vec<&'static str> {
    let fields = [
        ("title", before.title != after.title),
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("role", before.role != after.role),
        ("rpps", before.rpps != after.rpps),
        ("administrator", before.administrator != after.administrator),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// What of a person is changed as one.
fn as_known(person: Person) -> ChangedPerson {
    ChangedPerson {
        title: person.title,
        first_name: person.first_name,
        last_name: person.last_name,
        role: person.role,
        rpps: person.rpps,
        administrator: person.administrator,
    }
}

impl Handle<ChangePerson> for Core {
    async fn handle(&self, session: &Session, call: ChangePerson) -> Result<Person, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let new = ChangedPerson {
            title: call.title,
            first_name: fields::line(Field::FirstName, &call.first_name, 80)?,
            last_name: fields::line(Field::LastName, &call.last_name, 80)?,
            role: call.role,
            rpps: fields::rpps(call.rpps.as_deref())?,
            administrator: call.administrator,
        };
        let person = call.before.id;
        let before = Self::person_of(&mut write, person).await?;
        if !changed_fields(&before, &as_known(call.before)).is_empty() {
            return Err(Failure::Conflict);
        }
        let changed = changed_fields(&before, &new);
        if changed.is_empty() {
            return Ok(before);
        }
        write.change_person(&proof, person, &new).await.map_err(failures::of_store)?;
        let after = Self::person_of(&mut write, person).await?;
        let act = Act::PersonChanged { person, changed, administrator: new.administrator };
        self.conclude(write, &proof, &act).await?;
        // Their own window shows the name and, to an administrator, more.
        self.tell(person, Event::Session);
        Ok(after)
    }
}

impl Handle<SuspendPerson> for Core {
    async fn handle(&self, session: &Session, call: SuspendPerson) -> Result<Person, Failure> {
        self.suspend(session, call.person, Some(self.now())).await
    }
}

impl Handle<ResumePerson> for Core {
    async fn handle(&self, session: &Session, call: ResumePerson) -> Result<Person, Failure> {
        self.suspend(session, call.person, None).await
    }
}

impl Handle<ResetPassword> for Core {
    async fn handle(&self, session: &Session, call: ResetPassword) -> Result<Person, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let person = Self::person_of(&mut write, call.person).await?;
        drop((proof, write));
        passwords::check(&call.password, &person.login)?;
        let hash = passwords::hash(call.password).await?;
        let (proof, mut write) = self.administering(session).await?;
        write.reset_password(&proof, call.person, &hash).await.map_err(failures::of_store)?;
        self.conclude(write, &proof, &Act::PasswordReset { person: call.person }).await?;
        Ok(person)
    }
}

impl Handle<ListGroups> for Core {
    async fn handle(&self, session: &Session, _call: ListGroups) -> Result<Vec<Group>, Failure> {
        let (_, mut read) = self.reading(session).await?;
        read.groups().await.map_err(failures::of_store)
    }
}

impl Handle<AddGroup> for Core {
    async fn handle(&self, session: &Session, call: AddGroup) -> Result<Group, Failure> {
        let name = fields::line(Field::Group, &call.name, 80)?;
        let (proof, mut write) = self.administering(session).await?;
        let id = GroupId(uuid::Uuid::now_v7());
        write.add_group(&proof, id, &name).await.map_err(failures::of_store_taken(Field::Group))?;
        self.conclude(write, &proof, &Act::GroupAdded { group: id }).await?;
        Ok(Group { id, name, members: Vec::new() })
    }
}

impl Handle<JoinGroup> for Core {
    async fn handle(&self, session: &Session, call: JoinGroup) -> Result<Group, Failure> {
        self.membership(session, call.group, call.person, true).await
    }
}

impl Handle<LeaveGroup> for Core {
    async fn handle(&self, session: &Session, call: LeaveGroup) -> Result<Group, Failure> {
        self.membership(session, call.group, call.person, false).await
    }
}

impl Handle<RemoveGroup> for Core {
    async fn handle(&self, session: &Session, call: RemoveGroup) -> Result<(), Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let group = call.before.id;
        // What was said to be lost was said of the group as it was seen.
        if !groups::same(&write.group(group).await.map_err(failures::of_store)?, &call.before) {
            return Err(Failure::Conflict);
        }
        write.remove_group(&proof, group).await.map_err(failures::of_store)?;
        self.conclude(write, &proof, &Act::GroupRemoved { group }).await
    }
}
