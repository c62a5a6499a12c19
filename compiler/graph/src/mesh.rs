//! The search for what a host of a mesh names: a service, or what a service entry stands for.

use std::sync::Arc;

use design_vocabulary::{Component, Design, Segment, Value};
use foldhash::HashMap;

use crate::index::{Index, KindKey, namespace};
use crate::question::Question;
use crate::search::{Field, Search, Target};

const SERVICE: KindKey<'static> = ("Service", "");
const ENTRY: KindKey<'static> = ("ServiceEntry", "networking.istio.io");

/// The hosts of service entries.
#[derive(Debug, Default)]
pub(crate) struct MeshHosts<'a> {
    /// Host, or what follows the `*` of one, to the entries.
    entries: HashMap<&'a str, Vec<usize>>,
}

impl<'a> MeshHosts<'a> {
    pub(crate) fn of(design: &'a Design) -> Self {
        let mut hosts = Self::default();
        for (number, component) in design.components.iter().enumerate() {
            if component.is_annotation {
                continue;
            }
            for host in hosts_of(component) {
                hosts.entries.entry(host).or_default().push(number);
            }
        }
        hosts
    }
}

/// The hosts of a service entry, of those with a wildcard what follows it; none of any other component.
pub(crate) fn hosts_of(component: &Component) -> impl Iterator<Item = &str> {
    let is_entry = (component.kind.as_str(), component.group()) == ENTRY;
    let spec = component.configuration.get("spec").filter(|_| is_entry);
    let listed = spec.and_then(|spec| spec.get("hosts")).and_then(Value::as_array).unwrap_or_default();
    listed.iter().filter_map(Value::as_str).map(|host| host.strip_prefix('*').unwrap_or(host))
}

impl<'a> Search<'a> {
    /// A name without a dot is a service of the object's own namespace, any other is a full name (the reference of Istio's
    /// `Destination`). A host with a wildcard may mean anything.
    pub(crate) fn by_mesh_host(&mut self, field: &Field<'_, 'a>) {
        let Some(written) = field.value.as_str().filter(|host| !host.is_empty() && !host.contains('*')) else { return };
        let own = namespace(field.component);
        let mut labels = written.split('.');
        let service = match (labels.next(), labels.next(), labels.next()) {
            (Some(name), None, _) => Some(Target { kind: SERVICE, namespace: own, name }),
            (Some(name), Some(namespace), Some("svc")) => Some(Target { kind: SERVICE, namespace, name }),
            _ => None,
        };
        let seen = |number: &usize| self.design.components.get(*number).is_some_and(|named| is_seen(named, own));
        let mut found: Vec<usize> =
            service.and_then(|service| self.find(service)).filter(|number| seen(number)).into_iter().collect();
        if found.is_empty() {
            let full = match service {
                Some(_) if !written.contains('.') => &format!("{written}.{own}.svc.cluster.local"),
                _ => written,
            };
            found = self.index.entries_for(full).into_iter().filter(|number| seen(number)).collect();
        }
        let path: Arc<[Segment]> = std::iter::once("configuration".into()).chain(field.path.iter().cloned()).collect();
        let target = service.unwrap_or(Target { kind: ENTRY, namespace: own, name: written });
        if found.is_empty() {
            return self.missing(field, path, target, None, false);
        }
        let detail = self.parts_of(field, field.path, &found, target, false);
        for to in found {
            self.edge(field.rule, field.number, to, &path, detail.clone());
        }
    }
}

/// Whether a namespace sees a service or a service entry: `exportTo`, or the annotation that stands for it.
fn is_seen(component: &Component, from: &str) -> bool {
    let own = namespace(component);
    let allows = |space: &str| match space.trim() {
        "*" => true,
        "." => own == from,
        space => space == from,
    };
    let listed = component.configuration.get("spec").and_then(|spec| spec.get("exportTo")).and_then(Value::as_array);
    if let Some(listed) = listed.filter(|listed| !listed.is_empty()) {
        return listed.iter().filter_map(Value::as_str).any(allows);
    }
    let annotations = component.metadata().and_then(|metadata| metadata.get("annotations"));
    match annotations.and_then(|annotations| annotations.get("networking.istio.io/exportTo")).and_then(Value::as_str) {
        Some(listed) => listed.split(',').any(allows),
        None => true,
    }
}

impl Index<'_> {
    /// The service entries for a host: under its name, or under the end of it that a wildcard leaves.
    fn entries_for(&self, host: &str) -> Vec<usize> {
        let ends = host.match_indices('.').filter_map(|(dot, _)| host.get(dot..));
        let mut found = Vec::new();
        for key in std::iter::once(host).chain(ends) {
            self.questions.ask(Question::Host(key));
            found.extend(self.mesh_hosts.entries.get(key).into_iter().flatten());
        }
        found
    }
}
