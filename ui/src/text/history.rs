//! The history of an analyte in words.

use super::number;
use super::time;
use bannette_api::dossiers::{HistoryPoint, ReportMoment};
use bannette_api::unit::shown;

/// While the values are being looked for.
pub const LOOKING: &str = "Recherche des valeurs de ce patient…";
/// Nothing is known.
pub const NONE: &str = "Aucune valeur n’est connue pour cette analyse dans les dossiers que vous pouvez lire.";
/// One value makes no curve.
pub const ONE: &str = "Une seule valeur est connue dans les dossiers que vous pouvez lire\u{a0}: pas de courbe.";
/// Values that have no place on a chart.
pub const NO_CHART: &str = "Ces valeurs n’ont pas de date ou de nombre lisible\u{a0}: pas de courbe.";
/// What the chart's signs mean.
pub const LEGEND: &str = "Bande\u{a0}: bornes du laboratoire. Rond\u{a0}: dans les bornes ou sans borne. Triangle vers \
    le haut\u{a0}: élevé\u{a0}; vers le bas\u{a0}: bas. Losange\u{a0}: anormal. Cerclé\u{a0}: critique. Creux\u{a0}: \
    valeur seulement connue comme plus petite ou plus grande. Creux et barré\u{a0}: valeur remplacée depuis par le \
    laboratoire.";
/// Columns.
pub const COLUMNS: [&str; 5] = ["Date", "Résultat", "Bornes", "Sens", "Dossier"];
/// The values' table, as read aloud.
pub const VALUES: &str = "Valeurs, la plus récente d’abord";
/// It stands in the open dossier.
pub const HERE: &str = "ce dossier";
/// Opens the other dossier.
pub const OPEN: &str = "Ouvrir";
/// The laboratory recalls it from a report before.
pub const RECALLED: &str = "rappelée par le laboratoire";
/// A later version of the report says something else.
pub const REPLACED: &str = "remplacée par une version plus récente";
/// A value without a date.
pub const NO_DATE: &str = "sans date";

/// « Potassium (mmol/L) ».
#[must_use]
pub fn title(label: &str, unit: Option<&str>) -> String {
    let unit = unit.map(shown).unwrap_or_default();
    if unit.trim().is_empty() { label.to_owned() } else { format!("{label} ({})", unit.trim()) }
}

/// When a value was sampled, and which of several it is.
#[must_use]
pub fn date(point: &HistoryPoint) -> String {
    let at = if point.at.is_empty() { NO_DATE.to_owned() } else { time::written(&point.at) };
    match point.sub_id.as_deref().map(str::trim).filter(|which| !which.is_empty()) {
        Some(which) => format!("{at} · {which}"),
        None => at,
    }
}

/// What the date is the date of, where it is not the sampling's.
#[must_use]
pub fn dated_by(point: &HistoryPoint) -> Option<&'static str> {
    match point.of {
        Some(ReportMoment::Sampled) => None,
        Some(ReportMoment::Reported) => Some("date d’édition"),
        None => Some("date de réception"),
    }
}

/// « Ouvrir le dossier qui contient la valeur du 12/09/2026 ».
#[must_use]
pub fn open(point: &HistoryPoint) -> String {
    format!("Ouvrir le dossier qui contient la valeur du {}", date(point))
}

/// « < 0,05 mmol/L ».
#[must_use]
pub fn value(point: &HistoryPoint) -> String {
    let comparator = super::dossier::comparator(point.comparator.as_deref());
    let unit = point.unit.as_deref().map(shown).unwrap_or_default();
    let value = format!("{comparator}{}", number::value(&point.value));
    if unit.trim().is_empty() { value } else { format!("{value}\u{a0}{}", unit.trim()) }
}

/// What a screen reader says of the chart; the points stand from the oldest to the newest.
#[must_use]
pub fn chart(title: &str, points: &[HistoryPoint]) -> String {
    let how_many = number::plural(points.len() as u64, "valeur", "valeurs");
    let day = |point: Option<&HistoryPoint>| point.map(|point| time::day(&point.at, None)).unwrap_or_default();
    let (first, last) = (day(points.first()), day(points.last()));
    format!("Courbe de {title}\u{a0}: {how_many}, du {first} au {last}. Le tableau qui suit donne chacune.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: &str, value: &str, comparator: Option<&str>) -> HistoryPoint {
        HistoryPoint {
            at: at.into(),
            value: value.into(),
            comparator: comparator.map(str::to_owned),
            unit: Some("10*9/L".into()),
            low: None,
            high: None,
            flag: None,
            dossier: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            recalled: false,
            of: None,
            replaced: false,
            sub_id: None,
        }
    }

    #[test]
    fn values_are_worded_as_they_were_sent() {
        assert_eq!(value(&point("", "0.050", Some("<"))), "<\u{a0}0,050\u{a0}10⁹/L");
        assert_eq!(date(&point("", "1", None)), "sans date");
        assert_eq!(date(&point("2026-09-12T08:00:00", "1", None)), "12/09/2026 08:00");
        let mut of = point("2026-09-12", "1", None);
        assert_eq!(dated_by(&of), Some("date de réception"));
        (of.of, of.sub_id) = (Some(ReportMoment::Sampled), Some("T120".into()));
        assert_eq!((dated_by(&of), date(&of)), (None, "12/09/2026 · T120".to_owned()));
        assert_eq!(title("Plaquettes", Some("10*9/L")), "Plaquettes (10⁹/L)");
        assert_eq!(title("INR", Some("{ratio}")), "INR");
        let all = [point("2025-09-12", "1", None), point("2026-09-12", "2", None)];
        assert_eq!(
            chart("INR", &all),
            "Courbe de INR\u{a0}: 2\u{a0}valeurs, du 12/09/2025 au 12/09/2026. Le tableau qui suit donne chacune."
        );
    }
}
