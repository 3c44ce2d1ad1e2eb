//! IHE XDM archives: what is understood of them, and what is said when something is wrong. To accept a change of the
//! golden files after reading it: `BANNETTE_ACCEPT=1 cargo test -p bannette-formats --test xdm`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{Format, ParsedFile, ReportStatus, WarningCode};
use bannette_formats::{Message, Source, parse_file, read, summarise};
use bannette_synthetic::{Generator, REPLACED, XdmDefect, XdmDocument, XdmPatient, Zip};
use std::path::Path;

const HPRIM: &[u8] =
    b"PAT0001\r\nEXEMPLE\r\nALICE\r\n12 RUE DES ESSAIS\r\n\r\n76600 LE HAVRE\r\n14/03/1957\r\n\r\nA1\r\n\
    13/05/2025\r\nLABOTEST   Laboratoire des Essais\r\nMED0001    Dr TEST\r\n****LAB****\r\n\
    RES|Potassium|K|N|6.8|mmol/L|3.5|5.0|HH|F\r\n****FIN****\r\n";

/// Stands for a CDA that no reader knows.
const XML: &[u8] = b"<?xml version=\"1.0\"?><document xmlns=\"urn:test\">inconnu</document>";

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

fn patient() -> XdmPatient {
    XdmPatient {
        last: "EXEMPLE".to_owned(),
        first: "Alice".to_owned(),
        birth: "1957-03-14".to_owned(),
        sex: 'F',
        ins: "257039999900100".to_owned(),
    }
}

fn documents<'a>(first: &'a [u8]) -> [XdmDocument<'a>; 2] {
    let (name, media_type) = if first == HPRIM { ("DOC0001.HPR", "text/plain") } else { ("DOC0001.XML", "text/xml") };
    [
        XdmDocument { name, media_type, bytes: first },
        XdmDocument { name: "DOC0002.PDF", media_type: "application/pdf", bytes: PDF },
    ]
}

fn archive(first: &[u8], defects: &[XdmDefect]) -> Vec<u8> {
    Generator::new(5).xdm(Some(&patient()), &documents(first), defects)
}

fn parse(first: &[u8], defects: &[XdmDefect]) -> ParsedFile {
    parse_file("IHE_XDM.ZIP", &archive(first, defects))
}

fn file(bytes: &[u8]) -> Message {
    read(Source::File { name: "IHE_XDM.ZIP" }, bytes)
}

fn codes(file: &ParsedFile) -> Vec<WarningCode> {
    file.warnings.iter().map(|warning| warning.code).collect()
}

/// The METADATA.XML of an archive in which it is stored.
fn metadata_of(packed: &[u8]) -> Vec<u8> {
    let start = packed.windows(6).position(|window| window == b"<?xml ").unwrap();
    let end = packed.windows(27).position(|window| window == b"</lcm:SubmitObjectsRequest>").unwrap() + 27;
    packed[start..end].to_vec()
}

fn check(name: &str, parsed: &ParsedFile) {
    let understood = serde_json::to_string_pretty(parsed).unwrap() + "\n";
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/xdm").join(format!("{name}.json"));
    if std::env::var_os("BANNETTE_ACCEPT").is_some() {
        std::fs::write(&expected, &understood).unwrap();
    }
    assert_eq!(understood, std::fs::read_to_string(expected).unwrap());
}

#[test]
fn what_is_understood_of_sound_archives() {
    check("report-and-pdf", &parse(HPRIM, &[]));
    check("unknown-document", &parse(XML, &[]));
}

#[test]
fn what_is_understood_of_damaged_archives() {
    check("altered-and-missing", &parse(HPRIM, &[XdmDefect::WrongHash, XdmDefect::MissingDocument]));
    check("two-patients", &parse(XML, &[XdmDefect::TwoPatients]));
}

#[test]
fn the_report_inside_is_the_dossier_and_the_rest_are_its_documents() {
    let bytes = archive(HPRIM, &[]);
    let message = file(&bytes);
    assert_eq!((message.format, message.reports.len()), (Format::Xdm, 1));
    assert_eq!(message.reports[0].format, Format::HprimMedecin);
    let names: Vec<_> = message.attachments.iter().filter_map(|part| part.document.name.as_deref()).collect();
    assert_eq!(names, ["IHE_XDM.ZIP", "DOC0001.HPR", "DOC0002.PDF"], "no furniture, and the archive itself is kept");
    assert_eq!(message.attachments[0].bytes, bytes);
    assert_eq!(message.attachments[2].bytes, PDF);
    assert_eq!(message.reports[0].documents.len(), 1);
    assert_eq!(message.warnings, []);
    assert!(!summarise(&message)[0].filing_blocked);
}

#[test]
fn without_a_report_inside_the_identity_of_metadata_stands() {
    let message = file(&archive(XML, &[]));
    assert_eq!(message.reports.len(), 1);
    let report = &message.reports[0];
    assert_eq!(report.format, Format::Xdm);
    assert_eq!(report.patient.birth_name.as_deref(), Some("EXEMPLE"));
    assert_eq!(report.patient.birth_date.as_deref(), Some("1957-03-14"));
    assert_eq!(report.patient.sex.as_deref(), Some("F"));
    let ins = report.patient.ins.as_ref().unwrap();
    assert_eq!((ins.value.as_str(), ins.oid.as_str()), ("257039999900100", "1.2.250.1.213.1.4.10"));
    assert!(report.laboratory.as_ref().unwrap().name.is_some());
    assert_eq!(report.documents.len(), 2);
}

#[test]
fn each_defect_is_said_and_hides_nothing() {
    let rows: [(XdmDefect, &[WarningCode]); 9] = [
        (XdmDefect::WrongHash, &[WarningCode::DocumentAltered]),
        (XdmDefect::WrongSize, &[WarningCode::DocumentAltered]),
        (XdmDefect::MissingDocument, &[WarningCode::DocumentMissing]),
        (XdmDefect::UnlistedDocument, &[WarningCode::DocumentNotListed]),
        (XdmDefect::NoMetadata, &[WarningCode::UnreadMetadata]),
        (XdmDefect::OtherPatient, &[WarningCode::IdentityMismatch]),
        (XdmDefect::LowerCase, &[]),
        (XdmDefect::Backslashes, &[]),
        (XdmDefect::Replaces, &[]),
    ];
    for (defect, warnings) in rows {
        let parsed = parse(HPRIM, &[defect]);
        assert_eq!(codes(&parsed), warnings, "{defect:?}");
        assert_eq!(parsed.format, Format::Xdm, "{defect:?}");
        assert_eq!(parsed.dossiers.len(), 1, "{defect:?}");
        assert_eq!(parsed.dossiers[0].patient.used_name.as_deref(), Some("EXEMPLE"), "{defect:?}");
        let documents = usize::from(defect != XdmDefect::MissingDocument);
        assert_eq!(parsed.dossiers[0].documents.len(), documents, "{defect:?}");
    }
}

#[test]
fn the_ins_of_metadata_completes_a_report_that_has_none_and_contradicts_nothing() {
    let ins = |defects: &[XdmDefect]| parse(HPRIM, defects).dossiers[0].patient.ins.clone();
    assert_eq!(ins(&[]).unwrap().value, "257039999900100");
    assert_eq!(ins(&[XdmDefect::OtherPatient]), None);
}

#[test]
fn another_identity_in_metadata_blocks_filing() {
    let message = file(&archive(HPRIM, &[XdmDefect::OtherPatient]));
    assert!(message.warnings.iter().any(|warning| warning.code == WarningCode::IdentityMismatch));
    assert!(summarise(&message)[0].filing_blocked);
}

#[test]
fn two_patients_block_filing_and_each_keeps_his_documents() {
    for first in [HPRIM, XML] {
        let message = file(&archive(first, &[XdmDefect::TwoPatients]));
        assert!(message.warnings.iter().any(|warning| warning.code == WarningCode::SeveralPatients));
        assert_eq!(message.reports.len(), 2);
        let pdf_of = |at: usize| {
            let report = &message.reports[at];
            report.documents.iter().any(|document| document.media_type == "application/pdf")
        };
        assert_eq!((pdf_of(0), pdf_of(1)), (false, true));
        assert_eq!(message.reports[1].patient.birth_name.as_deref(), Some("AUTREMODELE"));
        assert!(summarise(&message).iter().all(|row| row.filing_blocked));
    }
}

#[test]
fn another_patient_of_a_document_that_is_not_there_blocks_filing_too() {
    let message = file(&archive(HPRIM, &[XdmDefect::TwoPatients, XdmDefect::MissingDocument]));
    assert_eq!(message.reports.len(), 1);
    assert!(message.warnings.iter().any(|warning| warning.code == WarningCode::SeveralPatients));
}

#[test]
fn identifiers_under_wrong_schemes_and_names_are_told_by_their_form() {
    let text = String::from_utf8(metadata_of(&archive(XML, &[]))).unwrap();
    let without_source = text.replace("sourcePatientId\"", "autre\"");
    for name in ["INS-C", "XDSDocumentEntry.patientId", "Divers", "XDSDocumentEntry.uniqueId"] {
        let text = without_source.replace("INS-C", name);
        let zip = Zip::new().deflated("METADATA.XML", text.as_bytes()).deflated("DOC0001.XML", XML).finish();
        let ins = parse_file("a.zip", &zip).dossiers[0].patient.ins.clone();
        assert_eq!(ins.unwrap().value, "257039999900100", "{name}");
    }
}

#[test]
fn small_differences_of_writing_are_no_other_patient() {
    for (last, first) in [("exemplé", "ALICE"), ("EXEMPLE", "Alice, Marie"), ("Exemple", "Alicé Zoé")] {
        let patient = XdmPatient { last: last.to_owned(), first: first.to_owned(), ..patient() };
        let bytes = Generator::new(5).xdm(Some(&patient), &documents(HPRIM), &[]);
        assert_eq!(parse_file("a.zip", &bytes).warnings, [], "{last} {first}");
    }
    for (last, first, birth) in
        [("EXEMPLAIRE", "Alice", "1957-03-14"), ("EXEMPLE", "Aline", "1957-03-14"), ("EXEMPLE", "Alice", "1957-03-15")]
    {
        let patient =
            XdmPatient { last: last.to_owned(), first: first.to_owned(), birth: birth.to_owned(), ..patient() };
        let bytes = Generator::new(5).xdm(Some(&patient), &documents(HPRIM), &[]);
        assert_eq!(codes(&parse_file("a.zip", &bytes)), [WarningCode::IdentityMismatch], "{last} {first} {birth}");
    }
}

#[test]
fn a_document_that_replaces_says_which() {
    for first in [HPRIM, XML] {
        let parsed = parse(first, &[XdmDefect::Replaces]);
        assert_eq!(parsed.dossiers[0].replaces.as_deref(), Some(REPLACED));
        assert_eq!(parsed.dossiers[0].status, Some(ReportStatus::Corrected));
    }
}

#[test]
fn a_path_that_leads_out_is_only_a_name() {
    let message = file(&archive(HPRIM, &[XdmDefect::Traversal]));
    assert!(message.warnings.iter().any(|warning| warning.code == WarningCode::UnsafeName));
    for part in &message.attachments {
        let name = part.document.name.as_deref().unwrap();
        assert!(!name.contains(['/', '\\']) && !name.contains(".."), "{name}");
    }
    assert_eq!(message.reports[0].documents.len(), 1, "the document is kept");
    for path in ["/etc/passwd", "C:\\Windows\\a.pdf", "..\\..\\a.pdf"] {
        let message = file(&Zip::new().stored(path, PDF).finish());
        assert_eq!(message.attachments.len(), 2, "{path}");
        assert!(message.warnings.iter().any(|warning| warning.code == WarningCode::UnsafeName), "{path}");
    }
}

#[test]
fn several_subsets_are_all_read() {
    let other = XdmPatient { first: "ALICE".to_owned(), ..patient() };
    let subset = |number: u32, bytes: &[u8]| {
        let document = XdmDocument { name: "DOC0001.XML", media_type: "text/xml", bytes };
        metadata_of(&Generator::new(u64::from(number)).xdm(Some(&other), &[document], &[]))
    };
    let zip = Zip::new()
        .deflated("IHE_XDM/SUBSET01/METADATA.XML", &subset(1, b"<un/>"))
        .deflated("IHE_XDM/SUBSET01/DOC0001.XML", b"<un/>")
        .deflated("IHE_XDM/SUBSET02/METADATA.XML", &subset(2, b"<deux/>"))
        .deflated("IHE_XDM/SUBSET02/DOC0001.XML", b"<deux/>")
        .finish();
    let message = file(&zip);
    assert_eq!(message.warnings, []);
    assert_eq!(message.attachments.len(), 3);
    assert!(message.attachments.iter().any(|part| part.bytes == b"<deux/>"));
}

#[test]
fn metadata_with_a_dtd_or_without_end_is_not_believed_whole() {
    let metadata = |text: &str| {
        let zip = Zip::new()
            .deflated("IHE_XDM/SUBSET01/METADATA.XML", text.as_bytes())
            .stored("IHE_XDM/SUBSET01/DOC0001.HPR", HPRIM);
        parse_file("x.zip", &zip.finish())
    };
    let bomb = format!("<!DOCTYPE a [<!ENTITY b \"{}\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>", "x".repeat(1000));
    let deep = "<SubmitObjectsRequest>".repeat(100_000);
    let many = format!("<SubmitObjectsRequest {}/>", (0..20_000).map(|n| format!("a{n}=\"\" ")).collect::<String>());
    let spaces =
        format!("<SubmitObjectsRequest {}/>", (0..20_000).map(|n| format!("xmlns:a{n}=\"b\" ")).collect::<String>());
    let nested = "<SubmitObjectsRequest>".repeat(100) + &"</SubmitObjectsRequest>".repeat(100);
    let with_dtd = "<!DOCTYPE SubmitObjectsRequest SYSTEM \"file:///etc/passwd\"><SubmitObjectsRequest/>";
    for text in [
        with_dtd,
        &nested,
        bomb.as_str(),
        deep.as_str(),
        &many,
        &spaces,
        "<SubmitObjectsRequest><a>&inconnue;",
        "",
        "\u{0}",
    ] {
        let start = std::time::Instant::now();
        let parsed = metadata(text);
        assert!(start.elapsed().as_secs() < 5);
        assert_eq!(parsed.dossiers[0].patient.used_name.as_deref(), Some("EXEMPLE"));
        let unread = codes(&parsed).contains(&WarningCode::UnreadMetadata);
        assert_eq!(unread, text != many, "{:.60}", text);
    }
}

#[test]
fn a_stylesheet_is_no_document_unless_it_holds_a_report() {
    let of = |style: &[u8]| {
        let zip = Zip::new().deflated("IHE_XDM/SUBSET01/DOC0001.XML", XML).deflated("IHE_XDM/SUBSET01/S.XSL", style);
        file(&zip.finish()).attachments.len()
    };
    assert_eq!((of(b"<xsl:stylesheet/>"), of(HPRIM)), (2, 3));
}

#[test]
fn a_plain_zip_is_a_bag_of_documents() {
    let zip = Zip::new().deflated("résultats/a.hpr", HPRIM).stored("b.pdf", PDF).stored("vide/", b"").finish();
    let message = file(&zip);
    assert_eq!(message.format, Format::HprimMedecin);
    assert_eq!((message.reports.len(), message.reports[0].documents.len()), (1, 1));
    assert_eq!(message.warnings, []);
}

#[test]
fn the_file_of_an_office_program_stays_one_document() {
    let zip = Zip::new().deflated("[Content_Types].xml", b"<Types/>").deflated("word/document.xml", b"<w/>").finish();
    let message = file(&zip);
    assert_eq!((message.attachments.len(), message.format), (1, Format::Unknown));
    assert_eq!(message.warnings[0].code, WarningCode::NotUnderstood);
}

#[test]
fn in_a_mail_everything_is_one_dossier() {
    let specimen = Generator::new(9).xdm_mail("cabinet@example.org", Some(&patient()), &documents(HPRIM), &[]);
    let message = read(Source::Message, &specimen.message);
    assert_eq!(message.format, Format::Eml);
    assert_eq!(message.warnings, []);
    assert_eq!(message.reports.len(), 1);
    let row = &summarise(&message)[0];
    assert_eq!(row.documents, 2, "the PDF inside and the PDF beside");
    assert!(!row.subject.contains("XDM"), "{}", row.subject);
    assert_eq!(message.head.subject, specimen.subject);
    let mss = &message.head.mss;
    assert_eq!(mss.mes.as_deref(), Some("FIN"));
    assert_eq!(mss.code_cda.as_deref(), Some("11502-2"));
    assert_eq!(mss.ins.as_deref(), Some("O"));
    assert_eq!(mss.nil.as_deref(), Some("FICTIF-0001"));
    assert!(mss.notification_to.as_deref().unwrap().ends_with(".test"));
}

#[test]
fn the_same_report_and_the_same_pdf_beside_the_archive_are_one() {
    let archive = archive(HPRIM, &[]);
    let part = |name: &str, bytes: &[u8]| {
        format!(
            "--b\r\nContent-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            base64(bytes)
        )
    };
    let parts = [part("IHE_XDM.zip", &archive), part("a.hpr", HPRIM), part("a.pdf", PDF)].concat();
    let mail = format!("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
    let message = read(Source::Message, mail.as_bytes());
    assert_eq!(message.reports.len(), 1);
    assert_eq!(message.reports[0].documents.len(), 1);
    let names: Vec<_> = message.attachments.iter().filter_map(|part| part.document.name.as_deref()).collect();
    assert_eq!(names, ["IHE_XDM.zip", "a.hpr", "a.pdf"]);
}

#[test]
fn archives_messages_and_files_in_one_another() {
    let mail = [b"From: a@b.test\r\nSubject: essai\r\n\r\n".as_slice(), HPRIM].concat();
    let inner = Zip::new().deflated("message.eml", &mail).finish();
    let zip = Zip::new().deflated("dedans.zip", &inner).deflated("b.pdf", PDF).finish();
    let message = file(&zip);
    assert_eq!(message.reports[0].patient.used_name.as_deref(), Some("EXEMPLE"));
    assert!(message.body.unwrap().starts_with("— Message transféré, de : a@b.test, objet : essai —"));
    assert_eq!(message.warnings, []);
}

/// Base64 in one line.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(*group.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}
