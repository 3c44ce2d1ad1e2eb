//! Identifiers and identities as METADATA.XML writes them: HL7 v2 fields (CX, XPN) in one line. It must never take an
//! identifier for an INS unless its authority says so.

use bannette_api::report::{Ins, Patient};

/// The authorities that give INS: NIR, NIA, and those of tests and demonstrations (ANS, « Référentiel INS »).
const INS: [&str; 4] = ["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"];

/// An identifier and who gave it (HL7 v2 CX): `279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cx {
    pub(crate) value: String,
    /// OID of the authority; empty where none is said.
    pub(crate) oid: String,
}

impl Cx {
    /// Reads a CX. A text without `^` is an identifier of nobody knows whom.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut pieces = text.trim().split('^');
        let value = pieces.next()?.trim();
        let authority = pieces.nth(2).unwrap_or_default();
        let mut authority = authority.split('&');
        let namespace = authority.next().unwrap_or_default().trim();
        let oid = authority.next().map_or(namespace, str::trim);
        (!value.is_empty()).then(|| Self { value: value.to_owned(), oid: oid.to_owned() })
    }

    /// Whether a text is surely a CX, whatever it is called.
    pub(crate) fn is_one(text: &str) -> bool {
        text.contains("^^^")
    }

    pub(crate) fn ins(&self) -> Option<Ins> {
        let is_ins = INS.contains(&self.oid.as_str());
        is_ins.then(|| Ins { value: self.value.clone(), oid: self.oid.clone() })
    }

    /// Whether it says another patient. Two authorities number the same patient differently.
    pub(crate) fn is_other_than(&self, other: &Self) -> bool {
        self.oid == other.oid && self.value != other.value
    }
}

/// Reads a field of `sourcePatientInfo` (`PID-5|NOM^PRENOM^^^^^L`) into a patient. What is there already stays.
pub(super) fn read_patient_field(field: &str, patient: &mut Patient) {
    let Some((name, value)) = field.trim().split_once('|') else { return };
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    match name.trim().to_ascii_uppercase().as_str() {
        "PID-3" => {
            if let Some(ins) = value.split('~').filter_map(Cx::read).find_map(|id| id.ins()) {
                patient.ins.get_or_insert(ins);
            }
        }
        "PID-5" => value.split('~').for_each(|name| read_name(name, patient)),
        "PID-7" => {
            if let Some(day) = day(value) {
                patient.birth_date.get_or_insert(day);
            }
        }
        "PID-8" => {
            let sex = value.get(..1).unwrap_or_default().to_ascii_uppercase();
            if matches!(sex.as_str(), "F" | "M" | "U") {
                patient.sex.get_or_insert(sex);
            }
        }
        "PID-11" if patient.address.is_empty() => {
            let pieces = value.split('^').map(str::trim).filter(|piece| !piece.is_empty());
            patient.address = pieces.take(6).map(str::to_owned).collect();
        }
        _ => {}
    }
}

/// Reads a name (XPN): `NOM^PRENOM^^^^^L`. The type D says a used name; any other, the birth name (CI-SIS).
fn read_name(name: &str, patient: &mut Patient) {
    let mut pieces = name.split('^').map(str::trim);
    let (family, given) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default());
    let used = pieces.nth(4).is_some_and(|kind| kind.eq_ignore_ascii_case("D"));
    let family = family.split('&').next().unwrap_or_default().trim();
    let slot = if used { &mut patient.used_name } else { &mut patient.birth_name };
    if !family.is_empty() && slot.is_none() {
        *slot = Some(family.to_owned());
    }
    if !given.is_empty() && patient.first_name.is_none() {
        patient.first_name = Some(given.to_owned());
    }
}

/// A day of an HL7 time stamp: `19570314…` gives `1957-03-14`.
fn day(text: &str) -> Option<String> {
    let digits = text.get(..8)?;
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u16>().ok()).flatten();
    let plausible = number(year)? >= 1850 && (1..=12).contains(&number(month)?) && (1..=31).contains(&number(day)?);
    plausible.then(|| format!("{year}-{month}-{day}"))
}

/// A time of XDS (UTC, `YYYYMMDDhhmmss`): RFC 3339, or the day where it says no more.
pub(super) fn time(text: &str) -> Option<String> {
    let text = text.trim();
    let day = day(text)?;
    let (hour, minute, second) = (text.get(8..10), text.get(10..12), text.get(12..14));
    let in_range = |piece: &str, most: u8| {
        piece.bytes().all(|byte| byte.is_ascii_digit()) && piece.parse::<u8>().is_ok_and(|number| number <= most)
    };
    match (hour, minute) {
        (Some(hour), Some(minute)) if in_range(hour, 23) && in_range(minute, 59) => {
            let second = second.filter(|second| in_range(second, 59)).unwrap_or("00");
            Some(format!("{day}T{hour}:{minute}:{second}Z"))
        }
        _ => Some(day),
    }
}
