//! Commands and replies of SMTP (RFC 5321), up to the login (RFC 4954).

use crate::server::read_line;
use crate::{Account, MailError, SignIn, sasl};
use std::collections::BTreeSet;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// Lines that one reply may have.
const MOST_LINES: usize = 100;
/// We say our address, and no name of this post (RFC 5321 4.1.3).
const HELLO: &str = "EHLO [127.0.0.1]";

/// A reply: its code, and the texts of its lines.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) code: u16,
    lines: Vec<String>,
}

impl Reply {
    /// Whether all is well so far (2yz, 3yz).
    pub(super) fn is_good(&self) -> bool {
        (200..400).contains(&self.code)
    }
}

/// What the server can do, in capitals: each word of a line with that of its first (`AUTH=PLAIN`).
pub(super) struct Extensions(BTreeSet<String>);

impl Extensions {
    fn of(reply: &Reply) -> Self {
        let mut names = BTreeSet::new();
        // The first line is the server's name.
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']);
            let Some(name) = words.next() else { continue };
            names.insert(name.to_owned());
            if name == "AUTH" {
                names.extend(words.map(|way| format!("AUTH={way}")));
            }
        }
        Self(names)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// As one text.
    pub(super) fn names(&self) -> String {
        self.0.iter().filter(|name| *name != "AUTH").cloned().collect::<Vec<_>>().join(" ")
    }
}

/// Asks for TLS, in clear.
pub(crate) async fn ask_for_tls(stream: &mut TcpStream) -> Result<(), MailError> {
    greeting(stream).await?;
    if !hello(stream).await?.has("STARTTLS") {
        return Err(MailError::NoTls);
    }
    let answer = command(stream, "STARTTLS").await?;
    if answer.code == 220 { Ok(()) } else { Err(MailError::NoTls) }
}

/// Reads the greeting.
pub(super) async fn greeting(stream: &mut (impl AsyncRead + Unpin)) -> Result<(), MailError> {
    match reply(stream).await?.code {
        220 => Ok(()),
        code if (400..600).contains(&code) => Err(MailError::LoginUnavailable),
        _ => Err(MailError::NotSmtp),
    }
}

/// Says hello, and learns what the server can do.
pub(super) async fn hello<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Result<Extensions, MailError> {
    let answer = command(stream, HELLO).await?;
    if answer.is_good() { Ok(Extensions::of(&answer)) } else { Err(MailError::NotSmtp) }
}

/// Signs in by the account's way.
pub(super) async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    account: &Account,
    offered: &Extensions,
) -> Result<(), MailError> {
    let name = account.account.as_str();
    let answer = match &account.sign_in {
        SignIn::Password(secret) if offered.has("AUTH=PLAIN") => {
            authenticate(stream, "PLAIN", &sasl::plain(name, secret)).await?
        }
        SignIn::Password(secret) if offered.has("AUTH=LOGIN") => {
            let asked = authenticate(stream, "LOGIN", &sasl::word(name)).await?;
            if asked.code == 334 { secretly(stream, &sasl::word(secret.expose())).await? } else { asked }
        }
        SignIn::Token(token) if offered.has("AUTH=XOAUTH2") => {
            let answer = authenticate(stream, "XOAUTH2", &sasl::xoauth2(name, token)).await?;
            // A refusal is explained by a challenge, to which an empty line is the answer.
            if answer.code == 334 { command(stream, "").await? } else { answer }
        }
        SignIn::Certificate(_) if offered.has("AUTH=EXTERNAL") => {
            authenticate(stream, "EXTERNAL", &sasl::external(name)).await?
        }
        SignIn::Certificate(_) => return Err(MailError::CertificateRefused),
        SignIn::Password(_) | SignIn::Token(_) => return Err(MailError::LoginRefused),
    };
    match answer.code {
        235 => Ok(()),
        code if (400..500).contains(&code) => Err(MailError::LoginUnavailable),
        code if (500..600).contains(&code) => Err(account.refused()),
        _ => Err(MailError::ServerFault),
    }
}

async fn authenticate<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    mechanism: &str,
    message: &Zeroizing<String>,
) -> Result<Reply, MailError> {
    let beginning = format!("AUTH {mechanism} ");
    // A line of a command may have 512 bytes in all (RFC 5321 4.5.3.1.4), which a token exceeds: then it comes by itself.
    if beginning.len() + message.len() + 2 <= 512 {
        write(stream, beginning.as_bytes()).await?;
        return secretly(stream, message).await;
    }
    let go = command(stream, &format!("AUTH {mechanism}")).await?;
    if go.code == 334 { secretly(stream, message).await } else { Ok(go) }
}

/// Sends the rest of a line that is secret.
async fn secretly<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    message: &Zeroizing<String>,
) -> Result<Reply, MailError> {
    write(stream, message.as_bytes()).await?;
    command(stream, "").await
}

/// Sends a command, and reads its reply.
pub(super) async fn command<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    command: &str,
) -> Result<Reply, MailError> {
    write(stream, command.as_bytes()).await?;
    write(stream, b"\r\n").await?;
    stream.flush().await.map_err(|error| MailError::of_stream(&error))?;
    reply(stream).await
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<(), MailError> {
    stream.write_all(bytes).await.map_err(|error| MailError::of_stream(&error))
}

/// Reads a reply, of one line or of several.
async fn reply(stream: &mut (impl AsyncRead + Unpin)) -> Result<Reply, MailError> {
    // Three digits, then a space or a hyphen: saying early that it is none spares the wait for a line's end.
    let plausible = |line: &[u8]| {
        line.iter().take(3).all(u8::is_ascii_digit)
            && line.get(3).is_none_or(|byte| matches!(byte, b' ' | b'-' | b'\r'))
    };
    let mut lines = Vec::new();
    while lines.len() < MOST_LINES {
        let line = read_line(stream, plausible).await.map_err(|error| match error {
            MailError::ServerFault => MailError::NotSmtp,
            other => other,
        })?;
        let text = String::from_utf8_lossy(&line).into_owned();
        let code = text.get(..3).and_then(|code| code.parse().ok()).ok_or(MailError::NotSmtp)?;
        let last = text.get(3..4) != Some("-");
        lines.push(text.get(4..).unwrap_or_default().to_owned());
        if last {
            return Ok(Reply { code, lines });
        }
    }
    Err(MailError::NotSmtp)
}
