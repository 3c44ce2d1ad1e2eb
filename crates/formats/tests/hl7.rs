//! HL7 v2 results: what each field becomes, and the traps of hospitals.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{Flag, FlagSource, Format, LabResult, ReportStatus, ResultStatus, ValueKind, WarningCode};
use bannette_formats::by_format::{Read, Reader};

const HEAD: &str = "MSH|^~\\&|SILEX|LABO EXEMPLE^1.2.3^ISO|DPI|CABINET|20250513103000+0200||ORU^R01^ORU_R01|M1|P|2.5\r\
    PID|1||IPP77^^^CH EXEMPLE&1.2.9&ISO^PI~279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||\
EXEMPLE^ALICE^^^^^L~MODELE^ALICE^^^^^D||19570314|F|||12 RUE DES ESSAIS^^LE HAVRE^^76600^FRA||0200000000\r";
const ORDER: &str = "OBR|1|P1|A250513068|NFS^Numération formule^L|||202505130815|||||||||1001^TESTEUR^PAUL||||||\
20250513102000+0200|||F\r";

fn read(text: &str) -> Read {
    assert!(Reader::Hl7.is_in(text.as_bytes()), "{text}");
    Reader::Hl7.read(text.as_bytes())
}

fn result(obx: &str) -> LabResult {
    let read = read(&format!("{HEAD}{ORDER}{obx}\r"));
    read.reports[0].sections[0].results[0].clone()
}

fn warned(read: &Read, code: WarningCode) -> bool {
    read.warnings.iter().any(|warning| warning.code == code)
}

#[test]
fn a_message_is_read_whole() {
    let read = read(&format!(
        "{HEAD}{ORDER}OBX|1|NM|718-7^Hémoglobine^LN||12.9|g/dL|13.0 - 18.0|L|||F|||202505130815\r\
         NTE|1|L|Contrôle conseillé.\rOBX|2|ST|CRP^CRP^L||< 3,0|mg/L|< 5||||F\r"
    ));
    assert_eq!(read.warnings, []);
    let [report] = read.reports.as_slice() else { panic!("{read:?}") };
    assert_eq!(report.format, Format::Hl7V2);
    let patient = &report.patient;
    assert_eq!((patient.birth_name.as_deref(), patient.used_name.as_deref()), (Some("EXEMPLE"), Some("MODELE")));
    assert_eq!(patient.first_name.as_deref(), Some("ALICE"));
    assert_eq!((patient.birth_date.as_deref(), patient.sex.as_deref()), (Some("1957-03-14"), Some("F")));
    assert_eq!(patient.ins.as_ref().unwrap().value, "279035121518989");
    assert_eq!(patient.address, ["12 RUE DES ESSAIS", "76600 LE HAVRE"]);
    assert_eq!(report.laboratory.as_ref().unwrap().name.as_deref(), Some("LABO EXEMPLE"));
    assert_eq!(report.prescriber.as_ref().unwrap().name.as_deref(), Some("TESTEUR PAUL"));
    assert_eq!(report.number.as_deref(), Some("A250513068"));
    assert_eq!(report.sampled_at.as_deref(), Some("2025-05-13"), "no offset: none is invented");
    assert_eq!(report.reported_at.as_deref(), Some("2025-05-13T10:20:00+02:00"));
    assert_eq!(report.status, Some(ReportStatus::Complete));
    let section = &report.sections[0];
    assert_eq!(section.title.as_deref(), Some("Numération formule"));
    let [hemoglobin, crp] = section.results.as_slice() else { panic!("{section:?}") };
    assert_eq!((hemoglobin.code.as_deref(), hemoglobin.code_system.as_deref()), (Some("718-7"), Some("loinc")));
    assert_eq!((hemoglobin.low.as_deref(), hemoglobin.high.as_deref()), (Some("13.0"), Some("18.0")));
    assert_eq!((hemoglobin.flag, hemoglobin.flag_from), (Some(Flag::Low), Some(FlagSource::Laboratory)));
    assert_eq!(hemoglobin.status, Some(ResultStatus::Final));
    assert_eq!(hemoglobin.comment.as_deref(), Some("Contrôle conseillé."));
    assert_eq!((crp.value.as_deref(), crp.comparator.as_deref()), (Some("3.0"), Some("<")));
    assert_eq!((crp.flag, crp.flag_from), (Some(Flag::Normal), Some(FlagSource::Bounds)));
    let text = report.text.as_deref().unwrap();
    for words in ["13/05/2025 à 08:15", "IPP77", "0200000000", "Numéro du demandeur : P1", "Message : M1"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// Value, comparator, unit, bounds, flag of an `OBX`.
#[test]
fn values() {
    type Row = (&'static str, &'static str, &'static str, &'static str, (&'static str, &'static str), Option<Flag>);
    let rows: [Row; 34] = [
        ("NM|K||6.8|mmol/L|3.5-5.0|HH", "6.8", "", "mmol/L", ("3.5", "5.0"), Some(Flag::CriticallyHigh)),
        ("NM|K||6.8|mmol/L|3.5-5.0|", "6.8", "", "mmol/L", ("3.5", "5.0"), Some(Flag::High)),
        ("NM|K||6,8|mmol/L|3,5 - 5,0 mmol/L|", "6.8", "", "mmol/L", ("3.5", "5.0"), Some(Flag::High)),
        ("NM|K||6.8|mmol/L|3.5-5.0|N", "6.8", "", "mmol/L", ("3.5", "5.0"), Some(Flag::High)),
        ("NM|K||2.0|mmol/L|3.5-5.0|LL~A", "2.0", "", "mmol/L", ("3.5", "5.0"), Some(Flag::CriticallyLow)),
        ("NM|K||2.0|mmol/L|3.5-5.0|A~L", "2.0", "", "mmol/L", ("3.5", "5.0"), Some(Flag::Low)),
        ("NM|K||2.0|mmol/L||AA", "2.0", "", "mmol/L", ("", ""), Some(Flag::Critical)),
        ("SN|K||<^5|mg/L|< 10|", "5", "<", "mg/L", ("", "10"), Some(Flag::Normal)),
        ("SN|K||>=^60|mL/min|>60|", "60", ">=", "mL/min", ("60", ""), Some(Flag::Normal)),
        ("SN|K||^12.5|g/L|13 - 18|", "12.5", "", "g/L", ("13", "18"), Some(Flag::Low)),
        ("SN|K||=^12.5|g/L|13 - 18|", "12.5", "", "g/L", ("13", "18"), Some(Flag::Low)),
        ("SN|K||^1^:^160||||", "1:160", "", "", ("", ""), None),
        ("SN|K||^10^-^20|/champ|||", "10 - 20", "", "/champ", ("", ""), None),
        ("SN|K||^2^+||||", "2+", "", "", ("", ""), None),
        ("ST|K||> 35000|ng/L|0-125|", "35000", ">", "ng/L", ("0", "125"), Some(Flag::High)),
        ("ST|K||<0,01|mUI/L|0.27-4.2|", "0.01", "<", "mUI/L", ("0.27", "4.2"), Some(Flag::Low)),
        ("NM|K||0.3|mg/L|<5|<", "0.3", "<", "mg/L", ("", "5"), Some(Flag::Normal)),
        ("NM|K||500|mg/L||>", "500", ">", "mg/L", ("", ""), Some(Flag::High)),
        ("NM|K||8|mg/L|||S", "8", "", "mg/L", ("", ""), None),
        ("NM|K||8|mg/L|0-2|R", "8", "", "mg/L", ("0", "2"), None),
        ("NM|GR||4.5|10^12/L|4-6|", "4.5", "", "10^12/L", ("4", "6"), Some(Flag::Normal)),
        ("NM|GR||4.5|10\\S\\12/L|4-6|", "4.5", "", "10^12/L", ("4", "6"), Some(Flag::Normal)),
        ("NM|GR||4.5|10*12/L^10*12/L^UCUM|4-6|", "4.5", "", "10*12/L", ("4", "6"), Some(Flag::Normal)),
        ("ST|K||85*|g/L|60-120|", "85", "", "g/L", ("60", "120"), Some(Flag::Abnormal)),
        ("ST|K||12 H||||", "12 H", "", "", ("", ""), None),
        ("NM|K||12 H|g/L|||", "12", "", "g/L", ("", ""), Some(Flag::High)),
        ("NM|K||~10|g/L|||", "~10", "", "g/L", ("", ""), None),
        ("NM|K||12|g/L|F : 12-16 H : 13-18|", "12", "", "g/L", ("", ""), None),
        ("NM|K||12|g/L|inf. à 10|", "12", "", "g/L", ("", "10"), Some(Flag::High)),
        ("NM|K||12|g/L|0 - 0|", "12", "", "g/L", ("", ""), None),
        ("CE|K||POS^Positif^L|||A", "Positif", "", "", ("", ""), Some(Flag::Abnormal)),
        ("DT|K||20250513||||", "13/05/2025", "", "", ("", ""), None),
        ("TM|K||1030||||", "10:30", "", "", ("", ""), None),
        ("TX|K||R\\T\\D \\.br\\suite||||", "R&D \nsuite", "", "", ("", ""), None),
    ];
    for (row, value, comparator, unit, (low, high), flag) in rows {
        let (kind, rest) = row.split_once('|').unwrap();
        let read = result(&format!("OBX|1|{kind}|{rest}|||F"));
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let found = (text(&read.value), text(&read.comparator), text(&read.unit), text(&read.low), text(&read.high));
        let expected = (value.into(), comparator.into(), unit.into(), low.into(), high.into());
        assert_eq!(found, expected, "{row}");
        assert_eq!(read.flag, flag, "{row}");
    }
}

#[test]
fn statuses() {
    let rows = [
        ("F", Some(ResultStatus::Final)),
        ("P", Some(ResultStatus::Preliminary)),
        ("R", Some(ResultStatus::Preliminary)),
        ("C", Some(ResultStatus::Corrected)),
        ("X", Some(ResultStatus::Cancelled)),
        ("D", Some(ResultStatus::Cancelled)),
        ("W", Some(ResultStatus::Cancelled)),
        ("", None),
    ];
    for (sent, status) in rows {
        assert_eq!(result(&format!("OBX|1|NM|K||4|g|||||{sent}")).status, status, "{sent}");
    }
    let of = |order: &str, obx: &str| {
        read(&format!("{HEAD}OBR|1|||NFS|||||||||||||||||||||{order}\rOBX|1|NM|K||4|g|||||{obx}\r")).reports[0].status
    };
    assert_eq!(of("F", "F"), Some(ReportStatus::Complete));
    assert_eq!(of("P", "F"), Some(ReportStatus::Partial));
    assert_eq!(of("F", "P"), Some(ReportStatus::Partial));
    assert_eq!(of("F", "C"), Some(ReportStatus::Corrected));
    assert_eq!(of("C", "F"), Some(ReportStatus::Corrected));
    assert_eq!(of("X", ""), Some(ReportStatus::Cancelled));
    assert_eq!(of("", "D"), Some(ReportStatus::Cancelled));
    assert_eq!(of("", "F"), None);
}

#[test]
fn notes_stand_with_what_they_are_on() {
    let read = read(&format!(
        "{HEAD}NTE|1||Patient à jeun\r{ORDER}NTE|1||Sérum hémolysé\rOBX|1|NM|K||4|g\rNTE|1||Ligne un~Ligne deux\r\
         NTE|2||Ligne trois\rZZZ|inconnu|reste\r"
    ));
    let report = &read.reports[0];
    assert_eq!(report.sections[0].results[0].comment.as_deref(), Some("Ligne un\nLigne deux\nLigne trois"));
    let text = report.text.as_deref().unwrap();
    for words in ["Patient à jeun", "Numération formule : Sérum hémolysé", "ZZZ|inconnu|reste"] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_text_of_several_observations_is_one() {
    let read = read(&format!(
        "{HEAD}{ORDER}OBX|1|TX|CR^Conclusion||Première ligne||||||F\rOBX|2|TX|CR^Conclusion||12||||||F\r\
         OBX|3|TX|AUT^Autre||Seule||||||F\r"
    ));
    let results = &read.reports[0].sections[0].results;
    assert_eq!(results.len(), 2);
    assert_eq!(results[0].value.as_deref(), Some("Première ligne\n12"));
}

#[test]
fn documents_are_handed_over() {
    let cda = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>";
    let rows = [
        (format!("^TEXT^XML^Base64^{}", base64(cda.as_bytes())), "text/xml", cda.as_bytes().to_vec()),
        (format!("^AP^PDF^Base64^{}", base64(b"%PDF-1.4 x")), "application/pdf", b"%PDF-1.4 x".to_vec()),
        (format!("^application/pdf^^Base64^{}", base64(b"%PDF-1.4")), "application/pdf", b"%PDF-1.4".to_vec()),
        (format!("^IM^JPEG^Base64^{}", base64(b"\xFF\xD8jpeg")), "image/jpeg", b"\xFF\xD8jpeg".to_vec()),
        ("^TEXT^PLAIN^A^Bonjour \\F\\".to_owned(), "text/plain", b"Bonjour |".to_vec()),
        ("^AP^PDF^Hex^255044462D".to_owned(), "application/pdf", b"%PDF-".to_vec()),
    ];
    for (field, media_type, bytes) in rows {
        let obx = format!("OBX|1|ED|11502-2^CR d'examens biologiques^LN||{field}||||||F\r");
        let read = read(&format!("{HEAD}{ORDER}{obx}"));
        assert_eq!(read.documents, [(media_type.to_owned(), bytes)], "{field}");
        assert_eq!(read.warnings, []);
        let text = read.reports[0].text.as_deref().unwrap();
        assert!(text.contains("Document joint : 11502-2 CR d'examens biologiques LN"), "{text}");
        assert!(read.reports[0].sections[0].results.is_empty());
    }
    let cut =
        read(&format!("{HEAD}{ORDER}OBX|1|ED|CR||^AP^PDF^Base64^{}||||||F\r", "JVBERi0xLjQ=".trim_end_matches("Q=")));
    assert!(warned(&cut, WarningCode::BrokenEncoding));
    assert_eq!(cut.documents[0].1, b"%PDF-1.");
}

#[test]
fn how_a_document_is_to_be_handled_is_no_result() {
    let read = read(&format!(
        "{HEAD}{ORDER}OBX|2|CE|MASQUE_PS^Masqué aux professionnels de Santé^MetaDMPMSS||N^^expandedYes-NoIndicator||||||F\r"
    ));
    assert!(read.reports[0].sections[0].results.is_empty());
    assert!(read.reports[0].text.as_deref().unwrap().contains("Masqué aux professionnels de Santé : N"));
}

#[test]
fn several_patients_make_several_reports() {
    let second = HEAD.replace("EXEMPLE^ALICE", "FICTIF^BRUNO");
    let obx = "OBX|1|NM|K||4|g||||F\r";
    let under_one_head: String = second.split_once('\r').unwrap().1.to_owned();
    for more in [second.clone(), under_one_head] {
        let read = read(&format!("{HEAD}{ORDER}{obx}{more}{ORDER}{obx}"));
        assert_eq!(read.reports.len(), 2, "{more}");
        assert!(warned(&read, WarningCode::SeveralPatients));
        assert!(read.reports.iter().all(|report| report.sections[0].results.len() == 1));
        assert!(read.reports.iter().all(|report| report.laboratory.is_some()));
    }
    let same = read(&format!("{HEAD}{ORDER}{obx}{HEAD}{ORDER}{obx}"));
    assert!(!warned(&same, WarningCode::SeveralPatients));
}

#[test]
fn frames_line_ends_signs_and_encodings() {
    let message = format!("{HEAD}{ORDER}OBX|1|NM|HB^Hémoglobine||12|g/dL|13-18\r");
    let reference = read(&message).reports;
    let windows: Vec<u8> = message.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(message.encode_utf16()).flat_map(|unit: u16| unit.to_le_bytes()).collect();
    let rows = [
        format!("\u{b}{message}\u{1c}\r").into_bytes(),
        message.replace('\r', "\r\n").into_bytes(),
        message.replace('\r', "\n").into_bytes(),
        format!("\u{feff}{message}").into_bytes(),
        format!("\r\n  {message}").into_bytes(),
        windows,
        wide,
    ];
    for bytes in rows {
        assert!(Reader::Hl7.is_in(&bytes), "{bytes:?}");
        assert_eq!(Reader::Hl7.read(&bytes).reports, reference);
    }
    let other = message.replace("|^~\\&|", "¤").replace('|', "#").replace('^', "$").replace('¤', "#$~\\&#");
    assert_eq!(read(&other).reports, reference, "{other}");
    let late = format!("Bonjour,\nvoici\n{message}");
    let report = &read(&late).reports[0];
    assert!(report.text.as_deref().unwrap().contains("Bonjour,"));
}

#[test]
fn broken_and_continued_lines_are_joined() {
    let broken = read(&format!("{HEAD}{ORDER}OBX|1|TX|CR^Conclusion||Début\nsuite\nfin||||||F\r"));
    let result = &broken.reports[0].sections[0].results[0];
    assert_eq!((result.value.as_deref(), result.status), (Some("Début\nsuite\nfin"), Some(ResultStatus::Final)));
    let continued = read(&format!("{HEAD}{ORDER}OBX|1|TX|CR^Conclusion||Dé\rADD|but||||||F\r"));
    assert_eq!(continued.reports[0].sections[0].results[0].value.as_deref(), Some("Début"));
}

#[test]
fn what_is_not_understood_stays_in_sight() {
    let read = read(&format!("{HEAD}{ORDER}OBX|1|NM|K||4|g|1-5|POS|||Q\rOBX|2|NM|||sans nom\r"));
    assert!(warned(&read, WarningCode::UnreadLine));
    let result = &read.reports[0].sections[0].results[0];
    assert_eq!(result.comment.as_deref(), Some("Indication du laboratoire : POS\nsans nom"));
    assert!(read.reports[0].text.as_deref().unwrap().contains("OBX-11 : Q"));
    let lone = Reader::Hl7.read(b"OBX|1|NM|K||4|g\r");
    assert!(warned(&lone, WarningCode::MissingHeader));
    assert_eq!(lone.reports[0].sections[0].results.len(), 1);
}

#[test]
fn names_of_older_senders() {
    let patient = |name: &str| {
        let text = format!("MSH|^~\\&|A|B|||20250101||ORU^R01|1|P|2.3\rPID|1||||{name}||19570314|X\r");
        read(&text).reports[0].patient.clone()
    };
    let plain = patient("EXEMPLE^ALICE");
    assert_eq!((plain.used_name.as_deref(), plain.birth_name, plain.sex), (Some("EXEMPLE"), None, None));
    let maiden = patient("MODELE^ALICE^^^^^L~EXEMPLE^^^^^^M");
    assert_eq!((maiden.used_name.as_deref(), maiden.birth_name.as_deref()), (Some("MODELE"), Some("EXEMPLE")));
}

#[test]
fn kinds() {
    assert_eq!(result("OBX|1|CE|K||POS^Positif").kind, ValueKind::Coded);
    assert_eq!(result("OBX|1|NM|K||4").kind, ValueKind::Numeric);
    assert_eq!(result("OBX|1|NM|K||Oui").kind, ValueKind::Text);
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = (at(0) << 16) | (at(1) << 8) | at(2);
        for digit in 0..=chunk.len() {
            out.push(char::from(ALPHABET[usize::try_from((bits >> (18 - 6 * digit)) & 63).unwrap()]));
        }
        out.extend(std::iter::repeat_n('=', 3 - chunk.len()));
    }
    out
}

#[test]
fn a_power_of_ten_or_a_word_is_never_judged_in_part() {
    for value in
        ["2E5", "30E3", "4.70e7", "1E+5", "3,2 E6", "5 x10^3", "5x10", "2 × 10^6", "1b", "3a", "2H30", "1h05", "0 Rh+"]
    {
        for kind in ["NM", "ST"] {
            let read = result(&format!("OBX|1|{kind}|X^Essai^L||{}||0 - 5000||||F", value.replace('^', "\\S\\")));
            assert_eq!((read.value.as_deref(), read.unit, read.flag), (Some(value), None, None), "{kind} {value}");
        }
    }
    let plain = result("OBX|1|NM|X^Essai^L||12.5 g/L||10 - 20||||F");
    assert_eq!((plain.unit.as_deref(), plain.flag), (Some("g/L"), Some(Flag::Normal)));
}

#[test]
fn normal_outside_of_the_laboratory_s_own_bounds_is_not_normal() {
    for (value, range, flag) in [
        ("7.1", "3.5-5.0", Flag::High),
        ("2.1", "3.5-5.0", Flag::Low),
        ("6", "< 5", Flag::High),
        ("50", "> 60", Flag::Low),
    ] {
        let read = result(&format!("OBX|1|NM|K^Potassium^L||{value}|mmol/L|{range}|N|||F"));
        assert_eq!((read.flag, read.flag_from), (Some(flag), Some(FlagSource::Bounds)), "{value}");
        assert!(read.comment.is_some_and(|comment| comment.contains("hors des bornes")), "{value}");
    }
    let inside = result("OBX|1|NM|K^Potassium^L||4.1|mmol/L|3.5-5.0|N|||F");
    assert_eq!(
        (inside.flag, inside.flag_from, inside.comment),
        (Some(Flag::Normal), Some(FlagSource::Laboratory), None)
    );
}
