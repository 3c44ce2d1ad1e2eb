//! The generator's promises: the same seed gives the same bytes, identities are plainly invented, sizes are as asked.
#![allow(clippy::unwrap_used)] // a test may fail so

use bannette_synthetic::{Generator, Specimen, XdmDefect, XdmDocument};

fn specimens(seed: u64, count: usize) -> Vec<Specimen> {
    let mut generator = Generator::new(seed);
    (0..count).map(|_| generator.specimen("cabinet@example.org")).collect()
}

/// FNV-1a, enough to see that bytes changed.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(specimens(7, 50), specimens(7, 50));
    assert_ne!(specimens(7, 50), specimens(8, 50));
}

#[test]
fn the_bytes_do_not_change_with_time() {
    let all: Vec<u8> = specimens(1, 100).into_iter().flat_map(|specimen| specimen.message).collect();
    assert_eq!(
        fingerprint(&all),
        16_209_870_865_856_556_622,
        "the generator changed: benchmarks and demos before it cannot be compared with it"
    );
}

#[test]
fn about_three_in_a_hundred_are_critical_and_a_third_abnormal() {
    let all = specimens(3, 4000);
    let critical = all.iter().filter(|specimen| specimen.critical).count();
    let abnormal = all.iter().filter(|specimen| specimen.abnormal).count();
    assert!((60..=160).contains(&critical), "{critical}");
    assert!((1000..=1400).contains(&abnormal), "{abnormal}");
    assert!(all.iter().all(|specimen| !specimen.critical || specimen.abnormal));
}

#[test]
fn every_message_is_a_crlf_message_of_its_own() {
    let all = specimens(4, 500);
    let identifiers: std::collections::BTreeSet<String> = all
        .iter()
        .map(|specimen| {
            let text = String::from_utf8_lossy(&specimen.message).into_owned();
            assert!(!text.replace("\r\n", "").contains('\n'), "bare line feed");
            assert!(text.lines().all(|line| line.len() <= 998));
            assert!(text.contains("To: cabinet@example.org\r\n"));
            text.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned()
        })
        .collect();
    assert_eq!(identifiers.len(), all.len());
}

#[test]
fn small_messages_weigh_about_four_kilobytes() {
    let mut generator = Generator::new(5);
    let sizes: Vec<usize> = (0..1000).map(|_| generator.small("cabinet@example.org").len()).collect();
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((3900..=4600).contains(&mean), "{mean}");
}

#[test]
fn pdfs_have_the_size_asked_for() {
    let mut generator = Generator::new(6);
    for _ in 0..20 {
        let specimen = generator.with_pdf("cabinet@example.org", 60_000..200_000);
        let encoded = specimen.message.len();
        assert!((80_000..=290_000).contains(&encoded), "{encoded}");
    }
}

#[test]
fn dates_go_back_from_the_base_day() {
    let mut generator = Generator::new(9).based_on("2020-03-01");
    let message = generator.at(1).specimen("cabinet@example.org").message;
    assert!(String::from_utf8_lossy(&message).contains("Date: Sat, 29 Feb 2020 "));
}

#[test]
fn an_xdm_mail_is_the_same_for_the_same_seed_and_as_asked() {
    let document = XdmDocument { name: "DOC0001.XML", media_type: "text/xml", bytes: b"<ClinicalDocument/>" };
    let mail = |defects: &[XdmDefect]| Generator::new(11).xdm_mail("cabinet@example.org", None, &[document], defects);
    assert_eq!(mail(&[]), mail(&[]));
    let text = String::from_utf8(mail(&[]).message).unwrap();
    for wanted in
        ["name=\"IHE_XDM.zip\"", "X-MSS-CODECDA: 11502-2\r\n", "X-MSS-INS: O\r\n", "To: cabinet@example.org\r\n"]
    {
        assert!(text.contains(wanted), "{wanted}");
    }
    let names = |defects: &[XdmDefect]| String::from_utf8_lossy(&mail(defects).archive).into_owned();
    assert!(names(&[]).contains("IHE_XDM/SUBSET01/METADATA.XML"));
    assert!(names(&[XdmDefect::LowerCase]).contains("ihe_xdm/subset01/doc0001.xml"));
    assert!(names(&[XdmDefect::Backslashes]).contains("IHE_XDM\\SUBSET01\\DOC0001.XML"));
    assert!(!names(&[XdmDefect::NoMetadata]).contains("METADATA.XML"));
}

#[test]
fn the_bytes_of_cda_documents_do_not_change_with_time() {
    let all: Vec<u8> = (0..50)
        .flat_map(|seed| {
            let mut generator = Generator::new(seed);
            [generator.cda_n3().bytes, generator.cda_n1(2000).bytes].concat()
        })
        .collect();
    assert_eq!(
        fingerprint(&all),
        15_880_428_401_786_636_773,
        "the generator changed: benchmarks before it cannot be compared with it"
    );
}

#[test]
fn cda_documents_are_plainly_invented_and_have_what_they_should() {
    let all: Vec<_> = (0..400).map(|seed| Generator::new(seed).cda_n3()).collect();
    let share = |holds: &dyn Fn(&bannette_synthetic::CdaSpecimen) -> bool| {
        all.iter().filter(|specimen| holds(specimen)).count() * 100 / all.len()
    };
    assert!((2..=12).contains(&share(&|specimen| specimen.critical)));
    assert!((25..=65).contains(&share(&|specimen| specimen.abnormal)));
    assert!((5..=20).contains(&share(&|specimen| specimen.status == "partial")));
    assert!((5..=20).contains(&share(&|specimen| specimen.status == "corrected")));
    assert!((25..=55).contains(&share(&|specimen| specimen.pdf.is_some())));
    for specimen in &all {
        assert!(!specimen.results.is_empty() && specimen.level == 3);
        assert!(specimen.ins.as_ref().is_none_or(|(matricule, _)| matricule.get(5..10) == Some("99999")));
        assert!(!specimen.critical || specimen.abnormal);
    }
}
