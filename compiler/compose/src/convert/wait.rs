//! What must be there first: `depends_on` as relationships, and as init containers that wait.

use std::collections::{BTreeSet, HashMap};

use design_source::Traced;
use design_vocabulary::{Endpoint, Object, Relationship, Span, Text, Value};
use uuid::Uuid;

use super::service::ports;
use super::{Conversion, Service};
use crate::node::Node;

/// The annotation of a workload that says which services its own waits for, and how, as compose would.
const ANNOTATION: &str = "design.compose/depends-on";

/// When a dependency is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Condition {
    Started,
    Healthy,
    Completed,
}

impl Condition {
    fn named(name: &str) -> Option<Self> {
        match name {
            "service_started" => Some(Self::Started),
            "service_healthy" => Some(Self::Healthy),
            "service_completed_successfully" => Some(Self::Completed),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Started => "service_started",
            Self::Healthy => "service_healthy",
            Self::Completed => "service_completed_successfully",
        }
    }
}

/// One service that needs another.
#[derive(Clone, Copy, Debug)]
struct Dependency {
    from: usize,
    to: usize,
    condition: Condition,
    place: Span,
}

/// Which services need which.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    list: Vec<Dependency>,
    /// Positions in the list, by the service that needs.
    of: HashMap<usize, Vec<usize>>,
    /// Further names that links give a service.
    pub aliases: HashMap<usize, Vec<(Text, Span)>>,
    /// Services that others wait for to end.
    pub jobs: BTreeSet<usize>,
    /// Services that others find by name.
    pub named: BTreeSet<usize>,
}

impl Conversion<'_> {
    /// Reads who needs whom: `depends_on`, and the order that `links` and `volumes_from` imply.
    pub(super) fn read_dependencies(&mut self) -> Dependencies {
        let mut found = Dependencies::default();
        for service in self.services() {
            for (name, node) in service.some("depends_on").map(Node::entries).unwrap_or_default() {
                let is_required = node.some("required").and_then(Node::as_bool).unwrap_or(true);
                let Some(to) = self.project.services.position(name) else {
                    if is_required {
                        self.problems.push(self.undefined_service(name, node.place()));
                    }
                    continue;
                };
                let condition = match node.some("condition") {
                    None => Condition::Started,
                    Some(condition) => {
                        let named = condition.scalar().and_then(|name| Condition::named(&name));
                        if named.is_none() {
                            let expected = "`service_started`, `service_healthy` or `service_completed_successfully`";
                            self.invalid(service, &format!("depends_on.{name}.condition"), expected, condition);
                        }
                        named.unwrap_or(Condition::Started)
                    }
                };
                if let Some(restart) = node.some("restart").filter(|node| node.as_bool() == Some(true)) {
                    let why = "a pod is not restarted because another one is";
                    self.inexpressible(service, &format!("depends_on.{name}.restart"), why, restart.place());
                }
                found.add(Dependency { from: service.position, to, condition, place: node.place() });
            }
            self.called(service, &mut found);
            for key in ["links", "volumes_from"] {
                for node in service.some(key).map(Node::elements).unwrap_or_default() {
                    let Some(written) = node.scalar() else { continue };
                    let (name, alias) =
                        written.split_once(':').map_or((&*written, None), |(name, alias)| (name, Some(alias)));
                    let named = self.project.services.position(name).filter(|_| key == "links");
                    if let (Some(to), Some(alias)) = (named, alias.filter(|alias| *alias != name)) {
                        found.aliases.entry(to).or_default().push((alias.into(), node.span));
                    }
                    match self.project.services.position(name) {
                        Some(to) => found.add(Dependency {
                            from: service.position,
                            to,
                            condition: Condition::Started,
                            place: node.span,
                        }),
                        None if key == "links" => self.problems.push(self.undefined_service(name, node.span)),
                        None => {}
                    }
                }
            }
        }
        found
    }

    /// Services without a port that the environment or the command of another names as a host: they are found by name only
    /// if there is a Service of that name.
    fn called(&self, service: Service<'_>, found: &mut Dependencies) {
        let values = service.some("environment").map(Node::entries).unwrap_or_default().iter().map(|(_, value)| value);
        let words = ["command", "entrypoint"].into_iter().filter_map(|key| service.some(key)).flat_map(Node::elements);
        for text in values.chain(words).filter_map(Node::scalar) {
            let is_whole = self.project.services.position(&text).is_some();
            if !is_whole && !text.contains([':', '@', '/', '=']) {
                continue;
            }
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
            for name in text.split(|letter| !is_name(letter)).filter(|name| !name.is_empty()) {
                let other = self.project.services.position(name).filter(|other| *other != service.position);
                found.named.extend(other);
            }
        }
    }

    fn undefined_service(&self, name: &str, span: Span) -> crate::Problem {
        if self.project.inactive.iter().any(|inactive| *inactive == *name) {
            return crate::Problem::Undefined { what: "active service", name: name.into(), nearest: None, span };
        }
        self.project.services.undefined("service", name, span)
    }

    /// Lets the pod of a service wait, and says on its workload what for.
    pub(super) fn wait(&mut self, service: Service<'_>, pod_name: &str, pod: &mut Traced, metadata: &mut Traced) {
        let of = self.dependencies.of.get(&service.position).map(Vec::as_slice).unwrap_or_default();
        let own: Vec<Dependency> =
            of.iter().filter_map(|position| self.dependencies.list.get(*position).copied()).collect();
        let mut conditions = Object::new();
        for dependency in &own {
            let Some(other) = self.service(dependency.to) else { continue };
            let condition = Object::from_iter([("condition", Value::from(dependency.condition.as_str()))]);
            conditions.insert(self.object(other), condition.into());
            let is_inside = self.groups.leader(dependency.to) == self.groups.leader(service.position);
            if is_inside && dependency.condition != Condition::Started {
                let what = "both run in one pod, where nothing waits";
                self.loosely(service, &format!("depends_on.{}", other.name), what, dependency.place);
                continue;
            }
            match dependency.condition {
                Condition::Started => {}
                Condition::Healthy => self.wait_for_service(service, other, dependency.place, pod),
                Condition::Completed => self.wait_for_job(other, pod_name, dependency.place, pod),
            }
        }
        if let Some(first) = own.first() {
            let text = json(&conditions);
            metadata.entry("annotations", first.place).set(ANNOTATION, Traced::new(first.place, text.as_str()));
        }
    }

    /// A Service answers once a pod behind it is ready, so what waits asks the Service.
    fn wait_for_service(&mut self, service: Service<'_>, other: Service<'_>, place: Span, pod: &mut Traced) {
        let has_test = other.some("healthcheck").is_some_and(|check| check.some("disable").is_none())
            || other.steering("kompose.service.healthcheck.readiness.test").is_some();
        if !has_test {
            let what = format!("`{}` has no health check here, so it counts as healthy once it runs", other.name);
            self.loosely(service, &format!("depends_on.{}", other.name), what, place);
        }
        let host = self.object(other).to_owned();
        let port = ports(other).into_iter().find(|port| port.protocol == "TCP");
        let script = match port {
            Some(port) => format!("until nc -z -w 2 {host} {}; do sleep 1; done", port.target),
            // Without a port there is a name, which leads somewhere once a pod is ready. The search domain is added here
            // because nslookup does not look for it.
            None => format!(
                "domain=$(sed -n 's/^search \\([^ ]*\\).*/\\1/p' /etc/resolv.conf); until nslookup {host}.$domain; do sleep 1; done"
            ),
        };
        let words = ["sh", "-c", script.as_str()].map(|word| Traced::new(place, word));
        let container = Traced::mapping(place)
            .with("name", Traced::new(place, wait_name(&host).as_str()))
            .with("image", Traced::new(place, self.options.wait_image.as_str()))
            .with("command", Traced::list(place, words.to_vec()));
        add_waiting(pod, container);
    }

    /// Whether a job is done is known to the cluster alone, so what waits may read that one job.
    fn wait_for_job(&mut self, other: Service<'_>, pod_name: &str, place: Span, pod: &mut Traced) {
        let job = self.object(other).to_owned();
        let words = ["wait", "--for=condition=complete", "--timeout=-1s"].map(str::to_owned);
        let words = words.into_iter().chain([format!("job/{job}")]);
        let container = Traced::mapping(place)
            .with("name", Traced::new(place, wait_name(&job).as_str()))
            .with("image", Traced::new(place, self.options.job_wait_image.as_str()))
            .with("args", Traced::list(place, words.map(|word| Traced::new(place, word.as_str())).collect()));
        add_waiting(pod, container);
        let account = if let Some(account) = pod.get("serviceAccountName").and_then(Traced::as_str) {
            account.to_owned()
        } else {
            pod.set("serviceAccountName", Traced::new(place, pod_name));
            if self.is_new("ServiceAccount", pod_name) {
                let labels = self.labels(place, pod_name);
                let object = Traced::mapping(place).with("metadata", Traced::mapping(place).with("labels", labels));
                self.push("ServiceAccount", "v1", object, &Traced::new(place, pod_name));
            }
            pod_name.to_owned()
        };
        self.allow_reading(&job, &account, place);
    }

    fn allow_reading(&mut self, job: &str, account: &str, place: Span) {
        let text = |text: &str| Traced::new(place, text);
        let list = |words: &[&str]| Traced::list(place, words.iter().map(|word| text(word)).collect());
        let role = crate::object_name(&format!("wait-for-{job}"));
        if self.is_new("Role", &role) {
            let allowed = Traced::mapping(place)
                .with("apiGroups", list(&["batch"]))
                .with("resources", list(&["jobs"]))
                .with("resourceNames", list(&[job]))
                .with("verbs", list(&["get", "list", "watch"]));
            let object = Traced::mapping(place).with("rules", Traced::list(place, vec![allowed]));
            self.push("Role", "rbac.authorization.k8s.io/v1", object, &text(&role));
        }
        let binding = crate::object_name(&format!("{account}-waits-for-{job}"));
        if self.is_new("RoleBinding", &binding) {
            let reference = Traced::mapping(place)
                .with("apiGroup", text("rbac.authorization.k8s.io"))
                .with("kind", text("Role"))
                .with("name", text(&role));
            let subject = Traced::mapping(place).with("kind", text("ServiceAccount")).with("name", text(account));
            let object =
                Traced::mapping(place).with("roleRef", reference).with("subjects", Traced::list(place, vec![subject]));
            self.push("RoleBinding", "rbac.authorization.k8s.io/v1", object, &text(&binding));
        }
    }

    /// Declares the relationships between the workloads.
    pub(super) fn relate(&mut self) {
        let list = std::mem::take(&mut self.dependencies.list);
        for dependency in list {
            let (Some(from), Some(to)) =
                (self.workloads.get(&dependency.from).copied(), self.workloads.get(&dependency.to).copied())
            else {
                continue;
            };
            if from == to {
                continue;
            }
            let ends = [self.endpoint(from), self.endpoint(to)];
            let [from, to] = ends;
            let relationship = Relationship {
                kind: "edge".into(),
                type_name: "dependency".into(),
                sub_type: dependency.condition.as_str().into(),
                from: vec![from],
                to: vec![to],
                ..Relationship::default()
            };
            self.loaded.push_relationship(relationship, dependency.place);
        }
    }

    /// An end of a relationship. The component gets an id of its content, so that it can be named.
    fn endpoint(&mut self, component: usize) -> Endpoint {
        let Some(found) = self.loaded.design.components.get_mut(component) else { return Endpoint::default() };
        let name = format!("compose/{}/{}", found.kind, found.name().unwrap_or_default());
        let id: Text = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string().into();
        found.id = Some(id.clone());
        Endpoint { id: Some(id), kind: found.kind.clone() }
    }
}

impl Dependencies {
    fn add(&mut self, dependency: Dependency) {
        self.named.insert(dependency.to);
        if dependency.condition == Condition::Completed {
            self.jobs.insert(dependency.to);
        }
        let of = self.of.entry(dependency.from).or_default();
        let known =
            of.iter().copied().find(|position| self.list.get(*position).is_some_and(|known| known.to == dependency.to));
        // What is said by `depends_on` goes before what links imply.
        if let Some(known) = known.and_then(|position| self.list.get_mut(position)) {
            known.condition = known.condition.max(dependency.condition);
        } else {
            of.push(self.list.len());
            self.list.push(dependency);
        }
    }
}

/// Takes the annotation out of the metadata of pods: it is about the workload.
pub(super) fn forget(metadata: &mut Traced) {
    if let Some(Traced { data: design_source::Data::Mapping(entries), .. }) = metadata.get_mut("annotations") {
        entries.retain(|(key, _)| key != ANNOTATION);
    }
    if let design_source::Data::Mapping(entries) = &mut metadata.data {
        entries.retain(|(key, value)| key != "annotations" || !value.is_empty());
    }
}

fn wait_name(object: &str) -> String {
    crate::object_name(&format!("wait-for-{object}"))
}

fn add_waiting(pod: &mut Traced, container: Traced) {
    let name = container.get("name").and_then(Traced::as_str).unwrap_or_default().to_owned();
    let list = pod.entry_list("initContainers", container.place);
    if !list.elements().iter().any(|known| known.get("name").and_then(Traced::as_str) == Some(name.as_str())) {
        list.push(container);
    }
}

/// Names and conditions as JSON; neither holds anything that would have to be escaped.
fn json(conditions: &Object) -> String {
    let entry = |(name, value): (&Text, &Value)| {
        format!(
            "{:?}:{{\"condition\":{:?}}}",
            name.as_str(),
            value.get("condition").and_then(Value::as_str).unwrap_or_default()
        )
    };
    format!("{{{}}}", conditions.iter().map(entry).collect::<Vec<_>>().join(","))
}
