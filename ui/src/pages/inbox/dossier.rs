//! The open dossier: the patient's banner first and always in sight, then who and why, then the report, then the acts.

use super::content::{Content, attachment_title};
use super::encrypted::encrypted;
use super::narrative::Narrative;
use super::pages::Pages;
use super::picks::{self, treat_act, visibility_acts};
use crate::later::{self, Part};
use crate::pages::who::{Readable, who_dialog};
use crate::parts::button::{Button, Look, plain};
use crate::parts::chip::Tint;
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::flag_mark;
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::paged::Paged;
use crate::state::tray::{Over, Tray};
use crate::state::{clock, printing};
use crate::text::inbox::{self, dossier as words, why};
use crate::text::{access, common, dossier, paper, time, version, visibility};
use bannette_api::accesses::AccessOf;
use bannette_api::dossiers::{Arrival, DossierRow, DossierView, ReportDate, Urgency, Visibility};
use bannette_api::mailboxes::MailboxSummary;
use bannette_api::report::{Flag, ReportStatus};
use bannette_api::{DossierId, MailboxId};
use js_sys::Reflect;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsValue;

/// The line under the patient's name.
fn identity(view: &DossierView) -> String {
    let patient = &view.report.patient;
    let now = clock::local(clock::now());
    let sex = patient.sex.as_deref();
    let born = patient
        .birth_date
        .as_deref()
        .map(|birth| inbox::born(sex, &time::written(birth), time::years(birth, now).as_deref()));
    [
        born,
        sex.and_then(dossier::sex).map(str::to_owned),
        Some(inbox::dated(ReportDate::of(&view.report).as_ref(), clock::local(view.row.received_at))),
        view.report.number.as_deref().map(inbox::number),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ")
}

fn urgency_chip(row: &DossierRow) -> AnyView {
    let (tint, flag) = match row.urgency {
        Urgency::Critical => (Tint::Critical, Some(Flag::CriticallyHigh)),
        Urgency::Abnormal => (Tint::Abnormal, Some(Flag::High)),
        Urgency::Unknown => (Tint::Info, None),
        Urgency::Normal => (Tint::Muted, None),
    };
    let mut chip: Vec<AnyView> = flag.map(|flag| flag_mark(flag, true)).into_iter().collect();
    chip.push(text(dossier::urgency(row.urgency)));
    el("span", &[("class", tint.class())], chip)
}

/// The patient's banner.
fn banner(view: &DossierView) -> AnyView {
    let name = el("h2", &[("id", "patient")], vec![text(&dossier::row_patient(view.row.patient.as_ref()))]);
    let mut chips = vec![urgency_chip(&view.row)];
    if let Some(status) = view.row.status {
        let tint = if status == ReportStatus::Complete { Tint::Muted } else { Tint::Info };
        chips.push(say("span", tint.class(), dossier::status(status)));
    }
    if view.row.validated.is_some() {
        chips.push(say("span", Tint::Good.class(), words::VALIDATED));
    }
    let narrowest = view.row.apart.iter().map(|apart| apart.visibility).max().unwrap_or(Visibility::Shared);
    chips.extend(visibility::chip(narrowest).map(|words| say("span", Tint::Muted.class(), words)));
    let who = el("div", &[], vec![name, say("p", "", &identity(view))]);
    el("div", &[("class", "patient")], vec![who, el("div", &[("class", "chips")], chips)])
}

/// By what it came: the mailboxes, and each time where one message came more than once. Several messages are named below.
fn came(app: App, view: &DossierView) -> String {
    let name = |id| mailbox_name(app, id);
    if view.arrivals.len() > 1 && view.arrivals.iter().all(|way| way.message == view.shown) {
        let ways = view.arrivals.iter();
        let ways = ways.map(|way| version::arrival(name(way.mailbox).as_deref(), clock::local(way.at)));
        return version::arrivals(&ways.collect::<Vec<_>>());
    }
    let names: Vec<String> = view.row.mailboxes.iter().filter_map(|id| name(*id)).collect();
    format!("{} {}", why::BY, names.join(" et "))
}

/// The name of a mailbox, where it is known (still).
fn mailbox_name(app: App, id: MailboxId) -> Option<String> {
    let of = |all: &Vec<MailboxSummary>| {
        all.iter().find(|mailbox| mailbox.id == id).map(|summary| app.mailbox_name(summary))
    };
    app.mailboxes.with(of)
}

/// The messages it came in, where there are several: each has documents of its own, and none may stay hidden.
fn messages(app: App, tray: Tray, view: &Arc<DossierView>) -> AnyView {
    let mut first: Vec<Arrival> = Vec::new();
    for way in &view.arrivals {
        if first.iter().all(|one| one.message != way.message) {
            first.push(way.clone());
        }
    }
    if first.len() < 2 {
        return ().into_any();
    }
    let how_many = version::messages(first.len());
    let shown = view.shown.clone();
    let line = move |way: &Arrival| {
        let (current, message, mailbox, at) = (way.message == shown, way.message.clone(), way.mailbox, way.at);
        let words = live(move || version::arrival(mailbox_name(app, mailbox).as_deref(), clock::local(at)));
        let (words, chip) = if current {
            (words.into_any(), say("span", "chip good", version::THIS_MESSAGE))
        } else {
            let act = Callback::new(move |()| tray.show_message(message.clone()));
            (plain("link", "message-open", None, words.into_any(), act), ().into_any())
        };
        let attributes = [("data-test", "message"), ("aria-current", if current { "true" } else { "false" })];
        el("li", &attributes, vec![words, text(" "), chip])
    };
    let lines = first.iter().map(line).collect();
    let told = el("div", &[], vec![say("p", "", &how_many), el("ul", &[], lines)]);
    let attributes = [("class", "banner info versions"), ("data-test", "messages"), ("aria-label", &how_many)];
    el("section", &attributes, vec![told])
}

/// Who saw it, oneself left out.
fn seen(app: App, view: &DossierView) -> String {
    let me = app.my_id();
    let names: Vec<String> =
        view.seen.iter().filter(|seen| Some(seen.by) != me).map(|seen| app.said(seen.by)).collect();
    why::seen(&names)
}

/// Who is responsible, by what it came, who saw it, who can read it.
fn why_line(app: App, tray: Tray, view: &Arc<DossierView>, who: RwSignal<bool>) -> impl IntoView + use<> {
    let [of, from, seen_in] = [(); 3].map(|()| Arc::clone(view));
    let readers = view.readers;
    let validated = view.row.validated.clone().map(|done| {
        let at = done.at;
        view! {
            <span>{why::VALIDATED} " " {live(move || app.said(done.by))} ", " {time::recent(at, clock::now(), clock::local)}</span>
        }
    });
    let (id, name) = (view.row.id, dossier::row_patient(view.row.patient.as_ref()));
    // Who decides on it says what it belongs to; of what was removed nothing is left to be compared.
    let joins = (view.may_validate && view.row.removed_at.is_none()).then(|| {
        let act = Callback::new(move |()| tray.over.set(Some(Over::Joining)));
        plain("link", "join", None, text(version::join::TITLE), act)
    });
    let accesses = move |()| app.accesses.set(Some((AccessOf::Dossier(id), name.clone())));
    view! {
        <div class="why">
            <span>{why::RESPONSIBLE} " " <b>{live(move || app.said(of.row.responsible))}</b></span>
            <span data-test="arrivals">{live(move || came(app, &from))}</span>
            <span>{live(move || seen(app, &seen_in))}</span>
            {validated}
            <button type="button" class="link" id="who-can-read" aria-keyshortcuts="Q" on:click=move |_| who.set(true)>
                {why::WHO} " " {readers}
            </button>
            {plain("link", "dossier-accesses", None, text(access::HISTORY), Callback::new(accesses))}
            {joins}
        </div>
    }
}

/// Whether the laboratory wrote a text of its own.
fn has_narrative(view: &DossierView) -> bool {
    view.report.sections.iter().any(|section| !section.narrative.is_empty())
}

/// What is looked at over the dossier.
fn over(tray: Tray, view: &Arc<DossierView>) -> impl IntoView + use<> {
    let view = Arc::clone(view);
    let close = Callback::new(move |()| tray.over.set(None));
    live(move || match tray.over.get() {
        None | Some(Over::Pages(_)) => ().into_any(),
        Some(Over::Narrative) => view! { <Narrative view=Arc::clone(&view) close /> }.into_any(),
        Some(Over::History(ask)) => {
            later::part(tray.app(), Part::History(ask, dossier::identified(view.row.patient.as_ref()), close))
        }
        Some(Over::Joining) => later::part(tray.app(), Part::Joining(Arc::clone(&view), close)),
    })
}

/// What the dossier holds, or the pages of one of its documents in its place: the list beside it stays at hand.
fn held(tray: Tray, view: &Arc<DossierView>) -> impl IntoView + use<> {
    let whole = view.row.removed_at.is_none();
    let part = Memo::new(move |_| {
        tray.over.with(|over| match over {
            Some(Over::Pages(part)) => Some(*part),
            _ => None,
        })
    });
    // Drawn once: who comes back from a document finds the place where they read.
    let content = whole.then(|| view! { <Content view=Arc::clone(view) /> });
    let of = Arc::clone(view);
    let pages = move || {
        part.get().map(|part| {
            let name = attachment_title(&of, part);
            view! { <Pages dossier=of.row.id part name close=Callback::new(move |()| tray.over.set(None)) /> }
        })
    };
    view! {
        <div class="content" tabindex="0" role="region" aria-labelledby="patient" hidden=move || part.get().is_some()>
            {content}
        </div>
        {live(pages)}
    }
}

/// Whether the click that is dealt with is the second of a double click: by then another dossier may stand under it.
fn second_click() -> bool {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    field(&field(window().as_ref(), "event"), "detail").as_f64().is_some_and(|clicks| clicks > 1.0)
}

/// The acts on a dossier.
fn acts(tray: Tray, view: &DossierView) -> impl IntoView + use<> {
    let done = view.row.validated.is_some();
    // What was removed is neither decided upon nor looked into.
    let whole = view.row.removed_at.is_none();
    // Under *À trier* the one thing to do is to sort.
    let treat = treat_act(tray, view);
    let look = if treat.is_some() { Look::Normal } else { Look::Primary };
    let first = match (view.may_validate, done) {
        (true, false) => {
            let act = move |()| {
                if !second_click() {
                    tray.validate(true);
                }
            };
            view! { <Button label=common::VALIDATE look=look id="validate" key="V" act /> }.into_any()
        }
        (true, true) => {
            view! { <Button label=words::REOPEN id="reopen" act=move |()| tray.validate(false) /> }.into_any()
        }
        (false, _) if whole => view! { <span class="faint">{words::READ_ONLY}</span> }.into_any(),
        (false, _) => ().into_any(),
    };
    view! {
        <div class="act">
            {treat} {first} {visibility_acts(tray, view)} <span class="space"></span>
            {whole
                .then(|| {
                    let act = move |()| tray.print();
                    view! {
                        <Button
                            label=paper::PRINT
                            look=Look::Quiet
                            id=printing::BUTTON
                            key="Ctrl+P"
                            busy=tray.printing
                            act
                        />
                    }
                })}
            {has_narrative(view)
                .then(|| {
                    let act = move |()| tray.over.set(Some(Over::Narrative));
                    view! { <Button label=words::NARRATIVE look=Look::Quiet id="narrative" key="T" act /> }
                })}
            {whole
                .then(|| {
                    let act = move |()| tray.source.set(true);
                    view! { <Button label=words::SOURCE look=Look::Quiet id="source" key="S" act /> }
                })}
        </div>
    }
}

/// A dossier.
#[component]
fn Open(view: Arc<DossierView>) -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let who = RwSignal::new(false);
    let id = view.row.id;
    let total = view.source_bytes;
    let patient = dossier::identified(view.row.patient.as_ref());
    tray.draws(id);
    let close = Callback::new(move |()| tray.source.set(false));
    view! {
        {banner(&view)}
        {why_line(app, tray, &view, who)}
        {picks::state(&view.row)}
        {super::versions::banner(app, tray, &view)}
        {messages(app, tray, &view)}
        {super::removed::notice(app, &view)}
        {encrypted(app, tray, &view)}
        {held(tray, &view)}
        {acts(tray, &view)}
        {over(tray, &view)}
        {live(move || tray.source.get().then(|| later::part(app, Part::Source(id, total, patient.clone(), close))))}
        <Show when=move || who.get()>
            {who_dialog(Readable::Dossier(id), who)}
        </Show>
    }
}

/// Whose dossier comes: it is ringed in the list already.
fn awaited(tray: Tray, id: DossierId) -> AnyView {
    let row = |list: &Paged| list.index_of(id).and_then(|place| list.row(place).cloned());
    let who = tray.list.with_untracked(row).map(|row| dossier::identified(row.patient.as_ref()));
    let lines = vec![say("p", "", &who.unwrap_or_default()), say("p", "faint", inbox::LOADING)];
    el("div", &[("class", "nothing awaited"), ("role", "status"), ("data-test", "awaited")], lines)
}

/// No dossier is open: why, and what to do.
#[component]
fn Nothing() -> impl IntoView {
    let tray = Tray::get();
    live(move || match (tray.open_gone.get(), tray.opening.get()) {
        (_, Some(id)) => awaited(tray, id),
        (Some(gone), None) => view! { <p class="nothing" role="status" data-test="dossier-gone">{gone}</p> }.into_any(),
        (None, None) => view! {
            <div class="nothing">
                <p>{inbox::NOTHING_OPEN}</p>
                <p class="faint">{inbox::NOTHING_OPEN_HINT}</p>
            </div>
        }
        .into_any(),
    })
}

/// Narrower than this, in pixels, the dossier stands below the list (58rem in inbox.css).
const STACKED: f64 = 928.0;

/// Where the dossier stands below the list, opening one must bring it into sight.
fn reveal() {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    if width.is_some_and(|width| width <= STACKED)
        && let Some(article) = document().get_element_by_id("open-dossier")
    {
        article.scroll_into_view();
    }
}

/// The right-hand side.
#[component]
pub fn Dossier() -> impl IntoView {
    let tray = Tray::get();
    Effect::new(move || {
        if tray.open.with(Option::is_some) && !tray.walking() {
            request_animation_frame(reveal);
        }
    });
    view! {
        <main class="dossier" id="content" tabindex="-1">
            {live(move || match tray.open.get() {
                Some(view) => view! { <article id="open-dossier" aria-labelledby="patient"><Open view /></article> }.into_any(),
                None => view! { <Nothing /> }.into_any(),
            })}
        </main>
    }
}
