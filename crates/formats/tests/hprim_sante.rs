//! HPRIM Santé: what each segment becomes, and the traps of hospital laboratories.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{Flag, FlagSource, Format, ReportStatus, ResultStatus, WarningCode};
use bannette_formats::by_format::{Read, Reader};

const HEAD: &str = "H|~^\\&|ESSAI1.HPR||LABHOP~Laboratoire hospitalier||ORU|||CABINET~Cabinet des Essais||P|H2.1~C|202505131559\r\n\
    P|1|398|B250513||EXEMPLE~ALICE|MODELE|19570314|F||12 RUE DES ESSAIS~~LE HAVRE~~76600|||||||||||||||~~CARDIO\r\n";
const ORDER: &str = "OBR|1|ECH1~|~20428E9575|IONO~Ionogramme~L^CRP~Protéine C~L|S||202505130815|||||||||TES~Dr TESTEUR PAUL~L\
    |||||||||F\r\n";
const END: &str = "L|1||1|31\r\n";

fn read(text: &str) -> Read {
    assert!(Reader::HprimSante.is_in(text.as_bytes()), "{text}");
    assert!(!Reader::Hl7.is_in(text.as_bytes()));
    Reader::HprimSante.read(text.as_bytes())
}

fn warned(read: &Read, code: WarningCode) -> bool {
    read.warnings.iter().any(|warning| warning.code == code)
}

#[test]
fn a_message_is_read_whole() {
    let read = read(&format!(
        "{HEAD}{ORDER}OBX|1|NM|K~Potassium~L||6.8|mmol/L|3.5 - 5.0|HH|||F|||202505130815\r\n\
         C|1|L|Contrôlé sur un second prélèvement^Prescripteur prévenu\r\n\
         OBX|2|NM|HT~  Hématocrite~L||38.2|%|35 - 48||||R\r\n\
         OBX|3|FIC|TEXTE~~L||GALAXIE~AL213202.j1~TXT\r\n{END}"
    ));
    assert_eq!(read.warnings, []);
    let [report] = read.reports.as_slice() else { panic!("{read:?}") };
    assert_eq!(report.format, Format::HprimSante);
    let patient = &report.patient;
    assert_eq!((patient.used_name.as_deref(), patient.birth_name.as_deref()), (Some("EXEMPLE"), Some("MODELE")));
    assert_eq!((patient.first_name.as_deref(), patient.sex.as_deref()), (Some("ALICE"), Some("F")));
    assert_eq!(patient.birth_date.as_deref(), Some("1957-03-14"));
    assert_eq!(patient.address, ["12 RUE DES ESSAIS", "76600 LE HAVRE"]);
    assert_eq!(report.laboratory.as_ref().unwrap().name.as_deref(), Some("Laboratoire hospitalier"));
    assert_eq!(report.recipients[0].name.as_deref(), Some("Cabinet des Essais"));
    let prescriber = report.prescriber.as_ref().unwrap();
    assert_eq!((prescriber.id.as_deref(), prescriber.name.as_deref()), (Some("TES"), Some("Dr TESTEUR PAUL")));
    assert_eq!(report.number.as_deref(), Some("20428E9575"));
    assert_eq!(report.sampled_at.as_deref(), Some("2025-05-13T08:15:00"));
    assert_eq!(report.reported_at.as_deref(), Some("2025-05-13T15:59:00"));
    assert_eq!(report.status, Some(ReportStatus::Partial));
    let section = &report.sections[0];
    assert_eq!(section.title.as_deref(), Some("Ionogramme, Protéine C"));
    let potassium = &section.results[0];
    assert_eq!((potassium.flag, potassium.flag_from), (Some(Flag::CriticallyHigh), Some(FlagSource::Laboratory)));
    assert_eq!(potassium.comment.as_deref(), Some("Contrôlé sur un second prélèvement\nPrescripteur prévenu"));
    let hematocrit = &section.results[1];
    assert_eq!((hematocrit.label.as_str(), hematocrit.code.as_deref()), ("Hématocrite", Some("HT")));
    assert_eq!((hematocrit.flag, hematocrit.status), (Some(Flag::Normal), Some(ResultStatus::Preliminary)));
    assert_eq!(section.results[2].value.as_deref(), Some("GALAXIE AL213202.j1 TXT"));
    let text = report.text.as_deref().unwrap();
    for words in ["398", "B250513", "CARDIO", "ECH1", "IONO", "Message : ESSAI1.HPR"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_continued_line_is_one_with_the_line_before() {
    let (start, end) = ORDER.split_at(ORDER.find("TEUR PAUL").unwrap());
    let joined = read(&format!("{HEAD}{ORDER}OBX|1|NM|K~Potassium~L||4\r\n{END}"));
    let cut = read(&format!("{HEAD}{start}\r\nA|{end}OBX|1|NM|K~Potass\r\nA|ium~L||\r\nA|4\r\n{END}"));
    assert_eq!(joined.reports, cut.reports);
    let none = read("H|~^\\&|||LAB||ORU|||X||P|H2.1|20250513\r\n\r\nA|seule au monde\r\nL|1\r\n");
    assert_eq!(none.reports.len(), 1);
}

#[test]
fn other_signs() {
    let sent = format!("{HEAD}{ORDER}OBX|1|ST|CRP~Protéine C~L||< 3.0|mg/L|0.0 - 3.0|N|||F\r\n{END}");
    let reference = read(&sent).reports;
    for (declared, component, repetition) in [("|^~\\&|", '^', '~'), ("|\\^&~|", '\\', '^')] {
        let other: String = sent
            .replace("|~^\\&|", "¤")
            .chars()
            .map(|c| match c {
                '~' => component,
                '^' => repetition,
                c => c,
            })
            .collect();
        assert_eq!(read(&other.replace('¤', declared)).reports, reference, "{declared}");
    }
}

#[test]
fn the_end_is_missed() {
    let obx = "OBX|1|NM|K~Potassium~L||4\r\n";
    assert!(warned(&read(&format!("{HEAD}{ORDER}{obx}")), WarningCode::MissingEndTag));
    assert!(!warned(&read(&format!("{HEAD}{ORDER}{obx}L|1\r\n")), WarningCode::MissingEndTag));
}

#[test]
fn several_patients_make_several_reports() {
    let (head, patient) = HEAD.split_once('\n').unwrap();
    let second = patient.replace("EXEMPLE~ALICE", "FICTIF~BRUNO").replace("P|1|", "P|2|");
    let obx = "OBX|1|NM|K~Potassium~L||4\r\n";
    let read = read(&format!("{head}\n{patient}{ORDER}{obx}{second}{ORDER}{obx}{END}"));
    let names: Vec<_> = read.reports.iter().filter_map(|report| report.patient.used_name.as_deref()).collect();
    assert_eq!(names, ["EXEMPLE", "FICTIF"]);
    assert!(warned(&read, WarningCode::SeveralPatients));
    assert!(read.reports.iter().all(|report| report.laboratory.is_some() && report.sections[0].results.len() == 1));
}

#[test]
fn notes_stand_with_what_they_are_on() {
    let read = read(&format!(
        "{HEAD}C|1|L|Patient à jeun\r\n{ORDER}C|1|L|Sérum hémolysé\r\nOBX|1|NM|K~Potassium~L||4\r\nC|1|L|Prévenu\r\n\
         ACT|1|B|120\r\nFAC|F1|20250513\r\nligne perdue\r\n{END}"
    ));
    let report = &read.reports[0];
    assert_eq!(report.sections[0].results[0].comment.as_deref(), Some("Prévenu"));
    let text = report.text.as_deref().unwrap();
    for words in ["Patient à jeun", "Protéine C : Sérum hémolysé", "ACT|1|B|120", "FAC|F1|20250513", "ligne perdue"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_table_with_pipes_is_no_message() {
    for text in ["H|nom|valeur|\n1|2|3\n", "H|---|---|\n", "HB|12\n", "H||||\n", "RES|HB|HB|N|12\n", ""] {
        assert!(!Reader::HprimSante.is_in(text.as_bytes()), "{text}");
        assert!(!Reader::Hl7.is_in(text.as_bytes()), "{text}");
    }
}

#[test]
fn which_of_several_and_whose() {
    let obx = |sub: &str, value: &str, at: &str| {
        format!("OBX|1|NM|GLY~Glycémie~L|{sub}|{value}|mmol/L|3.5 - 6.5|C|||F|||{at}\r\n")
    };
    let order = "OBR|1|||HGPO~Hyperglycémie~L|||202505130800||||||||SER~Sérum\r\n";
    let series = format!("{order}{}{}", obx("T0", "13.2", "202505130800"), obx("T120", "5.7", "202505131000"));
    let read =
        read(&format!("{HEAD}{series}{}{series}{END}", HEAD.split_once("\r\n").unwrap().1.replace("398", "399")));
    let [one, other] = read.reports.as_slice() else { panic!("{read:?}") };
    assert!(warned(&read, WarningCode::SeveralPatients), "another identifier is another patient");
    for report in [one, other] {
        let [first, last] = report.sections[0].results.as_slice() else { panic!("{report:?}") };
        assert_eq!((first.sub_id.as_deref(), last.sub_id.as_deref()), (Some("T0"), Some("T120")));
        assert_eq!((first.specimen.as_deref(), first.observed_at.as_deref()), (Some("Sérum"), None));
        assert_eq!(last.observed_at.as_deref(), Some("2025-05-13T10:00:00"));
        assert_eq!(first.flag, Some(Flag::Critical));
    }
    let values = |report: &bannette_api::report::Report| {
        report.patient.identifiers.iter().map(|one| one.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (values(one), values(other)),
        (vec!["398".into(), "B250513".into()], vec!["399".into(), "B250513".into()])
    );
}

#[test]
fn a_small_tilde_for_the_sign_of_components() {
    let sent = format!("{HEAD}{ORDER}OBX|1|NM|K~Potassium~L||6.8|mmol/L|3.5 - 5.0|HH|||F\r\n{END}");
    let usual = read(&sent).reports;
    let odd = read(&sent.replace('~', "˜"));
    assert_eq!(odd.reports[0].patient, usual[0].patient);
    assert_eq!(odd.reports[0].sections, usual[0].sections);
    assert!(warned(&odd, WarningCode::UnusualHeader));
}
