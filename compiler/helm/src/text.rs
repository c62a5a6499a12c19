//! Text that remembers where its parts come from.
//!
//! A template writes text, not values. So that a value of an object still knows its place, every piece of text carries
//! marks: this range was written in that template, that one stands verbatim in a values file. Functions that only move
//! text (`nindent`, `quote`, `toYaml`, `include`) keep the marks.

use std::ops::Range;

use design_vocabulary::{FileId, Span};

/// A text with the places of its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text {
    text: String,
    /// In the order of their ranges, which do not overlap.
    marks: Vec<Mark>,
}

/// Where a range of a text comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    start: usize,
    end: usize,
    file: FileId,
    /// The first byte there, and the byte behind the last one.
    from: (u32, u32),
    /// Whether the bytes stand there one by one; otherwise the whole range was made from all of it.
    written: bool,
}

impl Mark {
    fn span_at(self, offset: usize) -> Span {
        if !self.written {
            return Span::new(self.file, self.from.0, self.from.1);
        }
        let start = self.from.0.saturating_add(to_u32(offset.saturating_sub(self.start)));
        Span::new(self.file, start.min(self.from.1), self.from.1)
    }

    /// The part of the mark that lies in a range, which becomes a text of its own.
    fn cut(self, range: &Range<usize>) -> Option<Self> {
        let (start, end) = (self.start.max(range.start), self.end.min(range.end));
        if start >= end {
            return None;
        }
        let from = if self.written { (self.span_at(start).start, self.from.1) } else { self.from };
        Some(Self { start: start - range.start, end: end - range.start, from, ..self })
    }
}

impl Text {
    /// A text of unknown origin.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), marks: Vec::new() }
    }

    /// A text that was made from one place as a whole.
    pub fn made(text: impl Into<String>, at: Option<Span>) -> Self {
        let mut made = Self::plain(text);
        if let Some(at) = at {
            made.cover(at);
        }
        made
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds text of unknown origin.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text that stands at a place byte by byte.
    pub fn push_written(&mut self, text: &str, at: Span) {
        self.push_marked(text, at, true);
    }

    /// Adds text that was made from a place as a whole.
    pub fn push_made(&mut self, text: &str, at: Span) {
        self.push_marked(text, at, false);
    }

    fn push_marked(&mut self, text: &str, at: Span, written: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        if start < self.text.len() {
            self.marks.push(Mark { start, end: self.text.len(), file: at.file, from: (at.start, at.end), written });
        }
    }

    /// Adds a text with its places; what has none was made from `at`.
    pub fn push_text(&mut self, other: &Self, at: Option<Span>) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        let mut behind = 0;
        for mark in &other.marks {
            self.fill(shift + behind, shift + mark.start, at);
            self.marks.push(Mark { start: mark.start + shift, end: mark.end + shift, ..*mark });
            behind = mark.end;
        }
        self.fill(shift + behind, shift + other.text.len(), at);
    }

    /// Says of all parts without a place that they were made from one.
    pub fn cover(&mut self, at: Span) {
        let own = std::mem::take(self);
        self.push_text(&own, Some(at));
    }

    fn fill(&mut self, start: usize, end: usize, at: Option<Span>) {
        if let Some(at) = at.filter(|_| start < end) {
            self.marks.push(Mark { start, end, file: at.file, from: (at.start, at.end), written: false });
        }
    }

    /// A part of the text; empty where the range does not fall on characters.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let Some(text) = self.text.get(range.clone()) else { return Self::default() };
        // Marks are sorted, so those that matter are next to each other.
        let first = self.marks.partition_point(|mark| mark.end <= range.start);
        let marks = self.marks.iter().skip(first).take_while(|mark| mark.start < range.end);
        Self { text: text.to_owned(), marks: marks.filter_map(|mark| mark.cut(&range)).collect() }
    }

    /// The part of the text that a part of its string is.
    pub fn part(&self, part: &str) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.slice(start..start + part.len())
    }

    /// Where the byte at an offset comes from.
    pub fn origin(&self, offset: usize) -> Option<Span> {
        let position = self.marks.partition_point(|mark| mark.end <= offset);
        let mark = self.marks.get(position)?;
        (mark.start <= offset).then(|| mark.span_at(offset))
    }

    /// Where the bytes of a range come from: the place of the first, as far as the range goes on there.
    pub fn origin_of(&self, range: Range<usize>) -> Option<Span> {
        let position = self.marks.partition_point(|mark| mark.end <= range.start);
        let mark = self.marks.get(position).filter(|mark| mark.start <= range.start)?;
        let span = mark.span_at(range.start);
        if !mark.written {
            return Some(span);
        }
        let length = to_u32(range.end.min(mark.end).saturating_sub(range.start));
        Some(Span::new(span.file, span.start, (span.start + length).min(span.end)))
    }

    /// Where a range comes from, if all of it comes from one place.
    pub fn whole_origin(&self, range: Range<usize>) -> Option<Span> {
        let position = self.marks.partition_point(|mark| mark.end <= range.start);
        let mark = self.marks.get(position)?;
        let covers = mark.start <= range.start && range.end <= mark.end && range.start < range.end;
        if covers { self.origin_of(range) } else { None }
    }

    /// Where the first part of a range stands that a template wrote as it is.
    pub fn written_origin(&self, range: Range<usize>) -> Option<Span> {
        let first = self.marks.partition_point(|mark| mark.end <= range.start);
        let mut within = self.marks.iter().skip(first).take_while(|mark| mark.start < range.end);
        within.find(|mark| mark.written).map(|mark| mark.span_at(mark.start.max(range.start)))
    }

    /// The text without every occurrence of a word.
    pub fn without(&self, word: &str) -> Self {
        self.replace(word, "")
    }

    /// The text with another word for every occurrence of one; what was put in was made where the old one was.
    pub fn replace(&self, old: &str, new: &str) -> Self {
        if old.is_empty() || !self.text.contains(old) {
            let same = self.text == self.text.replace(old, new);
            return if same { self.clone() } else { Self::plain(self.text.replace(old, new)) };
        }
        let mut made = Self::default();
        let mut behind = 0;
        for (start, found) in self.text.match_indices(old) {
            made.push_text(&self.slice(behind..start), None);
            match self.origin(start) {
                Some(at) => made.push_made(new, at),
                None => made.push(new),
            }
            behind = start + found.len();
        }
        made.push_text(&self.slice(behind..self.text.len()), None);
        made
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: u32, end: u32) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn a_part_keeps_the_places_of_its_bytes() {
        let mut text = Text::default();
        text.push_written("name: ", at(10, 16));
        text.push_made("web", at(40, 44));
        text.push_written("\nkind: X\n", at(24, 33));
        assert_eq!(text.origin(0), Some(at(10, 16)));
        assert_eq!(text.origin(7), Some(at(40, 44)));
        assert_eq!(text.origin_of(10..14), Some(at(25, 29)));
        let part = text.slice(6..14);
        assert_eq!(part.as_str(), "web\nkind");
        assert_eq!((part.origin(1), part.origin(4)), (Some(at(40, 44)), Some(at(25, 33))));
        let replaced = text.replace("web", "shop");
        assert_eq!(replaced.as_str(), "name: shop\nkind: X\n");
        assert_eq!((replaced.origin(8), replaced.origin(11)), (Some(at(40, 44)), Some(at(25, 33))));
    }

    #[test]
    fn what_has_no_place_gets_that_of_the_action() {
        let mut inner = Text::plain("a");
        inner.push_made("b", at(1, 2));
        inner.push("c");
        let mut text = Text::default();
        text.push_text(&inner, Some(at(5, 9)));
        assert_eq!([0, 1, 2].map(|offset| text.origin(offset)), [Some(at(5, 9)), Some(at(1, 2)), Some(at(5, 9))]);
        assert_eq!(text.origin(3), None);
    }
}
