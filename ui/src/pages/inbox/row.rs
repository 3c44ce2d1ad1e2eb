//! A row of the list: patient, age, laboratory, the worst result.

use super::list::pixels;
use crate::parts::chip::Tint;
use crate::parts::element::say;
use crate::parts::icon::{FlagMark, Icon, Sign, sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::state::tray::Tray;
use crate::text::{dossier, inbox, time, visibility};
use bannette_api::DossierId;
use bannette_api::dossiers::{DossierRow, Urgency, View, Visibility};
use bannette_api::report::ReportStatus;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// Identifier of a row's element.
pub fn element_id(id: DossierId) -> String {
    format!("row-{id}")
}

fn tint(urgency: Urgency) -> Tint {
    match urgency {
        Urgency::Critical => Tint::Critical,
        Urgency::Abnormal => Tint::Abnormal,
        Urgency::Unknown => Tint::Info,
        Urgency::Normal => Tint::Muted,
    }
}

/// What a row says of its report, beside the subject.
fn status(row: &DossierRow) -> Option<&'static str> {
    row.status.filter(|status| *status != ReportStatus::Complete).map(dossier::status)
}

/// Who sees it, and whether it is to be sorted: only where that is not what the list says.
fn apart(row: &DossierRow, view: View) -> Vec<AnyView> {
    let mut chips = Vec::new();
    if view != View::ToSort && row.apart.iter().any(|apart| apart.to_sort) {
        chips.push(say("span", Tint::Info.class(), visibility::TO_SORT));
    }
    let narrowest = row.apart.iter().map(|apart| apart.visibility).max().unwrap_or(Visibility::Shared);
    if view != View::ToShare || narrowest == Visibility::Confidential {
        chips.extend(visibility::chip(narrowest).map(|words| say("span", Tint::Muted.class(), words)));
    }
    chips
}

/// A click opens; with Ctrl it chooses, with Shift it chooses all up to there.
fn clicked(tray: Tray, id: DossierId, event: &MouseEvent) {
    if event.shift_key() {
        tray.pick_to(id);
    } else if event.ctrl_key() || event.meta_key() {
        tray.walk_to(id);
        tray.pick(id);
    } else {
        tray.show(id);
    }
}

/// Whether a subject is nothing but a file's name.
fn is_file_name(subject: &str) -> bool {
    let ending = subject.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        (2..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// What came, in one line: who sent it and about what. A file's name is no title: it stands only where nothing else does.
fn matter(row: &DossierRow) -> String {
    let (sender, subject) = (row.sender.trim(), row.subject.trim());
    let untold = sender.is_empty() || !is_file_name(subject);
    [sender, if untold && subject != sender { subject } else { "" }]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A row.
#[component]
pub fn Row(
    /// The row.
    row: Arc<DossierRow>,
    /// Its place in the list.
    #[prop(into)]
    place: Signal<usize>,
    /// Rows in all, when known.
    #[prop(into)]
    of: Signal<Option<usize>>,
    /// Height of a row, in pixels.
    #[prop(into)]
    height: Signal<f64>,
) -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let id = row.id;
    let patient = dossier::row_patient(row.patient.as_ref());
    let hook = patient.clone();
    let received = row.received_at;
    let waits = row.validated.is_none();
    let critical = row.urgency == Urgency::Critical;
    // The report's own date, where it says one that has passed; else when it came.
    let dated = row.dated.clone();
    let told = inbox::dated(dated.as_ref(), clock::local(received));
    let own = move || dated.as_ref().and_then(|date| time::age_written(&date.at, clock::local(app.now.get())));
    let age = move || own().unwrap_or_else(|| time::age(received, app.now.get()));
    let birth = row.patient.as_ref().and_then(|patient| patient.birth_date.as_deref()).map(time::written);
    let late = Memo::new(move |_| waits && (critical || app.now.get().since(received) > 86_400_000));
    let open = Memo::new(move |_| tray.open.with(|open| open.as_ref().is_some_and(|open| open.row.id == id)));
    let active = Memo::new(move |_| tray.active.get() == Some(id));
    #[allow(clippy::cast_precision_loss)]
    let offset = move || format!("translateY({})", pixels(place.get() as f64 * height.get()));
    let view = app.place.with_untracked(|place| place.view);
    let picked = Memo::new(move |_| tray.picked(id));
    let choosing = Memo::new(move |_| dossier::BY_HAND.contains(&view) || tray.picks.with(|picks| !picks.is_empty()));
    let pick = move |event: MouseEvent| {
        event.stop_propagation();
        tray.walk_to(id);
        if event.shift_key() { tray.pick_to(id) } else { tray.pick(id) }
    };
    // For the pointer; with the keyboard it is X.
    let pick_box = move || {
        choosing.get().then(|| {
            view! {
                <span class="pick" class:on=picked aria-hidden="true" data-test="pick" on:click=pick>
                    {live(move || picked.get().then(|| sign(Icon::Check)))}
                </span>
            }
        })
    };
    let (worst, value) = dossier::row_chip(&row);
    let flag = row.headline.as_ref().map(|worst| worst.flag).filter(|flag| flag.is_abnormal());
    view! {
        <div
            role="option"
            id=element_id(id)
            class="row"
            class:active=active
            class:seen=row.seen_by_me
            data-test="dossier-row"
            data-patient=hook
            aria-selected=move || if open.get() { "true" } else { "false" }
            aria-checked=move || choosing.get().then(|| picked.get().to_string())
            aria-posinset=move || (place.get() + 1).to_string()
            aria-setsize=move || of.get().map_or_else(|| "-1".to_owned(), |of| of.to_string())
            style:transform=offset
            on:click=move |event| clicked(tray, id, &event)
            on:pointerenter=move |_| tray.hovered.set(Some(id))
        >
            <div class="head">
                {live(pick_box)}
                <span class="name">{patient}</span>
                {birth.map(|birth| say("span", "birth", &birth))}
                <span class="age" class:late=late title=told>{live(age)}</span>
            </div>
            <div class="foot">
                <span class="matter">{matter(&row)}</span>
                {row.warned.then(|| view! { <span class="warned"><Sign icon=Icon::Warning /><span class="unseen">"à vérifier"</span></span> })}
                {apart(&row, view)}
                {row.near.then(|| say("span", Tint::Muted.class(), inbox::NEAR))}
                {row.replaced.then(|| say("span", Tint::Muted.class(), inbox::REPLACED))}
                {status(&row).map(|status| view! { <span class="chip info">{status}</span> })}
                <span class=tint(row.urgency).class()>
                    {flag.map(|flag| view! { <FlagMark flag /> })}
                    <span class="worst">{worst}</span>
                    {(!value.is_empty()).then(|| say("span", "", &value))}
                </span>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::is_file_name;

    #[test]
    fn a_file_name_is_no_title() {
        for name in ["0.hpr", "Resultats 22-11.PDF", "DOC0001.XML"] {
            assert!(is_file_name(name), "{name}");
        }
        for title in ["Résultats 22/11/2026", "Bilan de M. MODELE", "Avec le document", "NFS, ionogramme."] {
            assert!(!is_file_name(title), "{title}");
        }
    }
}
