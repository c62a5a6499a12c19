//! What the resources of a workload give it.

use design_compose::{Node, object_name};
use design_source::Traced;
use design_vocabulary::{External, Span, Text};

use super::placeholder::{Piece, pieces};
use super::workload::Workload;
use super::{Outside, Problem, Reading, labels, said};

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// A text that is known here.
    Text(String),
    /// A key of an object that comes from outside.
    Key {
        /// `ConfigMap` or `Secret`.
        kind: &'static str,
        /// The name of the object.
        name: String,
        /// The key.
        key: String,
    },
}

/// The size of a claim whose resource says none.
const SIZE: &str = "1Gi";

impl Reading<'_> {
    /// The pieces of a text with what each placeholder stands for; `None` where one leads nowhere, which is told of.
    pub(crate) fn outputs(&mut self, workload: &Workload<'_>, text: &str, span: Span) -> Option<Vec<Output>> {
        let Some(pieces) = pieces(text) else {
            self.invalid("a placeholder is not closed", "write `}` behind it, or `$${` for the two characters", span);
            return None;
        };
        let mut outputs = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => outputs.push(Output::Text(text)),
                Piece::Placeholder(steps) => outputs.push(self.output(workload, &steps, span)?),
            }
        }
        Some(outputs)
    }

    /// A text in which every placeholder is known here.
    pub(crate) fn text(&mut self, workload: &Workload<'_>, text: &str, span: Span) -> Option<String> {
        let mut whole = String::new();
        for output in self.outputs(workload, text, span)? {
            match output {
                Output::Text(text) => whole.push_str(&text),
                Output::Key { .. } => {
                    let message = "a placeholder stands for what only the cluster knows";
                    self.invalid(message, "give it to the container as a variable", span);
                    return None;
                }
            }
        }
        Some(whole)
    }

    fn output(&mut self, workload: &Workload<'_>, steps: &[String], span: Span) -> Option<Output> {
        let words: Vec<&str> = steps.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["metadata", rest @ ..] => {
                let metadata = workload.node.some("metadata");
                let found = rest.iter().try_fold(metadata?, |node, step| node.some(step)).and_then(Node::scalar);
                if found.is_none() {
                    let message = format!("`metadata` has no `{}`", rest.join("."));
                    self.invalid(message, "name something that the metadata of the workload say", span);
                }
                found.map(|text| Output::Text(text.to_string()))
            }
            ["resources", name, rest @ ..] => {
                let resources = workload.node.some("resources");
                let Some(resource) = resources.and_then(|resources| resources.some(name)) else {
                    let message = format!("there is no resource `{name}`");
                    self.invalid(message, "declare it under `resources`, or correct the name", span);
                    return None;
                };
                self.resource_output(workload, name, resource, &rest.join("."), span)
            }
            _ => {
                let message = format!("`${{{}}}` is neither of `metadata` nor of `resources`", steps.join("."));
                self.invalid(
                    message,
                    "write `${metadata.…}`, `${resources.NAME.OUTPUT}`, or `$${` for the characters",
                    span,
                );
                None
            }
        }
    }

    fn resource_output(
        &mut self,
        workload: &Workload<'_>,
        name: &str,
        resource: &Node,
        output: &str,
        span: Span,
    ) -> Option<Output> {
        let sort = resource.some("type").and_then(Node::scalar).unwrap_or_default();
        match (sort.as_str(), output) {
            (_, "") => Some(Output::Text(identity(workload, name, resource))),
            ("dns", "host" | "url") => {
                let host = format!("{}.localhost", identity(workload, name, resource));
                let text = if output == "url" { format!("http://{host}") } else { host };
                Some(Output::Text(text))
            }
            ("service-port", "hostname" | "host" | "port") => self.service_port(name, resource, output),
            ("environment", key) => {
                let object = object_name(&format!("{}-environment", resource_owner(workload, resource)));
                self.expect("ConfigMap", &object, resource.place());
                Some(Output::Key { kind: "ConfigMap", name: object, key: key.to_owned() })
            }
            ("dns" | "service-port" | "volume" | "route", other) => {
                let message = format!("a resource of type `{sort}` has no output `{other}`");
                self.invalid(message, "a `dns` has `host`, a `service-port` has `hostname` and `port`", span);
                None
            }
            (_, key) => {
                let object = object_name(&format!("{sort}-{}", identity(workload, name, resource)));
                let outside = self.outside(name, &sort, &object, resource.place());
                outside.keys.insert(key.to_owned());
                self.expect("Secret", &object, resource.place());
                Some(Output::Key { kind: "Secret", name: object, key: key.to_owned() })
            }
        }
    }

    /// The port of another workload of the folder.
    fn service_port(&mut self, name: &str, resource: &Node, output: &str) -> Option<Output> {
        let parameter = |key: &str| resource.some("params").and_then(|params| params.some(key));
        let Some(target) = parameter("workload").and_then(Node::scalar) else {
            let message = format!("the resource `{name}` does not say its `workload`");
            self.invalid(message, "add `params: {workload: NAME, port: PORT}`", resource.place());
            return None;
        };
        let nodes = self.nodes;
        let other = self.workloads.get(target.as_str()).and_then(|position| nodes.get(*position)).map(|(_, node)| node);
        let place = parameter("workload").map_or(resource.span, |node| node.span);
        let Some(other) = other else {
            let near = design_registry::nearest(&target, self.workloads.keys().map(String::as_str)).map(str::to_owned);
            let message = match near {
                Some(near) => format!("there is no workload `{target}` here; there is `{near}`"),
                None => format!("there is no workload `{target}` here"),
            };
            self.invalid(message, "read its file together with this one", place);
            return None;
        };
        if output != "port" {
            return Some(Output::Text(object_name(&target)));
        }
        let port = parameter("port");
        let written = port.and_then(Node::scalar).unwrap_or_default();
        let ports = other.some("service").and_then(|service| service.some("ports"));
        let named = ports.and_then(|ports| ports.some(&written)).and_then(|port| port.some("port"));
        let numbered = ports
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .find(|(_, port)| port.some("port").and_then(Node::scalar).is_some_and(|number| number == written));
        let number = named.or_else(|| numbered.and_then(|(_, port)| port.some("port"))).and_then(Node::scalar);
        if number.is_none() {
            let message = format!("the workload `{target}` has no port `{written}`");
            let span = port.map_or(place, |port| port.span);
            self.invalid(message, "name a port of its `service.ports`", span);
        }
        number.map(|number| Output::Text(number.to_string()))
    }

    fn outside(&mut self, name: &str, sort: &str, object: &str, place: Span) -> &mut Outside {
        self.told.entry(object.to_owned()).or_insert_with(|| Outside {
            name: name.to_owned(),
            resource_type: sort.to_owned(),
            place,
            keys: std::collections::BTreeSet::new(),
        })
    }

    /// Declares an object that comes from outside.
    fn expect(&mut self, kind: &'static str, name: &str, place: Span) {
        if self.is_new(kind, name) {
            let external = External { kind: kind.into(), group: Some(Text::new()), namespace: None, name: name.into() };
            self.loaded.push_external(external, place);
        }
    }

    /// Tells of each resource from outside once, with all keys that are used.
    pub(crate) fn tell_resources(&mut self) {
        for (secret, outside) in std::mem::take(&mut self.told) {
            let keys: Vec<String> = outside.keys.iter().map(|key| format!("`{key}`")).collect();
            self.problems.push(Problem::Resource {
                name: outside.name,
                resource_type: outside.resource_type,
                secret,
                keys: keys.join(", "),
                span: outside.place,
            });
        }
    }

    /// Resources that are objects whether or not anything names their outputs.
    pub(crate) fn resources(&mut self, workload: &Workload<'_>) {
        for (name, resource) in workload.node.some("resources").map(Node::entries).unwrap_or_default() {
            self.unknown(resource, &["type", "class", "id", "metadata", "params"], "a resource");
            let Some(sort) = resource.some("type").and_then(Node::scalar) else {
                let message = format!("the resource `{name}` has no type");
                self.invalid(message, "add `type`, such as `volume`, `dns` or `postgres`", resource.place());
                continue;
            };
            match sort.as_str() {
                "route" => self.route(workload, name, resource),
                "dns" => {
                    let host = format!("{}.localhost", identity(workload, name, resource));
                    let what =
                        format!("the name `{host}` leads to the machine that asks; replace it by one of your own");
                    self.loosely(format!("resources.{name}"), what, resource.place());
                }
                "volume" | "service-port" | "environment" => {}
                _ => {
                    let object = object_name(&format!("{sort}-{}", identity(workload, name, resource)));
                    self.outside(name, &sort, &object, resource.place());
                }
            }
        }
    }

    /// A way from outside to a port of the workload.
    fn route(&mut self, workload: &Workload<'_>, name: &str, resource: &Node) {
        let parameter = |key: &str| resource.some("params").and_then(|params| params.some(key));
        let known = |reading: &mut Self, key: &str| {
            let node = parameter(key)?;
            let text = reading.text(workload, &node.scalar()?, node.span)?;
            Some((node, text))
        };
        let host = known(self, "host");
        let path = known(self, "path");
        let Some((port_node, port)) = known(self, "port") else {
            let message = format!("the route `{name}` does not say its `port`");
            return self.invalid(message, "add `params: {host: …, path: /, port: PORT}`", resource.place());
        };
        let place = resource.place();
        let ports = workload
            .node
            .some("service")
            .and_then(|service| service.some("ports"))
            .map(Node::entries)
            .unwrap_or_default();
        let found = ports.iter().find(|(known, node)| {
            *known == *port || node.some("port").and_then(Node::scalar).is_some_and(|number| *number == *port)
        });
        let number = found.and_then(|(_, node)| node.some("port")).and_then(Node::as_integer);
        let Some(number) = number else {
            let message = format!("the workload has no port `{port}`");
            return self.invalid(message, "name a port of its `service.ports`", port_node.span);
        };
        let backend = Traced::mapping(place).with(
            "service",
            Traced::mapping(place)
                .with("name", Traced::new(place, workload.object.as_str()))
                .with("port", Traced::mapping(place).with("number", said(port_node, number))),
        );
        let path_value = path.map_or_else(|| Traced::new(place, "/"), |(node, path)| said(node, path.as_str()));
        let path = Traced::mapping(place)
            .with("path", path_value)
            .with("pathType", Traced::new(place, "Prefix"))
            .with("backend", backend);
        let rule = Traced::mapping(place)
            .with_some("host", host.map(|(node, host)| said(node, host.as_str())))
            .with("http", Traced::mapping(place).with("paths", Traced::list(place, vec![path])));
        let spec = Traced::mapping(place).with("rules", Traced::list(place, vec![rule]));
        let own = object_name(&format!("{}-{name}", workload.name));
        let metadata = Traced::mapping(place).with("labels", labels(place, &workload.name));
        let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
        self.push("Ingress", "networking.k8s.io/v1", &Traced::new(place, own.as_str()), &object);
    }

    /// The claim that a volume resource is; `None` where the text names no such resource, which is told of.
    pub(crate) fn volume(&mut self, workload: &Workload<'_>, source: &Node) -> Option<String> {
        let written = source.scalar()?;
        let name = match pieces(&written).as_deref() {
            Some([Piece::Placeholder(steps)]) if steps.first().is_some_and(|first| first == "resources") => {
                steps.get(1).cloned().unwrap_or_default()
            }
            _ => written.to_string(),
        };
        let resource = workload.node.some("resources").and_then(|resources| resources.some(&name));
        let is_volume = resource
            .is_some_and(|resource| resource.some("type").and_then(Node::scalar).is_some_and(|sort| sort == "volume"));
        let Some(resource) = resource.filter(|_| is_volume) else {
            let message = format!("there is no resource `{name}` of type `volume`");
            self.invalid(message, "declare it under `resources`, and name it as `${resources.NAME}`", source.span);
            return None;
        };
        let claim = object_name(&identity(workload, &name, resource));
        if self.is_new("PersistentVolumeClaim", &claim) {
            let place = resource.place();
            let size = resource.some("params").and_then(|params| params.some("size"));
            let size =
                size.and_then(|size| Some(said(size, size.scalar()?))).unwrap_or_else(|| Traced::new(place, SIZE));
            let class = resource.some("class").filter(|class| class.as_text() != Some("default"));
            let requests = Traced::mapping(place).with("requests", Traced::mapping(place).with("storage", size));
            let spec = Traced::mapping(place)
                .with("accessModes", Traced::list(place, vec![Traced::new(place, "ReadWriteOnce")]))
                .with("resources", requests)
                .with_some("storageClassName", class.and_then(|class| Some(said(class, class.scalar()?))));
            let metadata = Traced::mapping(place).with("labels", labels(place, &workload.name));
            let object = Traced::mapping(place).with("metadata", metadata).with("spec", spec);
            self.push("PersistentVolumeClaim", "v1", &Traced::new(place, claim.as_str()), &object);
        }
        Some(claim)
    }
}

/// What a resource is called outside its workload: by its id where it has one, since workloads share it by that.
fn identity(workload: &Workload<'_>, name: &str, resource: &Node) -> String {
    match resource.some("id").and_then(Node::scalar) {
        Some(id) => object_name(&id),
        None => object_name(&format!("{}-{name}", workload.name)),
    }
}

/// Who an environment belongs to.
fn resource_owner(workload: &Workload<'_>, resource: &Node) -> String {
    resource.some("id").and_then(Node::scalar).map_or_else(|| workload.name.clone(), |id| id.to_string())
}
