//! What a dossier holds: warnings, results, text, documents, the message it came in.

use super::details::details;
use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say, words as plain_text};
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::parts::outline::Place;
use crate::parts::results::{results, worst_first};
use crate::state::clock;
use crate::state::tray::{Over, Tray};
use crate::text::inbox::{self, dossier as words};
use crate::text::{common, document, dossier, number};
use bannette_api::DossierId;
use bannette_api::dossiers::{Attachment, DossierView, GetHistory, SaveAttachment};
use bannette_api::report::{Report, Warning, WarningCode};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What could not be understood.
fn warnings(all: &[Warning]) -> AnyView {
    let all = all.iter().filter(|warning| !warning.code.is_note());
    let lines: Vec<_> = all.map(|warning| say("li", "", &dossier::warning(warning))).collect();
    if lines.is_empty() {
        return ().into_any();
    }
    let told = el("div", &[], vec![say("b", "", words::WARNINGS), el("ul", &[], lines)]);
    let sign = view! { <Sign icon=Icon::Warning /> }.into_any();
    el("div", &[("class", "banner warn"), ("data-test", "warnings")], vec![sign, told])
}

/// Who wrote the report, who asked for it.
fn parties(report: &Report) -> AnyView {
    let mut all = Vec::new();
    for (label, party) in [(words::LABORATORY, &report.laboratory), (words::PRESCRIBER, &report.prescriber)] {
        let name = party.as_ref().and_then(|party| party.name.as_deref()).filter(|name| !name.is_empty());
        if let Some(name) = name {
            all.push(el("span", &[], vec![say("span", "faint", label), plain_text(" "), plain_text(name)]));
        }
    }
    el("p", &[("class", "parties")], all)
}

/// A free text under a title.
fn text(title: &str, text: Option<&str>) -> AnyView {
    match text {
        Some(text) => el("section", &[("class", "text")], vec![say("h3", "", title), say("p", "preserved", text)]),
        None => ().into_any(),
    }
}

/// Writes an attached document into the download folder.
pub fn save(tray: Tray, dossier: DossierId, part: usize, busy: RwSignal<bool>) {
    write(tray, (dossier, part), false, busy);
}

/// The same; then the post's program for documents opens it.
pub fn open(tray: Tray, dossier: DossierId, part: usize, busy: RwSignal<bool>) {
    write(tray, (dossier, part), true, busy);
}

fn write(tray: Tray, (dossier, part): (DossierId, usize), open: bool, busy: RwSignal<bool>) {
    let Ok(part) = u32::try_from(part) else { return };
    let (app, message) = (tray.app(), tray.message_shown());
    busy.set(true);
    spawn_local(async move {
        let saved = call(SaveAttachment { dossier, message, part, open }).await;
        busy.try_set(false);
        let words = match &saved {
            Ok(saved) if saved.opened => document::opened(&saved.path),
            Ok(saved) if open => document::not_opened(&saved.path),
            Ok(saved) => inbox::saved(&saved.path),
            Err(failure) if app.moves_away(failure) => return,
            Err(failure) => app.words_of(failure).sentence(),
        };
        app.toast(words, saved.is_err(), None);
    });
}

/// What the attached documents are called.
fn titles(view: &DossierView) -> Vec<String> {
    let documents = view.attachments.iter().map(|one| &one.document);
    document::titles(documents.map(|document| (document.media_type.as_str(), document.name.as_deref())))
}

/// What an attached document is called.
pub fn attachment_title(view: &DossierView, part: usize) -> String {
    titles(view).into_iter().nth(part).unwrap_or_else(|| words::UNNAMED.to_owned())
}

/// An attached document.
#[component]
fn Document(
    dossier: DossierId,
    part: usize,
    /// Whether the key opens this one.
    first: bool,
    attachment: Attachment,
    /// What it is called.
    title: String,
    shown: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let tray = Tray::get();
    let hook = attachment.document.name.clone().unwrap_or_else(|| words::UNNAMED.to_owned());
    let size = number::size(attachment.document.bytes);
    let busy = RwSignal::new(false);
    let pages = document::is_pdf(&attachment.document.media_type).then(|| {
        let act = Callback::new(move |()| tray.over.set(Some(Over::Pages(part))));
        if first {
            view! { <Button label=document::VIEW look=Look::Quiet hook="show-pdf" key="D" act /> }.into_any()
        } else {
            view! { <Button label=document::VIEW look=Look::Quiet hook="show-pdf" act /> }.into_any()
        }
    });
    let show = attachment.text.map(|text| {
        let title = title.clone();
        let act = move |()| shown.set(Some((title.clone(), text.clone())));
        view! { <Button label=words::SHOW look=Look::Quiet hook="show-attachment" act /> }
    });
    view! {
        <li data-test="attachment" data-name=hook>
            <Sign icon=Icon::Document />
            <span class="name">{title} " " <small>{size}</small></span>
            {pages} {show}
            <Button
                label=words::SAVE
                look=Look::Quiet
                hook="save-attachment"
                busy
                act=move |()| save(tray, dossier, part, busy)
            />
        </li>
    }
}

/// The attached documents.
#[component]
fn Documents(view: Arc<DossierView>) -> impl IntoView {
    let shown = RwSignal::new(None::<(String, String)>);
    let id = view.row.id;
    let first = view.attachments.iter().position(|one| document::is_pdf(&one.document.media_type));
    let patient = dossier::identified(view.row.patient.as_ref());
    let all = view.attachments.iter().cloned().zip(titles(&view)).enumerate();
    let rows = all
        .map(|(part, (attachment, title))| {
            let first = first == Some(part);
            view! { <Document dossier=id part first attachment title shown /> }
        })
        .collect_view();
    (!view.attachments.is_empty()).then(|| {
        view! {
            <section class="documents">
                <h3>{words::ATTACHMENTS}</h3>
                <ul>{rows}</ul>
                {view.unsearched.then(|| say("p", "hint", document::UNSEARCHED))}
                {live(move || {
                    shown.get().map(|(name, text)| {
                        let close = move |()| shown.set(None);
                        view! {
                            <Dialog id="attachment-dialog" title=name about=patient.clone() cancel=close wide=true>
                                <pre class="source" tabindex="0">{text}</pre>
                                <div class="actions"><Button label=common::CLOSE look=Look::Primary act=close /></div>
                            </Dialog>
                        }
                    })
                })}
            </section>
        }
    })
}

/// The message it came in.
fn message(view: &DossierView) -> AnyView {
    let head = &view.message;
    let date = head.date.map(|at| clock::local(at).date_time()).unwrap_or_default();
    let to = head.to.join(", ");
    // A note, said here and nowhere else: it is no reason to look twice at a result.
    let signed = view.warnings.iter().any(|warning| warning.code == WarningCode::Signed);
    // What was taken from a folder has no sender and no subject: both are the file's name.
    let file = head.to.is_empty() && head.from == head.subject;
    let mut lines = Vec::new();
    for (label, value) in [
        (words::FROM, if file { "" } else { head.from.as_str() }),
        (words::TO, &to),
        (words::SUBJECT, if file { "" } else { head.subject.as_str() }),
        (words::DATE, &date),
        (words::SIGNATURE, if signed { words::SIGNED } else { "" }),
    ] {
        if !value.is_empty() {
            lines.push(el("div", &[], vec![say("dt", "", label), say("dd", "", value)]));
        }
    }
    // Of a file there is nothing to say here; its name is a technical detail.
    if lines.is_empty() && view.body.as_ref().is_none_or(|body| body.trim().is_empty()) {
        return ().into_any();
    }
    let mut parts = vec![say("h3", "", words::MESSAGE), el("dl", &[], lines)];
    if let Some(body) = view.body.as_ref().filter(|body| !body.trim().is_empty()) {
        parts.push(say("p", "preserved", body));
    }
    el("section", &[("class", "message")], parts)
}

/// What a dossier holds.
#[component]
pub fn Content(
    /// The dossier.
    view: Arc<DossierView>,
) -> impl IntoView {
    let report = &view.report;
    let tray = Tray::get();
    let none = report.sections.iter().all(|section| section.results.is_empty());
    let of = Arc::clone(&view);
    let curve = Callback::new(move |place| {
        if let Some(ask) = asked(&of, place) {
            tray.over.set(Some(Over::History(ask)));
        }
    });
    view! {
        {warnings(&view.warnings)}
        {none.then(|| say("p", "hint", words::NO_RESULTS))}
        {worst_first(&report.sections)}
        {results(report, curve)}
        {text(words::TEXT, report.text_and_indications().0)}
        <Documents view=Arc::clone(&view) />
        {parties(report)}
        {message(&view)}
        {details(&view)}
    }
}

/// What to ask for to draw the curve of a result.
fn asked(view: &DossierView, (section, row): Place) -> Option<GetHistory> {
    let result = view.report.sections.get(section)?.results.get(row)?;
    let loinc = result.code.clone().filter(|_| result.code_system.as_deref() == Some("loinc"));
    Some(GetHistory { dossier: view.row.id, label: result.label.clone(), loinc, unit: result.unit.clone() })
}
