//! The search: what is typed in the ways it is typed, the order of what is found, and that nothing is found, nor guessed at,
//! of what one may not read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bannette_api::dossiers::{DossierRow, PatientLine, Urgency, View, Visibility};
use bannette_api::report::ReportStatus;
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{DossierId, MailboxId, PersonId};
use bannette_rights::{Own, SystemAccess, Validate};
use bannette_store::{Act, Author, Indexed, ListRequest, NewDossier, NoThesaurus, Search};
use support::{NOW, Place, dossier, id, message, version_of};

/// A dossier of a patient.
fn of(number: u128, last_name: &str, first_name: &str, birth_date: &str, urgency: Urgency) -> NewDossier {
    let mut one = dossier(number, urgency, true);
    one.patient = Some(PatientLine {
        last_name: last_name.to_owned(),
        first_name: first_name.to_owned(),
        birth_date: Some(birth_date.to_owned()),
        sex: None,
    });
    one.sender = "Labo Alpha".to_owned();
    one.words = format!("{last_name}\n{first_name}\nBilan sanguin");
    one
}

async fn take_in(place: &Place, mailbox: MailboxId, dossiers: Vec<NewDossier>) {
    for one in dossiers {
        let number = u32::try_from(one.id.0.as_u128()).unwrap();
        place.take_in(mailbox, vec![message(number, &format!("content {number}"), vec![one])], NOW).await;
    }
}

async fn page(place: &Place, person: PersonId, typed: &str) -> Vec<DossierRow> {
    let visible = place.store.read().await.unwrap().rights_of(person, NOW).await.unwrap().visible();
    let search = Search::typed(typed, &NoThesaurus);
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        // Pages of two: what is found must go on over the parts of the list.
        let request = ListRequest { view: View::Team, search: search.clone(), after, limit: 2 };
        let page = place.store.read().await.unwrap().list(&visible, &request).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return rows;
        }
    }
}

async fn exactly(place: &Place, typed: &str) -> Vec<u128> {
    let rows = page(place, place.owner, typed).await;
    rows.iter().filter(|row| !row.near).map(|row| row.id.0.as_u128()).collect()
}

async fn nearly(place: &Place, typed: &str) -> Vec<u128> {
    let rows = page(place, place.owner, typed).await;
    rows.iter().filter(|row| row.near).map(|row| row.id.0.as_u128()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_found_in_every_way_a_name_is_typed() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let mut married = of(3, "MODELE", "Zoé", "1990-01-02", Urgency::Normal);
    married.identity.facts.family_names = vec!["fictif".to_owned(), "modele".to_owned()];
    let dossiers = vec![
        of(1, "EXEMPLE", "Marie", "1980-12-31", Urgency::Normal),
        of(2, "D’ESSAI-TÉMOIN", "Jean-François", "1957-03-14", Urgency::Normal),
        married,
        of(4, "LE CŒUR", "Chloë", "2001-02-03", Urgency::Normal),
    ];
    take_in(&place, mailbox, dossiers).await;
    for (typed, found) in [
        ("exemple ma", 1),
        ("Marie EXEM", 1),
        ("  marie,exemple ", 1),
        ("essai temoin", 2),
        ("d'essai-temoin", 2),
        ("D'ESSAI", 2),
        ("dessai", 2),
        ("essaitemoin jeanfrancois", 0),
        ("jean francois", 2),
        ("jean-francois", 2),
        ("JEANFRANÇOIS", 2),
        ("franc\u{327}ois", 2),
        ("zoe", 3),
        ("Zoé fictif", 3),
        ("lecoeur", 4),
        ("le coeur chloe", 4),
        ("LE CŒUR", 4),
    ] {
        let expected: Vec<u128> = if found == 0 { Vec::new() } else { vec![found] };
        assert_eq!(exactly(&place, typed).await, expected, "{typed}");
    }
    // Sent as one word, typed as two.
    take_in(&place, mailbox, vec![of(5, "LEGRANDTEST", "Ada", "1980-12-30", Urgency::Normal)]).await;
    assert_eq!(exactly(&place, "le grandtest").await, [5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birth_date_is_found_in_every_way_it_is_typed() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let mut other = of(2, "MODELE", "Paul", "1981-12-31", Urgency::Normal);
    // A text with these numbers is no patient of that day.
    other.words = "prélevé le 31/12/1980, 31 12 1980, 31121980 ng".to_owned();
    take_in(&place, mailbox, vec![of(1, "EXEMPLE", "Marie", "1980-12-31", Urgency::Normal), other]).await;
    take_in(&place, mailbox, vec![of(3, "FICTIF", "Léa", "1980-01-05", Urgency::Normal)]).await;
    for typed in [
        "31/12/1980",
        "31.12.80",
        "31/12/80",
        "31-12-1980",
        "1980-12-31",
        "1980/12/31",
        "31 12 1980",
        "31 décembre 1980",
        "31 DEC. 1980",
        "exemple 31/12/1980",
        "31/12/1980 marie",
        "311280",
        "31/12 1980",
    ] {
        assert_eq!(exactly(&place, typed).await, [1], "{typed}");
    }
    assert_eq!(exactly(&place, "31121980").await, [2, 1], "digits alone may be a number that a text says");
    assert_eq!(exactly(&place, "31/12").await, [2, 1]);
    assert_eq!(exactly(&place, "5/1/1980").await, [3]);
    assert_eq!(exactly(&place, "1er janvier 1980").await, Vec::<u128>::new());
    assert_eq!(exactly(&place, "5 janvier 1980").await, [3]);
    assert_eq!(exactly(&place, "marie 1980").await, [1]);
    for wrong in ["30/12/1980", "31/12/1982", "31121982", "13/31/1980"] {
        assert!(page(&place, place.owner, wrong).await.is_empty(), "{wrong}: digits are exact");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_found_with_its_blanks_and_without() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let mut one = of(1, "EXEMPLE", "Marie", "1980-12-31", Urgency::Normal);
    one.identity.facts.ins = Some("280127512345678".to_owned());
    one.number = Some("A25-0513068".to_owned());
    let mut other = of(2, "MODELE", "Paul", "1950-01-01", Urgency::Normal);
    other.identity.facts.insured_number = Some("1500120123456".to_owned());
    let mut corsican = of(3, "FICTIF", "Ange", "1950-01-01", Urgency::Normal);
    corsican.identity.facts.ins = Some("150012A12345612".to_owned());
    take_in(&place, mailbox, vec![one, other, corsican]).await;
    for (typed, found) in [
        ("280127512345678", 1),
        ("2801275123456", 1),
        ("2 80 12 75 123 456 78", 1),
        ("2 80 12 75 123 456", 1),
        ("2\u{a0}80\u{a0}12\u{a0}75 123 456", 1),
        ("2.80.12.75.123.456.78", 1),
        ("A25-0513068", 1),
        ("a250513068", 1),
        ("A25 0513068", 1),
        ("1500120123456", 2),
        ("150012012345609", 2),
        ("1 50 01 2A 123 456 12", 3),
        ("150012a123456", 3),
    ] {
        assert_eq!(exactly(&place, typed).await, [found], "{typed}");
    }
    for wrong in ["280127512345679", "2801275123457", "A250513069"] {
        assert!(page(&place, place.owner, wrong).await.is_empty(), "{wrong}: digits are exact");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_typing_error_is_forgiven_after_what_was_typed_exactly() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let dossiers = vec![
        of(1, "SPECIMEN", "Marie", "1980-12-31", Urgency::Normal),
        of(2, "SPECIMAN", "Paul", "1980-12-31", Urgency::Normal),
        of(3, "SPECIMAN", "Zoé", "1980-12-31", Urgency::Critical),
        of(4, "SPECIMEN", "Léa", "1980-12-31", Urgency::Critical),
        of(5, "SPECIMEN", "Ada", "1980-12-31", Urgency::Abnormal),
    ];
    take_in(&place, mailbox, dossiers).await;
    assert_eq!(exactly(&place, "specimen").await, [4, 5, 1], "the critical one first, then the newest");
    assert_eq!(nearly(&place, "specimen").await, [3, 2]);
    let order: Vec<u128> = page(&place, place.owner, "specimen").await.iter().map(|row| row.id.0.as_u128()).collect();
    assert_eq!(order, [4, 5, 1, 3, 2], "what was typed exactly stands first");
    for typed in ["specimne", "spcimen", "speciimen", "specinen", "pecimen", "specimenn", "sepcimen", "specimen marei"]
    {
        assert!(exactly(&place, typed).await.is_empty(), "{typed}");
        assert!(nearly(&place, typed).await.contains(&1), "{typed}");
    }
    // Only its beginning was typed, with an error in it.
    assert!(nearly(&place, "sepci").await.contains(&1));
    assert!(nearly(&place, "specimen marei").await.contains(&1));
    // Two errors, a short word, an error in the last letter of a beginning.
    for typed in ["psecimne", "specmnm", "zoi", "spef"] {
        assert!(page(&place, place.owner, typed).await.is_empty(), "{typed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_what_one_may_not_read_is_neither_found_nor_guessed() {
    let place = Place::new().await;
    let owner = place.add_person(2, "virginie").await;
    let reader = place.add_person(3, "paul").await;
    let (open, closed) = (place.add_mailbox(10, owner).await, place.add_mailbox(11, owner).await);
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(open).unwrap();
    let grant = Grant { to: Grantee::Person(reader), level: Level::Read, begins: None, ends: None };
    write.set_sharing(&proof, true, &[grant], &[], 1).await.unwrap();
    write.record(Author::Person(owner), NOW, &Act::SharingSet { mailbox: open, sharing: serde_json::Value::Null });
    write.commit().await.unwrap();
    take_in(&place, closed, vec![of(1, "ZYXABOND", "Marie", "1980-12-31", Urgency::Critical)]).await;
    take_in(&place, open, vec![of(2, "QUVWANDER", "Marie", "1980-12-31", Urgency::Normal)]).await;
    take_in(&place, open, vec![of(3, "KJHGTRIAL", "Marie", "1980-12-31", Urgency::Normal)]).await;
    let ids = |rows: Vec<DossierRow>| rows.iter().map(|row| row.id.0.as_u128()).collect::<Vec<_>>();
    for typed in ["zyxabond", "zyxabnod", "zyxabon", "zyxa", "yzxabo"] {
        assert!(page(&place, reader, typed).await.is_empty(), "{typed}");
        assert_eq!(ids(page(&place, owner, typed).await), [1], "{typed}");
    }
    assert_eq!(ids(page(&place, reader, "31/12/1980").await), [3, 2]);
    for typed in ["quvwander", "quvwadner"] {
        assert_eq!(ids(page(&place, reader, typed).await), [2], "{typed}");
    }
    // What its owner keeps for themselves is there for nobody else, and comes back with it.
    for (visibility, seen) in
        [(Visibility::Confidential, false), (Visibility::Withheld, false), (Visibility::Shared, true)]
    {
        let mut write = place.store.write().await.unwrap();
        let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(open).unwrap();
        write.set_visibility(&proof, DossierId(id(2)), visibility).await.unwrap();
        write.record(Author::Program, NOW, &Act::PracticeCreated);
        write.commit().await.unwrap();
        for typed in ["quvwander", "quvwadner", "31/12/1980 quvwadn"] {
            let found = ids(page(&place, reader, typed).await);
            assert_eq!(!found.is_empty(), seen, "{typed} while it is {visibility:?}");
            assert_eq!(ids(page(&place, owner, typed).await), [2], "{typed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_whose_place_another_has_taken_says_so() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let version = |number, content, status| {
        let mut one = of(number, "EXEMPLE", "Alice", "1957-03-14", Urgency::Normal);
        version_of(1, &mut one, content, &[1, 2], Some(status));
        one
    };
    take_in(&place, mailbox, vec![version(1, 1, ReportStatus::Partial)]).await;
    assert!(!page(&place, place.owner, "exemple").await[0].replaced);
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Validate>(mailbox).unwrap();
    write.set_validated(&proof, DossierId(id(1)), Some(NOW)).await.unwrap();
    write.record(Author::Program, NOW, &Act::PracticeCreated);
    write.commit().await.unwrap();
    take_in(&place, mailbox, vec![version(2, 2, ReportStatus::Complete)]).await;
    take_in(&place, mailbox, vec![version(3, 3, ReportStatus::Corrected)]).await;
    let rows = page(&place, place.owner, "exemple").await;
    let told: Vec<(u128, bool)> = rows.iter().map(|row| (row.id.0.as_u128(), row.replaced)).collect();
    assert_eq!(told, [(3, false), (2, true), (1, true)], "stepped back, and validated before");
}

/// What an earlier program wrote is found as before, and in all ways once its words were made anew.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_program_wrote_is_indexed_anew_step_by_step() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let dossiers = (1..=5).map(|number| of(number, "EXEMPLE", "Éloïse", "1980-12-31", Urgency::Normal)).collect();
    take_in(&place, mailbox, dossiers).await;
    let mut beside = place.beside().await;
    sqlx::raw_sql(
        "delete from name_word; update dossier set indexed = 0; delete from dossier_text;
         insert into dossier_text(rowid, words) select key, 'EXEMPLE Éloïse bilan' from dossier",
    )
    .execute(&mut beside)
    .await
    .unwrap();
    drop(beside);
    assert_eq!(exactly(&place, "eloise").await, [5, 4, 3, 2, 1]);
    assert!(page(&place, place.owner, "31/12/1980").await.is_empty());
    let proof = SystemAccess::for_fetching(mailbox);
    let mut left = vec![5, 4, 3, 2, 1];
    while place.store.read().await.unwrap().has_to_index().await.unwrap() {
        let found = place.store.read().await.unwrap().to_index(&proof, 2).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|one| one.bytes.is_some()));
        let words = |one: &bannette_store::ToIndex| Indexed {
            dossier: one.dossier,
            words: Some("EXEMPLE Éloïse bilan".to_owned()),
            unread_documents: true,
        };
        let words: Vec<Indexed> = found.iter().map(words).collect();
        let mut write = place.store.write().await.unwrap();
        write.index(&proof, &words).await.unwrap();
        write.commit_progress().await.unwrap();
        for one in &found {
            assert_eq!(left.remove(0), one.dossier.0.as_u128(), "the newest first, each once");
        }
        assert_eq!(exactly(&place, "31/12/1980").await.len(), 5 - left.len());
    }
    assert_eq!(nearly(&place, "exmeple").await, [5, 4, 3, 2, 1]);
    assert_eq!(exactly(&place, "bilan").await, [5, 4, 3, 2, 1]);
    // The words of documents are read again.
    assert!(place.store.read().await.unwrap().unread_documents(&proof).await.unwrap().is_some());
}

/// How long a search takes among 100,000 dossiers, and for comparison how long the index alone takes to give the newest
/// hundred that are seen: prints it. On a busy machine the best tells more than the median.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "some minutes"]
async fn a_hundred_thousand_dossiers() {
    let place = Place::new().await;
    let reader = place.add_person(2, "virginie").await;
    for box_number in 0..100u32 {
        let owner = if box_number < 60 { reader } else { place.owner };
        let mailbox = place.add_mailbox(u128::from(10 + box_number), owner).await;
        let messages = (0..1000u32).map(|one| {
            let number = box_number * 1000 + one;
            let urgency = if number.is_multiple_of(50) { Urgency::Critical } else { Urgency::Normal };
            let name: String = (0..5).map(|place| char::from(b'a' + (number / 26u32.pow(place) % 26) as u8)).collect();
            let mut new = of(1_000_000 + u128::from(number), &format!("SPEC{name}"), "Alice", "1957-03-14", urgency);
            new.words = format!("SPEC{name} Alice ionogramme potassium sodium chlore{number}");
            message(number + 1, &format!("content {number}"), vec![new])
        });
        place.take_in(mailbox, messages.collect(), NOW).await;
    }
    let visible = place.store.read().await.unwrap().rights_of(reader, NOW).await.unwrap().visible();
    let mut beside = place.beside().await;
    for word in ["ionogramme", "alice", "specdsaaa"] {
        let mut times = Vec::new();
        for _ in 0..20 {
            let begun = std::time::Instant::now();
            let newest: Vec<i64> = sqlx::query_scalar(
                "select rowid from dossier_text where dossier_text match $1 and exists (
                     select 1 from placement p where p.dossier = dossier_text.rowid and +p.mailbox <= 60)
                 order by rowid desc limit 101",
            )
            .bind(format!("\"{word}\"*"))
            .fetch_all(&mut beside)
            .await
            .unwrap();
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            assert!(!newest.is_empty());
        }
        times.sort_by(f64::total_cmp);
        println!("the index alone: {word:<11}           {:>8.1} ms best {:>8.1} ms median", times[0], times[10]);
    }
    for typed in [
        "specdsaaa",
        "specdsaaa alice",
        "specdsaab",
        "sepcdsaaa",
        "zzyzxqqq",
        "14/03/1957",
        "specaaaaz 14/03/1957",
        "chlore4242",
        "ionogramme",
        "alice",
        "ionogramme alice",
        "alcie",
        "spec",
    ] {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..20 {
            let begun = std::time::Instant::now();
            let search = Search::typed(typed, &NoThesaurus);
            let request = ListRequest { view: View::Team, search, after: None, limit: 100 };
            found = place.store.read().await.unwrap().list(&visible, &request).await.unwrap().rows.len();
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!("{typed:<28} {found:>4} rows {:>8.1} ms best {:>8.1} ms median", times[0], times[10]);
    }
}
