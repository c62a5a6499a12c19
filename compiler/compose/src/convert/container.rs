//! A service as a container.

use design_source::Traced;
use design_vocabulary::Text;

use super::{Conversion, Service, said, text, truth};
use crate::node::{Data, Node};
use crate::{Problem, object_name};

impl Conversion<'_> {
    /// The container of a service. Volumes that it mounts are added to the pod.
    pub(super) fn container(&mut self, service: Service<'_>, pod: &mut Traced, pod_name: &str) -> Traced {
        let named = service.some("container_name").and_then(|node| Some(said(node, container_name(&node.scalar()?))));
        let name = named.unwrap_or_else(|| Traced::new(service.place(), self.object(service)));
        let mut container = Traced::mapping(service.place()).with("name", name);
        container.set("image", self.image(service));
        container = container.with_some("imagePullPolicy", self.pull_policy(service));
        for (key, to) in [("entrypoint", "command"), ("command", "args")] {
            if let Some(node) = service.some(key).filter(|node| !node.elements().is_empty()) {
                container.set(to, escaped(node));
            }
        }
        // Without the image's entry point its command does not count either.
        if service.some("entrypoint").is_some_and(|node| node.elements().is_empty()) {
            let node = service.some("entrypoint").map_or(service.place(), |node| node.span);
            if let Some(args) = service.some("command") {
                container.set("command", escaped(args));
                container.set("args", Traced::list(node, Vec::new()));
            }
        }
        container = container.with_some("workingDir", service.some("working_dir").and_then(text));
        self.environment(service, &mut container);
        self.container_ports(service, &mut container);
        container = container.with_some("resources", self.resources(service));
        self.probes(service, &mut container);
        self.lifecycle(service, &mut container);
        for (key, to) in [("stdin_open", "stdin"), ("tty", "tty")] {
            if let Some(node) = service.some(key).filter(|_| truth(self, service, key)) {
                container.set(to, said(node, true));
            }
        }
        container = container.with_some("securityContext", self.security_context(service));
        self.mounts(service, &mut container, pod, pod_name);
        container
    }

    fn image(&mut self, service: Service<'_>) -> Traced {
        if let Some(image) = service.some("image")
            && let Some(image) = text(image)
        {
            return image;
        }
        let build = service.some("build");
        let span = build.map_or(service.place(), Node::place);
        let image = Text::from(self.object(service));
        let taken = build.is_some().then(|| image.clone());
        self.problems.push(Problem::NoImage { service: service.name.clone(), image: taken, span });
        Traced::new(span, image)
    }

    fn pull_policy(&mut self, service: Service<'_>) -> Option<Traced> {
        if let Some(label) = service.steering("kompose.image-pull-policy") {
            if ["Always", "Never", "IfNotPresent"].contains(&label.text.as_str()) {
                return Some(label.said());
            }
            self.invalid(service, "labels", "`Always`, `Never` or `IfNotPresent`", label.node);
        }
        let node = service.some("pull_policy")?;
        let written = node.scalar()?;
        let policy = match written.as_str() {
            "always" => "Always",
            "never" => "Never",
            "missing" | "if_not_present" => "IfNotPresent",
            "build" => {
                self.inexpressible(service, "pull_policy", "Kubernetes builds no images", node.place());
                return None;
            }
            other if other == "daily" || other == "weekly" || other.starts_with("every_") => {
                self.loosely(service, "pull_policy", "the image is pulled whenever a container starts", node.place());
                "Always"
            }
            _ => {
                self.invalid(service, "pull_policy", "`always`, `never`, `missing` or `build`", node);
                return None;
            }
        };
        Some(said(node, policy))
    }

    /// Hooks: one command each, as the container itself would run it.
    fn lifecycle(&mut self, service: Service<'_>, container: &mut Traced) {
        for (key, to) in [("post_start", "postStart"), ("pre_stop", "preStop")] {
            let Some(node) = service.some(key) else { continue };
            let Some(hook) = node.elements().first() else { continue };
            for other in node.elements().iter().skip(1) {
                self.inexpressible(service, key, "a container has one hook of a sort", other.span);
            }
            for (name, value) in hook.entries().iter().filter(|(name, _)| name != "command") {
                let why = "a hook runs as its container does";
                self.inexpressible(service, &format!("{key}.{name}"), why, value.place());
            }
            let Some(command) = hook.some("command") else { continue };
            let words: Vec<Text> = match &command.data {
                Data::Text(line) => crate::shell::split(line).unwrap_or_default().into_iter().map(Text::from).collect(),
                _ => command.elements().iter().filter_map(Node::scalar).collect(),
            };
            let words = words.into_iter().map(|word| Traced::new(command.span, word)).collect();
            let exec = Traced::mapping(command.span).with("command", Traced::list(command.span, words));
            let handler = Traced::mapping(node.span).with("exec", exec).under(node.key);
            container.entry("lifecycle", node.span).set(to, handler);
        }
    }
}

/// The name of a container, as valid as that of an object.
pub(super) fn container_name(name: &str) -> Text {
    object_name(name).into()
}

/// A command line in which nothing is a reference to a variable: Kubernetes replaces `$(NAME)`, compose does not.
fn escaped(node: &Node) -> Traced {
    let word = |word: &Node| Some(said(word, escape(&word.scalar()?)));
    Traced::list(node.span, node.elements().iter().filter_map(word).collect()).under(node.key)
}

/// A text that Kubernetes leaves as it is: for it `$(NAME)` is a variable, and `$$` one dollar sign. A dollar sign before
/// anything else stands for itself.
pub fn escape(text: &str) -> Text {
    if !text.contains("$(") && !text.contains("$$") {
        return text.into();
    }
    let mut output = String::with_capacity(text.len() + 4);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '$' {
            output.push(letter);
            continue;
        }
        let mut run = 1;
        while letters.next_if_eq(&'$').is_some() {
            run += 1;
        }
        let is_read = run > 1 || letters.peek() == Some(&'(');
        output.extend(std::iter::repeat_n('$', if is_read { 2 * run } else { run }));
    }
    output.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubernetes_reads_what_compose_meant() {
        assert_eq!(escape("$A $(A) $$ $$(A) a$"), "$A $$(A) $$$$ $$$$(A) a$");
    }
}
