//! A plain client of the API server: what tests ask without the product's own client.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

/// How long one request may take.
const LONGEST: Duration = Duration::from_mins(1);

/// Connections that trust a cluster's certificate.
pub(crate) type Connections = Pool<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Connections to a server whose certificate, or that of its authority, lies in a file.
pub(crate) fn connections(certificate: &Path) -> Result<Connections, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("{}: {error}", certificate.display());
    let mut roots = rustls::RootCertStore::empty();
    for each in CertificateDer::pem_file_iter(certificate).map_err(|error| unreadable(&error))? {
        let each = each.map_err(|error| unreadable(&error))?;
        roots.add(each).map_err(|error| unreadable(&error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unreadable(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector =
        hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(settings).https_only().enable_http1().build();
    Ok(Pool::builder(TokioExecutor::new()).build(connector))
}

/// An answer of the API server.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body; a JSON string where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// Whether the server did what was asked.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Sends one request with a token and waits for the whole answer.
pub(crate) async fn send(
    connections: Connections,
    method: Method,
    url: String,
    token: String,
    content_type: String,
    body: Vec<u8>,
) -> Result<Answer, String> {
    let request = Request::builder()
        .method(method.clone())
        .uri(&url)
        .header("authorization", format!("Bearer {token}"))
        .header("accept", "application/json")
        .header("content-type", content_type)
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| format!("{method} {url}: {error}"))?;
    let answer = async {
        let answer = connections.request(request).await.map_err(|error| format!("{method} {url}: {error}"))?;
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.map_err(|error| format!("{method} {url}: {error}"))?.to_bytes();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        Ok(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) })
    };
    let late = |_| format!("{method} {url}: no answer in {} s", LONGEST.as_secs());
    tokio::time::timeout(LONGEST, answer).await.map_err(late)?
}
