//! Invented laboratory reports for the demo, the tests and the benchmarks.
//!
//! The same seed gives the same bytes, whatever the version of any dependency (there is none). Every identity is plainly
//! invented (EXEMPLE, MODELE, FICTIF…), every address lies under `.test` or is given by the caller. It reads no clock:
//! dates go back from a base day. Never part of the product.

mod calendar;
mod cda;
mod deflate;
mod encode;
mod identity;
mod mail;
mod measure;
mod panel;
mod payload;
mod pdf;
mod pdf_report;
mod random;
mod sha1;
mod xdm;
mod zip;

pub use cda::{CdaResult, CdaSpecimen};
mod segments;
mod traps;

pub use measure::Truth;
pub use segments::{PatientTruth, Payload};
pub use traps::{Trap, Trapped};

use calendar::Day;
use encode::Charset;
use pdf_report::Layout;
use random::Random;
use std::ops::Range;
pub use xdm::{REPLACED, XdmDefect, XdmDocument, XdmPatient};
pub use zip::Zip;

/// Makes reports, one after the other.
#[derive(Clone, Debug)]
pub struct Generator {
    random: Random,
    base: Day,
    days_back: Option<u32>,
    made: u64,
}

/// A laboratory's report as a PDF, and what a reader must find in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfSpecimen {
    /// The file.
    pub bytes: Vec<u8>,
    /// What stands on each page, piece by piece, in reading order.
    pub pages: Vec<Vec<String>>,
    /// Where each piece of [`PdfSpecimen::pages`] begins: from the left and from the bottom, in points, on an A4 page.
    pub places: Vec<Vec<(u32, u32)>>,
}

/// A mail message of a laboratory, and what a reader must find in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specimen {
    /// Family name of the patient, as sent.
    pub patient_last: String,
    /// First name of the patient, as sent.
    pub patient_first: String,
    /// Subject, decoded.
    pub subject: String,
    /// Sender, as a mailbox: `Laboratoire des Essais <resultats@labo-essais.test>`.
    pub from: String,
    /// Recipient's address.
    pub to: String,
    /// The message (RFC 5322, CRLF).
    pub message: Vec<u8>,
    /// The HPRIM payload inside, in its own character encoding.
    pub hprim: Vec<u8>,
    /// A name for the payload as a file.
    pub file_name: String,
    /// Whether a result is critical.
    pub critical: bool,
    /// Whether a result is abnormal (a critical one is).
    pub abnormal: bool,
}

/// A mail message with an IHE XDM archive, and what a reader must find in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XdmSpecimen {
    /// The patient of METADATA.XML.
    pub patient: XdmPatient,
    /// Subject as sent.
    pub subject: String,
    /// The archive.
    pub archive: Vec<u8>,
    /// The message (RFC 5322, CRLF): the archive as `IHE_XDM.zip`, and a PDF.
    pub message: Vec<u8>,
}

impl Generator {
    /// A generator that dates its reports at most thirty days back from 22 November 2026. See [`Generator::based_on`].
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), base: calendar::DEFAULT, days_back: None, made: 0 }
    }

    /// The same generator, dating back from this day (`YYYY-MM-DD`). An unreadable day changes nothing.
    #[must_use]
    pub fn based_on(mut self, day: &str) -> Self {
        self.base = Day::read(day).unwrap_or(self.base);
        self
    }

    /// From now on, dates the reports exactly so many days before the base day.
    pub fn at(&mut self, days_back: u32) -> &mut Self {
        self.days_back = Some(days_back);
        self
    }

    /// A laboratory's mail, addressed to this mailbox.
    pub fn specimen(&mut self, to: &str) -> Specimen {
        self.make(to, None)
    }

    /// A laboratory's mail that also holds a PDF whose size lies in this range.
    pub fn with_pdf(&mut self, to: &str, bytes: Range<usize>) -> Specimen {
        let span = u64::try_from(bytes.end.saturating_sub(bytes.start)).unwrap_or(0);
        let size = bytes.start.saturating_add(usize::try_from(self.random.below(span)).unwrap_or(0));
        self.make(to, Some(size))
    }

    /// A small mail of about 4.2 kB (HPRIM in a quoted-printable body), for the benchmarks.
    pub fn small(&mut self, to: &str) -> Vec<u8> {
        const WANTED: usize = 4200;
        const LINE: &str = "TEX|Commentaire du biologiste : résultats à interpréter selon le contexte clinique.\n";
        let draft = self.draft(2);
        let mut text = draft.payload.text.clone();
        let lacking = WANTED.saturating_sub(mail::in_body(&draft, &text, Charset::Utf8).len());
        let line = encode::quoted_printable(LINE.as_bytes()).len();
        if let Some(end) = text.find("****FIN****") {
            text.insert_str(end, &LINE.repeat(lacking / line));
        }
        mail::addressed(mail::in_body(&draft, &text, Charset::Utf8), to)
    }

    /// An HPRIM file for a watched folder: its name and its bytes.
    pub fn hprim_file(&mut self) -> (String, Vec<u8>) {
        let specimen = self.make("cabinet@example.org", None);
        (specimen.file_name, specimen.hprim)
    }

    /// A CDA R2 report of level 3: results of every type, in one of the forms that laboratories send.
    pub fn cda_n3(&mut self) -> CdaSpecimen {
        let (day, number) = self.next_report();
        cda::level_three(&mut self.random, day, number)
    }

    /// A CDA R2 report of level 1, which holds a PDF of about this size.
    pub fn cda_n1(&mut self, pdf_bytes: usize) -> CdaSpecimen {
        let (day, number) = self.next_report();
        cda::level_one(&mut self.random, day, number, pdf_bytes)
    }

    /// The day and the number of a report that is no mail.
    fn next_report(&mut self) -> (Day, u64) {
        self.made += 1;
        let back = match self.days_back {
            Some(days) => i64::from(days),
            None => self.random.between(0, 30),
        };
        (Day(self.base.0 - back), 260_000_000 + self.made * 7 + self.random.below(7))
    }

    /// A laboratory's report as a PDF of so many pages, its streams compressed or not: headings, a table with lines,
    /// accents, a foot on each page.
    pub fn pdf_report(&mut self, pages: usize, compressed: bool) -> PdfSpecimen {
        let draft = self.draft(1);
        Layout::of(&draft, pages.max(1), &mut self.random).write(compressed)
    }

    /// The PDF of one page that [`Generator::with_pdf`] attaches, alone, of about this size.
    pub fn padded_pdf(&mut self, bytes: usize) -> Vec<u8> {
        pdf::document("Compte rendu fictif", bytes, &mut self.random)
    }

    /// A hospital laboratory's HPRIM Santé payload. `traps`: with the liberties that hospitals take.
    pub fn hprim_sante(&mut self, traps: bool) -> Payload {
        self.segments(segments::Form::HprimSante, traps)
    }

    /// A hospital's HL7 v2 results. `traps`: with the liberties that hospitals take.
    pub fn hl7(&mut self, traps: bool) -> Payload {
        self.segments(segments::Form::Hl7, traps)
    }

    /// An HPRIM Médecin payload with one pathology, that the seed chooses.
    pub fn trapped(&mut self) -> Trapped {
        let index = self.random.below(u64::try_from(Trap::ALL.len()).unwrap_or(1));
        let trap = Trap::ALL.into_iter().nth(usize::try_from(index).unwrap_or(0)).unwrap_or(Trap::NoEnd);
        self.trapped_by(trap)
    }

    /// An HPRIM Médecin payload with this pathology.
    pub fn trapped_by(&mut self, trap: Trap) -> Trapped {
        let sound = self.sound();
        let mut other = self.sound();
        while other.patient == sound.patient {
            other = self.sound();
        }
        traps::spoil(trap, &sound, &other)
    }

    fn sound(&mut self) -> traps::Sound {
        let payload = self.draft(2).payload;
        let (year, month, day) = payload.person.birth.date();
        traps::Sound {
            text: payload.text,
            patient: (payload.person.last, payload.person.first),
            birth: format!("{year:04}-{month:02}-{day:02}"),
            french_birth: payload.person.birth.french(),
        }
    }

    fn segments(&mut self, form: segments::Form, traps: bool) -> Payload {
        self.made += 1;
        let day = Day(self.base.0 - self.days_back.map_or_else(|| self.random.between(0, 30), i64::from));
        let laboratory = identity::laboratory(&mut self.random);
        let number = 250_000_000 + self.made * 7 + self.random.below(7);
        segments::write(&mut self.random, form, laboratory, day, number, traps)
    }

    /// A colleague's letter: a mail in which there is no result to read.
    pub fn letter(&mut self, to: &str) -> Vec<u8> {
        let draft = self.draft(1);
        mail::addressed(mail::letter(&draft), to)
    }

    /// An IHE XDM archive of these documents, of this patient or of an invented one.
    pub fn xdm(
        &mut self,
        patient: Option<&XdmPatient>,
        documents: &[XdmDocument<'_>],
        defects: &[XdmDefect],
    ) -> Vec<u8> {
        self.xdm_mail("cabinet@example.org", patient, documents, defects).archive
    }

    /// An MSSanté mail with an IHE XDM archive of these documents and its PDF, of this patient or of an invented one.
    pub fn xdm_mail(
        &mut self,
        to: &str,
        patient: Option<&XdmPatient>,
        documents: &[XdmDocument<'_>],
        defects: &[XdmDefect],
    ) -> XdmSpecimen {
        let draft = self.draft(1);
        let patient = patient.cloned().unwrap_or_else(|| XdmPatient::of(&draft.payload.person));
        let archive = xdm::archive(&patient, draft.laboratory.name, &draft.day.iso(), documents, defects);
        let pdf = pdf::document("Compte rendu fictif", 3000, &mut self.random);
        let (subject, message) = mail::xdm(draft, &patient, &archive, &pdf);
        XdmSpecimen { patient, subject, archive, message: mail::addressed(message, to) }
    }

    /// Chooses all that a mail is made of.
    fn draft(&mut self, panels: usize) -> mail::Draft {
        self.made += 1;
        let back = match self.days_back {
            Some(days) => i64::from(days),
            None => self.random.between(0, 30),
        };
        let day = Day(self.base.0 - back);
        let laboratory = identity::laboratory(&mut self.random);
        let number = 250_000_000 + self.made * 7 + self.random.below(7);
        let payload = payload::write(&mut self.random, laboratory, day, number, panels);
        let minute = self.random.below(600) + 480;
        let mark = self.random.next();
        let subject = mail::subject(&mut self.random, &payload);
        mail::Draft { day, minute, mark, number, laboratory, payload, subject }
    }

    fn make(&mut self, to: &str, pdf: Option<usize>) -> Specimen {
        let panels = usize::try_from(self.random.between(1, 4)).unwrap_or(1);
        let draft = self.draft(panels);
        let charset = match self.random.below(100) {
            0..=44 => Charset::Windows1252,
            45..=79 => Charset::Utf8,
            80..=89 => Charset::Cp850,
            90..=94 => Charset::Utf8Marked,
            _ => Charset::MacRoman,
        };
        let line_end = if self.random.chance(88) { "\r\n" } else { self.random.word(&["\n", "\r"]) };
        let hprim = charset.encode(&draft.payload.text.replace('\n', line_end));
        let extension = self.random.word(&["hpr", "HPR", "hpm", "hprim", "txt"]);
        let file_name = format!("{}_{}.{extension}", draft.number, draft.laboratory.code);
        let in_body = pdf.is_none() && self.random.chance(22);
        let message = if in_body {
            let charset = if charset == Charset::Utf8 { Charset::Utf8 } else { Charset::Windows1252 };
            mail::in_body(&draft, &draft.payload.text, charset)
        } else {
            let pdf = pdf.map(|size| pdf::document("Compte rendu fictif", size, &mut self.random));
            mail::attached(&draft, &hprim, &file_name, pdf.as_deref(), &mut self.random)
        };
        // In the body, the payload has the body's encoding and line ends.
        let hprim = if in_body && charset != Charset::Utf8 {
            Charset::Windows1252.encode(&draft.payload.text.replace('\n', "\r\n"))
        } else if in_body {
            Charset::Utf8.encode(&draft.payload.text.replace('\n', "\r\n"))
        } else {
            hprim
        };
        Specimen {
            patient_last: draft.payload.person.last,
            patient_first: draft.payload.person.first,
            subject: draft.subject,
            from: format!("{} <{}>", draft.laboratory.name, draft.laboratory.address),
            to: to.to_owned(),
            message: mail::addressed(message, to),
            hprim,
            file_name,
            critical: draft.payload.critical,
            abnormal: draft.payload.abnormal,
        }
    }
}
