//! A row of the list: patient, age, laboratory, the worst result.

use super::list::pixels;
use crate::parts::chip::Tint;
use crate::parts::icon::{FlagMark, Icon, Sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::tray::Tray;
use crate::text::{dossier, time};
use bannette_api::DossierId;
use bannette_api::dossiers::{DossierRow, Urgency};
use bannette_api::report::ReportStatus;
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

/// What came, in one line: who sent it and about what.
fn matter(row: &DossierRow) -> String {
    [row.sender.trim(), row.subject.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
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
    let age = move || time::age(received, app.now.get());
    let late = Memo::new(move |_| waits && (critical || app.now.get().since(received) > 86_400_000));
    let open = Memo::new(move |_| tray.open.with(|open| open.as_ref().is_some_and(|open| open.row.id == id)));
    let active = Memo::new(move |_| tray.active.get() == Some(id));
    #[allow(clippy::cast_precision_loss)]
    let offset = move || format!("translateY({})", pixels(place.get() as f64 * height.get()));
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
            aria-posinset=move || (place.get() + 1).to_string()
            aria-setsize=move || of.get().map_or_else(|| "-1".to_owned(), |of| of.to_string())
            style:transform=offset
            on:click=move |_| tray.show(id)
            on:pointerenter=move |_| tray.hovered.set(Some(id))
        >
            <div class="head">
                <span class="name">{patient}</span>
                <span class="age" class:late=late>{live(age)}</span>
            </div>
            <div class="foot">
                <span class="matter">{matter(&row)}</span>
                {row.warned.then(|| view! { <span class="warned"><Sign icon=Icon::Warning /><span class="unseen">"à vérifier"</span></span> })}
                {status(&row).map(|status| view! { <span class="chip info">{status}</span> })}
                <span class=tint(row.urgency).class()>
                    {flag.map(|flag| view! { <FlagMark flag /> })}
                    <span class="worst">{dossier::row_chip(&row)}</span>
                </span>
            </div>
        </div>
    }
}
