//! Above a report: what it says otherwise than the version whose place it takes, its versions, and those of which no rule
//! says whether they belong to it: there a person decides.

use crate::backend::call;
use crate::parts::button::{Look, plain, press};
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::{Icon, flag_mark, sign};
use crate::state::app::App;
use crate::state::clock;
use crate::state::tray::Tray;
use crate::text::version as words;
use bannette_api::DossierId;
use bannette_api::dossiers::{
    Change, DossierView, PersonsRelation, RelateDossiers, ShownValue, VersionChanges, VersionLine, VersionRelation,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Says what two dossiers are to each other, and shows what became of them.
#[inline(never)]
pub(super) fn relate(app: App, tray: Tray, dossier: DossierId, other: DossierId, relation: PersonsRelation) {
    spawn_local(async move {
        match call(RelateDossiers { dossier, other, relation }).await {
            Ok(()) => {
                app.say(words::related(relation));
                tray.recheck();
                app.load_counts(false).await;
            }
            Err(failure) => app.complain(&failure),
        }
    });
}

fn decide(app: App, tray: Tray, (dossier, other): (DossierId, DossierId), relation: PersonsRelation) -> AnyView {
    let (label, hook) = match relation {
        PersonsRelation::VersionOf => (words::IS_VERSION, "version-of"),
        PersonsRelation::Apart => (words::IS_APART, "version-apart"),
    };
    let act = Callback::new(move |()| relate(app, tray, dossier, other, relation));
    press(label, Look::Quiet, hook, Signal::stored(false), act)
}

/// A version of the report; another than the open one opens.
fn line(app: App, tray: Tray, view: &DossierView, line: &VersionLine) -> AnyView {
    let (id, current) = (line.dossier, line.relation == VersionRelation::Shown);
    let said = words::line(line, clock::local(line.received_at));
    let said = if current {
        text(&said)
    } else {
        plain("link", "version-open", None, text(&said), Callback::new(move |()| tray.show(id)))
    };
    let chip = match line.relation {
        VersionRelation::Shown => say("span", "chip good", words::THIS),
        VersionRelation::MayBelong | VersionRelation::Apart => ().into_any(),
        _ if line.replaced => say("span", "chip muted", words::REPLACED),
        _ => ().into_any(),
    };
    let mut parts = vec![said, text(" "), chip];
    if view.may_validate {
        let pair = (view.row.id, id);
        match line.relation {
            VersionRelation::MayBelong => {
                parts.push(decide(app, tray, pair, PersonsRelation::VersionOf));
                parts.push(decide(app, tray, pair, PersonsRelation::Apart));
            }
            VersionRelation::Former | VersionRelation::Newer => {
                parts.push(decide(app, tray, pair, PersonsRelation::Apart));
            }
            VersionRelation::Apart => parts.push(decide(app, tray, pair, PersonsRelation::VersionOf)),
            VersionRelation::Shown | VersionRelation::Beside => {}
        }
    }
    let attributes = [("data-test", "version"), ("aria-current", if current { "true" } else { "false" })];
    el("li", &attributes, parts)
}

/// A value with its mark; one that was withdrawn says so.
fn value(shown: &ShownValue) -> AnyView {
    let mut parts: Vec<AnyView> = shown.flag.map(|flag| flag_mark(flag, true)).into_iter().collect();
    parts.push(text(&words::value(shown)));
    el("span", &[("class", "version-value")], parts)
}

fn change(one: &Change) -> AnyView {
    let mut parts = vec![say("b", "", &words::what(one)), text(" ")];
    parts.extend(one.before.as_ref().map(value));
    if one.before.is_some() && one.after.is_some() {
        parts.push(el("span", &[("aria-label", words::BECAME)], vec![text(" → ")]));
    }
    parts.extend(one.after.as_ref().map(value));
    parts.extend(words::mark(one).map(|mark| text(&format!(" ({mark})"))));
    el("li", &[("data-test", "change")], parts)
}

/// « Ce compte rendu remplace celui du 22/11/2026 03:11 : Potassium 7,2 → 4,0 ».
fn changes(app: App, all: &VersionChanges) -> AnyView {
    let by = all.validated.as_ref().map(|done| app.said(done.by));
    let head = words::replaces(all, by.as_deref(), clock::local(all.received_at));
    let mut parts = vec![say("p", "", &head)];
    if !all.changes.is_empty() {
        parts.push(el("ul", &[("class", "version-changes")], all.changes.iter().map(change).collect()));
    }
    if all.cut {
        parts.push(say("p", "", words::CUT));
    }
    el("div", &[("data-test", "changes")], parts)
}

/// The versions of the report; whether this one is replaced is said first, then what it changes.
pub fn banner(app: App, tray: Tray, view: &DossierView) -> AnyView {
    if view.versions.len() < 2 {
        return ().into_any();
    }
    let replaced = view.versions.iter().any(|line| line.relation == VersionRelation::Newer);
    let (doubtful, sure): (Vec<_>, Vec<_>) = view
        .versions
        .iter()
        .partition(|line| matches!(line.relation, VersionRelation::MayBelong | VersionRelation::Apart));
    let lines = |some: &[&VersionLine]| some.iter().map(|one| line(app, tray, view, one)).collect();
    let (mut parts, mut told) = (Vec::new(), Vec::new());
    if replaced {
        parts.push(sign(Icon::Warning));
        told.push(el("p", &[("data-test", "replaced")], vec![say("b", "", words::NEWER)]));
    }
    told.extend(view.changes.iter().map(|all| changes(app, all)));
    if sure.len() > 1 {
        told.extend([say("p", "", &words::count(sure.len())), el("ul", &[], lines(&sure))]);
    }
    if !doubtful.is_empty() {
        let doubt = [("data-test", "may-belong")];
        told.push(el("p", &doubt, vec![text(words::MAY_BELONG)]));
        told.push(el("ul", &[], lines(&doubtful)));
    }
    parts.push(el("div", &[], told));
    let class = if replaced { "banner warn versions" } else { "banner info versions" };
    el("section", &[("class", class), ("data-test", "versions"), ("aria-label", words::REGION)], parts)
}
