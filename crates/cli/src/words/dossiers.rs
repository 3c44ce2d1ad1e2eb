//! Dossiers in words: their rows, and one dossier whole.

use super::reports;
use crate::names::Names;
use crate::table::table;
use crate::times;
use bannette_api::dossiers::{
    Arrival, Change, ChangeOf, Changed, DossierRow, DossierView, PatientLine, ReportMoment, ShownValue, Urgency,
    VersionChanges, VersionLine, VersionRelation, Visibility,
};
use bannette_api::report::ReportStatus;
use std::fmt::Write;

/// A list of dossiers.
pub fn rows(rows: &[DossierRow]) -> String {
    if rows.is_empty() {
        return "Aucun dossier.".to_owned();
    }
    let row = |row: &DossierRow| {
        [
            row.id.to_string(),
            times::said(row.received_at),
            dated(row),
            row.patient.as_ref().map_or_else(|| "à identifier".to_owned(), patient),
            row.sender.clone(),
            headline(row),
            state(row),
        ]
    };
    table(["dossier", "reçu le", "daté du", "patient", "de", "résultat", "état"], rows.iter().map(row))
}

/// The report's own date, and what it is the date of.
fn dated(row: &DossierRow) -> String {
    let Some(date) = &row.dated else { return String::new() };
    let of = match date.of {
        ReportMoment::Sampled => "prélèvement",
        ReportMoment::Reported => "compte rendu",
    };
    format!("{} ({of})", times::day_said(date.at.get(..10).unwrap_or(&date.at)))
}

/// What a search found; where nothing has exactly what was typed, that too.
pub fn found_rows(typed: &str, found: &[DossierRow]) -> String {
    match found.first() {
        None => format!(
            "Aucun dossier ne répond à « {typed} ». Vérifiez l’orthographe, ou cherchez par la date de naissance."
        ),
        Some(first) if first.near => format!("Résultats proches de « {typed} » :\n{}", rows(found)),
        Some(_) => rows(found),
    }
}

/// Replaced, validated, to be sorted, not shared; found by taking a word for a typing error.
fn state(row: &DossierRow) -> String {
    let mut parts = Vec::new();
    parts.extend(row.near.then_some("proche"));
    parts.extend(row.replaced.then_some("remplacé"));
    parts.extend(row.validated.is_some().then_some("validé"));
    parts.extend(row.apart.iter().any(|apart| apart.to_sort).then_some("à trier"));
    parts.extend(match row.apart.iter().map(|apart| apart.visibility).max() {
        Some(Visibility::Confidential) => Some("confidentiel"),
        Some(Visibility::Withheld) => Some("non partagé"),
        Some(Visibility::Shared) | None => None,
    });
    parts.join(", ")
}

/// How many dossiers were changed.
pub fn changed(done: &Changed) -> String {
    match done.dossiers {
        0 => "Rien à changer.".to_owned(),
        1 => "1 dossier changé.".to_owned(),
        many => format!("{many} dossiers changés."),
    }
}

fn patient(line: &PatientLine) -> String {
    let name = format!("{} {}", line.last_name.to_uppercase(), line.first_name);
    match &line.birth_date {
        Some(date) => format!("{name}, {}", times::day_said(date)),
        None => name,
    }
}

/// The worst result, or how the whole reads.
fn headline(row: &DossierRow) -> String {
    let urgency = match row.urgency {
        Urgency::Critical => "CRITIQUE",
        Urgency::Abnormal => "anormal",
        Urgency::Unknown => "à lire",
        Urgency::Normal => "normal",
    };
    match &row.headline {
        Some(worst) => {
            let unit = worst.unit.as_deref().unwrap_or_default();
            let said = format!("{urgency} : {} {} {unit}", worst.label, reports::comma(&worst.value));
            let said = said.trim_end();
            match &worst.threshold {
                Some(limit) => format!("{said} {limit} (seuil du cabinet)"),
                None => said.to_owned(),
            }
        }
        None => urgency.to_owned(),
    }
}

/// A dossier, whole.
pub fn dossier(view: &DossierView, names: &Names) -> String {
    let mut text = String::new();
    let row = &view.row;
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            // Writing to a string cannot fail.
            writeln!(text, "{name:<14}{value}").unwrap_or_default();
        }
    };
    line("Dossier", row.id.to_string());
    line("Reçu le", times::said(row.received_at));
    line("De", view.message.from.clone());
    line("Objet", row.subject.clone());
    line("Responsable", names.person(row.responsible));
    let seen = view.seen.iter().map(|seen| format!("{} le {}", names.person(seen.by), times::said(seen.at)));
    line("Vu par", seen.collect::<Vec<_>>().join(" ; "));
    let validated = row.validated.as_ref().map(|done| format!("{} le {}", names.person(done.by), times::said(done.at)));
    line("Validé par", validated.unwrap_or_default());
    line("État", state(row));
    let before = view.decided_before.iter();
    let before = before.map(|done| format!("{} le {}", names.person(done.by), times::said(done.at)));
    line("Déjà validé", before.collect::<Vec<_>>().join(" ; "));
    let removed = row.removed_at.map(|at| format!("retiré le {} (délai de conservation)", times::said(at)));
    line("Contenu", removed.unwrap_or_default());
    if view.arrivals.iter().any(|way| way.message != view.shown) {
        let shown = |way: &Arrival| if way.message == view.shown { " (montré)" } else { "" };
        let ways = view.arrivals.iter().map(|way| format!("{} {}{}", times::said(way.at), way.message, shown(way)));
        line("Messages", ways.collect::<Vec<_>>().join(" ; "));
    }
    text.push_str(&versions(view, names));
    text.push('\n');
    // A report without a patient or a laboratory begins with its sections.
    text.push_str(reports::report(&view.report).trim_start_matches('\n'));
    if let Some(body) = view.body.as_deref().filter(|body| !body.trim().is_empty()) {
        text.push_str("\nMessage\n");
        text.push_str(body.trim_end());
        text.push('\n');
    }
    let documents = view.attachments.iter().map(|attachment| &attachment.document);
    text.push_str(&reports::documents(documents));
    text.push_str(&reports::warnings(&view.warnings));
    text
}

/// Its versions, and what it says otherwise than those whose place it takes.
fn versions(view: &DossierView, names: &Names) -> String {
    let mut text = String::new();
    for version in view.versions.iter().filter(|one| one.relation != VersionRelation::Shown) {
        text.push_str(&version_line(version));
        text.push('\n');
    }
    for changes in &view.changes {
        text.push_str(&differences(changes, names));
    }
    text
}

fn version_line(version: &VersionLine) -> String {
    let what = match version.relation {
        VersionRelation::Shown | VersionRelation::Beside => "Autre version",
        VersionRelation::Former => "Remplace",
        VersionRelation::Newer => "Remplacé par",
        VersionRelation::MayBelong => "Peut-être une version du même compte rendu",
        VersionRelation::Apart => "Déclaré comme une autre analyse",
    };
    let status = match version.status {
        Some(ReportStatus::Partial) => "partiel, ",
        Some(ReportStatus::Complete) => "complet, ",
        Some(ReportStatus::Corrected) => "corrigé, ",
        Some(ReportStatus::Cancelled) => "retiré par le laboratoire, ",
        None => "",
    };
    format!("{what} : {status}reçu le {} ({})", times::said(version.received_at), version.dossier)
}

fn differences(changes: &VersionChanges, names: &Names) -> String {
    let received = times::said(changes.received_at);
    let against = match &changes.validated {
        Some(done) => format!("la version reçue le {received}, validée par {}", names.person(done.by)),
        None => format!("la version reçue le {received}"),
    };
    if changes.changes.is_empty() {
        return format!("Aucune différence de valeur avec {against}.\n");
    }
    let mut text = format!("Ce qui change depuis {against} :\n");
    for change in &changes.changes {
        text.push_str("  ");
        text.push_str(&difference(change));
        text.push('\n');
    }
    if changes.cut {
        text.push_str("  … et d’autres différences : comparez les deux versions.\n");
    }
    text
}

/// « Potassium 7,2 → 4,0 mmol/L ».
fn difference(change: &Change) -> String {
    let value = |shown: &ShownValue| {
        let value = reports::comma(&shown.value);
        let unit = shown.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let withdrawn = if shown.withdrawn { " (retiré par le laboratoire)" } else { "" };
        format!("{value}{unit}{withdrawn}")
    };
    let (before, after) = (change.before.as_ref().map(value), change.after.as_ref().map(value));
    let label = &change.label;
    match (change.of, before, after) {
        (ChangeOf::Result, Some(before), Some(after)) => format!("{label} {before} → {after}"),
        (ChangeOf::Result, None, Some(after)) => format!("{label} {after} (ajouté)"),
        (ChangeOf::Result, Some(before), None) => format!("{label} {before} (n’y figure plus)"),
        (ChangeOf::Document, None, _) => format!("document ajouté : {label}"),
        (ChangeOf::Document, _, _) => format!("document qui n’y figure plus : {label}"),
        (ChangeOf::Words, None, Some(after)) => format!("ajouté : {after}"),
        (ChangeOf::Words, Some(before), _) => format!("n’y figure plus : {before}"),
        (_, None, None) => String::new(),
    }
}
