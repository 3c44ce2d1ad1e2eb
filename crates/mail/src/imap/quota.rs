//! How full the mailbox is (RFC 9208), where the server tells.

use super::login::Capabilities;
use super::session::{ImapSession, State};
use super::wire::{Ended, Wire};
use crate::MailError;
use crate::link::Link;
use async_imap::imap_proto::Response;
use async_imap::imap_proto::rfc2087::QuotaResourceName;
use bannette_api::mailboxes::Quota;

/// A server counts storage in units of 1,024 bytes.
const UNIT: u64 = 1024;

impl ImapSession {
    /// How full the mailbox is; none where the server does not tell.
    ///
    /// # Errors
    /// What breaks the connection.
    pub async fn quota(&mut self) -> Result<Option<Quota>, MailError> {
        self.begin().await?;
        let quota = ask(&mut self.wire, &self.capabilities).await?;
        self.state = State::Free;
        Ok(quota)
    }
}

/// Asks for the limit of storage that is nearest.
pub(super) async fn ask(wire: &mut Wire<Link>, capabilities: &Capabilities) -> Result<Option<Quota>, MailError> {
    if !capabilities.has("QUOTA") {
        return Ok(None);
    }
    let tag = wire.command("GETQUOTAROOT INBOX").await?;
    let mut nearest: Option<Quota> = None;
    let ended = wire
        .until_end(&tag, |response| {
            let Response::Quota(told) = response else { return };
            for resource in told.resources.iter().filter(|one| one.name == QuotaResourceName::Storage) {
                let quota =
                    Quota { used: resource.usage.saturating_mul(UNIT), limit: resource.limit.saturating_mul(UNIT) };
                if quota.limit > 0 && nearest.is_none_or(|nearest| fuller(quota, nearest)) {
                    nearest = Some(quota);
                }
            }
        })
        .await?;
    // A refusal is no reason to do without the messages.
    Ok(nearest.filter(|_| ended == Ended::Done))
}

fn fuller(one: Quota, other: Quota) -> bool {
    u128::from(one.used) * u128::from(other.limit) > u128::from(other.used) * u128::from(one.limit)
}
