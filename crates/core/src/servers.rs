//! The servers that an address's domain announces. Whoever is signed in may ask; nothing of the practice is told.

use crate::session::Session;
use crate::{Core, Handle, fields};
use bannette_api::Failure;
use bannette_api::servers::{FindServers, FoundServers};

impl Handle<FindServers> for Core {
    async fn handle(&self, session: &Session, call: FindServers) -> Result<Option<FoundServers>, Failure> {
        drop(self.reading(session).await?);
        let address = fields::address(&call.address)?;
        let trust = self.trust().await.map_err(|error| Failure::Server { trouble: error.trouble() })?;
        Ok(bannette_mail::find_servers(&address, self.0.network, &trust).await)
    }
}
