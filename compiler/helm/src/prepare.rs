//! Makes a template ready for its parser, and tells of what that does not see.
//!
//! The parser trims text behind a comment that only asks to be trimmed before it, and takes a block that is not closed, or
//! closed twice, for the end. So comments become empty texts of the same length here, and blocks are counted.

/// Blocks inside each other; the parser has a limit near this one, without a place.
const DEPTH: usize = 90;

/// `else if` in a row.
const ALTERNATIVES: usize = 500;

/// What is wrong with a template, and the byte where it is.
pub(crate) type Misplaced = (String, usize);

/// The text of a template without comments; every byte stays where it is.
pub(crate) fn prepare(source: &str) -> Result<String, Misplaced> {
    let mut output = String::with_capacity(source.len());
    let mut blocks = Blocks::default();
    let mut rest = source;
    while let Some(at) = rest.find("{{") {
        let start = source.len() - rest.len() + at;
        let action = Action::read(source, start)?;
        output.push_str(&rest[..at]);
        if action.comment {
            output.push_str(&blank(&source[start..action.end]));
        } else {
            blocks.take(&source[action.inner.0..action.inner.1], start)?;
            output.push_str(&source[start..action.end]);
        }
        rest = &source[action.end..];
    }
    blocks.finish()?;
    output.push_str(rest);
    Ok(output)
}

/// The place of one `{{ … }}`.
struct Action {
    comment: bool,
    /// What stands between the delimiters.
    inner: (usize, usize),
    /// The byte behind it.
    end: usize,
}

impl Action {
    fn read(source: &str, start: usize) -> Result<Self, Misplaced> {
        let mut at = start + 2;
        let text = &source[at..];
        if text.starts_with('-') && text[1..].starts_with([' ', '\t', '\r', '\n']) {
            at += 2;
        }
        if source[at..].starts_with("/*") {
            let close = source[at..].find("*/").ok_or_else(|| ("the comment is not closed".to_owned(), start))?;
            let behind = &source[at + close + 2..];
            let length = behind.find("}}").ok_or_else(|| ("the action is not closed".to_owned(), start))?;
            if !matches!(behind[..length].trim(), "" | "-") {
                return Err(("nothing but `}}` may stand behind a comment".to_owned(), start));
            }
            return Ok(Self { comment: true, inner: (at, at), end: at + close + 2 + length + 2 });
        }
        let inner = at;
        let mut letters = source[at..].char_indices();
        while let Some((index, letter)) = letters.next() {
            match letter {
                '}' if source[at + index..].starts_with("}}") => {
                    return Ok(Self { comment: false, inner: (inner, at + index), end: at + index + 2 });
                }
                '"' | '\'' | '`' => {
                    let mut escaped = false;
                    let closed = letters.by_ref().any(|(_, other)| {
                        let closes = other == letter && !escaped;
                        escaped = other == '\\' && !escaped && letter != '`';
                        closes
                    });
                    if !closed {
                        return Err(("the text in quotes is not closed".to_owned(), at + index));
                    }
                }
                _ => {}
            }
        }
        Err(("the action is not closed".to_owned(), start))
    }
}

/// A comment as an empty text: the trim marks stay, every other letter becomes a space.
fn blank(comment: &str) -> String {
    let open = comment.find("/*").unwrap_or(0);
    let close = comment.rfind("*/").map_or(comment.len(), |at| at + 2);
    let mut output = comment[..open].to_owned();
    output.push_str("\"\"");
    // A line feed ends no action, and lines have to be counted.
    let spaces = comment[open..close].bytes().skip(2).map(|byte| if byte == b'\n' { '\n' } else { ' ' });
    output.extend(spaces);
    output.push_str(&comment[close..]);
    output
}

/// The blocks that are open.
#[derive(Default)]
struct Blocks {
    /// The byte where each began, whether it may have an `else`, and how many it had.
    open: Vec<(usize, bool, usize)>,
}

impl Blocks {
    fn take(&mut self, inner: &str, at: usize) -> Result<(), Misplaced> {
        let inner = inner.trim_start();
        let end = inner.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(inner.len());
        match &inner[..end] {
            "if" | "with" | "range" => self.open.push((at, true, 0)),
            "define" | "block" => self.open.push((at, false, 0)),
            "else" => {
                let Some((_, true, alternatives)) = self.open.last_mut() else {
                    return Err(("this `else` belongs to nothing".to_owned(), at));
                };
                *alternatives += 1;
                if *alternatives > ALTERNATIVES {
                    return Err(("there are too many alternatives in a row".to_owned(), at));
                }
            }
            "end" if self.open.pop().is_none() => return Err(("this `end` belongs to nothing".to_owned(), at)),
            _ => {}
        }
        if self.open.len() > DEPTH {
            return Err(("blocks are nested too deep".to_owned(), at));
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Misplaced> {
        match self.open.last() {
            Some((at, ..)) => Err(("this block has no `end`".to_owned(), *at)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_empty_texts_of_the_same_length() {
        let source = "a: 1\n{{- /* a }} comment\n*/}}\nb: {{ \"}}\" }}\n";
        let prepared = prepare(source).unwrap();
        assert_eq!(prepared.len(), source.len());
        let blanks = " ".repeat(" a }} comment".len());
        assert_eq!(prepared, ["a: 1\n{{- \"\"", &blanks, "\n  }}\nb: {{ \"}}\" }}\n"].concat());
    }

    #[test]
    fn blocks_are_counted() {
        let fault = |source: &str| prepare(source).unwrap_err();
        assert_eq!(fault("{{ if . }}\n").1, 0);
        assert_eq!(fault("a {{ end }}").1, 2);
        assert_eq!(fault("{{ else }}").1, 0);
        assert_eq!(fault("{{ define \"a\" }}{{ else }}{{ end }}").1, 16);
        assert_eq!(fault("x {{ \"a").1, 5);
        assert_eq!(fault("x {{ . ").1, 2);
        assert!(prepare("{{ if . }}{{ else if . }}{{ else }}{{ end }}{{ with . }}{{ end }}").is_ok());
    }
}
