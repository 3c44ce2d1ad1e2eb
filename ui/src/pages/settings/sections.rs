//! The parts of *Messagerie*, in the seed's order: the mailboxes of a kind, and the button that adds one.

use super::block::Block;
use super::messaging::MessagingState;
use crate::parts::button::Button;
use crate::parts::element::{el, say, words};
use crate::parts::explained::only;
use crate::parts::live::each;
use crate::text::accounts;
use bannette_api::mailboxes::MailboxKind;
use leptos::prelude::*;

/// The identifier of the button that adds a mailbox.
pub fn adder(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "add-mssante",
        MailboxKind::Apicrypt => "add-apicrypt",
        MailboxKind::Bioserveur => "add-bioserveur",
        MailboxKind::Imap => "add-imap",
        MailboxKind::Folder => "add-folder",
    }
}

/// The mailboxes of some kinds, and the buttons that add one.
pub fn section(state: MessagingState, kinds: &'static [MailboxKind]) -> AnyView {
    let Some(first) = kinds.first().copied() else { return ().into_any() };
    let title = format!("section-{}", adder(first));
    let of = move || state.drafts.get().into_iter().filter(|draft| kinds.contains(&draft.kind)).collect::<Vec<_>>();
    let empty = move || of().is_empty();
    let unknown = Signal::derive(move || !state.known.get());
    let add = |kind: MailboxKind| {
        let act = move |()| state.add(kind);
        view! { <Button label=accounts::add(kind) id=adder(kind) disabled=unknown act /> }.into_any()
    };
    el(
        "section",
        &[("class", "accounts"), ("aria-labelledby", &title)],
        vec![
            el("h3", &[("id", &title)], vec![words(accounts::section(first))]),
            only(Box::new(empty), Box::new(move || say("p", "hint", accounts::none(first)))),
            each(of, |draft| draft.number.to_string(), move |draft| view! { <Block state draft /> }),
            el("div", &[("class", "adders")], kinds.iter().copied().map(add).collect()),
        ],
    )
}
