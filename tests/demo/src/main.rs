//! A server that is as slow as it is told to be.
//!
//! `design-demo PORT [--burn US] [--sleep US] [--slow N] [--slow-by US] [--fail N] [--lock US] [--leak BYTES]`
#![expect(clippy::print_stderr, reason = "a program for tests")]

use std::convert::Infallible;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// The knobs.
#[derive(Debug, Parser)]
struct Knobs {
    /// Where it listens, on the loopback interface.
    port: u16,
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

async fn serve(server: Arc<Server>) -> std::io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, server.knobs.port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let service = service_fn(|_: Request<_>| answer(&server));
            // Whoever goes away has had what he wanted.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(server: &Server) -> Result<Response<Full<Bytes>>, Infallible> {
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
    let mut response = Response::new(Full::new(Bytes::from_static(b"ok\n")));
    if is_nth(knobs.fail) {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    Ok(response)
}

/// Uses the processor for a time.
fn burn(time: Duration) {
    let before = Instant::now();
    let mut number = 0_u64;
    while before.elapsed() < time {
        number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    }
}
