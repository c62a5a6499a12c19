//! Functions of spans of time, which no clock has a part in.

use super::{Call, Function};
use crate::fault::Fault;
use crate::value::{Data, Value};

/// Nanoseconds of the units that Go reads.
const UNITS: [(&str, f64); 8] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9)];

/// Seconds of the units that a rounded span is told in, the longest first.
const ROUNDED: [(u64, &str); 6] =
    [(365 * 86_400, "y"), (30 * 86_400, "mo"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "duration" => |call, args| seconds(call, args).map(Value::from),
        "durationRound" => |call, args| rounded(call, args).map(Value::from),
        _ => return None,
    })
}

/// Seconds in hours, minutes and seconds. Of numbers Sprig reads those of 64 bits only; every other is none.
fn seconds(call: &Call<'_>, args: &[Value]) -> Result<String, Fault> {
    let seconds = match &call.any(args, 0)?.data {
        Data::Int64(number) => *number,
        Data::Text(text) => text.as_str().parse().unwrap_or(0),
        _ => 0,
    };
    let sign = if seconds < 0 { "-" } else { "" };
    let size = seconds.unsigned_abs();
    let (hours, minutes, rest) = (size / 3_600, size / 60 % 60, size % 60);
    Ok(match (hours, minutes) {
        (0, 0) => format!("{sign}{rest}s"),
        (0, _) => format!("{sign}{minutes}m{rest}s"),
        _ => format!("{sign}{hours}h{minutes}m{rest}s"),
    })
}

/// A span in the longest unit that it is more than one of.
#[expect(clippy::cast_possible_truncation, reason = "Go cuts parts of nanoseconds off as well")]
fn rounded(call: &Call<'_>, args: &[Value]) -> Result<String, Fault> {
    let nanoseconds = match &call.any(args, 0)?.data {
        Data::Int64(number) => *number,
        Data::Text(text) => read(text.as_str()).map_or(0, |nanoseconds| nanoseconds as i64),
        _ => 0,
    };
    let size = nanoseconds.unsigned_abs();
    let unit = ROUNDED.iter().find(|(seconds, _)| size > seconds * 1_000_000_000);
    Ok(unit.map_or_else(|| "0s".to_owned(), |(seconds, unit)| format!("{}{unit}", size / (seconds * 1_000_000_000))))
}

/// A span as Go writes it, such as `1h15m30.5s`, in nanoseconds.
fn read(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut sum = 0.0;
    let mut is_first = true;
    while is_first || !rest.is_empty() {
        is_first = false;
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, behind) = rest.split_at(end);
        let number: f64 = number.parse().ok()?;
        let end = behind.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let (_, nanoseconds) = UNITS.iter().find(|(known, _)| *known == unit)?;
        sum += number * nanoseconds;
        rest = behind;
    }
    Some(sign * sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_go_writes_them() {
        assert_eq!(read("1h15m30.5s"), Some(4_530.5e9));
        assert_eq!(read("-1.5h"), Some(-5_400e9));
        assert_eq!(read("250ms"), Some(250e6));
        assert_eq!(read("0"), Some(0.0));
        for wrong in ["", "1", "s", "1x", "1.2.3s", "h1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
