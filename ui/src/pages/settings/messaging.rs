//! Paramètre › Utilisateur › Messagerie: one's own mailboxes, locked until **Modifier**.

use super::sections::{adder, section};
use super::sender::sender;
use crate::backend::call;
use crate::pages::sharing::ShareDialog;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::focus::{CONTENT, focus_drawn, focus_now};
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::choices::Text;
use crate::state::draft::{Ask, Draft};
use crate::state::typed::Typed;
use crate::text::accounts::label;
use crate::text::common;
use crate::text::settings::{self, messaging};
use bannette_api::failure::Field as Of;
use bannette_api::mailboxes::{ListMailboxSettings, MailboxKind, MailboxSettings};
use bannette_api::senders::{GetSenders, Senders, SetDefaultSender};
use bannette_api::{Failure, MailboxId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Under this name the page keeps which blocks are folded away: identifiers of mailboxes, nothing else.
const FOLDED: &str = "bannette-folded";

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Puts the focus on the first thing that a selector finds, once it stands.
pub fn focus_on(selector: String) {
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Where it cannot have the focus, it stays where it was.
            drop(element.focus());
        }
    });
}

/// What *Messagerie* knows.
#[derive(Clone, Copy)]
pub struct MessagingState {
    app: App,
    /// What the drafts belong to: the page, and not the tab on which the button was pressed that made one.
    page: StoredValue<Option<Owner>>,
    /// The blocks.
    pub drafts: RwSignal<Vec<Draft>>,
    /// Whether they can be changed.
    pub editing: RwSignal<bool>,
    /// Whether they are being kept.
    pub busy: RwSignal<bool>,
    /// Whether they were asked for.
    pub known: RwSignal<bool>,
    /// What went wrong and concerns no block.
    pub complaint: RwSignal<Option<String>>,
    /// The mailbox whose sharing is shown.
    pub sharing: RwSignal<Option<(MailboxId, MailboxKind, String)>>,
    /// The mailboxes from which one may send, and the one that is kept as chosen.
    pub senders: RwSignal<Senders>,
    /// The one chosen on the screen.
    pub sender: RwSignal<Option<MailboxId>>,
    folded: RwSignal<Vec<String>>,
    next: RwSignal<u32>,
}

impl MessagingState {
    /// Before the first answer.
    pub fn new(app: App) -> Self {
        let kept = storage().and_then(|kept| kept.get_item(FOLDED).ok().flatten()).unwrap_or_default();
        let state = Self {
            app,
            page: StoredValue::new(Owner::current()),
            drafts: RwSignal::new(Vec::new()),
            editing: RwSignal::new(false),
            busy: RwSignal::new(false),
            known: RwSignal::new(false),
            complaint: RwSignal::new(None),
            sharing: RwSignal::new(None),
            senders: RwSignal::new(Senders::default()),
            sender: RwSignal::new(None),
            folded: RwSignal::new(kept.split_whitespace().map(str::to_owned).collect()),
            next: RwSignal::new(0),
        };
        Effect::new(move || {
            app.changes.mailboxes.get();
            app.changes.rights.get();
            spawn_local(state.load());
        });
        Effect::new(move || {
            let drafts = state.drafts.with(|drafts| drafts.iter().any(|draft| draft.changed()));
            app.unsaved.set(state.editing.get() && (drafts || state.sender_changed()));
        });
        on_cleanup(move || {
            app.unsaved.set(false);
        });
        state
    }

    /// Whether nothing can be changed now.
    pub fn locked(self) -> Signal<bool> {
        Signal::derive(move || !self.editing.get() || self.busy.get())
    }

    fn sender_changed(self) -> bool {
        self.sender.get() != self.senders.with(|senders| senders.chosen)
    }

    /// The name under which a block is remembered as folded away.
    fn fold_name(draft: Draft) -> String {
        let kept = draft.kept.with(|kept| kept.as_ref().map(|kept| kept.id.to_string()));
        kept.unwrap_or_else(|| draft.number.to_string())
    }

    /// Whether a block stands open.
    pub fn shown(self, draft: Draft) -> Signal<bool> {
        Signal::derive(move || {
            let name = Self::fold_name(draft);
            self.folded.with(|folded| !folded.contains(&name))
        })
    }

    /// Folds a block away, or opens it.
    pub fn turn(self, draft: Draft) {
        let name = untrack(move || Self::fold_name(draft));
        self.folded.update(|folded| match folded.iter().position(|one| *one == name) {
            Some(place) => drop(folded.remove(place)),
            None => folded.push(name),
        });
        if let Some(storage) = storage() {
            // The numbers of new blocks are given again: only identifiers last.
            let lasting = |name: &String| name.contains('-');
            let names: Vec<String> = self.folded.get_untracked().into_iter().filter(lasting).collect();
            // A page that may keep nothing forgets it, and works.
            drop(storage.set_item(FOLDED, &names.join(" ")));
        }
    }

    fn unfold(self, draft: Draft) {
        if !untrack(move || self.shown(draft).get()) {
            self.turn(draft);
        }
    }

    /// Another block of the same kind at the same address: it would be refused.
    fn taken(self, draft: Draft) -> bool {
        self.others(draft, |draft, other| draft.kind == other.kind)
    }

    /// Another block at the same address: the same messages might arrive twice.
    pub fn same_address(self, draft: Draft) -> bool {
        self.others(draft, |draft, other| draft.kind != other.kind && draft.kind.is_mail() && other.kind.is_mail())
    }

    fn others(self, draft: Draft, counts: fn(Draft, Draft) -> bool) -> bool {
        let of = |draft: Draft| draft.text(Text::Address).with(|address| address.trim().to_owned());
        let address = of(draft);
        let same = |other: &Draft| {
            other.number != draft.number && counts(draft, *other) && draft.kind.same_address(&of(*other), &address)
        };
        !address.is_empty() && self.drafts.with(|drafts| drafts.iter().any(same))
    }

    /// A text was changed and left.
    pub fn settle(self, draft: Draft, which: Text) {
        draft.settle(which.field());
        if which == Text::Address && !draft.faults.has(Of::Address) && untrack(move || self.taken(draft)) {
            draft.faults.set(Of::Address, Some(label::TAKEN.to_owned()));
        }
    }

    /// Asks for the settings. While they are being typed only what is not typed is taken: state, people, secret.
    pub async fn load(self) {
        if let Ok(senders) = call(GetSenders {}).await {
            let editing = self.editing.try_get_untracked().unwrap_or(true);
            if !editing {
                self.sender.try_set(senders.chosen);
            }
            self.senders.try_set(senders);
        }
        match call(ListMailboxSettings {}).await {
            Ok(all) => {
                if self.left() {
                    return;
                }
                self.known.set(true);
                if self.editing.get_untracked() { self.freshen(all) } else { self.take(all) }
            }
            Err(failure) => {
                if !self.app.moves_away(&failure) {
                    self.complaint.try_set(Some(self.app.words_of(&failure).sentence()));
                }
            }
        }
    }

    fn number(self) -> u32 {
        let number = self.next.get_untracked();
        self.next.set(number + 1);
        number
    }

    /// A draft that lives as long as the page; none when that is gone.
    fn draft(self, typed: Typed, kept: Option<MailboxSettings>) -> Option<Draft> {
        let page = self.page.try_get_value().flatten()?;
        let number = self.number();
        Some(page.with(|| Draft::new(number, typed, kept)))
    }

    /// Shows what is kept.
    fn take(self, all: Vec<MailboxSettings>) {
        let same = self.drafts.with_untracked(|drafts| {
            let kept = drafts.iter().map(|draft| draft.kept.with_untracked(|kept| kept.as_ref().map(|kept| kept.id)));
            kept.eq(all.iter().map(|settings| Some(settings.id)))
                && !drafts.iter().any(|draft| untrack(move || draft.changed()))
                && drafts.iter().zip(&all).all(|(draft, settings)| untrack(|| draft.typed()) == Typed::of(settings))
        });
        if same {
            return self.freshen(all);
        }
        let drafts = all.into_iter().filter_map(|settings| self.draft(Typed::of(&settings), Some(settings))).collect();
        self.drafts.set(drafts);
    }

    /// Takes what is not typed.
    fn freshen(self, all: Vec<MailboxSettings>) {
        let drafts = self.drafts.get_untracked();
        for settings in all {
            let of = |draft: &&Draft| {
                draft.kept.with_untracked(|kept| kept.as_ref().is_some_and(|kept| kept.id == settings.id))
            };
            if let Some(draft) = drafts.iter().find(of)
                && draft.kept.with_untracked(|kept| kept.as_ref() != Some(&settings))
            {
                draft.kept.set(Some(settings));
            }
        }
    }

    /// A block for a new mailbox.
    pub fn add(self, kind: MailboxKind) {
        self.editing.set(true);
        let Some(draft) = self.draft(Typed::blank(kind), None) else { return };
        self.drafts.update(|drafts| drafts.push(draft));
        let first = if kind == MailboxKind::Apicrypt { Text::KeyId } else { Text::Address };
        focus_on(format!("#{}-{}", first.name(), draft.number));
    }

    /// Takes a new block away.
    pub fn drop_new(self, number: u32) {
        let kind =
            self.drafts.with_untracked(|drafts| drafts.iter().find(|one| one.number == number).map(|one| one.kind));
        self.drafts.update(|drafts| drafts.retain(|draft| draft.number != number));
        if let Some(kind) = kind {
            focus_on(format!("#{}", adder(kind)));
        }
    }

    fn cancel(self) {
        self.editing.set(false);
        self.complaint.set(None);
        self.known.set(false);
        // The button that was pressed goes, and the one that comes in its place cannot take the focus before the settings
        // are here again: meanwhile the page's content has it.
        focus_now(&[CONTENT]);
        self.drafts.set(Vec::new());
        spawn_local(async move {
            self.load().await;
            focus_drawn(&["#edit"]);
        });
    }

    /// **Modifier**: what can be changed takes the focus, the button that was pressed is gone.
    fn edit(self) {
        self.editing.set(true);
        focus_drawn(&[
            ".settings .form input:not(:disabled)",
            ".settings .form select:not(:disabled)",
            ".settings .adders button",
            "#cancel",
        ]);
    }

    /// What the blocks that differ ask of the core; nothing when one of them is wrong, which then says so.
    fn asked(self) -> Option<Vec<(Draft, Ask)>> {
        let drafts = self.drafts.get_untracked();
        let changed: Vec<Draft> = drafts.into_iter().filter(|draft| untrack(move || draft.changed())).collect();
        let ask = |draft: &Draft| {
            let draft = *draft;
            let ask = draft.ask();
            if untrack(move || self.taken(draft)) && !draft.faults.has(Of::Address) {
                draft.faults.set(Of::Address, Some(label::TAKEN.to_owned()));
                return None;
            }
            Some((draft, ask?))
        };
        let asked: Vec<(Draft, Ask)> = changed.iter().filter_map(ask).collect();
        if asked.len() == changed.len() {
            return Some(asked);
        }
        changed.iter().filter(|draft| !draft.faults.none()).for_each(|draft| self.unfold(*draft));
        focus_on(WRONG.to_owned());
        None
    }

    /// Keeps every block that differs; stops at the first that is refused.
    fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.complaint.set(None);
        let Some(asked) = self.asked() else { return };
        self.busy.set(true);
        spawn_local(async move {
            let mut whole = true;
            for (draft, ask) in asked {
                let kept = match ask {
                    Ask::Add(ask) => call(ask).await,
                    Ask::Change(ask) => call(ask).await,
                };
                match kept {
                    Ok(kept) => {
                        draft.forget_secrets();
                        draft.kept.try_set(Some(kept));
                    }
                    Err(failure) => {
                        whole = false;
                        self.refused(draft, &failure);
                        break;
                    }
                }
            }
            let whole = whole && self.keep_sender().await;
            self.busy.try_set(false);
            if !whole {
                focus_on(WRONG.to_owned());
            } else if self.editing.try_set(false).is_none() {
                self.app.say(settings::SAVED);
                focus_on("#edit".to_owned());
                self.load().await;
                self.app.load_mailboxes().await;
            }
        });
    }

    /// Whether the page has been left while it was asking.
    fn left(self) -> bool {
        self.known.try_get_untracked().is_none()
    }

    async fn keep_sender(self) -> bool {
        if self.left() || !untrack(move || self.sender_changed()) {
            return true;
        }
        match call(SetDefaultSender { mailbox: self.sender.get_untracked() }).await {
            Ok(senders) => {
                self.senders.try_set(senders);
                true
            }
            Err(failure) => {
                if !self.app.moves_away(&failure) {
                    self.complaint.try_set(Some(self.app.words_of(&failure).sentence()));
                }
                false
            }
        }
    }

    fn refused(self, draft: Draft, failure: &Failure) {
        if self.left() {
            return self.app.complain(failure);
        }
        self.unfold(draft);
        if let Failure::Invalid { field, why } = failure {
            return draft.blame(vec![(*field, *why)]);
        }
        draft.faults.take(self.app, failure);
    }
}

/// The first field that is wrong.
const WRONG: &str = "[aria-invalid=true]";

/// **Modifier**, or **Annuler** and **Enregistrer**.
#[component]
pub fn MessagingButtons(
    /// What *Messagerie* knows.
    state: MessagingState,
) -> impl IntoView {
    // What is not there yet cannot be changed.
    let unknown = Signal::derive(move || !state.known.get());
    let edit = move || {
        let act = move |()| state.edit();
        view! { <Button label=common::EDIT look=Look::Primary id="edit" disabled=unknown act /> }
    };
    view! {
        <Show when=move || state.editing.get() fallback=edit>
            <Button label=common::CANCEL id="cancel" act=move |()| state.cancel() />
            <Button label=common::SAVE look=Look::Primary id="save" busy=state.busy act=move |()| state.save() />
        </Show>
    }
}

/// *Messagerie*.
#[component]
pub fn Messaging(
    /// What *Messagerie* knows.
    state: MessagingState,
) -> impl IntoView {
    view! {
        <h2 class="unseen">{messaging::TITLE}</h2>
        <Complaint text=state.complaint />
        {section(state, &[MailboxKind::Mssante])}
        {section(state, &[MailboxKind::Apicrypt])}
        {sender(state)}
        {section(state, &[MailboxKind::Bioserveur])}
        {section(state, &[MailboxKind::Imap, MailboxKind::Folder])}
        {live(move || state.sharing.get().map(|(id, kind, address)| share(state, id, kind, address)))}
    }
}

/// *Gestion du partage* of one mailbox.
fn share(state: MessagingState, mailbox: MailboxId, kind: MailboxKind, address: String) -> impl IntoView {
    let done = move |()| {
        state.sharing.set(None);
        spawn_local(state.load());
    };
    view! { <ShareDialog mailbox kind address done /> }
}
