//! Codes of HL7: interpretations and states, and how a coded name is shown.

use super::element::Element;
use super::in_one_line;
use super::words::Places;
use crate::{limits, text};
use bannette_api::report::{Flag, ResultStatus};

/// HL7 ObservationInterpretation, and the older HL7 v2 table of the same codes.
const INTERPRETATIONS: [&str; 2] = ["2.16.840.1.113883.5.83", "2.16.840.1.113883.12.78"];

/// LOINC.
const LOINC: &str = "2.16.840.1.113883.6.1";

/// What the laboratory says of a result.
#[derive(Debug, Default)]
pub(super) struct Interpretation {
    /// Its standing against what is normal: N, L, H, LL, HH, A, AA and their kin.
    pub(super) flag: Option<Flag>,
    /// `<` or `>`: the true value lies beyond what the machine can measure. No standing by itself: a CRP that is too low
    /// to be measured is normal.
    pub(super) off_scale: Option<&'static str>,
    /// Sensitive, intermediate, resistant: how a germ answers, never by itself an abnormality of the patient.
    pub(super) susceptibility: bool,
    /// What a flag cannot say, in words.
    pub(super) words: Vec<String>,
}

/// Reads all the `interpretationCode` of an element.
pub(super) fn interpretation(element: Element<'_>) -> Interpretation {
    let mut found = Interpretation::default();
    for code in element.all("interpretationCode").take(20) {
        let Some(written) = code.attribute("code") else { continue };
        let known = code.attribute("codeSystem").is_none_or(|system| INTERPRETATIONS.contains(&system));
        let meaning = if known { meaning(written) } else { Meaning::Words(None) };
        match meaning {
            Meaning::Flag(flag) => found.flag = worse(found.flag, flag),
            Meaning::OffScale(sign) => found.off_scale = Some(sign),
            Meaning::Susceptibility(words) => {
                found.susceptibility = true;
                found.words.push(
                    shown(code).filter(|shown| Some(*shown) != code.attribute("code")).unwrap_or(words).to_owned(),
                );
            }
            Meaning::Words(words) => {
                let words = code.attribute("displayName").or(words).unwrap_or(written);
                found.words.push(text::cut(words, limits::REFERENCE_BYTES).to_owned());
            }
        }
    }
    found
}

enum Meaning {
    Flag(Flag),
    OffScale(&'static str),
    Susceptibility(&'static str),
    Words(Option<&'static str>),
}

fn meaning(code: &str) -> Meaning {
    match code {
        "N" | "n" => Meaning::Flag(Flag::Normal),
        "L" | "l" | "LX" => Meaning::Flag(Flag::Low),
        "H" | "h" | "HX" => Meaning::Flag(Flag::High),
        // « Significantly » low or high is no panic value: that is LL and HH.
        "LU" | "L<" => Meaning::Flag(Flag::Low),
        "HU" | "H>" => Meaning::Flag(Flag::High),
        "LL" | "ll" => Meaning::Flag(Flag::CriticallyLow),
        "HH" | "hh" => Meaning::Flag(Flag::CriticallyHigh),
        "A" | "a" => Meaning::Flag(Flag::Abnormal),
        "AA" | "aa" => Meaning::Flag(Flag::Critical),
        "<" => Meaning::OffScale("<"),
        ">" => Meaning::OffScale(">"),
        // The categories of CA-SFM / EUCAST since 2020.
        "S" => Meaning::Susceptibility("Sensible à posologie standard"),
        "I" => Meaning::Susceptibility("Sensible à forte posologie"),
        "R" => Meaning::Susceptibility("Résistant"),
        "NS" => Meaning::Susceptibility("Non sensible"),
        "MS" => Meaning::Susceptibility("Modérément sensible"),
        "VS" => Meaning::Susceptibility("Très sensible"),
        "SDD" => Meaning::Susceptibility("Sensible selon la posologie"),
        "SYN-S" => Meaning::Susceptibility("Synergie – sensible"),
        "SYN-R" => Meaning::Susceptibility("Synergie – résistant"),
        "POS" => Meaning::Words(Some("Positif")),
        "NEG" => Meaning::Words(Some("Négatif")),
        "DET" => Meaning::Words(Some("Détecté")),
        "ND" => Meaning::Words(Some("Non détecté")),
        "IND" => Meaning::Words(Some("Indéterminé")),
        "E" => Meaning::Words(Some("Équivoque")),
        "RR" => Meaning::Words(Some("Réactif")),
        "NR" => Meaning::Words(Some("Non réactif")),
        "WR" => Meaning::Words(Some("Faiblement réactif")),
        "U" => Meaning::Words(Some("En hausse significative")),
        "D" => Meaning::Words(Some("En baisse significative")),
        "B" => Meaning::Words(Some("En amélioration")),
        "W" => Meaning::Words(Some("En aggravation")),
        _ => Meaning::Words(None),
    }
}

/// Of two flags, the one that asks for more, and of those the one that says more.
pub(super) fn worse(first: Option<Flag>, second: Flag) -> Option<Flag> {
    let rank = |flag: Flag| match flag {
        Flag::Normal => 0,
        Flag::Abnormal => 1,
        Flag::Low | Flag::High => 2,
        Flag::Critical => 3,
        Flag::CriticallyLow | Flag::CriticallyHigh => 4,
    };
    match (first, second) {
        // Critical, and on which side the other code says.
        (Some(Flag::Critical), Flag::High) | (Some(Flag::High), Flag::Critical) => Some(Flag::CriticallyHigh),
        (Some(Flag::Critical), Flag::Low) | (Some(Flag::Low), Flag::Critical) => Some(Flag::CriticallyLow),
        (Some(first), second) if rank(first) >= rank(second) => Some(first),
        (_, second) => Some(second),
    }
}

/// The state of a result, by the `statusCode` of its act.
pub(super) fn status(code: &str) -> Option<ResultStatus> {
    match code {
        "completed" => Some(ResultStatus::Final),
        "active" | "new" | "held" | "suspended" => Some(ResultStatus::Preliminary),
        "aborted" | "cancelled" | "nullified" | "obsolete" => Some(ResultStatus::Cancelled),
        _ => None,
    }
}

/// What is said in place of a value that is absent.
pub(super) fn absence(null_flavor: &str) -> String {
    let words = match null_flavor {
        "NI" => "sans information",
        "UNK" => "inconnue",
        "ASKU" => "demandée, inconnue",
        "NASK" => "non demandée",
        "NAV" | "NAVU" => "pas encore disponible",
        "MSK" => "masquée",
        "NA" => "sans objet",
        "OTH" => "autre",
        "TRC" => "traces",
        "QS" => "quantité suffisante",
        other => return format!("Valeur absente ({other})"),
    };
    format!("Valeur absente : {words}")
}

/// The longest text taken for a name; more is a whole paragraph that a name was meant to point into.
const LONGEST_NAME: usize = 300;

/// How the laboratory names what a code stands for: its own words, else the code's.
pub(super) fn name<'t>(code: Element<'t>, places: &mut Places<'t>) -> Option<String> {
    let original = code.child("originalText").and_then(|original| places.name(original));
    let own = original.as_deref().map(in_one_line).filter(|own| own.len() <= LONGEST_NAME);
    if let Some(own) = own {
        return Some(own.into_owned());
    }
    shown(code).map(str::to_owned)
}

/// The display name of a code or of its translation, else the code.
pub(super) fn shown(code: Element<'_>) -> Option<&str> {
    let translated = || code.all("translation").find_map(|translation| translation.attribute("displayName"));
    let shown = code.attribute("displayName").or_else(translated).or_else(|| code.attribute("code"))?;
    Some(text::cut(shown, limits::REFERENCE_BYTES))
}

/// A code and its system as the report writes them: LOINC where the code or a translation is of it.
pub(super) fn coded(code: Element<'_>) -> Option<(&str, &'static str)> {
    let is_loinc = |code: &Element<'_>| code.attribute("codeSystem") == Some(LOINC);
    let loinc = std::iter::once(code).chain(code.all("translation")).filter(is_loinc);
    let found = loinc.filter_map(|code| code.attribute("code")).next();
    match found {
        Some(code) => Some((code, "loinc")),
        None => code.attribute("code").map(|code| (code, "local")),
    }
}
