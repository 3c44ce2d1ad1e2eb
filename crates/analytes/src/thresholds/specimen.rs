//! Whether a result is of blood. The thresholds are blood's: a potassium of urine is another matter.

use crate::specimens;
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

/// Codes that stand in the field for the specimen (HL7 tables 0070 and 0487).
const OTHER_CODES: &[&str] = &[
    "u", "ur", "uri", "urn", "urns", "urc", "urt", "usub", "ucl", "urine", "csf", "stl", "plr", "plrf", "snv", "asc",
    "prt", "prtf", "amn", "slv", "sal", "spt", "sptc", "sptt", "spu", "swt", "smn", "sem", "sprm", "flu", "dial",
    "dialf", "diaf", "bal", "bro", "bron", "brth", "asp", "abs", "pus", "wnd", "wnda", "drn", "gast", "bil", "bile",
    "bon", "bm", "mar", "fist", "pcf", "vitf", "vom", "mec", "mlk", "milk", "nail", "har", "hair", "thrt", "tiss",
    "tears", "tear", "vag", "cvx", "cvm", "urth", "eye", "ear", "skn", "calculus", "ston", "plc", "ascf", "synf",
    "pelv", "fld", "bdy", "body",
];
const BLOOD_CODES: &[&str] =
    &["ser", "plas", "bld", "bldv", "blda", "bldc", "wb", "pla", "ppp", "s", "p", "cord", "bldco"];

/// What a result is of: the field for it decides, else the titles of the chapters around it.
#[must_use]
pub fn of(field: Option<&str>, chapters: &str) -> Specimen {
    let field = words(field.unwrap_or_default());
    let field_other = specimens::other(&field) || field.iter().any(|word| OTHER_CODES.contains(&word.as_str()));
    let field_blood = specimens::blood(&field) || field.iter().any(|word| BLOOD_CODES.contains(&word.as_str()));
    match (field_other, field_blood) {
        (true, false) => return Specimen::Other,
        (false, true) => return Specimen::Blood,
        (true, true) => return Specimen::Unclear,
        (false, false) => {}
    }
    let chapters = words(chapters);
    match (specimens::other(&chapters), specimens::blood(&chapters)) {
        (false, false) if specimens::doubtful(&chapters) => Specimen::Unclear,
        (false, _) => Specimen::Blood,
        (true, false) => Specimen::Other,
        (true, true) => Specimen::Unclear,
    }
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

    #[test]
    fn a_word_for_another_specimen_is_heard_whatever_stands_around_it() {
        for chapter in [
            "LAVAGE BRONCHO-ALVEOLAIRE",
            "Lavage bronchoalvéolaire",
            "LBA",
            "PONCTION LOMBAIRE",
            "PONCTION DU GENOU",
            "Ponction articulaire genou droit",
            "MICTION",
            "BIOCHIMIE SUR MICTION",
            "1ère miction du matin",
            "HYGROMA",
            "HLM",
            "COMPTE D’ADDIS",
            "COMPTE D ADDIS",
            "SONDE",
            "Urines sur sonde",
            "CHIMIE U",
            "Biochimie (U)",
            "U R I N E S",
            "  L C R  ",
            "B I O C H I M I E   U R I N A I R E",
            "IONOGRAMME URINAIRE DES 24H",
            "URINES DE 24 HEURES",
            "IONOGRAMME DES 24 HEURES",
            "Ionogramme urinaire",
            "Bandelette urinaire",
            "LIQUIDE PLEURAL (ponction du 24/11)",
            "liquide d’ascite",
            "Drain de Redon",
            "Dialysat",
            "Liquide de dialyse péritonéale",
            "Test de la sueur",
            "Eau de dialyse",
            "Bandelette (BU)",
            "Prélèvement de gorge",
            "Infiltration épaule",
            "Cystocentèse",
            "Culot urinaire",
            "Bain de dialyse",
            "Myélogramme",
            "CRACHATS",
            "Biochimie des selles",
            "Épanchement péricardique",
        ] {
            assert_eq!(of(None, chapter), Specimen::Other, "{chapter}");
            assert_eq!(of(None, &chapter.to_uppercase()), Specimen::Other, "{chapter}");
            assert_eq!(of(None, &format!("EXAMENS DU 30/11 {chapter} (suite)")), Specimen::Other, "{chapter}");
        }
        for chapter in [
            "BIOCHIMIE",
            "HEMATOLOGIE",
            "ENZYMES (U/L)",
            "Enzymes U / L",
            "Ionogramme",
            "IONOGRAMME SANGUIN",
            "BILAN DIALYSE",
            "Hémodialyse avant séance",
            "Bilan de dialyse péritonéale",
            "Prélèvement sur fistule",
            "Médicaments (chromatographie liquide)",
            "Dosages en chromatographie en phase liquide",
            "BILAN LIPIDIQUE",
            "Bilan hépatique",
            "Enzymes pancréatiques",
            "Gaz du sang artériel",
            "Prélèvement du 24 à 8 h",
            "UROLOGIE",
            "HEMOSTASE - COAGULATION",
            "N F S",
        ] {
            assert_eq!(of(None, chapter), Specimen::Blood, "{chapter}");
        }
        for chapter in [
            "Sang et urines",
            "Ponction veineuse",
            "CYTOLOGIE",
            "Examen cytologique",
            "BACTERIOLOGIE",
            "CALCIURIE",
            "Créatinine et protéinurie",
            "NATRIURESE",
            "Hématologie : myélogramme",
        ] {
            assert_eq!(of(None, chapter), Specimen::Unclear, "{chapter}");
        }
    }

    #[test]
    fn codes_of_specimens_are_those_of_the_tables() {
        for code in
            ["U", "UR", "URC", "URT", "UR^Urine^HL70487", "u", "CSF", "STL", "PLR", "SNV", "BAL", "SPT", "AMN", "SWT"]
        {
            assert_eq!(of(Some(code), "BIOCHIMIE"), Specimen::Other, "{code}");
        }
        for code in ["SER", "PLAS", "BLD", "BLDV", "BLDA", "S", "P", "WB", "SER^Sérum"] {
            assert_eq!(of(Some(code), "CHIMIE U"), Specimen::Blood, "{code}");
        }
    }
}
