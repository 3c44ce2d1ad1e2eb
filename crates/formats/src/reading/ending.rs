//! What is decided when all has been read: whose each document is, whether one patient is meant, what replaces what. It
//! must never give a message without a report.

use super::{Kept, Owned, Reading};
use crate::message::{Message, Part};
use crate::summary::says_replaces;
use crate::{identity, limits};
use bannette_api::report::{Format, Patient, Report, ReportStatus, WarningCode};
use std::collections::HashSet;

impl Reading {
    /// All that was understood.
    pub(crate) fn finish(mut self) -> Message {
        if self.sealed || self.body.contains("$APICRYPT") {
            self.warn(WarningCode::Encrypted);
        }
        if self.reports.is_empty() {
            let format = match (self.sealed, self.pdf) {
                (true, _) => Format::Apicrypt,
                (false, true) => Format::Pdf,
                (false, false) => Format::Unknown,
            };
            let explained = self.warnings.iter().any(|warning| explains(warning.code));
            if format == Format::Unknown && !explained {
                self.warn(WarningCode::NotUnderstood);
            }
            self.reports.push(Report { format, ..Report::default() });
        }
        self.complete();
        if self.has_several_patients() {
            self.warn(WarningCode::SeveralPatients);
        }
        self.give_documents();
        Message {
            attachments: without_doubles(self.attachments),
            head: self.head,
            body: (!self.body.is_empty()).then_some(self.body),
            reports: self.reports,
            warnings: self.warnings,
            format: self.format,
            encoding: self.encoding.map(str::to_owned),
        }
    }

    /// Whether two reports cannot be of one patient. Each is held against the first that has a name, and against its
    /// neighbour.
    fn has_several_patients(&self) -> bool {
        let named = |report: &&Report| report.patient.used_name.is_some() || report.patient.birth_name.is_some();
        let first = self.reports.iter().find(named);
        let neighbours = self
            .reports
            .windows(2)
            .any(|pair| matches!(pair, [one, other] if identity::differ(&one.patient, &other.patient)));
        let of_another =
            |first: &Report| self.reports.iter().any(|report| identity::differ(&first.patient, &report.patient));
        neighbours || first.is_some_and(of_another)
    }

    /// What the envelope (METADATA.XML, the subject) says, where the report itself says nothing. Done last, since equal
    /// reports are known by what they say themselves.
    fn complete(&mut self) {
        let said = says_replaces(&self.head.subject);
        for (at, report) in self.reports.iter_mut().enumerate() {
            let listed = self.listed.remove(&at).unwrap_or_default();
            // The INS of METADATA.XML identifies the patient (REF#2, 2.1.2).
            if report.patient == Patient::default() {
                report.patient = listed.patient;
            } else if report.patient.ins.is_none() {
                report.patient.ins = listed.patient.ins;
            }
            if listed.replaces.is_some() || said && report.format != Format::Unknown {
                report.status = match report.status {
                    None | Some(ReportStatus::Complete) => Some(ReportStatus::Corrected),
                    status => status,
                };
            }
            if report.replaces.is_none() {
                report.replaces = listed.replaces;
            }
        }
    }

    /// Gives each report its documents, each content once.
    fn give_documents(&mut self) {
        let documents = std::mem::take(&mut self.documents);
        let mut left = limits::GIVEN_DOCUMENTS;
        for (at, report) in self.reports.iter_mut().enumerate() {
            let mut seen: HashSet<&str> = HashSet::new();
            let own = documents.iter().filter(|owned| owned.is_of(at) && seen.insert(&owned.document.sha256));
            report.documents = own.take(left).map(|owned| owned.document.clone()).collect();
            left -= report.documents.len();
        }
        if left == 0 {
            self.warn(WarningCode::TooManyParts);
        }
    }
}

impl Owned {
    fn is_of(&self, report: usize) -> bool {
        self.of.as_ref().is_none_or(|of| of.binary_search(&report).is_ok())
    }
}

/// Warnings that say why nothing was understood.
fn explains(code: WarningCode) -> bool {
    matches!(
        code,
        WarningCode::Encrypted | WarningCode::UnreadSigned | WarningCode::ArchiveLimit | WarningCode::BrokenArchive
    )
}

/// The attachments, without those that were taken out of a container and also stand beside it.
fn without_doubles(attachments: Vec<Kept>) -> Vec<Part> {
    let loose: HashSet<String> =
        attachments.iter().filter(|kept| !kept.inner).map(|kept| kept.part.document.sha256.clone()).collect();
    let mut taken_out: HashSet<String> = HashSet::new();
    attachments
        .into_iter()
        .filter(|kept| {
            let sha256 = &kept.part.document.sha256;
            !kept.inner || !loose.contains(sha256) && taken_out.insert(sha256.clone())
        })
        .map(|kept| kept.part)
        .collect()
}
