//! The proposed thresholds. They are proposals: no French norm exists, laboratories differ, and the practice reviews them.
//! Where each number comes from, and which ones a biologist should look at first, stands in `docs/clinical-safety.md`.

use super::age::Limit;
use super::conversions as by;
use super::units::Unit;
use rust_decimal::Decimal;

/// For whom a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whom {
    /// From this age on.
    pub from: Option<Limit>,
    /// Below this age.
    pub until: Option<Limit>,
    /// `F` or `M`, where it matters.
    pub sex: Option<&'static str>,
    /// In French, empty for everybody.
    pub words: &'static str,
}

/// A limit beyond which a value is critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The limit.
    pub number: Decimal,
    /// Whether the limit itself is critical already.
    pub inclusive: bool,
}

/// A threshold for one analyte and one group of people.
#[derive(Debug)]
pub struct Row {
    /// Its key, which never changes: the practice's settings are kept under it.
    pub id: &'static str,
    /// The key of its analyte.
    pub analyte: &'static str,
    /// As it is called in a short sentence: K, Na, INR.
    pub symbol: &'static str,
    /// For whom.
    pub whom: Whom,
    /// The unit of the bounds, as shown; empty where there is none.
    pub unit: &'static str,
    /// What a value in another unit is multiplied by.
    pub units: &'static [(Unit, Decimal)],
    /// Units in which the laboratory gives another measure of the same name (a percentage beside a count): not judged, and
    /// no doubt about the unit either.
    pub aside: &'static [Unit],
    /// Critical below.
    pub low: Option<Bound>,
    /// Critical above.
    pub high: Option<Bound>,
    /// Where the laboratory prints an upper bound, that many times it is the high limit instead.
    pub times_printed: Option<u32>,
    /// Values outside this range cannot be meant in this unit.
    pub plausible: (Decimal, Decimal),
    /// Whether it is proposed to be used.
    pub on: bool,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Row {}

const EVERYBODY: Whom = Whom { from: None, until: None, sex: None, words: "" };

const fn under(limit: Limit, words: &'static str) -> Whom {
    Whom { from: None, until: Some(limit), sex: None, words }
}

const fn from(limit: Limit, words: &'static str) -> Whom {
    Whom { from: Some(limit), until: None, sex: None, words }
}

const fn between(from: Limit, until: Limit, words: &'static str) -> Whom {
    Whom { from: Some(from), until: Some(until), sex: None, words }
}

const fn of_sex(sex: &'static str, words: &'static str) -> Whom {
    Whom { from: None, until: None, sex: Some(sex), words }
}

/// A decimal constant: `n(28, 1)` is 2.8.
pub(super) const fn n(digits: u32, decimals: u32) -> Decimal {
    Decimal::from_parts(digits, 0, 0, false, decimals)
}

const fn strict(digits: u32, decimals: u32) -> Option<Bound> {
    Some(Bound { number: n(digits, decimals), inclusive: false })
}

const fn reached(digits: u32, decimals: u32) -> Option<Bound> {
    Some(Bound { number: n(digits, decimals), inclusive: true })
}

/// A row for everybody without bounds: what differs is said where it is used.
const fn row(
    id: &'static str,
    analyte: &'static str,
    symbol: &'static str,
    unit: &'static str,
    units: &'static [(Unit, Decimal)],
    plausible: (Decimal, Decimal),
) -> Row {
    Row {
        id,
        analyte,
        symbol,
        whom: EVERYBODY,
        unit,
        units,
        aside: &[],
        low: None,
        high: None,
        times_printed: None,
        plausible,
        on: true,
    }
}

const fn potassium(id: &'static str) -> Row {
    row(id, "potassium", "K", "mmol/L", by::MONOVALENT, (n(5, 1), n(20, 0)))
}

const fn sodium(id: &'static str) -> Row {
    row(id, "sodium", "Na", "mmol/L", by::MONOVALENT, (n(80, 0), n(220, 0)))
}

const fn glucose(id: &'static str) -> Row {
    row(id, "glucose", "Glucose", "mmol/L", by::GLUCOSE, (n(2, 1), n(120, 0)))
}

const fn creatinine(id: &'static str) -> Row {
    row(id, "creatinine", "Créatinine", "µmol/L", by::CREATININE, (n(5, 0), n(3500, 0)))
}

const fn urea(id: &'static str) -> Row {
    row(id, "uree", "Urée", "mmol/L", by::UREA, (n(3, 1), n(120, 0)))
}

const fn bilirubin(id: &'static str) -> Row {
    row(id, "bilirubine-totale", "Bilirubine totale", "µmol/L", by::BILIRUBIN, (n(1, 0), n(1000, 0)))
}

const fn haemoglobin(id: &'static str) -> Row {
    Row { aside: &[Unit::Percent], ..row(id, "hemoglobine", "Hb", "g/dL", by::HAEMOGLOBIN, (n(2, 0), n(25, 0))) }
}

const fn haematocrit(id: &'static str) -> Row {
    row(id, "hematocrite", "Hématocrite", "%", by::HAEMATOCRIT, (n(5, 0), n(85, 0)))
}

const fn cells(id: &'static str, analyte: &'static str, symbol: &'static str, plausible: (Decimal, Decimal)) -> Row {
    Row { aside: &[Unit::Percent], ..row(id, analyte, symbol, "G/L", by::CELLS, plausible) }
}

const fn ammonia(id: &'static str) -> Row {
    row(id, "ammoniac", "Ammoniac", "µmol/L", by::AMMONIA, (n(1, 0), n(3000, 0)))
}

const fn troponin(id: &'static str, analyte: &'static str, symbol: &'static str) -> Row {
    Row { times_printed: Some(1), ..row(id, analyte, symbol, "ng/L", by::PER_NANOGRAM, (n(0, 0), n(2_000_000, 0))) }
}

const fn enzyme(id: &'static str, symbol: &'static str, times_printed: Option<u32>, high: u32) -> Row {
    let row = row(id, id, symbol, "UI/L", by::ENZYME, (n(1, 0), n(500_000, 0)));
    Row { times_printed, high: strict(high, 0), ..row }
}

const fn drug(id: &'static str, symbol: &'static str, units: &'static [(Unit, Decimal)], high: u32) -> Row {
    Row { high: strict(high, 0), ..row(id, id, symbol, "mg/L", units, (n(0, 0), n(3000, 0))) }
}

const SIX_MONTHS: Limit = Limit::Months(6);
const MONTH: Limit = Limit::Days(29);
const WEEK: Limit = Limit::Days(7);

/// All rows.
pub const ROWS: &[Row] = &[
    // Electrolytes.
    Row { low: strict(28, 1), high: strict(62, 1), whom: from(SIX_MONTHS, "dès 6 mois"), ..potassium("potassium") },
    Row {
        low: strict(28, 1),
        high: strict(70, 1),
        whom: under(SIX_MONTHS, "moins de 6 mois"),
        ..potassium("potassium-nourrisson")
    },
    Row { low: strict(120, 0), high: strict(160, 0), whom: from(Limit::years(16), "dès 16 ans"), ..sodium("sodium") },
    Row {
        low: strict(130, 0),
        high: strict(160, 0),
        whom: under(Limit::years(16), "moins de 16 ans"),
        ..sodium("sodium-enfant")
    },
    Row {
        low: strict(18, 1),
        high: strict(35, 1),
        ..row("calcium-total", "calcium-total", "Ca", "mmol/L", by::CALCIUM, (n(5, 1), n(10, 0)))
    },
    Row {
        low: strict(18, 1),
        high: strict(35, 1),
        ..row("calcium-corrige", "calcium-corrige", "Ca corrigé", "mmol/L", by::CALCIUM, (n(5, 1), n(10, 0)))
    },
    Row {
        low: strict(78, 2),
        high: strict(158, 2),
        ..row("calcium-ionise", "calcium-ionise", "Ca ionisé", "mmol/L", by::CALCIUM, (n(2, 1), n(5, 0)))
    },
    Row {
        low: strict(4, 1),
        high: strict(20, 1),
        ..row("magnesium", "magnesium", "Mg", "mmol/L", by::MAGNESIUM, (n(1, 1), n(10, 0)))
    },
    Row {
        low: strict(3, 1),
        high: strict(29, 1),
        ..row("phosphore", "phosphore", "Phosphore", "mmol/L", by::PHOSPHORUS, (n(5, 2), n(10, 0)))
    },
    Row {
        low: strict(10, 0),
        high: strict(40, 0),
        ..row("bicarbonates", "bicarbonates", "Bicarbonates", "mmol/L", by::MONOVALENT, (n(1, 0), n(70, 0)))
    },
    // Sugar and kidney.
    Row { low: strict(25, 1), high: strict(25, 0), whom: from(Limit::years(16), "dès 16 ans"), ..glucose("glucose") },
    Row {
        low: strict(25, 1),
        high: strict(15, 0),
        whom: between(MONTH, Limit::years(16), "de 29 jours à 16 ans"),
        ..glucose("glucose-enfant")
    },
    Row {
        low: strict(25, 1),
        high: strict(111, 1),
        whom: under(MONTH, "moins de 29 jours"),
        ..glucose("glucose-nouveau-ne")
    },
    Row { high: strict(354, 0), whom: from(Limit::years(16), "dès 16 ans"), ..creatinine("creatinine") },
    Row { high: reached(200, 0), whom: under(Limit::years(16), "moins de 16 ans"), ..creatinine("creatinine-enfant") },
    Row { high: strict(30, 0), whom: from(Limit::years(16), "dès 16 ans"), ..urea("uree") },
    Row { high: reached(10, 0), whom: under(Limit::years(16), "moins de 16 ans"), ..urea("uree-enfant") },
    // Liver, pancreas, muscle, heart, inflammation.
    Row {
        high: strict(120, 0),
        whom: under(Limit::Days(1), "le jour de la naissance"),
        ..bilirubin("bilirubine-totale-jour-0")
    },
    Row {
        high: strict(190, 0),
        whom: between(Limit::Days(1), Limit::Days(2), "le lendemain de la naissance"),
        ..bilirubin("bilirubine-totale-jour-1")
    },
    Row {
        high: strict(220, 0),
        whom: between(Limit::Days(2), Limit::Days(31), "de 2 à 30 jours"),
        ..bilirubin("bilirubine-totale-nouveau-ne")
    },
    Row { high: strict(300, 0), ..row("crp", "crp", "CRP", "mg/L", by::CRP, (n(0, 0), n(1200, 0))) },
    Row {
        high: strict(10, 0),
        // « PCT » in a hemogram.
        aside: &[Unit::Percent, Unit::LitreLitre],
        ..row("procalcitonine", "procalcitonine", "Procalcitonine", "µg/L", by::PER_MICROGRAM, (n(0, 0), n(2000, 0)))
    },
    Row { high: strict(4, 0), ..row("lactates", "lactates", "Lactates", "mmol/L", by::LACTATE, (n(1, 1), n(60, 0))) },
    Row { high: strict(14, 0), ..troponin("troponine-t", "troponine-t", "Troponine T") },
    // Which of the two is not said: the lower limit.
    Row { high: strict(14, 0), ..troponin("troponine", "troponine", "Troponine") },
    Row {
        high: strict(16, 0),
        whom: of_sex("F", "femmes"),
        ..troponin("troponine-i-femme", "troponine-i", "Troponine I")
    },
    Row {
        high: strict(34, 0),
        whom: of_sex("M", "hommes"),
        ..troponin("troponine-i-homme", "troponine-i", "Troponine I")
    },
    enzyme("ck", "CK", None, 5000),
    enzyme("alat", "ALAT", Some(15), 900),
    enzyme("asat", "ASAT", Some(15), 900),
    enzyme("lipase", "Lipase", Some(5), 300),
    enzyme("amylase", "Amylase", Some(5), 500),
    Row { high: strict(100, 0), whom: from(Limit::years(18), "dès 18 ans"), ..ammonia("ammoniac") },
    Row { high: strict(150, 0), whom: under(Limit::years(18), "moins de 18 ans"), ..ammonia("ammoniac-enfant") },
    Row {
        high: strict(20, 0),
        // « TG » for thyroglobulin.
        aside: &[Unit::Ug, Unit::Ng, Unit::Pmol, Unit::UiL, Unit::UiMl, Unit::MUiL],
        ..row("triglycerides", "triglycerides", "Triglycérides", "mmol/L", by::TRIGLYCERIDES, (n(1, 1), n(200, 0)))
    },
    Row { high: strict(70, 0), ..row("fer", "fer", "Fer", "µmol/L", by::IRON, (n(1, 1), n(2000, 0))) },
    Row {
        high: strict(40, 0),
        ..row(
            "acides-biliaires",
            "acides-biliaires",
            "Acides biliaires",
            "µmol/L",
            by::BILE_ACIDS,
            (n(0, 0), n(1500, 0)),
        )
    },
    // Hormones. Cortisol means nothing without the hour and the treatment: proposed, not used until somebody wants it.
    Row {
        low: strict(100, 0),
        on: false,
        ..row("cortisol", "cortisol", "Cortisol", "nmol/L", by::CORTISOL, (n(1, 0), n(10_000, 0)))
    },
    Row { high: strict(100, 0), ..row("tsh", "tsh", "TSH", "mUI/L", by::TSH, (n(0, 0), n(2000, 0))) },
    Row {
        low: strict(5, 0),
        high: strict(65, 0),
        ..row("t4-libre", "t4-libre", "T4 libre", "pmol/L", by::T4, (n(5, 1), n(300, 0)))
    },
    // Blood cells and clotting.
    Row { low: strict(70, 1), high: strict(200, 1), whom: from(WEEK, "dès 7 jours"), ..haemoglobin("hemoglobine") },
    Row {
        low: reached(120, 1),
        high: reached(220, 1),
        whom: under(WEEK, "moins de 7 jours"),
        ..haemoglobin("hemoglobine-nouveau-ne")
    },
    Row { low: strict(20, 0), high: strict(60, 0), whom: from(WEEK, "dès 7 jours"), ..haematocrit("hematocrite") },
    Row {
        low: reached(35, 0),
        high: reached(65, 0),
        whom: under(WEEK, "moins de 7 jours"),
        ..haematocrit("hematocrite-nouveau-ne")
    },
    Row {
        low: strict(20, 1),
        high: strict(50, 0),
        whom: from(Limit::years(18), "dès 18 ans"),
        ..cells("leucocytes", "leucocytes", "Leucocytes", (n(1, 2), n(1500, 0)))
    },
    Row {
        low: strict(21, 1),
        high: strict(429, 1),
        whom: under(Limit::years(18), "moins de 18 ans"),
        ..cells("leucocytes-enfant", "leucocytes", "Leucocytes", (n(1, 2), n(1500, 0)))
    },
    Row {
        low: strict(5, 1),
        high: strict(50, 0),
        ..cells("neutrophiles", "neutrophiles", "Neutrophiles", (n(1, 2), n(1000, 0)))
    },
    Row {
        low: strict(30, 0),
        high: strict(1000, 0),
        ..cells("plaquettes", "plaquettes", "Plaquettes", (n(1, 0), n(6000, 0)))
    },
    Row {
        high: strict(50, 1),
        aside: &[Unit::Percent, Unit::Second],
        ..row("inr", "inr", "INR", "", by::RATIO, (n(5, 1), n(25, 0)))
    },
    Row {
        low: strict(15, 0),
        // « TP » for total protein as well.
        aside: &[Unit::Second, Unit::Ratio, Unit::GramOrGiga],
        ..row("tp", "tp", "TP", "%", by::PERCENT, (n(1, 0), n(200, 0)))
    },
    Row {
        high: reached(100, 0),
        aside: &[Unit::Ratio],
        ..row("tca-secondes", "tca", "TCA", "s", by::SECONDS, (n(10, 0), n(500, 0)))
    },
    Row {
        high: strict(30, 1),
        aside: &[Unit::Second],
        ..row("tca-rapport", "tca", "TCA (rapport)", "", by::SAID_RATIO, (n(3, 1), n(20, 0)))
    },
    Row {
        low: strict(10, 1),
        ..row("fibrinogene", "fibrinogene", "Fibrinogène", "g/L", by::FIBRINOGEN, (n(1, 1), n(20, 0)))
    },
    Row {
        high: strict(12, 1),
        ..row("anti-xa-hnf", "anti-xa-hnf", "Anti-Xa HNF", "UI/mL", by::ANTI_XA, (n(0, 0), n(10, 0)))
    },
    Row {
        high: strict(12, 1),
        ..row("anti-xa-hbpm", "anti-xa-hbpm", "Anti-Xa HBPM", "UI/mL", by::ANTI_XA, (n(0, 0), n(10, 0)))
    },
    // Blood gases.
    Row { low: strict(720, 2), high: strict(760, 2), ..row("ph", "ph", "pH", "", by::RATIO, (n(65, 1), n(80, 1))) },
    Row {
        low: strict(20, 0),
        high: strict(67, 0),
        ..row("pco2", "pco2", "pCO2", "mmHg", by::GAS, (n(5, 0), n(200, 0)))
    },
    Row { low: strict(45, 0), ..row("po2", "po2", "pO2", "mmHg", by::GAS, (n(10, 0), n(700, 0))) },
    // Drugs and poisons.
    Row { high: strict(23, 1), ..row("digoxine", "digoxine", "Digoxine", "µg/L", by::DIGOXIN, (n(0, 0), n(50, 0))) },
    Row { high: strict(15, 1), ..row("lithium", "lithium", "Lithium", "mmol/L", by::MONOVALENT, (n(0, 0), n(15, 0))) },
    drug("paracetamol", "Paracétamol", by::PARACETAMOL, 100),
    drug("salicyles", "Salicylés", by::SALICYLATES, 300),
    drug("theophylline", "Théophylline", by::THEOPHYLLINE, 25),
    drug("phenytoine", "Phénytoïne", by::PHENYTOIN, 25),
    drug("carbamazepine", "Carbamazépine", by::CARBAMAZEPINE, 15),
    drug("phenobarbital", "Phénobarbital", by::PHENOBARBITAL, 50),
    drug("acide-valproique", "Acide valproïque", by::VALPROATE, 150),
    Row {
        high: strict(10, 0),
        ..row("carboxyhemoglobine", "carboxyhemoglobine", "HbCO", "%", by::PERCENT, (n(0, 0), n(100, 0)))
    },
    Row {
        high: strict(250, 0),
        whom: from(Limit::years(18), "dès 18 ans"),
        ..row("plomb", "plomb", "Plomb", "µg/L", by::LEAD, (n(0, 0), n(10_000, 0)))
    },
    Row {
        high: strict(100, 0),
        whom: under(Limit::years(18), "moins de 18 ans"),
        ..row("plomb-enfant", "plomb", "Plomb", "µg/L", by::LEAD, (n(0, 0), n(10_000, 0)))
    },
];

/// Raised whenever a proposal, a conversion or a name changes: dossiers already here are judged again then.
pub const EDITION: i64 = 2;
