//! Generated payloads against what they were written from.
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, clippy::panic)] // a test may fail so

use bannette_api::report::{LabResult, Report};
use bannette_formats::by_format::{Read, Reader};
use bannette_formats::parse_file;
use bannette_synthetic::{Generator, Payload, Trap, Trapped, Truth};

const SEEDS: u64 = 300;

fn assert_result(found: &LabResult, truth: &Truth, what: &str) {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    assert_eq!(found.label, truth.label, "{what}");
    assert_eq!(text(&found.value), truth.value, "{what}: {truth:?}");
    assert_eq!(text(&found.comparator), truth.comparator, "{what}: {truth:?}");
    assert_eq!(text(&found.unit), truth.unit, "{what}: {truth:?}");
    assert_eq!((text(&found.low), text(&found.high)), (truth.low.clone(), truth.high.clone()), "{what}: {truth:?}");
    let flag = found.flag.map(|flag| serde_json::to_string(&flag).unwrap()).unwrap_or_default();
    assert_eq!(flag.trim_matches('"'), truth.flag, "{what}: {truth:?}");
}

fn results(report: &Report) -> Vec<&LabResult> {
    report.sections.iter().flat_map(|section| &section.results).collect()
}

fn assert_payload(read: &Read, payload: &Payload, what: &str) {
    assert_eq!(read.reports.len(), payload.patients.len(), "{what}");
    assert_eq!(read.documents.len(), payload.documents, "{what}");
    for (report, truth) in read.reports.iter().zip(&payload.patients) {
        let patient = &report.patient;
        assert_eq!(patient.used_name.as_deref(), Some(truth.last.as_str()), "{what}");
        assert_eq!(patient.first_name.as_deref(), Some(truth.first.as_str()), "{what}");
        assert_eq!(patient.birth_date.as_deref(), Some(truth.birth.as_str()), "{what}");
        assert_eq!(patient.sex.as_deref(), Some(truth.sex), "{what}");
        let results = results(report);
        assert_eq!(results.len(), truth.results.len(), "{what}: {results:#?}");
        results.iter().zip(&truth.results).for_each(|(found, truth)| assert_result(found, truth, what));
    }
}

#[test]
fn segments_are_read_as_they_were_written() {
    for traps in [false, true] {
        for seed in 0..SEEDS {
            let mut generator = Generator::new(seed);
            for (reader, payload) in
                [(Reader::HprimSante, generator.hprim_sante(traps)), (Reader::Hl7, generator.hl7(traps))]
            {
                let what =
                    format!("{reader:?}, seed {seed}, traps {traps}: {}", String::from_utf8_lossy(&payload.bytes));
                for other in [Reader::HprimSante, Reader::Hl7, Reader::HprimMedecin] {
                    assert_eq!(other.is_in(&payload.bytes), other == reader, "{other:?} in {what}");
                }
                assert_payload(&reader.read(&payload.bytes), &payload, &what);
            }
        }
    }
}

fn assert_trapped(trapped: &Trapped, what: &str) {
    let file = parse_file("essai.hpr", trapped.text.as_bytes());
    let names: Vec<_> = file
        .dossiers
        .iter()
        .map(|report| {
            let patient = &report.patient;
            (patient.used_name.clone().unwrap_or_default(), patient.first_name.clone().unwrap_or_default())
        })
        .collect();
    assert_eq!(names, trapped.patients, "{what}");
    assert_eq!(file.dossiers[0].patient.birth_date.as_deref(), Some(trapped.birth.as_str()), "{what}");
    let all: Vec<_> = file.dossiers.iter().flat_map(results).collect();
    assert_eq!(all.len(), trapped.results, "{what}");
    if let Some(truth) = &trapped.about {
        let found = all.iter().find(|result| result.label == truth.label).unwrap_or_else(|| panic!("{what}"));
        assert_result(found, truth, what);
    }
}

#[test]
fn every_pathology_of_hprim_medecin_is_survived() {
    for trap in Trap::ALL {
        for seed in 0..20 {
            let trapped = Generator::new(seed).trapped_by(trap);
            let shown: String = trapped.text.chars().take(3000).collect();
            assert_trapped(&trapped, &format!("{trap:?}, seed {seed}: {shown}"));
        }
    }
}

#[test]
fn the_seed_chooses_every_pathology() {
    let mut generator = Generator::new(5);
    let chosen: Vec<Trap> = (0..600).map(|_| generator.trapped().trap).collect();
    assert!(Trap::ALL.iter().all(|trap| chosen.contains(trap)));
    assert_eq!(Generator::new(9).trapped(), Generator::new(9).trapped());
}
