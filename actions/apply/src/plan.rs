//! What the cluster would do.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use crate::desired::Desired;
use crate::fields::{Change, changes};
use crate::prepare::{AT_A_TIME, Prepared, Trouble};
use crate::request::How;
use crate::set::{Guard, Member, PART_OF};
use crate::settled::is_settled;

/// What would become of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It would be made.
    Create,
    /// Fields of it would change.
    Update,
    /// Nothing would change.
    Keep,
    /// Nothing, because something stands in the way.
    Nothing,
}

impl Action {
    /// Its name in a plan.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Keep => "keep",
            Self::Nothing => "blocked",
        }
    }
}

/// What would become of one object.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its position among the desired objects.
    pub desired: usize,
    /// What would be done.
    pub action: Action,
    /// The fields that would change; for one that would be made none.
    pub changes: Vec<Change>,
}

/// A plan.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What would become of each desired object, in the order in which they come up.
    pub steps: Vec<Step>,
    /// What left the design and would be deleted.
    pub pruned: Vec<Member>,
    /// What left the design and stays, each with the reason.
    pub kept: Vec<(Member, Guard)>,
    /// What stands in the way.
    pub troubles: Vec<Trouble>,
}

impl Plan {
    /// Whether anything would change.
    pub fn has_changes(&self) -> bool {
        let changes = |step: &Step| matches!(step.action, Action::Create | Action::Update);
        self.steps.iter().any(changes) || !self.pruned.is_empty()
    }
}

/// Plans what would be done, by the server's own dry run wherever the live object leaves a doubt. With `force` fields of
/// other managers are taken over. An error means that the cluster gave no answer.
pub async fn plan(prepared: &mut Prepared, force: bool) -> Result<Plan, crate::Refused> {
    let (pruned, kept) = left(prepared);
    prepared.look_for_rights_to_delete(&pruned).await?;
    let this = &*prepared;
    let brought = &Brought::of(this);
    let numbers = 0..this.desired.len();
    let answers: Vec<(Step, Option<Trouble>)> =
        stream::iter(numbers).map(|number| step(this, brought, number, force)).buffered(AT_A_TIME).collect().await;
    let mut plan = Plan { pruned, kept, troubles: this.troubles.clone(), ..Plan::default() };
    for (step, trouble) in answers {
        plan.steps.push(step);
        plan.troubles.extend(trouble);
    }
    plan.troubles.sort_by_key(Trouble::desired);
    Ok(plan)
}

/// What left the design: what may go, and what stays. It is taken out of what was prepared.
pub fn left(prepared: &mut Prepared) -> (Vec<Member>, Vec<(Member, Guard)>) {
    let gone = std::mem::take(&mut prepared.left);
    let (kept, pruned): (Vec<Member>, Vec<Member>) = gone.into_iter().partition(|member| member.guard().is_some());
    let kept = kept.into_iter().filter_map(|member| {
        let guard = member.guard()?;
        Some((member, guard))
    });
    (pruned, kept.collect())
}

async fn step(prepared: &Prepared, brought: &Brought<'_>, number: usize, force: bool) -> (Step, Option<Trouble>) {
    let of = |action, changes| Step { desired: number, action, changes };
    let (Some(desired), Some(path)) = (prepared.desired.get(number), prepared.path(number)) else {
        return (of(Action::Nothing, Vec::new()), None);
    };
    let live = prepared.live.get(number).and_then(Option::as_ref);
    if prepared.is_troubled(number) {
        return (of(Action::Nothing, Vec::new()), None);
    }
    let Some(live) = live else {
        // Where the kind or the namespace comes with the design, the server cannot know better yet.
        if !brought.holds(desired) {
            let dry = How { dry_run: true, force };
            if let Err(refused) = prepared.cluster.apply(&path, &bytes(desired), dry).await {
                return (of(Action::Nothing, Vec::new()), Some(Trouble::of(number, refused)));
            }
        }
        return (of(Action::Create, Vec::new()), None);
    };
    if is_settled(&desired.object, live) {
        return (of(Action::Keep, Vec::new()), None);
    }
    let dry = How { dry_run: true, force };
    match prepared.cluster.apply(&path, &bytes(desired), dry).await {
        Ok(after) => {
            let mut changes = changes(live, &after);
            // To become a member changes nothing of what an object does.
            changes.retain(|change| !is_membership(change));
            (of(if changes.is_empty() { Action::Keep } else { Action::Update }, changes), None)
        }
        Err(refused) => {
            let trouble = Trouble::of(number, refused);
            // What would change if the fields were taken over shows what the conflict is about.
            let forced = How { dry_run: true, force: true };
            let after = match trouble {
                Trouble::Conflict { .. } => prepared.cluster.apply(&path, &bytes(desired), forced).await.ok(),
                _ => None,
            };
            let changes = after.map(|after| changes(live, &after)).unwrap_or_default();
            (of(Action::Nothing, changes), Some(trouble))
        }
    }
}

/// Whether a change is that of the label of membership alone.
fn is_membership(change: &Change) -> bool {
    let label = format!("metadata.labels[\"{PART_OF}\"]");
    let is_only_label = |value: &Option<Value>| {
        value.as_ref().and_then(Value::as_object).is_some_and(|map| map.len() == 1 && map.contains_key(PART_OF))
    };
    change.path == label || (change.path == "metadata.labels" && change.from.is_none() && is_only_label(&change.to))
}

/// What a design itself brings and the server does not have yet.
struct Brought<'a> {
    namespaces: BTreeSet<&'a str>,
    /// Group and kind of definitions of kinds.
    kinds: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Brought<'a> {
    fn of(prepared: &'a Prepared) -> Self {
        let mut brought = Self {
            namespaces: prepared.missing_namespaces.iter().map(String::as_str).collect(),
            kinds: BTreeSet::new(),
        };
        for (one, _) in prepared.desired.iter().zip(&prepared.live).filter(|(_, live)| live.is_none()) {
            let text = |path: &str| one.object.pointer(path).and_then(Value::as_str).unwrap_or_default();
            match one.kind.as_str() {
                "Namespace" => drop(brought.namespaces.insert(&one.name)),
                "CustomResourceDefinition" => {
                    brought.kinds.insert((text("/spec/group"), text("/spec/names/kind")));
                }
                _ => {}
            }
        }
        brought
    }

    /// Whether the kind or the namespace of an object is among it.
    fn holds(&self, desired: &Desired) -> bool {
        self.kinds.contains(&(desired.group(), desired.kind.as_str()))
            || desired.namespace.as_deref().is_some_and(|namespace| self.namespaces.contains(namespace))
    }
}

pub(crate) fn bytes(desired: &Desired) -> Vec<u8> {
    desired.object.to_string().into_bytes()
}
