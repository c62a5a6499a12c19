//! A server that is as slow as it is told to be. It speaks HTTP/1.1 and HTTP/2, and of gRPC the health protocol; below `/metrics` it tells
//! Prometheus of its process.
//!
//! `design-demo PORT [--tls FILE] [--burn US] [--sleep US] [--slow N] [--slow-by US] [--fail N] [--lock US] [--leak BYTES]`
#![expect(clippy::print_stderr, reason = "a program for tests")]

use std::convert::Infallible;
use std::hint::black_box;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_rustls::TlsAcceptor;

/// The knobs.
#[derive(Debug, Parser)]
struct Knobs {
    /// Where it listens, on the loopback interface.
    port: u16,
    /// It speaks TLS, by a certificate that it makes for 127.0.0.1 and writes to this file.
    #[arg(long, value_name = "FILE")]
    tls: Option<PathBuf>,
    /// Every request takes this much processor time, in microseconds.
    #[arg(long, default_value_t = 0)]
    burn: u64,
    /// Every answer comes this much later, in microseconds.
    #[arg(long, default_value_t = 0)]
    sleep: u64,
    /// One of so many requests is slow; 0: none.
    #[arg(long, default_value_t = 0)]
    slow: u64,
    /// How much later the answer to a slow request comes, in microseconds.
    #[arg(long, default_value_t = 5_000)]
    slow_by: u64,
    /// One of so many requests is answered with 500; 0: none.
    #[arg(long, default_value_t = 0)]
    fail: u64,
    /// Every request holds a lock for this long, in microseconds.
    #[arg(long, default_value_t = 0)]
    lock: u64,
    /// Every request leaves so many bytes in memory.
    #[arg(long, default_value_t = 0)]
    leak: usize,
}

/// What requests share.
#[derive(Debug)]
struct Server {
    knobs: Knobs,
    /// How many requests there were.
    requests: AtomicU64,
    /// What is left of them.
    left: Mutex<Vec<Vec<u8>>>,
    lock: Mutex<()>,
}

fn main() -> ExitCode {
    let server = Arc::new(Server {
        knobs: Knobs::parse(),
        requests: AtomicU64::new(0),
        left: Mutex::default(),
        lock: Mutex::default(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.and_then(|runtime| runtime.block_on(serve(server)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(server: Arc<Server>) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, server.knobs.port)).await?;
    let tls = server.knobs.tls.as_deref().map(acceptor).transpose()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (server, tls) = (Arc::clone(&server), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(server, stream).await,
                // Who does not believe the certificate goes away.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(server, stream).await;
                    }
                }
            }
        });
    }
}

/// Serves a connection until it ends.
async fn converse(server: Arc<Server>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let service = service_fn(|request: Request<Incoming>| {
        let server = Arc::clone(&server);
        async move { answer(&server, request).await }
    });
    // Whoever goes away has had what he wanted.
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// A certificate of our own, which is written to a file, and what accepts connections by it.
fn acceptor(file: &Path) -> io::Result<TlsAcceptor> {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).map_err(io::Error::other)?;
    std::fs::write(file, cert.pem())?;
    let key = signing_key.serialize_der().try_into().map_err(io::Error::other)?;
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let mut config =
        builder.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// `SERVING`, the answer of the health protocol of gRPC, in its frame.
const SERVING: &[u8] = &[0, 0, 0, 0, 2, 8, 1];

async fn answer(
    server: &Server,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Infallible> {
    if request.uri().path() == "/metrics" {
        return Ok(Response::new(Full::new(Bytes::from(metrics())).boxed()));
    }
    let is_grpc = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/grpc");
    // What is not read would be taken for an answer too early.
    let _ = request.into_body().collect().await;
    let number = server.requests.fetch_add(1, Ordering::Relaxed) + 1;
    let knobs = &server.knobs;
    let is_nth = |of: u64| of > 0 && number.is_multiple_of(of);
    if knobs.burn > 0 {
        burn(Duration::from_micros(knobs.burn));
    }
    let later = knobs.sleep + if is_nth(knobs.slow) { knobs.slow_by } else { 0 };
    if later > 0 {
        tokio::time::sleep(Duration::from_micros(later)).await;
    }
    if knobs.lock > 0 {
        let _held = server.lock.lock().await;
        tokio::time::sleep(Duration::from_micros(knobs.lock)).await;
    }
    if knobs.leak > 0 {
        server.left.lock().await.push(vec![1; knobs.leak]);
    }
    let is_failed = is_nth(knobs.fail);
    if is_grpc {
        let status = if is_failed { "14" } else { "0" };
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", HeaderValue::from_static(status));
        let body = Full::new(Bytes::from_static(SERVING)).with_trailers(async { Some(Ok(trailers)) }).boxed();
        let mut response = Response::new(body);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        return Ok(response);
    }
    let mut response = Response::new(Full::new(Bytes::from_static(b"ok\n")).boxed());
    if is_failed {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    Ok(response)
}

/// What client libraries of Prometheus tell of their process.
fn metrics() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    // Nanoseconds of every thread.
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds: u64 = tasks
        .filter_map(|task| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        })
        .sum();
    let pages: u64 =
        read("/proc/self/statm").split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    format!(
        "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total {seconds}.{rest:09}\n\
         # TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {}\n",
        pages * 4096
    )
}

/// Uses the processor for a time.
fn burn(time: Duration) {
    let before = Instant::now();
    let mut number = 0_u64;
    while before.elapsed() < time {
        number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    }
}
