//! What the generator put in, the reader gets out.

use super::super::{is_in, read};
use super::results;
use bannette_api::report::{Flag, Format, NarrativeBlock, Report, ResultStatus};
use bannette_synthetic::{CdaSpecimen, Generator};

fn word<T: serde::Serialize>(value: T) -> Option<String> {
    serde_json::to_value(value).unwrap().as_str().map(str::to_owned)
}

fn check(specimen: &CdaSpecimen) {
    assert!(is_in(&specimen.bytes));
    let understood = read(&specimen.bytes);
    assert_eq!(understood.warnings, []);
    assert_eq!(understood.reports.len(), 1);
    let report = &understood.reports[0];
    header(specimen, report);
    let mut found = Vec::new();
    for section in &report.sections {
        for result in &section.results {
            found.push((section.title.clone().unwrap(), result));
        }
    }
    assert_eq!(found.len(), specimen.results.len());
    for ((section, result), truth) in found.iter().zip(&specimen.results) {
        let context = format!("{truth:?}\n{result:?}");
        assert_eq!(*section, truth.section, "{context}");
        assert_eq!(result.label, truth.label, "{context}");
        assert_eq!(result.value, truth.value, "{context}");
        assert_eq!(result.comparator.as_deref(), truth.comparator, "{context}");
        assert_eq!(result.unit, truth.unit, "{context}");
        assert_eq!(word(result.flag).as_deref(), truth.flag, "{context}");
        assert_eq!((&result.low, &result.high), (&truth.low, &truth.high), "{context}");
        let second = result.second.as_ref().map(|second| (second.value.clone().unwrap(), second.unit.clone().unwrap()));
        assert_eq!(second, truth.second, "{context}");
        let previous: Vec<(String, String)> =
            result.previous.iter().map(|before| (before.value.clone().unwrap(), before.at.clone().unwrap())).collect();
        assert_eq!(previous, truth.previous, "{context}");
        assert_eq!(result.comment, truth.comment, "{context}");
        assert_eq!(word(result.status).as_deref(), Some(truth.status), "{context}");
    }
    let documents: Vec<&[u8]> = understood.documents.iter().map(|document| document.bytes.as_slice()).collect();
    assert_eq!(documents, specimen.pdf.as_deref().into_iter().collect::<Vec<_>>());
    let valid = results(report).into_iter().filter(|result| result.status != Some(ResultStatus::Cancelled));
    let flags: Vec<Flag> = valid.filter_map(|result| result.flag).collect();
    assert_eq!(flags.iter().any(|flag| flag.is_critical()), specimen.critical);
    assert_eq!(flags.iter().any(|flag| flag.is_abnormal()), specimen.abnormal);
    // Each result stands in the narrative too.
    let narrative = told(report);
    for truth in &specimen.results {
        assert!(narrative.contains(&truth.label) && narrative.contains(truth.value.as_deref().unwrap()), "{truth:?}");
    }
}

fn header(specimen: &CdaSpecimen, report: &Report) {
    assert_eq!(report.format, if specimen.level == 1 { Format::CdaN1 } else { Format::CdaN3 });
    assert_eq!(report.id.as_ref(), Some(&specimen.id));
    assert_eq!(report.replaces, specimen.replaces);
    assert_eq!(word(report.status).as_deref(), Some(specimen.status));
    assert_eq!(report.patient.birth_name.as_ref(), Some(&specimen.birth_name));
    assert_eq!(report.patient.used_name, specimen.used_name);
    assert_eq!(report.patient.first_name.as_ref(), Some(&specimen.first_name));
    assert_eq!(report.patient.birth_date.as_ref(), Some(&specimen.birth_date));
    assert_eq!(report.patient.sex.as_deref(), Some(specimen.sex));
    let ins = report.patient.ins.as_ref().map(|ins| (ins.value.clone(), ins.oid.clone()));
    assert_eq!(ins, specimen.ins.clone().map(|(value, oid)| (value, oid.to_owned())));
    assert_eq!(report.number.as_ref(), Some(&specimen.number));
    assert_eq!(report.laboratory.as_ref().unwrap().name.as_ref(), Some(&specimen.laboratory));
    assert_eq!(report.prescriber.as_ref().unwrap().name.as_deref(), Some("Dr Jeanne PRESCRIPTEUR"));
    assert_eq!(report.confidentiality.as_deref(), Some("N"));
    assert!(report.sampled_at.as_ref().unwrap().ends_with("T08:00:00+01:00"));
    assert!(report.reported_at.as_ref().unwrap().ends_with("T14:30:00+01:00"));
}

/// All words of the narratives.
fn told(report: &Report) -> String {
    let mut words = String::new();
    for block in report.sections.iter().flat_map(|section| &section.narrative) {
        match block {
            NarrativeBlock::Heading { text } | NarrativeBlock::Paragraph { text } => words.push_str(text),
            NarrativeBlock::List { items, .. } => words.push_str(&items.join("\n")),
            NarrativeBlock::Table { header, rows, .. } => {
                assert!(!header.is_empty());
                for row in header.iter().chain(rows) {
                    assert_eq!(row.len(), 4, "each cell stands in its column");
                    words.push_str(&row.join("\t"));
                    words.push('\n');
                }
            }
        }
        words.push('\n');
    }
    words
}

#[test]
fn five_hundred_documents_of_level_3() {
    for seed in 0..500 {
        let specimen = Generator::new(seed).cda_n3();
        let checked = std::panic::catch_unwind(|| check(&specimen));
        assert!(checked.is_ok(), "seed {seed}");
    }
}

#[test]
fn documents_of_level_1() {
    for seed in 0..100 {
        let specimen = Generator::new(seed).cda_n1(3000);
        check(&specimen);
        let understood = read(&specimen.bytes);
        assert_eq!(understood.documents[0].media_type, "application/pdf");
        assert_eq!(understood.documents[0].name, Some(format!("Compte rendu {}.pdf", specimen.number)));
        assert!(results(&understood.reports[0]).is_empty());
    }
}

#[test]
fn the_generator_makes_every_form() {
    let all: Vec<CdaSpecimen> = (0..200).map(|seed| Generator::new(seed).cda_n3()).collect();
    let holds =
        |bytes: &[u8]| all.iter().filter(|specimen| memchr::memmem::find(&specimen.bytes, bytes).is_some()).count();
    for part in ["c:ClinicalDocument", "xsl:stylesheet", "ISO-8859-1", "CLUSTER", "BATTERY", "RTO_PQ_PQ", "RPLC"] {
        assert!(holds(part.as_bytes()) > 5, "{part}");
    }
    let encodings: std::collections::BTreeSet<_> = all.iter().map(|all| read(&all.bytes).encoding).collect();
    assert_eq!(encodings.len(), 3, "{encodings:?}");
    for (critical, abnormal) in [(true, true), (false, true), (false, false)] {
        assert!(all.iter().any(|specimen| (specimen.critical, specimen.abnormal) == (critical, abnormal)));
    }
}
