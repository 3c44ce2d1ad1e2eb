//! The practice, driven through the core's calls, its store seen beside them.

use crate::model::{GROUPS, MAILBOXES, May, Model, PEOPLE, Shared, To};
use bannette_api::dossiers::{GetCounts, ListDossiers, OpenDossier, SetVisibility, View, Visibility};
use bannette_api::mailboxes::{AddMailbox, Connection, ListMailboxes, MailboxKind};
use bannette_api::people::{AddGroup, AddPerson, JoinGroup, LeaveGroup, ResumePerson, Role, SuspendPerson, Title};
use bannette_api::session::{ChangePassword, CreatePractice, Password, SetIdleLock, SignIn, StillHere};
use bannette_api::sharing::{GetSharing, Grant, Grantee, Level, MyRight, SetSharing, WhoCanRead, WhoCanReadDossier};
use bannette_api::{DossierId, Failure, GroupId, MailboxId, PersonId, Timestamp};
use bannette_core::{Core, Handle as _, KeyPlace, ManualClock, Place, Session};
use bannette_store::{Keys, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tempfile::TempDir;

const FIRST: &str = "trois chiens noirs";
const PASSWORD: &str = "quatre chevaux gris";

pub struct Practice {
    _folder: TempDir,
    clock: Arc<ManualClock>,
    core: Core,
    store: Store,
    people: Vec<PersonId>,
    sessions: Vec<Session>,
    suspended: [bool; PEOPLE],
    groups: Vec<GroupId>,
    mailboxes: Vec<MailboxId>,
    /// The dossiers, and in which mailboxes each lies.
    dossiers: BTreeMap<DossierId, BTreeSet<usize>>,
}

fn password(text: &str) -> Password {
    Password(text.to_owned())
}

fn report(number: usize) -> String {
    let name = format!("EXEMPLE{number}");
    let (code, day) = (format!("PAT{number}"), "14/03/1957");
    let lines =
        [&code, &name, "ALICE", "", "", "76600 LE HAVRE", day, "", &code, "22/11/2026", "LABO  Labo", "MED  Dr"];
    lines.join("\r\n")
        + "\r\n****LAB****\r\nRES|Potassium|K|N|6.8|mmol/L|3.5|5.1|HH|F||||\r\n****FIN****\r\n****FINFICHIER****\r\n"
}

impl Practice {
    /// Four people, the first an administrator without a mailbox; two groups; three mailboxes with two reports each, of
    /// which one lies in the first and in the second.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            data: folder.path().join("cabinet"),
            key: KeyPlace::File(folder.path().join("clef")),
            downloads: folder.path().to_owned(),
            post: "essai".to_owned(),
        };
        let clock = Arc::new(ManualClock::at(Timestamp(1_795_000_000_000)));
        let core = Core::open_with(place.clone(), clock.clone()).await;
        let administrator = core.session();
        let create = CreatePractice {
            practice: "Cabinet".to_owned(),
            title: Title::Dr,
            first_name: "Derek".to_owned(),
            last_name: "SHEPERD".to_owned(),
            role: Role::Doctor,
            login: "p0".to_owned(),
            password: password(PASSWORD),
        };
        let me = core.handle(&administrator, create).await.unwrap();
        let store = Store::open(&place.data, Keys::load(&place.key, &place.data).unwrap(), "essai").await.unwrap();
        let mut practice = Self {
            _folder: folder,
            clock,
            core,
            store,
            people: vec![me.person.id],
            sessions: vec![administrator],
            suspended: [false; PEOPLE],
            groups: Vec::new(),
            mailboxes: Vec::new(),
            dossiers: BTreeMap::new(),
        };
        for who in 1..PEOPLE {
            practice.add_person(who).await;
        }
        for number in 0..GROUPS {
            let add = AddGroup { name: format!("Groupe {number}") };
            practice.groups.push(practice.core.handle(&practice.sessions[0], add).await.unwrap().id);
        }
        for on in 0..MAILBOXES {
            practice.add_mailbox(on).await;
        }
        practice
    }

    async fn add_person(&mut self, who: usize) {
        let login = format!("p{who}");
        let add = AddPerson {
            title: Title::None,
            first_name: login.clone(),
            last_name: login.clone(),
            role: Role::Secretary,
            rpps: None,
            login: login.clone(),
            password: password(FIRST),
            administrator: false,
        };
        let person = self.core.handle(&self.sessions[0], add).await.unwrap().id;
        let session = self.core.session();
        self.core.handle(&session, SignIn { login, password: password(FIRST) }).await.unwrap();
        let change = ChangePassword { current: password(FIRST), new: password(PASSWORD) };
        self.core.handle(&session, change).await.unwrap();
        self.core.handle(&session, SetIdleLock { minutes: 120 }).await.unwrap();
        self.people.push(person);
        self.sessions.push(session);
    }

    async fn add_mailbox(&mut self, on: usize) {
        let path = self._folder.path().join(format!("depot{on}"));
        std::fs::create_dir(&path).unwrap();
        // Report 0 lies in the first two mailboxes.
        for number in [on / 2 * (on + 10), on + 20] {
            std::fs::write(path.join(format!("{number}.hpr")), report(number)).unwrap();
        }
        let owner = self.sessions[on + 1].clone();
        let add = AddMailbox::new(
            MailboxKind::Folder,
            &format!("Dépôt {on}"),
            Connection::folder(path.to_string_lossy().into_owned()),
        );
        let mailbox = self.core.handle(&owner, add).await.unwrap().id;
        self.mailboxes.push(mailbox);
        self.core.fetch_once(&owner, Some(mailbox)).await.unwrap();
        let list = ListDossiers { view: View::Team, mailbox: Some(mailbox), words: None, after: None, limit: 200 };
        let rows = self.core.handle(&owner, list).await.unwrap().rows;
        assert_eq!(rows.len(), 2);
        for row in rows {
            self.dossiers.entry(row.id).or_default().insert(on);
        }
    }

    pub fn now(&self) -> i64 {
        bannette_core::Clock::now(&*self.clock).0
    }

    pub async fn stop(&self) {
        self.core.stop().await;
    }

    pub async fn member(&mut self, group: usize, who: usize, member: bool) {
        let (group, person, administrator) = (self.groups[group], self.people[who], &self.sessions[0]);
        let done = if member {
            self.core.handle(administrator, JoinGroup { group, person }).await
        } else {
            self.core.handle(administrator, LeaveGroup { group, person }).await
        };
        done.unwrap();
    }

    /// Suspends or resumes; whoever is resumed signs in again.
    pub async fn suspend(&mut self, who: usize, suspended: bool) {
        let (person, administrator) = (self.people[who], &self.sessions[0]);
        if suspended {
            self.core.handle(administrator, SuspendPerson { person }).await.unwrap();
        } else {
            self.core.handle(administrator, ResumePerson { person }).await.unwrap();
            if self.suspended[who] {
                let sign_in = SignIn { login: format!("p{who}"), password: password(PASSWORD) };
                self.core.handle(&self.sessions[who], sign_in).await.unwrap();
            }
        }
        self.suspended[who] = suspended;
    }

    pub async fn pass(&mut self, minutes: i64) {
        self.clock.advance(minutes * 60_000);
        for (who, session) in self.sessions.iter().enumerate() {
            if !self.suspended[who] {
                self.core.handle(session, StillHere {}).await.unwrap();
            }
        }
    }

    /// Sets the sharing as its owner; where the owner is suspended, through the store, as an owner who was there before.
    pub async fn set_sharing(&mut self, on: usize, to: &Shared) {
        let (mailbox, owner) = (self.mailboxes[on], on + 1);
        let was_suspended = self.suspended[owner];
        if was_suspended {
            self.suspend(owner, false).await;
        }
        let session = self.sessions[owner].clone();
        let version = self.core.handle(&session, GetSharing { mailbox }).await.unwrap().version;
        let grants = to.given.iter().map(|given| Grant {
            to: match given.to {
                To::Everyone => Grantee::Everyone,
                To::Group(group) => Grantee::Group(self.groups[group]),
                To::Person(person) => Grantee::Person(self.people[person]),
            },
            level: if given.send { Level::Send } else { Level::Read },
            begins: given.from.map(Timestamp),
            ends: given.until.map(Timestamp),
        });
        let call = SetSharing { mailbox, shared: to.shared, grants: grants.collect(), motives: Vec::new(), version };
        self.core.handle(&session, call).await.unwrap();
        if was_suspended {
            self.suspend(owner, true).await;
        }
    }

    pub fn dossiers(&self) -> usize {
        self.dossiers.len()
    }

    /// Sets who sees a dossier in one of the mailboxes in which it lies, as its owner, and tries it as everybody else. Gives
    /// which mailbox; none while its owner is suspended.
    pub async fn set_visibility(&self, dossier: usize, on: usize, visibility: Visibility) -> Option<usize> {
        let (id, lies_in) = self.dossiers.iter().nth(dossier).unwrap();
        let on = *lies_in.iter().nth(on % lies_in.len()).unwrap();
        let call = SetVisibility { dossiers: vec![*id], mailbox: Some(self.mailboxes[on]), visibility };
        for (who, session) in self.sessions.iter().enumerate().filter(|(who, _)| *who != on + 1) {
            let refused = self.core.handle(session, call.clone()).await;
            assert!(refused.is_err(), "person {who} set who sees a dossier of mailbox {on}");
        }
        if self.suspended[on + 1] {
            return None;
        }
        self.core.handle(&self.sessions[on + 1], call).await.unwrap();
        Some(on)
    }

    /// Everything that anybody is answered, against the model. Gives how many rights and how many refusals there were.
    pub async fn compare(&self, model: &Model, turn: usize) -> Result<(usize, usize), String> {
        let now = Timestamp(model.now);
        let facts = self.store.practice_rights().await.map_err(|error| error.to_string())?;
        let (mut rights, mut refusals) = (0, 0);
        for who in 0..PEOPLE {
            for on in 0..MAILBOXES {
                let (expected, at) = (model.may(who, on), format!("person {who}, mailbox {on}"));
                let found = facts.effective(self.people[who], self.mailboxes[on], now);
                same(&format!("{at}: effective"), &found.as_ref().map(may), &expected)?;
                rights += usize::from(expected.is_some());
                refusals += usize::from(expected.is_none());
            }
            let expected: BTreeMap<usize, May> =
                (0..MAILBOXES).filter_map(|on| Some((on, model.may(who, on)?))).collect();
            let reach =
                facts.rights_of(self.people[who], now).reach(self.people[who]).map_err(|one| one.to_string())?;
            let reach: BTreeMap<_, _> =
                reach.iter().map(|(mailbox, right)| (self.place(*mailbox), may(right))).collect();
            same(&format!("person {who}: reach"), &reach, &expected)?;
            self.compare_answers(model, who, &expected, turn).await?;
        }
        for on in 0..MAILBOXES {
            let expected = readers(model, on);
            let found = facts.readers(self.mailboxes[on], now);
            let found: BTreeSet<usize> = found.iter().map(|reader| self.who(reader.person)).collect();
            same(&format!("mailbox {on}: readers"), &found, &expected)?;
        }
        Ok((rights, refusals))
    }

    /// What one person's window is answered.
    async fn compare_answers(
        &self,
        model: &Model,
        who: usize,
        expected: &BTreeMap<usize, May>,
        turn: usize,
    ) -> Result<(), String> {
        let (core, session) = (&self.core, &self.sessions[who]);
        let listed = core.handle(session, ListMailboxes {}).await;
        if model.suspended[who] {
            let refused = matches!(listed, Err(Failure::Suspended | Failure::NotSignedIn));
            return if refused { Ok(()) } else { Err(format!("person {who} is suspended and is answered {listed:?}")) };
        }
        let listed = listed.map_err(|failure| format!("{failure:?}"))?;
        let mine: BTreeMap<_, _> = listed.iter().map(|one| (self.place(one.id), may(&one.my_right))).collect();
        same(&format!("person {who}: list_mailboxes"), &mine, expected)?;
        let counted: BTreeMap<_, _> = listed.iter().map(|one| (self.place(one.id), one.readers.count)).collect();
        let all = expected.keys().map(|on| (*on, u64::try_from(readers(model, *on).len()).unwrap_or(0))).collect();
        same(&format!("person {who}: how many read"), &counted, &all)?;

        // Where each dossier is seen.
        let seen: BTreeMap<DossierId, BTreeSet<usize>> = self
            .dossiers
            .iter()
            .enumerate()
            .map(|(number, (id, lies_in))| {
                (*id, lies_in.iter().copied().filter(|on| model.sees(who, number, *on)).collect())
            })
            .collect();
        let dossiers: BTreeSet<DossierId> =
            seen.iter().filter(|(_, seen_in)| !seen_in.is_empty()).map(|(id, _)| *id).collect();
        let list = |mailbox, limit| ListDossiers { view: View::Team, mailbox, words: None, after: None, limit };
        let page = core.handle(session, list(None, 200)).await.map_err(|failure| format!("{failure:?}"))?;
        let found: BTreeSet<DossierId> = page.rows.iter().map(|row| row.id).collect();
        same(&format!("person {who}: list_dossiers"), &found, &dossiers)?;
        for row in &page.rows {
            let named: BTreeSet<usize> = row.mailboxes.iter().map(|mailbox| self.place(*mailbox)).collect();
            same(&format!("person {who}: mailboxes of a dossier"), &named, &seen[&row.id])?;
        }
        let counts = core.handle(session, GetCounts {}).await.map_err(|failure| format!("{failure:?}"))?;
        same(&format!("person {who}: counts"), &counts.team, &u64::try_from(dossiers.len()).unwrap_or(0))?;

        let on = turn % MAILBOXES;
        let narrowed = core.handle(session, list(Some(self.mailboxes[on]), 200)).await;
        let asked = core.handle(session, WhoCanRead { mailbox: self.mailboxes[on] }).await;
        for (name, answered) in [("narrowed", narrowed.is_ok()), ("who_can_read", asked.is_ok())] {
            same(&format!("person {who}, mailbox {on}: {name}"), &answered, &expected.contains_key(&on))?;
        }
        let (number, dossier) = self.dossiers.keys().enumerate().nth(turn % self.dossiers.len()).ok_or("no dossier")?;
        let seen = &seen[dossier];
        let asked = core.handle(session, WhoCanReadDossier { dossier: *dossier }).await;
        let told: BTreeMap<usize, BTreeSet<usize>> = asked
            .into_iter()
            .flatten()
            .map(|one| (self.place(one.mailbox), one.readers.iter().map(|reader| self.who(reader.person)).collect()))
            .collect();
        let readers = |on: usize| (0..PEOPLE).filter(|who| model.sees(*who, number, on)).collect();
        let expected = seen.iter().map(|on| (*on, readers(*on))).collect();
        same(&format!("person {who}: who_can_read_dossier"), &told, &expected)?;
        let opened = core.handle(session, OpenDossier { dossier: *dossier, encoding: None, message: None }).await;
        same(&format!("person {who}: open_dossier"), &opened.is_ok(), &!seen.is_empty())?;
        let counted: BTreeSet<usize> = expected.into_values().flatten().collect();
        let found = opened.map_or(0, |view| view.readers);
        same(&format!("person {who}: how many read a dossier"), &found, &u64::try_from(counted.len()).unwrap_or(0))
    }

    fn place(&self, mailbox: MailboxId) -> usize {
        self.mailboxes.iter().position(|one| *one == mailbox).unwrap()
    }

    fn who(&self, person: PersonId) -> usize {
        self.people.iter().position(|one| *one == person).unwrap()
    }
}

fn readers(model: &Model, on: usize) -> BTreeSet<usize> {
    (0..PEOPLE).filter(|who| model.may(*who, on).is_some()).collect()
}

fn may(right: &MyRight) -> May {
    May { owner: right.owner, send: right.level == Level::Send, until: right.ends.map(|ends| ends.0) }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} instead of {expected:?}")) }
}
