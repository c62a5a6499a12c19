//! The only place that writes YAML.

use std::fmt;

use serde::Serialize;

/// A value as one YAML document, ending in a line break.
///
/// Strings that a YAML 1.1 reader (kubectl, Helm, PyYAML) would take for something else are quoted; long lines are not
/// folded; lists are not indented under their key. The text depends on nothing but the value. It fails only for types
/// that YAML cannot hold, which a [`Value`](design_vocabulary::Value) never is.
pub fn to_yaml<T: Serialize>(value: &T) -> Result<String, fmt::Error> {
    let mut text = String::new();
    write_yaml(&mut text, value)?;
    Ok(text)
}

/// As [`to_yaml`], appended to a text.
pub fn write_yaml<T: Serialize>(output: &mut String, value: &T) -> Result<(), fmt::Error> {
    let start = output.len();
    let options = serde_yaml::ser_options! { folded_wrap_chars: usize::MAX >> 1 };
    serde_yaml::to_fmt_writer_with_options(output, value, options).map_err(|_| fmt::Error)?;
    if !output.ends_with('\n') {
        output.push('\n');
    }
    // The emitter indents the empty lines of block scalars; readers do not care, but `git diff --check` and reviewers do.
    if output.get(start..).is_some_and(|text| text.contains(" \n")) {
        let trimmed = trim_empty_lines(output.get(start..).unwrap_or_default());
        output.truncate(start);
        output.push_str(&trimmed);
    }
    Ok(())
}

/// Removes the indentation of empty lines in block scalars. A line that holds spaces of the text itself is longer than the
/// indentation of its block, and stays.
fn trim_empty_lines(text: &str) -> String {
    let mut trimmed = String::with_capacity(text.len());
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let indent = content.len() - content.trim_start_matches(' ').len();
        if let Some(expected) = block {
            if indent == content.len() && indent <= expected {
                trimmed.push('\n');
                continue;
            }
            if indent >= expected {
                trimmed.push_str(line);
                continue;
            }
        }
        block = block_indent(content, indent);
        trimmed.push_str(line);
    }
    trimmed
}

/// The indentation of the block scalar that a line opens: two more than its key, or than its dash where there is no key.
/// `None` for a line that opens none.
fn block_indent(line: &str, indent: usize) -> Option<usize> {
    let (before, header) = line.rsplit_once(' ').unwrap_or(("", line));
    let is_header =
        header.starts_with('|') && header.bytes().skip(1).all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+'));
    if !is_header || !(before.is_empty() || before.ends_with([':', '-'])) {
        return None;
    }
    let mut column = indent;
    let mut rest = before.get(indent..).unwrap_or_default();
    while let Some(behind) = rest.strip_prefix("- ") {
        column += 2;
        rest = behind;
    }
    Some(if before.is_empty() { 0 } else { column + 2 })
}

#[cfg(test)]
mod tests {
    use design_vocabulary::{Object, Value};

    use super::*;

    #[test]
    fn empty_lines_of_block_scalars_have_no_indentation() {
        let text = "a\n\n  \n b\n\n";
        let list = Value::from_iter([Value::from(text)]);
        let value = Object::from_iter([("k", Value::from(text)), ("l", list.clone()), ("m", Value::from_iter([list]))]);
        assert_eq!(
            to_yaml(&value).unwrap(),
            "k: |+\n  a\n\n    \n   b\n\nl:\n- |+\n  a\n\n    \n   b\n\nm:\n- - |+\n    a\n\n      \n     b\n\n"
        );
    }
}
