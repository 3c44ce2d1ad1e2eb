//! Where a value stands against its bounds, on a bar whose scale is the bounds themselves.

use crate::text::number::near;
use bannette_api::report::{LabResult, ResultStatus};
use std::cmp::Ordering;

/// A third of the bar, in hundredths.
const THIRD: f64 = 100.0 / 3.0;
/// The first and the last place at which a mark can be seen.
const EDGES: (f64, f64) = (3.0, 97.0);

/// A bar: all in hundredths of its width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// What lies inside the bounds: from and to. Where a bound is missing it reaches to that end.
    pub inside: (f64, f64),
    /// The value.
    pub place: f64,
    /// Beyond which end of the scale the value lies, so that its place is only the end.
    pub beyond: Option<Ordering>,
    /// Whether the value is only known as smaller or larger than this.
    pub open: bool,
}

/// The bar of a result; none without a bound, and none of what the laboratory withdrew.
#[must_use]
pub fn position(result: &LabResult) -> Option<Bar> {
    if result.status == Some(ResultStatus::Cancelled) {
        return None;
    }
    let value = near(result.value.as_deref()?)?;
    let bound = |sent: &Option<String>| sent.as_deref().and_then(near);
    // A bound that is there and cannot be read is not the same as none.
    let unread = |sent: &Option<String>| sent.is_some() && bound(sent).is_none();
    if unread(&result.low) || unread(&result.high) {
        return None;
    }
    let (inside, place) = match (bound(&result.low), bound(&result.high)) {
        (Some(low), Some(high)) if high > low => ((THIRD, 2.0 * THIRD), THIRD + (value - low) / (high - low) * THIRD),
        (None, Some(high)) if high > 0.0 => ((0.0, 2.0 * THIRD), value / high * 2.0 * THIRD),
        (Some(low), None) if low > 0.0 => ((THIRD, 100.0), value / low * THIRD),
        _ => return None,
    };
    let beyond = match place {
        place if place < 0.0 => Some(Ordering::Less),
        place if place > 100.0 => Some(Ordering::Greater),
        _ => None,
    };
    Some(Bar { inside, place: place.clamp(EDGES.0, EDGES.1), beyond, open: result.comparator.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: &str, low: Option<&str>, high: Option<&str>) -> Option<Bar> {
        let (low, high) = (low.map(str::to_owned), high.map(str::to_owned));
        position(&LabResult { value: Some(value.into()), low, high, ..LabResult::default() })
    }

    fn at(value: &str, low: Option<&str>, high: Option<&str>) -> Option<(i32, Option<Ordering>)> {
        #[allow(clippy::cast_possible_truncation)]
        bar(value, low, high).map(|bar| (bar.place.round() as i32, bar.beyond))
    }

    #[test]
    fn inside_the_bounds_is_the_middle_third() {
        let bounds = (Some("3.5"), Some("5.1"));
        assert_eq!(at("3.5", bounds.0, bounds.1), Some((33, None)));
        assert_eq!(at("5.1", bounds.0, bounds.1), Some((67, None)));
        assert_eq!(at("6.6", bounds.0, bounds.1), Some((97, None)));
        assert_eq!(bar("4", bounds.0, bounds.1).map(|bar| bar.inside), Some((THIRD, 2.0 * THIRD)));
    }

    #[test]
    fn what_lies_beyond_the_scale_says_so() {
        assert_eq!(at("6.8", Some("3.5"), Some("5.1")), Some((97, Some(Ordering::Greater))));
        assert_eq!(at("0", Some("3.5"), Some("5.1")), Some((3, Some(Ordering::Less))));
        assert_eq!(at("500", None, Some("5")), Some((97, Some(Ordering::Greater))));
        assert_eq!(at("-1", None, Some("5")), Some((3, Some(Ordering::Less))));
    }

    #[test]
    fn one_bound_leaves_the_other_side_inside() {
        assert_eq!(at("5", None, Some("5")), Some((67, None)));
        assert_eq!(at("0", None, Some("5")), Some((3, None)));
        assert_eq!(bar("1", None, Some("5")).map(|bar| bar.inside), Some((0.0, 2.0 * THIRD)));
        assert_eq!(at("5", Some("5"), None), Some((33, None)));
        assert_eq!(bar("5", Some("5"), None).map(|bar| bar.inside), Some((THIRD, 100.0)));
    }

    #[test]
    fn without_a_bound_that_can_be_placed_there_is_no_bar() {
        assert_eq!(at("5", None, None), None);
        assert_eq!(at("positif", Some("1"), Some("2")), None);
        assert_eq!(at("1", Some("2"), Some("2")), None);
        assert_eq!(at("1", Some("négatif"), Some("2")), None);
    }

    #[test]
    fn what_is_only_known_as_smaller_is_hollow_and_what_was_withdrawn_is_not_placed() {
        let mut result = LabResult { value: Some("0.05".into()), high: Some("0.1".into()), ..LabResult::default() };
        assert_eq!(position(&result).map(|bar| bar.open), Some(false));
        result.comparator = Some("<".into());
        assert_eq!(position(&result).map(|bar| bar.open), Some(true));
        result.status = Some(ResultStatus::Cancelled);
        assert_eq!(position(&result), None);
    }
}
