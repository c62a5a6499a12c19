//! Where requests go, and what they say.

use std::net::{SocketAddr, ToSocketAddrs as _};

use url::Url;

/// A target: an address and the bytes of a request.
#[derive(Clone, Debug)]
pub struct Target {
    /// What was asked for.
    pub url: Url,
    /// The addresses of its host.
    pub(crate) addresses: Vec<SocketAddr>,
    /// A request of HTTP/1.1.
    pub(crate) request: Vec<u8>,
    /// Whether answers have no body.
    pub(crate) is_head: bool,
}

/// Why a target cannot be used, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub String);

impl Target {
    /// A target of HTTP/1.1 without TLS. Its host is looked up once, here.
    pub fn new(method: &str, url: &Url, headers: &[(String, String)], body: &[u8]) -> Result<Self, Unusable> {
        let unusable = |why: String| Unusable(format!("{url}: {why}"));
        if url.scheme() != "http" {
            return Err(unusable(format!("`{}` is not spoken, only http", url.scheme())));
        }
        let is_token =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        if !is_token(method) {
            return Err(unusable(format!("`{method}` is no method")));
        }
        for (name, value) in headers {
            if !is_token(name) || value.bytes().any(|byte| byte == b'\r' || byte == b'\n' || byte == 0) {
                return Err(unusable(format!("the header `{name}` cannot be sent")));
            }
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(unusable("it has no host".to_owned()));
        };
        // The brackets of an IPv6 address are of the URL.
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        let addresses: Vec<SocketAddr> =
            (plain, port).to_socket_addrs().map_err(|error| unusable(error.to_string()))?.collect();
        if addresses.is_empty() {
            return Err(unusable("its host has no address".to_owned()));
        }
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut head = format!("{method} {}{query} HTTP/1.1\r\n", url.path());
        let has = |wanted: &str| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if !has("host") {
            head.push_str(&format!("Host: {authority}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !has("user-agent") {
            head.push_str(concat!("User-Agent: design/", env!("CARGO_PKG_VERSION"), "\r\n"));
        }
        let takes_body = !matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE");
        if (!body.is_empty() || takes_body) && !has("content-length") {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let request = [head.as_bytes(), body].concat();
        Ok(Self { url: url.clone(), addresses, request, is_head: method == "HEAD" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<String, String> {
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let target = Target::new(method, &Url::parse(url).unwrap(), &headers, body).map_err(|error| error.0)?;
        Ok(String::from_utf8(target.request).unwrap())
    }

    #[test]
    fn a_request_says_what_it_has_to() {
        let agent = concat!("User-Agent: design/", env!("CARGO_PKG_VERSION"), "\r\n");
        assert_eq!(
            request("GET", "http://127.0.0.1:8080/a?b=c", &[], b"").unwrap(),
            format!("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n{agent}\r\n")
        );
        assert_eq!(
            request("POST", "http://127.0.0.1", &[("host", "shop")], b"{}").unwrap(),
            format!("POST / HTTP/1.1\r\nhost: shop\r\n{agent}Content-Length: 2\r\n\r\n{{}}")
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for (method, url, header) in [
            ("GET", "https://127.0.0.1/", ("a", "b")),
            ("G T", "http://127.0.0.1/", ("a", "b")),
            ("GET", "http://127.0.0.1/", ("a", "b\r\nc: d")),
            ("GET", "http://127.0.0.1/", ("a b", "c")),
        ] {
            assert!(request(method, url, &[header], b"").is_err(), "{method} {url} {header:?}");
        }
    }
}
