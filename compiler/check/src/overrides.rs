//! What a project says of rules: how much their findings weigh, or that they do not count.

use std::collections::BTreeMap;

use design_vocabulary::{Code, Finding, Severity};

use crate::rules::{self, RULES};
use crate::{find_rule, nearest_name};

/// The severities that a project gives to rules; `None`: its findings are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides(BTreeMap<Code, Option<Severity>>);

impl Overrides {
    /// Sets the severity of a rule, named by its code or its name. The error is the nearest name where there is no such
    /// rule and one is near.
    pub fn set(&mut self, rule: &str, severity: Option<Severity>) -> Result<(), Option<&'static str>> {
        let Some(found) = find_rule(rule) else {
            return Err(nearest_name(rule, RULES.iter().map(|rule| rule.name)));
        };
        self.0.insert(found.code, severity);
        Ok(())
    }

    /// Sets the severity of a rule; `None`: its findings are ignored.
    pub fn weigh(&mut self, rule: &crate::Rule, severity: Option<Severity>) {
        self.0.insert(rule.code, severity);
    }

    /// Makes errors of what keeps an empty cluster from being brought up: references that lead nowhere, and circles.
    pub fn close(&mut self) {
        for rule in [
            &rules::dependency_cycle::RULE,
            &rules::missing_object::RULE,
            &rules::absent_host::RULE,
            &rules::selects_nothing::RULE,
        ] {
            self.0.insert(rule.code, Some(Severity::Error));
        }
    }

    /// Gives the findings the severities that were set, and takes out those of ignored rules. Returns how many those
    /// were.
    pub fn apply(&self, findings: &mut Vec<Finding>) -> usize {
        let before = findings.len();
        findings.retain(|finding| self.0.get(&finding.code) != Some(&None));
        for finding in findings.iter_mut() {
            if let Some(Some(severity)) = self.0.get(&finding.code) {
                finding.severity = *severity;
            }
        }
        before - findings.len()
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::{FileId, Span};

    use super::*;

    #[test]
    fn rules_weigh_what_the_project_says() {
        let mut overrides = Overrides::default();
        overrides.set("D0301", Some(Severity::Note)).unwrap();
        overrides.set("duplicate-key", None).unwrap();
        assert_eq!(overrides.set("duplicate-kye", None), Err(Some("duplicate-key")));
        let span = Span::start_of(FileId(0));
        let finding = |code| Finding::new(Code(code), Severity::Error, "it is wrong", span);
        let mut findings = vec![finding("D0102"), finding("D0301"), finding("D0302")];
        assert_eq!(overrides.apply(&mut findings), 1);
        let left: Vec<_> = findings.iter().map(|finding| (finding.code.0, finding.severity)).collect();
        assert_eq!(left, [("D0301", Severity::Note), ("D0302", Severity::Error)]);
    }
}
