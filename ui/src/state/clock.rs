//! The clock and the calendar of this post.

use crate::state::day::Day;
use crate::text::time::Civil;
use bannette_api::Timestamp;

/// Now.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// The instant at which a day begins here.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn midnight(year: i64, month: i64, day: i64) -> Timestamp {
    let [year, month, day] = [year, month - 1, day].map(|number| i32::try_from(number).unwrap_or_default());
    Timestamp(js_sys::Date::new_with_year_month_day(year.unsigned_abs(), month, day).get_time() as i64)
}

/// Today.
#[must_use]
pub fn today() -> Day {
    let here = local(now());
    Day { year: here.year, month: here.month, day: here.day }
}

/// How an instant reads here.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
pub fn local(at: Timestamp) -> Civil {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    Civil::at(at, -(date.get_timezone_offset() as i64))
}
