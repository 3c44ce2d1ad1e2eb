//! That a message is still encrypted: why, what becomes of it, and the action that tries again. Once it was opened meanwhile,
//! that it can be shown: it is not shown by itself, since showing counts as having been seen by this person.

use crate::backend::call;
use crate::parts::button::plain;
use crate::parts::element::{el, say, words};
use crate::parts::icon::{Icon, sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::tray::Tray;
use crate::text::encrypted;
use bannette_api::connection::OpeningFault;
use bannette_api::dossiers::{DossierView, Encrypted};
use bannette_api::mailboxes::FetchNow;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Nothing where all could be read.
pub fn encrypted(app: App, tray: Tray, view: &DossierView) -> AnyView {
    let Some(waits) = view.encrypted.clone() else { return ().into_any() };
    let (id, format, warned) = (view.row.id, view.row.format, view.row.warned);
    // What the list knows of it by now.
    let opened = Memo::new(move |_| {
        let changed = |list: &crate::state::paged::Paged| {
            let row = list.index_of(id).and_then(|place| list.row(place));
            row.is_some_and(|row| row.format != format || row.warned != warned)
        };
        tray.list.with(changed)
    });
    let told = live(move || if opened.get() { readable(tray, id) } else { closed(app, &waits) });
    let attributes = [("class", "banner warn encrypted"), ("data-test", "encrypted"), ("aria-label", encrypted::WAITS)];
    el("section", &attributes, vec![sign(Icon::Warning), told.into_any()])
}

fn readable(tray: Tray, id: bannette_api::DossierId) -> AnyView {
    let show = plain("link", "show-opened", None, words(encrypted::SHOW), Callback::new(move |()| tray.show(id)));
    el("div", &[("role", "status")], vec![el("p", &[], vec![say("b", "", encrypted::OPENED), words(" "), show])])
}

fn closed(app: App, waits: &Encrypted) -> AnyView {
    let (why, mailbox) = (encrypted::fault(&waits.why), waits.mailbox);
    let again = move |()| {
        spawn_local(async move {
            match call(FetchNow { mailbox }).await {
                Ok(()) => app.say(encrypted::ASKED.to_owned()),
                Err(failure) => app.complain(&failure),
            }
        });
    };
    let mut told = vec![
        el("p", &[], vec![say("b", "", encrypted::WAITS)]),
        el("p", &[], vec![words(&why.what), words(" "), words(&why.then)]),
    ];
    if waits.why == OpeningFault::NoTool {
        told.push(say("p", "", encrypted::NEEDS_COMPONENTS));
    }
    let try_again = plain("link", "try-again", None, words(encrypted::TRY_AGAIN), Callback::new(again));
    told.push(el("p", &[], vec![words(encrypted::later(waits.rests)), words(" "), try_again]));
    el("div", &[], told)
}
