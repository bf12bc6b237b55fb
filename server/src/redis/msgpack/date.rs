//! Dates, which msgpack has and JSON does not: there they are the text that JavaScript gives them.

use std::fmt::Write;

/// Milliseconds on either side of 1970 that a date of JavaScript reaches (ECMA-262, "Time Values").
const MAX_MILLIS: i64 = 8_640_000_000_000_000;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A moment, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redis) struct Date(i64);

impl Date {
    /// `None` for what JavaScript calls an invalid date.
    pub(super) fn from_millis(millis: i64) -> Option<Self> {
        (-MAX_MILLIS..=MAX_MILLIS).contains(&millis).then_some(Self(millis))
    }

    /// Whole milliseconds are counted from 1970 on, to either side.
    pub(super) fn from_seconds(seconds: i64, nanos: u32) -> Option<Self> {
        let nanos = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self::from_millis(i64::try_from(nanos / 1_000_000).ok()?)
    }

    /// Appends what `toISOString` gives, as a JSON string.
    pub(super) fn push(self, json: &mut String) {
        let (days, millis) = (self.0.div_euclid(MILLIS_PER_DAY), self.0.rem_euclid(MILLIS_PER_DAY));
        let (year, month, day) = civil(days);
        json.push('"');
        // Writing into a `String` cannot fail.
        let _ = match year {
            0..=9999 => write!(json, "{year:04}"),
            _ => write!(json, "{year:+07}"),
        };
        let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
        let millis = millis % 1000;
        let _ = write!(json, "-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z\"");
    }
}

/// Year, month and day of a day since 1970, in the calendar of today at all times. Counted in years that begin in March,
/// so that the day of the leap years comes last.
fn civil(days: i64) -> (i64, i64, i64) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    // From the first of March of the year 0.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(DAYS_IN_400_YEARS), days.rem_euclid(DAYS_IN_400_YEARS));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next_year, month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_javascript_writes_it() {
        // new Date(millis).toISOString()
        for (millis, expected) in [
            (0, "\"1970-01-01T00:00:00.000Z\""),
            (-1, "\"1969-12-31T23:59:59.999Z\""),
            (951_827_696_789, "\"2000-02-29T12:34:56.789Z\""),
            (1_709_164_800_000, "\"2024-02-29T00:00:00.000Z\""),
            (1_700_000_000_123, "\"2023-11-14T22:13:20.123Z\""),
            (4_107_542_399_999, "\"2100-02-28T23:59:59.999Z\""),
            (4_107_542_400_000, "\"2100-03-01T00:00:00.000Z\""),
            (253_402_300_799_999, "\"9999-12-31T23:59:59.999Z\""),
            (253_402_300_800_000, "\"+010000-01-01T00:00:00.000Z\""),
            (-62_167_219_200_000, "\"0000-01-01T00:00:00.000Z\""),
            (-62_167_219_200_001, "\"-000001-12-31T23:59:59.999Z\""),
            (MAX_MILLIS, "\"+275760-09-13T00:00:00.000Z\""),
            (-MAX_MILLIS, "\"-271821-04-20T00:00:00.000Z\""),
        ] {
            let mut json = String::new();
            Date::from_millis(millis).unwrap().push(&mut json);
            assert_eq!(json, expected);
        }
    }

    #[test]
    fn what_javascript_calls_invalid_is_no_date() {
        assert_eq!(Date::from_millis(MAX_MILLIS + 1), None);
        assert_eq!(Date::from_millis(i64::MIN), None);
        assert_eq!(Date::from_seconds(i64::MAX, u32::MAX), None);
        // new Date(-1 * 1e3 + 999_999_999 / 1e6) is 1970.
        assert_eq!(Date::from_seconds(-1, 999_999_999), Date::from_millis(0));
    }
}
