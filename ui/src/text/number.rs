//! Numbers as a French reader expects them: decimal comma, thin groups of three, sizes.

/// A narrow non-breaking space, between groups of three digits.
const GROUP: char = '\u{202f}';

/// A value for display: a decimal point becomes a comma when the whole is a number; anything else stays as sent.
#[must_use]
pub fn value(sent: &str) -> String {
    let digits = sent.trim_start_matches(['-', '+']);
    let numeric = digits.split_once('.').is_some_and(|(whole, part)| {
        !whole.is_empty()
            && !part.is_empty()
            && whole.bytes().all(|byte| byte.is_ascii_digit())
            && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    if numeric { sent.replace('.', ",") } else { sent.to_owned() }
}

/// A whole number, in groups of three.
#[must_use]
pub fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(GROUP);
        }
        grouped.push(digit);
    }
    grouped
}

/// « 1 dossier », « 3 dossiers »: French counts one up to, but not including, two.
#[must_use]
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", whole(number), if number < 2 { one } else { many })
}

/// A size in octets, with one decimal under ten.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["ko", "Mo", "Go"];
    if bytes < 1000 {
        return format!("{bytes}\u{a0}o");
    }
    let mut tenths = bytes / 100;
    for unit in UNITS {
        if tenths < 100 {
            return format!("{},{}\u{a0}{unit}", tenths / 10, tenths % 10);
        }
        if tenths < 10_000 {
            return format!("{}\u{a0}{unit}", tenths / 10);
        }
        tenths /= 1000;
    }
    format!("{}\u{a0}To", tenths / 10)
}

#[cfg(test)]
mod tests {
    use super::{plural, size, value, whole};

    #[test]
    fn the_decimal_comma_stands_in_numbers_only() {
        assert_eq!(value("6.8"), "6,8");
        assert_eq!(value("-0.10"), "-0,10");
        assert_eq!(value("139"), "139");
        assert_eq!(value("v. infra"), "v. infra");
        assert_eq!(value("1.2.3"), "1.2.3");
        assert_eq!(value("."), ".");
    }

    #[test]
    fn groups_plurals_and_sizes() {
        assert_eq!(whole(100_000), "100\u{202f}000");
        assert_eq!(whole(34), "34");
        assert_eq!(plural(0, "dossier", "dossiers"), "0\u{a0}dossier");
        assert_eq!(plural(2, "dossier", "dossiers"), "2\u{a0}dossiers");
        assert_eq!(size(512), "512\u{a0}o");
        assert_eq!(size(4_200), "4,2\u{a0}ko");
        assert_eq!(size(131_072), "131\u{a0}ko");
        assert_eq!(size(60_000_000), "60\u{a0}Mo");
    }
}
