//! Whether a live object is ready, and why not: one file of rules (`readiness/kinds.yaml`), looked at in order.
//!
//! The rules are those that kstatus and Argo CD publish, written down as data. A kind that has none is judged by its
//! conditions, as kstatus judges what it does not know.

mod evaluate;
mod path;
mod rule;
mod table;

use std::fmt;

use serde_json::Value;

/// How an object does. The words are Argo CD's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is as it was asked to be.
    Healthy,
    /// It is not yet, and may become so by itself.
    Progressing,
    /// It failed, or cannot become so without a change.
    Degraded,
    /// It waits because somebody asked it to.
    Suspended,
    /// What it stands for does not exist.
    Missing,
    /// Its controller does not know.
    Unknown,
}

impl State {
    /// Its name as one reads it in a report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Progressing => "progressing",
            Self::Degraded => "degraded",
            Self::Suspended => "suspended",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What is known of an object's health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// How it does.
    pub state: State,
    /// Why, as a sentence without a full stop; in the words of its controller where it said something.
    pub reason: String,
}

impl Readiness {
    /// Whether what depends on it may start.
    pub const fn is_ready(&self) -> bool {
        matches!(self.state, State::Healthy)
    }

    /// Whether waiting for it can help.
    pub const fn may_change(&self) -> bool {
        matches!(self.state, State::Progressing | State::Unknown | State::Missing)
    }
}

/// Judges an object as the API server hands it out, status included. An object whose kind is not said is unknown.
pub fn readiness(object: &Value) -> Readiness {
    table::rules_of(object).judge(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_judged_as_they_say() {
        let cases: Vec<Value> = serde_yaml::from_str(include_str!("readiness/cases.yaml")).unwrap();
        assert!(cases.len() > 30);
        for case in cases {
            let found = readiness(&case["object"]);
            let expected = (case["state"].as_str().unwrap(), case["reason"].as_str().unwrap());
            assert_eq!((found.state.name(), found.reason.as_str()), expected, "{:#}", case["object"]);
        }
    }

    #[test]
    fn what_is_no_object_is_judged_all_the_same() {
        for object in
            [Value::Null, Value::Bool(true), serde_json::json!([]), serde_json::json!({"kind": 1, "status": "x"})]
        {
            assert!(!readiness(&object).reason.is_empty(), "{object}");
        }
    }
}
