//! Objects as a cluster hands them out (`kubectl get -o yaml`): without what the cluster itself put there.
//!
//! An object is from a cluster where it has a `uid`, a `resourceVersion` or `managedFields`: the server sets these when it
//! takes an object, and no manifest that people write has them.

use std::collections::BTreeMap;

use design_parameters::text_of;
use design_syntax::{Limits, SourceText, lower, parse};
use design_vocabulary::{Component, FileId, Object, Path, Segment, Span, Text, Value};

use crate::Loaded;

/// Fields of `metadata` that only the server sets.
const METADATA: [&str; 8] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
];

/// Annotations that the server, its controllers and kubectl write for themselves.
const ANNOTATIONS: [&str; 14] = [
    LAST_APPLIED,
    "batch.kubernetes.io/job-tracking",
    "control-plane.alpha.kubernetes.io/leader",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deprecated.daemonset.template.generation",
    "endpoints.kubernetes.io/last-change-trigger-time",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
];

/// What `kubectl apply` was given the last time.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Fields that the server fills in where they are left open, by kind. `*` stands for every element. They stay where
/// `kubectl apply` was given them.
const ASSIGNED: [(&str, &[&str]); 22] = [
    ("Job", &["spec", "template", "metadata", "labels", "batch.kubernetes.io/controller-uid"]),
    ("Job", &["spec", "template", "metadata", "labels", "batch.kubernetes.io/job-name"]),
    ("Job", &["spec", "template", "metadata", "labels", "controller-uid"]),
    ("Job", &["spec", "template", "metadata", "labels", "job-name"]),
    ("Job", &["metadata", "labels", "batch.kubernetes.io/controller-uid"]),
    ("Job", &["metadata", "labels", "batch.kubernetes.io/job-name"]),
    ("Job", &["metadata", "labels", "job-name"]),
    ("Job", &["metadata", "labels", "controller-uid"]),
    ("Namespace", &["metadata", "labels", "kubernetes.io/metadata.name"]),
    ("Namespace", &["spec", "finalizers"]),
    ("PersistentVolume", &["spec", "claimRef", "resourceVersion"]),
    ("PersistentVolume", &["spec", "claimRef", "uid"]),
    ("PersistentVolumeClaim", &["spec", "volumeName"]),
    ("Pod", &["spec", "nodeName"]),
    ("Pod", &["spec", "priority"]),
    ("Pod", &["spec", "serviceAccount"]),
    ("Service", &["spec", "clusterIP"]),
    ("Service", &["spec", "clusterIPs"]),
    ("Service", &["spec", "healthCheckNodePort"]),
    ("Service", &["spec", "ipFamilies"]),
    ("Service", &["spec", "ipFamilyPolicy"]),
    ("Service", &["spec", "ports", "*", "nodePort"]),
];

/// Kinds that a cluster keeps for itself, and objects that it makes in every namespace: kind and name.
const OWN_KINDS: [&str; 6] = ["ComponentStatus", "Event", "Lease", "Node", "NodeMetrics", "PodMetrics"];
const OWN_OBJECTS: [(&str, &str); 4] = [
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("Endpoints", "kubernetes"),
    ("ServiceAccount", "default"),
];

/// What was taken out of objects of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// How many objects are from a cluster and stay.
    pub objects: usize,
    /// Where the first of them begins.
    pub first: Option<Span>,
    /// How often each field was removed, by its path.
    pub removed: BTreeMap<String, usize>,
    /// The objects that are left out, by kind and reason: how many, and where the first one begins.
    pub left_out: BTreeMap<(Text, &'static str), (usize, Span)>,
}

impl Loaded {
    /// Takes out of manifests what a cluster put there, and the objects that it makes by itself.
    pub fn without_live_state(&mut self) -> Live {
        let mut live = Live::default();
        if !self.design.components.iter().any(is_live) {
            return live;
        }
        let services: Vec<(Option<Text>, Text)> = self
            .design
            .components
            .iter()
            .filter(|component| component.kind == "Service" && component.group().is_empty())
            .filter_map(|service| Some((service.namespace().map(Text::from), service.name()?.into())))
            .collect();
        let mut kept = Vec::new();
        for (index, component) in self.design.components.iter_mut().enumerate() {
            let place = self.map.component(index).unwrap_or(Span::start_of(FileId(0)));
            if !is_live(component) {
                kept.push(true);
                continue;
            }
            let why = made_by(component, &services);
            kept.push(why.is_none());
            if let Some(why) = why {
                live.left_out.entry((component.kind.clone(), why)).or_insert((0, place)).0 += 1;
                continue;
            }
            live.objects += 1;
            live.first.get_or_insert(place);
            strip(component, &mut live.removed);
        }
        self.retain_components(&kept);
        live
    }

    /// Keeps the components whose flag says so.
    fn retain_components(&mut self, kept: &[bool]) {
        let mut flags = kept.iter();
        self.design.components.retain(|_| flags.next().copied().unwrap_or(true));
        self.map.retain_components(kept);
    }
}

fn is_live(component: &Component) -> bool {
    let Some(metadata) = component.metadata() else { return false };
    let is_said = |key: &str| metadata.get_str(key).is_some_and(|text| !text.is_empty());
    is_said("uid") || is_said("resourceVersion") || metadata.get("managedFields").is_some_and(|list| !list.is_null())
}

/// Why an object comes into being by itself; `None` for one that somebody made.
fn made_by(component: &Component, services: &[(Option<Text>, Text)]) -> Option<&'static str> {
    let metadata = component.metadata()?;
    let name = component.name()?;
    let owners = metadata.get("ownerReferences").and_then(Value::as_array).unwrap_or_default();
    if owners.iter().any(|owner| owner.get("controller").and_then(Value::as_bool) == Some(true)) {
        return Some("the controller of an owner makes it");
    }
    let kind = component.kind.as_str();
    let group = component.group();
    let is_own_kind =
        OWN_KINDS.contains(&kind) && ["", "events.k8s.io", "coordination.k8s.io", "metrics.k8s.io"].contains(&group);
    let is_api = (kind, name, component.namespace()) == ("Service", "kubernetes", Some("default"));
    if is_own_kind || (group.is_empty() && (OWN_OBJECTS.contains(&(kind, name)) || is_api)) {
        return Some("a cluster keeps that itself");
    }
    let is_of_service =
        |(namespace, service): &(Option<Text>, Text)| service == name && namespace.as_deref() == component.namespace();
    if kind == "Endpoints" && services.iter().any(is_of_service) {
        return Some("a cluster keeps that for a service of the same name");
    }
    None
}

fn strip(component: &mut Component, removed: &mut BTreeMap<String, usize>) {
    let applied = last_applied(component);
    let kind = component.kind.clone();
    let is_builtin = !component.group().contains('.') || component.group().ends_with(".k8s.io");
    let mut object = Value::Object(std::mem::take(&mut component.configuration));
    let mut remove =
        |object: &mut Value, path: &[&str]| remove_at(object, &mut Vec::new(), path, &mut |_| true, removed);
    remove(&mut object, &["status"]);
    for key in METADATA {
        remove(&mut object, &["metadata", key]);
    }
    remove(&mut object, &["metadata", "ownerReferences"]);
    for key in ANNOTATIONS {
        remove(&mut object, &["metadata", "annotations", key]);
    }
    if is_builtin {
        let is_headless = object.at(&["spec".into(), "clusterIP".into()]).and_then(Value::as_str) == Some("None");
        let has_own_selector =
            object.at(&["spec".into(), "manualSelector".into()]).and_then(Value::as_bool) == Some(true);
        let mut paths: Vec<&[&str]> = ASSIGNED.iter().filter(|(of, _)| *of == kind).map(|(_, path)| *path).collect();
        if kind == "Service" && is_headless {
            paths.retain(|path| path.get(1) != Some(&"clusterIP"));
        }
        if kind == "Job" && !has_own_selector {
            paths.push(&["spec", "selector"]);
        }
        for path in paths {
            let mut is_open = |path: &[Segment]| applied.as_ref().is_none_or(|applied| applied.at(path).is_none());
            remove_at(&mut object, &mut Vec::new(), path, &mut is_open, removed);
        }
        match kind.as_str() {
            "Pod" => strip_pod(&mut object, removed),
            "ServiceAccount" => strip_tokens(&mut object, removed),
            "Secret" => strip_token(&mut object, removed),
            _ => {}
        }
    }
    for key in ["annotations", "labels"] {
        remove_empty(&mut object, &["metadata", key]);
    }
    // A time that is null is what older servers write into templates.
    let time = ["spec".into(), "template".into(), "metadata".into(), "creationTimestamp".into()];
    if object.at(&time) == Some(&Value::Null) {
        remove_at(
            &mut object,
            &mut Vec::new(),
            &["spec", "template", "metadata", "creationTimestamp"],
            &mut |_| true,
            removed,
        );
    }
    remove_empty(&mut object, &["spec", "template", "metadata", "labels"]);
    remove_empty(&mut object, &["spec", "template", "metadata"]);
    if kind == "Namespace" {
        remove_empty(&mut object, &["spec"]);
    }
    if let Value::Object(object) = object {
        component.configuration = object;
    }
}

/// The object that `kubectl apply` was given, where it left it behind.
fn last_applied(component: &Component) -> Option<Value> {
    let text = component.metadata()?.get("annotations")?.get(LAST_APPLIED)?.as_str()?;
    let parsed = parse(&SourceText::new(FileId(0), "", text), &Limits::default());
    Some(lower(parsed.documents.first()?.root()?, &mut Vec::new()))
}

/// Removes a field, of every element where the path says `*`, unless somebody gave it.
fn remove_at(
    value: &mut Value,
    at: &mut Path,
    path: &[&str],
    is_open: &mut dyn FnMut(&[Segment]) -> bool,
    removed: &mut BTreeMap<String, usize>,
) {
    match (path, value) {
        (["*", rest @ ..], Value::Array(elements)) => {
            for (index, element) in elements.make_mut().iter_mut().enumerate() {
                at.push(index.into());
                remove_at(element, at, rest, is_open, removed);
                at.pop();
            }
        }
        ([last], Value::Object(object)) => {
            at.push(Segment::from(*last));
            if object.contains_key(last) && is_open(at) {
                object.remove(last);
                let shown: Vec<&str> = at
                    .iter()
                    .map(|segment| match segment {
                        Segment::Key(key) => key.as_str(),
                        Segment::Index(_) => "*",
                    })
                    .collect();
                *removed.entry(shown.join(".")).or_default() += 1;
            }
            at.pop();
        }
        ([first, rest @ ..], Value::Object(object)) => {
            if let Some(inner) = object.get_mut(first) {
                at.push(Segment::from(*first));
                remove_at(inner, at, rest, is_open, removed);
                at.pop();
            }
        }
        _ => {}
    }
}

/// Removes a mapping that nothing is left in.
fn remove_empty(value: &mut Value, path: &[&str]) {
    let Value::Object(object) = value else { return };
    match path {
        [] => {}
        [last] => {
            if object.get(last).and_then(Value::as_object).is_some_and(Object::is_empty) {
                object.remove(last);
            }
        }
        [first, rest @ ..] => {
            if let Some(inner) = object.get_mut(first) {
                remove_empty(inner, rest);
            }
        }
    }
}

/// What admission puts into every pod: the volume with the token of its account, and two tolerations.
fn strip_pod(pod: &mut Value, removed: &mut BTreeMap<String, usize>) {
    let is_token = |value: &Value| {
        value.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with("kube-api-access-"))
    };
    let is_default = |toleration: &Value| {
        let text = |key: &str| toleration.get(key).and_then(Value::as_str);
        let key = text("key").unwrap_or_default();
        ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].contains(&key)
            && text("effect") == Some("NoExecute")
            && toleration.get("tolerationSeconds").and_then(text_of).as_deref() == Some("300")
    };
    let Some(Value::Object(spec)) = pod_spec(pod) else { return };
    retain(spec, "volumes", "spec.volumes.*", is_token, removed);
    retain(spec, "tolerations", "spec.tolerations.*", is_default, removed);
    for list in ["containers", "initContainers"] {
        let Some(Value::Array(containers)) = spec.get_mut(list) else { continue };
        for container in containers.make_mut() {
            if let Value::Object(container) = container {
                retain(container, "volumeMounts", "spec.containers.*.volumeMounts.*", is_token, removed);
            }
        }
    }
}

fn pod_spec(pod: &mut Value) -> Option<&mut Value> {
    match pod {
        Value::Object(pod) => pod.get_mut("spec"),
        _ => None,
    }
}

/// The tokens that clusters made for accounts before Kubernetes 1.24.
fn strip_tokens(account: &mut Value, removed: &mut BTreeMap<String, usize>) {
    let name = account.at(&["metadata".into(), "name".into()]).and_then(Value::as_str).unwrap_or_default();
    let start = format!("{name}-token-");
    let is_token =
        |secret: &Value| secret.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with(&start));
    if let Value::Object(account) = account {
        retain(account, "secrets", "secrets.*", is_token, removed);
    }
}

/// What the server fills into a secret that asks for the token of an account.
fn strip_token(secret: &mut Value, removed: &mut BTreeMap<String, usize>) {
    if secret.get("type").and_then(Value::as_str) != Some("kubernetes.io/service-account-token") {
        return;
    }
    for key in ["ca.crt", "namespace", "token"] {
        remove_at(secret, &mut Vec::new(), &["data", key], &mut |_| true, removed);
    }
    remove_at(
        secret,
        &mut Vec::new(),
        &["metadata", "annotations", "kubernetes.io/service-account.uid"],
        &mut |_| true,
        removed,
    );
    remove_empty(secret, &["data"]);
}

/// Removes the elements of a list that are something; a list that nothing is left in goes as well.
fn retain(
    object: &mut Object,
    key: &str,
    shown: &str,
    is_it: impl Fn(&Value) -> bool,
    removed: &mut BTreeMap<String, usize>,
) {
    let Some(list) = object.get(key).and_then(Value::as_array) else { return };
    let left: Vec<Value> = list.iter().filter(|element| !is_it(element)).cloned().collect();
    let count = list.len() - left.len();
    if count == 0 {
        return;
    }
    *removed.entry(shown.to_owned()).or_default() += count;
    if left.is_empty() {
        object.remove(key);
    } else {
        object.insert(key, left.into_iter().collect());
    }
}
