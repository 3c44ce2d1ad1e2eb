//! A text cut into words that can be compared, whatever its writer's accents, capitals, hyphens and Greek letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text: small letters without accents, and digits. Everything else parts two words.
///
/// `γGT` is `gammagt`, `œ` is `oe`, `CRE'ATININE` (an accent typed as an apostrophe on capitals) is `creatinine`, and
/// `T.S.H.` is `tsh`. A plural `s` at the end of a longer word is left out, so that *leucocyte* is *leucocytes*.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut word = String::new();
    let mut after_point = false;
    for letter in text.nfkd().flat_map(char::to_lowercase) {
        match letter {
            'γ' => word.push_str("gamma"),
            'β' | 'ß' => word.push_str("beta"),
            'α' => word.push_str("alpha"),
            'κ' => word.push_str("kappa"),
            'λ' => word.push_str("lambda"),
            'œ' => word.push_str("oe"),
            'æ' => word.push_str("ae"),
            _ if is_combining_mark(letter) => {}
            _ if letter.is_alphanumeric() => word.push(letter),
            // French never elides after an e: this is an accent.
            '\'' | '’' | '`' | '´' if word.ends_with('e') => {}
            _ => {
                take(&mut all, &mut word, after_point);
                after_point = letter == '.';
            }
        }
    }
    take(&mut all, &mut word, after_point);
    all
}

/// Puts a finished word to the others. One letter after a point that follows letters and points is of the same
/// abbreviation.
fn take(all: &mut Vec<String>, word: &mut String, after_point: bool) {
    let mut taken = std::mem::take(word);
    if taken.is_empty() {
        return;
    }
    let one_letter = taken.len() == 1 && taken.starts_with(char::is_alphabetic);
    if one_letter
        && after_point
        && let Some(before) = all.last_mut()
        && before.len() < 6
        && before.chars().all(char::is_alphabetic)
    {
        before.push_str(&taken);
        return;
    }
    // Six letters: abbreviations that end in s (TSHus, DHEAS) keep it.
    if taken.len() >= 6 && taken.ends_with('s') && taken.chars().all(char::is_alphabetic) {
        taken.pop();
    }
    all.push(taken);
}

#[cfg(test)]
mod tests {
    use super::words;

    fn read(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn writers_differ_and_words_do_not() {
        for (text, expected) in [
            ("Créatinine", "creatinine"),
            ("CRE'ATININE", "creatinine"),
            ("cre\u{301}atinine", "creatinine"),
            ("γGT", "gammagt"),
            ("β-HCG", "beta hcg"),
            ("α-fœtoprotéine", "alpha foetoproteine"),
            ("K+", "k"),
            ("HCO3-", "hco3"),
            ("T.S.H.", "tsh"),
            ("T.S.H", "tsh"),
            ("Test direct à l’antiglobuline", "test direct a l antiglobuline"),
            ("Globules blancs", "globule blanc"),
            ("TSHus", "tshus"),
            ("poly. neutro.", "poly neutro"),
            ("", ""),
            ("—", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
