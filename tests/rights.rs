//! The matrix of `rights.md`, tried call by call, and what a right that is taken back does to an open session.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "support/practice.rs"]
mod practice;
#[path = "support/rows.rs"]
mod rows;

use bannette_api::calls::NAMES;
use bannette_api::departure::{DepartPerson, HandOver, PreviewDeparture};
use bannette_api::dossiers::{GetCounts, ListDossiers, OpenDossier, View};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::glass::{BreakGlass, EndBrokenGlass};
use bannette_api::groups::{GroupLosses, LostRight, PreviewGroupRemoval, RenameGroup, SetGroup};
use bannette_api::journal::VerifyJournal;
use bannette_api::people::{
    AddGroup, ChangePerson, Group, JoinGroup, ListGroups, ListPeople, Person, RemoveGroup, ResumePerson, Role,
    SuspendPerson,
};
use bannette_api::session::{LockWindow, SignIn, UnlockWindow};
use bannette_api::sharing::{Grant, Grantee, Level, SetSharing};
use bannette_api::{DossierId, Failure, GlassId, GroupId, MailboxId, PersonId};
use bannette_core::{Handle as _, Session};
use practice::{PASSWORD, Practice, password};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A patient's name that stands in every report of the mailbox and nowhere else.
const CANARY: &str = "CANARICANARI";

/// What one cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    Own,
    SignIn,
    Locked,
    Unknown,
    No,
}

fn verdict(word: &str) -> Verdict {
    match word {
        "yes" => Verdict::Done,
        "own" => Verdict::Own,
        "sign in" => Verdict::SignIn,
        "locked" => Verdict::Locked,
        "unknown" => Verdict::Unknown,
        "no" => Verdict::No,
        other => panic!("rights.md says «{other}»"),
    }
}

/// The table: the people, and for each call its verdicts in their order.
fn table() -> (Vec<String>, BTreeMap<String, Vec<Verdict>>) {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rights.md")).unwrap();
    let cells =
        |line: &str| -> Vec<String> { line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let mut lines = text.lines().skip_while(|line| !line.starts_with("| call |"));
    let people = cells(lines.next().unwrap())[1..].to_vec();
    let rows = lines.skip(1).take_while(|line| line.starts_with('|')).map(|line| {
        let cells = cells(line);
        (cells[0].clone(), cells[1..].iter().map(|cell| verdict(cell)).collect())
    });
    (people, rows.collect())
}

struct Target {
    mailbox: MailboxId,
    dossier: DossierId,
    somebody: PersonId,
    group: GroupId,
    folder: String,
    glass: GlassId,
}

fn arguments(name: &str, target: &Target, login: &str, number: usize) -> Value {
    let (mailbox, dossier) = (target.mailbox, target.dossier);
    let connection = json!({ "by": "folder", "path": target.folder });
    let options = json!({ "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true });
    match name {
        "create_practice" => json!({ "practice": "Autre", "title": "dr", "first_name": "A", "last_name": "B",
            "role": "doctor", "login": "autre", "password": PASSWORD }),
        "sign_in" => json!({ "login": login, "password": PASSWORD }),
        "unlock_window" => json!({ "password": PASSWORD }),
        "change_password" => json!({ "current": PASSWORD, "new": "court" }),
        "set_idle_lock" => json!({ "minutes": 15 }),
        "add_person" => json!({ "title": "none", "first_name": "N", "last_name": "N", "role": "other", "rpps": null,
            "login": format!("nouveau{number}"), "password": PASSWORD, "administrator": false }),
        "suspend_person" | "resume_person" => json!({ "person": target.somebody }),
        // Other than they are: past the gate it is a conflict, and nothing changes.
        "change_person" => {
            json!({ "before": somebody_else(target.somebody), "title": "none", "first_name": "N", "last_name": "N",
            "role": "other", "rpps": null, "administrator": false })
        }
        "preview_departure" => json!({ "person": target.somebody }),
        // A version that is never the present one: past the gate it is a conflict, and nobody leaves.
        "depart_person" => json!({ "person": target.somebody, "version": 999_999, "hand_over": [] }),
        "what_can_reach" => json!({ "person": target.somebody }),
        "reset_password" => json!({ "person": target.somebody, "password": PASSWORD }),
        "add_group" => json!({ "name": format!("Groupe {number}") }),
        "join_group" | "leave_group" => json!({ "group": target.group, "person": target.somebody }),
        "remove_group" => json!({ "before": { "id": GroupId(uuid_of(77)), "name": "G", "members": [] } }),
        "set_group" => {
            json!({ "before": null, "name": format!("Groupe entier {number}"), "members": [target.somebody] })
        }
        "set_threshold" => {
            json!({ "row": "potassium", "setting": { "on": true, "low": "2.8", "high": format!("6.{number}") } })
        }
        "rename_group" => json!({ "group": target.group, "name": format!("Secrétariat {number}") }),
        "preview_group_removal" => json!({ "group": target.group, "leaving": null }),
        "add_mailbox" => json!({ "kind": "folder", "address": format!("Dossier {number}"), "connection": connection,
            "secret": null, "options": options }),
        "change_mailbox" => json!({ "mailbox": mailbox, "address": "Dossier d'essai", "connection": connection,
            "secret": null, "options": options }),
        "test_connection" => json!({ "mailbox": mailbox, "connection": null, "secret": null }),
        // To a mailbox that does not exist: past the gate it is refused, and nothing is taken away.
        "remove_mailbox" => json!({ "mailbox": mailbox, "received": { "becomes": "handed_over", "to": uuid_of(77) } }),
        "preview_server_deletion" | "preview_purge" | "purge_mailbox" | "preview_removal" => {
            json!({ "mailbox": mailbox })
        }
        "fetch_now" | "get_sharing" | "who_can_read" => json!({ "mailbox": mailbox }),
        // No address: past the gate it is refused, and nobody's domain is asked.
        "find_servers" => json!({ "address": "personne" }),
        "set_default_sender" => json!({ "mailbox": mailbox }),
        // A version that is never the present one: past the gate it is a conflict, and nothing changes.
        "set_sharing" => json!({ "mailbox": mailbox, "shared": false, "grants": [], "version": 999_999 }),
        "list_dossiers" => json!({ "view": "team", "mailbox": null, "words": null, "after": null, "limit": 50 }),
        "open_dossier" | "print_dossier" | "who_can_read_dossier" => json!({ "dossier": dossier }),
        "get_history" => json!({ "dossier": dossier, "label": "Potassium", "loinc": null, "unit": "mmol/L" }),
        "read_source" => json!({ "dossier": dossier, "from": 0, "length": 1000 }),
        "read_attachment" => json!({ "dossier": dossier, "part": 0, "from": 0, "length": 1000 }),
        "render_page" => json!({ "dossier": dossier, "part": 0, "page": 0, "width": 200 }),
        "save_attachment" => json!({ "dossier": dossier, "part": 0 }),
        "validate_dossier" => json!({ "dossier": dossier, "validated": true }),
        "set_visibility" => json!({ "dossiers": [dossier], "mailbox": null, "visibility": "shared" }),
        // Of itself: past the gate it is refused, and nothing changes.
        "relate_dossiers" => json!({ "dossier": dossier, "other": dossier, "relation": "version_of" }),
        "erase_values" => json!({ "dossier": dossier }),
        "treat_as_result" => json!({ "dossiers": [dossier] }),
        "list_accesses" => json!({ "of": { "of": "dossier", "id": dossier }, "filter": no_filter(), "after": null,
            "limit": 50 }),
        "export_accesses" => json!({ "of": { "of": "mailbox", "id": mailbox }, "filter": no_filter(), "form": "csv" }),
        "mark_notices_seen" => json!({ "up_to": 1 }),
        // Longer than any: past the gate it is refused, and nothing opens.
        "break_glass" => json!({ "mailbox": mailbox, "reason": "Le titulaire est absent depuis lundi.",
            "minutes": 100_000 }),
        "end_broken_glass" | "acknowledge_broken_glass" => json!({ "glass": target.glass }),
        _ => json!({}),
    }
}

fn no_filter() -> Value {
    json!({ "person": null, "kind": null, "begins": null, "ends": null })
}

/// Of that id, and nothing else like the person who has it.
fn somebody_else(id: PersonId) -> Value {
    json!({ "id": id, "login": "autre", "title": "none", "first_name": "A", "last_name": "A", "role": "other",
        "rpps": null, "administrator": false, "suspended_since": null })
}

fn uuid_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// What a reply says of the gate: any other failure than a refusal came from behind it.
fn seen(name: &str, reply: &Result<Value, Failure>) -> Verdict {
    match reply {
        Err(Failure::NotSignedIn | Failure::Suspended) => Verdict::SignIn,
        Err(Failure::WindowLocked) => Verdict::Locked,
        // A group that does not exist: the gate was passed.
        Err(Failure::NotFound) if name == "remove_group" => Verdict::Done,
        Err(Failure::NotFound) => Verdict::Unknown,
        Err(Failure::NotAllowed { .. }) => Verdict::No,
        _ => Verdict::Done,
    }
}

struct World {
    practice: Practice,
    target: Target,
    /// Logins by the name of their column.
    logins: BTreeMap<&'static str, &'static str>,
    ids: BTreeMap<&'static str, PersonId>,
}

async fn world() -> World {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    for number in 1..=3 {
        std::fs::write(folder.join(format!("{number}.eml")), practice::mail_with_document(number, CANARY, "HH"))
            .unwrap();
    }
    let mut ids = BTreeMap::new();
    let (owner, person) = practice.person("meredith", Role::Doctor).await;
    ids.insert("owner", person.id);
    for (column, login, role) in [
        ("stranger", "etranger", Role::Doctor),
        ("reader", "piscine", Role::Secretary),
        ("doctor", "toubib", Role::Doctor),
        ("sender", "pedicure", Role::Secretary),
        ("suspended", "parti", Role::Doctor),
        ("somebody", "quelquun", Role::Other),
    ] {
        ids.insert(column, practice.person(login, role).await.1.id);
    }
    let mailbox = practice.folder_mailbox(&owner, &folder).await.id;
    let with = [("reader", Level::Read), ("doctor", Level::Read), ("sender", Level::Send), ("suspended", Level::Send)];
    practice.share(&owner, mailbox, &with.map(|(column, level)| (ids[column], level))).await;
    practice.core.fetch_once(&owner, None).await.unwrap();
    let dossier = practice.list(&owner, View::Team).await.unwrap()[0].id;
    let group = practice.core.handle(&practice.derek, AddGroup { name: "Secrétariat".to_owned() }).await.unwrap().id;
    let reason = "Le titulaire est absent depuis lundi.".to_owned();
    let glass = practice.core.handle(&practice.derek, BreakGlass { mailbox, reason, minutes: 15 }).await.unwrap();
    practice.core.handle(&owner, EndBrokenGlass { glass }).await.unwrap();
    let folder = folder.to_string_lossy().into_owned();
    let target = Target { mailbox, dossier, somebody: ids["somebody"], group, folder, glass };
    let logins = [
        ("locked", "meredith"),
        ("stranger", "etranger"),
        ("administrator", "derek"),
        ("reader", "piscine"),
        ("doctor", "toubib"),
        ("sender", "pedicure"),
        ("owner", "meredith"),
        ("suspended", "parti"),
    ];
    World { practice, target, logins: logins.into(), ids }
}

impl World {
    /// Gives the right to read to that grantee alone.
    async fn give(&self, owner: &Session, to: Grantee, ends: Option<bannette_api::Timestamp>) {
        let mailbox = self.target.mailbox;
        let version = self.practice.sharing(owner, mailbox).await.version;
        let grants = vec![Grant { to, level: Level::Read, begins: None, ends }];
        let motives = Vec::new();
        self.practice.core.handle(owner, SetSharing { mailbox, shared: true, grants, motives, version }).await.unwrap();
    }

    /// A session as the column says; the suspended one is suspended after the sign-in.
    async fn session(&self, column: &str) -> Session {
        let core = &self.practice.core;
        let session = core.session();
        let Some(login) = self.logins.get(column) else { return session };
        if column == "suspended" {
            core.call_by_name(&self.practice.derek, "resume_person", json!({ "person": self.ids["suspended"] }))
                .await
                .unwrap();
        }
        let sign_in = SignIn { login: (*login).to_owned(), password: password(PASSWORD) };
        core.handle(&session, sign_in).await.unwrap();
        match column {
            "locked" => core.handle(&session, LockWindow {}).await.unwrap(),
            "suspended" => {
                core.handle(&self.practice.derek, SuspendPerson { person: self.ids["suspended"] }).await.unwrap();
            }
            _ => {}
        }
        session
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_answers_everybody_as_the_table_says() {
    let (people, rows) = table();
    let missing: Vec<_> = NAMES.iter().filter(|name| !rows.contains_key(**name)).collect();
    assert!(missing.is_empty(), "calls without a row in rights.md: {missing:?}");
    let unknown: Vec<_> = rows.keys().filter(|name| !NAMES.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "rows of rights.md without a call: {unknown:?}");

    let world = world().await;
    let mut wrong = Vec::new();
    for (place, column) in people.iter().enumerate() {
        let mut session = world.session(column).await;
        for (number, name) in NAMES.iter().enumerate() {
            let wanted = rows[*name][place];
            let login = world.logins.get(column.as_str()).copied().unwrap_or("meredith");
            let args = arguments(name, &world.target, login, place * 100 + number);
            let reply = world.practice.core.call_by_name(&session, name, args).await;
            let got = seen(name, &reply);
            let same = got == wanted || (wanted == Verdict::Own && got == Verdict::Done);
            if !same {
                wrong.push(format!("{name} by {column}: {wanted:?} wanted, {got:?} got ({reply:?})"));
            }
            // Whoever has no right learns no name, whatever they ask for.
            let knows = ["reader", "doctor", "sender", "owner"].contains(&column.as_str());
            let told = format!("{reply:?}");
            if !knows && (told.contains(CANARY) || told.contains(&world.target.dossier.to_string())) {
                wrong.push(format!("{name} tells {column} of a patient"));
            }
            // Calls that move the session itself, or a person: put back as the column says.
            if ["sign_in", "sign_out", "lock_window", "unlock_window", "create_practice"].contains(name)
                || column == "suspended"
            {
                session = world.session(column).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_taken_back_refuses_the_next_action_of_an_open_session() {
    let world = world().await;
    let (core, mailbox, dossier) = (&world.practice.core, world.target.mailbox, world.target.dossier);
    let owner = world.session("owner").await;
    let reader = world.session("reader").await;
    let mut told = core.events(&reader);
    assert_eq!(world.practice.list(&reader, View::Team).await.unwrap().len(), 3);
    core.handle(&reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    world.practice.share(&owner, mailbox, &[]).await;
    assert_eq!(
        core.handle(&reader, OpenDossier { dossier, encoding: None, message: None }).await,
        Err(Failure::NotFound)
    );
    assert_eq!(world.practice.list(&reader, View::Team).await.unwrap(), []);
    let narrowed = ListDossiers { view: View::Team, mailbox: Some(mailbox), words: None, after: None, limit: 9 };
    assert_eq!(core.handle(&reader, narrowed).await, Err(Failure::NotFound));
    // The window is told, and so empties by itself.
    let all = async { while told.next().await != Event::Rights {} };
    tokio::time::timeout(std::time::Duration::from_secs(5), all).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_everyone_and_dates_give_rights_and_take_them() {
    let world = world().await;
    let (core, mailbox) = (&world.practice.core, world.target.mailbox);
    let owner = world.session("owner").await;
    let stranger = world.session("stranger").await;
    let count = || async { world.practice.list(&stranger, View::Team).await.unwrap().len() };
    world.give(&owner, Grantee::Group(world.target.group), None).await;
    assert_eq!(count().await, 0);
    let join = JoinGroup { group: world.target.group, person: world.ids["stranger"] };
    core.handle(&world.practice.derek, join).await.unwrap();
    assert_eq!(count().await, 3);
    let soon = world.practice.sharing(&owner, mailbox).await.now.plus(6000);
    world.give(&owner, Grantee::Everyone, Some(soon)).await;
    assert_eq!(count().await, 3);
    tokio::time::sleep(std::time::Duration::from_millis(6100)).await;
    assert_eq!(count().await, 0, "a right that has ended");
    world.give(&owner, Grantee::Everyone, None).await;
    assert_eq!(count().await, 3);
    // Two owners' windows: the second to validate is told, and overwrites nothing.
    let late = SetSharing { mailbox, shared: false, grants: Vec::new(), motives: Vec::new(), version: 1 };
    assert_eq!(core.handle(&owner, late).await, Err(Failure::Conflict));
    assert_eq!(count().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_lock_the_account_and_the_window_locks_by_itself() {
    use bannette_core::{Core, ManualClock};
    let practice = Practice::new().await;
    practice.core.stop().await;
    let clock = std::sync::Arc::new(ManualClock::at(bannette_api::Timestamp(1_800_000_000_000)));
    let core = Core::open_with(practice::place(practice.folder.path()), clock.clone()).await;
    let _stopping = practice::Stopping(core.clone());
    let session = core.session();
    let sign_in = |text: &str| SignIn { login: "Derek".to_owned(), password: password(text) };
    for left in [None, None, Some(2), Some(1)] {
        let refused = core.handle(&session, sign_in("faux faux faux")).await;
        assert_eq!(refused, Err(Failure::WrongCredentials { tries_left: left }));
    }
    let until = bannette_api::Timestamp(1_800_000_060_000);
    assert_eq!(core.handle(&session, sign_in("faux faux faux")).await, Err(Failure::AccountLocked { until }));
    assert_eq!(
        core.handle(&session, sign_in(PASSWORD)).await,
        Err(Failure::AccountLocked { until }),
        "not even the right one"
    );
    clock.advance(60_001);
    core.handle(&session, sign_in(PASSWORD)).await.unwrap();
    // Fifteen minutes without a gesture.
    clock.advance(14 * 60_000);
    assert!(core.call_by_name(&session, "still_here", json!({})).await.is_ok());
    clock.advance(14 * 60_000);
    assert!(core.call_by_name(&session, "get_counts", json!({})).await.is_ok());
    let mut told = core.events(&session);
    while tokio::time::timeout(std::time::Duration::from_millis(10), told.next()).await.is_ok() {}
    clock.advance(60_000);
    // The window is told within a second or so, and shows the lock by itself.
    let lock = async { while told.next().await != Event::Session {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), lock).await.unwrap();
    assert_eq!(core.call_by_name(&session, "get_counts", json!({})).await, Err(Failure::WindowLocked));
    assert_eq!(core.call_by_name(&session, "still_here", json!({})).await, Err(Failure::WindowLocked));
    core.handle(&session, UnlockWindow { password: password(PASSWORD) }).await.unwrap();
    assert!(core.call_by_name(&session, "get_counts", json!({})).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_overrides_every_right_of_an_open_session_and_gives_them_back() {
    let world = world().await;
    let (core, derek, dossier) = (&world.practice.core, &world.practice.derek, world.target.dossier);
    let owner = world.session("owner").await;
    let open = || core.handle(&owner, OpenDossier { dossier, encoding: None, message: None });
    open().await.unwrap();
    core.handle(derek, SuspendPerson { person: world.ids["owner"] }).await.unwrap();
    assert_eq!(open().await, Err(Failure::Suspended), "on a mailbox of one's own");
    assert_eq!(open().await, Err(Failure::NotSignedIn), "the session has ended");
    core.handle(derek, ResumePerson { person: world.ids["owner"] }).await.unwrap();
    assert_eq!(open().await, Err(Failure::NotSignedIn), "and does not come back by itself");
    let again = world.session("owner").await;
    core.handle(&again, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    // The last administrator stays, whoever asks.
    let refused = core.handle(derek, SuspendPerson { person: world.practice.derek_id }).await;
    assert_eq!(refused, Err(Failure::Conflict));
    let me = core.handle(derek, ListPeople {}).await.unwrap().into_iter().find(|one| one.login == "derek").unwrap();
    let change = ChangePerson {
        before: me.clone(),
        title: me.title,
        first_name: me.first_name.clone(),
        last_name: me.last_name.clone(),
        role: me.role,
        // Its check digit is wrong: that is the screen's to say, and no reason to refuse it.
        rpps: Some("1000 2422 978".to_owned()),
        administrator: false,
    };
    let last = Failure::Invalid { field: Field::Administrator, why: Why::LastOne };
    assert_eq!(core.handle(derek, change.clone()).await, Err(last));
    let changed = core.handle(derek, ChangePerson { administrator: true, ..change }).await.unwrap();
    assert_eq!(changed.rpps.as_deref(), Some("10002422978"));
    // Whoever saw what was before does not overwrite it unseen; whoever looked again does.
    let other = |before: &Person| ChangePerson {
        before: before.clone(),
        title: me.title,
        first_name: me.first_name.clone(),
        last_name: "AUTRE".to_owned(),
        role: me.role,
        rpps: before.rpps.clone(),
        administrator: true,
    };
    assert_eq!(core.handle(derek, other(&me)).await, Err(Failure::Conflict));
    let known = core.handle(derek, ListPeople {}).await.unwrap().into_iter().find(|one| one.login == "derek");
    assert_eq!(known.as_ref(), Some(&changed), "a conflict changes nothing");
    assert_eq!(core.handle(derek, other(&changed)).await.unwrap().last_name, "AUTRE");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_departs_before_everything_is_handed_over_and_keeps_nothing_after() {
    let world = world().await;
    let (core, derek, mailbox) = (&world.practice.core, &world.practice.derek, world.target.mailbox);
    let person = world.ids["owner"];
    let owner = world.session("owner").await;
    let doctor = world.session("doctor").await;
    let preview = core.handle(derek, PreviewDeparture { person }).await.unwrap();
    let lines: Vec<_> = preview.held.iter().map(|held| (held.mailbox, held.waiting)).collect();
    assert_eq!(lines, [(mailbox, 3)]);
    assert!(preview.held[0].readers.contains(&world.ids["doctor"]));
    assert!(!preview.held[0].readers.contains(&world.ids["stranger"]));
    let depart = |version, owner: Option<PersonId>, responsible: Option<PersonId>| DepartPerson {
        person,
        version,
        hand_over: vec![HandOver { mailbox, owner, responsible }],
    };
    let invalid = |field, why| Err(Failure::Invalid { field, why });
    let (stranger, doctor_id) = (world.ids["stranger"], world.ids["doctor"]);
    for (owner, responsible, refused) in [
        (None, None, invalid(Field::NewOwner, Why::Empty)),
        (Some(person), None, invalid(Field::NewOwner, Why::Unknown)),
        (Some(PersonId(uuid_of(5))), None, invalid(Field::NewOwner, Why::Unknown)),
        (Some(doctor_id), Some(stranger), invalid(Field::Responsible, Why::CannotRead)),
    ] {
        assert_eq!(core.handle(derek, depart(preview.version, owner, responsible)).await, refused);
    }
    // A mailbox that arrives meanwhile.
    let another = world.practice.folder.path().join("autre");
    std::fs::create_dir(&another).unwrap();
    let another = world.practice.folder_mailbox_at(&owner, &another, "Autre").await.id;
    let late = core.handle(derek, depart(preview.version, Some(doctor_id), None)).await;
    assert_eq!(late, Err(Failure::Conflict));
    let version = core.handle(derek, PreviewDeparture { person }).await.unwrap().version;
    let one_left = core.handle(derek, depart(version, Some(doctor_id), None)).await;
    assert_eq!(one_left, invalid(Field::NewOwner, Why::Empty));
    assert_eq!(world.practice.list(&owner, View::Mine).await.unwrap().len(), 3, "nothing was changed");

    // Derek takes the second himself; the dossiers go to the reader.
    let mut whole = depart(version, Some(doctor_id), Some(world.ids["reader"]));
    whole.hand_over.push(HandOver { mailbox: another, owner: Some(world.practice.derek_id), responsible: None });
    let gone = core.handle(derek, whole.clone()).await.unwrap();
    assert!(!gone.here());
    assert_eq!(core.handle(derek, whole).await, Err(Failure::NotFound), "once");
    assert_eq!(world.practice.list(&owner, View::Team).await, Err(Failure::NotSignedIn));
    let sign_in = SignIn { login: "meredith".to_owned(), password: password(PASSWORD) };
    assert_eq!(core.handle(&owner, sign_in).await, Err(Failure::WrongCredentials { tries_left: None }));
    assert_eq!(world.practice.list(&doctor, View::Team).await.unwrap().len(), 3);
    assert_eq!(world.practice.sharing(&doctor, mailbox).await.grants.len(), 4, "the rights given stay");
    let reader = world.session("reader").await;
    let mine = world.practice.list(&reader, View::Mine).await.unwrap();
    assert_eq!((mine.len(), mine[0].responsible), (3, world.ids["reader"]));
    let counts = core.handle(&reader, GetCounts {}).await.unwrap();
    assert_eq!((counts.mine, counts.team), (3, 3));
    // Named still, and to be chosen for nothing.
    assert!(core.handle(derek, ListPeople {}).await.unwrap().iter().any(|one| one.id == person));
    let version = world.practice.sharing(&doctor, mailbox).await.version;
    let grants = vec![Grant { to: Grantee::Person(person), level: Level::Read, begins: None, ends: None }];
    let refused =
        core.handle(&doctor, SetSharing { mailbox, shared: true, grants, motives: Vec::new(), version }).await;
    assert_eq!(refused.err(), Some(Failure::Invalid { field: Field::Grantee, why: Why::Unknown }));
    let join = JoinGroup { group: world.target.group, person };
    assert_eq!(core.handle(derek, join).await.err(), Some(Failure::NotFound));
    assert_eq!(core.handle(derek, VerifyJournal::default()).await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_group_is_refused_at_the_next_action_of_an_open_session() {
    let world = world().await;
    let (core, dossier) = (&world.practice.core, world.target.dossier);
    let owner = world.session("owner").await;
    let stranger = world.session("stranger").await;
    world.give(&owner, Grantee::Group(world.target.group), None).await;
    let derek = &world.practice.derek;
    let open = || core.handle(&stranger, OpenDossier { dossier, encoding: None, message: None });
    let set = async |name: &str, members: &[PersonId]| {
        let before =
            core.handle(derek, ListGroups {}).await.unwrap().into_iter().find(|one| one.id == world.target.group);
        core.handle(derek, SetGroup { before, name: name.to_owned(), members: members.to_vec() }).await
    };
    assert_eq!(open().await, Err(Failure::NotFound));
    set("Secrétariat", &[world.ids["stranger"]]).await.unwrap();
    open().await.unwrap();
    let mut told = core.events(&stranger);
    while tokio::time::timeout(std::time::Duration::from_millis(200), told.next()).await.is_ok() {}
    // A new name takes nothing away; leaving does, at once, and the window is told.
    set("Accueil", &[world.ids["stranger"]]).await.unwrap();
    open().await.unwrap();
    while tokio::time::timeout(std::time::Duration::from_millis(200), told.next()).await.is_ok() {}
    set("Accueil", &[world.ids["somebody"]]).await.unwrap();
    assert_eq!(open().await, Err(Failure::NotFound));
    let rights = async { while told.next().await != Event::Rights {} };
    tokio::time::timeout(std::time::Duration::from_secs(5), rights).await.unwrap();
    // So does the end of the group itself, for those who are in it.
    set("Accueil", &[world.ids["stranger"]]).await.unwrap();
    open().await.unwrap();
    let group = async || core.handle(derek, ListGroups {}).await.unwrap().remove(0);
    let before = group().await;
    core.handle(derek, JoinGroup { group: before.id, person: world.ids["reader"] }).await.unwrap();
    // What was said to be lost was said of fewer people.
    assert_eq!(core.handle(derek, RemoveGroup { before }).await, Err(Failure::Conflict));
    open().await.unwrap();
    core.handle(derek, RemoveGroup { before: group().await }).await.unwrap();
    assert_eq!(open().await, Err(Failure::NotFound));
    assert_eq!(world.practice.sharing(&owner, world.target.mailbox).await.grants, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_changed_as_it_was_seen_or_not_at_all() {
    let world = world().await;
    let (core, derek, group) = (&world.practice.core, &world.practice.derek, world.target.group);
    let listed = async || core.handle(derek, ListGroups {}).await.unwrap();
    let seen = listed().await.remove(0);
    let set = |before: &Group, name: &str, members: &[PersonId]| {
        let call = SetGroup { before: Some(before.clone()), name: name.to_owned(), members: members.to_vec() };
        core.handle(derek, call)
    };
    core.handle(derek, JoinGroup { group, person: world.ids["reader"] }).await.unwrap();
    assert_eq!(set(&seen, "Autre nom", &[]).await, Err(Failure::Conflict));
    let present = listed().await.remove(0);
    assert_eq!((present.name.as_str(), present.members.len()), ("Secrétariat", 1));
    let renamed = set(&present, "  Accueil ", &[world.ids["doctor"]]).await.unwrap();
    assert_eq!((renamed.name.as_str(), &renamed.members), ("Accueil", &vec![world.ids["doctor"]]));
    // Nothing to change: nothing is done. The journal below has no act of it.
    assert_eq!(set(&renamed, "Accueil", &[world.ids["doctor"]]).await, Ok(renamed.clone()));
    // Names: one group's only, whatever the case of any letter; not empty; 80 letters at most.
    let other =
        core.handle(derek, SetGroup { before: None, name: "Été".to_owned(), members: Vec::new() }).await.unwrap();
    let wrong = |why| Err(Failure::Invalid { field: Field::Group, why });
    let rename = |name: String| core.handle(derek, RenameGroup { group, name });
    assert_eq!(rename("été".to_owned()).await, wrong(Why::Taken));
    assert_eq!(set(&renamed, "ÉTÉ", &[]).await, wrong(Why::Taken));
    assert_eq!(rename("  ".to_owned()).await, wrong(Why::Empty));
    assert_eq!(rename("é".repeat(81)).await, wrong(Why::TooLong { at_most: 80 }));
    assert_eq!(rename("é".repeat(80)).await.unwrap().name, "é".repeat(80));
    assert_eq!(rename("ACCUEIL".to_owned()).await.unwrap().name, "ACCUEIL");
    assert_eq!(set(&other, "Été", &[PersonId(uuid_of(404))]).await, Err(Failure::NotFound));
    // One act for each change.
    core.stop().await;
    let mut rows = rows::open(&world.practice.data(), &world.practice.folder.path().join("clef")).await;
    let of = "select group_concat(act) from (select act from journal where act like 'group_%' order by seq)";
    let acts: String = sqlx::query_scalar(of).fetch_one(&mut rows).await.unwrap();
    let expected = ["added", "joined", "renamed", "left", "joined", "added", "renamed", "renamed"];
    assert_eq!(acts, expected.map(|act| format!("group_{act}")).join(","));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_groups_end_would_take_is_said_before() {
    let world = world().await;
    let (core, derek, group) = (&world.practice.core, &world.practice.derek, world.target.group);
    let owner = world.session("owner").await;
    world.give(&owner, Grantee::Group(group), None).await;
    let preview = |leaving: Option<Vec<PersonId>>| core.handle(derek, PreviewGroupRemoval { group, leaving });
    assert_eq!(preview(None).await, Ok(GroupLosses { given: 1, lost: Vec::new() }), "nobody is in it");
    for column in ["reader", "doctor"] {
        core.handle(derek, JoinGroup { group, person: world.ids[column] }).await.unwrap();
    }
    let lost = |column: &str| LostRight {
        mailbox: world.target.mailbox,
        address: "Dossier d'essai".to_owned(),
        owner: world.ids["owner"],
        person: world.ids[column],
        had: Level::Read,
        keeps: None,
        begins: None,
    };
    let all = preview(None).await.unwrap().lost;
    assert_eq!(all.len(), 2);
    assert!(all.contains(&lost("reader")) && all.contains(&lost("doctor")), "{all:?}");
    assert_eq!(preview(Some(vec![world.ids["doctor"]])).await.unwrap().lost, [lost("doctor")]);
    // Asking changes nothing.
    let reader = world.session("reader").await;
    assert_eq!(world.practice.list(&reader, View::Team).await.unwrap().len(), 3);
    let unknown = PreviewGroupRemoval { group: GroupId(uuid_of(77)), leaving: None };
    assert_eq!(core.handle(derek, unknown).await, Err(Failure::NotFound));
}
