//! Bytes of a text, and the lines and columns that an editor counts.

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what every editor can.
    #[default]
    Utf16,
}

/// A place as an editor counts: line and column from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in units of the encoding.
    pub column: u32,
}

impl Encoding {
    /// The byte of a position. One behind the end of its line is that end, one behind the last line the end of the text; one
    /// inside a character is its beginning.
    pub fn offset(self, text: &str, position: Position) -> usize {
        let start = if position.line == 0 {
            0
        } else {
            let breaks = text.match_indices('\n');
            breaks.map(|(index, _)| index + 1).nth(position.line as usize - 1).unwrap_or(text.len())
        };
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut column = 0;
        for (index, character) in line.char_indices() {
            column += self.width(character);
            if column > position.column {
                return start + index;
            }
        }
        start + line.len()
    }

    /// The position of a byte; of one inside a character, or behind the text, the nearest before it.
    pub fn position(self, text: &str, offset: usize) -> Position {
        Lines::of(text).position(self, offset)
    }

    fn width(self, character: char) -> u32 {
        let width = match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
        };
        u32::try_from(width).unwrap_or(u32::MAX)
    }
}

/// Where the lines of a text begin: for who asks for many positions.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of a text.
    pub fn of(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index + 1);
        Self { text, starts: [0].into_iter().chain(breaks).collect() }
    }

    /// The position of a byte, as [`Encoding::position`].
    pub fn position(&self, encoding: Encoding, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let column = before.chars().map(|character| encoding.width(character)).sum();
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_bytes_lead_to_each_other() {
        let text = "a: ü😀x\r\nb: 1\n";
        for (encoding, column) in [(Encoding::Utf8, 9), (Encoding::Utf16, 6)] {
            let offset = text.find('x').unwrap();
            assert_eq!(encoding.position(text, offset), Position { line: 0, column });
            assert_eq!(encoding.offset(text, Position { line: 0, column }), offset);
            for (offset, _) in text.char_indices().filter(|(_, character)| !matches!(character, '\n' | '\r')) {
                assert_eq!(encoding.offset(text, encoding.position(text, offset)), offset);
            }
        }
        let place = |line, column| Encoding::Utf16.offset(text, Position { line, column });
        assert_eq!(
            (place(0, 99), place(1, 3), place(9, 0)),
            (text.find('\r').unwrap(), text.find('1').unwrap(), text.len())
        );
        // The second half of a pair is no place of its own.
        assert_eq!(place(0, 5), text.find('😀').unwrap());
        assert_eq!(Encoding::Utf16.position(text, text.len() + 5), Position { line: 2, column: 0 });
    }
}
