//! The rules over the cases of a suite.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::case::{Case, Subject};
use crate::rules::{Fault, Rule};
use crate::suite::Suite;
use crate::{Disagreement, rules};

/// What came of one case.
pub(crate) struct Judged {
    /// Its path.
    pub case: String,
    /// The rules that it breaks, in the order of the rules.
    pub disagreements: Vec<Disagreement>,
}

/// Room for values that are nested as deeply as the limits allow, also without optimisation.
const STACK: usize = 64 << 20;

/// A line of a disagreement stays a line.
const LONGEST: usize = 240;

/// Judges cases on all threads; the result has their order.
pub(crate) fn all(suite: Suite, cases: &[Case]) -> Vec<Judged> {
    let work = || cases.par_iter().map(|case| one(suite, case)).collect();
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // Without threads of its own the work is done on those that are there.
        Err(_) => work(),
    }
}

/// A case with the faults that something else than the compiler's rules found.
pub(crate) fn judged(case: String, faults: Vec<(Rule, Fault)>) -> Judged {
    let disagreements = faults.into_iter().map(|(rule, fault)| Disagreement {
        case: case.clone(),
        rule,
        expected: line(&fault.expected),
        got: line(&fault.got),
    });
    Judged { disagreements: disagreements.collect(), case }
}

fn one(suite: Suite, case: &Case) -> Judged {
    let mut disagreements = Vec::new();
    let mut add = |rule: Rule, faults: Vec<Fault>| {
        disagreements.extend(faults.into_iter().map(|fault| Disagreement {
            case: case.path.clone(),
            rule,
            expected: line(&fault.expected),
            got: line(&fault.got),
        }));
    };
    let compiled = guarded(|| case.compile());
    let subject = compiled.as_ref().map(|compilation| guarded(|| Subject::new(case, compilation)));
    match subject {
        Err(fault) => add(Rule::Read, vec![Fault::new(&fault.expected, &fault.got)]),
        Ok(Err(fault)) => add(Rule::Read, vec![fault]),
        Ok(Ok(subject)) => {
            for rule in Rule::ALL.iter().copied().filter(|rule| rule.is_for(suite)) {
                add(rule, guarded(|| rules::check(rule, &subject)).unwrap_or_else(|fault| vec![fault]));
            }
        }
    }
    Judged { case: case.path.clone(), disagreements }
}

/// Runs something that may panic; a panic is a fault as any other, so that one file does not end the run.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let message = said(payload.as_ref());
        Fault::new("no panic", format!("a panic: {message}"))
    })
}

fn said(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

fn line(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_fault() {
        let fault = guarded(|| panic!("on {}", "purpose")).unwrap_err();
        assert_eq!(fault.got, "a panic: on purpose");
    }

    #[test]
    fn a_message_is_one_short_line() {
        assert_eq!(line("a\n  b"), "a b");
        assert_eq!(line(&"ä".repeat(1000)).chars().count(), LONGEST + 1);
    }
}
