//! Where requests go, and what they say.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::num::NonZeroU16;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, TE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use url::Url;

use super::stream::Security;
use super::{Trust, grpc};

/// Who we say we are.
const AGENT: &str = concat!("design/", env!("CARGO_PKG_VERSION"));

/// What is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speech {
    /// HTTP/1.1: a connection has one request at a time.
    #[default]
    Http1,
    /// HTTP/2, without TLS by prior knowledge.
    Http2 {
        /// How many requests a connection has at a time.
        streams: NonZeroU16,
    },
    /// Unary calls of gRPC.
    Grpc {
        /// How many calls a connection has at a time.
        streams: NonZeroU16,
    },
}

/// What every request says, and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method; of gRPC it is always POST.
    pub method: String,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body; of gRPC the message, as it is encoded.
    pub body: Vec<u8>,
    /// What is spoken.
    pub speech: Speech,
    /// Whose certificates are believed.
    pub trust: Trust,
}

/// A target: an address and a request.
#[derive(Clone, Debug)]
pub struct Target {
    /// What was asked for.
    pub url: Url,
    /// What is spoken.
    pub speech: Speech,
    /// The addresses of its host.
    pub(super) addresses: Vec<SocketAddr>,
    /// TLS, where the URL asks for it.
    pub(super) security: Option<Security>,
    /// A request of HTTP/1.1, written out.
    pub(super) request: Vec<u8>,
    /// Whether answers have no body.
    pub(super) is_head: bool,
    /// The method of a request of HTTP/2.
    pub(super) method: Method,
    /// What a request of HTTP/2 asks for.
    pub(super) uri: Uri,
    /// Its header fields.
    pub(super) headers: HeaderMap,
    /// Its body.
    pub(super) body: Bytes,
}

/// Why a target cannot be used, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub String);

impl Target {
    /// A target by its URL: `http` and `https`, and `grpc` and `grpcs`, which are HTTP/2 without and with TLS. Its host is
    /// looked up once, here.
    pub fn new(request: &Request, url: &Url) -> Result<Self, Unusable> {
        let unusable = |why: String| Unusable(format!("{url}: {why}"));
        let (is_secure, is_grpc) = match url.scheme() {
            "http" => (false, false),
            "https" => (true, false),
            "grpc" => (false, true),
            "grpcs" => (true, true),
            other => return Err(unusable(format!("`{other}` is not spoken, only http, https, grpc and grpcs"))),
        };
        let speech = match request.speech {
            Speech::Http1 if is_grpc => Speech::Grpc { streams: NonZeroU16::MIN },
            Speech::Http2 { streams } if is_grpc => Speech::Grpc { streams },
            speech => speech,
        };
        let is_grpc = matches!(speech, Speech::Grpc { .. });
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(unusable("it has no host, or no port".to_owned()));
        };
        // The brackets of an IPv6 address are of the URL.
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        let addresses: Vec<SocketAddr> =
            (plain, port).to_socket_addrs().map_err(|error| unusable(error.to_string()))?.collect();
        if addresses.is_empty() {
            return Err(unusable("its host has no address".to_owned()));
        }
        let protocol: &[u8] = if speech == Speech::Http1 { b"http/1.1" } else { b"h2" };
        let security = is_secure.then(|| Security::new(plain, protocol, &request.trust));
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let method = if is_grpc { "POST" } else { &request.method };
        let headers = headers(request, is_grpc).map_err(unusable)?;
        let path = if is_grpc && url.path().trim_matches('/').is_empty() { grpc::HEALTH } else { url.path() };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let asked = format!("{path}{query}");
        let scheme = if is_secure { "https" } else { "http" };
        let uri = format!("{scheme}://{authority}{asked}");
        let message = if is_grpc { grpc::frame(&request.body) } else { Some(request.body.clone().into()) };
        Ok(Self {
            url: url.clone(),
            speech,
            addresses,
            security: security.transpose().map_err(unusable)?,
            request: written(method, &asked, &authority, &headers, &request.body),
            is_head: method == "HEAD",
            method: method.parse().map_err(|_| unusable(format!("`{method}` is no method")))?,
            uri: uri.parse().map_err(|error| unusable(format!("{error}")))?,
            headers,
            body: message.ok_or_else(|| unusable("the message is too long".to_owned()))?,
        })
    }
}

/// The header fields of a request, as they were given, and our own among them.
fn headers(request: &Request, is_grpc: bool) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let field = name.parse::<HeaderName>().ok().zip(value.parse::<HeaderValue>().ok());
        let (name, value) = field.ok_or_else(|| format!("the header `{name}` cannot be sent"))?;
        headers.append(name, value);
    }
    headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(AGENT));
    if is_grpc {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    Ok(headers)
}

/// A request of HTTP/1.1 (RFC 9112).
fn written(method: &str, asked: &str, authority: &str, headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {asked} HTTP/1.1\r\n").into_bytes();
    if !headers.contains_key(HOST) {
        head.extend_from_slice(format!("host: {authority}\r\n").as_bytes());
    }
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let takes_body = !matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE");
    if (!body.is_empty() || takes_body) && !headers.contains_key(http::header::CONTENT_LENGTH) {
        head.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head.extend_from_slice(body);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Target, Unusable> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = Request { method: method.to_owned(), headers, body: body.to_owned(), ..Request::default() };
        Target::new(&request, &Url::parse(url).unwrap())
    }

    #[test]
    fn a_request_says_what_it_has_to() {
        let written = |method, url, headers: &[(&str, &str)], body| {
            String::from_utf8(target(method, url, headers, body).unwrap().request).unwrap()
        };
        assert_eq!(
            written("GET", "http://127.0.0.1:8080/a?b=c", &[], b""),
            format!("GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nuser-agent: {AGENT}\r\n\r\n")
        );
        assert_eq!(
            written("POST", "http://127.0.0.1", &[("host", "shop")], b"{}"),
            format!("POST / HTTP/1.1\r\nhost: shop\r\nuser-agent: {AGENT}\r\ncontent-length: 2\r\n\r\n{{}}")
        );
    }

    #[test]
    fn a_call_of_grpc_is_a_post_of_a_frame() {
        let health = target("GET", "grpc://127.0.0.1:50051", &[], b"").unwrap();
        assert_eq!((health.method.as_str(), health.uri.path()), ("POST", grpc::HEALTH));
        assert_eq!(health.body.as_ref(), [0; 5]);
        let named = target("GET", "grpc://127.0.0.1:50051/a.B/C", &[], b"x").unwrap();
        assert_eq!((named.uri.to_string().as_str(), named.body.len()), ("http://127.0.0.1:50051/a.B/C", 6));
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for (method, url, header) in [
            ("GET", "ftp://127.0.0.1/", ("a", "b")),
            ("GET", "grpc://127.0.0.1/", ("a", "b")),
            ("G T", "http://127.0.0.1/", ("a", "b")),
            ("GET", "http://127.0.0.1/", ("a", "b\r\nc: d")),
            ("GET", "http://127.0.0.1/", ("a b", "c")),
        ] {
            assert!(target(method, url, &[header], b"").is_err(), "{method} {url} {header:?}");
        }
    }
}
