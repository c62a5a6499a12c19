//! Results: what was measured, by whomever. Read are our own, the specification's (`PerformanceTestResult`), its first form (D6), what
//! Meshery stores (D7), and what fortio, k6, vegeta, wrk and wrk2 write; written is the specification's, in true milliseconds, with what it
//! has no field for in an extension of our own.

mod foreign;

use std::collections::BTreeMap;

use design_check::rules::{doubtful_unit, invalid_result};
use design_syntax::{Document, Kind, NodeRef, key_text};
use design_vocabulary::{Finding, Span};
use serde_json::{Map, Value, json};

use super::fields::plain;
pub use foreign::read_wrk;

/// Who wrote a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// `design perf run --format json`.
    #[default]
    Design,
    /// The specification.
    Specification,
    /// Its first form, v0.1.
    Legacy,
    /// Meshery, with what fortio wrote inside.
    Stored,
    /// fortio.
    Fortio,
    /// k6: the summary.
    K6,
    /// vegeta: the report as JSON.
    Vegeta,
    /// wrk or wrk2.
    Wrk,
}

impl Source {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Specification => "smp",
            Self::Legacy => "smp v0.1",
            Self::Stored => "meshery",
            Self::Fortio => "fortio",
            Self::K6 => "k6",
            Self::Vegeta => "vegeta",
            Self::Wrk => "wrk",
        }
    }
}

/// A result. What nobody said is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestResult {
    /// Who wrote it.
    pub source: Source,
    /// The texts of the specification by their names in it: `smp_version`, `id`, `test_id`, `start_time` and so on.
    pub texts: BTreeMap<&'static str, String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Where requests went.
    pub url: String,
    /// Times of answers in milliseconds, by name: `min`, `average`, `p50` to `p99.99`, `max`.
    pub latencies: BTreeMap<String, f64>,
    /// Requests a second that came to an end.
    pub rate: Option<f64>,
    /// How many requests came to an end.
    pub requests: Option<u64>,
    /// How many of them failed.
    pub errors: Option<u64>,
}

/// What a document holds.
#[derive(Debug)]
pub struct ReadResult {
    /// The result; `None` where the document is none.
    pub result: Option<TestResult>,
    /// What is wrong, and what is doubtful.
    pub findings: Vec<Finding>,
}

/// The unit that latencies of the specification are written in, whatever their name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// As their name says.
    Milliseconds,
    /// As Meshery's server writes them.
    Seconds,
}

/// The texts of the specification, in its order.
const TEXTS: [&str; 8] =
    ["smp_version", "id", "start_time", "end_time", "details_uri", "test_id", "mesh_config_id", "env_id"];

/// The latencies of the specification.
const LATENCIES: [&str; 6] = ["min", "average", "p50", "p90", "p99", "max"];

/// No answer over a network takes less than this, in milliseconds, in the longest case of a whole test.
const DOUBTFUL: f64 = 1.0;

/// Reads a document. `unit` says what the latencies of the specification's forms are in; without it they are what their name says, and
/// doubtful values are told of.
pub fn read_result(document: &Document, unit: Option<Unit>) -> ReadResult {
    let mut findings = Vec::new();
    let result = document.root().and_then(|root| result_of(root.resolved(), unit, &mut findings));
    let is_empty = result.as_ref().is_some_and(|result| result.latencies.is_empty());
    if result.is_none() || is_empty {
        let place = document.span();
        let why = if is_empty {
            "it has no latencies"
        } else {
            "no generator and no release of the specification writes this"
        };
        findings.push(invalid_result::finding(why, place));
    }
    ReadResult { result: result.filter(|_| !is_empty), findings }
}

fn result_of(root: NodeRef<'_>, unit: Option<Unit>, findings: &mut Vec<Finding>) -> Option<TestResult> {
    let has = |name: &str| field(root, name).is_some();
    if has("latencyms") {
        return Some(foreign::own(root, findings));
    }
    if has("latenciesms") {
        return Some(specification(root, unit, findings));
    }
    if let Some(client) = field(root, "client").filter(|client| field(*client, "latenciesms").is_some()) {
        return Some(legacy(root, client, unit, findings));
    }
    if let Some(inner) = field(root, "runnerresults") {
        let mut result = foreign::fortio(inner, findings);
        result.source = Source::Stored;
        for (name, key) in [("name", "name"), ("mesh", "mesh")] {
            result.labels.extend(said(root, key).map(|value| (name.to_owned(), value)));
        }
        for (name, key) in [("start_time", "teststarttime"), ("test_id", "testid"), ("id", "mesheryid")] {
            result.texts.extend(said(root, key).map(|value| (name, value)));
        }
        return Some(result);
    }
    if has("durationhistogram") {
        return Some(foreign::fortio(root, findings));
    }
    if field(root, "metrics").is_some_and(|metrics| field(metrics, "httpreqduration").is_some())
        || has("httpreqduration")
    {
        return Some(foreign::k6(field(root, "metrics").unwrap_or(root), findings));
    }
    (has("latencies") && has("statuscodes")).then(|| foreign::vegeta(root, findings))
}

/// A result of the specification since v0.3.
fn specification(root: NodeRef<'_>, unit: Option<Unit>, findings: &mut Vec<Finding>) -> TestResult {
    let mut result = TestResult { source: Source::Specification, ..TestResult::default() };
    for name in TEXTS {
        result.texts.extend(said(root, &plain(name)).map(|value| (name, value)));
    }
    if let Some(labels) = field(root, "labels") {
        let each = labels.entries().map(|(key, value)| (key_text(key).into_owned(), value.text().to_owned()));
        result.labels.extend(each);
    }
    latencies(root, unit, &mut result, findings);
    result.rate = number(root, "actualqps", findings);
    if let Some(ours) = field(root, "design") {
        result.url = text(ours, "url");
        result.requests = whole(ours, "requests", findings);
        result.errors = whole(ours, "errors", findings);
        let more = field(ours, "latenciesms").into_iter().flat_map(NodeRef::entries);
        for (key, value) in more {
            result.latencies.extend(parsed(value, findings).map(|value| (key_text(key).into_owned(), value)));
        }
    }
    result
}

/// A result of v0.1 of the specification.
fn legacy(root: NodeRef<'_>, client: NodeRef<'_>, unit: Option<Unit>, findings: &mut Vec<Finding>) -> TestResult {
    let mut result = TestResult { source: Source::Legacy, url: text(root, "endpointurl"), ..TestResult::default() };
    for (name, key) in [("start_time", "starttime"), ("end_time", "endtime"), ("test_id", "expuuid")] {
        result.texts.extend(said(root, key).map(|value| (name, value)));
    }
    let kubernetes = field(root, "env").and_then(|env| said(env, "kubernetes"));
    result.labels.extend(kubernetes.map(|version| ("kubernetes".to_owned(), version)));
    latencies(client, unit, &mut result, findings);
    result.rate = number(client, "rps", findings);
    result
}

/// The field `latencies_ms` of a message. Meshery's server copies seconds into it, so that values are doubtful with which even the longest
/// answer took less than a millisecond.
fn latencies(node: NodeRef<'_>, unit: Option<Unit>, result: &mut TestResult, findings: &mut Vec<Finding>) {
    let Some(latencies) = field(node, "latenciesms") else { return };
    let factor = if unit == Some(Unit::Seconds) { 1_000.0 } else { 1.0 };
    for name in LATENCIES {
        let value = number(latencies, name, findings);
        result.latencies.extend(value.map(|value| (name.to_owned(), value * factor)));
    }
    let longest = result.latencies.values().copied().fold(0.0, f64::max);
    if unit.is_none() && longest > 0.0 && longest < DOUBTFUL {
        findings.push(doubtful_unit::finding(longest, latencies.span()));
    }
}

/// The value of a key of a mapping, in whatever spelling it comes.
fn field<'a>(node: NodeRef<'a>, name: &str) -> Option<NodeRef<'a>> {
    let found = node.resolved().entries().find(|(key, _)| plain(&key_text(*key)) == name)?;
    Some(found.1.resolved()).filter(|value| !super::fields::is_null(*value))
}

/// The text of a key; `None` where there is none, or an empty one.
fn said(node: NodeRef<'_>, name: &str) -> Option<String> {
    let value = field(node, name).filter(|node| node.kind() == Kind::Scalar)?;
    Some(value.text().to_owned()).filter(|text| !text.is_empty())
}

fn text(node: NodeRef<'_>, name: &str) -> String {
    said(node, name).unwrap_or_default()
}

/// A number of a key; a finding where it is none.
fn number(node: NodeRef<'_>, name: &str, findings: &mut Vec<Finding>) -> Option<f64> {
    parsed(field(node, name)?, findings)
}

fn parsed(node: NodeRef<'_>, findings: &mut Vec<Finding>) -> Option<f64> {
    let value = node.text().parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
    if value.is_none() {
        findings.push(not_a_number(node.text(), node.span()));
    }
    value
}

fn not_a_number(text: &str, place: Span) -> Finding {
    invalid_result::finding(&format!("`{text}` is no number that is measured"), place)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted is whole and not negative"
)]
fn whole(node: NodeRef<'_>, name: &str, findings: &mut Vec<Finding>) -> Option<u64> {
    number(node, name, findings).map(|value| value as u64)
}

/// Writes a result as the specification has it, as YAML; what it has no field for stands under `design`.
pub fn write_result(result: &TestResult) -> Option<String> {
    let mut root = Map::new();
    for name in TEXTS {
        let value = result.texts.get(name).cloned();
        root.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    }
    if !result.labels.is_empty() {
        root.insert("labels".to_owned(), json!(result.labels));
    }
    let of_specification: Map<String, Value> =
        LATENCIES.iter().filter_map(|name| Some(((*name).to_owned(), json!(result.latencies.get(*name)?)))).collect();
    root.insert("latencies_ms".to_owned(), of_specification.into());
    root.extend(result.rate.map(|rate| ("actual_qps".to_owned(), json!(rate))));
    let mut ours = Map::new();
    ours.insert("version".to_owned(), "smp-result.design/v1".into());
    ours.insert("source".to_owned(), result.source.name().into());
    if !result.url.is_empty() {
        ours.insert("url".to_owned(), result.url.as_str().into());
    }
    for (name, value) in [("requests", result.requests), ("errors", result.errors)] {
        ours.extend(value.map(|value| (name.to_owned(), json!(value))));
    }
    let more: Map<String, Value> = result
        .latencies
        .iter()
        .filter(|(name, _)| !LATENCIES.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    if !more.is_empty() {
        ours.insert("latencies_ms".to_owned(), more.into());
    }
    root.insert("design".to_owned(), ours.into());
    super::write::yaml(&Value::from(root))
}
