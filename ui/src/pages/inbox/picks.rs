//! Who sees a dossier and whether it is to be sorted: its state, the buttons that change it, and the bar of those that are
//! chosen in the list.

use crate::parts::button::{Button, Look};
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say};
use crate::parts::icon::flag_mark;
use crate::parts::live::{Live, live};
use crate::state::app::App;
use crate::state::picks::{Deed, offer};
use crate::state::tray::{Place, Tray};
use crate::text::visibility as words;
use crate::text::{common, dossier};
use bannette_api::dossiers::{DossierRow, DossierView, View, Visibility};
use bannette_api::report::Flag;
use leptos::prelude::*;

/// In words, above the dossier, what its chips mean; nothing where it is a shared result.
pub fn state(row: &DossierRow) -> AnyView {
    let narrowest = row.apart.iter().map(|apart| apart.visibility).max().unwrap_or(Visibility::Shared);
    let to_sort = row.apart.iter().any(|apart| apart.to_sort).then_some(words::WAITS_TO_SORT);
    let lines: Vec<AnyView> =
        to_sort.into_iter().chain(words::sentence(narrowest)).map(|line| say("p", "", line)).collect();
    if lines.is_empty() {
        return ().into_any();
    }
    el("div", &[("class", "banner info apart"), ("data-test", "apart")], vec![el("div", &[], lines)])
}

/// *Traiter comme résultat*, where it waits for that.
pub fn treat_act(tray: Tray, view: &DossierView) -> Option<AnyView> {
    let offered = untrack(|| offer(App::get(), std::iter::once(&view.row))).treat;
    offered.then(|| {
        let act = move |()| tray.act_on_open(Deed::Treat);
        view! { <Button label=words::TREAT look=Look::Primary id="treat-dossier" key="R" busy=tray.acting act /> }
            .into_any()
    })
}

/// *Partager ce dossier*, *Confidentiel*, for the owner.
pub fn visibility_acts(tray: Tray, view: &DossierView) -> AnyView {
    let offer = untrack(|| offer(App::get(), std::iter::once(&view.row)));
    let share = offer.share.then(|| {
        let label = if offer.reveal { words::REVEAL } else { words::SHARE };
        let act = move |()| tray.act_on_open(Deed::Set(Visibility::Shared));
        view! { <Button label=label id="share-dossier" key="P" busy=tray.acting act /> }.into_any()
    });
    let confidential = offer.confidential.then(|| {
        let act = move |()| tray.act_on_open(Deed::Set(Visibility::Confidential));
        view! { <Button label=words::CONFIDENTIAL look=Look::Quiet id="confidential" busy=tray.acting act /> }
            .into_any()
    });
    [share, confidential].into_iter().flatten().collect_view().into_any()
}

/// What can be done with the dossiers that are chosen.
pub fn bar(tray: Tray) -> Live {
    let app = App::get();
    let any = Memo::new(move |_| tray.picks.with(|picks| !picks.is_empty()));
    let offer = Memo::new(move |_| tray.picks.with(|picks| offer(app, picks.iter().map(AsRef::as_ref))));
    let count = move || words::chosen(tray.picks.with(Vec::len));
    let acts = move || {
        let offer = offer.get();
        let set = |visibility| Callback::new(move |()| tray.act_on_picks(Deed::Set(visibility)));
        let treat = Callback::new(move |()| tray.act_on_picks(Deed::Treat));
        [
            (offer.treat, words::TREAT, "treat-chosen", Some("R"), treat),
            (offer.share, words::SHARE_ALL, "share-chosen", Some("P"), set(Visibility::Shared)),
            (offer.confidential, words::CONFIDENTIAL, "confidential-chosen", None, set(Visibility::Confidential)),
        ]
        .into_iter()
        .filter(|(offered, ..)| *offered)
        .map(|(_, label, id, key, act)| act_on_chosen(tray, label, id, key, act))
        .collect_view()
    };
    live(move || {
        if !any.get() {
            return ().into_any();
        }
        view! {
            <div class="chosen" role="group" aria-label=words::BAR data-test="chosen">
                <b>{live(count)}</b>
                {live(acts)}
                <Button label=words::CLEAR look=Look::Quiet id="choose-none" act=move |()| tray.pick_none() />
            </div>
        }
        .into_any()
    })
}

/// What a key asks for that changes who sees dossiers: whose they are, what will happen, and the way back first.
pub fn question(tray: Tray) -> Live {
    live(move || {
        let Some(deed) = tray.asked.get() else { return ().into_any() };
        let rows = tray.concerned(deed);
        if rows.is_empty() {
            return ().into_any();
        }
        let names = rows.iter().take(NAMED).map(|row| say("li", "", &dossier::identified(row.patient.as_ref())));
        let mut names: Vec<AnyView> = names.collect();
        if let Some(more) = rows.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names.push(say("li", "", &words::and_more(more)));
        }
        let cancel = Callback::new(move |()| tray.asked.set(None));
        view! {
            <Dialog id="share-question" title=words::question(rows.len()) cancel>
                {el("ul", &[("class", "losses")], names)}
                <p>{words::WILL_SEE}</p>
                <div class="actions">
                    <Button label=common::CANCEL look=Look::Quiet id="share-not" act=cancel />
                    <Button label=words::SHARE_ALL look=Look::Primary id="share-confirmed" act=move |()| tray.confirmed() />
                </div>
            </Dialog>
        }
        .into_any()
    })
}

/// Dossiers that a question names one by one.
const NAMED: usize = 8;

/// One of the bar's buttons.
fn act_on_chosen(
    tray: Tray,
    label: &'static str,
    id: &'static str,
    key: Option<&'static str>,
    act: Callback<()>,
) -> AnyView {
    match key {
        Some(key) => view! { <Button label=label id=id key=key busy=tray.acting act /> }.into_any(),
        None => view! { <Button label=label id=id busy=tray.acting act /> }.into_any(),
    }
}

/// Above a list of results: critical ones that wait to be sorted and so are not in it.
pub fn critical_elsewhere() -> Live {
    let app = App::get();
    let count = Memo::new(move |_| {
        let results = app.place.with(|place| {
            matches!(place.view, View::Mine | View::Critical | View::Abnormal | View::Team) && place.words.is_empty()
        });
        if results { app.counts.with(|counts| counts.to_sort_critical) } else { 0 }
    });
    live(move || {
        let count = count.get();
        if count == 0 {
            return ().into_any();
        }
        let go = move |()| app.place.set(Place::of(View::ToSort));
        view! {
            <div class="banner bad elsewhere" role="status" data-test="critical-elsewhere">
                {flag_mark(Flag::Critical, true)} <p>{words::critical_to_sort(count)}</p>
                <Button label=words::GO_SORT id="go-sort" act=go />
            </div>
        }
        .into_any()
    })
}
