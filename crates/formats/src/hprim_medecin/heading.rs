//! Headings among the lines of results. They are of what follows them; the laboratory's remarks are of what precedes. It
//! must never take a remark for a heading: then it would be said of another result.

use crate::text::fold;

/// How the names of a laboratory's chapters begin, folded.
const CHAPTERS: [&str; 49] = [
    "hematologie",
    "hemogramme",
    "numeration",
    "hemostase",
    "coagulation",
    "biochimie",
    "chimie",
    "ionogramme",
    "enzymologie",
    "immunologie",
    "immunohematologie",
    "immunoserologie",
    "serologie",
    "bacteriologie",
    "microbiologie",
    "mycologie",
    "parasitologie",
    "virologie",
    "hormonologie",
    "endocrinologie",
    "toxicologie",
    "pharmacologie",
    "allergologie",
    "cytologie",
    "cytobacteriologie",
    "ecbu",
    "coproculture",
    "hemoculture",
    "spermiologie",
    "genetique",
    "lipides",
    "proteines",
    "electrophorese",
    "urines",
    "sang",
    "selles",
    "vitamines",
    "marqueurs",
    "gazdusang",
    "auto",
    "bilan",
    "groupesanguin",
    "examencytobacteriologique",
    "bandelette",
    "liquide",
    "ponction",
    "miction",
    "lavage",
    "recueil",
];

/// Words that stand beside a chapter's name and are no remark on a result, folded.
const BESIDE: [&str; 24] = [
    "sanguin",
    "sanguine",
    "sanguins",
    "urinaire",
    "urinaires",
    "plasmatique",
    "generale",
    "clinique",
    "specialisee",
    "medicale",
    "globulaire",
    "formule",
    "lipidique",
    "hepatique",
    "renal",
    "renale",
    "martial",
    "thyroidien",
    "inflammatoire",
    "tumoraux",
    "seriques",
    "virale",
    "bacterienne",
    "generales",
];

/// What laboratories write in capitals of a result, folded.
const REMARKS: [&str; 25] = [
    "control",
    "verifi",
    "hemolys",
    "resultat",
    "confirm",
    "transmis",
    "appel",
    "telephon",
    "comment",
    "conclusion",
    "interpret",
    "remarque",
    "attention",
    "valeur",
    "reserve",
    "coagule",
    "lactescent",
    "icterique",
    "insuffisant",
    "dilution",
    "norme",
    "reference",
    "ajeun",
    "surveill",
    "nonconforme",
];

/// Whether a line can be the title of a section: a few words in capitals that are no remark.
pub(super) fn is_title(line: &str) -> bool {
    let line = words(line);
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3
        && line.chars().count() <= 60
        && !line.contains(|c: char| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '!' | '?' | '|'))
        && !is_remark(line)
}

/// Whether a line is the name of a laboratory's chapter: in capitals a few words, else the name alone or with a word that
/// goes with it.
pub(super) fn is_chapter(line: &str) -> bool {
    let line = words(line).trim_end_matches([':', ' ']);
    let (line, _) = line.split_once('(').unwrap_or((line, ""));
    let line = &without_hours(line);
    let named: Vec<String> = line.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
    let Some(first) = named.first() else { return false };
    let capital = line.starts_with(char::is_uppercase);
    let known = CHAPTERS.contains(&first.as_str()) || CHAPTERS.contains(&named.concat().as_str());
    if !capital || !known || line.ends_with('.') || line.contains(|c: char| c.is_ascii_digit() || c == '|') {
        return false;
    }
    if line.contains(char::is_lowercase) {
        named.iter().skip(1).all(|word| BESIDE.contains(&word.as_str()) || CHAPTERS.contains(&word.as_str()))
    } else {
        named.len() <= 6 && !is_remark(line)
    }
}

/// A line without how long was collected: `URINES DE 24 HEURES`, `IONOGRAMME URINAIRE DES 24H`.
fn without_hours(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_number = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let hours =
        |word: &str| ["h", "heures", "heure"].iter().any(|unit| word.trim_end_matches('.').eq_ignore_ascii_case(unit));
    let mut left = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let glued = word.strip_suffix(['h', 'H']).is_some_and(|number| is_number(&number));
        let apart = is_number(word) && words.get(at + 1).is_some_and(|next| hours(next));
        at += if apart { 2 } else { 1 };
        if !glued && !apart {
            left.push(*word);
        }
    }
    left.join(" ")
}

/// Whether a short line stands over a rule, or between two: `== BIOCHIMIE ==`.
pub(super) fn is_underlined(line: &str, next: Option<&str>) -> bool {
    let bare = words(line);
    let short = bare.chars().count() <= 60 && bare.contains(char::is_alphabetic) && !is_remark(bare);
    let begun = line.len() - line.trim_start_matches(is_rule_sign).len();
    let framed = begun >= 2 && line.ends_with(is_rule_sign);
    short && (framed || next.is_some_and(is_rule))
}

/// Whether a line below a title goes on with it: a few words, no values in columns.
pub(super) fn goes_on(line: &str) -> bool {
    let valued = line.contains("  ") || line.contains(|c: char| c.is_ascii_digit() || c == '|');
    is_rule(line) || line.chars().count() <= 60 && !valued && !line.ends_with('.')
}

/// A line of nothing but dashes or the like.
pub(super) fn is_rule(line: &str) -> bool {
    line.chars().count() >= 3 && line.chars().all(is_rule_sign)
}

/// A line without the rules around it.
pub(super) fn words(line: &str) -> &str {
    let begun = line.len() - line.trim_start_matches(is_rule_sign).len();
    if begun < 2 { line } else { line.trim_matches(|c: char| is_rule_sign(c) || c == ' ') }
}

fn is_rule_sign(c: char) -> bool {
    matches!(c, '-' | '=' | '_' | '*' | '~' | '#')
}

fn is_remark(line: &str) -> bool {
    let folded = fold(line);
    REMARKS.iter().any(|remark| folded.contains(remark))
}
