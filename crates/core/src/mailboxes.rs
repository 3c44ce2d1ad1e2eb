//! Mailboxes: what one sees of those one may read, and the settings of one's own.

use crate::session::Session;
use crate::{Core, Handle, certificates, failures, fields};
use bannette_api::connection::{Doing, MailboxState, Trouble};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{
    AddMailbox, AfterTaking, Apicrypt, ChangeMailbox, Connection, Decryptor, FetchNow, ListMailboxSettings,
    ListMailboxes, MailboxKind, MailboxSecret, MailboxSettings, MailboxSummary, Options, Outgoing, Readership,
    SignInWay, Tls,
};
use bannette_api::sharing::Reader;
use bannette_api::{Failure, MailboxId};
use bannette_mail::MailError;
use bannette_rights::{Own, Read as ReadRight, Rights};
use bannette_store::{Act, Author, MailboxRecord, NewMailbox, NewSecrets, Read, Secrets};
use std::path::{Path, PathBuf};

impl Core {
    pub(crate) fn state_of(&self, record: &MailboxRecord) -> MailboxState {
        let doing = if record.options.enabled { self.0.fetching.doing(record.id) } else { Doing::Off };
        let beside = if record.options.enabled { self.0.fetching.beside(record.id) } else { Vec::new() };
        MailboxState { doing, last_success: record.last_success, beside }
    }

    /// The state as whoever may read the mailbox is told it. Numbers would tell those who are not its owner how much there is
    /// that they do not see: of what came encrypted some may be confidential, and of what comes in (again, when the server's
    /// numbers changed) too; of the files that are left all may wait for the owner.
    pub(crate) fn state_for(&self, record: &MailboxRecord, owner: bool) -> MailboxState {
        let mut state = self.state_of(record);
        if owner {
            return state;
        }
        state.beside.retain(|trouble| match trouble {
            Trouble::Encrypted { .. } => false,
            Trouble::FilesLeft { .. } => record.options.auto_share,
            _ => true,
        });
        if matches!(state.doing, Doing::CatchingUp { .. }) {
            state.doing = Doing::Connecting;
        }
        state
    }

    fn settings_of(&self, record: &MailboxRecord, readers: Vec<Reader>) -> MailboxSettings {
        MailboxSettings {
            id: record.id,
            kind: record.kind,
            address: record.address.clone(),
            connection: record.connection.clone(),
            secret_kept: record.secret_kept,
            outgoing: record.outgoing.clone(),
            apicrypt: record.apicrypt.clone(),
            key_code_kept: record.key_code_kept,
            certificate: record.certificate.clone(),
            told: record.told.clone(),
            options: record.options.clone(),
            state: self.state_of(record),
            readers,
            archived_at: record.archived_at,
        }
    }

    fn checked(&self, asked: &Asked<'_>) -> Result<NewMailbox, Failure> {
        let Asked { kind, address, connection, outgoing, apicrypt, options } = *asked;
        let address =
            if kind.is_mail() { fields::address(address)? } else { fields::line(Field::Address, address, 120)? };
        if !suits(kind, connection) {
            return fields::invalid(if kind.is_mail() { Field::Host } else { Field::Path }, Why::Empty);
        }
        let connection = self.checked_connection(connection)?;
        let outgoing = outgoing.filter(|_| matches!(connection, Connection::Imap { .. } | Connection::Pop3 { .. }));
        let outgoing = outgoing.map(|outgoing| self.checked_outgoing(outgoing, &connection)).transpose()?;
        let apicrypt = match (kind, apicrypt) {
            (MailboxKind::Apicrypt, Some(apicrypt)) => Some(checked_apicrypt(apicrypt)?),
            (MailboxKind::Apicrypt, None) => return fields::invalid(Field::KeyId, Why::Empty),
            _ => None,
        };
        if let Some(days) = options.retention_days {
            fields::between(Field::RetentionDays, days, 1, 3650)?;
        }
        Ok(NewMailbox { kind, address, connection, outgoing, apicrypt, options: options.clone() })
    }

    pub(crate) fn checked_connection(&self, connection: &Connection) -> Result<Connection, Failure> {
        match connection {
            Connection::Imap { host, port, tls, account, sign_in } => {
                let host = checked_server((host, Field::Host), (*port, Field::Port), *tls)?;
                let account = fields::line(Field::Account, account, 254)?;
                let by_token = *sign_in == SignInWay::ProSanteConnect;
                if by_token && (*tls == Tls::Local || !self.may_receive_tokens(&host)) {
                    return fields::invalid(Field::Host, Why::NotMssante);
                }
                Ok(Connection::Imap { host, port: *port, tls: *tls, account, sign_in: *sign_in })
            }
            Connection::Pop3 { host, port, tls, account } => {
                let host = checked_server((host, Field::Host), (*port, Field::Port), *tls)?;
                let account = fields::line(Field::Account, account, 254)?;
                Ok(Connection::Pop3 { host, port: *port, tls: *tls, account })
            }
            Connection::Folder { path, after } => {
                let path = fields::line(Field::Path, path, 4000)?;
                let folder = self.check_folder(Field::Path, Path::new(&path))?;
                let after = self.checked_after(&folder, after)?;
                Ok(Connection::Folder { path, after })
            }
            Connection::Publisher { account } => {
                Ok(Connection::Publisher { account: fields::line(Field::Account, account, 254)? })
            }
        }
    }

    /// Where the folder really is.
    fn check_folder(&self, field: Field, path: &Path) -> Result<PathBuf, Failure> {
        if !path.is_absolute() {
            return fields::invalid(field, Why::Form);
        }
        let folder = match bannette_mail::real_folder(path) {
            Ok(folder) => folder,
            Err(MailError::FolderLoop) => return fields::invalid(field, Why::LinkLoop),
            Err(_) => return fields::invalid(field, Why::NotAFolder),
        };
        // The practice's own folder is not a source: its files change with every message taken in.
        let data = self.0.place.data.canonicalize();
        if data.is_ok_and(|data| folder == data || data.starts_with(&folder)) {
            return fields::invalid(field, Why::InsideData);
        }
        Ok(folder)
    }

    /// What becomes of the files of a folder, if Bannette may do that there.
    fn checked_after(&self, folder: &Path, after: &AfterTaking) -> Result<AfterTaking, Failure> {
        if let AfterTaking::Move { to } = after {
            let to = fields::line(Field::MoveTo, to, 4000)?;
            let target = self.check_folder(Field::MoveTo, Path::new(&to))?;
            if target == folder {
                return fields::invalid(Field::MoveTo, Why::Taken);
            }
            if self.0.place.data.canonicalize().is_ok_and(|data| target.starts_with(data)) {
                return fields::invalid(Field::MoveTo, Why::InsideData);
            }
            if !bannette_mail::is_writable(&target) {
                return fields::invalid(Field::MoveTo, Why::NotWritable);
            }
            check_files_may_go(folder)?;
            return Ok(AfterTaking::Move { to });
        }
        if *after == AfterTaking::Delete {
            check_files_may_go(folder)?;
        }
        Ok(after.clone())
    }

    /// The mailbox for its owner; the rights in `rights` reach it.
    fn readers_of(rights: &Rights, mailbox: MailboxId) -> Result<Vec<Reader>, Failure> {
        let proof = rights.grant::<ReadRight>(mailbox).map_err(failures::of_denied)?;
        Ok(rights.readers(&proof))
    }
}

fn check_files_may_go(folder: &Path) -> Result<(), Failure> {
    if bannette_mail::is_writable(folder) { Ok(()) } else { fields::invalid(Field::Path, Why::NotWritable) }
}

/// Two mailboxes may watch one folder as long as the files stay in it: where one takes them away, the other never sees what
/// came between two of its looks, and nobody would know. Asked before the change: a drive of somebody else's that does not
/// answer must hold up no other change.
async fn check_nobody_waits_for_the_files(
    mut read: Read,
    mailbox: MailboxId,
    connection: &Connection,
) -> Result<(), Failure> {
    let Connection::Folder { path, after } = connection else { return Ok(()) };
    let others = read.other_folders(mailbox).await.map_err(failures::of_store)?;
    drop(read);
    let real = |path: &str| std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    let folder = real(path);
    let stays = |after: &AfterTaking| *after == AfterTaking::Leave;
    let lost =
        |(other, other_after): &(String, AfterTaking)| !(stays(after) && stays(other_after)) && real(other) == folder;
    if others.iter().any(lost) { fields::invalid(Field::Path, Why::Taken) } else { Ok(()) }
}

fn in_short(mut readers: Vec<Reader>) -> Readership {
    let count = u64::try_from(readers.len()).unwrap_or(u64::MAX);
    readers.truncate(Readership::NAMED);
    Readership { count, some: readers }
}

/// What a person wants a mailbox to be.
struct Asked<'a> {
    kind: MailboxKind,
    address: &'a str,
    connection: &'a Connection,
    outgoing: Option<&'a Outgoing>,
    apicrypt: Option<&'a Apicrypt>,
    options: &'a Options,
}

/// The new one; without it the kept one is forgotten or left.
fn or_forgotten<T>(new: Option<T>, forget: bool) -> Option<Option<T>> {
    match new {
        Some(new) => Some(Some(new)),
        None => forget.then_some(None),
    }
}

/// Whether messages of this kind may come this way.
fn suits(kind: MailboxKind, connection: &Connection) -> bool {
    match kind {
        MailboxKind::Mssante | MailboxKind::Imap => matches!(connection, Connection::Imap { .. }),
        MailboxKind::Apicrypt => !matches!(connection, Connection::Publisher { .. }),
        MailboxKind::Bioserveur => matches!(connection, Connection::Folder { .. } | Connection::Publisher { .. }),
        MailboxKind::Folder => matches!(connection, Connection::Folder { .. }),
    }
}

fn checked_server(host: (&str, Field), port: (u16, Field), tls: Tls) -> Result<String, Failure> {
    if port.0 == 0 {
        return fields::invalid(port.1, Why::OutOfRange { least: 1, most: 65_535 });
    }
    let name = fields::host(host.1, host.0)?;
    if tls == Tls::Local && !is_this_post(&name) {
        return fields::invalid(host.1, Why::NotThisPost);
    }
    Ok(name)
}

fn is_this_post(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Core {
    /// The server for sending; where the mailbox opens by a token, that server receives it too.
    pub(crate) fn checked_outgoing(&self, outgoing: &Outgoing, of: &Connection) -> Result<Outgoing, Failure> {
        let Outgoing { host, port, tls } = outgoing;
        let host = checked_server((host, Field::OutgoingHost), (*port, Field::OutgoingPort), *tls)?;
        let by_token = matches!(of, Connection::Imap { sign_in: SignInWay::ProSanteConnect, .. });
        if by_token && (*tls == Tls::Local || !self.may_receive_tokens(&host)) {
            return fields::invalid(Field::OutgoingHost, Why::NotMssante);
        }
        Ok(Outgoing { host, port: *port, tls: *tls })
    }
}

/// Whether a program is to be run that this mailbox did not run before, or in another way.
fn names_a_program(before: Option<&Apicrypt>, wanted: Option<&Apicrypt>) -> bool {
    let decryptor = wanted.map(|apicrypt| &apicrypt.decryptor);
    matches!(decryptor, Some(Decryptor::Program { .. })) && before.map(|apicrypt| &apicrypt.decryptor) != decryptor
}

fn checked_apicrypt(apicrypt: &Apicrypt) -> Result<Apicrypt, Failure> {
    let key_id = fields::line(Field::KeyId, &apicrypt.key_id, 120)?;
    let decryptor = match &apicrypt.decryptor {
        Decryptor::Program { program, arguments } => {
            let program = fields::line(Field::Program, program, 4000)?;
            if !Path::new(&program).is_absolute() {
                return fields::invalid(Field::Program, Why::Form);
            }
            let too_long = arguments.len() > 32 || arguments.iter().any(|one| one.chars().count() > 1000);
            if too_long {
                return fields::invalid(Field::Arguments, Why::TooLong { at_most: 1000 });
            }
            if arguments.iter().any(|one| one.chars().any(char::is_control)) {
                return fields::invalid(Field::Arguments, Why::Form);
            }
            let says = |what: &str| arguments.iter().any(|one| one.contains(what));
            if !says("{input}") || !says("{output}") {
                return fields::invalid(Field::Arguments, Why::Form);
            }
            Decryptor::Program { program, arguments: arguments.clone() }
        }
        other => other.clone(),
    };
    Ok(Apicrypt { key_id, decryptor })
}

fn checked_secret(field: Field, secret: Option<&MailboxSecret>) -> Result<Option<String>, Failure> {
    let secret = secret.map(|secret| secret.0.as_str()).filter(|secret| !secret.is_empty());
    match secret {
        Some(secret) if secret.chars().count() > 1024 => fields::invalid(field, Why::TooLong { at_most: 1024 }),
        Some(secret) if secret.chars().any(|letter| matches!(letter, '\r' | '\n' | '\0')) => {
            fields::invalid(field, Why::Form)
        }
        secret => Ok(secret.map(ToOwned::to_owned)),
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
            let state = self.state_for(&record, my_right.owner);
            summaries.push(MailboxSummary {
                id: record.id,
                kind: record.kind,
                address: record.address.clone(),
                owner: record.owner,
                my_right,
                state,
                readers: in_short(Self::readers_of(&rights, record.id)?),
                waiting: waiting.get(&record.id).copied().unwrap_or(0),
                archived_at: record.archived_at,
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
        let new = self.checked(&Asked {
            kind: call.kind,
            address: &call.address,
            connection: &call.connection,
            outgoing: call.outgoing.as_ref(),
            apicrypt: call.apicrypt.as_ref(),
            options: &call.options,
        })?;
        let now = self.now();
        let secrets = Secrets {
            password: checked_secret(Field::Secret, call.secret.as_ref())?,
            key_code: checked_secret(Field::KeyCode, call.key_code.as_ref())?,
            certificate: certificates::checked(call.certificate.as_ref(), now)?,
        };
        let id = MailboxId(uuid::Uuid::now_v7());
        check_nobody_waits_for_the_files(read, id, &new.connection).await?;
        if names_a_program(None, new.apicrypt.as_ref()) {
            self.confirmed(me, call.password).await?;
        }
        let store = self.store().await?;
        let kept = store.keep(secrets, now).await.map_err(failures::of_store)?;
        let secrets = NewSecrets {
            password: kept.password.map(Some),
            key_code: kept.key_code.map(Some),
            certificate: kept.certificate.map(Some),
        };
        let mut write = store.write().await.map_err(failures::of_store)?;
        let added = write.add_mailbox(id, me, &new, &secrets, now).await;
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
        let (me, mut read) = self.reading(session).await?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        // All that takes a while comes before the change: folders that must be looked at, a password, the key store. Nobody
        // waits for it.
        let known = read.mailbox(&proof).await.map_err(failures::of_store)?;
        let new = self.checked(&Asked {
            kind: known.kind,
            address: &call.address,
            connection: &call.connection,
            outgoing: call.outgoing.as_ref(),
            apicrypt: call.apicrypt.as_ref(),
            options: &call.options,
        })?;
        if known.connection == new.connection {
            drop(read);
        } else {
            check_nobody_waits_for_the_files(read, call.mailbox, &new.connection).await?;
        }
        if names_a_program(known.apicrypt.as_ref(), new.apicrypt.as_ref()) {
            self.confirmed(me, call.password).await?;
        }
        let typed = Secrets {
            password: checked_secret(Field::Secret, call.secret.as_ref())?,
            key_code: checked_secret(Field::KeyCode, call.key_code.as_ref())?,
            certificate: certificates::checked(call.certificate.as_ref(), now)?,
        };
        let store = self.store().await?;
        let kept = store.keep(typed, now).await.map_err(failures::of_store)?;
        let mut write = store.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let before = write.mailbox(&proof).await.map_err(failures::of_store)?;
        // A kept secret is never shown to another server, nor to another program, than the one it was given for.
        let elsewhere = before.connection != new.connection || before.outgoing != new.outgoing;
        let before_apicrypt = before.apicrypt;
        let other_tool = before_apicrypt.as_ref().map(|apicrypt| apicrypt.decryptor.clone())
            != new.apicrypt.as_ref().map(|apicrypt| apicrypt.decryptor.clone());
        let secrets = NewSecrets {
            password: or_forgotten(kept.password, elsewhere),
            key_code: or_forgotten(kept.key_code, other_tool),
            certificate: or_forgotten(kept.certificate, elsewhere),
        };
        if before_apicrypt != new.apicrypt || secrets.key_code.is_some() {
            // What could not be opened may be now.
            write.forget_tries(&proof).await.map_err(failures::of_store)?;
        }
        let changed = write.change_mailbox(&proof, &new, &secrets).await;
        let record = changed.map_err(failures::of_store_taken(Field::Address))?;
        let act = Act::MailboxChanged { mailbox: call.mailbox, secret: secrets.any() };
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
        self.clear_key_store_soon();
    }
}

impl Handle<FetchNow> for Core {
    async fn handle(&self, session: &Session, call: FetchNow) -> Result<(), Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<ReadRight>(call.mailbox).map_err(failures::of_denied)?;
        drop(read);
        // Whoever asks for a look asks for what could not be opened too.
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        write.forget_tries(&proof).await.map_err(failures::of_store)?;
        write.commit_progress().await.map_err(failures::of_store)?;
        self.0.fetching.fetch_now(proof.mailbox());
        Ok(())
    }
}
