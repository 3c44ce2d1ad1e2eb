//! The connection test: the same steps as a real session. Must never mark a message, never fetch one.

use super::session::{Pop3Session, ask_capabilities, sign_in};
use crate::report::{blank, link, step};
use crate::server::Protocol;
use crate::{Account, Limits, MailError, Trust};
use bannette_api::connection::{ConnectionReport, StepName};

/// Tests a connection, within the usual limits.
pub async fn test_pop3(account: &Account, trust: &Trust) -> ConnectionReport {
    test_pop3_within(account, trust, &Limits::default()).await
}

/// Tests a connection.
pub async fn test_pop3_within(account: &Account, trust: &Trust, limits: &Limits) -> ConnectionReport {
    let mut report = blank();
    // The failure stands in the report already.
    if let Err(error) = go_through(account, trust, limits, &mut report).await {
        tracing::info!(%error, "a connection test failed");
    }
    report
}

async fn go_through(
    account: &Account,
    trust: &Trust,
    limits: &Limits,
    report: &mut ConnectionReport,
) -> Result<(), MailError> {
    let stream = link(report, Protocol::Pop3, account, trust, limits).await?;
    let mut session = step(report, StepName::Login, sign_in(stream, account, limits), |_| String::new()).await?;
    let listed = step(report, StepName::Inbox, session.list(), |_| String::new()).await?;
    report.messages = u64::try_from(listed.messages.len() + listed.nameless).ok();
    step(report, StepName::Capabilities, ask_capabilities(&mut session.wire), |names| names.join(", ")).await?;
    // Nothing was marked: this removes nothing.
    Pop3Session::quit(session).await
}
