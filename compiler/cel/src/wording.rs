//! Why an expression cannot be read or evaluated, in the words of this program. Those of the parser list its tokens, and those
//! of the evaluation print values as a programmer sees them.

use cel::{ExecutionError, ParseErrors};

/// As much of an expression as is shown where it cannot be read.
const SHOWN: usize = 20;

/// The longest reason that comes from elsewhere, in characters.
const LONGEST: usize = 200;

/// Why an expression cannot be read: the first place that is wrong.
pub(crate) fn unread(errors: &ParseErrors, text: &str) -> String {
    let Some(first) = errors.errors.first() else { return "it is no expression".to_owned() };
    let number = |number: isize| usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let line = number(first.pos.0).and_then(|line| text.lines().nth(line)).unwrap_or_default();
    let column = number(first.pos.1).unwrap_or_default();
    let rest: String = line.chars().skip(column).collect();
    let behind = text.lines().skip(number(first.pos.0).unwrap_or_default() + 1).all(|line| line.trim().is_empty());
    if rest.trim().is_empty() && behind {
        return "it ends where more is expected".to_owned();
    }
    let place = match text.lines().count() {
        0 | 1 => format!("column {}", column + 1),
        _ => format!("line {}, column {}", first.pos.0, column + 1),
    };
    let word: String = rest.split_whitespace().next().unwrap_or_default().chars().take(SHOWN).collect();
    format!("it makes no sense from `{word}` on ({place})")
}

/// Why an expression that was read has no value.
pub(crate) fn failed(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("`{key}` is absent; `has(…)` asks whether a field is there"),
        ExecutionError::UndeclaredReference(name) => format!("nothing is called `{name}`"),
        ExecutionError::NoSuchOverload(overload) => {
            let types = overload.argument_types().join(", ");
            format!("`{}` does not take {types}", shown_operator(overload.function()))
        }
        ExecutionError::InvalidArgumentCount { expected, actual } => {
            format!("a function takes {expected} arguments, and gets {actual}")
        }
        ExecutionError::UnexpectedType { got, want } => format!("{want} is needed where {got} is given"),
        ExecutionError::NotSupportedAsMethod { method, target } => {
            format!("`{method}` is no function of {}", target.type_of())
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "it divides by zero".to_owned(),
        ExecutionError::Overflow(..) => "a number leaves the range of 64 bits".to_owned(),
        ExecutionError::IndexOutOfBounds(_) => "a list has no element of that number".to_owned(),
        ExecutionError::ValuesNotComparable(one, other) => {
            format!("{} cannot be compared with {}", one.type_of(), other.type_of())
        }
        ExecutionError::FunctionError { function, message } => format!("`{function}`: {}", one_line(message)),
        other => one_line(&other.to_string()),
    }
}

/// The sign of an operator, which the parser calls by a name of its own (`_<=_`).
fn shown_operator(name: &str) -> &str {
    let sign = name.trim_matches('_');
    if sign.is_empty() { name } else { sign }
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Evaluator, TypedValue};

    #[test]
    fn the_first_place_that_makes_no_sense_is_told() {
        let unread = |text: &str| Evaluator::new().compile(text).err().unwrap();
        assert_eq!(unread("self.min <="), "it ends where more is expected");
        assert_eq!(unread("self.min ==="), "it makes no sense from `=` on (column 12)");
        assert_eq!(unread("self.a @ self.b"), "it makes no sense from `@` on (column 8)");
        assert_eq!(unread("self.a &&\n  ) self.b"), "it makes no sense from `)` on (line 2, column 3)");
    }

    #[test]
    fn reasons_are_sentences_without_values_of_the_library() {
        let evaluator = Evaluator::new();
        let value = TypedValue::new(&json!({"min": 1, "name": "a", "list": [1]}), &json!({}));
        let failed = |text: &str| evaluator.holds(&evaluator.compile(text).unwrap(), &value, false).err().unwrap();
        assert_eq!(failed("self.max > 1"), "`max` is absent; `has(…)` asks whether a field is there");
        assert_eq!(failed("nothing(self.min)"), "nothing is called `nothing`");
        assert_eq!(failed("self.min / 0 > 1"), "it divides by zero");
        assert_eq!(failed("self.list[3] > 1"), "a list has no element of that number");
        assert!(!failed("self.min + self.name == 'a'").contains("Value"));
    }
}
