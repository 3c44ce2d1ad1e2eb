//! The connection test: the same steps as a real session. Must never mark a message, never fetch one.

use super::session::{Pop3Session, ask_capabilities, sign_in};
use crate::link::Link;
use crate::report::{blank, step};
use crate::server::{Protocol, encrypt, reach, resolve};
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
    let addresses = step(report, StepName::Name, resolve(account, limits), |found| {
        found.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
    })
    .await?;
    let stream = step(report, StepName::Connect, reach(&addresses, account, limits), |stream| {
        stream.peer_addr().map(|address| address.to_string()).unwrap_or_default()
    })
    .await?;
    let encrypting = encrypt(stream, Protocol::Pop3, account, trust, limits);
    let stream = step(report, StepName::Tls, encrypting, Link::detail).await?;
    report.certificate = stream.certificate();
    let mut session = step(report, StepName::Login, sign_in(stream, account, limits), |_| String::new()).await?;
    let listed = step(report, StepName::Inbox, session.list(), |_| String::new()).await?;
    report.messages = u64::try_from(listed.len()).ok();
    step(report, StepName::Capabilities, ask_capabilities(&mut session.wire), |names| names.join(", ")).await?;
    // Nothing was marked: this removes nothing.
    Pop3Session::quit(session).await
}
