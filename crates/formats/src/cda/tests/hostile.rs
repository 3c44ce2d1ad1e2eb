//! Limits, and bytes that are anything.

use super::super::{is_in, read};
use super::{codes, document, observation, results};
use crate::limits;
use bannette_api::report::{Report, WarningCode};
use bannette_synthetic::Generator;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// How long anything may take, in an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn in_time(text: &str) -> crate::payload::Understood {
    let start = Instant::now();
    let understood = read(text.as_bytes());
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    understood
}

#[test]
fn a_hundred_thousand_elements_in_one_another() {
    let deep = format!("{}Au fond{}", "<content>".repeat(100_000), "</content>".repeat(100_000));
    let sections = format!("<component><section><text>{deep}</text></section></component>");
    let understood = in_time(&document(&sections));
    assert_eq!(codes(&understood), [WarningCode::TooDeep]);
    assert!(format!("{:?}", understood.reports[0].sections[0].narrative).contains("Au fond"));
    let deep = format!("<component><section>{}</section></component>", observation(&observation("")));
    assert!(in_time(&document(&deep)).reports.len() == 1);
    let nested = format!("{}{}", "<component><section>".repeat(100_000), "</section></component>".repeat(100_000));
    assert_eq!(codes(&in_time(&document(&nested))), [WarningCode::TooDeep]);
}

#[test]
fn a_million_observations() {
    let one = "<entry><observation><code code=\"X\"/><value value=\"1\"/></observation></entry>";
    let sections = format!("<component><section><text>Texte</text>{}</section></component>", one.repeat(1_000_000));
    let understood = in_time(&document(&sections));
    assert_eq!(results(&understood.reports[0]).len(), limits::RESULTS);
    assert!(codes(&understood).contains(&WarningCode::TooLarge));
}

#[test]
fn a_hundred_megabytes_of_text() {
    let text = "Résultat & suite ".replace('&', "&amp;").repeat(5_000_000);
    let sections = format!("<component><section><text>{text}</text></section></component>");
    let understood = in_time(&document(&sections));
    assert!(codes(&understood).contains(&WarningCode::TooLarge));
    let shown = format!("{:?}", understood.reports[0].sections);
    assert!(shown.len() < limits::NARRATIVE_BYTES * 2);
}

#[test]
fn entities_are_not_expanded() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"boum\">");
    for level in 1..40 {
        let inner = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} \"{inner}\">"));
    }
    bomb.push_str("<!ENTITY out SYSTEM \"file:///etc/passwd\">]>");
    bomb.push_str(&document("<component><section><title>&a39;</title><text>&out;</text></section></component>"));
    let understood = in_time(&bomb);
    assert_eq!(codes(&understood), [WarningCode::RefusedDoctype]);
    let section = &understood.reports[0].sections[0];
    assert_eq!(section.title.as_deref(), Some("&a39;"));
    assert!(format!("{:?}", section.narrative).contains("&out;"));
}

#[test]
fn references_to_one_huge_place() {
    let huge = "<paragraph>mot</paragraph>".repeat(200_000);
    let one = "<entry><observation><code code=\"X\"><originalText><reference value=\"#h\"/></originalText></code>\
               <text><reference value=\"#h\"/></text></observation></entry>";
    let sections = format!(
        "<component><section><text><content ID=\"h\">{huge}</content></text>{}</section></component>",
        one.repeat(20_000)
    );
    let understood = in_time(&document(&sections));
    assert_eq!(results(&understood.reports[0]).len(), 20_000);
    let one_text = sections.replace("<paragraph>", "").replace("</paragraph>", " ");
    let understood = in_time(&document(&one_text));
    assert_eq!(results(&understood.reports[0]).len(), 20_000);
    assert!(codes(&understood).contains(&WarningCode::TooLarge));
    let weight = serde_json::to_string(&understood.reports).unwrap().len();
    assert!(weight < 20 * limits::NARRATIVE_BYTES, "{weight}");
}

#[test]
fn what_could_be_quadratic_is_not() {
    // The code behind a hundred thousand relations, comments that are all different, sections that open again and again
    // under a title of a megabyte.
    let relation = "<entryRelationship><observation><code code=\"Y\"/></observation></entryRelationship>";
    let comment = |number: usize| {
        format!("<entryRelationship><act><code code=\"48767-8\"/><text>{number}</text></act></entryRelationship>")
    };
    let comments: String = (0..50_000).map(comment).collect();
    let late =
        format!("<entry><observation>{}{comments}<code code=\"X\"/></observation></entry>", relation.repeat(100_000));
    in_time(&document(&format!("<component><section>{late}</section></component>")));
    let battery = "<entryRelationship><organizer><code displayName=\"B\"/><component><observation/></component></organizer>\
                   </entryRelationship><entryRelationship><observation/></entryRelationship>";
    let title = "x".repeat(1_000_000);
    let section = format!(
        "<section><code displayName=\"{title}\"/><entry><act>{}</act></entry></section>",
        battery.repeat(10_000)
    );
    let understood = in_time(&document(&format!("<component>{section}</component>")));
    let weight: usize =
        understood.reports[0].sections.iter().filter_map(|section| section.title.as_ref()).map(String::len).sum();
    assert!(weight < 20_000_000, "{weight}");
}

#[test]
fn spans_namespaces_and_attributes_without_end() {
    let cells = "<td colspan=\"999999999\" rowspan=\"999999999\">x</td>".repeat(200);
    let rows = format!("<tr>{cells}</tr>").repeat(500);
    let sections = format!("<component><section><text><table>{rows}</table></text></section></component>");
    assert!(codes(&in_time(&document(&sections))).contains(&WarningCode::TooLarge));
    let spaces: String = (0..100_000).map(|number| format!(" xmlns:p{number}=\"urn:x\"")).collect();
    let text = document("<component/>").replace("<component/>", &format!("<x{spaces}>{}</x>", "<p1:y/>".repeat(1000)));
    assert_eq!(codes(&in_time(&text)), [WarningCode::BrokenXml]);
    let attributes: String = (0..200_000).map(|number| format!(" a{number}=\"{number}\"")).collect();
    let text = document(&format!("<component><section><title{attributes}>T</title></section></component>"));
    assert_eq!(codes(&in_time(&text)), [WarningCode::BrokenXml]);
    let sections = "<component><section><title>T</title><text>x</text></section></component>".repeat(50_000);
    let understood = in_time(&document(&sections));
    assert_eq!(understood.reports[0].sections.len(), limits::SECTIONS);
    let many = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>".repeat(50_000);
    assert_eq!(in_time(&format!("<x>{many}</x>")).reports.len(), limits::REPORTS);
}

/// The truth about a document is in `whole`: a broken copy may give less, never an earlier value as a new one.
fn harmless(report: &Report, earlier: &[String]) -> bool {
    results(report).iter().all(|result| result.value.as_ref().is_none_or(|value| !earlier.contains(value)))
}

/// A document whose earlier values are marked, so that one listed as new is seen.
fn marked(seed: u64) -> (Vec<u8>, Vec<String>) {
    let text = loop_until_plain(seed);
    let mut earlier = Vec::new();
    let mut pieces = text.split("typeCode=\"REFR\"");
    let mut marked = pieces.next().unwrap().to_owned();
    for (number, piece) in pieces.enumerate() {
        let value = format!("9999{number}");
        let (before, after) = piece.split_once("value xsi:type").unwrap();
        let (kind, after) = after.split_once("value=\"").unwrap();
        let (_, after) = after.split_once('"').unwrap();
        marked.push_str(&format!("typeCode=\"REFR\"{before}value xsi:type{kind}value=\"{value}\"{after}"));
        earlier.push(value);
    }
    (marked.into_bytes(), earlier)
}

/// The first document from this seed on that is UTF-8 and has earlier values.
fn loop_until_plain(seed: u64) -> String {
    (seed..)
        .filter_map(|seed| String::from_utf8(Generator::new(seed).cda_n3().bytes).ok())
        .find(|text| text.contains("REFR"))
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_cut_is_read(seed in 0u64..1000, at in 0.0..1.0f64) {
        let (bytes, earlier) = marked(seed);
        // The line's end behind the last element may go unnoticed.
        let cut = &bytes[..(bytes.trim_ascii_end().len() as f64 * at) as usize];
        let understood = read(cut);
        prop_assert!(understood.reports.iter().all(|report| harmless(report, &earlier)));
        prop_assert!(cut.is_empty() || !understood.warnings.is_empty());
        let whole = read(&bytes);
        let results_of = |understood: &crate::payload::Understood| {
            understood.reports.iter().map(|report| results(report).len()).sum::<usize>()
        };
        prop_assert!(results_of(&understood) <= results_of(&whole));
    }

    #[test]
    fn any_byte_may_change(seed in 0u64..1000, changes in prop::collection::vec((0.0..1.0f64, any::<u8>()), 1..4)) {
        let (mut bytes, _) = marked(seed);
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[(length as f64 * at) as usize % length] = byte;
        }
        let _ = (is_in(&bytes), read(&bytes));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = (is_in(&bytes), read(&bytes));
    }

    #[test]
    fn any_markup_is_read(pieces in prop::collection::vec(
        prop::sample::select(vec!["<", ">", "</", "/>", "<a", " x='", "'", "\"", "&", ";", "&#x", "<![CDATA[", "]]>", "<!--",
            "-->", "<?", "?>", "<!DOCTYPE", "[", "]", "<observation>", "</observation>", "<value xsi:type=\"PQ\" value=\"1\"/>",
            "<section>", "</section>", "<text>", "<tr>", "<td rowspan=\"3\">", "</td>", "é", " ", "\n"]), 0..60)) {
        let text = document(&pieces.concat());
        let _ = read(text.as_bytes());
    }
}
