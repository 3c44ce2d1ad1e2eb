//! Messages made to hurt. What counts is how much comes out of them; the one clock here is a generous guard against work
//! that grows faster than its input.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::WarningCode;
use bannette_formats::{Message, Source, limits, read, summarise};
use std::time::{Duration, Instant};

/// Far more than a debug build on a busy machine needs, far less than anything quadratic would take.
const GUARD: Duration = Duration::from_secs(20);

fn guarded(bytes: &[u8]) -> Message {
    let start = Instant::now();
    let message = read(Source::Message, bytes);
    let rows = summarise(&message);
    assert!(start.elapsed() < GUARD, "{:?} for {} bytes", start.elapsed(), bytes.len());
    assert_eq!(rows.len(), message.reports.len());
    assert!(!message.reports.is_empty());
    assert!(rows.iter().all(|row| row.text.len() <= limits::SEARCH_TEXT_BYTES));
    assert!(message.attachments.len() <= limits::PARTS + 1);
    let kept: usize = message.attachments.iter().map(|part| part.bytes.len()).sum();
    assert!(kept <= bytes.len(), "{kept} bytes out of {}", bytes.len());
    assert!(message.body.as_ref().is_none_or(|body| body.len() <= limits::BODY_BYTES));
    message
}

fn warned(message: &Message, code: WarningCode) -> bool {
    message.warnings.iter().any(|warning| warning.code == code)
}

fn html(content: &str) -> Message {
    guarded(format!("From: a@b.test\r\nContent-Type: text/html\r\n\r\n{content}").as_bytes())
}

#[test]
fn a_hundred_thousand_nested_elements() {
    let message = html(&("<div>".repeat(100_000) + "fond" + &"</div>".repeat(100_000)));
    assert_eq!(message.body.as_deref(), Some("fond"));
}

#[test]
fn html_that_never_closes() {
    for piece in
        ["<a x=\"", "<a x='>", "<script>", "<!--", "</script", "<", "<a ", "&", "&#x", "<p><![CDATA[", "<style></styl"]
    {
        html(&piece.repeat(2_000_000 / piece.len()));
    }
}

#[test]
fn a_hundred_thousand_nested_multiparts() {
    let mut text = String::from("From: a@b.test\r\n");
    for level in 0..100_000 {
        text.push_str(&format!("Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n"));
    }
    let message = guarded(text.as_bytes());
    assert!(warned(&message, WarningCode::TooManyParts));
    assert!(message.attachments.len() <= limits::MIME_DEPTH + 1);
}

#[test]
fn a_hundred_thousand_multiparts_whose_boundary_never_comes() {
    let mut text = String::from("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n");
    for level in 0..100_000 {
        text.push_str(&format!("--a\r\nContent-Type: multipart/mixed; boundary=\"jamais{level}\"\r\n\r\n"));
    }
    assert!(warned(&guarded(text.as_bytes()), WarningCode::TooManyParts));
}

#[test]
fn a_hundred_thousand_messages_in_messages() {
    let text = String::from("From: a@b.test\r\n") + &"Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    assert!(warned(&guarded(text.as_bytes()), WarningCode::TooManyParts));
}

#[test]
fn sixty_levels_are_too_deep() {
    let messages = String::from("From: a@b.test\r\n") + &"Content-Type: message/rfc822\r\n\r\n".repeat(60);
    let mut multiparts = String::from("From: a@b.test\r\n");
    for level in 0..60 {
        multiparts.push_str(&format!("Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n"));
    }
    for text in [messages, multiparts] {
        let message = guarded(text.as_bytes());
        assert!(warned(&message, WarningCode::TooManyParts));
        let opened = message.body.unwrap_or_default().matches("— Message transféré").count();
        assert!(opened <= limits::MIME_DEPTH, "{opened}");
    }
    let allowed = String::from("From: a@b.test\r\n") + &"Content-Type: message/rfc822\r\n\r\n".repeat(45);
    assert!(!warned(&guarded(allowed.as_bytes()), WarningCode::TooManyParts));
}

#[test]
fn a_million_parts() {
    let text = String::from("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n")
        + &"--a\r\n\r\nx\r\n".repeat(1_000_000);
    let message = guarded(text.as_bytes());
    assert!(warned(&message, WarningCode::TooManyParts));
}

#[test]
fn header_fields_without_end() {
    for piece in ["=?aa?q?", "=?utf-8?b?", "a@b.test, ", "\"", "(", "<", "a:", "\r\n x", "X: y\r\n"] {
        let value = piece.repeat(1_000_000 / piece.len());
        for field in ["Subject", "From", "To", "Date", "Content-Type", "Content-Disposition"] {
            guarded(format!("From: a@b.test\r\n{field}: {value}\r\n\r\nx").as_bytes());
        }
    }
}

#[test]
fn hostile_fields_in_each_of_a_thousand_parts() {
    let value = "=?aa?q?".repeat(3000);
    let part = format!("--a\r\nContent-Type: text/plain; name=\"{value}\"\r\n\r\nx\r\n");
    guarded(
        format!("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n{}", part.repeat(990)).as_bytes(),
    );
}

#[test]
fn payloads_without_end() {
    let unit = 2_000_000;
    for piece in [
        "RES|",
        "RES|A|b|N|1|g|0|2||F\r\n",
        "****LAB****\r\n",
        "****FIN****\r\n",
        "A\r\nB\r\nC\r\nD\r\nE\r\n99000 F\r\n01/01/1950\r\n\r\n\r\n01/01/2020\r\n****LAB****\r\nRES|A|b|N|1\r\n",
        "EXEMPLE\r\n01/01/1950\r\n",
        "TEX|x\r\nRES|soit||N|1\r\n",
        "****FIN****\r\n***",
        "RES|A|a|N|1|||||||||RES|B|b|N|2",
        "\r",
        "***",
    ] {
        let text = format!("From: a@b.test\r\n\r\nRES|A|b|N|1\r\n{}", piece.repeat(unit / piece.len()));
        let message = guarded(text.as_bytes());
        let results: usize = message.reports.iter().flat_map(|report| &report.sections).map(|s| s.results.len()).sum();
        assert!(results <= 2 * limits::RESULTS, "{piece:?}: {results}");
        assert!(message.reports.len() <= limits::REPORTS, "{piece:?}: {}", message.reports.len());
    }
}

#[test]
fn sixty_megabytes_are_not_read() {
    let message = guarded(&vec![b'a'; 60 << 20]);
    assert!(warned(&message, WarningCode::TooLarge));
    assert!(message.attachments.is_empty() && message.body.is_none());
    let file = read(Source::File { name: "a.hpr" }, &vec![b'\n'; 60 << 20]);
    assert!(warned(&file, WarningCode::TooLarge));
}

/// The same, for the readers of segments.
#[test]
fn segments_without_end() {
    use bannette_formats::by_format::Reader;
    let pieces = [
        "OBX|1|NM|K~P~L||4|g|1 - 5\r",
        "OBX|1|TX|K~P~L||mot\r",
        "OBX|1|TX|K^P^L||mot\rsans nom\r",
        "A|x\r",
        "sans nom\r",
        "OBR|1||1|K~P~L\r",
        "P|1||||EXEMPLE~ALICE||19570314\r",
        "P|1||||FICTIF~BRUNO||19570314\rP|1||||EXEMPLE~ALICE||19570314\r",
        "C|1|L|mot\r",
        "NTE|1|L|mot\r",
        "OBR|1||||||||||||||||||||||||||||1^A~2^B~3^C~4^D\r",
        "MSH|^~\\&|A|B\r",
        "H|~^\\&|A|B\r",
        "PID|1||1~2~3~4||A^B~C^D~E^F\r",
        "ZZZ|1|2|3\r",
        "OBX|1|ED|K||^AP^PDF^Base64^JVBERi0=\r",
        "\\",
        "~",
        "^",
        "|",
        "&eacute",
    ];
    for (reader, head) in
        [(Reader::Hl7, "MSH|^~\\&|A|B\rOBX|1|TX|K||"), (Reader::HprimSante, "H|~^\\&|A|B\rOBX|1|TX|K||")]
    {
        for piece in pieces {
            let bytes = format!("{head}{}", piece.repeat(600_000 / piece.len())).into_bytes();
            let start = Instant::now();
            let read = reader.read(&bytes);
            assert!(start.elapsed() < GUARD, "{:?} for {piece:?}", start.elapsed());
            assert!(read.reports.len() <= limits::REPORTS, "{piece:?}: {}", read.reports.len());
            let results: usize = read.reports.iter().flat_map(|report| &report.sections).map(|s| s.results.len()).sum();
            assert!(results <= limits::RESULTS, "{piece:?}: {results}");
            let sections = read.reports.iter().map(|report| report.sections.len()).max();
            assert!(sections <= Some(limits::RESULTS), "{piece:?}: {sections:?}");
            assert!(read.documents.len() <= limits::PARTS, "{piece:?}");
            assert!(read.reports.iter().all(|report| report.recipients.len() <= limits::RECIPIENTS));
            assert!(read.warnings.len() <= limits::WARNINGS + 1);
        }
    }
}

/// Beyond the limit, the patients are in the text: their results must not become another patient's.
#[test]
fn patients_beyond_the_limit_are_only_text() {
    use bannette_formats::by_format::Reader;
    let mut text = String::from("H|~^\\&|||LAB||ORU|||X||P|H2.1|20250513\r");
    for number in 0..limits::REPORTS + 5 {
        text.push_str(&format!("P|1||||NOM{number}~ALICE||19570314|F\rOBX|1|NM|K~P~L||{number}\r"));
    }
    let read = Reader::HprimSante.read(text.as_bytes());
    assert_eq!(read.reports.len(), limits::REPORTS);
    for (number, report) in read.reports.iter().enumerate() {
        assert_eq!(report.patient.used_name, Some(format!("NOM{number}")));
        assert_eq!(report.sections[0].results.len(), 1);
    }
    let last = read.reports[limits::REPORTS - 1].text.as_deref().unwrap();
    assert!(last.contains(&format!("P|1||||NOM{}~ALICE", limits::REPORTS + 4)));
    assert!(read.warnings.iter().any(|warning| warning.code == WarningCode::TooLarge));
}

/// Words that begin like a content in uuencode, each line anew; and lines that tell of more bytes than they hold.
#[test]
fn hundreds_of_thousands_of_beginnings_in_uuencode() {
    let words = guarded(format!("From: a@b.test\r\n\r\n{}", "begin 644 x\r\n".repeat(300_000)).as_bytes());
    assert!(words.attachments.is_empty());
    let head = "From: a@b.test\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: x-uuencode";
    let lines = guarded(format!("{head}\r\n\r\nbegin 644 a.pdf\r\n{}end\r\n", "M\r\n".repeat(500_000)).as_bytes());
    assert!(warned(&lines, WarningCode::BrokenEncoding));
}

/// Of what is no text a charset says nothing, so that one that nobody knows is nothing to look at.
#[test]
fn an_unknown_charset_is_told_of_a_text() {
    let of =
        |kind: &str| guarded(format!("From: a@b.test\r\nContent-Type: {kind}; charset=inconnu\r\n\r\nmots").as_bytes());
    assert!(warned(&of("text/plain"), WarningCode::UnknownEncoding));
    assert!(!warned(&of("application/pdf"), WarningCode::UnknownEncoding));
}
