//! Health checks as probes.
//!
//! Compose asks one question and calls a container healthy or not; what depends on it waits for the answer. That is a
//! readiness probe. As Kompose does, the same question is a liveness probe too, which restarts a container that goes bad.

use design_source::Traced;
use design_vocabulary::{Span, Text};

use super::labels::Steering;
use super::{Conversion, Service, said};
use crate::node::Node;
use crate::{quantity, shell};

/// What compose takes where a health check does not say (compose specification, healthcheck; Docker's own defaults).
const INTERVAL: i64 = 30;
const TIMEOUT: i64 = 30;

impl Conversion<'_> {
    pub(super) fn probes(&mut self, service: Service<'_>, container: &mut Traced) {
        let check = self.health_check(service);
        let liveness = self.labelled(service, "liveness", check.as_ref());
        let mut readiness = self.readiness(service, check.as_ref());
        let is_disabled = service
            .steering("kompose.service.healthcheck.readiness.disable")
            .is_some_and(|label| label.node.as_bool() == Some(true));
        if is_disabled {
            readiness = None;
        }
        *container = std::mem::replace(container, Traced::mapping(service.place()))
            .with_some("livenessProbe", liveness)
            .with_some("readinessProbe", readiness);
    }

    /// The probe that a health check describes; `None` where there is none, or it is switched off.
    fn health_check(&mut self, service: Service<'_>) -> Option<Traced> {
        let check = service.some("healthcheck")?;
        if check.some("disable").and_then(Node::as_bool) == Some(true) {
            return None;
        }
        let mut probe = Traced::mapping(check.span).under(check.key);
        if let Some(test) = check.some("test") {
            let words: Vec<Text> = test.elements().iter().filter_map(Node::scalar).collect();
            let command: Vec<Text> = match words.split_first() {
                None => return None,
                Some((first, _)) if first == "NONE" => return None,
                Some((first, rest)) if first == "CMD" && !rest.is_empty() => rest.to_vec(),
                Some((first, rest)) if first == "CMD-SHELL" && !rest.is_empty() => {
                    ["/bin/sh".into(), "-c".into(), rest.join(" ").into()].to_vec()
                }
                Some(_) => {
                    self.invalid(
                        service,
                        "healthcheck.test",
                        "a list that begins with `CMD`, `CMD-SHELL` or `NONE`",
                        test,
                    );
                    return None;
                }
            };
            let words = command.into_iter().map(|word| Traced::new(test.span, word)).collect();
            let exec = Traced::mapping(test.span).with("command", Traced::list(test.span, words).under(test.key));
            probe.set("exec", exec);
        } else if service.steering("kompose.service.healthcheck.liveness.http_get_path").is_none()
            && service.steering("kompose.service.healthcheck.liveness.tcp_port").is_none()
        {
            self.loosely(
                service,
                "healthcheck",
                "the image has its own test, which is not known here: there is no probe",
                check.place(),
            );
            return None;
        }
        let number = |span: Span, value: i64| Traced::new(span, value);
        for (key, to, default) in [
            ("interval", "periodSeconds", Some(INTERVAL)),
            ("timeout", "timeoutSeconds", Some(TIMEOUT)),
            ("start_period", "initialDelaySeconds", None),
        ] {
            match check.some(key).map(|node| (node, self.duration(service, key, node))) {
                Some((node, Some(seconds))) => probe.set(to, said(node, seconds.max(i64::from(key != "start_period")))),
                _ => probe = probe.with_some(to, default.map(|default| number(check.place(), default))),
            }
        }
        match check.some("retries").map(|node| (node, node.as_integer())) {
            Some((node, Some(retries))) if retries > 0 => probe.set("failureThreshold", said(node, retries)),
            Some((node, _)) => self.invalid(service, "healthcheck.retries", "a number above 0", node),
            None => {}
        }
        if let Some(node) = check.some("start_interval") {
            self.inexpressible(service, "healthcheck.start_interval", "a probe has one period", node.place());
        }
        Some(probe)
    }

    fn duration(&mut self, service: Service<'_>, key: &str, node: &Node) -> Option<i64> {
        let seconds = node.scalar().and_then(|text| quantity::seconds(&text));
        if seconds.is_none() {
            self.invalid(service, &format!("healthcheck.{key}"), "a duration such as `1m30s`", node);
        }
        seconds
    }

    /// A probe whose question labels replace.
    fn labelled(&mut self, service: Service<'_>, sort: &str, check: Option<&Traced>) -> Option<Traced> {
        let label = |name: &str| service.steering(&format!("kompose.service.healthcheck.{sort}.{name}"));
        let (path, port, tcp) = (label("http_get_path"), label("http_get_port"), label("tcp_port"));
        let number = |label: &Steering<'_>| label.node.as_integer().map(|port| said(label.node, port));
        let handler = match (&path, &port, &tcp) {
            (None, None, None) => return check.cloned(),
            (_, _, Some(tcp)) => ("tcpSocket", Traced::mapping(tcp.node.span).with_some("port", number(tcp))),
            (path, port, None) => {
                let place = path.as_ref().or(port.as_ref()).map_or(service.place(), |label| label.node.span);
                let get = Traced::mapping(place)
                    .with_some("path", path.as_ref().map(Steering::said))
                    .with_some("port", port.as_ref().and_then(number));
                ("httpGet", get)
            }
        };
        if handler.1.get("port").is_none() {
            self.loosely(service, "labels", "a probe without a port asks nothing", handler.1.place);
            return check.cloned();
        }
        let mut probe = Traced::mapping(handler.1.place).with(handler.0, handler.1);
        for (key, value) in check.map(Traced::entries).unwrap_or_default().iter().filter(|(key, _)| key != "exec") {
            probe.set(key.clone(), value.clone());
        }
        Some(probe)
    }

    /// The readiness probe: the labels', else the health check itself. A service that is healthy early is ready early, so it
    /// does not wait for the start period.
    fn readiness(&mut self, service: Service<'_>, check: Option<&Traced>) -> Option<Traced> {
        let label = |name: &str| service.steering(&format!("kompose.service.healthcheck.readiness.{name}"));
        let without_delay = check.map(|check| {
            let mut probe = Traced::mapping(check.place).under(check.key);
            for (key, value) in check.entries().iter().filter(|(key, _)| key != "initialDelaySeconds") {
                probe.set(key.clone(), value.clone());
            }
            probe
        });
        let mut probe = self.labelled(service, "readiness", without_delay.as_ref());
        if let Some(test) = label("test")
            && let Some(words) = shell::split(&test.text)
        {
            let words = words.into_iter().map(|word| Traced::new(test.node.span, Text::from(word))).collect();
            let exec = Traced::mapping(test.node.span).with("command", Traced::list(test.node.span, words));
            probe = Some(Traced::mapping(test.node.span).with("exec", exec));
        }
        let mut probe = probe?;
        for (key, to) in [
            ("interval", "periodSeconds"),
            ("timeout", "timeoutSeconds"),
            ("retries", "failureThreshold"),
            ("start_period", "initialDelaySeconds"),
        ] {
            if let Some(label) = label(key) {
                match quantity::seconds(&label.text) {
                    Some(seconds) => probe.set(to, said(label.node, seconds)),
                    None => self.invalid(service, "labels", "a duration such as `1m30s`, or a number", label.node),
                }
            }
        }
        Some(probe)
    }
}
