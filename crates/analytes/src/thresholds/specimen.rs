//! Whether a result is of blood. The thresholds are blood's: a potassium of urine is another matter.

use crate::words::words;

/// What is said of the specimen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specimen {
    /// Blood, or nothing is said: the codes and names of the table are those of blood.
    Blood,
    /// Something else.
    Other,
    /// The chapter speaks of blood and of something else.
    Unclear,
}

/// Beginnings of words for other specimens.
const OTHER: &[&str] = &[
    "urin",
    "ecbu",
    "cytobacter",
    "diurese",
    "bandelette",
    "lcr",
    "lcs",
    "cephalo",
    "rachid",
    "pleura",
    "ascit",
    "periton",
    "synovi",
    "articul",
    "liquide",
    "drain",
    "dialys",
    "amnio",
    "selle",
    "coproc",
    "coprolog",
    "feca",
    "salive",
    "salivaire",
    "sueur",
    "sperm",
    "semin",
    "expector",
    "vitre",
    "bile",
    "gastrique",
    "redon",
    "epanch",
    "kyste",
];

/// Beginnings of words for blood.
const BLOOD: &[&str] = &["sang", "serum", "seriq", "plasma", "hematolog", "hemogram", "blood", "capillaire", "arteri"];

/// Codes that stand in the field for the specimen (HL7 tables 0070 and 0487).
const OTHER_CODES: &[&str] =
    &["ur", "uri", "urn", "urine", "csf", "stl", "plr", "snv", "asc", "prt", "amn", "slv", "swt", "smn", "flu", "dial"];
const BLOOD_CODES: &[&str] =
    &["ser", "plas", "bld", "bldv", "blda", "bldc", "wb", "pla", "ppp", "s", "p", "cord", "bldco"];

/// What a result is of: the field for it decides, else the titles of the chapters around it.
#[must_use]
pub fn of(field: Option<&str>, chapters: &str) -> Specimen {
    let field = words(field.unwrap_or_default());
    let field_other = says(&field, OTHER) || field.iter().any(|word| OTHER_CODES.contains(&word.as_str()));
    let field_blood = says(&field, BLOOD) || field.iter().any(|word| BLOOD_CODES.contains(&word.as_str()));
    match (field_other, field_blood) {
        (true, false) => return Specimen::Other,
        (false, true) => return Specimen::Blood,
        (true, true) => return Specimen::Unclear,
        (false, false) => {}
    }
    let chapters = words(chapters);
    match (says(&chapters, OTHER), says(&chapters, BLOOD)) {
        (false, _) => Specimen::Blood,
        (true, false) => Specimen::Other,
        (true, true) => Specimen::Unclear,
    }
}

fn says(words: &[String], beginnings: &[&str]) -> bool {
    words.iter().any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::{Specimen, of};

    #[test]
    fn the_field_decides_then_the_chapter() {
        for (field, chapters, expected) in [
            (None, "BIOCHIMIE", Specimen::Blood),
            (None, "", Specimen::Blood),
            (None, "Biochimie urinaire", Specimen::Other),
            (None, "ECBU", Specimen::Other),
            (None, "Examen cytobactériologique des urines", Specimen::Other),
            (None, "Liquide céphalo-rachidien", Specimen::Other),
            (None, "BIOCHIMIE SANG ET URINES", Specimen::Unclear),
            (Some("Sérum"), "BIOCHIMIE SANG ET URINES", Specimen::Blood),
            (Some("SER"), "Biochimie urinaire", Specimen::Blood),
            (Some("UR^Urine"), "Biochimie", Specimen::Other),
            (Some("Urines de 24 h"), "Biochimie", Specimen::Other),
            (Some("LCR"), "Biochimie", Specimen::Other),
            (Some("Sang total EDTA"), "Hématologie", Specimen::Blood),
            (Some("Tube 4"), "Chimie des urines", Specimen::Other),
        ] {
            assert_eq!(of(field, chapters), expected, "{field:?} {chapters}");
        }
    }
}
