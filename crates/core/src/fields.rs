//! Checks of what was typed, each with the field it belongs to. The screens check too, to answer at once; these count.

use bannette_api::Failure;
use bannette_api::failure::{Field, Why};

/// Refuses a field.
pub(crate) fn invalid<T>(field: Field, why: Why) -> Result<T, Failure> {
    Err(Failure::Invalid { field, why })
}

/// A name or another short line: not empty, not too long, one line; white space at its ends is dropped.
pub(crate) fn line(field: Field, text: &str, at_most: u32) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return invalid(field, Why::Empty);
    }
    if text.chars().count() > usize::try_from(at_most).unwrap_or(usize::MAX) {
        return invalid(field, Why::TooLong { at_most });
    }
    if text.chars().any(char::is_control) {
        return invalid(field, Why::Form);
    }
    Ok(text.to_owned())
}

/// A login: letters, figures, `.`, `-`, `_`, `@`.
pub(crate) fn login(text: &str) -> Result<String, Failure> {
    let login = line(Field::Login, text, 64)?;
    if login.chars().all(|letter| letter.is_alphanumeric() || ".-_@".contains(letter)) {
        Ok(login)
    } else {
        invalid(Field::Login, Why::Form)
    }
}

/// An RPPS number: 11 figures; nothing typed is none.
pub(crate) fn rpps(text: Option<&str>) -> Result<Option<String>, Failure> {
    let figures: String = text.unwrap_or_default().chars().filter(|letter| !letter.is_whitespace()).collect();
    if figures.is_empty() {
        return Ok(None);
    }
    if figures.len() == 11 && figures.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Some(figures))
    } else {
        invalid(Field::Rpps, Why::Form)
    }
}

/// A mail address: something, `@`, a domain; no white space.
pub(crate) fn address(text: &str) -> Result<String, Failure> {
    let address = line(Field::Address, text, 254)?;
    let good = address.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && domain.split('.').all(|part| !part.is_empty())
            && !address.chars().any(char::is_whitespace)
    });
    if good { Ok(address) } else { invalid(Field::Address, Why::Form) }
}

/// A server's name or number: letters, figures, `-`, `.`, `:`.
pub(crate) fn host(field: Field, text: &str) -> Result<String, Failure> {
    let host = line(field, text, 253)?;
    if host.chars().all(|letter| letter.is_alphanumeric() || "-.:".contains(letter)) {
        Ok(host)
    } else {
        invalid(field, Why::Form)
    }
}

/// A number between two bounds.
pub(crate) fn between(field: Field, number: u32, least: u32, most: u32) -> Result<u32, Failure> {
    if (least..=most).contains(&number) { Ok(number) } else { invalid(field, Why::OutOfRange { least, most }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["derek.sheperd@medecin.test", "a@b"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in ["", "derek", "@b.test", "a@", "a@@b", "a b@c.test", "a@b..c", "a@b\u{0}"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn rpps_numbers() {
        assert_eq!(rpps(None).unwrap(), None);
        assert_eq!(rpps(Some(" ")).unwrap(), None);
        assert_eq!(rpps(Some("810 002 429 79")).unwrap().as_deref(), Some("81000242979"));
        assert!(rpps(Some("8100024297")).is_err());
        assert!(rpps(Some("8100024297x")).is_err());
    }
}
