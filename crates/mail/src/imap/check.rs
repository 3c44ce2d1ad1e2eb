//! The connection test: the same steps as a real session, each with its time, up to the first that fails. Must never
//! change anything on the server, never send or fetch a message.

use super::login::sign_in;
use super::quota;
use super::session::{ImapSession, State, open};
use crate::report::{blank, link, step};
use crate::server::Protocol;
use crate::{Account, Limits, MailError, Trust};
use bannette_api::connection::{ConnectionReport, StepName};

/// Tests a connection, within the usual limits.
pub async fn test_imap(account: &Account, trust: &Trust) -> ConnectionReport {
    test_imap_within(account, trust, &Limits::default()).await
}

/// Tests a connection.
pub async fn test_imap_within(account: &Account, trust: &Trust, limits: &Limits) -> ConnectionReport {
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
    let stream = link(report, Protocol::Imap, account, trust, limits).await?;
    let certificate = report.certificate.clone();
    let (mut wire, capabilities) =
        step(report, StepName::Login, sign_in(stream, account, limits), |_| String::new()).await?;
    // EXAMINE opens without leaving a trace, not even \Recent.
    let inbox = step(report, StepName::Inbox, open(&mut wire, "EXAMINE INBOX"), |_| String::new()).await?;
    report.messages = Some(u64::from(inbox.exists));
    let names = capabilities.names().collect::<Vec<_>>().join(" ");
    report.quota = step(report, StepName::Capabilities, quota::ask(&mut wire, &capabilities), |_| names).await?;
    ImapSession { wire, capabilities, state: State::Free, idle_refused: false, certificate }.log_out().await;
    Ok(())
}
