//! A dossier whose contents left the tree: says so in place of the report, with what was concluded. And one whose contents
//! came again: says what was decided before.

use crate::parts::element::{el, say};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::text::dossier;
use crate::text::keeping::removed as words;
use bannette_api::dossiers::{DossierView, Validation};
use leptos::prelude::*;

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
