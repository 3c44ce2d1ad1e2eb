//! The journal's check: counts and hashes, no content; anybody of the practice may ask for it.

use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::Failure;
use bannette_api::journal::{JournalReport, VerifyJournal};

impl Handle<VerifyJournal> for Core {
    async fn handle(&self, session: &Session, _call: VerifyJournal) -> Result<JournalReport, Failure> {
        let (_, mut read) = self.reading(session).await?;
        read.verify_journal().await.map_err(failures::of_store)
    }
}
