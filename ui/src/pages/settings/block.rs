//! One mailbox in *Messagerie*: a block that folds away.

use super::connection_test::ConnectionTest;
use super::fields::{entry, entry_that_warns};
use super::messaging::MessagingState;
use super::source::{key, source};
use super::{keeping, removal};
use crate::pages::who::who_button;
use crate::parts::button::{Button, Look};
use crate::parts::chip::{Chip, Complaint, Tint};
use crate::parts::element::{el, say};
use crate::parts::explained::{explained, fold, folded, only, switch};
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::choices::{Switch, Text};
use crate::state::clock;
use crate::state::draft::Draft;
use crate::text::accounts::{self, label, meaning};
use crate::text::mailbox::StateWords;
use crate::text::server::{self, Line};
use crate::text::settings::messaging as words;
use crate::text::{access, mailbox, trouble};
use bannette_api::accesses::AccessOf;
use bannette_api::connection::Doing;
use bannette_api::mailboxes::MailboxKind;
use leptos::prelude::*;

/// What the owner decides for the mailbox, in the seed's order.
fn decisions(draft: Draft, locked: Signal<bool>) -> AnyView {
    let id = |name: &str| format!("{name}-{}", draft.number);
    let delete = draft.switch(Switch::Delete);
    let server = move || draft.choices.with(|choices| choices.comes.server());
    let removal = move || {
        let warning = Box::new(|| say("p", "hint warns indented", words::DELETE_WARNING));
        let check = switch(&format!("delete-{}", draft.number), words::DELETE, meaning::DELETE, delete, locked);
        vec![check, only(Box::new(move || delete.get()), warning)].into_any()
    };
    // A folder's files have a choice of their own.
    let mut parts = vec![only(Box::new(server), Box::new(removal))];
    if draft.kind == MailboxKind::Apicrypt {
        let off = move || {
            let id = format!("delete-{}", draft.number);
            let check = switch(&id, words::DELETE, meaning::DELETE, RwSignal::new(false), Signal::stored(true));
            vec![check, say("p", "hint indented", label::NO_SERVER)].into_any()
        };
        parts.push(only(Box::new(move || !server()), Box::new(off)));
        let relay = draft.switch(Switch::AutoRelay);
        parts.push(switch(&id("autorelay"), label::AUTO_RELAY, meaning::AUTO_RELAY, relay, locked));
    }
    let (button, said) = explained(&id("retention"), label::RETENTION, meaning::RETENTION);
    parts.push(el("div", &[("class", "with-meaning")], vec![entry(draft, Text::Retention, locked), button]));
    parts.push(said);
    let share = draft.switch(Switch::AutoShare);
    parts.push(switch(&id("autoshare"), label::AUTO_SHARE, meaning::AUTO_SHARE, share, locked));
    parts.into_any()
}

/// Who has access, under the mailbox.
#[component]
fn Readers(draft: Draft) -> impl IntoView {
    let app = App::get();
    let chips = move || {
        let me = app.my_id();
        let readers = draft.kept.with(|kept| kept.as_ref().map(|kept| kept.readers.clone()).unwrap_or_default());
        let others: Vec<_> = readers.into_iter().filter(|reader| Some(reader.person) != me).collect();
        if others.is_empty() {
            return view! { <li><Chip tint=Tint::Muted>{words::ONLY_YOU}</Chip></li> }.into_any();
        }
        others
            .into_iter()
            .map(|reader| {
                let name = app.listed(reader.person);
                let hook = name.clone();
                let said = mailbox::reader(&name, &reader.right, app.now.get(), clock::local);
                view! { <li data-test="reader" data-name=hook><Chip tint=Tint::Muted>{said}</Chip></li> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="readers">
            <span class="faint" id=format!("readers-{}", draft.number)>{words::READERS}</span>
            <ul class="chips" aria-labelledby=format!("readers-{}", draft.number)>{live(chips)}</ul>
            {draft.kept.with_untracked(|kept| kept.as_ref().map(|kept| who_button(kept.id, &kept.address)))}
        </div>
    }
}

/// What a mailbox's state is, and what its server told; nothing for a new one.
type Told = Option<(StateWords, Vec<Line>)>;

fn told(draft: Draft, app: App) -> Memo<Told> {
    Memo::new(move |_| {
        let now = app.now.get();
        draft.kept.with(|kept| {
            let kept = kept.as_ref()?;
            let mut state = mailbox::state(&kept.state, now, clock::local);
            if let Doing::Waiting { why, .. } = &kept.state.doing {
                // Here there is room for the remedy, and whoever reads it can apply it.
                state.then = trouble::trouble(why).sentence();
            }
            if kept.state.doing == Doing::Off {
                // The switch is here: « désactivée dans Messagerie » would send the reader where they are.
                (state.chip, state.beside) = (mailbox::SWITCHED_OFF.to_owned(), String::new());
            }
            Some((state, server::told(kept, now, clock::local)))
        })
    })
}

/// Title and state; what is wrong, its remedy and what will soon be wrong stand below, folded away or not.
fn head(state: MessagingState, draft: Draft, told: Memo<Told>) -> AnyView {
    let number = draft.number;
    let chip = move || {
        match told.get() {
        Some((state, _)) => view! {
            <span class=Tint::from(state.tone).class() data-test="mailbox-state">{state.chip} {(!state.beside.is_empty()).then_some(" · ")} {state.beside}</span>
        }
        .into_any(),
        None => view! { <Chip tint=Tint::Info>{words::NEW}</Chip> }.into_any(),
    }
    };
    let below = move || {
        let (state, lines) = told.get()?;
        let mut all = Vec::new();
        if !state.then.is_empty() {
            all.push(say("p", "hint warns", &state.then));
        }
        all.extend(lines.iter().filter(|line| line.warns).map(|line| say("p", "hint warns", &line.text)));
        Some(all)
    };
    let name = move || {
        let address = draft.text(Text::Address).get();
        if address.trim().is_empty() { accounts::unnamed(draft.kind).to_owned() } else { address }
    };
    let title = format!("block-{number}-title");
    let shown = state.shown(draft);
    let turn = Callback::new(move |()| state.turn(draft));
    let content = view! { <span>{live(name)}</span> }.into_any();
    let button = fold(&title, "fold", format!("block-{number}-body"), shown, content, turn);
    vec![
        el("div", &[("class", "block-head")], vec![el("h4", &[], vec![button]), live(chip).into_any()]),
        live(below).into_any(),
    ]
    .into_any()
}

/// The acts on a mailbox.
#[component]
fn Acts(state: MessagingState, draft: Draft) -> impl IntoView {
    let new = move || draft.kept.with(Option::is_none);
    let share = move |()| {
        let kept = draft.kept.get_untracked();
        if let Some(kept) = kept {
            state.sharing.set(Some((kept.id, kept.kind, kept.address)));
        }
    };
    let app = App::get();
    let accesses = move |()| {
        if let Some(kept) = draft.kept.get_untracked() {
            app.accesses.set(Some((AccessOf::Mailbox(kept.id), kept.address)));
        }
    };
    view! {
        <ConnectionTest draft>
            <Button label=words::SHARE hook="share" disabled=Signal::derive(new) act=share />
            <Button label=access::HISTORY hook="accesses" disabled=Signal::derive(new) act=accesses />
            <Show when=new>
                <Button label=words::DROP look=Look::Quiet hook="drop-new" act=move |()| state.drop_new(draft.number) />
            </Show>
        </ConnectionTest>
        <Show when=new fallback=move || view! { <Readers draft /> }>
            <p class="hint">{words::SHARE_LATER}</p>
        </Show>
    }
}

/// What is well, in small: it stands last.
fn quiet(told: Memo<Told>) -> AnyView {
    live(move || {
        let (_, lines) = told.get()?;
        Some(lines.iter().filter(|line| !line.warns).map(|line| say("p", "hint", &line.text)).collect::<Vec<_>>())
    })
    .into_any()
}

/// One mailbox.
#[component]
pub fn Block(
    /// What *Messagerie* knows.
    state: MessagingState,
    /// The mailbox.
    draft: Draft,
) -> impl IntoView {
    let number = draft.number;
    let locked = state.locked();
    let told = told(draft, App::get());
    let same = Signal::derive(move || state.same_address(draft).then_some(label::SAME_ADDRESS));
    let enabled = draft.switch(Switch::Enabled);
    let mut parts =
        vec![switch(&format!("enabled-{number}"), accounts::use_it(draft.kind), meaning::USE, enabled, locked)];
    if draft.kind == MailboxKind::Apicrypt {
        parts.push(key(draft, locked));
    }
    parts.push(entry_that_warns(draft, Text::Address, locked, same));
    parts.push(source(draft, locked));
    parts.push(decisions(draft, locked));
    parts.push(keeping::section(draft));
    parts.push(view! { <Acts state draft /> }.into_any());
    parts.push(quiet(told));
    let gone = Callback::new(move |()| leptos::task::spawn_local(state.load()));
    // What is being typed would be lost with the mailbox.
    parts.push(removal::section(draft, state.editing.into(), gone));
    let body = folded(format!("block-{number}-body"), "mailbox", state.shown(draft), parts.into_any());
    let head = head(state, draft, told);
    let name = move || draft.kept.with(|kept| kept.as_ref().map(|kept| kept.address.clone()));
    // A text that was changed and left is looked at where it stands.
    let changed = move |event: leptos::ev::Event| {
        let id = event_target::<web_sys::HtmlElement>(&event).id();
        let name = id.rsplit_once('-').map_or("", |(name, _)| name);
        if let Some(which) = Text::ALL.into_iter().find(|which| which.name() == name) {
            state.settle(draft, which);
        }
    };
    view! {
        <div
            role="group"
            class="block mailbox"
            data-test="mailbox-block"
            data-address=name
            aria-labelledby=format!("block-{number}-title")
            on:change=changed
        >
            {head}
            <Complaint text=draft.faults.whole />
            {body}
        </div>
    }
}
