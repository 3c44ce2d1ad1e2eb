//! The journal, and the histories of accesses.

use crate::arguments::journal::{History, Journal, JournalCommand};
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::names::{self, Names};
use crate::table::table;
use crate::times;
use crate::words::accesses::{act, patient};
use crate::words::sharing::path;
use bannette_api::accesses::{AccessEntry, AccessFilter, AccessOf, AccessPage, ExportAccesses, ListAccesses};
use bannette_api::dossiers::Cursor;
use bannette_api::journal::{FaultKind, JournalReport, VerifyJournal};

/// `journal …`.
pub async fn journal(desk: &Desk, journal: Journal) -> Result<Status, Error> {
    match journal.command {
        Some(JournalCommand::Verify { noted }) => {
            let report = desk.call(VerifyJournal { noted }).await?;
            desk.output.give(&report, said)?;
            Ok(if report.faults.is_empty() { Status::Done } else { Status::Store })
        }
        Some(JournalCommand::Export { history, form }) => {
            let (of, filter) = asked(desk, &history).await?;
            let file = desk.call(ExportAccesses { of, filter, form: form.into() }).await?;
            desk.output.give(&file, |file| format!("Enregistré : {}", file.path))?;
            Ok(Status::Done)
        }
        None => {
            let (of, filter) = asked(desk, &journal.history).await?;
            let after = journal.after.map(Cursor);
            let page = desk.call(ListAccesses { of, filter, after, limit: journal.limit }).await?;
            let names = Names::to_show(desk).await?;
            desk.output.give(&page, |page| shown(page, &names))?;
            Ok(Status::Done)
        }
    }
}

/// Of what, and what of it.
async fn asked(desk: &Desk, history: &History) -> Result<(AccessOf, AccessFilter), Error> {
    let of = match (&history.mailbox, history.dossier) {
        (Some(mailbox), _) => AccessOf::Mailbox(names::mailbox(desk, mailbox).await?),
        (None, Some(dossier)) => AccessOf::Dossier(dossier),
        (None, None) => return Err(Error::Usage("Donnez une boîte (--mailbox) ou un dossier (--dossier).".to_owned())),
    };
    let person = match &history.person {
        Some(login) => Some(names::person(desk, login).await?),
        None => None,
    };
    let kind = history.kind.map(Into::into);
    Ok((of, AccessFilter { person, kind, begins: history.from, ends: history.until }))
}

fn shown(page: &AccessPage, names: &Names) -> String {
    if page.entries.is_empty() {
        return "Aucun accès.".to_owned();
    }
    let row = |entry: &AccessEntry| {
        [
            times::said(entry.at),
            entry.person.map_or_else(|| "Bannette".to_owned(), |person| names.person(person)),
            act(entry).to_owned(),
            entry.dossier.map(|_| patient(entry.patient.as_ref())).unwrap_or_default(),
            entry.path.map(|way| path(way, names)).unwrap_or_default(),
            entry.post.clone(),
        ]
    };
    let mut text = table(["date", "qui", "acte", "dossier", "droit", "poste"], page.entries.iter().map(row));
    if !page.whole {
        text.push_str("\n\nSeulement vos propres actes : ceux des autres sont visibles du titulaire de la boîte.");
    }
    if let Some(Cursor(next)) = &page.next {
        text.push_str(&format!("\n\nLa suite : --after {next}"));
    }
    text
}

fn said(report: &JournalReport) -> String {
    let last = report.last.map(|last| format!(", la dernière du {}", times::said(last))).unwrap_or_default();
    let mut text = format!("Entrées lues : {}{last}\nEmpreinte : {}\n", report.entries, report.head);
    if report.faults.is_empty() {
        text.push_str("La chaîne est intacte.");
    }
    for fault in &report.faults {
        let kind = match fault.kind {
            FaultKind::Edited => "son contenu ne correspond pas à son sceau",
            FaultKind::Missing => "des entrées manquent avant elle",
            FaultKind::CutShort => "des entrées manquent à la fin",
            FaultKind::Misfiled => "l’historique des accès ne la range pas comme elle le dit",
            FaultKind::ReasonEdited => "le motif de ce bris de glace a été modifié",
            FaultKind::OtherHead => "elle n’est plus celle dont l’empreinte avait été notée",
        };
        text.push_str(&format!("Entrée {} : {kind}.\n", fault.entry));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::journal::JournalFault;

    #[test]
    fn a_break_is_named() {
        let mut report = JournalReport { entries: 3, last: None, head: "ab".into(), faults: vec![] };
        assert!(said(&report).contains("intacte"));
        report.faults.push(JournalFault { entry: 2, kind: FaultKind::Edited });
        assert!(said(&report).contains("Entrée 2") && !said(&report).contains("intacte"));
    }
}
