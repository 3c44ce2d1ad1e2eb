//! A practice to look at: people, groups, three mailboxes fed by folders, some two hundred invented dossiers.
//!
//! It is made through the command line `bannette`, hence through the use cases of the product: nothing here knows the
//! store. Every name is plainly invented.

use anyhow::{Context, Result, bail};
use bannette_synthetic::{Generator, XdmDocument, XdmPatient};
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

/// The seed of the mailbox in which one patient is followed.
const FIRST_SEED: u64 = 1;

const MAILBOXES: [Mailbox; 3] = [
    Mailbox {
        address: "virginie.exemple@cabinet.test",
        owner: &FIRST,
        reports: 90,
        seed: FIRST_SEED,
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

/// Writes the reports in all the forms in which they arrive: whole messages, and files of every format side by side.
fn reports(folder: &Path, mailbox: &Mailbox) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut generator = Generator::new(mailbox.seed);
    for number in 0..mailbox.reports {
        let followed = usize::try_from(number).ok().and_then(|number| FOLLOWED.get(number));
        let (name, bytes) = match followed {
            Some(report) if mailbox.seed == FIRST_SEED => (format!("{number:03}.hpr"), report.file()),
            _ => report(&mut generator, number, mailbox.address),
        };
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn report(generator: &mut Generator, number: u64, address: &str) -> (String, Vec<u8>) {
    match number % 10 {
        0 => (format!("{number:03}.eml"), generator.with_pdf(address, 20_000..60_000).message),
        1 | 2 => (format!("{number:03}.eml"), generator.specimen(address).message),
        3 => (format!("{number:03}.xml"), generator.cda_n3().bytes),
        4 => (format!("{number:03}.eml"), xdm_mail(generator, address)),
        5 => (format!("{number:03}.txt"), generator.hprim_sante(false).bytes),
        6 => (format!("{number:03}.hl7"), generator.hl7(false).bytes),
        7 => (format!("{number:03}.pdf"), generator.pdf_report(3, true).bytes),
        _ => generator.hprim_file(),
    }
}

/// An MSSanté mail with an XDM archive, as most laboratories send today.
fn xdm_mail(generator: &mut Generator, address: &str) -> Vec<u8> {
    let report = generator.cda_n3();
    let patient = XdmPatient {
        last: report.birth_name,
        first: report.first_name,
        birth: report.birth_date,
        sex: report.sex.chars().next().unwrap_or('F'),
        ins: report.ins.map(|(matricule, _)| matricule).unwrap_or_default(),
    };
    let document = XdmDocument { name: "DOC0001.XML", media_type: "text/xml", bytes: &report.bytes };
    generator.xdm_mail(address, Some(&patient), &[document], &[]).message
}

/// A report of one patient who is followed over a year: for the curves, and for versions of one report.
struct Followed {
    number: &'static str,
    day: &'static str,
    /// Potassium, creatinine, TSH; the last of them comes later in a partial report.
    values: [&'static str; 3],
    status: &'static str,
}

const FOLLOWED: [Followed; 8] = [
    Followed { number: "A250000101", day: "03/12/2025", values: ["4.3", "82", "2.10"], status: "F" },
    Followed { number: "A250000102", day: "04/02/2026", values: ["4.6", "88", "3.35"], status: "F" },
    Followed { number: "A250000103", day: "08/04/2026", values: ["4.9", "97", "4.62"], status: "F" },
    Followed { number: "A250000104", day: "10/06/2026", values: ["5.2", "109", "<0.01"], status: "F" },
    Followed { number: "A250000105", day: "12/09/2026", values: ["5.6", "118", "1.85"], status: "F" },
    Followed { number: "A250000106", day: "20/11/2026", values: ["6.8", "121", ""], status: "R" },
    Followed { number: "A250000106", day: "20/11/2026", values: ["6.8", "121", "2.44"], status: "F" },
    Followed { number: "A250000106", day: "20/11/2026", values: ["6.4", "121", "2.44"], status: "C" },
];

impl Followed {
    fn file(&self) -> Vec<u8> {
        let analytes = [
            ("Potassium", "K", "mmol/L", "3.5", "5.1"),
            ("Créatinine", "CREA", "µmol/L", "45", "104"),
            ("TSH", "TSH", "mUI/L", "0.27", "4.20"),
        ];
        let head = [
            "PAT0042",
            "EXEMPLE",
            "ALICE",
            "12 RUE DES ESSAIS",
            " ",
            "76600 LE HAVRE",
            "14/03/1957",
            " ",
            self.number,
            self.day,
            "LABOTEST  Laboratoire des Essais",
            "MED0001   Dr EXEMPLE",
            "Suivi",
            "****LAB****",
        ];
        let mut text = head.join("\r\n");
        for ((label, code, unit, low, high), value) in analytes.iter().zip(self.values) {
            if value.is_empty() {
                continue;
            }
            // A potassium above 6.5 is critical: the laboratory says so itself.
            let flag = if *label == "Potassium" && value >= "6.5" { "HH" } else { "" };
            let status = self.status;
            text.push_str(&format!("\r\nRES|{label}|{code}|N|{value}|{unit}|{low}|{high}|{flag}|{status}||||"));
        }
        text.push_str("\r\n****FIN****\r\n****FINFICHIER****\r\n");
        text.into_bytes()
    }
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
