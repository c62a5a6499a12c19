//! Labels: those that steer the conversion as Kompose's do, and all others, which become annotations.

use design_source::Traced;
use design_vocabulary::{Span, Text};

use super::{Conversion, Service, said, text};
use crate::node::Node;

/// Labels that Kompose knows (its user guide, version 1.38), and that are understood here alike.
pub(super) const STEERING: &[&str] = &[
    "kompose.controller.port.expose",
    "kompose.controller.type",
    "kompose.cronjob.backoff_limit",
    "kompose.cronjob.concurrency_policy",
    "kompose.cronjob.schedule",
    "kompose.hpa.cpu",
    "kompose.hpa.memory",
    "kompose.hpa.replicas.max",
    "kompose.hpa.replicas.min",
    "kompose.image-pull-policy",
    "kompose.image-pull-secret",
    "kompose.init.containers.command",
    "kompose.init.containers.image",
    "kompose.init.containers.name",
    "kompose.security-context.fsgroup",
    "kompose.service.expose",
    "kompose.service.expose.ingress-class-name",
    "kompose.service.expose.tls-secret",
    "kompose.service.external-traffic-policy",
    "kompose.service.group",
    "kompose.service.healthcheck.liveness.http_get_path",
    "kompose.service.healthcheck.liveness.http_get_port",
    "kompose.service.healthcheck.liveness.tcp_port",
    "kompose.service.healthcheck.readiness.disable",
    "kompose.service.healthcheck.readiness.http_get_path",
    "kompose.service.healthcheck.readiness.http_get_port",
    "kompose.service.healthcheck.readiness.interval",
    "kompose.service.healthcheck.readiness.retries",
    "kompose.service.healthcheck.readiness.start_period",
    "kompose.service.healthcheck.readiness.tcp_port",
    "kompose.service.healthcheck.readiness.test",
    "kompose.service.healthcheck.readiness.timeout",
    "kompose.service.name_override",
    "kompose.service.nodeport.port",
    "kompose.service.type",
    "kompose.serviceaccount-name",
    "kompose.volume.selector",
    "kompose.volume.size",
    "kompose.volume.storage-class-name",
    "kompose.volume.subpath",
    "kompose.volume.type",
];

/// The value of a label that steers.
pub(super) struct Steering<'a> {
    pub text: Text,
    pub node: &'a Node,
}

impl Steering<'_> {
    /// The value at its place.
    pub fn said(&self) -> Traced {
        said(self.node, self.text.clone())
    }
}

pub(super) fn steering<'a>(service: Service<'a>, key: &str) -> Option<Steering<'a>> {
    let node = service.some("labels")?.some(key)?;
    Some(Steering { text: node.scalar()?, node })
}

/// The label of objects by which they are selected.
pub(super) const NAME: &str = "app.kubernetes.io/name";

/// The labels of the pods of a workload, and what a Service selects by.
pub(super) fn selector(place: Span, object: &str) -> Traced {
    Traced::mapping(place).with(NAME, Traced::new(place, object))
}

impl Conversion<'_> {
    /// The labels of an object: its name, and the project that it is part of, where that has a name.
    pub(super) fn labels(&self, place: Span, object: &str) -> Traced {
        let labels = selector(place, object);
        match self.project.name.as_deref().map(crate::label_value).filter(|name| !name.is_empty()) {
            Some(name) => labels.with("app.kubernetes.io/part-of", Traced::new(place, name.as_str())),
            None => labels,
        }
    }

    /// The labels and annotations of a service as annotations of its objects; `None` where there are none.
    pub(super) fn annotations(&mut self, service: Service<'_>, is_told: bool) -> Option<Traced> {
        let mut annotations = Traced::mapping(service.place());
        for key in ["labels", "annotations"] {
            for (name, value) in service.some(key).map(Node::entries).unwrap_or_default() {
                if name.starts_with("kompose.") {
                    if !STEERING.contains(&name.as_str()) && is_told {
                        self.inexpressible(
                            service,
                            &format!("{key}[{name:?}]"),
                            "no such label steers anything",
                            value.place(),
                        );
                    }
                } else if is_qualified(name) {
                    let empty = || said(value, "");
                    annotations.set(name.clone(), text(value).unwrap_or_else(empty));
                } else if is_told {
                    let why = "an annotation has a name of at most 63 letters, digits, `-`, `_` and `.`";
                    self.inexpressible(service, &format!("{key}[{name:?}]"), why, value.place());
                }
            }
        }
        (!annotations.is_empty()).then_some(annotations)
    }

    /// The labels of `deploy`, which are those of the workload itself: as labels where they may be such.
    pub(super) fn deploy_labels(&mut self, service: Service<'_>, metadata: &mut Traced) {
        let labels = service.some("deploy").and_then(|deploy| deploy.some("labels"));
        for (name, value) in labels.map(Node::entries).unwrap_or_default() {
            let written = value.scalar().unwrap_or_default();
            if name.starts_with("kompose.") {
                continue;
            }
            if !is_qualified(name) {
                let why = "a label has a name of at most 63 letters, digits, `-`, `_` and `.`";
                self.inexpressible(service, &format!("deploy.labels[{name:?}]"), why, value.place());
            } else if crate::label_value(&written) == *written {
                metadata.entry("labels", value.span).set(name.clone(), said(value, written));
            } else {
                metadata.entry("annotations", value.span).set(name.clone(), said(value, written));
            }
        }
    }
}

/// Whether a text may be the key of a label or annotation: a name, behind a prefix that is a domain.
pub(super) fn is_qualified(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let is_part = |part: &str| {
        let is_end = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        part.len() <= 63
            && is_end(part.chars().next())
            && is_end(part.chars().last())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
    };
    let is_domain = |prefix: &str| {
        prefix.len() <= 253
            && prefix.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .chars()
                        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
            })
    };
    is_part(name) && prefix.is_none_or(is_domain)
}
