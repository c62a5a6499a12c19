//! Applying: each object once what it needs is there.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::plan::{Action, bytes};
use crate::prepare::{AT_A_TIME, Prepared, Trouble};
use crate::request::{Cluster, How, Refused};
use crate::settled::is_settled;
use crate::wait::ready;

/// For what is waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
    /// For nothing.
    Never,
    /// For what something else depends on.
    #[default]
    Needed,
    /// For everything.
    All,
}

/// How a design is applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Whether fields that others own are taken over.
    pub force: bool,
    /// For what is waited.
    pub wait: Wait,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// An object was applied.
    Applied(&'a str, Action),
    /// An object is waited for, and why it is not ready.
    Waiting(&'a str, &'a str),
    /// An object that was waited for is ready.
    Ready(&'a str),
}

/// Who is told of what happens.
pub type Listener<'a> = &'a (dyn Fn(Event<'_>) + Sync);

/// What came of applying.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// What was done with each desired object.
    pub actions: Vec<Action>,
    /// What went wrong, by the objects.
    pub troubles: Vec<Trouble>,
}

/// Between two attempts to send an object of a kind that the server does not serve yet.
const PAUSE: Duration = Duration::from_millis(100);

/// Applies a design. An object that something stands in the way of withholds what depends on it, and nothing else. An error
/// means that not even the inventory could be written.
pub async fn apply(prepared: &Prepared, manner: Manner, listener: Listener<'_>) -> Result<Applied, Refused> {
    for namespace in &prepared.missing_namespaces {
        let metadata = ObjectMeta { name: Some(namespace.clone()), ..ObjectMeta::default() };
        // A name is always JSON.
        let object = serde_json::to_vec(&Namespace { metadata, ..Namespace::default() }).unwrap_or_default();
        let path = format!("/api/v1/namespaces/{namespace}");
        prepared.cluster.apply(&path, &object, How::default()).await?;
    }
    let own = &prepared.set.namespace;
    let brings_own = prepared.desired.iter().position(|one| one.kind == "Namespace" && one.name == *own);
    if let Some(number) = brings_own
        && let (Some(path), Some(desired)) = (prepared.path(number), prepared.desired.get(number))
    {
        // The inventory lives in the namespace that the design brings.
        prepared.cluster.apply(&path, &bytes(desired), How { force: manner.force, dry_run: false }).await?;
    }
    prepared.set.write(&prepared.cluster, &prepared.desired, true).await?;
    let count = prepared.desired.len();
    let mut missing: Vec<usize> = prepared.desired.iter().map(|one| one.needs.len()).collect();
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (number, one) in prepared.desired.iter().enumerate() {
        for need in &one.needs {
            if let Some(dependents) = dependents.get_mut(need.on) {
                dependents.push(number);
            }
        }
    }
    let slots = Semaphore::new(AT_A_TIME);
    let mut applied = Applied { actions: vec![Action::Nothing; count], troubles: Vec::new() };
    let mut queue: VecDeque<usize> = (0..count).filter(|number| missing.get(*number) == Some(&0)).collect();
    let mut running = FuturesUnordered::new();
    let mut withheld = vec![false; count];
    loop {
        while let Some(number) = queue.pop_front() {
            let is_awaited = match manner.wait {
                Wait::Never => false,
                Wait::Needed => dependents.get(number).is_some_and(|dependents| !dependents.is_empty()),
                Wait::All => true,
            };
            let slots = &slots;
            running.push(async move { (number, one(prepared, number, manner, is_awaited, slots, listener).await) });
        }
        let Some((number, (action, trouble))) = running.next().await else { break };
        if let Some(slot) = applied.actions.get_mut(number) {
            *slot = action;
        }
        let Some(trouble) = trouble else {
            for dependent in dependents.get(number).into_iter().flatten() {
                if let Some(missing) = missing.get_mut(*dependent) {
                    *missing -= 1;
                    if *missing == 0 && withheld.get(*dependent) == Some(&false) {
                        queue.push_back(*dependent);
                    }
                }
            }
            continue;
        };
        applied.troubles.push(trouble);
        let mut blocked = vec![number];
        while let Some(on) = blocked.pop() {
            for dependent in dependents.get(on).cloned().unwrap_or_default() {
                if let Some(slot) = withheld.get_mut(dependent).filter(|slot| !**slot) {
                    *slot = true;
                    applied.troubles.push(Trouble::Withheld { desired: dependent, on });
                    blocked.push(dependent);
                }
            }
        }
    }
    drop(running);
    applied.troubles.sort_by_key(Trouble::desired);
    Ok(applied)
}

/// Applies one object and waits for it, if so asked.
async fn one(
    prepared: &Prepared,
    number: usize,
    manner: Manner,
    is_awaited: bool,
    slots: &Semaphore,
    listener: Listener<'_>,
) -> (Action, Option<Trouble>) {
    let known = prepared.troubles.iter().find(|trouble| trouble.desired() == number);
    let (Some(desired), Some(path), None) = (prepared.desired.get(number), prepared.path(number), known) else {
        return (Action::Nothing, known.cloned());
    };
    let live = prepared.live.get(number).and_then(Option::as_ref);
    let settled = live.filter(|live| is_settled(&desired.object, live));
    let (action, object) = if let Some(live) = settled {
        (Action::Keep, live.clone())
    } else {
        let how = How { force: manner.force, dry_run: false };
        match send(&prepared.cluster, &path, &bytes(desired), how, slots, live.is_none()).await {
            Ok(object) => (done(live, &object), object),
            Err(refused) => return (Action::Nothing, Some(Trouble::of(number, refused))),
        }
    };
    listener(Event::Applied(&desired.id, action));
    if !is_awaited {
        return (action, None);
    }
    match ready(&prepared.cluster, &path, object, &desired.id, slots, listener).await {
        Ok(()) => (action, None),
        Err(reason) => (action, Some(Trouble::NotReady { desired: number, reason })),
    }
}

/// What became of an object that was sent.
fn done(live: Option<&Value>, object: &Value) -> Action {
    let version = |object: &Value| object.pointer("/metadata/resourceVersion").cloned();
    match live {
        None => Action::Create,
        Some(live) if version(live) == version(object) => Action::Keep,
        Some(_) => Action::Update,
    }
}

/// Applies an object. A kind that was defined a moment ago takes the server some time to serve.
async fn send(
    cluster: &Cluster,
    path: &str,
    bytes: &[u8],
    how: How,
    slots: &Semaphore,
    is_new: bool,
) -> Result<Value, Refused> {
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        let answer = {
            let _slot = slots.acquire().await;
            cluster.apply(path, bytes, how).await
        };
        let is_unknown = is_new
            && matches!(&answer, Err(Refused::Status(status)) if status.code == 404
            && status.message.contains("could not find the requested resource"));
        if !is_unknown || Instant::now() >= patience.min(cluster.deadline) {
            return answer;
        }
        sleep(PAUSE).await;
    }
}
