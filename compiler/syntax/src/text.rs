//! The text of one input file, and how byte offsets become lines and columns.

use std::sync::{Arc, OnceLock};

use design_vocabulary::{FileId, Span};
use memchr::memchr_iter;

/// The text of one input file under the name that findings use.
#[derive(Debug)]
pub struct SourceText {
    id: FileId,
    path: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
    /// How many characters stand before each block of [`BLOCK`] bytes; made where a line is longer than that. Empty where
    /// each byte is a character.
    counted: OnceLock<Vec<u32>>,
}

/// Up to so many bytes are counted anew for each place: in a text of one line, whoever counted from its beginning each time
/// would read all of it for every finding.
const BLOCK: usize = 1 << 10;

/// A byte order mark is no column: editors do not show one.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

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
        Arc::new(Self {
            id,
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            counted: OnceLock::new(),
        })
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

    /// The range of the whole lines that hold a range, without the break behind the last one.
    pub fn lines(&self, start: u32, end: u32) -> (u32, u32) {
        let starts = self.line_starts();
        let line = starts.partition_point(|begin| *begin <= start).max(1);
        let behind = starts.partition_point(|begin| *begin <= end.max(start));
        let end = starts.get(behind).map_or(to_u32(self.text.len()), |next| next - 1);
        (starts.get(line - 1).copied().unwrap_or(0), end)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(&self.text))
    }

    fn line_and_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).map_or(0, |start| *start as usize);
        let offset = (offset as usize).min(self.text.len());
        let bytes = self.text.as_bytes();
        let before = if offset.saturating_sub(start) <= BLOCK {
            characters(bytes, start, offset)
        } else {
            self.characters_before(offset).saturating_sub(self.characters_before(start))
        };
        (to_u32(line), to_u32(before + 1))
    }

    fn characters_before(&self, offset: usize) -> usize {
        let counted =
            self.counted.get_or_init(|| if self.text.is_ascii() { Vec::new() } else { counts(self.text.as_bytes()) });
        if counted.is_empty() {
            return offset;
        }
        let block = offset / BLOCK;
        let before = counted.get(block).map_or(0, |count| *count as usize);
        before + characters(self.text.as_bytes(), block * BLOCK, offset)
    }
}

/// How many characters begin in a range of bytes, byte order marks left out.
fn characters(bytes: &[u8], start: usize, end: usize) -> usize {
    let part = bytes.get(start..end).unwrap_or_default();
    let begin = part.iter().filter(|byte| *byte & 0xC0 != 0x80).count();
    let is_mark = |at: &usize| bytes.get(start + at..).is_some_and(|rest| rest.starts_with(BYTE_ORDER_MARK));
    begin - memchr_iter(0xEF, part).filter(is_mark).count()
}

fn counts(bytes: &[u8]) -> Vec<u32> {
    let mut total = 0;
    let mut counted = vec![0];
    for start in (0..bytes.len()).step_by(BLOCK) {
        total += characters(bytes, start, (start + BLOCK).min(bytes.len()));
        counted.push(to_u32(total));
    }
    counted
}

fn line_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    starts.extend(memchr_iter(b'\n', text.as_bytes()).map(|index| to_u32(index + 1)));
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

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let line = "ä\u{feff}x€😀, ".repeat(700);
        let text = format!("first\n{line}\nlast {line}");
        let source = SourceText::new(FileId(0), "a.json", text.as_str());
        for (offset, _) in text.char_indices().step_by(37).chain([(text.len(), ' ')]) {
            let before = text.get(..offset).unwrap();
            let of_line = before.rsplit('\n').next().unwrap();
            let column = of_line.chars().filter(|character| *character != '\u{feff}').count() + 1;
            let place = source.place(Span::new(FileId(0), to_u32(offset), to_u32(offset)));
            assert_eq!((place.line as usize, place.column as usize), (before.matches('\n').count() + 1, column));
        }
        let second = (6, 6 + to_u32(line.len()));
        assert_eq!((source.lines(8, 9), source.lines(6, 6), source.lines(9, second.1)), (second, second, second));
        assert_eq!(source.lines(second.1 + 1, second.1 + 2), (second.1 + 1, to_u32(text.len())));
    }
}
