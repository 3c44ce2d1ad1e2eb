//! The reports of the demonstration: files as they arrive, in every form. Nothing here knows the practice.

use anyhow::{Context, Result};
use bannette_synthetic::{Generator, XdmDocument, XdmPatient};
use std::fs;
use std::path::Path;

/// The seed of the mailbox in which one patient is followed.
pub const FIRST_SEED: u64 = 1;

/// What lies in a mailbox.
#[derive(Clone, Copy)]
pub struct Reports {
    /// How many.
    pub count: u64,
    /// The same seed makes the same reports.
    pub seed: u64,
    /// How many of them are still encrypted.
    pub sealed: u64,
}

/// Writes the reports in all the forms in which they arrive: whole messages, and files of every format side by side.
pub fn write(folder: &Path, address: &str, reports: Reports) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut generator = Generator::new(reports.seed);
    for number in 0..reports.count {
        let followed = usize::try_from(number).ok().and_then(|number| FOLLOWED.get(number));
        let (name, bytes) = match followed {
            Some(report) if reports.seed == FIRST_SEED => (format!("{number:03}.hpr"), report.file()),
            _ if number < reports.sealed => (format!("{number:03}.eml"), sealed(&mut generator, address)?),
            _ => report(&mut generator, number, address),
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

/// A message that only an official tool could open. What stands after the mark is no cipher: nothing here opens or makes
/// one.
fn sealed(generator: &mut Generator, address: &str) -> Result<Vec<u8>> {
    let whole = String::from_utf8_lossy(&generator.specimen(address).message).into_owned();
    let (head, _) = whole.split_once("\r\n\r\n").context("a message without a body")?;
    let clear = ["content-type", "content-transfer-encoding", "mime-version"];
    let mut kept = Vec::new();
    let mut keep = true;
    for line in head.split("\r\n") {
        // A line that begins with a blank goes on with the field before it.
        if !line.starts_with([' ', '\t']) {
            keep = !clear.iter().any(|name| line.to_lowercase().starts_with(name));
        }
        if keep {
            kept.push(line);
        }
    }
    let head = kept.join("\r\n");
    Ok(format!("{head}\r\n\r\n$APICRYPT demonstration\r\n{}\r\n", "5A17C0DE".repeat(24)).into_bytes())
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
