//! The values of an analyte in time: a chart for the eye, and the same values in a table.

use crate::backend::call;
use crate::parts::button::{Button, Look, plain};
use crate::parts::chart::drawing;
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::flag_mark;
use crate::parts::live::live;
use crate::parts::scale::chart;
use crate::parts::table::{cell, head, results_table, row_head, said};
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
        _ if point.replaced => "cancelled",
        Some(flag) if flag.is_critical() => "critical",
        Some(flag) if flag.is_abnormal() => "abnormal",
        _ => "",
    };
    let from = if point.dossier == here {
        text(words::HERE)
    } else {
        let id = point.dossier;
        let act = Callback::new(move |()| {
            tray.over.set(None);
            tray.show(id);
        });
        plain("link", "history-open", Some(words::open(point)), text(words::OPEN), act)
    };
    let mut meaning = Vec::new();
    if let Some(flag) = point.flag.filter(|_| !point.replaced) {
        meaning.extend([flag_mark(flag, true), text(" "), text(dossier::flag(flag))]);
    }
    let mut origin = vec![from];
    if point.recalled {
        origin.extend([text(" "), say("small", "", words::RECALLED)]);
    }
    if point.replaced {
        origin.extend([text(" "), say("small", "", words::REPLACED)]);
    }
    let mut date = vec![text(&words::date(point))];
    date.extend(words::dated_by(point).map(|of| say("small", "which", of)));
    let cells = vec![
        row_head(date),
        said("value", &words::value(point)),
        said("bounds", &dossier::bounds(point.low.as_deref(), point.high.as_deref())),
        cell("", meaning),
        cell("", origin),
    ];
    el("tr", &[("class", class), ("data-test", "history-point")], cells)
}

/// The values, the newest first.
fn table(points: &[HistoryPoint], here: DossierId, tray: Tray) -> AnyView {
    let [date, value, bounds, meaning, from] = words::COLUMNS;
    let heads = vec![head("", date), head("value", value), head("", bounds), head("", meaning), head("", from)];
    let rows = points.iter().rev().map(|point| row(point, here, tray)).collect();
    results_table("results history", words::VALUES, heads, rows)
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
    /// Whose.
    patient: String,
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
        <Dialog id="history-dialog" title=heading about=patient cancel=close wide=true>
            <Complaint text=complaint />
            {live(shown)}
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="history-close" act=close />
            </div>
        </Dialog>
    }
}
