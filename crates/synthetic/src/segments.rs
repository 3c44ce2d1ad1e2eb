//! HPRIM Santé and HL7 v2 results, written as hospitals write them, with their truth: what a reader must find.

use crate::calendar::Day;
use crate::encode::Charset;
use crate::identity::{Laboratory, Person};
use crate::measure::{self, Measured, Truth};
use crate::random::Random;

/// A payload, and what a reader must find in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// The payload, in its own character encoding.
    pub bytes: Vec<u8>,
    /// Each patient, in order.
    pub patients: Vec<PatientTruth>,
    /// Documents inside.
    pub documents: usize,
}

/// What a reader must find on one patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientTruth {
    /// Family name, as sent.
    pub last: String,
    /// First name, as sent.
    pub first: String,
    /// Birth date, `YYYY-MM-DD`.
    pub birth: String,
    /// `F` or `M`.
    pub sex: &'static str,
    /// Results, in order.
    pub results: Vec<Truth>,
}

/// The form of a format: its signs, the names of its segments.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    HprimSante,
    Hl7,
}

impl Form {
    fn component(self) -> char {
        if self == Self::Hl7 { '^' } else { '~' }
    }

    fn repetition(self) -> char {
        if self == Self::Hl7 { '~' } else { '^' }
    }
}

/// The signs of a text, escaped for a field.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\E\\"),
            '|' => out.push_str("\\F\\"),
            c => out.push(c),
        }
    }
    out
}

fn compact(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{year:04}{month:02}{day:02}")
}

fn dashed(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Writes a payload. `traps`: with the liberties that hospitals take.
pub(crate) fn write(
    random: &mut Random,
    form: Form,
    laboratory: &Laboratory,
    day: Day,
    number: u64,
    traps: bool,
) -> Payload {
    let mut payload = Payload::default();
    let mut lines = Vec::new();
    let several = traps && random.chance(15);
    head(&mut lines, form, laboratory, day, number);
    for rank in 0..if several { 2 } else { 1 } {
        let person = Person::invent(random, day);
        patient(&mut lines, form, &person, number + rank);
        let mut truth = PatientTruth {
            last: person.last.clone(),
            first: person.first.clone(),
            birth: dashed(person.birth),
            sex: if person.woman { "F" } else { "M" },
            results: Vec::new(),
        };
        // Two patients may share a name by chance; not in one payload.
        if payload.patients.iter().any(|known: &PatientTruth| known.last == truth.last && known.first == truth.first) {
            truth.first.push_str("-DEUX");
            if let Some(line) = lines.last_mut() {
                *line = line.replacen(&person.first, &truth.first, 1);
            }
        }
        report(&mut lines, form, random, day, number + rank, traps, &mut truth);
        if traps && form == Form::Hl7 && random.chance(15) {
            lines.push("OBX|99|ED|PDF^Compte rendu PDF^L||^AP^PDF^Base64^JVBERi0xLjQKJWZpY3RpZgo=||||||F".to_owned());
            payload.documents += 1;
        }
        payload.patients.push(truth);
    }
    if form == Form::HprimSante && !(traps && random.chance(10)) {
        lines.push(format!("L|1||{}|{}", payload.patients.len(), lines.len() + 1));
    }
    let line_end = if form == Form::Hl7 { "\r" } else { "\r\n" };
    let line_end = if traps && random.chance(30) { random.word(&["\r", "\n", "\r\n"]) } else { line_end };
    if traps && random.chance(30) {
        lines = continued(lines, form, random);
    }
    let mut text = lines.join(line_end) + line_end;
    if traps && form == Form::Hl7 && random.chance(25) {
        text = format!("\u{b}{text}\u{1c}\r");
    }
    let charset = match random.below(100) {
        0..=49 => Charset::Windows1252,
        50..=84 => Charset::Utf8,
        85..=92 => Charset::Utf8Marked,
        93..=96 => Charset::Cp850,
        // MacRoman has no « ² »; others would write « 2 ».
        _ if text.contains('²') => Charset::Utf8,
        _ => Charset::MacRoman,
    };
    let charset = if traps { charset } else { Charset::Utf8 };
    payload.bytes = charset.encode(&text);
    if payload.bytes.contains(&b'?') {
        // A character that this encoding has not: the truth must be what is sent.
        payload.bytes = Charset::Utf8.encode(&text);
    }
    payload
}

fn head(lines: &mut Vec<String>, form: Form, laboratory: &Laboratory, day: Day, number: u64) {
    let (code, name, date) = (laboratory.code, laboratory.name, compact(day));
    lines.push(match form {
        Form::HprimSante => {
            format!("H|~^\\&|{number}.HPR||{code}~{name}||ORU|||CAB~Cabinet des Essais||P|H2.1~C|{date}1559")
        }
        Form::Hl7 => format!(
            "MSH|^~\\&|SILFICTIF|{name}^1.2.3.{number}^ISO|BANNETTE|CABINET|{date}155900+0100||ORU^R01^ORU_R01|M{number}|P|2.5"
        ),
    });
}

fn patient(lines: &mut Vec<String>, form: Form, person: &Person, number: u64) {
    let sex = if person.woman { "F" } else { "M" };
    let (postcode, town) = person.place.split_once(' ').unwrap_or(("", &person.place));
    let (last, first, birth, street) = (&person.last, &person.first, compact(person.birth), &person.street);
    lines.push(match form {
        Form::HprimSante => {
            format!("P|1|{number}|L{number}||{last}~{first}||{birth}|{sex}||{street}~~{town}~~{postcode}")
        }
        Form::Hl7 => format!(
            "PID|1||{number}^^^EXEMPLE&1.2.9&ISO^PI||{last}^{first}||{birth}|{sex}|||{street}^^{town}^^{postcode}^FRA"
        ),
    });
}

fn report(
    lines: &mut Vec<String>,
    form: Form,
    random: &mut Random,
    day: Day,
    number: u64,
    traps: bool,
    truth: &mut PatientTruth,
) {
    let sign = form.component();
    let date = compact(day);
    for (rank, (panel, all)) in (1..).zip(measure::panels(random)) {
        let title = escaped(panel.title);
        let doctor = match form {
            Form::HprimSante => "TES~Dr TESTEUR PAUL~L".to_owned(),
            Form::Hl7 => "1001^TESTEUR^PAUL".to_owned(),
        };
        lines
            .push(format!("OBR|{rank}||{number}|P{rank}{sign}{title}{sign}L|R||{date}0815|||||||||{doctor}|||||||||F"));
        for (index, measured) in (1..).zip(all) {
            observation(lines, form, random, index, &measured, &date, traps, truth);
        }
        if random.chance(25) {
            let note = escaped(panel.remark);
            lines.push(match form {
                Form::HprimSante => format!("C|1|L|{note}"),
                Form::Hl7 => format!("NTE|1|L|{note}"),
            });
        }
    }
    if traps {
        liberties(lines, form, random, truth);
    }
}

#[allow(clippy::too_many_arguments, reason = "one line of a payload, each part of it named")]
fn observation(
    lines: &mut Vec<String>,
    form: Form,
    random: &mut Random,
    index: usize,
    measured: &Measured,
    date: &str,
    traps: bool,
    truth: &mut PatientTruth,
) {
    let sign = form.component();
    let known = &measured.truth;
    let comma = traps && random.chance(20);
    let number = |text: &str| if comma { text.replace('.', ",") } else { text.to_owned() };
    let (low, high) = (number(&known.low), number(&known.high));
    let tight = traps && random.chance(30);
    let range = match (low.as_str(), high.as_str(), tight) {
        ("", "", _) => String::new(),
        ("", high, true) => format!("<{high}"),
        ("", high, false) => format!("< {high}"),
        (low, "", true) => format!(">{low}"),
        (low, "", false) => format!("> {low}"),
        (low, high, true) => format!("{low}-{high}"),
        (low, high, false) => format!("{low} - {high}"),
    };
    let sent_flag = if traps && measured.sent_flag == "HH" && random.chance(50) && form == Form::Hl7 {
        "HH~A"
    } else {
        measured.sent_flag
    };
    let kind = if traps && random.chance(15) { "ST" } else { "NM" };
    let label = if traps && random.chance(10) { format!("  {}", known.label) } else { known.label.clone() };
    lines.push(format!(
        "OBX|{index}|{kind}|{}{sign}{}{sign}L||{}|{}|{range}|{sent_flag}|||F|||{date}0815",
        measured.code,
        escaped(&label),
        number(&known.value),
        known.unit,
    ));
    truth.results.push(known.clone());
}

/// Results that only hospitals write: comparators, words, codes, titres, germs.
fn liberties(lines: &mut Vec<String>, form: Form, random: &mut Random, truth: &mut PatientTruth) {
    let (sign, again) = (form.component(), form.repetition());
    let mut add = |fields: String, expected: Truth| {
        lines.push(format!("OBX|90|{fields}"));
        truth.results.push(expected);
    };
    let of = |label: &str, value: &str| Truth { label: label.to_owned(), value: value.to_owned(), ..Truth::default() };
    if random.chance(50) {
        let expected = Truth {
            comparator: "<",
            unit: "mg/L".into(),
            high: "5".into(),
            flag: "normal",
            ..of("CRP ultrasensible", "0.3")
        };
        add(format!("ST|CRPU{sign}CRP ultrasensible{sign}L||< 0,3|mg/L|< 5||||F"), expected);
    }
    if random.chance(50) {
        let expected =
            Truth { comparator: ">", unit: "ng/L".into(), high: "125".into(), flag: "high", ..of("BNP", "35000") };
        let field = if form == Form::Hl7 { "SN|BNP^BNP^L||>^35000" } else { "ST|BNP~BNP~L||>35000" };
        add(format!("{field}|ng/L|<125||||F"), expected);
    }
    if random.chance(40) {
        add(
            format!("CE|HCV{sign}Sérologie VHC{sign}L||NEG{sign}Négatif{sign}L|||N|||F"),
            Truth { flag: "normal", ..of("Sérologie VHC", "Négatif") },
        );
    }
    if random.chance(40) {
        add(
            format!("NM|GRX{sign}Numération{sign}L||4.5|10\\S\\12/L|4 - 6||||F").replace("\\S\\", power(form)),
            Truth {
                unit: "10^12/L".into(),
                low: "4".into(),
                high: "6".into(),
                flag: "normal",
                ..of("Numération", "4.5")
            },
        );
    }
    if random.chance(40) {
        add(
            format!("TX|CONC{sign}Conclusion{sign}L||Présence de germes.{again}À contrôler.||||||F"),
            of("Conclusion", "Présence de germes.\nÀ contrôler."),
        );
    }
    if random.chance(30) {
        add(
            format!("NM|AMX{sign}Amoxicilline{sign}L||8|mg/L||R|||F"),
            Truth { unit: "mg/L".into(), ..of("Amoxicilline", "8") },
        );
    }
    if random.chance(30) {
        add(
            format!("ST|HEM{sign}Hémolyse{sign}L||85*|UI|60 - 120||||F"),
            Truth {
                unit: "UI".into(), low: "60".into(), high: "120".into(), flag: "abnormal", ..of("Hémolyse", "85")
            },
        );
    }
}

/// `10^12`: escaped in HL7, where the sign is that of components; plain in HPRIM, where many forget that it is one.
fn power(form: Form) -> &'static str {
    if form == Form::Hl7 { "\\S\\" } else { "^" }
}

/// Cuts a line somewhere and goes on in another, as the norms allow.
fn continued(lines: Vec<String>, form: Form, random: &mut Random) -> Vec<String> {
    let name = if form == Form::Hl7 { "ADD|" } else { "A|" };
    let mut out = Vec::with_capacity(lines.len() + 2);
    for (index, line) in lines.into_iter().enumerate() {
        let long = index > 1 && line.starts_with("OBX") && line.len() > 40 && line.is_ascii() && random.chance(10);
        let at = usize::try_from(random.between(10, 39)).unwrap_or(10);
        match line.split_at_checked(at).filter(|(start, end)| {
            // Blanks at a cut would be trimmed with the line end.
            long && !start.ends_with(' ') && !end.starts_with(' ')
        }) {
            Some((start, end)) => {
                out.push(start.to_owned());
                out.push(format!("{name}{end}"));
            }
            None => out.push(line),
        }
    }
    out
}
