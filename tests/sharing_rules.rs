//! What the sharing of a mailbox obeys, without a window: reasons are told to whom they concern, two who change it at once
//! see each other, a dossier tells its readers by the mailboxes one may see oneself, and a right that has ended stays ended
//! when the clock goes back.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/practice.rs"]
mod practice;

use bannette_api::dossiers::View;
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::people::{AddGroup, JoinGroup, Role};
use bannette_api::session::SignIn;
use bannette_api::sharing::{Grant, Grantee, Level, Motive, Path, Reader, SetSharing, WhoCanRead, WhoCanReadDossier};
use bannette_api::{Failure, MailboxId, PersonId, Timestamp};
use bannette_core::{Core, Handle as _, ManualClock, Session};
use practice::{PASSWORD, Practice, password};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

const DAY: i64 = 24 * 3_600_000;
/// The tests' clock begins at the post's own time, at which the practice is made.
static NOW: LazyLock<Timestamp> = LazyLock::new(|| {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
});

fn read_by(person: PersonId) -> Grant {
    Grant { to: Grantee::Person(person), level: Level::Read, begins: None, ends: None }
}

fn why(to: Grantee, text: &str) -> Motive {
    Motive { to, text: text.to_owned() }
}

impl Practice {
    /// A folder mailbox of Derek's with one dossier.
    async fn with_dossier(&self, name: &str, number: u32) -> MailboxId {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("1.eml"), practice::mail(number, "EXEMPLE", "N")).unwrap();
        let call = bannette_api::mailboxes::AddMailbox::new(
            bannette_api::mailboxes::MailboxKind::Folder,
            name,
            bannette_api::mailboxes::Connection::folder(folder.to_string_lossy().into_owned()),
        );
        let mailbox = self.core.handle(&self.derek, call).await.unwrap().id;
        self.core.fetch_once(&self.derek, Some(mailbox)).await.unwrap();
        mailbox
    }

    async fn set(&self, mailbox: MailboxId, grants: Vec<Grant>, motives: Vec<Motive>) -> Result<(), Failure> {
        let version = self.sharing(&self.derek, mailbox).await.version;
        let call = SetSharing { mailbox, shared: true, grants, motives, version };
        self.core.handle(&self.derek, call).await.map(drop)
    }
}

fn motives(readers: &[Reader]) -> Vec<Option<&str>> {
    readers.iter().flat_map(|reader| &reader.right.reasons).map(|reason| reason.motive.as_deref()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_is_told_to_the_owner_and_to_whom_it_concerns() {
    let practice = Practice::new().await;
    let (core, derek) = (&practice.core, &practice.derek);
    let (paul, paul_person) = practice.person("paul", Role::Secretary).await;
    let (lea, lea_person) = practice.person("lea", Role::Locum).await;
    let mailbox = practice.with_dossier("Laboratoire", 1).await;
    let to = [Grantee::Person(paul_person.id), Grantee::Person(lea_person.id)];
    let grants = vec![read_by(paul_person.id), read_by(lea_person.id)];
    let said = vec![why(to[0], "  secrétariat "), why(to[1], "remplacement")];
    practice.set(mailbox, grants.clone(), said).await.unwrap();
    let kept = practice.sharing(derek, mailbox).await.motives;
    assert!(kept.contains(&why(to[0], "secrétariat")) && kept.contains(&why(to[1], "remplacement")), "{kept:?}");

    // Oneself first, then the owner, then the others; the owner reads every reason, whoever has a right theirs.
    let who = core.handle(&paul, WhoCanRead { mailbox }).await.unwrap();
    assert_eq!(
        who.iter().map(|reader| reader.person).collect::<Vec<_>>(),
        [paul_person.id, practice.derek_id, lea_person.id]
    );
    assert_eq!(motives(&who), [Some("secrétariat"), None, None]);
    let who = core.handle(&lea, WhoCanRead { mailbox }).await.unwrap();
    assert_eq!(motives(&who), [Some("remplacement"), None, None]);
    let who = core.handle(derek, WhoCanRead { mailbox }).await.unwrap();
    assert_eq!(motives(&who), [None, Some("secrétariat"), Some("remplacement")]);

    // A reason too long, of several lines, or of a right that is not given.
    let long = "x".repeat(201);
    for (text, wrong) in [(long.as_str(), Why::TooLong { at_most: 200 }), ("a\nb", Why::Form)] {
        let refused = practice.set(mailbox, grants.clone(), vec![why(to[0], text)]).await;
        assert_eq!(refused, Err(Failure::Invalid { field: Field::Motive, why: wrong }));
    }
    let refused = practice.set(mailbox, vec![grants[0]], vec![why(to[1], "remplacement")]).await;
    assert_eq!(refused, Err(Failure::Invalid { field: Field::Grantee, why: Why::Unknown }));
    practice.set(mailbox, grants.clone(), vec![why(to[0], &"é".repeat(200)), why(to[1], " ")]).await.unwrap();
    let kept = practice.sharing(derek, mailbox).await.motives;
    assert_eq!(kept.iter().map(|one| one.to).collect::<Vec<_>>(), [to[0]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_to_change_a_sharing_overwrites_nothing_unseen() {
    let practice = Practice::new().await;
    let core = &practice.core;
    let (_, paul) = practice.person("paul", Role::Secretary).await;
    let (_, lea) = practice.person("lea", Role::Locum).await;
    let mailbox = practice.with_dossier("Laboratoire", 1).await;
    let other = core.session();
    core.handle(&other, SignIn { login: "derek".to_owned(), password: password(PASSWORD) }).await.unwrap();
    let before = practice.sharing(&other, mailbox).await;
    practice.set(mailbox, vec![read_by(paul.id)], vec![why(Grantee::Person(paul.id), "accueil")]).await.unwrap();
    let set = |grants, motives, version| SetSharing { mailbox, shared: true, grants, motives, version };
    let late = core.handle(&other, set(vec![read_by(lea.id)], Vec::new(), before.version)).await;
    assert_eq!(late, Err(Failure::Conflict));
    let now = practice.sharing(&other, mailbox).await;
    assert_eq!((now.grants.clone(), now.motives.len()), (vec![read_by(paul.id)], 1), "the first choice stands");
    // Decided again on what is there now.
    let grants = vec![read_by(paul.id), read_by(lea.id)];
    let done = core.handle(&other, set(grants.clone(), now.motives.clone(), now.version)).await.unwrap();
    assert_eq!((done.grants.len(), done.motives), (2, now.motives));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_tells_its_readers_by_the_mailboxes_one_may_see() {
    let practice = Practice::new().await;
    let core = &practice.core;
    let (paul, paul_person) = practice.person("paul", Role::Secretary).await;
    let (lea, lea_person) = practice.person("lea", Role::Locum).await;
    // The same report in two mailboxes is one dossier.
    let (first, second) =
        (practice.with_dossier("Laboratoire A", 1).await, practice.with_dossier("Laboratoire B", 1).await);
    practice.set(first, vec![read_by(paul_person.id)], Vec::new()).await.unwrap();
    practice.set(second, vec![read_by(lea_person.id)], Vec::new()).await.unwrap();
    let rows = practice.list(&practice.derek, View::Team).await.unwrap();
    assert_eq!(rows.len(), 1);
    let ask = WhoCanReadDossier { dossier: rows[0].id };
    let by = |told: &[bannette_api::sharing::DossierReaders]| -> Vec<(String, Vec<PersonId>)> {
        let people = |readers: &[Reader]| readers.iter().map(|reader| reader.person).collect();
        let mut all: Vec<_> = told.iter().map(|way| (way.address.clone(), people(&way.readers))).collect();
        all.sort();
        all
    };
    let derek = practice.derek_id;
    let told = core.handle(&practice.derek, ask.clone()).await.unwrap();
    let whole = [("Laboratoire A", paul_person.id), ("Laboratoire B", lea_person.id)];
    assert_eq!(by(&told), whole.map(|(name, other)| (name.to_owned(), vec![derek, other])));
    let told = core.handle(&paul, ask.clone()).await.unwrap();
    assert_eq!(by(&told), [("Laboratoire A".to_owned(), vec![paul_person.id, derek])]);
    let told = core.handle(&lea, ask.clone()).await.unwrap();
    assert_eq!(by(&told), [("Laboratoire B".to_owned(), vec![lea_person.id, derek])]);
    // Whoever reads by neither does not even learn that there is one.
    let (stranger, _) = practice.person("oscar", Role::Doctor).await;
    assert_eq!(core.handle(&stranger, ask).await, Err(Failure::NotFound));
}

async fn sign_in(core: &Core, login: &str) -> Session {
    let session = core.session();
    core.handle(&session, SignIn { login: login.to_owned(), password: password(PASSWORD) }).await.unwrap();
    session
}

async fn listed(core: &Core, session: &Session) -> usize {
    let call =
        bannette_api::dossiers::ListDossiers { view: View::Team, mailbox: None, words: None, after: None, limit: 9 };
    core.handle(session, call).await.unwrap().rows.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_has_ended_stays_ended_when_the_clock_goes_back() {
    let practice = Practice::new().await;
    let (_, paul) = practice.person("paul", Role::Secretary).await;
    let (_, lea) = practice.person("lea", Role::Locum).await;
    let mailbox = practice.with_dossier("Laboratoire", 1).await;
    let (ends, begins) = (NOW.plus(DAY), NOW.plus(DAY));
    let group = AddGroup { name: "Remplaçants".to_owned() };
    let group = practice.core.handle(&practice.derek, group).await.unwrap().id;
    practice.core.handle(&practice.derek, JoinGroup { group, person: lea.id }).await.unwrap();
    let until = Grant { ends: Some(ends), ..read_by(paul.id) };
    let from = Grant { to: Grantee::Group(group), level: Level::Read, begins: Some(begins), ends: None };
    practice.set(mailbox, vec![until, from], Vec::new()).await.unwrap();
    practice.core.stop().await;

    let clock = Arc::new(ManualClock::at(*NOW));
    let place = || practice::place(practice.folder.path());
    let core = Core::open_with(place(), clock.clone()).await;
    let session = sign_in(&core, "paul").await;
    assert_eq!(listed(&core, &session).await, 1);
    // The date passes while the window is open: it is told, and its list is empty.
    let mut told = core.events(&session);
    while tokio::time::timeout(Duration::from_millis(1500), told.next()).await.is_ok() {}
    clock.advance(DAY);
    core.handle(&session, SignIn { login: "paul".to_owned(), password: password(PASSWORD) }).await.unwrap();
    let rights = async { while told.next().await != Event::Rights {} };
    tokio::time::timeout(Duration::from_secs(10), rights).await.unwrap();
    assert_eq!(listed(&core, &session).await, 0);
    // And the one that begins then is there.
    let lea_session = sign_in(&core, "lea").await;
    assert_eq!(listed(&core, &lea_session).await, 1);
    let path = core.handle(&lea_session, WhoCanRead { mailbox }).await.unwrap()[0].right.reasons[0].path;
    assert_eq!(path, Path::Group(group));
    clock.advance(-2 * DAY);
    assert_eq!(listed(&core, &session).await, 0, "the clock went back");
    core.stop().await;
    drop(core);

    // The post starts again with its clock back.
    let core = Core::open_with(place(), clock.clone()).await;
    let session = sign_in(&core, "paul").await;
    assert_eq!(listed(&core, &session).await, 0, "the clock went back over a restart");
    let derek = sign_in(&core, "derek").await;
    let shown = core.handle(&derek, bannette_api::sharing::GetSharing { mailbox }).await.unwrap();
    assert!(shown.now >= ends, "the owner is shown at which moment rights are computed");
    core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_over_is_not_given_and_one_that_was_may_stay() {
    let practice = Practice::new().await;
    let (_, paul) = practice.person("paul", Role::Secretary).await;
    let (_, lea) = practice.person("lea", Role::Locum).await;
    let mailbox = practice.with_dossier("Laboratoire", 1).await;
    let over = |grant: Grant| Grant { ends: Some(NOW.plus(-DAY)), ..grant };
    let refused = practice.set(mailbox, vec![over(read_by(paul.id))], Vec::new()).await;
    assert_eq!(refused, Err(Failure::Invalid { field: Field::Period, why: Why::Over }));
    let soon =
        Grant { ends: Some(practice.sharing(&practice.derek, mailbox).await.now.plus(4000)), ..read_by(paul.id) };
    practice.set(mailbox, vec![soon], Vec::new()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(4500)).await;
    // It is over: the owner goes on with the rest of the list as it is.
    practice.set(mailbox, vec![soon, read_by(lea.id)], Vec::new()).await.unwrap();
    let later = Grant { ends: soon.ends.map(|ends| ends.plus(1)), ..soon };
    let refused = practice.set(mailbox, vec![later, read_by(lea.id)], Vec::new()).await;
    assert_eq!(refused, Err(Failure::Invalid { field: Field::Period, why: Why::Over }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_forgets_no_minute_in_which_nobody_acted() {
    let practice = Practice::new().await;
    let (_, paul) = practice.person("paul", Role::Secretary).await;
    let mailbox = practice.with_dossier("Laboratoire", 1).await;
    practice.set(mailbox, vec![Grant { ends: Some(NOW.plus(DAY)), ..read_by(paul.id) }], Vec::new()).await.unwrap();
    practice.core.stop().await;
    let clock = Arc::new(ManualClock::at(*NOW));
    let place = || practice::place(practice.folder.path());
    let core = Core::open_with(place(), clock.clone()).await;
    // Nobody is signed in when the date passes, nothing is done, and the program ends without a word.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    clock.advance(DAY);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    drop(core);
    clock.advance(-DAY);
    let core = Core::open_with(place(), clock).await;
    let session = sign_in(&core, "paul").await;
    assert_eq!(listed(&core, &session).await, 0);
    core.stop().await;
}
