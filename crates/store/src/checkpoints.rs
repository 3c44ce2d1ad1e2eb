//! Folds the log of committed changes (SQLite's WAL) into the file, beside whoever commits: by itself the database does it
//! inside a commit, and everybody who wants to write waits for it. Where this one lags behind, the database still does it.
//! It must never be needed: what is committed is safe in the log (<https://sqlite.org/wal.html>, 2.2).

use crate::StoreError;
use sqlx::sqlite::SqlitePool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// So many bytes in the log are worth it: each time the disk is asked twice to write everything out.
const WORTH: usize = 8 * 1024 * 1024;
/// What a change adds to the log at the least: some pages.
const SMALL_CHANGE: usize = 128 * 1024;

/// Who folds.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    pool: SqlitePool,
    /// About so many bytes were committed since it was last begun.
    pending: AtomicUsize,
    running: AtomicBool,
}

impl Checkpoints {
    /// `pool`: a connection of its own, which may write.
    pub(crate) fn new(pool: SqlitePool) -> Arc<Self> {
        Arc::new(Self { pool, pending: AtomicUsize::new(0), running: AtomicBool::new(false) })
    }

    /// Something was committed, with so many bytes of messages.
    pub(crate) fn committed(self: &Arc<Self>, bytes: usize) {
        let more = bytes.max(SMALL_CHANGE);
        let pending = self.pending.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        if pending < WORTH || self.running.swap(true, Ordering::Relaxed) {
            return;
        }
        self.pending.store(0, Ordering::Relaxed);
        let this = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = this.fold().await {
                // A full disk, or a store that is being closed: whoever writes next is told.
                tracing::debug!(%error, "the log was not folded into the file");
            }
            this.running.store(false, Ordering::Relaxed);
        });
    }

    /// As far as no reader needs what it would overwrite, and without holding up anybody.
    async fn fold(&self) -> Result<(), StoreError> {
        sqlx::query("pragma wal_checkpoint(passive)").execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for one that is under way.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}
