//! What runs pods as services.

use design_vocabulary::{Component, Object, Path, Segment, Text, Value};

use super::{DEPENDS_ON, Project, deeper, element, integer, namespace, scalar, set_in};

/// A pod on its way: where it stands, and what it is part of.
pub(super) struct Pod<'p> {
    /// The component.
    pub component: usize,
    /// The namespace of the component.
    pub namespace: &'p str,
    /// The labels of the pod.
    pub labels: Object,
    /// The specification of the pod.
    pub spec: &'p Object,
    /// The path of that specification, from the root of the configuration.
    pub path: Path,
    /// The service of the first container.
    pub name: String,
}

impl Project<'_> {
    pub(super) fn workload(&mut self, index: usize, component: &Component) {
        let Some(name) = self.of_workload.get(&index).cloned() else { return };
        let root: Path = Vec::new();
        let steps: &[&str] = match component.kind.as_str() {
            "Pod" => &[],
            "CronJob" => &["spec", "jobTemplate", "spec", "template"],
            _ => &["spec", "template"],
        };
        let mut template: Option<&Object> = Some(&component.configuration);
        for step in steps {
            template = template.and_then(|inner| inner.get(step)?.as_object());
        }
        let template_path = deeper(&root, steps);
        let Some(spec) = template.and_then(|template| template.get("spec")?.as_object()) else {
            self.field(index, &template_path, "there is no pod to run");
            return;
        };
        let metadata = template.and_then(|template| template.get("metadata")?.as_object());
        let labels = metadata.and_then(|metadata| metadata.get("labels")?.as_object()).cloned().unwrap_or_default();
        let path = deeper(&template_path, &["spec"]);
        let pod = Pod { component: index, namespace: namespace(component), labels, spec, path, name };
        self.pod_services(&pod, component, metadata);
        self.controller(&pod, component);
    }

    /// The services of the containers of a pod.
    fn pod_services(&mut self, pod: &Pod<'_>, component: &Component, metadata: Option<&Object>) {
        let list = |key: &str| pod.spec.get(key).and_then(Value::as_array).unwrap_or_default();
        let waits_for = annotation(component, DEPENDS_ON).is_some();
        let mut before: Vec<String> = Vec::new();
        for (number, container) in list("initContainers").iter().enumerate() {
            let Some(container) = container.as_object() else { continue };
            let own = container.get_str("name").unwrap_or("init");
            // What an import lets wait is said by `depends_on`.
            if waits_for && own.starts_with("wait-for-") {
                continue;
            }
            let path = element(&pod.path, "initContainers", number);
            let name = self.free_name(&name_of(pod, own));
            let is_sidecar = container.get_str("restartPolicy") == Some("Always");
            let mut service = self.container(pod, container, &path, true);
            service.insert("restart", if is_sidecar { "always" } else { "no" }.into());
            for earlier in &before {
                needs(&mut service, earlier, "service_completed_successfully");
            }
            if is_sidecar {
                service.insert("network_mode", format!("service:{}", pod.name).as_str().into());
            } else {
                before.push(name.clone());
            }
            self.services.insert(name, service);
        }
        for (number, container) in list("containers").iter().enumerate() {
            let Some(container) = container.as_object() else { continue };
            let path = element(&pod.path, "containers", number);
            let is_first = number == 0;
            let own = container.get_str("name").unwrap_or("container");
            let name = if is_first { pod.name.clone() } else { self.free_name(&name_of(pod, own)) };
            let mut service = self.container(pod, container, &path, is_first);
            for earlier in &before {
                needs(&mut service, earlier, "service_completed_successfully");
            }
            if is_first {
                self.pod_fields(pod, &mut service);
                self.reach(pod, component, &mut service);
                labels(metadata, &mut service);
            } else {
                // The containers of a pod share its network.
                service.insert("network_mode", format!("service:{}", pod.name).as_str().into());
                service.remove("expose");
            }
            self.services.insert(name, service);
        }
    }

    fn free_name(&self, wanted: &str) -> String {
        let is_free =
            |name: &String| !self.services.contains_key(name) && !self.of_workload.values().any(|taken| taken == name);
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| wanted.to_owned())
    }

    /// What the controller of a pod says, on its first service.
    #[expect(clippy::match_same_arms, reason = "an arm for each field, in the order of the specification")]
    fn controller(&mut self, pod: &Pod<'_>, component: &Component) {
        let mut service = self.services.remove(&pod.name).unwrap_or_default();
        let index = pod.component;
        let restart = pod.spec.get_str("restartPolicy");
        let spec = component.configuration.get("spec").and_then(Value::as_object);
        let kind = component.kind.as_str();
        match (kind, restart) {
            ("Job" | "CronJob" | "Pod", Some("OnFailure")) => {
                service.insert("restart", "on-failure".into());
            }
            ("Job" | "CronJob", _) | ("Pod", Some("Never")) => {
                service.insert("restart", "no".into());
            }
            _ => {
                service.insert("restart", "always".into());
            }
        }
        for (key, value) in spec.into_iter().flat_map(Object::iter).filter(|_| kind != "Pod") {
            let path: Path = vec!["spec".into(), Segment::from(key.clone())];
            match (kind, key.as_str()) {
                (_, "selector" | "template" | "serviceName" | "revisionHistoryLimit" | "jobTemplate") => {}
                (_, "replicas") => match integer(value) {
                    Some(1) | None => {}
                    Some(count) => set_in(&mut service, "deploy", "replicas", count.into()),
                },
                ("Deployment", "strategy") | ("StatefulSet" | "DaemonSet", "updateStrategy") => {
                    self.update(index, value, &path, &mut service);
                }
                ("Deployment" | "DaemonSet" | "StatefulSet", "minReadySeconds") => {
                    let mut config = deploy_part(&service, "update_config");
                    if let Some(seconds) = integer(value) {
                        config.insert("delay", format!("{seconds}s").as_str().into());
                    }
                    set_in(&mut service, "deploy", "update_config", config.into());
                }
                ("StatefulSet", "volumeClaimTemplates") => {
                    self.claim_templates(pod, value);
                }
                ("Job", "backoffLimit") => match integer(value) {
                    Some(limit) if restart == Some("OnFailure") => {
                        service.insert("restart", format!("on-failure:{limit}").as_str().into());
                    }
                    Some(0) => {}
                    _ => self.field(index, &path, "a container that is not started again has one try"),
                },
                ("Job", "completions" | "parallelism") if integer(value) == Some(1) => {}
                ("Job", "completions") => match integer(value) {
                    Some(count) => {
                        set_in(&mut service, "deploy", "mode", "replicated-job".into());
                        set_in(&mut service, "deploy", "replicas", count.into());
                    }
                    None => self.field(index, &path, "a number is wanted"),
                },
                ("Job", "parallelism") => {}
                ("CronJob", "schedule") => {
                    super::add_to(&mut service, "profiles", "cronjob".into());
                    let why =
                        "compose has no clock: the service belongs to the profile `cronjob`, for someone to run it";
                    self.field(index, &path, why);
                }
                _ => self.field(index, &path, "compose has no such word"),
            }
        }
        if kind == "DaemonSet" {
            set_in(&mut service, "deploy", "mode", "global".into());
        }
        self.services.insert(pod.name.clone(), service);
    }

    fn update(&mut self, index: usize, strategy: &Value, path: &[Segment], service: &mut Object) {
        // Compose stops the old container first unless it is told otherwise.
        if strategy.get("type").and_then(Value::as_str) != Some("RollingUpdate") {
            return;
        }
        let Some(rolling) = strategy.get("rollingUpdate").and_then(Value::as_object) else { return };
        let mut config = deploy_part(service, "update_config");
        let count = |key: &str| rolling.get(key).and_then(integer).filter(|count| *count > 0);
        let all = |key: &str| rolling.get(key).and_then(Value::as_str) == Some("100%");
        if let Some(surge) = count("maxSurge") {
            config.insert("parallelism", surge.into());
            config.insert("order", "start-first".into());
        } else if let Some(unavailable) = count("maxUnavailable") {
            config.insert("parallelism", unavailable.into());
            config.insert("order", "stop-first".into());
        } else if all("maxSurge") || all("maxUnavailable") {
            config.insert("parallelism", 0.into());
            config.insert("order", if all("maxSurge") { "start-first" } else { "stop-first" }.into());
        } else {
            self.field(index, &deeper(path, &["rollingUpdate"]), "compose counts containers, not shares of them");
        }
        for key in rolling.keys().filter(|key| !matches!(key.as_str(), "maxSurge" | "maxUnavailable")) {
            self.field(index, &deeper(path, &["rollingUpdate", key]), "compose updates all containers");
        }
        if !config.is_empty() {
            set_in(service, "deploy", "update_config", config.into());
        }
    }

    /// The claims of a `StatefulSet`: one volume for each, which all its containers share.
    fn claim_templates(&mut self, pod: &Pod<'_>, templates: &Value) {
        for (number, template) in templates.as_array().unwrap_or_default().iter().enumerate() {
            let Some(name) = template.get("metadata").and_then(|metadata| metadata.get("name")).and_then(scalar) else {
                continue;
            };
            let path: Path = vec!["spec".into(), "volumeClaimTemplates".into(), number.into(), "spec".into()];
            self.declare_volume(&format!("{}-{name}", pod.name), pod.component, template.get("spec"), &path);
        }
    }
}

/// A part of `deploy`, as far as it was said.
fn deploy_part(service: &Object, key: &str) -> Object {
    let part = service.get("deploy").and_then(|deploy| deploy.get(key)).and_then(Value::as_object);
    part.cloned().unwrap_or_default()
}

/// Adds a dependency to a service.
pub(super) fn needs(service: &mut Object, other: &str, condition: &str) {
    let body = Object::from_iter([("condition", Value::from(condition))]);
    set_in(service, "depends_on", other, body.into());
}

/// The name of the service for a container that is not the first of its pod: the pod's name and its own. A container that bears
/// the name of its pod already, as one does that was a service of a compose project, keeps its own.
fn name_of(pod: &Pod<'_>, own: &str) -> String {
    let has_both = own.strip_prefix(pod.name.as_str()).is_some_and(|rest| rest.starts_with('-'));
    if has_both { own.to_owned() } else { format!("{}-{own}", pod.name) }
}

/// An annotation of a workload or of its pods.
pub(super) fn annotation(component: &Component, key: &str) -> Option<Text> {
    let of = |metadata: Option<&Object>| Some(Text::from(metadata?.get("annotations")?.get(key)?.as_str()?));
    let template = component.configuration.get("spec").and_then(|spec| spec.get("template"));
    let inner = template.and_then(|template| template.get("metadata")).and_then(Value::as_object);
    of(component.metadata()).or_else(|| of(inner))
}

/// The annotations of a pod as labels: that is what compose calls words that others read.
fn labels(metadata: Option<&Object>, service: &mut Object) {
    let annotations = metadata.and_then(|metadata| metadata.get("annotations")?.as_object());
    for (key, value) in annotations.into_iter().flat_map(Object::iter) {
        if key != DEPENDS_ON && !key.starts_with("kubectl.kubernetes.io/") {
            set_in(service, "labels", key, value.clone());
        }
    }
}
