//! The steps of a connection test, each with its time.

use crate::link::Link;
use crate::server::{Protocol, encrypt, reach, resolve};
use crate::{Account, Limits, MailError, Trust};
use bannette_api::connection::{ConnectionReport, ConnectionStep, StepName};
use std::future::Future;
use std::time::Instant;

/// A report of nothing yet.
pub(crate) fn blank() -> ConnectionReport {
    ConnectionReport { steps: Vec::new(), messages: None, quota: None, certificate: None }
}

/// Takes a step, and writes into the report how it went.
pub(crate) async fn step<T>(
    report: &mut ConnectionReport,
    name: StepName,
    taken: impl Future<Output = Result<T, MailError>>,
    detail: impl FnOnce(&T) -> String,
) -> Result<T, MailError> {
    let start = Instant::now();
    let result = taken.await;
    report.steps.push(ConnectionStep {
        step: name,
        milliseconds: u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX),
        trouble: result.as_ref().err().map(MailError::trouble),
        detail: result.as_ref().ok().map(detail).filter(|text| !text.is_empty()),
    });
    result
}

/// Takes the steps that all servers have in common: from the server's name to an encrypted stream.
pub(crate) async fn link(
    report: &mut ConnectionReport,
    protocol: Protocol,
    account: &Account,
    trust: &Trust,
    limits: &Limits,
) -> Result<Link, MailError> {
    let addresses = step(report, StepName::Name, resolve(account, limits), |found| {
        found.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ")
    })
    .await?;
    let stream = step(report, StepName::Connect, reach(&addresses, account, limits), |stream| {
        stream.peer_addr().map(|address| address.to_string()).unwrap_or_default()
    })
    .await?;
    let link = step(report, StepName::Tls, encrypt(stream, protocol, account, trust, limits), Link::detail).await?;
    report.certificate = link.certificate();
    Ok(link)
}
