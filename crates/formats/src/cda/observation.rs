//! One observation: what was measured, its value, what it means, and what stands under it. It must never take an earlier
//! value for the new one.

use super::codes::{self, Interpretation};
use super::element::Element;
use super::outcome::Outcome;
use super::words::Places;
use super::{header, in_one_line, media, ranges, value};
use crate::{limits, meaning, text};
use bannette_api::report::{LabResult, PreviousValue, ResultStatus, ValueKind, WarningCode};
use std::borrow::Cow;

/// An observation as read.
pub(super) struct Read<'t> {
    pub(super) result: LabResult,
    /// What stands under it that is a new result of its own.
    pub(super) further: Vec<Element<'t>>,
}

/// Reads an observation. `inherited`: the state of the battery around it.
pub(super) fn read<'t>(
    observation: Element<'t>,
    inherited: Option<ResultStatus>,
    places: &mut Places<'t>,
    outcome: &mut Outcome,
) -> Read<'t> {
    let mut result = LabResult::default();
    let code = observation.child("code");
    if let Some((code, system)) = code.and_then(codes::coded) {
        result.code = Some(code.to_owned());
        result.code_system = Some(Cow::Borrowed(system));
    }
    let name = code.and_then(|code| codes::name(code, places));
    result.label = name.or_else(|| result.code.clone()).unwrap_or_else(|| "(sans libellé)".to_owned());
    let status = observation.child("statusCode").and_then(|status| status.attribute("code"));
    result.status = status.map_or(inherited, codes::status);
    let interpretation = codes::interpretation(observation);
    fill_value(&mut result, observation, interpretation, places, outcome);
    if let Some(words) = other_subject(observation, places) {
        comment(&mut result, &words);
    }
    let further = under(observation, &mut result, places, outcome);
    if !observation.is_whole() {
        comment(&mut result, "Le document est coupé dans ce résultat : il peut être incomplet.");
    }
    Read { result, further }
}

fn fill_value<'t>(
    result: &mut LabResult,
    observation: Element<'t>,
    interpretation: Interpretation,
    places: &mut Places<'t>,
    outcome: &mut Outcome,
) {
    let mut value = value::read(observation, places, outcome);
    if value.numeric && value.comparator.is_none() {
        value.comparator = interpretation.off_scale;
    }
    let ranges = ranges::read(observation, &mut value, places);
    let mut words = interpretation.words;
    if value.value.is_none() && !words.is_empty() {
        // An antibiotic often has no other value than S, I or R.
        value.value = Some(words.join(", "));
        (value.kind, value.numeric) = (ValueKind::Coded, false);
        words.clear();
    }
    let text = observation.child("text").filter(|text| value.value.is_none() || text.child("reference").is_none());
    if let Some(text) = text
        && let Some(written) = places.words(text)
    {
        // The value stands in the narrative only, or there are words beside it.
        // More than a value: a row, a paragraph.
        let row = value.value.is_some() || places.is_row(text) || written.contains('\n') || written.len() > 200;
        if row {
            comment(result, &written);
        } else if written != result.label {
            (value.value, value.kind, value.numeric) = (Some(written), ValueKind::Text, false);
        }
    }
    if observation.attribute("negationInd") == Some("true") {
        // What is denied must not be read as found.
        let denied = value.written().unwrap_or_else(|| result.label.clone());
        value.value = Some(format!("Absence : {denied}"));
        (value.kind, value.numeric, value.comparator) = (ValueKind::Text, false, None);
    }
    // The bounds of an antibiogram are breakpoints of the germ, not what is normal for a patient.
    let computed = if interpretation.susceptibility { None } else { ranges.judge(&value) };
    (result.flag, result.flag_from) = meaning::decide(interpretation.flag, false, computed);
    meaning::keep_contradicted(result, interpretation.flag, false);
    for word in words {
        if value.value.as_deref() != Some(&word) {
            comment(result, &word);
        }
    }
    (result.low, result.high) = (ranges.low, ranges.high);
    for remark in ranges.remarks.iter().chain(&value.remarks) {
        comment(result, remark);
    }
    result.value = value.value;
    result.comparator = value.comparator.map(str::to_owned);
    result.unit = value.unit;
    result.kind = value.kind;
    result.second = value.second.map(Box::new);
}

/// What stands under an observation: comments, earlier values, images, further results.
fn under<'t>(
    observation: Element<'t>,
    result: &mut LabResult,
    places: &mut Places<'t>,
    outcome: &mut Outcome,
) -> Vec<Element<'t>> {
    let mut further = Vec::new();
    let own = code_of(observation);
    for relation in observation.all("entryRelationship") {
        let refers = relation.attribute("typeCode") == Some("REFR");
        for child in relation.of_hl7() {
            match child.name() {
                "observation" if refers || own.is_some() && own == code_of(child) => {
                    recall(child, result, places, outcome)
                }
                "observationMedia" => image(child, outcome),
                "act" => match act_comment(child, places) {
                    Some(words) => comment(result, &words),
                    None if refers => referred(child, result, places, outcome),
                    None => further.push(child),
                },
                _ if refers => referred(child, result, places, outcome),
                _ => further.push(child),
            }
        }
    }
    further
}

/// Earlier results inside something that is only referred to.
fn referred<'t>(element: Element<'t>, result: &mut LabResult, places: &mut Places<'t>, outcome: &mut Outcome) {
    for observation in element.descendants().filter(|element| element.is("observation")).take(limits::PREVIOUS) {
        recall(observation, result, places, outcome);
    }
}

/// The code of an observation, and its system.
fn code_of(observation: Element<'_>) -> Option<(&str, Option<&str>)> {
    let code = observation.child("code")?;
    Some((code.attribute("code")?, code.attribute("codeSystem")))
}

/// Says that something concerns another subject than the patient (a newborn, a donor, an animal, a sample of water).
pub(super) fn other_subject<'t>(element: Element<'t>, places: &mut Places<'t>) -> Option<String> {
    let subject = element.child("subject")?.child("relatedSubject")?;
    let code = subject.child("code").and_then(|code| codes::name(code, places));
    let name = subject.descend(&["subject", "name"]).map(|name| in_one_line(&name.own_text()).into_owned());
    let words = [code, name].into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
    Some(if words.is_empty() {
        "Concerne un autre sujet que le patient".to_owned()
    } else {
        format!("Concerne un autre sujet que le patient : {words}")
    })
}

/// Takes an earlier value: of the same measure among the earlier values, of another in words.
fn recall<'t>(earlier: Element<'t>, result: &mut LabResult, places: &mut Places<'t>, outcome: &mut Outcome) {
    if result.previous.len() >= limits::PREVIOUS {
        outcome.too_much("Un résultat a trop d’antériorités\u{a0}: seules les premières sont données.");
        return;
    }
    let code = earlier.child("code").and_then(codes::coded);
    let same = code.is_none_or(|(code, _)| result.code.as_deref() == Some(code));
    if same {
        result.previous.push(previous(earlier, places, outcome));
    } else {
        comment(result, &recalled(earlier, places, outcome));
    }
}

/// An earlier value of a measure.
pub(super) fn previous<'t>(earlier: Element<'t>, places: &mut Places<'t>, outcome: &mut Outcome) -> PreviousValue {
    let value = value::read(earlier, places, outcome);
    let at = header::moment(earlier.child("effectiveTime"), outcome);
    let words = codes::interpretation(earlier).words;
    let written = value.written().or_else(|| Some(words.join(", ")).filter(|words| !words.is_empty()));
    PreviousValue { value: written, unit: value.unit, at }
}

/// An earlier result in words.
pub(super) fn recalled<'t>(earlier: Element<'t>, places: &mut Places<'t>, outcome: &mut Outcome) -> String {
    let label = earlier.child("code").and_then(|code| codes::name(code, places)).unwrap_or_default();
    let PreviousValue { value, unit, at } = previous(earlier, places, outcome);
    let value = [value, unit].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let at = at.map(|at| format!(" ({at})")).unwrap_or_default();
    format!("Antériorité : {label} : {value}{at}")
}

/// The image of an `observationMedia`.
pub(super) fn image(element: Element<'_>, outcome: &mut Outcome) {
    match element.child("value") {
        Some(value) => {
            let pdf = value.attribute("mediaType").is_some_and(|kind| kind.eq_ignore_ascii_case("application/pdf"));
            let name = match (element.attribute("ID"), pdf) {
                (_, true) => "Compte rendu".to_owned(),
                (Some(id), false) => format!("Image {id}"),
                (None, false) => "Image".to_owned(),
            };
            media::take(value, &name, outcome);
        }
        None => outcome.warn(WarningCode::BrokenEncoding, "Un document annoncé dans ce compte rendu est vide."),
    }
}

/// The words of an act that is a comment (LOINC 48767-8, or CI-SIS's template of comments).
pub(super) fn act_comment<'t>(act: Element<'t>, places: &mut Places<'t>) -> Option<String> {
    const COMMENT: &str = "1.3.6.1.4.1.19376.1.5.3.1.4.2";
    let code = act.child("code").and_then(|code| code.attribute("code"));
    let template = || act.all("templateId").any(|template| template.attribute("root") == Some(COMMENT));
    if act.is("act") && (code == Some("48767-8") || template()) {
        // An empty comment is one all the same: it is no act to look into.
        return Some(act.child("text").and_then(|text| places.words(text)).unwrap_or_default());
    }
    None
}

/// Adds words to a result's comment, unless they stand there.
pub(super) fn comment(result: &mut LabResult, words: &str) {
    let (words, before) = (words.trim(), result.comment.as_deref().unwrap_or_default());
    let room = limits::COMMENT_BYTES.saturating_sub(before.len() + 1);
    if room > 0 && !before.lines().any(|line| line == words) {
        meaning::add_comment(result, text::cut(words, room));
    }
}
