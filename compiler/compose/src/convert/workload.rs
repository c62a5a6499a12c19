//! What runs a service: Deployment, `DaemonSet`, `StatefulSet`, Pod, Job or CronJob.

use design_source::{Data, Traced};
use design_vocabulary::Span;

use super::labels::selector;
use super::{Conversion, Service, said};
use crate::node::Node;
use crate::quantity;

/// The kind of object that runs a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Controller {
    Deployment,
    DaemonSet,
    StatefulSet,
    Pod,
    Job,
    CronJob,
}

/// When a container is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restart {
    Always,
    OnFailure,
    Never,
}

impl Conversion<'_> {
    /// The workload of a pod, led by a service.
    pub(super) fn workload(&mut self, leader: Service<'_>) {
        let members: Vec<usize> = self.groups.members(leader.position).to_vec();
        let services: Vec<Service<'_>> = members.iter().filter_map(|member| self.service(*member)).collect();
        let name = self.pod_name(leader);
        let controller = self.controller(leader, members.len());
        let mut pod = Traced::mapping(leader.place());
        let mut containers = Traced::list(leader.place(), Vec::new());
        let mut metadata = Traced::mapping(leader.place());
        for member in services.iter().copied() {
            let container = self.container(member, &mut pod, &name);
            containers.push(container);
            self.pod(member, &mut pod);
            if let Some(annotations) = self.annotations(member, true) {
                for (key, value) in annotations.entries() {
                    metadata.entry("annotations", leader.place()).set(key.clone(), value.clone());
                }
            }
            self.wait(member, &name, &mut pod, &mut metadata);
            self.member_of_networks(member, &mut metadata);
        }
        let restart = self.restart(leader);
        let is_claimed = claims_for_writing(&pod);
        let template_spec = ordered(pod, containers, self.restart_policy(leader, controller, restart));
        let labels = self.labels(leader.place(), &name);
        let mut of_pod = metadata.clone();
        super::wait::forget(&mut of_pod);
        for (key, value) in labels.entries() {
            of_pod.entry("labels", leader.place()).set(key.clone(), value.clone());
        }
        // Labels of networks are for pods alone.
        let mut of_object = Traced::mapping(leader.place()).with("labels", labels);
        of_object = of_object.with_some("annotations", metadata.get("annotations").cloned());
        for member in services.iter().copied() {
            self.deploy_labels(member, &mut of_object);
        }
        let template =
            Traced::mapping(leader.place()).with("metadata", of_pod.clone()).with("spec", template_spec.clone());
        let own_name = Traced::new(leader.place(), name.as_str());
        let object = Traced::mapping(leader.place());
        let (kind, api_version, object) = match controller {
            Controller::Pod => {
                of_pod = of_pod.with_some("annotations", of_object.get("annotations").cloned());
                ("Pod", "v1", object.with("metadata", of_pod).with("spec", template_spec))
            }
            Controller::Job => {
                let spec = job(leader, restart, template);
                ("Job", "batch/v1", object.with("metadata", of_object).with("spec", spec))
            }
            Controller::CronJob => {
                let spec = self.cron_job(leader, restart, template);
                ("CronJob", "batch/v1", object.with("metadata", of_object).with("spec", spec))
            }
            Controller::Deployment | Controller::DaemonSet | Controller::StatefulSet => {
                let spec = self.controller_spec(leader, controller, &name, template, is_claimed);
                let kind = match controller {
                    Controller::DaemonSet => "DaemonSet",
                    Controller::StatefulSet => "StatefulSet",
                    _ => "Deployment",
                };
                (kind, "apps/v1", object.with("metadata", of_object).with("spec", spec))
            }
        };
        let component = self.push(kind, api_version, object, &own_name);
        for member in members {
            self.workloads.insert(member, component);
        }
    }

    /// The name of the pod that a service leads.
    pub(super) fn pod_name(&self, leader: Service<'_>) -> String {
        self.groups.name(leader.position).unwrap_or_else(|| self.object(leader)).to_owned()
    }

    pub(super) fn controller(&mut self, leader: Service<'_>, members: usize) -> Controller {
        let mode = leader.some("deploy").and_then(|deploy| deploy.some("mode")).and_then(Node::scalar);
        if self.dependencies.jobs.contains(&leader.position) {
            return Controller::Job;
        }
        if let Some(label) = leader.steering("kompose.controller.type") {
            match label.text.to_ascii_lowercase().as_str() {
                "deployment" => return Controller::Deployment,
                "daemonset" => return Controller::DaemonSet,
                "statefulset" => return Controller::StatefulSet,
                _ => self.invalid(leader, "labels", "`deployment`, `daemonset` or `statefulset`", label.node),
            }
        }
        match mode.as_deref() {
            Some("global") => return Controller::DaemonSet,
            Some("replicated-job" | "global-job") => return Controller::Job,
            _ => {}
        }
        if leader.steering("kompose.cronjob.schedule").is_some() {
            return Controller::CronJob;
        }
        if members == 1 && self.restart(leader) != Restart::Always { Controller::Pod } else { Controller::Deployment }
    }

    fn restart(&mut self, service: Service<'_>) -> Restart {
        let policy = service.some("deploy").and_then(|deploy| deploy.some("restart_policy"));
        let node = policy.and_then(|policy| policy.some("condition")).or_else(|| service.some("restart"));
        let Some(node) = node else { return Restart::Always };
        // A truth value is what `no` without quotes is to an older reader.
        let written = node.scalar().unwrap_or_default();
        match written.split(':').next().unwrap_or_default() {
            "always" | "any" | "unless-stopped" | "" => Restart::Always,
            "on-failure" => Restart::OnFailure,
            "no" | "none" | "false" => Restart::Never,
            _ => {
                self.invalid(service, "restart", "`no`, `always`, `on-failure` or `unless-stopped`", node);
                Restart::Always
            }
        }
    }

    fn restart_policy(&mut self, service: Service<'_>, controller: Controller, restart: Restart) -> Option<Traced> {
        let policy = service.some("deploy").and_then(|deploy| deploy.some("restart_policy"));
        for key in ["delay", "window"] {
            if let Some(node) = policy.and_then(|policy| policy.some(key)) {
                let why = "Kubernetes waits longer after each failure, up to five minutes";
                self.inexpressible(service, &format!("deploy.restart_policy.{key}"), why, node.place());
            }
        }
        let is_job = matches!(controller, Controller::Job | Controller::CronJob);
        if let Some((node, _)) = attempts(service).filter(|_| !is_job) {
            let why = "only a Job counts its failures";
            self.inexpressible(service, "deploy.restart_policy.max_attempts", why, node.place());
        }
        let node = policy.and_then(|policy| policy.some("condition")).or_else(|| service.some("restart"));
        let place = node.map_or(service.place(), |node| node.span);
        let word = match (controller, restart) {
            (Controller::Pod | Controller::Job | Controller::CronJob, Restart::Never) => "Never",
            (Controller::Pod, Restart::OnFailure) | (Controller::Job | Controller::CronJob, _) => "OnFailure",
            _ => return None,
        };
        Some(Traced::new(place, word))
    }

    fn cron_job(&mut self, service: Service<'_>, restart: Restart, template: Traced) -> Traced {
        let place = service.place();
        let mut job = Traced::mapping(place);
        if let Some(label) = service.steering("kompose.cronjob.backoff_limit") {
            match label.node.as_integer() {
                Some(limit) => job.set("backoffLimit", said(label.node, limit)),
                None => self.invalid(service, "labels", "a number", label.node),
            }
        } else if let Some((node, attempts)) = attempts(service) {
            job.set("backoffLimit", said(node, attempts));
        } else if restart == Restart::Never {
            job.set("backoffLimit", Traced::new(place, 0));
        }
        job.set("template", template);
        let mut spec = Traced::mapping(place)
            .with_some("schedule", service.steering("kompose.cronjob.schedule").map(|label| label.said()));
        if let Some(label) = service.steering("kompose.cronjob.concurrency_policy") {
            if ["Allow", "Forbid", "Replace"].contains(&label.text.as_str()) {
                spec.set("concurrencyPolicy", label.said());
            } else {
                self.invalid(service, "labels", "`Allow`, `Forbid` or `Replace`", label.node);
            }
        }
        spec.with("jobTemplate", Traced::mapping(place).with("spec", job))
    }

    fn controller_spec(
        &mut self,
        service: Service<'_>,
        controller: Controller,
        name: &str,
        template: Traced,
        is_claimed: bool,
    ) -> Traced {
        let place = service.place();
        let mut spec = Traced::mapping(place);
        let deploy = service.some("deploy");
        let replicas = deploy.and_then(|deploy| deploy.some("replicas")).or_else(|| service.some("scale"));
        // An autoscaler is the one who scales.
        if controller != Controller::DaemonSet && !super::scale::is_scaled(service) {
            match replicas.map(|node| (node, node.as_integer())) {
                Some((node, Some(count))) if count >= 0 => spec.set("replicas", said(node, count)),
                Some((node, _)) => self.invalid(service, "deploy.replicas", "a number", node),
                None => spec.set("replicas", Traced::new(place, 1)),
            }
        } else if let Some(node) = replicas.filter(|_| controller == Controller::DaemonSet) {
            self.inexpressible(service, "deploy.replicas", "a DaemonSet runs once on each node", node.place());
        }
        if controller == Controller::StatefulSet {
            spec.set("serviceName", Traced::new(place, name));
        }
        spec.set("selector", Traced::mapping(place).with("matchLabels", selector(place, name)));
        self.update(service, controller, is_claimed, &mut spec);
        spec.with("template", template)
    }

    /// How a new version takes over.
    fn update(&mut self, service: Service<'_>, controller: Controller, is_claimed: bool, spec: &mut Traced) {
        let deploy = service.some("deploy");
        if let Some(node) = deploy.and_then(|deploy| deploy.some("rollback_config")) {
            let why = "a rollback goes as an update does";
            self.inexpressible(service, "deploy.rollback_config", why, node.place());
        }
        let Some(config) = deploy.and_then(|deploy| deploy.some("update_config")) else {
            // Two pods cannot both hold a claim for writing that one node has, so the old one goes first.
            if is_claimed && controller == Controller::Deployment {
                spec.set(
                    "strategy",
                    Traced::mapping(service.place()).with("type", Traced::new(service.place(), "Recreate")),
                );
            }
            return;
        };
        for key in ["failure_action", "monitor", "max_failure_ratio"] {
            if let Some(node) = config.some(key) {
                let why = "an update that fails stands still; `kubectl rollout undo` takes it back";
                self.inexpressible(service, &format!("deploy.update_config.{key}"), why, node.place());
            }
        }
        if let Some(node) = config.some("delay") {
            match node.scalar().and_then(|text| quantity::seconds(&text)) {
                Some(seconds) if seconds > 0 && controller != Controller::StatefulSet => {
                    spec.set("minReadySeconds", said(node, seconds));
                }
                Some(_) => {}
                None => self.invalid(service, "deploy.update_config.delay", "a duration such as `10s`", node),
            }
        }
        let node = config.some("parallelism");
        let place = node.map_or(config.place(), |node| node.span);
        let count = node.and_then(Node::as_integer).unwrap_or(1);
        // None at a time is all at once.
        let amount = if count == 0 { Traced::new(place, "100%") } else { Traced::new(place, count) };
        let starts_first = config.some("order").and_then(Node::scalar).is_some_and(|order| order == "start-first");
        let nothing = Traced::new(place, 0);
        let (more, fewer) = if starts_first { (amount, nothing) } else { (nothing, amount) };
        let rolling = match controller {
            Controller::StatefulSet => Traced::mapping(place),
            _ => Traced::mapping(place).with("maxSurge", more).with("maxUnavailable", fewer),
        };
        let strategy = Traced::mapping(config.place())
            .with("type", Traced::new(config.place(), "RollingUpdate"))
            .with_some("rollingUpdate", (!rolling.is_empty()).then_some(rolling));
        let key = if controller == Controller::Deployment { "strategy" } else { "updateStrategy" };
        spec.set(key, strategy);
    }
}

/// Whether a pod mounts a claim that it may write to.
fn claims_for_writing(pod: &Traced) -> bool {
    let volumes = pod.get("volumes").map(Traced::elements).unwrap_or_default();
    volumes.iter().filter_map(|volume| volume.get("persistentVolumeClaim")).any(|claim| claim.get("readOnly").is_none())
}

/// The fields of a pod in the order in which people read them.
fn ordered(mut pod: Traced, containers: Traced, restart_policy: Option<Traced>) -> Traced {
    let place: Span = pod.place;
    let init = pod.get("initContainers").cloned();
    let volumes = pod.get("volumes").cloned();
    let mut whole = Traced::mapping(place).with_some("initContainers", init).with("containers", containers);
    whole = whole.with_some("restartPolicy", restart_policy);
    if let Data::Mapping(entries) = &mut pod.data {
        for (key, value) in entries.drain(..).filter(|(key, _)| key != "initContainers" && key != "volumes") {
            whole.set(key, value);
        }
    }
    whole.with_some("volumes", volumes)
}

/// How often a service may fail, where it says so.
fn attempts(service: Service<'_>) -> Option<(&Node, i64)> {
    let policy = service.some("deploy").and_then(|deploy| deploy.some("restart_policy"));
    if let Some(node) = policy.and_then(|policy| policy.some("max_attempts")) {
        return Some((node, node.as_integer()?));
    }
    let node = service.some("restart")?;
    let written = node.scalar()?;
    Some((node, written.strip_prefix("on-failure:")?.parse().ok()?))
}

fn job(service: Service<'_>, restart: Restart, template: Traced) -> Traced {
    let place = service.place();
    let mut spec = Traced::mapping(place);
    let deploy = service.some("deploy");
    if let Some(node) = deploy.and_then(|deploy| deploy.some("replicas"))
        && let Some(count) = node.as_integer()
    {
        spec.set("completions", said(node, count));
        spec.set("parallelism", said(node, count));
    }
    match (attempts(service), restart) {
        (Some((node, attempts)), _) => spec.set("backoffLimit", said(node, attempts)),
        // A container that is not started again has one try.
        (None, Restart::Never) => spec.set("backoffLimit", Traced::new(place, 0)),
        (None, _) => {}
    }
    spec.with("template", template)
}
