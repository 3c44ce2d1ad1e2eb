//! One mailbox in *Messagerie*.

use super::connection_test::ConnectionTest;
use super::messaging::MessagingState;
use super::{keeping, removal};
use crate::pages::who::who_button;
use crate::parts::button::{Button, Look};
use crate::parts::chip::{Chip, Complaint, Tint};
use crate::parts::choice::{CheckBox, Select};
use crate::parts::field::{Field, SecretField};
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::clock;
use crate::state::draft::{Draft, usual_port};
use crate::text::settings::messaging as words;
use crate::text::{access, mailbox, people};
use bannette_api::accesses::AccessOf;
use bannette_api::failure::Field as Of;
use bannette_api::mailboxes::{MailboxKind, Tls};
use leptos::prelude::*;

/// The server and the account.
#[component]
fn Server(draft: Draft, locked: Signal<bool>) -> impl IntoView {
    let number = draft.number;
    let tls = vec![(Tls::Implicit, words::TLS_IMPLICIT), (Tls::Starttls, words::TLS_STARTTLS)];
    // The port follows the encryption as long as it is a usual one.
    let follow = move |tls: Tls| {
        let usual = [Tls::Implicit, Tls::Starttls].map(usual_port);
        if draft.port.with_untracked(|port| port.trim().is_empty() || usual.contains(&port.trim())) {
            draft.port.set(usual_port(tls).to_owned());
        }
    };
    let kept = Signal::derive(move || {
        let kept = draft.kept.with(|kept| kept.as_ref().is_some_and(|kept| kept.secret_kept));
        (kept && !draft.secret_wanted()).then(|| format!("•••••••• ({})", words::SECRET_KEPT))
    });
    let wanted = Signal::derive(move || {
        let fault = draft.faults.of(Of::Secret).get();
        fault.or_else(|| draft.secret_wanted().then(|| words::SECRET_AGAIN.to_owned()))
    });
    let hint = draft
        .kept
        .with_untracked(|kept| kept.as_ref().is_some_and(|kept| kept.secret_kept))
        .then(|| words::SECRET_HINT.to_owned());
    let secret = match hint {
        Some(hint) => view! {
            <SecretField id=format!("secret-{number}") label=words::SECRET value=draft.secret hint fault=wanted locked kept autocomplete="new-password" />
        }.into_any(),
        None => view! {
            <SecretField id=format!("secret-{number}") label=words::SECRET value=draft.secret fault=wanted locked kept autocomplete="new-password" />
        }.into_any(),
    };
    view! {
        <Field id=format!("host-{number}") label=words::HOST value=draft.host fault=draft.faults.of(Of::Host) locked />
        <Select id=format!("tls-{number}") label=words::TLS value=draft.tls choices=tls locked chosen=follow />
        <Field id=format!("port-{number}") label=words::PORT value=draft.port fault=draft.faults.of(Of::Port) locked short=true />
        <Field
            id=format!("account-{number}")
            label=words::ACCOUNT
            value=draft.account
            hint=words::ACCOUNT_HINT
            fault=draft.faults.of(Of::Account)
            locked
        />
        {secret}
    }
}

/// What the owner decides. The seed's *Délai de conservation* and *Partage automatique* stand here once they do what they
/// say.
#[component]
fn Decisions(draft: Draft, locked: Signal<bool>) -> impl IntoView {
    let id = format!("delete-{}", draft.number);
    // A folder's files are left where they are.
    (draft.kind != MailboxKind::Folder).then(|| {
        view! { <CheckBox id label=words::DELETE value=draft.delete hint=words::DELETE_WARNING warns=true locked /> }
    })
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
                let name = app.named(reader.person, people::listed);
                let hook = name.clone();
                let level = mailbox::level_said(reader.right.level);
                view! { <li data-test="reader" data-name=hook><Chip tint=Tint::Muted>{name.clone()} " · " {level}</Chip></li> }
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

/// Title and state.
#[component]
fn Head(draft: Draft) -> impl IntoView {
    let app = App::get();
    let state = Memo::new(move |_| {
        draft.kept.with(|kept| kept.as_ref().map(|kept| mailbox::state(&kept.state, app.now.get(), clock::local)))
    });
    let chip = move || {
        match state.get() {
        Some(state) => view! {
            <span class=Tint::from(state.tone).class() data-test="mailbox-state">{state.chip} " · " {state.beside}</span>
        }.into_any(),
        None => view! { <Chip tint=Tint::Info>{words::NEW}</Chip> }.into_any(),
    }
    };
    let then = move || {
        state
            .get()
            .map(|state| state.then)
            .filter(|then| !then.is_empty())
            .map(|then| view! { <p class="hint warns">{then}</p> })
    };
    view! {
        <div class="block-head">
            <h3 id=format!("block-{}-title", draft.number)>{mailbox::kind_title(draft.kind)}</h3>
            {live(chip)}
        </div>
        {live(then)}
    }
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

/// One mailbox.
#[component]
pub fn Block(
    /// What *Messagerie* knows.
    state: MessagingState,
    /// The mailbox.
    draft: Draft,
) -> impl IntoView {
    let number = draft.number;
    let folder = draft.kind == MailboxKind::Folder;
    let locked = Signal::derive(move || !state.editing.get() || state.busy.get());
    let enabled = if folder { words::USE_FOLDER } else { words::USE_MSSANTE };
    let address = if folder { words::FOLDER_NAME } else { words::ADDRESS };
    let place = if folder {
        view! {
            <Field
                id=format!("path-{number}")
                label=words::FOLDER_PATH
                value=draft.path
                hint=words::FOLDER_HINT
                fault=draft.faults.of(Of::Path)
                locked
            />
        }
        .into_any()
    } else {
        view! { <Server draft locked /> }.into_any()
    };
    let name = move || draft.kept.with(|kept| kept.as_ref().map(|kept| kept.address.clone()));
    view! {
        <div role="group" class="block mailbox" data-test="mailbox-block" data-address=name aria-labelledby=format!("block-{number}-title")>
            <Head draft />
            <Complaint text=draft.faults.whole />
            <CheckBox id=format!("enabled-{number}") label=enabled value=draft.enabled locked />
            <Field id=format!("address-{number}") label=address value=draft.address fault=draft.faults.of(Of::Address) locked />
            {place}
            <Decisions draft locked />
            {keeping::section(draft)}
            <Acts state draft />
            {removal::section(draft, state.editing.into(), Callback::new(move |()| leptos::task::spawn_local(state.load())))}
        </div>
    }
}
