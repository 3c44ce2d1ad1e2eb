//! Being told by the system that something changed in a folder. Where that does not work (some network drives, too many
//! watches), the folder is still looked at every minute.

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Notify;

/// A watch; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    /// Held only: its drop ends the watch.
    _watcher: RecommendedWatcher,
    told: Arc<Notify>,
}

impl Watch {
    /// Begins to watch a folder, without its sub-folders; none when the system cannot.
    pub(super) fn begin(folder: &Path) -> Option<Self> {
        let told = Arc::new(Notify::new());
        let tell = told.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.map_or(true, |event| concerns(&event.kind)) {
                tell.notify_one();
            }
        });
        let watching = watcher.and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        // The library's error names the path.
        let watching =
            watching.inspect_err(|_| tracing::info!("a folder cannot be watched: it is looked at every minute"));
        watching.ok().map(|watcher| Self { _watcher: watcher, told })
    }

    /// Ends when something changed, also when that was before the call.
    pub(super) async fn changed(&self) {
        self.told.notified().await;
    }
}

/// Our own reading is told too, and means nothing.
fn concerns(kind: &EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if *access != AccessKind::Close(AccessMode::Write))
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, ModifyKind};

    #[test]
    fn reading_a_file_tells_nothing() {
        assert!(!concerns(&EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(!concerns(&EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(concerns(&EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(concerns(&EventKind::Create(CreateKind::File)));
        assert!(concerns(&EventKind::Modify(ModifyKind::Any)));
        assert!(concerns(&EventKind::Any));
    }
}
