//! Which analyte a laboratory's label means, and when it means none for sure.

use super::beside::{ADDITIVES, CHANGES, EMPTY, FORMS, NO_CHANGE, REMARKS, SALTS, WHOLE};
use super::{Analyte, Entry, elsewhere, index};
use crate::specimens;
use crate::words::words;

/// How many words a printed name has at the most.
const LONGEST: usize = 8;

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
/// A code of another specimen, a code that the label contradicts, a label that names two, and a label with a word that makes
/// of the analyte something else (*clairance*, *urinaire*, *anti-*) are none: in doubt nothing is claimed.
#[must_use]
pub fn analyte_of(label: &str, loinc: Option<&str>) -> Option<&'static Analyte> {
    if loinc.is_some_and(|code| elsewhere::CODES.contains(&code.trim())) {
        return None;
    }
    let coded = loinc.and_then(|code| index().codes.get(code.trim()).copied());
    match (coded, read(label)) {
        (Some(coded), Said::One(named)) => (coded == named || general(coded) == Some(named.id)).then_some(coded),
        (Some(coded), Said::Several(named)) => named.contains(&coded).then_some(coded),
        (coded, Said::Nothing) => coded,
        (None, Said::One(named)) => Some(named),
        (_, Said::Changed) | (None, Said::Several(_)) => None,
    }
}

/// Whether a result has a LOINC code that is not in the table: it may be of another specimen or another form of what the label
/// names, and only a person can tell.
#[must_use]
pub fn is_unlisted(loinc: Option<&str>) -> bool {
    loinc.map(str::trim).is_some_and(|code| !code.is_empty() && !index().codes.contains_key(code))
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
        "troponine-t" | "troponine-i" => "troponine",
        "bicarbonates-arteriels" => "bicarbonates",
        _ => return None,
    })
}

fn read(label: &str) -> Said {
    let words = words(label);
    let mut used = asides(&words);
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
    let rest: Vec<&str> = words.iter().zip(&used).filter(|(_, used)| !**used).map(|(word, _)| word.as_str()).collect();
    let elsewhere = !own_specimen(&words, &used);
    match found.as_slice() {
        [] => Said::Nothing,
        [_, ..] if elsewhere => Said::Changed,
        [one] => form(one, &rest),
        [_, ..] if rest.iter().any(|word| changes(word)) => Said::Changed,
        _ => Said::Several(found),
    }
}

/// The words that are of no importance to what is measured: how the sample is (*index hémolyse*), and what was in the tube
/// (*héparinate de lithium*).
fn asides(words: &[String]) -> Vec<bool> {
    let mut aside = vec![false; words.len()];
    let haemoglobin = words.iter().any(|word| word.starts_with("hemoglob") || word == "hb");
    let mut mark = |range: std::ops::RangeInclusive<usize>| {
        if let Some(words) = aside.get_mut(range) {
            words.fill(true);
        }
    };
    let begins = |at: usize, all: &[&str]| {
        words.get(at).is_some_and(|word| all.iter().any(|beginning| word.starts_with(beginning)))
    };
    let is = |at: usize, all: &[&str]| words.get(at).is_some_and(|word| all.contains(&word.as_str()));
    for at in 0..words.len() {
        let next = if is(at + 1, &["d", "de", "au", "of"]) { at + 2 } else { at + 1 };
        if is(at, &["index", "indice"]) && begins(next, &["hemolys", "icter", "lipem"]) && !haemoglobin {
            mark(at..=next);
        }
        if begins(at, ADDITIVES) && is(next, SALTS) {
            mark(at..=next);
        }
        if is(at, SALTS) && begins(at + 1, &["heparin"]) {
            mark(at..=at + 1);
        }
    }
    aside
}

/// Whether the words for another specimen are all part of the analyte's own name.
fn own_specimen(words: &[String], used: &[bool]) -> bool {
    // A name that ends so is one of blood: its strip is not the one for urine.
    let blood = words.iter().any(|word| word.ends_with("emie"));
    let rest: Vec<String> = words
        .iter()
        .zip(used)
        .filter(|(_, used)| !**used)
        .map(|(word, _)| word.clone())
        .filter(|word| !blood || !word.starts_with("bandelette"))
        .collect();
    !specimens::other(&rest) && !rest.iter().any(|word| specimens::urinary(word))
}

/// What an analyte is with the words that stand beside its name.
fn form(one: &'static Analyte, rest: &[&str]) -> Said {
    let begins = |word: &str, all: &[&str]| all.iter().any(|beginning| word.starts_with(beginning));
    let of = |table: &'static [(&str, &[&str])]| {
        table.iter().find(|(id, _)| *id == one.id).map_or(&[] as &[&str], |(_, words)| *words)
    };
    if one.id == "calcium-total" {
        // The words of a calcium stand in any order: « calcium sérique ionisé », « calcium, ion », « calcium normalisé ».
        let ionised =
            |word: &&str| begins(word, &["ioni", "actif", "normalis", "libre"]) || matches!(*word, "ion" | "i" | "ph");
        let id = if rest.iter().any(ionised) {
            Some("calcium-ionise")
        } else if rest.iter().any(|word| begins(word, &["corr"])) {
            Some("calcium-corrige")
        } else {
            None
        };
        if let Some(other) = id.and_then(super::by_id) {
            return form(other, rest);
        }
    }
    // The witness that a ratio is made with is not the one that was measured.
    let compared = rest.iter().any(|word| begins(word, &["malade", "patient", "ratio", "rapport"]));
    let changed = |word: &&str| {
        let harmless = begins(word, of(NO_CHANGE)) || (one.id == "tca" && compared && word.starts_with("temoin"));
        (changes(word) && !harmless) || begins(word, of(FORMS))
    };
    if rest.iter().any(changed) || variant(one, rest.iter().copied()) { Said::Changed } else { Said::One(one) }
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
            || REMARKS.iter().any(|beginning| word.starts_with(beginning))
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
