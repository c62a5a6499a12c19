//! Measurements in the forms of others: the log of `HdrHistogram`, and what fortio writes.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};
use serde_json::{Value, json};

use crate::load::{Arrivals, Load, Measurement, Quantiles};
use crate::number::number;

/// The histograms of a measurement as a log of `HdrHistogram` (V2, compressed), in nanoseconds: latencies without a tag, those
/// of failed requests with the tag `failed`, and the generator's lateness with `lateness`. The error is one line.
pub fn hdr_log(measured: &Measurement) -> Result<Vec<u8>, String> {
    let words = |error: &dyn std::fmt::Display| format!("the histograms cannot be written: {error}");
    let mut log = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut builder = IntervalLogWriterBuilder::new();
    builder.add_comment("latencies in nanoseconds, from when a request was due").with_max_value_divisor(1e6);
    let mut writer = builder.begin_log_with(&mut log, &mut serializer).map_err(|error| words(&error))?;
    let length = Duration::from_nanos(measured.elapsed);
    let all: [(&Histogram<u64>, Option<&str>); 3] =
        [(&measured.latency, None), (&measured.failed, Some("failed")), (&measured.lateness, Some("lateness"))];
    for (times, tag) in all {
        let tag = tag.and_then(Tag::new);
        writer.write_histogram(times, Duration::ZERO, length, tag).map_err(|error| words(&error))?;
    }
    Ok(log)
}

/// A measurement as fortio writes its result of an HTTP load, without the time at which it was taken. Rows of histograms are
/// ranges of the values that were measured, in seconds; percentiles are ours, and not interpolated.
pub fn fortio(load: &Load, measured: &Measurement) -> Value {
    let requested = match load.arrivals {
        None => "max".to_owned(),
        Some(Arrivals::Constant(rate) | Arrivals::Poisson(rate, _) | Arrivals::Ramp { to: rate, .. }) => {
            rate.to_string()
        }
    };
    let mut codes: BTreeMap<String, u64> =
        measured.statuses.iter().map(|(status, count)| (status.to_string(), *count)).collect();
    let without_answer: u64 = measured.failures.values().sum();
    if without_answer > 0 {
        codes.insert("-1".to_owned(), without_answer);
    }
    json!({
        "RunType": "HTTP",
        "Labels": "",
        "RequestedQPS": requested,
        "RequestedDuration": format!("{}s", load.duration.as_secs_f64()),
        "ActualQPS": measured.rate(),
        "ActualDuration": measured.elapsed,
        "NumThreads": load.connections,
        "Version": concat!("design ", env!("CARGO_PKG_VERSION")),
        "DurationHistogram": rows(&measured.latency),
        "ErrorsDurationHistogram": rows(&measured.failed),
        "RetCodes": codes,
        "URL": load.target.url.as_str(),
        "SocketCount": measured.opened,
    })
}

/// A histogram with rows of which each is a tenth longer than the one before.
fn rows(times: &Histogram<u64>) -> Value {
    const FIRST: u64 = 10_000;
    const GROWTH: f64 = 1.1;
    let seconds = |nanoseconds: u64| Duration::from_nanos(nanoseconds).as_secs_f64();
    let quantiles = Quantiles::of(times);
    let mut rows = Vec::new();
    let mut seen = 0;
    let mut start = if times.is_empty() { 0.0 } else { seconds(times.min()) };
    for step in times.iter_log(FIRST, GROWTH) {
        let count = step.count_since_last_iteration();
        if count == 0 {
            continue;
        }
        seen += count;
        let end = seconds(step.value_iterated_to().min(times.max()));
        let percent = 100.0 * number(seen) / number(times.len());
        rows.push(json!({"Start": start, "End": end, "Percent": percent, "Count": count}));
        start = end;
    }
    let percentiles = [(50.0, quantiles.p50), (90.0, quantiles.p90), (99.0, quantiles.p99), (99.9, quantiles.p999)];
    json!({
        "Count": times.len(),
        "Min": quantiles.min / 1e3,
        "Max": quantiles.max / 1e3,
        "Sum": quantiles.mean / 1e3 * number(times.len()),
        "Avg": quantiles.mean / 1e3,
        "StdDev": if times.is_empty() { 0.0 } else { times.stdev() / 1e9 },
        "Data": rows,
        "Percentiles": percentiles.map(|(percent, value)| json!({"Percentile": percent, "Value": value / 1e3})),
    })
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use super::*;

    fn measured() -> Measurement {
        let mut measured = Measurement::new().unwrap();
        (1..=10_000_u64).for_each(|number| measured.answered(200, number * 10_007, 1));
        (1..=50_u64).for_each(|number| measured.answered(503, number * 1_000_000, 1));
        measured
    }

    #[test]
    fn rows_add_up_to_all_requests_and_do_not_overlap() {
        let found = rows(&measured().latency);
        let rows = found["Data"].as_array().unwrap();
        let sum: u64 = rows.iter().map(|row| row["Count"].as_u64().unwrap()).sum();
        assert_eq!(sum, 10_000);
        assert!(rows.windows(2).all(|pair| pair[0]["End"] == pair[1]["Start"]));
        assert_eq!(rows.last().unwrap()["Percent"], 100.0);
    }

    #[test]
    fn a_log_is_read_back_the_same() {
        let measured = measured();
        let log = hdr_log(&measured).unwrap();
        let mut read = Vec::new();
        for entry in IntervalLogIterator::new(&log) {
            if let LogEntry::Interval(interval) = entry.unwrap() {
                let bytes = data_encoding::BASE64.decode(interval.encoded_histogram().as_bytes()).unwrap();
                let times: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
                read.push((interval.tag().map(|tag| tag.as_str().to_owned()), times));
            }
        }
        let tags: Vec<Option<&str>> = read.iter().map(|(tag, _)| tag.as_deref()).collect();
        assert_eq!(tags, [None, Some("failed"), Some("lateness")]);
        assert!(read[0].1 == measured.latency && read[1].1 == measured.failed);
    }
}
