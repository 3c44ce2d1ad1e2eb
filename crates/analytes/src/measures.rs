//! Whether two results measure the same: the same analyte, in the same specimen, in the same unit. Only then may one stand beside
//! the other as its previous value. In doubt they are two.

use crate::names::{Analyte, analyte_of};
use crate::thresholds::specimen::{self, Specimen};
use crate::thresholds::units::{self, Unit};
use crate::words::words;
use std::collections::HashMap;

/// What is said of a result besides its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Measure<'a> {
    /// What was measured, as the laboratory names it.
    pub label: &'a str,
    /// Its LOINC code.
    pub loinc: Option<&'a str>,
    /// Which of several observations of one code it is.
    pub sub_id: Option<&'a str>,
    /// What was examined, as sent.
    pub specimen: Option<&'a str>,
    /// The titles of the chapters around it.
    pub chapters: &'a str,
    /// Its unit, as sent.
    pub unit: Option<&'a str>,
}

/// Measures, each with its number. Kept for several, since one patient's reports name the same measures again and again.
#[derive(Debug, Default)]
pub struct Measures<'a> {
    seen: HashMap<Measure<'a>, usize>,
    keys: Vec<Key>,
}

/// What two results must have in common.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    name: Name,
    moment: Vec<String>,
    sub_id: String,
    specimen: Examined,
    unit: Dimension,
}

/// The analyte; where it is not known, the laboratory's own words.
#[derive(Debug, PartialEq, Eq)]
enum Name {
    Known(&'static Analyte),
    /// Not known: the LOINC code, where there is one, and the words of the label.
    Words(Option<String>, Vec<String>),
}

#[derive(Debug, PartialEq, Eq)]
enum Examined {
    /// Blood, as the names of the table mean where nothing is said.
    Blood,
    /// Blood, and of what kind.
    BloodOf(&'static str),
    /// What is said of something else, or not understood.
    Words(Vec<String>),
}

#[derive(Debug, PartialEq, Eq)]
enum Dimension {
    /// No unit is written for what has one: nobody knows which was meant, here or there.
    Unsaid,
    Known(Unit),
    Written(String),
}

impl<'a> Measures<'a> {
    /// The number of a measure.
    pub fn number(&mut self, measure: Measure<'a>) -> usize {
        if let Some(number) = self.seen.get(&measure) {
            return *number;
        }
        let key = Key::of(&measure);
        let number = self.keys.iter().position(|one| *one == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        self.seen.insert(measure, number);
        number
    }

    /// Whether two of these numbers measure the same.
    #[must_use]
    pub fn same(&self, one: usize, other: usize) -> bool {
        self.keys.get(one).zip(self.keys.get(other)).is_some_and(|(one, other)| one.is_same(other))
    }
}

impl Key {
    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.moment == other.moment
            && self.sub_id == other.sub_id
            && self.unit == other.unit
            && self.unit != Dimension::Unsaid
            && self.specimen.may_be(&other.specimen)
    }

    fn of(measure: &Measure<'_>) -> Self {
        let label = words(measure.label);
        let analyte = analyte_of(measure.label, measure.loinc);
        let name = match analyte {
            Some(analyte) => Name::Known(analyte),
            None => Name::Words(measure.loinc.map(|code| code.trim().to_owned()), label.clone()),
        };
        Self {
            name,
            moment: moment(&label),
            sub_id: words(measure.sub_id.unwrap_or_default()).concat(),
            specimen: examined(measure, analyte),
            unit: dimension(measure.unit, analyte, &label),
        }
    }
}

/// Words of a label that say at which moment of a test, or after what, it was sampled.
const MOMENTS: &[&str] = &[
    "apres", "avant", "post", "prandial", "stimul", "charge", "hgpo", "nadir", "pic", "residuel", "creux", "minute",
    "min", "heure", "matin", "soir", "minuit", "nocturne", "nuit", "effort", "repos", "debout", "couche",
];

/// Those words, and times: `T0`, `T120`, `2h`, `h2`, `120 min`.
fn moment(label: &[String]) -> Vec<String> {
    let timed = |word: &str| {
        let digits = word.trim_matches(|letter: char| !letter.is_ascii_digit());
        let around = word.replacen(digits, "", 1);
        // T3 and T4 are hormones.
        let of_test = around == "t" && (digits == "0" || digits.len() > 1);
        !digits.is_empty() && (of_test || matches!(around.as_str(), "h" | "min" | "mn"))
    };
    let mut found = Vec::new();
    for (at, word) in label.iter().enumerate() {
        let begins = |beginning: &&str| word.starts_with(*beginning) && (beginning.len() > 3 || word == *beginning);
        let named = MOMENTS.iter().any(begins);
        // « 2 h », « 120 min »: the number belongs to it.
        let number = word.chars().all(|letter| letter.is_ascii_digit())
            && label.get(at + 1).is_some_and(|next| matches!(next.as_str(), "h" | "min" | "mn" | "minute" | "heure"));
        if named || timed(word) || number {
            found.push(word.clone());
        }
    }
    found
}

/// What was examined. What a table's analyte is measured in is blood where nothing is said; of what is not in the table nothing is
/// supposed.
fn examined(measure: &Measure<'_>, analyte: Option<&Analyte>) -> Examined {
    let field = words(measure.specimen.unwrap_or_default());
    let said = if field.is_empty() { words(measure.chapters) } else { field.clone() };
    match (specimen::of(measure.specimen, measure.chapters), analyte) {
        (Specimen::Blood, Some(_)) if units::is_urinary(measure.unit) => Examined::Words(said),
        (Specimen::Blood, Some(_)) if field.is_empty() => named_blood(&words(measure.label)),
        (Specimen::Blood, Some(_)) => blood_of(&field),
        (Specimen::Blood, None) => Examined::Words(field),
        (Specimen::Other | Specimen::Unclear, _) => Examined::Words(said),
    }
}

/// The blood that a label names itself (pH artériel, pH veineux): what says nothing may be either.
fn named_blood(label: &[String]) -> Examined {
    let says = |beginning: &str| label.iter().any(|word| word.starts_with(beginning));
    match [("arteri", "arterial"), ("capillai", "capillary"), ("veineu", "venous by name"), ("cordon", "cord")]
        .into_iter()
        .find(|(beginning, _)| says(beginning))
    {
        Some((_, kind)) => Examined::BloodOf(kind),
        None => Examined::Blood,
    }
}

/// Of which kind a blood is that is said to be one. Serum, plasma and whole blood give other values than each other, and what
/// was drawn from an artery or a finger still others.
fn blood_of(field: &[String]) -> Examined {
    const KINDS: [(&str, &[&str], &str); 7] = [
        ("arteri", &["blda"], "arterial"),
        ("capillai", &["bldc"], "capillary"),
        ("cordon", &["bldco", "cord"], "cord"),
        ("ombilic", &[], "cord"),
        ("serum", &["ser", "s", "serique", "seriq"], "serum"),
        ("plasma", &["plas", "pla", "ppp", "p"], "plasma"),
        ("", &[], "blood"),
    ];
    if field.is_empty() {
        return Examined::Blood;
    }
    let says = |(beginning, codes, _): &&(&str, &[&str], &str)| {
        field.iter().any(|word| word.starts_with(beginning) || codes.contains(&word.as_str()))
    };
    KINDS.iter().find(says).map_or(Examined::Blood, |(_, _, kind)| Examined::BloodOf(kind))
}

impl Examined {
    /// Whether both are of one specimen as far as they say: what says nothing means the blood of a vein.
    fn may_be(&self, other: &Self) -> bool {
        let usual = |kind: &str| matches!(kind, "serum" | "plasma" | "blood");
        match (self, other) {
            (Self::Blood, Self::BloodOf(kind)) | (Self::BloodOf(kind), Self::Blood) => usual(kind),
            _ => self == other,
        }
    }
}

fn dimension(written: Option<&str>, analyte: Option<&Analyte>, label: &[String]) -> Dimension {
    let has_none = analyte.is_some_and(|one| matches!(one.id, "inr" | "ph"))
        || label.iter().any(|word| matches!(word.as_str(), "ph" | "inr" | "ratio" | "rapport" | "indice" | "densite"));
    match units::unit(written) {
        Some(Unit::Missing | Unit::Ratio) if has_none => return Dimension::Known(Unit::Ratio),
        Some(Unit::Missing) => return Dimension::Unsaid,
        // Grams or thousands of millions: only what is known to be one of them says which.
        Some(Unit::GramOrGiga) if analyte.is_none() => {}
        Some(unit) => return Dimension::Known(unit),
        None => {}
    }
    let letters = written.unwrap_or_default().chars().filter(|letter| !letter.is_whitespace());
    Dimension::Written(letters.collect())
}

#[cfg(test)]
mod tests {
    use super::{Measure, Measures};

    fn potassium() -> Measure<'static> {
        Measure { label: "Potassium", unit: Some("mmol/L"), chapters: "BIOCHIMIE", ..Measure::default() }
    }

    fn same(one: Measure<'_>, other: Measure<'_>) -> bool {
        let mut measures = Measures::default();
        let numbers = (measures.number(one), measures.number(other));
        measures.same(numbers.0, numbers.1)
    }

    #[test]
    fn names_codes_and_ways_of_writing_a_unit_may_differ() {
        for other in [
            Measure { label: "Kaliémie", ..potassium() },
            Measure { label: "K+", unit: Some("MMOL/L"), ..potassium() },
            Measure { loinc: Some("2823-3"), ..potassium() },
            Measure { specimen: Some("Sérum"), chapters: "", ..potassium() },
            Measure { chapters: "Ionogramme sanguin", ..potassium() },
        ] {
            assert!(same(potassium(), other), "{other:?}");
        }
        let unknown = Measure { label: "Marqueur X", unit: Some("UA"), ..Measure::default() };
        assert!(same(unknown, Measure { label: "MARQUEUR x", ..unknown }));
    }

    #[test]
    fn another_unit_specimen_moment_or_name_is_another_measure() {
        for other in [
            Measure { unit: Some("mg/L"), ..potassium() },
            Measure { unit: Some("mEq/L"), ..potassium() },
            Measure { unit: None, ..potassium() },
            Measure { specimen: Some("Urines"), ..potassium() },
            Measure { chapters: "BIOCHIMIE URINAIRE", ..potassium() },
            Measure { label: "Potassium urinaire", ..potassium() },
            Measure { specimen: Some("Sang artériel"), ..potassium() },
            Measure { sub_id: Some("T120"), ..potassium() },
            Measure { label: "Sodium", ..potassium() },
        ] {
            assert!(!same(potassium(), other), "{other:?}");
        }
        // Without a unit nobody knows what was meant, unless it has none.
        assert!(!same(Measure { unit: None, ..potassium() }, Measure { unit: None, ..potassium() }));
        let inr = Measure { label: "INR", ..Measure::default() };
        assert!(same(inr, Measure { unit: Some("{INR}"), ..inr }));
        let ph = Measure { label: "pH artériel", ..Measure::default() };
        assert!(same(ph, ph) && !same(ph, Measure { label: "pH veineux", ..ph }));
        let serum = Measure { specimen: Some("Sérum"), ..potassium() };
        assert!(same(serum, Measure { specimen: Some("SER"), ..serum }));
        assert!(!same(serum, Measure { specimen: Some("Plasma hépariné"), ..serum }));
        let glucose = Measure { label: "Glycémie", unit: Some("g/L"), ..Measure::default() };
        for other in ["Glycémie post-prandiale", "Glycémie T120", "Glycémie 2 h", "Glycémie à 120 min"] {
            assert!(!same(glucose, Measure { label: other, ..glucose }), "{other}");
        }
        assert!(same(glucose, Measure { label: "Glucose", ..glucose }));
        // A marker that no table knows: g/L and G/L are not taken for one another, nor are two codes.
        let unknown = Measure { label: "Marqueur X", unit: Some("g/L"), ..Measure::default() };
        assert!(!same(unknown, Measure { unit: Some("G/L"), ..unknown }));
        let coded = Measure { loinc: Some("99999-1"), ..unknown };
        assert!(!same(coded, Measure { loinc: Some("99999-2"), ..unknown }));
    }
}
