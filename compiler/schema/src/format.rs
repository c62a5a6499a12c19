//! Formats of texts: those that Kubernetes checks, as it checks them.
//!
//! What a date, an address or a duration looks like for Kubernetes is written down in go-openapi/strfmt and in the decoders of
//! its own types; a few differ from JSON Schema's formats of the same name. Formats that are named in neither are not checked,
//! as the API server does not check them.

use std::net::{IpAddr, Ipv6Addr};

/// Whether a text has a format.
pub(crate) type Check = fn(&str) -> bool;

/// Formats whose meaning is not that of JSON Schema, or which it does not have.
pub(crate) const FORMATS: &[(&str, Check)] = &[
    (crate::translated::QUANTITY, crate::quantity::is_quantity),
    ("byte", is_base64),
    ("cidr", is_cidr),
    ("duration", is_duration),
    ("ipv6", |text| text.parse::<Ipv6Addr>().is_ok()),
    ("mac", is_mac),
    ("uri", is_uri),
    ("password", |_| true),
];

/// Standard base64 with padding; white space is taken out before, as Go's decoder ignores line breaks.
fn is_base64(text: &str) -> bool {
    let mut length = 0usize;
    let mut padding = 0usize;
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        match byte {
            b'=' => padding += 1,
            _ if padding > 0 => return false,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {}
            _ => return false,
        }
        length += 1;
    }
    length.is_multiple_of(4) && padding <= 2
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
    is_number && bits.parse::<u32>().is_ok_and(|bits| bits <= most)
}

/// Go's durations (`1h30m`, `-1.5s`, `0`), and the words that strfmt adds (`2 days`).
fn is_duration(text: &str) -> bool {
    const UNITS: &[&str] = &["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
    const WORDS: &[&str] =
        &["d", "w", "day", "days", "hour", "hours", "minute", "minutes", "second", "seconds", "week", "weeks"];
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned == "0" {
        return true;
    }
    let mut rest = unsigned;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let is_number = number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() <= 1;
        let behind = behind.trim_start();
        let end = behind.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(behind.len());
        let (unit, next) = behind.split_at(end);
        if !is_number || !(UNITS.contains(&unit) || WORDS.contains(&unit.trim_end())) {
            return false;
        }
        rest = next;
    }
    !unsigned.is_empty()
}

fn is_mac(text: &str) -> bool {
    let separator = if text.contains('-') { '-' } else { ':' };
    let parts: Vec<&str> = text.split(separator).collect();
    let is_pair = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    matches!(parts.len(), 6 | 8 | 20) && parts.iter().all(|part| is_pair(part))
}

/// What Go's `url.ParseRequestURI` takes: something absolute, or a path from the root.
fn is_uri(text: &str) -> bool {
    let has_controls = text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ');
    let scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        let mut letters = scheme.chars();
        !rest.is_empty()
            && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
    });
    !has_controls && (text.starts_with('/') || scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_those_of_kubernetes() {
        let takes = |format: &str, text: &str| {
            let (_, check) = FORMATS.iter().find(|(name, _)| *name == format).unwrap();
            check(text)
        };
        for (format, good, bad) in [
            ("byte", &["", "YQ==", "YWJj", "YW\nJj"][..], &["a", "YQ=", "Y=Q=", "Y Q="][..]),
            ("cidr", &["10.0.0.0/8", "::/0"], &["10.0.0.0", "10.0.0.0/33", "a/8", "1.1.1.1/+8"]),
            ("duration", &["1h", "1h30m", "-1.5s", "0", "10ms", "2 days"], &["", "1", "h", "PT1H", "1x", "1..5s"]),
            ("mac", &["00:11:22:33:44:55", "00-11-22-33-44-55"], &["00:11", "00:11:22:33:44:5g"]),
            ("uri", &["https://a.b/c", "/path", "mailto:a@b"], &["", "path", "a b:c", "1http://a"]),
            ("quantity", &["1", "250m", "1.5Gi"], &["1GB", "", "1 Gi"]),
        ] {
            for text in good {
                assert!(takes(format, text), "{format} {text:?}");
            }
            for text in bad {
                assert!(!takes(format, text), "{format} {text:?}");
            }
        }
    }
}
