//! The steps of a connection test, each with its time.

use crate::MailError;
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
