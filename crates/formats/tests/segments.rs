//! Whatever comes as HL7 v2 or HPRIM Santé, nothing panics and no word of it gets lost.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_formats::by_format::{Read, Reader};
use proptest::prelude::*;

/// All words that a person sees of what was read, and the documents' bytes.
fn words(read: &Read) -> String {
    let mut words = serde_json::to_string(&read.reports).unwrap();
    words.push_str(&serde_json::to_string(&read.warnings).unwrap());
    for (media_type, bytes) in &read.documents {
        words.push_str(media_type);
        words.push_str(&String::from_utf8_lossy(bytes));
    }
    words.replace("\\n", "\n").replace("\\\"", "\"")
}

/// Letters and digits only.
fn essence(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Fields that say what the format already says, or that become words of their own: type, flag, status, sex, numbering.
fn says_nothing_more(name: &str, field: usize) -> bool {
    match name {
        "MSH" => matches!(field, 8 | 10 | 11 | 14..=20),
        "H" => matches!(field, 6 | 11 | 12),
        "OBX" => matches!(field, 1 | 2 | 4 | 8 | 11),
        "OBR" => matches!(field, 1 | 25),
        "P" | "PID" => matches!(field, 1 | 8),
        "NTE" | "C" => matches!(field, 1 | 2),
        "ORC" => matches!(field, 1 | 5),
        "SPM" | "PV1" => field == 1,
        _ => false,
    }
}

/// Names of segments, of code systems and of types of names, which nobody needs to see.
const SYSTEMS: [&str; 14] = ["AA", "PI", "L", "LN", "LOINC", "ISO", "INS", "NH", "D", "M", "UCUM", "FRA", "UN", "P"];

fn nothing_lost(source: &str, read: &Read, signs: [char; 3]) -> Result<(), TestCaseError> {
    let words = words(read);
    let seen = essence(&words);
    for line in source.split(['\r', '\n']) {
        let name = line.split('|').next().unwrap_or_default();
        if matches!(name, "L" | "FHS" | "BHS" | "BTS" | "FTS") {
            continue;
        }
        for (number, field) in line.split('|').enumerate().skip(1) {
            if says_nothing_more(name, number) || number == 1 && matches!(name, "H" | "MSH") {
                continue;
            }
            for piece in
                field.split(|c: char| signs.contains(&c) || matches!(c, '&' | '-' | '<' | '>') || c.is_whitespace())
            {
                let bare = essence(piece);
                let found = bare.is_empty()
                    || bare.chars().all(|c| c == '0')
                    || SYSTEMS.iter().any(|system| system.starts_with(&bare))
                    || seen.contains(&bare)
                    || as_moment(&bare, &seen)
                    || runs(&bare).iter().all(|run| run.chars().all(|c| c == '0') || seen.contains(run));
                prop_assert!(found, "{piece:?} of {line:?} is lost\n--- seen ---\n{words}");
            }
        }
    }
    Ok(())
}

/// A number and the unit glued to it, taken apart.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for c in text.chars() {
        match runs.last_mut() {
            Some(run) if run.ends_with(|last: char| last.is_numeric() == c.is_numeric()) => run.push(c),
            _ => runs.push(c.to_string()),
        }
    }
    runs
}

/// Whether a point in time is there, in the order in which it is shown or kept.
fn as_moment(digits: &str, seen: &str) -> bool {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.len() < 4 {
        return false;
    }
    if digits.len() < 8 {
        return seen.contains(digits.get(..4).unwrap());
    }
    let (year, month, day) = (&digits[..4], &digits[4..6], &digits[6..8]);
    // Seconds of zero are not shown.
    let time = &digits[8..digits.len().min(12)];
    seen.contains(&format!("{day}{month}{year}à{time}"))
        || seen.contains(&format!("{day}{month}{year}")) && time.is_empty()
        || seen.contains(&format!("{year}{month}{day}T{time}"))
}

fn hprim_line() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just("H|~^\\&|F.HPR||LABO~Laboratoire||ORU|||CAB~Cabinet||P|H2.1~C|202505131559".to_owned()),
        2 => "P\\|1\\|[0-9]{0,5}\\|[A-Z0-9]{0,4}\\|\\|[A-Z]{0,8}~[A-Z]{0,6}(~[A-Z]{0,3})?\\|[A-Z]{0,6}\\|19[5-9]0[1-9]1[0-9]\\|[FMUX]\\|\\|[0-9a-z ]{0,12}~~[A-Z]{0,5}~~[0-9]{0,5}",
        3 => "OBR\\|[0-9]\\|[A-Z0-9~]{0,8}\\|~?[A-Z0-9]{0,8}\\|[A-Z]{0,4}~[a-z]{0,9}~L(\\^[A-Z]{1,4}~[a-z]{0,6}~L)?\\|[RS]?\\|\\|2025051[0-9]0815\\|\\|\\|\\|\\|\\|[a-z ]{0,9}",
        8 => "OBX\\|[0-9]\\|(NM|ST|TX|CE|SN|FIC|ED|DT|)\\|[A-Z0-9]{0,4}~[a-zé ]{0,9}~L?\\|[0-9]?\\|[<>]? ?[0-9]{0,3}[.,]?[0-9]{0,2}[~^*]?[a-z]{0,6}\\|[a-z/%^]{0,6}\\|[0-9<> -]{0,8}\\|[NHLASR<>Q]{0,2}\\|[0-9]{0,2}\\|\\|[FPRCXDQ]?\\|[a-z]{0,3}",
        3 => "C\\|1\\|L?\\|[a-zé ^~]{0,20}",
        1 => "A\\|[a-z0-9 |]{0,12}",
        1 => "[A-Z]{3}\\|[a-z0-9 |~^]{0,16}",
        1 => "[a-zA-Z0-9é ]{0,16}",
        1 => Just("L|1".to_owned()),
    ]
}

fn hl7_line() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "MSH\\|\\^~\\\\&\\|[A-Z]{0,5}\\|[A-Z]{0,5}\\|[A-Z]{0,5}\\|[A-Z]{0,5}\\|20250513103[0-9]00(\\+0200)?\\|\\|ORU\\^R01\\|[A-Z0-9]{0,6}\\|[PT]\\|2\\.5",
        2 => "PID\\|1\\|[0-9]{0,4}\\|([0-9]{0,6}|[12][0-9]{14})(\\^\\^\\^(AA&1\\.2\\.250\\.1\\.213\\.1\\.4\\.8&ISO)?\\^(INS|NH|PI)?)?\\|\\|[A-Z]{0,8}\\^[A-Z]{0,6}(\\^[A-Z]{1,4})?(~[A-Z]{1,6}\\^[A-Z]{1,6}\\^\\^\\^\\^\\^[LDM])?\\|\\|19[5-9]0[1-9]1[0-9]\\|[FMUX]\\|\\|\\|[0-9a-z ]{0,12}\\^\\^[A-Z]{0,5}\\^\\^[0-9]{0,5}",
        3 => "OBR\\|[0-9]\\|[A-Z0-9^]{0,8}\\|[A-Z0-9]{0,8}\\|[A-Z]{0,4}\\^[a-z]{0,9}\\^L\\|\\|\\|2025051[0-9]0815\\|\\|\\|\\|\\|\\|[a-z ]{0,9}\\|\\|\\|[0-9]{0,4}\\^[A-Z]{0,5}",
        8 => "OBX\\|[0-9]\\|(NM|ST|TX|CE|CWE|SN|ED|RP|TS|TM|)\\|[A-Z0-9]{0,4}\\^[a-zé ]{0,9}\\^(L|LN)?(\\^[A-Z]{1,3}\\^[a-z]{1,4}\\^(L|LN))?\\|[0-9]?\\|[<>^]{0,2} ?[0-9]{0,3}[.,]?[0-9]{0,2}[~^*]?[a-z]{0,6}\\|[a-z/%^]{0,6}\\|[0-9<> -]{0,8}\\|[NHLASR<>Q~]{0,3}\\|[0-9]{0,2}\\|\\|[FPRCXDQ]?\\|[a-z]{0,3}",
        3 => "NTE\\|1\\|L?\\|[a-zé ^~]{0,20}",
        1 => "SPM\\|1\\|[0-9]{0,3}\\|\\|[a-z^]{0,8}",
        1 => "ORC\\|RE\\|[A-Z0-9]{0,5}\\|[A-Z0-9]{0,5}",
        1 => "PV1\\|1\\|[A-Z]?\\|[A-Z^]{0,9}",
        1 => "ADD\\|[a-z0-9 |]{0,12}",
        1 => "Z[A-Z]{2}\\|[a-z0-9 |~^]{0,16}",
        1 => "[a-zA-Z0-9é ]{0,16}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hprim_lines_in_any_order_lose_nothing(lines in prop::collection::vec(hprim_line(), 0..40), at in any::<prop::sample::Index>()) {
        let text = lines.join("\r\n");
        nothing_lost(&text, &Reader::HprimSante.read(text.as_bytes()), ['~', '^', '*'])?;
        let mut end = at.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        nothing_lost(&text[..end], &Reader::HprimSante.read(&text.as_bytes()[..end]), ['~', '^', '*'])?;
    }

    #[test]
    fn hl7_lines_in_any_order_lose_nothing(lines in prop::collection::vec(hl7_line(), 0..40), at in any::<prop::sample::Index>()) {
        let text = lines.join("\r");
        nothing_lost(&text, &Reader::Hl7.read(text.as_bytes()), ['~', '^', '*'])?;
        let mut end = at.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        nothing_lost(&text[..end], &Reader::Hl7.read(&text.as_bytes()[..end]), ['~', '^', '*'])?;
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..1500), head in prop_oneof![
        Just(""), Just("MSH|^~\\&|"), Just("H|~^\\&|"), Just("MSH#$%!*#"), Just("H|\\^&~|"), Just("MSH|"), Just("H\u{e9}|"),
    ]) {
        let bytes = [head.as_bytes(), &bytes].concat();
        for reader in [Reader::Hl7, Reader::HprimSante, Reader::HprimMedecin] {
            let _ = (reader.is_in(&bytes), reader.read(&bytes));
        }
    }

    #[test]
    fn flipped_bytes_never_panic(lines in prop::collection::vec(hl7_line(), 1..30), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = lines.join("\r").into_bytes();
        bytes.push(b'\r');
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for reader in [Reader::Hl7, Reader::HprimSante] {
            let _ = (reader.is_in(&bytes), reader.read(&bytes));
        }
    }
}
