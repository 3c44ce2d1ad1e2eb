//! The connection test: the same steps as a real session, each with its time, up to the first that fails. Must never
//! change anything on the server, never send or fetch a message.

use super::connect::{Encrypted, encrypt, reach, resolve};
use super::login::sign_in;
use super::session::{ImapAccount, ImapSession, State, open};
use crate::{Limits, MailError, Trust};
use bannette_api::connection::{ConnectionReport, ConnectionStep, StepName};
use std::future::Future;
use std::time::Instant;
use tokio_rustls::rustls::ProtocolVersion;
use x509_parser::parse_x509_certificate;

/// Tests a connection, within the usual limits.
pub async fn test_imap(account: &ImapAccount, trust: &Trust) -> ConnectionReport {
    test_imap_within(account, trust, &Limits::default()).await
}

/// Tests a connection.
pub async fn test_imap_within(account: &ImapAccount, trust: &Trust, limits: &Limits) -> ConnectionReport {
    let mut report = ConnectionReport { steps: Vec::new(), messages: None, quota: None, certificate: None };
    // The failure stands in the report already.
    if let Err(error) = go_through(account, trust, limits, &mut report).await {
        tracing::info!(%error, "a connection test failed");
    }
    report
}

async fn go_through(
    account: &ImapAccount,
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
    let stream = step(report, StepName::Tls, encrypt(stream, account, trust, limits), tls_detail).await?;
    let (mut wire, capabilities) =
        step(report, StepName::Login, sign_in(stream, account, limits), |_| String::new()).await?;
    let names = capabilities.names().collect::<Vec<_>>().join(" ");
    // EXAMINE opens without leaving a trace, not even \Recent.
    let inbox = step(report, StepName::Inbox, open(&mut wire, "EXAMINE INBOX"), |_| names).await?;
    report.messages = Some(u64::from(inbox.exists));
    ImapSession { wire, capabilities, state: State::Free, idle_refused: false }.log_out().await;
    Ok(())
}

/// Takes a step, and writes into the report how it went.
async fn step<T>(
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

/// The protocol's version, the certificate's last day, its issuer.
fn tls_detail(stream: &Encrypted) -> String {
    let (_, connection) = stream.get_ref();
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let certificate = connection
        .peer_certificates()
        .and_then(<[_]>::first)
        .and_then(|certificate| parse_x509_certificate(certificate).ok())
        .map(|(_, certificate)| {
            let end = certificate.validity().not_after.to_datetime().date();
            format!("; {end}; {}", certificate.issuer())
        });
    format!("{version}{}", certificate.unwrap_or_default())
}
