//! Units as a person reads them. Reports keep units as they were sent; only what is shown is put in words that French
//! laboratories print. It must never change what a unit means: one that is not wholly known is shown as sent.

use std::borrow::Cow;

/// A unit as it is shown: UCUM's `10*9/L` is « 10⁹/L », `m[IU]/L` « mUI/L », `{ratio}` nothing. Others stay as they are.
#[must_use]
pub fn shown(unit: &str) -> Cow<'_, str> {
    let written = unit.trim();
    let mut words = String::with_capacity(written.len() + 4);
    for (at, term) in written.split('/').enumerate() {
        let Some(term) = self::term(term) else { return Cow::Borrowed(unit) };
        // `1/mL` and `{cells}/mL` are « /mL ».
        if at > 0 {
            words.push('/');
        }
        words.push_str(&term);
    }
    if words == written { Cow::Borrowed(unit) } else { Cow::Owned(words) }
}

/// One side of a division.
fn term(term: &str) -> Option<Cow<'_, str>> {
    if term == "1" {
        return Some(Cow::Borrowed(""));
    }
    if let Some(exponent) = term.strip_prefix("10*").or_else(|| term.strip_prefix("10^")) {
        return power(exponent).map(Cow::Owned);
    }
    if let Some(known) = plain(term) {
        return Some(Cow::Borrowed(known));
    }
    if let Some(remark) = term.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        // A surface that UCUM has no unit for; any other remark says nothing that a unit must.
        return match remark {
            "1.73_m2" => Some(Cow::Borrowed("1,73 m²")),
            _ if remark.contains(['{', '}']) => None,
            _ => Some(Cow::Borrowed("")),
        };
    }
    if let Some((before, code)) = term.strip_suffix(']').and_then(|term| term.split_once('[')) {
        let name = match code {
            "IU" | "iU" => "UI",
            "CFU" => "UFC",
            "Hg" => "mHg",
            _ => return None,
        };
        return match (before, name) {
            ("" | "m" | "k" | "M", "UI") | ("", "UFC") => Some(Cow::Owned(format!("{before}{name}"))),
            ("u", "UI") => Some(Cow::Borrowed("µUI")),
            ("mm", "mHg") => Some(Cow::Borrowed("mmHg")),
            _ => None,
        };
    }
    (!term.contains(['*', '[', ']', '{', '}', '^'])).then_some(Cow::Borrowed(term))
}

/// `10⁹`
fn power(exponent: &str) -> Option<String> {
    const FIGURES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ("⁻", digits),
        None => ("", exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let figure = |c: char| c.to_digit(10).and_then(|digit| FIGURES.get(usize::try_from(digit).ok()?).copied());
    let figures: String =
        digits.chars().map(figure).collect::<Option<String>>().filter(|figures| !figures.is_empty())?;
    Some(format!("10{sign}{figures}"))
}

/// UCUM's spelling of what has a sign of its own.
fn plain(term: &str) -> Option<&'static str> {
    Some(match term {
        "umol" => "µmol",
        "ug" => "µg",
        "uL" => "µL",
        "um" => "µm",
        "um3" => "µm³",
        "ukat" => "µkat",
        "m2" => "m²",
        "Cel" => "°C",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn units_are_shown_as_laboratories_print_them() {
        for (sent, read) in [
            ("10*9/L", "10⁹/L"),
            ("10*12/L", "10¹²/L"),
            ("10*-3", "10⁻³"),
            ("[IU]/L", "UI/L"),
            ("m[IU]/L", "mUI/L"),
            ("u[IU]/mL", "µUI/mL"),
            ("[CFU]/mL", "UFC/mL"),
            ("mm[Hg]", "mmHg"),
            ("{ratio}", ""),
            ("1", ""),
            ("1/mL", "/mL"),
            ("{cells}/uL", "/µL"),
            ("mL/min/{1.73_m2}", "mL/min/1,73 m²"),
            ("umol/L", "µmol/L"),
            ("ug/L", "µg/L"),
        ] {
            assert_eq!(shown(sent), read);
        }
    }

    #[test]
    fn what_is_not_known_stays_as_sent() {
        for unit in
            ["g/dL", "mmol/L", "%", "G/L", "UI/L", "", "10*", "10*x/L", "[arb'U]/mL", "{a{b}}", "g[IU]", "**", " mm/h "]
        {
            assert_eq!(shown(unit), unit);
        }
    }
}
