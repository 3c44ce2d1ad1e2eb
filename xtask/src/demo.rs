//! A practice to look at: people, groups, three mailboxes fed by folders, some two hundred invented dossiers.
//!
//! It is made through the command line `bannette`, hence through the use cases of the product: nothing here knows the
//! store. Every name is plainly invented.

use anyhow::{Context, Result, bail};
use bannette_synthetic::Generator;
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

/// A mailbox, whose it is, how many reports lie in it and how it is shared.
struct Mailbox {
    address: &'static str,
    owner: &'static Person,
    reports: u64,
    seed: u64,
    shares: &'static [&'static [&'static str]],
}

const MAILBOXES: [Mailbox; 3] = [
    Mailbox {
        address: "virginie.exemple@cabinet.test",
        owner: &FIRST,
        reports: 90,
        seed: 1,
        shares: &[&["--group", "Secrétariat", "--level", "read"], &["--person", "lea", "--level", "send"]],
    },
    Mailbox {
        address: "derek.modele@cabinet.test",
        owner: &OTHERS[0],
        reports: 70,
        seed: 2,
        shares: &[&["--person", "virginie", "--level", "read"], &["--group", "Soins", "--level", "read"]],
    },
    Mailbox {
        address: "laboratoire@cabinet.test",
        owner: &OTHERS[1],
        reports: 40,
        seed: 3,
        shares: &[&["--everyone", "--level", "read"]],
    },
];

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
        for mailbox in &MAILBOXES {
            self.mailbox(bannette, mailbox)?;
        }
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
    }

    /// Makes a program work on it.
    pub fn lend(&self, command: &mut Command) {
        command.env("BANNETTE_DATA", self.folder.join("cabinet"));
        command.env("BANNETTE_KEY_FILE", self.folder.join("cabinet.key"));
        command.env("BANNETTE_DOWNLOADS", self.folder.join("telechargements"));
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

    fn mailbox(&self, bannette: &Path, mailbox: &Mailbox) -> Result<()> {
        let folder = self.folder.join("arrivees").join(mailbox.address);
        reports(&folder, mailbox)?;
        let path = folder.to_string_lossy().into_owned();
        self.say(
            bannette,
            mailbox.owner,
            &["mailbox", "add", "folder", "--path", &path, "--address", mailbox.address],
        )?;
        for share in mailbox.shares {
            self.say(bannette, mailbox.owner, &[&["share", "set", mailbox.address], *share].concat())?;
        }
        self.say(bannette, mailbox.owner, &["fetch", "--mailbox", mailbox.address])
    }

    /// Has a person do something.
    fn say(&self, bannette: &Path, person: &Person, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(bannette, &[&["--as", person.login], arguments].concat());
        done(command.env("BANNETTE_PASSWORD", person.password))
    }

    fn command(&self, bannette: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(bannette);
        command.args(arguments).stdin(Stdio::null());
        self.lend(&mut command);
        command
    }
}

/// Writes the reports as a laboratory's connector would: HPRIM files and whole messages, side by side.
fn reports(folder: &Path, mailbox: &Mailbox) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut generator = Generator::new(mailbox.seed);
    for number in 0..mailbox.reports {
        let (name, bytes) = match number % 4 {
            0 => {
                let specimen = generator.with_pdf(mailbox.address, 20_000..60_000);
                (format!("{number:03}.eml"), specimen.message)
            }
            1 => (format!("{number:03}.eml"), generator.specimen(mailbox.address).message),
            _ => generator.hprim_file(),
        };
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn done(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
    if !output.status.success() {
        let arguments: Vec<_> = command.get_args().map(|one| one.to_string_lossy().into_owned()).collect();
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("bannette {} ended with {}:\n{said}", arguments.join(" "), output.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_hundred_reports_lie_in_three_mailboxes_of_three_owners() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = 0;
        for mailbox in &MAILBOXES {
            reports(&folder.path().join(mailbox.address), mailbox).unwrap();
            let written = fs::read_dir(folder.path().join(mailbox.address)).unwrap().count();
            assert_eq!(u64::try_from(written).unwrap(), mailbox.reports, "two reports of one name");
            files += written;
        }
        assert_eq!(files, 200);
        let owners: BTreeSet<_> = MAILBOXES.iter().map(|mailbox| mailbox.owner.login).collect();
        assert_eq!(owners.len(), 3);
    }
}
