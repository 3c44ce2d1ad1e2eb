//! Histories of accesses as they are saved, and *bris de glace*: through the same calls as the window.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../../tests/support/practice.rs"]
mod practice;

use bannette_api::accesses::{AccessFilter, AccessKind, AccessOf, ExportAccesses, ExportForm, ListAccesses};
use bannette_api::dossiers::{GetHistory, OpenDossier, PrintDossier, SaveAttachment, ValidateDossier, View};
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::glass::{AcknowledgeBrokenGlass, BreakGlass, EndBrokenGlass, ListClosedMailboxes};
use bannette_api::journal::VerifyJournal;
use bannette_api::notices::{GetTold, MarkNoticesSeen};
use bannette_api::people::{AddPerson, Role, SuspendPerson, Title};
use bannette_api::session::{LockWindow, SignIn};
use bannette_api::sharing::{Level, Path, SetSharing, WhoCanRead};
use bannette_api::{DossierId, Failure, MailboxId, PersonId, Timestamp};
use bannette_core::{Browser, Core, Handle as _, ManualClock, Session};
use practice::{PASSWORD, Practice, password};
use std::sync::{Arc, Mutex};

const REASON: &str = "Le titulaire est absent et un résultat urgent est attendu.";

struct World {
    practice: Practice,
    owner: Session,
    owner_id: PersonId,
    reader: Session,
    reader_id: PersonId,
    mailbox: MailboxId,
    dossier: DossierId,
}

async fn world() -> World {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    for number in 1..=2 {
        let mail = practice::mail_with_document(number, "ÉXEMPLE-ŁUKASZEWICZ", "");
        std::fs::write(folder.join(format!("{number}.eml")), mail).unwrap();
    }
    let (owner, owner_person) = practice.person("meredith", Role::Doctor).await;
    let (reader, reader_person) = practice.person("piscine", Role::Secretary).await;
    let mailbox = practice.folder_mailbox(&owner, &folder).await.id;
    practice.core.fetch_once(&owner, None).await.unwrap();
    practice.share(&owner, mailbox, &[(reader_person.id, Level::Read)]).await;
    let dossier = practice.list(&owner, View::Team).await.unwrap()[0].id;
    World { practice, owner, owner_id: owner_person.id, reader, reader_id: reader_person.id, mailbox, dossier }
}

impl World {
    fn core(&self) -> &Core {
        &self.practice.core
    }

    async fn acts(&self, who: &Session, of: AccessOf) -> Vec<(String, Option<Path>)> {
        let ask = ListAccesses { of, filter: AccessFilter::default(), after: None, limit: 200 };
        let page = self.core().handle(who, ask).await.unwrap();
        page.entries.into_iter().map(|entry| (entry.act, entry.path)).collect()
    }

    async fn export(&self, who: &Session, form: ExportForm, filter: AccessFilter) -> Vec<u8> {
        let ask = ExportAccesses { of: AccessOf::Mailbox(self.mailbox), filter, form };
        std::fs::read(self.core().handle(who, ask).await.unwrap().path).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_to_a_dossier_is_in_its_history() {
    let world = world().await;
    let (core, dossier, reader) = (world.core(), world.dossier, &world.reader);
    core.handle(reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    for (name, args) in [
        ("read_source", serde_json::json!({ "dossier": dossier, "from": 0, "length": 10 })),
        ("read_attachment", serde_json::json!({ "dossier": dossier, "part": 0, "from": 0, "length": 10 })),
        ("save_attachment", serde_json::json!({ "dossier": dossier, "part": 0 })),
    ] {
        core.call_by_name(reader, name, args).await.unwrap();
    }
    // No document that can be drawn: the try is journaled all the same.
    let page = serde_json::json!({ "dossier": dossier, "part": 0, "page": 0, "width": 400 });
    drop(core.call_by_name(reader, "render_page", page).await);
    let curve = GetHistory { dossier, label: "Potassium".into(), loinc: None, unit: Some("mmol/L".into()) };
    let points = core.handle(reader, curve).await.unwrap().points;
    assert!(!points.is_empty());
    let personal = Some(Path::Person);
    let wanted = ["history_read", "document_read", "document_saved", "document_read", "source_read", "dossier_opened"];
    let wanted: Vec<_> = wanted.map(|act| (act.to_owned(), personal)).to_vec();
    assert_eq!(world.acts(reader, AccessOf::Dossier(dossier)).await, wanted);
    assert_eq!(world.acts(&world.owner, AccessOf::Dossier(dossier)).await, wanted);
    core.handle(&world.owner, ValidateDossier { dossier, validated: true }).await.unwrap();
    let acts = world.acts(&world.owner, AccessOf::Mailbox(world.mailbox)).await;
    assert_eq!(acts[0], ("validated".to_owned(), Some(Path::Owner)));
    let stranger = world.practice.person("etranger", Role::Doctor).await.0;
    let ask =
        ListAccesses { of: AccessOf::Mailbox(world.mailbox), filter: AccessFilter::default(), after: None, limit: 10 };
    assert_eq!(core.handle(&stranger, ask).await, Err(Failure::NotFound));
}

/// What is printed is an act of its own, in the histories of the dossier and of the mailbox; whoever may not read is given
/// nothing, and the journal then says nothing of a print.
#[tokio::test(flavor = "multi_thread")]
async fn a_print_is_journaled_before_anything_is_given() {
    let world = world().await;
    let (core, dossier, reader) = (world.core(), world.dossier, &world.reader);
    let print = || PrintDossier { dossier, encoding: None, message: None };
    let printed = core.handle(reader, print()).await.unwrap();
    let opened = core.handle(reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    assert_eq!((&printed.view.report, &printed.view.message), (&opened.report, &opened.message));
    let (stranger, _) = world.practice.person("etranger", Role::Doctor).await;
    assert_eq!(core.handle(&stranger, print()).await, Err(Failure::NotFound), "as if it did not exist");
    core.handle(&stranger, LockWindow {}).await.unwrap();
    assert_eq!(core.handle(&stranger, print()).await, Err(Failure::WindowLocked));
    assert_eq!(core.handle(&core.session(), print()).await, Err(Failure::NotSignedIn));
    core.handle(&world.practice.derek, SuspendPerson { person: world.reader_id }).await.unwrap();
    assert_eq!(core.handle(reader, print()).await, Err(Failure::Suspended));
    let only = AccessFilter { kind: Some(AccessKind::Printed), ..AccessFilter::default() };
    for of in [AccessOf::Dossier(dossier), AccessOf::Mailbox(world.mailbox)] {
        let ask = ListAccesses { of, filter: only.clone(), after: None, limit: 10 };
        let entries = core.handle(&world.owner, ask).await.unwrap().entries;
        let [entry] = &entries[..] else { panic!("one print: {entries:?}") };
        assert_eq!(
            (entry.act.as_str(), entry.person, entry.path),
            ("dossier_printed", Some(world.reader_id), Some(Path::Person))
        );
        assert_eq!((entry.at, entry.dossier), (printed.at, Some(dossier)));
    }
    let csv = String::from_utf8(world.export(&world.owner, ExportForm::Csv, only).await).unwrap();
    assert!(csv.contains("Impression"), "{csv}");
    assert_eq!(core.handle(&world.owner, VerifyJournal::default()).await.unwrap().faults, []);
}

/// The other dossiers whose values a curve shows have it in their histories too.
#[tokio::test(flavor = "multi_thread")]
async fn a_curve_is_an_access_to_every_dossier_that_it_shows() {
    let world = world().await;
    let rows = world.practice.list(&world.reader, View::Team).await.unwrap();
    let other = rows.iter().find(|row| row.id != world.dossier).unwrap().id;
    let dossier = world.dossier;
    let curve = GetHistory { dossier, label: "Potassium".into(), loinc: None, unit: Some("mmol/L".into()) };
    let points = world.core().handle(&world.reader, curve).await.unwrap().points;
    let shown = points.iter().any(|point| point.dossier == other);
    let told = !world.acts(&world.owner, AccessOf::Dossier(other)).await.is_empty();
    assert_eq!(shown, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_saved_as_a_table_and_as_a_document() {
    let world = world().await;
    let (core, dossier) = (world.core(), world.dossier);
    // A name that a spreadsheet would compute.
    let formula = AddPerson {
        title: Title::None,
        first_name: "=HYPERLINK".to_owned(),
        last_name: "cmd|' /C calc'!A0".to_owned(),
        role: Role::Secretary,
        rpps: None,
        login: "formule".to_owned(),
        password: password("trois chiens noirs"),
        administrator: false,
    };
    let formula = core.handle(&world.practice.derek, formula).await.unwrap();
    let session = core.session();
    let sign_in = SignIn { login: "formule".to_owned(), password: password("trois chiens noirs") };
    core.handle(&session, sign_in).await.unwrap();
    let new = serde_json::json!({ "current": "trois chiens noirs", "new": PASSWORD });
    core.call_by_name(&session, "change_password", new).await.unwrap();
    let readers = [(world.reader_id, Level::Read), (formula.id, Level::Send)];
    world.practice.share(&world.owner, world.mailbox, &readers).await;
    for _ in 0..60 {
        core.handle(&world.reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    }
    core.handle(&session, SaveAttachment { dossier, message: None, part: 0, open: false }).await.unwrap();

    let csv = String::from_utf8(world.export(&world.owner, ExportForm::Csv, AccessFilter::default()).await).unwrap();
    assert!(
        csv.starts_with("\u{feff}\"Date et heure\";\"Personne\";\"Acte\";\"Dossier\";\"Droit\";\"Poste\";\"N°\"\r\n")
    );
    assert!(csv.contains("\"'=HYPERLINK CMD|' /C CALC'!A0\";\"Document enregistré hors de Bannette\""), "{csv}");
    assert!(csv.contains("\"ÉXEMPLE-ŁUKASZEWICZ ALICE, 14/03/1957\";\"à titre personnel\";\"poste d'essai\""), "{csv}");
    // Beside them, that a value of another dossier of the patient was shown with each opening.
    let opened = csv.lines().filter(|line| !line.contains("Valeurs montrées comme antériorités"));
    assert_eq!(opened.count(), 1 + 64, "{csv}");
    for line in csv.lines() {
        assert_eq!(line.matches("\";\"").count(), 6, "{line}");
    }

    let pdf = world.export(&world.owner, ExportForm::Pdf, AccessFilter::default()).await;
    let read = bannette_pdf::text(&pdf, &bannette_pdf::Limits::default(), &|| true);
    assert!(read.pages >= 3 && read.defects.is_empty(), "{} pages, {:?}", read.pages, read.defects);
    let words = read.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "Historique des accès – boîte Dossier d'essai",
        "Cabinet : Cabinet d'essai",
        "Période : depuis le début",
        "Exporté par meredith MEREDITH le",
        "Journal vérifié",
        "chaîne intacte",
        "Dossier ouvert",
        "ŁUKASZEWICZ",
        &format!("page {} sur {}", read.pages, read.pages),
        "Historique de la boîte exporté",
    ] {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screenshots");
    std::fs::create_dir_all(&target).unwrap();
    std::fs::write(target.join("access-history.pdf"), &pdf).unwrap();
    let draw = move || bannette_pdf::render(&pdf, 0, 1600, &|| true).unwrap();
    let picture = std::thread::Builder::new().stack_size(16 << 20).spawn(draw).unwrap().join().unwrap();
    std::fs::write(target.join("access-history.png"), picture.png).unwrap();

    // A reader's file holds their own acts, and says so.
    let own = world.export(&world.reader, ExportForm::Pdf, AccessFilter::default()).await;
    let own = bannette_pdf::text(&own, &bannette_pdf::Limits::default(), &|| true).text;
    assert!(own.contains("seulement les actes de la personne qui exporte") && !own.contains("HYPERLINK"), "{own}");
    // Each export is an act of the history.
    let by_kind = AccessFilter { kind: Some(AccessKind::Exported), ..AccessFilter::default() };
    let csv = String::from_utf8(world.export(&world.owner, ExportForm::Csv, by_kind).await).unwrap();
    assert_eq!(csv.matches("Historique de la boîte exporté").count(), 3, "{csv}");
    let report = core.handle(&world.owner, VerifyJournal::default()).await.unwrap();
    assert_eq!(report.faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_under_a_right_on_another_mailbox_is_not_told() {
    let world = world().await;
    // The same report lies in another mailbox, whose owner must not learn of this one.
    let folder = world.practice.folder.path().join("autre");
    std::fs::create_dir(&folder).unwrap();
    let mail = practice::mail_with_document(1, "ÉXEMPLE-ŁUKASZEWICZ", "");
    std::fs::write(folder.join("1.eml"), mail).unwrap();
    let (other, _) = world.practice.person("autre", Role::Doctor).await;
    let mailbox = world.practice.folder_mailbox(&other, &folder).await.id;
    world.core().fetch_once(&other, None).await.unwrap();
    let dossier = world.practice.list(&other, View::Team).await.unwrap()[0].id;
    world.core().handle(&world.reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    assert_eq!(world.acts(&world.owner, AccessOf::Dossier(dossier)).await.len(), 1);
    assert_eq!(world.acts(&other, AccessOf::Dossier(dossier)).await.len(), 0);
    assert!(world.acts(&other, AccessOf::Mailbox(mailbox)).await.iter().all(|(act, _)| act == "mailbox_added"));
}

#[tokio::test(flavor = "multi_thread")]
async fn glass_is_broken_by_administrators_for_a_reason_and_a_time() {
    let world = world().await;
    let (core, derek, mailbox, dossier) = (world.core(), &world.practice.derek, world.mailbox, world.dossier);
    let ask = |reason: &str, minutes| BreakGlass { mailbox, reason: reason.to_owned(), minutes };
    let not_allowed = Err(Failure::NotAllowed { needs: Needs::Administrator });
    assert_eq!(core.handle(&world.owner, ask(REASON, 15)).await, not_allowed);
    assert_eq!(core.handle(&world.reader, ask(REASON, 15)).await, not_allowed);
    let invalid = |field, why| Err(Failure::Invalid { field, why });
    let most = Why::OutOfRange { least: 1, most: 1440 };
    assert_eq!(core.handle(derek, ask(REASON, 1441)).await, invalid(Field::Duration, most));
    assert_eq!(core.handle(derek, ask(REASON, 0)).await, invalid(Field::Duration, most));
    assert_eq!(core.handle(derek, ask(" ", 15)).await, invalid(Field::Reason, Why::Empty));
    assert!(core.handle(derek, ask("urgence", 15)).await.is_err());
    let closed = core.handle(derek, ListClosedMailboxes {}).await.unwrap();
    assert_eq!(closed.iter().map(|one| (one.mailbox, one.owner)).collect::<Vec<_>>(), [(mailbox, world.owner_id)]);
    let open = OpenDossier { dossier, encoding: None, message: None };
    assert_eq!(core.handle(derek, open.clone()).await, Err(Failure::NotFound));

    let glass = core.handle(derek, ask(REASON, 15)).await.unwrap();
    assert!(!core.handle(derek, open.clone()).await.unwrap().may_validate);
    assert_eq!(core.handle(derek, ListClosedMailboxes {}).await.unwrap(), []);
    assert_eq!(core.handle(derek, ask(REASON, 15)).await, invalid(Field::Mailbox, Why::HasIt), "reads it already");
    let refused = core.handle(derek, ValidateDossier { dossier, validated: true }).await;
    assert_eq!(refused, Err(Failure::NotAllowed { needs: Needs::Validate }));
    let share = SetSharing { mailbox, shared: true, grants: Vec::new(), motives: Vec::new(), version: 1 };
    assert_eq!(core.handle(derek, share).await, Err(Failure::NotAllowed { needs: Needs::Own }));
    // The owner, and everyone who asks who can read, sees it.
    let told = core.handle(&world.owner, GetTold {}).await.unwrap().glass;
    assert_eq!(
        (told.len(), told[0].id, told[0].by, told[0].reason.as_str()),
        (1, glass, world.practice.derek_id, REASON)
    );
    assert!(told[0].mine && !told[0].acknowledged);
    let readers = core.handle(&world.reader, WhoCanRead { mailbox }).await.unwrap();
    assert!(readers.iter().any(|one| one.right.reasons.iter().any(|reason| reason.path == Path::BreakGlass)));
    assert_eq!(core.handle(&world.reader, GetTold {}).await.unwrap().glass, []);
    let end = EndBrokenGlass { glass };
    assert_eq!(core.handle(&world.reader, end.clone()).await, Err(Failure::NotAllowed { needs: Needs::Own }));

    core.handle(&world.owner, end.clone()).await.unwrap();
    assert_eq!(core.handle(derek, open).await, Err(Failure::NotFound));
    assert_eq!(core.handle(&world.owner, end).await, Err(Failure::Conflict));
    let told = core.handle(&world.owner, GetTold {}).await.unwrap().glass;
    assert_eq!((told.len(), told[0].running), (1, false), "it stands until it is acknowledged");
    core.handle(&world.owner, AcknowledgeBrokenGlass { glass }).await.unwrap();
    assert_eq!(core.handle(&world.owner, GetTold {}).await.unwrap().glass, []);
    let notices = core.handle(derek, GetTold {}).await.unwrap().notices;
    let last = notices.last().unwrap();
    assert_eq!((last.by, last.after), (Some(world.owner_id), None));
    core.handle(derek, MarkNoticesSeen { up_to: last.number }).await.unwrap();
    assert_eq!(core.handle(derek, GetTold {}).await.unwrap().notices, []);
    let acts: Vec<_> = world.acts(&world.owner, AccessOf::Mailbox(mailbox)).await;
    let wanted = [
        ("glass_acknowledged", Some(Path::Owner)),
        ("glass_ended", None),
        ("earlier_values_shown", Some(Path::BreakGlass)),
        ("dossier_opened", Some(Path::BreakGlass)),
        ("glass_broken", None),
    ];
    assert_eq!(acts[..5], wanted.map(|(act, path)| (act.to_owned(), path)));
    assert_eq!(core.handle(derek, VerifyJournal::default()).await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_glass_ends_by_its_time_and_with_a_suspension() {
    let world = world().await;
    let (mailbox, dossier) = (world.mailbox, world.dossier);
    let call = AddPerson {
        title: Title::None,
        first_name: "Miranda".to_owned(),
        last_name: "BAILEY".to_owned(),
        role: Role::Doctor,
        rpps: None,
        login: "miranda".to_owned(),
        password: password("trois chiens noirs"),
        administrator: true,
    };
    let miranda_id = world.core().handle(&world.practice.derek, call).await.unwrap().id;
    world.core().stop().await;
    let clock = Arc::new(ManualClock::at(Timestamp(1_900_000_000_000)));
    let core = Core::open_with(practice::place(world.practice.folder.path()), clock.clone()).await;
    let _stopping = practice::Stopping(core.clone());
    let sign_in = async |login: &str, secret: &str| {
        let session = core.session();
        let call = SignIn { login: login.to_owned(), password: password(secret) };
        core.handle(&session, call).await.unwrap();
        session
    };
    let (derek, miranda) = (sign_in("derek", PASSWORD).await, sign_in("miranda", "trois chiens noirs").await);
    let new = serde_json::json!({ "current": "trois chiens noirs", "new": PASSWORD });
    core.call_by_name(&miranda, "change_password", new).await.unwrap();
    let ask = || BreakGlass { mailbox, reason: REASON.to_owned(), minutes: 10 };
    let open = || OpenDossier { dossier, encoding: None, message: None };
    core.handle(&derek, ask()).await.unwrap();
    clock.advance(10 * 60_000 - 1);
    core.handle(&derek, open()).await.unwrap();
    clock.advance(1);
    assert_eq!(core.handle(&derek, open()).await, Err(Failure::NotFound));
    let told = core.handle(&derek, GetTold {}).await.unwrap();
    assert_eq!((told.glass.len(), told.notices.last().map(|last| (last.after, last.by))), (0, Some((None, None))));
    // The owner, who was away, finds it at the next sign-in.
    let owner = sign_in("meredith", PASSWORD).await;
    assert_eq!(core.handle(&owner, GetTold {}).await.unwrap().glass.len(), 1);

    core.handle(&miranda, ask()).await.unwrap();
    core.handle(&miranda, open()).await.unwrap();
    core.handle(&derek, SuspendPerson { person: miranda_id }).await.unwrap();
    assert_eq!(core.handle(&miranda, open()).await, Err(Failure::Suspended));
    assert_eq!(core.handle(&owner, WhoCanRead { mailbox }).await.unwrap().len(), 2);
    assert_eq!(core.handle(&owner, VerifyJournal::default()).await.unwrap().faults, []);
}

/// A post whose program for documents notes what it is given.
#[derive(Default)]
struct Viewer(Mutex<Vec<std::path::PathBuf>>);

impl Browser for Viewer {
    fn open(&self, _: &str) -> std::io::Result<()> {
        panic!("no address is opened")
    }

    fn open_file(&self, path: &std::path::Path) -> std::io::Result<()> {
        self.0.lock().unwrap().push(path.to_owned());
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_is_opened_in_the_posts_program_after_it_was_saved_and_nothing_else_is() {
    let world = world().await;
    let attached = [("bilan.pdf", "%PDF-1.4 bilan"), ("outil.exe", "%PDF-1.4 outil"), ("faux.pdf", "MZ programme")];
    let parts = attached.map(|(name, bytes)| {
        format!(
            "--limite\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n\
             {bytes}\r\n"
        )
    });
    let mail = format!(
        "From: labo@example.org\r\nSubject: Trois pieces\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=limite\r\n\r\n{}--limite--\r\n",
        parts.concat()
    );
    std::fs::write(world.practice.folder.path().join("depot/pieces.eml"), mail).unwrap();
    world.core().fetch_once(&world.owner, None).await.unwrap();
    let rows = world.practice.list(&world.owner, View::Team).await.unwrap();
    let dossier = rows.iter().find(|row| row.subject == "Trois pieces").unwrap().id;
    let save = |part, open| SaveAttachment { dossier, message: None, part, open };
    let saved = world.core().handle(&world.owner, save(0, true)).await.unwrap();
    assert!(!saved.opened, "no program was given: it is saved all the same");
    assert!(std::fs::exists(&saved.path).unwrap());

    let viewer = Arc::new(Viewer::default());
    world.core().use_browser(viewer.clone());
    let mut opened = Vec::new();
    for (part, open, wanted) in [(0, false, false), (0, true, true), (1, true, true), (2, true, false)] {
        let saved = world.core().handle(&world.owner, save(part, open)).await.unwrap();
        assert_eq!(saved.opened, wanted, "{part} {open}");
        assert!(std::fs::exists(&saved.path).unwrap());
        opened.extend(wanted.then(|| std::path::PathBuf::from(saved.path)));
    }
    assert_eq!(*viewer.0.lock().unwrap(), opened);
    assert!(opened.iter().all(|path| path.extension().is_some_and(|ending| ending == "pdf")), "{opened:?}");
    let told = world.acts(&world.owner, AccessOf::Dossier(dossier)).await;
    assert_eq!(told.iter().filter(|(act, _)| act == "document_saved").count(), 5, "{told:?}");
}
