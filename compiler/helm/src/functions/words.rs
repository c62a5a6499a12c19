//! Functions of words: wrapped, shortened, counted, and escaped for other languages.

use super::strings::{lower, upper};
use super::{Call, Function};
use crate::fault::Fault;
use crate::print::{plain, printed};
use crate::text::Text;
use crate::value::{Data, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "hello" => |_, _| Ok("Hello!".into()),
        "wrap" => |call, args| {
            let (width, text) = (call.integer(args, 0)?, call.text(args, 1)?);
            call.budget.bytes(text.len().saturating_mul(2))?;
            Ok(Text::made(wrapped(text.as_str(), width, "\n", false), text.origin(0)).into())
        },
        "wrapWith" => |call, args| {
            let (width, separator, text) = (call.integer(args, 0)?, call.text(args, 1)?, call.text(args, 2)?);
            call.budget.bytes(text.len().saturating_mul(separator.len().saturating_add(1)))?;
            Ok(Text::made(wrapped(text.as_str(), width, separator.as_str(), true), text.origin(0)).into())
        },
        "abbrev" => |call, args| {
            let (width, text) = (call.integer(args, 0)?, call.text(args, 1)?);
            let short = if width < 4 { text.as_str().to_owned() } else { shortened(text.as_str(), 0, width) };
            Ok(Text::made(short, text.origin(0)).into())
        },
        "abbrevboth" => |call, args| {
            let (left, right, text) = (call.integer(args, 0)?, call.integer(args, 1)?, call.text(args, 2)?);
            let is_kept = right < 4 || (left > 0 && right < 7);
            let short = if is_kept { text.as_str().to_owned() } else { shortened(text.as_str(), left, right) };
            Ok(Text::made(short, text.origin(0)).into())
        },
        "initials" => |call, args| {
            let text = call.text(args, 0)?;
            let words = text.as_str().split(char::is_whitespace);
            let letters: String = words.filter_map(|word| word.chars().next()).collect();
            Ok(Text::made(letters, text.origin(0)).into())
        },
        "untitle" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            Ok(Text::made(untitled(text.as_str()), text.origin(0)).into())
        },
        "swapcase" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            Ok(Text::made(swapped(text.as_str()), text.origin(0)).into())
        },
        "plural" => |call, args| {
            let (one, many, count) = (call.text(args, 0)?, call.text(args, 1)?, call.integer(args, 2)?);
            Ok(Value::from(Text::clone(if count == 1 { &one } else { &many })))
        },
        "html" => |call, args| escaped(call, args, html),
        "js" => |call, args| escaped(call, args, javascript),
        _ => return None,
    })
}

/// Words in lines of at most a width, in bytes. A longer word has a line of its own, or is cut where `cuts` says so.
fn wrapped(text: &str, width: i64, separator: &str, cuts: bool) -> String {
    // An empty separator means the usual one.
    let separator = if separator.is_empty() { "\n" } else { separator };
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let mut output = Vec::new();
    let mut rest = text.as_bytes();
    while rest.len() > width {
        if let Some(behind) = rest.strip_prefix(b" ") {
            rest = behind;
            continue;
        }
        let last_space = rest.iter().take(width + 1).rposition(|byte| *byte == b' ');
        let next_space = || rest.iter().skip(width).position(|byte| *byte == b' ').map(|at| at + width);
        let (end, next) = match last_space {
            Some(at) => (at, at + 1),
            None if cuts => (width, width),
            None => match next_space() {
                Some(at) => (at, at + 1),
                None => break,
            },
        };
        let (line, _) = rest.split_at(end);
        output.extend_from_slice(line);
        output.extend_from_slice(separator.as_bytes());
        rest = rest.get(next..).unwrap_or_default();
    }
    output.extend_from_slice(rest);
    String::from_utf8_lossy(&output).into_owned()
}

/// A text of at most a width, in bytes, with dots where something is missing: at its end, and before `offset`.
fn shortened(text: &str, offset: i64, width: i64) -> String {
    let (offset, width) = (usize::try_from(offset).unwrap_or(0), usize::try_from(width).unwrap_or(0));
    let bytes = text.as_bytes();
    let part = |part: Option<&[u8]>| String::from_utf8_lossy(part.unwrap_or_default()).into_owned();
    if bytes.len() <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(3);
    let offset = offset.min(bytes.len() - kept);
    if offset <= 4 {
        return part(bytes.get(..kept)) + "...";
    }
    if width < 7 {
        return String::new();
    }
    if offset + kept < bytes.len() {
        let rest = part(bytes.get(offset..));
        // What is left is too narrow for a text with dots: Sprig then has nothing.
        let short = if kept < 4 { String::new() } else { shortened(&rest, 0, i64::try_from(kept).unwrap_or(0)) };
        return format!("...{short}");
    }
    format!("...{}", part(bytes.get(bytes.len() - kept..)))
}

/// The first letter of every word in lower case.
fn untitled(text: &str) -> String {
    let mut begins = true;
    let mut output = String::new();
    for letter in text.chars() {
        if begins && !letter.is_whitespace() {
            output.push(lower(letter));
        } else {
            output.push(letter);
        }
        begins = letter.is_whitespace();
    }
    output
}

/// Upper case for lower case, and the other way round.
fn swapped(text: &str) -> String {
    let change = |letter: char| match letter {
        letter if letter.is_uppercase() => lower(letter),
        letter if letter.is_lowercase() => upper(letter),
        letter => letter,
    };
    text.chars().map(change).collect()
}

/// Values as one text, which is escaped.
fn escaped(call: &mut Call<'_>, args: &[Value], escape: fn(char, &mut String)) -> Result<Value, Fault> {
    call.budget.walk_all(args)?;
    let text = match args {
        [] => return Err(Fault::wrong(format!("`{}` wants a value", call.name))),
        [only] if only.as_text().is_some() => printed(only),
        several => {
            let mut output = Text::default();
            let mut is_behind_text = true;
            for (index, value) in several.iter().enumerate() {
                // Go puts a space between two values of which none is a text.
                let is_text = matches!(value.data, Data::Text(_));
                if index > 0 && !is_text && !is_behind_text {
                    output.push(" ");
                }
                output.push(&plain(value));
                is_behind_text = is_text;
            }
            output
        }
    };
    call.budget.bytes(text.len().saturating_mul(6))?;
    let mut output = String::new();
    text.as_str().chars().for_each(|letter| escape(letter, &mut output));
    Ok(Text::made(output, text.origin(0)).into())
}

fn html(letter: char, output: &mut String) {
    match letter {
        '"' => output.push_str("&#34;"),
        '\'' => output.push_str("&#39;"),
        '&' => output.push_str("&amp;"),
        '<' => output.push_str("&lt;"),
        '>' => output.push_str("&gt;"),
        '\0' => output.push('\u{fffd}'),
        letter => output.push(letter),
    }
}

fn javascript(letter: char, output: &mut String) {
    match letter {
        '\\' => output.push_str("\\\\"),
        '\'' => output.push_str("\\'"),
        '"' => output.push_str("\\\""),
        '<' | '>' | '&' | '=' => output.push_str(&format!("\\u{:04X}", u32::from(letter))),
        letter if letter < ' ' => output.push_str(&format!("\\u{:04X}", u32::from(letter))),
        letter if letter.is_ascii() || crate::print::is_printable(letter) => output.push(letter),
        letter => output.push_str(&format!("\\u{:04X}", u32::from(letter))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_between_them_and_cut_where_asked() {
        assert_eq!(wrapped("one two three", 7, "\n", false), "one two\nthree");
        assert_eq!(wrapped("abcdefghij kl", 4, "\n", false), "abcdefghij\nkl");
        assert_eq!(wrapped("abcdefghij kl", 4, "/", true), "abcd/efgh/ij/kl");
        assert_eq!(wrapped("", 4, "/", true), "");
        // Nothing fits into no width.
        assert_eq!(wrapped("ab", -3, "", true), "a\nb");
    }

    #[test]
    fn a_text_is_shortened_at_one_end_or_at_both() {
        assert_eq!(shortened("hello world", 0, 5), "he...");
        assert_eq!(shortened("1234 5678 9123", 5, 10), "...5678...");
        assert_eq!(shortened("hello", 0, 5), "hello");
        assert_eq!(shortened("abcdefghijklmno", 99, 10), "...ijklmno");
    }
}
