//! Signing in, and what the server can do. Must never send a secret but through an encrypted stream, never let one into a
//! buffer that is not wiped.

use super::connect::{Encrypted, Greeting, read_greeting};
use super::session::ImapAccount;
use super::wire::{Ended, Refusal, Tag, Wire, end_of};
use crate::{Limits, MailError};
use async_imap::imap_proto::{Capability, Response, ResponseCode};
use bannette_api::mailboxes::Tls;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// What the server says it can do, in capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities(BTreeSet<String>);

impl Capabilities {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Takes what a response tells, if it is the kind that does.
    fn note(&mut self, response: &Response<'_>) {
        let told = match response {
            Response::Capabilities(told) => told,
            Response::Data { outcome, .. } | Response::Done { outcome, .. } => match &outcome.code {
                Some(ResponseCode::Capabilities(told)) => told,
                _ => return,
            },
            _ => return,
        };
        self.0 = told
            .iter()
            .map(|capability| match capability {
                Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                Capability::Auth(way) => format!("AUTH={}", way.to_ascii_uppercase()),
                Capability::Atom(name) => name.to_ascii_uppercase(),
            })
            .collect();
    }
}

/// Opens the session over an encrypted stream, within the limit.
pub(crate) async fn sign_in(
    stream: Encrypted,
    account: &ImapAccount,
    limits: &Limits,
) -> Result<(Wire<Encrypted>, Capabilities), MailError> {
    timeout(limits.login, open(stream, account, limits)).await.map_err(|_| MailError::TimedOut)?
}

async fn open(
    mut stream: Encrypted,
    account: &ImapAccount,
    limits: &Limits,
) -> Result<(Wire<Encrypted>, Capabilities), MailError> {
    // With STARTTLS the greeting came in clear, and is not repeated.
    let greeting = match account.tls {
        Tls::Implicit => read_greeting(&mut stream).await?,
        Tls::Starttls => Greeting::Ready,
        // No stream of this kind is made without encryption.
        Tls::Local => return Err(MailError::NoTls),
    };
    let mut wire = Wire::new(stream, limits.silence);
    if greeting == Greeting::Ready {
        let before = ask_capabilities(&mut wire).await?;
        if let Some(after) = authenticate(&mut wire, account, &before).await? {
            return Ok((wire, after));
        }
    }
    let capabilities = ask_capabilities(&mut wire).await?;
    Ok((wire, capabilities))
}

async fn ask_capabilities(wire: &mut Wire<Encrypted>) -> Result<Capabilities, MailError> {
    let tag = wire.command("CAPABILITY").await?;
    let mut capabilities = Capabilities::default();
    match wire.until_end(&tag, |response| capabilities.note(response)).await? {
        Ended::Done if capabilities.has("IMAP4REV1") => Ok(capabilities),
        _ => Err(MailError::NotImap),
    }
}

/// Signs in by the best way offered. Gives the capabilities if the server tells them at once.
async fn authenticate(
    wire: &mut Wire<Encrypted>,
    account: &ImapAccount,
    offered: &Capabilities,
) -> Result<Option<Capabilities>, MailError> {
    let ended = if offered.has("AUTH=PLAIN") {
        plain(wire, account, offered.has("SASL-IR")).await?
    } else if !offered.has("LOGINDISABLED") {
        login(wire, account).await?
    } else {
        return Err(MailError::LoginRefused);
    };
    match ended {
        (Ended::Done, told) => Ok(Some(told).filter(|told| told.has("IMAP4REV1"))),
        (Ended::Refused(Refusal::ForNow), _) => Err(MailError::LoginUnavailable),
        (Ended::Refused(Refusal::Other) | Ended::Unknown, _) => Err(MailError::LoginRefused),
    }
}

type Answer = (Ended, Capabilities);

/// AUTHENTICATE PLAIN (RFC 4616): takes any character that a secret may have.
async fn plain(wire: &mut Wire<Encrypted>, account: &ImapAccount, at_once: bool) -> Result<Answer, MailError> {
    let mut message = Zeroizing::new(Vec::with_capacity(account.account.len() + account.secret.expose().len() + 2));
    for part in [account.account.as_str(), account.secret.expose()] {
        message.push(0);
        message.extend_from_slice(part.as_bytes());
    }
    let encoded = Zeroizing::new(STANDARD.encode(&*message));
    if at_once {
        let tag = wire.queue_beginning("AUTHENTICATE PLAIN ");
        wire.secret(line(&encoded)).await?;
        return answer(wire, &tag).await;
    }
    let tag = wire.command("AUTHENTICATE PLAIN").await?;
    if let Some(refused) = wait_for_go(wire, &tag).await? {
        return Ok(refused);
    }
    wire.secret(line(&encoded)).await?;
    answer(wire, &tag).await
}

/// LOGIN, for servers without SASL: both as literals, which take every character.
async fn login(wire: &mut Wire<Encrypted>, account: &ImapAccount) -> Result<Answer, MailError> {
    let name = account.account.as_str();
    let secret = account.secret.expose();
    let tag = wire.command(&format!("LOGIN {{{}}}", name.len())).await?;
    if let Some(refused) = wait_for_go(wire, &tag).await? {
        return Ok(refused);
    }
    wire.queue_line(&format!("{name} {{{}}}", secret.len()));
    wire.flush().await?;
    if let Some(refused) = wait_for_go(wire, &tag).await? {
        return Ok(refused);
    }
    wire.secret(line(secret)).await?;
    answer(wire, &tag).await
}

fn line(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 2));
    bytes.extend_from_slice(text.as_bytes());
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Waits until the server wants the rest of a command; gives its answer if it wants none.
async fn wait_for_go(wire: &mut Wire<Encrypted>, tag: &Tag) -> Result<Option<Answer>, MailError> {
    loop {
        let (go, ended) =
            wire.response(|response| (matches!(response, Response::Continue(_)), end_of(response, tag))).await?;
        if go {
            return Ok(None);
        }
        if let Some(ended) = ended {
            return Ok(Some((ended, Capabilities::default())));
        }
    }
}

async fn answer(wire: &mut Wire<Encrypted>, tag: &Tag) -> Result<Answer, MailError> {
    let mut told = Capabilities::default();
    let ended = wire.until_end(tag, |response| told.note(response)).await?;
    Ok((ended, told))
}
