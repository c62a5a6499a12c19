//! `$NAME` and `${NAME…}` in the values of a file, as the compose specification has them.

use std::collections::BTreeMap;

use design_vocabulary::Text;

use crate::Problem;
use crate::node::{Data, Node};

/// Variables by name.
pub(crate) type Variables = BTreeMap<String, String>;

/// How deeply defaults may hold further variables.
const DEPTH: usize = 32;

/// Replaces the variables in all values below a node. Keys stay as they are.
pub(crate) fn interpolate(node: &mut Node, variables: &Variables, problems: &mut Vec<Problem>) {
    match &mut node.data {
        Data::Text(text) if text.contains('$') => {
            let span = node.span;
            let mut said = Vec::new();
            let replaced = replace(text, variables, &mut said, 0);
            problems.extend(said.into_iter().map(|said| match said {
                Said::Unset(name) => Problem::Unset { name, span },
                Said::Required(message) => Problem::Required { message, span },
            }));
            if let Some(replaced) = replaced {
                node.data = Data::Text(Text::from(replaced));
                node.verbatim = None;
            }
        }
        Data::List(elements) => elements.iter_mut().for_each(|element| interpolate(element, variables, problems)),
        Data::Map(entries) => entries.iter_mut().for_each(|(_, value)| interpolate(value, variables, problems)),
        _ => {}
    }
}

/// What replacing met.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A variable without a value and without a default.
    Unset(String),
    /// A variable that must have a value, or a text that is no variable.
    Required(String),
}

/// A text with its variables replaced; `None` where it is not well-formed, which is said.
pub(crate) fn replace(text: &str, variables: &Variables, said: &mut Vec<Said>, depth: usize) -> Option<String> {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        output.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            output.push('$');
            rest = behind;
        } else if let Some(inside) = behind.strip_prefix('{') {
            let Some(end) = closing(inside).filter(|_| depth < DEPTH) else {
                said.push(Said::Required(format!("`${{{inside}` is not closed")));
                return None;
            };
            output.push_str(&expression(inside.get(..end)?, variables, said, depth)?);
            rest = inside.get(end + 1..)?;
        } else {
            let length = name_length(behind);
            if length == 0 {
                said.push(Said::Required("a single `$` is written `$$`".to_owned()));
                return None;
            }
            let name = behind.get(..length)?;
            match variables.get(name) {
                Some(value) => output.push_str(value),
                None => said.push(Said::Unset(name.to_owned())),
            }
            rest = behind.get(length..)?;
        }
    }
    output.push_str(rest);
    Some(output)
}

/// The value of what stands between `${` and `}`.
fn expression(inside: &str, variables: &Variables, said: &mut Vec<Said>, depth: usize) -> Option<String> {
    let length = name_length(inside);
    let (name, operator) = inside.split_at(length);
    if name.is_empty() {
        said.push(Said::Required(format!("`${{{inside}}}` names no variable")));
        return None;
    }
    let value = variables.get(name);
    let filled = value.filter(|value| !value.is_empty());
    let mut other = |word: &str| replace(word, variables, said, depth + 1);
    if operator.is_empty() {
        if value.is_none() {
            said.push(Said::Unset(name.to_owned()));
        }
        return Some(value.cloned().unwrap_or_default());
    }
    for (sign, found) in [(":-", filled), ("-", value)] {
        if let Some(word) = operator.strip_prefix(sign) {
            return found.cloned().map_or_else(|| other(word), Some);
        }
    }
    for (sign, found) in [(":?", filled), ("?", value)] {
        if let Some(word) = operator.strip_prefix(sign) {
            if let Some(found) = found {
                return Some(found.clone());
            }
            let word = other(word)?;
            let reason = if word.is_empty() { "it has to have a value".to_owned() } else { word };
            said.push(Said::Required(format!("variable `{name}`: {reason}")));
            return Some(String::new());
        }
    }
    for (sign, found) in [(":+", filled), ("+", value)] {
        if let Some(word) = operator.strip_prefix(sign) {
            return if found.is_some() { other(word) } else { Some(String::new()) };
        }
    }
    said.push(Said::Required(format!("`${{{inside}}}` has an operator that compose does not know")));
    None
}

/// Where the brace that was opened before a text closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, letter) in text.char_indices() {
        match letter {
            '{' if text.get(..offset).is_some_and(|before| before.ends_with('$')) => depth += 1,
            '}' if depth == 0 => return Some(offset),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// How long the name at the beginning of a text is.
fn name_length(text: &str) -> usize {
    let starts = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    if starts { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> (Option<String>, Vec<Said>) {
        let variables =
            [("A", "a"), ("EMPTY", "")].map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        let mut said = Vec::new();
        (replace(text, &variables, &mut said, 0), said)
    }

    #[test]
    fn every_operator_of_the_specification() {
        for (text, expected) in [
            ("$A-${A}", "a-a"),
            ("$$A", "$A"),
            ("${EMPTY:-d}${EMPTY-d}", "d"),
            ("${NONE:-d}${NONE-e}", "de"),
            ("${A:-d}", "a"),
            ("${NONE:-${A}}", "a"),
            ("${NONE:-${NONE2:-x}}y", "xy"),
            ("${A:+p}${EMPTY:+p}${EMPTY+q}${NONE+p}", "pq"),
            ("${A:?no}", "a"),
            ("a.b{c}", "a.b{c}"),
        ] {
            assert_eq!(replaced(text), (Some(expected.to_owned()), Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_has_no_value_is_said() {
        assert_eq!(replaced("x$NONE"), (Some("x".into()), vec![Said::Unset("NONE".into())]));
        assert_eq!(
            replaced("${NONE?tell me}"),
            (Some(String::new()), vec![Said::Required("variable `NONE`: tell me".into())])
        );
        for faulty in ["${A", "$1", "a$", "${}", "${A!b}"] {
            let (value, said) = replaced(faulty);
            assert!(value.is_none() && said.len() == 1, "{faulty}");
        }
    }
}
