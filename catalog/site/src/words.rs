//! Times and amounts as people and programs read them.

use jiff::Timestamp;

/// A time as RFC 3339 has it.
pub(crate) fn instant(seconds: i64) -> String {
    Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// The day of a time, in UTC.
pub(crate) fn day(seconds: i64) -> String {
    instant(seconds).split('T').next().unwrap_or_default().to_owned()
}

/// Processor time in thousandths of a processor, such as `1.5 processors`.
pub(crate) fn processors(thousandths: u64) -> String {
    match thousandths {
        0 => "no processor time".to_owned(),
        1000 => "1 processor".to_owned(),
        other => format!("{} processors", decimal(other, 1000)),
    }
}

/// Bytes in the unit that suits them, such as `1.5 GiB`; `what` says of what.
pub(crate) fn bytes(count: u64, what: &str) -> String {
    let unit = [("TiB", 1_u64 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match unit.into_iter().find(|(_, size)| count >= *size) {
        _ if count == 0 => format!("no {what}"),
        Some((name, size)) => format!("{} {name} of {what}", decimal(count, size)),
        None => format!("{count} bytes of {what}"),
    }
}

/// A count with the word for it.
pub(crate) fn counted(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// A quotient with at most two digits behind the point.
fn decimal(count: u64, unit: u64) -> String {
    let hundredths = u128::from(count) * 100 / u128::from(unit);
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_readable() {
        assert_eq!(processors(250), "0.25 processors");
        assert_eq!(processors(1000), "1 processor");
        assert_eq!(bytes(1536 << 20, "memory"), "1.5 GiB of memory");
        assert_eq!(bytes(0, "storage"), "no storage");
        assert_eq!(bytes(12, "memory"), "12 bytes of memory");
        assert_eq!(counted(2, "pod"), "2 pods");
        assert_eq!((instant(0).as_str(), day(86_400).as_str()), ("1970-01-01T00:00:00Z", "1970-01-02"));
    }
}
