//! `toYaml` as Helm has it: JSON first, then YAML 1.1 as go-yaml writes it, keys sorted, lists not indented.
//!
//! The text matters where a chart puts it into a config map, so style and quoting are go-yaml's.

use std::cmp::Ordering;

use design_syntax::{Resolved, Rules, resolve};

use crate::functions::versions::kube_version;
use crate::print::{in_yaml, shortest};
use crate::text::Text;
use crate::value::{Data, Map, Value};

/// A value as YAML, without a line feed at the end; scalars keep their places.
pub(crate) fn to_yaml(value: &Value) -> Text {
    document(value, Form::Json)
}

/// As [`to_yaml`], by a younger go-yaml and without JSON between: lists are indented, and no line is broken.
pub(crate) fn to_pretty_yaml(value: &Value) -> Text {
    document(value, Form::Pretty)
}

fn document(value: &Value, form: Form) -> Text {
    let mut output = Text::default();
    write(value, 0, Context::Document, form, &mut output);
    let end = output.as_str().strip_suffix('\n').map_or(output.len(), str::len);
    output.slice(0..end)
}

/// Which function writes.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Json,
    Pretty,
}

/// What a value stands in.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Document,
    /// Behind `key:`.
    Mapping,
    /// Behind `-`.
    List,
}

/// Writes a value and a line feed. `indent` is that of the collection around it.
fn write(value: &Value, indent: usize, context: Context, form: Form, output: &mut Text) {
    match &value.data {
        Data::KubeVersion(version) => {
            let entries = kube_version(version).into_iter().map(|(key, part)| (key.into(), part.into()));
            write(&entries.collect::<Map>().into(), indent, context, form, output);
        }
        Data::Map(map) if map.len() > 0 => {
            let mut entries = map.entries();
            entries.sort_by(|(a, _), (b, _)| natural(a, b));
            let inner = if context == Context::Document { 0 } else { indent + 2 };
            if context == Context::Mapping {
                output.push("\n");
            }
            for (index, (key, value)) in entries.iter().enumerate() {
                // The first key stands behind the dash.
                if context != Context::List || index > 0 {
                    output.push(&" ".repeat(inner));
                }
                output.push(&key_text(key));
                output.push(":");
                if !starts_on_a_new_line(value) {
                    output.push(" ");
                }
                write(value, inner, Context::Mapping, form, output);
            }
        }
        Data::List(_) | Data::Versions(_) if value.is_true() => {
            // A list under a key is not indented but by the younger one; one in a list stands behind the dash.
            let inner = match (context, form) {
                (Context::List, _) | (Context::Mapping, Form::Pretty) => indent + 2,
                _ => indent,
            };
            if context == Context::Mapping {
                output.push("\n");
            }
            for (index, element) in value.as_list().unwrap_or_default().iter().enumerate() {
                if context != Context::List || index > 0 {
                    output.push(&" ".repeat(inner));
                }
                output.push("- ");
                write(element, inner, Context::List, form, output);
            }
        }
        Data::Map(_) | Data::Files(_) => output.push("{}\n"),
        Data::List(_) | Data::Versions(_) => output.push("[]\n"),
        _ => {
            let line = output.as_str().rsplit('\n').next().unwrap_or_default();
            let indent = if context == Context::Document { 0 } else { indent + 2 };
            let text = scalar(value, Place { column: line.chars().count(), indent }, form);
            match value.place {
                Some(at) => output.push_made(&text, at),
                None => output.push(&text),
            }
            output.push("\n");
        }
    }
}

fn starts_on_a_new_line(value: &Value) -> bool {
    matches!(&value.data, Data::Map(_) | Data::List(_) | Data::Versions(_) | Data::KubeVersion(_)) && value.is_true()
}

/// Where a scalar begins on its line, and how far its other lines are indented.
#[derive(Clone, Copy)]
struct Place {
    column: usize,
    indent: usize,
}

/// go-yaml goes to the next line at the first space behind this column.
const WIDTH: usize = 80;

fn scalar(value: &Value, place: Place, form: Form) -> String {
    match &value.data {
        Data::Bool(truth) => truth.to_string(),
        Data::Int(number) | Data::Int64(number) => number.to_string(),
        Data::Float(number) if form == Form::Pretty => match shortest(*number).as_str() {
            "NaN" => ".nan".to_owned(),
            "+Inf" => ".inf".to_owned(),
            "-Inf" => "-.inf".to_owned(),
            text => text.to_owned(),
        },
        Data::Float(number) => in_yaml(*number),
        Data::Text(text) if form == Form::Pretty => pretty_text(text.as_str(), place.indent),
        Data::Text(text) => text_scalar(text.as_str(), place),
        // JSON writes bytes in base64.
        Data::Bytes(bytes) => text_scalar(&crate::functions::base64(bytes), place),
        Data::Semver(semver) => text_scalar(&semver.to_string(), place),
        Data::Nil | Data::KubeVersion(_) | Data::List(_) | Data::Map(_) | Data::Files(_) | Data::Versions(_) => {
            "null".to_owned()
        }
    }
}

/// A text in the style that go-yaml chooses for it.
fn text_scalar(text: &str, place: Place) -> String {
    let shape = Shape::of(text);
    if text.contains('\n') {
        return if shape.block { literal(text, place.indent) } else { folded(text, Style::Double, Some(place)) };
    }
    folded(text, shape.style(text), Some(place))
}

/// A text in the style that the younger go-yaml chooses for it.
fn pretty_text(text: &str, indent: usize) -> String {
    let shape = Shape::of(text);
    if text.contains('\n') {
        return if shape.block { literal(text, indent) } else { folded(text, Style::Double, None) };
    }
    folded(text, shape.style(text), None)
}

/// A key: it stays on its line.
fn key_text(key: &str) -> String {
    let style = if key.contains('\n') { Style::Double } else { Shape::of(key).style(key) };
    folded(key, style, None)
}

/// How a text of one line is written.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// Writes a text in a style; where a place is given, over several lines if it is long.
fn folded(text: &str, style: Style, place: Option<Place>) -> String {
    let quote = match style {
        Style::Plain => "",
        Style::Single => "'",
        Style::Double => "\"",
    };
    let mut output = quote.to_owned();
    let mut column = place.map_or(0, |place| place.column) + quote.len();
    let mut letters = text.chars().enumerate().peekable();
    let last = text.chars().count().saturating_sub(1);
    let mut behind_space = false;
    while let Some((index, letter)) = letters.next() {
        let next_is_space = letters.peek().is_some_and(|(_, next)| *next == ' ');
        let is_inside = style == Style::Plain || (index > 0 && index < last);
        let may_break = is_inside && (style == Style::Double || !next_is_space);
        match place {
            Some(place) if letter == ' ' && !behind_space && column > WIDTH && may_break => {
                output.push('\n');
                output.push_str(&" ".repeat(place.indent));
                column = place.indent;
                if next_is_space {
                    output.push('\\');
                    column += 1;
                }
            }
            _ => {
                let before = output.len();
                match (style, letter) {
                    (Style::Single, '\'') => output.push_str("''"),
                    (Style::Double, letter) => push_double_quoted(letter, &mut output),
                    (_, letter) => output.push(letter),
                }
                column += output[before..].chars().count();
            }
        }
        behind_space = letter == ' ';
    }
    output.push_str(quote);
    output
}

/// Whether a plain scalar of this text is this text.
fn means_itself(text: &str) -> bool {
    let is_text = matches!(resolve(text, Rules::Kubernetes), Resolved::String) && !text.is_empty();
    is_text && !is_timestamp(text) && !is_base_sixty(text)
}

/// Dates that YAML 1.1 reads as such.
fn is_timestamp(text: &str) -> bool {
    let (date, rest) = text.split_at(text.find(['T', 't', ' ']).unwrap_or(text.len()));
    let parts: Vec<&str> = date.split('-').collect();
    let number = |text: &str, longest: usize| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let [year, month, day] = parts.as_slice() else { return false };
    let in_range = |text: &str, last: u32| text.parse::<u32>().is_ok_and(|number| (1..=last).contains(&number));
    let is_date = year.len() == 4 && number(year, 4) && number(month, 2) && number(day, 2);
    let is_date = is_date && in_range(month, 12) && in_range(day, 31);
    let time = rest.get(1..).unwrap_or_default();
    is_date && (rest.is_empty() || time.split(':').count() >= 3)
}

/// Numbers to the base of sixty, such as `12:30`, which older readers know.
fn is_base_sixty(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let first = parts.next().is_some_and(|part| is_number(part) && !part.starts_with('_'));
    let rest: Vec<&str> = parts.collect();
    let sixty = |part: &&str| {
        (1..=2).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number < 60)
    };
    let fraction = fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    first && !rest.is_empty() && rest.iter().all(sixty) && fraction
}

/// Which styles a text allows, were it not for what it means.
struct Shape {
    plain: bool,
    single: bool,
    block: bool,
}

impl Shape {
    /// The style of a text of one line.
    fn style(&self, text: &str) -> Style {
        if !means_itself(text) {
            Style::Double
        } else if self.plain {
            Style::Plain
        } else if self.single {
            Style::Single
        } else {
            Style::Double
        }
    }

    fn of(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let blank = |letter: Option<&char>| letter.is_none_or(|letter| matches!(letter, ' ' | '\t' | '\n' | '\r'));
        let is_break = |letter: &char| matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut break_space, mut space_break) = (false, false, false);
        for (index, letter) in letters.iter().enumerate() {
            let followed = blank(letters.get(index + 1));
            let before = index.checked_sub(1).and_then(|index| letters.get(index));
            indicators |= match letter {
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
                    if index == 0 =>
                {
                    true
                }
                '?' | '-' if index == 0 => followed,
                ':' => followed,
                '#' => blank(before),
                _ => false,
            };
            special |= !(is_printable(*letter) || is_break(letter));
            break_space |= *letter == ' ' && before.is_some_and(is_break);
            space_break |= is_break(letter) && before == Some(&' ');
        }
        let edge = |letter: Option<&char>| letter.is_some_and(|letter| *letter == ' ' || is_break(letter));
        let edges = edge(letters.first()) || edge(letters.last());
        let breaks = letters.iter().any(is_break);
        let hard = space_break || special;
        Self {
            plain: !(edges || break_space || hard || breaks || indicators),
            single: !(break_space || hard),
            block: !(letters.last() == Some(&' ') || hard),
        }
    }
}

/// What go-yaml writes as it is.
fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && letter != '\u{feff}'
        || letter == '\u{85}'
}

fn literal(text: &str, indent: usize) -> String {
    let mut output = String::from("|");
    if text.starts_with([' ', '\n']) {
        output.push('2');
    }
    let body = text.strip_suffix('\n');
    match body {
        None => output.push('-'),
        Some(body) if body.is_empty() || body.ends_with('\n') => output.push('+'),
        Some(_) => {}
    }
    let indentation = " ".repeat(indent.max(2));
    for line in body.unwrap_or(text).split('\n') {
        output.push('\n');
        if !line.is_empty() {
            output.push_str(&indentation);
            output.push_str(line);
        }
    }
    output
}

/// Writes a letter of a text in double quotes.
fn push_double_quoted(letter: char, output: &mut String) {
    match letter {
        '"' => output.push_str("\\\""),
        '\\' => output.push_str("\\\\"),
        '\0' => output.push_str("\\0"),
        '\u{7}' => output.push_str("\\a"),
        '\u{8}' => output.push_str("\\b"),
        '\t' => output.push_str("\\t"),
        '\n' => output.push_str("\\n"),
        '\u{b}' => output.push_str("\\v"),
        '\u{c}' => output.push_str("\\f"),
        '\r' => output.push_str("\\r"),
        '\u{1b}' => output.push_str("\\e"),
        '\u{85}' => output.push_str("\\N"),
        '\u{2028}' => output.push_str("\\L"),
        '\u{2029}' => output.push_str("\\P"),
        letter if is_printable(letter) => output.push(letter),
        letter if u32::from(letter) <= 0xff => output.push_str(&format!("\\x{:02X}", u32::from(letter))),
        letter if u32::from(letter) <= 0xffff => output.push_str(&format!("\\u{:04X}", u32::from(letter))),
        letter => output.push_str(&format!("\\U{:08X}", u32::from(letter))),
    }
}

/// The order of keys: by letters, but runs of digits by the number that they are.
fn natural(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let (left, right) = (a.get(at).copied().unwrap_or_default(), b.get(at).copied().unwrap_or_default());
    match (left.is_alphabetic(), right.is_alphabetic()) {
        (true, true) => return left.cmp(&right),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut start = 0;
    if left == '0' || right == '0' {
        let before = a.iter().take(at).rev().take_while(|letter| letter.is_ascii_digit());
        start = i64::from(before.into_iter().any(|letter| *letter != '0'));
    }
    let run = |letters: &[char]| {
        let digits: Vec<char> = letters.iter().skip(at).copied().take_while(char::is_ascii_digit).collect();
        let number = digits.iter().fold(start, |number, digit| {
            number.wrapping_mul(10).wrapping_add(i64::from(digit.to_digit(10).unwrap_or(0)))
        });
        (number, digits.len())
    };
    run(&a).cmp(&run(&b)).then(left.cmp(&right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_go_yaml_does() {
        let cases = [
            ("web", "web"),
            ("on", "\"on\""),
            ("", "\"\""),
            ("1", "\"1\""),
            ("1.5.0", "1.5.0"),
            ("a: b", "'a: b'"),
            ("- a", "'- a'"),
            ("*", "'*'"),
            ("#x", "'#x'"),
            ("a #b", "'a #b'"),
            ("it's", "it's"),
            ("'x'", "'''x'''"),
            ("{{ x }}", "'{{ x }}'"),
            ("12:30", "\"12:30\""),
            ("2024-01-31", "\"2024-01-31\""),
            ("a\tb", "\"a\\tb\""),
            ("a\nb", "|-\n  a\n  b"),
            ("a\n\nb\n", "|\n  a\n\n  b"),
            (" a\nb", "|2-\n   a\n  b"),
            ("a \nb", "\"a \\nb\""),
        ];
        for (text, expected) in cases {
            assert_eq!(text_scalar(text, Place { column: 0, indent: 2 }), expected, "{text:?}");
        }
    }

    #[test]
    fn keys_are_sorted_with_numbers_in_them() {
        let mut keys = vec!["a10", "a2", "b", "A", "a-b", "ab", "1"];
        keys.sort_by(|a, b| natural(a, b));
        assert_eq!(keys, ["1", "A", "a-b", "a2", "a10", "ab", "b"]);
    }
}
