//! The journal's check: counts and hashes, no content; anybody of the practice may ask for it.

use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::Failure;
use bannette_api::journal::{FaultKind, JournalFault, JournalReport, VerifyJournal};

impl Handle<VerifyJournal> for Core {
    async fn handle(&self, session: &Session, call: VerifyJournal) -> Result<JournalReport, Failure> {
        let (_, mut read) = self.reading(session).await?;
        let mut report = read.verify_journal().await.map_err(failures::of_store)?;
        if let Some(noted) = call.noted
            && !read.journal_leads_through(&noted).await.map_err(failures::of_store)?
        {
            report.faults.push(JournalFault { entry: noted.entries, kind: FaultKind::OtherHead });
        }
        Ok(report)
    }
}
