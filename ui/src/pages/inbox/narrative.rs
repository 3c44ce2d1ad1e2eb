//! The laboratory's own text, which is the legal reference: the tables are read from the same report's coded part.

use crate::parts::button::{Button, Look};
use crate::parts::dialog::Dialog;
use crate::parts::narrative::narrative;
use crate::parts::results::title;
use crate::text::inbox::dossier as words;
use crate::text::{common, dossier};
use bannette_api::dossiers::DossierView;
use bannette_api::report::Section;
use leptos::prelude::*;
use std::sync::Arc;

/// A section's text under its title.
fn section(section: &Section) -> AnyView {
    let heading = section.title.as_deref().filter(|title| !title.trim().is_empty());
    vec![heading.map(|words| title(words, section.level)).into_any(), narrative(&section.narrative)].into_any()
}

/// The text.
#[component]
pub fn Narrative(
    /// The dossier.
    view: Arc<DossierView>,
    /// It is over.
    close: Callback<()>,
) -> impl IntoView {
    let all = view.report.sections.iter().filter(|one| !one.narrative.is_empty()).map(section).collect::<Vec<_>>();
    let patient = dossier::identified(view.row.patient.as_ref());
    view! {
        <Dialog id="narrative-dialog" title=words::NARRATIVE about=patient cancel=close wide=true>
            <p class="hint">{words::NARRATIVE_HINT}</p>
            <div class="reading" tabindex="0" role="region" aria-labelledby="narrative-dialog-title">
                {all}
            </div>
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="narrative-close" act=close />
            </div>
        </Dialog>
    }
}
