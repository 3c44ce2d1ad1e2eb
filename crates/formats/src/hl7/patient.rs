//! `PID`: the patient. It must never take a name or a number for what nobody says that it is.

use crate::segments::Fields;
use crate::{date, limits};
use bannette_api::report::{Ins, Patient, PatientIdentifier};

/// Authorities of the identité nationale de santé: NIR, NIA, and those of tests and demonstrations.
const INS: [&str; 4] = ["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"];

/// Reads a patient. Fields that hold more than what a patient has are left for the text.
pub(super) fn read(fields: &mut Fields<'_>) -> Patient {
    let mut patient = Patient::default();
    identifiers(&mut patient, fields);
    names(&mut patient, fields);
    let birth = fields.component(fields.get(7), 1);
    patient.birth_date = date::Moment::read(birth).map(|moment| moment.day()).or_else(|| date::whole(birth, 26));
    if patient.birth_date.is_some() && birth.len() <= 10 && birth.len() == fields.get(7).len() {
        fields.take(7);
    }
    patient.sex = match fields.component(fields.get(8), 1) {
        "F" | "f" => Some("F"),
        "M" | "m" => Some("M"),
        "U" | "u" => Some("U"),
        _ => None,
    }
    .map(str::to_owned);
    if patient.sex.is_some() {
        fields.take(8);
    }
    address(&mut patient, fields);
    if patient.insured_number.is_none() {
        let number = fields.get(19);
        patient.insured_number = fields.word(number, 1);
        if fields.holds_only(number, &[1]) {
            fields.take(19);
        }
    }
    patient
}

/// `PID-3`: identifiers, each with who gave it and what it is.
fn identifiers(patient: &mut Patient, fields: &mut Fields<'_>) {
    let raw = fields.get(3);
    let mut whole = true;
    for identifier in fields.repetitions(raw) {
        let Some(value) = fields.word(identifier, 1) else {
            whole = false;
            continue;
        };
        let authority = fields.component(identifier, 4);
        let oid = (1..=3).map(|at| fields.subcomponent(authority, at)).find(|part| INS.contains(part));
        let kind = fields.component(identifier, 5);
        let matricule =
            value.len() == 15 && value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        if let Some(oid) = oid
            && matricule
            && patient.ins.is_none()
        {
            patient.ins = Some(Ins { value, oid: oid.to_owned() });
        } else if oid.is_none() && matches!(kind, "NH" | "SS" | "NN") && patient.insured_number.is_none() {
            patient.insured_number = Some(value);
        } else {
            // It stands in the text too, with all that is said of it.
            whole = false;
            keep(patient, identifier, value, fields);
        }
    }
    if whole {
        fields.take(3);
    }
    // Before HL7 v2.3.1 the patient's identifier could stand alone in `PID-2`, and others in `PID-4`.
    for field in [2, 4] {
        if patient.identifiers.is_empty() && patient.ins.is_none() {
            for identifier in fields.repetitions(fields.get(field)) {
                if let Some(value) = fields.word(identifier, 1) {
                    keep(patient, identifier, value, fields);
                }
            }
        }
    }
}

/// Keeps an identifier of the patient; that of a stay or of an account is none.
fn keep(patient: &mut Patient, identifier: &str, value: String, fields: &Fields<'_>) {
    if matches!(fields.component(identifier, 5), "VN" | "AN" | "ANON" | "NH" | "SS" | "NN") {
        return;
    }
    let authority = fields.component(identifier, 4);
    let authority = [2, 1].into_iter().find_map(|at| fields.said(fields.subcomponent(authority, at)));
    let one = PatientIdentifier { value, authority };
    if !patient.identifiers.contains(&one) && patient.identifiers.len() < limits::RECIPIENTS {
        patient.identifiers.push(one);
    }
}

/// `PID-5`: names. `L` is that of birth (RNIV, IHE PAM France), `D` the one used, `M` the maiden name of older senders,
/// whose `L` is then the one used.
fn names(patient: &mut Patient, fields: &mut Fields<'_>) {
    let raw = fields.get(5);
    let mut whole = true;
    let (mut legal, mut used, mut maiden) = (None, None, None);
    for name in fields.repetitions(raw) {
        let last = fields.word(fields.subcomponent(fields.component(name, 1), 1), 1);
        let first = fields.word(name, 2);
        match (fields.component(name, 7), &last) {
            ("L" | "B", _) if legal.is_none() => legal = last,
            ("M", _) if maiden.is_none() => maiden = last,
            (_, Some(_)) if used.is_none() => used = last,
            (_, None) => {}
            _ => whole = false,
        }
        whole &= fields.holds_only(name, &[1, 2, 7]) && !fields.component(name, 1).contains('&');
        match (&patient.first_name, first) {
            (None, first) => patient.first_name = first,
            (Some(known), Some(first)) => whole &= *known == first,
            (Some(_), None) => {}
        }
    }
    if maiden.is_some() {
        whole &= legal.is_none() || used.is_none();
        (patient.birth_name, patient.used_name) = (maiden, used.or(legal));
    } else {
        (patient.birth_name, patient.used_name) = (legal, used);
    }
    if whole {
        fields.take(5);
    }
}

/// `PID-11`: the first address that is no place of birth.
fn address(patient: &mut Patient, fields: &mut Fields<'_>) {
    let raw = fields.get(11);
    let places = ["BDL", "N", "BR"];
    let mut addresses = fields.repetitions(raw).filter(|address| !places.contains(&fields.component(address, 7)));
    let Some(address) = addresses.next() else { return };
    let street = fields.component(address, 1);
    let lines = [
        fields.text(fields.subcomponent(street, 1)).trim().to_owned(),
        fields.text(fields.component(address, 2)).trim().to_owned(),
        format!("{} {}", fields.component(address, 5), fields.text(fields.component(address, 3))).trim().to_owned(),
    ];
    patient.address = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let whole = fields.subcomponent(street, 2).is_empty() && address.len() == raw.len();
    if whole && fields.holds_only(address, &[1, 2, 3, 5, 6, 7]) && fields.component(address, 6).len() <= 3 {
        fields.take(11);
    }
}
