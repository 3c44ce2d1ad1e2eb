//! What whoever reads a shared mailbox can learn of the dossiers in it that wait for their owner or are confidential:
//! nothing. Two practices of the same history; in one of them the shared mailbox holds such dossiers, with an invented word
//! in every field. Every call of the table is made by everybody who reads the mailbox, by every way: no answer holds one of
//! the words, and every answer is the one of the practice without these dossiers.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    reason = "what a test helper meets fails the test, which uses a part of what it shares with others"
)]

#[path = "canary/arguments.rs"]
mod arguments;
#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/practice.rs"]
mod practice;
#[path = "canary/reports.rs"]
mod reports;
#[path = "canary/scrub.rs"]
mod scrub;
#[path = "canary/words.rs"]
mod words;

use arguments::Target;
use bannette::Bannette;
use bannette_api::calls::NAMES;
use bannette_api::dossiers::{OpenDossier, SetVisibility, ValidateDossier, View, Visibility};
use bannette_api::glass::BreakGlass;
use bannette_api::mailboxes::{AddMailbox, Connection, MailboxKind, Options};
use bannette_api::people::{AddGroup, JoinGroup, Role};
use bannette_api::session::SignIn;
use bannette_api::sharing::{Grant, Grantee, Level, SetSharing};
use bannette_api::{DossierId, Failure, MailboxId};
use bannette_core::{Handle as _, Session};
use practice::{PASSWORD, Practice, password};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use words::{Canaries, STEM};

/// Calls after which the session must be taken anew.
const MOVES_THE_SESSION: [&str; 5] = ["sign_in", "sign_out", "lock_window", "unlock_window", "create_practice"];

/// Who reads the mailbox: by name, by a group, to send too, a doctor; and one who read one of the dossiers before.
const READERS: [&str; 5] = ["reader", "member", "sender", "doctor", "before"];

struct World {
    practice: Practice,
    owner: Session,
    mailbox: MailboxId,
    target: Target,
}

impl World {
    /// The practice; with canaries the dossiers that nobody but the owner sees.
    async fn build(canaries: Option<&mut Canaries>) -> Self {
        let practice = Practice::new().await;
        let core = &practice.core;
        let (owner, me) = practice.person("owner", Role::Doctor).await;
        let mut ids = Vec::new();
        for (who, role) in
            READERS.into_iter().zip([Role::Secretary, Role::Secretary, Role::Secretary, Role::Doctor, Role::Doctor])
        {
            ids.push(practice.person(who, role).await.1.id);
        }
        let somebody = practice.person("somebody", Role::Other).await.1.id;
        let group = core.handle(&practice.derek, AddGroup { name: "Secrétariat".to_owned() }).await.unwrap().id;
        core.handle(&practice.derek, JoinGroup { group, person: ids[1] }).await.unwrap();
        let folder = practice.folder.path().join("depot");
        std::fs::create_dir(&folder).unwrap();
        let add = AddMailbox {
            options: Options { auto_share: false, ..Options::default() },
            ..AddMailbox::new(MailboxKind::Folder, "Dépôt", Connection::folder(folder.to_string_lossy().into_owned()))
        };
        let mailbox = core.handle(&owner, add).await.unwrap().id;
        let grant = |to, level| Grant { to, level, begins: None, ends: None };
        let grants = vec![
            grant(Grantee::Person(ids[0]), Level::Read),
            grant(Grantee::Group(group), Level::Read),
            grant(Grantee::Person(ids[2]), Level::Send),
            grant(Grantee::Person(ids[3]), Level::Read),
            grant(Grantee::Person(ids[4]), Level::Read),
        ];
        let version = practice.sharing(&owner, mailbox).await.version;
        let share = SetSharing { mailbox, shared: true, grants, motives: Vec::new(), version };
        core.handle(&owner, share).await.unwrap();
        let dossiers = match canaries {
            Some(canaries) => hidden(&practice, &owner, &folder, canaries).await,
            None => (0..8).map(|_| DossierId(uuid::Uuid::now_v7())).collect(),
        };
        // What is shared comes after what is hidden, and before it: neither may show.
        for number in 1..=3 {
            let name = if number < 3 { "EXEMPLE" } else { "MODELE" };
            let mail = practice::mail_with_document(number, name, "HH");
            std::fs::write(folder.join(format!("{number}.eml")), mail).unwrap();
        }
        core.fetch_once(&owner, None).await.unwrap();
        let rows = practice.list(&owner, View::ToShare).await.unwrap();
        let plain: Vec<DossierId> = rows.iter().map(|row| row.id).filter(|id| !dossiers.contains(id)).collect();
        assert_eq!(plain.len(), 3);
        let set = SetVisibility { dossiers: plain, mailbox: None, visibility: Visibility::Shared };
        assert_eq!(core.handle(&owner, set).await.unwrap().dossiers, 3);
        let free = practice.folder.path().join("libre");
        std::fs::create_dir(&free).unwrap();
        let target = Target {
            mailboxes: vec![mailbox],
            dossiers,
            owner: me.id,
            somebody,
            group,
            folder: free.to_string_lossy().into_owned(),
            searches: Vec::new(),
        };
        Self { practice, owner, mailbox, target }
    }

    async fn session(&self, who: &str) -> Session {
        let session = self.practice.core.session();
        let sign_in = SignIn { login: who.to_owned(), password: password(PASSWORD) };
        self.practice.core.handle(&session, sign_in).await.unwrap();
        session
    }

    fn folder(&self) -> String {
        self.practice.folder.path().to_string_lossy().into_owned()
    }
}

/// One dossier of each kind: half of them confidential, one of these read by somebody while it was shared, one validated.
async fn hidden(
    practice: &Practice,
    owner: &Session,
    folder: &std::path::Path,
    canaries: &mut Canaries,
) -> Vec<DossierId> {
    let core = &practice.core;
    reports::fill(folder, canaries);
    core.fetch_once(owner, None).await.unwrap();
    let rows = practice.list(owner, View::ToShare).await.unwrap();
    let dossiers: Vec<DossierId> = rows.iter().map(|row| row.id).collect();
    assert_eq!(dossiers.len(), 8);
    let set =
        |dossiers: &[DossierId], visibility| SetVisibility { dossiers: dossiers.to_vec(), mailbox: None, visibility };
    core.handle(owner, set(&dossiers[..1], Visibility::Shared)).await.unwrap();
    let before = core.session();
    let sign_in = SignIn { login: "before".to_owned(), password: password(PASSWORD) };
    core.handle(&before, sign_in).await.unwrap();
    core.handle(&before, OpenDossier { dossier: dossiers[0], encoding: None, message: None }).await.unwrap();
    core.handle(owner, set(&dossiers[..4], Visibility::Confidential)).await.unwrap();
    let gone = core.handle(&before, OpenDossier { dossier: dossiers[0], encoding: None, message: None }).await;
    assert_eq!(gone.map(|_| ()), Err(Failure::NotFound), "an open session loses it at once");
    core.handle(owner, ValidateDossier { dossier: dossiers[1], validated: true }).await.unwrap();
    core.handle(owner, ValidateDossier { dossier: dossiers[7], validated: true }).await.unwrap();
    dossiers
}

async fn ask(world: &World, session: &Session, name: &str, arguments: Value) -> Value {
    match world.practice.core.call_by_name(session, name, arguments).await {
        Ok(reply) => json!({ "reply": reply }),
        Err(failure) => json!({ "failure": failure }),
    }
}

/// What an answer may say that differs, and why that is no leak.
fn allowed(name: &str, who: &str, answer: Value) -> Value {
    match name {
        // The chain of acts is one for the practice: how many there are says nothing of whom or what.
        "verify_journal" => json!({ "faults": answer["reply"]["faults"], "failure": answer["failure"] }),
        // Whoever read a dossier while they might finds their own act there, without a name.
        "list_accesses" | "export_accesses" if who == "before" => json!({ "failure": answer["failure"] }),
        // The number that an act has among all.
        "list_accesses" => {
            let mut answer = answer;
            for entry in answer["reply"]["entries"].as_array_mut().into_iter().flatten() {
                entry["number"] = Value::Null;
            }
            answer
        }
        _ => answer,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_the_mailbox_learns_nothing_of_what_is_not_shared() {
    let mut canaries = Canaries::default();
    let mut world = World::build(Some(&mut canaries)).await;
    let mut without = World::build(None).await;
    let (mut leaks, mut asked_in_all) = (Vec::new(), 0);
    for who in READERS {
        let words = if who == "doctor" { usize::MAX } else { 6 };
        for one in [&mut world, &mut without] {
            one.target.searches = canaries.searches().into_iter().take(words).collect();
        }
        let (mut here, mut there) = (world.session(who).await, without.session(who).await);
        for (number, name) in NAMES.iter().enumerate() {
            let number = READERS.iter().position(|one| *one == who).unwrap() * 1000 + number;
            let asked = world.target.arguments(name, who, PASSWORD, number);
            let same = without.target.arguments(name, who, PASSWORD, number);
            assert_eq!(asked.len(), same.len(), "{name}");
            for (arguments, same) in asked.into_iter().zip(same) {
                asked_in_all += 1;
                let found = ask(&world, &here, name, arguments.clone()).await;
                let answered = ask(&without, &there, name, same).await;
                let hidden = canaries.found_in_answer(&found);
                if !hidden.is_empty() {
                    leaks.push(format!("{name} tells {who}: {hidden:?}, asked with {arguments}"));
                }
                let found = scrub::scrubbed(&allowed(name, who, found), &world.folder());
                let answered = scrub::scrubbed(&allowed(name, who, answered), &without.folder());
                if found != answered {
                    leaks.push(format!("{name} by {who} differs, asked with {arguments}:\n  {found}\n  {answered}"));
                }
                if MOVES_THE_SESSION.contains(name) {
                    (here, there) = (world.session(who).await, without.session(who).await);
                }
            }
        }
    }
    println!("{asked_in_all} questions");
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    the_owner_is_shown_all(&world, &canaries).await;
    through_the_glass(&world, &canaries).await;
    world.practice.core.stop().await;
    by_commands(&world, &canaries);
}

/// The owner's answers hold the canaries: else nothing was hidden that could be found.
async fn the_owner_is_shown_all(world: &World, canaries: &Canaries) {
    let mut seen = BTreeSet::new();
    for name in ["list_dossiers", "open_dossier", "print_dossier", "read_source", "read_attachment"] {
        for arguments in world.target.arguments(name, "owner", PASSWORD, 9_000) {
            seen.extend(canaries.found_in_answer(&ask(world, &world.owner, name, arguments).await));
        }
    }
    let unseen: Vec<_> =
        canaries.fields().filter(|field| !seen.contains(*field) && !field.contains("file name")).collect();
    assert!(unseen.is_empty(), "not even the owner is shown: {unseen:?}");
}

/// An administrator without a right who breaks the glass sees what waits for the owner, and nothing that is confidential.
async fn through_the_glass(world: &World, canaries: &Canaries) {
    let practice = &world.practice;
    let reason = "Le titulaire est absent depuis lundi.".to_owned();
    let glass = BreakGlass { mailbox: world.mailbox, reason, minutes: 15 };
    practice.core.handle(&practice.derek, glass).await.unwrap();
    let confidential = &world.target.dossiers[..4];
    let mut listed = BTreeSet::new();
    for arguments in world.target.arguments("list_dossiers", "derek", PASSWORD, 9_500) {
        let answer = ask(world, &practice.derek, "list_dossiers", arguments).await;
        let rows = answer["reply"]["rows"].as_array().cloned().unwrap_or_default();
        listed.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(listed.len(), 4 + 3, "what waits and what is shared");
    for dossier in confidential {
        assert!(!listed.contains(&dossier.to_string()), "confidential");
    }
    for name in
        ["open_dossier", "print_dossier", "read_source", "who_can_read_dossier", "validate_dossier", "treat_as_result"]
    {
        for arguments in world.target.arguments(name, "derek", PASSWORD, 9_600) {
            let is_confidential = confidential.iter().any(|one| arguments.to_string().contains(&one.to_string()));
            let answer = ask(world, &practice.derek, name, arguments).await;
            if is_confidential {
                assert_eq!(answer["failure"]["code"], "not_found", "{name}");
            } else if ["validate_dossier", "treat_as_result"].contains(&name) {
                assert_eq!(answer["failure"]["code"], "not_allowed", "{name}: whoever broke the glass only reads");
            } else {
                assert!(!canaries.found_in_answer(&answer).is_empty() || name == "who_can_read_dossier", "{name}");
            }
        }
    }
}

/// The same by the command line.
fn by_commands(world: &World, canaries: &Canaries) {
    let nobody = Bannette::at(world.practice.folder.path());
    let reader = nobody.signed_in("reader", PASSWORD);
    let mailbox = world.mailbox.to_string();
    let mut commands: Vec<Vec<String>> = Vec::new();
    let line = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for state in ["mine", "critical", "abnormal", "unidentified", "team", "validated", "to-share", "to-sort"] {
        commands.push(line(&format!("list --state {state}")));
    }
    for words in [&STEM[..1], &STEM[..3], STEM] {
        commands.push(line(&format!("search {words}")));
    }
    for dossier in &world.target.dossiers {
        for command in ["show", "show --source", "validate", "dossier share", "dossier confidential", "dossier treat"] {
            commands.push(line(&format!("{command} {dossier}")));
        }
        commands.push(line(&format!("journal --dossier {dossier}")));
    }
    commands.push(line(&format!("journal --mailbox {mailbox}")));
    commands.push(line("mailbox list"));
    for typed in commands {
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        let ended = reader.json(&typed);
        let text = format!("{}\n{}", String::from_utf8_lossy(&ended.stdout), ended.stderr);
        let mut hidden = canaries.found_in(&text);
        if let Ok(answer) = serde_json::from_slice(&ended.stdout) {
            hidden.extend(canaries.found_in_answer(&answer));
        }
        assert!(hidden.is_empty(), "{typed:?} tells: {hidden:?}");
    }
    let owner = nobody.signed_in("owner", PASSWORD);
    assert!(!canaries.found_in_answer(&owner.json(&["list"]).done()).is_empty());
}
