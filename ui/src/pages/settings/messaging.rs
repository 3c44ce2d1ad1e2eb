//! Paramètre › Utilisateur › Messagerie: one's own mailboxes, locked until **Modifier**.

use super::block::Block;
use crate::backend::call;
use crate::pages::sharing::ShareDialog;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::state::draft::{Ask, Draft, Typed};
use crate::text::common;
use crate::text::settings::{self, messaging};
use bannette_api::mailboxes::{ListMailboxSettings, MailboxKind, MailboxSettings};
use bannette_api::{Failure, MailboxId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What *Messagerie* knows.
#[derive(Clone, Copy)]
pub struct MessagingState {
    app: App,
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
    next: RwSignal<u32>,
}

impl MessagingState {
    /// Before the first answer.
    pub fn new(app: App) -> Self {
        let state = Self {
            app,
            drafts: RwSignal::new(Vec::new()),
            editing: RwSignal::new(false),
            busy: RwSignal::new(false),
            known: RwSignal::new(false),
            complaint: RwSignal::new(None),
            sharing: RwSignal::new(None),
            next: RwSignal::new(0),
        };
        Effect::new(move || {
            app.changes.mailboxes.get();
            app.changes.rights.get();
            spawn_local(state.load());
        });
        Effect::new(move || {
            let changed = state.editing.get() && state.drafts.with(|drafts| drafts.iter().any(|draft| draft.changed()));
            app.unsaved.set(changed);
        });
        on_cleanup(move || {
            app.unsaved.set(false);
        });
        state
    }

    /// Asks for the settings. While they are being typed only what is not typed is taken: state, people, secret.
    pub async fn load(self) {
        match call(ListMailboxSettings {}).await {
            Ok(all) => {
                if self.known.try_get_untracked().is_none() {
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
        let drafts =
            all.into_iter().map(|settings| Draft::new(self.number(), Typed::of(&settings), Some(settings))).collect();
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
    fn add(self, kind: MailboxKind) {
        self.editing.set(true);
        let draft = Draft::new(self.number(), Typed::blank(kind), None);
        self.drafts.update(|drafts| drafts.push(draft));
        let field = format!("address-{}", draft.number);
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&field) {
                use wasm_bindgen::JsCast;
                if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
                    drop(element.focus());
                }
            }
        });
    }

    /// Takes a new block away.
    pub fn drop_new(self, number: u32) {
        self.drafts.update(|drafts| drafts.retain(|draft| draft.number != number));
    }

    fn cancel(self) {
        self.editing.set(false);
        self.complaint.set(None);
        self.known.set(false);
        self.drafts.set(Vec::new());
        spawn_local(self.load());
    }

    /// Keeps every block that differs; stops at the first that is refused.
    fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.complaint.set(None);
        let changed: Vec<Draft> =
            self.drafts.get_untracked().into_iter().filter(|draft| untrack(move || draft.changed())).collect();
        let asked: Vec<(Draft, Ask)> = changed.iter().filter_map(|draft| Some((*draft, draft.ask()?))).collect();
        if asked.len() < changed.len() {
            return;
        }
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
                        draft.secret.try_set(String::new());
                        draft.kept.try_set(Some(kept));
                    }
                    Err(failure) => {
                        whole = false;
                        self.refused(draft, &failure);
                        break;
                    }
                }
            }
            self.busy.try_set(false);
            if whole && self.editing.try_set(false).is_none() {
                self.app.say(settings::SAVED);
                self.load().await;
                self.app.load_mailboxes().await;
            }
        });
    }

    fn refused(self, draft: Draft, failure: &Failure) {
        draft.faults.take(self.app, failure);
    }
}

/// **Modifier**, or **Annuler** and **Enregistrer**.
#[component]
pub fn MessagingButtons(
    /// What *Messagerie* knows.
    state: MessagingState,
) -> impl IntoView {
    // What is not there yet cannot be changed.
    let unknown = Signal::derive(move || !state.known.get());
    let edit = move || {
        let act = move |()| state.editing.set(true);
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
    let none = move || state.known.get() && state.drafts.with(Vec::is_empty);
    let unknown = Signal::derive(move || !state.known.get());
    view! {
        <h2 class="unseen">{messaging::TITLE}</h2>
        <Complaint text=state.complaint />
        <Show when=none>
            <p class="block empty-state">{messaging::NONE}</p>
        </Show>
        {each(move || state.drafts.get(), |draft| draft.number.to_string(), move |draft| view! { <Block state draft /> })}
        <div class="adders">
            <Button
                label=messaging::ADD_MSSANTE
                id="add-mssante"
                disabled=unknown
                act=move |()| state.add(MailboxKind::Mssante)
            />
            <Button
                label=messaging::ADD_FOLDER
                id="add-folder"
                disabled=unknown
                act=move |()| state.add(MailboxKind::Folder)
            />
        </div>
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
