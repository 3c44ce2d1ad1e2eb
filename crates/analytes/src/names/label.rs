//! Which analyte a laboratory's label means, and when it means none for sure.

use super::{Analyte, Entry, index};
use crate::words::words;

/// How many words a printed name has at the most.
const LONGEST: usize = 8;

/// Words that make of what they stand beside something else: another specimen, a ratio, an antibody against it, an earlier
/// or wished value. Compared by their beginnings.
const CHANGES: &[&str] = &[
    "urin",
    "diurese",
    "lcr",
    "lcs",
    "cephalo",
    "rachid",
    "pleura",
    "ascit",
    "periton",
    "articul",
    "synovi",
    "ponction",
    "drain",
    "dialysat",
    "amnio",
    "sperm",
    "semin",
    "saliv",
    "selle",
    "fecal",
    "sueur",
    "liquide",
    "clairance",
    "rapport",
    "ratio",
    "index",
    "indice",
    "fraction",
    "excret",
    "anti",
    "ac",
    "recepteur",
    "foetal",
    "glyqu",
    "glycos",
    "reticulo",
    "erythro",
    "intra",
    "globulaire",
    "libre",
    "ionis",
    "corrig",
    "cible",
    "objectif",
    "24h",
    "24",
    "debit",
    "electrophor",
    "moyen",
    "volume",
    "agreg",
    "immatur",
    "geant",
    "anterieur",
    "precedent",
    "dernier",
    "ancien",
    "theorique",
    "predit",
    "variation",
    "delta",
    "trou",
    "osmol",
    "cristau",
    "score",
    "isoenzyme",
    "charge",
];

/// Words of one or two letters that count among [`CHANGES`] only as they stand.
const WHOLE: &[&str] = &["ac", "24", "lcr", "lcs", "anti"];

/// Words that say nothing of what is measured: an abbreviation beside them alone is still alone.
const EMPTY: &[&str] = &[
    "de",
    "du",
    "des",
    "la",
    "le",
    "les",
    "l",
    "d",
    "a",
    "au",
    "en",
    "et",
    "sur",
    "par",
    "sang",
    "sanguin",
    "sanguine",
    "serique",
    "serum",
    "plasma",
    "plasmatique",
    "veineux",
    "veineuse",
    "total",
    "dosage",
    "taux",
    "mesure",
    "concentration",
    "resultat",
    "jeun",
    "ion",
    "valeur",
    "absolue",
    "venous",
    "blood",
    "g",
    "l",
    "mmol",
];

/// What a label says.
enum Said {
    Nothing,
    One(&'static Analyte),
    Several(Vec<&'static Analyte>),
    /// An analyte, and a word that makes it another one.
    Changed,
}

/// The analyte that a result is of: by its LOINC code, by its label, or by both where they agree.
///
/// A code that the label contradicts, a label that names two, and a label with a word that makes of the analyte something
/// else (*clairance*, *urinaire*, *anti-*) are none: in doubt nothing is claimed.
#[must_use]
pub fn analyte_of(label: &str, loinc: Option<&str>) -> Option<&'static Analyte> {
    let coded = loinc.and_then(|code| index().codes.get(code.trim()).copied());
    match (coded, read(label)) {
        (Some(coded), Said::One(named)) => (coded == named || general(coded) == Some(named.id)).then_some(coded),
        (Some(coded), Said::Several(named)) => named.contains(&coded).then_some(coded),
        (coded, Said::Nothing) => coded,
        (None, Said::One(named)) => Some(named),
        (_, Said::Changed) | (None, Said::Several(_)) => None,
    }
}

/// Every analyte that a label names, where no word of it makes another of them.
#[must_use]
pub fn candidates(label: &str) -> Vec<&'static Analyte> {
    match read(label) {
        Said::Nothing | Said::Changed => Vec::new(),
        Said::One(one) => vec![one],
        Said::Several(all) => all,
    }
}

/// What a laboratory prints for an analyte where the code alone says which of its kind it is.
fn general(analyte: &Analyte) -> Option<&'static str> {
    Some(match analyte.id {
        "calcium-ionise" | "calcium-corrige" => "calcium-total",
        "potassium-urinaire" => "potassium",
        "sodium-urinaire" => "sodium",
        "creatinine-urinaire" => "creatinine",
        "leucocyturie" => "leucocytes",
        "hematurie" => "erythrocytes",
        "bicarbonates-arteriels" => "bicarbonates",
        _ => return None,
    })
}

fn read(label: &str) -> Said {
    let words = words(label);
    let mut used = vec![false; words.len()];
    let mut found: Vec<&'static Analyte> = Vec::new();
    // Longer names first: « hémoglobine glyquée » is no haemoglobin.
    for length in (1..=LONGEST.min(words.len())).rev() {
        for start in 0..=words.len() - length {
            let range = start..start + length;
            if used.get(range.clone()).is_none_or(|taken| taken.contains(&true)) {
                continue;
            }
            let Some(entry) = words.get(range.clone()).and_then(named) else { continue };
            if entry.wary && !alone(&words, &range) {
                continue;
            }
            if let Some(taken) = used.get_mut(range) {
                taken.fill(true);
            }
            meet(&mut found, entry);
        }
    }
    // A chapter's name (« NFS : hémoglobine ») is no second analyte.
    if found.len() > 1 {
        found.retain(|one| one.id != "hemogramme");
    }
    let rest = || words.iter().zip(&used).filter(|(_, used)| !**used).map(|(word, _)| word.as_str());
    match found.as_slice() {
        [] => Said::Nothing,
        [_, ..] if rest().any(changes) => Said::Changed,
        [one] if variant(one, rest()) => Said::Changed,
        [one] => Said::One(one),
        _ => Said::Several(found),
    }
}

/// The entry of words that follow one another. Two short words written apart are not one abbreviation.
fn named(words: &[String]) -> Option<&'static Entry> {
    let key = words.concat();
    if words.len() > 1 && key.len() < 4 {
        return None;
    }
    index().names.get(key.as_str())
}

/// Whether nothing but empty words, and other names of the same, stands beside these.
fn alone(words: &[String], range: &std::ops::Range<usize>) -> bool {
    let beside = words.iter().enumerate().filter(|(at, _)| !range.contains(at));
    let mine = words.get(range.clone()).and_then(named);
    beside.map(|(_, word)| word).all(|word| {
        EMPTY.contains(&word.as_str())
            || named(std::slice::from_ref(word)).zip(mine).is_some_and(|(a, b)| a.analytes == b.analytes)
    })
}

/// Adds what an entry means: a name of several analytes is decided by another name beside it (*transaminases ASAT*), and
/// says nothing new where one of its own was found already.
fn meet(found: &mut Vec<&'static Analyte>, entry: &Entry) {
    if entry.analytes.iter().any(|one| found.contains(one)) {
        return;
    }
    found.extend(entry.analytes.iter());
}

fn changes(word: &str) -> bool {
    if WHOLE.contains(&word) {
        return true;
    }
    CHANGES.iter().any(|start| !WHOLE.contains(start) && word.starts_with(start))
}

/// Haemoglobin has variants that a letter names: A2, F, S, C.
fn variant<'a>(analyte: &Analyte, mut rest: impl Iterator<Item = &'a str>) -> bool {
    analyte.id == "hemoglobine" && rest.any(|word| matches!(word, "a1" | "a2" | "f" | "s" | "c" | "e" | "h" | "bart"))
}
