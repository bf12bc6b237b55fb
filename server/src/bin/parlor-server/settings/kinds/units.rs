//! Times and lengths, which people write with their units.

use std::time::Duration;

use super::wrong;

const DURATION_UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

pub(super) fn read_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = number_and_unit(text);
    let unit = DURATION_UNITS.iter().find(|(name, _)| *name == unit);
    let millis = unit.and_then(|(_, millis)| number?.checked_mul(*millis));
    millis
        .map(Duration::from_millis)
        .ok_or_else(|| wrong(text, "a time with its unit, as 500ms, 25s, 2m or 1h"))
}

pub(super) fn duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    let whole = |(_, unit): &&(&str, u64)| millis > 0 && millis.is_multiple_of(u128::from(*unit));
    let (name, unit) = DURATION_UNITS.iter().rev().find(whole).unwrap_or(&("s", 1000));
    format!("{}{name}", millis / u128::from(*unit))
}

const BYTE_UNITS: [(&str, u64); 6] =
    [("", 1), ("kB", 1000), ("MB", 1_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

pub(super) fn read_bytes(text: &str) -> Result<usize, String> {
    let (number, unit) = number_and_unit(text);
    let unit = BYTE_UNITS.iter().find(|(name, _)| *name == unit);
    let bytes = unit.and_then(|(_, bytes)| number?.checked_mul(*bytes)).filter(|bytes| *bytes > 0);
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    bytes.ok_or_else(|| wrong(text, "a length in bytes of at least 1, as 65536, 64KiB, 4MiB or 1MB"))
}

pub(super) fn bytes(bytes: usize) -> String {
    let whole = |(name, unit): &&(&str, u64)| name.ends_with("iB") && (bytes as u64).is_multiple_of(*unit);
    match BYTE_UNITS.iter().rev().find(whole) {
        Some((name, unit)) => format!("\"{}{name}\"", bytes as u64 / unit),
        None => bytes.to_string(),
    }
}

fn number_and_unit(text: &str) -> (Option<u64>, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number.parse().ok(), unit)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::super::{BYTES, DURATION};

    #[test]
    fn times_have_a_unit() {
        let rows = [
            ("500ms", Some(r#""500ms""#)),
            ("25s", Some(r#""25s""#)),
            ("120s", Some(r#""2m""#)),
            ("24h", Some(r#""24h""#)),
            ("0s", Some(r#""0s""#)),
            ("25", None),
            ("s", None),
            ("-1s", None),
            ("1d", None),
            ("99999999999999999999s", None),
            ("18446744073709551615h", None),
        ];
        check(&DURATION, &rows);
    }

    #[test]
    fn lengths_are_bytes_or_have_a_unit() {
        let rows = [
            ("1", Some("1")),
            ("1MB", Some("1000000")),
            ("64KiB", Some(r#""64KiB""#)),
            ("4194304", Some(r#""4MiB""#)),
            ("0", None),
            ("4 MiB", None),
            ("4mb", None),
            ("99999999999GiB", None),
        ];
        check(&BYTES, &rows);
    }
}
