//! B8 and B13: the first page and the counts of a full store, and one right of one person, in a practice of 1,000 people,
//! 100 groups, 200 mailboxes and 20,000 grants. Through the core's calls, as the window does.
//!
//! `cargo xtask bench B8`. Arguments: `--dossiers N` (100000); `--keep DIR` only fills a practice and leaves it there, for
//! the benchmarks of the window; `--rights` measures B13r instead (`lists/rights.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark ends by panicking"
)]

#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;
#[path = "lists/peer.rs"]
mod peer;
#[path = "lists/rights.rs"]
mod rights;

use anyhow::{Context as _, Result, anyhow};
use bannette_api::dossiers::{GetCounts, ListDossiers, Urgency, View};
use bannette_api::mailboxes::{Connection, MailboxKind, Options};
use bannette_api::people::{Role, Title};
use bannette_api::report::Format;
use bannette_api::session::{CreatePractice, Password};
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{DossierId, GroupId, MailboxId, PersonId, Timestamp};
use bannette_core::{Core, Handle as _, KeyPlace, Place};
use bannette_formats::wrapped::Wrapped;
use bannette_rights::{Own, SystemAccess};
use bannette_store::{
    Act, Author, Batch, Keys, NewDossier, NewMailbox, NewMessage, NewPerson, Packer, RawSource, Store,
};
use std::path::{Path, PathBuf};
use std::time::Instant;
use uuid::Uuid;

/// As in the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PEOPLE: u128 = 1000;
const GROUPS: u128 = 100;
const MAILBOXES: u128 = 200;
const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(10_000 + number))
}

/// The groups that somebody is in.
fn groups_of(number: u128) -> Vec<u128> {
    let joins = if number > 20 { 2 } else { 8 };
    (0..joins).map(|turn| (number * 7 + turn * 13) % GROUPS).collect()
}

fn group(number: u128) -> GroupId {
    GroupId(Uuid::from_u128(20_000 + number))
}

fn mailbox(number: u128) -> MailboxId {
    MailboxId(Uuid::from_u128(30_000 + number))
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut dossiers = 100_000;
    let mut given = std::env::args().skip(1);
    let mut keep = None;
    while let Some(word) = given.next() {
        match word.as_str() {
            "--dossiers" => dossiers = given.next().context("a number is missing")?.parse()?,
            "--rights" => return rights::measure(dossiers.min(20_000)).await,
            "--keep" => keep = Some(PathBuf::from(given.next().context("a folder is missing")?)),
            _ => {}
        }
    }
    let scratch = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    let folder = keep.as_deref().unwrap_or_else(|| scratch.path());
    let Filled { core, session, store, .. } = filled(folder, dossiers, true).await?;
    if keep.is_some() {
        core.stop().await;
        return Ok(());
    }
    println!("{:<52} {:>12} {:>12}", "", "median", "p95");
    for (name, view, one, words) in [
        ("first page, Équipe, 60 of 200 mailboxes", View::Team, None, None),
        ("first page, Critiques", View::Critical, None, None),
        ("first page, À moi", View::Mine, None, None),
        ("first page, one mailbox", View::Team, Some(mailbox(0)), None),
        ("first page, Validés (none)", View::Validated, None, None),
        ("search, a rare name", View::Team, None, Some("specimen77")),
        ("search, a common word", View::Team, None, Some("ionogramme")),
    ] {
        let mut times = Vec::new();
        for _ in 0..200 {
            let words = words.map(str::to_owned);
            let call = ListDossiers { view, mailbox: one, words, after: None, limit: 50 };
            let begun = Instant::now();
            let page = core.handle(&session, call).await.map_err(|failure| anyhow!("{failure:?}"))?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            anyhow::ensure!(view == View::Validated || !page.rows.is_empty(), "an empty page: {name}");
        }
        row(name, &mut times, "ms");
    }
    let mut times = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        core.handle(&session, GetCounts {}).await.map_err(|failure| anyhow!("{failure:?}"))?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    row("all counts", &mut times, "ms");
    let mut times = Vec::new();
    for number in 0..2000 {
        let begun = Instant::now();
        let rights = store.practice_rights().await?.rights_of(person(number % PEOPLE), NOW);
        std::hint::black_box(rights.of(mailbox(number % MAILBOXES)));
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    row("one right of one person, from the store", &mut times, "µs");
    let practice = store.practice_rights().await?;
    let mut times = Vec::new();
    for number in 0..2000 {
        let begun = Instant::now();
        std::hint::black_box(practice.effective(person(number % PEOPLE), mailbox(number % MAILBOXES), NOW));
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    row("the same, the facts at hand", &mut times, "µs");
    let mut times = Vec::new();
    for number in 0..2000 {
        let begun = Instant::now();
        let mut read = store.read().await?;
        std::hint::black_box(read.rights_of(person(number % PEOPLE), NOW).await?.of(mailbox(number % MAILBOXES)));
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    row("the same, in a snapshot with begin and end", &mut times, "µs");
    core.stop().await;
    Ok(())
}

/// A practice to measure.
struct Filled {
    core: Core,
    session: bannette_core::Session,
    store: Store,
    me: PersonId,
}

/// Makes the practice, with all its grants or with those alone that its first person needs.
async fn filled(folder: &Path, dossiers: u32, all_grants: bool) -> Result<Filled> {
    let place = Place {
        data: folder.join("cabinet"),
        key: KeyPlace::File(folder.join("clef")),
        downloads: folder.to_owned(),
        post: "banc".to_owned(),
    };
    let core = Core::open(place.clone()).await;
    let session = core.session();
    let call = CreatePractice {
        practice: "Banc".to_owned(),
        title: Title::Dr,
        first_name: "Derek".to_owned(),
        last_name: "SHEPERD".to_owned(),
        role: Role::Doctor,
        login: "derek".to_owned(),
        password: Password("quatre chevaux gris".to_owned()),
    };
    let me = core.handle(&session, call).await.map_err(|failure| anyhow!("{failure:?}"))?.person.id;
    let store = Store::open(&place.data, Keys::load(&place.key, &place.data)?, "banc").await?;
    people(&store, me).await?;
    let grants = mailboxes(&store, me, all_grants).await?;
    let filling = Instant::now();
    fill(&store, dossiers).await?;
    println!(
        "{dossiers} dossiers in {MAILBOXES} mailboxes ({:.0} a second); {PEOPLE} people, {GROUPS} groups, {grants} grants",
        dossiers as f64 / filling.elapsed().as_secs_f64(),
    );
    Ok(Filled { core, session, store, me })
}

fn row(name: &str, times: &mut [f64], unit: &str) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[times.len() * share / 100];
    println!("{name:<52} {:>9.2} {unit} {:>9.2} {unit}", at(50), at(95));
}

async fn people(store: &Store, me: PersonId) -> Result<()> {
    let author = Author::Person(me);
    for number in 0..PEOPLE {
        let mut write = store.write().await?;
        let proof = write.rights_of(me, NOW).await?.administrator()?;
        let new = NewPerson {
            id: person(number),
            login: format!("p{number}"),
            title: Title::None,
            first_name: "Camille".to_owned(),
            last_name: format!("FICTIF {number}"),
            role: Role::Secretary,
            rpps: None,
            administrator: false,
            password: "no hash".to_owned(),
            password_must_change: false,
            idle_minutes: 15,
        };
        write.add_person(&proof, &new, NOW).await?;
        write.record(author, NOW, &Act::PersonAdded { person: new.id, administrator: false });
        write.commit().await?;
    }
    for number in 0..GROUPS {
        let mut write = store.write().await?;
        let proof = write.rights_of(me, NOW).await?.administrator()?;
        write.add_group(&proof, group(number), &format!("Groupe {number}")).await?;
        write.record(author, NOW, &Act::GroupAdded { group: group(number) });
        write.commit().await?;
    }
    // The proof is taken anew after each change of rights.
    for number in 0..PEOPLE {
        for joined in groups_of(number).into_iter().map(group) {
            let mut write = store.write().await?;
            let proof = write.rights_of(me, NOW).await?.administrator()?;
            write.set_member(&proof, joined, person(number), true).await?;
            write.record(author, NOW, &Act::GroupJoined { group: joined, person: person(number) });
            write.commit().await?;
        }
    }
    Ok(())
}

/// The rights given on a mailbox, a hundred; on sixty of them one is the first person's.
fn grants_of(number: u128, me: PersonId) -> Vec<Grant> {
    let mine = number < 60;
    let people =
        (0..if mine { 70u128 } else { 71 }).map(|turn| Grantee::Person(person((number * 31 + turn * 11) % PEOPLE)));
    let groups = (0..29u128).map(|turn| Grantee::Group(group((number + turn * 3) % GROUPS)));
    let grants = people.chain(groups).map(|to| Grant { to, level: Level::Read, begins: None, ends: None });
    let to_me = mine.then_some(Grant { to: Grantee::Person(me), level: Level::Send, begins: None, ends: None });
    grants.chain(to_me).collect()
}

/// Gives how many grants there are.
async fn mailboxes(store: &Store, me: PersonId, all_grants: bool) -> Result<usize> {
    let mut count = 0;
    for number in 0..MAILBOXES {
        let owner = if number == 0 { me } else { person(number) };
        let new = NewMailbox {
            kind: MailboxKind::Folder,
            address: format!("Boîte {number}"),
            connection: Connection::folder("/nowhere"),
            outgoing: None,
            apicrypt: None,
            options: Options { enabled: false, ..Options::default() },
        };
        let mut write = store.write().await?;
        write.add_mailbox(mailbox(number), owner, &new, &bannette_store::NewSecrets::default(), NOW).await?;
        write.record(Author::Person(owner), NOW, &Act::MailboxAdded { mailbox: mailbox(number) });
        write.commit().await?;
        let mut grants = grants_of(number, me);
        if !all_grants {
            grants.retain(|grant| grant.to == Grantee::Person(me));
        }
        count += grants.len();
        let mut write = store.write().await?;
        let proof = write.rights_of(owner, NOW).await?.grant::<Own>(mailbox(number))?;
        write.set_sharing(&proof, true, &grants, &[], 1).await?;
        write.record(Author::Person(owner), NOW, &Act::SharingSet { mailbox: mailbox(number), sharing: ().into() });
        write.commit().await?;
    }
    Ok(count)
}

async fn fill(store: &Store, dossiers: u32) -> Result<()> {
    use sha2::Digest as _;
    let urgencies = [Urgency::Normal, Urgency::Normal, Urgency::Abnormal, Urgency::Normal, Urgency::Critical];
    let template = bannette_synthetic::Generator::new(1).small("derek@medecin.test");
    for first in (0..dossiers).step_by(1000) {
        let numbers = first..dossiers.min(first + 1000);
        let in_mailbox = mailbox(u128::from(first / 1000) % MAILBOXES);
        let mut packer = Packer::new()?;
        let messages = numbers.map(|number| {
            let bytes = [format!("X-Number: {number}\r\n").as_bytes(), &template].concat();
            let urgency = if number.is_multiple_of(50) { Urgency::Critical } else { urgencies[number as usize % 4] };
            let dossier = NewDossier {
                id: DossierId(Uuid::from_u128(1_000_000 + u128::from(number))),
                sender: "Laboratoire des Essais".to_owned(),
                subject: "Ionogramme".to_owned(),
                patient: Some(bannette_api::dossiers::PatientLine {
                    last_name: format!("SPECIMEN{number}"),
                    first_name: "Alice".to_owned(),
                    birth_date: Some("1957-03-14".to_owned()),
                    sex: Some("F".to_owned()),
                }),
                urgency,
                headline: None,
                abnormal: 0,
                results: 4,
                documents: 0,
                warned: false,
                format: Format::HprimMedecin,
                status: None,
                number: None,
                identity: bannette_formats::Identity::default(),
                unread_documents: false,
                words: format!("SPECIMEN{number} Alice ionogramme potassium sodium chlore"),
                judged: 0,
                values: bannette_store::PackedValues::default(),
            };
            Ok(NewMessage {
                uid: number + 1,
                sha256: sha2::Sha256::digest(&bytes).into(),
                bytes: bytes.len() as u64,
                packed: packer.pack(&Wrapped::find(&bytes))?,
                source: RawSource::Message,
                name: String::new(),
                dossiers: vec![dossier],
                sealed: false,
            })
        });
        let batch = Batch { uid_validity: 1, messages: messages.collect::<Result<_>>()? };
        let mut write = store.write().await?;
        let at = NOW.plus(-i64::from(dossiers - first) * 1000);
        write.take_in(&SystemAccess::for_fetching(in_mailbox), batch, at).await?;
        write.commit().await?;
    }
    Ok(())
}
