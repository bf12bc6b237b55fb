//! Times as people read them, in their own time zone.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// `14:05`
pub(crate) fn clock(time: u64) -> String {
    let date = date(time);
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// `2026-11-22T14:05:00.000Z`, for machines.
pub(crate) fn machine(time: u64) -> String {
    String::from(date(time).to_iso_string())
}

/// `Today`, `Yesterday`, or the date in words.
pub(crate) fn day(time: u64, now: u64) -> String {
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    let day = words(time);
    match day {
        day if day == words(now) => "Today".to_owned(),
        day if day == words(now.saturating_sub(DAY)) => "Yesterday".to_owned(),
        day => day,
    }
}

/// `Sun Nov 22 2026`
fn words(time: u64) -> String {
    String::from(date(time).to_date_string())
}

#[expect(clippy::cast_precision_loss, reason = "a date that anybody sees is far below 2^53 milliseconds")]
fn date(time: u64) -> Date {
    Date::new(&JsValue::from_f64(time as f64))
}
