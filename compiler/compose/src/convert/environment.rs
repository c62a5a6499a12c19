//! The environment of a container: environment files as config maps, everything else as variables.

use design_source::Traced;
use design_vocabulary::Text;

use super::container::escape;
use super::{Conversion, Service, said};
use crate::environment::absent;
use crate::node::{Data, Node};
use crate::{Problem, dotenv, object_name};

impl Conversion<'_> {
    pub(super) fn environment(&mut self, service: Service<'_>, container: &mut Traced) {
        for entry in service.some("env_file").map(Node::elements).unwrap_or_default() {
            if let Some((name, place)) = self.environment_file(service, entry) {
                let reference = Traced::mapping(place.place).with("name", said_at(&place, &name));
                let source = Traced::mapping(place.place).with("configMapRef", reference);
                container.entry_list("envFrom", place.place).push(source);
            }
        }
        let Some(environment) = service.some("environment") else { return };
        for (name, value) in environment.entries() {
            let written = if value.data == Data::Null {
                if let Some(value) = self.project.variables.get(name.as_str()) {
                    Text::from(value.as_str())
                } else {
                    self.problems.push(Problem::Unset { name: name.to_string(), span: value.place() });
                    continue;
                }
            } else {
                let Some(written) = value.scalar() else {
                    self.invalid(service, &format!("environment.{name}"), "a text, a number or a truth value", value);
                    continue;
                };
                written
            };
            let variable = Traced::mapping(value.place())
                .with("name", Traced::new(value.place(), name.clone()))
                .with("value", said(value, escape(&written)));
            container.entry_list("env", environment.span).push(variable);
        }
    }

    /// The config map of an environment file: its name, and where it is named.
    fn environment_file(&mut self, service: Service<'_>, entry: &Node) -> Option<(String, Traced)> {
        let node = entry.some("path")?;
        let path = node.scalar()?;
        let place = said(node, path.clone());
        let is_required = entry.some("required").and_then(Node::as_bool).unwrap_or(true);
        let source = match self.files.read(&path) {
            Ok(source) => source,
            Err(error) => {
                if is_required {
                    self.problems.push(absent(&path, "environment file", error, node.span));
                }
                return None;
            }
        };
        let is_raw = entry.some("format").and_then(Node::scalar).is_some_and(|format| format == "raw");
        let (values, faults) = if is_raw {
            let lines = source.text().lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            let pairs = lines.filter_map(|line| line.split_once('='));
            (pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), Vec::new())
        } else {
            dotenv::parse(source.text(), &self.project.variables)
        };
        for line in faults {
            let field = format!("{path}:{line}");
            self.problems.push(Problem::Invalid { field, expected: "a line such as `NAME=value`", span: node.span });
        }
        let name = object_name(self.inside(&path));
        if self.is_new("ConfigMap of an environment file", &name) {
            let mut data = Traced::mapping(node.span);
            for (key, value) in values {
                if crate::names::is_data_key(&key) {
                    data.set(key, Traced::new(node.span, Text::from(value)));
                } else {
                    self.inexpressible(
                        service,
                        "env_file",
                        "a variable with such a name is no key of a config map",
                        node.span,
                    );
                }
            }
            let labels = self.labels(node.span, &name);
            let object = Traced::mapping(node.span)
                .with("metadata", Traced::mapping(node.span).with("labels", labels))
                .with("data", data);
            self.push("ConfigMap", "v1", object, &said_at(&place, &name));
        }
        Some((name, place))
    }

    /// A path as it is seen from the folder of the project.
    pub(super) fn inside<'p>(&self, path: &'p str) -> &'p str {
        let folder = self.project.folder.trim_start_matches("./");
        let inner = path.strip_prefix(folder).filter(|_| !folder.is_empty());
        let inner = inner.map_or(path, |inner| inner.trim_start_matches('/'));
        if inner.is_empty() { "." } else { inner }
    }
}

/// A text at the place of another value.
fn said_at(place: &Traced, text: &str) -> Traced {
    Traced::new(place.place, text).under(place.key)
}
