//! **Vérifier la connexion**: a real login with what is typed, and what each step found.

use crate::backend::call;
use crate::parts::button::Button;
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::draft::Draft;
use crate::text::settings::{self, messaging as words};
use crate::text::{accounts, trouble};
use bannette_api::connection::{ConnectionReport, ConnectionStep, TestConnection};
use leptos::prelude::*;
use leptos::task::spawn_local;

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

/// What the test found.
fn report(report: ConnectionReport) -> impl IntoView {
    let good = report.steps.iter().all(|step| step.trouble.is_none());
    let counted = report.messages.map(settings::counted).unwrap_or_default();
    view! {
        <section class="test-report" class:bad=!good aria-label=words::TEST_RESULT data-test="test-report" data-good=if good { "true" } else { "false" }>
            <ol>{report.steps.into_iter().map(step).collect_view()}</ol>
            {good.then(|| view! { <p class="good"><b>{words::TEST_GOOD}</b> " " {counted}</p> })}
        </section>
    }
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
        });
    };
    let label = Signal::derive(move || if busy.get() { words::TESTING } else { accounts::test(draft.kind) }.to_owned());
    view! {
        <div class="acts">
            <Button label hook="test-connection" busy act=test />
            {children()}
        </div>
        <div aria-live="polite">
            {live(move || found.get().map(report))}
            {live(move || complaint.get().map(|text| view! { <p class="banner bad" data-test="test-complaint">{text}</p> }))}
        </div>
    }
}
