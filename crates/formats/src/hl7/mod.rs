//! HL7 v2.3 to 2.6, results (`ORU`): hospitals' form, in which each value is an observation of its own, or a whole
//! document in one (CI-SIS « transmission d'un document CDA en HL7 v2 »). It must never lose a segment.

mod patient;

use crate::observation::{Gathered, party_of_person};
use crate::payload::Understood;
use crate::segments::{self, Delimiters, Fields, Grammar};
use crate::text::{self, charset};
use bannette_api::report::{Format, Party, Report};
use memchr::memmem;

const GRAMMAR: Grammar =
    Grammar { first: "MSH", goes_on: "ADD", broken: &[("OBX", 5), ("NTE", 3)], usual: Delimiters::HL7 };

/// Whether these bytes hold a message: a line that declares its signs.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    segments::declares(bytes, GRAMMAR.first)
        || segments::has_line(&memmem::Finder::new(b"MSH|^~\\&"), bytes)
        || segments::declares_oddly(bytes, GRAMMAR.first, &["PID", "OBR", "OBX"])
        // Its first line is lost.
        || ["PID|", "OBX|"].iter().all(|line| segments::has_line(&memmem::Finder::new(line), bytes))
}

/// Reads the messages of a payload. Each patient is a report.
pub(crate) fn read(bytes: &[u8]) -> Understood {
    let decoded = charset::detect(bytes);
    read_text(&decoded.text, decoded.encoding)
}

/// Reads a payload whose characters are known. `encoding`: their IANA name.
pub(crate) fn read_text(text: &str, encoding: &'static str) -> Understood {
    let mut gathered = Gathered::new(Format::Hl7V2);
    let mut head: Option<Head> = None;
    for segment in segments::split(text, GRAMMAR) {
        let mut fields = segment.fields();
        let line = segment.line;
        match segment.name() {
            _ if gathered.is_full() => gathered.line(line, &segment.text),
            "MSH" => {
                let next = Head::read(&fields);
                gathered.begin(next.report());
                if gathered.is_full() {
                    gathered.line(line, &segment.text);
                } else {
                    next.keep(&mut gathered, line, &mut fields);
                    gathered.warn_of_signs(line, segment.odd);
                    // `MDM^T11`: a document is cancelled.
                    if fields.component(fields.get(8), 2) == "T11" {
                        gathered.report(line).withdraw();
                    }
                }
                head = Some(next);
            }
            "PID" => {
                let patient = patient::read(&mut fields);
                let open = gathered.patient(line, patient, || head.as_ref().map(Head::report).unwrap_or_default());
                open.keep_left(&fields, "PID");
                gathered.warn_of_signs(line, head.is_none());
            }
            "OBR" => gathered.order(line, &mut fields),
            "OBX" => gathered.observation(line, &mut fields, &segment.text),
            "NTE" => {
                let words = note(&fields);
                fields.take(3);
                // Who says it: `L` the laboratory.
                if fields.get(2).len() <= 1 {
                    fields.take(2);
                }
                gathered.note(line, &words);
                gathered.keep_left(line, &fields, "NTE");
            }
            "ORC" => order_control(&mut gathered, line, &mut fields),
            "PRT" => participation(&mut gathered, line, &mut fields),
            "SPM" => {
                gathered.specimen(line, &mut fields);
            }
            "TXA" => {
                // Table 0273: the document is deleted.
                let deleted = fields.get(19) == "CA";
                let open = gathered.report(line);
                if deleted {
                    open.withdraw();
                }
                open.keep_left(&fields, "TXA");
            }
            name @ ("PV1" | "PV2" | "PD1" | "NK1" | "EVN" | "TQ1" | "SFT" | "ROL" | "CTI" | "DSC") => {
                gathered.keep_left(line, &fields, name);
            }
            // The envelope of several messages says nothing of a patient.
            "FHS" | "BHS" | "BTS" | "FTS" if head.is_none() || segment.text.len() < 12 => {}
            _ => gathered.line(line, &segment.text),
        }
    }
    gathered.finish(encoding)
}

/// What the first segment of a message says of its reports.
struct Head {
    laboratory: Option<Party>,
    recipient: Option<Party>,
    sent_at: String,
}

impl Head {
    /// `MSH`, numbered as the norm does: the field sign is its first field.
    fn read(fields: &Fields<'_>) -> Self {
        let of = |field: usize| {
            let raw = fields.get(field - 1);
            let party = Party { name: fields.word(raw, 1), id: fields.word(raw, 2) };
            (party.name.is_some() || party.id.is_some()).then_some(party)
        };
        Self { laboratory: of(4).or_else(|| of(3)), recipient: of(6), sent_at: fields.get(6).to_owned() }
    }

    fn report(&self) -> Report {
        Report {
            laboratory: self.laboratory.clone(),
            recipients: self.recipient.iter().cloned().collect(),
            ..Report::default()
        }
    }

    fn keep(&self, gathered: &mut Gathered, line: u32, fields: &mut Fields<'_>) {
        // Made use of, or said by the format itself: signs, type of the message, version, character set, country.
        for field in [2, 9, 15, 16, 17, 18, 19, 20, 21] {
            // Codes are capitals (`AL`, `FRA`, `UNICODE UTF-8`) or `8859/1`; anything else is words.
            let sent = fields.get(field - 1);
            let words = sent.bytes().any(|byte| byte.is_ascii_lowercase() || byte >= 0x80);
            let code = sent.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'/');
            if field == 2 || code && !words {
                fields.take(field - 1);
            }
        }
        let version = fields.component(fields.get(11), 1);
        let numbers = version.strip_prefix("2.").unwrap_or("?");
        if matches!(numbers.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'9', b'.', b'0'..=b'9']) {
            fields.take(11);
        }
        for field in [3, 4, 6] {
            let raw = fields.get(field - 1);
            if fields.holds_only(raw, &[1, 2, 3]) && (field != 3 || fields.get(3).is_empty()) {
                fields.take(field - 1);
            }
        }
        if fields.get(10) == "P" {
            fields.take(10);
        }
        fields.take(6);
        let open = gathered.report(line);
        open.sent_at(self.sent_at.clone());
        open.keep_left_of(fields.shifted(), fields, "MSH");
    }
}

/// The words of a note: its repetitions are lines.
fn note(fields: &Fields<'_>) -> String {
    let raw = fields.get(3);
    let lines: Vec<_> = text::parts(raw, fields.signs.repetition).map(|line| fields.text(line)).collect();
    lines.join("\n")
}

/// `ORC`: who ordered it; the rest says how the order went.
fn order_control(gathered: &mut Gathered, line: u32, fields: &mut Fields<'_>) {
    // Tables 0119 and 0038.
    let cancelled = matches!(fields.get(1), "CA" | "OC" | "CR") || fields.get(5) == "CA";
    for field in [1, 5] {
        let code = fields.get(field);
        if code.len() <= 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            fields.take(field);
        }
    }
    let ordered = party_of_person(fields, fields.get(12));
    let open = gathered.report(line);
    open.cancels_next(cancelled);
    if let Some((party, whole)) = ordered {
        let same = *open.report.prescriber.get_or_insert_with(|| party.clone()) == party;
        if same && whole {
            fields.take(12);
        }
    }
    open.keep_left(fields, "ORC");
}

/// `PRT`: who takes part, and as what. Recipients are those of the report.
fn participation(gathered: &mut Gathered, line: u32, fields: &mut Fields<'_>) {
    let role = fields.component(fields.get(4), 1);
    let person = party_of_person(fields, fields.get(5));
    let open = gathered.report(line);
    if let (true, Some((party, whole))) = (role.starts_with("RCT"), person)
        && open.add_recipient(party)
        && whole
    {
        fields.take(5);
    }
    fields.take(2);
    open.keep_left(fields, "PRT");
}
