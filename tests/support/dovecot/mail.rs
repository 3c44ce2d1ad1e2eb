//! The mail of a server of tests, as it lies in its Maildirs.

use super::configuration::{give, owners};
use super::{Dovecot, file_name};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

impl Dovecot {
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

    /// Gives a user's INBOX, which was never opened, the UIDVALIDITY of another's, which was.
    pub fn number_as(&self, user: &str, other: &str) -> anyhow::Result<()> {
        let text =
            fs::read_to_string(self.mail(other).join("dovecot-uidlist")).context("the INBOX was never opened")?;
        let validity = text.split_whitespace().find(|word| word.starts_with('V')).context("no UIDVALIDITY")?;
        let list = self.mail(user).join("dovecot-uidlist");
        fs::write(&list, format!("3 {validity} N1\n"))?;
        give(&list)
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

    pub(super) fn mail(&self, user: &str) -> PathBuf {
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
