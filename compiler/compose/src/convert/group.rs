//! Services that share a pod.

use std::collections::{BTreeMap, HashMap};

use design_vocabulary::Text;

use super::Service;
use crate::node::Node;
use crate::project::Project;
use crate::{Options, ServiceGroups, object_name};

/// Which services share a pod with which.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The service that leads the pod of each service, itself where it is alone.
    leaders: Vec<usize>,
    members: BTreeMap<usize, Vec<usize>>,
    /// The name of a pod that is not called after its leader.
    names: HashMap<usize, String>,
}

impl Groups {
    pub fn leader(&self, position: usize) -> usize {
        self.leaders.get(position).copied().unwrap_or(position)
    }

    pub fn is_leader(&self, position: usize) -> bool {
        self.leader(position) == position
    }

    /// The services of the pod that a service leads, in the order of the project.
    pub fn members(&self, leader: usize) -> &[usize] {
        self.members.get(&leader).map_or(&[], Vec::as_slice)
    }

    /// The name of a pod that was given one.
    pub fn name(&self, leader: usize) -> Option<&str> {
        self.names.get(&leader).map(String::as_str)
    }
}

/// The services that share a pod: by the label `kompose.service.group`, by their volumes where that is asked for, and by
/// `network_mode: service:NAME`.
pub(super) fn groups(project: &Project, options: &Options) -> Groups {
    let mut groups = Groups::default();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    for (position, (name, node)) in project.services.iter().enumerate() {
        let service = Service { position, name, node };
        let leader = if let Some(label) = service.steering("kompose.service.group") {
            let leader = *by_key.entry(format!("label {}", label.text)).or_insert(position);
            groups.names.insert(leader, object_name(&label.text));
            leader
        } else if let Some(key) = volumes(node).filter(|_| options.service_groups == ServiceGroups::Volume) {
            *by_key.entry(format!("volumes {key}")).or_insert(position)
        } else {
            position
        };
        groups.leaders.push(leader);
    }
    for (position, (_, node)) in project.services.iter().enumerate() {
        let other = node.some("network_mode").and_then(Node::scalar);
        let other = other.as_ref().and_then(|mode| mode.strip_prefix("service:"));
        if let Some(target) = other.and_then(|other| project.services.position(other)) {
            let (from, to) = (groups.leader(position), groups.leader(target));
            for leader in groups.leaders.iter_mut().filter(|leader| **leader == from) {
                *leader = to;
            }
        }
    }
    for (position, leader) in groups.leaders.iter().enumerate() {
        groups.members.entry(*leader).or_default().push(position);
    }
    if options.service_groups == ServiceGroups::Volume {
        let names: Vec<&Text> = project.services.iter().map(|(name, _)| name).collect();
        for (leader, members) in groups.members.iter().filter(|(_, members)| members.len() > 1) {
            let joined: Vec<&str> =
                members.iter().filter_map(|member| names.get(*member)).map(|name| name.as_str()).collect();
            groups.names.entry(*leader).or_insert_with(|| object_name(&joined.join("-")));
        }
    }
    groups
}

/// What a service mounts, as one text; `None` where it mounts nothing.
fn volumes(node: &Node) -> Option<String> {
    let mounts = node.some("volumes").map(Node::elements).unwrap_or_default();
    let mut texts: Vec<String> = mounts
        .iter()
        .filter_map(|mount| Some(format!("{}:{}", mount.get("source")?.scalar()?, mount.get("target")?.scalar()?)))
        .collect();
    texts.sort();
    (!texts.is_empty()).then(|| texts.join(" "))
}
