//! What laboratories do to documents: their header, their text, their form.

use super::super::{is_in, read};
use super::{PATIENT, codes, document, observation, results, section};
use bannette_api::report::{Format, NarrativeBlock, ReportStatus, WarningCode};

fn pq(value: &str, unit: &str) -> String {
    format!("<value xsi:type=\"PQ\" value=\"{value}\" unit=\"{unit}\"/>")
}

fn interpreted(code: &str) -> String {
    format!("<interpretationCode code=\"{code}\" codeSystem=\"2.16.840.1.113883.5.83\"/>")
}

#[test]
fn narratives_are_plain_words_in_their_places() {
    let narrative = "Avant<br/>après <sub>2</sub><content revised=\"delete\">faux</content>\
        <paragraph>4,5 10<sup>9</sup>/L, 1<sup>er</sup>, x<sup>-12</sup></paragraph>\
        <list listType=\"ordered\"><caption>Liste</caption><item>un</item><item>deux</item></list>\
        <table><caption>Table</caption><thead><tr><th>A</th><th colspan=\"2\">B</th></tr></thead><tbody>\
        <tr><td rowspan=\"2\">x</td><td>1</td><td>2</td></tr><tr><td rowspan=\"2\">3</td><td>&lt;script&gt;</td></tr>\
        <tr><td>y</td><td>4</td></tr></tbody></table>\
        <linkHtml href=\"https://example.org/\">lien</linkHtml>";
    let report = section(narrative, "");
    let rows = |rows: &[&[&str]]| -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    };
    let expected = [
        NarrativeBlock::Paragraph { text: "Avant\naprès ₂[supprimé : faux]".to_owned() },
        NarrativeBlock::Paragraph { text: "4,5 10⁹/L, 1er, x⁻¹²".to_owned() },
        NarrativeBlock::Heading { text: "Liste".to_owned() },
        NarrativeBlock::List { ordered: true, items: vec!["un".to_owned(), "deux".to_owned()] },
        NarrativeBlock::Table {
            caption: Some("Table".to_owned()),
            header: rows(&[&["A", "B", ""]]),
            rows: rows(&[&["x", "1", "2"], &["", "3", "<script>"], &["y", "", "4"]]),
        },
        NarrativeBlock::Paragraph { text: "lien (https://example.org/)".to_owned() },
    ];
    assert_eq!(report.sections[0].narrative, expected);
}

#[test]
fn identities_with_wrong_keys_are_kept_and_doubted() {
    let text = document("")
        .replace("<patientRole>", "<patientRole><id root=\"1.2.250.1.213.1.4.8\" extension=\"288091234567823\"/>");
    let understood = read(text.as_bytes());
    assert_eq!(codes(&understood), [WarningCode::DoubtfulIdentifier]);
    assert_eq!(understood.reports[0].patient.ins.as_ref().unwrap().value, "288091234567823");
    let rpps = "<author><assignedAuthor><id root=\"1.2.250.1.71.4.2.1\" extension=\"801234534765\"/></assignedAuthor>\
                </author><component>";
    let understood = read(document("").replacen("<component>", rpps, 1).as_bytes());
    assert_eq!(codes(&understood), [WarningCode::DoubtfulIdentifier]);
}

#[test]
fn doubtful_identities_are_said() {
    let two = PATIENT.replace("</family>", "</family><family qualifier=\"BR\">AUTRE</family>");
    let understood = read(document("").replace(PATIENT, &two).as_bytes());
    assert_eq!(codes(&understood), [WarningCode::UnusualHeader]);
    assert_eq!(understood.reports[0].patient.birth_name.as_deref(), Some("EXEMPLE"));
    let twice = format!("{PATIENT}{PATIENT}");
    assert_eq!(codes(&read(document("").replace(PATIENT, &twice).as_bytes())), [WarningCode::SeveralPatients]);
    assert_eq!(codes(&read(document("").replace(PATIENT, "").as_bytes())), [WarningCode::MissingHeader]);
    // A name of which nothing says what it is stands where HPRIM's does.
    let plain = read(document("").replace(" qualifier=\"BR\"", "").as_bytes());
    let patient = &plain.reports[0].patient;
    assert_eq!((patient.birth_name.as_deref(), patient.used_name.as_deref()), (None, Some("EXEMPLE")));
}

#[test]
fn states_of_reports() {
    let status = |state: &str, replaces: bool| {
        let state = match state {
            "" => String::new(),
            code => format!(
                "<documentationOf><serviceEvent><l:statusCode xmlns:l=\"urn:oid:1.3.6.1.4.1.19376.1.3.2\" \
                 code=\"{code}\"/></serviceEvent></documentationOf>"
            ),
        };
        let replaced = "<relatedDocument typeCode=\"RPLC\"><parentDocument><id root=\"1.2\" extension=\"7\"/>\
                        </parentDocument></relatedDocument>";
        let replaced = if replaces { replaced } else { "" };
        let text = document("").replacen("<component>", &format!("{state}{replaced}<component>"), 1);
        let report = read(text.as_bytes()).reports[0].clone();
        assert_eq!(report.replaces.is_some(), replaces);
        report.status
    };
    assert_eq!(status("", false), None);
    assert_eq!(status("active", false), Some(ReportStatus::Partial));
    assert_eq!(status("completed", false), Some(ReportStatus::Complete));
    assert_eq!(status("aborted", false), Some(ReportStatus::Cancelled));
    assert_eq!(status("completed", true), Some(ReportStatus::Corrected));
    assert_eq!(status("", true), Some(ReportStatus::Corrected));
    assert_eq!(status("active", true), Some(ReportStatus::Partial));
    // An addendum replaces nothing.
    let addendum =
        "<relatedDocument typeCode=\"APND\"><parentDocument><id root=\"1.2\"/></parentDocument></relatedDocument>";
    let text = document("").replacen("<component>", &format!("{addendum}<component>"), 1);
    assert_eq!(read(text.as_bytes()).reports[0].replaces, None);
}

#[test]
fn level_1_in_all_its_states() {
    let level_one = |content: &str| {
        let body = format!("<nonXMLBody>{content}</nonXMLBody>");
        let text = document("").replace("<structuredBody></structuredBody>", &body);
        read(text.as_bytes())
    };
    let found =
        level_one("<text mediaType=\"application/pdf\" representation=\"B64\">\n JVBE\t Ri0x\r\nLjQ= \n</text>");
    assert_eq!((codes(&found), found.reports[0].format), (vec![], Format::CdaN1));
    assert_eq!(found.documents[0].bytes, b"%PDF-1.4");
    let broken = level_one("<text mediaType=\"application/pdf\" representation=\"B64\">JVBERi0x!LjQ</text>");
    assert_eq!(codes(&broken), [WarningCode::BrokenEncoding]);
    assert_eq!(broken.documents[0].bytes, b"%PDF-1.4");
    let outside =
        level_one("<text mediaType=\"application/pdf\"><reference value=\"http://example.org/x.pdf\"/></text>");
    assert_eq!(codes(&outside), [WarningCode::BrokenEncoding]);
    assert!(outside.documents.is_empty());
    let words = level_one("<text>Compte rendu en clair</text>");
    assert_eq!(words.reports[0].text.as_deref(), Some("Compte rendu en clair"));
}

#[test]
fn namespaces_count_not_prefixes() {
    let prefixed = document(&format!(
        "<component><section><entry>{}</entry></section></component>",
        observation(&pq("1", "g/L"))
            .replace("<entryRelationship typeCode=\"COMP\">", "")
            .replace("</entryRelationship>", "")
    ));
    let plain = results(&read(prefixed.as_bytes()).reports[0]).len();
    assert_eq!(plain, 1);
    // The same names in another namespace are nothing to us, were they the default one.
    let foreign = prefixed.replace("<observation>", "<observation xmlns=\"urn:other\">");
    assert_eq!(results(&read(foreign.as_bytes()).reports[0]).len(), 0);
    assert!(read(prefixed.replace("urn:hl7-org:v3", "urn:other").as_bytes()).reports.is_empty());
}

#[test]
fn where_a_document_is_seen() {
    let plain = document("");
    assert!(is_in(plain.as_bytes()));
    assert!(is_in(format!("\u{FEFF}\n <?xml version=\"1.0\"?><!-- x -->{plain}").as_bytes()));
    let padding = "<xsl:template>x</xsl:template>".repeat(10_000);
    let wrapped =
        format!("<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">{padding}{plain}</xsl:stylesheet>");
    assert!(is_in(wrapped.as_bytes()));
    assert_eq!(read(wrapped.as_bytes()).reports.len(), 1);
    for other in [
        "",
        "ClinicalDocument urn:hl7-org:v3",
        "bonjour <ClinicalDocument xmlns=\"urn:hl7-org:v3\">",
        "<html><body>urn:hl7-org:v3 ClinicalDocument</body></html>",
        "<ClinicalDocument xmlns=\"urn:other\"/>",
        "%PDF-1.4 <ClinicalDocument xmlns=\"urn:hl7-org:v3\">",
    ] {
        assert!(!is_in(other.as_bytes()), "{other}");
    }
}

#[test]
fn a_result_that_is_cut_says_so() {
    let whole = document(&format!(
        "<component><section><title>T</title><entry><act>{}{}</act></entry></section></component>",
        observation(&pq("1", "g/L")),
        observation(&format!("{}{}", pq("2", "g/L"), interpreted("HH"))),
    ));
    let at = whole.find("<interpretationCode").unwrap();
    let understood = read(&whole.as_bytes()[..at]);
    assert_eq!(codes(&understood), [WarningCode::BrokenXml]);
    let found = results(&understood.reports[0]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].comment, None);
    assert!(found[1].comment.as_deref().unwrap().contains("coupé"), "{found:?}");
}

#[test]
fn what_follows_a_defect_stays_as_text() {
    let text = document("<component><section><title>T</title></section></component>")
        .replace("</structuredBody>", "</wrong><text>La <b>suite</b></text></structuredBody>");
    let understood = read(text.as_bytes());
    assert_eq!(codes(&understood), [WarningCode::BrokenXml]);
    assert_eq!(understood.warnings[0].line, Some(1));
    let report = &understood.reports[0];
    assert_eq!(report.sections.len(), 1);
    assert!(report.text.as_deref().unwrap().contains("La suite"), "{:?}", report.text);
}

#[test]
fn encodings_are_those_declared_unless_that_cannot_be() {
    let text = document("<component><section><title>Hématologie</title></section></component>");
    let with = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?>{text}");
    let title = |bytes: &[u8]| read(bytes).reports[0].sections[0].title.clone().unwrap();
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    assert_eq!(title(&latin(&with("ISO-8859-1"))), "Hématologie");
    assert_eq!(title(&latin(&with("UTF-8"))), "Hématologie");
    assert_eq!(title(with("UTF-8").as_bytes()), "Hématologie");
    assert_eq!(title(with("ISO-8859-1").as_bytes()), "Hématologie");
    assert_eq!(title(with("UTF-16").as_bytes()), "Hématologie");
    let wide: Vec<u8> = with("UTF-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(title(&[&[0xFE, 0xFF][..], &wide].concat()), "Hématologie");
    assert!(is_in(&wide));
}
