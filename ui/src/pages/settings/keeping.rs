//! *Conservation* of one mailbox: its delay and its next purge, and what would leave the tree or the server if it happened now.

use crate::backend::call;
use crate::parts::button::{Look, press};
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say};
use crate::parts::live::live;
use crate::parts::table;
use crate::state::app::App;
use crate::state::clock;
use crate::state::draft::Draft;
use crate::text::keeping as words;
use crate::text::{common, trouble};
use bannette_api::MailboxId;
use bannette_api::keeping::{PreviewPurge, PreviewServerDeletion, PurgeMailbox, PurgePreview, ServerDeletion};
use bannette_api::mailboxes::Connection;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Purge,
    Deletion,
}

/// What the block knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    mailbox: MailboxId,
    purge: RwSignal<Option<PurgePreview>>,
    deletion: RwSignal<Option<ServerDeletion>>,
    over: RwSignal<Option<Over>>,
    complaint: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl State {
    async fn look(self) {
        match call(PreviewPurge { mailbox: self.mailbox }).await {
            Ok(preview) => drop(self.purge.try_set(Some(preview))),
            Err(failure) => self.refused(&failure),
        }
    }

    async fn ask_server(self) {
        self.deletion.try_set(None);
        match call(PreviewServerDeletion { mailbox: self.mailbox }).await {
            Ok(preview) => drop(self.deletion.try_set(Some(preview))),
            Err(failure) => self.refused(&failure),
        }
    }

    fn open(self, over: Over) {
        self.complaint.set(None);
        self.over.set(Some(over));
        match over {
            Over::Purge => spawn_local(self.look()),
            Over::Deletion => spawn_local(self.ask_server()),
        }
    }

    fn purge_now(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match call(PurgeMailbox { mailbox: self.mailbox }).await {
                Ok(purged) => {
                    self.app.say(words::purged(&purged));
                    self.over.try_set(None);
                    self.look().await;
                }
                Err(failure) => self.refused(&failure),
            }
            self.busy.try_set(false);
        });
    }

    fn refused(self, failure: &bannette_api::Failure) {
        if !self.app.moves_away(failure) {
            self.complaint.try_set(Some(self.app.words_of(failure).sentence()));
        }
    }
}

/// What is so, and how many messages it concerns.
fn counts(name: &'static str, lines: Vec<(&'static str, String)>) -> AnyView {
    let heads = words::COLUMNS.map(|column| table::head("", column)).into_iter().collect();
    let row = |(label, value): (&'static str, String)| {
        el("tr", &[], vec![table::row_head(vec![label.into_any()]), table::said("", &value)])
    };
    table::results_table("plain", name, heads, lines.into_iter().map(row).collect())
}

#[inline(never)]
fn purge_counts(preview: &PurgePreview) -> AnyView {
    let mut lines = vec![(words::NOW, words::amount(&preview.due, clock::local))];
    lines.extend(preview.stays.iter().map(|one| (words::in_tree(one.why), words::messages(one.messages))));
    let next = el("p", &[("data-test", "next-purge-said")], vec![words::next(preview, clock::local).into_any()]);
    el("div", &[("class", "said")], vec![next, counts(words::PURGE, lines)])
}

#[inline(never)]
fn deletion_counts(preview: &ServerDeletion) -> AnyView {
    let mut lines = vec![(words::GOES, words::amount(&preview.goes, clock::local))];
    lines.extend(preview.stays.iter().map(|one| (words::on_server(one.why), words::messages(one.messages))));
    let mut parts = Vec::new();
    if !preview.wanted {
        parts.push(say("p", "banner info", words::DELETION_OFF));
    }
    if let Some(why) = &preview.trouble {
        let advice = trouble::trouble(why).sentence();
        parts.push(say("p", "banner warn", &format!("{advice} {}", words::DELETION_UNASKED)));
    }
    parts.extend(words::refused(preview, clock::local).map(|refused| say("p", "banner warn", &refused)));
    parts.push(counts(words::DELETION, lines));
    el("div", &[("class", "said")], parts)
}

/// What would leave the tree.
#[inline(never)]
fn purge_dialog(state: State) -> AnyView {
    let close = Callback::new(move |()| state.over.set(None));
    let content = live(move || {
        state.purge.with(|preview| preview.as_ref().map_or_else(|| say("p", "hint", common::LOADING), purge_counts))
    });
    let none = Signal::derive(move || {
        state.busy.get() || state.purge.with(|preview| preview.as_ref().is_none_or(|preview| preview.due.messages == 0))
    });
    let now = Callback::new(move |()| state.purge_now());
    let acts = vec![
        press(common::CLOSE, Look::Primary, "purge-close", Signal::stored(false), close),
        press(words::PURGE_NOW, Look::Danger, "purge-now", none, now),
    ];
    view! {
        <Dialog id="purge-dialog" title=words::PURGE cancel=close>
            {say("p", "", words::PURGE_MEANING)}
            {say("p", "", words::PURGE_NEVER)}
            <Complaint text=state.complaint />
            <div aria-live="polite">{content}</div>
            {el("div", &[("class", "actions")], acts)}
        </Dialog>
    }
    .into_any()
}

/// What would be deleted on the server.
#[inline(never)]
fn deletion_dialog(state: State) -> AnyView {
    let close = Callback::new(move |()| state.over.set(None));
    let content = live(move || {
        let asked = state.complaint.get().is_none();
        state.deletion.with(|preview| match preview {
            Some(preview) => deletion_counts(preview),
            None if asked => say("p", "hint", words::ASKING),
            None => ().into_any(),
        })
    });
    let acts = vec![press(common::CLOSE, Look::Primary, "deletion-close", Signal::stored(false), close)];
    view! {
        <Dialog id="deletion-dialog" title=words::DELETION cancel=close>
            {say("p", "", words::DELETION_MEANING)}
            <Complaint text=state.complaint />
            <div aria-live="polite">{content}</div>
            {el("div", &[("class", "actions")], acts)}
        </Dialog>
    }
    .into_any()
}

/// The block's part on *conservation*. Of a mailbox that is not kept yet there is nothing to say.
#[inline(never)]
pub fn section(draft: Draft) -> AnyView {
    let kept = Memo::new(move |_| {
        draft.kept.with(|kept| kept.as_ref().map(|kept| (kept.id, matches!(kept.connection, Connection::Imap { .. }))))
    });
    live(move || kept.get().map_or_else(|| ().into_any(), |(id, server)| of_kept(draft, id, server))).into_any()
}

#[inline(never)]
fn of_kept(draft: Draft, mailbox: MailboxId, server: bool) -> AnyView {
    let app = App::get();
    let state = State {
        app,
        mailbox,
        purge: RwSignal::new(None),
        deletion: RwSignal::new(None),
        over: RwSignal::new(None),
        complaint: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let asked =
        Memo::new(move |_| draft.kept.with(|kept| kept.as_ref().map(|kept| (kept.options.clone(), kept.archived_at))));
    Effect::new(move || {
        asked.get();
        spawn_local(state.look());
    });
    let next = live(move || {
        // Its line stands before it is known: what comes late must not push the buttons below from under the pointer.
        let said = state.purge.with(|preview| preview.as_ref().map(|preview| words::next(preview, clock::local)));
        let said = said.or_else(|| state.complaint.get());
        say("p", "hint", said.as_deref().unwrap_or(words::NEXT_UNKNOWN))
    });
    let off = Signal::stored(false);
    let purge =
        press(words::PURGE, Look::Quiet, "purge-preview", off, Callback::new(move |()| state.open(Over::Purge)));
    let deletion = server.then(|| {
        let act = Callback::new(move |()| state.open(Over::Deletion));
        press(words::DELETION, Look::Quiet, "deletion-preview", off, act)
    });
    let acts = el("div", &[("class", "acts")], std::iter::once(purge).chain(deletion).collect());
    let over = live(move || match state.over.get() {
        None => ().into_any(),
        Some(Over::Purge) => purge_dialog(state),
        Some(Over::Deletion) => deletion_dialog(state),
    });
    (el("div", &[("data-test", "keeping")], vec![next.into_any(), acts]), over).into_any()
}
