//! What a server of tests is told: its configuration, its users, and whom its parts run as.

use super::{Dovecot, OIDC_SECRET, Ports, QUOTA};
use anyhow::{Context as _, ensure};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

impl Dovecot {
    pub(super) fn write_users(&self, users: &[(&str, &str)]) -> anyhow::Result<()> {
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

    pub(super) fn configuration(&self) -> anyhow::Result<String> {
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

/// Whom the parts of Dovecot run as.
pub(super) struct Owners {
    internal: String,
    login: String,
    pub(super) mail: (u32, u32),
}

pub(super) fn owners() -> anyhow::Result<Owners> {
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
pub(super) fn give(path: &Path) -> anyhow::Result<()> {
    let (uid, gid) = owners()?.mail;
    chown(path, Some(uid), Some(gid)).with_context(|| path.display().to_string())
}
