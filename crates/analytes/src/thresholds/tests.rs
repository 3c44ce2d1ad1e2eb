#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::units::{Unit, unit};
use super::*;
use proptest::prelude::*;
use rust_decimal::Decimal;

const ADULT: Person<'static> = Person { birth_date: Some("1950-03-01"), sex: Some("F") };

fn result<'a>(label: &'a str, value: &'a str, unit: &'a str) -> Measured<'a> {
    Measured { label, value, unit: Some(unit), sampled_at: Some("2026-11-30T08:10:00"), ..Measured::default() }
}

fn said(result: &Measured<'_>, person: Person<'_>) -> String {
    match Thresholds::default().judge(result, person) {
        Outcome::Nothing => "-".to_owned(),
        Outcome::UnitUnknown(row) => format!("? {}", row.id),
        Outcome::Critical(verdict) => {
            let sign = match (verdict.direction, verdict.inclusive) {
                (Direction::Below, false) => "<",
                (Direction::Below, true) => "<=",
                (Direction::Above, false) => ">",
                (Direction::Above, true) => ">=",
            };
            format!("{} {sign} {}", verdict.row.id, verdict.bound.normalize())
        }
    }
}

pub(super) fn adult(label: &str, value: &str, unit: &str) -> String {
    said(&result(label, value, unit), ADULT)
}

fn verdict(result: &Measured<'_>, person: Person<'_>) -> Verdict {
    match Thresholds::default().judge(result, person) {
        Outcome::Critical(verdict) => *verdict,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_value_beyond_its_threshold_is_critical_and_one_on_it_is_not() {
    assert_eq!(adult("Potassium", "7.9", "mmol/L"), "potassium > 6.2");
    assert_eq!(adult("Potassium", "6.2", "mmol/L"), "-");
    assert_eq!(adult("Potassium", "6.20000000001", "mmol/L"), "potassium > 6.2");
    assert_eq!(adult("Potassium", "2.8", "mmol/L"), "-");
    assert_eq!(adult("Potassium", "2.79", "mEq/L"), "potassium < 2.8");
    // A limit that is critical itself.
    assert_eq!(adult("TCA", "100", "s"), "tca-secondes >= 100");
    assert_eq!(adult("TCA", "99.9", "s"), "-");
    assert_eq!(adult("Potassium", "Hémolysé", "mmol/L"), "-");
    assert_eq!(adult("Cholestérol total", "99", "g/L"), "-", "no threshold");
}

#[test]
fn giga_and_gram_are_told_apart_by_what_is_measured_and_never_by_a_capital() {
    for unit in ["G/L", "g/L", "g/l", "G/l", "Giga/L", "10^9/L", "10*3/uL", "10³/mm³"] {
        assert_eq!(adult("Plaquettes", "12", unit), "plaquettes < 30", "{unit}");
        assert_eq!(adult("Plaquettes", "250", unit), "-", "{unit}");
    }
    for unit in ["g/L", "G/L"] {
        assert_eq!(adult("Fibrinogène", "0.8", unit), "fibrinogene < 1", "{unit}");
        assert_eq!(adult("Fibrinogène", "3.1", unit), "-", "{unit}");
        assert_eq!(adult("Glycémie", "4.60", unit), "glucose > 25", "{unit}");
    }
    // What can only be a count is not grams.
    assert_eq!(adult("Fibrinogène", "0.8", "10^9/L"), "? fibrinogene");
}

#[test]
fn haemoglobin_is_judged_in_the_unit_that_is_written_and_in_no_other() {
    assert_eq!(adult("Hémoglobine", "6.9", "g/dL"), "hemoglobine < 7");
    assert_eq!(adult("Hémoglobine", "69", "g/L"), "hemoglobine < 7");
    assert_eq!(adult("Hémoglobine", "6.9", "g/100 mL"), "hemoglobine < 7");
    assert_eq!(adult("Hémoglobine", "4.2", "mmol/L"), "hemoglobine < 7");
    assert_eq!(adult("Hémoglobine", "13.4", "g/dL"), "-");
    assert_eq!(adult("Hémoglobine", "134", "g/L"), "-");
    assert_eq!(adult("Hémoglobine", "8.3", "mmol/L"), "-");
    // Grams per decilitre that are called grams per litre, and the other way.
    assert_eq!(adult("Hémoglobine", "13.4", "g/L"), "? hemoglobine");
    assert_eq!(adult("Hémoglobine", "134", "g/dL"), "? hemoglobine");
    assert_eq!(adult("Hémoglobine", "6.9", ""), "? hemoglobine");
}

#[test]
fn glucose_is_normal_in_one_unit_and_a_coma_in_the_other() {
    assert_eq!(adult("Glycémie à jeun", "4.6", "mmol/L"), "-");
    assert_eq!(adult("Glycémie à jeun", "4.6", "g/L"), "glucose > 25");
    assert_eq!(adult("Glycémie à jeun", "0.40", "g/L"), "glucose < 2.5");
    assert_eq!(adult("Glycémie à jeun", "460", "mg/dL"), "glucose > 25");
    assert_eq!(adult("Glycémie à jeun", "4.6", ""), "? glucose");
    assert_eq!(adult("Glycémie à jeun", "90", "g/L"), "? glucose");
}

#[test]
fn tenfold_and_hundredfold_units_are_converted() {
    assert_eq!(adult("Créatinine", "41", "mg/L"), "creatinine > 354");
    assert_eq!(adult("Créatinine", "40", "mg/L"), "-");
    assert_eq!(adult("Créatinine", "4.1", "mg/dL"), "creatinine > 354");
    assert_eq!(adult("Créatinine", "360", "µmol/L"), "creatinine > 354");
    assert_eq!(adult("Créatinine", "80", "µmol/L"), "-");
    assert_eq!(adult("Calcium", "100", "mg/L"), "-");
    assert_eq!(adult("Calcium", "145", "mg/L"), "calcium-total > 3.5");
    assert_eq!(adult("Calcium", "14.5", "mg/dL"), "calcium-total > 3.5");
    assert_eq!(adult("Calcium", "2.5", "mmol/L"), "-");
    assert_eq!(adult("Calcium", "100", "mmol/L"), "? calcium-total");
    assert_eq!(adult("Calcium", "10", "mg/L"), "? calcium-total");
    assert_eq!(adult("Urée", "1.9", "g/L"), "uree > 30");
    assert_eq!(adult("pCO2", "10", "kPa"), "pco2 > 67");
    assert_eq!(adult("Digoxine", "3.1", "nmol/L"), "digoxine > 2.3");
    assert_eq!(adult("Digoxine", "2.4", "ng/mL"), "digoxine > 2.3");
}

#[test]
fn a_printed_bound_judges_troponin_and_enzymes() {
    let with =
        |label, value, unit, high| said(&Measured { printed: (None, Some(high)), ..result(label, value, unit) }, ADULT);
    assert_eq!(with("Troponine T hs", "20", "ng/L", "14"), "troponine-t > 14");
    assert_eq!(with("Troponine T hs", "20", "ng/L", "50"), "-", "the laboratory's own bound");
    assert_eq!(with("Troponine T hs", "0.060", "µg/L", "0.050"), "troponine-t > 50");
    assert_eq!(with("Troponine T hs", "60", "pg/mL", "50"), "troponine-t > 50");
    assert_eq!(with("ALAT", "700", "UI/L", "40"), "alat > 600");
    assert_eq!(with("ALAT", "500", "UI/L", "40"), "-");
    assert_eq!(adult("ALAT", "700", "U/L"), "-", "no bound: the number");
    assert_eq!(adult("Troponine T", "15", "ng/L"), "troponine-t > 14");
    let man = Person { sex: Some("M"), ..ADULT };
    assert_eq!(said(&result("Troponine I", "20", "ng/L"), man), "-");
    assert_eq!(said(&result("Troponine I", "20", "ng/L"), ADULT), "troponine-i-femme > 16");
}

#[test]
fn cells_in_a_cubic_millimetre_are_counted_in_thousands_there_alone() {
    for value in ["1 200", "1.200", "1200"] {
        assert_eq!(adult("Leucocytes", value, "/mm3"), "leucocytes < 2", "{value}");
    }
    for value in ["7 200", "7.200", "7200"] {
        assert_eq!(adult("Leucocytes", value, "/µL"), "-", "{value}");
    }
    assert_eq!(adult("Leucocytes", "1.200", "G/L"), "leucocytes < 2");
    assert_eq!(adult("Leucocytes", "7.200", "10^3/mm3"), "-");
    // Thousands that lost their word.
    assert_eq!(adult("Leucocytes", "7.2", "/mm3"), "? leucocytes");
    assert_eq!(adult("Plaquettes", "250", "/mm3"), "? plaquettes");
    assert_eq!(adult("Leucocytes", "7200", "G/L"), "? leucocytes");
    assert_eq!(adult("Polynucléaires neutrophiles", "0", "G/L"), "neutrophiles < 0.5");
    // A percentage is another measure, not an unknown unit.
    assert_eq!(adult("Polynucléaires neutrophiles", "0.3", "%"), "-");
    assert_eq!(adult("Polynucléaires neutrophiles", "60", "%"), "-");
}

#[test]
fn inr_prothrombin_and_activated_time_are_told_apart() {
    assert_eq!(adult("INR", "6.1", ""), "inr > 5");
    assert_eq!(adult("INR", "2.4", ""), "-");
    assert_eq!(adult("INR", "85", "%"), "-", "the prothrombin rate in its block");
    assert_eq!(adult("INR", "85", ""), "? inr");
    assert_eq!(adult("TP INR", "12", ""), "inr > 5", "only an INR has no unit");
    assert_eq!(adult("TP/INR", "7.2", ""), "inr > 5");
    assert_eq!(adult("TP/INR", "2.4", ""), "-");
    assert_eq!(adult("TP / INR", "12", "%"), "tp < 15");
    assert_eq!(adult("Taux de prothrombine (Temps de Quick)", "12", "%"), "tp < 15");
    assert_eq!(adult("Temps de Quick", "12", "%"), "tp < 15");
    assert_eq!(adult("Temps de Quick", "12", "s"), "-");
    assert_eq!(adult("Temps de Quick", "1.1", "ratio"), "-", "a ratio is not an INR yet");
    assert_eq!(adult("TP", "6.2", "INR"), "inr > 5");
    assert_eq!(said(&Measured { loinc: Some("6301-6"), ..result("TP INR", "12", "") }, ADULT), "inr > 5");
    assert_eq!(adult("Taux de prothrombine", "12", "%"), "tp < 15");
    assert_eq!(adult("TCA ratio", "3.4", ""), "tca-rapport > 3");
    assert_eq!(adult("TCA", "3.4", "ratio"), "tca-rapport > 3");
    assert_eq!(adult("TCA", "3.4", ""), "? tca-secondes");
    assert_eq!(adult("TCA", "34", "s"), "-");
}

#[test]
fn without_a_unit_or_with_one_that_is_not_known_nothing_is_computed() {
    assert_eq!(said(&Measured { unit: None, ..result("Potassium", "7.9", "") }, ADULT), "? potassium");
    assert_eq!(adult("Potassium", "7.9", "UA"), "? potassium");
    assert_eq!(adult("Potassium", "79", "mmol/L"), "? potassium");
    assert_eq!(adult("Potassium", "7.9", "mg/L"), "? potassium");
    // The code says molar or mass; only the unit counts.
    let ammonia = |loinc, unit| said(&Measured { loinc: Some(loinc), ..result("Ammoniémie", "120", unit) }, ADULT);
    assert_eq!(ammonia("22763-7", "µmol/L"), "ammoniac > 100");
    assert_eq!(ammonia("16362-6", "µg/dL"), "-");
    // The other column is understood.
    let second = Measured { second: Some(("4.60", Some("g/L"))), ..result("Glycémie", "25.5", "UA") };
    assert_eq!(said(&second, ADULT), "glucose > 25");
    // Dimers have no threshold: two units differ by a factor of two under one name.
    assert_eq!(adult("D-dimères", "9000", "ng/mL"), "-");
}

#[test]
fn the_second_column_is_judged_where_the_first_is_another_measure() {
    let of = |label, first, second| {
        let (value, unit) = first;
        said(&Measured { second: Some(second), ..result(label, value, unit) }, ADULT)
    };
    for (label, first, second, expected) in [
        ("Polynucléaires neutrophiles", ("55", "%"), ("0.4", Some("G/L")), "neutrophiles < 0.5"),
        ("Polynucléaires neutrophiles", ("55", "%"), ("0.2", Some("10^9/L")), "neutrophiles < 0.5"),
        ("Polynucléaires neutrophiles", ("55", "%"), ("400", Some("/mm3")), "neutrophiles < 0.5"),
        ("Polynucléaires neutrophiles", ("55", "%"), ("4.1", Some("G/L")), "-"),
        ("Polynucléaires neutrophiles", ("0.4", "G/L"), ("55", Some("%")), "neutrophiles < 0.5"),
        ("Polynucléaires neutrophiles", ("55", "%"), ("0.4", None), "? neutrophiles"),
        ("Polynucléaires neutrophiles", ("55", "%"), ("", None), "-"),
        ("Leucocytes", ("100", "%"), ("1.2", Some("G/L")), "leucocytes < 2"),
        ("Hémoglobine", ("40", "%"), ("6.1", Some("g/dL")), "hemoglobine < 7"),
        ("TCA", ("75", "s"), ("3.5", Some("ratio")), "tca-rapport > 3"),
        ("TCA", ("75", "s"), ("3.5", None), "tca-rapport > 3"),
        ("TCA", ("34", "s"), ("1.1", None), "-"),
        ("TCA", ("1.2", "ratio"), ("120", Some("s")), "tca-secondes >= 100"),
        ("Temps de Quick INR", ("30", "%"), ("6.2", None), "inr > 5"),
        ("Temps de Quick INR", ("30", "%"), ("6.2", Some("INR")), "inr > 5"),
        ("Temps de Quick INR", ("45", "s"), ("6.2", Some("")), "inr > 5"),
        ("Temps de Quick INR", ("10", "%"), ("4.2", None), "tp < 15"),
        ("Taux de prothrombine", ("30", "%"), ("6.2", Some("INR")), "inr > 5"),
        ("Taux de prothrombine", ("45", "s"), ("12", Some("%")), "tp < 15"),
        ("Taux de prothrombine", ("90", "%"), ("13", Some("s")), "-"),
        ("Potassium", ("Hémolysé", "mmol/L"), ("7.9", Some("mmol/L")), "potassium > 6.2"),
        ("Glycémie", ("0.95", "g/L"), ("5.27", Some("mmol/L")), "-"),
    ] {
        assert_eq!(of(label, first, second), expected, "{label} {first:?} {second:?}");
    }
    // Neither the bounds nor the earlier values of the first column are those of the second.
    let earlier = [Earlier { value: "0.3", unit: None, at: None }];
    let neutrophils = Measured {
        second: Some(("0.4", Some("G/L"))),
        printed: (Some("0.1"), Some("75")),
        earlier: &earlier,
        ..result("Polynucléaires neutrophiles", "55", "%")
    };
    let verdict = verdict(&neutrophils, ADULT);
    assert_eq!((verdict.value.as_str(), verdict.unit.as_str()), ("0.4", "G/L"));
    assert_eq!((verdict.doubts, verdict.known), (vec![], None));
}

#[test]
fn a_value_is_read_whatever_remark_stands_behind_it_and_what_is_not_understood_says_so() {
    for (value, unit, expected) in [
        ("7.9 contrôlé", "mmol/L", "potassium > 6.2"),
        ("7,9 *", "mmol/L", "potassium > 6.2"),
        ("7.9 mmol/L", "", "potassium > 6.2"),
        ("7.9 mmol/L", "mmol/L", "potassium > 6.2"),
        ("4.1 vérifié", "mmol/L", "-"),
        ("7.9 mg/L", "mmol/L", "? potassium"),
        ("7.9 sur tube hépariné", "mmol/L", "? potassium"),
        ("environ 7", "mmol/L", "? potassium"),
        ("5-10", "mmol/L", "? potassium"),
        ("Hémolysé", "mmol/L", "-"),
        ("2 prélèvements", "", "-"),
        ("2 prélèvements", "mmol/L", "? potassium"),
        ("7.9 résultat vérifié sur 2e prélèvement", "mmol/L", "potassium > 6.2"),
        ("H 7.9", "mmol/L", "potassium > 6.2"),
        ("sup. à 7", "mmol/L", "potassium > 6.2"),
        ("inf. à 7", "mmol/L", "-"),
        ("7.9 contrôlé", "", "? potassium"),
    ] {
        assert_eq!(adult("Potassium", value, unit), expected, "{value} {unit}");
    }
    assert_eq!(verdict(&result("Potassium", "7.9 (hémolysé)", "mmol/L"), ADULT).doubts, [Doubt::SampleDoubtful]);
    assert_eq!(adult("Neutrophiles", ".3", "G/L"), "neutrophiles < 0.5");
    assert_eq!(adult("Neutrophiles", "< à .3", "G/L"), "neutrophiles < 0.5");
    assert_eq!(verdict(&result("Potassium", "7.9 contrôlé", "mmol/L"), ADULT).value, "7.9 contrôlé");
}

#[test]
fn a_code_that_is_not_listed_is_a_doubt_and_one_of_another_specimen_is_silence() {
    let coded = |label, code, value, unit| Measured { loinc: Some(code), ..result(label, value, unit) };
    for (label, code, value, unit) in [
        ("Leucocytes", "5821-4", "1", "/mm3"),
        ("Leucocytes", "5821-4", "0.4", "G/L"),
        ("Glucose", "2342-4", "2.1", "mmol/L"),
        ("Sodium", "2956-1", "95", "mmol/L"),
        ("Calcium", "17862-4", "1.1", "mmol/L"),
        ("Urée", "22705-8", "250", "mmol/L"),
    ] {
        assert_eq!(said(&coded(label, code, value, unit), ADULT), "-", "{label} {code}");
    }
    assert_eq!(verdict(&coded("Potassium", "99999-9", "7.9", "mmol/L"), ADULT).doubts, [Doubt::SpecimenUnclear]);
    assert_eq!(verdict(&coded("Potassium", "2823-3", "7.9", "mmol/L"), ADULT).doubts, []);
    assert_eq!(verdict(&coded("Potassium", "", "7.9", "mmol/L"), ADULT).doubts, []);
}

#[test]
fn a_calcium_that_is_named_by_its_sign_is_judged_by_what_can_be_told() {
    let of = |value, unit, low, high| said(&Measured { printed: (low, high), ..result("Ca++", value, unit) }, ADULT);
    assert_eq!(of("1.20", "mmol/L", None, None), "-");
    assert_eq!(of("2.35", "mmol/L", None, None), "-");
    assert_eq!(of("95", "mg/L", None, None), "-");
    assert_eq!(of("0.70", "mmol/L", None, None), "calcium-total < 1.8");
    assert_eq!(of("3.8", "mmol/L", None, None), "calcium-total > 3.5");
    assert_eq!(of("1.70", "mmol/L", None, None), "? calcium-total");
    assert_eq!(of("1.20", "mmol/L", Some("1.15"), Some("1.35")), "-");
    assert_eq!(of("1.70", "mmol/L", Some("1.15"), Some("1.35")), "calcium-ionise > 1.58");
    assert_eq!(of("1.70", "mmol/L", Some("2.20"), Some("2.60")), "calcium-total < 1.8");
    assert_eq!(of("2.35", "mmol/L", Some("2.20"), Some("2.60")), "-");
    assert_eq!(of("68", "mg/L", Some("88"), Some("104")), "calcium-total < 1.8");
    assert_eq!(adult("Ca", "1.70", "mmol/L"), "calcium-total < 1.8");
    let gases = |value| said(&Measured { chapters: "Gaz du sang", ..result("Calcium", value, "mmol/L") }, ADULT);
    assert_eq!((gases("1.20").as_str(), gases("0.6").as_str()), ("-", "calcium-total < 1.8"));
    assert_eq!(adult("Calcium (Ca++)", "1.70", "mmol/L"), "calcium-total < 1.8");
    assert_eq!(adult("Ca++ ionisé", "1.70", "mmol/L"), "calcium-ionise > 1.58");
}

#[test]
fn abbreviations_of_two_analytes_are_told_apart_by_their_unit_and_chapter() {
    assert_eq!(adult("PCT", "0.25", "%"), "-");
    assert_eq!(adult("PCT", "12", "µg/L"), "procalcitonine > 10");
    assert_eq!(said(&Measured { chapters: "HEMATOLOGIE Hémogramme", ..result("PCT", "0.25", "") }, ADULT), "-");
    assert_eq!(said(&Measured { chapters: "BIOCHIMIE", ..result("PCT", "0.25", "") }, ADULT), "? procalcitonine");
    assert_eq!(adult("TG", "12", "µg/L"), "-");
    assert_eq!(adult("TG", "12", "ng/mL"), "-");
    assert_eq!(adult("TG", "25", "mmol/L"), "triglycerides > 20");
    assert_eq!(adult("TP", "72", "g/L"), "-");
    for (value, expected) in [
        ("42", "-"),
        ("0.42", "-"),
        ("15", "hematocrite < 20"),
        ("0.15", "hematocrite < 20"),
        ("0.66", "hematocrite > 60"),
    ] {
        assert_eq!(adult("Hématocrite", value, ""), expected, "{value}");
    }
    assert_eq!(adult("Hématocrite", "3", ""), "? hematocrite");
    assert_eq!(verdict(&result("Potassium - index hémolyse", "7.1", "mmol/L"), ADULT).doubts, [Doubt::SampleDoubtful]);
    assert_eq!(adult("Troponine", "500", "ng/L"), "troponine > 14");
    assert_eq!(adult("Troponine Ic", "500", "ng/L"), "troponine-i-femme > 16");
}

#[test]
fn a_censored_value_says_what_it_says_and_no_more() {
    let of = |label, comparator, value, unit| {
        said(&Measured { comparator: Some(comparator), ..result(label, value, unit) }, ADULT)
    };
    assert_eq!(of("Potassium", ">", "6.5", "mmol/L"), "potassium > 6.2");
    assert_eq!(of("Potassium", ">", "6.2", "mmol/L"), "potassium > 6.2");
    assert_eq!(of("Potassium", ">=", "6.2", "mmol/L"), "-");
    assert_eq!(of("Potassium", ">", "6.0", "mmol/L"), "-");
    assert_eq!(of("Plaquettes", "<", "10", "G/L"), "plaquettes < 30");
    assert_eq!(of("Plaquettes", "<", "30", "G/L"), "plaquettes < 30");
    assert_eq!(of("Plaquettes", "<=", "30", "G/L"), "-");
    assert_eq!(of("Potassium", "<", "7", "mmol/L"), "-");
    assert_eq!(of("Plaquettes", "<", "50", "G/L"), "-");
    assert_eq!(adult("Plaquettes", "< 10", "G/L"), "plaquettes < 30");
    assert_eq!(adult("Leucocytes", "< 0.005", "G/L"), "leucocytes < 2");
    assert_eq!(verdict(&result("Potassium", "> 6.5", "mmol/L"), ADULT).value, "> 6.5");
}

#[test]
fn the_age_at_sampling_takes_the_row_and_an_unknown_one_the_stricter() {
    let born = |date| Person { birth_date: Some(date), sex: Some("F") };
    let nobody = Person::default();
    let potassium = result("Potassium", "6.8", "mmol/L");
    assert_eq!(said(&potassium, born("2026-09-01")), "-");
    assert_eq!(said(&potassium, born("2026-05-01")), "potassium > 6.2");
    assert_eq!(said(&potassium, nobody), "potassium > 6.2");
    assert_eq!(verdict(&potassium, nobody).doubts, [Doubt::PersonUnknown]);
    // Beyond both rows there is nothing to doubt.
    assert_eq!(verdict(&result("Potassium", "7.9", "mmol/L"), nobody).doubts, []);
    assert_eq!(said(&Measured { sampled_at: None, ..potassium }, born("2026-09-01")), "potassium > 6.2");
    let sodium = result("Sodium", "128", "mmol/L");
    assert_eq!(said(&sodium, born("2011-01-01")), "sodium-enfant < 130");
    assert_eq!(said(&sodium, born("2010-11-30")), "-", "sixteen that day");
    assert_eq!(verdict(&sodium, nobody).doubts, [Doubt::PersonUnknown]);
    let bilirubin = result("Bilirubine totale", "250", "µmol/L");
    assert_eq!(said(&bilirubin, ADULT), "-");
    assert_eq!(said(&bilirubin, born("2026-11-20")), "bilirubine-totale-nouveau-ne > 220");
    assert_eq!(verdict(&bilirubin, nobody).doubts, [Doubt::PersonUnknown], "adults have no row");
    assert_eq!(said(&result("Hémoglobine", "11.8", "g/dL"), born("2026-11-28")), "hemoglobine-nouveau-ne <= 12");
    assert_eq!(said(&result("Hémoglobine", "11.8", "g/dL"), ADULT), "-");
}

#[test]
fn blood_has_thresholds_and_other_specimens_have_none() {
    let chapter = |chapters| said(&Measured { chapters, ..result("Potassium", "45", "mmol/L") }, ADULT);
    let eight =
        |chapters, specimen| said(&Measured { chapters, specimen, ..result("Potassium", "8", "mmol/L") }, ADULT);
    assert_eq!(chapter("BIOCHIMIE URINAIRE"), "-");
    assert_eq!(eight("BIOCHIMIE", None), "potassium > 6.2");
    assert_eq!(eight("BIOCHIMIE", Some("Urines de 24 h")), "-");
    assert_eq!(eight("BIOCHIMIE", Some("LCR")), "-");
    assert_eq!(eight("Chimie des urines", Some("Sérum")), "potassium > 6.2");
    assert_eq!(adult("Potassium urinaire", "8", "mmol/L"), "-");
    assert_eq!(adult("Potassium", "8", "mmol/24h"), "-");
    assert_eq!(adult("Créatinine", "900", "mg/24 h"), "-");
    let both = Measured { chapters: "Biochimie sang et urines", ..result("Potassium", "8", "mmol/L") };
    assert_eq!(verdict(&both, ADULT).doubts, [Doubt::SpecimenUnclear]);
    assert_eq!(said(&Measured { chapters: "ECBU", ..result("Leucocytes", "90 000", "/mm3") }, ADULT), "-");
    assert_eq!(said(&Measured { chapters: "Gaz du sang veineux", ..result("pO2", "38", "mmHg") }, ADULT), "-");
    assert_eq!(said(&Measured { chapters: "Gaz du sang artériel", ..result("pO2", "38", "mmHg") }, ADULT), "po2 < 45");
    assert_eq!(said(&Measured { chapters: "Gaz du sang", ..result("pH", "7.05", "") }, ADULT), "ph < 7.2");
    assert_eq!(adult("pH", "6.8", ""), "-", "urine has one too");
}

#[test]
fn what_was_so_before_is_known_unless_it_got_worse() {
    let with = |value, earlier: &[Earlier<'_>]| {
        verdict(&Measured { earlier, ..result("Potassium", value, "mmol/L") }, ADULT).known
    };
    let before = |value| [Earlier { value, unit: None, at: Some("2026-11-12") }];
    assert_eq!(with("6.8", &before("6.9")), Some(Known { value: "6.9".into(), at: Some("2026-11-12".into()) }));
    assert_eq!(with("6.8", &before("6.8")).map(|known| known.value), Some("6.8".into()));
    assert_eq!(with("7.4", &before("6.8")), None, "worse");
    assert_eq!(with("6.8", &before("4.1")), None, "new");
    assert_eq!(with("6.8", &[]), None);
}

#[test]
fn doubts_are_said_and_take_nothing_away() {
    let remark = |remarks| verdict(&Measured { remarks, ..result("Potassium", "7.9", "mmol/L") }, ADULT).doubts;
    assert_eq!(remark("Échantillon hémolysé"), [Doubt::SampleDoubtful]);
    assert_eq!(remark("Présence d’agrégats plaquettaires"), [Doubt::SampleDoubtful]);
    assert_eq!(remark("À contrôler"), []);
    let inside = Measured { printed: (Some("0.70"), Some("1.10")), ..result("Glycémie", "0.95", "mmol/L") };
    assert_eq!(verdict(&inside, ADULT).doubts, [Doubt::InsidePrintedBounds]);
}

#[test]
fn the_practice_s_own_settings_count() {
    let set = |id: &str, on, low: Option<&str>, high: Option<&str>| {
        let number = |text: &str| Decimal::from_str_exact(text).unwrap();
        Thresholds::with([(id.to_owned(), Setting { on, low: low.map(number), high: high.map(number) })])
    };
    let potassium = result("Potassium", "5.8", "mmol/L");
    let critical = |thresholds: &Thresholds| matches!(thresholds.judge(&potassium, ADULT), Outcome::Critical(_));
    assert!(!critical(&Thresholds::default()));
    assert!(critical(&set("potassium", true, None, Some("5.5"))));
    assert!(!critical(&set("potassium", false, None, Some("5.5"))));
    assert!(!critical(&set("another-version", true, None, Some("5.5"))));
    // Switched off, the row says nothing, of the unit neither.
    assert_eq!(set("potassium", false, None, None).judge(&result("Potassium", "5.8", ""), ADULT), Outcome::Nothing);
    // A number of one's own takes the place of the multiple of a printed bound.
    let alat = Measured { printed: (None, Some("40")), ..result("ALAT", "450", "UI/L") };
    assert!(matches!(set("alat", true, None, Some("400")).judge(&alat, ADULT), Outcome::Critical(_)));
    // Cortisol is proposed, and not used until somebody wants it.
    assert_eq!(adult("Cortisol", "50", "nmol/L"), "-");
    let wanted = set("cortisol", true, Some("100"), None).judge(&result("Cortisol", "50", "nmol/L"), ADULT);
    assert!(matches!(wanted, Outcome::Critical(_)));
}

#[test]
fn every_row_stands_once_has_an_analyte_and_a_limit_inside_what_is_plausible() {
    let mut ids = std::collections::BTreeSet::new();
    for row in ROWS {
        assert!(ids.insert(row.id), "{} stands twice", row.id);
        assert!(crate::by_id(row.analyte).is_some(), "{} is of no analyte", row.id);
        assert!(row.low.is_some() || row.high.is_some(), "{} has no limit", row.id);
        for bound in [row.low, row.high].into_iter().flatten() {
            assert!(bound.number > row.plausible.0 && bound.number < row.plausible.1, "{}", row.id);
        }
        assert!(row.low.is_none_or(|low| row.high.is_none_or(|high| low.number < high.number)), "{}", row.id);
        assert!(
            row.unit.is_empty()
                || row
                    .units
                    .iter()
                    .any(|(one, factor)| { Some(*one) == unit(Some(row.unit)) && *factor == Decimal::ONE }),
            "{}: {}",
            row.id,
            row.unit
        );
    }
}

/// Pairs of units of one row whose factors are known from elsewhere: what the one says the other says.
#[test]
fn each_factor_agrees_with_the_molar_mass() {
    // Row, unit by weight in grams per litre, molar mass, unit of the row in mol/L.
    for (row, weight, grams, molar_mass, moles) in [
        ("glucose", Unit::GramOrGiga, 1.0, 180.16, 1e-3),
        ("glucose", Unit::MgDl, 1e-2, 180.16, 1e-3),
        ("calcium-total", Unit::Mg, 1e-3, 40.08, 1e-3),
        ("calcium-total", Unit::MgDl, 1e-2, 40.08, 1e-3),
        ("magnesium", Unit::Mg, 1e-3, 24.305, 1e-3),
        ("phosphore", Unit::Mg, 1e-3, 30.974, 1e-3),
        ("creatinine", Unit::Mg, 1e-3, 113.12, 1e-6),
        ("creatinine", Unit::MgDl, 1e-2, 113.12, 1e-6),
        ("uree", Unit::GramOrGiga, 1.0, 60.06, 1e-3),
        ("bilirubine-totale-nouveau-ne", Unit::Mg, 1e-3, 584.66, 1e-6),
        ("lactates", Unit::Mg, 1e-3, 90.08, 1e-3),
        ("ammoniac", Unit::UgDl, 1e-5, 17.031, 1e-6),
        ("triglycerides", Unit::GramOrGiga, 1.0, 885.4, 1e-3),
        ("fer", Unit::UgDl, 1e-5, 55.845, 1e-6),
        ("cortisol", Unit::UgDl, 1e-5, 362.46, 1e-9),
        ("t4-libre", Unit::NgDl, 1e-8, 776.87, 1e-12),
        ("hemoglobine", Unit::Mmol, 16.114, 10.0, 1.0),
    ] {
        let row = super::row(row).unwrap();
        let factor: f64 = row.units.iter().find(|(one, _)| *one == weight).unwrap().1.to_string().parse().unwrap();
        let expected = grams / molar_mass / moles;
        assert!((factor / expected - 1.0).abs() < 0.005, "{} {weight:?}: {factor}, not {expected}", row.id);
    }
    for (row, molar, molar_mass) in [
        ("digoxine", Unit::Nmol, 780.9),
        ("paracetamol", Unit::Umol, 151.16),
        ("theophylline", Unit::Umol, 180.16),
        ("phenytoine", Unit::Umol, 252.27),
        ("carbamazepine", Unit::Umol, 236.27),
        ("phenobarbital", Unit::Umol, 232.24),
        ("acide-valproique", Unit::Umol, 144.21),
        ("plomb", Unit::Umol, 207_200.0),
    ] {
        let row = super::row(row).unwrap();
        let factor: f64 = row.units.iter().find(|(one, _)| *one == molar).unwrap().1.to_string().parse().unwrap();
        assert!((factor / (molar_mass / 1000.0) - 1.0).abs() < 0.005, "{}: {factor}", row.id);
    }
}

fn any_row() -> impl Strategy<Value = &'static Row> {
    (0..ROWS.len()).prop_map(|at| &ROWS[at])
}

proptest! {
    /// Without a unit nothing is ever critical but what has none.
    #[test]
    fn nothing_fires_without_a_unit(row in any_row(), number in 0u32..2_000_000, decimals in 0u32..4) {
        let value = Decimal::new(i64::from(number), decimals).to_string();
        let name = crate::by_id(row.analyte).unwrap().name;
        let outcome = Thresholds::default().judge(&Measured { unit: None, ..result(name, &value, "") }, ADULT);
        let dimensionless =
            row.units.iter().any(|(unit, _)| *unit == Unit::Missing) || row.analyte == "hematocrite";
        prop_assert!(dimensionless || !matches!(outcome, Outcome::Critical(_)), "{row:?} {value}");
    }

    /// The same amount is judged alike in each unit of its row.
    #[test]
    fn converted_units_agree(row in any_row(), number in 1u32..100_000, decimals in 0u32..3) {
        let value = Decimal::new(i64::from(number), decimals);
        let analyte = crate::by_id(row.analyte).unwrap();
        for (unit, factor) in row.units {
            let written = match unit {
                Unit::Mmol => "mmol/L", Unit::Umol => "µmol/L", Unit::Nmol => "nmol/L", Unit::Pmol => "pmol/L",
                Unit::Meq => "mEq/L", Unit::GramOrGiga => "g/L", Unit::Mg => "mg/L", Unit::Ug => "µg/L", Unit::Ng => "ng/L",
                Unit::GramDl => "g/dL", Unit::MgDl => "mg/dL", Unit::UgDl => "µg/dL", Unit::NgDl => "ng/dL",
                Unit::Giga => "10^9/L", Unit::KPa => "kPa", Unit::MmHg => "mmHg", Unit::UiL => "UI/L", _ => continue,
            };
            let text = value.to_string();
            let here = Thresholds::default().judge_as(analyte, &result("x", &text, written), ADULT);
            let converted = (value * factor).normalize().to_string();
            let there = Thresholds::default().judge_as(analyte, &result("x", &converted, row.unit), ADULT);
            if converted.len() <= 20 {
                let kind = |outcome: &Outcome| match outcome {
                    Outcome::Nothing => 0,
                    Outcome::UnitUnknown(_) => 1,
                    Outcome::Critical(verdict) => if verdict.direction == Direction::Below { 2 } else { 3 },
                };
                prop_assert_eq!(kind(&here), kind(&there), "{} {} {} = {} {}", row.id, text, written, converted, row.unit);
            }
        }
    }

    /// Whatever is written, judging ends and never panics.
    #[test]
    fn any_text_is_judged(label in ".{0,40}", value in ".{0,24}", unit in ".{0,12}", chapters in ".{0,40}") {
        let _ = Thresholds::default().judge(&Measured { chapters: &chapters, ..result(&label, &value, &unit) }, ADULT);
    }
}
