//! Invented CDA R2 reports of laboratories (CR-BIO): level 3 (results) and level 1 (a PDF inside).

mod chapters;
mod document;
mod planned;
mod truth;
mod xml;

pub use truth::{CdaResult, CdaSpecimen};

use crate::calendar::Day;
use crate::encode::Charset;
use crate::identity::{self, Laboratory, Person};
use crate::random::Random;
use crate::{panel, pdf};
use chapters::{Chapter, Habits};

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Plain,
    Prefixed,
    /// In a stylesheet that shows it (« auto-présentable »).
    Wrapped,
}

/// All that a document is made of.
struct Draft {
    shape: Shape,
    encoding: &'static str,
    day: Day,
    number: String,
    laboratory: &'static Laboratory,
    person: Person,
    birth_name: String,
    used_name: Option<String>,
    ins: Option<(String, &'static str)>,
    set: u64,
    version: u64,
    partial: bool,
    chapters: Vec<Chapter>,
    pdf: Option<Vec<u8>>,
}

/// The root of the invented laboratories' identifiers of documents.
const ROOT: &str = "2.25.99001";

impl Draft {
    fn id(&self, version: u64) -> String {
        format!("{ROOT}^{}.{version}", self.set)
    }
}

/// A document of level 3.
pub(crate) fn level_three(random: &mut Random, day: Day, number: u64) -> CdaSpecimen {
    let mut draft = draft(random, day, number);
    let wanted = random.below(1000);
    let (critical, abnormal) = (wanted < 60, wanted < 350);
    let habits = Habits {
        flags: random.chance(70),
        recalls: random.chance(50),
        status: if draft.partial && random.chance(50) { "active" } else { "completed" },
    };
    let count = usize::try_from(random.between(1, 4)).unwrap_or(1);
    let mut chosen: Vec<&'static panel::Panel> = Vec::new();
    for _ in 0..32 {
        let panel = random.pick(&panel::ALL).unwrap_or(&panel::IONOGRAM);
        let known = chosen.iter().any(|other| std::ptr::eq(*other, panel));
        let can = !critical || panel.analytes.iter().any(panel::Analyte::has_panic);
        if !known && can && chosen.len() < count {
            chosen.push(panel);
        }
    }
    for (index, panel) in chosen.iter().enumerate() {
        let role = (index == 0 && abnormal).then_some(critical);
        let part = chapters::panel(random, panel, role, habits, day);
        let (loinc, title) = match panel.chapter {
            "HEMATOLOGIE" => ("18723-7", "Hématologie"),
            "HEMOSTASE" => ("18720-3", "Hémostase, coagulation"),
            "HORMONOLOGIE" => ("18719-5", "Hormonologie"),
            _ => ("18719-5", "Biochimie"),
        };
        match draft.chapters.iter_mut().find(|chapter| chapter.title == title) {
            Some(chapter) => chapter.parts.push(part),
            None => draft.chapters.push(Chapter { loinc, title, parts: vec![part] }),
        }
    }
    if random.chance(50) {
        let parts = vec![chapters::serology(random, habits)];
        draft.chapters.push(Chapter { loinc: "18727-8", title: "Sérologie", parts });
    }
    if random.chance(30) {
        let parts = chapters::microbiology(random, habits);
        draft.chapters.push(Chapter { loinc: "18725-2", title: "Microbiologie", parts });
    }
    draft.pdf = random.chance(40).then(|| pdf::document("Compte rendu fictif", 1500, random));
    let results = document::results(&draft);
    finish(&draft, 3, document::level_three(&draft), results)
}

/// A document of level 1.
pub(crate) fn level_one(random: &mut Random, day: Day, number: u64, size: usize) -> CdaSpecimen {
    let mut draft = draft(random, day, number);
    draft.partial = false;
    draft.pdf = Some(pdf::document("Compte rendu fictif", size, random));
    finish(&draft, 1, document::level_one(&draft), Vec::new())
}

fn draft(random: &mut Random, day: Day, number: u64) -> Draft {
    let shape = match random.below(10) {
        0..=5 => Shape::Plain,
        6..=7 => Shape::Prefixed,
        _ => Shape::Wrapped,
    };
    let encoding = match random.below(10) {
        0..=5 => "UTF-8",
        6..=7 => "ISO-8859-1",
        8 => "windows-1252",
        _ => "UTF-16",
    };
    let person = Person::invent(random, day);
    let (birth_name, used_name) = match person.last.split_once(" EPOUSE ") {
        Some((birth, used)) => (birth.to_owned(), Some(used.to_owned()).filter(|used| used != birth)),
        None => (person.last.clone(), None),
    };
    let authority = random.word(&["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10"]);
    let matricule = identity::matricule(&person, random);
    Draft {
        shape,
        encoding,
        day,
        number: format!("L{number:09}"),
        laboratory: identity::laboratory(random),
        birth_name,
        used_name,
        ins: random.chance(80).then_some((matricule, authority)),
        person,
        set: number,
        version: if random.chance(15) { 2 } else { 1 },
        partial: random.chance(12),
        chapters: Vec::new(),
        pdf: None,
    }
}

fn finish(draft: &Draft, level: u8, text: String, results: Vec<CdaResult>) -> CdaSpecimen {
    let counts = |result: &&CdaResult| result.status != "cancelled";
    let flags = || results.iter().filter(counts).filter_map(|result| result.flag);
    let (year, month, day) = draft.person.birth.date();
    let replaced = draft.version > 1;
    CdaSpecimen {
        bytes: match draft.encoding {
            "UTF-8" => Charset::Utf8.encode(&text),
            "UTF-16" => text.encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
                bytes.extend_from_slice(&unit.to_le_bytes());
                bytes
            }),
            _ => Charset::Windows1252.encode(&text),
        },
        file_name: format!("{}_CR-BIO.xml", draft.number),
        level,
        id: draft.id(draft.version),
        replaces: replaced.then(|| draft.id(draft.version - 1)),
        status: match (draft.partial, replaced) {
            (true, _) => "partial",
            (false, true) => "corrected",
            (false, false) => "complete",
        },
        birth_name: draft.birth_name.clone(),
        used_name: draft.used_name.clone(),
        first_name: draft.person.first.clone(),
        birth_date: format!("{year:04}-{month:02}-{day:02}"),
        sex: if draft.person.woman { "F" } else { "M" },
        ins: draft.ins.clone(),
        number: draft.number.clone(),
        laboratory: draft.laboratory.name.to_owned(),
        critical: flags().any(|flag| flag.starts_with("critical")),
        abnormal: flags().any(|flag| flag != "normal"),
        results,
        pdf: draft.pdf.clone(),
    }
}
