//! HPRIM Médecin: the header of twelve lines as laboratories write it, and what comes before, between and after.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{ParsedFile, Report, WarningCode};
use bannette_formats::parse_file;

const LINES: [&str; 12] = [
    "PAT0001",
    "EXEMPLE",
    "ALICE",
    "12 RUE DES ESSAIS",
    "",
    "76600 LE HAVRE",
    "14/03/1957",
    "257037654321098",
    "A250513068",
    "13/05/2025",
    "LABOTEST   Laboratoire des Essais",
    "MED0001    Dr TEST",
];
const LAB: &str = "****LAB****\nRES|HB|HB|N|12|g/dL|13|18||F\n****FIN****\n";

fn parse(text: &str) -> ParsedFile {
    parse_file("essai.hpr", text.as_bytes())
}

fn header() -> String {
    LINES.join("\n") + "\n"
}

/// A header with one line (from 1) changed, and results behind.
fn with(line: usize, text: &str) -> ParsedFile {
    let mut lines = LINES;
    lines[line - 1] = text;
    parse(&format!("{}\n{LAB}", lines.join("\n")))
}

fn one(file: &ParsedFile) -> &Report {
    let [report] = file.dossiers.as_slice() else { panic!("{file:?}") };
    report
}

fn warned(file: &ParsedFile, code: WarningCode) -> bool {
    file.warnings.iter().any(|warning| warning.code == code)
}

fn text(report: &Report) -> &str {
    report.text.as_deref().unwrap_or_default()
}

/// Name, first name, birth date, number, date and laboratory stand in their fields.
fn assert_usual(file: &ParsedFile, what: &str) {
    let report = one(file);
    let patient = &report.patient;
    assert_eq!(patient.used_name.as_deref(), Some("EXEMPLE"), "{what}: {file:?}");
    assert_eq!(patient.first_name.as_deref(), Some("ALICE"), "{what}");
    assert_eq!(patient.birth_date.as_deref(), Some("1957-03-14"), "{what}");
    assert_eq!(report.number.as_deref(), Some("A250513068"), "{what}");
    assert_eq!(report.reported_at.as_deref(), Some("2025-05-13"), "{what}");
    let laboratory = report.laboratory.as_ref().and_then(|party| party.name.as_deref());
    assert_eq!(laboratory, Some("Laboratoire des Essais"), "{what}");
    assert_eq!(report.recipients[0].name.as_deref(), Some("Dr TEST"), "{what}");
    assert_eq!(report.sections[0].results.len(), 1, "{what}");
}

#[test]
fn the_first_line_may_be_anything() {
    let composite = format!("{:<40}{:<40}{:<40}{:<40}", "LABOTEST", "MED0001", "Dr TEST", "A250513068");
    let rows = ["", " ", ".", "257037654321098", "Mme", "Madame", "12345", "PAT-0001/A", composite.as_str()];
    for first in rows {
        let file = with(1, first);
        assert_usual(&file, first);
        for word in first.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
            assert!(text(one(&file)).contains(word), "{word}");
        }
    }
}

#[test]
fn names_as_laboratories_write_them() {
    for (line, name) in
        [(2, "MODELE EPOUSE EXEMPLE"), (2, "EXEMPLE ALICE"), (2, "D'EXEMPLE-MODELE"), (3, "ANNE SOPHIE"), (3, "Zoé")]
    {
        let file = with(line, name);
        let patient = &one(&file).patient;
        let found = if line == 2 { &patient.used_name } else { &patient.first_name };
        assert_eq!(found.as_deref(), Some(name));
        assert_eq!(file.warnings, [], "{name}");
    }
    let together = with(3, "");
    assert_eq!(one(&together).patient.used_name.as_deref(), Some("EXEMPLE"));
    assert_eq!(one(&together).patient.first_name, None);
    assert_eq!(one(&together).patient.birth_date.as_deref(), Some("1957-03-14"));
    // Accents that an old program destroyed.
    assert_eq!(one(&with(3, "H?L?NE")).patient.first_name.as_deref(), Some("H?L?NE"));
}

#[test]
fn addresses() {
    assert_eq!(one(&with(5, " ")).patient.address, ["12 RUE DES ESSAIS", "76600 LE HAVRE"]);
    assert_eq!(one(&with(5, "BATIMENT B")).patient.address[1], "BATIMENT B");
    assert_eq!(one(&with(6, "")).patient.address, ["12 RUE DES ESSAIS"]);
    assert_usual(&with(6, "LE HAVRE"), "no postcode");
    assert_usual(&with(4, ""), "no street");
}

#[test]
fn dates_of_birth_and_of_the_file() {
    let rows = [
        ("14/03/57", "1957-03-14"),
        ("14/03/1957 ", "1957-03-14"),
        ("14-03-1957", "1957-03-14"),
        ("14 MAR 1957", "1957-03-14"),
        ("1 JAN 1911", "1911-01-01"),
        ("19570314", "1957-03-14"),
        ("13012020", "2020-01-13"),
        ("20200113", "2020-01-13"),
    ];
    for (written, day) in rows {
        assert_eq!(one(&with(7, written)).patient.birth_date.as_deref(), Some(day), "{written}");
        assert_eq!(one(&with(10, "13/05/25")).reported_at.as_deref(), Some("2025-05-13"));
    }
    let unknown = with(7, "");
    assert_eq!(one(&unknown).patient.used_name.as_deref(), Some("EXEMPLE"));
    assert_eq!(one(&unknown).patient.birth_date, None);
    let undated = with(10, "");
    assert_eq!(one(&undated).patient.birth_date.as_deref(), Some("1957-03-14"));
    assert_eq!((one(&undated).reported_at.as_deref(), one(&undated).number.as_deref()), (None, Some("A250513068")));
}

#[test]
fn numbers_of_the_insured_and_of_the_file() {
    for number in ["2570376543210", "2570376543210 98", "257037654321098", "2 57 03 76 543 210 98", "257032A43210098"] {
        let file = with(8, &format!("{number}   "));
        assert_eq!(one(&file).patient.insured_number.as_deref(), Some(number));
        assert_usual(&file, number);
    }
    for none in ["", "               "] {
        let file = with(8, none);
        assert_eq!(one(&file).patient.insured_number, None);
        assert_usual(&file, "no number");
    }
    assert_eq!(one(&with(9, "      A250513068")).number.as_deref(), Some("A250513068"));
    let numberless = with(9, "");
    assert_eq!(
        (one(&numberless).number.as_deref(), one(&numberless).reported_at.as_deref()),
        (None, Some("2025-05-13"))
    );
}

#[test]
fn shifted_short_and_long_headers() {
    let without = |line: usize| {
        let kept: Vec<&str> = (1..).zip(LINES).filter(|(at, _)| *at != line).map(|(_, text)| text).collect();
        kept.join("\n") + "\n"
    };
    let rows = [
        ("eleven lines, no first", without(1), false),
        ("eleven lines, no second address", without(5), false),
        ("eleven lines, no insured number", without(8), false),
        ("thirteen, blank", header() + "\n", true),
        ("thirteen, title", header() + "Madame ALICE EXEMPLE\n", true),
        ("blank first", "\n".to_owned() + &header(), false),
        ("mail before", format!("Bonjour Docteur,\n\nVeuillez trouver ci-joint\n\n{}", header()), false),
        ("mail head before", format!("De : labo@labo.test\nObjet : résultats du 12/05/2025\n\n{}", header()), false),
        ("tabs", header().replace("LABOTEST   ", "\tLABOTEST\t\t"), true),
    ];
    for (what, text, usual) in rows {
        let file = parse(&(text + LAB));
        if what == "eleven lines, no first" {
            assert_eq!(one(&file).patient.birth_date.as_deref(), Some("1957-03-14"), "{what}");
            assert_eq!(one(&file).patient.used_name.as_deref(), Some("EXEMPLE"), "{what}: {file:?}");
        } else {
            assert_usual(&file, what);
        }
        assert_eq!(warned(&file, WarningCode::UnusualHeader), !usual, "{what}: {:?}", file.warnings);
    }
}

/// An end tag inside a header: what stands before it is another, unfinished one (Nautilus begins again too).
#[test]
fn a_header_begins_again_after_an_end_tag() {
    let file = parse(&format!("{}\n****FIN****\n{}{LAB}", LINES[..5].join("\n"), header()));
    assert_usual(&file, "begun again");
    assert!(text(one(&file)).contains("12 RUE DES ESSAIS"), "the first lines stay in sight");
}

#[test]
fn results_without_any_header() {
    let file = parse("RES|HB|HB|N|12|g/dL|13|18||F\nTEX|Contrôle\nRES|NA|NA|N|140|mmol/L|136|145||F\n");
    assert!(warned(&file, WarningCode::MissingHeader));
    assert_eq!(one(&file).sections[0].results.len(), 2);
    assert_eq!(one(&file).patient, bannette_api::report::Patient::default());
}

#[test]
fn text_only_is_a_report() {
    let body = "Compte rendu d'échographie\n\nFoie de taille normale.\n";
    let file = parse(&format!("{}{body}****FIN****\n****FINFICHIER****\n", header()));
    assert_eq!(file.warnings, []);
    assert_eq!(one(&file).sections, []);
    assert!(text(one(&file)).contains("Foie de taille normale."));
}

#[test]
fn text_between_and_after_the_tags_is_kept() {
    let file = parse(&format!(
        "{}Avant\n****LAB****\nDedans\nRES|HB|HB|N|12|g/dL|13|18||F\n****FIN****\nEntre\n****FINFICHIER****\nAprès\n",
        header()
    ));
    for word in ["Avant", "Dedans", "Entre", "Après"] {
        assert!(text(one(&file)).contains(word), "{word}");
    }
}

#[test]
fn several_patients_and_text_between_them() {
    let second = header().replace("EXEMPLE", "MODELE").replace("A250513068", "A250513069");
    let file = parse(&format!("{}{LAB}\nMention du laboratoire\n{second}{LAB}****FINFICHIER****\n", header()));
    let names: Vec<_> = file.dossiers.iter().filter_map(|report| report.patient.used_name.as_deref()).collect();
    assert_eq!(names, ["EXEMPLE", "MODELE"]);
    assert!(warned(&file, WarningCode::SeveralPatients));
    assert!(file.dossiers.iter().any(|report| text(report).contains("Mention du laboratoire")));
}

/// The same file number: the same patient twice (partial, then complete), or another one.
#[test]
fn the_same_number_twice() {
    let partial = LAB.replace("|F\n", "|R\n");
    let file = parse(&format!("{}{partial}{}{LAB}", header(), header()));
    assert_eq!(file.dossiers.len(), 2);
    assert!(!warned(&file, WarningCode::SeveralPatients));
    assert_eq!(file.dossiers[0].status, Some(bannette_api::report::ReportStatus::Partial));
    let other = header().replace("EXEMPLE", "FICTIF");
    let file = parse(&format!("{}{LAB}{other}{LAB}", header()));
    assert_eq!(file.dossiers[0].number, file.dossiers[1].number);
    assert!(warned(&file, WarningCode::SeveralPatients));
}
