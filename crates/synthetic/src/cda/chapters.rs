//! The chapters of a report: panels of numbers, serology (values of every type), a urine culture with its germ.

use super::planned::{Planned, Value};
use crate::calendar::Day;
use crate::panel::{Analyte, Panel, Standing, written};
use crate::random::Random;

/// A chapter to be written.
pub(super) struct Chapter {
    pub(super) loinc: &'static str,
    pub(super) title: &'static str,
    pub(super) parts: Vec<Part>,
}

/// A part of a chapter.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) form: Form,
    pub(super) results: Vec<Planned>,
    /// A comment on the whole part.
    pub(super) comment: Option<&'static str>,
}

/// How a part stands in its chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A sub-section.
    Section,
    /// A battery.
    Battery,
    /// A germ, with its antibiogram.
    Isolate,
    /// In the chapter itself.
    Plain,
}

/// How this laboratory writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    pub(super) flags: bool,
    pub(super) recalls: bool,
    /// The state of most results.
    pub(super) status: &'static str,
}

/// Day as HL7 writes it.
pub(super) fn compact(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{year:04}{month:02}{day:02}")
}

/// The UCUM unit of a panel's unit.
fn ucum(unit: &'static str) -> &'static str {
    match unit {
        "G/L" => "10*9/L",
        "T/L" => "10*12/L",
        "mUI/L" => "m[IU]/L",
        "UI/L" => "[IU]/L",
        "µmol/L" => "umol/L",
        "µg/L" => "ug/L",
        "mL/min/1,73 m²" => "mL/min/{1.73_m2}",
        "" => "{ratio}",
        other => other,
    }
}

/// LOINC codes of some of the panels' analytes; the others have the laboratory's code only.
fn loinc(code: &str) -> Option<&'static str> {
    Some(match code {
        "NA" => "2951-2",
        "K" => "2823-3",
        "CL" => "2075-0",
        "CREA" => "14682-9",
        "HB" => "718-7",
        "GB" => "6690-2",
        "PLQ" => "777-3",
        "CRP" => "1988-5",
        "TSH" => "3016-3",
        "GLU" => "2345-7",
        "FERR" => "2276-4",
        _ => return None,
    })
}

/// A panel. `role`: whether its abnormal result is critical, if it has one.
pub(super) fn panel(random: &mut Random, panel: &Panel, role: Option<bool>, habits: Habits, day: Day) -> Part {
    let fits = |analyte: &&Analyte| role != Some(true) || analyte.has_panic();
    let candidates = u64::try_from(panel.analytes.iter().filter(fits).count()).unwrap_or(1);
    let target = random.below(candidates);
    let mut candidate = 0;
    let mut results = Vec::new();
    for analyte in panel.analytes {
        let here = fits(&analyte) && {
            candidate += 1;
            candidate - 1 == target
        };
        let up = random.chance(55);
        let wanted = match (role, here, up) {
            (Some(true), true, true) => Standing::PanicHigh,
            (Some(true), true, false) => Standing::PanicLow,
            (Some(false), true, true) => Standing::High,
            (Some(false), true, false) => Standing::Low,
            _ => Standing::Normal,
        };
        results.push(number(random, analyte, wanted, habits, day));
    }
    let form = match random.below(10) {
        0..=3 => Form::Battery,
        4..=7 => Form::Section,
        _ => Form::Plain,
    };
    let comment = (role.is_some() || random.chance(20)).then_some(panel.remark);
    Part { title: panel.title.to_owned(), form, results, comment }
}

fn number(random: &mut Random, analyte: &Analyte, wanted: Standing, habits: Habits, day: Day) -> Planned {
    let (value, standing) = analyte.value(wanted, random);
    let number = |value: i64| written(value, analyte.decimals, '.');
    let mut planned = Planned::new(analyte.label, analyte.code, Value::Quantity(number(value)));
    planned.loinc = loinc(analyte.code);
    planned.unit = ucum(analyte.unit);
    (planned.low, planned.high) = (analyte.low.map(number), analyte.high.map(number));
    let (flag, interpretation) = match standing {
        Standing::Normal => ("normal", habits.flags.then_some("N")),
        Standing::Low => ("low", habits.flags.then_some("L")),
        Standing::High => ("high", habits.flags.then_some("H")),
        // No bound tells what is critical: the laboratory must.
        Standing::PanicLow => ("critically_low", Some("LL")),
        Standing::PanicHigh => ("critically_high", Some("HH")),
    };
    (planned.flag, planned.interpretation) = (Some(flag), interpretation);
    planned.second = analyte.second.map(|(unit, multiply, divide)| {
        let convert = |value: i64| number(value.saturating_mul(multiply) / divide);
        (convert(value), ucum(unit), analyte.low.map(convert), analyte.high.map(convert))
    });
    if habits.recalls && random.chance(50) {
        for back in 1..=random.between(1, 3) {
            let (before, _) = analyte.value(Standing::Normal, random);
            planned.previous.push((number(before), compact(Day(day.0 - back * random.between(30, 200)))));
        }
    }
    if random.chance(8) {
        planned.comment = Some("Résultat contrôlé sur un second prélèvement.".to_owned());
    }
    planned.status = if random.chance(2) { "aborted" } else { habits.status };
    planned
}

/// Serology: a value of each type that CDA has, or some of them.
pub(super) fn serology(random: &mut Random, habits: Habits) -> Part {
    let mut all = vec![
        Planned::new("Antigène HBs", "AGHBS", Value::Code("CD", "260385009", "Négatif")),
        Planned::new("Toxoplasmose IgM", "TOXM", Value::Code("CE", "N", "Absence")),
        Planned::new("Agglutinines", "AGGL", Value::Code("CO", "2", "Titre faible")),
        Planned::new("Toxoplasmose IgG", "TOXG", Value::Below("0.5".to_owned(), false)),
        Planned::new("Anticorps anti-HBs", "ACHBS", Value::Above("1000".to_owned(), random.chance(50))),
        Planned::new("Rubéole IgG", "RUBG", Value::Real("1.75".to_owned())),
        Planned::new("Nombre de bandes", "BANDES", Value::Integer(random.between(0, 9).to_string())),
        Planned::new("Aspect du sérum", "ASPS", Value::Words("Limpide & clair".to_owned())),
        Planned::new("Conclusion", "CONC", Value::Encapsulated("Profil d'une immunité ancienne.".to_owned())),
        Planned::new("Sérum lipémique", "LIPE", Value::Truth(random.chance(50))),
        Planned::new("Dernière vaccination", "DVAC", Value::Day("20240229".to_owned())),
        Planned::new("TPHA", "TPHA", Value::Ratio("1".to_owned(), "160".to_owned())),
        Planned::new("Cellules", "CELL", Value::Between("5".to_owned(), "10".to_owned())),
        Planned::new("VIH 1 et 2, dépistage", "VIH", Value::Code("CD", "NR", "Non réactif")),
    ];
    for planned in &mut all {
        planned.status = habits.status;
        planned.unit = match planned.local {
            "TOXG" => "[IU]/mL",
            "ACHBS" => "m[IU]/mL",
            _ => "",
        };
    }
    if let Some(planned) = all.iter_mut().find(|planned| planned.local == "VIH") {
        planned.interpretation = Some("NEG");
        planned.comment = Some("Négatif".to_owned());
    }
    while all.len() > 6 && random.chance(60) {
        let at = usize::try_from(random.below(u64::try_from(all.len()).unwrap_or(1))).unwrap_or(0);
        all.remove(at);
    }
    Part { title: "Sérologie infectieuse".to_owned(), form: Form::Section, results: all, comment: None }
}

/// A urine culture: what was seen, and the germ with its antibiogram.
pub(super) fn microbiology(random: &mut Random, habits: Habits) -> Vec<Part> {
    let mut seen = vec![
        Planned::new("Aspect", "ASPU", Value::Words("Trouble".to_owned())),
        Planned::new("Leucocytes", "LEUU", Value::Quantity("120000".to_owned())),
        Planned::new("Culture", "CULU", Value::Code("CD", "POS", "Positive")),
    ];
    for planned in &mut seen {
        planned.status = habits.status;
    }
    if let Some(leucocytes) = seen.iter_mut().find(|planned| planned.local == "LEUU") {
        leucocytes.unit = "/mL";
        (leucocytes.high, leucocytes.flag) = (Some("10000".to_owned()), Some("high"));
    }
    let mut antibiogram = vec![Planned::new("Numération", "NUMG", Value::Quantity("1000000".to_owned()))];
    if let Some(count) = antibiogram.first_mut() {
        count.unit = "[CFU]/mL";
    }
    for (label, code) in
        [("Amoxicilline", "AMX"), ("Fosfomycine", "FOS"), ("Nitrofurantoïne", "NIT"), ("Ofloxacine", "OFX")]
    {
        let answer = random.word(&["S", "S", "I", "R"]);
        let mut planned = Planned::new(label, code, Value::Nothing);
        planned.interpretation = Some(answer);
        if random.chance(30) {
            // Minimal inhibitory concentration: its breakpoints bound the germ, not the patient.
            planned.value = Value::Quantity("8".to_owned());
            (planned.unit, planned.high) = ("mg/L", Some("4".to_owned()));
            let words = if answer == "S" {
                "Sensible à posologie standard"
            } else if answer == "I" {
                "Sensible à forte posologie"
            } else {
                "Résistant"
            };
            planned.comment = Some(words.to_owned());
        }
        antibiogram.push(planned);
    }
    for planned in &mut antibiogram {
        planned.status = habits.status;
    }
    let germ = random.word(&["Escherichia coli", "Proteus mirabilis", "Klebsiella pneumoniae"]);
    vec![
        Part {
            title: "Examen cytobactériologique des urines".to_owned(),
            form: Form::Plain,
            results: seen,
            comment: Some("Prélèvement du matin."),
        },
        Part { title: germ.to_owned(), form: Form::Isolate, results: antibiogram, comment: None },
    ]
}
