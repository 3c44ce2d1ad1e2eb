//! Results in words: what the laboratory answers beside a number, and how a value moved.

use super::number::{self, Change};
use super::{dossier, time};
use bannette_api::dossiers::ReportMoment;
use bannette_api::report::{EarlierValue, LabResult, PreviousValue, ResultStatus, SecondValue, ValueKind};
use bannette_api::unit::shown;
use std::cmp::Ordering;

/// Above the tables: what must be seen first.
pub const WORST: &str = "Critiques et anormaux";
/// Beside a result that is critical by the practice's own threshold.
pub const BY_PRACTICE: &str = " seuil du cabinet";
/// The column of the curves.
pub const CURVES: &str = "Courbe";
/// Below a chapter's results.
pub const COMMENT: &str = "Commentaire du laboratoire\u{a0}:";

/// A title that goes on after a sub-chapter.
#[must_use]
pub fn continued(title: &str) -> String {
    format!("{title} (suite)")
}

/// « Courbe de Potassium »: the name of a button that shows a sign only.
#[must_use]
pub fn curve_of(label: &str) -> String {
    format!("Courbe\u{a0}: {label}")
}

/// An answer of an antibiogram: its letter, and what the letter means. Only a coded value is one.
///
/// The categories of CA-SFM / EUCAST as they are defined since 2020: « I » is an answer to high doses, no doubtful one. A
/// laboratory that writes « Intermédiaire » is quoted beside it.
#[must_use]
pub fn susceptibility(result: &LabResult) -> Option<(&'static str, &'static str)> {
    if result.kind != ValueKind::Coded || result.comparator.is_some() {
        return None;
    }
    match result.value.as_deref()? {
        "S" | "Sensible" | "Sensible à posologie standard" => Some(("S", "sensible à posologie standard")),
        "I" | "Sensible à forte posologie" => Some(("I", "sensible à forte posologie")),
        "Intermédiaire" => Some(("I", "sensible à forte posologie (écrit\u{a0}: intermédiaire)")),
        "R" | "Résistant" => Some(("R", "résistant")),
        _ => None,
    }
}

/// Columns of an antibiogram.
pub const ANTIBIOGRAM: [&str; 3] = ["Germe", "Antibiotique", "S / I / R"];

/// A table of answers to antibiotics, as read aloud.
#[must_use]
pub fn antibiogram_of(section: &str) -> String {
    format!("Antibiogramme\u{a0}: {section}")
}

/// A germ, or that the report does not say which.
#[must_use]
pub fn germ(name: &str) -> &str {
    if name.is_empty() { "germe non précisé" } else { name }
}

/// The germ that a title of an antibiogram names: « Antibiogramme : Escherichia coli ».
#[must_use]
pub fn germ_of_title(title: &str) -> Option<String> {
    const WORD: &str = "antibiogramme";
    let title = title.trim();
    let rest = title.get(..WORD.len()).filter(|word| word.eq_ignore_ascii_case(WORD)).and(title.get(WORD.len()..))?;
    let rest = rest.trim_start_matches([' ', '\u{a0}', ':', '-', '–', '(', ',']).trim_end_matches(')');
    let rest = ["de ", "du ", "des "].into_iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// Which of several a result is: « T120 · urines · prélevé le 22/11/2026 10:10 ». The time only where it is not the
/// report's own.
#[must_use]
pub fn which(result: &LabResult, sampled_at: Option<&str>) -> String {
    let given = |text: Option<&String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let at = result.observed_at.as_deref().filter(|at| Some(*at) != sampled_at);
    let at = at.map(|at| super::inbox::sampled(&time::written(at)));
    let all = [given(result.sub_id.as_ref()), given(result.specimen.as_ref()), at];
    all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A unit, as it is shown.
fn unit(sent: Option<&String>) -> String {
    sent.map(|sent| shown(sent).trim().to_owned()).unwrap_or_default()
}

/// A value and its unit: « 6,8 mmol/L ».
#[must_use]
pub fn measure(result: &LabResult) -> String {
    let value = match susceptibility(result) {
        Some((letter, words)) => format!("{letter}, {words}"),
        None => dossier::value(result),
    };
    joined([value, unit(result.unit.as_ref())])
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\u{a0}")
}

/// The same measure in another unit: « 265 mg/L (200 – 300) ».
#[must_use]
pub fn second(value: &SecondValue) -> String {
    let bounds = dossier::bounds(value.low.as_deref(), value.high.as_deref());
    let bounds = if bounds.is_empty() { bounds } else { format!("({bounds})") };
    joined([value.value.as_deref().map(number::value).unwrap_or_default(), unit(value.unit.as_ref()), bounds])
}

/// An earlier value: « 4,6 · 12/09 »; with its unit where that is another one.
#[must_use]
pub fn previous(earlier: &PreviousValue, result: &LabResult, near: Option<&str>) -> String {
    let value = earlier.value.as_deref().map(number::value).unwrap_or_default();
    let own = unit(earlier.unit.as_ref());
    let other = !own.is_empty() && own != unit(result.unit.as_ref());
    let value = joined([value, if other { own } else { String::new() }]);
    match earlier.at.as_deref() {
        Some(at) => format!("{value} · {}", time::day(at, near)),
        None => value,
    }
}

/// Above the values that the laboratory recalls itself.
pub const RECALLED: &str = "Antériorité du laboratoire\u{a0}:";

/// The last value before, from the practice's own history: « 4,1 prélevé le 03/11/2026 ».
#[must_use]
pub fn own_earlier(earlier: &EarlierValue) -> String {
    let value = number::value(&earlier.value);
    let comparator = dossier::comparator(earlier.comparator.as_deref());
    let dated = match earlier.of {
        Some(ReportMoment::Sampled) => "prélevé le",
        Some(ReportMoment::Reported) => "édité le",
        None => "reçu le",
    };
    let order = if earlier.same_day { ", le même jour, ordre non précisé" } else { "" };
    format!("{comparator}{value} {dated}\u{a0}{}{order}", time::written(&earlier.at))
}

/// How a result moved since a value of the practice's own history.
#[must_use]
pub fn moved_since(earlier: &EarlierValue) -> Option<Change> {
    let more = earlier.change.as_deref()?;
    let (way, by) = match (more.strip_prefix('+'), more.strip_prefix('-')) {
        (Some(by), _) => (Ordering::Greater, by),
        (_, Some(by)) => (Ordering::Less, by),
        _ => (Ordering::Equal, more),
    };
    Some(Change { way, by: number::value(by) })
}

/// How a result moved since an earlier value: only between two whole numbers of the same unit, and never of a result
/// that was taken back.
#[must_use]
pub fn moved(result: &LabResult, earlier: &PreviousValue) -> Option<Change> {
    let comparable = result.kind == ValueKind::Numeric
        && result.comparator.is_none()
        && result.status != Some(ResultStatus::Cancelled)
        && unit(result.unit.as_ref()) == unit(earlier.unit.as_ref());
    number::change(result.value.as_deref().filter(|_| comparable)?, earlier.value.as_deref()?)
}

/// Which of the earlier values is the newest: the change is told against it. Without dates, the laboratory's first.
#[must_use]
pub fn newest(all: &[PreviousValue]) -> Option<usize> {
    let day = |at: usize| all.get(at).and_then(|earlier| earlier.at.as_deref()).unwrap_or_default();
    (0..all.len()).reduce(|best, at| if day(at) > day(best) { at } else { best })
}

/// A change as it is seen, beside its sign: « +0,4 », « −0,4 », « = ».
#[must_use]
pub fn change_seen(change: &Change) -> String {
    match change.way {
        Ordering::Greater => format!("+{}", change.by),
        Ordering::Less => format!("\u{2212}{}", change.by),
        Ordering::Equal => "=".to_owned(),
    }
}

/// A change as it is read aloud.
#[must_use]
pub fn change_said(change: &Change) -> String {
    match change.way {
        Ordering::Greater => format!("en hausse de {}", change.by),
        Ordering::Less => format!("en baisse de {}", change.by),
        Ordering::Equal => "sans changement".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_practices_own_is_named_with_its_date_and_its_change() {
        let mut one = EarlierValue {
            value: "4.1".into(),
            comparator: None,
            unit: Some("mmol/L".into()),
            at: "2026-11-03".into(),
            of: Some(ReportMoment::Sampled),
            dossier: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            change: Some("+0.3".into()),
            same_day: false,
        };
        assert_eq!(own_earlier(&one), "4,1 prélevé le\u{a0}03/11/2026");
        assert_eq!(moved_since(&one), Some(Change { way: Ordering::Greater, by: "0,3".into() }));
        (one.of, one.change) = (Some(ReportMoment::Reported), Some("-1.25".into()));
        assert_eq!(own_earlier(&one), "4,1 édité le\u{a0}03/11/2026");
        assert_eq!(moved_since(&one), Some(Change { way: Ordering::Less, by: "1,25".into() }));
        (one.of, one.change, one.same_day) = (None, None, true);
        assert_eq!(own_earlier(&one), "4,1 reçu le\u{a0}03/11/2026, le même jour, ordre non précisé");
        assert_eq!(moved_since(&one), None);
        one.change = Some("0".into());
        assert_eq!(moved_since(&one).unwrap().way, Ordering::Equal);
    }

    fn numeric(value: &str, unit: Option<&str>) -> LabResult {
        LabResult {
            value: Some(value.into()),
            unit: unit.map(str::to_owned),
            kind: ValueKind::Numeric,
            ..LabResult::default()
        }
    }

    fn earlier(value: &str, unit: Option<&str>, at: Option<&str>) -> PreviousValue {
        PreviousValue { value: Some(value.into()), unit: unit.map(str::to_owned), at: at.map(str::to_owned) }
    }

    #[test]
    fn an_antibiogram_is_worded() {
        let coded = |value: &str| LabResult { kind: ValueKind::Coded, ..numeric(value, None) };
        assert_eq!(susceptibility(&coded("S")), Some(("S", "sensible à posologie standard")));
        assert_eq!(susceptibility(&coded("I")), Some(("I", "sensible à forte posologie")));
        assert_eq!(susceptibility(&coded("Résistant")), Some(("R", "résistant")));
        assert_eq!(susceptibility(&coded("Intermédiaire")).map(|(letter, _)| letter), Some("I"));
        assert_eq!(susceptibility(&coded("Non sensible")), None);
        assert_eq!(susceptibility(&coded("r")), None);
        // A letter that is no code stays what it is.
        assert_eq!(susceptibility(&numeric("R", None)), None);
        assert_eq!(measure(&coded("R")), "R, résistant");
        assert_eq!(measure(&numeric("6.8", Some("10*9/L"))), "6,8\u{a0}10⁹/L");
    }

    #[test]
    fn a_change_needs_the_same_unit_and_no_comparator() {
        let result = numeric("5.0", Some("mmol/L"));
        let change = moved(&result, &earlier("4.6", Some("mmol/L"), None)).unwrap();
        assert_eq!((change_seen(&change), change_said(&change)), ("+0,4".to_owned(), "en hausse de 0,4".to_owned()));
        let change = moved(&result, &earlier("5.25", Some("mmol/L"), None)).unwrap();
        assert_eq!(
            (change_seen(&change), change_said(&change)),
            ("\u{2212}0,25".to_owned(), "en baisse de 0,25".to_owned())
        );
        let change = moved(&result, &earlier("5.0", Some("mmol/L"), None)).unwrap();
        assert_eq!((change_seen(&change), change_said(&change)), ("=".to_owned(), "sans changement".to_owned()));
        assert_eq!(moved(&result, &earlier("180", Some("mg/L"), None)), None);
        assert_eq!(moved(&result, &earlier("4.6", None, None)), None);
        assert_eq!(moved(&result, &earlier("<4.6", Some("mmol/L"), None)), None);
        let censored = LabResult { comparator: Some("<".into()), ..result.clone() };
        assert_eq!(moved(&censored, &earlier("4.6", Some("mmol/L"), None)), None);
        let cancelled = LabResult { status: Some(ResultStatus::Cancelled), ..result };
        assert_eq!(moved(&cancelled, &earlier("4.6", Some("mmol/L"), None)), None);
    }

    #[test]
    fn earlier_values_say_their_day_and_another_unit() {
        let result = numeric("5.0", Some("umol/L"));
        let near = Some("2026-11-22T08:10:00");
        assert_eq!(previous(&earlier("4.6", Some("umol/L"), Some("2026-09-12")), &result, near), "4,6 · 12/09");
        assert_eq!(previous(&earlier("4.6", Some("mg/L"), None), &result, near), "4,6\u{a0}mg/L");
        let all =
            [earlier("1", None, Some("2025-01-01")), earlier("2", None, Some("2026-01-01")), earlier("3", None, None)];
        assert_eq!(newest(&all), Some(1));
        assert_eq!(newest(&all[2..]), Some(0));
        assert_eq!(newest(&[]), None);
    }

    #[test]
    fn a_result_says_which_of_several_it_is() {
        let mut result = numeric("5.0", None);
        assert_eq!(which(&result, None), "");
        result.sub_id = Some("T120".into());
        result.specimen = Some("Plasma".into());
        result.observed_at = Some("2026-11-22T10:10:00".into());
        assert_eq!(which(&result, Some("2026-11-22T08:10:00")), "T120 · Plasma · prélevé le 22/11/2026 10:10");
        assert_eq!(which(&result, Some("2026-11-22T10:10:00")), "T120 · Plasma");
    }

    #[test]
    fn a_second_value_keeps_its_bounds() {
        let value = SecondValue {
            value: Some("265".into()),
            unit: Some("ug/L".into()),
            low: Some("200".into()),
            high: Some("300.5".into()),
        };
        assert_eq!(second(&value), "265\u{a0}µg/L\u{a0}(200\u{a0}–\u{a0}300,5)");
        assert_eq!(second(&SecondValue::default()), "");
    }
}
