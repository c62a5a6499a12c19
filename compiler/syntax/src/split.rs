//! Where the documents of a stream begin and end.
//!
//! The text is cut at document markers before it is parsed: a `---` or `...` in the first column is a marker wherever it
//! stands (YAML 1.2.2, 9.1.2: no content line may begin with one), so a broken document cannot hide the next, and
//! documents can be parsed on several threads.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// The byte ranges of the documents of a text, in order. A range holds its own `---`, `...` and directives; ranges
/// without any content (only comments and blank lines) are left out.
pub(crate) fn documents(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    // Where the content of the current range begins: behind its marker.
    let mut body = 0;
    for line in lines(text) {
        if is_marker(&text[line.clone()], "---") {
            if !only_directives(&text[body..line.start]) || body != start {
                push(text, &mut ranges, start..line.start, body);
                start = line.start;
            }
            body = line.start + 3;
        } else if is_marker(&text[line.clone()], "...") {
            push(text, &mut ranges, start..line.end, body);
            (start, body) = (line.end, line.end);
        }
    }
    push(text, &mut ranges, start..text.len(), body);
    ranges
}

/// Keeps a range that has content. A range behind a `---` with nothing in it is an empty document, which no reader of
/// manifests counts.
fn push(text: &str, ranges: &mut Vec<Range<usize>>, range: Range<usize>, body: usize) {
    let content = text.get(body..range.end).unwrap_or_default();
    if significant(content).next().is_some() {
        ranges.push(range);
    }
}

/// White space, which is not all that Unicode has: a wide space is text.
const BLANKS: [char; 2] = [' ', '\t'];

/// The lines that are neither blank, comment nor document end.
fn significant(text: &str) -> impl Iterator<Item = &str> {
    broken(text)
        .map(|line| line.trim_start_matches('\u{feff}').trim_matches(BLANKS))
        .filter(|line| !line.is_empty() && !line.starts_with('#') && *line != "...")
}

/// Whether all there is before a `---` belongs to it: directives, comments, blank lines.
fn only_directives(text: &str) -> bool {
    broken(text).all(|line| {
        let line = line.trim_start_matches('\u{feff}');
        let content = line.trim_start_matches(BLANKS);
        line.starts_with('%') || content.starts_with('#') || content.is_empty()
    })
}

/// What stands between line breaks. A carriage return ends a line by itself too (YAML 1.2.2, 5.4).
fn broken(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = memchr2(b'\n', b'\r', line.as_bytes());
        rest = end.and_then(|end| line.get(end + 1..));
        Some(end.map_or(line, |end| line.get(..end).unwrap_or_default()))
    })
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// The byte range of every line that begins like a marker, its line break included.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut next = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let has_returns = text.contains('\r');
    std::iter::from_fn(move || {
        while next < bytes.len() {
            let start = next;
            let rest = bytes.get(start..)?;
            let end = if has_returns { memchr2(b'\n', b'\r', rest) } else { memchr(b'\n', rest) };
            next = end.map_or(bytes.len(), |length| start + length + 1);
            if bytes.get(next - 1..=next) == Some(b"\r\n") {
                next += 1;
            }
            if rest.starts_with(b"---") || rest.starts_with(b"...") {
                return Some(start..next);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        documents(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn documents_are_cut_at_markers_only() {
        assert_eq!(split("a: 1\n"), ["a: 1\n"]);
        assert_eq!(split("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(split("---\na: 1\n---\n---\nb: 2"), ["---\na: 1\n", "---\nb: 2"]);
        assert_eq!(split("a: |\n  ---\n  x\n---x: 1\n"), ["a: |\n  ---\n  x\n---x: 1\n"]);
        assert_eq!(split("a: 1\n...\n# end\n"), ["a: 1\n...\n"]);
        assert_eq!(split("# only a comment\n\n---\n"), Vec::<&str>::new());
        assert_eq!(split(""), Vec::<&str>::new());
    }

    #[test]
    fn directives_belong_to_the_document_that_follows() {
        assert_eq!(split("%YAML 1.2\n---\na: 1\n"), ["%YAML 1.2\n---\na: 1\n"]);
        assert_eq!(split("a: 1\n...\n%YAML 1.2\n---\nb: 1\n"), ["a: 1\n...\n", "%YAML 1.2\n---\nb: 1\n"]);
        assert_eq!(split("# c\n---\r\na: 1\r\n---\r\nb: 1"), ["# c\n---\r\na: 1\r\n", "---\r\nb: 1"]);
    }

    #[test]
    fn a_carriage_return_ends_a_line() {
        assert_eq!(split("a: 1\r---\rb: 2\r"), ["a: 1\r", "---\rb: 2\r"]);
        assert_eq!(split("#\rt\n---\ny"), ["#\rt\n", "---\ny"]);
        assert_eq!(split("a\r\n...\r\nb"), ["a\r\n...\r\n", "b"]);
    }

    #[test]
    fn a_space_that_is_no_white_space_is_content() {
        assert_eq!(split("\u{2006}\n---\nb"), ["\u{2006}\n", "---\nb"]);
        assert_eq!(split(" \t\r\n---\n \r\n"), Vec::<&str>::new());
    }

    #[test]
    fn a_document_on_the_line_of_its_marker_counts() {
        assert_eq!(split("--- {a: 1}\n--- text\n"), ["--- {a: 1}\n", "--- text\n"]);
    }
}
