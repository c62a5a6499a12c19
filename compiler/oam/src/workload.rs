//! Components of the built-in types as objects.

use design_source::Traced;
use design_syntax::{Kind, NodeRef};
use design_vocabulary::{Span, Text};

use crate::Problem;
use crate::container::{container, ports, volumes};
use crate::properties::Properties;
use crate::said::{said, text};

/// The component types that KubeVela installs and that stand for Kubernetes objects of their own.
pub(crate) const TYPES: [&str; 9] =
    ["webservice", "worker", "statefulset", "statefulservice", "daemon", "task", "cron-task", "k8s-objects", "raw"];

/// One object that a component becomes.
pub(crate) struct Made {
    /// Its kind.
    pub kind: Text,
    /// Its group and version.
    pub api_version: Text,
    /// Its body.
    pub body: Traced,
}

impl Made {
    /// An object of a kind that is known.
    pub fn new(kind: &str, api_version: &str, body: Traced) -> Self {
        Self { kind: kind.into(), api_version: api_version.into(), body }
    }

    /// The template of its pods, where it is a workload.
    pub fn template(&mut self) -> Option<&mut Traced> {
        let place = self.body.place;
        let spec = match self.kind.as_str() {
            "CronJob" => self.body.entry("spec", place).entry("jobTemplate", place).entry("spec", place),
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicaSet" | "CloneSet" => {
                self.body.entry("spec", place)
            }
            _ => return None,
        };
        Some(spec.entry("template", place))
    }

    /// Its pods, where it is a workload.
    pub fn pod(&mut self) -> Option<&mut Traced> {
        let place = self.body.place;
        self.template().map(|template| template.entry("spec", place))
    }
}

/// What every component is told about itself.
pub(crate) struct Around<'d> {
    /// The name of the application.
    pub application: Traced,
    /// Its namespace, where it says one.
    pub namespace: Option<Traced>,
    /// The name of the component.
    pub name: Traced,
    /// Where the component stands.
    pub place: Span,
    /// Its type.
    pub type_name: &'d str,
}

impl Around<'_> {
    /// The name of the component as text.
    pub fn name_text(&self) -> &str {
        self.name.as_str().unwrap_or_default()
    }

    /// The labels that KubeVela gives the pods of a component.
    pub fn labels(&self) -> Traced {
        Traced::mapping(self.place)
            .with("app.oam.dev/name", self.application.clone())
            .with("app.oam.dev/component", self.name.clone())
    }

    /// The metadata of an object that the component becomes.
    pub fn metadata(&self, name: Traced) -> Traced {
        Traced::mapping(self.place).with("name", name).with_some("namespace", self.namespace.clone())
    }

    /// The label by which the pods of the component are found.
    pub fn selector(&self) -> Traced {
        Traced::mapping(self.place).with("app.oam.dev/component", self.name.clone())
    }
}

/// Makes the objects of a component of a built-in type, the workload first; `None` where the type is not built in.
pub(crate) fn workload(
    around: &Around<'_>,
    properties: &mut Properties<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Made>> {
    Some(match around.type_name {
        "webservice" | "worker" => long_running(around, properties, "Deployment", problems),
        "statefulset" | "statefulservice" => long_running(around, properties, "StatefulSet", problems),
        "daemon" => long_running(around, properties, "DaemonSet", problems),
        "task" => vec![task(around, properties, problems)],
        "cron-task" => vec![cron_task(around, properties, problems)],
        "k8s-objects" => objects(around, properties, problems),
        "raw" => raw(around, properties, problems),
        _ => return None,
    })
}

/// A component that runs on: its workload, and a Service where it exposes ports.
fn long_running(
    around: &Around<'_>,
    properties: &mut Properties<'_>,
    kind: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Made> {
    let place = around.place;
    let mut container = container(&around.name, properties, problems);
    let exposed = ports(&mut container, properties);
    let mut pod = Traced::mapping(place);
    volumes(&mut container, &mut pod, properties);
    pod.set("containers", Traced::list(place, vec![container]));
    pod_settings(&mut pod, properties);
    // They concern a revision that only the controller counts.
    properties.take("addRevisionLabel");
    let template = Traced::mapping(place).with("metadata", pod_metadata(around, properties)).with("spec", pod);
    let spec = Traced::mapping(place)
        .with("selector", Traced::mapping(place).with("matchLabels", around.selector()))
        .with_some("serviceName", (kind == "StatefulSet").then(|| around.name.clone()))
        .with("template", template);
    let body = Traced::mapping(place).with("metadata", labelled(around)).with("spec", spec);
    let mut made = vec![Made::new(kind, "apps/v1", body)];
    let service_type = properties.said_or("exposeType", "ClusterIP");
    if !exposed.is_empty() {
        made.push(service(around, Traced::list(place, exposed), service_type));
    }
    made
}

/// A Service for the pods of a component.
pub(crate) fn service(around: &Around<'_>, ports: Traced, service_type: Traced) -> Made {
    let spec = Traced::mapping(ports.place)
        .with("selector", around.selector())
        .with("ports", ports)
        .with("type", service_type);
    let body = Traced::mapping(around.place).with("metadata", labelled(around)).with("spec", spec);
    Made::new("Service", "v1", body)
}

/// The metadata of an object of the component's own name.
pub(crate) fn labelled(around: &Around<'_>) -> Traced {
    around.metadata(around.name.clone()).with("labels", around.labels())
}

fn pod_metadata(around: &Around<'_>, properties: &mut Properties<'_>) -> Traced {
    let mut labels = properties.said("labels").unwrap_or_else(|| Traced::mapping(around.place));
    for (key, value) in around.labels().entries() {
        labels.set(key.clone(), value.clone());
    }
    Traced::mapping(around.place).with("labels", labels).with_some("annotations", properties.said("annotations"))
}

fn pod_settings(pod: &mut Traced, properties: &mut Properties<'_>) {
    if let Some(aliases) = properties.said("hostAliases") {
        pod.set("hostAliases", aliases);
    }
    if let Some(secrets) = properties.take("imagePullSecrets") {
        let named = |name: NodeRef<'_>| Traced::mapping(name.span()).with("name", said(name));
        pod.set("imagePullSecrets", Traced::list(secrets.span(), secrets.children().map(named).collect()));
    }
}

fn job_spec(around: &Around<'_>, properties: &mut Properties<'_>, problems: &mut Vec<Problem>) -> Traced {
    let place = around.place;
    let mut container = container(&around.name, properties, problems);
    let mut pod = Traced::mapping(place).with("restartPolicy", properties.said_or("restart", "Never"));
    volumes(&mut container, &mut pod, properties);
    pod.set("containers", Traced::list(place, vec![container]));
    pod_settings(&mut pod, properties);
    let count = properties.said_or("count", 1);
    let template = Traced::mapping(place).with("metadata", pod_metadata(around, properties)).with("spec", pod);
    Traced::mapping(place).with("parallelism", count.clone()).with("completions", count).with("template", template)
}

fn task(around: &Around<'_>, properties: &mut Properties<'_>, problems: &mut Vec<Problem>) -> Made {
    let spec = job_spec(around, properties, problems);
    let body = Traced::mapping(around.place).with("metadata", labelled(around)).with("spec", spec);
    Made::new("Job", "batch/v1", body)
}

fn cron_task(around: &Around<'_>, properties: &mut Properties<'_>, problems: &mut Vec<Problem>) -> Made {
    let place = around.place;
    let mut spec = Traced::mapping(place);
    if let Some(schedule) = properties.needed("schedule", problems) {
        spec.set("schedule", schedule);
    }
    spec.set("concurrencyPolicy", properties.said_or("concurrencyPolicy", "Allow"));
    spec.set("suspend", properties.said_or("suspend", false));
    spec.set("successfulJobsHistoryLimit", properties.said_or("successfulJobsHistoryLimit", 3));
    spec.set("failedJobsHistoryLimit", properties.said_or("failedJobsHistoryLimit", 1));
    if let Some(deadline) = properties.said("startingDeadlineSeconds") {
        spec.set("startingDeadlineSeconds", deadline);
    }
    let mut job = job_spec(around, properties, problems);
    for field in ["ttlSecondsAfterFinished", "activeDeadlineSeconds"] {
        if let Some(value) = properties.said(field) {
            job.set(field, value);
        }
    }
    job.set("backoffLimit", properties.said_or("backoffLimit", 6));
    let template = Traced::mapping(place).with("metadata", Traced::mapping(place).with("labels", around.labels()));
    spec.set("jobTemplate", template.with("spec", job));
    let body = Traced::mapping(place).with("metadata", labelled(around)).with("spec", spec);
    Made::new("CronJob", "batch/v1", body)
}

fn objects(around: &Around<'_>, properties: &mut Properties<'_>, problems: &mut Vec<Problem>) -> Vec<Made> {
    let Some(list) = properties.take("objects") else {
        let message = format!("{} needs the property `objects`", properties.of());
        problems.push(Problem::Invalid { message, span: properties.place() });
        return Vec::new();
    };
    // The first object has the name of the component where it has none; the others have to say theirs.
    let first = |index: usize| (index == 0).then(|| around.name.clone());
    list.children().enumerate().filter_map(|(index, node)| object(around, node, first(index), problems)).collect()
}

fn raw(around: &Around<'_>, properties: &mut Properties<'_>, problems: &mut Vec<Problem>) -> Vec<Made> {
    let Some(node) = properties.node() else {
        let message = format!("{} has no properties, which should be the object", properties.of());
        problems.push(Problem::Invalid { message, span: around.place });
        return Vec::new();
    };
    object(around, node, Some(around.name.clone()), problems).into_iter().collect()
}

/// An object that is written out in a component, in the namespace of the application where it says none.
pub(crate) fn object(
    around: &Around<'_>,
    node: NodeRef<'_>,
    name: Option<Traced>,
    problems: &mut Vec<Problem>,
) -> Option<Made> {
    let node = node.resolved();
    let word = |key: &str| node.get(key).map(NodeRef::text).filter(|text| !text.is_empty());
    let (Some(kind), Some(api_version), Kind::Mapping) = (word("kind"), word("apiVersion"), node.kind()) else {
        let message = format!("an object of the component `{}` needs `apiVersion` and `kind`", around.name_text());
        problems.push(Problem::Invalid { message, span: node.span() });
        return None;
    };
    let mut body = Traced::mapping(node.span());
    for (key, value) in said(node).entries().iter().filter(|(key, _)| key != "kind" && key != "apiVersion") {
        body.set(key.clone(), value.clone());
    }
    let metadata = body.entry("metadata", node.span());
    if let Some(name) = name.filter(|_| metadata.get("name").is_none()) {
        metadata.set("name", name);
    }
    if let Some(namespace) = around.namespace.clone().filter(|_| metadata.get("namespace").is_none()) {
        metadata.set("namespace", namespace);
    }
    Some(Made::new(kind, api_version, body))
}

/// Names the container that a trait is about: the one that it names, or the one of the component.
pub(crate) fn target_name(around: &Around<'_>, properties: &mut Properties<'_>) -> Text {
    let named = properties.said("containerName").and_then(|name| name.as_str().map(Text::from));
    named.unwrap_or_else(|| around.name_text().into())
}

/// A text made of a name and something before it.
pub(crate) fn prefixed(prefix: &str, name: &Traced) -> Traced {
    text(name.place, format!("{prefix}{}", name.as_str().unwrap_or_default()))
}
