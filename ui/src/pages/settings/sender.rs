//! *Messagerie utilisée pour les envois*: among the mailboxes from which one may send.

use super::messaging::MessagingState;
use crate::parts::choice::{Places, PlacesProps};
use crate::parts::element::{el, say};
use crate::parts::explained::explained;
use crate::parts::live::live;
use crate::state::app::App;
use crate::text::accounts::{meaning, sender as said};
use crate::text::mailbox;
use bannette_api::senders::{Sender, Senders};
use leptos::prelude::*;

const ID: &str = "default-sender";

/// « derek.sheperd@medecin.test (MSSanté) », with the owner where it is somebody else.
fn line(app: App, sender: &Sender) -> String {
    let kind = mailbox::kind(sender.kind);
    if app.my_id() == Some(sender.owner) {
        return format!("{} ({kind})", sender.address);
    }
    format!("{} ({kind}, {})", sender.address, app.name(sender.owner))
}

/// The list of them.
fn list(app: App, state: MessagingState, senders: &Senders) -> AnyView {
    if senders.among.is_empty() {
        return say("p", "hint", said::NOTHING);
    }
    let mailboxes: Vec<_> = senders.among.iter().map(|sender| sender.mailbox).collect();
    let mut words = vec![said::NONE.to_owned()];
    words.extend(senders.among.iter().map(|sender| line(app, sender)));
    let places = mailboxes.clone();
    let place = move || {
        let chosen = state.sender.get();
        chosen.and_then(|chosen| places.iter().position(|one| *one == chosen)).map_or(0, |place| place + 1)
    };
    let choose = Callback::new(move |place: usize| {
        state.sender.set(place.checked_sub(1).and_then(|place| mailboxes.get(place).copied()));
    });
    Places(PlacesProps {
        id: ID.to_owned(),
        label: said::LABEL.to_owned(),
        words,
        place: Signal::derive(place),
        choose,
        locked: state.locked(),
        fault: Signal::default(),
        explained: true,
    })
    .into_any()
}

/// The part of the screen.
pub fn sender(state: MessagingState) -> AnyView {
    let app = App::get();
    let drawn = move || list(app, state, &state.senders.get());
    let (button, text) = explained(ID, said::LABEL, meaning::SENDER);
    let row = el("div", &[("class", "with-meaning")], vec![live(drawn).into_any(), button]);
    el(
        "section",
        &[("class", "accounts"), ("aria-labelledby", "section-sender")],
        vec![
            el("h3", &[("id", "section-sender")], vec![said::TITLE.into_any()]),
            el("div", &[("class", "block"), ("data-test", "sender-block")], vec![row, text]),
        ],
    )
}
