//! Taking away: what left a design, and whole designs.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use http::Method;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::desired::{Desired, positions};
use crate::prepare::{AT_A_TIME, Prepared};
use crate::request::{Cluster, Refused};
use crate::set::{Member, delete, member, membership};

const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// Something that is still there.
#[derive(Clone, Debug)]
pub struct Remaining {
    /// What it is.
    pub member: Member,
    /// Why, in words.
    pub reason: String,
}

/// Deletes members, those that others need last, and waits until they are gone. Returns what stays.
pub async fn remove(
    cluster: &Cluster,
    desired: &[Desired],
    members: Vec<Member>,
    listener: &(dyn Fn(&Member) + Sync),
) -> Vec<Remaining> {
    let known = positions(desired);
    let batch_of = |member: &Member| Some(desired.get(*known.get(&member.identity())?)?.batch);
    // What the design does not know any more goes first: nothing of it is known to be needed.
    let mut batches: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for member in members {
        batches.entry(batch_of(&member).unwrap_or(usize::MAX)).or_default().push(member);
    }
    let mut remaining = Vec::new();
    for (_, batch) in batches.into_iter().rev() {
        // All of a batch are asked to go before any is waited for: some go only together.
        let asked = stream::iter(batch)
            .map(|member| async move { (delete(cluster, &member).await, member) })
            .buffered(AT_A_TIME)
            .collect::<Vec<_>>()
            .await;
        let mut waited = stream::iter(asked)
            .map(|(deleted, member)| async move {
                match deleted {
                    Ok(()) => (gone(cluster, &member.path, member.object.pointer("/metadata/uid")).await, member),
                    Err(refused) => (Some(refused.words()), member),
                }
            })
            .buffered(AT_A_TIME);
        while let Some((reason, member)) = waited.next().await {
            match reason {
                None => listener(&member),
                Some(reason) => remaining.push(Remaining { member, reason }),
            }
        }
    }
    remaining
}

/// Deletes a namespace with all that is in it, and waits until it is gone. Returns why it is still there, where the time is up.
pub async fn remove_namespace(cluster: &Cluster, name: &str) -> Result<Option<String>, Refused> {
    let path = format!("/api/v1/namespaces/{name}");
    let live = match cluster.get(&path).await {
        Err(refused) if refused.is(404) => return Ok(None),
        live => live?,
    };
    match cluster.send(&Method::DELETE, &path, None).await {
        // It went meanwhile, or is on its way.
        Err(refused) if refused.is(404) || refused.is(409) => {}
        answer => drop(answer?),
    }
    Ok(gone(cluster, &path, live.pointer("/metadata/uid")).await)
}

/// Waits until an object is gone; why it is not, where the time is up.
async fn gone(cluster: &Cluster, path: &str, uid: Option<&Value>) -> Option<String> {
    let mut pause = FIRST_LOOK;
    loop {
        let live = match cluster.get(path).await {
            Err(refused) if refused.is(404) => return None,
            Ok(live) => live,
            Err(refused) => return Some(refused.words()),
        };
        if live.pointer("/metadata/uid") != uid {
            return None;
        }
        if Instant::now() + pause >= cluster.deadline {
            let finalizers = live.pointer("/metadata/finalizers").and_then(Value::as_array);
            let names: Vec<&str> = finalizers.into_iter().flatten().filter_map(Value::as_str).collect();
            return Some(if names.is_empty() {
                "the time is up".to_owned()
            } else {
                format!("the time is up, and finalizers hold it: {}", names.join(", "))
            });
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_LOOK);
    }
}

/// The live members of the set of a design. They are taken out of what was prepared.
pub fn members(prepared: &mut Prepared) -> Vec<Member> {
    let mut members = std::mem::take(&mut prepared.left);
    for (number, live) in std::mem::take(&mut prepared.live).into_iter().enumerate() {
        let (Some(one), Some(object)) = (prepared.desired.get(number), live) else { continue };
        if membership(&object) != Some(prepared.set.id.as_str()) {
            continue;
        }
        if let Some(resource) = prepared.resources.find(&one.api_version, &one.kind) {
            members.push(member(&one.group_kind(), &one.api_version, resource, one.namespace.as_deref(), object));
        }
    }
    members.sort_by_key(Member::id);
    members
}
