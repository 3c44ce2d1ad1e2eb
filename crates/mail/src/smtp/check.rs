//! The connection test of the server that takes what one sends: a real login, and nothing is sent.

use super::talk::{command, greeting, hello, sign_in};
use crate::report::step;
use crate::server::{Protocol, encrypt, reach, resolve};
use crate::{Account, Limits, MailError, Trust};
use bannette_api::connection::{ConnectionReport, StepName};
use bannette_api::mailboxes::Tls;
use tokio::time::timeout;

/// Tests the server that takes what one sends, and writes it into the report of the mailbox's test as one step.
pub async fn test_smtp(account: &Account, trust: &Trust, report: &mut ConnectionReport) {
    test_smtp_within(account, trust, &Limits::default(), report).await;
}

/// As [`test_smtp`], within these limits.
pub async fn test_smtp_within(account: &Account, trust: &Trust, limits: &Limits, report: &mut ConnectionReport) {
    let tried = step(report, StepName::Smtp, log_in(account, trust, limits), Clone::clone).await;
    if let Err(error) = tried {
        tracing::info!(%error, "a connection test failed at the outgoing server");
    }
}

async fn log_in(account: &Account, trust: &Trust, limits: &Limits) -> Result<String, MailError> {
    let addresses = resolve(account, limits).await?;
    let stream = reach(&addresses, account, limits).await?;
    let mut stream = encrypt(stream, Protocol::Smtp, account, trust, limits).await?;
    let talking = async {
        // With STARTTLS the greeting came in clear, and is not repeated.
        if account.tls != Tls::Starttls {
            greeting(&mut stream).await?;
        }
        let offered = hello(&mut stream).await?;
        sign_in(&mut stream, account, &offered).await?;
        // Nothing depends on how the server takes leave.
        if let Err(error) = command(&mut stream, "QUIT").await {
            tracing::debug!(%error, "leaving an outgoing server");
        }
        Ok(offered.names())
    };
    let names = timeout(limits.login, talking).await.map_err(|_| MailError::TimedOut)??;
    Ok(format!("{}; {names}", stream.detail()))
}
