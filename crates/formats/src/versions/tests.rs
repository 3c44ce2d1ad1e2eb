use super::*;
use crate::{Message, Source, read};
use bannette_api::report::{
    Document, Flag, LabResult, Party, Patient, PatientIdentifier, Report, ResultStatus, Section,
};
use proptest::prelude::*;

const PARTIAL: Option<ReportStatus> = Some(ReportStatus::Partial);
const COMPLETE: Option<ReportStatus> = Some(ReportStatus::Complete);
const CORRECTED: Option<ReportStatus> = Some(ReportStatus::Corrected);

/// Potassium 4,0 of Alice MODELE, sampled on 24 November at eight.
fn report() -> Report {
    Report {
        patient: Patient {
            used_name: Some("MODELE".to_owned()),
            first_name: Some("Alice".to_owned()),
            birth_date: Some("1957-03-14".to_owned()),
            ..Patient::default()
        },
        laboratory: Some(Party { name: Some("LABO DES TILLEULS".to_owned()), id: Some("LABTIL".to_owned()) }),
        number: Some("A250513068".to_owned()),
        sampled_at: Some("2025-11-24T08:00:00".to_owned()),
        reported_at: Some("2025-11-24T10:00:00".to_owned()),
        sections: vec![Section { results: vec![result("Potassium", "4.0")], ..Section::default() }],
        ..Report::default()
    }
}

fn result(label: &str, value: &str) -> LabResult {
    LabResult { label: label.to_owned(), value: Some(value.to_owned()), ..LabResult::default() }
}

fn message() -> Message {
    read(Source::Message, b"From: LABO <resultats@labo.test>\r\nTo: a@cabinet.test\r\nSubject: x\r\n\r\nx\r\n")
}

fn version(report: &Report) -> Version {
    Version { identity: identify(&message(), report), status: report.status }
}

fn changed(change: impl Fn(&mut Report)) -> Version {
    let mut report = report();
    change(&mut report);
    version(&report)
}

fn results_of(report: &mut Report) -> &mut Vec<LabResult> {
    &mut report.sections[0].results
}

/// As [`report`], written at this time, with these results.
fn written(at: &str, status: Option<ReportStatus>, results: &[(&str, &str)]) -> Version {
    changed(|report| {
        report.reported_at = Some(at.to_owned());
        report.status = status;
        *results_of(report) = results.iter().map(|(label, value)| result(label, value)).collect();
    })
}

fn document(sha256: &str) -> Document {
    Document { media_type: "application/pdf".to_owned(), sha256: sha256.to_owned(), ..Document::default() }
}

#[test]
fn partial_then_complete_then_corrected_in_any_order_of_arrival() {
    let partial = written("2025-11-24T10:00:00", PARTIAL, &[("Potassium", "4.0")]);
    let complete = written("2025-11-24T12:00:00", COMPLETE, &[("Potassium", "4.0"), ("Sodium", "139")]);
    let corrected = written("2025-11-24T14:00:00", CORRECTED, &[("Potassium", "4.4"), ("Sodium", "139")]);
    let all = [&partial, &complete, &corrected];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1], [1, 0, 2], [0, 2, 1]] {
        let arrived: Vec<Version> = order.iter().map(|at| all[*at].clone()).collect();
        let newest = order.iter().position(|at| *at == 2);
        let standing = stand(&arrived, &[]);
        for (at, one) in standing.iter().enumerate() {
            assert_eq!(one.replaced_by, newest.filter(|newest| *newest != at), "{order:?}");
        }
    }
}

#[test]
fn a_correction_does_not_close_a_number() {
    let corrected = written("2025-11-24T14:00:00", CORRECTED, &[("Potassium", "4.0")]);
    let later = written("2025-11-25T09:00:00", COMPLETE, &[("Potassium", "7.2")]);
    assert_eq!(relate(&later, &corrected), Relation::Replaces);
    let older = written("2025-11-24T13:00:00", CORRECTED, &[("Potassium", "7.2")]);
    assert_eq!(relate(&older, &corrected), Relation::ReplacedBy);
}

#[test]
fn preliminary_results_replace_no_final_ones() {
    let complete = written("2025-11-24T12:00:00", COMPLETE, &[("Potassium", "4.0")]);
    let reopened = changed(|report| {
        report.reported_at = Some("2025-11-25T09:00:00".to_owned());
        report.status = PARTIAL;
        results_of(report)[0].value = Some("7.2".to_owned());
        results_of(report)[0].status = Some(ResultStatus::Preliminary);
    });
    assert_eq!(relate(&reopened, &complete), Relation::MayBelongTogether);
}

#[test]
fn all_results_must_be_there_again() {
    let both = written("2025-11-24T10:00:00", None, &[("Sodium", "139"), ("Troponine", "3")]);
    let less = written("2025-11-24T12:00:00", COMPLETE, &[("Sodium", "139")]);
    assert_eq!(relate(&less, &both), Relation::MayBelongTogether);
    let corrected = written("2025-11-24T12:00:00", CORRECTED, &[("Sodium", "141")]);
    assert_eq!(relate(&corrected, &both), Relation::MayBelongTogether, "the troponin would be seen by nobody");
    // One analyte twice is two results.
    let twice = written("2025-11-24T10:00:00", None, &[("Sodium", "139"), ("Sodium", "128")]);
    assert_eq!(relate(&less, &twice), Relation::MayBelongTogether);
    let words = changed(|report| {
        report.sections.clear();
        report.text = Some("Culture stérile".to_owned());
    });
    assert_eq!(relate(&less, &words), Relation::MayBelongTogether);
}

#[test]
fn one_analyte_of_another_specimen_time_or_chapter_is_another_result() {
    let old = changed(|_| {});
    for change in [
        (|report: &mut Report| results_of(report)[0].sub_id = Some("T120".to_owned())) as fn(&mut Report),
        |report| results_of(report)[0].specimen = Some("Urine".to_owned()),
        |report| results_of(report)[0].observed_at = Some("2025-11-24T09:00:00".to_owned()),
        |report| report.sections[0].title = Some("Urines".to_owned()),
        |report| results_of(report)[0].code = Some("2828-2".to_owned()),
    ] {
        let other = changed(|report| {
            report.reported_at = Some("2025-11-24T12:00:00".to_owned());
            change(report);
        });
        assert_eq!(relate(&other, &old), Relation::MayBelongTogether);
    }
}

#[test]
fn another_laboratory_or_patient_or_sampling_has_nothing_to_do_with_it() {
    let old = changed(|_| {});
    for (change, what) in [
        (
            (|report| report.laboratory = Some(Party { name: Some("LABO DU PONT".to_owned()), id: None }))
                as fn(&mut Report),
            "laboratory",
        ),
        (|report| report.patient.birth_date = Some("1957-03-15".to_owned()), "birth date"),
        (|report| report.sampled_at = Some("2025-11-24T10:00:00".to_owned()), "sampling"),
        (|report| report.sampled_at = Some("2024-11-24T08:00:00".to_owned()), "last year's number"),
    ] {
        let other = changed(|report| {
            report.reported_at = Some("2025-11-24T12:00:00".to_owned());
            change(report);
        });
        assert_eq!(relate(&other, &old), Relation::Unrelated, "{what}");
    }
}

#[test]
fn what_is_not_shown_is_not_believed() {
    let old = changed(|_| {});
    for change in [
        (|report: &mut Report| report.patient.used_name = Some("EXEMPLE".to_owned())) as fn(&mut Report),
        |report| report.patient.first_name = Some("Alix".to_owned()),
        |report| report.patient.used_name = None,
        |report| report.laboratory = None,
    ] {
        let other = changed(|report| {
            report.reported_at = Some("2025-11-24T12:00:00".to_owned());
            report.status = CORRECTED;
            change(report);
        });
        assert_eq!(relate(&other, &old), Relation::MayBelongTogether);
    }
    let numbered = |number: &str| {
        changed(|report| {
            let value = number.to_owned();
            report.patient.identifiers = vec![PatientIdentifier { value, authority: None }];
            report.reported_at = Some(format!("2025-11-24T1{}:00:00", number.len()));
        })
    };
    assert_eq!(relate(&numbered("7002x"), &numbered("7001")), Relation::MayBelongTogether);
}

#[test]
fn a_strangers_mail_does_not_speak_for_the_laboratory() {
    let old = changed(|_| {});
    let mut forged = written("2025-11-24T12:00:00", CORRECTED, &[("Potassium", "4.1")]);
    assert_eq!(relate(&forged, &old), Relation::Replaces);
    forged.identity.facts.sender = Some("envoi@inconnu.test".to_owned());
    assert_eq!(relate(&forged, &old), Relation::MayBelongTogether);
    forged.identity.facts.sender = None;
    assert_eq!(relate(&forged, &old), Relation::MayBelongTogether, "a file that somebody laid there");
}

#[test]
fn without_a_sampling_only_the_laboratorys_word_changes_a_final_value() {
    let file = |day: &str, number: &str, status, value: &str| {
        changed(|report| {
            report.sampled_at = None;
            report.number = Some(number.to_owned());
            report.reported_at = Some(day.to_owned());
            report.status = status;
            results_of(report)[0].value = Some(value.to_owned());
        })
    };
    let first = file("2025-11-24", "A250513068", None, "13.4");
    assert_eq!(relate(&file("2025-11-24", "A250513068", None, "5.6"), &first), Relation::MayBelongTogether);
    assert_eq!(relate(&file("2025-11-25", "A250513068", None, "5.6"), &first), Relation::MayBelongTogether);
    assert_eq!(relate(&file("2025-11-25", "A250513068", CORRECTED, "5.6"), &first), Relation::Replaces);
    assert_eq!(relate(&file("2026-11-25", "A250513068", CORRECTED, "5.6"), &first), Relation::Unrelated);
    let daily = file("2025-11-20", "0017", None, "7.4");
    assert_eq!(relate(&file("2025-11-27", "0017", None, "4.1"), &daily), Relation::Unrelated);
    assert_eq!(relate(&file("2025-11-21", "0017", CORRECTED, "4.1"), &daily), Relation::Unrelated);
    assert_eq!(relate(&file("2025-11-20", "0017", None, "4.1"), &daily), Relation::MayBelongTogether);
}

#[test]
fn documents_count() {
    let with = |documents: &[&str], status, at: &str| {
        changed(|report| {
            report.documents = documents.iter().map(|one| document(one)).collect();
            report.status = status;
            report.reported_at = Some(at.to_owned());
        })
    };
    let (ten, noon) = ("2025-11-24T10:00:00", "2025-11-24T12:00:00");
    let (one, none) = (with(&["a"], None, ten), with(&[], None, ten));
    assert!(one.identity.is_repeated_by(&one.identity) && one.identity.is_repeated_by(&none.identity));
    assert!(!none.identity.is_repeated_by(&one.identity), "the document is new");
    let other = with(&["b"], None, ten);
    assert!(!one.identity.is_repeated_by(&other.identity));
    assert_eq!(relate(&with(&["a", "b"], None, ten), &one), Relation::Replaces);
    assert_eq!(relate(&other, &one), Relation::MayBelongTogether);
    assert_eq!(relate(&with(&["b"], None, noon), &one), Relation::MayBelongTogether, "an antibiogram, perhaps");
    assert_eq!(relate(&with(&["b"], CORRECTED, noon), &one), Relation::Replaces);
    assert_eq!(relate(&with(&[], CORRECTED, noon), &one), Relation::MayBelongTogether);
    assert_eq!(relate(&with(&["b"], COMPLETE, noon), &with(&["a"], PARTIAL, ten)), Relation::Replaces);
    let mut two = [one.identity.clone(), one.identity];
    two[1].document = Some("1.2.3".to_owned());
    assert!(!two[0].is_repeated_by(&two[1]));
}

#[test]
fn a_document_that_the_laboratory_replaces_in_any_order() {
    let document = |id: &str, replaces: Option<&str>, at: &str| {
        changed(|report| {
            report.number = None;
            report.sections.clear();
            report.id = Some(id.to_owned());
            report.replaces = replaces.map(str::to_owned);
            report.reported_at = Some(at.to_owned());
        })
    };
    let one = document("1", None, "2025-11-24T10:00:00");
    let two = document("2", Some("1"), "2025-11-25T10:00:00");
    let three = document("3", Some("2"), "2025-11-26T10:00:00");
    let standing = stand(&[three.clone(), one.clone(), two.clone()], &[]);
    let ends: Vec<_> = standing.iter().map(|one| one.replaced_by).collect();
    assert_eq!(ends, [None, Some(0), Some(0)]);
    // The laboratory contradicts itself: older than what it replaces, in a circle.
    let older = document("2", Some("1"), "2025-11-23T10:00:00");
    assert_eq!(relate(&older, &one), Relation::MayBelongTogether);
    let circle = [document("1", Some("2"), "2025-11-25T10:00:00"), two];
    assert_eq!(stand(&circle, &[]).iter().filter(|one| one.replaced_by.is_some()).count(), 0);
}

#[test]
fn what_is_taken_back_is_taken_back_by_name() {
    let old = written("2025-11-24T10:00:00", None, &[("Potassium", "7.2")]);
    let withdrawn = changed(|report| {
        report.reported_at = Some("2025-11-24T12:00:00".to_owned());
        results_of(report)[0].value = Some("7.2".to_owned());
        results_of(report)[0].status = Some(ResultStatus::Cancelled);
    });
    assert_eq!(relate(&withdrawn, &old), Relation::Replaces);
    // What was withdrawn, and is said anew, is a result again.
    let again = written("2025-11-24T14:00:00", None, &[("Potassium", "7.1")]);
    assert_eq!(relate(&again, &withdrawn), Relation::Replaces);
}

#[test]
fn a_persons_word_counts_more_also_for_what_comes_later() {
    let t0 = written("2025-11-24T10:00:00", None, &[("Glycemie", "13.4")]);
    let t120 = written("2025-11-24T12:00:00", None, &[("Glycemie", "5.6")]);
    let versions = [t0, t120];
    assert_eq!(stand(&versions, &[])[0].replaced_by, Some(1));
    let apart = stand(&versions, &[Choice::Apart(0, 1)]);
    assert!(apart.iter().all(|one| one.replaced_by.is_none() && one.beside.is_empty()));
    let complete = written("2025-11-24T14:00:00", COMPLETE, &[("Glycemie", "5.6")]);
    let [t0, t120] = versions;
    let three = [t0, t120, complete];
    let later = stand(&three, &[Choice::Apart(0, 1)]);
    assert!(later.iter().all(|one| one.replaced_by.is_none()), "nobody knows to which of the two it belongs");
    assert_eq!(later[2].beside, [0, 1]);
    let decided = stand(&three, &[Choice::Apart(0, 1), Choice::Joined(2, 1), Choice::Apart(0, 2)]);
    assert_eq!((decided[0].replaced_by, decided[1].replaced_by), (None, Some(2)));
}

#[test]
fn reports_that_are_held_against_one_another() {
    let chain = |change: fn(&mut Report)| changed(change).identity.chain;
    let one = chain(|_| {});
    assert!(one.is_some());
    assert_eq!(one, chain(|report| report.patient.first_name = Some("ALICE MARIE".to_owned())));
    assert_ne!(one, chain(|report| report.patient.birth_date = Some("1958-03-14".to_owned())));
    for change in [
        (|report: &mut Report| report.number = None) as fn(&mut Report),
        |report| report.number = Some("12".to_owned()),
        |report| report.patient.birth_date = None,
        |report| report.patient.first_name = Some(" ".to_owned()),
    ] {
        assert_eq!(chain(change), None, "it stands alone");
    }
}

fn any_report() -> impl Strategy<Value = Report> {
    let pick = |many: &'static [&'static str]| prop::sample::select(many);
    let results = (pick(&["Sodium", "Potassium", "CRP"]), pick(&["1", "2", "7"]), 0u8..5, pick(&["", "T0", "T120"]));
    let names =
        (pick(&["MODELE", "EXEMPLE"]), pick(&["Alice", "Alice Marie", "Alix"]), pick(&["1957-03-14", "1957-03-15"]));
    let times = (
        pick(&["", "2025-11-24", "2025-11-24T08:00:00", "2025-11-24T10:00:00", "2024-11-24T08:00:00"]),
        pick(&["", "2025-11-24", "2025-11-24T12:00:00", "2025-11-25T09:00:00"]),
    );
    let rest =
        (pick(&["A", "B", ""]), pick(&["A250513068", "0017"]), 0u8..5, pick(&["", "1", "2"]), pick(&["", "1", "2"]));
    let documents = prop::collection::vec(pick(&["a", "b"]), 0..2);
    (prop::collection::vec(results, 0..4), names, times, rest, documents).prop_map(
        |(
            results,
            (family, first, birth),
            (sampled, reported),
            (laboratory, number, status, id, replaces),
            documents,
        )| {
            let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let status = [None, PARTIAL, COMPLETE, CORRECTED, Some(ReportStatus::Cancelled)][usize::from(status)];
            let results = results.into_iter().map(|(label, value, rank, sub)| LabResult {
                sub_id: said(sub),
                flag: (value == "7").then_some(Flag::CriticallyHigh),
                status: [
                    None,
                    Some(ResultStatus::Final),
                    Some(ResultStatus::Preliminary),
                    Some(ResultStatus::Corrected),
                    Some(ResultStatus::Cancelled),
                ][usize::from(rank)],
                ..result(label, value)
            });
            Report {
                patient: Patient {
                    used_name: said(family),
                    first_name: said(first),
                    birth_date: said(birth),
                    ..Patient::default()
                },
                laboratory: said(laboratory).map(|name| Party { name: Some(name), id: None }),
                number: said(number),
                sampled_at: said(sampled),
                reported_at: said(reported),
                status,
                id: said(id),
                replaces: said(replaces),
                sections: vec![Section { results: results.collect(), ..Section::default() }],
                documents: documents.iter().map(|one| document(one)).collect(),
                ..Report::default()
            }
        },
    )
}

/// What every decision must keep: whoever reads the version that stands in the place of another sees each of its results,
/// the same or named with another value, of the same laboratory and patient.
fn shows_all(new: &Version, old: &Version) -> bool {
    let named = new.identity.replaces.is_some() && new.identity.replaces == old.identity.document;
    let (facts, others) = (&new.identity.facts, &old.identity.facts);
    let results = old.identity.measured.iter().all(|one| new.identity.measured.iter().any(|two| two.what == one.what));
    (named || results)
        && facts.laboratory == others.laboratory
        && facts.birth_date == others.birth_date
        && facts.family_names == others.family_names
}

/// How many practices are tried; `PROPTEST_CASES` says more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn no_result_disappears(reports in prop::collection::vec(any_report(), 1..7)) {
        let versions: Vec<Version> = reports.iter().map(version).collect();
        let standing = stand(&versions, &[]);
        prop_assert!(standing.iter().any(|one| one.replaced_by.is_none()));
        for (old, one) in versions.iter().zip(&standing) {
            if let Some(new) = one.replaced_by {
                prop_assert!(standing[new].replaced_by.is_none(), "what stands in its place stands");
                let shown = shows_all(&versions[new], old);
                // Or it is named by one that is replaced itself.
                let by_documents = versions.iter().any(|other| other.identity.replaces.is_some());
                prop_assert!(shown || by_documents);
            }
        }
    }

    #[test]
    fn the_order_of_arrival_decides_nothing(
        (reports, order) in prop::collection::vec(any_report(), 1..6)
            .prop_flat_map(|reports| {
                let places: Vec<usize> = (0..reports.len()).collect();
                (Just(reports), Just(places).prop_shuffle())
            })
    ) {
        let versions: Vec<Version> = reports.iter().map(version).collect();
        let shuffled: Vec<Version> = order.iter().map(|at| versions[*at].clone()).collect();
        let (one, other) = (stand(&versions, &[]), stand(&shuffled, &[]));
        for (at, place) in order.iter().enumerate() {
            prop_assert_eq!(other[at].replaced_by.is_some(), one[*place].replaced_by.is_some());
        }
    }

    #[test]
    fn the_decision_looks_the_same_from_both_sides(one in any_report(), other in any_report()) {
        let (one, other) = (version(&one), version(&other));
        let mirrored = match relate(&other, &one) {
            Relation::Replaces => Relation::ReplacedBy,
            Relation::ReplacedBy => Relation::Replaces,
            same => same,
        };
        prop_assert_eq!(relate(&one, &other), mirrored);
    }

    /// A practice to which reports come in any order, repeated, of two laboratories, on patients with like names, with other
    /// documents: after each arrival every result ever received is in a report that stands, or named by the one that stands
    /// in its place; and every document is there, or its report stands in the place of a partial or corrected one.
    #[test]
    fn whatever_arrives_is_seen(
        reports in prop::collection::vec(any_report(), 1..6),
        arrivals in prop::collection::vec((0usize..6, 0u8..2), 1..12),
    ) {
        let mut known: Vec<(Version, Report)> = Vec::new();
        let mut received: Vec<(usize, Report)> = Vec::new();
        for (which, document) in arrivals {
            let mut report = reports[which % reports.len()].clone();
            if document == 1 {
                report.documents.clear();
            }
            let version = version(&report);
            let chain = version.identity.chain;
            let same = chain.and_then(|_| {
                let same = |(known, _): &(Version, Report)| {
                    known.identity.chain == chain && known.identity.is_repeated_by(&version.identity)
                };
                known.iter().position(same)
            });
            let at = same.unwrap_or(known.len());
            if same.is_none() {
                known.push((version, report.clone()));
            }
            received.push((at, report));
            let versions: Vec<Version> = known.iter().map(|(version, _)| version.clone()).collect();
            let standing = stand(&versions, &[]);
            for (at, report) in &received {
                let Some(end) = standing[*at].replaced_by else {
                    // It is shown itself: all of it must be in the dossier that stands for it.
                    let own = &known[*at].1;
                    prop_assert_eq!(&own.sections, &report.sections);
                    prop_assert!(report.documents.iter().all(|one| own.documents.contains(one)));
                    continue;
                };
                prop_assert!(standing[end].replaced_by.is_none());
                let end = &versions[end].identity;
                let named = |one: &Measured| end.measured.iter().any(|other| other.what == one.what);
                let by_documents = versions.iter().any(|one| one.identity.replaces.is_some());
                prop_assert!(versions[*at].identity.measured.iter().all(named) || by_documents);
            }
        }
    }
}

/// The laboratory's word counts for the results that bear it: what changed beside them may be another sampling.
#[test]
fn a_corrected_result_takes_no_other_result_along() {
    let untimed = |results: &[(&str, &str, Option<ResultStatus>)], at: &str| {
        changed(|report| {
            report.sampled_at = None;
            report.reported_at = Some(at.to_owned());
            report.status = CORRECTED.filter(|_| results.iter().any(|one| one.2 == Some(ResultStatus::Corrected)));
            *results_of(report) = results
                .iter()
                .map(|(label, value, status)| LabResult { status: *status, ..result(label, value) })
                .collect();
        })
    };
    let (fin, cor) = (Some(ResultStatus::Final), Some(ResultStatus::Corrected));
    let old = untimed(&[("Glucose", "28", fin), ("Insuline", "30", fin)], "2025-11-24");
    for (glucose, wanted) in
        [(("Glucose", "5.6", fin), Relation::MayBelongTogether), (("Glucose", "5.6", cor), Relation::Replaces)]
    {
        assert_eq!(relate(&untimed(&[glucose, ("Insuline", "12", cor)], "2025-11-25"), &old), wanted, "{glucose:?}");
    }
    let same = untimed(&[("Glucose", "28", fin), ("Insuline", "12", cor)], "2025-11-25");
    assert_eq!(relate(&same, &old), Relation::Replaces, "all others are as they were");
}

#[test]
fn what_is_said_in_words_leaves_by_the_laboratorys_word_alone() {
    let with = |text: &str, comment: &str, status, at: &str| {
        changed(|report| {
            report.text = Some(text.to_owned());
            report.sections[0].comment = Some(comment.to_owned()).filter(|comment| !comment.is_empty());
            report.status = status;
            report.reported_at = Some(at.to_owned());
        })
    };
    let (ten, noon) = ("2025-11-24T10:00:00", "2025-11-24T12:00:00");
    let positive = "Compte rendu édité le 24/11/2025 à 10:00\nHémoculture aérobie : positive\nStaphylococcus aureus";
    let old = with(positive, "", COMPLETE, ten);
    assert_eq!(relate(&with("", "", COMPLETE, noon), &old), Relation::MayBelongTogether);
    assert_eq!(relate(&with("", "", CORRECTED, noon), &old), Relation::Replaces);
    let repeated = format!("{}\nAntibiogramme joint", positive.replace("10:00", "12:00"));
    assert_eq!(relate(&with(&repeated, "", COMPLETE, noon), &old), Relation::Replaces, "its hour is no word");
    // The words of work under way.
    let partial = with("Culture en cours", "Cocci à Gram positif", PARTIAL, ten);
    assert_eq!(relate(&with("Culture stérile", "", COMPLETE, noon), &partial), Relation::Replaces);
    let comment = with("", "Cocci à Gram positif en amas", COMPLETE, ten);
    assert_eq!(relate(&with("", "", COMPLETE, noon), &comment), Relation::MayBelongTogether);
    // A titre is no hour, and no number of a result a day.
    let titre = with("Anticorps 1:80, puis 4.10", "", COMPLETE, ten);
    assert_eq!(relate(&with("", "", COMPLETE, noon), &titre), Relation::MayBelongTogether);
}

#[test]
fn midnight_is_a_day_and_zeroes_in_front_make_no_long_number() {
    let at = |sampled: &str, reported: &str, value: &str| {
        changed(|report| {
            report.sampled_at = Some(sampled.to_owned());
            report.reported_at = Some(reported.to_owned());
            results_of(report)[0].value = Some(value.to_owned());
        })
    };
    for (sampled, wanted) in [
        ("2025-11-24T00:00:00+01:00", Relation::MayBelongTogether),
        ("2025-11-24T00:00:00", Relation::MayBelongTogether),
        ("2025-11-24T00:01:00+01:00", Relation::Replaces),
    ] {
        let old = at(sampled, "2025-11-24T09:00:00+01:00", "28");
        assert_eq!(relate(&at(sampled, "2025-11-24T10:00:00+01:00", "5.6"), &old), wanted, "{sampled}");
    }
    let preliminary = |number: &str, at: &str, value: &str, status| {
        changed(|report| {
            report.sampled_at = None;
            report.number = Some(number.to_owned());
            report.reported_at = Some(at.to_owned());
            results_of(report)[0] = LabResult { status: Some(status), ..result("Potassium", value) };
        })
    };
    let then = |number, day| {
        let old = preliminary(number, "2025-11-24", "7.9", ResultStatus::Preliminary);
        relate(&preliminary(number, day, "4.1", ResultStatus::Final), &old)
    };
    assert_eq!(then("000017", "2026-01-20"), Relation::Unrelated);
    assert_eq!(then("A250513068", "2026-01-20"), Relation::MayBelongTogether, "too long after");
    assert_eq!(then("A250513068", "2025-11-28"), Relation::Replaces);
}

#[test]
fn one_code_with_two_names_is_no_laboratory() {
    let named = |name: &str, at: &str| {
        changed(|report| {
            report.laboratory = Some(Party { name: Some(name.to_owned()), id: Some("LABO".to_owned()) });
            report.status = CORRECTED;
            report.reported_at = Some(at.to_owned());
        })
    };
    let old = named("LABO DES TILLEULS", "2025-11-24T10:00:00");
    assert_eq!(relate(&named("LABO DES ERABLES", "2025-11-24T12:00:00"), &old), Relation::MayBelongTogether);
    assert_eq!(relate(&named("LABO DES TILLEULS", "2025-11-24T12:00:00"), &old), Relation::Replaces);
}

#[test]
fn what_a_person_said_holds_over_versions_between_and_against_circles() {
    let day = |at: &str, status, results: &[(&str, &str)]| {
        let mut one = written(at, status, results);
        one.identity.facts.sampled_at = None;
        one
    };
    let a = day("2025-11-24T08:30:00", COMPLETE, &[("Potassium", "7.2")]);
    let b = day("2025-11-24T09:00:00", CORRECTED, &[("Potassium", "4.0")]);
    let c = day("2025-11-24T09:30:00", COMPLETE, &[("Potassium", "7.2"), ("Sodium", "140")]);
    let d = day("2025-11-25T09:00:00", CORRECTED, &[("Potassium", "4.1"), ("Sodium", "141")]);
    let all = [a.clone(), b.clone(), c, d];
    let standing = stand(&all, &[Choice::Apart(0, 1)]);
    let ends: Vec<_> = standing.iter().map(|one| one.replaced_by).collect();
    assert_eq!(ends, [Some(2), None, None, None], "the last one would speak for both, over another version");
    // The rules say that the last one stands; a person says that the first one does.
    let last = day("2025-11-25T09:00:00", CORRECTED, &[("Potassium", "4.0")]);
    let standing = stand(&[a, b, last], &[Choice::Joined(0, 2)]);
    assert_eq!(standing[2].replaced_by, Some(0));
    assert_eq!(standing[0].replaced_by, None);
}
