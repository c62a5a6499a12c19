//! Answers to requests.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use design_site::{Card, Document, Lifetime, MediaType, Tag};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::listen::Shared;
use crate::serving::{Served, compared};

/// Headers of every answer: nothing runs but the script of this site, nothing is loaded from elsewhere, nothing frames it.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
];

/// What a picture by itself may do: be painted.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// How many headers an answer has.
const FIELDS: usize = 16;

/// The address of the search.
pub(crate) const SEARCH: &str = "/search/";

/// Bytes of a design that is tried.
const TRIED: usize = 64 << 10;

/// The parameters of a query, in their order.
type Parameters = Query<Vec<(String, String)>>;

/// The names of facets, as they stand in a query.
const FACETS: [&str; 6] = ["checks", "class", "publisher", "keyword", "kind", "state"];

/// The document at an address, or why there is none.
pub(crate) async fn document(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let served = shared.serving.now();
    if method != Method::GET && method != Method::HEAD {
        let mut answer =
            page(&served, StatusCode::METHOD_NOT_ALLOWED, "Not like this", "This address can only be read.");
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let root = served.site.settings().root();
    let Some(path) = uri.path().strip_prefix(root).map(decoded) else { return missing(&served) };
    if let Some(found) = at(&served, &path, &headers) {
        return found;
    }
    if let Some(to) = served.written.moved.get(&path) {
        return moved(StatusCode::FOUND, &format!("{root}{to}"));
    }
    if served.written.gone.iter().any(|begin| path.starts_with(begin.as_str())) {
        let why = "This version is not served any more: its publisher, or the operator of this catalog, took it away.";
        return page(&served, StatusCode::GONE, "Gone", why);
    }
    let with_slash = format!("{path}/");
    if served.written.has(&with_slash) || served.written.moved.contains_key(&with_slash) {
        return moved(StatusCode::PERMANENT_REDIRECT, &format!("{root}{with_slash}"));
    }
    missing(&served)
}

/// The document that a request for reading means by its path alone, which most do: no route is looked for, and no task is made.
pub(crate) fn quick<T>(served: &Served, request: &Request<T>) -> Option<Response<Body>> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path().strip_prefix(served.site.settings().root())?;
    // One address is both a document and, with a query, a search.
    if !is_read || path == SEARCH || path.contains('%') {
        return None;
    }
    at(served, path, request.headers())
}

/// The document at an address, as the client takes it.
fn at(served: &Served, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let (media_type, lifetime, tag) = served.written.tag(path)?;
    let (is_compressed, tag) = represented(tag, headers);
    if is_known(&tag, headers) {
        return Some(framed(Body::empty(), StatusCode::NOT_MODIFIED, &tag, media_type, lifetime, false));
    }
    let document = served.written.get(path)?;
    let body = if is_compressed { Body::from(document.compressed) } else { Body::from(document.body()) };
    Some(framed(body, StatusCode::OK, &tag, media_type, lifetime, is_compressed))
}

/// The page of a search.
pub(crate) async fn search(
    State(shared): State<Arc<Shared>>,
    Query(parameters): Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    let served = shared.serving.now();
    let asked = Asked::of(&parameters);
    let found = served.snapshot.find(&asked.query, &asked.chosen);
    let page = served.site.search_page(&served.written.cards, &found, &asked.query, &asked.chosen, asked.page);
    of_page(page, &headers)
}

/// A search for programs.
pub(crate) async fn search_data(
    State(shared): State<Arc<Shared>>,
    Query(parameters): Parameters,
    headers: HeaderMap,
) -> Response<Body> {
    let served = shared.serving.now();
    let asked = Asked::of(&parameters);
    let found = served.snapshot.find(&asked.query, &asked.chosen);
    let start = (asked.page - 1).saturating_mul(asked.limit);
    let cards: Vec<&Card> = found
        .entries
        .iter()
        .skip(start)
        .take(asked.limit)
        .filter_map(|position| served.written.cards.get(*position)?.as_ref())
        .collect();
    let answer = json!({
        "schemaVersion": "catalog.design/v1", "total": found.entries.len(), "page": asked.page, "limit": asked.limit,
        "patterns": cards, "facets": found.facets,
    });
    let body = serde_json::to_vec(&answer).unwrap_or_default();
    of_document(Document::new("", MediaType::Json, Lifetime::Snapshot, &body), &headers)
}

/// The page that compares two versions.
pub(crate) async fn comparison(
    State(shared): State<Arc<Shared>>,
    Path((publisher, name, versions)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let served = shared.serving.now();
    let pattern = served.pattern(&publisher, &name);
    let both = pattern.zip(versions.split_once("...")).and_then(|(pattern, (old, new))| {
        let is_served = |version: &&design_index::Version| version.state.as_str() != "blocked";
        let old = pattern.version(old).filter(is_served)?;
        Some((pattern.clone(), old.clone(), pattern.version(new).filter(is_served)?.clone()))
    });
    let Some((pattern, old, new)) = both else { return missing(&served) };
    let path = format!("/compare/{publisher}/{name}/{versions}/");
    if let Some(document) = shared.comparisons.get(&path) {
        return of_document(document, &headers);
    }
    // Both are compiled again: that takes a thread, not this one.
    let options = Arc::clone(&shared.options);
    let work = tokio::task::spawn_blocking(move || {
        let compared = compared(&options, &old, &new)?;
        served.site.compare_page(&pattern, &old, &new, &compared)
    });
    match work.await {
        Ok(Ok(page)) => {
            let document = Document::new(path, MediaType::Html, Lifetime::Forever, page.as_bytes());
            shared.comparisons.put(document.clone());
            of_document(document, &headers)
        }
        _ => broken(),
    }
}

/// The page on which a design is tried.
pub(crate) async fn try_page(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response<Body> {
    of_page(shared.serving.now().site.try_page("", None), &headers)
}

/// A design that was pasted: checked and drawn on a thread of its own, a few at a time, and not kept.
pub(crate) async fn try_design(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let served = shared.serving.now();
    let text = form_urlencoded::parse(&body).find(|(name, _)| name == "design").map(|(_, text)| text.into_owned());
    let Some(text) = text.filter(|text| text.len() <= TRIED) else {
        return page(
            &served,
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too much",
            "A design that is tried here has at most 64 KiB.",
        );
    };
    let Ok(place) = Arc::clone(&shared.trying).try_acquire_owned() else { return busy(&served) };
    let work = tokio::task::spawn_blocking(move || {
        let files = [("design.yaml".to_owned(), text.replace("\r\n", "\n").into_bytes())];
        let facts = design_index::facts("your design", &files, &|_| None);
        // The place is free when the work is done, also when nobody waits for it any more.
        drop(place);
        served.site.try_page(&text, Some(&facts))
    });
    match work.await {
        Ok(Ok(text)) => plain(StatusCode::OK, "text/html; charset=utf-8", text),
        _ => broken(),
    }
}

/// What is answered where as many compile as may.
pub(crate) fn busy(served: &Served) -> Response<Body> {
    let mut answer =
        page(served, StatusCode::SERVICE_UNAVAILABLE, "Not now", "Others try designs at the moment; wait a little.");
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    answer
}

/// Whether the server lives: it does, or it would not answer.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// Numbers about the server.
pub(crate) async fn metrics(State(shared): State<Arc<Shared>>) -> Response<Body> {
    plain(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", shared.numbers())
}

/// What a query asks for.
struct Asked {
    query: String,
    chosen: Vec<(String, String)>,
    page: usize,
    limit: usize,
}

impl Asked {
    fn of(parameters: &[(String, String)]) -> Self {
        let first = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let number = |name: &str, most: usize| {
            first(name).and_then(|text| text.parse::<usize>().ok()).map(|number| number.clamp(1, most))
        };
        let chosen = parameters.iter().filter(|(key, value)| FACETS.contains(&key.as_str()) && !value.is_empty());
        Self {
            query: first("q").unwrap_or_default().trim().chars().take(200).collect(),
            chosen: chosen.take(40).cloned().collect(),
            page: number("page", 1_000).unwrap_or(1),
            limit: number("limit", 100).unwrap_or(20),
        }
    }
}

/// A page that was written for this request, and that holds until the next commit.
fn of_page(page: Result<String, String>, headers: &HeaderMap) -> Response<Body> {
    match page {
        Ok(page) => of_document(Document::new("", MediaType::Html, Lifetime::Snapshot, page.as_bytes()), headers),
        Err(_) => broken(),
    }
}

/// A document as the client takes it: compressed, as it is, or not at all, since the client has it.
pub(crate) fn of_document(document: Document, headers: &HeaderMap) -> Response<Body> {
    let (is_compressed, tag) = represented(document.tag, headers);
    let (media_type, lifetime) = (document.media_type, document.lifetime);
    if is_known(&tag, headers) {
        return framed(Body::empty(), StatusCode::NOT_MODIFIED, &tag, media_type, lifetime, false);
    }
    let body = if is_compressed { Body::from(document.compressed) } else { Body::from(document.body()) };
    framed(body, StatusCode::OK, &tag, media_type, lifetime, is_compressed)
}

/// Whether the client takes it compressed, and the entity tag of what it gets: two encodings are two representations, and a strong tag tells
/// them apart (RFC 9110, 8.8.3).
fn represented(tag: Tag, headers: &HeaderMap) -> (bool, String) {
    let accepts = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let is_compressed = accepts.flat_map(|value| value.split(',')).any(|one| {
        let (coding, rest) = one.split_once(';').unwrap_or((one, ""));
        matches!(coding.trim(), "gzip" | "*") && !matches!(rest.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    });
    (is_compressed, if is_compressed { format!("\"{tag}-gz\"") } else { format!("\"{tag}\"") })
}

/// Whether the client has what a tag names.
fn is_known(tag: &str, headers: &HeaderMap) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

/// An answer with everything that is said of a document.
fn framed(
    body: Body,
    status: StatusCode,
    tag: &str,
    media_type: MediaType,
    lifetime: Lifetime,
    is_compressed: bool,
) -> Response<Body> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let fields = answer.headers_mut();
    // All that there will be, so that the table grows once.
    fields.reserve(FIELDS);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        fields.insert(header::ETAG, tag);
    }
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime.header()));
    fields.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if status != StatusCode::NOT_MODIFIED {
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type.as_str()));
        if is_compressed {
            fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    secured(&mut answer);
    if media_type == MediaType::Svg {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PICTURE_POLICY));
    }
    answer
}

fn secured(answer: &mut Response<Body>) {
    for (name, value) in HEADERS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let exposed = HeaderValue::from_static("ETag, Link, Retry-After");
    answer.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

fn missing(served: &Served) -> Response<Body> {
    page(served, StatusCode::NOT_FOUND, "There is nothing here", "No page of this catalog has this address.")
}

fn page(served: &Served, status: StatusCode, heading: &str, introduction: &str) -> Response<Body> {
    let text = served.site.missing_page(heading, introduction).unwrap_or_default();
    plain(status, "text/html; charset=utf-8", text)
}

/// An answer that nobody keeps.
pub(crate) fn plain(status: StatusCode, media_type: &'static str, text: impl Into<Body>) -> Response<Body> {
    let mut answer = Response::new(text.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    secured(&mut answer);
    answer
}

/// Something is wrong here, which is nobody's business what.
pub(crate) fn broken() -> Response<Body> {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", "Something is wrong with this catalog.\n")
}

fn moved(status: StatusCode, to: &str) -> Response<Body> {
    let mut answer = plain(status, "text/plain; charset=utf-8", "");
    if let Ok(to) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(header::LOCATION, to);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(Lifetime::Snapshot.header()));
    answer
}

/// A path with its percent signs undone; what is no text stays as it is, and is not found.
fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8().map_or_else(|_| path.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(HeaderName, &str)]) -> Response<Body> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        of_document(Document::new("/a", MediaType::Html, Lifetime::Forever, b"abc"), &map)
    }

    fn tag(answer: &Response<Body>) -> String {
        answer.headers()[header::ETAG].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_client_gets_what_it_takes_and_nothing_that_it_has() {
        let plain = answer(&[]);
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        let compressed = answer(&[(header::ACCEPT_ENCODING, "br, gzip;q=0.5")]);
        assert_eq!(compressed.headers()[header::CONTENT_ENCODING], "gzip");
        assert_ne!(tag(&plain), tag(&compressed));
        let refused = answer(&[(header::ACCEPT_ENCODING, "gzip;q=0")]);
        assert_eq!(tag(&refused), tag(&plain));
        for known in [tag(&plain), format!("\"x\", {}", tag(&plain)), format!("W/{}", tag(&plain)), "*".to_owned()] {
            let same = answer(&[(header::IF_NONE_MATCH, &known)]);
            assert_eq!(same.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(tag(&same), tag(&plain));
        }
        assert_eq!(answer(&[(header::IF_NONE_MATCH, &tag(&compressed))]).status(), StatusCode::OK);
    }

    #[test]
    fn every_answer_says_what_may_run() {
        for answer in
            [answer(&[]), broken(), plain(StatusCode::NOT_FOUND, "text/plain", "x"), moved(StatusCode::FOUND, "/a")]
        {
            let policy = answer.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        }
    }

    #[test]
    fn paths_are_text() {
        assert_eq!(decoded("/a%20b/%C3%BC"), "/a b/ü");
        assert_eq!(decoded("/%zz%4"), "/%zz%4");
        assert_eq!(decoded("/%ff"), "/%ff");
    }
}
