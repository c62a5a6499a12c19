//! What is known of a design and a cluster before anything is planned or written.

use std::collections::{BTreeMap, BTreeSet};

use design_pipeline::Compiled;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use crate::desired::{Desired, desired, positions};
use crate::request::{Cluster, Refused, Status};
use crate::resource::{Resources, name_kind};
use crate::rights::Permission;
use crate::set::{ApplySet, Member, PART_OF, membership};

/// How many requests are under way at a time.
pub(crate) const AT_A_TIME: usize = 32;

/// From so many objects of one kind in one namespace on they are listed, and not asked for one by one.
pub(crate) const WORTH_A_LIST: usize = 4;

/// What stands in the way of an object. Objects are named by their positions among the desired ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The server refuses it.
    Refused {
        /// The object.
        desired: usize,
        /// What the server says.
        status: Status,
    },
    /// Another manager owns fields with other values.
    Conflict {
        /// The object.
        desired: usize,
        /// What the server says: a cause for each field.
        status: Status,
    },
    /// No answer came.
    Unanswered {
        /// The object.
        desired: usize,
        /// In words.
        why: String,
    },
    /// The namespace of an object is not there, and the design does not bring it.
    NoNamespace {
        /// The first object in it.
        desired: usize,
        /// Its name.
        namespace: String,
    },
    /// The server has no such kind, and the design does not bring it.
    NotServed {
        /// The object.
        desired: usize,
    },
    /// It has no name of its own, so nobody can tell whether it is there.
    Nameless {
        /// The object.
        desired: usize,
    },
    /// It belongs to another set.
    OtherSet {
        /// The object.
        desired: usize,
        /// The id of that set.
        set: String,
    },
    /// It is to be adopted, and lives in another namespace.
    Elsewhere {
        /// The object.
        desired: usize,
        /// Where it lives.
        namespace: String,
    },
    /// It is not allowed.
    Forbidden {
        /// The first object that it is needed for.
        desired: usize,
        /// Such as `patch`.
        verb: &'static str,
        /// Such as `deployments.apps`.
        resource: String,
        /// The namespace; `None` for the whole cluster.
        namespace: Option<String>,
    },
    /// It did not become ready.
    NotReady {
        /// The object.
        desired: usize,
        /// Why, as far as the cluster tells.
        reason: String,
    },
    /// What it needs is not there.
    Withheld {
        /// The object.
        desired: usize,
        /// What it needs.
        on: usize,
    },
}

/// A design and a cluster, side by side.
pub struct Prepared {
    /// The cluster.
    pub cluster: Cluster,
    /// The objects that the design wants.
    pub desired: Vec<Desired>,
    /// Each of them as it is now; `None` where it is not there.
    pub live: Vec<Option<Value>>,
    /// The resources of the server.
    pub resources: Resources,
    /// The inventory.
    pub set: ApplySet,
    /// What stands in the way.
    pub troubles: Vec<Trouble>,
    /// The rights that applying takes.
    pub permissions: Vec<Permission>,
    /// Group and plural of what may be listed in all namespaces at once.
    pub(crate) listable: BTreeSet<(String, String)>,
    /// Live members of the set that the design does not want any more.
    pub left: Vec<Member>,
    /// Namespaces that are missing and may be made.
    pub missing_namespaces: BTreeSet<String>,
}

/// Looks at everything that a plan is made of. An error means that the cluster gave no answer.
pub async fn prepare(cluster: Cluster, compiled: &Compiled, create_namespace: bool) -> Result<Prepared, Refused> {
    let namespace = cluster.connection.namespace.clone();
    let mut desired = desired(compiled, &namespace);
    let mut versions: BTreeSet<String> = desired.iter().map(|one| one.api_version.clone()).collect();
    versions.insert("v1".to_owned());
    let mut resources = Resources::discover(&cluster, &versions).await?;
    for definition in desired.iter().filter(|one| one.kind == "CustomResourceDefinition") {
        resources.define(&definition.object);
    }
    let set = ApplySet::read(&cluster, &compiled.design.name).await?;
    for one in &mut desired {
        one.settle(&resources, &namespace, (PART_OF, &set.id));
    }
    let mut prepared = Prepared {
        live: vec![None; desired.len()],
        cluster,
        desired,
        resources,
        set,
        troubles: Vec::new(),
        permissions: Vec::new(),
        listable: BTreeSet::new(),
        left: Vec::new(),
        missing_namespaces: BTreeSet::new(),
    };
    for (number, one) in prepared.desired.iter().enumerate() {
        if one.name.is_empty() {
            prepared.troubles.push(Trouble::Nameless { desired: number });
        } else if prepared.resources.find(&one.api_version, &one.kind).is_none() {
            prepared.troubles.push(Trouble::NotServed { desired: number });
        }
    }
    prepared.look_for_namespaces(create_namespace).await?;
    prepared.look_for_rights().await?;
    prepared.read_members().await?;
    prepared.read_live().await?;
    for (number, live) in prepared.live.iter().enumerate() {
        if let Some(other) = live.as_ref().and_then(membership).filter(|label| *label != prepared.set.id) {
            prepared.troubles.push(Trouble::OtherSet { desired: number, set: other.to_owned() });
        }
    }
    Ok(prepared)
}

impl Prepared {
    /// Whether something stands in the way of an object.
    pub fn is_troubled(&self, number: usize) -> bool {
        self.troubles.iter().any(|trouble| trouble.desired() == number)
    }

    /// The path of an object at the server; `None` where its kind is not known.
    pub(crate) fn path(&self, number: usize) -> Option<String> {
        let one = self.desired.get(number).filter(|one| !one.name.is_empty())?;
        let resource = self.resources.find(&one.api_version, &one.kind)?;
        Some(resource.object(&one.api_version, one.namespace.as_deref(), &one.name))
    }

    async fn look_for_namespaces(&mut self, create: bool) -> Result<(), Refused> {
        let brought: BTreeSet<&str> =
            self.desired.iter().filter(|one| one.kind == "Namespace").map(|one| one.name.as_str()).collect();
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for (number, one) in self.desired.iter().enumerate() {
            if let Some(namespace) = one.namespace.as_ref().filter(|name| !brought.contains(name.as_str())) {
                wanted.entry(namespace.clone()).or_insert(number);
            }
        }
        // The parent of the inventory lives there, too.
        let own = self.cluster.connection.namespace.clone();
        if !brought.contains(own.as_str()) && !self.desired.is_empty() {
            wanted.entry(own).or_insert(0);
        }
        let cluster = &self.cluster;
        let answers: Vec<(String, usize, Result<Value, Refused>)> = stream::iter(wanted)
            .map(|(namespace, number)| async move {
                let answer = cluster.get(&format!("/api/v1/namespaces/{namespace}")).await;
                (namespace, number, answer)
            })
            .buffered(AT_A_TIME)
            .collect()
            .await;
        for (namespace, number, answer) in answers {
            match answer {
                Err(refused) if refused.is(404) && create => drop(self.missing_namespaces.insert(namespace)),
                Err(refused) if refused.is(404) => {
                    self.troubles.push(Trouble::NoNamespace { desired: number, namespace });
                }
                // Who may not look at namespaces may still write into them.
                Err(refused) if refused.is(403) => {}
                answer => drop(answer?),
            }
        }
        Ok(())
    }

    /// Reads the members of the set. Those that the design wants are live objects of it, the others have left it.
    async fn read_members(&mut self) -> Result<(), Refused> {
        if !self.set.is_there || self.set.stranger.is_some() {
            return Ok(());
        }
        let versions: BTreeMap<String, String> =
            self.desired.iter().map(|one| (one.group_kind(), one.api_version.clone())).collect();
        let Self { set, cluster, resources, listable, .. } = self;
        let members = match set.members(cluster, resources, &versions, listable).await {
            // That is told among the rights that are missing.
            Err(refused) if refused.is(403) && self.troubles.iter().any(Trouble::is_unlisted) => return Ok(()),
            members => members?,
        };
        let wanted = positions(&self.desired);
        for member in members {
            let Some(number) = wanted.get(&member.identity()).copied() else {
                self.left.push(member);
                continue;
            };
            // In another version an object has other fields: it is read once more.
            let version = member.object.get("apiVersion").and_then(Value::as_str);
            let is_same = self.desired.get(number).is_some_and(|one| Some(one.api_version.as_str()) == version);
            if let Some(slot) = self.live.get_mut(number).filter(|_| is_same) {
                *slot = Some(member.object);
            }
        }
        self.left.sort_by_key(Member::id);
        Ok(())
    }

    /// Reads what is there of the desired objects, beside the members of the set.
    async fn read_live(&mut self) -> Result<(), Refused> {
        let mut groups: BTreeMap<(String, String, Option<String>), Vec<usize>> = BTreeMap::new();
        for (number, one) in self.desired.iter().enumerate() {
            if self.path(number).is_some() && self.live.get(number).is_some_and(Option::is_none) {
                let key = (one.api_version.clone(), one.kind.clone(), one.namespace.clone());
                groups.entry(key).or_default().push(number);
            }
        }
        let this = &*self;
        let found: Vec<Result<Vec<(usize, Value)>, Refused>> = stream::iter(groups)
            .map(|(key, numbers)| this.read_group(key, numbers))
            .buffered(AT_A_TIME)
            .collect()
            .await;
        for found in found {
            for (number, object) in found? {
                if let Some(slot) = self.live.get_mut(number) {
                    *slot = Some(object);
                }
            }
        }
        Ok(())
    }

    async fn read_group(
        &self,
        (api_version, kind, namespace): (String, String, Option<String>),
        numbers: Vec<usize>,
    ) -> Result<Vec<(usize, Value)>, Refused> {
        let Some(resource) = self.resources.find(&api_version, &kind) else { return Ok(Vec::new()) };
        let is_away = |refused: &Refused| refused.is(404) || refused.is(403);
        let listed = if numbers.len() < WORTH_A_LIST {
            None
        } else {
            match self.cluster.list(&resource.list(&api_version, namespace.as_deref()), "").await {
                Err(refused) if refused.is(404) => return Ok(Vec::new()),
                // Who may not list may still read.
                Err(refused) if refused.is(403) => None,
                listed => Some(listed?),
            }
        };
        let Some(listed) = listed else {
            let paths = numbers.into_iter().filter_map(|number| Some((number, self.path(number)?)));
            let answers: Vec<(usize, Result<Value, Refused>)> = stream::iter(paths)
                .map(|(number, path)| async move { (number, self.cluster.get(&path).await) })
                .buffered(AT_A_TIME)
                .collect()
                .await;
            let mut found = Vec::new();
            for (number, answer) in answers {
                match answer {
                    Err(refused) if is_away(&refused) => {}
                    answer => found.push((number, answer?)),
                }
            }
            return Ok(found);
        };
        let name_of = |number: &usize| self.desired.get(*number).map(|one| one.name.as_str()).unwrap_or_default();
        let wanted: BTreeMap<&str, usize> = numbers.iter().map(|number| (name_of(number), *number)).collect();
        let mut found = Vec::new();
        for mut object in listed {
            let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
            let Some(number) = wanted.get(name).copied() else { continue };
            name_kind(&mut object, &api_version, &kind);
            found.push((number, object));
        }
        Ok(found)
    }
}

impl Trouble {
    /// The object that it is about.
    pub fn desired(&self) -> usize {
        match self {
            Self::Refused { desired, .. }
            | Self::Conflict { desired, .. }
            | Self::Unanswered { desired, .. }
            | Self::NoNamespace { desired, .. }
            | Self::NotServed { desired }
            | Self::Nameless { desired }
            | Self::OtherSet { desired, .. }
            | Self::Elsewhere { desired, .. }
            | Self::Forbidden { desired, .. }
            | Self::NotReady { desired, .. }
            | Self::Withheld { desired, .. } => *desired,
        }
    }

    /// Whether members of the set may not be listed, so that nobody knows what left the design.
    pub fn is_unlisted(&self) -> bool {
        matches!(self, Self::Forbidden { verb: "list", .. })
    }

    /// Whether it stands in the way of everything: then nothing is written at all.
    pub const fn blocks_all(&self) -> bool {
        matches!(
            self,
            Self::Forbidden { .. } | Self::NoNamespace { .. } | Self::OtherSet { .. } | Self::Elsewhere { .. }
        )
    }

    /// What came of a request about an object.
    pub(crate) fn of(desired: usize, refused: Refused) -> Self {
        match refused {
            Refused::Status(status) if status.code == 409 && !status.causes.is_empty() => {
                Self::Conflict { desired, status }
            }
            Refused::Status(status) => Self::Refused { desired, status },
            other => Self::Unanswered { desired, why: other.words() },
        }
    }
}
