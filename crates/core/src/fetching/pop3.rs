//! A POP3 mailbox: one short session a look. What is removed was read back from the store first, and is gone with QUIT.

use super::prepare::Raw;
use super::source::{Progress, Task, in_background, of_store, tell, within};
use super::state::Event;
use crate::accounts::Where;
use crate::pro_sante::Wanted;
use bannette_api::connection::Trouble;
use bannette_api::mailboxes::{Connection, ServerTold, SignInWay};
use bannette_mail::{MESSAGE_CEILING, MailError, Pop3List, Pop3Listed, Pop3Session};
use bannette_store::{Batch, CopyState, MailboxRecord, Secrets};
use std::collections::BTreeMap;

/// Messages and bytes that are kept in one commit.
const COMMIT_MESSAGES: usize = 100;
const COMMIT_BYTES: usize = 16 * 1024 * 1024;
/// Copies removed in one session.
const REMOVE: u32 = 100;

/// Where a POP3 mailbox is, and its session while there is one.
pub(super) struct Pop3Source {
    connection: Connection,
    session: Option<Open>,
    uid_validity: u32,
}

/// An open session: it sees the messages that there were when it began.
struct Open {
    session: Pop3Session,
    /// By the number that stands for each.
    listed: BTreeMap<u32, Pop3Listed>,
    /// Messages that cannot be known again, and so are not fetched.
    nameless: usize,
}

impl Task {
    /// Connects and signs in.
    pub(super) async fn connect_pop3(&self, record: &MailboxRecord, secrets: &Secrets) -> Result<Pop3Source, Trouble> {
        let uid_validity = match record.uid_validity {
            0 => {
                let mut read = self.store.read().await.map_err(of_store)?;
                let unused = read.unused_uid_validity(&self.proof).await.map_err(of_store)?;
                drop(read);
                self.note_uid_validity(0, unused).await?;
                unused
            }
            known => known,
        };
        let open = self.open_pop3(uid_validity, record, secrets).await?;
        Ok(Pop3Source { connection: record.connection.clone(), session: Some(open), uid_validity })
    }

    async fn open_pop3(&self, uid_validity: u32, record: &MailboxRecord, secrets: &Secrets) -> Result<Open, Trouble> {
        let Connection::Pop3 { host, port, tls, account } = record.connection.clone() else {
            return Err(Trouble::Interrupted);
        };
        let at = Where { host, port, tls, account, way: SignInWay::Password };
        let account = self.core.account(at, record.owner, secrets, Wanted::Held).await?;
        let trust = self.core.trust().await.map_err(|error| error.trouble())?;
        let mut session = Pop3Session::connect(&account, &trust).await.map_err(|error| error.trouble())?;
        let told = ServerTold { certificate_ends: session.certificate().map(|shown| shown.ends), quota: None };
        self.note_told(&record.told, &told).await?;
        let Pop3List { messages: listed, nameless } = within(session.list()).await?;
        let ids: Vec<String> = listed.iter().map(|one| one.unique_id.clone()).collect();
        let mut write = self.store.write().await.map_err(of_store)?;
        let numbers = write.pop3_numbers(&self.proof, uid_validity, &ids).await.map_err(of_store)?;
        write.commit_progress().await.map_err(of_store)?;
        let numbered = listed.into_iter().filter_map(|one| Some((*numbers.get(&one.unique_id)?, one)));
        Ok(Open { session, listed: numbered.collect(), nameless })
    }

    /// The open session, or a new one, which sees what has come since.
    async fn session<'a>(&self, source: &'a mut Pop3Source) -> Result<&'a mut Open, Trouble> {
        let open = match source.session.take() {
            Some(open) => open,
            None => {
                let (record, secrets) = self.record_and_secrets().await?;
                // Settings that were changed meanwhile may hold another server's secret: this task is about to end.
                if record.connection != source.connection {
                    return Err(Trouble::Interrupted);
                }
                self.open_pop3(source.uid_validity, &record, &secrets).await?
            }
        };
        Ok(source.session.insert(open))
    }

    /// Takes in all that is new.
    pub(super) async fn catch_up_pop3(&self, source: &mut Pop3Source, progress: &Progress) -> Result<(), Trouble> {
        let uid_validity = source.uid_validity;
        let Open { session, listed, nameless } = self.session(source).await?;
        let mut read = self.store.read().await.map_err(of_store)?;
        let delivered = read.delivered(&self.proof, uid_validity, 0).await.map_err(of_store)?;
        drop(read);
        let mut wanted = Vec::new();
        for (uid, message) in listed.iter().filter(|(uid, _)| !delivered.contains(uid)) {
            if message.size > MESSAGE_CEILING {
                let bytes = message.size;
                tracing::error!(uid, bytes, "a message is too large to be fetched: it stays on the server");
            } else {
                wanted.push((*uid, message));
            }
        }
        if *nameless > 0 {
            tracing::error!(nameless, "a server names messages so that they cannot be known again: they stay there");
        }
        if !wanted.is_empty() {
            tell(progress, Event::Counted { of: u64::try_from(wanted.len()).unwrap_or(u64::MAX) });
        }
        let (mut raws, mut bytes, mut refused) = (Vec::new(), 0, *nameless);
        for (uid, message) in wanted {
            match session.fetch(message).await {
                Ok(fetched) => {
                    bytes += fetched.len();
                    raws.push(Raw { uid, file: None, bytes: fetched });
                }
                // One that cannot be had does not hold up the others.
                Err(MailError::CommandRefused) => refused += 1,
                Err(error) => {
                    self.keep_pop3(&mut raws, uid_validity, progress).await?;
                    return Err(error.trouble());
                }
            }
            if raws.len() >= COMMIT_MESSAGES || bytes >= COMMIT_BYTES {
                self.keep_pop3(&mut raws, uid_validity, progress).await?;
                bytes = 0;
            }
        }
        self.keep_pop3(&mut raws, uid_validity, progress).await?;
        if refused == 0 { Ok(()) } else { Err(Trouble::ServerFault) }
    }

    async fn keep_pop3(&self, raws: &mut Vec<Raw>, uid_validity: u32, progress: &Progress) -> Result<(), Trouble> {
        let messages = in_background(&self.core, std::mem::take(raws)).await?;
        if messages.is_empty() {
            return Ok(());
        }
        self.keep(Batch { uid_validity, messages }, progress).await
    }

    /// Removes from the server what is provably kept, where the owner wants that; ends the session in any case, so that
    /// the next look sees what has come.
    pub(super) async fn remove_pop3(&self, source: &mut Pop3Source) -> Result<(), Trouble> {
        let record = self.record().await?;
        if record.options.delete_from_server && !record.deletion_blocked {
            self.remove_kept(source).await?;
        }
        self.quit_pop3(source).await
    }

    async fn remove_kept(&self, source: &mut Pop3Source) -> Result<(), Trouble> {
        let uid_validity = source.uid_validity;
        let mut after = 0;
        loop {
            let mut read = self.store.read().await.map_err(of_store)?;
            let copies = read.copies_on_server(&self.proof, uid_validity, after, REMOVE).await.map_err(of_store)?;
            drop(read);
            let Some(last) = copies.last() else { return Ok(()) };
            // Those that stay for good must not stand in the way of those after them.
            after = last.uid;
            let whole = copies.iter().filter(|copy| copy.state == CopyState::Whole);
            let uids: Vec<u32> = whole.map(|copy| copy.uid).collect();
            if uids.is_empty() {
                continue;
            }
            let Open { session, listed, .. } = self.session(source).await?;
            // What is not listed any more is gone already.
            for message in uids.iter().filter_map(|uid| listed.get(uid)) {
                within(session.mark(message)).await?;
            }
            self.quit_pop3(source).await?;
            let mut write = self.store.write().await.map_err(of_store)?;
            write.mark_removed(&self.proof, uid_validity, &uids, self.core.now()).await.map_err(of_store)?;
            write.commit().await.map_err(of_store)?;
        }
    }

    async fn quit_pop3(&self, source: &mut Pop3Source) -> Result<(), Trouble> {
        match source.session.take() {
            Some(open) => within(open.session.quit()).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::{Core, Handle as _, KeyPlace, Place};
    use bannette_api::mailboxes::{AddMailbox, Apicrypt, Decryptor, MailboxKind, MailboxSecret, Tls};
    use bannette_api::people::{Role, Title};
    use bannette_api::session::{CreatePractice, Password};
    use std::net::TcpListener;
    use tokio::sync::mpsc;

    fn at(port: u16) -> Connection {
        Connection::Pop3 { host: "localhost".to_owned(), port, tls: Tls::Implicit, account: "derek".to_owned() }
    }

    /// A task of the server before would number the messages of the new one as the old one's.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_task_whose_server_was_changed_goes_to_neither() {
        let folder = tempfile::tempdir().unwrap();
        let core = Core::open(Place {
            data: folder.path().join("cabinet"),
            key: KeyPlace::File(folder.path().join("clef")),
            downloads: folder.path().join("telechargements"),
            post: "poste d'essai".to_owned(),
        })
        .await;
        let derek = core.session();
        let practice = CreatePractice {
            practice: "Cabinet d'essai".to_owned(),
            title: Title::Dr,
            first_name: "Derek".to_owned(),
            last_name: "SHEPERD".to_owned(),
            role: Role::Doctor,
            login: "derek".to_owned(),
            password: Password("quatre chevaux gris".to_owned()),
        };
        core.handle(&derek, practice).await.unwrap();
        let (before, now) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = [&before, &now].map(|server| {
            server.set_nonblocking(true).unwrap();
            server.local_addr().unwrap().port()
        });
        let secret = Some(MailboxSecret("secret-du-serveur".to_owned()));
        let apicrypt = Some(Apicrypt { key_id: "derek.SHEPERD".to_owned(), decryptor: Decryptor::None });
        let new = AddMailbox::new(MailboxKind::Apicrypt, "derek@apicrypt.test", at(ports[1]));
        let call = AddMailbox { secret, apicrypt, ..new };
        let mailbox = core.handle(&derek, call).await.unwrap().id;

        let task = Task::new(core.clone(), core.store().await.unwrap(), mailbox);
        let mut source = Pop3Source { connection: at(ports[0]), session: None, uid_validity: 1 };
        let (progress, _told) = mpsc::unbounded_channel();
        assert_eq!(task.catch_up_pop3(&mut source, &progress).await, Err(Trouble::Interrupted));
        for server in [before, now] {
            assert_eq!(server.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "it was asked");
        }
        core.stop().await;
    }
}
