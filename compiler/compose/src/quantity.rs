//! Durations and sizes as compose writes them.

/// A duration such as `1h30m10s`, `2.5s` or `300ms` in seconds, rounded up; a number alone is seconds. `None`: it is none.
pub fn seconds(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let letters = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let factor = match rest.get(..letters)? {
            "" | "s" => 1.0,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            "ms" => 1e-3,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            "w" => 604_800.0,
            _ => return None,
        };
        total += number * factor;
        rest = rest.get(letters..)?;
    }
    whole(total.ceil())
}

/// A size such as `50M`, `1.5gb` or `64k` in bytes, by powers of 1024 as compose counts; a number alone is bytes.
pub fn bytes(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let number: f64 = text.get(..digits)?.parse().ok()?;
    let power = match text.get(digits..)?.trim() {
        "" | "b" => 0,
        "k" | "kb" | "kib" | "ki" => 1,
        "m" | "mb" | "mib" | "mi" => 2,
        "g" | "gb" | "gib" | "gi" => 3,
        "t" | "tb" | "tib" | "ti" => 4,
        "p" | "pb" | "pib" | "pi" => 5,
        _ => return None,
    };
    whole((number * 1024_f64.powi(power)).floor())
}

/// Bytes as a Kubernetes quantity, exact and as short as it can be.
pub(crate) fn memory(bytes: i64) -> String {
    for (unit, shift) in [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)] {
        if bytes != 0 && bytes % (1 << shift) == 0 {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

/// A number of processors such as `0.5` as a Kubernetes quantity: thousandths, rounded up so that it is never nothing.
pub(crate) fn processors(text: &str) -> Option<String> {
    let number: f64 = text.trim().parse().ok()?;
    let thousandths = whole((number * 1000.0 - 1e-6).ceil()).filter(|value| *value >= 0)?;
    Some(if thousandths % 1000 == 0 { (thousandths / 1000).to_string() } else { format!("{thousandths}m") })
}

#[expect(clippy::cast_possible_truncation, reason = "the range is looked at first")]
fn whole(value: f64) -> Option<i64> {
    (value.is_finite() && value.abs() < 9e15).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes() {
        assert_eq!(seconds("1m30s"), Some(90));
        assert_eq!(seconds("1.5s"), Some(2));
        assert_eq!(seconds("500ms"), Some(1));
        assert_eq!(seconds("10"), Some(10));
        assert_eq!(seconds("1h2x"), None);
        assert_eq!(seconds(""), None);
        assert_eq!(bytes("50M"), Some(50 << 20));
        assert_eq!(bytes("1.5gb"), Some(3 << 29));
        assert_eq!(bytes("10"), Some(10));
        assert_eq!(bytes("ten"), None);
        assert_eq!(memory(50 << 20), "50Mi");
        assert_eq!(memory(1000), "1000");
        assert_eq!(processors("0.5").as_deref(), Some("500m"));
        assert_eq!(processors("0.0001").as_deref(), Some("1m"));
        assert_eq!(processors("2").as_deref(), Some("2"));
    }
}
