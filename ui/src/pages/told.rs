//! Under the header of every page: what changed in one's rights, and mailboxes that are read without a right, in red with
//! a sign and words. A notice stands until « J’ai vu », and never comes back.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::text::{people, time, told as words};
use bannette_api::glass::{AcknowledgeBrokenGlass, BrokenGlass, EndBrokenGlass};
use bannette_api::notices::{MarkNoticesSeen, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A mailbox that is open without a right.
fn opening(app: App, glass: &BrokenGlass) -> AnyView {
    let now = app.now.get_untracked();
    let id = glass.id;
    let over = glass.ends <= now;
    let end = words::ends(glass.ends, now, clock::local);
    let finish = move |()| {
        spawn_local(async move {
            match call(EndBrokenGlass { glass: id }).await {
                Ok(()) => app.say(words::ENDED),
                Err(failure) => app.complain(&failure),
            }
            app.load_told().await;
        });
    };
    let acknowledge = move |()| {
        spawn_local(async move {
            if let Err(failure) = call(AcknowledgeBrokenGlass { glass: id }).await {
                app.complain(&failure);
            }
            app.load_told().await;
        });
    };
    let said = if glass.mine {
        let who = app.named(glass.by, people::said);
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
        acts.push(view! { <Button label=words::END look=Look::Danger hook="end-glass" act=finish /> }.into_any());
    }
    if glass.mine && !glass.acknowledged {
        acts.push(view! { <Button label=words::SEEN hook="acknowledge-glass" act=acknowledge /> }.into_any());
    }
    let (class, hook) = if glass.mine { ("banner bad", "glass") } else { ("banner warn", "own-glass") };
    let parts = vec![
        view! { <Sign icon=Icon::Warning /> }.into_any(),
        el("div", &[], body),
        el("div", &[("class", "actions")], acts),
    ];
    el("div", &[("class", class), ("data-test", hook)], parts)
}

/// What changed in one's rights.
fn notices(app: App, all: &[Notice]) -> AnyView {
    let now = app.now.get_untracked();
    let up_to = all.last().map_or(0, |last| last.number);
    let seen = move |()| {
        spawn_local(async move {
            match call(MarkNoticesSeen { up_to }).await {
                Ok(()) => app.load_told().await,
                Err(failure) => app.complain(&failure),
            }
        });
    };
    let lines = all.iter().map(|one| {
        let by = one.by.map(|by| app.named(by, people::said));
        el("li", &[("data-test", "notice")], vec![text(&words::notice(one, by.as_deref(), now, clock::local))])
    });
    let body = vec![el("p", &[], vec![say("b", "", words::CHANGED)]), el("ul", &[], lines.collect())];
    let act = view! { <Button label=words::SEEN id="notices-seen" act=seen /> }.into_any();
    let parts = vec![el("div", &[], body), el("div", &[("class", "actions")], vec![act])];
    el("div", &[("class", "banner info"), ("data-test", "notices")], parts)
}

/// All that one is told.
#[component]
pub fn Told() -> impl IntoView {
    let app = App::get();
    // What runs ends by its date, whether or not anybody says so.
    let over = Memo::new(move |_| {
        let now = app.now.get();
        app.glass.with(|all| all.iter().filter(|glass| glass.ends <= now).count())
    });
    live(move || {
        over.track();
        let now = app.now.get_untracked();
        let glass = app.glass.with(|all| {
            let stands = |glass: &&BrokenGlass| glass.ends > now || (glass.mine && !glass.acknowledged);
            all.iter().filter(stands).map(|glass| opening(app, glass)).collect::<Vec<_>>()
        });
        let mut parts = glass;
        app.notices.with(|all| {
            if !all.is_empty() {
                parts.push(notices(app, all));
            }
        });
        if parts.is_empty() {
            return ().into_any();
        }
        el("section", &[("class", "told"), ("aria-label", words::REGION)], parts)
    })
}
