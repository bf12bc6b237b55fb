//! Numbers, of which JavaScript has one kind: what is whole is an integer in msgpack, however JSON spells it.

use std::fmt::Write;

/// 2^63 and 2^64. What is whole and beyond stays a float; notepack writes nonsense there.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// Writes a number of JSON.
///
/// Integers keep all their digits as long as 64 bits hold them. JavaScript would round those beyond 2^53, and rounds them
/// when it reads them; ids in between servers that know better do not change.
pub(super) fn write(token: &str, out: &mut Vec<u8>) {
    if let Ok(number) = token.parse::<i64>() {
        return write_int(number, out);
    }
    if let Ok(number) = token.parse::<u64>() {
        return write_uint(number, out);
    }
    // Every number of JSON is one of Rust, perhaps infinite.
    write_float(token.parse().unwrap_or(f64::NAN), out);
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is whole and within the range"
)]
fn write_float(number: f64, out: &mut Vec<u8>) {
    let is_whole = number.trunc() == number;
    if is_whole && (0.0..TWO_TO_64).contains(&number) {
        write_uint(number as u64, out);
    } else if is_whole && (-TWO_TO_63..0.0).contains(&number) {
        write_int(number as i64, out);
    } else {
        out.push(0xcb);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn write_int(number: i64, out: &mut Vec<u8>) {
    if let Ok(number) = u64::try_from(number) {
        return write_uint(number, out);
    }
    if let Ok(number) = i8::try_from(number) {
        if number < -32 {
            out.push(0xd0);
        }
        out.extend_from_slice(&number.to_be_bytes());
    } else if let Ok(number) = i16::try_from(number) {
        out.push(0xd1);
        out.extend_from_slice(&number.to_be_bytes());
    } else if let Ok(number) = i32::try_from(number) {
        out.push(0xd2);
        out.extend_from_slice(&number.to_be_bytes());
    } else {
        out.push(0xd3);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn write_uint(number: u64, out: &mut Vec<u8>) {
    if let Ok(number) = u8::try_from(number) {
        if number > 0x7f {
            out.push(0xcc);
        }
        out.push(number);
    } else if let Ok(number) = u16::try_from(number) {
        out.push(0xcd);
        out.extend_from_slice(&number.to_be_bytes());
    } else if let Ok(number) = u32::try_from(number) {
        out.push(0xce);
        out.extend_from_slice(&number.to_be_bytes());
    } else {
        out.push(0xcf);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

/// Appends a float as JavaScript prints it (ECMA-262, `Number::toString`); what is no number is null.
pub(in crate::redis) fn push_float(number: f64, json: &mut String) {
    if !number.is_finite() {
        return json.push_str("null");
    }
    if number == 0.0 {
        return json.push('0');
    }
    if number < 0.0 {
        json.push('-');
    }
    // The shortest digits that mean this number. What is neither huge nor tiny is spelled alike, but for `1.0`.
    let shortest = serde_json::to_string(&number.abs()).unwrap_or_default();
    if !shortest.contains('e') {
        return json.push_str(shortest.strip_suffix(".0").unwrap_or(&shortest));
    }
    let shortest = format!("{:e}", number.abs());
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    push_digits(&digits.replace('.', ""), exponent.parse().unwrap_or_default(), json);
}

/// Appends 0.`digits` · 10^(`exponent` + 1), in the form that JavaScript chooses.
fn push_digits(digits: &str, exponent: i32, json: &mut String) {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let before_point = usize::try_from(exponent + 1).unwrap_or_default();
    let zeros = |json: &mut String, count: i32| (0..count).for_each(|_| json.push('0'));
    if !(-6..21).contains(&exponent) {
        let (first, more) = digits.split_at_checked(1).unwrap_or((digits, ""));
        let point = if more.is_empty() { "" } else { "." };
        // Writing into a `String` cannot fail.
        let _ = write!(json, "{first}{point}{more}e{exponent:+}");
    } else if exponent < 0 {
        json.push_str("0.");
        zeros(json, -exponent - 1);
        json.push_str(digits);
    } else if let Some((whole, part)) =
        digits.split_at_checked(before_point).filter(|(_, part)| !part.is_empty())
    {
        let _ = write!(json, "{whole}.{part}");
    } else {
        json.push_str(digits);
        zeros(json, exponent + 1 - count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_printed_as_javascript_prints_it() {
        // JSON.stringify(number)
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (120.0, "120"),
            (123.456, "123.456"),
            (0.1, "0.1"),
            (0.000_001, "0.000001"),
            (0.000_001_25, "0.00000125"),
            (0.000_000_1, "1e-7"),
            (1.25e-7, "1.25e-7"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (1.5e21, "1.5e+21"),
            (-1.797_693_134_862_315_7e308, "-1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
            (f64::NEG_INFINITY, "null"),
        ] {
            let mut json = String::new();
            push_float(number, &mut json);
            assert_eq!(json, expected);
        }
    }
}
