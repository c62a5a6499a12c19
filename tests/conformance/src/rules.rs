//! The rules that hold for any input, one file each.

mod between_objects;
mod conversion;
mod count;
mod definition;
mod deterministic;
mod finding;
mod fixed_point;
mod order;
mod per_document;
mod place;
mod read;
mod references;
mod values;

use crate::case::Subject;
use crate::suite::Suite;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The file is read, whatever it holds; one without content gives a finding.
    Read,
    /// As many objects come out as went in, or a finding says which do not.
    Count,
    /// Every value of the input is in the output, and nothing else.
    Values,
    /// Writing and reading a design changes nothing; neither does converting it twice.
    FixedPoint,
    /// A file that its name calls faulty gives a finding.
    Finding,
    /// Every finding lies inside a file.
    Place,
    /// The same input gives the same output.
    Deterministic,
    /// What must exist first is listed first.
    Order,
    /// A file of definitions gives one artifact a document.
    PerDocument,
    /// What a file refers to and does not have is what somebody read in it.
    References,
    /// What is wrong between the objects of a file is what somebody read in it.
    BetweenObjects,
    /// Every definition of a model is read as what it says, or refused with a reason and a place.
    Definition,
    /// Evaluation finds the relationships that it should.
    Relationships,
    /// Evaluation takes the actions that it should.
    Actions,
    /// Fields have the values that they should have after evaluation.
    Fields,
    /// What holds after any evaluation holds.
    Properties,
    /// A policy says of an object what its authors say.
    Verdict,
    /// As a chart that Helm renders, the objects are the same.
    Chart,
    /// Another converter prints objects that do the same.
    Objects,
    /// A project becomes objects without an error.
    Import,
    /// What is written back is a compose file.
    Compose,
    /// A source comes to the objects that its own program makes of it, or a finding says what is left out.
    Built,
    /// The forms of one application come to the same graph.
    Graph,
    /// A live object does as its suite says.
    Health,
}

impl Rule {
    /// All rules in the order in which they are judged.
    pub const ALL: &[Self] = &[
        Self::Read,
        Self::Count,
        Self::Values,
        Self::FixedPoint,
        Self::Finding,
        Self::Place,
        Self::Deterministic,
        Self::Order,
        Self::PerDocument,
        Self::References,
        Self::BetweenObjects,
        Self::Definition,
        Self::Relationships,
        Self::Actions,
        Self::Fields,
        Self::Properties,
        Self::Verdict,
        Self::Chart,
        Self::Objects,
        Self::Import,
        Self::Compose,
        Self::Built,
        Self::Graph,
        Self::Health,
    ];

    /// The name that is printed and that the differences use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Count => "count",
            Self::Values => "values",
            Self::FixedPoint => "fixed-point",
            Self::Finding => "finding",
            Self::Place => "place",
            Self::Deterministic => "deterministic",
            Self::Order => "order",
            Self::PerDocument => "per-document",
            Self::References => "references",
            Self::BetweenObjects => "between-objects",
            Self::Definition => "definition",
            Self::Relationships => "relationships",
            Self::Actions => "actions",
            Self::Fields => "fields",
            Self::Properties => "properties",
            Self::Verdict => "verdict",
            Self::Chart => "chart",
            Self::Objects => "objects",
            Self::Import => "import",
            Self::Compose => "compose",
            Self::Built => "built",
            Self::Graph => "graph",
            Self::Health => "health",
        }
    }

    /// The rule with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }

    /// Whether the rule judges the cases of a suite.
    pub(crate) fn is_for(self, suite: Suite) -> bool {
        match self {
            // It is how the design format names its samples; elsewhere `no-limits.yaml` may be what it says and sound.
            Self::Finding => matches!(suite, Suite::Designs | Suite::DesignsLegacy),
            Self::Order => suite == Suite::Ordering,
            Self::PerDocument => suite == Suite::Definitions,
            Self::References => suite == Suite::References,
            Self::BetweenObjects => suite == Suite::Analyzers,
            Self::Definition => suite == Suite::Models,
            // A definition is nothing that is built.
            Self::Count | Self::Values | Self::FixedPoint => suite != Suite::Models,
            // Suites of evaluation, of policies and of other sources are judged by a program of their own.
            Self::Relationships
            | Self::Actions
            | Self::Fields
            | Self::Properties
            | Self::Verdict
            | Self::Chart
            | Self::Objects
            | Self::Import
            | Self::Compose
            | Self::Built
            | Self::Graph
            | Self::Health => false,
            _ => true,
        }
    }
}

/// How a case breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What the rule wants.
    pub expected: String,
    /// What is there instead.
    pub got: String,
}

impl Fault {
    /// A fault from what was expected and what is there.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into() }
    }
}

/// Judges a case by one rule.
pub(crate) fn check(rule: Rule, subject: &Subject<'_>) -> Vec<Fault> {
    match rule {
        Rule::Read => read::check(subject),
        Rule::Count => count::check(subject),
        Rule::Values => values::check(subject),
        Rule::FixedPoint => fixed_point::check(subject),
        Rule::Finding => finding::check(subject),
        Rule::Place => place::check(subject),
        Rule::Deterministic => deterministic::check(subject),
        Rule::Order => order::check(subject),
        Rule::PerDocument => per_document::check(subject),
        Rule::References => references::check(subject),
        Rule::BetweenObjects => between_objects::check(subject),
        Rule::Definition => definition::check(subject),
        Rule::Relationships
        | Rule::Actions
        | Rule::Fields
        | Rule::Properties
        | Rule::Verdict
        | Rule::Chart
        | Rule::Objects
        | Rule::Import
        | Rule::Compose
        | Rule::Built
        | Rule::Graph
        | Rule::Health => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_by_its_name() {
        for rule in Rule::ALL {
            assert_eq!(Rule::named(rule.name()), Some(*rule));
        }
        assert_eq!(Rule::named("no-such-rule"), None);
    }
}
