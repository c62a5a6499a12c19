//! The rules by kind.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::evaluate::{Scope, Witness, conditions, holds, text_of, word_of};
use super::path::Path;
use super::rule::{Part, parse};
use super::{Readiness, State};

/// The rules as they are written.
const FILE: &str = include_str!("kinds.yaml");

/// What is said where a controller says nothing.
const UNSAID: &str = "its controller has not said yet that it is ready";

/// The rules of some kinds.
#[derive(Debug)]
pub(super) struct Rules {
    steps: Vec<Step>,
    otherwise: State,
    /// What is awaited where no rule fits.
    awaited: String,
}

#[derive(Debug)]
enum Step {
    Rule(Rule),
    /// For each condition in its order, the first rule that fits it.
    Each(Option<Path>, Vec<Rule>),
}

#[derive(Debug)]
struct Rule {
    state: State,
    parts: Vec<Part>,
    says: Option<String>,
}

/// All rules.
#[derive(Debug, Default)]
struct Table {
    rules: Vec<Rules>,
    /// By `Kind.group`.
    by_kind: HashMap<String, usize>,
    /// By the end of the group, in the order of the file: `.crossplane.io` for `*.*.crossplane.io`, and the whole group with
    /// a dot before it for `*.group`.
    by_group: Vec<(String, usize)>,
    /// For all others.
    fallback: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kinds: Vec<String>,
    #[serde(default)]
    rules: Vec<Line>,
    #[serde(default)]
    otherwise: Option<Line>,
}

/// A rule as it is written: one state with its test, or `each`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Line {
    healthy: Option<String>,
    progressing: Option<String>,
    degraded: Option<String>,
    suspended: Option<String>,
    missing: Option<String>,
    unknown: Option<String>,
    says: Option<String>,
    each: Option<Vec<Self>>,
    at: Option<String>,
}

impl Line {
    /// The state and its test, where the line has exactly one.
    fn state(&self) -> Result<(State, &str), String> {
        let all = [
            (State::Healthy, &self.healthy),
            (State::Progressing, &self.progressing),
            (State::Degraded, &self.degraded),
            (State::Suspended, &self.suspended),
            (State::Missing, &self.missing),
            (State::Unknown, &self.unknown),
        ];
        let mut said = all.into_iter().filter_map(|(state, test)| Some((state, test.as_deref()?)));
        match (said.next(), said.next()) {
            (Some(one), None) => Ok(one),
            _ => Err("a rule wants one state".to_owned()),
        }
    }

    fn rule(self) -> Result<Rule, String> {
        let (state, test) = self.state()?;
        Ok(Rule { state, parts: parse(test)?, says: self.says })
    }

    fn step(mut self) -> Result<Step, String> {
        let Some(lines) = self.each.take() else { return self.rule().map(Step::Rule) };
        let at = self.at.as_deref().map(Path::parse).transpose()?;
        let rules: Result<_, String> = lines.into_iter().map(Self::rule).collect();
        Ok(Step::Each(at, rules?))
    }
}

/// The rules of an object's kind.
pub(super) fn rules_of(object: &Value) -> &'static Rules {
    static TABLE: OnceLock<Table> = OnceLock::new();
    static NONE: Rules = Rules { steps: Vec::new(), otherwise: State::Unknown, awaited: String::new() };
    // A test reads the same file; a build whose file does not parse never ships.
    let table = TABLE.get_or_init(|| Table::read(FILE).unwrap_or_default());
    let said = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let group = said("apiVersion").rsplit_once('/').map_or("", |(group, _)| group);
    table.find(said("kind"), group).unwrap_or(&NONE)
}

impl Table {
    fn read(text: &str) -> Result<Self, String> {
        let entries: Vec<Entry> = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let mut table = Self::default();
        for (index, entry) in entries.into_iter().enumerate() {
            let named = entry.kinds.join(", ");
            let wrong = |error: String| format!("{named}: {error}");
            for kind in entry.kinds.iter().cloned() {
                if kind == "*" {
                    table.fallback = Some(index);
                } else if let Some(group) = kind.strip_prefix("*.") {
                    table.by_group.push((format!(".{}", group.trim_start_matches("*.")), index));
                } else if table.by_kind.insert(kind.clone(), index).is_some() {
                    return Err(format!("{kind} has rules twice"));
                }
            }
            let (otherwise, awaited) = match entry.otherwise {
                Some(line) => {
                    let (state, says) = line.state().map_err(&wrong)?;
                    (state, says.to_owned())
                }
                None => (State::Progressing, UNSAID.to_owned()),
            };
            let steps = entry.rules.into_iter().map(Line::step).collect::<Result<_, String>>().map_err(&wrong)?;
            table.rules.push(Rules { steps, otherwise, awaited });
        }
        Ok(table)
    }

    fn find(&self, kind: &str, group: &str) -> Option<&Rules> {
        let name = if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") };
        let dotted = format!(".{group}");
        let by_group = || self.by_group.iter().find(|(end, _)| dotted.ends_with(end.as_str())).map(|(_, index)| index);
        let index = self.by_kind.get(&name).or_else(by_group).copied().or(self.fallback)?;
        self.rules.get(index)
    }
}

impl Rules {
    /// The first rule that fits.
    pub(super) fn judge(&self, object: &Value) -> Readiness {
        let deleting = [Part::Deleting];
        if let Some(witness) = holds(&deleting, object, Scope::Object) {
            return Readiness { state: State::Progressing, reason: sentence(&witness, object) };
        }
        for step in &self.steps {
            let found = match step {
                Step::Rule(rule) => rule.judge(object, Scope::Object),
                Step::Each(at, rules) => conditions(object, Scope::Object, at.as_ref())
                    .into_iter()
                    .find_map(|condition| rules.iter().find_map(|rule| rule.judge(object, Scope::Element(condition)))),
            };
            if let Some(found) = found {
                return found;
            }
        }
        Readiness { state: self.otherwise, reason: filled(&self.awaited, object) }
    }
}

impl Rule {
    fn judge(&self, object: &Value, scope: Scope<'_>) -> Option<Readiness> {
        let witness = holds(&self.parts, object, scope)?;
        let reason = match (&self.says, &witness) {
            (Some(says), _) => filled(says, object),
            (None, Witness::None) if self.state != State::Healthy => UNSAID.to_owned(),
            (None, witness) => sentence(witness, object),
        };
        Some(Readiness { state: self.state, reason })
    }
}

/// Puts values in the place of `{path}`; nothing for what is not there.
fn filled(template: &str, object: &Value) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((inner, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let (path, default) = inner.split_once(" ?? ").unwrap_or((inner, ""));
        let found = Path::parse(path).map(|path| path.find(object)).unwrap_or_default();
        let value = found.into_iter().flatten().next().map(text_of);
        text.push_str(value.as_deref().unwrap_or(default));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What a witness says, in the words of the object where it has some.
fn sentence(witness: &Witness<'_>, object: &Value) -> String {
    let said = |from: &Value, key: &str| from.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let text = match witness {
        Witness::Condition(condition) => {
            let (message, reason) = (said(condition, "message"), said(condition, "reason"));
            let what = || format!("{} is {}", word_of(condition, "type"), word_of(condition, "status"));
            match (message.as_str(), reason.as_str()) {
                ("", "") => what(),
                ("", reason) => format!("{}: {reason}", what()),
                (message, "") => message.to_owned(),
                (message, reason) => format!("{reason}: {message}"),
            }
        }
        Witness::Value(path, value) => {
            let status = object.get("status").unwrap_or(&Value::Null);
            let more = ["message", "reason", "error", "errorMessage"].map(|key| said(status, key));
            let more = more.iter().find(|text| !text.is_empty() && *text != value);
            let more = more.map_or_else(String::new, |text| format!(": {text}"));
            format!("{} is {value}{more}", path.text())
        }
        Witness::Nothing(path) => format!("{} is not set yet", path.text()),
        Witness::Stale => "its controller has not seen the last change yet".to_owned(),
        Witness::Deleting => {
            let finalizers = object.pointer("/metadata/finalizers").map(text_of).unwrap_or_default();
            let held = if finalizers.is_empty() { String::new() } else { format!("; held by {finalizers}") };
            format!("it is being deleted{held}")
        }
        Witness::None => "nothing has to be waited for".to_owned(),
    };
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_file_is_read_whole() {
        let table = Table::read(FILE).unwrap();
        assert!(table.fallback.is_some());
        assert!(table.by_kind.len() > 100);
    }

    #[test]
    fn what_a_file_says_wrongly_is_refused() {
        for wrong in [
            "- kinds: [A]\n  rules: [{healthy: always, degraded: always}]\n",
            "- kinds: [A]\n  rules: [{says: x}]\n",
            "- kinds: [A]\n  rules: [{healthy: sometimes}]\n",
            "- kinds: [A, A]\n",
            "- kinds: [A]\n  otherwise: {}\n",
        ] {
            assert!(Table::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_kind_is_looked_up_before_its_group() {
        let text = "
- kinds: ['*']
  otherwise: {unknown: fallback}
- kinds: [A.b.example.com]
  otherwise: {unknown: kind}
- kinds: ['*.*.example.com']
  otherwise: {unknown: group}
- kinds: ['*.example.net']
  otherwise: {unknown: whole}
";
        let table = Table::read(text).unwrap();
        let found = |kind, group| table.find(kind, group).map(|rules| rules.awaited.as_str());
        assert_eq!(found("A", "b.example.com"), Some("kind"));
        assert_eq!(found("B", "b.example.com"), Some("group"));
        assert_eq!(found("A", "example.net"), Some("whole"));
        assert_eq!(found("A", ""), Some("fallback"));
    }

    #[test]
    fn reasons_are_sentences() {
        let object = json!({
            "metadata": {"finalizers": ["a/b", "c/d"]},
            "spec": {"replicas": 2},
            "status": {"phase": "Failed", "message": "no disk."},
        });
        let path = Path::parse("status.phase").unwrap();
        let condition = json!({"type": "Ready", "status": "False", "reason": "Busy", "message": ""});
        for (witness, wanted) in [
            (Witness::Value(&path, "Failed".to_owned()), "status.phase is Failed: no disk"),
            (Witness::Nothing(&path), "status.phase is not set yet"),
            (Witness::Condition(&condition), "Ready is False: Busy"),
            (Witness::Deleting, "it is being deleted; held by a/b, c/d"),
        ] {
            assert_eq!(sentence(&witness, &object), wanted);
        }
        assert_eq!(filled("{status.ready ?? 0} of {spec.replicas} are ready", &object), "0 of 2 are ready");
    }
}
