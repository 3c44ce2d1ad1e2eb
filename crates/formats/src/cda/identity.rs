//! Keys of identifiers: a wrong one is doubtful, never refused, since test data and typing errors have them. It must only
//! say that a key is wrong where the number is of the kind that has one.

/// Who gives the INS: NIR, NIA, and the two of tests (CI-SIS).
pub(super) const INS: [&str; 4] =
    ["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"];

/// Who gives the identifiers of professionals: `8` and RPPS, `0` and ADELI.
const PROFESSIONALS: &str = "1.2.250.1.71.4.2.1";

/// Whether a matricule INS has its right key: `97 − (N mod 97)`, `2A` counting as 19 and `2B` as 18.
pub(super) fn is_ins(matricule: &str) -> bool {
    let (Some(body), Some(key)) = (matricule.get(..13), matricule.get(13..)) else { return false };
    let digits = match body.get(5..7) {
        Some("2A") => body.replacen("2A", "19", 1),
        Some("2B") => body.replacen("2B", "18", 1),
        _ => body.to_owned(),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(&digits) || !all_digits(key) || key.len() != 2 {
        return false;
    }
    match (digits.parse::<u64>(), key.parse::<u64>()) {
        (Ok(number), Ok(key)) => 97 - number % 97 == key,
        _ => false,
    }
}

/// Whether an identifier is an RPPS number whose key (Luhn) is wrong.
pub(super) fn is_wrong_rpps(root: &str, extension: &str) -> bool {
    if root != PROFESSIONALS {
        return false;
    }
    let rpps = match extension.len() {
        12 => extension.strip_prefix('8'),
        11 => Some(extension),
        _ => None,
    };
    rpps.is_some_and(|rpps| rpps.bytes().all(|byte| byte.is_ascii_digit()) && !luhn(rpps))
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let weighed = if at % 2 == 1 { digit * 2 } else { digit };
            if weighed > 9 { weighed - 9 } else { weighed }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_ins_and_rpps() {
        // Matricules of the domain's notes, and a Corsican one computed by the rule of the millions.
        for valid in ["279035121518989", "277076322082910", "207058575627097"] {
            assert!(is_ins(valid), "{valid}");
        }
        let corsican = 97 - (1_850_720_004_012_u64 - 1_000_000) % 97;
        assert!(is_ins(&format!("185072A004012{corsican:02}")));
        assert!(!is_ins(&format!("185072B004012{corsican:02}")));
        for wrong in ["288091234567823", "253097812634581", "27903512151898", "2790351215189890", "", "2790351215189é9"]
        {
            assert!(!is_ins(wrong), "{wrong}");
        }
        assert!(!is_wrong_rpps(PROFESSIONALS, "800000000018"));
        assert!(!is_wrong_rpps(PROFESSIONALS, "801234567897"));
        assert!(is_wrong_rpps(PROFESSIONALS, "801234534765"));
        assert!(!is_wrong_rpps(PROFESSIONALS, "0123456789"), "ADELI has no such key");
        assert!(!is_wrong_rpps("1.2.3", "801234534765"));
    }
}
