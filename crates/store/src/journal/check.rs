//! The check of the whole journal: every seal, the head, and what hangs on the entries.

use super::{Entry, Seal, head_mac, seal_of};
use crate::keys::hex;
use crate::{Read, StoreError, accesses, glass, text};
use bannette_api::journal::{FaultKind, HEAD_DIGITS, JournalFault, JournalHead, JournalReport};
use bannette_api::{GlassId, Timestamp};
use sqlx::Row as _;

impl Read {
    /// Checks every entry of the journal, its head, and what hangs on the entries: the lists of the histories of accesses,
    /// and the reasons of *bris de glace*.
    ///
    /// # Errors
    /// When the database does not answer. Breaks of the chain are no errors: they stand in the report.
    pub async fn verify_journal(&mut self) -> Result<JournalReport, StoreError> {
        let key = *self.store().keys.journal();
        let mut check = Check::default();
        loop {
            let rows = sqlx::query(
                "select seq, at, person, post, act, object, detail, seal from journal where seq > $1 order by seq limit 2000",
            )
            .bind(check.seq)
            .fetch_all(self.connection())
            .await?;
            let Some(last) = rows.last() else { break };
            let mut lines = accesses::lines_between(self.connection(), check.seq, last.try_get(0)?).await?;
            for row in rows {
                let entry = Entry {
                    at: row.try_get(1)?,
                    person: row.try_get(2)?,
                    post: row.try_get(3)?,
                    act: row.try_get(4)?,
                    object: row.try_get(5)?,
                    detail: row.try_get(6)?,
                };
                let seal: Vec<u8> = row.try_get(7)?;
                let seq = row.try_get(0)?;
                check.entry(&key, seq, &entry, &seal_of(&seal))?;
                check.listed(seq, &entry, &lines.remove(&seq).unwrap_or_default());
                if entry.act == "glass_broken" {
                    self.reason(&mut check, seq, &entry).await?;
                }
            }
            // What is left belongs to entries that are not there.
            lines.keys().for_each(|seq| check.fault(*seq, FaultKind::Misfiled));
        }
        for seq in accesses::lines_between(self.connection(), check.seq, i64::MAX).await?.keys() {
            check.fault(*seq, FaultKind::Misfiled);
        }
        let head: Option<(i64, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("select entries, seal, mac from journal_head").fetch_optional(self.connection()).await?;
        check.head(&key, head)?;
        Ok(check.report())
    }

    /// Whether the journal once stood at this head. It finds what the seals cannot: entries that were written anew with the
    /// practice's own secret, or an older copy of the file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn journal_leads_through(&mut self, noted: &JournalHead) -> Result<bool, StoreError> {
        let Ok(seq) = i64::try_from(noted.entries) else { return Ok(false) };
        let seal: Option<Vec<u8>> = sqlx::query_scalar("select seal from journal where seq = $1")
            .bind(seq)
            .fetch_optional(self.connection())
            .await?;
        let head = noted.head.to_ascii_lowercase();
        Ok(head.len() >= HEAD_DIGITS && seal.is_some_and(|seal| hex(&seal).starts_with(&head)))
    }

    /// Checks that the reason of a *bris de glace* is the one that was sealed.
    async fn reason(&mut self, check: &mut Check, seq: i64, entry: &Entry) -> Result<(), StoreError> {
        #[derive(serde::Deserialize)]
        struct Detail {
            glass: GlassId,
            reason_sha256: String,
        }
        // An entry of another form was edited: that was found by its seal.
        let Ok(detail) = serde_json::from_str::<Detail>(&entry.detail) else { return Ok(()) };
        let kept = glass::kept_reason(self.connection(), detail.glass).await?;
        if kept.is_none_or(|kept| hex(&kept) != detail.reason_sha256) {
            check.fault(seq, FaultKind::ReasonEdited);
        }
        Ok(())
    }
}

/// The state of a check on its way through the journal.
#[derive(Default)]
struct Check {
    seq: i64,
    seal: Seal,
    entries: u64,
    last: Option<Timestamp>,
    faults: Vec<JournalFault>,
}

impl Check {
    fn fault(&mut self, entry: i64, kind: FaultKind) {
        self.faults.push(JournalFault { entry: text::count(entry), kind });
    }

    fn entry(&mut self, key: &[u8; 32], seq: i64, entry: &Entry, seal: &Seal) -> Result<(), StoreError> {
        if seq != self.seq + 1 {
            self.fault(seq, FaultKind::Missing);
        } else if entry.seal(key, &self.seal, seq)? != *seal {
            self.fault(seq, FaultKind::Edited);
        }
        // Go on from the seal that stands there, so that one edit is told once.
        (self.seq, self.seal) = (seq, *seal);
        self.entries += 1;
        self.last = Some(Timestamp(entry.at));
        Ok(())
    }

    /// Compares an entry with how the histories list it.
    fn listed(&mut self, seq: i64, entry: &Entry, lines: &[accesses::Line]) {
        let wanted = accesses::lines(entry.at, &entry.person, &entry.act, &entry.object, &entry.detail);
        if wanted.is_ok_and(|wanted| wanted != lines) {
            self.fault(seq, FaultKind::Misfiled);
        }
    }

    fn head(&mut self, key: &[u8; 32], head: Option<(i64, Vec<u8>, Vec<u8>)>) -> Result<(), StoreError> {
        // A practice begins with an act: a journal without a head was emptied.
        let Some((entries, seal, mac)) = head else {
            self.fault(self.seq, FaultKind::CutShort);
            return Ok(());
        };
        if entries != self.seq || seal_of(&seal) != self.seal {
            self.fault(self.seq.max(entries), FaultKind::CutShort);
        } else if head_mac(key, entries, &self.seal)? != seal_of(&mac) {
            self.fault(entries, FaultKind::Edited);
        }
        Ok(())
    }

    fn report(self) -> JournalReport {
        JournalReport { entries: self.entries, last: self.last, head: hex(&self.seal), faults: self.faults }
    }
}
