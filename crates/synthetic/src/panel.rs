//! What a laboratory measures: analytes with their units and bounds, by chapter. Values are whole numbers of the last
//! decimal, so that what is written is exact.

use crate::random::Random;

/// An analyte.
pub(crate) struct Analyte {
    pub(crate) label: &'static str,
    pub(crate) code: &'static str,
    pub(crate) unit: &'static str,
    /// Decimals written.
    pub(crate) decimals: u32,
    /// Bounds, in units of the last decimal. `None`: open.
    pub(crate) low: Option<i64>,
    pub(crate) high: Option<i64>,
    /// From where somebody must act.
    pub(crate) panic_low: Option<i64>,
    pub(crate) panic_high: Option<i64>,
    /// The same in another unit: its name, and by what to multiply and divide.
    pub(crate) second: Option<(&'static str, i64, i64)>,
}

/// Analytes ordered together.
pub(crate) struct Panel {
    pub(crate) chapter: &'static str,
    pub(crate) title: &'static str,
    pub(crate) analytes: &'static [Analyte],
    /// What the biologist writes when something is abnormal.
    pub(crate) remark: &'static str,
}

/// How a value stands against its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Normal,
    Low,
    High,
    PanicLow,
    PanicHigh,
}

const fn analyte(label: &'static str, code: &'static str, unit: &'static str, decimals: u32) -> Analyte {
    Analyte { label, code, unit, decimals, low: None, high: None, panic_low: None, panic_high: None, second: None }
}

impl Analyte {
    const fn bounds(mut self, low: i64, high: i64) -> Self {
        self.low = Some(low);
        self.high = Some(high);
        self
    }

    const fn below(mut self, high: i64) -> Self {
        self.high = Some(high);
        self
    }

    const fn above(mut self, low: i64) -> Self {
        self.low = Some(low);
        self
    }

    const fn panic(mut self, low: i64, high: i64) -> Self {
        self.panic_low = Some(low);
        self.panic_high = Some(high);
        self
    }

    const fn panic_above(mut self, high: i64) -> Self {
        self.panic_high = Some(high);
        self
    }

    const fn also(mut self, unit: &'static str, multiply: i64, divide: i64) -> Self {
        self.second = Some((unit, multiply, divide));
        self
    }

    /// Whether it can be critical.
    pub(crate) fn has_panic(&self) -> bool {
        self.panic_low.is_some() || self.panic_high.is_some()
    }

    /// A value that stands so, and how it stands in the end (an open side cannot be passed).
    pub(crate) fn value(&self, wanted: Standing, random: &mut Random) -> (i64, Standing) {
        let low = self.low.unwrap_or(0);
        let high = self.high.unwrap_or(low.saturating_mul(2).max(10));
        let span = (high - low).max(4);
        let standing = match wanted {
            Standing::PanicLow if self.panic_low.is_none() => Standing::PanicHigh,
            Standing::PanicHigh if self.panic_high.is_none() => Standing::PanicLow,
            Standing::Low if self.low.is_none_or(|low| low < 4) => Standing::High,
            Standing::High if self.high.is_none() => Standing::Low,
            other => other,
        };
        let value = match (standing, self.panic_low, self.panic_high) {
            (Standing::PanicLow, Some(panic), _) => random.between(panic - panic / 6, panic),
            (Standing::PanicHigh, _, Some(panic)) => random.between(panic, panic + panic / 4),
            (Standing::Low, panic, _) => {
                let floor = panic.map_or(low - low / 3, |panic| panic + 1).min(low - 1);
                random.between(floor, low - 1)
            }
            (Standing::High, _, panic) => {
                let ceiling = panic.map_or(high + span / 2, |panic| panic - 1).max(high + 1);
                random.between(high + 1, ceiling)
            }
            _ => random.between(low + span / 10, high - span / 10),
        };
        (value.max(0), standing)
    }
}

/// A number of the last decimal, written out.
pub(crate) fn written(value: i64, decimals: u32, point: char) -> String {
    let scale = 10i64.pow(decimals.min(6));
    if scale == 1 {
        return value.to_string();
    }
    let width = usize::try_from(decimals).unwrap_or(0);
    format!("{}{point}{:0width$}", value / scale, value % scale)
}

pub(crate) const IONOGRAM: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Ionogramme sanguin",
    remark: "Résultat contrôlé sur un second prélèvement. À confronter au traitement en cours.",
    analytes: &[
        analyte("Sodium", "NA", "mmol/L", 0).bounds(136, 145).panic(120, 160),
        analyte("Potassium", "K", "mmol/L", 1).bounds(35, 50).panic(26, 65),
        analyte("Chlore", "CL", "mmol/L", 0).bounds(98, 107),
        analyte("Bicarbonates", "CO2T", "mmol/L", 0).bounds(22, 29),
        analyte("Protéines totales", "PROT", "g/L", 0).bounds(64, 83),
        analyte("Calcium", "CA", "mmol/L", 2).bounds(220, 260).panic(175, 325),
    ],
};

pub(crate) const BLOOD_COUNT: Panel = Panel {
    chapter: "HEMATOLOGIE",
    title: "Numération formule sanguine",
    remark: "Contrôle de la numération conseillé.",
    analytes: &[
        analyte("Hématies", "GR", "T/L", 2).bounds(400, 570),
        analyte("Hémoglobine", "HB", "g/dL", 1).bounds(120, 160).panic(65, 220),
        analyte("Hématocrite", "HT", "%", 1).bounds(360, 470),
        analyte("V.G.M.", "VGM", "fL", 1).bounds(800, 980),
        analyte("Leucocytes", "GB", "G/L", 2).bounds(400, 1000).panic(100, 5000),
        analyte("Polynucléaires neutrophiles", "PNN", "G/L", 2).bounds(180, 750).panic_above(4000),
        analyte("Lymphocytes", "LYM", "G/L", 2).bounds(100, 480),
        analyte("Plaquettes", "PLQ", "G/L", 0).bounds(150, 400).panic(20, 1200),
    ],
};

pub(crate) const LIPIDS: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Bilan lipidique",
    remark: "L'objectif de LDL-cholestérol dépend du niveau de risque cardiovasculaire.",
    analytes: &[
        analyte("Cholestérol total", "CHOL", "g/L", 2).bounds(140, 200).also("mmol/L", 2586, 1000),
        analyte("Triglycérides", "TG", "g/L", 2).below(150).also("mmol/L", 1143, 1000),
        analyte("Cholestérol HDL", "HDL", "g/L", 2).above(40).also("mmol/L", 2586, 1000),
        analyte("Cholestérol LDL", "LDL", "g/L", 2).below(160).also("mmol/L", 2586, 1000),
    ],
};

pub(crate) const THYROID: Panel = Panel {
    chapter: "HORMONOLOGIE",
    title: "Bilan thyroïdien",
    remark: "Contrôle de la TSH à six semaines souhaitable.",
    analytes: &[
        analyte("TSH", "TSH", "mUI/L", 2).bounds(27, 420),
        analyte("T4 libre", "T4L", "pmol/L", 1).bounds(120, 220),
    ],
};

pub(crate) const GLUCOSE: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Bilan glucidique",
    remark: "Prélèvement effectué à jeun.",
    analytes: &[
        analyte("Glycémie à jeun", "GLU", "g/L", 2).bounds(74, 106).panic(40, 450).also("mmol/L", 555, 100),
        analyte("HbA1c", "HBA1C", "%", 1).bounds(40, 60),
    ],
};

pub(crate) const INFLAMMATION: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Marqueurs de l'inflammation",
    remark: "Syndrome inflammatoire : à confronter au contexte clinique.",
    analytes: &[
        analyte("Protéine C réactive (CRP)", "CRP", "mg/L", 1).below(50).panic_above(3000),
        analyte("Vitesse de sédimentation", "VS", "mm/h", 0).below(20),
    ],
};

pub(crate) const KIDNEY: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Fonction rénale",
    remark: "DFG estimé par la formule CKD-EPI 2009, à interpréter selon l'âge.",
    analytes: &[
        analyte("Urée", "UREE", "mmol/L", 1).bounds(25, 75).panic_above(400),
        analyte("Créatinine", "CREA", "µmol/L", 0).bounds(45, 104).panic_above(700).also("mg/L", 113, 1000),
        analyte("DFG estimé (CKD-EPI)", "DFG", "mL/min/1,73 m²", 0).above(60),
    ],
};

pub(crate) const COAGULATION: Panel = Panel {
    chapter: "HEMOSTASE",
    title: "Hémostase",
    remark: "INR hors de la zone thérapeutique : adaptation du traitement à discuter.",
    analytes: &[
        analyte("INR", "INR", "", 2).bounds(200, 300).panic_above(600),
        analyte("Taux de prothrombine", "TP", "%", 0).above(20),
    ],
};

pub(crate) const IRON: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Bilan martial",
    remark: "Carence martiale possible.",
    analytes: &[
        analyte("Ferritine", "FERR", "µg/L", 0).bounds(30, 300),
        analyte("Coefficient de saturation", "CST", "%", 0).bounds(20, 45),
    ],
};

pub(crate) const LIVER: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Bilan hépatique",
    remark: "Cytolyse hépatique : à contrôler.",
    analytes: &[
        analyte("ASAT (TGO)", "ASAT", "UI/L", 0).below(35).panic_above(1000),
        analyte("ALAT (TGP)", "ALAT", "UI/L", 0).below(45).panic_above(1000),
        analyte("Gamma GT", "GGT", "UI/L", 0).below(55),
        analyte("Phosphatases alcalines", "PAL", "UI/L", 0).bounds(40, 130),
        analyte("Bilirubine totale", "BILT", "µmol/L", 0).below(21),
    ],
};

pub(crate) const TROPONIN: Panel = Panel {
    chapter: "BIOCHIMIE",
    title: "Marqueurs cardiaques",
    remark: "Résultat téléphoné au prescripteur.",
    analytes: &[
        analyte("Troponine T ultrasensible", "TNT", "ng/L", 0).below(14).panic_above(52),
        analyte("NT-proBNP", "BNP", "ng/L", 0).below(125),
    ],
};

/// All panels of numbers.
pub(crate) const ALL: [&Panel; 11] = [
    &IONOGRAM,
    &BLOOD_COUNT,
    &LIPIDS,
    &THYROID,
    &GLUCOSE,
    &INFLAMMATION,
    &KIDNEY,
    &COAGULATION,
    &IRON,
    &LIVER,
    &TROPONIN,
];
