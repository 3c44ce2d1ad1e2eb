//! That a message is still encrypted: why, what becomes of it, and the action that tries again.

use crate::backend::call;
use crate::parts::button::plain;
use crate::parts::element::{el, say, words};
use crate::parts::icon::{Icon, sign};
use crate::state::app::App;
use crate::text::encrypted;
use bannette_api::connection::OpeningFault;
use bannette_api::dossiers::DossierView;
use bannette_api::mailboxes::FetchNow;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Nothing where all could be read.
pub fn encrypted(app: App, view: &DossierView) -> AnyView {
    let Some(waits) = &view.encrypted else { return ().into_any() };
    let (why, mailbox) = (encrypted::fault(&waits.why), waits.mailbox);
    let again = move |()| {
        spawn_local(async move {
            match call(FetchNow { mailbox }).await {
                Ok(()) => app.say(encrypted::ASKED.to_owned()),
                Err(failure) => app.complain(&failure),
            }
        });
    };
    let components = if waits.why == OpeningFault::NoTool { encrypted::NEEDS_COMPONENTS } else { "" };
    let told = vec![
        el("p", &[], vec![say("b", "", encrypted::WAITS)]),
        el("p", &[], vec![words(&why.what), words(" "), words(&why.then)]),
        say("p", "", components),
        el(
            "p",
            &[],
            vec![
                words(encrypted::later(waits.rests)),
                words(" "),
                plain("link", "try-again", None, words(encrypted::TRY_AGAIN), Callback::new(again)),
            ],
        ),
    ];
    let attributes = [("class", "banner warn"), ("data-test", "encrypted"), ("aria-label", encrypted::WAITS)];
    el("section", &attributes, vec![sign(Icon::Warning), el("div", &[], told)])
}
