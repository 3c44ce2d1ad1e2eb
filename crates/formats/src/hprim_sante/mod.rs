//! HPRIM Santé 2.0 to 2.4: hospital laboratories. A header `H`, patients `P`, orders `OBR`, observations `OBX`, comments
//! `C`, lines that go on `A`, the end `L`. It must never lose a segment.

use crate::date::{self, Moment};
use crate::observation::Gathered;
use crate::payload::Understood;
use crate::segments::{self, Delimiters, Fields, Grammar};
use crate::text::{self, charset};
use bannette_api::report::{Format, Party, Patient, PatientIdentifier, Report, WarningCode};
use memchr::memmem;

const GRAMMAR: Grammar =
    Grammar { first: "H", goes_on: "A", broken: &[("OBX", 5), ("C", 3)], usual: Delimiters::HPRIM };

/// Whether these bytes hold a message: a line that declares its signs.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    segments::declares(bytes, GRAMMAR.first)
        || segments::has_line(&memmem::Finder::new(b"H|~^\\&|"), bytes)
        || segments::has_line(&memmem::Finder::new(b"H|^~\\&|"), bytes)
        || segments::has_line(&memmem::Finder::new(b"H|"), bytes)
            && ["P|", "OBX|"].iter().all(|other| segments::has_line(&memmem::Finder::new(other), bytes))
}

/// Reads the messages of a payload. Each patient is a report.
pub(crate) fn read(bytes: &[u8]) -> Understood {
    let decoded = charset::detect(bytes);
    read_text(&decoded.text, decoded.encoding)
}

/// Reads a payload whose characters are known. `encoding`: their IANA name.
pub(crate) fn read_text(text: &str, encoding: &'static str) -> Understood {
    let mut gathered = Gathered::new(Format::HprimSante);
    let mut head = Head::default();
    let mut ended = true;
    for segment in segments::split(text, GRAMMAR) {
        let mut fields = segment.fields();
        let line = segment.line;
        match segment.name() {
            _ if gathered.is_full() => gathered.line(line, &segment.text),
            "H" => {
                if !ended {
                    missing_end(&mut gathered);
                }
                ended = false;
                head = Head::read(&fields);
                gathered.begin(head.report());
                if gathered.is_full() {
                    gathered.line(line, &segment.text);
                } else {
                    head.keep(&mut gathered, line, &mut fields);
                    gathered.warn_of_signs(line, segment.odd);
                }
            }
            "P" => {
                let patient = patient(&mut fields, head.recipient.as_ref());
                let open = gathered.patient(line, patient, || head.report());
                open.keep_left(&fields, "P");
            }
            "OBR" => gathered.order(line, &mut fields),
            "OBX" => gathered.observation(line, &mut fields, &segment.text),
            "C" => {
                let raw = fields.take(3);
                let lines: Vec<_> = text::parts(raw, fields.signs.repetition).map(|line| fields.text(line)).collect();
                // Who says it: `L` the laboratory.
                if fields.get(2).len() <= 1 {
                    fields.take(2);
                }
                gathered.note(line, &lines.join("\n"));
                gathered.keep_left(line, &fields, "C");
            }
            // The end, and how many of each: the counts say nothing of a patient.
            "L" if segment.text.bytes().skip(1).all(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation()) => {
                ended = true;
            }
            _ => gathered.line(line, &segment.text),
        }
    }
    if !ended {
        missing_end(&mut gathered);
    }
    gathered.finish(encoding)
}

fn missing_end(gathered: &mut Gathered) {
    gathered.warn(WarningCode::MissingEndTag, None, "La ligne de fin L manque : le document est peut-être coupé.");
}

/// What the first segment says of the reports that follow.
#[derive(Default)]
struct Head {
    laboratory: Option<Party>,
    recipient: Option<Party>,
    sent_at: String,
}

impl Head {
    /// `H`, numbered as the norm does: the field sign is its first field.
    fn read(fields: &Fields<'_>) -> Self {
        let of = |field: usize| {
            let raw = fields.get(field - 1);
            let party = match (fields.word(raw, 1), fields.word(raw, 2)) {
                (Some(name), None) => Party { name: Some(name), id: None },
                (id, name) => Party { name, id },
            };
            (party.name.is_some() || party.id.is_some()).then_some(party)
        };
        Self { laboratory: of(5), recipient: of(10), sent_at: fields.get(13).to_owned() }
    }

    fn report(&self) -> Report {
        Report {
            laboratory: self.laboratory.clone(),
            recipients: self.recipient.iter().cloned().collect(),
            ..Report::default()
        }
    }

    fn keep(&self, gathered: &mut Gathered, line: u32, fields: &mut Fields<'_>) {
        // Made use of, or said by the format itself: signs, kind of message, version.
        for field in [2, 7] {
            fields.take(field - 1);
        }
        let version = fields.component(fields.get(12), 1);
        let kind = fields.component(fields.get(12), 2);
        if matches!(version.as_bytes(), [b'H', b'2', b'.', b'0'..=b'9']) && matches!(kind, "" | "C" | "L" | "R") {
            fields.take(12);
        }
        for field in [5, 10] {
            if fields.holds_only(fields.get(field - 1), &[1, 2]) {
                fields.take(field - 1);
            }
        }
        if fields.get(11) == "P" {
            fields.take(11);
        }
        let open = gathered.report(line);
        open.sent_at(self.sent_at.clone());
        fields.take(13);
        open.keep_left_of(fields.shifted(), fields, "H");
    }
}

/// `P`: name `NOM~PRENOM`, birth name, birth date, sex, address. `asker`: to whom the message goes.
fn patient(fields: &mut Fields<'_>, asker: Option<&Party>) -> Patient {
    let name = fields.get(5);
    let mut patient = Patient {
        used_name: fields.word(name, 1),
        first_name: fields.word(name, 2),
        birth_name: fields.word(fields.get(6), 1),
        ..Patient::default()
    };
    for (field, components) in [(5, [1usize, 2].as_slice()), (6, &[1])] {
        if fields.holds_only(fields.get(field), components) {
            fields.take(field);
        }
    }
    let birth = fields.get(7);
    patient.birth_date = Moment::read(birth).map(|moment| moment.day()).or_else(|| date::whole(birth, 26));
    if patient.birth_date.is_some() && birth.len() <= 10 {
        fields.take(7);
    }
    let sex = fields.get(8);
    if matches!(sex, "F" | "M" | "U") {
        patient.sex = Some(sex.to_owned());
        fields.take(8);
    }
    let address = fields.get(10);
    let part = |number: usize| fields.text(fields.component(address, number)).trim().to_owned();
    let lines = [part(1), part(2), format!("{} {}", part(5), part(3)).trim().to_owned()];
    patient.address = lines.into_iter().filter(|line| !line.is_empty()).collect();
    if fields.holds_only(address, &[1, 2, 3, 5]) {
        fields.take(10);
    }
    for field in 2..=4 {
        let number = fields.get(field);
        if is_insured_number(number) {
            if patient.insured_number.is_none() {
                patient.insured_number = Some(number.to_owned());
                fields.take(field);
            }
        } else if let Some(value) = fields.word(number, 1) {
            // Given by who asks (2), by the laboratory (3), by nobody knows whom (4).
            let asked = field == 2;
            let by = asker.and_then(|party| party.id.clone().or_else(|| party.name.clone()));
            let authority = asked.then(|| by.unwrap_or_else(|| "demandeur".to_owned()));
            patient.identifiers.extend((field < 4).then_some(PatientIdentifier { value, authority }));
        }
    }
    patient
}

/// Fifteen digits that begin as those of an insured do.
fn is_insured_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 15 && matches!(bytes.first(), Some(b'1' | b'2')) && {
        let corsica = |at: usize, byte: u8| at == 6 && matches!(byte, b'A' | b'B');
        bytes.iter().enumerate().all(|(at, byte)| byte.is_ascii_digit() || corsica(at, *byte))
    }
}
