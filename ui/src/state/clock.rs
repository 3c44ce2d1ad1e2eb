//! The clock and the calendar of this post.

use crate::text::time::Civil;
use bannette_api::Timestamp;

/// Now.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// The beginning of a day here; a day after the last of its month belongs to the next month.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn midnight(day: i32, month: i32, year: i32) -> Timestamp {
    let date = js_sys::Date::new_with_year_month_day(year as u32, month - 1, day);
    Timestamp(date.get_time() as i64)
}

/// How an instant reads here.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
pub fn local(at: Timestamp) -> Civil {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    Civil::at(at, -(date.get_timezone_offset() as i64))
}
