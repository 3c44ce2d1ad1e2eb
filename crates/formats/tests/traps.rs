//! What laboratories really send: one trap a row.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{Flag, FlagSource, Format, LabResult, ParsedFile, ReportStatus, ValueKind, WarningCode};
use bannette_formats::parse_file;

const HEADER: &str = "PAT0001\nEXEMPLE\nALICE\n12 RUE DES ESSAIS\n\n76600 LE HAVRE\n14/03/1957\n257037654321098\nA250513068\n\
                      13/05/2025\nLABOTEST   Laboratoire des Essais\nMED0001    Dr TEST\n";

fn parse(text: &str) -> ParsedFile {
    parse_file("essai.hpr", text.as_bytes())
}

fn result(line: &str) -> LabResult {
    let file = parse(&format!("{HEADER}****LAB****\n{line}\n****FIN****\n"));
    file.dossiers[0].sections[0].results[0].clone()
}

fn warned(file: &ParsedFile, code: WarningCode) -> bool {
    file.warnings.iter().any(|warning| warning.code == code)
}

fn names(file: &ParsedFile) -> Vec<String> {
    file.dossiers.iter().map(|dossier| dossier.patient.used_name.clone().unwrap_or_default()).collect()
}

#[test]
fn the_recommended_file_is_read_whole() {
    let file = parse(&format!(
        "{HEADER}Compte rendu...\n****LAB****\nTEX|Hémoglobine      12,9 g/dL   (13,0 - 18,0)\n\
         RES|Hémoglobine|HB|N|12.9|g/dL|13.0|18.0|L|F||||\n****FIN****\n****FINFICHIER****\n"
    ));
    assert_eq!(file.format, Format::HprimMedecin);
    assert_eq!(file.warnings, []);
    let [dossier] = file.dossiers.as_slice() else { panic!("{file:?}") };
    let patient = &dossier.patient;
    assert_eq!(patient.used_name.as_deref(), Some("EXEMPLE"));
    assert_eq!(patient.first_name.as_deref(), Some("ALICE"));
    assert_eq!(patient.birth_date.as_deref(), Some("1957-03-14"));
    assert_eq!(patient.insured_number.as_deref(), Some("257037654321098"));
    assert_eq!(patient.address, ["12 RUE DES ESSAIS", "76600 LE HAVRE"]);
    assert_eq!(dossier.number.as_deref(), Some("A250513068"));
    assert_eq!(dossier.reported_at.as_deref(), Some("2025-05-13"));
    let laboratory = dossier.laboratory.as_ref().unwrap();
    assert_eq!(laboratory.name.as_deref(), Some("Laboratoire des Essais"));
    assert_eq!(laboratory.id.as_deref(), Some("LABOTEST"));
    assert_eq!(dossier.recipients[0].name.as_deref(), Some("Dr TEST"));
    let hemoglobin = &dossier.sections[0].results[0];
    assert_eq!(hemoglobin.value.as_deref(), Some("12.9"));
    assert_eq!(hemoglobin.flag, Some(Flag::Low));
    assert_eq!(hemoglobin.flag_from, Some(FlagSource::Laboratory));
    assert_eq!(hemoglobin.comment, None, "the line that announces it is no comment on it");
    assert!(dossier.text.as_deref().unwrap().contains("12,9 g/dL"));
}

/// Value, comparator, unit, flag of a `RES` line.
#[test]
fn values() {
    type Row = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, Option<Flag>);
    let rows: [Row; 30] = [
        ("RES|CRP|CRP|N|< 0.12  mg/l||0|5||F", Some("0.12"), Some("<"), Some("mg/l"), Some(Flag::Normal)),
        ("RES|TSH|TSH|N|<0,01|mUI/L|0,27|4,20||F", Some("0.01"), Some("<"), Some("mUI/L"), Some(Flag::Low)),
        ("RES|PSA|PSA|N|<5|ng/mL|3|10||F", Some("5"), Some("<"), Some("ng/mL"), None),
        ("RES|BNP|BNP|N|>35000|ng/L||125||F", Some("35000"), Some(">"), Some("ng/L"), Some(Flag::High)),
        ("RES|DFG|DFG|N|>90|mL/min|60|||F", Some("90"), Some(">"), Some("mL/min"), Some(Flag::Normal)),
        ("RES|B12|B12|N|>50|pg/mL|100|||F", Some("50"), Some(">"), Some("pg/mL"), None),
        ("RES|X|x|N|≤ 3|U||2||F", Some("3"), Some("<="), Some("U"), None),
        ("RES|X|x|N|=>3|U||2||F", Some("3"), Some(">="), Some("U"), Some(Flag::High)),
        ("RES|CREA|CREA|N|85*|µmol/L|60|120||F", Some("85"), None, Some("µmol/L"), Some(Flag::Abnormal)),
        ("RES|HB|HB|N|*12.9*|g/dL|13|18||F", Some("12.9"), None, Some("g/dL"), Some(Flag::Low)),
        ("RES|HB|HB|N|12,9|g/dL|13,0|18,0||F", Some("12.9"), None, Some("g/dL"), Some(Flag::Low)),
        ("RES|HB|HB|N|13.0|g/dL|13|18||F", Some("13.0"), None, Some("g/dL"), Some(Flag::Normal)),
        ("RES|HB|HB|N|18.0000|g/dL|13|18||F", Some("18.0000"), None, Some("g/dL"), Some(Flag::Normal)),
        ("RES|HB|HB|N|18.01|g/dL|13|18||F", Some("18.01"), None, Some("g/dL"), Some(Flag::High)),
        ("RES|HB|HB|N|9.9|g/dL|13|18||F", Some("9.9"), None, Some("g/dL"), Some(Flag::Low)),
        ("RES|CA|CA|N|3.00|mmol/L|2.20-2.60|||F", Some("3.00"), None, Some("mmol/L"), Some(Flag::High)),
        ("RES|BE|BE|N|-8|mmol/L|-2 - 2|||F", Some("-8"), None, Some("mmol/L"), Some(Flag::Low)),
        ("RES|BE|BE|N|-1|mmol/L|-2 - 2|||F", Some("-1"), None, Some("mmol/L"), Some(Flag::Normal)),
        ("RES|BE|BE|N|1|mmol/L|(0,74 à 1,06)|||F", Some("1"), None, Some("mmol/L"), Some(Flag::Normal)),
        ("RES|K|K|N|6.8|mmol/L|0|0||F", Some("6.8"), None, Some("mmol/L"), None),
        ("RES|K|K|N|6.8|.|.|.||F", Some("6.8"), None, None, None),
        ("RES|K|K|N|6.8|mmol/L|3.5|5|hh|F", Some("6.8"), None, Some("mmol/L"), Some(Flag::CriticallyHigh)),
        ("RES|K|K|N|6.8|mmol/L|3.5|5|n|F", Some("6.8"), None, Some("mmol/L"), Some(Flag::High)),
        ("RES|K|K|N|6.8|mmol/L|3.5|5|AA|F", Some("6.8"), None, Some("mmol/L"), Some(Flag::Critical)),
        ("RES|K|K|N|6,8 H|mmol/L||||F", Some("6.8"), None, Some("mmol/L"), Some(Flag::High)),
        ("RES|GR|GR|N|4 500 000|/mm3|4000000|6000000||F", Some("4500000"), None, Some("/mm3"), Some(Flag::Normal)),
        ("RES|Diabète|DIAB|N|DIABETE||||N|F", Some("DIABETE"), None, None, Some(Flag::Normal)),
        ("RES|Titre|TIT|N|1/160||||  |F", Some("1/160"), None, None, None),
        ("RES|Germes|GER|N|10 à 15|/champ|||H|F", Some("10 à 15"), None, Some("/champ"), Some(Flag::High)),
        ("RES|CRP|CRP|N|&lt; 4|mg/L||5||F", Some("4"), Some("<"), Some("mg/L"), Some(Flag::Normal)),
    ];
    for (line, value, comparator, unit, flag) in rows {
        let read = result(line);
        let found = (read.value.as_deref(), read.comparator.as_deref(), read.unit.as_deref(), read.flag);
        assert_eq!(found, (value, comparator, unit, flag), "{line}");
    }
}

#[test]
fn numbers_are_numeric_and_words_are_text() {
    assert_eq!(result("RES|HB|HB|N|12.9|g/dL|13|18").kind, ValueKind::Numeric);
    assert_eq!(result("RES|HB|HB|A|12.9|g/dL|13|18").kind, ValueKind::Numeric);
    assert_eq!(result("RES|HB|HB|N|Oui").kind, ValueKind::Text);
    assert_eq!(result("RES|HB|HB|C|POS").kind, ValueKind::Coded);
}

#[test]
fn second_values_stand_with_the_first() {
    let in_fields = result("RES|GLU|GLU|N|1,30|g/L|0,74|1,06||F|7,2|mmol/L|4,1|5,9");
    let second = in_fields.second.unwrap();
    assert_eq!(second.value.as_deref(), Some("7.2"));
    assert_eq!(second.high.as_deref(), Some("5.9"));
    let in_lines = result("RES|GLU|GLU|N|1.30|g/L|0.74|1.06||F\nRES|soit|GLU2|N|7.2|mmol/L|4.1|5.9||F");
    assert_eq!(in_lines.second.unwrap().unit.as_deref(), Some("mmol/L"));
}

#[test]
fn place_holders_are_no_results() {
    let file = parse(&format!("{HEADER}****LAB****\nRES||IGET 005|A\nRES|HB|HB|N|12|g/dL\n****FIN****\n"));
    assert_eq!(file.dossiers[0].sections[0].results.len(), 1);
    assert_eq!(file.warnings, []);
}

#[test]
fn comments_go_to_the_result_before_them() {
    let file = parse(&format!(
        "{HEADER}****LAB****\nTEX|HEMATOLOGIE\nRES|HB|HB|N|12|g/dL\nTEX|Contrôle conseillé.\nRemarque sans TEX\n\
         TEX|\nTEX|BIOCHIMIE\nTEX|Ionogramme\nTEX|Potassium   4,5\nRES|Potassium|K|N|4.5|mmol/L\n****FIN****\n"
    ));
    let sections = &file.dossiers[0].sections;
    assert_eq!(sections[0].title.as_deref(), Some("HEMATOLOGIE"));
    assert_eq!(sections[0].results[0].comment.as_deref(), Some("Contrôle conseillé.\nRemarque sans TEX"));
    assert_eq!(sections[1].title.as_deref(), Some("BIOCHIMIE — Ionogramme"));
    assert_eq!(sections[1].results[0].comment, None);
    let text = file.dossiers[0].text.as_deref().unwrap();
    for line in ["HEMATOLOGIE", "Contrôle conseillé.", "Remarque sans TEX", "Ionogramme", "Potassium   4,5"] {
        assert!(text.contains(line), "{line}");
    }
}

#[test]
fn several_results_in_one_line_are_all_read() {
    let file = parse(&format!(
        "{HEADER}****LAB****\nRES|NA|NA|N|140|mmol/L|136|145|N|F||||RES|K|K|N|6.9|mmol/L|3.5|5|HH|F\n****FIN****\n"
    ));
    let results = &file.dossiers[0].sections[0].results;
    assert_eq!(results.len(), 2);
    assert_eq!(results[1].flag, Some(Flag::CriticallyHigh));
}

#[test]
fn line_ends_of_all_kinds() {
    let text = format!("{HEADER}****LAB****\nRES|HB|HB|N|12|g/dL|13|18||F\n****FIN****\n");
    let reference = parse(&text).dossiers;
    for end in ["\r\n", "\r", "\n\r\n"] {
        let mut file = parse(&text.replace('\n', end));
        if end == "\n\r\n" {
            // Blank lines everywhere: the header cannot be sure, the results are.
            file.dossiers[0].patient = reference[0].patient.clone();
            assert_eq!(file.dossiers[0].sections, reference[0].sections);
        } else {
            assert_eq!(file.dossiers, reference, "{end:?}");
        }
    }
}

#[test]
fn tags_indented_missing_or_swapped() {
    let body = "RES|HB|HB|N|12|g/dL|13|18||F\n";
    let rows = [
        (format!("{HEADER} ****LAB****\n{body}  ****FIN****\n\n"), false),
        (format!("{HEADER}****lab****\n{body}****Fin****\n"), false),
        (format!("{HEADER}**** LAB ****\n{body}**** FIN ****\n"), false),
        (format!("{HEADER}****LAB****\n{body}****FINFICHIER****\n****FIN****\n"), false),
        (format!("{HEADER}****LAB****\n{body}****FINFICHIER****\n"), false),
        (format!("{HEADER}****LAB****\n****LAB****\n{body}****FIN****\n"), false),
        (format!("{HEADER}{body}****LAB****\n****FIN****\n"), false),
        (format!("{HEADER}****LAB****\n{body}"), true),
    ];
    for (text, missing) in rows {
        let file = parse(&text);
        assert_eq!(file.dossiers.len(), 1, "{text}");
        assert_eq!(names(&file), ["EXEMPLE"], "{text}");
        assert_eq!(file.dossiers[0].sections[0].results[0].flag, Some(Flag::Low), "{text}");
        assert_eq!(warned(&file, WarningCode::MissingEndTag), missing, "{text}");
    }
}

#[test]
fn headers_shifted_short_long_or_late() {
    let lab = "****LAB****\nRES|HB|HB|N|12|g/dL|13|18||F\n****FIN****\n";
    let without = |line: usize| {
        let kept: Vec<&str> = HEADER.lines().enumerate().filter(|(at, _)| *at != line).map(|(_, text)| text).collect();
        kept.join("\n") + "\n"
    };
    let rows = [
        ("thirteen lines", format!("{HEADER}\n{lab}")),
        ("a title behind", format!("{HEADER}COMPTE RENDU\n{lab}")),
        ("eleven, no second address", format!("{}{lab}", without(4))),
        ("eleven, no number of insured", format!("{}{lab}", without(7))),
        ("blank first", format!("\n{HEADER}{lab}")),
        ("empty code", format!("{}{lab}", HEADER.replacen("PAT0001", "", 1))),
        ("mail before", format!("Bonjour,\nVoici les résultats du jour.\nCordialement\n\n{HEADER}{lab}")),
        ("an end tag before", format!("****FIN****\n{HEADER}{lab}")),
    ];
    for (what, text) in rows {
        let file = parse(&text);
        assert_eq!(file.dossiers.len(), 1, "{what}");
        let dossier = &file.dossiers[0];
        assert_eq!(dossier.patient.used_name.as_deref(), Some("EXEMPLE"), "{what}");
        assert_eq!(dossier.patient.first_name.as_deref(), Some("ALICE"), "{what}");
        assert_eq!(dossier.patient.birth_date.as_deref(), Some("1957-03-14"), "{what}");
        assert_eq!(dossier.reported_at.as_deref(), Some("2025-05-13"), "{what}");
        let laboratory = dossier.laboratory.as_ref().unwrap();
        assert_eq!(laboratory.name.as_deref(), Some("Laboratoire des Essais"), "{what}");
        assert_eq!(dossier.number.as_deref(), Some("A250513068"), "{what}");
    }
}

#[test]
fn several_patients_make_several_dossiers() {
    let second = HEADER.replace("EXEMPLE", "MODELE").replace("ALICE", "BRUNO");
    let lab = "****LAB****\nRES|HB|HB|N|12|g/dL|13|18||F\n";
    for between in ["****FIN****\n", "****FIN****\n\n", ""] {
        let file = parse(&format!("{HEADER}{lab}{between}{second}{lab}****FIN****\n****FINFICHIER****\n"));
        assert_eq!(names(&file), ["EXEMPLE", "MODELE"], "{between:?}");
        assert!(warned(&file, WarningCode::SeveralPatients));
        assert!(file.dossiers.iter().all(|dossier| dossier.sections[0].results.len() == 1));
    }
}

#[test]
fn text_behind_the_end_is_kept() {
    let file = parse(&format!("{HEADER}Texte\n****FIN****\n****FINFICHIER****\nMention finale\n"));
    assert_eq!(file.dossiers.len(), 1);
    assert!(file.dossiers[0].text.as_deref().unwrap().contains("Mention finale"));
}

#[test]
fn dates_of_all_kinds() {
    let rows = [
        ("14/03/57", Some("1957-03-14")),
        ("14/03/12", Some("2012-03-14")),
        ("14/03/28", Some("1928-03-14")),
        ("1957-03-14", Some("1957-03-14")),
        ("14031957", Some("1957-03-14")),
        ("14.03.1957", Some("1957-03-14")),
        ("1 JAN 1911", Some("1911-01-01")),
        ("29/02/1957", None),
        ("00/00/0000", None),
    ];
    for (written, expected) in rows {
        let file = parse(&format!("{}****FIN****\n", HEADER.replace("14/03/1957", written)));
        let dossier = &file.dossiers[0];
        assert_eq!(dossier.patient.birth_date.as_deref(), expected, "{written}");
        if expected.is_none() {
            assert_eq!(dossier.patient.used_name.as_deref(), Some("EXEMPLE"), "{written}");
            assert!(warned(&file, WarningCode::UnreadDate), "{written}");
            assert!(dossier.text.as_deref().unwrap().contains(written));
        }
    }
}

#[test]
fn status_is_what_the_laboratory_says() {
    let of = |text: &str| parse(&format!("{HEADER}{text}****FIN****\n")).dossiers[0].status;
    assert_eq!(of("****LAB****\nRES|HB|HB|N|12|g/dL|||N|F\n"), None);
    assert_eq!(of("****LAB****\nRES|HB|HB|N|12|g/dL|||N|R\n"), Some(ReportStatus::Partial));
    assert_eq!(of("****LAB****\nRES|HB|HB|N|12|g/dL|||N|C\n"), Some(ReportStatus::Corrected));
    assert_eq!(of("Ce compte rendu annule et remplace le précédent\n"), Some(ReportStatus::Corrected));
    assert_eq!(of("RÉSULTATS PARTIELS\n"), Some(ReportStatus::Partial));
}

#[test]
fn encodings_are_found() {
    let text = format!(
        "{}Compte rendu d'hématologie : prélèvement à jeun, contrôlé, créé le même jour. Température 37 °C\n****FIN****\n",
        HEADER.replace("ALICE", "Françoise Hélène")
    );
    let table = |map: &[(char, u8)]| -> Vec<u8> {
        text.chars()
            .map(|c| match map.iter().find(|(known, _)| *known == c) {
                Some((_, byte)) => *byte,
                None => u8::try_from(c).unwrap(),
            })
            .collect()
    };
    let windows = [('é', 0xE9), ('è', 0xE8), ('à', 0xE0), ('ê', 0xEA), ('ç', 0xE7), ('ô', 0xF4), ('°', 0xB0)];
    let dos = [('é', 0x82), ('è', 0x8A), ('à', 0x85), ('ê', 0x88), ('ç', 0x87), ('ô', 0x93), ('°', 0xF8)];
    let mac = [('é', 0x8E), ('è', 0x8F), ('à', 0x88), ('ê', 0x90), ('ç', 0x8D), ('ô', 0x99), ('°', 0xA1)];
    let wide = |big: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let rows = [
        ("utf-8", text.clone().into_bytes()),
        ("utf-8", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("windows-1252", table(&windows)),
        ("ibm850", table(&dos)),
        ("macintosh", table(&mac)),
        ("utf-16le", wide(false)),
        ("utf-16be", wide(true)),
    ];
    for (encoding, bytes) in rows {
        let file = parse_file("essai.hpr", &bytes);
        assert_eq!(file.encoding.as_deref(), Some(encoding));
        assert_eq!(file.dossiers[0].patient.first_name.as_deref(), Some("Françoise Hélène"), "{encoding}");
    }
}

#[test]
fn parties_with_and_without_code() {
    let of = |line: &str| {
        let text = HEADER.replace("LABOTEST   Laboratoire des Essais", line);
        let laboratory = parse(&format!("{text}****FIN****\n")).dossiers[0].laboratory.clone().unwrap();
        (laboratory.id.unwrap_or_default(), laboratory.name.unwrap_or_default())
    };
    assert_eq!(of("SOLABIO    SOLABIO"), ("SOLABIO".into(), "SOLABIO".into()));
    assert_eq!(of(".          Marc.X"), (String::new(), "Marc.X".into()));
    assert_eq!(of("Laboratoire des Pins"), (String::new(), "Laboratoire des Pins".into()));
    assert_eq!(of("LBM DES PINS"), (String::new(), "LBM DES PINS".into()));
    assert_eq!(of("69001234 Labo Central"), ("69001234".into(), "Labo Central".into()));
}

#[test]
fn a_file_that_is_none_is_unknown_and_kept() {
    for bytes in [b"".as_slice(), b"Bonjour", b"\x00\x01\x02", b"a|b|c\n1|2|3\n"] {
        let file = parse_file("x.dat", bytes);
        assert_eq!(file.format, Format::Unknown);
        assert_eq!(file.dossiers.len(), 1);
        assert!(warned(&file, WarningCode::NotUnderstood));
    }
}
