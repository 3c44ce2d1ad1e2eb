//! Waiting for the browser: a port of loopback that takes one answer, ours, and no other.

use super::provider::{OidcError, Provider, Tokens};
use crate::MailError;
use bannette_api::Timestamp;
use oauth2::url::Url;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// The longest request that is read: a code and a state have a few hundred bytes.
const LONGEST: usize = 16 * 1024;
/// How long one visitor may take to ask.
const ASKING: Duration = Duration::from_secs(5);
/// The path of the answer.
const PATH: &str = "/retour";

/// What the browser shows at the end, in the words of whoever shows it.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// It worked.
    pub done: &'static str,
    /// It did not.
    pub refused: &'static str,
}

/// A sign-in under way.
pub struct Attempt {
    address: Url,
    listener: TcpListener,
    redirect: RedirectUrl,
    state: CsrfToken,
    nonce: String,
    verifier: PkceCodeVerifier,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Attempt").finish_non_exhaustive()
    }
}

/// What a visitor brought.
enum Visit {
    Code(String),
    Refusal,
    /// Not our answer: an icon asked for, another page that knocks.
    Other,
}

impl Attempt {
    pub(super) async fn begin(provider: &Provider) -> Result<Self, OidcError> {
        let unreachable = |_| OidcError::Outside(MailError::Unreachable);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(unreachable)?;
        let port = listener.local_addr().map_err(unreachable)?.port();
        let redirect = RedirectUrl::new(format!("http://127.0.0.1:{port}{PATH}"));
        let redirect = redirect.map_err(|_| OidcError::NotBelieved)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // Of the same kind as a state: 128 random bits.
        let nonce = CsrfToken::new_random().secret().clone();
        let settings = &provider.settings;
        let mut asking = provider
            .client
            .authorize_url(CsrfToken::new_random)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect))
            .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
            .add_extra_param("nonce", nonce.clone())
            .set_pkce_challenge(challenge);
        if let Some(acr) = &settings.acr {
            asking = asking.add_extra_param("acr_values", acr.clone());
        }
        let (address, state) = asking.url();
        Ok(Self { address, listener, redirect, state, nonce, verifier })
    }

    /// What the browser is to open. It holds no secret that outlives the attempt.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// Waits for the browser, and trades what it brings for tokens.
    ///
    /// # Errors
    /// [`OidcError`].
    pub async fn finish(
        self,
        provider: &Provider,
        within: Duration,
        pages: Pages,
        now: impl Fn() -> Timestamp,
    ) -> Result<Tokens, OidcError> {
        let waiting = async {
            loop {
                let Ok((mut visitor, _)) = self.listener.accept().await else {
                    // Out of descriptors: not to be asked in a loop.
                    sleep(Duration::from_millis(100)).await;
                    continue;
                };
                // One that says nothing does not hold up the one we wait for for long.
                match timeout(ASKING, self.hear(&mut visitor)).await.unwrap_or(Visit::Other) {
                    Visit::Code(code) => return Some((code, visitor)),
                    Visit::Refusal => {
                        say(&mut visitor, "200 OK", pages.refused).await;
                        return None;
                    }
                    Visit::Other => say(&mut visitor, "404 Not Found", pages.refused).await,
                }
            }
        };
        let came = timeout(within, waiting).await.map_err(|_| OidcError::NobodyCame)?;
        let (code, mut visitor) = came.ok_or(OidcError::Refused)?;
        let Self { redirect, nonce, verifier, .. } = self;
        let traded = provider.trade(code, &redirect, verifier, &nonce, now()).await;
        say(&mut visitor, "200 OK", if traded.is_ok() { pages.done } else { pages.refused }).await;
        traded
    }

    async fn hear(&self, visitor: &mut TcpStream) -> Visit {
        let mut heard = Vec::new();
        while !heard.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            let mut piece = [0; 2048];
            match visitor.read(&mut piece).await {
                Ok(read) if read > 0 && heard.len() < LONGEST => {
                    heard.extend_from_slice(piece.get(..read).unwrap_or_default());
                }
                _ => return Visit::Other,
            }
        }
        let line = heard.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let path = std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix("GET ")?.split(' ').next());
        path.map_or(Visit::Other, |path| self.understand(path))
    }

    fn understand(&self, path: &str) -> Visit {
        let Ok(address) = Url::parse("http://127.0.0.1").and_then(|base| base.join(path)) else { return Visit::Other };
        let value = |name: &str| address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
        let ours = value("state").is_some_and(|state| same(&state, self.state.secret()));
        if address.path() != PATH || !ours {
            return Visit::Other;
        }
        match (value("code"), value("error")) {
            (Some(code), None) => Visit::Code(code.into_owned()),
            _ => Visit::Refusal,
        }
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

async fn say(visitor: &mut TcpStream, status: &str, page: &str) {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    // A browser that went away has nothing to read.
    if let Err(error) = visitor.write_all(answer.as_bytes()).await {
        tracing::debug!(kind = ?error.kind(), "the browser went away");
    }
}
