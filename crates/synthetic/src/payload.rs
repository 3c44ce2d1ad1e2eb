//! An HPRIM Médecin payload, written as laboratories write it: flags given or left to the bounds, second units, lines of
//! text that repeat the results, remarks, earlier values, and now and then a small liberty.

use crate::calendar::Day;
use crate::identity::{Laboratory, Person};
use crate::panel::{self, Analyte, Panel, Standing, written};
use crate::random::Random;

/// A payload and what a reader must find in it.
pub(crate) struct Payload {
    /// Lines end with LF; the envelope chooses the rest.
    pub(crate) text: String,
    pub(crate) person: Person,
    pub(crate) critical: bool,
    pub(crate) abnormal: bool,
}

/// How this laboratory writes.
struct Habits {
    /// Gives flags itself.
    flags: bool,
    /// Writes N for what is normal.
    says_normal: bool,
    comma: bool,
    repeats_in_text: bool,
    recalls: bool,
    status: &'static str,
}

/// Writes a payload.
pub(crate) fn write(random: &mut Random, laboratory: &Laboratory, day: Day, number: u64, panels: usize) -> Payload {
    let person = Person::invent(random, day);
    let wanted = random.below(1000);
    let (critical, abnormal) = (wanted < 25, wanted < 300);
    let status = match random.below(100) {
        0..=4 => "R",
        5..=6 => "C",
        _ => "F",
    };
    let flags = random.chance(70);
    let habits = Habits {
        flags,
        says_normal: flags && random.chance(60),
        comma: random.chance(25),
        repeats_in_text: random.chance(65),
        recalls: random.chance(40),
        status,
    };
    let mut text = header(random, &person, laboratory, day, number);
    opening(&mut text, &person, status);
    text.push_str("****LAB****\n");
    let plain = !critical && random.chance(8);
    if plain {
        urine_culture(&mut text, abnormal, &habits);
    } else {
        let chosen = choose(random, panels, critical);
        let target = random.below(u64::try_from(chosen.len()).unwrap_or(1));
        for (index, panel) in (0u64..).zip(chosen) {
            let role = if index != target { None } else { Some((critical, abnormal)) };
            write_panel(&mut text, random, panel, role, &habits, day);
        }
    }
    text.push_str("****FIN****\n");
    if random.chance(85) {
        text.push_str("****FINFICHIER****\n");
    }
    Payload { text, person, critical, abnormal }
}

fn header(random: &mut Random, person: &Person, laboratory: &Laboratory, day: Day, number: u64) -> String {
    let doctor = random.word(&["Dr TESTEUR Paul", "Dr MODELE Jeanne", "Dr EXEMPLE Marc", "Dr FICTIF Anne"]);
    let lines = [
        format!("PAT{:05}", random.below(100_000)),
        person.last.clone(),
        person.first.clone(),
        person.street.clone(),
        if random.chance(50) { String::new() } else { " ".to_owned() },
        person.place.clone(),
        person.birth.french(),
        person.insured.clone(),
        format!("{}{number:09}", random.word(&["A", "B", "L", "  A"])),
        day.french(),
        format!("{:<10} {}", laboratory.code, laboratory.name),
        format!("{:<10} {doctor}", format!("MED{:04}", random.below(10_000))),
    ];
    lines.join("\n") + "\n"
}

fn opening(text: &mut String, person: &Person, status: &str) {
    let title = if person.woman { "Mme" } else { "M." };
    text.push_str(&format!(
        "Compte rendu d'examens de biologie médicale de : {title} {} {}\n",
        person.last, person.first
    ));
    match status {
        "R" => text.push_str("RÉSULTATS PARTIELS - le compte rendu complet suivra.\n"),
        "C" => text.push_str("Ce compte rendu annule et remplace le précédent.\n"),
        _ => {}
    }
    text.push_str("Prélèvement effectué au laboratoire.\n");
}

/// Panels, the first of which can be critical if it must.
fn choose(random: &mut Random, count: usize, critical: bool) -> Vec<&'static Panel> {
    let mut chosen: Vec<&'static Panel> = Vec::with_capacity(count);
    let can = |panel: &Panel| !critical || panel.analytes.iter().any(Analyte::has_panic);
    for _ in 0..count.saturating_mul(8).max(16) {
        if chosen.len() >= count.max(1) {
            break;
        }
        let panel = random.pick(&panel::ALL).unwrap_or(&panel::IONOGRAM);
        let known = chosen.iter().any(|other| std::ptr::eq(*other, panel));
        if !known && can(panel) {
            chosen.push(panel);
        }
    }
    if chosen.is_empty() {
        chosen.push(&panel::IONOGRAM);
    }
    chosen
}

/// A panel. `role`: where the abnormal (critical) result is to stand, if one is.
fn write_panel(
    text: &mut String,
    random: &mut Random,
    panel: &Panel,
    role: Option<(bool, bool)>,
    habits: &Habits,
    day: Day,
) {
    let (critical, abnormal) = role.unwrap_or((false, false));
    text.push_str(&format!("TEX|\nTEX|{}\nTEX|{}\n", panel.chapter, panel.title));
    let fits = |analyte: &&Analyte| !critical || analyte.has_panic();
    let candidates = panel.analytes.iter().filter(fits).count();
    let target = random.below(u64::try_from(candidates).unwrap_or(1));
    let mut candidate = 0u64;
    for analyte in panel.analytes {
        let here = fits(&analyte) && {
            candidate += 1;
            candidate - 1 == target
        };
        let up = random.chance(55);
        let wanted = match (here && abnormal, critical, up) {
            (false, ..) => Standing::Normal,
            (true, true, true) => Standing::PanicHigh,
            (true, true, false) => Standing::PanicLow,
            (true, false, true) => Standing::High,
            (true, false, false) => Standing::Low,
        };
        let (value, standing) = analyte.value(wanted, random);
        write_result(text, random, analyte, value, standing, habits, day);
    }
    if abnormal || random.chance(20) {
        text.push_str(&format!("TEX|{}\n", panel.remark));
    }
}

fn write_result(
    text: &mut String,
    random: &mut Random,
    analyte: &Analyte,
    value: i64,
    standing: Standing,
    habits: &Habits,
    day: Day,
) {
    let point = if habits.comma { ',' } else { '.' };
    let number = |value: i64| written(value, analyte.decimals, point);
    let bound = |bound: Option<i64>| bound.map(number).unwrap_or_default();
    let (low, high) = (bound(analyte.low), bound(analyte.high));
    if habits.repeats_in_text {
        let bounds = match (low.as_str(), high.as_str()) {
            ("", high) => format!("(inf. à {high})"),
            (low, "") => format!("(sup. à {low})"),
            (low, high) => format!("({low} - {high})"),
        };
        let unit = analyte.unit;
        text.push_str(&format!(
            "TEX|{:<32}{:>8} {unit:<12} {bounds}\n",
            analyte.label,
            written(value, analyte.decimals, ',')
        ));
        if habits.recalls && random.chance(50) {
            let (before, _) = analyte.value(Standing::Normal, random);
            let past = Day(day.0 - random.between(30, 400)).french();
            text.push_str(&format!(
                "TEX|{:<32}{:>8} le {past}\n",
                "   Antériorité",
                written(before, analyte.decimals, ',')
            ));
        }
    }
    // Without a flag of the laboratory, only what is critical must be said: no bound tells it.
    let flag = match standing {
        Standing::PanicLow => "LL",
        Standing::PanicHigh => "HH",
        Standing::Low if habits.flags => "L",
        Standing::High if habits.flags => "H",
        Standing::Normal if habits.says_normal => "N",
        _ => "",
    };
    let second = match analyte.second {
        Some((unit, multiply, divide)) => {
            let convert = |value: i64| written(value.saturating_mul(multiply) / divide, analyte.decimals, point);
            let bound = |bound: Option<i64>| bound.map(convert).unwrap_or_default();
            format!("{}|{unit}|{}|{}", convert(value), bound(analyte.low), bound(analyte.high))
        }
        None => "|||".to_owned(),
    };
    let fields = [analyte.label, analyte.code, "N", &number(value), analyte.unit, &low, &high, flag, habits.status];
    text.push_str(&format!("RES|{}|{second}\n", fields.join("|")));
}

/// A urine culture: words, not numbers.
fn urine_culture(text: &mut String, abnormal: bool, habits: &Habits) {
    let status = habits.status;
    text.push_str("TEX|\nTEX|BACTERIOLOGIE\nTEX|Examen cytobactériologique des urines\n");
    let lines: [(&str, &str, &str, &str); 4] = if abnormal {
        [
            ("Aspect", "ASPU", "Trouble", "A"),
            ("Leucocyturie", "LEUU", "Supérieure à 100 000 /mL", "A"),
            ("Culture", "CULU", "Positive", "A"),
            ("Germe identifié", "GERM", "Escherichia coli", "A"),
        ]
    } else {
        [
            ("Aspect", "ASPU", "Clair", "N"),
            ("Leucocyturie", "LEUU", "Inférieure à 1 000 /mL", "N"),
            ("Culture", "CULU", "Négative", "N"),
            ("Germe identifié", "GERM", "Absence", "N"),
        ]
    };
    for (label, code, value, flag) in lines {
        text.push_str(&format!("RES|{label}|{code}|A|{value}||||{flag}|{status}||||\n"));
    }
    if abnormal {
        text.push_str(
            "TEX|Antibiogramme :\nTEX|  Amoxicilline             Résistant\nTEX|  Fosfomycine              Sensible\n",
        );
        text.push_str("TEX|  Nitrofurantoïne          Sensible\n");
    }
}
