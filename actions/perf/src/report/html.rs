//! The report of a gate as one page: nothing is fetched, and it is read without a script.

use std::fmt::Write as _;

use hdrhistogram::Histogram;

use super::{headline, milliseconds, percent, time};
use crate::gate::{Compared, Gate, METRICS, Metric, Outcome, Pair, Verdict};
use crate::number::number;
use crate::statistics::Decision;

const STYLE: &str = include_str!("page.css");

/// The inner size of a picture, and the room around it for its words.
const WIDE: f64 = 640.0;
const HIGH: f64 = 220.0;
const ROOM: f64 = 56.0;

/// The page of a gate.
pub fn gate_html(gate: &Gate, outcome: &Outcome) -> String {
    let mut body = String::new();
    let class = match outcome.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Inconclusive | Verdict::InvalidEnvironment => "open",
    };
    // Writing to a string does not fail.
    let _ = writeln!(body, "<h1 class=\"{class}\">{}</h1>", escaped(&headline(outcome)));
    let _ = writeln!(
        body,
        "<p>{} pairs at {:.0} requests a second over {} connections.</p>",
        outcome.pairs.len(),
        outcome.rate,
        gate.trials.connections
    );
    body.push_str(&table(outcome));
    let _ = writeln!(body, "<h2>Latency</h2>\n{}", spectrum(outcome));
    for metric in METRICS {
        if let Some(picture) = ratios(metric, &outcome.pairs) {
            let _ = writeln!(body, "<h2>{}, pair by pair</h2>\n{picture}", metric.words());
        }
    }
    body.push_str(&notes(outcome));
    let _ = writeln!(body, "<h2>Run it again</h2>\n<pre tabindex=\"0\">{}</pre>", escaped(&command(gate, outcome)));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escaped(&headline(outcome)),
    )
}

fn table(outcome: &Outcome) -> String {
    let mut text = "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Metrics\">\n<table>\n<thead><tr>\
                    <th scope=\"col\">metric</th><th scope=\"col\">baseline</th><th scope=\"col\">candidate</th>\
                    <th scope=\"col\">change</th><th scope=\"col\">between</th><th scope=\"col\">would be seen</th>\
                    <th scope=\"col\">decides</th></tr></thead>\n<tbody>\n"
        .to_owned();
    for one in &outcome.metrics {
        let cells = super::cells(one);
        let [metric, rest @ ..] = &cells;
        let _ = write!(text, "<tr class=\"{}\"><th scope=\"row\">{metric}</th>", class(one));
        for cell in rest {
            let _ = write!(text, "<td>{}</td>", escaped(cell));
        }
        text.push_str("</tr>\n");
    }
    let (baseline, candidate) = outcome.errors;
    let _ = writeln!(
        text,
        "<tr><th scope=\"row\">errors</th><td>{} of {}</td><td>{} of {}</td><td>p = {:.3}</td><td></td><td></td><td>yes</td></tr>",
        baseline.errors, baseline.requests, candidate.errors, candidate.requests, outcome.errors_probability
    );
    text + "</tbody>\n</table>\n</div>\n"
}

const fn class(one: &Compared) -> &'static str {
    match (&one.ineligible, one.judgement.decision) {
        (Some(_), _) => "aside",
        (None, Decision::Fail) => "fail",
        (None, Decision::Pass) => "pass",
        (None, Decision::Open) => "open",
    }
}

fn notes(outcome: &Outcome) -> String {
    let mut text = "<h2>Notes</h2>\n<ul>\n".to_owned();
    for note in super::notes(outcome) {
        let _ = writeln!(text, "<li>{}</li>", escaped(&note));
    }
    text + "</ul>\n"
}

/// The latencies of both arms from the median to the rare, on two logarithmic axes.
fn spectrum(outcome: &Outcome) -> String {
    const RARE: f64 = 4.0;
    let (baseline, candidate) = &outcome.latencies;
    let count = baseline.len().min(candidate.len());
    if count == 0 {
        return "<p>No request was answered.</p>".to_owned();
    }
    let points = |times: &Histogram<u64>| -> Vec<(f64, f64)> {
        (0..=80)
            .map(|step| f64::from(step) * RARE / 80.0)
            .map(|nines| (nines, milliseconds(times.value_at_quantile(1.0 - 10f64.powf(-nines)).max(1))))
            .collect()
    };
    let (one, other) = (points(baseline), points(candidate));
    let all = || one.iter().chain(&other).map(|(_, value)| value.log10());
    let least = all().fold(f64::INFINITY, f64::min).floor();
    let most = all().fold(f64::NEG_INFINITY, f64::max).ceil().max(least + 1.0);
    let x = |nines: f64| ROOM + nines / RARE * WIDE;
    let y = |value: f64| 16.0 + HIGH - (value.log10() - least) / (most - least) * HIGH;
    let mut inner = String::new();
    let mut power = least;
    while power <= most {
        let value = 10f64.powf(power);
        let at = y(value);
        let _ =
            writeln!(inner, "<line class=\"grid\" x1=\"{ROOM}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>", x(RARE));
        let _ = writeln!(
            inner,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            ROOM - 6.0,
            at + 4.0,
            time(value)
        );
        power += 1.0;
    }
    for (nines, name) in
        [(std::f64::consts::LOG10_2, "p50"), (1.0, "p90"), (2.0, "p99"), (3.0, "p99.9"), (4.0, "p99.99")]
    {
        let at = x(nines);
        let _ =
            writeln!(inner, "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"16\" y2=\"{:.1}\"/>", HIGH + 16.0);
        let _ = writeln!(inner, "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>", HIGH + 34.0);
    }
    for (points, class) in [(&one, "baseline"), (&other, "candidate")] {
        let line: Vec<String> =
            points.iter().map(|(nines, value)| format!("{:.1},{:.1}", x(*nines), y(*value))).collect();
        let _ = writeln!(inner, "<polyline class=\"{class}\" points=\"{}\"/>", line.join(" "));
    }
    figure(&inner, "Latency by percentile of the baseline and of the candidate", true)
}

/// The change of each pair; `None` of a metric that was not measured.
fn ratios(metric: Metric, pairs: &[Pair]) -> Option<String> {
    let found: Vec<f64> = pairs.iter().map(|pair| Some(pair.ratio(metric)? - 1.0)).collect::<Option<Vec<f64>>>()?;
    let limits = metric.limits();
    if found.is_empty() {
        return None;
    }
    let least = found.iter().copied().fold(0.0, f64::min);
    let most = found.iter().copied().fold(limits.tolerance, f64::max);
    let y = |change: f64| 16.0 + (most - change) / (most - least) * HIGH;
    let count = number(found.len() as u64);
    let mut inner = String::new();
    // The words of two lines that lie close keep apart: one stands above its line, the other below.
    let mut lines = vec![(0.0, "zero", 12.0), (limits.tolerance, "tolerance", -4.0)];
    lines.extend([least, most].into_iter().filter(|end| (y(*end) - y(0.0)).abs() > 40.0).map(|end| (end, "grid", 4.0)));
    for (change, class, below) in lines {
        let (at, end) = (y(change), ROOM + WIDE);
        let _ = writeln!(inner, "<line class=\"{class}\" x1=\"{ROOM}\" x2=\"{end}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
        let (x, words) = (ROOM - 6.0, percent(change));
        let _ = writeln!(inner, "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"end\">{words}</text>", at + below);
    }
    for (number, change) in (0_u32..).zip(&found) {
        let x = ROOM + (f64::from(number) + 0.5) / count * WIDE;
        let _ = writeln!(
            inner,
            "<circle class=\"candidate\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4\"><title>pair {}: {}</title></circle>",
            y(*change),
            number + 1,
            percent(*change)
        );
    }
    Some(figure(&inner, &format!("Change of {} in each pair", metric.words()), false))
}

fn figure(inner: &str, title: &str, has_key: bool) -> String {
    let (wide, high) = (WIDE + ROOM + 40.0, HIGH + 44.0);
    let key = if has_key {
        "<figcaption><span class=\"key baseline\"></span> baseline <span class=\"key candidate\"></span> candidate</figcaption>\n"
    } else {
        ""
    };
    format!(
        "<figure>\n<svg viewBox=\"0 0 {wide} {high}\" role=\"img\" aria-label=\"{}\">\n{inner}</svg>\n{key}</figure>",
        escaped(title)
    )
}

/// The command that measures the same again.
fn command(gate: &Gate, outcome: &Outcome) -> String {
    format!(
        "design perf gate --baseline {} --candidate {} --path {} --rate {:.0} --connections {} --attempt {}",
        quoted(&gate.baseline.command),
        quoted(&gate.candidate.command),
        quoted(&gate.baseline.path),
        outcome.rate,
        gate.trials.connections,
        gate.attempt
    )
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
