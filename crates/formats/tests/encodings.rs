//! Character encodings: found over the whole text, and read again on a person's order.
//!
//! The error rates of the detection are measured here (`cargo test --test encodings -- --nocapture` prints them), and held
//! below what was measured when this was written.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::TextEncoding;
use bannette_formats::{Source, parse_file, read, read_as};

const HEADER: &str = "PAT0001\nEXEMPLE\nALICE\n12 RUE DES ESSAIS\n\n76600 LE HAVRE\n14/03/1957\n\nA1\n13/05/2025\n\
                      LABOTEST   Laboratoire\nMED0001    Dr TEST\n";

/// Words of reports; each holds at least one character above ASCII.
const ACCENTED: [&str; 60] = [
    "hémoglobine",
    "créatinine",
    "protéine",
    "prélèvement",
    "à",
    "déjà",
    "résultat",
    "contrôle",
    "même",
    "bêta",
    "âge",
    "crâne",
    "râles",
    "tête",
    "reçu",
    "français",
    "déçu",
    "où",
    "coût",
    "goût",
    "île",
    "connaître",
    "hôpital",
    "tôt",
    "37 °C",
    "µmol/L",
    "µg",
    "m²",
    "naïf",
    "coïncidence",
    "Noël",
    "Joël",
    "sérologie",
    "bactérie",
    "négatif",
    "élevé",
    "Élise",
    "Époux",
    "Évolution",
    "À jeun",
    "ÉLEVÉ",
    "RÉSULTAT",
    "thérapeutique",
    "très",
    "modérément",
    "légère",
    "présence",
    "référence",
    "décès",
    "fièvre",
    "hématocrite",
    "numération",
    "leucocytes élevés",
    "réticulocytes",
    "sédimentation",
    "glycémie",
    "cholestérol",
    "fécalome",
    "œdème",
    "forêt",
];
const PLAIN: [&str; 20] = [
    "sodium",
    "potassium",
    "le",
    "dans",
    "normal",
    "du patient",
    "12,9 g/L",
    "hors",
    "bilan",
    "sanguin",
    "TSH",
    "VGM",
    "taux",
    "urines",
    "Dr TEST",
    "sur",
    "et",
    "un",
    "culture",
    "CRP",
];

/// SplitMix64.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap()
}

/// A text with so many accented words among plain ones.
fn sentence(seed: u64, accented: usize) -> String {
    let mut state = seed;
    let mut words = Vec::new();
    for _ in 0..accented {
        words.push(ACCENTED[next(&mut state) % ACCENTED.len()]);
        for _ in 0..next(&mut state) % 4 {
            words.push(PLAIN[next(&mut state) % PLAIN.len()]);
        }
    }
    words.join(" ")
}

/// French characters, and their bytes in Windows-1252, CP850, MacRoman.
const BYTES: [(char, [u8; 3]); 26] = [
    ('é', [0xE9, 0x82, 0x8E]),
    ('è', [0xE8, 0x8A, 0x8F]),
    ('à', [0xE0, 0x85, 0x88]),
    ('ç', [0xE7, 0x87, 0x8D]),
    ('ê', [0xEA, 0x88, 0x90]),
    ('ë', [0xEB, 0x89, 0x91]),
    ('î', [0xEE, 0x8C, 0x94]),
    ('ï', [0xEF, 0x8B, 0x95]),
    ('ô', [0xF4, 0x93, 0x99]),
    ('ù', [0xF9, 0x97, 0x9D]),
    ('û', [0xFB, 0x96, 0x9E]),
    ('â', [0xE2, 0x83, 0x89]),
    ('É', [0xC9, 0x90, 0x83]),
    ('È', [0xC8, 0xD4, 0xE9]),
    ('À', [0xC0, 0xB7, 0xCB]),
    ('Ç', [0xC7, 0x80, 0x82]),
    ('Ê', [0xCA, 0xD2, 0xE6]),
    ('Ô', [0xD4, 0xE2, 0xEF]),
    ('°', [0xB0, 0xF8, 0xA1]),
    ('µ', [0xB5, 0xE6, 0xB5]),
    ('²', [0xB2, 0xFD, b'2']),
    ('œ', [0x9C, b'o', 0xCF]),
    ('«', [0xAB, 0xAE, 0xC7]),
    ('»', [0xBB, 0xAF, 0xC8]),
    ('±', [0xB1, 0xF1, 0xB1]),
    ('³', [0xB3, 0xFC, b'3']),
];

/// A text in one of these, and the text that it then is (`œ` and `²` are not in all).
fn eight_bit(text: &str, column: usize) -> (Vec<u8>, String) {
    let mut sent = String::new();
    let bytes = text
        .chars()
        .map(|c| {
            let byte = BYTES
                .iter()
                .find(|(known, _)| *known == c)
                .map_or_else(|| u8::try_from(c).unwrap(), |(_, b)| b[column]);
            sent.push(if byte.is_ascii() { char::from(byte) } else { c });
            byte
        })
        .collect();
    (bytes, sent)
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

/// The words that were read: the report's text without the line of the header's first line.
fn decoded(bytes: &[u8]) -> String {
    let file = parse_file("essai.hpr", bytes);
    let text = file.dossiers[0].text.clone().unwrap_or_default();
    text.split("\n\nRéférence").next().unwrap_or_default().to_owned()
}

#[test]
fn the_encoding_is_found() {
    const SEEDS: u64 = 500;
    println!("texts read wrongly, of {SEEDS}, by accented words in the text");
    println!("{:>14} {:>6} {:>6} {:>6} {:>6} {:>6}", "", 1, 2, 5, 20, 200);
    for (name, column, most) in
        [("windows-1252", 0, [0, 0, 0, 0, 0]), ("ibm850", 1, [40, 5, 0, 0, 0]), ("macintosh", 2, [4, 2, 0, 0, 0])]
    {
        let mut wrong = [0; 5];
        for (slot, length) in [1usize, 2, 5, 20, 200].into_iter().enumerate() {
            for seed in 0..SEEDS {
                let body = sentence(seed * 7919 + u64::try_from(length).unwrap(), length);
                let (bytes, sent) = eight_bit(&format!("{HEADER}{body}\n****FIN****\n"), column);
                let sent = sent.lines().nth(12).unwrap().to_owned();
                wrong[slot] += i32::from(decoded(&bytes) != sent);
            }
        }
        println!("{name:>14} {:>6} {:>6} {:>6} {:>6} {:>6}", wrong[0], wrong[1], wrong[2], wrong[3], wrong[4]);
        assert!(wrong.iter().zip(most).all(|(wrong, most)| *wrong <= most), "{name}: {wrong:?}");
    }
}

#[test]
fn unicode_is_always_found() {
    for seed in 0..500u64 {
        let body = sentence(seed, 1 + usize::try_from(seed % 20).unwrap());
        let text = format!("{HEADER}{body}\n****FIN****\n");
        let rows = [
            text.clone().into_bytes(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [b"\xFF\xFE".as_slice(), &wide(&text, false)].concat(),
            [b"\xFE\xFF".as_slice(), &wide(&text, true)].concat(),
            wide(&text, false),
            wide(&text, true),
        ];
        for bytes in rows {
            assert_eq!(decoded(&bytes), body, "seed {seed}");
        }
    }
}

#[test]
fn entities_are_read_wherever_they_stand() {
    let file = parse_file(
        "a.hpr",
        format!("{HEADER}****LAB****\nRES|H&eacute;moglobine|HB|N|&lt; 5|&micro;g/L|&lt; 9|||F\n****FIN****\n")
            .as_bytes(),
    );
    let result = &file.dossiers[0].sections[0].results[0];
    assert_eq!((result.label.as_str(), result.unit.as_deref()), ("Hémoglobine", Some("µg/L")));
    assert_eq!((result.value.as_deref(), result.high.as_deref()), (Some("5"), Some("9")));
}

/// UTF-8 whose last character is cut, or with a broken byte in it.
#[test]
fn broken_utf_8_stays_utf_8() {
    let text = format!("{HEADER}{}\n****FIN****\n", sentence(3, 20));
    let mut bytes = text.clone().into_bytes();
    bytes.insert(HEADER.len(), 0xE9);
    let file = parse_file("a.hpr", &bytes);
    assert_eq!(file.encoding.as_deref(), Some("utf-8"));
    assert!(file.dossiers[0].text.as_deref().unwrap().starts_with('é'));
}

#[test]
fn a_person_orders_another_encoding() {
    let text = format!("{HEADER}Contrôle à l'hôpital, 12 µg\n****FIN****\n").replace("ALICE", "Hélène");
    let eight = |column| eight_bit(&text, column).0;
    let rows = [
        (TextEncoding::Utf8, text.clone().into_bytes()),
        (TextEncoding::Windows1252, eight(0)),
        (TextEncoding::Iso885915, eight(0)),
        (TextEncoding::Ibm850, eight(1)),
        (TextEncoding::Macintosh, eight(2)),
        (TextEncoding::Utf16Le, wide(&text, false)),
        (TextEncoding::Utf16Be, wide(&text, true)),
    ];
    for (order, bytes) in rows {
        let source = Source::File { name: "a.hpr" };
        let again = read_as(source, &bytes, Some(order));
        assert_eq!(again.encoding.as_deref(), Some(order.iana()));
        assert_eq!(again.reports[0].patient.first_name.as_deref(), Some("Hélène"), "{order:?}");
        assert_eq!(again.attachments[0].bytes, bytes, "the bytes are kept");
        // Every other order reads something else, and never fails.
        for other in TextEncoding::ALL {
            assert!(!read_as(source, &bytes, Some(other)).reports.is_empty());
        }
    }
    assert_eq!(
        read_as(Source::File { name: "a.hpr" }, &eight(1), None).reports,
        read(Source::File { name: "a.hpr" }, &eight(1)).reports
    );
    let wrong = read_as(Source::File { name: "a.hpr" }, &eight(1), Some(TextEncoding::Windows1252));
    assert_eq!(wrong.reports[0].patient.first_name.as_deref(), Some("H‚lŠne"));
}

#[test]
fn an_order_holds_for_the_words_of_a_message_too() {
    let (payload, _) = eight_bit(&format!("{HEADER}Contrôle\n****FIN****\n"), 1);
    let mut mail = b"From: a@labo.test\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n".to_vec();
    mail.extend_from_slice(&payload);
    let message = read_as(Source::Message, &mail, Some(TextEncoding::Ibm850));
    assert!(message.reports[0].text.as_deref().unwrap().starts_with("Contrôle"));
    assert!(message.body.as_deref().unwrap().contains("Contrôle"));
}

#[test]
fn names_of_the_choices() {
    let names: Vec<String> = TextEncoding::ALL.iter().map(|choice| serde_json::to_string(choice).unwrap()).collect();
    let expected = ["utf_8", "windows_1252", "iso_8859_15", "ibm850", "macintosh", "utf_16le", "utf_16be"];
    assert_eq!(names, expected.map(|name| format!("\"{name}\"")));
}
