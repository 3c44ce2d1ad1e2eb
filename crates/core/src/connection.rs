//! The connection test: a real login that sends and fetches nothing, and says at which step it fails.

use crate::accounts::Where;
use crate::pro_sante::Wanted;
use crate::session::Session;
use crate::{Core, Handle, certificates, failures, fields};
use bannette_api::Failure;
use bannette_api::connection::{ConnectionReport, TestConnection, Trouble};
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{Connection, SignInWay};
use bannette_rights::Own;
use bannette_store::MailboxRecord;
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
        let (connection, outgoing, typed) = match (call.connection, &kept) {
            (Some(connection), _) => {
                let connection = self.checked_connection(&connection)?;
                let outgoing = call.outgoing.map(|outgoing| self.checked_outgoing(&outgoing, &connection));
                (connection, outgoing.transpose()?, true)
            }
            (None, Some((record, _))) => (record.connection.clone(), record.outgoing.clone(), false),
            (None, None) => return fields::invalid(Field::Host, Why::Empty),
        };
        // Kept secrets go to the kept servers only: else a page could have them sent anywhere.
        let same = |record: &MailboxRecord| record.connection == connection && record.outgoing == outgoing;
        let usable = kept.filter(|(record, _)| !typed || same(record));
        let mut kept = usable.map(|(_, kept)| kept).unwrap_or_default().to_sign_in(&connection);
        let password = call.secret.map(|secret| secret.0).filter(|secret| !secret.is_empty());
        let certificate = certificates::checked(call.certificate.as_ref(), self.now())?;
        // What is typed takes the place of what is kept, which is not asked for then.
        kept.password = kept.password.filter(|_| password.is_none());
        kept.certificate = kept.certificate.filter(|_| certificate.is_none());
        let mut secrets = self.store().await?.open_secrets(kept).await.map_err(failures::of_store)?;
        secrets.password = password.or(secrets.password);
        secrets.certificate = certificate.or(secrets.certificate);
        let pop3 = matches!(connection, Connection::Pop3 { .. });
        let (host, port, tls, account, way) = match connection {
            Connection::Folder { path, .. } => {
                let look = move || bannette_mail::test_folder(&PathBuf::from(path));
                return tokio::task::spawn_blocking(look).await.map_err(|error| failures::internal(&error));
            }
            Connection::Publisher { .. } => return Err(server(Trouble::ContractNeeded)),
            Connection::Imap { host, port, tls, account, sign_in } => (host, port, tls, account, sign_in),
            Connection::Pop3 { host, port, tls, account } => (host, port, tls, account, SignInWay::Password),
        };
        let at = Where { host, port, tls, account, way };
        let account = self.account(at.clone(), me, &secrets, Wanted::Held).await.map_err(server)?;
        let trust = self.trust().await.map_err(|error| server(error.trouble()))?;
        let mut report = match pop3 {
            true => bannette_mail::test_pop3(&account, &trust).await,
            false => bannette_mail::test_imap(&account, &trust).await,
        };
        let refused = |report: &ConnectionReport| {
            report.steps.last().is_some_and(|last| last.trouble == Some(Trouble::LoginRefused))
        };
        if at.way == SignInWay::ProSanteConnect && refused(&report) {
            let account = self.account(at.clone(), me, &secrets, Wanted::Another).await.map_err(server)?;
            report = bannette_mail::test_imap(&account, &trust).await;
        }
        if let Some(outgoing) = outgoing
            && report.steps.iter().all(|step| step.trouble.is_none())
        {
            let account = self.account(at.outgoing(&outgoing), me, &secrets, Wanted::Held).await.map_err(server)?;
            bannette_mail::test_smtp(&account, &trust, &mut report).await;
        }
        Ok(report)
    }
}

fn server(trouble: Trouble) -> Failure {
    Failure::Server { trouble }
}
