#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::{all, analyte_of, by_id, named_by, synonyms};
use crate::words::words;
use std::collections::BTreeSet;

fn of(label: &str) -> Option<&'static str> {
    analyte_of(label, None).map(|one| one.id)
}

#[test]
fn a_label_names_its_analyte_in_whatever_way_it_is_written() {
    for (label, id) in [
        ("Potassium", "potassium"),
        ("POTASSIUM (sérum)", "potassium"),
        ("KALIEMIE", "potassium"),
        ("K+", "potassium"),
        ("K (plasma)", "potassium"),
        ("Kaliémie (K)", "potassium"),
        ("Na+", "sodium"),
        ("Glycémie à jeun", "glucose"),
        ("Glucose Roche Cobas (hexokinase)", "glucose"),
        ("CRE'ATININE", "creatinine"),
        ("Créatinine enzymatique", "creatinine"),
        ("Hémoglobine", "hemoglobine"),
        ("Hb", "hemoglobine"),
        ("Hémoglobine (Hb)", "hemoglobine"),
        ("Hb A1c", "hemoglobine-glyquee"),
        ("Hémoglobine glyquée (HbA1c)", "hemoglobine-glyquee"),
        ("Concentration corpusculaire moyenne en hémoglobine", "ccmh"),
        ("Leucocytes (globules blancs)", "leucocytes"),
        ("Poly. Neutrophiles", "neutrophiles"),
        ("Polynucléaires neutrophiles", "neutrophiles"),
        ("γ-GT", "ggt"),
        ("Gamma GT", "ggt"),
        ("T.S.H.", "tsh"),
        ("TSH ultra-sensible", "tsh"),
        ("CRP", "crp"),
        ("Protéine C réactive", "crp"),
        ("Protéine C", "proteine-c"),
        ("Calcium corrigé par l’albumine", "calcium-corrige"),
        ("Calcium ionisé", "calcium-ionise"),
        ("Calcium", "calcium-total"),
        ("Temps de Quick INR", "inr"),
        ("INR", "inr"),
        ("Potassium urinaire", "potassium-urinaire"),
        ("Créatinine urinaire", "creatinine-urinaire"),
        ("Clairance de la créatinine", "dfg"),
        ("Transaminases ASAT (TGO)", "asat"),
        ("D-Dimères", "d-dimeres"),
        ("DDimères", "d-dimeres"),
        ("Troponine T hs", "troponine-t"),
        ("NFS : Hémoglobine", "hemoglobine"),
        ("NFS", "hemogramme"),
        ("β-HCG", "hcg"),
        ("bêta HCG", "hcg"),
        ("Anticorps anti-thyroglobuline", "anti-tg"),
        ("NT pro BNP", "nt-probnp"),
    ] {
        assert_eq!(of(label), Some(id), "{label}");
    }
}

#[test]
fn what_only_looks_like_an_analyte_is_none() {
    for label in [
        "",
        "Vitamine K",
        "Docteur K. EXEMPLE",
        "Hépatite A",
        "Hémoglobine A2",
        "Hémoglobine F",
        "Hémoglobine fœtale",
        "Hémoglobine réticulocytaire",
        "Glucose urinaire",
        "Glucose (LCR)",
        "Sodium liquide pleural",
        "Lithium érythrocytaire",
        "Magnésium globulaire",
        "Anticorps anti-plaquettes",
        "Rapport sodium/potassium",
        "Sodium et potassium",
        "TP INR",
        "Transaminases",
        "INR cible",
        "Potassium antérieur",
        "Potassium des 24 h",
        "Agrégats de plaquettes",
        "PC portable",
        "Na K ATPase",
    ] {
        assert_eq!(of(label), None, "{label}");
    }
}

#[test]
fn a_code_speaks_for_itself_until_the_label_contradicts_it() {
    let of = |label, code| analyte_of(label, Some(code)).map(|one| one.id);
    assert_eq!(of("Dosage 12", "2823-3"), Some("potassium"));
    assert_eq!(of("Potassium", " 2823-3 "), Some("potassium"));
    // The code says more than the label.
    assert_eq!(of("Potassium", "2828-2"), Some("potassium-urinaire"));
    assert_eq!(of("Calcium", "1995-0"), Some("calcium-ionise"));
    assert_eq!(of("TP INR", "6301-6"), Some("inr"));
    // The label says something else.
    assert_eq!(of("Sodium", "2823-3"), None);
    assert_eq!(of("Potassium urinaire", "2823-3"), None);
    assert_eq!(of("Glucose urinaire", "2345-7"), None);
    // A code of urine or of cerebrospinal fluid.
    for (label, code) in [
        ("Leucocytes", "5821-4"),
        ("Glucose", "2342-4"),
        ("Sodium", "2956-1"),
        ("Calcium", "17862-4"),
        ("Urée", "22705-8"),
    ] {
        assert_eq!(of(label, code), None, "{label}");
    }
    // A code that is not in the table says nothing.
    assert_eq!(of("Potassium", "99999-9"), Some("potassium"));
    assert_eq!(of("Dosage 12", "99999-9"), None);
}

#[test]
fn other_forms_of_an_analyte_are_not_the_analyte_and_its_abbreviations_are() {
    for label in [
        "Calcium ultrafiltrable",
        "Capacité de fixation du fer (CTF) sérum",
        "Capacité latente de fixation du fer",
        "Sodium U",
        "Potassium U",
        "Potassium (U)",
        "U - Sodium",
        "Créatinine miction",
        "Sodium sudoral",
        "Sodium (sueur)",
        "Métamyélocytes neutrophiles",
        "Myélocytes neutrophiles",
        "Promyélocytes neutrophiles",
        "Neutrophiles non segmentés",
        "Polynucléaires neutrophiles hypersegmentés",
        "Plaquettes réticulées",
        "Grandes plaquettes",
        "Plaquettes larges (P-LCC)",
        "Amas de plaquettes",
        "Plaquettes géantes",
        "Produits de dégradation du fibrinogène",
        "Glucose-6-phosphate déshydrogénase",
        "Hémoglobine plasmatique",
        "CPK MB",
        "Créatine kinase MB",
        "Test respiratoire à l’urée",
        "TCA témoin",
        "Protéines de Bence Jones",
    ] {
        let found = of(label);
        let blood = [
            "calcium-total",
            "calcium-ionise",
            "fer",
            "sodium",
            "potassium",
            "creatinine",
            "neutrophiles",
            "plaquettes",
            "fibrinogene",
            "glucose",
            "hemoglobine",
            "ck",
            "uree",
            "tca",
        ];
        assert!(!found.is_some_and(|id| blood.contains(&id)), "{label}: {found:?}");
    }
    for (label, id) in [
        ("Calcium ion", "calcium-ionise"),
        ("Calcium normalisé pH 7,4", "calcium-ionise"),
        ("Calcium actif", "calcium-ionise"),
        ("Calcium sérique ionisé", "calcium-ionise"),
        ("Calcium ionisé corrigé pH 7,4", "calcium-ionise"),
        ("Calcium sérique corrigé", "calcium-corrige"),
        ("Calcium sérique", "calcium-total"),
        ("Troponine", "troponine"),
        ("Troponine US", "troponine"),
        ("Troponine Ic", "troponine-i"),
        ("Troponine I", "troponine-i"),
        ("hs-cTnI", "troponine-i"),
        ("Troponine T us", "troponine-t"),
        ("Neutro", "neutrophiles"),
        ("P. Neutro", "neutrophiles"),
        ("P. Neutro.", "neutrophiles"),
        ("PN Neutrophiles", "neutrophiles"),
        ("Polynucléaires neutrophiles segmentés", "neutrophiles"),
        ("Potassium - index hémolyse", "potassium"),
        ("Potassium (indice d’hémolyse)", "potassium"),
        ("K+ (hémolysé)", "potassium"),
        ("Potassium (plasma héparinate de lithium)", "potassium"),
        ("Plaquettes sur citrate de sodium", "plaquettes"),
        ("Plaquettes corrigées", "plaquettes"),
        ("Leucocytes corrigés (érythroblastes)", "leucocytes"),
        ("Glucose (fluorure de sodium)", "glucose"),
        ("CK totales", "ck"),
        ("TCA malade/témoin", "tca"),
        ("TCA malade (ratio)", "tca"),
        ("Lipase (U/L)", "lipase"),
        ("GB (x10^9/L)", "leucocytes"),
        ("Valproate de sodium", "acide-valproique"),
        ("Taux d’hémoglobine", "hemoglobine"),
        ("Concentration des plaquettes", "plaquettes"),
    ] {
        assert_eq!(of(label), Some(id), "{label}");
    }
}

#[test]
fn a_word_is_looked_for_under_its_other_names() {
    for (typed, printed) in [
        ("NFS", "Hémogramme"),
        ("ecbu", "examen cytobactériologique des urines"),
        ("ECBU", "uroculture"),
        ("kaliémie", "Potassium"),
        ("k", "kaliémie"),
        ("TSH", "thyréostimuline"),
        ("globules blancs", "Leucocytes"),
        ("leucocyte", "globules blancs"),
        ("gamma-gt", "GGT"),
        ("transaminases", "TGO"),
        ("transaminases", "TGP"),
        ("hba1c", "Hémoglobine glyquée"),
        ("palu", "Plasmodium"),
        ("créat", "créatininémie"),
    ] {
        // An abbreviation that is not in the table finds nothing, and breaks nothing.
        let expected = typed != "palu";
        assert_eq!(synonyms(typed).contains(&printed), expected, "{typed} -> {:?}", synonyms(typed));
    }
    assert!(!synonyms("kaliémie").contains(&"K"), "initials of patients");
    assert!(synonyms("EXEMPLE").is_empty() && synonyms("").is_empty());
    assert!(named_by("potassium").iter().all(|one| one.id == "potassium"));
}

#[test]
fn the_table_holds_each_key_and_code_once_and_every_code_is_well_formed() {
    let mut ids = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for one in all() {
        assert!(ids.insert(one.id), "{} stands twice", one.id);
        assert_eq!(by_id(one.id), Some(one));
        for code in one.loinc {
            assert!(codes.insert(*code), "{code} stands twice");
            assert!(check_digit(code), "{code} of {} has a wrong check digit", one.id);
        }
        for form in one.printed.iter().chain(one.short) {
            assert!(!words(form).is_empty(), "{}: {form}", one.id);
        }
    }
    for code in super::elsewhere::CODES {
        assert!(codes.insert(*code), "{code} stands twice");
        assert!(check_digit(code), "{code} has a wrong check digit");
    }
    assert!(ids.len() > 150);
}

/// LOINC's check digit: Luhn's, from the right.
fn check_digit(code: &str) -> bool {
    let (number, digit) = code.split_once('-').unwrap();
    let doubled: String = number.chars().rev().step_by(2).collect::<Vec<_>>().into_iter().rev().collect();
    let others: String = number.chars().rev().skip(1).step_by(2).collect::<Vec<_>>().into_iter().rev().collect();
    let doubled = (doubled.parse::<u64>().unwrap() * 2).to_string();
    let sum: u32 = others.chars().chain(doubled.chars()).map(|one| one.to_digit(10).unwrap()).sum();
    digit == ((10 - sum % 10) % 10).to_string()
}
