//! *Délai de conservation* and the end of a mailbox, through the calls of the window and the commands of the program: by a
//! clock that the test moves, and by a program that is killed.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/practice.rs"]
mod practice;
#[path = "support/rows.rs"]
mod rows;

use bannette::Bannette;
use bannette_api::accesses::{AccessFilter, AccessOf, ListAccesses};
use bannette_api::dossiers::{
    DossierRow, GetHistory, ListDossiers, OpenDossier, PrintDossier, ReadAttachment, ReadSource, SaveAttachment,
    ValidateDossier, View,
};
use bannette_api::failure::{Field, Why};
use bannette_api::journal::VerifyJournal;
use bannette_api::keeping::{
    NextPurge, PreviewPurge, PreviewRemoval, PurgeMailbox, Received, RemoveMailbox, StayingInTree, StaysInTree,
};
use bannette_api::mailboxes::{ChangeMailbox, ListMailboxSettings, ListMailboxes, MailboxSecret, Options};
use bannette_api::people::Role;
use bannette_api::session::SignIn;
use bannette_api::sharing::Level;
use bannette_api::{DossierId, Failure, MailboxId, Timestamp};
use bannette_core::{Core, Handle as _, ManualClock, Session};
use practice::{PASSWORD, Practice, mail_with_document, password};
use std::sync::Arc;
use std::time::{Duration, Instant};

const DAY: i64 = 24 * 3_600_000;
const BEGIN: Timestamp = Timestamp(1_800_000_000_000);

/// The practice under a clock that the test moves.
struct Timed {
    _stopping: practice::Stopping,
    practice: Practice,
    core: Core,
    clock: Arc<ManualClock>,
}

impl Timed {
    async fn new() -> Self {
        let practice = Practice::new().await;
        practice.core.stop().await;
        let clock = Arc::new(ManualClock::at(BEGIN));
        let core = Core::open_with(practice::place(practice.folder.path()), clock.clone()).await;
        Self { _stopping: practice::Stopping(core.clone()), practice, core, clock }
    }

    /// A session of now: those of days ago are locked.
    async fn derek(&self) -> Session {
        let session = self.core.session();
        let sign_in = SignIn { login: "derek".to_owned(), password: password(PASSWORD) };
        self.core.handle(&session, sign_in).await.unwrap();
        session
    }

    async fn listed(&self, session: &Session, view: View, words: Option<&str>) -> Vec<DossierRow> {
        let words = words.map(str::to_owned);
        let call = ListDossiers { view, mailbox: None, words, after: None, limit: 200 };
        self.core.handle(session, call).await.unwrap().rows
    }

    /// Fetches what lies in a folder of that name, of `number` reports with a document each.
    async fn mailbox(&self, name: &str, numbers: std::ops::Range<u32>) -> MailboxId {
        let derek = self.derek().await;
        let folder = self.practice.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        for number in numbers {
            let report = mail_with_document(number, "EXEMPLE", "N");
            std::fs::write(folder.join(format!("{number}.eml")), report).unwrap();
        }
        let path = bannette_api::mailboxes::Connection::folder(folder.to_string_lossy().into_owned());
        let kind = bannette_api::mailboxes::MailboxKind::Folder;
        let mailbox = bannette_api::mailboxes::AddMailbox::new(kind, name, path);
        let options = Options { retention_days: Some(30), ..Options::default() };
        let added = bannette_api::mailboxes::AddMailbox { options, ..mailbox };
        let mailbox = self.core.handle(&derek, added).await.unwrap().id;
        self.core.fetch_once(&derek, Some(mailbox)).await.unwrap();
        mailbox
    }

    async fn validate(&self, session: &Session, dossier: DossierId, validated: bool) -> Result<DossierRow, Failure> {
        self.core.handle(session, ValidateDossier { dossier, validated }).await
    }
}

fn subject(row: &DossierRow) -> &str {
    row.subject.as_str()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daily_purge_says_when_it_comes_and_takes_what_it_said() {
    let timed = Timed::new().await;
    let mailbox = timed.mailbox("Labo", 1..5).await;
    let derek = timed.derek().await;
    let rows = timed.listed(&derek, View::Team, None).await;
    assert_eq!(rows.len(), 4);
    for row in rows.iter().filter(|row| subject(row) != "Resultats 4") {
        timed.validate(&derek, row.id, true).await.unwrap();
    }
    let preview = timed.core.handle(&derek, PreviewPurge { mailbox }).await.unwrap();
    assert_eq!(preview.next, Some(NextPurge { at: BEGIN.plus(30 * DAY), messages: 3 }));
    let stays = |why, messages| StayingInTree { why, messages };
    assert_eq!(preview.stays, [stays(StaysInTree::NotValidated, 1), stays(StaysInTree::NotDue, 3)]);
    assert_eq!(preview.due.messages, 0);
    // Nothing may be purged by hand before its time either.
    assert_eq!(timed.core.handle(&derek, PurgeMailbox { mailbox }).await.unwrap().messages, 0);

    timed.core.start_fetching();
    timed.clock.advance(31 * DAY);
    // It does not begin with the program: others go first.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let derek = timed.derek().await;
    assert_eq!(timed.listed(&derek, View::Validated, None).await.len(), 3);
    let preview = timed.core.handle(&derek, PreviewPurge { mailbox }).await.unwrap();
    assert_eq!((preview.due.messages, preview.next.map(|next| next.messages)), (3, Some(3)));
    timed.clock.advance(3 * 60_000);
    let begun = Instant::now();
    while !timed.listed(&derek, View::Validated, None).await.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let preview = timed.core.handle(&derek, PreviewPurge { mailbox }).await.unwrap();
    assert_eq!((preview.due.messages, preview.next), (0, None));
    assert_eq!(preview.stays, [stays(StaysInTree::NotValidated, 1)]);

    // What is left of one, for whoever opens it.
    let found = timed.listed(&derek, View::Team, Some("exemple")).await;
    let row = found.iter().find(|row| subject(row) == "Resultats 1").unwrap();
    let (dossier, at) = (row.id, row.removed_at.unwrap());
    let view = timed.core.handle(&derek, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    assert_eq!(view.row.patient.as_ref().unwrap().last_name, "EXEMPLE");
    assert!(view.row.validated.is_some() && !view.may_validate);
    assert_eq!(view.report.patient.birth_date.as_deref(), Some("1957-03-14"), "on whom it is, is said still");
    assert!(view.attachments.is_empty() && view.report.sections.is_empty() && view.body.is_none());
    assert_eq!((view.source_bytes, view.row.removed_at, view.arrivals.len()), (0, Some(at), 1));
    let gone = Err(Failure::ContentRemoved { at });
    let piece = ReadAttachment { dossier, message: None, part: 0, from: 0, length: 100 };
    assert_eq!(
        timed.core.handle(&derek, ReadSource { dossier, message: None, from: 0, length: 100 }).await,
        gone.clone().map(|()| unreachable!())
    );
    assert_eq!(timed.core.handle(&derek, piece).await.err(), gone.clone().err());
    assert_eq!(
        timed.core.handle(&derek, SaveAttachment { dossier, message: None, part: 0, open: false }).await.err(),
        gone.clone().err()
    );
    // Of what left nothing is printed, and the journal does not say that it was.
    assert_eq!(
        timed.core.handle(&derek, PrintDossier { dossier, encoding: None, message: None }).await.err(),
        gone.clone().err()
    );
    assert_eq!(timed.validate(&derek, dossier, false).await.err(), gone.err());
    // The curve is drawn of the reports that can be read.
    let ask = GetHistory { dossier, label: "Potassium".to_owned(), loinc: None, unit: Some("mmol/L".to_owned()) };
    let curve = timed.core.handle(&derek, ask).await.unwrap();
    assert_eq!(curve.points.len(), 1);
    // The owner finds the purge in the history of the mailbox.
    let of = AccessOf::Mailbox(mailbox);
    let list = ListAccesses { of, filter: AccessFilter::default(), after: None, limit: 200 };
    let entries = timed.core.handle(&derek, list).await.unwrap().entries;
    assert!(entries.iter().all(|entry| entry.act != "dossier_printed"), "{entries:?}");
    assert!(entries.iter().any(|entry| entry.act == "content_purged" && entry.person.is_none()), "{entries:?}");
    assert_eq!(timed.core.handle(&derek, VerifyJournal::default()).await.unwrap().faults, []);
    timed.core.stop().await;

    let mut file = rows::open(&timed.practice.data(), &timed.practice.folder.path().join("clef")).await;
    rows::is_whole(&mut file).await;
    assert_eq!(rows::number(&mut file, "select count(*) from raw_message where zstd = x''").await, 3);
    // The file is no stranger's to the folder: nothing arrives again from it.
    let again = Core::open_with(practice::place(timed.practice.folder.path()), timed.clock.clone()).await;
    let derek = again.session();
    let sign_in = SignIn { login: "derek".to_owned(), password: password(PASSWORD) };
    again.handle(&derek, sign_in).await.unwrap();
    again.fetch_once(&derek, None).await.unwrap();
    let call = ListDossiers { view: View::Team, mailbox: None, words: None, after: None, limit: 200 };
    assert_eq!(again.handle(&derek, call).await.unwrap().rows.len(), 1);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_ends_as_its_owner_says_and_nothing_open_is_lost() {
    let timed = Timed::new().await;
    let (first, second) = (timed.mailbox("Labo", 1..3).await, timed.mailbox("Radio", 11..13).await);
    let empty = timed.mailbox("Vide", 21..21).await;
    let derek = timed.derek().await;
    let core = &timed.core;
    let remove = |mailbox, received| core.handle(&derek, RemoveMailbox { mailbox, received });
    let preview = core.handle(&derek, PreviewRemoval { mailbox: first }).await.unwrap();
    assert_eq!((preview.dossiers, preview.messages.messages, preview.open), (2, 2, 2));
    assert_eq!(preview.takers.iter().map(|one| one.mailbox).collect::<Vec<_>>(), [second, empty]);
    // What is not dealt with refuses.
    assert_eq!(remove(first, Received::Purged).await, Err(Failure::NotDealtWith { messages: 2 }));
    let unknown = Failure::Invalid { field: Field::Mailbox, why: Why::Unknown };
    for nowhere in [first, MailboxId(uuid::Uuid::from_u128(77))] {
        assert_eq!(remove(first, Received::HandedOver { to: nowhere }).await, Err(unknown.clone()));
    }
    assert_eq!(timed.listed(&derek, View::Team, None).await.len(), 4, "nothing was changed");

    // Handed over: all of it waits in the other, and the first is no more.
    remove(first, Received::HandedOver { to: second }).await.unwrap();
    let rows = timed.listed(&derek, View::Team, None).await;
    assert!(rows.len() == 4 && rows.iter().all(|row| row.mailboxes == [second]), "{rows:?}");
    assert_eq!(core.handle(&derek, PreviewRemoval { mailbox: first }).await.err(), Some(Failure::NotFound));
    assert_eq!(remove(first, Received::Archive).await, Err(Failure::NotFound), "once");
    for row in &rows {
        core.handle(&derek, OpenDossier { dossier: row.id, encoding: None, message: None }).await.unwrap();
    }
    // Nothing lies there: it goes, whatever is asked.
    remove(empty, Received::Archive).await.unwrap();
    let left = core.handle(&derek, ListMailboxSettings {}).await.unwrap();
    assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [second]);

    // An archive is read by whoever could, is fetched no more, and its dossiers can be dealt with.
    let reader = timed.core.session();
    let person = {
        use bannette_api::people::{AddPerson, Title};
        let call = AddPerson {
            title: Title::None,
            first_name: "Anne".to_owned(),
            last_name: "LECTRICE".to_owned(),
            role: Role::Doctor,
            rpps: None,
            login: "anne".to_owned(),
            password: password("trois chiens noirs"),
            administrator: false,
        };
        core.handle(&derek, call).await.unwrap()
    };
    let sign_in = SignIn { login: "anne".to_owned(), password: password("trois chiens noirs") };
    core.handle(&reader, sign_in).await.unwrap();
    let new =
        bannette_api::session::ChangePassword { current: password("trois chiens noirs"), new: password(PASSWORD) };
    core.handle(&reader, new).await.unwrap();
    let grants = vec![bannette_api::sharing::Grant {
        to: bannette_api::sharing::Grantee::Person(person.id),
        level: Level::Read,
        begins: None,
        ends: None,
    }];
    let share =
        bannette_api::sharing::SetSharing { mailbox: second, shared: true, grants, motives: Vec::new(), version: 1 };
    core.handle(&derek, share).await.unwrap();
    remove(second, Received::Archive).await.unwrap();
    let settings = core.handle(&derek, ListMailboxSettings {}).await.unwrap().remove(0);
    assert!(settings.archived_at.is_some() && !settings.options.enabled && !settings.secret_kept);
    assert_eq!(timed.listed(&reader, View::Team, None).await.len(), 4);
    for row in timed.listed(&reader, View::Team, None).await {
        timed.validate(&reader, row.id, true).await.unwrap();
    }
    // Nothing leaves an archive by delay.
    timed.clock.advance(400 * DAY);
    let derek = timed.derek().await;
    let remove = |mailbox, received| core.handle(&derek, RemoveMailbox { mailbox, received });
    let preview = core.handle(&derek, PreviewPurge { mailbox: second }).await.unwrap();
    assert!(preview.next.is_none() && preview.due.messages == 0 && preview.archived_at.is_some());
    assert_eq!(core.handle(&derek, PurgeMailbox { mailbox: second }).await.unwrap().messages, 0);
    // Its owner may let go of what is dealt with; the conclusions stay, and are found.
    remove(second, Received::Purged).await.unwrap();
    let found = timed.listed(&derek, View::Team, Some("exemple")).await;
    assert!(found.len() == 4 && found.iter().all(|row| row.removed_at.is_some() && row.validated.is_some()));
    // Switched on again, with a folder, it is a mailbox like others.
    let mut back = ChangeMailbox::keeping(&core.handle(&derek, ListMailboxSettings {}).await.unwrap()[0]);
    back.options.enabled = true;
    back.secret = None::<MailboxSecret>;
    assert_eq!(core.handle(&derek, back).await.unwrap().archived_at, None);
    assert_eq!(core.handle(&derek, ListMailboxes {}).await.unwrap().len(), 1);
    assert_eq!(core.handle(&derek, VerifyJournal::default()).await.unwrap().faults, []);
    timed.core.stop().await;
}

/// `mailbox purge`, killed again and again: each time what left is whole, what stayed is whole, and the next run goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_purge_that_is_killed_goes_on() {
    const MESSAGES: u32 = 700;
    bannette::program();
    let timed = Timed::new().await;
    let mailbox = timed.mailbox("Labo", 1..MESSAGES + 1).await.to_string();
    timed.core.stop().await;
    let (data, key) = (timed.practice.data(), timed.practice.folder.path().join("clef"));
    {
        let mut file = rows::open(&data, &key).await;
        rows::change(
            &mut file,
            "update dossier set validated_at = 1, validated_by = (select id from person where login = 'derek')",
        )
        .await;
        rows::change(&mut file, "update placement set waiting = 0").await;
        rows::change(&mut file, "update delivery set at = 1").await;
    }
    let program = Bannette::at(timed.practice.folder.path()).signed_in("derek", PASSWORD);
    let mut standing = i64::from(MESSAGES);
    let (mut cut, mut turn) = (0, 0u64);
    while standing > 0 {
        turn += 1;
        assert!(turn < 60, "it never comes to its end");
        let after = format!("{}.{:03}", turn / 12, 350 + turn * 53 % 650);
        // A shell around it: `timeout` kills itself too, and has no exit status then.
        let outer = ["sh", "-c", "timeout -s KILL \"$0\" \"$@\"; exit $?", &after];
        let ended = program.run_in(&outer, &["--json", "mailbox", "purge", &mailbox]);
        let mut file = rows::open(&data, &key).await;
        let left = rows::number(&mut file, "select count(*) from delivery where left_at = 0").await;
        if ended.status != 0 && left < standing && left > 0 {
            cut += 1;
        }
        standing = left;
        for wrong in [
            "select count(*) from raw_message r where (length(r.zstd) > 0)
                 <> exists (select 1 from delivery v where v.raw = r.key and v.left_at = 0)",
            "select count(*) from placement p join dossier d on d.key = p.dossier where (p.waiting = 4)
                 = exists (select 1 from delivery v where v.raw = d.raw and v.left_at = 0)",
            "select count(*) from delivery v where v.left_at <> 0 and not exists (
                 select 1 from journal j join raw_message r on r.key = v.raw
                 where j.act = 'content_purged' and instr(j.detail, lower(hex(r.sha256))) > 0)",
        ] {
            assert_eq!(rows::number(&mut file, wrong).await, 0, "{wrong}");
        }
        sqlx::Connection::close(file).await.unwrap();
    }
    println!("{turn} runs, {cut} of them cut in the middle");
    assert!(cut > 0, "no kill hit the purge");
    let mut file = rows::open(&data, &key).await;
    rows::is_whole(&mut file).await;
    let verified = program.json(&["journal", "verify"]);
    assert_eq!(verified.done()["faults"], serde_json::json!([]));
}
