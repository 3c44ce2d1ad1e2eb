//! The values of an analyte in time: a chart for the eye, and the same values in a table.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chart::drawing;
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::icon::FlagMark;
use crate::parts::live::live;
use crate::parts::scale::chart;
use crate::state::app::App;
use crate::state::tray::Tray;
use crate::text::history as words;
use crate::text::{common, dossier};
use bannette_api::DossierId;
use bannette_api::dossiers::{GetHistory, HistoryPoint};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A value of the table.
fn row(point: &HistoryPoint, here: DossierId, tray: Tray) -> AnyView {
    let class = match point.flag {
        Some(flag) if flag.is_critical() => "critical",
        Some(flag) if flag.is_abnormal() => "abnormal",
        _ => "",
    };
    let meaning = point.flag.map(|flag| view! { <FlagMark flag silent=true /> " " {dossier::flag(flag)} });
    let from = if point.dossier == here {
        view! { <span>{words::HERE}</span> }.into_any()
    } else {
        let (id, name) = (point.dossier, words::open(point));
        let open = move |_| {
            tray.over.set(None);
            tray.show(id);
        };
        view! {
            <button type="button" class="link" data-test="history-open" aria-label=name on:click=open>{words::OPEN}</button>
        }
        .into_any()
    };
    let recalled = point.recalled.then(|| view! { <small>{words::RECALLED}</small> });
    view! {
        <tr class=class data-test="history-point">
            <th scope="row">{words::date(point)}</th>
            <td class="value">{words::value(point)}</td>
            <td class="bounds">{dossier::bounds(point.low.as_deref(), point.high.as_deref())}</td>
            <td>{meaning}</td>
            <td>{from} {recalled}</td>
        </tr>
    }
    .into_any()
}

/// The values, the newest first.
fn table(points: &[HistoryPoint], here: DossierId, tray: Tray) -> impl IntoView + use<> {
    let [date, value, bounds, meaning, from] = words::COLUMNS;
    let rows = points.iter().rev().map(|point| row(point, here, tray)).collect::<Vec<_>>();
    view! {
        <table class="results history" aria-label=words::VALUES>
            <thead>
                <tr>
                    <th scope="col">{date}</th>
                    <th scope="col" class="value">{value}</th>
                    <th scope="col">{bounds}</th>
                    <th scope="col">{meaning}</th>
                    <th scope="col">{from}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The chart, or why there is none.
fn curve(points: &[HistoryPoint], title: &str) -> AnyView {
    let sentence = match (points.len(), chart(points)) {
        (0, _) => words::NONE,
        (1, _) => words::ONE,
        (_, None) => words::NO_CHART,
        (_, Some(chart)) => {
            return view! {
                {drawing(&chart, words::chart(title, points))}
                <p class="hint">{words::LEGEND}</p>
            }
            .into_any();
        }
    };
    view! { <p data-test="no-chart">{sentence}</p> }.into_any()
}

/// The history of an analyte.
#[component]
pub fn History(
    /// Which.
    ask: GetHistory,
    /// It is over.
    close: Callback<()>,
) -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let here = ask.dossier;
    let title = words::title(&ask.label, ask.unit.as_deref());
    let heading = title.clone();
    let found = RwSignal::new(None::<Vec<HistoryPoint>>);
    let complaint = RwSignal::new(None::<String>);
    spawn_local(async move {
        match call(ask).await {
            Ok(history) => drop(found.try_set(Some(history.points))),
            Err(failure) if app.moves_away(&failure) => {}
            Err(failure) => drop(complaint.try_set(Some(app.words_of(&failure).sentence()))),
        }
    });
    let shown = move || {
        found.with(|found| match found {
            None if complaint.with(Option::is_some) => ().into_any(),
            None => view! { <p class="hint" role="status">{words::LOOKING}</p> }.into_any(),
            Some(points) => {
                let table = (!points.is_empty()).then(|| table(points, here, tray));
                view! { {curve(points, &title)} {table} }.into_any()
            }
        })
    };
    view! {
        <Dialog id="history-dialog" title=heading cancel=close wide=true>
            <Complaint text=complaint />
            {live(shown)}
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="history-close" act=close />
            </div>
        </Dialog>
    }
}
