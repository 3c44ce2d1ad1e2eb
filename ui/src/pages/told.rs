//! Under the header of every page: what changed in one's rights, and mailboxes that are read without a right, in red with
//! a sign and words. A notice stands until « Compris », and never comes back.

use crate::backend::call;
use crate::parts::button::{Look, plain, press};
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::{Icon, sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::text::{time, told as words};
use bannette_api::Failure;
use bannette_api::glass::{AcknowledgeBrokenGlass, BrokenGlass, EndBrokenGlass};
use bannette_api::notices::{MarkNoticesSeen, Notice, Superseded, Told as All};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// So many changes are shown at once.
const FEW: usize = 4;

/// What a button here does: one of three calls that give nothing.
#[derive(Clone, Copy)]
enum Do {
    End(bannette_api::GlassId),
    Acknowledge(bannette_api::GlassId),
    Seen(u64),
}

impl Do {
    async fn ask(self) -> Result<(), Failure> {
        match self {
            Self::End(glass) => call(EndBrokenGlass { glass }).await,
            Self::Acknowledge(glass) => call(AcknowledgeBrokenGlass { glass }).await,
            Self::Seen(up_to) => call(MarkNoticesSeen { up_to }).await,
        }
    }
}

#[inline(never)]
fn button(app: App, label: &'static str, look: Look, hook: &'static str, what: Do) -> AnyView {
    let act = move |()| {
        spawn_local(async move {
            match what.ask().await {
                Ok(()) if matches!(what, Do::End(_)) => app.say(words::ENDED),
                Ok(()) => {}
                Err(failure) => app.complain(&failure),
            }
            app.load_told().await;
        });
    };
    press(label, look, hook, Signal::stored(false), Callback::new(act))
}

/// A mailbox that is open without a right.
#[inline(never)]
fn opening(app: App, glass: &BrokenGlass) -> AnyView {
    let now = app.now.get_untracked();
    let over = !glass.running;
    let end = words::ends(glass.ends, now, clock::local);
    let said = if glass.mine {
        let who = app.name(glass.by);
        words::opened(&who, &glass.address, &time::recent(glass.begins, now, clock::local), &end, over)
    } else {
        words::opened_by_you(&glass.address, &end)
    };
    let body = vec![
        el("p", &[], vec![say("b", "", words::GLASS), text("\u{a0}: "), text(&said)]),
        say("p", "", &words::reason(&glass.reason)),
    ];
    let mut acts = Vec::new();
    if !over {
        acts.push(button(app, words::END, Look::Danger, "end-glass", Do::End(glass.id)));
    }
    if glass.mine && !glass.acknowledged {
        acts.push(button(app, words::SEEN, Look::Normal, "acknowledge-glass", Do::Acknowledge(glass.id)));
    }
    let (class, hook) = if glass.mine { ("banner bad", "glass") } else { ("banner warn", "own-glass") };
    let parts = vec![sign(Icon::Warning), el("div", &[], body), el("div", &[("class", "actions")], acts)];
    el("div", &[("class", class), ("data-test", hook)], parts)
}

/// What changed in one's rights.
#[inline(never)]
fn notices(app: App, all: &[Notice]) -> AnyView {
    let now = app.now.get_untracked();
    let up_to = all.last().map_or(0, |last| last.number);
    let line = |one: &Notice| {
        let by = one.by.map(|by| app.name(by));
        el("li", &[("data-test", "notice")], vec![text(&words::notice(one, by.as_deref(), now, clock::local))])
    };
    let lines = all.iter().map(line).collect();
    // Many are scrolled in their own place, by keyboard too: the work and « Compris » stay in sight.
    let many: &[_] = if all.len() > FEW { &[("class", "many"), ("tabindex", "0")] } else { &[] };
    let body = vec![el("p", &[], vec![say("b", "", words::CHANGED)]), el("ul", many, lines)];
    let act = button(app, words::SEEN, Look::Normal, "notices-seen", Do::Seen(up_to));
    let parts = vec![el("div", &[], body), el("div", &[("class", "actions")], vec![act])];
    el("div", &[("class", "banner info"), ("data-test", "notices")], parts)
}

#[inline(never)]
fn all(app: App, told: &All) -> AnyView {
    let mut parts: Vec<AnyView> = told.glass.iter().map(|glass| opening(app, glass)).collect();
    if !told.notices.is_empty() {
        parts.push(notices(app, &told.notices));
    }
    if !told.superseded.is_empty() {
        parts.push(superseded(app, &told.superseded));
    }
    if parts.is_empty() {
        return ().into_any();
    }
    el("section", &[("class", "told"), ("aria-label", words::REGION)], parts)
}

/// Reports that one validated and whose place another one has taken since.
#[inline(never)]
fn superseded(app: App, all: &[Superseded]) -> AnyView {
    let now = app.now.get_untracked();
    let line = |one: &Superseded| {
        let open = Callback::new({
            let id = one.newer;
            move |()| app.open_dossier(id)
        });
        let said = words::superseded(one, &time::recent(one.at, now, clock::local));
        el("li", &[("data-test", "superseded")], vec![plain("link", "superseded-open", None, text(&said), open)])
    };
    let many: &[_] = if all.len() > FEW { &[("class", "many"), ("tabindex", "0")] } else { &[] };
    let lines = el("ul", many, all.iter().map(line).collect());
    let body = vec![el("p", &[], vec![say("b", "", words::SUPERSEDED)]), lines];
    el(
        "div",
        &[("class", "banner warn"), ("data-test", "superseded-all")],
        vec![sign(Icon::Warning), el("div", &[], body)],
    )
}

/// All that one is told.
#[component]
pub fn Told() -> impl IntoView {
    let app = App::get();
    // What ends by its date is told by the core, whose clock counts.
    live(move || app.told.with(|told| all(app, told)))
}
