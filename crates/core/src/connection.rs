//! The connection test: a real login that sends and fetches nothing, and says at which step it fails.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::Failure;
use bannette_api::connection::{ConnectionReport, TestConnection, Trouble};
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::Connection;
use bannette_mail::{ImapAccount, Secret};
use bannette_rights::Own;
use std::path::PathBuf;

impl Handle<TestConnection> for Core {
    async fn handle(&self, session: &Session, call: TestConnection) -> Result<ConnectionReport, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let kept = match call.mailbox {
            None => None,
            Some(mailbox) => {
                let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
                let proof = rights.grant::<Own>(mailbox).map_err(failures::of_denied)?;
                Some(read.mailbox_to_test(&proof).await.map_err(failures::of_store)?)
            }
        };
        drop(read);
        let (connection, typed) = match (call.connection, &kept) {
            (Some(connection), _) => (self.checked_connection(&connection)?, true),
            (None, Some((record, _))) => (record.connection.clone(), false),
            (None, None) => return fields::invalid(Field::Host, Why::Empty),
        };
        let given = call.secret.map(|secret| secret.0).filter(|secret| !secret.is_empty());
        // The kept secret goes to the kept server only: else a page could have it sent anywhere.
        let usable = kept.filter(|(record, _)| !typed || record.connection == connection);
        let secret = given.or_else(|| usable.and_then(|(_, secrets)| secrets.password));
        match connection {
            Connection::Folder { path, .. } => {
                let look = move || bannette_mail::test_folder(&PathBuf::from(path));
                tokio::task::spawn_blocking(look).await.map_err(|error| failures::internal(&error))
            }
            Connection::Publisher { .. } => Err(Failure::Server { trouble: Trouble::ContractNeeded }),
            Connection::Pop3 { .. } => Err(Failure::Server { trouble: Trouble::NotPop3 }),
            Connection::Imap { host, port, tls, account, .. } => {
                let Some(secret) = secret else {
                    return Err(Failure::Server { trouble: Trouble::SecretMissing });
                };
                let account = ImapAccount { host, port, tls, account, secret: Secret::new(secret) };
                let trust = self.trust().await.map_err(|error| Failure::Server { trouble: error.trouble() })?;
                Ok(bannette_mail::test_imap(&account, &trust).await)
            }
        }
    }
}
