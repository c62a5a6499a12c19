//! Environment files: lines of `NAME=VALUE`.

use crate::interpolate::{Said, Variables, replace};

/// Reads an environment file in its order. A value in double quotes knows escapes and variables, one in single quotes is
/// taken as it is, and one without quotes ends at ` #`. Variables are looked for among those above, then in `known`. A
/// name without `=` takes its value from `known`, and is left out where that has none. Lines that are none of this are
/// returned as numbers, from 1.
pub fn parse(text: &str, known: &Variables) -> (Vec<(String, String)>, Vec<usize>) {
    let mut values: Vec<(String, String)> = Vec::new();
    let mut variables = known.clone();
    let mut faults = Vec::new();
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let Some((name, written)) = split(line) else {
            let name = line.trim();
            if !is_name(name) {
                faults.push(number + 1);
            } else if let Some(value) = known.get(name) {
                values.push((name.to_owned(), value.clone()));
            }
            continue;
        };
        if !is_name(name) {
            faults.push(number + 1);
            continue;
        }
        let mut written = written.trim_start().to_owned();
        let quote = written.chars().next().filter(|letter| matches!(letter, '"' | '\''));
        let value = if let Some(quote) = quote {
            // A value in quotes may go on over several lines.
            while end_of_quote(&written, quote).is_none() {
                let Some((_, next)) = lines.next() else { break };
                written.push('\n');
                written.push_str(next);
            }
            let Some(end) = end_of_quote(&written, quote) else {
                faults.push(number + 1);
                continue;
            };
            let inside = written.get(1..end).unwrap_or_default();
            if quote == '"' { expand(&unescape(inside), &variables) } else { inside.to_owned() }
        } else {
            let end = written.find(" #").unwrap_or(written.len());
            let plain = if written.starts_with('#') { "" } else { written.get(..end).unwrap_or_default() };
            expand(plain.trim_end(), &variables)
        };
        variables.insert(name.to_owned(), value.clone());
        match values.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => values.push((name.to_owned(), value)),
        }
    }
    (values, faults)
}

/// Name and value: at the first `=` or `: `.
fn split(line: &str) -> Option<(&str, &str)> {
    let position = line.find(['=', ':'])?;
    let (name, value) = line.split_at(position);
    Some((name.trim_end(), value.get(1..)?))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '[' | ']'))
}

fn end_of_quote(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (offset, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            letter if letter == quote => return Some(offset),
            _ => {}
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            output.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => output.push('\n'),
            Some('r') => output.push('\r'),
            Some('t') => output.push('\t'),
            // A dollar that is escaped is no variable.
            Some('$') => output.push_str("$$"),
            Some(other) => output.push(other),
            None => output.push('\\'),
        }
    }
    output
}

/// Replaces variables; a text that only looks like one stays.
fn expand(text: &str, variables: &Variables) -> String {
    if !text.contains('$') {
        return text.to_owned();
    }
    let mut said: Vec<Said> = Vec::new();
    replace(text, variables, &mut said, 0).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_line() {
        let text = "\
# comment
A=1
export B = two # comment
C=\"x\\ny $A ${MISSING:-z} \\$A\"
D='$A #'
E=
F: colon
G=a#b
H=\"one
two\"
FROM
ABSENT
no name here
";
        let known = [("FROM".to_owned(), "shell".to_owned())].into_iter().collect();
        let (values, faults) = parse(text, &known);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            values,
            [
                ("A", "1"),
                ("B", "two"),
                ("C", "x\ny 1 z $A"),
                ("D", "$A #"),
                ("E", ""),
                ("F", "colon"),
                ("G", "a#b"),
                ("H", "one\ntwo"),
                ("FROM", "shell"),
            ]
        );
        assert_eq!(faults, [13]);
    }
}
