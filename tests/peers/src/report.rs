//! The table, and what follows from it.

use crate::format;
use crate::series::Series;

/// What was measured, in the order in which it was measured.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
    notes: Vec<String>,
}

/// One work on one input.
#[derive(Debug)]
pub struct Row {
    /// The work.
    pub work: &'static str,
    /// How many objects the input has, where that is what a row differs in from the next.
    pub objects: Option<u64>,
    /// The input, for people.
    pub size: String,
    /// Our runs.
    pub ours: Series,
    /// The peer's.
    pub peer: Beside,
}

/// What stands beside our work.
#[derive(Debug)]
pub enum Beside {
    /// A peer and its runs.
    Measured(&'static str, Series),
    /// A peer and why it was not run.
    Missing(&'static str, &'static str),
}

impl Beside {
    /// The peer's runs, if it ran.
    pub fn series(&self) -> Option<&Series> {
        match self {
            Self::Measured(_, series) => Some(series),
            Self::Missing(..) => None,
        }
    }
}

const HEADER: [&str; 10] =
    ["work", "size", "ours", "peer", "ratio", "our CPU-s", "peer CPU-s", "our peak MiB", "peer peak MiB", "runs"];

/// The columns that are aligned to the left: those of words.
const WORDS: [usize; 2] = [0, 1];

impl Report {
    /// Adds a row.
    pub fn row(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds a sentence that is printed below the table, once.
    pub fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The last row.
    pub fn last(&self) -> Option<&Row> {
        self.rows.last()
    }

    /// Our peak in the last row.
    pub fn last_peak(&self) -> Option<u64> {
        self.rows.last()?.ours.peak()
    }

    /// The table, the growth of our processor time from n to 10n, and the notes.
    pub fn render(&self) -> String {
        let mut text = String::new();
        if !self.rows.is_empty() {
            let rows: Vec<_> = self.rows.iter().map(Row::cells).collect();
            text.push_str(&aligned(&rows));
        }
        let growth = self.growth();
        for line in growth.iter().chain(&self.notes) {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    fn growth(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for small in &self.rows {
            let Some(objects) = small.objects else { continue };
            let large = self.rows.iter().find(|row| row.work == small.work && row.objects == Some(10 * objects));
            if let Some(large) = large {
                let grown = large.ours.cpu().as_secs_f64() / small.ours.cpu().as_secs_f64();
                let (from, to) = (format::count(objects), format::count(10 * objects));
                lines.push(format!("growth of our CPU: {} {from} -> {to}: {}", small.work, format::factor(grown)));
            }
        }
        lines
    }
}

impl Row {
    fn cells(&self) -> [String; 10] {
        let none = || "-".to_owned();
        let processor = |series: &Series| format::digits(series.cpu().as_secs_f64());
        let peak = |series: &Series| series.peak().map_or_else(none, format::mebibytes);
        let ours = (times(&self.ours), processor(&self.ours), peak(&self.ours), self.ours.runs());
        let (peer, ratio, peer_processor, peer_peak, peer_runs) = match &self.peer {
            Beside::Measured(name, theirs) => (
                format!("{name} {}", times(theirs)),
                format::factor(theirs.wall().as_secs_f64() / self.ours.wall().as_secs_f64()),
                processor(theirs),
                peak(theirs),
                theirs.runs(),
            ),
            Beside::Missing(name, reason) => (format!("{name}: {reason}"), none(), none(), none(), 0),
        };
        let runs = format!("{}/{peer_runs}", ours.3);
        [self.work.to_owned(), self.size.clone(), ours.0, peer, ratio, ours.1, peer_processor, ours.2, peer_peak, runs]
    }
}

/// The median and, of several runs, the range.
fn times(series: &Series) -> String {
    let median = format::duration(series.wall());
    if series.runs() < 2 {
        return median;
    }
    let (least, most) = series.range();
    format!("{median} ({} - {})", format::duration(least), format::duration(most))
}

fn aligned(rows: &[[String; 10]]) -> String {
    let header = HEADER.map(str::to_owned);
    let mut widths = [0; 10];
    for row in std::iter::once(&header).chain(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let rule = widths.map(|width| "-".repeat(width));
    let mut text = String::new();
    for row in [&header, &rule].into_iter().chain(rows) {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if WORDS.contains(&column) { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::series::Sample;

    fn series(millis: u64, runs: usize) -> Series {
        let time = Duration::from_millis(millis);
        Series::new(vec![Sample { wall: time, cpu: time, peak: Some(3 << 20) }; runs]).unwrap()
    }

    fn row(objects: u64, millis: u64, peer: Beside) -> Row {
        Row { work: "build", objects: Some(objects), size: format::count(objects), ours: series(millis, 2), peer }
    }

    #[test]
    fn a_missing_peer_is_said_and_growth_is_from_n_to_ten_n() {
        let mut report = Report::default();
        report.row(row(1000, 10, Beside::Measured("kustomize", series(2000, 1))));
        report.row(row(10_000, 95, Beside::Missing("kustomize", "absent")));
        report.note("a note".to_owned());
        let text = report.render();
        assert!(text.contains("kustomize: absent"), "{text}");
        assert!(text.contains("kustomize 2.00 s   200x"), "{text}");
        assert!(text.ends_with("growth of our CPU: build 1,000 -> 10,000: 9.50x\na note\n"), "{text}");
        let widths: Vec<_> = text.lines().take(2).map(str::len).collect();
        assert_eq!(widths.first(), widths.last(), "{text}");
    }
}
