//! Fetching: once, or until Ctrl-C.

use crate::arguments::mailboxes::Fetch;
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::table::table;
use crate::words::mailboxes::state;
use crate::{names, text, times};
use bannette_api::connection::{Doing, MailboxState, Trouble};
use bannette_api::events::Event;
use bannette_api::mailboxes::{ListMailboxes, MailboxSummary};
use bannette_api::session::{GetSituation, Situation, StillHere};
use bannette_api::{Failure, MailboxId};
use bannette_core::Fetched;
use indicatif::ProgressBar;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often the core is told that this command still runs, and asked whether its person still may.
const STILL_HERE_EVERY: Duration = Duration::from_secs(20);

/// `fetch`.
pub async fn fetch(desk: &Desk, fetch: Fetch) -> Result<Status, Error> {
    let mailbox = match &fetch.mailbox {
        Some(text) => Some(names::mailbox(desk, text).await?),
        None => None,
    };
    if fetch.follow { follow(desk, mailbox).await } else { once(desk, mailbox).await }
}

/// What became of a mailbox.
#[derive(Serialize)]
struct Outcome {
    mailbox: MailboxId,
    address: String,
    /// Told to the owner alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<Trouble>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    beside: Vec<Trouble>,
}

async fn once(desk: &Desk, mailbox: Option<MailboxId>) -> Result<Status, Error> {
    // Drawn on stderr, and only where that is a terminal.
    let bar = ProgressBar::new_spinner().with_message("Relève en cours");
    bar.enable_steady_tick(Duration::from_millis(120));
    let fetched = desk.core.fetch_once(&desk.session, mailbox).await;
    bar.finish_and_clear();
    let mailboxes = desk.call(ListMailboxes {}).await?;
    let address = |id| mailboxes.iter().find(|one| one.id == id).map(|one| one.address.clone()).unwrap_or_default();
    let outcome = |Fetched { mailbox, outcome, beside }| {
        let (messages, trouble) = match outcome {
            Ok(summary) => (summary.messages, None),
            Err(trouble) => (None, Some(trouble)),
        };
        Outcome { mailbox, address: address(mailbox), messages, trouble, beside }
    };
    let outcomes: Vec<Outcome> = fetched?.into_iter().map(outcome).collect();
    desk.output.give(&outcomes, |outcomes| said(outcomes))?;
    let failed = outcomes.iter().any(|outcome| outcome.trouble.is_some());
    Ok(if failed { Status::Network } else { Status::Done })
}

fn said(outcomes: &[Outcome]) -> String {
    if outcomes.is_empty() {
        return "Aucune boîte à relever.".to_owned();
    }
    let row = |outcome: &Outcome| {
        let fetched = if outcome.trouble.is_none() { "relevée" } else { "" };
        let messages = outcome.messages.map_or_else(|| fetched.to_owned(), |messages| messages.to_string());
        let troubles = outcome.trouble.iter().chain(&outcome.beside).map(|trouble| text::trouble(trouble).sentences());
        [outcome.address.clone(), messages, troubles.collect::<Vec<_>>().join(" ")]
    };
    table(["boîte", "messages reçus", ""], outcomes.iter().map(row))
}

/// One line of the stream.
#[derive(Serialize)]
struct Line<'a> {
    event: Event,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mailboxes: Vec<Followed<'a>>,
}

/// What is told of a mailbox when something changed there.
#[derive(Clone, PartialEq, Serialize)]
struct Followed<'a> {
    id: MailboxId,
    address: &'a str,
    state: &'a MailboxState,
    waiting: u64,
}

async fn follow(desk: &Desk, only: Option<MailboxId>) -> Result<Status, Error> {
    let mut events = desk.core.events(&desk.session);
    let mut last = BTreeMap::new();
    desk.core.start_fetching();
    tell(desk, Event::Mailboxes, only, &mut last).await?;
    let mut still_here = tokio::time::interval(STILL_HERE_EVERY);
    // One future for the whole loop: a signal that comes while something is told must not be missed.
    let stop = asked_to_stop();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            stopped = &mut stop => return stopped.map(|()| Status::Done).map_err(Error::Runtime),
            _ = still_here.tick() => still_allowed(desk).await?,
            event = events.next() => {
                if event == Event::Session {
                    still_allowed(desk).await?;
                } else {
                    tell(desk, event, only, &mut last).await?;
                }
            }
        }
    }
}

/// Ctrl-C, or what stops a service.
#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// The person who follows may have been suspended meanwhile.
async fn still_allowed(desk: &Desk) -> Result<(), Error> {
    desk.call(StillHere {}).await?;
    match desk.call(GetSituation {}).await? {
        Situation::SignedIn { .. } => Ok(()),
        Situation::Locked { .. } => Err(Failure::WindowLocked.into()),
        _ => Err(Failure::NotSignedIn.into()),
    }
}

/// Tells what changed, for the mailboxes that changed since they were told last.
async fn tell(
    desk: &Desk,
    event: Event,
    only: Option<MailboxId>,
    last: &mut BTreeMap<MailboxId, (Doing, u64)>,
) -> Result<(), Error> {
    let mailboxes = desk.call(ListMailboxes {}).await?;
    let wanted = |mailbox: &&MailboxSummary| only.is_none_or(|only| only == mailbox.id);
    let mut changed = Vec::new();
    for mailbox in mailboxes.iter().filter(wanted) {
        let now = (mailbox.state.doing.clone(), mailbox.waiting);
        if last.insert(mailbox.id, now.clone()).as_ref() != Some(&now) {
            let MailboxSummary { id, address, state, waiting, .. } = mailbox;
            changed.push(Followed { id: *id, address, state, waiting: *waiting });
        }
    }
    if desk.output.is_json() {
        return desk.output.give(&Line { event, mailboxes: changed }, |_| String::new());
    }
    for mailbox in changed {
        desk.output.give(&(), |()| {
            let at = times::said(times::now());
            format!("{at}  {}  {}, à traiter : {}", mailbox.address, state(mailbox.state), mailbox.waiting)
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn an_outcome_is_messages_or_a_trouble() {
        let mailbox: MailboxId = "0190f5fe-0000-7000-8000-000000000001".parse().unwrap();
        let good = Outcome { mailbox, address: "a".into(), messages: Some(2), trouble: None, beside: vec![] };
        let trouble = Some(Trouble::LoginRefused);
        let bad = Outcome { mailbox, address: "b".into(), messages: None, trouble, beside: vec![] };
        let told = said(&[Outcome { mailbox, address: "c".into(), messages: None, trouble: None, beside: vec![] }]);
        assert!(told.contains("relevée"), "{told}");
        assert!(!said(std::slice::from_ref(&bad)).contains("relevée"));
        let (good, bad) = (json::document(&good).unwrap(), json::document(&bad).unwrap());
        assert_eq!((&good["messages"], good.get("trouble")), (&2.into(), None));
        assert_eq!((&bad["trouble"]["trouble"], bad.get("messages")), (&"login_refused".into(), None));
    }

    #[test]
    fn a_line_of_the_stream_names_its_event() {
        let state =
            MailboxState { doing: Doing::CatchingUp { done: 1, of: 2 }, last_success: None, beside: Vec::new() };
        let id = "0190f5fe-0000-7000-8000-000000000001".parse().unwrap();
        let followed = Followed { id, address: "a", state: &state, waiting: 1 };
        let line = json::document(&Line { event: Event::Dossiers, mailboxes: vec![followed] }).unwrap();
        assert_eq!(line["event"], "dossiers");
        assert_eq!(line["mailboxes"][0]["state"]["doing"]["of"], 2);
    }
}
