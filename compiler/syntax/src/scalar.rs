//! What a scalar means: two sets of rules for plain scalars.
//!
//! kubectl, Helm and the controllers read YAML through sigs.k8s.io/yaml, whose resolver follows YAML 1.1 with changes:
//! `yes` is true, `014` is twelve, dates stay text. Design files are YAML 1.2 (core schema, section 10.3.2).

use std::borrow::Cow;

use design_vocabulary::Number;

use crate::arena::{Kind, NodeRef, Style};

/// Under which rules plain scalars are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// What kubectl reads.
    #[default]
    Kubernetes,
    /// The core schema of YAML 1.2.
    Core,
    /// What kustomize reads: the numbers of kubectl, but `yes` and its like are text.
    Kustomize,
}

/// What a scalar means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Its own text.
    String,
    /// An infinity or not-a-number, which JSON cannot hold.
    NotFinite,
}

/// What a plain scalar means under a set of rules.
pub fn resolve(text: &str, rules: Rules) -> Resolved {
    let Some(first) = text.bytes().next() else {
        return Resolved::Null;
    };
    // Most scalars are words that cannot be anything else: one look at the first byte settles them.
    if !matches!(
        first,
        b'0'..=b'9' | b'+' | b'-' | b'.' | b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O'
    ) {
        return Resolved::String;
    }
    match text {
        "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Resolved::NotFinite,
        _ => {}
    }
    if matches!(text.strip_prefix(['+', '-']).unwrap_or(text), ".inf" | ".Inf" | ".INF") {
        return Resolved::NotFinite;
    }
    let number = match rules {
        Rules::Core => core_number(text),
        Rules::Kustomize => kubernetes_number(text).map(as_json),
        Rules::Kubernetes => match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Resolved::Bool(true),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Resolved::Bool(false),
            _ => kubernetes_number(text),
        },
    };
    match number {
        Some(Number::Float(value)) if !value.is_finite() => Resolved::NotFinite,
        Some(number) => Resolved::Number(number),
        None => Resolved::String,
    }
}

/// The largest double below which every whole number is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number as it comes out of JSON: there `1.0` is `1`.
fn as_json(number: Number) -> Number {
    match number {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        Number::Float(value) if value.fract() == 0.0 && value.abs() < EXACT => Number::Int(value as i64),
        other => other,
    }
}

/// The key of an entry as JSON has it: a key that is not text takes the form that sigs.k8s.io/yaml gives it
/// (`on:` becomes `"true"`, `0x10:` becomes `"16"`); under the core rules a key is its own text.
pub fn key_text(key: NodeRef<'_>) -> Cow<'_, str> {
    // A key that is a collection is called what is written.
    if key.resolved().kind() != Kind::Scalar {
        return Cow::Borrowed(key.document().source().slice(key.span().start, key.span().end));
    }
    let key = key.resolved();
    let text = key.text();
    if key.kind() != Kind::Scalar || key.style() != Style::Plain || key.document.rules() != Rules::Kubernetes {
        return Cow::Borrowed(text);
    }
    match resolve(text, Rules::Kubernetes) {
        Resolved::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Resolved::Number(Number::Int(value)) => Cow::Owned(value.to_string()),
        Resolved::Number(Number::Unsigned(value)) => Cow::Owned(value.to_string()),
        Resolved::Number(Number::Float(value)) => Cow::Owned(value.to_string()),
        Resolved::String | Resolved::Null | Resolved::NotFinite => Cow::Borrowed(text),
    }
}

/// `[-+]?[0-9]+`, `0o[0-7]+`, `0x[0-9a-fA-F]+` and the floats of YAML 1.2.
fn core_number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0o") {
        return integer(digits, 8, false);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return integer(digits, 16, false);
    }
    let (negative, digits) = sign(text);
    integer(digits, 10, negative).or_else(|| float(text))
}

/// The numbers of goyaml.v2's resolver, as far as they reach JSON.
fn kubernetes_number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if first == b'.' {
        return float(text);
    }
    if !first.is_ascii_digit() && first != b'+' && first != b'-' {
        return None;
    }
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    let (negative, digits) = sign(&plain);
    let lower = |prefix: &str| digits.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let whole = if lower("0x") {
        integer(&digits[2..], 16, negative)
    } else if lower("0b") {
        integer(&digits[2..], 2, negative)
    } else if lower("0o") {
        integer(&digits[2..], 8, negative)
    } else if digits.len() > 1 && digits.starts_with('0') {
        integer(&digits[1..], 8, negative)
    } else {
        integer(digits, 10, negative)
    };
    whole.or_else(|| float(&plain))
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Digits without a sign; `None` where there are none, another character, or the value needs more than 64 bits.
fn integer(digits: &str, radix: u32, negative: bool) -> Option<Number> {
    if digits.is_empty() || !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    if negative {
        return i64::from_str_radix(&format!("-{digits}"), radix).ok().map(Number::Int);
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    Some(i64::try_from(value).map_or(Number::Unsigned(value), Number::Int))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn float(text: &str) -> Option<Number> {
    let (_, unsigned) = sign(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(position) => (&unsigned[..position], Some(&unsigned[position + 1..])),
        None => (unsigned, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_ok = all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_ok = exponent.is_none_or(|exponent| {
        let (_, digits) = sign(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    if mantissa_ok && exponent_ok { text.parse().ok().map(Number::Float) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(value: i64) -> Resolved {
        Resolved::Number(Number::Int(value))
    }

    fn real(value: f64) -> Resolved {
        Resolved::Number(Number::Float(value))
    }

    #[test]
    fn scalars_mean_what_their_rules_say() {
        use Resolved::{Bool, NotFinite, Null, String};
        for (text, kubernetes, core) in [
            ("web", String, String),
            ("", Null, Null),
            ("~", Null, Null),
            ("NULL", Null, Null),
            ("True", Bool(true), Bool(true)),
            ("yes", Bool(true), String),
            ("Off", Bool(false), String),
            ("y", Bool(true), String),
            ("yEs", String, String),
            ("12", int(12), int(12)),
            ("-12", int(-12), int(-12)),
            ("+3", int(3), int(3)),
            ("014", int(12), int(14)),
            ("-010", int(-8), int(-10)),
            ("0644", int(420), int(644)),
            ("089", real(89.0), int(89)),
            ("0o14", int(12), int(12)),
            ("0x1F", int(31), int(31)),
            ("0b11", int(3), String),
            ("1_000", int(1000), String),
            ("1.5", real(1.5), real(1.5)),
            (".5", real(0.5), real(0.5)),
            ("1.", real(1.0), real(1.0)),
            ("1e3", real(1000.0), real(1000.0)),
            ("1e", String, String),
            ("0x", String, String),
            ("1:30", String, String),
            ("2001-01-01", String, String),
            ("1.2.3", String, String),
            ("-", String, String),
            (".", String, String),
            ("...", String, String),
            (".inf", NotFinite, NotFinite),
            ("-.INF", NotFinite, NotFinite),
            (".nan", NotFinite, NotFinite),
            ("1e999", NotFinite, NotFinite),
            ("9223372036854775807", int(i64::MAX), int(i64::MAX)),
            (
                "18446744073709551615",
                Resolved::Number(Number::Unsigned(u64::MAX)),
                Resolved::Number(Number::Unsigned(u64::MAX)),
            ),
            ("18446744073709551616", real(18_446_744_073_709_551_616.0), real(18_446_744_073_709_551_616.0)),
            ("-9223372036854775808", int(i64::MIN), int(i64::MIN)),
            ("ä1", String, String),
            ("0ä", String, String),
        ] {
            assert_eq!(resolve(text, Rules::Kubernetes), kubernetes, "Kubernetes: {text:?}");
            assert_eq!(resolve(text, Rules::Core), core, "core: {text:?}");
            let kustomize = match kubernetes {
                Bool(_) if core == String => String,
                Resolved::Number(number) => Resolved::Number(as_json(number)),
                other => other,
            };
            assert_eq!(resolve(text, Rules::Kustomize), kustomize, "kustomize: {text:?}");
        }
    }
}
