//! What the policies that the program carries found, in words.

use design_vocabulary::{Finding, Severity, Span};

use crate::find_rule;

/// A policy of ours that was broken.
#[derive(Clone, Copy, Debug)]
pub struct Broken<'a> {
    /// The set, which has the name of its rule.
    pub set: &'a str,
    /// The policy, as `SET/NAME`.
    pub policy: &'a str,
    /// What it says.
    pub message: &'a str,
    /// The way out.
    pub help: &'a str,
}

/// The finding; `None` for a set that has no rule.
pub fn word_policy(broken: Broken<'_>, severity: Severity, place: Span) -> Option<Finding> {
    let Broken { set, policy, message, help } = broken;
    let mut finding = find_rule(set)?.finding(format!("{message} ({policy})"), place).help(help);
    finding.severity = severity;
    Some(finding)
}
