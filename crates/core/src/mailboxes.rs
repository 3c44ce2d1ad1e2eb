//! Mailboxes: what one sees of those one may read, and the settings of one's own.

use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_api::connection::{Doing, MailboxState};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{
    AddMailbox, ChangeMailbox, Connection, FetchNow, ListMailboxSettings, ListMailboxes, MailboxKind, MailboxSecret,
    MailboxSettings, MailboxSummary, Options, Readership,
};
use bannette_api::sharing::Reader;
use bannette_api::{Failure, MailboxId};
use bannette_rights::{Own, Read as ReadRight, Rights};
use bannette_store::{Act, Author, MailboxRecord, NewMailbox};
use std::path::Path;

impl Core {
    pub(crate) fn state_of(&self, record: &MailboxRecord) -> MailboxState {
        let doing = if record.options.enabled { self.0.fetching.doing(record.id) } else { Doing::Off };
        MailboxState { doing, last_success: record.last_success }
    }

    fn settings_of(&self, record: &MailboxRecord, readers: Vec<Reader>) -> MailboxSettings {
        MailboxSettings {
            id: record.id,
            kind: record.kind,
            address: record.address.clone(),
            connection: record.connection.clone(),
            secret_kept: record.secret_kept,
            options: record.options.clone(),
            state: self.state_of(record),
            readers,
        }
    }

    fn checked(
        &self,
        kind: MailboxKind,
        address: &str,
        connection: &Connection,
        options: &Options,
    ) -> Result<NewMailbox, Failure> {
        let address = match kind {
            MailboxKind::Mssante => fields::address(address)?,
            MailboxKind::Folder => fields::line(Field::Address, address, 120)?,
        };
        let connection = match (kind, connection) {
            (MailboxKind::Mssante, Connection::Imap { .. }) | (MailboxKind::Folder, Connection::Folder { .. }) => {
                self.checked_connection(connection)?
            }
            (MailboxKind::Mssante, _) => return fields::invalid(Field::Host, Why::Empty),
            (MailboxKind::Folder, _) => return fields::invalid(Field::Path, Why::Empty),
        };
        fields::between(Field::RetentionDays, options.retention_days, 1, 3650)?;
        Ok(NewMailbox { kind, address, connection, options: options.clone() })
    }

    pub(crate) fn checked_connection(&self, connection: &Connection) -> Result<Connection, Failure> {
        match connection {
            Connection::Imap { host, port, tls, account } => {
                if *port == 0 {
                    return fields::invalid(Field::Port, Why::OutOfRange { least: 1, most: 65_535 });
                }
                let (host, account) = (fields::host(host)?, fields::line(Field::Account, account, 254)?);
                Ok(Connection::Imap { host, port: *port, tls: *tls, account })
            }
            Connection::Folder { path } => {
                let path = fields::line(Field::Path, path, 4000)?;
                self.check_folder(Path::new(&path))?;
                Ok(Connection::Folder { path })
            }
        }
    }

    fn check_folder(&self, path: &Path) -> Result<(), Failure> {
        if !path.is_absolute() {
            return fields::invalid(Field::Path, Why::Form);
        }
        let Ok(folder) = path.canonicalize() else { return fields::invalid(Field::Path, Why::NotAFolder) };
        if !folder.is_dir() || std::fs::read_dir(&folder).is_err() {
            return fields::invalid(Field::Path, Why::NotAFolder);
        }
        // The practice's own folder is not a source: its files change with every message taken in.
        let data = self.0.place.data.canonicalize();
        if data.is_ok_and(|data| folder == data || data.starts_with(&folder)) {
            return fields::invalid(Field::Path, Why::InsideData);
        }
        Ok(())
    }

    /// The mailbox for its owner; the rights in `rights` reach it.
    fn readers_of(rights: &Rights, mailbox: MailboxId) -> Result<Vec<Reader>, Failure> {
        let proof = rights.grant::<ReadRight>(mailbox).map_err(failures::of_denied)?;
        Ok(rights.readers(&proof))
    }
}

fn in_short(mut readers: Vec<Reader>) -> Readership {
    let count = u64::try_from(readers.len()).unwrap_or(u64::MAX);
    readers.truncate(Readership::NAMED);
    Readership { count, some: readers }
}

fn checked_secret(secret: Option<&MailboxSecret>) -> Result<Option<&str>, Failure> {
    let secret = secret.map(|secret| secret.0.as_str()).filter(|secret| !secret.is_empty());
    match secret {
        Some(secret) if secret.chars().count() > 1024 => fields::invalid(Field::Secret, Why::TooLong { at_most: 1024 }),
        Some(secret) if secret.chars().any(|letter| matches!(letter, '\r' | '\n' | '\0')) => {
            fields::invalid(Field::Secret, Why::Form)
        }
        secret => Ok(secret),
    }
}

impl Handle<ListMailboxes> for Core {
    async fn handle(&self, session: &Session, _call: ListMailboxes) -> Result<Vec<MailboxSummary>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let visible = rights.visible();
        let records = read.mailboxes(&visible).await.map_err(failures::of_store)?;
        let waiting = read.waiting(&visible).await.map_err(failures::of_store)?;
        let mut summaries = Vec::with_capacity(records.len());
        for record in records {
            let Some(my_right) = rights.of(record.id) else { continue };
            summaries.push(MailboxSummary {
                id: record.id,
                kind: record.kind,
                address: record.address.clone(),
                owner: record.owner,
                my_right,
                state: self.state_of(&record),
                readers: in_short(Self::readers_of(&rights, record.id)?),
                waiting: waiting.get(&record.id).copied().unwrap_or(0),
            });
        }
        Ok(summaries)
    }
}

impl Handle<ListMailboxSettings> for Core {
    async fn handle(&self, session: &Session, _call: ListMailboxSettings) -> Result<Vec<MailboxSettings>, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let records = read.mailboxes(&rights.visible()).await.map_err(failures::of_store)?;
        let own = records.iter().filter(|record| rights.grant::<Own>(record.id).is_ok());
        own.map(|record| Ok(self.settings_of(record, Self::readers_of(&rights, record.id)?))).collect()
    }
}

impl Handle<AddMailbox> for Core {
    async fn handle(&self, session: &Session, call: AddMailbox) -> Result<MailboxSettings, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let new = self.checked(call.kind, &call.address, &call.connection, &call.options)?;
        let secret = checked_secret(call.secret.as_ref())?;
        let now = self.now();
        let id = MailboxId(uuid::Uuid::now_v7());
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let added = write.add_mailbox(id, me, &new, secret, now).await;
        let record = added.map_err(failures::of_store_taken(Field::Address))?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let readers = Self::readers_of(&rights, id)?;
        write.record(Author::Person(me), now, &Act::MailboxAdded { mailbox: id });
        write.commit().await.map_err(failures::of_store)?;
        self.settings_changed(id).await;
        Ok(self.settings_of(&record, readers))
    }
}

impl Handle<ChangeMailbox> for Core {
    async fn handle(&self, session: &Session, call: ChangeMailbox) -> Result<MailboxSettings, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let before = write.mailbox(&proof).await.map_err(failures::of_store)?;
        let new = self.checked(before.kind, &call.address, &call.connection, &call.options)?;
        let secret = match checked_secret(call.secret.as_ref())? {
            Some(secret) => Some(Some(secret)),
            // A kept secret is never shown to another server than the one it was given for.
            None if before.connection != new.connection => Some(None),
            None => None,
        };
        let changed = write.change_mailbox(&proof, &new, secret).await;
        let record = changed.map_err(failures::of_store_taken(Field::Address))?;
        let act = Act::MailboxChanged { mailbox: call.mailbox, secret: secret.is_some() };
        write.record(Author::Person(me), now, &act);
        write.commit().await.map_err(failures::of_store)?;
        self.settings_changed(call.mailbox).await;
        let readers = Self::readers_of(&rights, call.mailbox)?;
        Ok(self.settings_of(&record, readers))
    }
}

impl Core {
    /// A mailbox was added or changed: its task begins anew, and its readers are told.
    async fn settings_changed(&self, mailbox: MailboxId) {
        self.refresh_fetching(Some(mailbox)).await;
        self.tell_readers(mailbox, &[Event::Mailboxes, Event::Rights]).await;
    }
}

impl Handle<FetchNow> for Core {
    async fn handle(&self, session: &Session, call: FetchNow) -> Result<(), Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<ReadRight>(call.mailbox).map_err(failures::of_denied)?;
        self.0.fetching.fetch_now(proof.mailbox());
        Ok(())
    }
}
