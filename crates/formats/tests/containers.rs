//! What stands around results in mail: `winmail.dat`, signatures, the header fields and the subject of MSSanté.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{Format, ReportStatus, WarningCode};
use bannette_formats::{Message, Source, read, summarise};
use proptest::prelude::*;

const LAB: &str = "PAT0001\r\nEXEMPLE\r\nALICE\r\n12 RUE DES ESSAIS\r\n\r\n76600 LE HAVRE\r\n14/03/1957\r\n\r\nA1\r\n\
                   13/05/2025\r\nLABOTEST   Laboratoire des Essais\r\nMED0001    Dr TEST\r\n****LAB****\r\n\
                   RES|Potassium|K|N|6.8|mmol/L|3.5|5.0|HH|F\r\n****FIN****\r\n";

fn warned(message: &Message, code: WarningCode) -> bool {
    message.warnings.iter().any(|warning| warning.code == code)
}

fn names(message: &Message) -> Vec<&str> {
    message.attachments.iter().filter_map(|part| part.document.name.as_deref()).collect()
}

/// A mail with one part of these bytes.
fn mail(media_type: &str, name: &str, bytes: &[u8]) -> Message {
    let head = format!("From: a@b.test\r\nContent-Type: {media_type}; name=\"{name}\"\r\n\r\n");
    read(Source::Message, &[head.as_bytes(), bytes].concat())
}

// ---- TNEF ------------------------------------------------------------------------------------------------------------

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let sum = data.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    let length = u32::try_from(data.len()).unwrap();
    [&[level], &id.to_le_bytes()[..], &length.to_le_bytes(), data, &sum.to_le_bytes()].concat()
}

/// Properties with one value each; those of variable length say how many and how long.
fn properties(list: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let mut out = u32::try_from(list.len()).unwrap().to_le_bytes().to_vec();
    for (kind, id, value) in list {
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(&id.to_le_bytes());
        if *id >= 0x8000 {
            out.extend_from_slice(&[7; 16]);
            out.extend_from_slice(&[1, 0, 0, 0, 6, 0, 0, 0, b'n', 0, b'o', 0, 0, 0, 0, 0]);
        }
        if matches!(kind, 0x0D | 0x1E | 0x1F | 0x102) {
            out.extend_from_slice(&[1, 0, 0, 0]);
            out.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
        }
        out.extend_from_slice(value);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

fn tnef(attributes: &[Vec<u8>]) -> Vec<u8> {
    [vec![0x78, 0x9F, 0x3E, 0x22, 1, 0], attribute(1, 0x0008_9006, &[0, 0, 1, 0]), attributes.concat()].concat()
}

/// An attachment: an old short name, the bytes, and the properties that say the long name.
fn attachment(short: &str, long: &str, bytes: &[u8]) -> Vec<u8> {
    let known =
        [(0x1F, 0x3707, wide(long)), (0x03, 0x8001, vec![1, 2, 3, 4]), (0x1E, 0x370E, b"text/plain\0".to_vec())];
    [
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, format!("{short}\0").as_bytes()),
        attribute(2, 0x0006_800F, bytes),
        attribute(2, 0x0006_9005, &properties(&known)),
    ]
    .concat()
}

#[test]
fn a_winmail_gives_its_attachments_and_its_words() {
    let bytes = tnef(&[
        attribute(1, 0x0002_800C, b"Voici les r\xE9sultats.\0"),
        attachment("RESULT~1.HPR", "résultats du jour.hpr", LAB.as_bytes()),
        attachment("CR.PDF", "compte rendu.pdf", b"%PDF-1.4"),
    ]);
    for (media_type, name) in [("application/ms-tnef", "winmail.dat"), ("application/octet-stream", "sans nom")] {
        let message = mail(media_type, name, &bytes);
        assert_eq!(message.warnings, []);
        assert_eq!(names(&message), [name, "résultats du jour.hpr", "compte rendu.pdf"]);
        assert_eq!(message.body.as_deref(), Some("Voici les résultats."));
        assert_eq!(message.reports[0].patient.used_name.as_deref(), Some("EXEMPLE"));
        assert_eq!(message.reports[0].documents.len(), 1);
    }
}

#[test]
fn the_words_of_a_winmail_may_be_the_report() {
    let html = LAB.replace("\r\n", "<br>\r\n");
    let rtf = format!("{{\\rtf1\\ansi{{\\fonttbl{{\\f0 Arial;}}}}\\pard {}}}", LAB.replace("\r\n", "\\par\r\n"));
    let stored = [
        &u32::try_from(rtf.len() + 12).unwrap().to_le_bytes()[..],
        &u32::try_from(rtf.len()).unwrap().to_le_bytes(),
        b"MELA\0\0\0\0",
        rtf.as_bytes(),
    ]
    .concat();
    let rows = [(0x1F, 0x1000, wide(LAB)), (0x102, 0x1013, html.into_bytes()), (0x102, 0x1009, stored)];
    for row in rows {
        let id = row.1;
        let message =
            mail("application/ms-tnef", "winmail.dat", &tnef(&[attribute(1, 0x0006_9003, &properties(&[row]))]));
        assert_eq!(message.reports[0].patient.used_name.as_deref(), Some("EXEMPLE"), "{id:x}");
        assert_eq!(message.reports[0].sections[0].results.len(), 1, "{id:x}");
        assert_eq!(message.warnings, [], "{id:x}");
    }
}

#[test]
fn packed_rich_text_is_unpacked() {
    // The examples of MS-OXRTFCP 4.1.1 and 4.1.2: a run from the dictionary, and one that goes over itself.
    let hello = b"\x2D\0\0\0\x2B\0\0\0LZFu\xF1\xC5\xC7\xA7\x03\x00\x0A\x00rcpg125\x42\x32\x0A\xF3 hel\x09\x00\x20bw\x05\xB0ld}\x0A\x80\x0F\xA0";
    let message = mail(
        "application/ms-tnef",
        "winmail.dat",
        &tnef(&[attribute(1, 0x0006_9003, &properties(&[(0x102, 0x1009, hello.to_vec())]))]),
    );
    assert_eq!(message.body.as_deref(), Some("hello world"));
}

#[test]
fn a_message_in_a_winmail_is_opened_and_no_chain_is_followed_for_ever() {
    let mut inner = tnef(&[attachment("a.hpr", "a.hpr", LAB.as_bytes())]);
    for level in 0..40 {
        let message = mail("application/ms-tnef", "winmail.dat", &inner);
        let read = message.reports[0].patient.used_name.as_deref() == Some("EXEMPLE");
        assert_eq!(read, level < 5, "{level}");
        assert_eq!(warned(&message, WarningCode::TooManyParts), level >= 5, "{level}");
        let object = [vec![9; 16], inner].concat();
        let data = properties(&[(0x0D, 0x3701, object), (0x1F, 0x3707, wide(&format!("message {level}")))]);
        inner = tnef(&[attribute(2, 0x0006_9002, &[0; 14]), attribute(2, 0x0006_9005, &data)]);
    }
}

#[test]
fn a_broken_winmail_gives_what_it_can() {
    let bytes = tnef(&[attachment("a.hpr", "a.hpr", LAB.as_bytes()), attachment("b.pdf", "b.pdf", b"%PDF-1.4")]);
    let message = mail("application/ms-tnef", "winmail.dat", &bytes[..bytes.len() - 10]);
    assert!(warned(&message, WarningCode::BrokenEncoding));
    assert_eq!(names(&message), ["winmail.dat", "a.hpr", "b.pdf"]);
    let mut changed = bytes.clone();
    let at = changed.windows(3).position(|window| window == b"6.8").unwrap();
    changed[at] = b'4';
    assert!(warned(&mail("application/ms-tnef", "winmail.dat", &changed), WarningCode::BrokenEncoding));
    let mut lying = bytes.clone();
    let at = lying.windows(4).position(|window| window == [0x0F, 0x80, 0x06, 0x00]).unwrap() + 4;
    lying[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let message = mail("application/ms-tnef", "winmail.dat", &lying);
    assert!(warned(&message, WarningCode::BrokenEncoding));
    assert_eq!(message.reports[0].patient.used_name.as_deref(), Some("EXEMPLE"));
    let thousand = tnef(&vec![attachment("a.txt", "a.txt", b"x"); 1500]);
    assert!(mail("application/ms-tnef", "winmail.dat", &thousand).attachments.len() <= 1002);
}

// ---- signatures ------------------------------------------------------------------------------------------------------

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

const DATA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
const SIGNED: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
const ENVELOPED: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03";

fn cms(kind: &[u8], octets: &[u8]) -> Vec<u8> {
    let enclosed = element(0x30, &[DATA, &element(0xA0, octets)].concat());
    let signed = element(0x30, &[b"\x02\x01\x01".as_slice(), &element(0x31, &[]), &enclosed].concat());
    element(0x30, &[kind, &element(0xA0, &signed)].concat())
}

/// The same with lengths that are not said, and the content in two pieces.
fn streamed(content: &[u8]) -> Vec<u8> {
    let (one, two) = content.split_at(content.len() / 2);
    let octets = [b"\x24\x80".as_slice(), &element(4, one), &element(4, two), &[0; 2]].concat();
    let enclosed = [b"\x30\x80", DATA, b"\xA0\x80", &octets, &[0; 4]].concat();
    [b"\x30\x80", SIGNED, b"\xA0\x80\x30\x80\x02\x01\x01\x31\x00", &enclosed, &[0; 6]].concat()
}

#[test]
fn what_is_enclosed_in_a_signature_is_read() {
    let part = format!("Content-Type: text/plain\r\n\r\n{LAB}");
    for bytes in [cms(SIGNED, &element(4, part.as_bytes())), streamed(part.as_bytes())] {
        let message = mail("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", &bytes);
        assert_eq!(message.reports[0].patient.used_name.as_deref(), Some("EXEMPLE"));
        assert!(warned(&message, WarningCode::Signed) && !warned(&message, WarningCode::Encrypted));
    }
    let message = mail("application/octet-stream", "a.hpr.p7m", &cms(SIGNED, &element(4, LAB.as_bytes())));
    assert_eq!(message.reports[0].patient.used_name.as_deref(), Some("EXEMPLE"));
    assert_eq!(names(&message), ["a.hpr.p7m", "a.hpr"]);
}

#[test]
fn what_cannot_be_taken_out_is_named() {
    let detached = mail("application/pkcs7-mime", "smime.p7m", &cms(SIGNED, &[]));
    assert!(warned(&detached, WarningCode::UnreadSigned) && !warned(&detached, WarningCode::NotUnderstood));
    let encrypted = mail("application/x-pkcs7-mime", "smime.p7m", &cms(ENVELOPED, &element(4, b"x")));
    assert!(warned(&encrypted, WarningCode::Encrypted) && !warned(&encrypted, WarningCode::UnreadSigned));
}

#[test]
fn a_signed_message_is_read_and_its_signature_is_no_document() {
    let text = format!(
        "From: a@b.test\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\r\n\r\n\
         --s\r\nContent-Type: text/plain\r\n\r\n{LAB}\r\n--s\r\n\
         Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nxyz\r\n--s--\r\n"
    );
    let message = read(Source::Message, text.as_bytes());
    assert!(warned(&message, WarningCode::Signed));
    assert!(!bannette_formats::summarise(&message)[0].warned, "a signature is no reason to look twice");
    assert_eq!(names(&message), ["smime.p7s"]);
    assert_eq!((message.reports.len(), message.reports[0].documents.len()), (1, 0));
}

// ---- MSSanté ---------------------------------------------------------------------------------------------------------

#[test]
fn header_fields_of_mssante_are_there_only_when_sent() {
    let message = read(Source::Message, b"From: a@b.test\r\nX-MSS-INS: N\r\nx-mss-codecda: 11502-2, 11488-4\r\n\r\nx");
    assert_eq!(message.head.mss.ins.as_deref(), Some("N"));
    assert_eq!(message.head.mss.code_cda.as_deref(), Some("11502-2, 11488-4"));
    assert_eq!(message.head.mss.mes, None);
    let plain = read(Source::Message, b"From: a@b.test\r\nX-MSS-NIL: \r\n\r\nx");
    assert!(plain.head.mss.is_empty());
    assert!(!serde_json::to_string(&plain.head).unwrap().contains("mss"));
}

#[test]
fn a_subject_that_says_replaces_is_seen_wherever_it_says_it() {
    let status = |subject: &str, lab: &str| {
        let text = format!("From: a@b.test\r\nSubject: {subject}\r\n\r\n{lab}");
        let message = read(Source::Message, text.as_bytes());
        let row = summarise(&message).remove(0);
        assert!(!row.subject.to_lowercase().contains("xdm/1.0"), "{}", row.subject);
        row.status
    };
    for subject in [
        "[Annule et remplace] XDM/1.0/DDM+CR EXEMPLE",
        "XDM/1.0/DDM+[Annule et remplace] CR EXEMPLE",
        "xdm/1.0/ddm [ANNULE ET REMPLACE] CR EXEMPLE",
        "Fwd: XDM/1.0/DDM+XDM/1.0/DDM+ [annule et remplace] CR",
    ] {
        assert_eq!(status(subject, LAB), Some(ReportStatus::Corrected), "{subject}");
        assert_eq!(status(subject, &LAB.replace("HH|F", "HH|R")), Some(ReportStatus::Partial), "{subject}");
        assert_eq!(status(subject, "Bonjour"), None, "{subject}");
    }
    assert_eq!(status("XDM/1.0/DDM+CR EXEMPLE", LAB), None);
}

#[test]
fn two_reports_of_two_patients_in_one_message_block_filing() {
    let part = |name: &str, lab: &str| format!("--b\r\nContent-Type: text/plain; name={name}\r\n\r\n{lab}\r\n");
    let message = |second: &str| {
        let parts = [part("a.hpr", LAB), part("b.hpr", second)].concat();
        let text = format!("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
        read(Source::Message, text.as_bytes())
    };
    let same = message(&LAB.replace("A1\r\n", "A2\r\n"));
    assert_eq!((same.reports.len(), same.warnings.len()), (2, 0));
    assert!(summarise(&same).iter().all(|row| !row.filing_blocked));
    for other in [LAB.replace("EXEMPLE", "MODELE"), LAB.replace("14/03/1957", "14/03/1975")] {
        let two = message(&other);
        assert!(warned(&two, WarningCode::SeveralPatients));
        assert!(summarise(&two).iter().all(|row| row.filing_blocked));
        assert_eq!(two.reports[0].format, Format::HprimMedecin);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_and_flipped_containers_never_panic(
        which in 0usize..4,
        end in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
    ) {
        let rtf = b"\x2D\0\0\0\x2B\0\0\0LZFu\xF1\xC5\xC7\xA7\x03\x00\x0A\x00rcpg125\x42\x32\x0A\xF3 hel\x09\x00\x20bw\x05\xB0ld}\x0A\x80\x0F\xA0";
        let whole = match which {
            0 => tnef(&[attribute(1, 0x0002_800C, b"Bonjour\0"), attachment("A.HPR", "a.hpr", LAB.as_bytes())]),
            1 => tnef(&[attribute(1, 0x0006_9003, &properties(&[(0x102, 0x1009, rtf.to_vec())]))]),
            2 => cms(SIGNED, &element(4, LAB.as_bytes())),
            _ => streamed(LAB.as_bytes()),
        };
        let mut bytes = whole[..4 + end.index(whole.len() - 3)].to_vec();
        for (at, byte) in &flips {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        let name = if which < 2 { "winmail.dat" } else { "a.hpr.p7m" };
        let message = mail("application/octet-stream", name, &bytes);
        prop_assert!(!message.reports.is_empty());
        prop_assert_eq!(summarise(&message).len(), message.reports.len());
    }
}
