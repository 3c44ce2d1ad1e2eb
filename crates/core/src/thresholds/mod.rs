//! The practice's critical thresholds. What the laboratory says of a result stands; where it says nothing, the practice's own
//! thresholds may add that it is critical, and say that it is they who do. They never take anything away.

mod calls;
mod reports;

use crate::Core;
use bannette_analytes::thresholds::{Setting, Thresholds, value};
use bannette_api::dossiers::{Headline, Urgency};
use bannette_api::thresholds::ThresholdSetting;
use bannette_store::{Store, StoreError, StoredThresholds};
use std::sync::{Arc, Mutex, PoisonError};

/// The thresholds of one generation.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    generation: i64,
    thresholds: Thresholds,
}

impl Judge {
    pub(crate) fn of(stored: &StoredThresholds) -> Self {
        let changed = stored.changed.iter().map(|(row, setting)| (row.clone(), read(setting)));
        Self { generation: stored.generation, thresholds: Thresholds::with(changed) }
    }

    /// By which state of the thresholds it judges; 0: by none that the store knows, so that all is judged again.
    pub(crate) fn generation(&self) -> i64 {
        self.generation
    }
}

/// A setting as numbers. What is no number was never accepted: such a limit is none.
fn read(setting: &ThresholdSetting) -> Setting {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| value::number_of(text, false));
    Setting { on: setting.on, low: number(&setting.low), high: number(&setting.high) }
}

/// The thresholds that this program knows. Another program may have changed them since: dossiers note by which they were
/// judged, and those of an older state are judged again.
#[derive(Default)]
pub(crate) struct Known(Mutex<Arc<Judge>>);

impl Core {
    /// The thresholds that were learnt last.
    pub(crate) fn judge(&self) -> Arc<Judge> {
        Arc::clone(&self.0.thresholds.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the thresholds from the store.
    pub(crate) async fn learn_thresholds(&self, store: &Store) -> Result<Arc<Judge>, StoreError> {
        let stored = store.read().await?.thresholds().await?;
        if stored.generation != self.judge().generation {
            let learnt = Arc::new(Judge::of(&stored));
            *self.0.thresholds.0.lock().unwrap_or_else(PoisonError::into_inner) = learnt;
        }
        Ok(self.judge())
    }
}

/// Adds what the practice's thresholds say to a row: critical, where it was not, and by which result.
pub(crate) fn raise(urgency: &mut Urgency, headline: &mut Option<Headline>, beyond: Option<Headline>) {
    if let Some(beyond) = beyond
        && *urgency != Urgency::Critical
    {
        *urgency = Urgency::Critical;
        *headline = Some(beyond);
    }
}
