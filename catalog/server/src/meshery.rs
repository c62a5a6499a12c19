//! What Meshery's clients ask for, as routes.

use std::sync::{Arc, PoisonError, RwLock};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use design_index::content_of;
use design_meshery::{Asked, Refusal, Registered, design_of, evaluate, import, page, pattern};
use design_publish::Role;
use design_store::{Limits, Local};
use serde_json::{Value, json};

use crate::access::unknown;
use crate::answer::{broken, busy, plain};
use crate::listen::Shared;

/// The models that were registered. Whoever evaluates keeps those that were there when it began.
#[derive(Debug, Default)]
pub(crate) struct Held(RwLock<Arc<Registered>>);

impl Held {
    fn now(&self) -> Arc<Registered> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A page of the patterns of the catalog.
pub(crate) async fn patterns(
    State(shared): State<Arc<Shared>>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Response<Body> {
    let served = shared.serving.now();
    said(Ok(page(&served.snapshot, &Asked::of(&parameters), &served.site.settings().url)))
}

/// A pattern by its id, with its design.
pub(crate) async fn one(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response<Body> {
    match read(shared, id).await {
        Some((mut found, bytes)) => {
            found["patternFile"] = Value::from(String::from_utf8_lossy(&bytes));
            said(Ok(found))
        }
        None => said(Err(nowhere())),
    }
}

/// The design of a pattern by its id, as a file.
pub(crate) async fn download(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response<Body> {
    let Some((_, bytes)) = read(shared, id).await else { return said(Err(nowhere())) };
    let mut answer = plain(StatusCode::OK, "application/yaml", bytes);
    let disposition = HeaderValue::from_static("attachment; filename=\"design.yml\"");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    answer
}

/// A file as a design.
pub(crate) async fn import_design(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    work(shared, move |_| import(&body)).await
}

/// The relationships of a design.
pub(crate) async fn relationships(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    work(shared, move |shared| evaluate(&body, shared.models.now().definitions())).await
}

/// Registers a model, for those who may publish: it changes what is answered to everybody.
pub(crate) async fn register(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let Some(token) = shared.access.who(&headers) else { return unknown() };
    if !token.is(Role::Publisher) {
        return said(Err(Refusal { status: 403, why: "this token is not for publishing".to_owned() }));
    }
    work(shared, move |shared| {
        let mut held = shared.models.0.write().unwrap_or_else(PoisonError::into_inner);
        let (registered, answer) = held.register(&body)?;
        *held = Arc::new(registered);
        Ok(answer)
    })
    .await
}

fn nowhere() -> Refusal {
    Refusal { status: 404, why: "there is no such pattern".to_owned() }
}

/// What is told of a pattern, and its design.
async fn read(shared: Arc<Shared>, id: String) -> Option<(Value, Vec<u8>)> {
    let work = move || {
        let served = shared.serving.now();
        let (position, found) = pattern(&served.snapshot, &id)?;
        let (version, _) = served.snapshot.latest(position)?;
        let local = Local::around(&shared.options.repository).ok()?;
        let files = content_of(&local, version, &Limits::default()).ok()?;
        Some((found, design_of(&files)?))
    };
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

/// Does something that takes a while, on a thread of its own, a few at a time.
async fn work(
    shared: Arc<Shared>,
    done: impl FnOnce(&Shared) -> Result<Value, Refusal> + Send + 'static,
) -> Response<Body> {
    let Ok(place) = Arc::clone(&shared.trying).try_acquire_owned() else { return busy(&shared.serving.now()) };
    let work = tokio::task::spawn_blocking(move || {
        let outcome = done(&shared);
        // The place is free when the work is done, also when nobody waits for it any more.
        drop(place);
        outcome
    });
    match work.await {
        Ok(outcome) => said(outcome),
        Err(_) => broken(),
    }
}

fn said(outcome: Result<Value, Refusal>) -> Response<Body> {
    let (status, said) = match outcome {
        Ok(said) => (StatusCode::OK, said),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, json!({ "error": refusal.why }))
        }
    };
    plain(status, "application/json", said.to_string())
}
