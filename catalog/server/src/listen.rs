//! Connections: how many, how long, and what they are answered by.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::routing::{get, post};
use design_site::Document;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tower::ServiceExt as _;

use crate::Options;
use crate::access::{Access, unknown, withheld};
use crate::answer::{SEARCH, comparison, document, health, plain, quick, search, search_data, try_design, try_page};
use crate::limit::Limit;
use crate::log::Logged;
use crate::meshery::{self, Held};
use crate::refresh::follow;
use crate::serving::{Served, Serving};
use crate::webhook::{self, Deliveries};
use crate::write;

/// Connections at once; more wait to be taken.
const CONNECTIONS: usize = 1_024;

/// How long a client may take for the head of a request, and for the whole of an answer.
const HEAD: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(30);

/// Bytes of a request's head, of its body, and of a body with files.
const HEAD_BYTES: usize = 16 << 10;
const BODY_BYTES: usize = 1 << 20;
const FILES_BYTES: usize = 8 << 20;

/// The header with the number of a request. What a client says there counts for nothing.
pub(crate) const REQUEST: &str = "x-request-id";

/// Designs that are tried at once.
const TRYING: usize = 2;

/// Comparisons that are kept.
const COMPARISONS: usize = 64;

/// What requests share.
pub(crate) struct Shared {
    pub(crate) options: Arc<Options>,
    pub(crate) serving: Serving,
    pub(crate) comparisons: Comparisons,
    pub(crate) deliveries: Deliveries,
    pub(crate) limit: Limit,
    /// Wakes whoever follows the repository.
    pub(crate) wake: Notify,
    /// Places for designs that are tried.
    pub(crate) trying: Arc<Semaphore>,
    /// Whoever writes, one after the other.
    pub(crate) writing: Arc<Semaphore>,
    pub(crate) access: Access,
    pub(crate) models: Held,
    requests: AtomicU64,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    pub(crate) swaps: AtomicU64,
    pub(crate) is_behind: AtomicBool,
    answered: [AtomicU64; 5],
}

/// The comparisons that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Comparisons(Mutex<VecDeque<Document>>);

impl Comparisons {
    pub(crate) fn get(&self, path: &str) -> Option<Document> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|one| one.path == path).cloned()
    }

    pub(crate) fn put(&self, document: Document) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == COMPARISONS {
            kept.pop_front();
        }
        kept.push_back(document);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Serves a catalog until the process is asked to end. `tell` is told what happens, in lines; the first is the address. The error is one line.
pub fn serve(
    options: Options,
    served: Served,
    tell: impl Fn(&str) + Send + Sync + Clone + 'static,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the server cannot be started: {error}"))?;
    runtime.block_on(run(options, served, tell))
}

async fn run(
    options: Options,
    served: Served,
    tell: impl Fn(&str) + Send + Sync + Clone + 'static,
) -> Result<(), String> {
    let listener = bind(options.listen).await?;
    let metrics = match options.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let shared = Arc::new(Shared {
        serving: Serving::new(served),
        comparisons: Comparisons::default(),
        deliveries: Deliveries::default(),
        limit: Limit::new(options.rate, options.proxies.clone()),
        wake: Notify::new(),
        trying: Arc::new(Semaphore::new(TRYING)),
        writing: Arc::new(Semaphore::new(1)),
        access: Access::new(options.tokens.clone(), options.is_private)?,
        models: Held::default(),
        requests: AtomicU64::new(0),
        tell: Box::new(tell.clone()),
        swaps: AtomicU64::new(0),
        is_behind: AtomicBool::new(false),
        answered: Default::default(),
        options: Arc::new(options),
    });
    let address = listener.local_addr().map_err(|error| format!("the server cannot listen: {error}"))?;
    tell(&format!("listening on http://{address}{}/", shared.options.settings.root()));
    let keeping = Arc::clone(&shared);
    // Without it the next start takes longer, and nothing else.
    tokio::task::spawn_blocking(move || keeping.serving.now().save(&keeping.options));
    let root = shared.options.settings.root().to_owned();
    let takes_files = Router::new()
        .route("/api/v1/patterns", post(write::propose))
        .route("/api/pattern/import", post(meshery::import_design))
        .route("/api/meshmodels/register", post(meshery::register))
        .route("/api/meshmodels/relationships/evaluate", post(meshery::relationships))
        .route("/api/registry/relationships/evaluate", post(meshery::relationships))
        .layer(DefaultBodyLimit::max(FILES_BYTES));
    let inner = Router::new()
        .route(SEARCH, get(search))
        .route("/api/v1/search", get(search_data))
        .route("/compare/{publisher}/{name}/{versions}/", get(comparison))
        .route("/try/", get(try_page).post(try_design))
        .route("/webhook", post(webhook::take))
        .route("/api/pattern/catalog", get(meshery::patterns))
        .route("/api/pattern/{id}", get(meshery::one))
        .route("/api/pattern/download/{id}", get(meshery::download))
        .route("/api/v1/patterns/{publisher}/{name}/status", post(write::status))
        .route("/api/v1/proposals", get(write::proposals))
        .route("/api/v1/proposals/approve", post(write::approve))
        .route("/api/v1/proposals/reject", post(write::reject))
        .route("/api/v1/audit", get(write::audit))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .merge(takes_files)
        .fallback(document);
    let router = if root.is_empty() { inner } else { Router::new().nest(&root, inner).fallback(document) };
    let router = router.with_state(Arc::clone(&shared));
    let follower = tokio::spawn(follow(Arc::clone(&shared), tell));
    let numbers = Router::new().route("/healthz", get(health)).route("/metrics", get(crate::answer::metrics));
    let numbers = numbers.with_state(Arc::clone(&shared));
    tokio::select! {
        () = accept(listener, router, &shared) => {}
        () = async {
            match metrics {
                Some(listener) => accept(listener, numbers, &shared).await,
                None => std::future::pending().await,
            }
        } => {}
        () = asked_to_end() => {}
    }
    follower.abort();
    Ok(())
}

/// Waits for the signals that end a process: from a terminal, and from whatever started it.
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))
}

/// Takes connections for as long as it runs.
async fn accept(listener: TcpListener, router: Router, shared: &Arc<Shared>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (router, shared) = (router.clone(), Arc::clone(shared));
                tokio::spawn(async move {
                    connection(stream, peer, router, shared).await;
                    drop(place);
                });
            }
            // Mostly there are no descriptors left, which gets better when connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, shared: Arc<Shared>) {
    // What is small is sent at once; that it cannot be set is no reason to say nothing.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, shared) = (router.clone(), Arc::clone(&shared));
        async move { Ok::<_, std::convert::Infallible>(answer(request, peer, router, &shared).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
    // A client that goes away is no mistake of anybody.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    mut request: Request<Incoming>,
    peer: SocketAddr,
    router: Router,
    shared: &Arc<Shared>,
) -> Response<Body> {
    let client = shared.limit.client(peer.ip(), request.headers());
    let number = shared.requests.fetch_add(1, Ordering::Relaxed) + 1;
    request.headers_mut().insert(REQUEST, HeaderValue::from(number));
    let log = shared.options.is_logged.then(|| Logged::new(number, client, &request));
    let mut answer = if let Err(seconds) = shared.limit.take(client) {
        let text = "Too many requests; wait a little.\n";
        let mut answer = plain(StatusCode::TOO_MANY_REQUESTS, "text/plain; charset=utf-8", text);
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        answer
    } else if !shared.access.may_read(request.headers()) && !is_open(shared, request.uri().path()) {
        unknown()
    } else if let Some(found) = quick(&shared.serving.now(), &request) {
        found
    } else {
        // In a task of its own, so that a panic ends that and nothing else.
        let work = tokio::spawn(router.oneshot(request.map(Body::new)));
        match tokio::time::timeout(WHOLE, work).await {
            Ok(Ok(Ok(answer))) => answer,
            Ok(_) => crate::answer::broken(),
            Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", "This takes too long.\n"),
        }
    };
    if shared.access.is_private {
        withheld(&mut answer);
    }
    answer.headers_mut().insert(REQUEST, HeaderValue::from(number));
    if let Some(log) = log {
        (shared.tell)(&log.line(answer.status().as_u16()));
    }
    let class = usize::from(answer.status().as_u16() / 100).saturating_sub(1);
    if let Some(count) = shared.answered.get(class) {
        count.fetch_add(1, Ordering::Relaxed);
    }
    answer
}

/// Whether an address is for whoever asks: a webhook has a signature of its own, and what watches over the process a listener of its own.
fn is_open(shared: &Shared, path: &str) -> bool {
    path.strip_prefix(shared.options.settings.root()) == Some("/webhook") || matches!(path, "/healthz" | "/metrics")
}

impl Shared {
    /// Numbers about the server, as Prometheus reads them.
    pub(crate) fn numbers(&self) -> String {
        let served = self.serving.now();
        let mut text = String::new();
        let mut gauge = |name: &str, kind: &str, help: &str, values: &[(String, u64)]| {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
            for (labels, value) in values {
                text.push_str(&format!("{name}{labels} {value}\n"));
            }
        };
        let one = |value: usize| vec![(String::new(), value as u64)];
        gauge("design_catalog_patterns", "gauge", "Patterns that are listed.", &one(served.listed()));
        gauge("design_catalog_versions", "gauge", "Versions of all patterns.", &one(served.versions()));
        gauge(
            "design_catalog_findings",
            "gauge",
            "What is wrong in the repository.",
            &one(served.snapshot.catalog.gathered.findings.len()),
        );
        let swaps = [(String::new(), self.swaps.load(Ordering::Relaxed))];
        gauge("design_catalog_swaps_total", "counter", "Commits that took the place of others.", &swaps);
        let is_behind = [(String::new(), u64::from(self.is_behind.load(Ordering::Relaxed)))];
        gauge("design_catalog_behind", "gauge", "Whether the newest commit could not be served.", &is_behind);
        let counts: Vec<(String, u64)> = self
            .answered
            .iter()
            .enumerate()
            .map(|(class, count)| (format!("{{class=\"{}xx\"}}", class + 1), count.load(Ordering::Relaxed)))
            .collect();
        gauge("design_catalog_answers_total", "counter", "Answers by class of status.", &counts);
        text
    }
}
