//! *Départ*: a person leaves the practice, and what they hold passes to others in the same change. An administrator names
//! who takes over; that gives the administrator no right, unless they name themselves, and then the journal says so.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::departure::{DepartPerson, Departure, HandOver, Held, PreviewDeparture};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::people::Person;
use bannette_api::{Failure, MailboxId, PersonId, Timestamp};
use bannette_rights::{Administrator, Read as ReadRight};
use bannette_store::{Act, Author, Departed, HeldMailbox, TakenOver, Write};

impl Handle<PreviewDeparture> for Core {
    async fn handle(&self, session: &Session, call: PreviewDeparture) -> Result<Departure, Failure> {
        let now = self.now();
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.administrator().map_err(|denied| Failure::NotAllowed { needs: denied.needs })?;
        let person = read.person(call.person).await.map_err(failures::of_store)?;
        person.filter(|record| record.person.here()).ok_or(Failure::NotFound)?;
        let all = read.held(&proof, call.person).await.map_err(failures::of_store)?;
        drop(read);
        // Of somebody else's rights only who can read is told, and only if nothing changed since the lines above.
        let practice = self.store().await?.practice_rights().await.map_err(failures::of_store)?;
        if practice.epoch() != proof.epoch() {
            return Err(Failure::Conflict);
        }
        let held = |held: HeldMailbox| {
            let readers = practice.readers(held.mailbox, now).into_iter().map(|reader| reader.person);
            Held {
                mailbox: held.mailbox,
                kind: held.kind,
                address: held.address,
                owner: held.owner,
                waiting: held.waiting,
                readers: readers.filter(|reader| *reader != call.person).collect(),
            }
        };
        let held = all.into_iter().map(held).collect();
        Ok(Departure { person: call.person, version: proof.epoch().0, held })
    }
}

impl Handle<DepartPerson> for Core {
    async fn handle(&self, session: &Session, call: DepartPerson) -> Result<Person, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let person = Self::person_of(&mut write, call.person).await?;
        if !person.here() {
            return Err(Failure::NotFound);
        }
        // Nobody shows themselves the door; and what is handed over must be what was looked at.
        if call.person == proof.actor() || proof.epoch().0 != call.version {
            return Err(Failure::Conflict);
        }
        let now = self.now();
        let held = write.held(&proof, call.person).await.map_err(failures::of_store)?;
        let taken_over = taken_over(&mut write, &call, &held, now).await?;
        let departed = write.depart(&proof, call.person, &taken_over, now).await;
        let departed = departed.map_err(failures::of_store_taken(Field::NewOwner))?;
        let after = Self::person_of(&mut write, call.person).await?;
        record(&mut write, &proof, call.person, &taken_over, departed, now);
        write.commit().await.map_err(failures::of_store)?;
        for (_, session) in self.0.sessions.held(now).into_iter().filter(|(holder, _)| *holder == call.person) {
            session.end();
        }
        self.tell_all(&[Event::People, Event::Rights, Event::Mailboxes]);
        Ok(after)
    }
}

/// Who takes over each thing that is held; refused when something is left, or goes to somebody who cannot take it.
async fn taken_over(
    write: &mut Write,
    call: &DepartPerson,
    held: &[HeldMailbox],
    now: Timestamp,
) -> Result<TakenOver, Failure> {
    let mut taken = TakenOver::default();
    for held in held {
        let said = call.hand_over.iter().find(|one| one.mailbox == held.mailbox);
        let owner = owner_of(write, call.person, held, said).await?;
        if held.owner == call.person {
            taken.owners.insert(held.mailbox, owner);
        }
        if held.open > 0 {
            let responsible = said.and_then(|said| said.responsible).unwrap_or(owner);
            check_responsible(write, responsible, held.mailbox, owner, now).await?;
            taken.responsible.insert(held.mailbox, responsible);
        }
    }
    Ok(taken)
}

/// The owner of a mailbox after the departure.
async fn owner_of(
    write: &mut Write,
    leaving: PersonId,
    held: &HeldMailbox,
    said: Option<&HandOver>,
) -> Result<PersonId, Failure> {
    if held.owner != leaving {
        return Ok(held.owner);
    }
    let Some(owner) = said.and_then(|said| said.owner) else {
        return fields::invalid(Field::NewOwner, Why::Empty);
    };
    let record = write.person(owner).await.map_err(failures::of_store)?;
    let active = record.is_some_and(|record| record.person.here() && record.person.suspended_since.is_none());
    if active && owner != leaving { Ok(owner) } else { fields::invalid(Field::NewOwner, Why::Unknown) }
}

/// Refuses somebody who could not read what they would be responsible for. A hand-over changes no right but the owner's, so
/// the rights of before say who else can read.
async fn check_responsible(
    write: &mut Write,
    responsible: PersonId,
    mailbox: MailboxId,
    new_owner: PersonId,
    now: Timestamp,
) -> Result<(), Failure> {
    let record = write.person(responsible).await.map_err(failures::of_store)?;
    if !record.is_some_and(|record| record.person.here() && record.person.suspended_since.is_none()) {
        return fields::invalid(Field::Responsible, Why::Unknown);
    }
    let rights = write.rights_of(responsible, now).await.map_err(failures::of_store)?;
    if responsible == new_owner || rights.grant::<ReadRight>(mailbox).is_ok() {
        Ok(())
    } else {
        fields::invalid(Field::Responsible, Why::CannotRead)
    }
}

/// One act for each mailbox, one for the dossiers of each, one for the departure itself.
fn record(
    write: &mut Write,
    proof: &Administrator,
    from: PersonId,
    taken_over: &TakenOver,
    departed: Departed,
    now: Timestamp,
) {
    let author = Author::Person(proof.actor());
    for (mailbox, to) in &taken_over.owners {
        write.record(author, now, &Act::MailboxHandedOver { mailbox: *mailbox, from, to: *to });
    }
    for (mailbox, to, dossiers) in departed.dossiers {
        write.record(author, now, &Act::ResponsibilityHandedOver { mailbox, from, to, dossiers });
    }
    let Departed { grants, groups, .. } = departed;
    write.record(author, now, &Act::PersonDeparted { person: from, grants, groups });
}
