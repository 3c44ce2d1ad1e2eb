//! Capitals and small letters of the Latin script, which is all that the names of a French practice are written in.
//!
//! The standard library's own tables hold every script of the world and would make a fortieth of the whole module.

/// The pairs of Latin Extended-A whose capital is the odd one.
fn odd_capital(letter: u32) -> bool {
    matches!(letter, 0x139..=0x148 | 0x179..=0x17e)
}

/// The letters of Latin Extended-A that come in pairs, a capital and a small one.
fn in_pairs(letter: u32) -> bool {
    matches!(letter, 0x100..=0x12f | 0x132..=0x137 | 0x139..=0x148 | 0x14a..=0x177 | 0x179..=0x17e)
}

/// The capital of a letter.
#[must_use]
pub fn upper(letter: char) -> char {
    let code = u32::from(letter);
    let other = match letter {
        'ÿ' => 0x178,
        'à'..='þ' if letter != '÷' => code - 32,
        _ if in_pairs(code) && (code % 2 == 0) == odd_capital(code) => code - 1,
        _ => return letter.to_ascii_uppercase(),
    };
    char::from_u32(other).unwrap_or(letter)
}

/// The small form of a letter.
#[must_use]
pub fn lower(letter: char) -> char {
    let code = u32::from(letter);
    let other = match letter {
        'Ÿ' => 0xff,
        'À'..='Þ' if letter != '×' => code + 32,
        _ if in_pairs(code) && (code % 2 == 1) == odd_capital(code) => code + 1,
        _ => return letter.to_ascii_lowercase(),
    };
    char::from_u32(other).unwrap_or(letter)
}

/// A text in capitals; « ß » has none in one letter and stays.
#[must_use]
pub fn capitals(text: &str) -> String {
    text.chars().map(upper).collect()
}

#[cfg(test)]
mod tests {
    use super::{capitals, lower, upper};

    /// Where one letter has one capital, the standard library says which.
    #[test]
    fn as_the_standard_library_has_it() {
        for letter in (0..0x180).filter_map(char::from_u32) {
            let (capital, small) = (letter.to_uppercase(), letter.to_lowercase());
            if capital.len() == 1 && !matches!(letter, 'µ' | 'ı' | 'ſ') {
                assert_eq!(Some(upper(letter)), capital.clone().next(), "{letter} {:x}", u32::from(letter));
            }
            if small.len() == 1 && letter != 'İ' {
                assert_eq!(Some(lower(letter)), small.clone().next(), "{letter} {:x}", u32::from(letter));
            }
        }
    }

    #[test]
    fn names() {
        assert_eq!(capitals("Pédicure-Œuvré Łÿž"), "PÉDICURE-ŒUVRÉ ŁŸŽ");
    }
}
