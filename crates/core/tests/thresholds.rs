//! The practice's critical thresholds: through the same calls as the window.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::duplicate_mod,
    reason = "a test fails by panicking"
)]

#[path = "../../../tests/support/practice.rs"]
mod practice;
#[path = "../../../tests/support/report.rs"]
mod report;

use bannette_api::dossiers::{DossierRow, GetCounts, OpenDossier, Urgency, ValidateDossier, View};
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::journal::VerifyJournal;
use bannette_api::people::Role;
use bannette_api::report::{Flag, LabResult};
use bannette_api::thresholds::{ListThresholds, SetThreshold, ThresholdRow, ThresholdSetting};
use bannette_api::{DossierId, Failure};
use bannette_core::Handle as _;
use practice::Practice;
use std::sync::Arc;

/// One report a patient: their name, and the lines of their results.
const PATIENTS: [(&str, &str); 6] = [
    ("SANSDRAPEAU", "RES|Potassium|K|N|7.9|mmol/L|3.5|5.1||F||||"),
    ("DRAPEAU", "RES|Potassium|K|N|7.9|mmol/L|3.5|5.1|HH|F||||"),
    ("NORMAL", "RES|Potassium|K|N|4.2|mmol/L|3.5|5.1|N|F||||"),
    ("SANSUNITE", "RES|Potassium|K|N|7.9|||||F||||"),
    ("ANNULE", "RES|Potassium|K|N|7.9|mmol/L|3.5|5.1||X||||"),
    ("LIMITE", "RES|Potassium|K|N|5.9|mmol/L|3.5|5.1||F||||"),
];

async fn world() -> Practice {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    for (number, (name, line)) in (1..).zip(PATIENTS) {
        let patient = format!("PAT{number:05}");
        let text = report::with_lines(&patient, name, &format!("A{number:08}"), "22/11/2026", &[line.to_owned()]);
        std::fs::write(folder.join(format!("{number}.eml")), report::mailed(number, &text)).unwrap();
    }
    practice.folder_mailbox(&practice.derek, &folder).await;
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    practice
}

async fn rows(practice: &Practice, view: View) -> Vec<DossierRow> {
    practice.list(&practice.derek, view).await.unwrap()
}

async fn critical(practice: &Practice) -> Vec<String> {
    let mut names: Vec<String> =
        rows(practice, View::Critical).await.into_iter().map(|row| row.patient.unwrap().last_name).collect();
    names.sort();
    names
}

async fn row(practice: &Practice, name: &str) -> DossierRow {
    let all = rows(practice, View::Team).await;
    all.into_iter().find(|row| row.patient.as_ref().is_some_and(|patient| patient.last_name == name)).unwrap()
}

async fn opened(practice: &Practice, dossier: DossierId) -> LabResult {
    let call = OpenDossier { dossier, message: None, encoding: None };
    practice.core.handle(&practice.derek, call).await.unwrap().report.sections[0].results[0].clone()
}

async fn set(practice: &Practice, on: bool, high: Option<&str>) -> Result<Vec<ThresholdRow>, Failure> {
    let setting = ThresholdSetting { on, low: Some("2.8".into()), high: high.map(str::to_owned) };
    practice.core.handle(&practice.derek, SetThreshold { row: "potassium".into(), setting: Some(setting) }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_the_laboratory_says_nothing_of_is_critical_by_the_practice() {
    let practice = world().await;
    assert_eq!(critical(&practice).await, ["DRAPEAU", "SANSDRAPEAU"]);
    let by_practice = row(&practice, "SANSDRAPEAU").await;
    let headline = by_practice.headline.unwrap();
    assert_eq!((headline.label.as_str(), headline.value.as_str()), ("K", "7.9"));
    assert_eq!((headline.flag, headline.threshold.as_deref()), (Flag::CriticallyHigh, Some("> 6,2")));
    let result = opened(&practice, by_practice.id).await;
    assert_eq!(result.threshold.unwrap().sentence(), "critique — seuil du cabinet\u{a0}: K 7,9 > 6,2 mmol/L");
    assert_ne!(result.flag, Some(Flag::CriticallyHigh), "the laboratory's own word is what it was");
    // The laboratory's word is told apart, and the practice's stands beside it.
    let by_laboratory = row(&practice, "DRAPEAU").await;
    assert_eq!(by_laboratory.headline.unwrap().threshold, None);
    let result = opened(&practice, by_laboratory.id).await;
    assert!(result.flag == Some(Flag::CriticallyHigh) && result.threshold.is_some_and(|word| word.is_critical()));
    // Without a unit nothing is computed, and that is said.
    let unknown = row(&practice, "SANSUNITE").await;
    let word = opened(&practice, unknown.id).await.threshold.unwrap();
    assert_eq!(word.sentence(), "seuil du cabinet non calculé (K)\u{a0}: unité à vérifier");
    assert_eq!(opened(&practice, row(&practice, "NORMAL").await.id).await.threshold, None);
    assert_eq!(opened(&practice, row(&practice, "ANNULE").await.id).await.threshold, None);
    let counts = practice.core.handle(&practice.derek, GetCounts {}).await.unwrap();
    assert_eq!(counts.critical, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn dossiers_already_here_are_judged_again_and_only_the_practice_s_part_changes() {
    let practice = world().await;
    let id = row(&practice, "SANSDRAPEAU").await.id;
    // One that was dealt with is judged too.
    let limit = row(&practice, "LIMITE").await.id;
    practice.core.handle(&practice.derek, ValidateDossier { dossier: limit, validated: true }).await.unwrap();
    set(&practice, false, Some("6.2")).await.unwrap();
    assert_eq!(critical(&practice).await, ["DRAPEAU", "SANSDRAPEAU"], "nothing is judged inside the call");
    practice.core.judge_again().await.unwrap();
    assert_eq!(critical(&practice).await, ["DRAPEAU"], "the laboratory's word stands");
    let off = row(&practice, "SANSDRAPEAU").await;
    assert_eq!((off.id, off.urgency), (id, Urgency::Abnormal));
    assert_eq!(off.headline.unwrap().threshold, None);
    assert_eq!(opened(&practice, id).await.threshold, None);
    set(&practice, true, Some("5.5")).await.unwrap();
    practice.core.judge_again().await.unwrap();
    assert_eq!(critical(&practice).await, ["DRAPEAU", "SANSDRAPEAU"]);
    assert_eq!(row(&practice, "SANSDRAPEAU").await.headline.unwrap().threshold.as_deref(), Some("> 5,5"));
    let validated = rows(&practice, View::Validated).await;
    assert_eq!((validated[0].id, validated[0].urgency), (limit, Urgency::Critical));
    let all = practice.core.handle(&practice.derek, SetThreshold { row: "potassium".into(), setting: None }).await;
    assert!(all.unwrap().iter().all(|row| !row.is_changed()));
    practice.core.judge_again().await.unwrap();
    assert_eq!(rows(&practice, View::Validated).await[0].urgency, Urgency::Abnormal);
    let counts = practice.core.handle(&practice.derek, GetCounts {}).await.unwrap();
    assert_eq!(counts.critical, 2);
    let report = practice.core.handle(&practice.derek, VerifyJournal::default()).await.unwrap();
    assert_eq!(report.faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_before_all_is_judged_goes_on_when_it_begins_again() {
    let practice = world().await;
    set(&practice, false, Some("6.2")).await.unwrap();
    let place = practice::place(practice.folder.path());
    let practice = practice.reopened(place, Arc::new(bannette_core::SystemClock)).await;
    assert_eq!(critical(&practice).await, ["DRAPEAU", "SANSDRAPEAU"]);
    practice.core.judge_again().await.unwrap();
    assert_eq!(critical(&practice).await, ["DRAPEAU"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_change_thresholds_and_what_makes_no_sense_is_refused() {
    let practice = Practice::new().await;
    let (doctor, _) = practice.person("meredith", Role::Doctor).await;
    let all = practice.core.handle(&doctor, ListThresholds {}).await.unwrap();
    let potassium = all.iter().find(|row| row.row == "potassium").unwrap();
    assert_eq!(potassium.proposal.high.as_deref(), Some("6.2"));
    assert!(potassium.setting.on && !potassium.is_changed());
    let call = SetThreshold { row: "potassium".into(), setting: Some(ThresholdSetting::default()) };
    let refused = practice.core.handle(&doctor, call).await;
    assert_eq!(refused.unwrap_err(), Failure::NotAllowed { needs: Needs::Administrator });
    let invalid = |why| Failure::Invalid { field: Field::Threshold, why };
    assert_eq!(set(&practice, true, Some("beaucoup")).await.unwrap_err(), invalid(Why::Form));
    assert_eq!(set(&practice, true, Some("62")).await.unwrap_err(), invalid(Why::Implausible));
    assert_eq!(set(&practice, true, Some("2")).await.unwrap_err(), invalid(Why::Implausible));
    let call =
        SetThreshold { row: "potassium".into(), setting: Some(ThresholdSetting { on: true, low: None, high: None }) };
    assert_eq!(practice.core.handle(&practice.derek, call).await.unwrap_err(), invalid(Why::Empty));
    let call = SetThreshold { row: "kryptonite".into(), setting: None };
    assert_eq!(practice.core.handle(&practice.derek, call).await.unwrap_err(), invalid(Why::Unknown));
    // A decimal comma is what people type; what says the same as the proposal is the proposal.
    let set_high = set(&practice, true, Some("6,5")).await.unwrap();
    let potassium = |rows: &[ThresholdRow]| rows.iter().find(|row| row.row == "potassium").unwrap().clone();
    assert_eq!(potassium(&set_high).setting.high.as_deref(), Some("6.5"));
    assert!(potassium(&set_high).is_changed());
    assert!(!potassium(&set(&practice, true, Some("6,20")).await.unwrap()).is_changed());
}
