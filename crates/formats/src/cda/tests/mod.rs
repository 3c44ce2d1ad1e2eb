//! What the reader understands of invented documents.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail so

mod documents;
mod golden;
mod hostile;
mod round_trip;
mod traps;

use super::read;
use crate::payload::Understood;
use bannette_api::report::{LabResult, Report, WarningCode};

/// A document whose sections are these, with an identity.
fn document(sections: &str) -> String {
    format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{PATIENT}\
         <component><structuredBody>{sections}</structuredBody></component></ClinicalDocument>"
    )
}

const PATIENT: &str = "<recordTarget><patientRole><patient><name><given>Alice</given><family qualifier=\"BR\">EXEMPLE\
     </family></name></patient></patientRole></recordTarget>";

/// A document with one section, its narrative and its entries.
fn section(narrative: &str, entries: &str) -> Report {
    let sections = format!(
        "<component><section><title>Biochimie</title><text>{narrative}</text><entry><act>{entries}</act></entry>\
         </section></component>"
    );
    let understood = read(document(&sections).as_bytes());
    assert_eq!(understood.warnings, [], "{sections}");
    understood.reports.into_iter().next().unwrap()
}

/// An observation in its relation.
fn observation(content: &str) -> String {
    format!(
        "<entryRelationship typeCode=\"COMP\"><observation><code code=\"X\" displayName=\"Essai\"/>{content}\
         </observation></entryRelationship>"
    )
}

/// The one result of this observation.
fn result(content: &str) -> LabResult {
    let report = section("", &observation(content));
    let results: Vec<&LabResult> = results(&report);
    assert_eq!(results.len(), 1, "{content}");
    results[0].clone()
}

fn results(report: &Report) -> Vec<&LabResult> {
    report.sections.iter().flat_map(|section| &section.results).collect()
}

fn codes(understood: &Understood) -> Vec<WarningCode> {
    understood.warnings.iter().map(|warning| warning.code).collect()
}
