//! A proxy before the API server, which injects faults and remembers what it saw.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, HOST, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};

use crate::User;
use crate::client::Connections;
use crate::fault::{Effect, Fault, Seen};
use crate::start::write_kubeconfig;

type Body = BoxBody<Bytes, hyper::Error>;

/// Why a connection is cut; hyper closes it without an answer.
type Cut = Box<dyn std::error::Error + Send + Sync>;

/// A running proxy. It ends when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    kubeconfig: PathBuf,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<Fault>,
    seen: Vec<Seen>,
}

/// What every connection needs.
#[derive(Debug)]
struct Upstream {
    connections: Connections,
    url: String,
    authorization: HeaderValue,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// Starts one in front of a server, for a user: clients send no token over a connection without TLS.
    pub(crate) fn start(
        runtime: &Handle,
        connections: &Connections,
        upstream: &str,
        user: User,
        folder: &Path,
    ) -> Result<Self, String> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let failed = |error: &dyn std::fmt::Display| format!("the proxy cannot be started: {error}");
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| failed(&error))?;
        listener.set_nonblocking(true).map_err(|error| failed(&error))?;
        let url = format!("http://{}", listener.local_addr().map_err(|error| failed(&error))?);
        let kubeconfig = folder.join(format!("proxy-{}.kubeconfig", NEXT.fetch_add(1, Ordering::Relaxed)));
        write_kubeconfig(&kubeconfig, &url, None, user)?;
        let state = Arc::new(Mutex::new(State::default()));
        let upstream = Arc::new(Upstream {
            connections: connections.clone(),
            url: upstream.to_owned(),
            authorization: HeaderValue::from_str(&format!("Bearer {}", user.token()))
                .map_err(|error| failed(&error))?,
            state: Arc::clone(&state),
        });
        let task = runtime.spawn(serve(listener, upstream));
        Ok(Self { url, kubeconfig, state, task })
    }

    /// Where it listens; plain HTTP.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A kubeconfig that leads to it.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Adds a fault. Where several would meet a request, the first that was added does; each counts the requests that fit
    /// it and that reach it.
    pub fn inject(&self, fault: Fault) {
        lock(&self.state).faults.push(fault);
    }

    /// Takes all faults away and forgets what was seen.
    pub fn reset(&self) {
        *lock(&self.state) = State::default();
    }

    /// What it saw, in the order in which requests came.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.state).seen.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Its connections belong to this task and end with it.
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: std::net::TcpListener, upstream: Arc<Upstream>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let upstream = Arc::clone(&upstream);
        open.spawn(async move {
            let service = service_fn(|request| answer(request, Arc::clone(&upstream)));
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while open.try_join_next().is_some() {}
    }
}

async fn answer(request: Request<Incoming>, upstream: Arc<Upstream>) -> Result<Response<Body>, Cut> {
    let method = request.method().clone();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let (index, effect) = {
        let mut state = lock(&upstream.state);
        let effect = state.faults.iter_mut().find_map(|fault| fault.meet(&method, &path));
        state.seen.push(Seen { method, path: path.clone(), effect, status: None });
        (state.seen.len() - 1, effect)
    };
    match effect {
        Some(Effect::Answer { status, retry_after }) => return failure(status, retry_after),
        Some(Effect::Cut) => return Err("cut before".into()),
        Some(Effect::Stall(duration)) => tokio::time::sleep(duration).await,
        _ => {}
    }
    let passed = pass_on(request, &path, &upstream).await?;
    if let Some(seen) = lock(&upstream.state).seen.get_mut(index) {
        seen.status = Some(passed.status().as_u16());
    }
    match effect {
        Some(Effect::ErrorAfterwards) => failure(500, None),
        Some(Effect::CutAfterwards) => Err("cut afterwards".into()),
        Some(Effect::StallAfterwards(duration)) => {
            tokio::time::sleep(duration).await;
            Ok(passed)
        }
        _ => Ok(passed),
    }
}

async fn pass_on(request: Request<Incoming>, path: &str, upstream: &Upstream) -> Result<Response<Body>, Cut> {
    let (mut head, body) = request.into_parts();
    head.uri = format!("{}{path}", upstream.url).parse()?;
    head.headers.remove(HOST);
    head.headers.insert(AUTHORIZATION, upstream.authorization.clone());
    let body = body.collect().await?.to_bytes();
    let answer = upstream.connections.request(Request::from_parts(head, Full::new(body))).await?;
    // Not collected: a watch never ends.
    Ok(answer.map(BodyExt::boxed))
}

/// An answer in the API server's form.
fn failure(status: u16, retry_after: Option<u32>) -> Result<Response<Body>, Cut> {
    let code = StatusCode::from_u16(status)?;
    let reason = match status {
        409 => "Conflict",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
    let body = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": format!("{status}, injected by a test"),
        "reason": reason,
        "code": status,
    });
    let mut response = Response::builder().status(code).header("content-type", "application/json");
    if let Some(seconds) = retry_after {
        response = response.header("retry-after", seconds);
    }
    let body = Full::new(Bytes::from(body.to_string())).map_err(|never| match never {});
    Ok(response.body(body.boxed())?)
}
