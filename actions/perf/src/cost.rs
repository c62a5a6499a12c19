//! What a load costs beside its latency: processor time for a request, and memory, of the server, its sidecar or its node, as Prometheus
//! measures them.
//!
//! A query of processor time says how many cores something keeps busy, as `rate` of a counter does. In it `$window` stands for the time
//! that is measured, so that the answer is about this load and nothing before it; what lies between two scrapes Prometheus extrapolates.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};
use url::Url;

use crate::number::number;

/// Stands for the time that is measured in a query.
pub const WINDOW: &str = "$window";

/// How long Prometheus may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Where costs are asked for, and which.
#[derive(Clone, Debug)]
pub struct Costs {
    /// A server that speaks the HTTP API of Prometheus.
    pub prometheus: Url,
    /// What is asked.
    pub queries: Vec<Query>,
}

/// What is asked of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What it is, such as `server` or `sidecar`.
    pub name: String,
    /// How many cores it keeps busy; `$window` is the time that is measured.
    pub cores: Option<String>,
    /// How many bytes of memory it holds.
    pub memory: Option<String>,
}

/// What something cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What it is.
    pub name: String,
    /// How many cores it kept busy; `None` where nobody asked, or nothing was measured.
    pub cores: Option<f64>,
    /// Microseconds of processor time for a request.
    pub cpu_per_request_us: Option<f64>,
    /// Bytes of memory at the end of the load.
    pub memory_bytes: Option<f64>,
}

/// A mesh whose sidecars are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sidecar {
    /// Istio: containers `istio-proxy`.
    Istio,
    /// Linkerd: containers `linkerd-proxy`.
    Linkerd,
}

impl Query {
    /// The sidecars of a namespace, by the metrics of cAdvisor, which every kubelet serves.
    pub fn sidecars(mesh: Sidecar, namespace: &str) -> Self {
        let (container, namespace) = match mesh {
            Sidecar::Istio => ("istio-proxy", namespace.replace('"', "")),
            Sidecar::Linkerd => ("linkerd-proxy", namespace.replace('"', "")),
        };
        let of = format!("{{container=\"{container}\",namespace=\"{namespace}\"}}");
        Self {
            name: "sidecars".to_owned(),
            cores: Some(format!("sum(rate(container_cpu_usage_seconds_total{of}[{WINDOW}]))")),
            memory: Some(format!("sum(container_memory_working_set_bytes{of})")),
        }
    }

    /// The server behind a job of Prometheus, by what client libraries tell of their process.
    pub fn job(job: &str) -> Self {
        let of = format!("{{job=\"{}\"}}", job.replace('"', ""));
        Self {
            name: job.to_owned(),
            cores: Some(format!("sum(rate(process_cpu_seconds_total{of}[{WINDOW}]))")),
            memory: Some(format!("sum(process_resident_memory_bytes{of})")),
        }
    }
}

impl Costs {
    /// Asks what a load cost that has just ended: how long it was measured, and how many requests it had. The error is one line: the
    /// server does not answer, or not as Prometheus does.
    pub fn ask(&self, measured: Duration, requests: u64) -> Result<Vec<Cost>, String> {
        let window = format!("{}s", measured.as_secs().max(1));
        let each = self.queries.iter().map(|query| {
            let ask = |text: &Option<String>| match text {
                Some(text) => self.value(&text.replace(WINDOW, &window)),
                None => Ok(None),
            };
            let (cores, memory_bytes) = (ask(&query.cores)?, ask(&query.memory)?);
            let each = |cores: f64| cores * measured.as_secs_f64() * 1e6 / number(requests);
            let cpu_per_request_us = cores.filter(|_| requests > 0).map(each);
            Ok(Cost { name: query.name.clone(), cores, cpu_per_request_us, memory_bytes })
        });
        each.collect()
    }

    /// The value of a query now; `None` where there is none.
    fn value(&self, query: &str) -> Result<Option<f64>, String> {
        let mut url = self.prometheus.clone();
        let failed = |why: &dyn std::fmt::Display| format!("Prometheus at {}: {why}", self.prometheus);
        url.path_segments_mut()
            .map_err(|()| failed(&"it is no address"))?
            .pop_if_empty()
            .extend(["api", "v1", "query"]);
        url.query_pairs_mut().append_pair("query", query);
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(tls);
        if self.prometheus.scheme() == "http" {
            // What is asked without TLS is near.
            config = config.proxy(None);
        }
        let agent = config.build().new_agent();
        let mut answer = agent.get(url.as_str()).call().map_err(|error| failed(&error))?;
        let text = answer.body_mut().read_to_string().map_err(|error| failed(&error))?;
        let answer: Value = serde_json::from_str(&text).map_err(|_| failed(&"its answer is no JSON"))?;
        read(&answer).map_err(|why| failed(&why))
    }
}

/// The sum of an instant vector, or a scalar, in an answer of the HTTP API (Prometheus, "HTTP API", expression queries).
fn read(answer: &Value) -> Result<Option<f64>, String> {
    if answer.get("status").and_then(Value::as_str) != Some("success") {
        let why = answer.get("error").and_then(Value::as_str).unwrap_or("its answer has no status");
        return Err(why.to_owned());
    }
    let sample = |value: &Value| value.get(1)?.as_str()?.parse::<f64>().ok().filter(|value| value.is_finite());
    let result = answer.pointer("/data/result").ok_or("its answer has no result")?;
    match answer.pointer("/data/resultType").and_then(Value::as_str) {
        Some("scalar") => Ok(sample(result)),
        Some("vector") => {
            let series = result.as_array().map(Vec::as_slice).unwrap_or_default();
            let values: Vec<f64> = series.iter().filter_map(|one| sample(one.get("value")?)).collect();
            Ok((!values.is_empty()).then(|| values.iter().sum()))
        }
        other => Err(format!("a query gives a number for now, and this one gives {}", other.unwrap_or("nothing"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_numbers() {
        let vector = |values: &[&str]| {
            let series: Vec<Value> = values.iter().map(|value| json!({"metric": {}, "value": [1.5, value]})).collect();
            json!({"status": "success", "data": {"resultType": "vector", "result": series}})
        };
        assert_eq!(read(&vector(&["0.25", "0.5"])), Ok(Some(0.75)));
        assert_eq!(read(&vector(&[])), Ok(None));
        assert_eq!(read(&vector(&["NaN"])), Ok(None));
        let scalar = json!({"status": "success", "data": {"resultType": "scalar", "result": [1.5, "3"]}});
        assert_eq!(read(&scalar), Ok(Some(3.0)));
        let wrong = json!({"status": "error", "errorType": "bad_data", "error": "parse error"});
        assert_eq!(read(&wrong), Err("parse error".to_owned()));
        let matrix = json!({"status": "success", "data": {"resultType": "matrix", "result": []}});
        assert!(read(&matrix).unwrap_err().contains("matrix"));
    }

    #[test]
    fn sidecars_are_asked_for_by_what_kubelets_serve() {
        let query = Query::sidecars(Sidecar::Linkerd, "shop");
        assert_eq!(
            query.cores.unwrap(),
            r#"sum(rate(container_cpu_usage_seconds_total{container="linkerd-proxy",namespace="shop"}[$window]))"#
        );
    }
}
