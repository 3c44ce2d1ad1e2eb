//! The identity token: whether it is the answer to what we asked. It comes straight from the provider, through TLS that
//! was checked, which stands for its signature (OpenID Connect Core 1.0, 3.1.3.7, 6).

use super::provider::{OidcError, OidcSettings};
use bannette_api::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: i64,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Checks who made it, for whom, until when, and that it answers our question.
pub(super) fn check(token: &str, settings: &OidcSettings, nonce: &str, now: Timestamp) -> Result<(), OidcError> {
    let read = || {
        let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        serde_json::from_slice::<Claims>(&body).ok()
    };
    let claims = read().ok_or(OidcError::NotBelieved)?;
    let for_us = match &claims.aud {
        Audience::One(one) => *one == settings.client_id,
        Audience::Several(all) => all.contains(&settings.client_id),
    };
    let believed = claims.iss == settings.issuer
        && for_us
        && claims.exp.saturating_mul(1000) > now.0
        && claims.nonce.as_deref() == Some(nonce);
    if believed { Ok(()) } else { Err(OidcError::NotBelieved) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(iss: &str, aud: &str, exp: i64, nonce: &str) -> String {
        let body = format!(r#"{{"iss":"{iss}","aud":{aud},"exp":{exp},"nonce":"{nonce}"}}"#);
        format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(body))
    }

    #[test]
    fn only_the_answer_to_our_question_is_believed() {
        let settings = OidcSettings {
            issuer: "https://psc.test".to_owned(),
            client_id: "us".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            acr: None,
        };
        let check = |token: String| check(&token, &settings, "n", Timestamp(1_000_000));
        assert_eq!(check(token("https://psc.test", "\"us\"", 1001, "n")), Ok(()));
        assert_eq!(check(token("https://psc.test", "[\"a\",\"us\"]", 1001, "n")), Ok(()));
        for other in [
            token("https://other.test", "\"us\"", 1001, "n"),
            token("https://psc.test", "\"them\"", 1001, "n"),
            token("https://psc.test", "[]", 1001, "n"),
            token("https://psc.test", "\"us\"", 1000, "n"),
            token("https://psc.test", "\"us\"", 1001, "other"),
            "nothing".to_owned(),
            "a.b.c".to_owned(),
        ] {
            assert_eq!(check(other), Err(OidcError::NotBelieved));
        }
    }
}
