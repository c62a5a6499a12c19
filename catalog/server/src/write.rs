//! Writing over HTTP: what `design pattern publish` and its like do, for whoever has a token.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_index::{FOLDER, Files, Offer};
use design_pipeline::PATTERN_STATUS_FILE;
use design_publish::{Change, Refused, Role, Token, Writer, offer};
use design_store::Local;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::unknown;
use crate::answer::{broken, plain};
use crate::listen::{REQUEST, Shared};

/// What is offered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Offering {
    files: Vec<File>,
    /// Whether it is only looked at.
    #[serde(default)]
    is_dry: bool,
}

/// A file of a pattern.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: String,
    /// As Base64 has it.
    content: String,
}

/// Which proposal is meant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    branch: String,
    #[serde(default)]
    reason: String,
}

/// What an act comes to: a status, and what is said.
type Outcome = (StatusCode, Value);

/// Proposes a version.
pub(crate) async fn propose(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let work = move |shared: &Shared, token: &Token, writer: &Writer<'_>| {
        if !token.is(Role::Publisher) {
            return forbidden("this token is not for publishing");
        }
        match files(&body) {
            Ok((files, is_dry)) => published(shared, token, writer, &files, is_dry),
            Err(why) => said(StatusCode::BAD_REQUEST, &why),
        }
    };
    act(shared, headers, work).await
}

/// What is proposed.
pub(crate) async fn proposals(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response<Body> {
    let work = |_: &Shared, token: &Token, writer: &Writer<'_>| {
        if !token.is(Role::Publisher) && !token.is(Role::Reviewer) {
            return forbidden("this token is neither for publishing nor for reviewing");
        }
        let proposals = writer.proposals();
        let proposals: Vec<Value> = proposals
            .iter()
            .map(|one| json!({ "branch": one.name, "commit": one.commit, "author": one.author, "time": one.time }))
            .collect();
        (StatusCode::OK, json!({ "proposals": proposals }))
    };
    act(shared, headers, work).await
}

/// Publishes what was proposed.
pub(crate) async fn approve(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    decide(shared, headers, &body, |writer, decision| writer.approve(&decision.branch)).await
}

/// Turns down what was proposed.
pub(crate) async fn reject(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let reject = |writer: &Writer<'_>, decision: &Decision| writer.reject(&decision.branch, &decision.reason);
    decide(shared, headers, &body, move |writer, decision| reject(writer, decision).map(|()| String::new())).await
}

/// Says what becomes of a pattern.
pub(crate) async fn status(
    State(shared): State<Arc<Shared>>,
    Path((publisher, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let work = move |shared: &Shared, token: &Token, writer: &Writer<'_>| {
        let change: Change = match serde_json::from_slice(&body) {
            Ok(change) => change,
            Err(error) => return said(StatusCode::BAD_REQUEST, &format!("this is no status: {error}")),
        };
        let may = if matches!(change, Change::Block { .. }) { token.is(Role::Admin) } else { token.is_of(&publisher) };
        if !may {
            return forbidden(&format!("this token may not do that to patterns of {publisher}"));
        }
        let served = shared.serving.now();
        let Some(pattern) = served.pattern(&publisher, &name) else {
            return said(StatusCode::NOT_FOUND, &format!("there is no pattern {publisher}/{name}"));
        };
        if let Change::Yank { version, .. } = &change
            && pattern.version(version).is_none()
        {
            return said(StatusCode::NOT_FOUND, &format!("{publisher}/{name} has no version {version}"));
        }
        outcome(
            writer.change(&format!("{publisher}/{name}"), &pattern.root, &change),
            |commit| json!({ "commit": commit }),
        )
    };
    act(shared, headers, work).await
}

/// The audit log.
pub(crate) async fn audit(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response<Body> {
    let work = |_: &Shared, token: &Token, writer: &Writer<'_>| {
        if !token.is(Role::Admin) {
            return forbidden("the audit log is for admins");
        }
        let log = design_publish::audit_log(writer.local).map_err(Refused::Failed);
        outcome(log, |entries| json!({ "entries": entries }))
    };
    act(shared, headers, work).await
}

async fn decide(
    shared: Arc<Shared>,
    headers: HeaderMap,
    body: &[u8],
    done: impl FnOnce(&Writer<'_>, &Decision) -> Result<String, Refused> + Send + 'static,
) -> Response<Body> {
    let decision: Result<Decision, _> = serde_json::from_slice(body);
    let work = move |_: &Shared, token: &Token, writer: &Writer<'_>| {
        if !token.is(Role::Reviewer) {
            return forbidden("this token is not for reviewing");
        }
        match decision {
            Ok(decision) => outcome(done(writer, &decision), |commit| json!({ "commit": commit })),
            Err(error) => said(StatusCode::BAD_REQUEST, &format!("this names no proposal: {error}")),
        }
    };
    act(shared, headers, work).await
}

/// Does something for whoever has a token, on a thread of its own, one after the other.
async fn act(
    shared: Arc<Shared>,
    headers: HeaderMap,
    work: impl FnOnce(&Shared, &Token, &Writer<'_>) -> Outcome + Send + 'static,
) -> Response<Body> {
    if !shared.access.is_kept() {
        return answer(said(
            StatusCode::NOT_FOUND,
            "this catalog takes nothing over HTTP: propose it in its repository",
        ));
    }
    let Some(token) = shared.access.who(&headers) else { return unknown() };
    if shared.options.remote.is_some() {
        let why = "this catalog is fetched from another repository: propose it there";
        return answer(said(StatusCode::CONFLICT, why));
    }
    let request = headers.get(REQUEST).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let Ok(turn) = Arc::clone(&shared.writing).acquire_owned().await else { return broken() };
    let done = tokio::task::spawn_blocking(move || {
        let local = Local::around(&shared.options.repository)?;
        let branch = local.branch_of(&shared.options.origin.revision)?;
        let now = Timestamp::now();
        let owner = &shared.options.origin.owner;
        let writer = Writer { local: &local, branch: &branch, owner, actor: &token.name, request: &request, now };
        let outcome = work(&shared, &token, &writer);
        if outcome.0.is_success() {
            shared.wake.notify_one();
        }
        drop(turn);
        Ok::<_, String>(outcome)
    });
    match done.await {
        Ok(Ok(outcome)) => answer(outcome),
        Ok(Err(why)) => answer(said(StatusCode::CONFLICT, &why)),
        Err(_) => broken(),
    }
}

fn published(shared: &Shared, token: &Token, writer: &Writer<'_>, files: &Files, is_dry: bool) -> Outcome {
    let origin = &shared.options.origin;
    let failed = |why: String| said(StatusCode::INTERNAL_SERVER_ERROR, &why);
    // What it is called decides where it lies, and that decides what it is called where it does not say.
    let Some(metadata) = Offer::named("pattern", &origin.owner, files) else {
        return said(StatusCode::UNPROCESSABLE_ENTITY, "a pattern has a file `pattern.yaml` with a version");
    };
    if !token.is_of(&metadata.publisher) {
        return forbidden(&format!("this token does not publish for {}", metadata.publisher));
    }
    let served = shared.serving.now();
    let known = served.pattern(&metadata.publisher, &metadata.name).map(|pattern| pattern.root.clone());
    let folder = known.unwrap_or_else(|| match origin.folder.as_deref() {
        Some("") => metadata.name.clone(),
        Some(folder) => format!("{folder}/{}", metadata.name),
        None if served.is_in(FOLDER) => format!("{FOLDER}/{}", metadata.name),
        None => metadata.name.clone(),
    });
    let offered = match offer(writer.local, origin, &folder, files) {
        Ok(offered) => offered,
        Err(why) => return failed(why),
    };
    let found: Vec<Value> = offered.offer.shown().iter().map(|shown| json!(shown)).collect();
    let version = metadata.version.to_string();
    let subject = json!({ "publisher": metadata.publisher, "name": metadata.name, "version": version, "digest": offered.offer.digest });
    if let Some(commit) = &offered.used_by {
        if let Err(refused) = writer.refuse(&offered.offer) {
            return failed(refused.to_string());
        }
        let error = format!("{version} is published with other bytes, by commit {commit}: give it another number");
        return (StatusCode::CONFLICT, json!({ "error": error, "pattern": subject, "findings": found }));
    }
    if !offered.offer.is_sound() {
        let error = "the pattern is not sound";
        return (StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": error, "pattern": subject, "findings": found }));
    }
    if offered.is_published {
        return (StatusCode::OK, json!({ "pattern": subject, "isPublished": true }));
    }
    if metadata.is_draft {
        return said(StatusCode::UNPROCESSABLE_ENTITY, "it is a draft: take `draft: true` away to publish it");
    }
    if is_dry {
        return (StatusCode::OK, json!({ "pattern": subject, "isPublished": false, "findings": found }));
    }
    match writer.propose(&offered.offer, &folder, files) {
        Ok((branch, commit)) => {
            (StatusCode::CREATED, json!({ "pattern": subject, "branch": branch, "commit": commit, "findings": found }))
        }
        Err(refused) => refusal(&refused),
    }
}

/// The files of an offering, sorted, and whether it is only looked at. The error is one line.
fn files(body: &[u8]) -> Result<(Files, bool), String> {
    let offering: Offering =
        serde_json::from_slice(body).map_err(|error| format!("this is no list of files: {error}"))?;
    let is_dry = offering.is_dry;
    let mut files = Vec::new();
    for File { path, content } in offering.files {
        if !design_store::is_plain_path(&path) {
            return Err(format!("`{path}` is no path of a file"));
        }
        if path == PATTERN_STATUS_FILE {
            return Err(format!("`{PATTERN_STATUS_FILE}` is no part of a version"));
        }
        let bytes = STANDARD.decode(&content).map_err(|_| format!("the content of `{path}` is no Base64"))?;
        files.push((path, bytes));
    }
    files.sort();
    match files.windows(2).find(|pair| matches!(pair, [one, other] if one.0 == other.0)) {
        Some([one, _]) => Err(format!("`{}` is there twice", one.0)),
        _ => Ok((files, is_dry)),
    }
}

fn outcome<T>(done: Result<T, Refused>, words: impl FnOnce(T) -> Value) -> Outcome {
    match done {
        Ok(done) => (StatusCode::OK, words(done)),
        Err(refused) => refusal(&refused),
    }
}

fn refusal(refused: &Refused) -> Outcome {
    let status = match refused {
        Refused::Missing(_) => StatusCode::NOT_FOUND,
        Refused::Forbidden(_) => StatusCode::FORBIDDEN,
        Refused::Conflict(_) => StatusCode::CONFLICT,
        Refused::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    said(status, &refused.to_string())
}

fn forbidden(why: &str) -> Outcome {
    said(StatusCode::FORBIDDEN, why)
}

fn said(status: StatusCode, why: &str) -> Outcome {
    (status, json!({ "error": why }))
}

fn answer((status, said): Outcome) -> Response<Body> {
    plain(status, "application/json", said.to_string())
}
