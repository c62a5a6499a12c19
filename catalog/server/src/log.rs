//! A line a request, for programs: what was asked, and what came of it.

use std::net::IpAddr;
use std::time::Instant;

use axum::http::Request;
use jiff::Timestamp;
use serde_json::json;

/// How many characters of a path are logged.
const PATH: usize = 300;

/// A request that is to be logged.
pub(crate) struct Logged {
    number: u64,
    client: IpAddr,
    method: String,
    path: String,
    time: Timestamp,
    start: Instant,
}

impl Logged {
    /// A request that begins now. What stands behind `?` is what somebody looks for, and is nobody's business.
    pub(crate) fn new<T>(number: u64, client: IpAddr, request: &Request<T>) -> Self {
        let path = request.uri().path().chars().take(PATH).collect();
        let method = request.method().to_string();
        Self { number, client, method, path, time: Timestamp::now(), start: Instant::now() }
    }

    /// The line, as JSON.
    pub(crate) fn line(&self, status: u16) -> String {
        let microseconds = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        json!({
            "time": self.time.to_string(), "request": self.number, "client": self.client.to_string(), "method": self.method,
            "path": self.path, "status": status, "microseconds": microseconds,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_whatever_was_asked() {
        let request = Request::builder().method("GET").uri("/a?q=secret").body(()).unwrap();
        let line = Logged::new(7, IpAddr::from([192, 0, 2, 1]), &request).line(200);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (read["request"].as_u64(), read["path"].as_str(), read["status"].as_u64()),
            (Some(7), Some("/a"), Some(200))
        );
        assert!(!line.contains("secret") && !line.contains('\n'));
    }
}
