//! Words of the practice's critical thresholds.

use bannette_api::thresholds::ThresholdRow;

/// Tab.
pub const TAB: &str = "Seuils critiques";
/// What they are.
pub const MEANING: &str = "Un résultat au-delà de ces seuils est classé critique, même si le laboratoire ne l’a pas \
    signalé. Le signalement du laboratoire compte toujours\u{a0}: ces seuils ne font qu’ajouter.";
/// What they are not.
pub const PROPOSALS: &str = "Ce sont des propositions, à revoir avec votre biologiste\u{a0}: aucune norme française \
    n’existe. Sans unité lisible, rien n’est calculé. Les dossiers déjà reçus sont reclassés après chaque changement.";
/// Who may change them.
pub const ONLY_READ: &str = "Les administrateurs du cabinet les modifient.";
/// The columns.
pub const COLUMNS: [&str; 6] = ["Analyse", "Unité", "Critique sous", "Critique au-dessus", "Utilisé", "Actions"];
/// Keeps a row.
pub const SAVE: &str = "Enregistrer";
/// Takes the proposal again.
pub const BACK: &str = "Revenir à la proposition";
/// A row that the practice changed.
pub const CHANGED: &str = "modifié";
/// Kept.
pub const SAVED: &str = "Seuil enregistré. Les dossiers déjà reçus sont reclassés.";

/// The analyte of a row, and for whom: « Potassium, moins de 6 mois ».
#[must_use]
pub fn name(row: &ThresholdRow) -> String {
    if row.whom.is_empty() { row.analyte.clone() } else { format!("{}, {}", row.analyte, row.whom) }
}

/// The name of a field, a box or a button of a row, as it is read aloud.
#[must_use]
pub fn of(what: &str, row: &ThresholdRow) -> String {
    format!("{what}\u{a0}: {}", name(row))
}

/// A limit, as it is typed and shown.
#[must_use]
pub fn limit(number: Option<&String>) -> String {
    number.map(|number| number.replace('.', ",")).unwrap_or_default()
}

/// Below the high limit, where a printed bound takes its place.
#[must_use]
pub fn printed(row: &ThresholdRow) -> Option<String> {
    let times = row.times_printed.filter(|_| row.setting.high == row.proposal.high)?;
    Some(match times {
        1 => "ou la borne haute imprimée".to_owned(),
        times => format!("ou {times}\u{a0}× la borne haute imprimée"),
    })
}

/// What is proposed, beside a row that was changed.
#[must_use]
pub fn proposed(row: &ThresholdRow) -> String {
    let low = row.proposal.low.as_ref().map(|low| format!("< {}", limit(Some(low))));
    let high = row.proposal.high.as_ref().map(|high| format!("> {}", limit(Some(high))));
    let both = low.into_iter().chain(high).collect::<Vec<_>>().join(" ou ");
    let off = if row.proposal.on { "" } else { ", non utilisé" };
    format!("proposé\u{a0}: {both}{off}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::thresholds::ThresholdSetting;

    #[test]
    fn a_row_says_for_whom_it_is_and_what_was_proposed() {
        let proposal = ThresholdSetting { on: true, low: Some("2.8".into()), high: Some("7".into()) };
        let row = ThresholdRow {
            row: "potassium-nourrisson".into(),
            analyte: "Potassium".into(),
            whom: "moins de 6 mois".into(),
            unit: "mmol/L".into(),
            times_printed: None,
            setting: ThresholdSetting { high: Some("6.5".into()), ..proposal.clone() },
            proposal,
        };
        assert_eq!(name(&row), "Potassium, moins de 6 mois");
        assert_eq!(of("Critique sous", &row), "Critique sous\u{a0}: Potassium, moins de 6 mois");
        assert_eq!(proposed(&row), "proposé\u{a0}: < 2,8 ou > 7");
        assert_eq!(limit(row.setting.high.as_ref()), "6,5");
        let printed_once = ThresholdRow { times_printed: Some(15), setting: row.proposal.clone(), ..row.clone() };
        assert_eq!(printed(&printed_once).as_deref(), Some("ou 15\u{a0}× la borne haute imprimée"));
        assert_eq!(printed(&ThresholdRow { times_printed: Some(15), ..row }), None, "one's own number counts");
    }
}
