//! What is encrypted by APICRYPT is recognised and never read as anything else; what a tool gave for it is read as if it had
//! come so. The marks here are the tests' own: no cipher is anywhere near.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use bannette_api::dossiers::Urgency;
use bannette_api::report::{Format, WarningCode};
use bannette_formats::{Message, Opened, Source, read, read_opened, sealed, summarise};

const REPORT: &str = "PAT1\r\nEXEMPLE\r\nALICE\r\n12 RUE DES ESSAIS\r\n \r\n76600 LE HAVRE\r\n14/03/1957\r\n \r\nA1\r\n\
    22/11/2026\r\nLABOTEST  Laboratoire des Essais\r\nMED0001   Dr TEST\r\nCompte rendu\r\n****LAB****\r\n\
    RES|Potassium|K|N|7.2|mmol/L|3.5|5.1|HH|F||||\r\n****FIN****\r\n****FINFICHIER****\r\n";
const BODY: &str = "Message de test\r\n$APICRYPT\r\nQUJDREVGRw==\r\n$FINAPICRYPT\r\n";

fn mail(content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Labo <labo@labo.test>\r\nTo: derek@apicrypt.test\r\nSubject: Resultats\r\n\
         Date: Sun, 22 Nov 2026 08:10:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn with_attachment() -> Vec<u8> {
    let body = format!(
        "--limite\r\nContent-Type: text/plain\r\n\r\n{BODY}\r\n--limite\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename=\"bilan.pdf.APZ\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         AAECAwQ=\r\n--limite--\r\n"
    );
    mail("multipart/mixed; boundary=limite", &body)
}

fn warns(message: &Message) -> bool {
    message.warnings.iter().any(|warning| warning.code == WarningCode::Encrypted)
}

#[test]
fn an_encrypted_body_is_known_and_says_nothing_about_urgency() {
    let bytes = mail("text/plain", BODY);
    let message = read(Source::Message, &bytes);
    assert!(warns(&message));
    assert_eq!(message.reports[0].format, Format::Apicrypt);
    let row = &summarise(&message)[0];
    assert_eq!((row.urgency, row.warned, row.patient.as_ref()), (Urgency::Unknown, true, None));
    let parts = sealed(Source::Message, &bytes);
    assert_eq!((parts.len(), parts[0].place, parts[0].name.as_deref()), (1, 0, None));
    assert_eq!(parts[0].bytes, BODY.as_bytes());
}

#[test]
fn what_a_tool_gave_is_read_as_if_it_had_come_so() {
    let bytes = mail("text/plain", BODY);
    // ISO-8859-1, as version 1 gives it.
    let clear: Vec<u8> = REPORT.replace("Compte rendu", "Prélèvement").chars().map(|letter| letter as u8).collect();
    let message = read_opened(Source::Message, &bytes, &[Opened { place: 0, bytes: clear }], None);
    assert!(!warns(&message));
    let row = &summarise(&message)[0];
    assert_eq!((row.format, row.urgency), (Format::HprimMedecin, Urgency::Critical));
    assert_eq!(row.patient.as_ref().unwrap().last_name, "EXEMPLE");
    assert_eq!((row.subject.as_str(), message.head.from.as_str()), ("Resultats", "Labo <labo@labo.test>"));
    assert!(message.body.unwrap().contains("Prélèvement"));
}

#[test]
fn an_encrypted_attachment_gets_its_name_back() {
    let bytes = with_attachment();
    let parts = sealed(Source::Message, &bytes);
    let named: Vec<_> = parts.iter().map(|part| (part.place, part.name.as_deref())).collect();
    assert_eq!(named, [(0, None), (1, Some("bilan.pdf.APZ"))]);
    assert_eq!(parts[1].bytes, [0, 1, 2, 3, 4]);
    // The body alone is opened: its report is there, and what stays encrypted is said.
    let body = Opened { place: 0, bytes: REPORT.into() };
    let half = read_opened(Source::Message, &bytes, std::slice::from_ref(&body), None);
    assert!(warns(&half));
    assert_eq!(half.reports[0].format, Format::HprimMedecin);
    let whole = read_opened(Source::Message, &bytes, &[body, Opened { place: 1, bytes: b"%PDF-1.4".to_vec() }], None);
    assert!(!warns(&whole));
    let document = &whole.attachments[0].document;
    assert_eq!((document.name.as_deref(), document.media_type.as_str()), (Some("bilan.pdf"), "application/pdf"));
}

#[test]
fn of_two_alternatives_one_is_opened_and_the_other_says_nothing() {
    let html = format!("<html><body><pre>{BODY}</pre></body></html>");
    let body = format!(
        "--l\r\nContent-Type: text/plain\r\n\r\n{BODY}\r\n--l\r\nContent-Type: text/html\r\n\r\n{html}\r\n--l--\r\n"
    );
    let bytes = mail("multipart/alternative; boundary=l", &body);
    assert_eq!(sealed(Source::Message, &bytes).len(), 1);
    let message = read_opened(Source::Message, &bytes, &[Opened { place: 0, bytes: REPORT.into() }], None);
    assert!(!warns(&message));
    assert!(!message.body.unwrap().contains("$APICRYPT"));
    assert_eq!(message.reports.len(), 1);
}

#[test]
fn a_file_may_be_encrypted_as_a_whole() {
    for (name, bytes) in [("a.hpr.apz", &[0u8, 1, 2][..]), ("a.txt", BODY.as_bytes())] {
        let source = Source::File { name };
        assert_eq!(sealed(source, bytes).len(), 1, "{name}");
        assert_eq!(read(source, bytes).reports[0].format, Format::Apicrypt);
        let message = read_opened(source, bytes, &[Opened { place: 0, bytes: REPORT.into() }], None);
        assert_eq!((message.reports[0].format, warns(&message)), (Format::HprimMedecin, false), "{name}");
    }
}

#[test]
fn what_is_clear_is_left_alone() {
    let speaks = REPORT.replace("Compte rendu", "Transmis par $APICRYPT");
    let bytes = mail("text/plain", &speaks);
    assert_eq!(sealed(Source::Message, &bytes), []);
    assert_eq!(read(Source::Message, &bytes).reports[0].format, Format::HprimMedecin);
    // Bytes given for a place that is not encrypted change nothing.
    let plain = mail("text/plain", "Bonjour");
    let message = read_opened(Source::Message, &plain, &[Opened { place: 0, bytes: REPORT.into() }], None);
    assert_eq!(message.body.as_deref(), Some("Bonjour"));
    for name in ["apz", ".apz", "é.apz", "a.ap"] {
        let parts = sealed(Source::File { name }, b"\x00");
        assert_eq!(parts.len(), usize::from(name.ends_with(".apz")), "{name}");
    }
}
