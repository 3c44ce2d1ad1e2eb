//! HPRIM Médecin: whose lines are whose, where end tags are missing or the header is not as it should be.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{ParsedFile, Report, WarningCode};
use bannette_formats::parse_file;
use proptest::prelude::*;

/// A header of twelve lines, of a patient who is nobody else in these tests.
fn header(name: &str, first: &str, birth: &str) -> Vec<String> {
    let lines = [
        &format!("P{}", name.len()),
        name,
        first,
        "5 quai des Epreuves",
        "",
        "99100 MODELBOURG",
        birth,
        "",
        &format!("T26{}", first.len()),
        "02/01/2026",
        "LABTIL     LABO DES TILLEULS",
        "MEDFIC     Dr EXEMPLE",
    ];
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn modele() -> String {
    header("MODELE", "Anouk", "11/05/1979").join("\r\n") + "\r\n"
}

fn fictif() -> String {
    header("FICTIF", "Bastien", "23/09/1951").join("\r\n") + "\r\n"
}

fn parse(text: &str) -> ParsedFile {
    parse_file("essai.hpr", text.as_bytes())
}

fn warned(file: &ParsedFile, code: WarningCode) -> bool {
    file.warnings.iter().any(|warning| warning.code == code)
}

fn text(report: &Report) -> &str {
    report.text.as_deref().unwrap_or_default()
}

fn labels(report: &Report) -> Vec<&str> {
    report.sections.iter().flat_map(|section| &section.results).map(|result| result.label.as_str()).collect()
}

const GLUCOSE: &str = "RES|Glycemie|GLY|N|5.1|mmol/L|3.9|6.1|N|F\r\n";
const POTASSIUM: &str = "RES|Kaliemie|K|N|6.7|mmol/L|3.5|5.0|HH|F\r\n";
const LAB: &str = "****LAB****\r\n";
const END: &str = "****FIN****\r\n****FINFICHIER****\r\n";

#[test]
fn the_next_header_begins_the_next_patient() {
    let firsts = [
        "Radio du thorax sans particularite.\r\n".to_owned(),
        format!("Bilan\r\n{LAB}{GLUCOSE}"),
        GLUCOSE.to_owned(),
        format!("TEX|Bilan\r\n{GLUCOSE}TEX|Controle conseille\r\n"),
        format!("{LAB}{GLUCOSE}Remarque libre\r\n\r\n"),
    ];
    let seconds = [
        "Hemoculture positive\r\n".to_owned(),
        format!("Ionogramme\r\n{LAB}{POTASSIUM}"),
        format!("{LAB}{POTASSIUM}"),
        POTASSIUM.to_owned(),
        format!("TEX|Ionogramme\r\n{POTASSIUM}"),
    ];
    for first in &firsts {
        for second in &seconds {
            let file = parse(&format!("{}{first}{}{second}{END}", modele(), fictif()));
            let what = format!("{first:?} {second:?}: {file:#?}");
            let [one, other] = file.dossiers.as_slice() else { panic!("{what}") };
            assert_eq!(one.patient.used_name.as_deref(), Some("MODELE"), "{what}");
            assert_eq!(other.patient.used_name.as_deref(), Some("FICTIF"), "{what}");
            assert_eq!(other.patient.birth_date.as_deref(), Some("1951-09-23"), "{what}");
            assert!(!labels(one).contains(&"Kaliemie") && !text(one).contains("FICTIF"), "{what}");
            assert!(!labels(other).contains(&"Glycemie") && !text(other).contains("Radio"), "{what}");
            let comments =
                one.sections.iter().flat_map(|section| &section.results).filter_map(|one| one.comment.as_deref());
            assert!(comments.into_iter().all(|comment| !comment.contains("FICTIF")), "{what}");
            assert!(warned(&file, WarningCode::SeveralPatients) && warned(&file, WarningCode::MissingEndTag), "{what}");
        }
    }
}

#[test]
fn three_patients_and_the_same_twice() {
    let third = header("EXEMPLE", "Lou", "").join("\n") + "\n";
    let file = parse(&format!("{}Un\n{}Deux\n{third}Trois\n{}Quatre\n{END}", modele(), fictif(), modele()));
    let names: Vec<_> = file.dossiers.iter().map(|one| one.patient.used_name.as_deref().unwrap_or_default()).collect();
    assert_eq!(names, ["MODELE", "FICTIF", "EXEMPLE", "MODELE"]);
    for (report, word) in file.dossiers.iter().zip(["Un", "Deux", "Trois", "Quatre"]) {
        assert!(text(report).contains(word), "{word}: {report:?}");
    }
}

/// A header of which too little is there to be sure: nobody is given the lines around it.
#[test]
fn where_nobody_can_tell_no_patient_is_named() {
    let mut weak = header("FICTIF", "Bastien", "23/09/1951");
    weak[9] = String::new();
    weak[10] = "LABO DES TILLEULS".to_owned();
    let weak = weak.join("\n") + "\n";
    for second in ["Hemoculture positive\n".to_owned(), format!("{LAB}{POTASSIUM}"), POTASSIUM.to_owned()] {
        for first in ["Frottis normal.\n".to_owned(), format!("{LAB}{GLUCOSE}")] {
            let file = parse(&format!("{}{first}{weak}{second}{END}", modele()));
            let what = format!("{first:?} {second:?}: {file:#?}");
            assert_eq!(file.dossiers.len(), 2, "{what}");
            assert!(file.dossiers.iter().all(|one| one.patient.used_name.is_none()), "{what}");
            assert!(warned(&file, WarningCode::MissingHeader), "{what}");
            assert!(text(&file.dossiers[0]).contains("MODELE") && text(&file.dossiers[1]).contains("FICTIF"), "{what}");
        }
    }
}

/// The last line of a report is not the first of the next one, whose header has no code.
#[test]
fn the_last_line_of_a_report_stays_with_it() {
    for last in [
        "Frottis normal.",
        "Normal",
        "Potassium 4,5",
        "Hemoglobine :                            13.8 g/dL    (12,0-16,0)",
    ] {
        let second = header("FICTIF", "Bastien", "23/09/1951")[1..].join("\n");
        let file = parse(&format!("{}{last}\n{second}\nHemoculture positive\n{END}", modele()));
        assert!(text(&file.dossiers[0]).contains(last.trim()), "{file:#?}");
        assert!(!text(&file.dossiers[1]).contains(last.trim()), "{file:#?}");
        assert_eq!(file.dossiers[1].patient.first_name.as_deref(), Some("Bastien"));
    }
}

/// A header without dates, or with nothing but names and dates.
#[test]
fn headers_of_which_much_is_missing() {
    let mut undated = header("FICTIF", "Bastien", "");
    undated[9] = String::new();
    let mut bare = header("FICTIF", "Bastien", "23/09/1951");
    for at in [0, 3, 5, 8] {
        bare[at] = String::new();
    }
    (bare[10], bare[11]) = ("LABO".to_owned(), "Dr EXEMPLE".to_owned());
    for second in [undated, bare] {
        for rest in [POTASSIUM.to_owned(), format!("{LAB}{POTASSIUM}"), "Hemoculture positive\n".to_owned()] {
            let file = parse(&format!("{}{LAB}{GLUCOSE}{}\n{rest}{END}", modele(), second.join("\n")));
            assert_eq!(file.dossiers.len(), 2, "{file:#?}");
            assert!(!labels(&file.dossiers[0]).contains(&"Kaliemie"));
            assert_ne!(file.dossiers[1].patient.used_name.as_deref(), Some("MODELE"));
            assert!(warned(&file, WarningCode::MissingHeader));
        }
    }
}

/// Words and dates in a report are no header.
#[test]
fn one_patient_stays_one() {
    let bodies = [
        "Bilan\nNormal\n\nExamens anterieurs\n\n12/01/2025\n\n13/05/2025\nSans changement\n",
        "Patient vu le\n12/01/2025\nHemoglobine\n13/05/2025\nFerritine\n14/05/2025\n",
        "LABORATOIRE DES TILLEULS\n3 rue du Moulin\n99100 MODELBOURG\n02/01/2026\nDr EXEMPLE\n",
    ];
    for body in bodies {
        for rest in [String::new(), format!("{LAB}{GLUCOSE}{body}{POTASSIUM}")] {
            let file = parse(&format!("{}{body}{rest}{END}", modele()));
            assert_eq!(file.dossiers.len(), 1, "{body}: {file:#?}");
            assert_eq!(file.dossiers[0].patient.used_name.as_deref(), Some("MODELE"), "{body}");
            assert_eq!(file.warnings, [], "{body}");
        }
    }
    let repeated = parse(&format!("{}{}Bilan\n{LAB}{GLUCOSE}{END}", modele(), modele()));
    assert_eq!(repeated.dossiers.len(), 1);
    // The header once more on the next page.
    let page = parse(&format!("{}Bilan\n{}Suite\n{LAB}{GLUCOSE}{}{POTASSIUM}{END}", modele(), modele(), modele()));
    assert_eq!(labels(&page.dossiers[0]), ["Glycemie", "Kaliemie"]);
    assert_eq!((page.dossiers.len(), page.warnings), (1, vec![]));
    assert_eq!(page.dossiers[0].sections[0].results[0].comment, None);
}

/// After an end tag, a message whose header cannot be read is not the one before.
#[test]
fn a_message_without_header_is_nobodys() {
    let words: String = (0..12).map(|at| format!("ligne {at} : culture en cours, sans nom\n")).collect();
    let file = parse(&format!("{}{LAB}{GLUCOSE}****FIN****\n{words}{END}", modele()));
    assert_eq!(file.dossiers.len(), 2);
    assert!(!text(&file.dossiers[0]).contains("culture en cours"));
    assert_eq!(file.dossiers[1].patient, bannette_api::report::Patient::default());
    assert!(warned(&file, WarningCode::MissingHeader));
}

#[test]
fn names_with_digits_and_signs() {
    for name in
        ["FICTIF2", "FICTIF 2", "XX-TEST3", "MODELE (EPOUSE FICTIF)", "2FICTIF", "MODELE, EP. FICTIF", "O´FICTIF"]
    {
        let mut lines = header(name, "Alba", "01/02/1950");
        let file = parse(&format!("{}\nBilan\n{LAB}{GLUCOSE}{END}", lines.join("\n")));
        let patient = &file.dossiers[0].patient;
        assert_eq!((patient.used_name.as_deref(), patient.first_name.as_deref()), (Some(name), Some("Alba")), "{name}");
        assert_eq!(file.warnings, [], "{name}");
        lines[1] = "MODELE".to_owned();
        lines[2] = name.to_owned();
        let file = parse(&format!("{}\nBilan\n{LAB}{GLUCOSE}{END}", lines.join("\n")));
        let patient = &file.dossiers[0].patient;
        assert_eq!(
            (patient.used_name.as_deref(), patient.first_name.as_deref()),
            (Some("MODELE"), Some(name)),
            "{name}"
        );
    }
}

#[test]
fn a_street_is_nobodys_name() {
    let usual = header("MODELE", "Anouk", "11/05/1979");
    for street in ["5 quai des Epreuves", "12 bis RUE DES ESSAIS", "RUE DU MOULIN", "12, rue du Moulin"] {
        // No first line, and three lines of an address: the street stands where the first name should.
        let mut lines = usual[1..].to_vec();
        lines[2] = street.to_owned();
        lines.insert(3, "BATIMENT B".to_owned());
        let file = parse(&format!("{}\nBilan\n{LAB}{GLUCOSE}{END}", lines.join("\n")));
        let patient = &file.dossiers[0].patient;
        assert_eq!(
            (patient.used_name.as_deref(), patient.first_name.as_deref()),
            (Some("MODELE"), Some("Anouk")),
            "{file:?}"
        );
        assert!(patient.address.iter().any(|line| line == street), "{patient:?}");
        // No first name.
        let mut lines = usual.clone();
        lines.remove(2);
        lines[2] = street.to_owned();
        let file = parse(&format!("{}\nBilan\n{LAB}{GLUCOSE}{END}", lines.join("\n")));
        let patient = &file.dossiers[0].patient;
        let names = [patient.used_name.as_deref(), patient.first_name.as_deref(), patient.birth_name.as_deref()];
        assert!(!names.contains(&Some(street)), "{patient:?}");
    }
}

#[test]
fn the_first_line_is_an_identifier_where_it_can_be_nothing_else() {
    let of = |line: &str| {
        let mut lines = header("MODELE", "Anouk", "11/05/1979");
        lines[0] = line.to_owned();
        let file = parse(&format!("{}\n{LAB}{GLUCOSE}{END}", lines.join("\n")));
        file.dossiers[0].patient.identifiers.iter().map(|one| one.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("PAT0001"), ["PAT0001"]);
    for none in ["", ".", "Mme", "LABOTEST", "257037654321098", "LABO 12"] {
        assert_eq!(of(none), Vec::<String>::new(), "{none}");
    }
}

#[test]
fn words_of_html_are_shown_as_what_they_stand_for() {
    let file = parse(&format!(
        "{}Pr&eacute;l&egrave;vement re&ccedil;u &agrave; 8 h<br />\r\nSeuil &lt; 3 &micro;g/L<BR>suite\r\n{LAB}\
         TEX|Contr&ocirc;le<br/>conseill&eacute;\r\nRES|Ferritine|FER|N|&lt; 12|&micro;g/L|20|200|L|F|&gt; 3|&micro;mol/L\r\n\
         A &#124; B\r\nRES|Note &#124; deux|N2|A|R&amp;D &amp;lt; x\r\n{END}",
        modele().replace("Anouk", "L&eacute;a")
    ));
    let report = &file.dossiers[0];
    assert_eq!(report.patient.first_name.as_deref(), Some("Léa"));
    for words in ["Prélèvement reçu à 8 h\n", "Seuil < 3 µg/L\nsuite", "Contrôle\nconseillé", "A | B"] {
        assert!(text(report).contains(words), "{words}: {}", text(report));
    }
    let results = &report.sections[0].results;
    assert_eq!((results[0].comparator.as_deref(), results[0].unit.as_deref()), (Some("<"), Some("µg/L")));
    assert_eq!(results[0].second.as_ref().unwrap().value.as_deref(), Some("> 3"));
    assert_eq!((results[1].label.as_str(), results[1].value.as_deref()), ("Note | deux", Some("R&D &lt; x")));
}

/// What a report may hold between its header and the next one.
fn body(letter: char) -> impl Strategy<Value = String> {
    let word = format!("mot{letter}");
    let result = format!("RES|Analyse{letter}|C{letter}|N|5|mmol/L|1|9|N|F\n");
    prop_oneof![
        Just(format!("{word} en toutes lettres.\n")),
        Just(result.clone()),
        Just(format!("{LAB}{result}")),
        Just(format!("TEX|{word}\n{result}{word} sans marque\n")),
        Just(format!("CHAPITRE\n\n{word}\n{LAB}{result}TEX|{word}\n\n")),
    ]
}

fn end() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just("\n"), Just("****FIN****\n"), Just("****FIN****\n\n"), Just("****FINFICHIER****\n")]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands between them, one patient's lines are never under another's name.
    #[test]
    fn reports_one_after_the_other_are_never_mixed(
        one in body('A'), other in body('B'), between in end(), last in end(),
        birth in "(0[1-9]|1[0-9]|2[0-8])/(0[1-9]|1[0-2])/19[3-9][0-9]", insured in prop::bool::ANY, digit in prop::bool::ANY,
    ) {
        let mut second = header(if digit { "FICTIF2" } else { "FICTIF" }, "Bastien", &birth);
        if insured {
            second[7] = "151099912345678".to_owned();
        }
        let file = parse(&format!("{}{one}{between}{}\n{other}{last}", modele(), second.join("\n")));
        for report in &file.dossiers {
            let all = format!("{report:?}");
            let of = |letter: char| all.contains(&format!("mot{letter}")) || all.contains(&format!("Analyse{letter}"));
            prop_assert!(!(of('A') && of('B')), "{file:#?}");
            let name = report.patient.used_name.as_deref().unwrap_or_default();
            let others = if name == "MODELE" { of('B') } else { name.starts_with("FICTIF") && of('A') };
            prop_assert!(!others, "{file:#?}");
        }
    }
}
