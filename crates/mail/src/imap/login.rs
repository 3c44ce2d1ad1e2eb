//! Signing in, and what the server can do. Must never send a secret but through an encrypted stream, never let one into a
//! buffer that is not wiped.

use super::greeting::{Greeting, read_greeting};
use super::wire::{Ended, Refusal, Tag, Wire, end_of};
use crate::link::Link;
use crate::{Account, Limits, MailError, Secret, SignIn, sasl};
use async_imap::imap_proto::{Capability, Response, ResponseCode};
use bannette_api::mailboxes::Tls;
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
    stream: Link,
    account: &Account,
    limits: &Limits,
) -> Result<(Wire<Link>, Capabilities), MailError> {
    timeout(limits.login, open(stream, account, limits)).await.map_err(|_| MailError::TimedOut)?
}

async fn open(mut stream: Link, account: &Account, limits: &Limits) -> Result<(Wire<Link>, Capabilities), MailError> {
    // With STARTTLS the greeting came in clear, and is not repeated.
    let greeting = match account.tls {
        Tls::Implicit | Tls::Local => read_greeting(&mut stream).await?,
        Tls::Starttls => Greeting::Ready,
    };
    let wants_certificate = stream.wants_certificate();
    let mut wire = Wire::new(stream, limits.silence);
    if greeting == Greeting::Ready {
        let before = ask_capabilities(&mut wire).await?;
        let told = authenticate(&mut wire, account, &before).await.map_err(|error| match error {
            // A server whose clients sign in by certificates answers no more than NO to all others.
            MailError::LoginRefused if wants_certificate && before.has("AUTH=EXTERNAL") => {
                MailError::CertificateMissing
            }
            other => other,
        })?;
        if let Some(after) = told {
            return Ok((wire, after));
        }
    }
    let capabilities = ask_capabilities(&mut wire).await?;
    Ok((wire, capabilities))
}

async fn ask_capabilities(wire: &mut Wire<Link>) -> Result<Capabilities, MailError> {
    let tag = wire.command("CAPABILITY").await?;
    let mut capabilities = Capabilities::default();
    match wire.until_end(&tag, |response| capabilities.note(response)).await? {
        Ended::Done if capabilities.has("IMAP4REV1") => Ok(capabilities),
        _ => Err(MailError::NotImap),
    }
}

/// Signs in by the account's way. Gives the capabilities if the server tells them at once.
async fn authenticate(
    wire: &mut Wire<Link>,
    account: &Account,
    offered: &Capabilities,
) -> Result<Option<Capabilities>, MailError> {
    let at_once = offered.has("SASL-IR");
    let ended = match &account.sign_in {
        SignIn::Password(secret) if offered.has("AUTH=PLAIN") => {
            sasl(wire, "PLAIN", &sasl::plain(&account.account, secret), at_once).await?
        }
        SignIn::Password(secret) if !offered.has("LOGINDISABLED") => login(wire, &account.account, secret).await?,
        SignIn::Token(token) if offered.has("AUTH=XOAUTH2") => {
            sasl(wire, "XOAUTH2", &sasl::xoauth2(&account.account, token), at_once).await?
        }
        SignIn::Certificate(_) if offered.has("AUTH=EXTERNAL") => {
            sasl(wire, "EXTERNAL", &sasl::external(&account.account), at_once).await?
        }
        SignIn::Certificate(_) => return Err(MailError::CertificateRefused),
        SignIn::Password(_) | SignIn::Token(_) => return Err(MailError::LoginRefused),
    };
    match ended {
        (Ended::Done, told) => Ok(Some(told).filter(|told| told.has("IMAP4REV1"))),
        (Ended::Refused(Refusal::ForNow), _) => Err(MailError::LoginUnavailable),
        (Ended::Refused(Refusal::Other) | Ended::Unknown, _) => Err(account.refused()),
    }
}

type Answer = (Ended, Capabilities);

/// AUTHENTICATE with a mechanism whose client says one thing, at once where the server takes that (SASL-IR).
async fn sasl(
    wire: &mut Wire<Link>,
    mechanism: &str,
    message: &Zeroizing<String>,
    at_once: bool,
) -> Result<Answer, MailError> {
    if at_once {
        let tag = wire.queue_beginning(&format!("AUTHENTICATE {mechanism} "));
        wire.secret(line(message)).await?;
        return answer(wire, &tag).await;
    }
    let tag = wire.command(&format!("AUTHENTICATE {mechanism}")).await?;
    if let Some(refused) = wait_for_go(wire, &tag).await? {
        return Ok(refused);
    }
    wire.secret(line(message)).await?;
    answer(wire, &tag).await
}

/// LOGIN, for servers without SASL: both as literals, which take every character.
async fn login(wire: &mut Wire<Link>, name: &str, secret: &Secret) -> Result<Answer, MailError> {
    let secret = secret.expose();
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
async fn wait_for_go(wire: &mut Wire<Link>, tag: &Tag) -> Result<Option<Answer>, MailError> {
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

/// The answer to what was said. A refusal may be explained first by a challenge (XOAUTH2), to which an empty line is
/// the answer.
async fn answer(wire: &mut Wire<Link>, tag: &Tag) -> Result<Answer, MailError> {
    let mut told = Capabilities::default();
    loop {
        let (challenged, ended) = wire
            .response(|response| {
                told.note(response);
                (matches!(response, Response::Continue(_)), end_of(response, tag))
            })
            .await?;
        if let Some(ended) = ended {
            return Ok((ended, told));
        }
        if challenged {
            wire.queue_line("");
            wire.flush().await?;
        }
    }
}
