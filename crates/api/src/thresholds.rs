//! The practice's critical thresholds: what each result is judged by besides the laboratory's own word. They are proposals
//! that an administrator reviews; they only ever add.
//!
//! Numbers are decimal strings with a point, as everywhere.

use serde::{Deserialize, Serialize};

/// Lists the thresholds, changed or not, in the order of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListThresholds {}

/// Sets one threshold, or takes the proposal again. Administrators. Dossiers already here are judged again afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetThreshold {
    /// Which row.
    pub row: String,
    /// What counts from now on; none: the proposal.
    pub setting: Option<ThresholdSetting>,
}

/// What counts for a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdSetting {
    /// Whether results are judged by it.
    pub on: bool,
    /// Critical below.
    #[serde(default)]
    pub low: Option<String>,
    /// Critical above.
    #[serde(default)]
    pub high: Option<String>,
}

/// One threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdRow {
    /// Its key.
    pub row: String,
    /// The analyte, in French.
    pub analyte: String,
    /// For whom, in French; empty for everybody.
    pub whom: String,
    /// The unit of both limits; empty where there is none.
    pub unit: String,
    /// Where the laboratory prints an upper bound, that many times it counts instead of a proposed high limit.
    #[serde(default)]
    pub times_printed: Option<u32>,
    /// What counts.
    pub setting: ThresholdSetting,
    /// What is proposed.
    pub proposal: ThresholdSetting,
}

impl ThresholdRow {
    /// Whether the practice changed it.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.setting != self.proposal
    }
}

/// What the practice's thresholds say of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ThresholdWord {
    /// It lies beyond one.
    Beyond(Box<ThresholdHit>),
    /// There is one, but the unit is missing or unknown, or the value cannot be meant in it: nothing was computed.
    UnitUnknown {
        /// As the analyte is called in a short sentence.
        symbol: String,
    },
}

/// A result that lies beyond a threshold of the practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdHit {
    /// The row.
    pub row: String,
    /// As the analyte is called in a short sentence: K, Na, INR.
    pub symbol: String,
    /// The value as sent, with its comparator.
    pub value: String,
    /// Its unit as sent.
    pub unit: String,
    /// The value in the threshold's unit, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converted: Option<String>,
    /// `<`, `≤`, `>`, `≥`: how the value lies to the limit.
    pub sign: String,
    /// The limit.
    pub bound: String,
    /// The limit's unit; empty where there is none.
    pub bound_unit: String,
    /// Whether the limit is made of the upper bound that the laboratory prints.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub printed: bool,
    /// For whom the row is, in French; empty for everybody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub whom: String,
    /// What is not sure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<ThresholdDoubt>,
    /// An earlier value, recalled by the laboratory, that was beyond the limit already; this one is no worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownValue>,
}

impl ThresholdHit {
    /// Value and limit, short: `K 7,9 > 6,2 mmol/L`. Where the units differ, both are written, and what the value becomes.
    #[must_use]
    pub fn comparison(&self) -> String {
        let bound = with_unit(&self.bound, &self.bound_unit);
        match &self.converted {
            Some(converted) => format!(
                "{} {} = {} {} {bound}",
                self.symbol,
                with_unit(&self.value, &self.unit),
                comma(converted),
                self.sign
            ),
            None => format!("{} {} {} {bound}", self.symbol, comma(&self.value), self.sign),
        }
    }

    /// The sign and the limit, as a row of a list says them: `> 6,2`.
    #[must_use]
    pub fn limit(&self) -> String {
        match self.converted {
            Some(_) => format!("{} {}", self.sign, with_unit(&self.bound, &self.bound_unit)),
            None => format!("{} {}", self.sign, comma(&self.bound)),
        }
    }
}

impl ThresholdWord {
    /// The sentence that stands beside a result in the window, on paper and on the command line, apart from the laboratory's
    /// flag: « critique — seuil du cabinet : K 7,9 > 6,2 mmol/L ».
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::UnitUnknown { symbol } => {
                format!("seuil du cabinet non calculé ({symbol})\u{a0}: unité à vérifier")
            }
            Self::Beyond(hit) => {
                let mut sentence = format!("critique — seuil du cabinet\u{a0}: {}", hit.comparison());
                let printed = hit.printed.then(|| "d’après la borne haute du laboratoire".to_owned());
                let doubts = hit.doubts.iter().map(|doubt| doubt.words().to_owned());
                let known = hit.known.as_ref().map(KnownValue::words);
                for part in printed.into_iter().chain(doubts).chain(known) {
                    sentence.push_str("\u{a0}; ");
                    sentence.push_str(&part);
                }
                sentence
            }
        }
    }

    /// Whether it says that the result is critical.
    #[must_use]
    pub fn is_critical(&self) -> bool {
        matches!(self, Self::Beyond(_))
    }
}

impl ThresholdDoubt {
    fn words(self) -> &'static str {
        match self {
            Self::PersonUnknown => "âge ou sexe inconnu, seuil le plus strict",
            Self::SpecimenUnclear => "prélèvement à vérifier (sang ou autre)",
            Self::InsidePrintedBounds => "dans les bornes du laboratoire, unité à vérifier",
            Self::SampleDoubtful => "à contrôler, le laboratoire commente la qualité du prélèvement",
        }
    }
}

impl KnownValue {
    fn words(&self) -> String {
        let value = comma(&self.value);
        match self.at.as_deref() {
            Some(at) => format!("déjà au-delà le {} ({value})", day(at)),
            None => format!("déjà au-delà auparavant ({value})"),
        }
    }
}

/// The day of a time as sent, as it is written in French; anything else as it is.
fn day(at: &str) -> String {
    let parts: Vec<&str> = at.get(..10).unwrap_or(at).split('-').collect();
    match parts.as_slice() {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => at.to_owned(),
    }
}

fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { comma(number) } else { format!("{} {unit}", comma(number)) }
}

fn comma(number: &str) -> String {
    number.replace('.', ",")
}

/// What makes it less than sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdDoubt {
    /// Age or sex are not known: the stricter row was taken.
    PersonUnknown,
    /// The chapter speaks of blood and of another specimen.
    SpecimenUnclear,
    /// The laboratory's own bounds hold the value inside: perhaps the unit is another one.
    InsidePrintedBounds,
    /// The laboratory's comment speaks of a haemolysed, clotted or aggregated sample.
    SampleDoubtful,
}

/// An earlier value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownValue {
    /// The value, as sent.
    pub value: String,
    /// When, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_names_value_and_limit_and_both_units_where_they_differ() {
        let hit = ThresholdHit {
            row: "potassium".into(),
            symbol: "K".into(),
            value: "7.9".into(),
            unit: "mmol/L".into(),
            converted: None,
            sign: ">".into(),
            bound: "6.2".into(),
            bound_unit: "mmol/L".into(),
            printed: false,
            whom: String::new(),
            doubts: Vec::new(),
            known: None,
        };
        assert_eq!(hit.comparison(), "K 7,9 > 6,2 mmol/L");
        assert_eq!(hit.limit(), "> 6,2");
        let doubtful = ThresholdHit {
            doubts: vec![ThresholdDoubt::SampleDoubtful],
            known: Some(KnownValue { value: "8.1".into(), at: Some("2026-11-12T08:00:00".into()) }),
            ..hit.clone()
        };
        assert_eq!(
            ThresholdWord::Beyond(Box::new(hit.clone())).sentence(),
            "critique — seuil du cabinet\u{a0}: K 7,9 > 6,2 mmol/L"
        );
        assert_eq!(
            ThresholdWord::Beyond(Box::new(doubtful)).sentence(),
            "critique — seuil du cabinet\u{a0}: K 7,9 > 6,2 mmol/L\u{a0}; à contrôler, le laboratoire commente la qualité \
             du prélèvement\u{a0}; déjà au-delà le 12/11/2026 (8,1)"
        );
        assert_eq!(
            ThresholdWord::UnitUnknown { symbol: "K".into() }.sentence(),
            "seuil du cabinet non calculé (K)\u{a0}: unité à vérifier"
        );
        let glucose = ThresholdHit {
            symbol: "Glucose".into(),
            value: "4.60".into(),
            unit: "g/L".into(),
            converted: Some("25.53".into()),
            bound: "25".into(),
            ..hit
        };
        assert_eq!(glucose.comparison(), "Glucose 4,60 g/L = 25,53 > 25 mmol/L");
        assert_eq!(glucose.limit(), "> 25 mmol/L");
    }
}
