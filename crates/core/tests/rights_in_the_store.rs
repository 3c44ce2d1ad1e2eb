//! Random histories of a practice through the core's calls (members come and go, rights are given, end, are taken back,
//! people are suspended, time passes), and after each step everything that anybody is answered, against a model that knows
//! nothing but the history.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "rights_in_the_store/model.rs"]
mod model;
#[path = "rights_in_the_store/practice.rs"]
mod practice;

use bannette_api::dossiers::Visibility;
use model::{MAILBOXES, Model, PEOPLE, To};
use practice::Practice;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Join(usize, usize),
    Leave(usize, usize),
    /// On a mailbox: to whom, to send or only to read, and from when until when, in minutes from now (0: no date).
    Give(usize, To, bool, i64, i64),
    TakeBack(usize, To),
    Share(usize, bool),
    Suspend(usize),
    Resume(usize),
    Minutes(i64),
    /// A dossier by number, a mailbox among those in which it lies, and who sees it there.
    Set(usize, usize, Visibility),
}

const VISIBILITIES: [Visibility; 3] = [Visibility::Shared, Visibility::Withheld, Visibility::Confidential];

fn steps() -> impl Strategy<Value = Step> {
    let to =
        || prop_oneof![Just(To::Everyone), (0..model::GROUPS).prop_map(To::Group), (0..PEOPLE).prop_map(To::Person),];
    prop_oneof![
        2 => (0..model::GROUPS, 0..PEOPLE).prop_map(|(group, who)| Step::Join(group, who)),
        1 => (0..model::GROUPS, 0..PEOPLE).prop_map(|(group, who)| Step::Leave(group, who)),
        6 => (0..MAILBOXES, to(), any::<bool>(), -6..7i64, prop_oneof![Just(0), 7..14i64])
            .prop_map(|(on, to, send, from, until)| Step::Give(on, to, send, from, until)),
        2 => (0..MAILBOXES, to()).prop_map(|(on, to)| Step::TakeBack(on, to)),
        1 => (0..MAILBOXES, any::<bool>()).prop_map(|(on, yes)| Step::Share(on, yes)),
        1 => (1..PEOPLE).prop_map(Step::Suspend),
        1 => (1..PEOPLE).prop_map(Step::Resume),
        4 => (1..7i64).prop_map(Step::Minutes),
        5 => (0..8usize, 0..MAILBOXES, prop::sample::select(VISIBILITIES.to_vec()))
            .prop_map(|(dossier, on, visibility)| Step::Set(dossier, on, visibility)),
    ]
}

/// Begins anew: nobody is suspended or in a group, nothing is shared.
async fn begin(practice: &mut Practice) -> Model {
    for who in 1..PEOPLE {
        practice.suspend(who, false).await;
    }
    for (group, who) in (0..model::GROUPS).flat_map(|group| (0..PEOPLE).map(move |who| (group, who))) {
        practice.member(group, who, false).await;
    }
    let model = Model::at(practice.now());
    for dossier in 0..practice.dossiers() {
        for on in 0..MAILBOXES {
            practice.set_visibility(dossier, on, Visibility::Shared).await;
        }
    }
    for on in 0..MAILBOXES {
        practice.set_sharing(on, &model.mailboxes[on]).await;
    }
    model
}

async fn apply(practice: &mut Practice, model: &mut Model, step: Step) {
    match step {
        Step::Join(group, who) | Step::Leave(group, who) => {
            let member = matches!(step, Step::Join(..));
            practice.member(group, who, member).await;
            model.member(group, who, member);
        }
        Step::Give(on, to, send, from, until) => {
            let date = |minutes: i64| if minutes == 0 { None } else { Some(model.now + minutes * 60_000) };
            let (from, until) = (date(from), date(until));
            model.give(on, to, send, from, until);
            practice.set_sharing(on, &model.mailboxes[on]).await;
        }
        Step::TakeBack(on, to) => {
            model.take_back(on, to);
            practice.set_sharing(on, &model.mailboxes[on]).await;
        }
        Step::Share(on, yes) => {
            model.mailboxes[on].shared = yes;
            practice.set_sharing(on, &model.mailboxes[on]).await;
        }
        Step::Suspend(who) | Step::Resume(who) => {
            let suspended = matches!(step, Step::Suspend(_));
            practice.suspend(who, suspended).await;
            model.suspended[who] = suspended;
        }
        Step::Minutes(minutes) => {
            practice.pass(minutes).await;
            model.now += minutes * 60_000;
        }
        Step::Set(dossier, on, visibility) => {
            let dossier = dossier % practice.dossiers();
            if let Some(on) = practice.set_visibility(dossier, on, visibility).await {
                model.set_apart(dossier, on, visibility != Visibility::Shared);
            }
        }
    }
}

#[test]
fn everything_that_anybody_is_answered_follows_from_the_history() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let practice = tokio::sync::Mutex::new(runtime.block_on(Practice::new()));
    let (rights, refusals) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let config = Config { cases: 10, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let histories = proptest::collection::vec(steps(), 12..20);
    let held = TestRunner::new(config).run(&histories, |history| {
        runtime.block_on(async {
            let mut practice = practice.lock().await;
            let mut model = begin(&mut practice).await;
            for (place, step) in history.iter().enumerate() {
                apply(&mut practice, &mut model, *step).await;
                let counted = practice.compare(&model, place).await;
                if let Err(difference) = &counted {
                    return Err(TestCaseError::fail(format!("after step {place}, {step:?}: {difference}")));
                }
                let (some, none) = counted.unwrap_or_default();
                rights.set(rights.get() + some);
                refusals.set(refusals.get() + none);
            }
            Ok(())
        })
    });
    runtime.block_on(async { practice.lock().await.stop().await });
    held.unwrap();
    // Neither was everybody refused, nor nobody.
    assert!(rights.get() > 200 && refusals.get() > 200, "{} rights, {} refusals", rights.get(), refusals.get());
}
