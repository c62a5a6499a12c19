//! Numbers as the table prints them.

use std::time::Duration;

/// A time with its unit, to three digits.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.001 {
        format!("{} us", digits(seconds * 1e6))
    } else if seconds < 1.0 {
        format!("{} ms", digits(seconds * 1e3))
    } else {
        format!("{} s", digits(seconds))
    }
}

/// A number to three digits, or more where it has more before the point.
pub fn digits(number: f64) -> String {
    let places = match number.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        _ => 4,
    };
    format!("{number:.places$}")
}

/// A factor.
pub fn factor(number: f64) -> String {
    format!("{}x", digits(number))
}

/// A count with a comma before every three digits.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in MiB.
pub fn mebibytes(bytes: u64) -> String {
    digits(ratio(bytes, 1 << 20))
}

/// A quotient of two counts, which are far below the whole numbers that a float holds exactly.
#[expect(clippy::cast_precision_loss, reason = "bytes and nanoseconds of measurements stay below 2^52")]
pub fn ratio(over: u64, under: u64) -> f64 {
    over as f64 / under as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let texts =
            [1_234_u64, 12_345_678, 123_456_789, 47_400_000_000].map(|nanos| duration(Duration::from_nanos(nanos)));
        assert_eq!(texts, ["1.23 us", "12.3 ms", "123 ms", "47.4 s"]);
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 999, 1000, 100_000, 1_234_567].map(count), ["0", "999", "1,000", "100,000", "1,234,567"]);
    }
}
