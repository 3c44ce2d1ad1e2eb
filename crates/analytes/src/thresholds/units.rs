//! Units as laboratories write them, read into a closed list.
//!
//! G/L (giga per litre) and g/L (grams per litre) differ by one capital, and some channels write everything in capitals.
//! So the letters are never asked: both are read as [`Unit::GramOrGiga`], and what was measured says which of the two it is
//! (blood cells are counted, everything else is weighed).

use unicode_normalization::UnicodeNormalization;

/// A unit that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// No unit is written.
    Missing,
    /// Written as having none: a ratio, an INR, a pH.
    Ratio,
    /// mmol/L.
    Mmol,
    /// µmol/L.
    Umol,
    /// nmol/L.
    Nmol,
    /// pmol/L.
    Pmol,
    /// mEq/L.
    Meq,
    /// g/L, or G/L: the analyte says which.
    GramOrGiga,
    /// mg/L.
    Mg,
    /// µg/L.
    Ug,
    /// ng/L.
    Ng,
    /// g/dL.
    GramDl,
    /// mg/dL.
    MgDl,
    /// µg/dL.
    UgDl,
    /// ng/dL.
    NgDl,
    /// 10⁹/L, written in a way that can mean nothing else.
    Giga,
    /// /mm³, /µL.
    PerMm3,
    /// 10⁶/L.
    Mega,
    /// %.
    Percent,
    /// L/L.
    LitreLitre,
    /// Seconds.
    Second,
    /// mmHg.
    MmHg,
    /// kPa.
    KPa,
    /// UI/L.
    UiL,
    /// UI/mL.
    UiMl,
    /// mUI/L.
    MUiL,
    /// µkat/L.
    Ukat,
}

/// What a written unit is; none for one that is not in the list.
#[must_use]
pub fn unit(written: Option<&str>) -> Option<Unit> {
    let plain = plain(written.unwrap_or_default());
    Some(match plain.as_str() {
        "" | "-" => Unit::Missing,
        "ratio" | "rapport" | "inr" | "1" | "ph" | "uph" | "uniteph" | "unitesph" | "sansunite" | "su" | "m/t"
        | "p/t" | "malade/temoin" | "patient/temoin" => Unit::Ratio,
        // A millimetre is no amount of anything that has a threshold: mM is a molar.
        "mmol/l" | "umol/ml" | "mm" => Unit::Mmol,
        "umol/l" | "nmol/ml" | "um" => Unit::Umol,
        "nmol/l" | "pmol/ml" | "nm" => Unit::Nmol,
        "pmol/l" | "pm" => Unit::Pmol,
        "meq/l" | "mval/l" => Unit::Meq,
        "g/l" | "mg/ml" => Unit::GramOrGiga,
        "mg/l" | "ug/ml" => Unit::Mg,
        "ug/l" | "ng/ml" => Unit::Ug,
        "ng/l" | "pg/ml" => Unit::Ng,
        "g/dl" | "g/100ml" | "g%" => Unit::GramDl,
        "mg/dl" | "mg/100ml" | "mg%" => Unit::MgDl,
        "ug/dl" | "ug/100ml" => Unit::UgDl,
        "ng/dl" | "ng/100ml" => Unit::NgDl,
        "giga/l" | "10^9/l" | "10^3/mm3" | "10^3/ul" | "/nl" => Unit::Giga,
        "/mm3" | "/ul" | "mm3" => Unit::PerMm3,
        "10^6/l" => Unit::Mega,
        "%" | "pourcent" | "p.100" | "p100" => Unit::Percent,
        "l/l" => Unit::LitreLitre,
        "s" | "sec" | "secs" | "secondes" | "seconde" => Unit::Second,
        "mmhg" | "torr" => Unit::MmHg,
        "kpa" => Unit::KPa,
        "ui/l" | "u/l" | "iu/l" | "mui/ml" | "mu/ml" | "miu/ml" => Unit::UiL,
        "ui/ml" | "u/ml" | "iu/ml" | "kui/l" | "ku/l" => Unit::UiMl,
        "mui/l" | "mu/l" | "miu/l" | "uui/ml" | "uu/ml" | "uiu/ml" => Unit::MUiL,
        "ukat/l" => Unit::Ukat,
        _ => return None,
    })
}

/// Whether no unit is written.
#[must_use]
pub fn is_missing(written: Option<&str>) -> bool {
    unit(written) == Some(Unit::Missing)
}

/// Whether a unit says by itself which of the measures of the prothrombin time it is of.
#[must_use]
pub fn says(written: Option<&str>, analyte: &str) -> bool {
    match analyte {
        "tp" => unit(written) == Some(Unit::Percent),
        "inr" => plain(written.unwrap_or_default()) == "inr",
        _ => false,
    }
}

/// Whether a unit says by itself that urine was collected: an amount a day, or one for so much creatinine.
#[must_use]
pub fn is_urinary(written: Option<&str>) -> bool {
    let plain = plain(written.unwrap_or_default());
    ["24h", "/jour", "/j", "/d", "creat", "/mmol", "/g", "urin", "champ"].iter().any(|end| match *end {
        "/j" | "/d" | "/mmol" | "/g" => plain.ends_with(end),
        other => plain.contains(other),
    })
}

/// Small letters, no blanks and brackets, one way of writing powers and litres.
fn plain(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    for letter in written.nfkd().flat_map(char::to_lowercase) {
        match letter {
            // The micro sign is a Greek mu after the decomposition.
            'μ' => plain.push('u'),
            '*' | '^' => plain.push('^'),
            '×' | '·' | '[' | ']' | '{' | '}' | '(' | ')' | '_' | '\'' | '’' => {}
            '−' | '–' | '⁻' => plain.push('-'),
            '⁄' | '∕' => plain.push('/'),
            other if other.is_whitespace() || unicode_normalization::char::is_combining_mark(other) => {}
            other => plain.push(other),
        }
    }
    for (long, short) in [
        ("litres", "litre"),
        ("grammes", "gramme"),
        ("microlitre", "ul"),
        ("millilitre", "ml"),
        ("decilitre", "dl"),
        ("litre", "l"),
        ("millimol", "mmol"),
        ("micromol", "umol"),
        ("nanomol", "nmol"),
        ("picomol", "pmol"),
        ("microgramme", "ug"),
        ("milligramme", "mg"),
        ("nanogramme", "ng"),
        ("picogramme", "pg"),
        ("gramme", "g"),
        ("microg", "ug"),
        ("mcg", "ug"),
        ("microl", "ul"),
        ("mcl", "ul"),
        ("gigas", "giga"),
        ("milliards/", "giga/"),
        ("milliard/", "giga/"),
        ("moles", "mol"),
        ("mole", "mol"),
        ("mols", "mol"),
        ("u.i.", "ui"),
        ("gr/", "g/"),
        ("parl", "/l"),
        ("pardl", "/dl"),
        ("parml", "/ml"),
        ("parul", "/ul"),
        ("parmm", "/mm"),
        (".l-1", "/l"),
        ("l-1", "/l"),
        ("mm^3", "mm3"),
        ("mmcube", "mm3"),
        ("/mmc", "/mm3"),
        ("puissance", "^"),
        ("^^", "^"),
    ] {
        if plain.contains(long) {
            plain = plain.replace(long, short);
        }
    }
    // What was examined or counted, and at which temperature, is said beside the unit.
    for word in
        ["sangtotal", "sang", "plasma", "serum", "desang", "deplasma", "deserum", "de", "a37°c", "37°c", "a37°", "37°"]
    {
        if let Some(rest) = plain.strip_suffix(word).filter(|rest| rest.contains(['/', '%'])) {
            plain.truncate(rest.len());
        }
    }
    for counted in ["cellules", "cellule", "cells", "cell", "elements", "element", "elts", "elt", "globules"] {
        plain = plain.replace(counted, "");
    }
    let plain = plain.trim_end_matches('.');
    power(plain).unwrap_or_else(|| plain.to_owned())
}

/// One way of writing so many thousands or billions per volume: `x 10.9/L`, `10E09/L`, `10 9/L` whose power stood above the
/// line, `milliers/µL`.
fn power(plain: &str) -> Option<String> {
    let (number, volume) = plain.split_once('/')?;
    let number = number.trim_start_matches(['x', '.']);
    if matches!(number, "k" | "mille" | "milliers" | "millier" | "1000") {
        return Some(format!("10^3/{volume}"));
    }
    let power = number.strip_prefix("10")?.trim_start_matches(['^', '.', 'e', 'x', 'p', '+', '0']);
    matches!(power, "3" | "6" | "9").then(|| format!("10^{power}/{volume}"))
}

#[cfg(test)]
mod tests {
    use super::{Unit, is_urinary, unit};

    #[test]
    fn each_way_of_writing_a_unit_is_read() {
        for (written, read) in [
            ("mmol/L", Unit::Mmol),
            ("MMOL/L", Unit::Mmol),
            ("mmol / l", Unit::Mmol),
            ("mmoles/litre", Unit::Mmol),
            ("mmol.L-1", Unit::Mmol),
            ("mmol·L⁻¹", Unit::Mmol),
            ("mEq/L", Unit::Meq),
            ("µmol/L", Unit::Umol),
            ("μmol/l", Unit::Umol),
            ("umol/L", Unit::Umol),
            ("micromoles/L", Unit::Umol),
            ("G/L", Unit::GramOrGiga),
            ("g/L", Unit::GramOrGiga),
            ("Giga/L", Unit::Giga),
            ("10^9/L", Unit::Giga),
            ("10*9/L", Unit::Giga),
            ("10E9/L", Unit::Giga),
            ("10⁹/L", Unit::Giga),
            ("x10^9/L", Unit::Giga),
            ("× 10⁹/L", Unit::Giga),
            ("10³/mm³", Unit::Giga),
            ("10*3/uL", Unit::Giga),
            ("10E03/µL", Unit::Giga),
            ("/mm3", Unit::PerMm3),
            ("/mm³", Unit::PerMm3),
            ("/µL", Unit::PerMm3),
            ("g/dL", Unit::GramDl),
            ("g/100 mL", Unit::GramDl),
            ("ng/mL", Unit::Ug),
            ("pg/mL", Unit::Ng),
            ("mm[Hg]", Unit::MmHg),
            ("[iU]/L", Unit::UiL),
            ("m[IU]/L", Unit::MUiL),
            ("µUI/mL", Unit::MUiL),
            ("{INR}", Unit::Ratio),
            ("%", Unit::Percent),
            ("sec.", Unit::Second),
            ("s.", Unit::Second),
            ("", Unit::Missing),
            ("G/l.", Unit::GramOrGiga),
            ("mmol/l.", Unit::Mmol),
            ("mM", Unit::Mmol),
            ("µM", Unit::Umol),
            ("mmol/L plasma", Unit::Mmol),
            ("mmol/L de plasma", Unit::Mmol),
            ("g/L de sang", Unit::GramOrGiga),
            ("g/dL (sang total)", Unit::GramDl),
            ("millimoles par litre", Unit::Mmol),
            ("micromoles/litre", Unit::Umol),
            ("milligrammes/litre", Unit::Mg),
            ("grammes par litre", Unit::GramOrGiga),
            ("g/décilitre", Unit::GramDl),
            ("milliers/µl", Unit::Giga),
            ("milliers/mm3", Unit::Giga),
            ("Mille/mm³", Unit::Giga),
            ("K/µL", Unit::Giga),
            ("x1000/mm3", Unit::Giga),
            ("milliards/L", Unit::Giga),
            ("x 10.9/L", Unit::Giga),
            ("X 10 9/L", Unit::Giga),
            ("x10(9)/L", Unit::Giga),
            ("10exp9/L", Unit::Giga),
            ("10 puissance 9/L", Unit::Giga),
            ("10E+9/L", Unit::Giga),
            ("10^9 cellules/L", Unit::Giga),
            ("10.3/mm3", Unit::Giga),
            ("cellules/mm3", Unit::PerMm3),
            ("éléments/µL", Unit::PerMm3),
            ("/microlitre", Unit::PerMm3),
            ("/mmc", Unit::PerMm3),
            ("UI/L 37°C", Unit::UiL),
            ("UI/L à 37 °C", Unit::UiL),
            ("rapport", Unit::Ratio),
            ("malade/témoin", Unit::Ratio),
            ("p.100", Unit::Percent),
        ] {
            assert_eq!(unit(Some(written)), Some(read), "{written}");
        }
        assert_eq!(unit(None), Some(Unit::Missing));
        for other in ["mmol/24h", "UFC/mL", "UA", "g/mol", "l", "10^4/L", "mmol"] {
            assert_eq!(unit(Some(other)), None, "{other}");
        }
    }

    #[test]
    fn what_is_measured_a_day_or_by_creatinine_is_urine() {
        for urinary in [
            "mmol/24h",
            "g/24 h",
            "mg/g",
            "mg/mmol",
            "mmol/j",
            "mg/g créat",
            "mmol/jour",
            "mmol/L urine",
            "g/L d’urines",
        ] {
            assert!(is_urinary(Some(urinary)), "{urinary}");
        }
        for other in ["mmol/L", "g/L", "mg/dL", "/mm3", "", "g/100mL", "mL/min"] {
            assert!(!is_urinary(Some(other)), "{other}");
        }
    }
}
