//! What came of a run, and how it is printed.

use std::collections::BTreeSet;
use std::fmt;

use crate::judge::Judged;
use crate::{Differences, Rule};

/// What came of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// One row a suite, in the order of the suites.
    pub rows: Vec<Row>,
    /// The suites that the folder does not hold.
    pub skipped: Vec<&'static str>,
    /// The suites for which a program is missing, and that program.
    pub without: Vec<(&'static str, &'static str)>,
    /// What does not agree, by suite and case.
    pub disagreements: Vec<Disagreement>,
    /// What is wrong with the run itself: a folder that cannot be read, a malformed or outdated difference.
    pub faults: Vec<String>,
}

/// The counts of one suite. Every case is in exactly one of the last three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name of the suite.
    pub suite: &'static str,
    /// The number of cases.
    pub cases: usize,
    /// Cases that break no rule.
    pub agree: usize,
    /// Cases that break only rules that the differences name.
    pub deliberate: usize,
    /// Cases that break another rule, or for which a difference is named that does not show.
    pub disagree: usize,
}

/// One rule that one case breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The path of the case below the folder of the suites.
    pub case: String,
    /// The rule.
    pub rule: Rule,
    /// What the rule wants.
    pub expected: String,
    /// What is there instead.
    pub got: String,
}

impl Outcome {
    /// Whether nothing disagrees.
    pub fn agrees(&self) -> bool {
        self.disagreements.is_empty() && self.faults.is_empty()
    }

    /// Adds a row for a suite and the disagreements of its cases.
    pub(crate) fn add(&mut self, suite: &'static str, judged: Vec<Judged>, differences: &Differences) {
        let mut row = Row { suite, cases: judged.len(), agree: 0, deliberate: 0, disagree: 0 };
        for Judged { case, disagreements } in judged {
            let broken: BTreeSet<Rule> = disagreements.iter().map(|disagreement| disagreement.rule).collect();
            let listed = |rule: Rule| differences.reason(&case, rule);
            let mut counted: Vec<Disagreement> =
                disagreements.into_iter().filter(|disagreement| listed(disagreement.rule).is_none()).collect();
            counted.extend(Rule::ALL.iter().copied().filter(|rule| !broken.contains(rule)).filter_map(|rule| {
                let reason = listed(rule)?;
                Some(Disagreement {
                    case: case.clone(),
                    rule,
                    expected: format!("the difference that is listed ({reason})"),
                    got: "agreement".to_owned(),
                })
            }));
            match (counted.is_empty(), broken.is_empty()) {
                (true, true) => row.agree += 1,
                (true, false) => row.deliberate += 1,
                (false, _) => row.disagree += 1,
            }
            self.disagreements.extend(counted);
        }
        self.rows.push(row);
    }
}

impl fmt::Display for Outcome {
    /// The table, then the suites that are not there, then a line for each disagreement.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["suite", "cases", "agree", "deliberate differences", "disagree"].map(str::to_owned);
        let counts = |row: &Row| [row.cases, row.agree, row.deliberate, row.disagree].map(|count| count.to_string());
        let mut lines = vec![head];
        for row in &self.rows {
            let [cases, agree, deliberate, disagree] = counts(row);
            lines.push([row.suite.to_owned(), cases, agree, deliberate, disagree]);
        }
        let mut widths = [0; 5];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.len());
            }
        }
        let [first, second, third, fourth, fifth] = widths;
        for [suite, cases, agree, deliberate, disagree] in &lines {
            writeln!(
                formatter,
                "{suite:<first$}  {cases:>second$}  {agree:>third$}  {deliberate:>fourth$}  {disagree:>fifth$}"
            )?;
        }
        for suite in &self.skipped {
            writeln!(formatter, "{suite}: skipped, the folder does not hold it")?;
        }
        for (suite, program) in &self.without {
            writeln!(formatter, "{suite}: skipped, {program} is not there")?;
        }
        if !self.agrees() {
            writeln!(formatter)?;
        }
        for disagreement in &self.disagreements {
            writeln!(formatter, "{disagreement}")?;
        }
        for fault in &self.faults {
            writeln!(formatter, "{fault}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: expected {}, got {}", self.case, self.rule.name(), self.expected, self.got)
    }
}
