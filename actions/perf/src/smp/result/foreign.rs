//! What load generators write.

use std::collections::BTreeMap;

use design_syntax::{Kind, NodeRef, key_text};
use design_vocabulary::Finding;

use super::{Source, TestResult, field, number, parsed, said, text, whole};

/// What `design perf run` wrote. Times are in milliseconds.
pub(super) fn own(root: NodeRef<'_>, findings: &mut Vec<Finding>) -> TestResult {
    let mut result = TestResult { url: text(root, "url"), ..TestResult::default() };
    for (key, value) in field(root, "latencyms").into_iter().flat_map(NodeRef::entries) {
        let key = key_text(key);
        let name = match &*key {
            "count" => continue,
            "mean" => "average",
            name => name,
        };
        result.latencies.extend(parsed(value.resolved(), findings).map(|value| (name.to_owned(), value)));
    }
    result.rate = number(root, "rate", findings);
    result.requests = whole(root, "requests", findings);
    result.errors = whole(root, "errors", findings);
    result.labels.extend(said(root, "arrivals").map(|law| ("arrivals".to_owned(), law)));
    result
}

/// What fortio wrote. Times are in seconds.
pub(super) fn fortio(root: NodeRef<'_>, findings: &mut Vec<Finding>) -> TestResult {
    let mut result = TestResult { source: Source::Fortio, url: text(root, "url"), ..TestResult::default() };
    result.texts.extend(said(root, "starttime").map(|start| ("start_time", start)));
    result.labels.extend(said(root, "labels").map(|labels| ("fortio".to_owned(), labels)));
    result.rate = number(root, "actualqps", findings);
    let statuses: BTreeMap<String, f64> = field(root, "retcodes")
        .into_iter()
        .flat_map(NodeRef::entries)
        .filter_map(|(key, value)| Some((key_text(key).into_owned(), value.text().parse().ok()?)))
        .collect();
    if let Some(histogram) = field(root, "durationhistogram") {
        for (name, key) in [("min", "min"), ("average", "avg"), ("max", "max")] {
            let value = number(histogram, key, findings);
            result.latencies.extend(value.map(|value| (name.to_owned(), value * 1e3)));
        }
        for row in field(histogram, "percentiles").into_iter().flat_map(NodeRef::children) {
            let point = number(row, "percentile", findings).zip(number(row, "value", findings));
            result.latencies.extend(point.map(|(percentile, value)| (format!("p{percentile}"), value * 1e3)));
        }
        result.requests = whole(histogram, "count", findings);
    }
    if !statuses.is_empty() {
        let sum = |is_wanted: &dyn Fn(&str) -> bool| {
            let counts: f64 = statuses.iter().filter(|(status, _)| is_wanted(status)).map(|(_, count)| count).sum();
            count(counts)
        };
        result.requests = Some(sum(&|_| true));
        result.errors = Some(sum(&|status| !status.starts_with(['2', '3']) && status != "SERVING"));
    }
    result
}

/// What k6 wrote at its end: `--summary-export`, or the data that `handleSummary` is given. Times are in milliseconds.
pub(super) fn k6(metrics: NodeRef<'_>, findings: &mut Vec<Finding>) -> TestResult {
    let mut result = TestResult { source: Source::K6, ..TestResult::default() };
    let values = |name: &str| field(metrics, name).map(|metric| field(metric, "values").unwrap_or(metric));
    for (key, value) in values("httpreqduration").into_iter().flat_map(NodeRef::entries) {
        let key = key_text(key);
        let name = match &*key {
            "med" => "p50".to_owned(),
            "avg" => "average".to_owned(),
            "min" | "max" => key.clone().into_owned(),
            key => match key.strip_prefix("p(").and_then(|rest| rest.strip_suffix(')')) {
                Some(percentile) => format!("p{percentile}"),
                None => continue,
            },
        };
        result.latencies.extend(parsed(value.resolved(), findings).map(|value| (name, value)));
    }
    if let Some(requests) = values("httpreqs") {
        result.requests = whole(requests, "count", findings);
        result.rate = number(requests, "rate", findings);
    }
    // A failed request is one of which it is true that it failed.
    result.errors = values("httpreqfailed").and_then(|failed| whole(failed, "passes", findings));
    result
}

/// What vegeta's report says as JSON. Times are in nanoseconds.
pub(super) fn vegeta(root: NodeRef<'_>, findings: &mut Vec<Finding>) -> TestResult {
    let mut result = TestResult { source: Source::Vegeta, ..TestResult::default() };
    if let Some(latencies) = field(root, "latencies") {
        let names = [("min", "min"), ("average", "mean"), ("p50", "50th"), ("p90", "90th"), ("p95", "95th")];
        for (name, key) in names.into_iter().chain([("p99", "99th"), ("max", "max")]) {
            let value = number(latencies, key, findings);
            result.latencies.extend(value.map(|value| (name.to_owned(), value / 1e6)));
        }
    }
    for (name, key) in [("start_time", "earliest"), ("end_time", "end")] {
        result.texts.extend(said(root, key).map(|value| (name, value)));
    }
    result.rate = number(root, "rate", findings);
    let codes: Vec<(bool, f64)> = field(root, "statuscodes")
        .filter(|codes| codes.kind() == Kind::Mapping)
        .into_iter()
        .flat_map(NodeRef::entries)
        .filter_map(|(status, value)| Some((key_text(status).starts_with(['2', '3']), value.text().parse().ok()?)))
        .collect();
    let sum =
        |wanted: &dyn Fn(bool) -> bool| count(codes.iter().filter(|code| wanted(code.0)).map(|code| code.1).sum());
    result.requests = whole(root, "requests", findings).or_else(|| Some(sum(&|_| true)));
    result.errors = result.requests.map(|requests| requests.saturating_sub(sum(&|is_good| is_good)));
    result
}

/// What wrk and wrk2 print. `None` of anything else.
pub fn read_wrk(text: &str) -> Option<TestResult> {
    let mut result = TestResult { source: Source::Wrk, ..TestResult::default() };
    let mut errors = 0.0;
    for line in text.lines().map(str::trim) {
        if let Some((_, url)) = line.split_once(" test @ ") {
            url.clone_into(&mut result.url);
        } else if let Some((requests, _)) = line.split_once(" requests in ") {
            result.requests = requests.parse().ok();
        } else if let Some(rate) = line.strip_prefix("Requests/sec:") {
            result.rate = rate.trim().parse().ok();
        } else if let Some(count) = line.strip_prefix("Non-2xx or 3xx responses:") {
            errors += count.trim().parse::<f64>().ok()?;
        } else if let Some(kinds) = line.strip_prefix("Socket errors:") {
            errors +=
                kinds.split(',').filter_map(|kind| kind.split_whitespace().last()?.parse::<f64>().ok()).sum::<f64>();
        } else if let Some(rest) = line.strip_prefix("Latency ").filter(|rest| !rest.starts_with("Distribution")) {
            let mut words = rest.split_whitespace();
            let (average, longest) = (words.next().and_then(time), words.nth(1).and_then(time));
            result.latencies.extend(average.map(|value| ("average".to_owned(), value)));
            result.latencies.extend(longest.map(|value| ("max".to_owned(), value)));
        } else if let Some((percentile, value)) = line.split_once('%') {
            let point = percentile.parse::<f64>().ok().zip(time(value.trim()));
            result.latencies.extend(point.map(|(percentile, value)| (format!("p{percentile}"), value)));
        }
    }
    result.errors = result.requests.map(|_| count(errors));
    (result.rate.is_some() && !result.latencies.is_empty()).then_some(result)
}

/// A time as wrk writes it, in milliseconds.
fn time(text: &str) -> Option<f64> {
    let units = [("us", 1e-3), ("ms", 1.0), ("s", 1e3), ("m", 6e4), ("h", 3.6e6)];
    units.iter().find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted is whole and not negative"
)]
fn count(number: f64) -> u64 {
    number as u64
}
