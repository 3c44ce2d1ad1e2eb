//! **Vérifier la connexion**: a real login with what is typed, and what each step found.

use crate::backend::call;
use crate::parts::button::Button;
use crate::parts::dialog::{dialog_open, typing};
use crate::parts::element::say;
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::state::draft::Draft;
use crate::text::settings::{self, messaging as words};
use crate::text::{accounts, support, trouble};
use bannette_api::connection::{ConnectionReport, ConnectionStep, TestConnection};
use bannette_api::mailboxes::MailboxKind;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlDocument, HtmlTextAreaElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// A step: sign, name, time, and cause and remedy when it failed.
fn step(step: ConnectionStep) -> impl IntoView {
    let bad = step.trouble.is_some();
    let advice = step.trouble.as_ref().map(trouble::trouble);
    view! {
        <li class:bad=bad data-test="test-step">
            <Sign icon=if bad { Icon::Cross } else { Icon::Check } />
            <div>
                <span>
                    {trouble::step(step.step)}
                    <span class="unseen">" : "{if bad { words::STEP_BAD } else { words::STEP_GOOD }}</span>
                </span>
                <span class="faint">" " {settings::milliseconds(step.milliseconds)} {step.detail.map(|detail| format!(" · {detail}"))}</span>
                {advice.map(|advice| view! { <p><b>{advice.what}</b> " " {advice.then}</p> })}
            </div>
        </li>
    }
}

/// Selects the report and copies it. Gives whether the web view did.
fn copied(id: &str) -> bool {
    let field = document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
    let Some(field) = field else { return false };
    field.select();
    // The old way needs no permission of the system, and asks for the click that we are in.
    document().dyn_into::<HtmlDocument>().is_ok_and(|page| page.exec_command("copy").unwrap_or(false))
}

/// The report to hand on, and the button that copies it.
fn for_support(text: String, number: u32) -> AnyView {
    let id = format!("support-{number}");
    let hint = format!("{id}-hint");
    let said = RwSignal::new("");
    let copy = {
        let id = id.clone();
        move |()| said.set(if copied(&id) { support::COPIED } else { support::SELECTED })
    };
    view! {
        <details class="support" data-test="support">
            <summary>{support::FIELD}</summary>
            <p class="faint" id=hint.clone()>{support::FIELD_HINT}</p>
            <textarea id=id readonly rows="8" aria-label=support::FIELD aria-describedby=hint data-test="support-report">
                {text}
            </textarea>
            <div class="acts">
                <Button label=support::COPY hook="copy-report" act=copy />
                <span role="status" data-test="report-copied">{live(move || said.get())}</span>
            </div>
        </details>
    }
    .into_any()
}

/// What the test found.
fn report(report: ConnectionReport, kind: MailboxKind, number: u32) -> impl IntoView {
    let good = report.steps.iter().all(|step| step.trouble.is_none());
    let counted = report.messages.map(settings::counted).unwrap_or_default();
    let facts = support::facts(&report, clock::local);
    let text = support::report(&report, kind, env!("CARGO_PKG_VERSION"), clock::local);
    view! {
        <section class="test-report" class:bad=!good aria-label=words::TEST_RESULT data-test="test-report" data-good=if good { "true" } else { "false" }>
            <ol>{report.steps.into_iter().map(step).collect_view()}</ol>
            {facts.iter().map(|fact| say("p", "faint", fact)).collect::<Vec<_>>()}
            {good.then(|| view! { <p class="good"><b>{words::TEST_GOOD}</b> " " {counted}</p> })}
            {for_support(text, number)}
        </section>
    }
}

/// Brings what was found into sight, which stands below the button: unless whoever pressed it types elsewhere by now.
fn show(id: String) {
    request_animation_frame(move || {
        if let Some(found) = document().get_element_by_id(&id)
            && !typing()
            && !dialog_open()
        {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            found.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
}

/// Where the report stands.
fn below(draft: Draft) -> String {
    format!("test-{}", draft.number)
}

/// The button, what stands beside it, and the report below.
#[component]
pub fn ConnectionTest(
    /// The mailbox.
    draft: Draft,
    /// What stands beside the button.
    children: Children,
) -> impl IntoView {
    let app = App::get();
    let found = RwSignal::new(None::<ConnectionReport>);
    let complaint = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let test = move |()| {
        draft.faults.clear();
        found.set(None);
        complaint.set(None);
        let typed = untrack(move || draft.typed());
        let (connection, outgoing) = match (typed.connection(), typed.outgoing()) {
            (Ok(connection), Ok(outgoing)) => (connection, outgoing),
            (connection, outgoing) => {
                return draft.blame([connection.err(), outgoing.err()].into_iter().flatten().flatten().collect());
            }
        };
        let mailbox = draft.kept.with_untracked(|kept| kept.as_ref().map(|kept| kept.id));
        let ask = TestConnection {
            mailbox,
            connection: Some(connection),
            outgoing,
            certificate: draft.typed_certificate(),
            secret: draft.typed_secret(),
        };
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(report) => {
                    found.try_set(Some(report));
                }
                Err(failure @ bannette_api::Failure::Invalid { .. }) => draft.faults.take(app, &failure),
                Err(failure) => {
                    if !app.moves_away(&failure) {
                        complaint.try_set(Some(app.words_of(&failure).sentence()));
                    }
                }
            }
            busy.try_set(false);
            show(below(draft));
        });
    };
    let label = Signal::derive(move || if busy.get() { words::TESTING } else { accounts::test(draft.kind) }.to_owned());
    view! {
        <div class="acts">
            <Button label hook="test-connection" busy act=test />
            {children()}
        </div>
        <div id=below(draft) class="test-found" aria-live="polite">
            {live(move || found.get().map(|found| report(found, draft.kind, draft.number)))}
            {live(move || complaint.get().map(|text| view! { <p class="banner bad" data-test="test-complaint">{text}</p> }))}
        </div>
    }
}
