//! A dossier whose contents left the tree: says so in place of the report, with what was concluded. And one whose contents
//! came again: says what was decided before.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::element::{el, say};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::text::keeping::removed as words;
use crate::text::{common, dossier};
use bannette_api::dossiers::{DossierView, Validation};
use bannette_api::keeping::EraseValues;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is to be known before the report, or in place of it; nothing for most.
#[inline(never)]
pub fn notice(app: App, view: &DossierView) -> AnyView {
    let decided = view.row.validated.iter().cloned().chain(view.decided_before.iter().cloned());
    match view.row.removed_at {
        None if view.decided_before.is_empty() => ().into_any(),
        None => {
            let lines = view.decided_before.iter().cloned().map(|one| line(app, one, words::decided)).collect();
            section("decided-before", lines)
        }
        Some(at) => {
            let mut lines = vec![say("p", "", &words::said(at, clock::local))];
            if view.row.headline.is_some() {
                let (worst, value) = dossier::row_chip(&view.row);
                lines.push(say("p", "", format!("{worst} {value}").trim_end()));
            }
            lines.extend(decided.map(|one| line(app, one, words::concluded)));
            lines.push(numbers(app, view));
            section("removed", lines)
        }
    }
}

fn section(hook: &'static str, lines: Vec<AnyView>) -> AnyView {
    el("section", &[("class", "banner info above-report"), ("data-test", hook)], vec![el("div", &[], lines)])
}

fn line(
    app: App,
    one: Validation,
    said: fn(&str, bannette_api::Timestamp, crate::text::time::Local) -> String,
) -> AnyView {
    let told = live(move || said(&app.said(one.by), one.at, clock::local));
    el("p", &[], vec![told.into_any()])
}

/// That the numbers stay; for the owner, what erases them.
fn numbers(app: App, view: &DossierView) -> AnyView {
    let told = say("p", "", words::NUMBERS);
    let own = |id| app.mailboxes.with_untracked(|all| all.iter().any(|one| one.id == id && one.my_right.owner));
    if !view.row.mailboxes.iter().any(|id| own(*id)) {
        return told;
    }
    let dossier = view.row.id;
    let (asked, busy) = (RwSignal::new(false), RwSignal::new(false));
    let erase = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let done = call(EraseValues { dossier }).await;
            busy.try_set(false);
            match &done {
                Ok(erased) => {
                    asked.try_set(false);
                    app.say(words::erased(erased.dossiers));
                }
                Err(failure) if app.moves_away(failure) => {}
                Err(failure) => app.toast(app.words_of(failure).sentence(), true, None),
            }
        });
    });
    let acts = live(move || {
        if asked.get() {
            let cancel = Callback::new(move |()| asked.set(false));
            let sure =
                view! { <Button label=words::ERASE_NOW look=Look::Danger id="erase-values-now" busy act=erase /> };
            let not = view! { <Button label=common::CANCEL look=Look::Quiet hook="keep-values" act=cancel /> };
            let acts = el("div", &[("class", "actions")], vec![sure.into_any(), not.into_any()]);
            return el("div", &[], vec![say("p", "", words::ERASE_MEANING), acts]);
        }
        let ask = Callback::new(move |()| asked.set(true));
        view! { <Button label=words::ERASE look=Look::Quiet id="erase-values" act=ask /> }.into_any()
    });
    el("div", &[], vec![told, acts.into_any()])
}
