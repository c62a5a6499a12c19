//! Quoted scalars over several lines whose later lines are not indented.
//!
//! YAML 1.2.2 (7.3) wants them indented more than their key; kubectl's reader, PyYAML and others do not mind, and published
//! manifests rely on it. Such a line break is replaced by a character of the same length that joins the lines for the
//! parser, so every offset stays, and the text of the scalar is folded afterwards.

/// Characters that may stand for a line break: one that the document does not use is taken.
const JOINTS: [char; 8] = ['~', '^', '`', '|', '@', ';', '<', '?'];

/// Documents above this are not tried again, none more often than this, and together not for more bytes of a file than
/// this: the work stays bounded.
const LONGEST: usize = 1 << 20;
const TRIES: usize = 200;
const BYTES_TRIED: usize = 64 << 20;

/// How many bytes of a file may be parsed once more than they were.
pub(crate) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(BYTES_TRIED)
    }
}

/// Parses a document again with line breaks joined for as long as the parser refuses only those. `first` is where it
/// refused one; `parse` takes the text and the joint, and returns where it refuses the next break, or nothing for any other
/// fault. `None`: it cannot be helped.
pub(crate) fn retry<T>(
    text: &str,
    first: usize,
    budget: &mut Budget,
    mut parse: impl FnMut(&str, char) -> Result<T, Option<usize>>,
) -> Option<T> {
    if text.len() > LONGEST {
        return None;
    }
    let joint = JOINTS.into_iter().find(|joint| !text.contains(*joint))?;
    let mut joined = text.to_owned();
    let mut refused = first;
    for _ in 0..TRIES {
        budget.0 = budget.0.checked_sub(text.len())?;
        // A carriage return breaks a line by itself too (YAML 1.2.2, 5.4).
        let line_break = joined.get(..refused)?.rfind(['\n', '\r'])?;
        let start = if joined.get(..=line_break)?.ends_with("\r\n") { line_break - 1 } else { line_break };
        let replacement = if start == line_break { joint.to_string() } else { format!(" {joint}") };
        joined.replace_range(start..=line_break, &replacement);
        match parse(&joined, joint) {
            Ok(parsed) => return Some(parsed),
            Err(next) => refused = next?,
        }
    }
    None
}

/// The text of a scalar with its joints folded: one line break becomes a space, each further one a line break (YAML 1.2.2,
/// 6.5), and the white space around them goes.
pub(crate) fn fold(text: &str, joint: char) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut breaks = 0;
    for (number, line) in text.split(joint).enumerate() {
        let line = if number == 0 { line } else { line.trim_start_matches([' ', '\t']) };
        if number > 0 && line.is_empty() {
            breaks += 1;
            continue;
        }
        if number > 0 {
            folded.truncate(folded.trim_end_matches([' ', '\t']).len());
            folded.push_str(&if breaks == 0 { " ".to_owned() } else { "\n".repeat(breaks) });
            breaks = 0;
        }
        folded.push_str(line);
    }
    folded
}

#[cfg(test)]
mod tests {
    use design_vocabulary::{FileId, Value};

    use crate::{Limits, SourceText, lower, parse};

    #[test]
    fn lines_of_quoted_scalars_need_no_indentation() {
        for (text, expected) in [
            ("a: \"x\ny\"\nb: 1\n", "x y"),
            ("a: \"x  \r\n  y\r\nz\"\r\nb: 1\r\n", "x y z"),
            ("a: 'x\n\ny'\nb: 1\n", "x\ny"),
            ("o:\n  a: \"x\n  y\"\n", "x y"),
            ("# c\na: 'x\r\n\ry'\n", "x\ny"),
            ("\u{feff}# c\na: 'x\ry\rz'\n", "x y z"),
        ] {
            let parsed = parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default());
            assert_eq!(parsed.problems, [], "{text:?}");
            let root = parsed.documents[0].root().unwrap();
            let value = lower(root, &mut Vec::new());
            let found = value.get("a").or_else(|| value.get("o")?.get("a")).and_then(Value::as_str);
            assert_eq!(found, Some(expected), "{text:?}");
            let node = root.get("a").or_else(|| root.get("o")?.get("a")).unwrap();
            for comment in parsed.documents[0].comments() {
                assert_eq!(parsed.documents[0].source().slice(comment.span.start, comment.span.end), "# c");
            }
            assert!(parsed.documents[0].source().slice(node.span().start, node.span().end).starts_with(['"', '\'']));
        }
    }

    #[test]
    fn other_faults_stay_faults() {
        for text in ["a: \"x\ny\nb: 1\n", "a: \"x\ny\"\nb: [\n"] {
            assert_eq!(parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default()).broken, 1, "{text:?}");
        }
    }
}
