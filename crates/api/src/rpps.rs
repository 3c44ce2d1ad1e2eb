//! The check digit of an RPPS number (*Répertoire partagé des professionnels de santé*).
//!
//! Numbers that fail it are in use (the samples of the ANS hold some): a wrong one is a warning, never a refusal.

/// Whether the figures, check digit last, pass the formula of Luhn (ISO/IEC 7812-1, annex B). White space does not count;
/// anything else than figures, or nothing, fails.
#[must_use]
pub fn passes_luhn(number: &str) -> bool {
    let figures: Option<Vec<u32>> =
        number.chars().filter(|letter| !letter.is_whitespace()).map(|letter| letter.to_digit(10)).collect();
    let Some(figures) = figures.filter(|figures| !figures.is_empty()) else { return false };
    let doubled = |(place, figure): (usize, &u32)| match place % 2 {
        1 if *figure > 4 => figure * 2 - 9,
        1 => figure * 2,
        _ => *figure,
    };
    figures.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::passes_luhn;

    #[test]
    fn one_wrong_figure_or_two_swapped_show() {
        for good in ["00000000018", "01234567897", "012 3456 7897"] {
            assert!(passes_luhn(good), "{good}");
        }
        for bad in ["01234567898", "01234567879", "01234534765", "", " ", "0123456789x"] {
            assert!(!passes_luhn(bad), "{bad}");
        }
    }
}
