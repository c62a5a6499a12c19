//! The generators: how each is asked for a load, and what it says of it.

#![expect(clippy::unnecessary_wraps, reason = "all generators are asked and read in one way")]

use std::ffi::OsString;
use std::path::Path;

use design_perf::smp::{read_result, read_wrk};
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::FileId;
use serde_json::Value;

use crate::failure::Failure;
use crate::format;
use crate::peer::{FORTIO, H2LOAD, HEY, K6, OHA, Peer, VEGETA, WRK};

/// A load.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where requests go.
    pub url: &'a str,
    /// Requests each second; `None`: as many as are answered.
    pub rate: Option<u32>,
    /// How many connections are open.
    pub connections: u32,
    /// How many requests a connection has at a time; more than one is HTTP/2.
    pub streams: u32,
    /// For how long, in seconds.
    pub seconds: u32,
}

/// What a generator says of a load.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// How many requests were answered.
    pub requests: f64,
    /// Times of answers, in milliseconds, by quantile: 0.5, 0.95, 0.99, 0.999, where it names them.
    pub latency: [Option<f64>; 4],
    /// The generator's own lateness, likewise at 0.5 and 0.99.
    pub lateness: [Option<f64>; 2],
}

/// A load generator.
#[derive(Clone, Copy, Debug)]
pub struct Generator {
    /// Its name.
    pub name: &'static str,
    /// The peer; `None` is ours.
    pub peer: Option<&'static Peer>,
    /// Its arguments; `None` where it has no such load. The folder is for files that it wants.
    pub arguments: fn(Wanted<'_>, &Path) -> Option<Vec<OsString>>,
    /// Reads what it wrote.
    pub read: fn(&str) -> Option<Said>,
}

/// Ours.
pub const DESIGN: Generator = Generator { name: "design", peer: None, arguments: design, read: read_design };

/// The peers.
pub const GENERATORS: [Generator; 8] = [
    Generator { name: "wrk", peer: Some(&WRK), arguments: wrk, read: read_measured },
    Generator { name: "h2load", peer: Some(&H2LOAD), arguments: h2load, read: read_h2load },
    Generator { name: "fortio", peer: Some(&FORTIO), arguments: fortio, read: read_measured },
    Generator { name: "oha", peer: Some(&OHA), arguments: oha, read: read_oha },
    Generator { name: "oha, corrected", peer: Some(&OHA), arguments: oha_corrected, read: read_oha },
    Generator { name: "vegeta", peer: Some(&VEGETA), arguments: vegeta, read: read_measured },
    Generator { name: "hey", peer: Some(&HEY), arguments: hey, read: read_hey },
    Generator { name: "k6", peer: Some(&K6), arguments: k6, read: read_measured },
];

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect()
}

fn design(wanted: Wanted<'_>, _: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate, connections, streams, seconds } = wanted;
    let rate = rate.map(|rate| format!("--rate {rate}")).unwrap_or_default();
    let streams = if streams > 1 { format!("--http2 --streams {streams}") } else { String::new() };
    Some(words(&format!("perf run {url} {rate} -c {connections} {streams} -t {seconds}s --warm-up 1ms --format json")))
}

fn read_design(text: &str) -> Option<Said> {
    let found: Value = serde_json::from_str(text).ok()?;
    let at = |name: &str| found.get("latenessMs")?.get(name)?.as_f64();
    Some(Said { lateness: ["p50", "p99"].map(at), ..read_measured(text)? })
}

/// What we read of others' results anyway, and of our own.
fn read_measured(text: &str) -> Option<Said> {
    let result = read_wrk(text).or_else(|| {
        // Some write a log before it.
        let source = SourceText::new(FileId(0), "said", text.get(text.find('{')?..)?);
        let parsed = parse(&source, &Limits::default());
        read_result(parsed.documents.first()?, None).result
    })?;
    let answered = result.requests?.saturating_sub(result.errors.unwrap_or_default());
    Some(Said {
        requests: format::ratio(answered, 1),
        latency: ["p50", "p95", "p99", "p99.9"].map(|name| result.latencies.get(name).copied()),
        ..Said::default()
    })
}

fn wrk(wanted: Wanted<'_>, _: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate: None, connections, streams: 1, seconds } = wanted else { return None };
    Some(words(&format!("--latency -t1 -c{connections} -d{seconds}s {url}")))
}

fn h2load(wanted: Wanted<'_>, _: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate: None, connections, streams, seconds } = wanted else { return None };
    let version = if streams > 1 { format!("-m {streams}") } else { "--h1".to_owned() };
    Some(words(&format!("-t 1 -c {connections} {version} -D {seconds} {url}")))
}

fn read_h2load(text: &str) -> Option<Said> {
    let line = text.lines().find_map(|line| line.strip_prefix("requests: "))?;
    let done = line.split(", ").find_map(|part| part.strip_suffix(" succeeded"))?;
    Some(Said { requests: done.trim().parse().ok()?, ..Said::default() })
}

fn fortio(wanted: Wanted<'_>, _: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate, connections, streams: 1, seconds } = wanted else { return None };
    let rate = rate.unwrap_or_default();
    let fixed = "load -quiet -p 50,95,99,99.9 -json -";
    Some(words(&format!("{fixed} -qps {rate} -c {connections} -t {seconds}s {url}")))
}

fn oha(wanted: Wanted<'_>, _: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate, connections, streams, seconds } = wanted;
    let rate = rate.map(|rate| format!("-q {rate}")).unwrap_or_default();
    let streams = if streams > 1 { format!("--http2 -p {streams}") } else { String::new() };
    Some(words(&format!("--no-tui --output-format json -z {seconds}s -c {connections} {rate} {streams} {url}")))
}

fn oha_corrected(wanted: Wanted<'_>, folder: &Path) -> Option<Vec<OsString>> {
    wanted.rate?;
    let corrected = std::iter::once(OsString::from("--latency-correction"));
    Some(corrected.chain(oha(wanted, folder)?).collect())
}

fn read_oha(text: &str) -> Option<Said> {
    let found: Value = serde_json::from_str(text).ok()?;
    let statuses = found.get("statusCodeDistribution")?.as_object()?;
    let at = |name: &str| Some(found.get("latencyPercentiles")?.get(name)?.as_f64()? * 1_000.0);
    Some(Said {
        requests: statuses.values().filter_map(Value::as_f64).sum(),
        latency: ["p50", "p95", "p99", "p99.9"].map(at),
        ..Said::default()
    })
}

/// Its report is another process of it, whose processor time counts.
fn vegeta(wanted: Wanted<'_>, folder: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate, connections, streams: 1, seconds } = wanted else { return None };
    let rate = match rate {
        Some(rate) => format!("-rate {rate}"),
        None => format!("-rate 0 -max-workers {connections}"),
    };
    std::fs::write(folder.join("targets"), format!("GET {url}\n")).ok()?;
    let attack = format!("attack -targets targets {rate} -connections {connections} -duration {seconds}s");
    Some(vec!["-c".into(), format!("\"$0\" {attack} | \"$0\" report -type json").into()])
}

fn hey(wanted: Wanted<'_>, _: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate, connections, streams: 1, seconds } = wanted else { return None };
    // Its rate is one of each connection.
    let rate = rate.map(|rate| format!("-q {}", f64::from(rate) / f64::from(connections))).unwrap_or_default();
    Some(words(&format!("-cpus 1 -z {seconds}s -c {connections} {rate} {url}")))
}

fn read_hey(text: &str) -> Option<Said> {
    let statuses = text.lines().filter_map(|line| line.trim().strip_suffix(" responses")?.split_once(']'));
    let requests = statuses.filter_map(|(_, count)| count.trim().parse::<f64>().ok()).sum();
    let at = |quantile: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(quantile))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1_000.0)
    };
    Some(Said { requests, latency: [at("50%"), at("95%"), at("99%"), None], ..Said::default() })
}

fn k6(wanted: Wanted<'_>, folder: &Path) -> Option<Vec<OsString>> {
    let Wanted { url, rate, connections, streams: 1, seconds } = wanted else { return None };
    let scenario = match rate {
        None => format!("executor: 'constant-vus', vus: {connections}, duration: '{seconds}s'"),
        Some(rate) => format!(
            "executor: 'constant-arrival-rate', rate: {rate}, timeUnit: '1s', duration: '{seconds}s', \
             preAllocatedVUs: {connections}, maxVUs: {connections}"
        ),
    };
    let script = format!(
        "import http from 'k6/http';\nexport const options = {{ scenarios: {{ one: {{ {scenario} }} }},\n\
         discardResponseBodies: true, summaryTrendStats: ['med', 'p(95)', 'p(99)', 'p(99.9)'] }};\n\
         export default function () {{ http.get('{url}'); }}\n\
         export function handleSummary(data) {{ return {{ stdout: JSON.stringify(data.metrics) }}; }}\n"
    );
    std::fs::write(folder.join("load.js"), script).ok()?;
    Some(words("run --quiet load.js"))
}

/// What a generator said last, from the file with its output.
pub fn said(generator: &Generator, output: &Path) -> Result<Said, Failure> {
    let text = std::fs::read_to_string(output).map_err(Failure::io("read what a generator said"))?;
    let unread = || Failure::Environment(format!("what {} said is not understood: {text:.200}", generator.name));
    (generator.read)(&text).filter(|said| said.requests > 0.0).ok_or_else(unread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_generators_say_is_read() {
        let wrk = "  Latency Distribution\n     50%  120.00us\n     99%    1.20ms\n  12345 requests in 10.00s, 3.00MB read\nRequests/sec:   1234.50\n";
        let said = read_measured(wrk).unwrap();
        assert_eq!((said.requests, said.latency), (12_345.0, [Some(0.12), None, Some(1.2), None]));
        let h2load = "requests: 20 total, 20 started, 19 done, 18 succeeded, 1 failed, 0 errored, 0 timeout\n";
        assert!((read_h2load(h2load).unwrap().requests - 18.0).abs() < 1e-9);
        let hey = "  50% in 0.0005 secs\n  99% in 0.0020 secs\nStatus code distribution:\n  [200]\t990 responses\n  [500]\t10 responses\n";
        let said = read_hey(hey).unwrap();
        assert_eq!((said.requests, said.latency[0], said.latency[2]), (1_000.0, Some(0.5), Some(2.0)));
        let fortio = r#"{"DurationHistogram": {"Count": 7, "Percentiles": [{"Percentile": 99, "Value": 0.002}]}}"#;
        let said = read_measured(fortio).unwrap();
        assert_eq!((said.requests, said.latency), (7.0, [None, None, Some(2.0), None]));
        let vegeta = r#"{"latencies": {"50th": 1000000, "99th": 2000000}, "status_codes": {"200": 5}}"#;
        assert_eq!(read_measured(vegeta).unwrap().latency[2], Some(2.0));
        let k6 = r#"{"http_reqs": {"values": {"count": 9}}, "http_req_duration": {"values": {"p(95)": 1.5}}}"#;
        assert_eq!(read_measured(k6).unwrap().latency[1], Some(1.5));
    }
}
