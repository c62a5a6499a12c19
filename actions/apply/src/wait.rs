//! Waiting for an object: what is ready, what never will be, and what the cluster says of it meanwhile.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ContainerStatus, Event as Told, Pod};
use serde::Deserialize as _;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::readiness::{State, readiness};
use crate::request::{Cluster, Refused, encoded};
use crate::run::{Event, Listener};

const FIRST_LOOK: Duration = Duration::from_millis(100);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// What takes longer than this is asked for its events, too.
const PATIENCE: Duration = Duration::from_secs(3);

/// Waits until an object is ready; why it is not, where it failed or the time is up.
pub(crate) async fn ready(
    cluster: &Cluster,
    path: &str,
    mut object: Value,
    id: &str,
    slots: &Semaphore,
    listener: Listener<'_>,
) -> Result<(), String> {
    let mut pause = FIRST_LOOK;
    let mut told = String::new();
    let mut more = String::new();
    let patience = Instant::now() + PATIENCE;
    loop {
        let found = readiness(&object);
        if found.is_ready() || found.state == State::Suspended {
            if !told.is_empty() {
                listener(Event::Ready(id));
            }
            return Ok(());
        }
        let has_failed = found.state == State::Degraded && observed(&object);
        let reason = format!("{}{more}", found.reason);
        if has_failed {
            return Err(pods(cluster, path, &object).await.hopeless.unwrap_or(reason));
        }
        if told != reason {
            listener(Event::Waiting(id, &reason));
            told.clone_from(&reason);
        }
        if Instant::now() + pause >= cluster.deadline {
            return Err(format!("the time is up: {reason}"));
        }
        sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_LOOK);
        let _slot = slots.acquire().await;
        match cluster.get(path).await {
            Ok(live) => object = live,
            Err(refused) if refused.is(404) => return Err("it went away".to_owned()),
            Err(Refused::Late) => return Err(format!("the time is up: {reason}")),
            Err(refused) => return Err(refused.words()),
        }
        let pods = pods(cluster, path, &object).await;
        if let Some(why) = pods.hopeless {
            return Err(why);
        }
        if Instant::now() >= patience {
            let text = |path: &str| object.pointer(path).and_then(Value::as_str);
            let (uid, name) = match &pods.unready {
                Some(pod) => (pod.metadata.uid.as_deref(), pod.metadata.name.as_deref()),
                None => (text("/metadata/uid"), text("/metadata/name")),
            };
            let warning = warning(cluster, path, uid, name).await;
            more = warning.map(|warning| format!("; {warning}")).unwrap_or_default();
        }
    }
}

/// Whether the controller has seen the object as it is.
fn observed(object: &Value) -> bool {
    let number = |path: &str| object.pointer(path).and_then(Value::as_i64);
    number("/status/observedGeneration").is_none_or(|seen| Some(seen) >= number("/metadata/generation"))
}

/// The newest warning about an object, as its controllers and the scheduler wrote it down (`v1.Event`).
async fn warning(cluster: &Cluster, path: &str, uid: Option<&str>, name: Option<&str>) -> Option<String> {
    let namespace = path.split("/namespaces/").nth(1)?.split('/').next()?;
    let selector = encoded(&format!("involvedObject.uid={},type=Warning", uid?));
    let path = format!("/api/v1/namespaces/{namespace}/events");
    let read = |event: Value| Told::deserialize(event).ok();
    // Who may not look at events waits without them.
    let events = cluster.listed(&path, &format!("fieldSelector={selector}&"), read).await.ok()?;
    let time = |event: &Told| {
        let (last, first) = (event.last_timestamp.as_ref(), event.event_time.as_ref());
        (last.map(|time| time.0), first.map(|time| time.0))
    };
    let newest = events.into_iter().max_by_key(time)?;
    let (reason, message) = (newest.reason.unwrap_or_default(), newest.message.unwrap_or_default());
    Some(format!("{}: {reason}: {message}", name.unwrap_or_default()))
}

/// What the pods of a workload say of it.
#[derive(Default)]
struct Pods {
    /// Why one of them never starts.
    hopeless: Option<String>,
    /// One that does not run yet.
    unready: Option<Pod>,
}

/// Reasons of containers that no waiting mends.
const HOPELESS: [&str; 6] = [
    "CrashLoopBackOff",
    "ImagePullBackOff",
    "ErrImagePull",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
];

/// Looks at the pods of a workload; of another object there are none.
async fn pods(cluster: &Cluster, path: &str, object: &Value) -> Pods {
    let found = newest_pods(cluster, path, object).await.unwrap_or_default();
    let is_running = |pod: &Pod| pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Running");
    Pods { hopeless: found.iter().find_map(hopeless), unready: found.into_iter().find(|pod| !is_running(pod)) }
}

/// The pods that a workload wants now. `None` where it has none, or where they may not be read.
async fn newest_pods(cluster: &Cluster, path: &str, object: &Value) -> Option<Vec<Pod>> {
    let labels = object.pointer("/spec/selector/matchLabels")?.as_object()?;
    object.pointer("/spec/template").filter(|_| observed(object))?;
    let selector: Vec<String> =
        labels.iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect();
    let namespace = path.split("/namespaces/").nth(1)?.split('/').next()?;
    let selector = encoded(&selector.join(","));
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    let read = |pod: Value| Pod::deserialize(pod).ok();
    let pods = cluster.listed(&path, &format!("labelSelector={selector}&"), read).await;
    let (label, revision) = newest(cluster, namespace, object, &selector).await?;
    let is_newest = |pod: &Pod| {
        let labels = pod.metadata.labels.as_ref();
        labels.and_then(|labels| labels.get(label)) == Some(&revision)
    };
    Some(pods.ok()?.into_iter().filter(is_newest).collect())
}

/// Why a pod does not start, where that is known and does not pass by itself.
fn hopeless(pod: &Pod) -> Option<String> {
    let status = pod.status.as_ref()?;
    let containers = status.container_statuses.iter().chain(&status.init_container_statuses).flatten();
    containers.into_iter().find_map(|container: &ContainerStatus| {
        let waiting = container.state.as_ref()?.waiting.as_ref()?;
        let reason = waiting.reason.as_deref().filter(|reason| HOPELESS.contains(reason))?;
        let more = waiting.message.as_ref().filter(|message| !message.is_empty());
        let more = more.map(|message| format!(": {message}")).unwrap_or_default();
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        Some(format!("container `{}` of pod {name} is in {reason}{more}", container.name))
    })
}

/// The label, with its value, of the pods that a workload wants now; those of an earlier state may fail as they like. `None`
/// where that is not known.
async fn newest(cluster: &Cluster, namespace: &str, object: &Value, selector: &str) -> Option<(&'static str, String)> {
    const REVISION: &str = "deployment.kubernetes.io/revision";
    let revision = |object: &Value| Some(object.pointer("/metadata/annotations")?.get(REVISION)?.as_str()?.to_owned());
    match object.get("kind").and_then(Value::as_str)? {
        "Deployment" => {
            let wanted = revision(object)?;
            let path = format!("/apis/apps/v1/namespaces/{namespace}/replicasets");
            let sets = cluster.list(&path, &format!("labelSelector={selector}&")).await.ok()?;
            let set = sets.iter().find(|set| revision(set).as_ref() == Some(&wanted))?;
            let hash = set.pointer("/metadata/labels/pod-template-hash").and_then(Value::as_str)?;
            Some(("pod-template-hash", hash.to_owned()))
        }
        "StatefulSet" => {
            let hash = object.pointer("/status/updateRevision").and_then(Value::as_str)?;
            Some(("controller-revision-hash", hash.to_owned()))
        }
        _ => None,
    }
}
