//! Go's `printf`.

use std::iter::Peekable;
use std::str::Chars;

use super::Call;
use crate::fault::Fault;
use crate::print::{as_text, plain, printed, quoted, shortest};
use crate::text::Text;
use crate::value::{Data, Value};

/// The widest field that is padded.
const WIDEST: usize = 1 << 16;

/// `printf FORMAT VALUES…`. A value that its verb does not take is printed as Go prints it, `%!d(float64=3)`.
pub(super) fn printf(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let format = call.text(args, 0)?;
    let values = args.get(1..).unwrap_or_default();
    call.budget.walk_all(values)?;
    let mut output = Text::default();
    let mut next = values.iter();
    let mut rest = format.as_str();
    while let Some(at) = rest.find('%') {
        output.push_text(&format.part(&rest[..at]), None);
        let mut letters = rest[at + 1..].chars().peekable();
        let Some(verb) = Verb::read(&mut letters, &mut next)? else {
            output.push("%!(NOVERB)");
            rest = "";
            break;
        };
        rest = &rest[rest.len() - letters.map(char::len_utf8).sum::<usize>()..];
        if verb.letter == '%' {
            output.push("%");
            continue;
        }
        match next.next() {
            Some(value) => verb.push(value, &mut output),
            None => output.push(&format!("%!{}(MISSING)", verb.letter)),
        }
        call.budget.bytes(output.len() / 8 + 1)?;
    }
    output.push_text(&format.part(rest), None);
    let extra: Vec<String> = next.map(|value| format!("{}={}", value.type_name(), plain(value))).collect();
    if !extra.is_empty() {
        output.push(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    // What was put together from several parts was made by the call, not where its first part stands.
    let is_whole = output.whole_origin(0..output.len()).is_some();
    Ok(if is_whole { output.into() } else { Text::plain(output.as_str()).into() })
}

/// One `%…` of a format.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the format, and any of them go together")]
struct Verb {
    letter: char,
    left: bool,
    plus: bool,
    zero: bool,
    sharp: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
}

impl Verb {
    fn read(
        letters: &mut Peekable<Chars<'_>>,
        values: &mut std::slice::Iter<'_, Value>,
    ) -> Result<Option<Self>, Fault> {
        let mut verb = Self::default();
        while let Some(flag) = letters.next_if(|letter| "-+0# ".contains(*letter)) {
            match flag {
                '-' => verb.left = true,
                '+' => verb.plus = true,
                '0' => verb.zero = true,
                '#' => verb.sharp = true,
                _ => verb.space = true,
            }
        }
        verb.width = number(letters, values)?.unwrap_or(0);
        if letters.next_if_eq(&'.').is_some() {
            verb.precision = Some(number(letters, values)?.unwrap_or(0));
        }
        let Some(letter) = letters.next() else { return Ok(None) };
        verb.letter = letter;
        if letter == '[' {
            return Err(Fault::wrong("`printf` with numbered values is not covered"));
        }
        Ok(Some(verb))
    }

    fn push(&self, value: &Value, output: &mut Text) {
        let made = self.formatted(value);
        let length = made.as_str().chars().count();
        let padding = self.width.saturating_sub(length);
        let is_number = matches!(value.data, Data::Int(_) | Data::Int64(_) | Data::Float(_));
        if self.left {
            output.push_text(&made, value.place);
            output.push(&" ".repeat(padding));
        } else if self.zero && is_number {
            let (sign, digits) = made.as_str().split_at(usize::from(made.as_str().starts_with(['-', '+', ' '])));
            output.push(&format!("{sign}{}{digits}", "0".repeat(padding)));
        } else {
            output.push(&" ".repeat(padding));
            output.push_text(&made, value.place);
        }
    }

    fn formatted(&self, value: &Value) -> Text {
        let text = match (&value.data, self.letter) {
            (Data::Nil, 'v' | 'T') => "<nil>".to_owned(),
            (Data::Nil, letter) => format!("%!{letter}(<nil>)"),
            (_, 'T') => value.type_name().to_owned(),
            (Data::Text(text), 's' | 'v') if !self.sharp => {
                let text = printed(&Value { data: Data::Text(text.clone()), place: value.place });
                return match self.precision {
                    Some(count) => {
                        let end = text.as_str().char_indices().nth(count).map_or(text.len(), |(at, _)| at);
                        text.slice(0..end)
                    }
                    None => text,
                };
            }
            (Data::Text(text), 'q' | 'v') => quoted(text.as_str()),
            (Data::Text(text), 'x' | 'X') => {
                let byte = |byte: u8| if self.letter == 'x' { format!("{byte:02x}") } else { format!("{byte:02X}") };
                let bytes: Vec<String> = text.as_str().bytes().map(byte).collect();
                bytes.join(if self.space { " " } else { "" })
            }
            (Data::Int(number) | Data::Int64(number), letter) => self.integer(*number, letter, value),
            (Data::Float(number), letter) => self.double(*number, letter, value),
            (Data::Bool(truth), 't' | 'v') => truth.to_string(),
            (Data::Bytes(_), 's') => as_text(value).as_str().to_owned(),
            (Data::Bool(_), _) => self.mistaken(value),
            (_, 'v') => plain(value),
            (Data::List(_) | Data::Map(_), _) => self.each(value),
            (_, 's') => plain(value),
            _ => self.mistaken(value),
        };
        Text::made(text, value.place)
    }

    /// Each element by the verb.
    fn each(&self, value: &Value) -> String {
        let one = |value: &Value| {
            let mut text = Text::default();
            self.push(value, &mut text);
            text.as_str().to_owned()
        };
        if let Some(map) = value.as_map() {
            let entries = map.entries().into_iter();
            let entries: Vec<String> =
                entries.map(|(key, value)| format!("{}:{}", one(&key.as_ref().into()), one(&value))).collect();
            return format!("map[{}]", entries.join(" "));
        }
        let elements: Vec<String> = value.as_list().unwrap_or_default().iter().map(one).collect();
        format!("[{}]", elements.join(" "))
    }

    fn integer(&self, number: i64, letter: char, value: &Value) -> String {
        let sign = if number < 0 {
            "-"
        } else if self.plus {
            "+"
        } else if self.space {
            " "
        } else {
            ""
        };
        let size = number.unsigned_abs();
        let digits = match letter {
            'd' | 'v' => size.to_string(),
            'x' if self.sharp => format!("{size:#x}"),
            'x' => format!("{size:x}"),
            'X' => format!("{size:X}"),
            'o' => format!("{size:o}"),
            'O' => format!("0o{size:o}"),
            'U' => return format!("U+{size:04X}"),
            'b' => format!("{size:b}"),
            'c' => return u32::try_from(number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}').to_string(),
            'q' => {
                let letter = u32::try_from(number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                return format!("'{letter}'");
            }
            _ => return self.mistaken(value),
        };
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        format!("{sign}{}{digits}", "0".repeat(zeros))
    }

    fn double(&self, number: f64, letter: char, value: &Value) -> String {
        let sign = if self.plus && number >= 0.0 { "+" } else { "" };
        let precision = self.precision.unwrap_or(6);
        let text = match letter {
            'f' | 'F' => format!("{number:.precision$}"),
            'e' | 'E' => {
                let text = format!("{number:.precision$e}");
                let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                let exponent: i32 = exponent.parse().unwrap_or(0);
                format!("{mantissa}{letter}{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
            }
            'g' | 'v' if self.precision.is_none() => shortest(number),
            'G' if self.precision.is_none() => shortest(number).to_uppercase(),
            _ => return self.mistaken(value),
        };
        format!("{sign}{text}")
    }

    fn mistaken(&self, value: &Value) -> String {
        format!("%!{}({}={})", self.letter, value.type_name(), plain(value))
    }
}

/// A width or precision: digits, or `*` for the next value.
fn number(letters: &mut Peekable<Chars<'_>>, values: &mut std::slice::Iter<'_, Value>) -> Result<Option<usize>, Fault> {
    if letters.next_if_eq(&'*').is_some() {
        let value = values.next().map(|value| &value.data);
        return match value {
            Some(Data::Int(number) | Data::Int64(number)) => Ok(usize::try_from(*number).ok().map(|n| n.min(WIDEST))),
            _ => Err(Fault::wrong("`printf` wants a whole number for `*`")),
        };
    }
    let mut number: Option<usize> = None;
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        let digit = digit.to_digit(10).unwrap_or(0) as usize;
        number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit).min(WIDEST));
    }
    Ok(number)
}
