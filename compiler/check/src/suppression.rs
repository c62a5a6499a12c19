//! Findings that a comment beside the value says are meant: `# design: ignore D0309 the vault makes it`.

use design_source::SourceMap;
use design_vocabulary::{Code, Finding, Span};

use crate::{find_rule, rules};

/// How a comment begins that speaks to this program.
const COMMENT: &str = "design:";

/// A finding that a comment says is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why it is meant, in the words of the comment.
    pub reason: String,
}

/// One comment.
struct Suppression {
    codes: Vec<Code>,
    reason: String,
    comment: Span,
    subject: Span,
    is_used: bool,
}

impl Suppression {
    fn begins_by(&self, place: Span) -> bool {
        (self.subject.file, self.subject.start) <= (place.file, place.start)
    }

    fn ends_before(&self, place: Span) -> bool {
        (self.subject.file, self.subject.end) < (place.file, place.start)
    }

    fn covers(&self, finding: &Finding, place: Span) -> bool {
        self.subject.contains(place) && self.codes.contains(&finding.code)
    }
}

/// Takes the findings that comments say are meant out of a list, and adds one for each comment that is not understood, says
/// no reason, or has nothing to ignore.
pub fn suppress<'a>(maps: impl Iterator<Item = &'a SourceMap>, findings: &mut Vec<Finding>) -> Vec<Suppressed> {
    let mut suppressions = Vec::new();
    let mut faults = Vec::new();
    for document in maps.flat_map(SourceMap::documents) {
        for comment in document.comments() {
            let text = document.source().slice(comment.span.start, comment.span.end);
            let Some(order) = text.trim_start_matches('#').trim_start().strip_prefix(COMMENT) else { continue };
            let order = order.trim();
            if !order.starts_with("ignore") {
                continue;
            }
            match read(order) {
                Ok((codes, reason)) => suppressions.push(Suppression {
                    codes,
                    reason,
                    comment: comment.span,
                    subject: document.subject(comment),
                    is_used: false,
                }),
                Err(fault) => faults.push(rules::incomplete_suppression::finding(&fault, comment.span)),
            }
        }
    }
    if suppressions.is_empty() {
        findings.extend(faults);
        return Vec::new();
    }
    // Both in the order of the text, so that a finding looks only at the comments whose subject is open where it stands:
    // there are not more of those than collections inside each other.
    suppressions.sort_by_key(|suppression| suppression.subject);
    findings.sort_by_key(|finding| finding.primary);
    let mut suppressed = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    findings.retain(|finding| {
        let place = Span { end: finding.primary.start, ..finding.primary };
        while let Some(suppression) = suppressions.get(next).filter(|suppression| suppression.begins_by(place)) {
            open.retain(|number| suppressions.get(*number).is_some_and(|open| !open.ends_before(suppression.subject)));
            open.push(next);
            next += 1;
        }
        open.retain(|number| suppressions.get(*number).is_some_and(|open| !open.ends_before(place)));
        let covers = |number: &usize| suppressions.get(*number).is_some_and(|open| open.covers(finding, place));
        let Some(number) = open.iter().rev().copied().find(covers) else { return true };
        let Some(suppression) = suppressions.get_mut(number) else { return true };
        suppression.is_used = true;
        suppressed.push(Suppressed { finding: finding.clone(), reason: suppression.reason.clone() });
        false
    });
    findings.extend(faults);
    let unused = suppressions.iter().filter(|suppression| !suppression.is_used);
    findings.extend(unused.map(|suppression| rules::unused_suppression::finding(suppression.comment)));
    suppressed
}

/// Reads `ignore CODE[, CODE…] REASON`. The error says what is wrong.
fn read(order: &str) -> Result<(Vec<Code>, String), String> {
    let Some(rest) = order.strip_prefix("ignore ") else { return Err("names no rule".to_owned()) };
    let mut rest = rest.trim_start();
    let mut codes = Vec::new();
    loop {
        let end = rest.find([' ', ',']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let rule = find_rule(name).ok_or_else(|| format!("names `{name}`, which is no rule"))?;
        codes.push(rule.code);
        let behind = behind.trim_start();
        match behind.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if behind.is_empty() => return Err("says no reason".to_owned()),
            None => return Ok((codes, behind.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_by_code_or_name_and_a_reason_is_wanted() {
        let (codes, reason) = read("ignore D0309, missing-key the vault makes it").unwrap();
        assert_eq!((codes, reason.as_str()), (vec![Code("D0309"), Code("D0312")], "the vault makes it"));
        for wrong in ["ignore", "ignore ", "ignore D0309", "ignore D0309,", "ignored D0309 x", "ignore everything here"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
