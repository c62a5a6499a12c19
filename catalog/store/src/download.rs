//! Files from an address of their own, over https.

use std::io::Read as _;

use design_pipeline::file_address;
use ureq::http::Response;
use ureq::http::header::{AUTHORIZATION, LOCATION};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};
use url::Url;

use crate::Limits;

/// How often a server may point elsewhere.
const REDIRECTS: usize = 5;

/// Sends JSON to an address. Returns the status, and what is answered. The error is the end of a sentence.
pub(crate) fn send(
    address: &str,
    token: &str,
    body: &[u8],
    limit: u64,
    limits: &Limits,
) -> Result<(u16, Vec<u8>), String> {
    file_address(address).map_err(|why| format!("`{address}` is not written to: {why}"))?;
    let request = agent(address.starts_with("http://"), limits)
        .post(address)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .content_type("application/json");
    let mut response = request.send(body).map_err(|error| reason(&error))?;
    let status = response.status().as_u16();
    Ok((status, body_of(&mut response, limit)?))
}

fn body_of(response: &mut Response<Body>, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let body = response.body_mut().as_reader();
    body.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| format!("it broke off: {error}"))?;
    if bytes.len() as u64 > limit {
        return Err(format!("it has more than {} MiB", limit >> 20));
    }
    Ok(bytes)
}

/// Fetches a file of at most `limit` bytes, with a token for the first address alone. Every address on the way is looked at as the first is: a server cannot lead from
/// https to anything else, nor from elsewhere to this machine. The error is the end of a sentence.
pub(crate) fn download(address: &str, mut token: Option<&str>, limit: u64, limits: &Limits) -> Result<Vec<u8>, String> {
    let mut address = address.to_owned();
    let is_local = address.starts_with("http://");
    let agent = agent(is_local, limits);
    for _ in 0..=REDIRECTS {
        file_address(&address).map_err(|why| format!("`{address}` is not fetched from: {why}"))?;
        if address.starts_with("http://") != is_local {
            return Err(format!("it leads to `{address}`, which is not fetched from"));
        }
        let mut request = agent.get(&address);
        if let Some(token) = token.take() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut response = request.call().map_err(|error| reason(&error))?;
        let status = response.status();
        if status.is_redirection() {
            let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let target = target.ok_or_else(|| format!("the server answers {status} and does not say where"))?;
            address = joined(&address, target)?;
            continue;
        }
        if !status.is_success() {
            return Err(format!("the server answers {status}"));
        }
        return body_of(&mut response, limit);
    }
    Err(format!("the server points elsewhere more than {REDIRECTS} times"))
}

/// What fetches: within the time, through the proxies of the environment where it leaves this machine, trusting whom the
/// system trusts, following nothing by itself.
fn agent(is_local: bool, limits: &Limits) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let mut config = Agent::config_builder()
        .timeout_global(Some(limits.time))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .https_only(!is_local)
        .user_agent("design")
        .tls_config(tls);
    if is_local {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

/// An address as a server names it, seen from another one.
fn joined(from: &str, target: &str) -> Result<String, String> {
    let joined = Url::parse(from).and_then(|from| from.join(target));
    joined.map(String::from).map_err(|_| format!("the server points to `{target}`, which is no address"))
}

/// What went wrong, without an address that holds more than it should.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        other => format!("it cannot be reached: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;

    /// Answers so many requests on this machine, each with what its path says; returns the address.
    fn server(requests: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming().take(requests) {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let request = lines.next().unwrap().unwrap();
                lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
                let path = request.split(' ').nth(1).unwrap();
                let moved = |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
                let answer = match path {
                    "/file" => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello".to_owned(),
                    "/endless" => format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(4096)),
                    "/moved" => moved("/deep/below"),
                    "/deep/below" => moved("../file"),
                    "/circle" => moved("/circle"),
                    "/away" => moved("http://example.com/file"),
                    "/secure" => moved("https://127.0.0.1:1/file"),
                    "/disk" => moved("file:///etc/passwd"),
                    "/slow" => {
                        std::thread::sleep(Duration::from_millis(1_500));
                        String::new()
                    }
                    _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
                };
                // A client that has heard enough goes away.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn fetched(path: &str, requests: usize) -> Result<Vec<u8>, String> {
        let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
        download(&format!("{}{path}", server(requests)), None, 1000, &limits)
    }

    #[test]
    fn a_file_is_fetched_also_where_the_server_points_elsewhere() {
        assert_eq!(fetched("/file", 1).as_deref(), Ok(&b"hello"[..]));
        assert_eq!(fetched("/moved", 3).as_deref(), Ok(&b"hello"[..]));
    }

    #[test]
    fn what_costs_too_much_or_leads_elsewhere_is_refused() {
        for (path, requests, why) in [
            ("/nothing", 1, "404"),
            ("/endless", 1, "more than"),
            ("/circle", 6, "more than 5 times"),
            ("/away", 1, "not fetched from"),
            ("/secure", 1, "not fetched from"),
            ("/disk", 1, "not fetched from"),
            ("/slow", 1, "too long"),
        ] {
            let error = fetched(path, requests).unwrap_err();
            assert!(error.contains(why), "{path}: {error}");
        }
        assert!(download("http://example.com/a", None, 1, &Limits::default()).is_err());
    }
}
