//! The history of accesses: who sees what of it, and that nobody with the key of the file rewrites it unseen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::accesses::{AccessFilter, AccessKind, AccessOf, AccessPage};
use bannette_api::dossiers::Urgency;
use bannette_api::journal::{FaultKind, JournalReport};
use bannette_api::sharing::{Grant, Grantee, Level, Path};
use bannette_api::{DossierId, GlassId, MailboxId, PersonId};
use bannette_rights::{Access, Own};
use bannette_store::{AccessRequest, Act, Author, Keys, Store, StoreError, Under};
use support::{NOW, Place, dossier, id, message};

struct World {
    place: Place,
    owner: PersonId,
    reader: PersonId,
    mailbox: MailboxId,
    dossier: DossierId,
}

/// A mailbox with a dossier, shared with a reader; each opened the dossier, the reader saved a document.
async fn world() -> World {
    let place = Place::new().await;
    let (owner, reader) = (place.owner, place.add_person(2, "lecteur").await);
    let mailbox = place.add_mailbox(7, owner).await;
    place.take_in(mailbox, vec![message(1, "un", vec![dossier(40, Urgency::Normal, true)])], NOW).await;
    let grant = Grant { to: Grantee::Person(reader), level: Level::Read, begins: None, ends: None };
    share(&place, owner, mailbox, &[grant]).await;
    let world = World { place, owner, reader, mailbox, dossier: DossierId(id(40)) };
    let opened = Act::DossierOpened { dossier: world.dossier };
    world.act(owner, 1, &opened, Path::Owner).await;
    world.act(reader, 2, &opened, Path::Person).await;
    world.act(reader, 3, &Act::DocumentSaved { dossier: world.dossier, part: 0 }, Path::Person).await;
    world
}

async fn share(place: &Place, owner: PersonId, mailbox: MailboxId, grants: &[Grant]) {
    let mut read = place.store.read().await.unwrap();
    let proof = read.rights_of(owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let (_, _, version) = read.sharing(&proof).await.unwrap();
    drop(read);
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    write.set_sharing(&proof, true, grants, &[], version).await.unwrap();
    write.record(Author::Person(owner), NOW, &Act::SharingSet { mailbox, sharing: serde_json::json!({}) });
    write.commit().await.unwrap();
}

impl World {
    async fn act(&self, who: PersonId, minute: i64, act: &Act, by: Path) {
        let mut write = self.place.store.write().await.unwrap();
        let under = vec![Under { mailbox: self.mailbox, by: Some(by) }];
        write.record_under(Author::Person(who), NOW.plus(minute * 60_000), act, under);
        write.commit().await.unwrap();
    }

    async fn ask(&self, who: PersonId, request: AccessRequest) -> Result<AccessPage, StoreError> {
        let mut read = self.place.store.read().await.unwrap();
        let rights = read.rights_of(who, NOW).await.unwrap();
        let whole: Vec<Access<Own>> = rights.grant::<Own>(self.mailbox).into_iter().collect();
        read.accesses(&whole, &rights.visible(), &request).await
    }

    async fn acts(&self, who: PersonId, filter: AccessFilter) -> Vec<String> {
        let page = self.ask(who, self.request(filter, 50)).await.unwrap();
        page.entries.into_iter().map(|entry| entry.act).collect()
    }

    fn request(&self, filter: AccessFilter, limit: u32) -> AccessRequest {
        AccessRequest { of: AccessOf::Mailbox(self.mailbox), filter, after: None, limit }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_sees_all_and_a_reader_their_own() {
    let world = world().await;
    let all = world.acts(world.owner, AccessFilter::default()).await;
    assert_eq!(all, ["document_saved", "dossier_opened", "dossier_opened", "sharing_set", "mailbox_added"]);
    let page = world.ask(world.reader, world.request(AccessFilter::default(), 50)).await.unwrap();
    assert!(!page.whole && page.entries.iter().all(|entry| entry.person == Some(world.reader)));
    assert_eq!(page.entries.len(), 2);
    assert_eq!(page.entries[0].path, Some(Path::Person));
    assert_eq!(page.entries[0].dossier, Some(world.dossier));
    assert_eq!(page.entries[0].patient.as_ref().unwrap().last_name, "EXEMPLE");
    let stranger = world.place.add_person(3, "etranger").await;
    let refused = world.ask(stranger, world.request(AccessFilter::default(), 50)).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    let of = AccessRequest { of: AccessOf::Dossier(world.dossier), ..world.request(AccessFilter::default(), 50) };
    assert_eq!(world.ask(world.owner, of.clone()).await.unwrap().entries.len(), 3);
    assert_eq!(world.ask(world.reader, of.clone()).await.unwrap().entries.len(), 2);
    assert!(matches!(world.ask(stranger, of).await, Err(StoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_pages() {
    let world = world().await;
    let by = |kind| AccessFilter { kind: Some(kind), ..AccessFilter::default() };
    assert_eq!(world.acts(world.owner, by(AccessKind::Exported)).await, ["document_saved"]);
    assert_eq!(world.acts(world.owner, by(AccessKind::Rights)).await, ["sharing_set"]);
    assert_eq!(world.acts(world.owner, by(AccessKind::Opened)).await.len(), 2);
    let person = AccessFilter { person: Some(world.owner), ..by(AccessKind::Opened) };
    assert_eq!(world.acts(world.owner, person).await.len(), 1);
    // A reader who asks for somebody else's acts gets none.
    let other = AccessFilter { person: Some(world.owner), ..AccessFilter::default() };
    assert_eq!(world.acts(world.reader, other).await.len(), 0);
    let time =
        AccessFilter { begins: Some(NOW.plus(60_000)), ends: Some(NOW.plus(180_000)), ..AccessFilter::default() };
    assert_eq!(world.acts(world.owner, time).await, ["dossier_opened", "dossier_opened"]);
    let mut request = world.request(AccessFilter::default(), 2);
    let mut numbers = Vec::new();
    loop {
        let page = world.ask(world.owner, request.clone()).await.unwrap();
        numbers.extend(page.entries.iter().map(|entry| entry.number));
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    assert_eq!(numbers.len(), 5);
    assert!(numbers.is_sorted_by(|one, next| one > next), "{numbers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_act_under_two_mailboxes_is_one_line() {
    let world = world().await;
    let other = world.place.add_mailbox(8, world.owner).await;
    world.place.take_in(other, vec![message(1, "un", vec![dossier(41, Urgency::Normal, true)])], NOW).await;
    let mut write = world.place.store.write().await.unwrap();
    let under = [world.mailbox, other].map(|mailbox| Under { mailbox, by: Some(Path::Owner) });
    let act = Act::SourceRead { dossier: world.dossier };
    write.record_under(Author::Person(world.owner), NOW.plus(999_000), &act, under.to_vec());
    write.commit().await.unwrap();
    let mut read = world.place.store.read().await.unwrap();
    let rights = read.rights_of(world.owner, NOW).await.unwrap();
    let whole: Vec<_> = [world.mailbox, other].iter().map(|one| rights.grant::<Own>(*one).unwrap()).collect();
    let of = AccessRequest { of: AccessOf::Dossier(world.dossier), ..world.request(AccessFilter::default(), 50) };
    let page = read.accesses(&whole, &rights.visible(), &of).await.unwrap();
    assert_eq!(page.entries.iter().filter(|entry| entry.act == "source_read").count(), 1);
}

/// Does the statements on the file as an administrator with its key would, then checks.
async fn after(statements: &[&'static str]) -> JournalReport {
    let world = world().await;
    let mut write = world.place.store.write().await.unwrap();
    let administrator = write.rights_of(world.owner, NOW).await.unwrap().administrator().unwrap();
    let reason = "Le titulaire est absent.";
    let (glass, mailbox) = (GlassId(id(70)), world.mailbox);
    let ends = NOW.plus(900_000);
    write.break_glass(&administrator, glass, mailbox, reason, NOW, ends).await.unwrap();
    let act = Act::GlassBroken { mailbox, glass, ends, reason: reason.to_owned() };
    write.record(Author::Person(world.owner), NOW, &act);
    write.commit().await.unwrap();
    world.place.store.close().await;
    let mut file = world.place.beside().await;
    let off = ["journal_no_update", "journal_no_delete", "access_no_update", "access_no_delete"];
    for trigger in off {
        sqlx::query(sqlx::AssertSqlSafe(format!("drop trigger {trigger}"))).execute(&mut file).await.unwrap();
    }
    for statement in statements {
        let done = sqlx::query(*statement).execute(&mut file).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement} changes nothing");
    }
    sqlx::Connection::close(file).await.unwrap();
    let keys = Keys::load(&world.place.key(), &world.place.data()).unwrap();
    let store = Store::open(&world.place.data(), keys, "poste 1").await.unwrap();
    store.read().await.unwrap().verify_journal().await.unwrap()
}

fn kinds(report: &JournalReport) -> Vec<(u64, FaultKind)> {
    report.faults.iter().map(|fault| (fault.entry, fault.kind)).collect()
}

/// 1 practice, 2 person, 3 mailbox, 4 and 5 message, 6 sharing, 7 and 8 opened, 9 saved, 10 bris de glace.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_rewrites_the_list_with_the_key_is_found_out() {
    assert_eq!(kinds(&after(&[]).await), []);
    use FaultKind::{Edited, Misfiled, Missing, ReasonEdited};
    for (statements, found) in [
        // The lines of the list alone.
        (&["delete from access where seq = 7"][..], &[(7, Misfiled)][..]),
        (&["update access set person = x'00' where seq = 7"], &[(7, Misfiled)]),
        (&["update access set at = at + 1 where seq = 7"], &[(7, Misfiled)]),
        (&["update access set kind = 0 where seq = 9"], &[(9, Misfiled)]),
        (&["update access set dossier = 0 where seq = 9"], &[(9, Misfiled)]),
        (&["update access set seq = 2 where seq = 7"], &[(2, Misfiled), (7, Misfiled)]),
        (
            &["insert into access(mailbox, at, seq, person, kind, dossier) select mailbox, at, 1, person, kind, dossier
               from access where seq = 7"],
            &[(1, Misfiled)],
        ),
        // The entry with its line.
        (
            &["delete from access where seq = 7", "delete from journal where seq = 7"],
            &[(8, Missing)],
        ),
        (
            &["update access set person = x'00' where seq = 7", "update journal set person = x'00' where seq = 7"],
            &[(7, Edited)],
        ),
        (
            &["delete from access where seq = 7", "update journal set detail = '' where seq = 7"],
            &[(7, Edited)],
        ),
        // Why the glass was broken.
        (&["update broken_glass set reason = 'Une tout autre raison.'"], &[(10, ReasonEdited)]),
        (&["delete from broken_glass"], &[(10, ReasonEdited)]),
    ] {
        assert_eq!(kinds(&after(statements).await), found, "{statements:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_insert_only() {
    let world = world().await;
    let mut file = world.place.beside().await;
    for statement in ["update access set kind = 1", "delete from access"] {
        assert!(sqlx::query(statement).execute(&mut file).await.is_err(), "{statement}");
    }
}

/// A practice of years: 1,000,000 acts. `cargo test -p bannette-store --test accesses -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "some minutes"]
async fn a_history_of_years() {
    let world = world().await;
    let person = |number: u128| if number.is_multiple_of(50) { world.reader } else { world.owner };
    for batch in 0..200u128 {
        let mut write = world.place.store.write().await.unwrap();
        for number in batch * 5000..(batch + 1) * 5000 {
            let act = match number % 1000 {
                0 => Act::DocumentSaved { dossier: world.dossier, part: 0 },
                _ => Act::DossierOpened { dossier: world.dossier },
            };
            let under = vec![Under { mailbox: world.mailbox, by: Some(Path::Owner) }];
            let at = NOW.plus(i64::try_from(number).unwrap() * 1000);
            write.record_under(Author::Person(person(number)), at, &act, under);
        }
        write.commit().await.unwrap();
    }
    let middle = AccessFilter {
        begins: Some(NOW.plus(400_000_000)),
        ends: Some(NOW.plus(500_000_000)),
        ..AccessFilter::default()
    };
    for (name, who, filter) in [
        ("first page", world.owner, AccessFilter::default()),
        ("a reader's own", world.reader, AccessFilter::default()),
        ("by person", world.owner, AccessFilter { person: Some(world.reader), ..AccessFilter::default() }),
        ("by kind", world.owner, AccessFilter { kind: Some(AccessKind::Exported), ..AccessFilter::default() }),
        (
            "a kind that never was",
            world.owner,
            AccessFilter { kind: Some(AccessKind::Sent), ..AccessFilter::default() },
        ),
        ("a day long ago", world.owner, middle),
    ] {
        let begun = std::time::Instant::now();
        let page = world.ask(who, world.request(filter, 100)).await.unwrap();
        println!("{name}: {} entries in {:?}", page.entries.len(), begun.elapsed());
    }
    let begun = std::time::Instant::now();
    let report = world.place.store.read().await.unwrap().verify_journal().await.unwrap();
    println!("verified {} entries in {:?}", report.entries, begun.elapsed());
    assert!(report.faults.is_empty());
}
