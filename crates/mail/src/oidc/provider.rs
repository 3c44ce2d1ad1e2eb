//! The provider: its endpoints, and tokens from it.

use super::attempt::Attempt;
use super::claims;
use crate::{Limits, MailError, Secret, Trust, http};
use bannette_api::Timestamp;
use bannette_api::connection::Trouble;
use oauth2::basic::{BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenType};
use oauth2::url::Url;
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointNotSet,
    EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, StandardErrorResponse, StandardRevocableToken, StandardTokenIntrospectionResponse,
    StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::pin::Pin;

/// What is known of a provider before it is asked.
#[derive(Clone)]
pub struct OidcSettings {
    /// Its name, an address under which it describes itself.
    pub issuer: String,
    /// The name under which this application is registered there.
    pub client_id: String,
    /// The application's secret there, where it has one.
    pub client_secret: Option<String>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How strongly one must sign in (`acr_values`).
    pub acr: Option<String>,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("OidcSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Why there is no token.
#[derive(thiserror::Error, Clone, Debug, PartialEq, Eq)]
pub enum OidcError {
    /// The person, or the provider, said no.
    #[error("the provider refused")]
    Refused,
    /// The browser did not come back in time.
    #[error("nobody came back from the browser")]
    NobodyCame,
    /// The provider's answer is not to be believed.
    #[error("the provider's answer is not to be believed")]
    NotBelieved,
    /// The provider could not be reached, or spoke nonsense.
    #[error("{0}")]
    Outside(#[from] MailError),
}

impl OidcError {
    /// What it means for a mailbox.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Outside(error) => error.trouble(),
            Self::Refused | Self::NobodyCame | Self::NotBelieved => Trouble::TokenNeeded,
        }
    }
}

/// Tokens of one person.
#[derive(Debug)]
pub struct Tokens {
    /// What opens the mailbox.
    pub access: Secret,
    /// When it ends.
    pub ends: Timestamp,
    /// What brings the next one.
    pub refresh: Option<Secret>,
}

/// What a token's answer has besides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct WithIdentity {
    id_token: Option<String>,
}

impl ExtraTokenFields for WithIdentity {}

type Answer = StandardTokenResponse<WithIdentity, BasicTokenType>;
type Refusal = StandardErrorResponse<BasicErrorResponseType>;
type Client = oauth2::Client<
    Refusal,
    Answer,
    StandardTokenIntrospectionResponse<EmptyExtraTokenFields, BasicTokenType>,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: Option<String>,
}

/// A provider that has described itself.
pub struct Provider {
    pub(super) settings: OidcSettings,
    pub(super) client: Client,
    revocation: Option<Url>,
    trust: Trust,
    limits: Limits,
}

impl fmt::Debug for Provider {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Provider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

impl Provider {
    /// Asks a provider where its endpoints are.
    ///
    /// # Errors
    /// [`OidcError::Outside`]; [`OidcError::NotBelieved`] when it says that it is another.
    pub async fn discover(settings: OidcSettings, trust: Trust) -> Result<Self, OidcError> {
        let limits = Limits::default();
        let at = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
        let request = ::http::Request::get(at).body(Vec::new()).map_err(|_| OidcError::NotBelieved)?;
        let answer = http::send(request, &trust, &limits).await?;
        if answer.status() != ::http::StatusCode::OK {
            return Err(MailError::ServerFault.into());
        }
        let told: Description = serde_json::from_slice(answer.body()).map_err(|_| MailError::ServerFault)?;
        if told.issuer != settings.issuer {
            return Err(OidcError::NotBelieved);
        }
        let address = |text: String| AuthUrl::new(text).map_err(|_| OidcError::NotBelieved);
        let token = TokenUrl::new(told.token_endpoint).map_err(|_| OidcError::NotBelieved)?;
        let mut client = oauth2::Client::new(ClientId::new(settings.client_id.clone()))
            .set_auth_uri(address(told.authorization_endpoint)?)
            .set_token_uri(token);
        if let Some(secret) = &settings.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.clone()));
        }
        let revocation = told.revocation_endpoint.and_then(|at| Url::parse(&at).ok());
        Ok(Self { settings, client, revocation, trust, limits })
    }

    /// Begins to sign somebody in: what the browser is to open, and who waits for it.
    ///
    /// # Errors
    /// [`OidcError::Outside`] when no port of loopback is to be had.
    pub async fn begin(&self) -> Result<Attempt, OidcError> {
        Attempt::begin(self).await
    }

    /// Trades a code for tokens, and believes them when the identity token is ours.
    pub(super) async fn trade(
        &self,
        code: String,
        redirect: &RedirectUrl,
        verifier: PkceCodeVerifier,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Tokens, OidcError> {
        let asked = self
            .client
            .exchange_code(AuthorizationCode::new(code))
            .set_redirect_uri(std::borrow::Cow::Borrowed(redirect))
            .set_pkce_verifier(verifier)
            .request_async(self)
            .await;
        let answer = asked.map_err(of_token)?;
        let identity = answer.extra_fields().id_token.as_deref().ok_or(OidcError::NotBelieved)?;
        claims::check(identity, &self.settings, nonce, now)?;
        Ok(tokens(&answer, None, now))
    }

    /// Asks for a new access token.
    ///
    /// # Errors
    /// [`OidcError::Refused`] when the person must sign in anew; [`OidcError::Outside`].
    pub async fn refresh(&self, refresh: &Secret, now: Timestamp) -> Result<Tokens, OidcError> {
        let kept = RefreshToken::new(refresh.expose().to_owned());
        let asked = self.client.exchange_refresh_token(&kept).request_async(self).await;
        Ok(tokens(&asked.map_err(of_token)?, Some(refresh), now))
    }

    /// Tells the provider that a token is not needed any more (RFC 7009), where it listens to that.
    ///
    /// # Errors
    /// [`OidcError::Outside`].
    pub async fn revoke(&self, token: &Secret) -> Result<(), OidcError> {
        let Some(at) = &self.revocation else { return Ok(()) };
        let form = {
            let mut form = oauth2::url::form_urlencoded::Serializer::new(String::new());
            form.append_pair("token", token.expose()).append_pair("client_id", &self.settings.client_id);
            if let Some(secret) = &self.settings.client_secret {
                form.append_pair("client_secret", secret);
            }
            form.finish()
        };
        let request = ::http::Request::post(at.as_str())
            .header(::http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes())
            .map_err(|_| OidcError::NotBelieved)?;
        http::send(request, &self.trust, &self.limits).await?;
        Ok(())
    }
}

/// How the library's requests go out.
impl<'c> AsyncHttpClient<'c> for Provider {
    type Error = MailError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, MailError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(http::send(request, &self.trust, &self.limits))
    }
}

fn tokens(answer: &Answer, before: Option<&Secret>, now: Timestamp) -> Tokens {
    // A provider that does not tell has short ones.
    let seconds = answer.expires_in().map_or(60, |time| time.as_secs());
    let next = answer.refresh_token().map(|token| token.secret().as_str()).or(before.map(Secret::expose));
    Tokens {
        access: Secret::new(answer.access_token().secret().clone()),
        ends: now.plus(i64::try_from(seconds).unwrap_or(60).saturating_mul(1000)),
        refresh: next.map(|token| Secret::new(token.to_owned())),
    }
}

/// The library's errors quote what they read: only their kind goes on.
fn of_token(error: RequestTokenError<MailError, Refusal>) -> OidcError {
    match error {
        RequestTokenError::ServerResponse(_) => OidcError::Refused,
        RequestTokenError::Request(error) => OidcError::Outside(error),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => OidcError::Outside(MailError::ServerFault),
    }
}
