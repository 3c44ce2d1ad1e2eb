//! A dossier as a sequence of lines for paper, whatever the page's size: plain data, drawn elsewhere.

use super::lines::{Line, Lines, Look, pieces};
use crate::parts::antibiogram::{Answer, answers};
use crate::parts::outline::{Heading, headings};
use crate::text::{document, dossier, inbox, number, paper as words, result, time};
use bannette_api::dossiers::{PrintedDossier, Visibility};
use bannette_api::report::{LabResult, NarrativeBlock, Report, ResultStatus, Section};
use bannette_api::unit::shown;

/// What is known beside the dossier itself.
#[derive(Clone, Debug)]
pub struct Beside {
    /// When it was received, in words.
    pub received: String,
    /// Who validated it and when; absent when nobody did.
    pub validated: Option<String>,
    /// The bytes received as text, where nothing else was read.
    pub source: Option<String>,
    /// The foot of each page.
    pub foot: String,
}

/// A dossier for paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The patient's name.
    pub patient: String,
    /// Birth date, sex.
    pub identity: String,
    /// What everybody who holds one of its pages must know: it is partial, replaced, confidential.
    pub marks: String,
    /// Foot.
    pub foot: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// The value of a result, its meaning in words, the same measure in another unit.
fn value(result: &LabResult) -> String {
    let value = match result::susceptibility(result) {
        Some((letter, meaning)) => format!("{letter}, {meaning}"),
        None => dossier::value(result),
    };
    // What the laboratory withdrew is judged no more.
    let judged = result.flag.filter(|_| result.status != Some(ResultStatus::Cancelled));
    let flag = judged.and_then(words::flag).unwrap_or_default();
    let second = result.second.as_deref().map(result::second).unwrap_or_default();
    [value, flag, second].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The earlier values, one a line: the practice's own with the change since, then what the laboratory recalls.
fn earlier(result: &LabResult, near: Option<&str>) -> String {
    let newest = result::newest(&result.previous);
    let line = |(at, earlier)| {
        let moved = result::moved(result, earlier).filter(|_| newest == Some(at));
        let moved = moved.map(|change| format!(" ({})", result::change_seen(&change))).unwrap_or_default();
        result::previous(earlier, result, near) + &moved
    };
    let own = result.earlier.iter().map(|earlier| {
        let moved = result::moved_since(earlier);
        let said = |change| format!(", {} ({})", result::change_seen(&change), result::change_said(&change));
        result::own_earlier(earlier) + &moved.map(said).unwrap_or_default()
    });
    let recalled = (!result.previous.is_empty()).then(|| result::RECALLED.to_owned());
    let lines = own.chain(recalled).chain(result.previous.iter().enumerate().map(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn look(result: &LabResult) -> Look {
    match result.flag {
        // What the laboratory took back raises no alarm.
        _ if result.status == Some(ResultStatus::Cancelled) => "cells measured withdrawn",
        Some(flag) if flag.is_critical() => "cells measured alarming",
        Some(flag) if flag.is_abnormal() => "cells measured outside",
        _ => "cells measured",
    }
}

/// What was measured, where it stands, and of what it is one of several.
fn label(result: &LabResult, near: Option<&str>) -> String {
    let status = result.status.and_then(dossier::result_status);
    let label = status.map_or_else(|| result.label.clone(), |status| format!("{} ({status})", result.label));
    let which = result::which(result, near);
    if which.is_empty() { label } else { format!("{label}\n{which}") }
}

fn remark(lines: &mut Lines, result: &LabResult, head: usize) {
    let comment = result.comment.as_deref().filter(|comment| !comment.trim().is_empty());
    if let Some(word) = &result.threshold {
        lines.push("remark", vec![word.sentence()], comment.is_some(), Some(head));
    }
    for piece in comment.map(pieces).unwrap_or_default() {
        lines.push("remark", vec![piece], false, Some(head));
    }
}

fn has_remark(result: &LabResult) -> bool {
    result.threshold.is_some() || result.comment.as_deref().is_some_and(|comment| !comment.trim().is_empty())
}

/// The answers to antibiotics: of which germ, to which antibiotic, which letter.
fn antibiogram(lines: &mut Lines, section: &Section, answers: &[Answer], near: Option<&str>) {
    let head = lines.0.len();
    lines.push("cells answered columns", result::ANTIBIOGRAM.map(str::to_owned).to_vec(), true, None);
    for answer in answers {
        let Some(result) = section.results.get(answer.row) else { continue };
        let cells = [result::germ(&answer.germ).to_owned(), label(result, near), value(result)];
        let look =
            if result.status == Some(ResultStatus::Cancelled) { "cells answered withdrawn" } else { "cells answered" };
        lines.row(look, &cells, has_remark(result), Some(head));
        remark(lines, result, head);
    }
}

fn row(lines: &mut Lines, result: &LabResult, head: usize, near: Option<&str>) {
    let cells = [
        label(result, near),
        value(result),
        result.unit.as_deref().map(shown).unwrap_or_default().into_owned(),
        dossier::bounds(result.low.as_deref(), result.high.as_deref()),
        earlier(result, near),
    ];
    lines.row(look(result), &cells, has_remark(result), Some(head));
    remark(lines, result, head);
}

/// A table of the laboratory's own text: short rows are filled up, one cell alone takes the whole width.
fn table(lines: &mut Lines, header: &[Vec<String>], rows: &[Vec<String>]) {
    let width = header.iter().chain(rows).map(Vec::len).max().unwrap_or(0);
    let filled = |row: &Vec<String>| {
        let mut row = row.clone();
        if row.len() > 1 {
            row.resize(width, String::new());
        }
        row
    };
    let mut head = None;
    for row in header {
        head = Some(lines.0.len());
        lines.row("cells quoted columns", &filled(row), true, None);
    }
    for row in rows {
        lines.row("cells quoted", &filled(row), false, head);
    }
}

fn narrative(lines: &mut Lines, blocks: &[NarrativeBlock]) {
    for block in blocks {
        match block {
            NarrativeBlock::Heading { text } => lines.title(text, 2),
            NarrativeBlock::Paragraph { text } => lines.text("prose", text),
            NarrativeBlock::List { ordered, items } => {
                for (at, item) in items.iter().enumerate() {
                    let mark = if *ordered { format!("{}. ", at + 1) } else { "– ".to_owned() };
                    lines.text("prose listed", &(mark + item));
                }
            }
            NarrativeBlock::Table { caption, header, rows } => {
                if let Some(caption) = caption {
                    lines.title(caption, 2);
                }
                table(lines, header, rows);
            }
        }
    }
}

fn section(lines: &mut Lines, section: &Section, heading: &Heading, answers: &[Answer], near: Option<&str>) {
    if let Some(title) = &heading.title {
        lines.title(title, heading.level);
    }
    let apart = |at: usize| answers.iter().any(|answer| answer.row == at);
    let rest: Vec<_> = section.results.iter().enumerate().filter(|(at, _)| !apart(*at)).collect();
    if !rest.is_empty() {
        let head = lines.0.len();
        lines.push("cells measured columns", words::COLUMNS.map(str::to_owned).to_vec(), true, None);
        rest.iter().for_each(|(_, result)| row(lines, result, head, near));
    }
    if !answers.is_empty() {
        antibiogram(lines, section, answers, near);
    }
    if heading.only_text {
        narrative(lines, &section.narrative);
    }
    if let Some(comment) = section.comment.as_deref().filter(|comment| !comment.trim().is_empty()) {
        lines.text("remark", &format!("{} {comment}", words::COMMENT));
    }
}

/// The sections of the report, and that the laboratory's own text is not repeated where its results stand.
fn sections(lines: &mut Lines, report: &Report) {
    let near = report.sampled_at.as_deref();
    let mut left_out = false;
    for heading in headings(&report.sections) {
        if let Some(held) = report.sections.get(heading.section) {
            left_out = left_out || !heading.only_text && !held.narrative.is_empty();
            section(lines, held, &heading, &answers(&report.sections, heading.section), near);
        }
    }
    if left_out {
        lines.text("aside", words::NARRATIVE_ELSEWHERE);
    }
}

fn facts(lines: &mut Lines, printed: &PrintedDossier, beside: &Beside) {
    let (view, report) = (&printed.view, &printed.view.report);
    let name = |party: &Option<bannette_api::report::Party>| {
        party.as_ref().and_then(|party| party.name.clone()).unwrap_or_default()
    };
    lines.fact(words::LABORATORY, &name(&report.laboratory));
    // Of a file both are its name: a technical detail, which stands nowhere else on paper where there is a laboratory.
    let file = view.message.to.is_empty() && view.message.from == view.message.subject;
    if !file || report.laboratory.is_none() {
        lines.fact(words::SENDER, &view.message.from);
    }
    if !file {
        lines.fact(words::SUBJECT, &view.message.subject);
    }
    lines.fact(words::PRESCRIBER, &name(&report.prescriber));
    lines.fact(words::NUMBER, report.number.as_deref().unwrap_or_default());
    lines.fact(words::SAMPLED, &report.sampled_at.as_deref().map(time::written).unwrap_or_default());
    lines.fact(words::REPORTED, &report.reported_at.as_deref().map(time::written).unwrap_or_default());
    lines.fact(words::RECEIVED, &beside.received);
    lines.fact(words::STATUS, report.status.map(words::status).unwrap_or_default());
    lines.fact(words::VALIDATED, beside.validated.as_deref().unwrap_or(words::NOT_VALIDATED));
}

fn marks(printed: &PrintedDossier) -> String {
    let view = &printed.view;
    let replaced = view.versions.iter().any(|line| line.dossier == view.row.id && line.replaced);
    let confidential = view.row.apart.iter().any(|apart| apart.visibility == Visibility::Confidential);
    let status = view.report.status.or(view.row.status).map(dossier::status);
    let all = [status, replaced.then_some(words::REPLACED), confidential.then_some(words::CONFIDENTIAL)];
    all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn warnings(lines: &mut Lines, printed: &PrintedDossier) {
    let all: Vec<_> = printed.view.warnings.iter().filter(|warning| !warning.code.is_note()).collect();
    if !all.is_empty() {
        lines.push("doubt opening", vec![words::WARNINGS.to_owned()], true, None);
    }
    all.iter().for_each(|warning| lines.text("doubt", &dossier::warning(warning)));
    if printed.view.encrypted.is_some() {
        lines.text("doubt", words::ENCRYPTED);
    }
}

/// What an attached text says: only where nothing was read as a report, else it is what the report was read from.
fn texts(lines: &mut Lines, printed: &PrintedDossier) {
    for attachment in &printed.view.attachments {
        let name = attachment.document.name.as_deref().unwrap_or(inbox::dossier::UNNAMED);
        lines.titled(name, attachment.text.as_deref());
    }
}

fn documents(lines: &mut Lines, printed: &PrintedDossier) {
    let all = &printed.view.attachments;
    if !all.is_empty() {
        lines.title(words::DOCUMENTS, 0);
    }
    let titles =
        document::titles(all.iter().map(|one| (one.document.media_type.as_str(), one.document.name.as_deref())));
    for (one, title) in all.iter().zip(titles) {
        lines.text("prose", &words::document(&title, &number::size(one.document.bytes)));
    }
}

/// The dossier for paper.
pub fn sheet(printed: &PrintedDossier, beside: &Beside) -> Sheet {
    let (view, report) = (&printed.view, &printed.view.report);
    let mut lines = Lines::default();
    facts(&mut lines, printed, beside);
    warnings(&mut lines, printed);
    let before = lines.0.len();
    sections(&mut lines, report);
    // What stands in no place of the report is a technical detail, and stays in the window.
    lines.titled(inbox::dossier::TEXT, report.text_and_indications().0);
    let read = lines.0.len() > before;
    if !read {
        texts(&mut lines, printed);
        lines.titled(words::SOURCE, beside.source.as_deref());
    }
    lines.titled(words::MESSAGE, view.body.as_deref());
    if lines.0.len() == before {
        lines.text("aside", words::EMPTY);
    }
    documents(&mut lines, printed);
    Sheet {
        patient: dossier::row_patient(view.row.patient.as_ref()),
        identity: words::identity(&report.patient),
        marks: marks(printed),
        foot: beside.foot.clone(),
        lines: lines.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::report::{Flag, ValueKind};

    fn cells(lines: &Lines) -> Vec<Vec<&str>> {
        lines.0.iter().map(|line| line.cells.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn a_result_says_everything_in_words() {
        let result = LabResult {
            label: "Potassium".into(),
            value: Some("6.8".into()),
            unit: Some("mmol/L".into()),
            kind: ValueKind::Numeric,
            low: Some("3.5".into()),
            high: Some("5.1".into()),
            flag: Some(Flag::CriticallyHigh),
            status: Some(ResultStatus::Preliminary),
            comment: Some("À contrôler.".into()),
            ..LabResult::default()
        };
        let section = Section { title: Some("Ionogramme".into()), results: vec![result], ..Section::default() };
        let mut lines = Lines::default();
        sections(&mut lines, &Report { sections: vec![section], ..Report::default() });
        let row = ["Potassium (provisoire)", "6,8\n↑↑ critique, très élevé", "mmol/L", "3,5\u{a0}–\u{a0}5,1", ""];
        assert_eq!(cells(&lines), [vec!["Ionogramme"], words::COLUMNS.to_vec(), row.to_vec(), vec!["À contrôler."]]);
        let stays: Vec<_> = lines.0.iter().map(|line| (line.with_next, line.head)).collect();
        assert_eq!(stays, [(true, None), (true, None), (true, Some(1)), (false, Some(1))]);
        assert_eq!(lines.0[2].look, "cells measured alarming");
    }

    #[test]
    fn what_was_withdrawn_says_so_and_is_not_judged() {
        let result = LabResult {
            label: "Potassium".into(),
            value: Some("7.9".into()),
            flag: Some(Flag::CriticallyHigh),
            status: Some(ResultStatus::Cancelled),
            sub_id: Some("T120".into()),
            ..LabResult::default()
        };
        let section = Section { results: vec![result], ..Section::default() };
        let mut lines = Lines::default();
        sections(&mut lines, &Report { sections: vec![section], ..Report::default() });
        let row = lines.0.last().unwrap();
        assert_eq!(row.cells[..2], ["Potassium (retiré par le laboratoire)\nT120".to_owned(), "7,9".to_owned()]);
        assert_eq!(row.look, "cells measured withdrawn");
    }

    #[test]
    fn an_antibiogram_is_a_table_of_its_own() {
        let coded = |label: &str, value: &str| LabResult {
            label: label.into(),
            value: Some(value.into()),
            kind: ValueKind::Coded,
            ..LabResult::default()
        };
        let results = vec![coded("Germe", "Escherichia coli"), coded("Amoxicilline", "R"), coded("Fosfomycine", "S")];
        let section = Section { results, ..Section::default() };
        let mut lines = Lines::default();
        sections(&mut lines, &Report { sections: vec![section], ..Report::default() });
        let wanted = [
            vec!["Résultats"],
            words::COLUMNS.to_vec(),
            vec!["Germe", "Escherichia coli", "", "", ""],
            result::ANTIBIOGRAM.to_vec(),
            vec!["Escherichia coli", "Amoxicilline", "R, résistant"],
            vec!["Escherichia coli", "Fosfomycine", "S, sensible à posologie standard"],
        ];
        assert_eq!(cells(&lines), wanted);
    }

    #[test]
    fn a_text_stands_where_there_is_no_table_and_is_named_where_there_is_one() {
        let narrative = vec![
            NarrativeBlock::Paragraph { text: "Examen direct\nnégatif.".into() },
            NarrativeBlock::Table {
                caption: None,
                header: vec![vec!["Germe".into(), "Résultat".into(), "Seuil".into()]],
                rows: vec![vec!["E. coli".into(), "10⁵".into()], vec!["Remarque".into()]],
            },
        ];
        let text = Section { narrative: narrative.clone(), ..Section::default() };
        let mut lines = Lines::default();
        sections(&mut lines, &Report { sections: vec![text], ..Report::default() });
        let wanted = [
            vec!["Résultats"],
            vec!["Examen direct"],
            vec!["négatif."],
            vec!["Germe", "Résultat", "Seuil"],
            vec!["E. coli", "10⁵", ""],
            vec!["Remarque"],
        ];
        assert_eq!(cells(&lines), wanted);
        assert_eq!((lines.0[4].head, lines.0[5].head), (Some(3), Some(3)));
        let both = Section { narrative, results: vec![LabResult::default()], ..Section::default() };
        let mut lines = Lines::default();
        sections(&mut lines, &Report { sections: vec![both], ..Report::default() });
        assert_eq!(lines.0.last().unwrap().cells, [words::NARRATIVE_ELSEWHERE]);
    }
}
