//! Requests to an API server, and which of them are sent again.
//!
//! Only what cannot do harm twice is repeated: reading, server-side apply, deleting one object by its uid, and replacing one
//! that has a resource version. What the server turned away with 429 was not begun, so that is always repeated. Everything
//! ends at one deadline.

use std::time::Duration;

use http::{Method, Request, StatusCode, header};
use kube::client::Body;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::connect::Connection;

/// A cluster and how long it may take.
#[derive(Clone)]
pub struct Cluster {
    /// The way to it.
    pub connection: Connection,
    /// When everything has to be done.
    pub deadline: Instant,
}

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// The server said no.
    Status(Status),
    /// No answer came, in words.
    Unreachable(String),
    /// The deadline passed before an answer came.
    Late,
}

/// What a server says with its refusal (`meta/v1.Status`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// The HTTP status code.
    pub code: u16,
    /// Such as `Conflict`.
    pub reason: String,
    /// In words.
    pub message: String,
    /// What in particular: reason, field and message of each cause.
    pub causes: Vec<Cause>,
}

/// One cause of a refusal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cause {
    /// Such as `FieldManagerConflict` or `FieldValueInvalid`.
    pub reason: String,
    /// The field, as the server writes it.
    pub field: String,
    /// In words.
    pub message: String,
}

/// A body and its type.
pub type Content = (&'static str, Vec<u8>);

/// The media type of server-side apply; JSON is YAML.
pub const APPLY: &str = "application/apply-patch+yaml";
/// The media type of everything else that is sent.
pub const JSON: &str = "application/json";

/// How long one answer may take: a server that stalls is asked again.
const ANSWER: Duration = Duration::from_secs(15);
/// The first pause before a request is repeated, which doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);
/// How often a request is repeated whose failure is no promise of a later success.
const ATTEMPTS: u32 = 6;

impl Refused {
    /// Whether the server said no with this code.
    pub fn is(&self, code: u16) -> bool {
        matches!(self, Self::Status(status) if status.code == code)
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Status(status) if status.message.is_empty() => format!("the server answers {}", status.code),
            Self::Status(status) => status.message.clone(),
            Self::Unreachable(why) => format!("no answer from the server: {why}"),
            Self::Late => "the deadline passed".to_owned(),
        }
    }
}

impl Cluster {
    /// A cluster that has to be done with everything within a time from now.
    pub fn new(connection: Connection, within: Duration) -> Self {
        Self { connection, deadline: Instant::now() + within }
    }

    /// Reads one thing.
    pub async fn get(&self, path: &str) -> Result<Value, Refused> {
        self.send(&Method::GET, path, None).await
    }

    /// Reads all pages of a list; the query has to be empty or end in `&`.
    pub async fn list(&self, path: &str, query: &str) -> Result<Vec<Value>, Refused> {
        self.listed(path, query, Some).await
    }

    /// Reads all pages of a list and keeps of each object what is made of it: no more than a page is held as it was read.
    pub async fn listed<T>(
        &self,
        path: &str,
        query: &str,
        mut keep: impl FnMut(Value) -> Option<T>,
    ) -> Result<Vec<T>, Refused> {
        const PAGE: usize = 500;
        let mut items = Vec::new();
        let mut next = String::new();
        loop {
            let url = format!("{path}?{query}limit={PAGE}{next}");
            let mut page = match self.get(&url).await {
                // The token grew old while pages were read: the rest has to be read anew, all of it.
                Err(refused) if refused.is(410) && !next.is_empty() => {
                    items.clear();
                    next.clear();
                    continue;
                }
                other => other?,
            };
            let token = page.pointer("/metadata/continue").and_then(Value::as_str).unwrap_or_default();
            next = if token.is_empty() { String::new() } else { format!("&continue={}", encoded(token)) };
            if let Some(Value::Array(page)) = page.get_mut("items").map(Value::take) {
                items.extend(page.into_iter().filter_map(&mut keep));
            }
            if next.is_empty() {
                return Ok(items);
            }
        }
    }

    /// Sends an object by server-side apply and returns what came of it.
    pub async fn apply(&self, path: &str, object: &[u8], how: How) -> Result<Value, Refused> {
        let force = if how.force { "&force=true" } else { "" };
        let dry = if how.dry_run { "&dryRun=All" } else { "" };
        let url = format!("{path}?fieldManager={MANAGER}&fieldValidation=Strict{force}{dry}");
        self.send(&Method::PATCH, &url, Some((APPLY, object.to_vec()))).await
    }

    /// Sends a request, again where that is safe.
    pub async fn send(&self, method: &Method, path: &str, content: Option<Content>) -> Result<Value, Refused> {
        let is_safe = *method != Method::POST || path.contains("selfsubject");
        let mut pause = FIRST_PAUSE;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (refused, wanted_pause) = match self.once(method, path, content.as_ref()).await {
                Ok(answer) => return Ok(answer),
                Err(refused) => refused,
            };
            let again = match &refused {
                Refused::Status(status) => match status.code {
                    429 => true,
                    500 | 502 | 503 | 504 => is_safe && attempt < ATTEMPTS,
                    // Somebody else wrote between the server's own reading and writing.
                    409 => *method == Method::PATCH && status.causes.is_empty() && attempt < ATTEMPTS,
                    _ => false,
                },
                Refused::Unreachable(_) => is_safe && attempt < ATTEMPTS,
                Refused::Late => false,
            };
            if !again {
                return Err(refused);
            }
            let this_pause = wanted_pause.unwrap_or(pause);
            if Instant::now() + this_pause >= self.deadline {
                return Err(refused);
            }
            sleep(this_pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Sends a request once. Beside the refusal comes the pause that the server wants.
    async fn once(
        &self,
        method: &Method,
        path: &str,
        content: Option<&Content>,
    ) -> Result<Value, (Refused, Option<Duration>)> {
        let unreachable = |error: &dyn std::fmt::Display| (Refused::Unreachable(error.to_string()), None);
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, JSON);
        if let Some((media_type, _)) = content {
            request = request.header(header::CONTENT_TYPE, *media_type);
        }
        let body = content.map(|(_, bytes)| bytes.clone()).unwrap_or_default();
        let request = request.body(Body::from(body)).map_err(|error| unreachable(&error))?;
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err((Refused::Late, None));
        }
        let answer = async {
            let response = self.connection.client.send(request).await.map_err(|error| unreachable(&chain(&error)))?;
            let (parts, body) = response.into_parts();
            let bytes = body.collect_bytes().await.map_err(|error| unreachable(&chain(&error)))?;
            Ok::<_, (Refused, Option<Duration>)>((parts, bytes))
        };
        let (parts, bytes) = match timeout(left.min(ANSWER), answer).await {
            Ok(answer) => answer?,
            Err(_) if left <= ANSWER => return Err((Refused::Late, None)),
            Err(_) => return Err(unreachable(&format!("it took longer than {} s", ANSWER.as_secs()))),
        };
        if parts.status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|error| unreachable(&error));
        }
        let pause = parts.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Err((Refused::Status(status(parts.status, &bytes)), pause.map(Duration::from_secs)))
    }
}

/// How an object is applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// Whether fields are taken over that another manager owns.
    pub force: bool,
    /// Whether the server only says what it would do.
    pub dry_run: bool,
}

/// The name under which fields are owned.
pub const MANAGER: &str = "design";

/// An error with what caused it, because the outermost one often says nothing.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words.push_str(&format!(": {more}"));
        }
        cause = error.source();
    }
    words
}

fn status(code: StatusCode, bytes: &[u8]) -> Status {
    let mut status = Status { code: code.as_u16(), ..Status::default() };
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        // Something in between answered, not the server.
        let text: String = String::from_utf8_lossy(bytes).trim().chars().take(200).collect();
        return Status { message: format!("{code} {text}").trim().to_owned(), ..status };
    };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    status.reason = text(&body, "reason");
    status.message = text(&body, "message");
    let causes = body.pointer("/details/causes").and_then(Value::as_array).into_iter().flatten();
    status.causes = causes
        .map(|cause| Cause {
            reason: text(cause, "reason"),
            field: text(cause, "field"),
            message: text(cause, "message"),
        })
        .collect();
    status
}

/// Text as a value of a query.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_with_its_causes() {
        let body = br#"{"kind":"Status","reason":"Conflict","message":"Apply failed","details":{"causes":[
            {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".spec.replicas"}]}}"#;
        let read = status(StatusCode::CONFLICT, body);
        assert_eq!((read.code, read.reason.as_str()), (409, "Conflict"));
        assert_eq!(read.causes.first().map(|cause| cause.field.as_str()), Some(".spec.replicas"));
    }

    #[test]
    fn what_is_no_status_is_quoted() {
        assert_eq!(status(StatusCode::BAD_GATEWAY, b"upstream\n").message, "502 Bad Gateway upstream");
    }

    #[test]
    fn queries_hold_only_what_they_may() {
        assert_eq!(encoded("a=b/c é"), "a%3Db%2Fc%20%C3%A9");
    }
}
