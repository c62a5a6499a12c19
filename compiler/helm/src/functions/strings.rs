//! Functions of text.

use std::rc::Rc;

use super::{Call, Function};
use crate::fault::Fault;
use crate::print::{as_text, push_quoted};
use crate::text::Text;
use crate::value::{Map, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "trim" => |call, args| call.text(args, 0).map(|text| text.part(text.as_str().trim()).into()),
        "trimAll" | "trimall" => |call, args| {
            let (cutset, text) = (call.text(args, 0)?, call.text(args, 1)?);
            Ok(text.part(text.as_str().trim_matches(|letter| cutset.as_str().contains(letter))).into())
        },
        "trimSuffix" => |call, args| {
            let (suffix, text) = (call.text(args, 0)?, call.text(args, 1)?);
            Ok(text.part(text.as_str().strip_suffix(suffix.as_str()).unwrap_or(text.as_str())).into())
        },
        "trimPrefix" => |call, args| {
            let (prefix, text) = (call.text(args, 0)?, call.text(args, 1)?);
            Ok(text.part(text.as_str().strip_prefix(prefix.as_str()).unwrap_or(text.as_str())).into())
        },
        "upper" => |call, args| changed(call, args, |text| text.chars().map(upper).collect()),
        "lower" => |call, args| changed(call, args, |text| text.chars().map(lower).collect()),
        "title" => |call, args| changed(call, args, title),
        "nospace" => |call, args| changed(call, args, |text| text.split_whitespace().collect()),
        "camelcase" => |call, args| changed(call, args, camel),
        "snakecase" => |call, args| changed(call, args, |text| words(text, '_')),
        "kebabcase" => |call, args| changed(call, args, |text| words(text, '-')),
        "trunc" => trunc,
        "substr" => substr,
        "repeat" => repeat,
        "contains" => |call, args| compared(call, args, |part, text| text.contains(part)),
        "hasPrefix" => |call, args| compared(call, args, |part, text| text.starts_with(part)),
        "hasSuffix" => |call, args| compared(call, args, |part, text| text.ends_with(part)),
        "quote" => |call, args| quoted(call, args, '"'),
        "squote" => |call, args| quoted(call, args, '\''),
        "cat" => cat,
        "indent" => |call, args| indented(call, args, false),
        "nindent" => |call, args| indented(call, args, true),
        "replace" => |call, args| {
            let (old, new, text) = (call.text(args, 0)?, call.text(args, 1)?, call.text(args, 2)?);
            let count = text.as_str().matches(old.as_str()).count();
            call.budget.bytes(count.saturating_mul(new.len()).saturating_add(text.len()))?;
            Ok(text.replace(old.as_str(), new.as_str()).into())
        },
        "toString" => |call, args| {
            call.budget.walk_all(args)?;
            Ok(as_text(call.any(args, 0)?).into())
        },
        "split" => |call, args| {
            let (separator, text) = (call.text(args, 0)?, call.text(args, 1)?);
            Ok(numbered(split(&text, separator.as_str(), None)).into())
        },
        "splitn" => |call, args| {
            let (separator, count, text) = (call.text(args, 0)?, call.integer(args, 1)?, call.text(args, 2)?);
            Ok(numbered(split(&text, separator.as_str(), usize::try_from(count).ok())).into())
        },
        "splitList" => |call, args| {
            let (separator, text) = (call.text(args, 0)?, call.text(args, 1)?);
            Ok(split(&text, separator.as_str(), None).into())
        },
        _ => return None,
    })
}

/// A text that a function makes of another; it was made where the other stands.
fn changed(call: &mut Call<'_>, args: &[Value], change: impl Fn(&str) -> String) -> Result<Value, Fault> {
    let text = call.text(args, 0)?;
    call.budget.bytes(text.len())?;
    Ok(Text::made(change(text.as_str()), text.origin(0)).into())
}

fn compared(call: &mut Call<'_>, args: &[Value], holds: impl Fn(&str, &str) -> bool) -> Result<Value, Fault> {
    let (part, text) = (call.text(args, 0)?, call.text(args, 1)?);
    Ok(holds(part.as_str(), text.as_str()).into())
}

/// Every letter behind one that is no letter, no digit and no underscore in upper case.
fn title(text: &str) -> String {
    let mut before = ' ';
    let mut output = String::new();
    for letter in text.chars() {
        if before.is_alphanumeric() || before == '_' {
            output.push(letter);
        } else {
            output.push(upper(letter));
        }
        before = letter;
    }
    output
}

/// A letter in upper case, where that is one letter: Go changes none into two.
pub(super) fn upper(letter: char) -> char {
    let mut changed = letter.to_uppercase();
    match (changed.next(), changed.next()) {
        (Some(changed), None) => changed,
        _ => letter,
    }
}

/// A letter in lower case, where that is one letter.
pub(super) fn lower(letter: char) -> char {
    let mut changed = letter.to_lowercase();
    match (changed.next(), changed.next()) {
        (Some(changed), None) => changed,
        _ => letter,
    }
}

/// Words without what connects them, each with a capital and, where it was in capitals, in lower case behind it. What stands
/// before the first word, behind the last one and twice between two stays.
fn camel(text: &str) -> String {
    let is_connector = |letter: char| matches!(letter, '_' | '-') || letter.is_whitespace();
    let first = text.find(|letter: char| !is_connector(letter)).unwrap_or(text.len());
    let (before, rest) = text.split_at(first);
    let mut output = before.to_owned();
    let mut letters = rest.chars();
    let Some(mut last) = letters.next() else { return output };
    let mut is_in_capitals = last.is_uppercase();
    last = upper(last);
    for mut letter in letters {
        match (is_connector(letter), is_connector(last)) {
            (true, true) => {
                output.push(last);
                continue;
            }
            (_, true) => {
                is_in_capitals = letter.is_uppercase();
                letter = upper(letter);
            }
            (_, false) => {
                if is_in_capitals && letter.is_uppercase() {
                    letter = lower(letter);
                } else {
                    is_in_capitals = false;
                }
                output.push(last);
            }
        }
        last = letter;
    }
    output.push(last);
    output
}

/// The words of a text in lower case, with a letter between them.
fn words(text: &str, between: char) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut output = String::new();
    for (index, letter) in letters.iter().enumerate() {
        if matches!(letter, '_' | '-' | ' ') {
            output.push(between);
            continue;
        }
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let next = letters.get(index + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && next.is_some_and(|next| next.is_lowercase()))
            });
        if begins {
            output.push(between);
        }
        output.extend(letter.to_lowercase());
    }
    output
}

/// The first or, of a negative number, the last bytes. Helm cuts letters apart; here the cut moves to the letter before.
fn trunc(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (count, text) = (call.integer(args, 0)?, call.text(args, 1)?);
    let length = text.len();
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if size >= length {
        return Ok(Value::from(Text::clone(&text)));
    }
    let range = if count < 0 { length - size..length } else { 0..size };
    let start = (0..=range.start).rev().find(|at| text.as_str().is_char_boundary(*at)).unwrap_or(0);
    let end = (0..=range.end).rev().find(|at| text.as_str().is_char_boundary(*at)).unwrap_or(0);
    Ok(text.slice(start..end).into())
}

fn substr(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (start, end, text) = (call.integer(args, 0)?, call.integer(args, 1)?, call.text(args, 2)?);
    let length = text.len();
    let start = usize::try_from(start).unwrap_or(0);
    let end = usize::try_from(end).unwrap_or(length).min(length);
    if start > end {
        return Err(Fault::wrong(format!("`substr` begins at {start}, behind its end at {end}")));
    }
    Ok(text.slice(start..end).into())
}

fn repeat(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (count, text) = (call.integer(args, 0)?, call.text(args, 1)?);
    let count = usize::try_from(count).map_err(|_| Fault::wrong("`repeat` wants a number that is not negative"))?;
    call.budget.bytes(count.saturating_mul(text.len()))?;
    Ok(Text::made(text.as_str().repeat(count), text.origin(0)).into())
}

/// The values that are something, in quotes, with spaces between them.
fn quoted(call: &mut Call<'_>, args: &[Value], quote: char) -> Result<Value, Fault> {
    call.budget.walk_all(args)?;
    let mut output = Text::default();
    for value in args.iter().filter(|value| !value.is_nil()) {
        if !output.is_empty() {
            output.push(" ");
        }
        let text = as_text(value);
        call.budget.bytes(text.len())?;
        if quote == '\'' {
            output.push("'");
            output.push_text(&text, None);
            output.push("'");
            continue;
        }
        let mut written = String::from("\"");
        text.as_str().chars().for_each(|letter| push_quoted(letter, &mut written));
        written.push('"');
        match text.origin(0).or(value.place) {
            Some(at) => output.push_made(&written, at),
            None => output.push(&written),
        }
    }
    Ok(output.into())
}

fn cat(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    call.budget.walk_all(args)?;
    let mut output = Text::default();
    for value in args.iter().filter(|value| !value.is_nil()) {
        if !output.is_empty() {
            output.push(" ");
        }
        output.push_text(&as_text(value), None);
    }
    Ok(output.into())
}

/// Every line behind as many spaces, and with `below` a line feed before them all.
fn indented(call: &mut Call<'_>, args: &[Value], below: bool) -> Result<Value, Fault> {
    let (count, text) = (call.integer(args, 0)?, call.text(args, 1)?);
    let count =
        usize::try_from(count).map_err(|_| Fault::wrong(format!("`{}` wants no negative number", call.name)))?;
    let lines = text.as_str().matches('\n').count() + 1;
    call.budget.bytes(lines.saturating_mul(count).saturating_add(text.len()))?;
    let spaces = " ".repeat(count);
    let mut output = Text::default();
    if below {
        output.push("\n");
    }
    for (index, line) in text.as_str().split('\n').enumerate() {
        if index > 0 {
            output.push("\n");
        }
        output.push(&spaces);
        output.push_text(&text.part(line), None);
    }
    Ok(output.into())
}

fn split(text: &Rc<Text>, separator: &str, count: Option<usize>) -> Vec<Value> {
    let whole = text.as_str();
    let parts: Vec<&str> = match count {
        Some(count) => whole.splitn(count, separator).collect(),
        // Go splits at an empty separator between letters, without empty parts at the ends.
        None if separator.is_empty() => whole.split("").filter(|part| !part.is_empty()).collect(),
        None => whole.split(separator).collect(),
    };
    parts.into_iter().map(|part| text.part(part).into()).collect()
}

/// Parts under the keys `_0`, `_1`, ….
fn numbered(parts: Vec<Value>) -> Map {
    parts.into_iter().enumerate().map(|(index, part)| (format!("_{index}").into(), part)).collect()
}
