//! How Go prints values: `%v`, numbers, quoted text.

use crate::text::Text;
use crate::value::{Data, Value};

/// What an action prints of a value that is not nothing, with the places of its parts.
pub(crate) fn printed(value: &Value) -> Text {
    match &value.data {
        Data::Text(text) => {
            let mut text = Text::clone(text);
            if let Some(at) = value.place {
                text.cover(at);
            }
            text
        }
        _ => Text::made(plain(value), value.place),
    }
}

/// What an action prints of a value: of the version of a cluster that version, where functions see a structure.
pub(crate) fn shown(value: &Value) -> Text {
    match &value.data {
        Data::KubeVersion(version) => Text::made(version.as_ref(), value.place),
        _ => printed(value),
    }
}

/// What `%v` prints.
pub(crate) fn plain(value: &Value) -> String {
    let mut output = String::new();
    write(value, &mut output);
    output
}

/// Helm's `strval`: bytes are text.
pub(crate) fn as_text(value: &Value) -> Text {
    match &value.data {
        Data::Bytes(bytes) => Text::made(String::from_utf8_lossy(bytes), value.place),
        _ => printed(value),
    }
}

fn write(value: &Value, output: &mut String) {
    match &value.data {
        Data::Nil => output.push_str("<nil>"),
        Data::Bool(truth) => output.push_str(if *truth { "true" } else { "false" }),
        Data::Int(number) | Data::Int64(number) => output.push_str(&number.to_string()),
        Data::Float(number) => output.push_str(&shortest(*number)),
        Data::Text(text) => output.push_str(text.as_str()),
        // Go prints the fields of a structure; in the version as it is given and without what is behind a `-` it is twice.
        Data::KubeVersion(version) => {
            let mut numbers = version.trim_start_matches('v').split('.');
            let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
            output.push_str(&format!("{{{version} {version} {major} {minor}}}"));
        }
        Data::Semver(semver) => output.push_str(&semver.to_string()),
        Data::List(_) | Data::Bytes(_) | Data::Versions(_) => {
            output.push('[');
            for (index, element) in value.as_list().unwrap_or_default().iter().enumerate() {
                if index > 0 {
                    output.push(' ');
                }
                write(element, output);
            }
            output.push(']');
        }
        Data::Map(map) => {
            output.push_str("map[");
            for (index, (key, value)) in map.entries().iter().enumerate() {
                if index > 0 {
                    output.push(' ');
                }
                output.push_str(key);
                output.push(':');
                write(value, output);
            }
            output.push(']');
        }
        Data::Files(files) => {
            let files: Vec<String> = files.iter().map(|(name, bytes)| format!("{name}:{bytes:?}")).collect();
            output.push_str(&format!("map[{}]", files.join(" ").replace(',', "")));
        }
    }
}

/// The digits of a number without trailing zeros, and the power of ten of the first one.
fn digits(number: f64) -> (String, i32) {
    // The shortest form that reads back as the same number, as Go has it.
    let text = format!("{:e}", number.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// Go's `%v` of a number: the shortest form, with an exponent from a million on and below a ten-thousandth.
pub(crate) fn shortest(number: f64) -> String {
    if let Some(text) = not_finite(number) {
        return text.to_owned();
    }
    let (digits, exponent) = digits(number);
    if (-4..6).contains(&exponent) {
        without_exponent(number, &digits, exponent)
    } else {
        with_exponent(number, &digits, exponent, 2)
    }
}

/// How Go writes a number into JSON.
pub(crate) fn in_json(number: f64) -> String {
    let (digits, exponent) = digits(number);
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        with_exponent(number, &digits, exponent, 1)
    } else {
        without_exponent(number, &digits, exponent)
    }
}

/// How a number that went through JSON reads in YAML: whole numbers of 64 bits have no exponent.
pub(crate) fn in_yaml(number: f64) -> String {
    let json = in_json(number);
    let is_whole = json.parse::<i64>().is_ok() || json.parse::<u64>().is_ok();
    if is_whole { json } else { shortest(number) }
}

fn not_finite(number: f64) -> Option<&'static str> {
    match number {
        _ if number.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

fn sign(number: f64) -> &'static str {
    if number.is_sign_negative() { "-" } else { "" }
}

fn with_exponent(number: f64, digits: &str, exponent: i32, places: usize) -> String {
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let point = if rest.is_empty() { "" } else { "." };
    let direction = if exponent < 0 { '-' } else { '+' };
    format!("{}{first}{point}{rest}e{direction}{:0places$}", sign(number), exponent.abs())
}

fn without_exponent(number: f64, digits: &str, exponent: i32) -> String {
    let sign = sign(number);
    let Ok(places) = usize::try_from(exponent) else {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        return format!("{sign}0.{zeros}{digits}");
    };
    if digits.len() <= places + 1 {
        return format!("{sign}{digits}{}", "0".repeat(places + 1 - digits.len()));
    }
    let (whole, fraction) = digits.split_at(places + 1);
    format!("{sign}{whole}.{fraction}")
}

/// Go's `%q`.
pub(crate) fn quoted(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 2);
    output.push('"');
    for letter in text.chars() {
        push_quoted(letter, &mut output);
    }
    output.push('"');
    output
}

/// Writes one letter of a quoted text.
pub(crate) fn push_quoted(letter: char, output: &mut String) {
    match letter {
        '"' => output.push_str("\\\""),
        '\\' => output.push_str("\\\\"),
        '\u{7}' => output.push_str("\\a"),
        '\u{8}' => output.push_str("\\b"),
        '\u{c}' => output.push_str("\\f"),
        '\n' => output.push_str("\\n"),
        '\r' => output.push_str("\\r"),
        '\t' => output.push_str("\\t"),
        '\u{b}' => output.push_str("\\v"),
        letter if letter < ' ' || letter == '\u{7f}' => output.push_str(&format!("\\x{:02x}", u32::from(letter))),
        letter if is_printable(letter) => output.push(letter),
        letter if u32::from(letter) < 0x1_0000 => output.push_str(&format!("\\u{:04x}", u32::from(letter))),
        letter => output.push_str(&format!("\\U{:08x}", u32::from(letter))),
    }
}

/// Whether Go prints a letter as it is: control characters, spaces but the usual one, and what means nothing are not.
pub(crate) fn is_printable(letter: char) -> bool {
    let is_special = matches!(u32::from(letter), 0x80..=0xa0 | 0xad | 0x200b..=0x200f | 0x2028..=0x202f | 0x2060..=0x206f
        | 0xfeff | 0xe000..=0xf8ff | 0xfff0..=0xfffb);
    letter == ' ' || !(letter.is_control() || letter.is_whitespace() || is_special)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_go_does() {
        let cases = [
            (0.0, "0", "0"),
            (3.0, "3", "3"),
            (-2.5, "-2.5", "-2.5"),
            (100_000.0, "100000", "100000"),
            (1_000_000.0, "1e+06", "1000000"),
            (123_456_789.0, "1.23456789e+08", "123456789"),
            (0.000_1, "0.0001", "0.0001"),
            (0.000_01, "1e-05", "1e-05"),
            (1_234_567.5, "1.2345675e+06", "1.2345675e+06"),
            (1e21, "1e+21", "1e+21"),
        ];
        for (number, printed, yaml) in cases {
            assert_eq!(shortest(number), printed);
            assert_eq!(in_yaml(number), yaml);
        }
        assert_eq!(in_json(1e-7), "1e-7");
    }

    #[test]
    fn quoted_text_is_that_of_go() {
        assert_eq!(quoted("a\"b\\\n\u{1}\u{e9}"), "\"a\\\"b\\\\\\n\\x01\u{e9}\"");
    }
}
