//! An open session: listing by unique-id, fetching, removing. What is removed is gone with QUIT, and not before.

use super::greeting::read_greeting;
use super::wire::{Answer, Wire};
use crate::link::Link;
use crate::server::{Protocol, encrypt, reach, resolve};
use crate::{Account, Limits, MESSAGE_CEILING, MailError, SignIn, Trust, sasl};
use bannette_api::connection::ServerCertificate;
use bannette_api::mailboxes::Tls;
use std::collections::BTreeMap;
use tokio::time::timeout;

/// The longest unique-id. RFC 1939 (7) says 70; some servers give names of files, which are longer.
const LONGEST_ID: usize = 1024;
/// What a message may have more than the size told: servers count line ends differently.
const AROUND: u64 = 64 * 1024;

/// A message as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pop3Listed {
    /// Its number in this session.
    pub number: u32,
    /// What it is known by over all sessions.
    pub unique_id: String,
    /// Its size in bytes, as the server tells it.
    pub size: u64,
}

/// What lies on a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pop3List {
    /// In the server's order.
    pub messages: Vec<Pop3Listed>,
    /// How many more there are without a size, or without a unique-id that they could be known by again.
    pub nameless: usize,
}

/// A signed-in session with a POP3 server. One call that failed leaves it useless.
#[derive(Debug)]
pub struct Pop3Session {
    pub(super) wire: Wire,
    certificate: Option<ServerCertificate>,
}

impl Pop3Session {
    /// Connects, encrypts and signs in, within the usual limits.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn connect(account: &Account, trust: &Trust) -> Result<Self, MailError> {
        Self::connect_within(account, trust, &Limits::default()).await
    }

    /// Connects, encrypts and signs in.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn connect_within(account: &Account, trust: &Trust, limits: &Limits) -> Result<Self, MailError> {
        let addresses = resolve(account, limits).await?;
        let stream = reach(&addresses, account, limits).await?;
        let stream = encrypt(stream, Protocol::Pop3, account, trust, limits).await?;
        sign_in(stream, account, limits).await
    }

    /// The certificate that the server showed.
    #[must_use]
    pub fn certificate(&self) -> Option<&ServerCertificate> {
        self.certificate.as_ref()
    }

    /// Lists all messages.
    ///
    /// # Errors
    /// [`MailError::CommandRefused`] when the server has no unique-ids: then no message could be known again; what breaks
    /// the connection.
    pub async fn list(&mut self) -> Result<Pop3List, MailError> {
        let sizes = self.numbered("LIST").await?;
        let ids = self.numbered("UIDL").await?;
        let mut list = Pop3List { messages: Vec::with_capacity(ids.len()), nameless: 0 };
        for (number, unique_id) in ids {
            let known =
                (1..=LONGEST_ID).contains(&unique_id.len()) && unique_id.bytes().all(|byte| byte.is_ascii_graphic());
            match sizes.get(&number).and_then(|size| size.split(' ').next()?.parse().ok()) {
                Some(size) if known => list.messages.push(Pop3Listed { number, unique_id, size }),
                _ => list.nameless += 1,
            }
        }
        Ok(list)
    }

    /// The lines `number text` of a list.
    async fn numbered(&mut self, command: &str) -> Result<BTreeMap<u32, String>, MailError> {
        good(self.wire.ask(command).await?)?;
        let lines = self.wire.lines().await?;
        let read = lines.iter().map(|line| {
            let (number, text) = line.split_once(' ').unwrap_or((line, ""));
            Some((number.parse().ok()?, text.trim().to_owned()))
        });
        read.collect::<Option<_>>().ok_or(MailError::ServerFault)
    }

    /// Fetches a message, whole.
    ///
    /// # Errors
    /// [`MailError::CommandRefused`] when the server refuses this one; what breaks the connection.
    pub async fn fetch(&mut self, message: &Pop3Listed) -> Result<Vec<u8>, MailError> {
        good(self.wire.ask(&format!("RETR {}", message.number)).await?)?;
        // Twice the size told is the most that is believed.
        let at_most = message.size.min(MESSAGE_CEILING).saturating_mul(2).saturating_add(AROUND);
        self.wire.message(usize::try_from(at_most).unwrap_or(usize::MAX)).await
    }

    /// Marks a message to be removed; [`quit`](Self::quit) removes it.
    ///
    /// # Errors
    /// [`MailError::CommandRefused`]; what breaks the connection.
    pub async fn mark(&mut self, message: &Pop3Listed) -> Result<(), MailError> {
        good(self.wire.ask(&format!("DELE {}", message.number)).await?)
    }

    /// Ends the session; what was marked is gone when this is answered.
    ///
    /// # Errors
    /// [`MailError::CommandRefused`] when some of it could not be removed; what breaks the connection.
    pub async fn quit(mut self) -> Result<(), MailError> {
        good(self.wire.ask("QUIT").await?)
    }
}

/// Opens the session over a stream, within the limit.
pub(super) async fn sign_in(mut stream: Link, account: &Account, limits: &Limits) -> Result<Pop3Session, MailError> {
    let certificate = stream.certificate();
    let opening = async {
        // With STLS the greeting came in clear, and is not repeated.
        if account.tls != Tls::Starttls {
            read_greeting(&mut stream).await?;
        }
        let mut wire = Wire::new(stream, limits.silence);
        authenticate(&mut wire, account).await?;
        Ok(Pop3Session { wire, certificate })
    };
    timeout(limits.login, opening).await.map_err(|_| MailError::TimedOut)?
}

async fn authenticate(wire: &mut Wire, account: &Account) -> Result<(), MailError> {
    // POP3 accounts have a password, and no other way in.
    let SignIn::Password(secret) = &account.sign_in else { return Err(account.refused()) };
    let answer = if capabilities(wire).await?.iter().any(|way| way == "PLAIN") {
        match wire.ask("AUTH PLAIN").await? {
            Answer::Go => wire.ask_secretly("", &sasl::plain(&account.account, secret)).await?,
            refused => refused,
        }
    } else {
        // Neither may hold the end of a line: it would be another command.
        let whole = |text: &str| !text.contains(['\r', '\n', '\0']);
        if !whole(&account.account) || !whole(secret.expose()) {
            return Err(MailError::LoginRefused);
        }
        match wire.ask(&format!("USER {}", account.account)).await? {
            Answer::Good(_) => wire.ask_secretly("PASS ", secret.expose()).await?,
            refused => refused,
        }
    };
    match answer {
        Answer::Good(_) => Ok(()),
        Answer::Bad { for_now: true } => Err(MailError::LoginUnavailable),
        Answer::Bad { for_now: false } => Err(MailError::LoginRefused),
        Answer::Go => Err(MailError::ServerFault),
    }
}

/// The mechanisms of SASL that the server tells (RFC 2449); old servers tell nothing.
async fn capabilities(wire: &mut Wire) -> Result<Vec<String>, MailError> {
    Ok(ask_capabilities(wire)
        .await?
        .iter()
        .find_map(|line| line.strip_prefix("SASL "))
        .map_or_else(Vec::new, |ways| ways.split(' ').map(str::to_ascii_uppercase).collect()))
}

/// What the server can do, as it says.
pub(super) async fn ask_capabilities(wire: &mut Wire) -> Result<Vec<String>, MailError> {
    match wire.ask("CAPA").await? {
        Answer::Good(_) => wire.lines().await,
        Answer::Bad { .. } => Ok(Vec::new()),
        Answer::Go => Err(MailError::ServerFault),
    }
}

/// An answer that should have been good.
pub(super) fn good(answer: Answer) -> Result<(), MailError> {
    match answer {
        Answer::Good(_) => Ok(()),
        Answer::Bad { .. } => Err(MailError::CommandRefused),
        Answer::Go => Err(MailError::ServerFault),
    }
}
