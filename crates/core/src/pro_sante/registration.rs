//! Under which name this practice's Bannette is registered with Pro Santé Connect: from a file of its folder or from the
//! environment. Nothing of it can be typed in a window.

use bannette_mail::OidcSettings;
use serde::Deserialize;
use std::path::Path;

/// Pro Santé Connect, in production.
const ISSUER: &str = "https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet";
/// The file in the practice's folder.
const FILE: &str = "pro-sante-connect.json";
/// How strongly Pro Santé Connect wants people to sign in.
const ACR: &str = "eidas1";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// The registration; none where there is no client's name.
pub(super) fn read(data: &Path) -> Option<OidcSettings> {
    let written = match std::fs::read(data.join(FILE)) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            // Only where, never what: it may hold a secret.
            tracing::warn!(line = error.line(), "{FILE} cannot be understood");
            Written::default()
        }),
        Err(_) => Written::default(),
    };
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Some(OidcSettings {
        client_id: set("BANNETTE_PSC_CLIENT_ID").or(written.client_id)?,
        client_secret: set("BANNETTE_PSC_CLIENT_SECRET").or(written.client_secret),
        issuer: set("BANNETTE_PSC_ISSUER").or(written.issuer).unwrap_or_else(|| ISSUER.to_owned()),
        scopes: ["openid", "scope_all"].map(str::to_owned).to_vec(),
        acr: Some(ACR.to_owned()),
    })
}
