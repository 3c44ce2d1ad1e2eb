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
    assert_eq!(report.sampled_at.as_deref(), Some("2025-05-13T08:15:00"), "no offset: none is invented");
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
    for words in ["IPP77", "0200000000", "Numéro du demandeur : P1", "Message : M1"] {
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
    let read = read(&format!("{HEAD}{ORDER}OBX|1|NM|K||4|g|1-5|ZZ|||Q\rOBX|2|NM|||sans nom\r"));
    assert!(warned(&read, WarningCode::UnreadLine));
    let result = &read.reports[0].sections[0].results[0];
    assert_eq!(result.comment.as_deref(), Some("Indication du laboratoire : ZZ\nsans nom"));
    assert_eq!(result.flag, None, "the unknown flag may say that it is not normal");
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

/// The same person's message with another `PID`, and results below each.
fn two_patients(one: &str, other: &str) -> Read {
    let obx = "OBX|1|NM|K^Potassium^L||4.2|mmol/L|3.5-5.0||||F\r";
    let pid = |fields: &str| format!("PID|1|{fields}||MODELE^CAMILLE^^^^^L||19500201|F\r");
    read(&format!("{}{}{ORDER}{obx}{}{ORDER}{obx}", HEAD.split_inclusive('\r').next().unwrap(), pid(one), pid(other)))
}

#[test]
fn other_identifiers_are_another_patient() {
    let rows = [
        ("|7001^^^LAB^PI|", "|7002^^^LAB^PI|", true),
        ("|7001|", "|7002|", true),
        ("7001||", "7002||", true),
        ("|7001^^^LAB^PI|", "|7001^^^LAB^PI|", false),
        ("|7001^^^LAB^PI~88^^^CHU^PI|", "|7001^^^LAB^PI|", false),
        ("|7001^^^LAB^PI~88^^^CHU^PI|", "|7001^^^LAB^PI~99^^^CHU^PI|", true),
        ("|7001^^^LAB^PI~V1^^^LAB^VN|", "|7001^^^LAB^PI~V2^^^LAB^VN|", false),
        ("|7001^^^A&1.2.3&ISO^PI|", "|7002^^^A&1.2.3&ISO^PI|", true),
    ];
    for (one, other, several) in rows {
        let read = two_patients(one, other);
        assert_eq!(warned(&read, WarningCode::SeveralPatients), several, "{one} {other}: {read:?}");
        assert!(!several || read.reports.len() == 2, "{one} {other}");
        let results: usize = read.reports.iter().flat_map(|report| &report.sections).map(|one| one.results.len()).sum();
        assert_eq!(results, 2, "{one} {other}");
    }
    let read = two_patients("|7001^^^A&1.2.3&ISO^PI~V1^^^A^VN|", "|7001^^^A&1.2.3&ISO^PI|");
    let identifier = &read.reports[0].patient.identifiers[0];
    assert_eq!((identifier.value.as_str(), identifier.authority.as_deref()), ("7001", Some("1.2.3")));
    assert_eq!(read.reports[0].patient.identifiers.len(), 1, "a stay is no patient");
}

#[test]
fn which_of_several_an_observation_is() {
    let read = read(&format!(
        "{HEAD}OBR|1|||HGPO|||202505130800||||||||SER&Sérum&HL70070\r\
         OBX|1|NM|GLY^Glycémie^L|T0|13.2|mmol/L|3.5-6.5|H|||F|||202505130800\r\
         OBX|2|NM|GLY^Glycémie^L|T120|5.7|mmol/L|3.5-6.5|N|||F|||202505131000\r\
         OBX|3|NM|K^Potassium^L|1|4.1|mmol/L|3.5-5.0|N|||F\r\
         OBR|2|||IONO^Ionogramme urinaire|||202505130900\rOBX|1|NM|NA^Sodium^L|1|139|mmol/L|||||F\r\
         OBX|2|NM|K^Potassium^L|2|39|mmol/L|||||F\rSPM|1|||UR^Urines^L\r\
         OBR|3|||GAZ^Gaz\rOBX|1|NM|PH^pH^L|1|7.4|||||F\rSPM|1|||ART^Sang artériel\rSPM|2|||VEN^Sang veineux\r"
    ));
    let report = &read.reports[0];
    let which = |section: usize, result: usize| {
        let result = &report.sections[section].results[result];
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        (text(&result.sub_id), text(&result.specimen), text(&result.observed_at))
    };
    let expected = |sub: &str, specimen: &str, at: &str| (sub.to_owned(), specimen.to_owned(), at.to_owned());
    assert_eq!(report.sampled_at.as_deref(), Some("2025-05-13T08:00:00"));
    assert_eq!(which(0, 0), expected("T0", "Sérum", ""), "the time is the report's own");
    assert_eq!(which(0, 1), expected("T120", "Sérum", "2025-05-13T10:00:00"));
    assert_eq!(which(1, 0), expected("", "Urines", "2025-05-13T09:00:00"), "a number that only counts says nothing");
    assert_eq!(which(2, 0).1, "", "of two specimens nobody says which");
    let text = report.text.as_deref().unwrap();
    assert!(text.contains("Sang artériel") && text.contains("Sang veineux"), "{text}");
}

#[test]
fn numbers_of_germs_stay() {
    let read = read(&format!(
        "{HEAD}OBR|1|||ECBU\rOBX|1|TX|GERME^Germe^L|1|Escherichia coli||||||F\rOBX|2|ST|AMX^Amoxicilline^L|1|||R|R|||F\r\
         OBX|3|TX|GERME^Germe^L|2|Enterococcus faecalis||||||F\rOBX|4|ST|AMX^Amoxicilline^L|2|||S|S|||F\r"
    ));
    let results = &read.reports[0].sections[0].results;
    let found: Vec<_> = results.iter().map(|one| (one.label.as_str(), one.sub_id.as_deref())).collect();
    let two = [("Germe", Some("1")), ("Amoxicilline", Some("1")), ("Germe", Some("2")), ("Amoxicilline", Some("2"))];
    assert_eq!(found, two);
    let neighbours = self::read(&format!(
        "{HEAD}OBR|1|||ECBU\rOBX|1|NM|N^Numération^L|1|5\rOBX|2|TX|GERME^Germe^L|1|Escherichia coli\r\
         OBX|3|TX|GERME^Germe^L|2|Enterococcus faecalis\r"
    ));
    assert_eq!(neighbours.reports[0].sections[0].results.len(), 3, "the words of two germs do not run together");
    let lines = self::read(&format!(
        "{HEAD}{ORDER}OBX|1|TX|CR^Texte|1|un\rOBX|2|TX|CR^Texte|2|deux\rOBX|3|TX|CR^Texte|3|trois\r"
    ));
    assert_eq!(lines.reports[0].sections[0].results[0].value.as_deref(), Some("un\ndeux\ntrois"));
}

/// What the laboratory takes back says so and is judged no more.
#[test]
fn withdrawn_results() {
    let rows = [
        ("D", "supprimé"),
        ("X", "n’a pas pu obtenir"),
        ("W", "à tort, par exemple pour un autre patient"),
        ("d", "supprimé"),
    ];
    for (sent, words) in rows {
        let result = result(&format!("OBX|1|NM|K||6.9|mmol/L|3.5-5.0|HH|||{sent}"));
        assert_eq!((result.status, result.flag), (Some(ResultStatus::Cancelled), None), "{sent}");
        assert_eq!(result.value.as_deref(), Some("6.9"), "what was sent is shown");
        assert!(result.comment.as_deref().unwrap().contains(words), "{sent}: {result:?}");
    }
    let kept = read(&format!("{HEAD}{ORDER}OBX|1|NM|K||6.9|mmol/L|3.5-5.0|HH|||D\r"));
    assert!(kept.reports[0].text.as_deref().unwrap().contains("Indication du laboratoire : HH"));
    assert_eq!(result("OBX|1|NM|K||||||||N").status, Some(ResultStatus::Cancelled));
    let unclear = result("OBX|1|NM|K||6.9|mmol/L|3.5-5.0|HH|||N");
    assert_eq!(
        (unclear.status, unclear.flag),
        (None, Some(Flag::CriticallyHigh)),
        "a value is no analysis not asked for"
    );
    for final_one in ["F", "U"] {
        assert_eq!(result(&format!("OBX|1|NM|K||6.9|||HH|||{final_one}")).status, Some(ResultStatus::Final));
    }
    for waiting in ["I", "S", "O", "P", "R"] {
        assert_eq!(result(&format!("OBX|1|NM|K||6.9|||HH|||{waiting}")).status, Some(ResultStatus::Preliminary));
    }
}

#[test]
fn cancelled_orders_and_documents() {
    let pdf = format!("^application^pdf^Base64^{}", base64(b"%PDF-1.4 x"));
    let of =
        |control: &str, obx: &str| read(&format!("{HEAD}ORC|{control}|1\rOBR|1|||BIO|||||||||||||||||||||F\r{obx}\r"));
    let document = |status: &str| format!("OBX|1|ED|11502-2^Compte rendu^LN||{pdf}||||||{status}");
    for (control, status) in [("CA", "D"), ("RE", "D"), ("CA", ""), ("CA", "F"), ("OC", "")] {
        let read = of(control, &document(status));
        assert_eq!(read.reports[0].status, Some(ReportStatus::Cancelled), "{control} {status}");
        assert_eq!(read.documents.len(), 1, "it can still be read");
        assert!(warned(&read, WarningCode::WithdrawnDocument), "{control} {status}");
        let words =
            if status == "F" { "Document d’une demande annulée" } else { "Document retiré par le laboratoire" };
        assert!(read.reports[0].text.as_deref().unwrap().contains(words), "{control} {status}");
    }
    let whole = read(&format!("{HEAD}ORC|RE|1|||CA\rOBR|1|||BIO\r{}\r", document("F")));
    assert_eq!(whole.reports[0].status, Some(ReportStatus::Cancelled));
    for (event, availability) in [("MDM^T11", ""), ("MDM^T02", "CA")] {
        let head = HEAD.replace("ORU^R01^ORU_R01", event);
        let read =
            read(&format!("{head}TXA|1{}{availability}\r{}\r", "|".repeat(18), document("F")).replace("TXA||", "TXA|"));
        let right = read.reports[0].status == Some(ReportStatus::Cancelled);
        assert!(right && warned(&read, WarningCode::WithdrawnDocument), "{event} {availability}: {read:?}");
    }
    assert_eq!(of("RE", &document("C")).reports[0].status, Some(ReportStatus::Corrected));
    assert_eq!(of("RE", &document("P")).reports[0].status, Some(ReportStatus::Partial));
    assert_eq!(of("RE", &document("F")).reports[0].status, Some(ReportStatus::Complete));
    let both = of("RE", &format!("{}\rOBX|2|NM|K^K^L||4.1|||||F", document("D")));
    assert_eq!(both.reports[0].status, Some(ReportStatus::Complete));
    assert!(warned(&both, WarningCode::WithdrawnDocument));
    // A result of a cancelled order: taken back where it says nothing else of itself.
    let silent = of("CA", "OBX|1|NM|K^K^L||6.9|mmol/L|3.5-5.0|HH");
    assert_eq!(silent.reports[0].sections[0].results[0].status, Some(ResultStatus::Cancelled));
    let said = of("CA", "OBX|1|NM|K^K^L||6.9|mmol/L|3.5-5.0|HH|||F");
    assert_eq!(said.reports[0].sections[0].results[0].flag, Some(Flag::CriticallyHigh), "final is final");
    assert!(said.reports[0].sections[0].results[0].comment.as_deref().unwrap().contains("annulé la demande"));
    assert_eq!(said.reports[0].status, Some(ReportStatus::Cancelled));
}

#[test]
fn flags_against_the_laboratorys_own_bounds_warn() {
    let rows = [
        ("7.1|mmol/L|3.5-5.0|N", true),
        ("2.1|mmol/L|3.5-5.0|N", true),
        ("4.1|mmol/L|3.5-5.0|H", true),
        ("4.1|mmol/L|3.5-5.0|LL", true),
        ("2.1|mmol/L|3.5-5.0|HH", true),
        ("7.1|mmol/L|3.5-5.0|L", true),
        ("4.1|mmol/L|3.5-5.0|N", false),
        ("7.1|mmol/L|3.5-5.0|HH", false),
        ("5.0|mmol/L|3.5-5.0|H", false),
        ("4.1|mmol/L|3.5-5.0|A", false),
        ("90|mL/min|>60|H", false),
        ("7.1|mmol/L||N", false),
        ("7.1|mmol/L|3.5-5.0|", false),
    ];
    for (fields, doubtful) in rows {
        let read = read(&format!("{HEAD}{ORDER}OBX|1|NM|K^Potassium^L||{fields}|||F\r"));
        assert_eq!(warned(&read, WarningCode::FlagContradicted), doubtful, "{fields}: {:?}", read.warnings);
        assert!(!doubtful || read.warnings[0].message.contains("« Potassium »"));
    }
    let withdrawn = read(&format!("{HEAD}{ORDER}OBX|1|NM|K^Potassium^L||7.1|mmol/L|3.5-5.0|N|||D\r"));
    assert!(!warned(&withdrawn, WarningCode::FlagContradicted));
}

#[test]
fn flags_of_other_dialects() {
    let rows = [
        ("C", Some(Flag::Critical), None),
        ("HU", Some(Flag::High), None),
        ("LX", Some(Flag::Low), None),
        ("POS", None, Some("Positif")),
        ("NEG", Some(Flag::Normal), Some("Négatif")),
        ("MS", None, Some("Modérément sensible")),
        ("U", None, Some("En nette hausse")),
        ("P", None, Some("Indication du laboratoire : P")),
    ];
    for (sent, flag, comment) in rows {
        let result = result(&format!("OBX|1|NM|K||4.1|mmol/L|3.5-5.0|{sent}|||F"));
        let said = result.comment.as_deref().map(|comment| comment.lines().next().unwrap_or_default());
        let said = said.filter(|said| !said.contains("contredit"));
        assert_eq!((result.flag, said), (flag, comment), "{sent}");
    }
}

/// Signs of any kind between the parts: read, or in sight; never nothing.
#[test]
fn signs_that_are_not_declared_as_they_should() {
    let body = "|LABTIL|LABTIL|CABINET|CABINET|20251124100000||ORU^R01|M1|P|2.5\rPID|1||P1||MODELE^Anouk^^^^^L||19500201|F\r\
        OBR|1||S1|BIO^Biochimie^L\rOBX|1|NM|K^Potassium^L||6.8|mmol/L|3.5-5.0|HH~A|||F\r";
    let usual = read(&format!("MSH|^~\\&{body}")).reports;
    let rows = [
        ("^˜\\&", "˜"),
        ("^˜\\&", "~"),
        ("ˆ~\\&", "~"),
        ("", "~"),
        ("^~", "~"),
        ("^^^^", "~"),
        ("^~\\&amp;", "~"),
        ("^~\\\\&", "~"),
        ("^Ëœ\\&", "~"),
        ("^~ \\&", "~"),
        ("^~\u{fffd}&", "~"),
    ];
    for (declared, repetition) in rows {
        let read = read(&format!("MSH|{declared}{}", body.replace('~', repetition)));
        let report = &read.reports[0];
        assert_eq!(report.patient, usual[0].patient, "{declared}");
        assert_eq!(report.sections, usual[0].sections, "{declared}");
        assert!(warned(&read, WarningCode::UnusualHeader), "{declared}");
    }
    let lost = read(body.split_once('\r').unwrap().1);
    assert_eq!(lost.reports[0].sections, usual[0].sections);
    assert!(warned(&lost, WarningCode::UnusualHeader), "the first line is lost");
    let decimals = read(&format!("MSH|^~\\&{body}").replace('~', "."));
    assert_eq!(decimals.reports[0].sections[0].results[0].value.as_deref(), Some("6.8"));
    let bars = read(&format!("MSH|^~\\&{body}").replace('|', "¦"));
    assert_eq!(bars.reports[0].sections, usual[0].sections);
    for name in ["MSH", "MSHA", "MSH "] {
        let bytes = format!("{name} et suite\rPID : rien\r");
        assert!(!Reader::Hl7.is_in(bytes.as_bytes()), "{name}");
    }
}
