//! Taking away: what left a design, and whole designs.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::desired::Desired;
use crate::prepare::Prepared;
use crate::request::{Cluster, Refused};
use crate::set::{Member, delete};

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
    let batch_of = |member: &Member| {
        let is_it = |one: &&Desired| {
            one.name == member.name && one.namespace == member.namespace && one.group_kind() == member.group_kind
        };
        desired.iter().find(is_it).map(|one| one.batch)
    };
    // What the design does not know any more goes first: nothing of it is known to be needed.
    let mut batches: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for member in members {
        batches.entry(batch_of(&member).unwrap_or(usize::MAX)).or_default().push(member);
    }
    let mut remaining = Vec::new();
    for (_, batch) in batches.into_iter().rev() {
        let mut asked = Vec::new();
        for member in batch {
            match delete(cluster, &member).await {
                Ok(()) => asked.push(member),
                Err(refused) => remaining.push(Remaining { member, reason: refused.words() }),
            }
        }
        for member in asked {
            match gone(cluster, &member).await {
                None => listener(&member),
                Some(reason) => remaining.push(Remaining { member, reason }),
            }
        }
    }
    remaining
}

/// Waits until an object is gone; why it is not, where the time is up.
async fn gone(cluster: &Cluster, member: &Member) -> Option<String> {
    let mut pause = FIRST_LOOK;
    loop {
        let live = match cluster.get(&member.path).await {
            Err(refused) if refused.is(404) => return None,
            Ok(live) => live,
            Err(refused) => return Some(refused.words()),
        };
        if live.pointer("/metadata/uid") != member.object.pointer("/metadata/uid") {
            return None;
        }
        if Instant::now() + pause >= cluster.deadline {
            let finalizers = live.pointer("/metadata/finalizers").and_then(serde_json::Value::as_array);
            let names: Vec<&str> = finalizers.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
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

/// The live members of the set of a design.
pub async fn members(prepared: &mut Prepared) -> Result<Vec<Member>, Refused> {
    prepared.set.members(&prepared.cluster, &mut prepared.resources).await
}
