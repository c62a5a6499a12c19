//! The text of one input file, and how byte offsets become lines and columns.

use std::sync::{Arc, OnceLock};

use design_vocabulary::{FileId, Span};

/// The text of one input file under the name that findings use.
#[derive(Debug)]
pub struct SourceText {
    id: FileId,
    path: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

/// A place as people count: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line of the first character.
    pub line: u32,
    /// The column of the first character.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column behind the last character.
    pub end_column: u32,
}

impl SourceText {
    /// A file's text; `path` is what findings print, and the text holds less than 4 GiB (the reader's limit sees to it).
    pub fn new(id: FileId, path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { id, path: path.into(), text: text.into(), line_starts: OnceLock::new() })
    }

    /// The number of the file in this run.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The path as findings print it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a range of bytes; empty where the range does not fall on characters of this text.
    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Lines and columns of a span of this file. The lines are counted once, at the first call.
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = self.line_and_column(span.start);
        let (end_line, end_column) = self.line_and_column(span.end.max(span.start));
        Place { line, column, end_line, end_column }
    }

    fn line_and_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let before = self.slice(start, offset.min(to_u32(self.text.len())));
        // A byte order mark is no column: editors do not show one.
        let characters = before.chars().filter(|character| *character != '\u{feff}').count();
        (to_u32(line), to_u32(characters + 1))
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| to_u32(index + 1)));
    starts
}

/// Offsets fit 32 bits because the limit on a file's size does; a larger one is clamped rather than wrapped.
pub(crate) fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_the_end_is_exclusive() {
        let source = SourceText::new(FileId(0), "a.yaml", "\u{feff}ä: x\r\nname: web\n");
        let place = |start, end| source.place(Span::new(FileId(0), start, end));
        assert_eq!(place(3, 5), Place { line: 1, column: 1, end_line: 1, end_column: 2 });
        let name = to_u32(source.text().find("web").unwrap());
        assert_eq!(place(name, name + 3), Place { line: 2, column: 7, end_line: 2, end_column: 10 });
        let end = to_u32(source.text().len());
        assert_eq!(place(end, end), Place { line: 3, column: 1, end_line: 3, end_column: 1 });
    }
}
