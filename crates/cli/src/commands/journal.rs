//! The journal.

use crate::arguments::JournalCommand;
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::times;
use bannette_api::journal::{FaultKind, JournalReport, VerifyJournal};

/// `journal …`.
pub async fn journal(desk: &Desk, command: &JournalCommand) -> Result<Status, Error> {
    match command {
        JournalCommand::Verify => {
            let report = desk.call(VerifyJournal {}).await?;
            desk.output.give(&report, said)?;
            Ok(if report.faults.is_empty() { Status::Done } else { Status::Store })
        }
    }
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
