//! What was typed for a mailbox, as text, and how it is read. Pure: no signal, no page. Nothing of it counts before the
//! core took it; what is checked here is checked again there.

use super::arguments;
use super::choices::{After, Choices, Comes, Opens, Switch, Text, usual_port, usual_smtp_port};
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{
    AfterTaking, Apicrypt, Connection, Decryptor, MailboxKind, MailboxSettings, Options, Outgoing, SignInWay, Tls,
};

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Kind.
    pub kind: MailboxKind,
    /// What was chosen.
    pub choices: Choices,
    pub(super) texts: [String; 12],
    pub(super) switches: [bool; 4],
}

/// What was typed, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub address: String,
    pub connection: Connection,
    pub outgoing: Option<Outgoing>,
    pub apicrypt: Option<Apicrypt>,
    pub options: Options,
}

type Wrong = Vec<(Field, Why)>;
/// What one field holds, or what is wrong with it.
type One<T> = Result<T, (Field, Why)>;

impl Typed {
    /// A new mailbox.
    #[must_use]
    pub fn blank(kind: MailboxKind) -> Self {
        let comes = Comes::offered(kind).first().copied().unwrap_or(Comes::Imap);
        let choices = Choices {
            comes,
            tls: Tls::Implicit,
            sign_in: SignInWay::Password,
            after: After::Leave,
            opens: if kind == MailboxKind::Apicrypt { Opens::Nothing } else { Opens::Clear },
            smtp_tls: Tls::Implicit,
        };
        let options = Options::default();
        let mut typed = Self { kind, choices, texts: Default::default(), switches: [false; 4] };
        typed.put(Text::Port, usual_port(comes, Tls::Implicit));
        typed.put(Text::SmtpPort, usual_smtp_port(Tls::Implicit));
        typed.put(Text::Arguments, arguments::USUAL);
        typed.take(&options);
        typed
    }

    fn take(&mut self, options: &Options) {
        self.put(Text::Retention, &options.retention_days.map(|days| days.to_string()).unwrap_or_default());
        self.switches = [options.enabled, options.delete_from_server, options.auto_share, options.auto_relay];
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, which: Text) -> &str {
        self.texts.get(which as usize).map_or("", |text| text.trim())
    }

    /// Types into a field.
    pub fn put(&mut self, which: Text, text: &str) {
        if let Some(place) = self.texts.get_mut(which as usize) {
            text.clone_into(place);
        }
    }

    fn on(&self, which: Switch) -> bool {
        self.switches.get(which as usize).copied().unwrap_or_default()
    }

    /// The settings as kept.
    #[must_use]
    pub fn of(settings: &MailboxSettings) -> Self {
        let mut typed = Self::blank(settings.kind);
        typed.put(Text::Address, &settings.address);
        typed.take(&settings.options);
        let apicrypt = settings.kind == MailboxKind::Apicrypt;
        match &settings.connection {
            Connection::Imap { host, port, tls, account, sign_in } => {
                typed.choices.sign_in = *sign_in;
                let proxy = apicrypt && *tls == Tls::Local;
                typed.server(if proxy { Comes::ProxyImap } else { Comes::Imap }, (host, *port, *tls, account));
            }
            Connection::Pop3 { host, port, tls, account } => {
                let proxy = apicrypt && *tls == Tls::Local;
                typed.server(if proxy { Comes::ProxyPop3 } else { Comes::Pop3 }, (host, *port, *tls, account));
            }
            Connection::Folder { path, after } => {
                typed.choices.comes = Comes::Folder;
                typed.put(Text::Path, path);
                typed.choices.after = match after {
                    AfterTaking::Leave => After::Leave,
                    AfterTaking::Delete => After::Delete,
                    AfterTaking::Move { to } => {
                        typed.put(Text::MoveTo, to);
                        After::Move
                    }
                };
            }
            Connection::Publisher { account } => {
                typed.choices.comes = Comes::Publisher;
                typed.put(Text::Account, account);
            }
        }
        if let Some(outgoing) = &settings.outgoing {
            typed.put(Text::SmtpHost, &outgoing.host);
            typed.put(Text::SmtpPort, &outgoing.port.to_string());
            typed.choices.smtp_tls = outgoing.tls;
        }
        if let Some(apicrypt) = &settings.apicrypt {
            typed.put(Text::KeyId, &apicrypt.key_id);
            typed.choices.opens = match &apicrypt.decryptor {
                Decryptor::None => Opens::Nothing,
                Decryptor::Clear => Opens::Clear,
                Decryptor::Program { program, arguments } => {
                    typed.put(Text::Program, program);
                    typed.put(Text::Arguments, &arguments::join(arguments));
                    Opens::Program
                }
            };
        }
        typed
    }

    fn server(&mut self, comes: Comes, (host, port, tls, account): (&str, u16, Tls, &str)) {
        self.choices.comes = comes;
        self.choices.tls = tls;
        self.put(Text::Host, host);
        self.put(Text::Port, &port.to_string());
        self.put(Text::Account, account);
    }

    /// The encryption: none to the proxy of this post.
    #[must_use]
    pub fn tls(&self) -> Tls {
        if self.choices.comes.proxy() { Tls::Local } else { self.choices.tls }
    }

    /// The ways of signing in of a kind of mailbox.
    #[must_use]
    pub fn sign_in_ways(kind: MailboxKind) -> &'static [SignInWay] {
        match kind {
            MailboxKind::Mssante => &[SignInWay::Password, SignInWay::ProSanteConnect, SignInWay::Certificate],
            MailboxKind::Imap => &[SignInWay::Password, SignInWay::Certificate],
            _ => &[SignInWay::Password],
        }
    }

    /// How one signs in; nothing where there is no server.
    #[must_use]
    pub fn sign_in(&self) -> Option<SignInWay> {
        self.choices.sign_in(self.kind)
    }

    /// Where messages come from, or what is wrong.
    ///
    /// # Errors
    /// The fields that are wrong, and why.
    pub fn connection(&self) -> Result<Connection, Wrong> {
        match self.choices.comes {
            Comes::Folder => self.folder(),
            Comes::Publisher => match self.text(Text::Account) {
                "" => Err(vec![(Field::Account, Why::Empty)]),
                account => Ok(Connection::Publisher { account: account.to_owned() }),
            },
            comes => {
                let (host, port) = self.place((Text::Host, Text::Port), self.tls());
                let account = match self.text(Text::Account) {
                    "" => self.text(Text::Address),
                    account => account,
                };
                let mut wrong: Wrong = host.as_ref().err().into_iter().chain(port.as_ref().err()).copied().collect();
                if account.is_empty() {
                    wrong.push((Field::Account, Why::Empty));
                }
                let (Ok(host), Ok(port), true) = (host, port, wrong.is_empty()) else { return Err(wrong) };
                let (tls, account) = (self.tls(), account.to_owned());
                Ok(if comes.pop3() {
                    Connection::Pop3 { host, port, tls, account }
                } else {
                    Connection::Imap { host, port, tls, account, sign_in: self.sign_in().unwrap_or_default() }
                })
            }
        }
    }

    fn folder(&self) -> Result<Connection, Wrong> {
        let path = absolute(self.text(Text::Path)).map_err(|why| (Field::Path, why));
        let after = match self.choices.after {
            After::Leave => Ok(AfterTaking::Leave),
            After::Delete => Ok(AfterTaking::Delete),
            After::Move if self.text(Text::MoveTo) == self.text(Text::Path) && path.is_ok() => {
                Err((Field::MoveTo, Why::Twice))
            }
            After::Move => {
                absolute(self.text(Text::MoveTo)).map(|to| AfterTaking::Move { to }).map_err(|why| (Field::MoveTo, why))
            }
        };
        match (path, after) {
            (Ok(path), Ok(after)) => Ok(Connection::Folder { path, after }),
            (path, after) => Err(path.err().into_iter().chain(after.err()).collect()),
        }
    }

    /// A server's name and its port.
    fn place(&self, (host, port): (Text, Text), tls: Tls) -> (One<String>, One<u16>) {
        let name = self.text(host);
        let strange = |letter: char| !(letter.is_alphanumeric() || "-.:".contains(letter));
        let why = if name.is_empty() {
            Some(Why::Empty)
        } else if name.contains(strange) {
            Some(Why::Form)
        } else {
            (tls == Tls::Local && !is_this_post(name)).then_some(Why::NotThisPost)
        };
        let name = why.map_or_else(|| Ok(name.to_owned()), |why| Err((host.field(), why)));
        let number = match self.text(port).parse::<u32>() {
            Ok(number) => {
                u16::try_from(number).ok().filter(|port| *port > 0).ok_or(Why::OutOfRange { least: 1, most: 65_535 })
            }
            Err(_) if self.text(port).is_empty() => Err(Why::Empty),
            Err(_) => Err(Why::OutOfRange { least: 1, most: 65_535 }),
        };
        (name, number.map_err(|why| (port.field(), why)))
    }

    /// The server that takes what one sends, or what is wrong; nothing where no name was typed.
    ///
    /// # Errors
    /// The fields that are wrong, and why.
    pub fn outgoing(&self) -> Result<Option<Outgoing>, Wrong> {
        if !self.choices.comes.server() || self.text(Text::SmtpHost).is_empty() {
            return Ok(None);
        }
        let tls = self.choices.smtp_tls;
        match self.place((Text::SmtpHost, Text::SmtpPort), tls) {
            (Ok(host), Ok(port)) => Ok(Some(Outgoing { host, port, tls })),
            (host, port) => Err(host.err().into_iter().chain(port.err()).collect()),
        }
    }

    /// What only an APICRYPT account has, or what is wrong.
    ///
    /// # Errors
    /// The fields that are wrong, and why.
    pub fn apicrypt(&self) -> Result<Option<Apicrypt>, Wrong> {
        if self.kind != MailboxKind::Apicrypt {
            return Ok(None);
        }
        let mut wrong = Vec::new();
        let key_id = self.text(Text::KeyId);
        if key_id.is_empty() {
            wrong.push((Field::KeyId, Why::Empty));
        } else if key_id.chars().count() > 120 {
            wrong.push((Field::KeyId, Why::TooLong { at_most: 120 }));
        }
        let decryptor = match self.choices.opens {
            Opens::Nothing => Some(Decryptor::None),
            Opens::Clear => Some(Decryptor::Clear),
            Opens::Program => {
                let program = absolute(self.text(Text::Program)).map_err(|why| wrong.push((Field::Program, why)));
                let arguments = arguments::split(self.text(Text::Arguments));
                if arguments.is_none() {
                    wrong.push((Field::Arguments, Why::Form));
                }
                program.ok().zip(arguments).map(|(program, arguments)| Decryptor::Program { program, arguments })
            }
        };
        match decryptor {
            Some(decryptor) if wrong.is_empty() => Ok(Some(Apicrypt { key_id: key_id.to_owned(), decryptor })),
            _ => Err(wrong),
        }
    }

    fn options(&self) -> Result<Options, Wrong> {
        // Empty: *Garder*.
        let retention_days = match self.text(Text::Retention) {
            "" => None,
            typed => match typed.parse::<u32>().ok().filter(|days| (1..=3650).contains(days)) {
                Some(days) => Some(days),
                None => return Err(vec![(Field::RetentionDays, Why::OutOfRange { least: 1, most: 3650 })]),
            },
        };
        Ok(Options {
            enabled: self.on(Switch::Enabled),
            delete_from_server: self.on(Switch::Delete),
            retention_days,
            auto_share: self.on(Switch::AutoShare),
            auto_relay: self.on(Switch::AutoRelay),
        })
    }

    fn address(&self) -> Result<String, Wrong> {
        let address = self.text(Text::Address);
        let named = matches!(self.kind, MailboxKind::Folder | MailboxKind::Bioserveur);
        let most = if named { 120 } else { 254 };
        let why = if address.is_empty() {
            Why::Empty
        } else if address.chars().count() > most {
            Why::TooLong { at_most: u32::try_from(most).unwrap_or(u32::MAX) }
        } else if !named && !is_address(address) {
            Why::Form
        } else {
            return Ok(address.to_owned());
        };
        Err(vec![(Field::Address, why)])
    }

    /// Everything, or all that is wrong, in the order of the screen.
    ///
    /// # Errors
    /// The fields that are wrong, and why.
    pub fn read(&self) -> Result<Wanted, Wrong> {
        let (address, connection, outgoing) = (self.address(), self.connection(), self.outgoing());
        let (apicrypt, options) = (self.apicrypt(), self.options());
        match (address, apicrypt, connection, outgoing, options) {
            (Ok(address), Ok(apicrypt), Ok(connection), Ok(outgoing), Ok(options)) => {
                Ok(Wanted { address, connection, outgoing, apicrypt, options })
            }
            (address, apicrypt, connection, outgoing, options) => {
                let wrong = [address.err(), apicrypt.err(), connection.err(), outgoing.err(), options.err()];
                Err(wrong.into_iter().flatten().flatten().collect())
            }
        }
    }
}

/// Something before the @, something with a point after it.
fn is_address(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|part| !part.is_empty())
        })
}

/// Whether a server's name is this post itself.
fn is_this_post(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A whole path: from the root, from a drive's letter, or on a network's server.
fn absolute(path: &str) -> Result<String, Why> {
    let drive =
        |path: &str| matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    match path {
        "" => Err(Why::Empty),
        path if path.starts_with('/') || path.starts_with(r"\\") || drive(path) => Ok(path.to_owned()),
        _ => Err(Why::Form),
    }
}

#[cfg(test)]
mod tests;
