//! Reports of laboratories in words: a parsed file, a report, its results, its documents, its warnings.
//!
//! Values are shown as the laboratory wrote them, with a decimal comma; nothing is rounded, nothing invented.

use crate::table::table;
use crate::times;
use bannette_api::dossiers::ReportMoment;
use bannette_api::report::{
    Document, EarlierValue, Flag, Format, LabResult, ParsedFile, Party, Patient, Report, ReportStatus, ResultStatus,
    Section, Warning,
};

/// A parsed file.
pub fn file(file: &ParsedFile) -> String {
    let encoding = file.encoding.as_ref().map(|encoding| format!(" ({encoding})")).unwrap_or_default();
    let mut text = format!("{} : {}{encoding}\n", file.name, format(file.format));
    for report in &file.dossiers {
        text.push('\n');
        text.push_str(&self::report(report));
    }
    text.push_str(&warnings(&file.warnings));
    text
}

fn format(format: Format) -> &'static str {
    match format {
        Format::HprimMedecin => "HPRIM Médecin",
        Format::HprimSante => "HPRIM Santé",
        Format::Hl7V2 => "HL7 v2",
        Format::CdaN1 => "CDA niveau 1",
        Format::CdaN3 => "CDA niveau 3",
        Format::Xdm => "archive XDM",
        Format::Eml => "message",
        Format::Pdf => "PDF",
        Format::Apicrypt => "chiffré par APICRYPT",
        Format::Unknown => "format non reconnu",
    }
}

/// A report.
pub fn report(report: &Report) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            lines.push(format!("{name:<14}{value}"));
        }
    };
    line("Patient", Some(patient(&report.patient)));
    line("INS", report.patient.ins.as_ref().map(|ins| ins.value.clone()));
    line("Laboratoire", report.laboratory.as_ref().map(party));
    line("Prescripteur", report.prescriber.as_ref().map(party));
    line("Numéro", report.number.clone());
    line("Prélevé le", report.sampled_at.as_deref().map(times::written_said));
    line("Rédigé le", report.reported_at.as_deref().map(times::written_said));
    line("Statut", report.status.map(|status| self::status(status).to_owned()));
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    for section in &report.sections {
        text.push_str(&self::section(section, report.sampled_at.as_deref()));
    }
    if let Some(free) = report.text.as_deref().filter(|free| !free.trim().is_empty()) {
        text.push_str("\nTexte du compte rendu\n");
        text.push_str(free.trim_end());
        text.push('\n');
    }
    text.push_str(&documents(&report.documents));
    text
}

fn patient(patient: &Patient) -> String {
    let name = patient.used_name.as_ref().or(patient.birth_name.as_ref());
    let born = match (&patient.used_name, &patient.birth_name) {
        (Some(used), Some(birth)) if used != birth => Some(format!("né(e) {birth}")),
        _ => None,
    };
    let name = [name, patient.first_name.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let parts = [Some(name), born, patient.birth_date.as_deref().map(times::day_said), patient.sex.clone()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn party(party: &Party) -> String {
    match (&party.name, &party.id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    }
}

fn status(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Partial => "partiel",
        ReportStatus::Complete => "complet",
        ReportStatus::Corrected => "corrigé",
        ReportStatus::Cancelled => WITHDRAWN,
    }
}

/// What the laboratory takes back is no result any more.
const WITHDRAWN: &str = "retiré par le laboratoire";

/// A section; the time of a result is told where it is not the report's own.
fn section(section: &Section, sampled_at: Option<&str>) -> String {
    let title = section.title.as_deref().unwrap_or("Résultats");
    let rows = section.results.iter().map(|result| {
        let bounds = bounds(result.low.as_deref(), result.high.as_deref());
        let unit = result.unit.clone().unwrap_or_default();
        [which(result, sampled_at), value(result), unit, bounds, meaning(result), previous(result)]
    });
    let mut text = format!(
        "\n{title}\n{}\n",
        table(["analyse", "résultat", "unité", "bornes", "", "antériorité du laboratoire"], rows)
    );
    if let Some(comment) = &section.comment {
        text.push_str(&format!("{comment}\n"));
    }
    for result in &section.results {
        if let Some(second) = result.second.as_deref() {
            let value = second.value.as_deref().map(comma).unwrap_or_default();
            let bounds = bounds(second.low.as_deref(), second.high.as_deref());
            let parts = [value, second.unit.clone().unwrap_or_default(), bounds];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            text.push_str(&format!("{} : soit {}\n", result.label, parts.join(" ; ")));
        }
        for earlier in &result.earlier {
            text.push_str(&format!("{} : {}\n", result.label, self::earlier(earlier)));
        }
        if let Some(word) = &result.threshold {
            text.push_str(&format!("{} : {}\n", result.label, word.sentence().replace('\u{a0}', " ")));
        }
        if let Some(comment) = &result.comment {
            text.push_str(&format!("{} : {comment}\n", result.label));
        }
    }
    text
}

/// A result's name, and which of several it is: « Glycémie (T120, plasma, 13/05/2025 10:00) ».
fn which(result: &LabResult, sampled_at: Option<&str>) -> String {
    let given = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
    let at = result.observed_at.as_deref().filter(|at| Some(*at) != sampled_at).map(times::written_said);
    let all = [given(&result.sub_id), given(&result.specimen), at].into_iter().flatten();
    let all = all.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if all.is_empty() { result.label.clone() } else { format!("{} ({all})", result.label) }
}

/// Its flag, and where it stands. What was taken back is judged no more.
fn meaning(result: &LabResult) -> String {
    let flag = result.flag.map(flag).filter(|_| result.status != Some(ResultStatus::Cancelled));
    let status = match result.status {
        Some(ResultStatus::Cancelled) => WITHDRAWN,
        Some(ResultStatus::Corrected) => "corrigé",
        Some(ResultStatus::Preliminary) => "provisoire",
        Some(ResultStatus::Final) | None => "",
    };
    let both = [flag.unwrap_or_default(), status];
    both.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn value(result: &LabResult) -> String {
    let comparator = match result.comparator.as_deref() {
        Some("<=") => "≤ ",
        Some(">=") => "≥ ",
        Some("<") => "< ",
        Some(">") => "> ",
        _ => "",
    };
    format!("{comparator}{}", result.value.as_deref().map(comma).unwrap_or_default())
}

fn previous(result: &LabResult) -> String {
    let one = |value: &bannette_api::report::PreviousValue| {
        let at = value.at.as_ref().map(|at| format!(" ({})", times::written_said(at))).unwrap_or_default();
        value.value.as_deref().map(|value| format!("{}{at}", comma(value)))
    };
    result.previous.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

/// A previous value of the practice's own: « avant (cabinet) : 4,1 prélevé le 03/11/2026, ▲ +0,3 (en hausse) ».
fn earlier(earlier: &EarlierValue) -> String {
    let value = comma(&earlier.value);
    let value = match earlier.comparator.as_deref() {
        Some(sign) if !sign.trim().is_empty() => format!("{} {value}", comparator_sign(sign)),
        _ => value,
    };
    let dated = match earlier.of {
        Some(ReportMoment::Sampled) => "prélevé le",
        Some(ReportMoment::Reported) => "édité le",
        None => "reçu le",
    };
    let moved = match earlier.change.as_deref() {
        _ if earlier.same_day => ", le même jour, ordre non précisé".to_owned(),
        None => String::new(),
        Some(change) if change.starts_with('+') => format!(", ▲ {} (en hausse)", comma(change)),
        Some(change) if change.starts_with('-') => {
            format!(", ▼ −{} (en baisse)", comma(change.trim_start_matches('-')))
        }
        Some(_) => ", = (sans changement)".to_owned(),
    };
    format!("antériorité du cabinet : {value} {dated} {}{moved}", times::written_said(&earlier.at))
}

fn comparator_sign(sign: &str) -> &str {
    match sign {
        "<=" => "≤",
        ">=" => "≥",
        other => other,
    }
}

/// « 3,5 – 5,1 », « < 5,1 », « > 3,5 ».
fn bounds(low: Option<&str>, high: Option<&str>) -> String {
    match (low.map(comma), high.map(comma)) {
        (Some(low), Some(high)) => format!("{low} – {high}"),
        (None, Some(high)) => format!("< {high}"),
        (Some(low), None) => format!("> {low}"),
        (None, None) => String::new(),
    }
}

/// A decimal number with a comma; anything else as it is.
pub fn comma(value: &str) -> String {
    let number = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    match number.split_once('.') {
        Some((whole, decimals)) if digits(whole) && digits(decimals) => value.replace('.', ","),
        _ => value.to_owned(),
    }
}

fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Normal => "",
        Flag::Low => "▼ bas",
        Flag::High => "▲ élevé",
        Flag::CriticallyLow => "▼▼ critique, très bas",
        Flag::CriticallyHigh => "▲▲ critique, très élevé",
        Flag::Abnormal => "● anormal",
        Flag::Critical => "●● critique",
    }
}

/// The documents of a report or of a message.
pub fn documents<'a>(documents: impl IntoIterator<Item = &'a Document>) -> String {
    let row = |document: &Document| {
        let name = document.name.clone().unwrap_or_else(|| "sans nom".to_owned());
        [name, document.media_type.clone(), format!("{} octets", document.bytes)]
    };
    let rows: Vec<_> = documents.into_iter().map(row).collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("\nPièces jointes\n{}\n", table(["nom", "genre", "taille"], rows))
    }
}

/// What could not be understood, or is doubtful.
pub fn warnings(warnings: &[Warning]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let said = |warning: &Warning| match warning.line {
        Some(line) => format!("- {} (ligne {line})", warning.message),
        None => format!("- {}", warning.message),
    };
    format!("\nÀ vérifier dans la source\n{}\n", warnings.iter().map(said).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_a_comma_and_nothing_else_does() {
        for (sent, shown) in
            [("12.9", "12,9"), ("-0.5", "-0,5"), ("1.2.3", "1.2.3"), ("NEG.", "NEG."), ("12", "12"), (".5", ".5")]
        {
            assert_eq!(comma(sent), shown);
        }
        assert_eq!(bounds(Some("3.5"), Some("5.1")), "3,5 – 5,1");
        assert_eq!(bounds(None, Some("5.0")), "< 5,0");
    }

    #[test]
    fn an_abnormal_result_is_signed_and_worded() {
        let result = LabResult {
            label: "Potassium".into(),
            value: Some("6.8".into()),
            comparator: Some(">=".into()),
            unit: Some("mmol/l".into()),
            flag: Some(Flag::CriticallyHigh),
            ..LabResult::default()
        };
        let told = report(&Report {
            sections: vec![Section { title: Some("Ionogramme".into()), results: vec![result], ..Section::default() }],
            ..Report::default()
        });
        let line = told.lines().find(|line| line.starts_with("Potassium")).unwrap();
        assert_eq!(line, "Potassium  ≥ 6,8     mmol/l          ▲▲ critique, très élevé");
    }

    #[test]
    fn which_of_several_and_what_was_taken_back() {
        let result = |sub: &str, at: &str| LabResult {
            label: "Glycémie".into(),
            sub_id: Some(sub.into()),
            specimen: Some("plasma".into()),
            observed_at: Some(at.into()),
            value: Some("13.2".into()),
            flag: Some(Flag::High),
            ..LabResult::default()
        };
        let gone = LabResult { status: Some(ResultStatus::Cancelled), ..result("T120", "2026-11-22T10:10:00") };
        let told = report(&Report {
            sampled_at: Some("2026-11-22T08:10:00".into()),
            status: Some(ReportStatus::Cancelled),
            sections: vec![Section { results: vec![result("T0", "2026-11-22T08:10:00"), gone], ..Section::default() }],
            ..Report::default()
        });
        let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("Glycémie")).collect();
        assert!(lines[0].starts_with("Glycémie (T0, plasma) ") && lines[0].ends_with("▲ élevé"), "{lines:?}");
        assert!(lines[1].starts_with("Glycémie (T120, plasma, 22/11/2026 10:10) "), "{lines:?}");
        assert!(lines[1].ends_with("retiré par le laboratoire") && !lines[1].contains("élevé"), "{lines:?}");
        assert!(told.contains("Statut        retiré par le laboratoire"), "{told}");
    }

    #[test]
    fn what_was_not_read_is_not_said() {
        assert_eq!(report(&Report::default()), "");
        assert!(file(&ParsedFile::default()).contains("format non reconnu"));
    }
}
