//! Whether two readings speak of the same patient. It must never say that two patients are one: it only says when they
//! cannot be, so that a person looks.

use bannette_api::report::Patient;
use std::collections::BTreeSet;

/// Whether two identities contradict each other: an INS, a birth date, a sex, a family or a first name that cannot be the
/// same person's. What one of them does not say contradicts nothing.
pub(crate) fn differ(one: &Patient, other: &Patient) -> bool {
    if let (Some(one), Some(other)) = (&one.ins, &other.ins)
        && one.oid == other.oid
        && essence(&one.value) != essence(&other.value)
    {
        return true;
    }
    contradict(one.birth_date.as_deref(), other.birth_date.as_deref(), |one, other| one == other)
        || contradict(known_sex(one), known_sex(other), |one, other| one == other)
        || !families_agree(one, other)
        || contradict(one.first_name.as_deref(), other.first_name.as_deref(), first_names_agree)
}

/// Whether two identities of one payload are the same person's: an INS or an identifier of one authority is in both, and
/// nothing contradicts it.
pub(crate) fn is_one_person(one: &Patient, other: &Patient) -> bool {
    let ins = one.ins.is_some() && one.ins == other.ins;
    let known = one.identifiers.iter().any(|identifier| other.identifiers.contains(identifier));
    one == other || (ins || known) && !differ(one, other) && !identifiers_differ(one, other)
}

/// Whether one authority gave them identifiers of which none is the same.
fn identifiers_differ(one: &Patient, other: &Patient) -> bool {
    one.identifiers.iter().any(|identifier| {
        let mut of_the_same = other.identifiers.iter().filter(|by| by.authority == identifier.authority).peekable();
        of_the_same.peek().is_some() && !of_the_same.any(|by| one.identifiers.contains(by))
    })
}

fn contradict(one: Option<&str>, other: Option<&str>, agree: impl Fn(&str, &str) -> bool) -> bool {
    matches!((one, other), (Some(one), Some(other)) if !agree(one, other))
}

fn known_sex(patient: &Patient) -> Option<&str> {
    patient.sex.as_deref().filter(|sex| matches!(*sex, "F" | "M"))
}

/// Family names agree when a birth or used name is the same, or when one reading holds the words of a name of the other
/// (`MODELE EPOUSE EXEMPLE`).
fn families_agree(one: &Patient, other: &Patient) -> bool {
    let names = |patient: &Patient| -> Vec<BTreeSet<String>> {
        let names = [&patient.birth_name, &patient.used_name].into_iter().flatten();
        names.map(|name| words(name)).filter(|words| !words.is_empty()).collect()
    };
    let (one, other) = (names(one), names(other));
    if one.is_empty() || other.is_empty() {
        return true;
    }
    let all = |names: &[BTreeSet<String>]| -> BTreeSet<String> { names.iter().flatten().cloned().collect() };
    let (all_one, all_other) = (all(&one), all(&other));
    one.iter().any(|name| name.is_subset(&all_other)) || other.iter().any(|name| name.is_subset(&all_one))
}

/// First names agree when the first of each is the same: one reading may give the others too.
fn first_names_agree(one: &str, other: &str) -> bool {
    let (whole_one, whole_other) = (essence(one), essence(other));
    let first = |name: &str| name.split([' ', ',', ';']).map(essence).find(|word| !word.is_empty()).unwrap_or_default();
    whole_one == whole_other || first(one) == first(other)
}

/// The words of a name, without what is no name.
fn words(name: &str) -> BTreeSet<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .map(essence)
        .filter(|word| !word.is_empty() && !matches!(word.as_str(), "EPOUSE" | "EPX" | "EP" | "NEE" | "VEUVE"))
        .collect()
}

/// Letters and digits, upper case, without accents.
fn essence(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).flat_map(plain).collect()
}

/// A capital letter without its accent, as the letters that stand for it.
fn plain(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => "A",
        'Ç' => "C",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'Ñ' => "N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => "O",
        'Ù' | 'Ú' | 'Û' | 'Ü' => "U",
        'Ý' | 'Ÿ' => "Y",
        'Œ' => "OE",
        'Æ' => "AE",
        _ => "",
    };
    let itself = if text.is_empty() { Some(c) } else { None };
    text.chars().chain(itself)
}
