//! Contents that hold others: zip and XDM archives, TNEF, messages in files, what is enclosed in a signature. It must
//! never open more of them in one another than the limits say, and leaves closed what it does not open.

use super::{Incoming, Owned, Reading, sorted};
use crate::payload::Embedded;
use crate::xdm::{self, Listed, Opened, Package};
use crate::{cms, identity, limits, mime, tnef};
use bannette_api::report::{Document, Format, Party, Patient, Report, ReportStatus, WarningCode};

impl Reading {
    /// A zip archive, perhaps an XDM one. Gives its reports; none where it stays closed.
    pub(super) fn archive(&mut self, bytes: &[u8]) -> Option<Vec<usize>> {
        if self.archives >= limits::ARCHIVE_DEPTH {
            self.warn(WarningCode::ArchiveLimit);
            return None;
        }
        let mut package = match xdm::open(bytes, &mut self.budget) {
            Opened::Package(package) => package,
            Opened::OfficeDocument => return None,
            Opened::Refused(warning) => {
                self.add_warnings(vec![warning]);
                return None;
            }
        };
        self.xdm |= package.is_xdm;
        self.add_warnings(std::mem::take(&mut package.warnings));
        let several = package.submissions.iter().any(xdm::Submission::has_several_patients);
        if several {
            self.warn(WarningCode::SeveralPatients);
        }
        self.archives += 1;
        let reports = self.packed(package, several);
        self.archives -= 1;
        Some(reports)
    }

    /// The documents of an archive.
    fn packed(&mut self, mut package: Package, several: bool) -> Vec<usize> {
        let mut reports: Vec<usize> = Vec::new();
        let mut documents: Vec<(Document, Option<Listed>)> = Vec::new();
        for packed in std::mem::take(&mut package.documents) {
            let listed = package.listing(&packed).cloned();
            if leads_out(&packed.path) {
                self.warn(WarningCode::UnsafeName);
            }
            let name = packed.path.rsplit('/').next().unwrap_or_default();
            let taken = self.take(Incoming {
                bytes: packed.bytes,
                media_type: &packed.media_type,
                charset: None,
                name: Some(name),
                inner: true,
            });
            let Some(taken) = taken else { continue };
            if let Some(listed) = &listed {
                self.hold_against(listed, &taken.reports);
            }
            reports.extend(taken.reports);
            if !taken.told {
                documents.push((taken.document, listed));
            }
        }
        // The documents without a report of their own are of those that speak of their patient.
        for (document, listed) in documents {
            let of = match listed {
                Some(listed) if package.is_xdm && (reports.is_empty() || several) => {
                    self.of_patient(&listed, &mut reports)
                }
                _ => reports.clone(),
            };
            self.documents.push(Owned { document, of: Some(sorted(&of)).filter(|of| !of.is_empty()) });
        }
        // An envelope without its documents still says for whom they were.
        if reports.is_empty() {
            for listed in package.submissions.iter().flat_map(|submission| &submission.documents) {
                self.of_patient(listed, &mut reports);
            }
        }
        sorted(&reports)
    }

    /// Holds what METADATA.XML says of a document against the reports in it.
    fn hold_against(&mut self, listed: &Listed, reports: &[usize]) {
        for at in reports {
            let Some(report) = self.reports.get(*at) else { continue };
            if identity::differ(&listed.patient, &report.patient) {
                self.warn(WarningCode::IdentityMismatch);
            } else {
                self.listed.entry(*at).or_insert_with(|| listed.clone());
            }
        }
    }

    /// The reports of an archive that may be of a document's patient; where there is none, one that holds what
    /// METADATA.XML says, so that the document does not come without an identity.
    fn of_patient(&mut self, listed: &Listed, reports: &mut Vec<usize>) -> Vec<usize> {
        let patient = &listed.patient;
        let of_same =
            |at: &usize| self.reports.get(*at).is_some_and(|report| !identity::differ(patient, &report.patient));
        let of: Vec<usize> = reports.iter().copied().filter(of_same).collect();
        if !of.is_empty() || *patient == Patient::default() || self.reports.len() >= limits::REPORTS {
            return of;
        }
        let at = self.add_report(report_of(listed));
        reports.push(at);
        vec![at]
    }

    /// Outlook's `winmail.dat`.
    pub(super) fn tnef(&mut self, bytes: &[u8]) -> Option<Vec<usize>> {
        let tnef = tnef::read(bytes);
        if tnef.broken {
            self.warn(WarningCode::BrokenEncoding);
        }
        if let Some(words) = &tnef.words {
            self.worded_payload(words, None);
            self.add_body(words);
        } else if let Some(html) = &tnef.html {
            self.html(html, None);
        }
        let nothing = tnef.words.is_none() && tnef.html.is_none() && tnef.attachments.is_empty();
        for Embedded { media_type, name, bytes } in tnef.attachments {
            let incoming =
                Incoming { bytes, media_type: &media_type, charset: None, name: name.as_deref(), inner: true };
            self.attached(incoming);
        }
        (!nothing).then(Vec::new)
    }

    /// A mail message that is a file.
    pub(super) fn message_in_a_file(&mut self, bytes: &[u8]) -> Option<Vec<usize>> {
        let structure = mime::take_apart(bytes);
        self.nested(&structure.head);
        self.items(structure.items, structure.defects, true);
        Some(Vec::new())
    }

    /// A content enclosed in its signature, which is not verified.
    pub(super) fn signed(&mut self, bytes: &[u8], name: Option<&str>) -> Option<Vec<usize>> {
        let Some(content) = cms::content(bytes).filter(|content| !content.is_empty()) else {
            self.warn(WarningCode::UnreadSigned);
            return None;
        };
        self.warn(WarningCode::Signed);
        if mime::begins_like_part(&content) {
            let structure = mime::take_apart(&content);
            self.items(structure.items, structure.defects, true);
        } else {
            let name = name.map(|name| name.strip_suffix(".p7m").unwrap_or(name));
            let incoming = Incoming { bytes: content, media_type: "", charset: None, name, inner: true };
            self.attached(incoming);
        }
        Some(Vec::new())
    }
}

/// Whether a path in an archive leads out of it. It is only a name here, yet nobody honest writes it so.
fn leads_out(path: &str) -> bool {
    path.starts_with('/') || path.contains(':') || path.split('/').any(|piece| piece == "..")
}

/// A report that says no more than METADATA.XML does.
fn report_of(listed: &Listed) -> Report {
    let kind = listed.kind.as_ref().map(|(code, name)| match name {
        Some(name) => format!("{name} ({code})"),
        None => code.clone(),
    });
    let title = listed.title.clone().filter(|title| kind.as_ref().is_none_or(|kind| !kind.starts_with(title.as_str())));
    let lines: Vec<String> = title.into_iter().chain(kind).collect();
    Report {
        format: Format::Xdm,
        patient: listed.patient.clone(),
        laboratory: listed.author.clone().map(|name| Party { name: Some(name), id: None }),
        reported_at: listed.created.clone(),
        status: listed.replaces.is_some().then_some(ReportStatus::Corrected),
        replaces: listed.replaces.clone(),
        text: Some(lines.join("\n")).filter(|text| !text.is_empty()),
        ..Report::default()
    }
}
