//! A practice to look at: people, groups, a mailbox of every kind, some two hundred invented dossiers; some wait to be
//! sorted, some to be shared, one is confidential. No server is needed: folders feed the mailboxes. The MSSanté account,
//! which only a server could feed, is not fetched; what lies in it was handed over to it.
//!
//! It is made through the command line `bannette`, hence through the use cases of the product: nothing here knows the
//! store. Every name is plainly invented.

mod reports;

use anyhow::{Context, Result, bail};
use reports::{FIRST_SEED, Reports};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A person of the demonstration.
struct Person {
    name: &'static str,
    login: &'static str,
    title: &'static str,
    role: &'static str,
    password: &'static str,
    says: &'static str,
}

/// Who administers.
const FIRST: Person = Person {
    name: "Virginie EXEMPLE",
    login: "virginie",
    title: "dr",
    role: "doctor",
    password: "bannette-virginie-2026",
    says: "médecin, administre le cabinet",
};

const OTHERS: [Person; 5] = [
    Person {
        name: "Derek MODELE",
        login: "derek",
        title: "dr",
        role: "doctor",
        password: "bannette-derek-2026",
        says: "médecin",
    },
    Person {
        name: "Cyni FICTIF",
        login: "cyni",
        title: "dr",
        role: "doctor",
        password: "bannette-cyni-2026",
        says: "médecin",
    },
    Person {
        name: "Léa REMPLACANTE",
        login: "lea",
        title: "dr",
        role: "locum",
        password: "bannette-lea-2026",
        says: "remplaçante",
    },
    Person {
        name: "Paul ACCUEIL",
        login: "paul",
        title: "m",
        role: "secretary",
        password: "bannette-paul-2026",
        says: "secrétaire",
    },
    Person {
        name: "Marie SOIN",
        login: "marie",
        title: "mme",
        role: "nurse",
        password: "bannette-marie-2026",
        says: "infirmière",
    },
];

/// A mailbox, whose it is, what lies in it and how it is shared.
struct Mailbox {
    kind: &'static str,
    address: &'static str,
    owner: &'static Person,
    reports: Reports,
    options: &'static [&'static str],
    shares: &'static [&'static [&'static str]],
}

const SECRETARIES: &[&str] = &["--group", "Secrétariat", "--level", "read"];

const MAILBOXES: [Mailbox; 5] = [
    Mailbox {
        kind: "folder",
        address: "virginie.exemple@cabinet.test",
        owner: &FIRST,
        reports: Reports { count: 80, seed: FIRST_SEED, sealed: 0 },
        options: &[],
        shares: &[SECRETARIES, &["--person", "lea", "--level", "send"]],
    },
    // What comes here waits until somebody says that it is a result; the first message is still encrypted.
    Mailbox {
        kind: "apicrypt",
        address: "virginie.exemple@apicrypt.test",
        owner: &FIRST,
        reports: Reports { count: 6, seed: 4, sealed: 1 },
        options: &["--key-id", "virginie.EXEMPLE", "--no-auto-relay"],
        shares: &[SECRETARIES],
    },
    // What comes here waits until its owner shares it.
    Mailbox {
        kind: "bioserveur",
        address: "compte de Virginie",
        owner: &FIRST,
        reports: Reports { count: 6, seed: 5, sealed: 0 },
        options: &["--no-auto-share"],
        shares: &[SECRETARIES],
    },
    Mailbox {
        kind: "folder",
        address: "derek.modele@cabinet.test",
        owner: &OTHERS[0],
        reports: Reports { count: 70, seed: 2, sealed: 0 },
        options: &[],
        shares: &[&["--person", "virginie", "--level", "read"], &["--group", "Soins", "--level", "read"]],
    },
    Mailbox {
        kind: "folder",
        address: "laboratoire@cabinet.test",
        owner: &OTHERS[1],
        reports: Reports { count: 40, seed: 3, sealed: 0 },
        options: &[],
        shares: &[&["--everyone", "--level", "read"]],
    },
];

/// The account that only a server could feed: it is added without being fetched, and the former mailbox is handed over
/// to it.
const MSSANTE: &str = "virginie.exemple@medecin.mssante.test";
const FORMER: Mailbox = Mailbox {
    kind: "folder",
    address: "ancien.poste@cabinet.test",
    owner: &FIRST,
    reports: Reports { count: 8, seed: 6, sealed: 0 },
    options: &[],
    shares: &[],
};

const GROUPS: [(&str, &[&str]); 2] = [("Secrétariat", &["paul"]), ("Soins", &["marie", "lea"])];

/// What an administrator gives first, and everybody changes at the first sign-in.
const GIVEN: &str = "premier-passage-bannette";

/// The demonstration's practice.
pub struct Demo {
    folder: PathBuf,
}

impl Demo {
    /// The demonstration that lies, or will lie, in this folder.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Deletes it.
    pub fn forget(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).with_context(|| format!("deleting {}", self.folder.display()))?;
        }
        Ok(())
    }

    /// Makes it, unless it is there already.
    pub fn prepare(&self, bannette: &Path) -> Result<()> {
        if self.made().exists() {
            return Ok(());
        }
        // One that was left half made would be refused at every step.
        self.forget()?;
        eprintln!("\n==> the demonstration, in {}", self.folder.display());
        fs::create_dir_all(self.folder.join("telechargements"))?;
        self.people(bannette)?;
        self.mssante(bannette)?;
        for mailbox in &MAILBOXES {
            self.mailbox(bannette, mailbox)?;
        }
        self.decide(bannette)?;
        self.say(bannette, &FIRST, &["journal", "verify"])?;
        fs::write(self.made(), "")?;
        Ok(())
    }

    /// Says who can sign in.
    pub fn announce(&self) {
        eprintln!("\nThe demonstration ({}). Identities and reports are invented.", self.folder.display());
        eprintln!("    {:<10} {:<26} ", "login", "password");
        for person in std::iter::once(&FIRST).chain(&OTHERS) {
            eprintln!("    {:<10} {:<26} {}, {}", person.login, person.password, person.name, person.says);
        }
        eprintln!("No server is used: a report put into a folder of {} arrives.", self.arrivals().display());
        eprintln!("The MSSanté account, which needs a server, is not fetched.");
    }

    /// Makes a program work on it.
    pub fn lend(&self, command: &mut Command) {
        command.env("BANNETTE_DATA", self.folder.join("cabinet"));
        command.env("BANNETTE_KEY_FILE", self.folder.join("cabinet.key"));
        command.env("BANNETTE_DOWNLOADS", self.folder.join("telechargements"));
    }

    fn arrivals(&self) -> PathBuf {
        self.folder.join("arrivees")
    }

    fn made(&self) -> PathBuf {
        self.folder.join("made")
    }

    fn people(&self, bannette: &Path) -> Result<()> {
        let init = ["init", "--practice", "Cabinet des Exemples", "--admin", FIRST.name, "--login", FIRST.login];
        let mut command =
            self.command(bannette, &[&init[..], &["--title", FIRST.title, "--role", FIRST.role]].concat());
        done(command.env("BANNETTE_PASSWORD", FIRST.password))?;
        for person in &OTHERS {
            let who = ["--name", person.name, "--login", person.login, "--title", person.title, "--role", person.role];
            let mut command = self.command(bannette, &[&["--as", FIRST.login, "person", "add"], &who[..]].concat());
            done(command.env("BANNETTE_PASSWORD", FIRST.password).env("BANNETTE_NEW_PASSWORD", GIVEN))?;
            let mut command = self.command(bannette, &["--as", person.login, "person", "password", person.login]);
            done(command.env("BANNETTE_PASSWORD", GIVEN).env("BANNETTE_NEW_PASSWORD", person.password))?;
        }
        for (group, members) in GROUPS {
            self.say(bannette, &FIRST, &["group", "add", group])?;
            for member in members {
                self.say(bannette, &FIRST, &["group", "join", group, member])?;
            }
        }
        Ok(())
    }

    /// The MSSanté account, with what the former mailbox had received.
    fn mssante(&self, bannette: &Path) -> Result<()> {
        let account = ["mailbox", "add", "mssante", "--address", MSSANTE, "--imap", "imap.mssante.test", "--disabled"];
        let mut command = self.command(bannette, &[&["--as", FIRST.login], &account[..]].concat());
        command.env("BANNETTE_PASSWORD", FIRST.password).env("BANNETTE_SECRET", "mot-de-passe-invente");
        done(&mut command)?;
        self.mailbox(bannette, &FORMER)?;
        self.say(bannette, &FIRST, &["mailbox", "remove", FORMER.address, "--to", MSSANTE])?;
        self.say(bannette, &FIRST, &[&["share", "set", MSSANTE], SECRETARIES].concat())
    }

    fn mailbox(&self, bannette: &Path, mailbox: &Mailbox) -> Result<()> {
        let folder = self.arrivals().join(mailbox.address);
        reports::write(&folder, mailbox.address, mailbox.reports)?;
        let path = folder.to_string_lossy().into_owned();
        let add = ["mailbox", "add", mailbox.kind, "--path", &path, "--address", mailbox.address];
        self.say(bannette, mailbox.owner, &[&add[..], mailbox.options].concat())?;
        for share in mailbox.shares {
            self.say(bannette, mailbox.owner, &[&["share", "set", mailbox.address], *share].concat())?;
        }
        self.say(bannette, mailbox.owner, &["fetch", "--mailbox", mailbox.address])
    }

    /// Of what waits to be shared, one is shared and one is made confidential.
    fn decide(&self, bannette: &Path) -> Result<()> {
        let list = ["--as", FIRST.login, "list", "--state", "to-share", "--limit", "2"];
        let listed = done(self.command(bannette, &list).env("BANNETTE_PASSWORD", FIRST.password))?;
        let mut dossiers = listed.lines().skip(1).filter_map(|line| line.split_whitespace().next());
        for deed in ["confidential", "share"] {
            let dossier = dossiers.next().context("nothing waits to be shared")?;
            self.say(bannette, &FIRST, &["dossier", deed, dossier])?;
        }
        Ok(())
    }

    /// Has a person do something.
    fn say(&self, bannette: &Path, person: &Person, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(bannette, &[&["--as", person.login], arguments].concat());
        done(command.env("BANNETTE_PASSWORD", person.password)).map(drop)
    }

    fn command(&self, bannette: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(bannette);
        command.args(arguments).stdin(Stdio::null());
        self.lend(&mut command);
        command
    }
}

/// What the command said.
fn done(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
    if !output.status.success() {
        let arguments: Vec<_> = command.get_args().map(|one| one.to_string_lossy().into_owned()).collect();
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("bannette {} ended with {}:\n{said}", arguments.join(" "), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn some_two_hundred_reports_lie_in_mailboxes_of_every_kind() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = 0;
        for mailbox in MAILBOXES.iter().chain([&FORMER]) {
            reports::write(&folder.path().join(mailbox.address), mailbox.address, mailbox.reports).unwrap();
            let written = fs::read_dir(folder.path().join(mailbox.address)).unwrap().count();
            assert_eq!(u64::try_from(written).unwrap(), mailbox.reports.count, "two reports of one name");
            files += written;
        }
        assert_eq!(files, 210);
        let kinds: BTreeSet<_> = MAILBOXES.iter().map(|mailbox| mailbox.kind).collect();
        assert_eq!(kinds, BTreeSet::from(["apicrypt", "bioserveur", "folder"]));
        let owners: BTreeSet<_> = MAILBOXES.iter().map(|mailbox| mailbox.owner.login).collect();
        assert_eq!(owners.len(), 3);
    }

    #[test]
    fn a_sealed_message_keeps_its_head_and_shows_no_result() {
        let folder = tempfile::tempdir().unwrap();
        let address = "virginie.exemple@apicrypt.test";
        reports::write(folder.path(), address, Reports { count: 1, seed: 4, sealed: 1 }).unwrap();
        let message = fs::read_to_string(folder.path().join("000.eml")).unwrap();
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Subject: ") && head.contains(address), "{head}");
        assert!(body.starts_with("$APICRYPT ") && !body.contains("RES|"), "{body}");
    }
}
