//! A real Dovecot on loopback for tests: own certificates, ports, users and mail in a temporary folder. It ends with the
//! value that started it, after a panic too, and even when the test's process is killed. Must never touch a Dovecot that
//! it did not start.
//!
//! Included by `#[path]` from several test crates, each of which uses a part of it.
#![allow(dead_code)]
#![cfg(unix)]

use anyhow::{Context as _, bail, ensure};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

const NOT_INSTALLED: &str = "Dovecot is not installed: apt-get install dovecot-imapd";
/// How long the server may take to greet, on a busy machine.
const STARTING: Duration = Duration::from_secs(20);

/// What is unusual about the server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Its certificate is no longer valid.
    pub expired_certificate: bool,
    /// Its certificate is valid for so many days only.
    pub certificate_days: Option<u64>,
    /// Its certificate comes from an authority other than the one in [`Dovecot::ca_dir`].
    pub foreign_ca: bool,
    /// Its certificate is for another name.
    pub wrong_name: bool,
    /// It does not offer IDLE.
    pub without_idle: bool,
    /// It does not offer UIDPLUS.
    pub without_uidplus: bool,
    /// It speaks in clear only, on the STARTTLS port.
    pub without_tls: bool,
    /// It speaks POP3 as well (Debian's dovecot-pop3d).
    pub with_pop3: bool,
    /// It has the ACL plugin, and public mailboxes that [`Dovecot::public_mailbox`] makes.
    pub with_acl: bool,
    /// Nobody signs in without a certificate of [`Dovecot::client_certificate`], by SASL EXTERNAL.
    pub client_certificates: bool,
    /// It limits each mailbox to [`QUOTA`] bytes, and tells (RFC 9208).
    pub with_quota: bool,
    /// It takes messages to be sent as well (Debian's dovecot-submissiond), and leads them nowhere.
    pub with_submission: bool,
    /// It knows tokens (SASL XOAUTH2), and asks the provider at this port of loopback whose they are.
    pub oidc_port: Option<u16>,
}

/// The secret by which it signs in at that provider, as the client `dovecot`.
pub const OIDC_SECRET: &str = "secret-of-the-resource-server";

/// The bytes that a mailbox may have with [`Options::with_quota`].
pub const QUOTA: u64 = 10 * 1024 * 1024;

/// An authority that makes certificates for tests.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new authority.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A client's certificate for this name, and its key, as PEM texts.
    pub fn issue_client(&self, name: &str, expired: bool) -> anyhow::Result<(String, String)> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = if expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2090, 1, 1) };
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem()))
    }

    /// A certificate and its key, as PEM texts.
    pub fn issue(&self, names: &[&str], expired: bool) -> anyhow::Result<(String, String)> {
        self.issue_until(names, if expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2090, 1, 1) }.into())
    }

    fn issue_until(&self, names: &[&str], end: SystemTime) -> anyhow::Result<(String, String)> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "Bannette test server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = end.into();
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem()))
    }
}

/// Where it listens.
#[derive(Clone, Copy, Debug, Default)]
struct Ports {
    imaps: u16,
    imap: u16,
    pop3s: u16,
    pop3: u16,
    submissions: u16,
    submission: u16,
}

/// A running Dovecot.
pub struct Dovecot {
    folder: TempDir,
    options: Options,
    authority: Authority,
    ports: Ports,
    /// The shell that holds Dovecot, and ends it when its standard input ends.
    holder: Option<Child>,
    delivered: AtomicU64,
}

impl Dovecot {
    /// Starts a server with these users and their secrets.
    pub fn start(users: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::start_with(users, Options::default())
    }

    /// Starts an unusual server.
    pub fn start_with(users: &[(&str, &str)], options: Options) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("dovecot-").tempdir()?;
        // The mail's user has to pass.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let authority = write_certificates(folder.path(), options)?;
        let (ports, delivered) = (Ports::default(), AtomicU64::new(0));
        let mut server = Self { folder, options, authority, ports, holder: None, delivered };
        server.write_users(users)?;
        server.find_ports_and_run()?;
        Ok(server)
    }

    /// The port of TLS from the first byte.
    pub fn tls_port(&self) -> u16 {
        self.ports.imaps
    }

    /// The port that begins in clear.
    pub fn starttls_port(&self) -> u16 {
        self.ports.imap
    }

    /// The port of POP3, with TLS from the first byte, where it was asked for.
    pub fn pop3_port(&self) -> u16 {
        self.ports.pop3s
    }

    /// The port of POP3 that begins in clear.
    pub fn pop3_stls_port(&self) -> u16 {
        self.ports.pop3
    }

    /// The port that takes messages to be sent, with TLS from the first byte.
    pub fn submissions_port(&self) -> u16 {
        self.ports.submissions
    }

    /// The port that takes messages to be sent, and begins in clear.
    pub fn submission_port(&self) -> u16 {
        self.ports.submission
    }

    /// The certificate of the authority to trust.
    pub fn ca_pem(&self) -> &str {
        self.authority.pem()
    }

    /// A certificate with which this user signs in, and its key, as PEM texts.
    pub fn client_certificate(&self, user: &str, expired: bool) -> anyhow::Result<(String, String)> {
        self.authority.issue_client(user, expired)
    }

    /// A folder that holds nothing but that certificate, as `ca.pem`.
    pub fn ca_dir(&self) -> PathBuf {
        self.folder.path().join("ca")
    }

    /// Makes a public mailbox (`Public.NAME`) with these lines of rights (`user=derek lr`).
    pub fn public_mailbox(&self, name: &str, rights: &[String]) -> anyhow::Result<()> {
        let public = self.folder.path().join("public");
        let mailbox = public.join(format!(".{name}"));
        for sub in ["", "cur", "new", "tmp"] {
            fs::create_dir_all(mailbox.join(sub))?;
            give(&mailbox.join(sub))?;
        }
        let file = mailbox.join("dovecot-acl");
        fs::write(&file, rights.join("\n") + "\n")?;
        give(&file)?;
        give(&public)
    }

    /// Says which groups each user is in, with the ACL plugin.
    pub fn set_groups<'a>(&self, groups: impl Iterator<Item = (&'a str, Vec<String>)>) -> anyhow::Result<()> {
        let (uid, gid) = owners()?.mail;
        let home = self.folder.path().join("home");
        let mut lines = String::new();
        for (user, groups) in groups {
            let (home, groups) = (home.join(user), groups.join(","));
            writeln!(lines, "{user}::{uid}:{gid}::{}::userdb_acl_groups={groups}", home.display())?;
        }
        let file = self.folder.path().join("groups");
        fs::write(&file, lines)?;
        Ok(fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?)
    }

    /// Lets nobody delete from this user's INBOX, or lets its owner delete again. With the ACL plugin.
    pub fn forbid_deletion(&self, user: &str, forbidden: bool) -> anyhow::Result<()> {
        let file = self.mail(user).join("dovecot-acl");
        if !forbidden {
            return Ok(fs::remove_file(file)?);
        }
        fs::write(&file, "owner lrwsi\n")?;
        give(&file)
    }

    /// Its configuration, for `doveadm -c`.
    pub fn configuration_file(&self) -> PathBuf {
        self.folder.path().join("dovecot.conf")
    }

    /// What Dovecot wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("dovecot.log")).unwrap_or_default()
    }

    /// Delivers a message as a delivery agent does; who idles is woken. Line ends should be CRLF: that is how they come back.
    pub fn deliver(&self, user: &str, message: &[u8]) -> anyhow::Result<()> {
        let (written, delivered) = self.written(user, message)?;
        Ok(fs::rename(written, delivered)?)
    }

    /// Writes a message beside the INBOX. Gives its file, and the one that it becomes when it is delivered.
    fn written(&self, user: &str, message: &[u8]) -> anyhow::Result<(PathBuf, PathBuf)> {
        let mail = self.mail(user);
        let turn = self.delivered.fetch_add(1, Ordering::Relaxed);
        // Dovecot numbers new files by second and microsecond; S and W are the sizes as stored and as sent.
        let (second, micro) = (1_700_000_000 + turn / 1_000_000, turn % 1_000_000);
        let sent = message.len() + missing_returns(message);
        let name = format!("{second}.M{micro:06}P1.test,S={},W={sent}", message.len());
        let fresh = mail.join("tmp").join(&name);
        fs::write(&fresh, message)?;
        Ok((fresh, mail.join("new").join(&name)))
    }

    /// Delivers messages in order, all of them at once: who idles is not woken by the first ones while the last are being
    /// written. Gives how many.
    pub fn deliver_many(&self, user: &str, messages: impl Iterator<Item = Vec<u8>>) -> anyhow::Result<usize> {
        let written = messages.map(|message| self.written(user, &message)).collect::<anyhow::Result<Vec<_>>>()?;
        for (written, delivered) in &written {
            fs::rename(written, delivered)?;
        }
        Ok(written.len())
    }

    /// Messages in the user's INBOX.
    pub fn count(&self, user: &str) -> anyhow::Result<usize> {
        Ok(self.files(user)?.len())
    }

    /// The flags of each message, in the order of delivery: `S` seen, `R` answered, `F` flagged, `T` deleted, `D` draft.
    pub fn flags(&self, user: &str) -> anyhow::Result<Vec<String>> {
        let flags_of = |file: &PathBuf| file_name(file).split_once(":2,").map(|(_, flags)| flags.to_owned());
        Ok(self.files(user)?.iter().map(|file| flags_of(file).unwrap_or_default()).collect())
    }

    /// Messages that no client has opened the INBOX upon yet.
    pub fn recent(&self, user: &str) -> anyhow::Result<usize> {
        Ok(fs::read_dir(self.mail(user).join("new"))?.count())
    }

    /// Gives the n-th message these flags, as another client would.
    pub fn set_flags(&self, user: &str, nth: usize, flags: &str) -> anyhow::Result<()> {
        let files = self.files(user)?;
        let file = files.get(nth).context("no such message")?;
        let base = file_name(file);
        let base = base.split(":2,").next().unwrap_or_default();
        fs::rename(file, self.mail(user).join("cur").join(format!("{base}:2,{flags}")))?;
        Ok(())
    }

    /// Numbers the user's messages anew, under a new UIDVALIDITY. No session may be open.
    pub fn reset_uidvalidity(&self, user: &str) -> anyhow::Result<()> {
        let mail = self.mail(user);
        let list = mail.join("dovecot-uidlist");
        let text = fs::read_to_string(&list).context("the INBOX was never opened")?;
        let old: u32 = text
            .split_whitespace()
            .find_map(|word| word.strip_prefix('V'))
            .and_then(|number| number.parse().ok())
            .context("no UIDVALIDITY in dovecot-uidlist")?;
        for entry in fs::read_dir(&mail)? {
            let path = entry?.path();
            if file_name(&path).starts_with("dovecot") {
                fs::remove_file(path)?;
            }
        }
        fs::write(&list, format!("3 V{} N1\n", old + 1))?;
        give(&list)
    }

    /// Stops the server; its mail stays.
    pub fn stop(&mut self) {
        self.end(b"stop\n");
    }

    /// Ends the holder; the end of its input is the order to end at once.
    fn end(&mut self, order: &[u8]) {
        let Some(mut holder) = self.holder.take() else { return };
        let told = holder.stdin.take().map_or(Ok(()), |mut input| input.write_all(order));
        if let Err(error) = told.and_then(|()| holder.wait()) {
            eprintln!("waiting for Dovecot's end: {error}");
        }
    }

    /// Stops the server and starts it again, at the same ports.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.stop();
        self.run()
    }

    fn find_ports_and_run(&mut self) -> anyhow::Result<()> {
        let mut last = None;
        // A free port may be taken by another before Dovecot has it.
        for _ in 0..5 {
            let [imaps, imap, pop3s, pop3, submissions, submission] = free_ports()?;
            self.ports = Ports { imaps, imap, pop3s, pop3, submissions, submission };
            fs::write(self.folder.path().join("dovecot.conf"), self.configuration()?)?;
            match self.run() {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("never tried")?)
    }

    fn run(&mut self) -> anyhow::Result<()> {
        let binary = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/lib/dovecot/dovecot"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .context(NOT_INSTALLED)?;
        // Dovecot leads a process group of its own: its children outlive it while clients are connected.
        // To end in good order takes it a second: only where the mail is used afterwards.
        let script = r#"setsid "$0" -F -c "$1" </dev/null & child=$!
            read order; if [ "$order" = stop ]; then kill -TERM $child; wait $child; fi
            kill -KILL -$child; wait $child"#;
        let holder = Command::new("sh")
            .args([OsStr::new("-c"), OsStr::new(script), OsStr::new(binary)])
            .arg(self.folder.path().join("dovecot.conf"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.folder.path().join("stderr"))?)
            .spawn()?;
        self.holder = Some(holder);
        let begin = Instant::now();
        while !greets(self.ports.imap, &self.greeting()) {
            if begin.elapsed() > STARTING || self.log().contains("Fatal:") || self.said().contains("Fatal:") {
                let told = format!("{}\n{}", self.said(), self.log());
                self.stop();
                bail!("Dovecot does not start:\n{told}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What tells this server from another that was quicker to take the port.
    fn greeting(&self) -> String {
        file_name(self.folder.path())
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }

    fn mail(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user)
    }

    fn files(&self, user: &str) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for sub in ["new", "cur"] {
            for entry in fs::read_dir(self.mail(user).join(sub))? {
                files.push(entry?.path());
            }
        }
        files.sort_by_key(|file| file_name(file));
        Ok(files)
    }

    fn write_users(&self, users: &[(&str, &str)]) -> anyhow::Result<()> {
        let mut lines = String::new();
        for (user, secret) in users {
            ensure!(!user.contains([':', '/', '\n']), "a user of tests has a plain name");
            // In hexadecimal, a secret may have any character.
            let secret: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            writeln!(lines, "{user}:{{PLAIN.HEX}}{secret}::::::")?;
            for sub in ["", "tmp", "new", "cur"] {
                let folder = self.mail(user).join(sub);
                fs::create_dir_all(&folder)?;
                give(&folder)?;
            }
        }
        let file = self.folder.path().join("users");
        fs::write(&file, lines)?;
        Ok(fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?)
    }

    fn configuration(&self) -> anyhow::Result<String> {
        let Owners { internal, login, mail } = owners()?;
        let base = self.folder.path().display();
        let Ports { imaps: tls_port, imap: starttls_port, .. } = self.ports;
        let mut capabilities = vec!["IMAP4rev1", "SASL-IR", "LITERAL+", "ENABLE", "NAMESPACE", "UNSELECT", "MOVE"];
        capabilities.extend((!self.options.without_idle).then_some("IDLE"));
        capabilities.extend((!self.options.without_uidplus).then_some("UIDPLUS"));
        capabilities.extend(self.options.with_quota.then_some("QUOTA"));
        let capabilities = capabilities.join(" ");
        let (ssl, clear, listener) = if self.options.without_tls {
            ("no", "no", String::from("inet_listener imaps {\n port = 0\n }"))
        } else {
            ("required", "yes", format!("inet_listener imaps {{\n port = {tls_port}\n ssl = yes\n }}"))
        };
        let mut protocols = String::from("imap");
        let mut others = String::new();
        let Ports { pop3s, pop3, submissions, submission, .. } = self.ports;
        for (wanted, protocol, name, clear, encrypted, more) in [
            (self.options.with_pop3, "pop3", ["pop3", "pop3s"], pop3, pop3s, ""),
            // Whom messages would be handed on to: nobody listens there.
            (
                self.options.with_submission,
                "submission",
                ["submission", "submissions"],
                submission,
                submissions,
                "submission_relay_host = 127.0.0.1\nsubmission_relay_port = 9\n\
                 submission_backend_capabilities = 8BITMIME\nhostname = localhost\n",
            ),
        ] {
            if wanted {
                let [first, second] = name;
                protocols.push_str(&format!(" {protocol}"));
                others.push_str(&format!(
                    "service {protocol}-login {{\n chroot =\n inet_listener {first} {{\n port = {clear}\n }}\n \
                     inet_listener {second} {{\n port = {encrypted}\n ssl = yes\n }}\n}}\n{more}"
                ));
            }
        }
        let (users, acl) = if self.options.with_acl {
            let acl = format!(
                "mail_plugins = acl\nprotocol imap {{\n mail_plugins = acl imap_acl\n}}\nplugin {{\n acl = vfile\n}}\n\
                 namespace public {{\n type = public\n prefix = Public.\n separator = .\n subscriptions = no\n\
                 list = yes\n location = maildir:{base}/public\n}}\n"
            );
            (format!("driver = passwd-file\n args = {base}/groups"), acl)
        } else {
            let (uid, gid) = mail;
            (format!("driver = static\n args = uid={uid} gid={gid} home={base}/home/%u"), String::new())
        };
        let (mechanisms, certificates, passdb) = self.ways_in();
        let quota = if self.options.with_quota {
            let storage = QUOTA / 1024;
            format!(
                "mail_plugins = quota\nprotocol imap {{\n mail_plugins = quota imap_quota\n}}\n\
                 plugin {{\n quota = count:User quota\n quota_vsizes = yes\n quota_rule = *:storage={storage}K\n}}\n"
            )
        } else {
            String::new()
        };
        Ok(format!(
            "protocols = {protocols}\n\
             listen = 127.0.0.1\n\
             base_dir = {base}/run\n\
             state_dir = {base}/state\n\
             log_path = {base}/dovecot.log\n\
             login_greeting = {greeting}\n\
             default_internal_user = {internal}\n\
             default_internal_group = {group}\n\
             default_login_user = {login}\n\
             first_valid_uid = 1\n\
             ssl = {ssl}\n\
             ssl_cert = <{base}/server.pem\n\
             ssl_key = <{base}/server.key\n\
             disable_plaintext_auth = {clear}\n\
             auth_mechanisms = {mechanisms}\n\
             {certificates}{quota}\
             auth_failure_delay = 0\n\
             mail_max_userip_connections = 100\n\
             mail_location = maildir:{base}/mail/%u\n\
             mail_fsync = never\n\
             imap_capability = {capabilities}\n\
             {passdb}\
             userdb {{\n {users}\n}}\n\
             namespace inbox {{\n inbox = yes\n}}\n\
             service imap-login {{\n chroot =\n service_count = 0\n\
             inet_listener imap {{\n port = {starttls_port}\n }}\n {listener}\n}}\n\
             {others}{acl}\
             service anvil {{\n chroot =\n unix_listener anvil-auth-penalty {{\n mode = 0\n }}\n}}\n\
             service stats {{\n unix_listener stats-writer {{\n mode = 0666\n }}\n}}\n",
            greeting = self.greeting(),
            group = group_of(&internal)?,
        ))
    }
}

impl Dovecot {
    /// The mechanisms it offers, what it wants of a client's certificate, and what it asks.
    fn ways_in(&self) -> (String, String, String) {
        let base = self.folder.path().display();
        let mut mechanisms = String::from("plain login");
        let (mut certificates, mut passdb) = (String::new(), String::new());
        if self.options.client_certificates {
            mechanisms = "plain external".to_owned();
            certificates = format!(
                "ssl_ca = <{base}/ca/ca.pem\nssl_require_crl = no\nssl_verify_client_cert = yes\n\
                 auth_ssl_require_client_cert = yes\nauth_ssl_username_from_cert = yes\n\
                 ssl_cert_username_field = commonName\n"
            );
            passdb.push_str("passdb {\n driver = static\n mechanisms = external\n args = nopassword=y\n}\n");
        }
        if let Some(port) = self.options.oidc_port {
            mechanisms.push_str(" xoauth2 oauthbearer");
            passdb.push_str(&format!(
                "passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {base}/oauth2\n}}\n"
            ));
            let asking = format!(
                "introspection_mode = post\n\
                 introspection_url = http://127.0.0.1:{port}/token/introspection\n\
                 client_id = dovecot\nclient_secret = {OIDC_SECRET}\n\
                 username_attribute = sub\nactive_attribute = active\nactive_value = true\n"
            );
            let written = fs::write(self.folder.path().join("oauth2"), asking);
            assert!(written.is_ok());
        }
        let writing =
            write!(passdb, "passdb {{\n driver = passwd-file\n mechanisms = plain login\n args = {base}/users\n}}\n");
        assert!(writing.is_ok());
        (mechanisms, certificates, passdb)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.end(b"");
    }
}

/// Makes the server's certificate and its authority's, for a server of this kind. Gives the authority.
fn write_certificates(folder: &Path, options: Options) -> anyhow::Result<Authority> {
    let trusted = Authority::new("Bannette test authority")?;
    let foreign = Authority::new("Foreign test authority")?;
    let issuer = if options.foreign_ca { &foreign } else { &trusted };
    let names: &[&str] = if options.wrong_name { &["other.test"] } else { &["localhost", "127.0.0.1"] };
    let (certificate, key) = match options.certificate_days {
        Some(days) => issuer.issue_until(names, SystemTime::now() + Duration::from_secs(days * 86_400))?,
        None => issuer.issue(names, options.expired_certificate)?,
    };
    fs::write(folder.join("server.pem"), certificate)?;
    fs::write(folder.join("server.key"), key)?;
    fs::create_dir(folder.join("ca"))?;
    fs::write(folder.join("ca/ca.pem"), trusted.pem())?;
    Ok(trusted)
}

/// Whom the parts of Dovecot run as.
struct Owners {
    internal: String,
    login: String,
    mail: (u32, u32),
}

fn owners() -> anyhow::Result<Owners> {
    let me = fs::metadata("/proc/self")?;
    if me.uid() == 0 {
        // Dovecot refuses to serve mail as root.
        let nobody = 65_534;
        return Ok(Owners { internal: "dovecot".into(), login: "dovenull".into(), mail: (nobody, nobody) });
    }
    let name = name_of("/etc/passwd", me.uid())?;
    Ok(Owners { internal: name.clone(), login: name, mail: (me.uid(), me.gid()) })
}

fn group_of(user: &str) -> anyhow::Result<String> {
    if user == "dovecot" { Ok("dovecot".into()) } else { name_of("/etc/group", fs::metadata("/proc/self")?.gid()) }
}

fn name_of(file: &str, id: u32) -> anyhow::Result<String> {
    let id = id.to_string();
    let text = fs::read_to_string(file)?;
    let line = text.lines().find(|line| line.split(':').nth(2) == Some(&id));
    line.and_then(|line| line.split(':').next()).map(str::to_owned).context("the current user has no name")
}

/// Lets the mail's user have a file or folder.
fn give(path: &Path) -> anyhow::Result<()> {
    let (uid, gid) = owners()?.mail;
    chown(path, Some(uid), Some(gid)).with_context(|| path.display().to_string())
}

fn free_ports<const N: usize>() -> anyhow::Result<[u16; N]> {
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

fn greets(port: u16, words: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut line = String::new();
    let heard = stream.set_read_timeout(Some(STARTING)).is_ok() && BufReader::new(&stream).read_line(&mut line).is_ok();
    let left = stream.write_all(b"a LOGOUT\r\n").is_ok();
    heard && left && line.starts_with("* OK") && line.contains(words)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Line ends that Dovecot will write as CRLF when it sends the message.
fn missing_returns(message: &[u8]) -> usize {
    let mut before = 0;
    let mut missing = 0;
    for byte in message {
        missing += usize::from(*byte == b'\n' && before != b'\r');
        before = *byte;
    }
    missing
}
