//! Containers of a workload.

use design_compose::{Node, bytes, escape, object_name};
use design_source::Traced;

use super::resource::Output;
use super::workload::{Pod, Workload};
use super::{Reading, said, traced};

/// Keys of a container.
const KEYS: &[&str] = &[
    "image",
    "command",
    "args",
    "variables",
    "files",
    "volumes",
    "resources",
    "livenessProbe",
    "readinessProbe",
    "before",
];

impl Reading<'_> {
    pub(crate) fn container(&mut self, workload: &Workload<'_>, name: &str, node: &Node, pod: &mut Pod) -> Traced {
        self.unknown(node, KEYS, "a container");
        let place = node.place();
        let mut container = Traced::mapping(place).with("name", Traced::new(place, object_name(name).as_str()));
        match node.some("image").and_then(|image| Some((image, image.scalar()?))) {
            // A dot stands for what somebody builds from the source beside the file.
            Some((image, written)) if written == "." => {
                let what = format!("the image is built here; `{}` is taken for its name", workload.object);
                self.loosely(format!("containers.{name}.image"), what, image.span);
                container.set("image", said(image, workload.object.as_str()));
            }
            Some((image, written)) => container.set("image", said(image, written)),
            None => self.invalid(format!("the container `{name}` has no image"), "add `image`", place),
        }
        for key in ["command", "args"] {
            if let Some(words) = node.some(key) {
                // Score has no placeholders here, and hands the words on as they are: in `$${NAME}`, which its guides write,
                // Kubernetes makes one `$` of two, and the shell puts the variable in.
                let word = |word: &Node| Some(said(word, word.scalar()?));
                let list = words.elements().iter().filter_map(word).collect();
                container.set(key, Traced::list(words.span, list).under(words.key));
            }
        }
        self.variables(workload, name, node, &mut container);
        if let Some(resources) = node.some("resources") {
            container = container.with_some("resources", self.amounts(resources));
        }
        for probe in ["livenessProbe", "readinessProbe"] {
            if let Some(asked) = node.some(probe) {
                container = container.with_some(probe, self.probe(asked));
            }
        }
        self.files(workload, name, node, &mut container, pod);
        self.volumes(workload, node, &mut container, pod);
        container
    }

    /// Variables. One that is a single output from outside refers to it; one that holds several pieces is put together by
    /// Kubernetes from variables of their own.
    fn variables(&mut self, workload: &Workload<'_>, name: &str, node: &Node, container: &mut Traced) {
        let Some(variables) = node.some("variables") else { return };
        let mut helpers: Vec<String> = Vec::new();
        for (key, value) in variables.entries() {
            let Some(written) = value.scalar() else {
                let message = format!("the variable `{key}` of `{name}` is no text");
                self.invalid(message, "write a text, a number or a truth value", value.place());
                continue;
            };
            let Some(outputs) = self.outputs(workload, &written, value.span) else { continue };
            let own = Traced::mapping(value.place()).with("name", Traced::new(value.place(), key.clone()));
            let reference = |kind: &str, object: &str, key: &str| {
                let field = if kind == "Secret" { "secretKeyRef" } else { "configMapKeyRef" };
                let inner = Traced::mapping(value.span)
                    .with("name", Traced::new(value.span, object))
                    .with("key", Traced::new(value.span, key));
                Traced::mapping(value.span).with(field, inner)
            };
            if let [Output::Key { kind, name, key }] = outputs.as_slice() {
                let variable = own.with("valueFrom", reference(kind, name, key));
                container.entry_list("env", variables.place()).push(variable);
                continue;
            }
            let mut text = String::new();
            for output in outputs {
                match output {
                    Output::Text(piece) => text.push_str(&escape(&piece)),
                    Output::Key { kind, name, key } => {
                        let letter = |letter: char| {
                            if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' }
                        };
                        let helper: String = format!("{name}_{key}").chars().map(letter).collect();
                        if !helpers.contains(&helper) {
                            let variable = Traced::mapping(value.span)
                                .with("name", Traced::new(value.span, helper.as_str()))
                                .with("valueFrom", reference(kind, &name, &key));
                            container.entry_list("env", variables.place()).push(variable);
                            helpers.push(helper.clone());
                        }
                        text.push_str(&format!("$({helper})"));
                    }
                }
            }
            let variable = own.with("value", said(value, text.as_str()));
            container.entry_list("env", variables.place()).push(variable);
        }
    }

    fn amounts(&mut self, resources: &Node) -> Option<Traced> {
        self.unknown(resources, &["limits", "requests"], "`resources`");
        let mut whole = Traced::mapping(resources.span).under(resources.key);
        for (side, amounts) in resources.entries().iter().filter(|(side, _)| side == "limits" || side == "requests") {
            self.unknown(amounts, &["cpu", "memory"], "an amount");
            for (key, amount) in amounts.entries() {
                let Some(written) = amount.scalar() else { continue };
                let is_amount = match key.as_str() {
                    "memory" => bytes(&written).is_some(),
                    _ => written.trim_end_matches('m').parse::<f64>().is_ok(),
                };
                if is_amount {
                    whole.entry(side, amounts.place()).set(key.clone(), said(amount, written));
                } else {
                    let message = format!("`{written}` is no amount of {key}");
                    self.invalid(message, "write `500m` for half a processor, `128Mi` for memory", amount.span);
                }
            }
        }
        (!whole.is_empty()).then_some(whole)
    }

    fn probe(&mut self, probe: &Node) -> Option<Traced> {
        self.unknown(probe, &["httpGet", "exec"], "a probe");
        if let Some(get) = probe.some("httpGet") {
            self.unknown(get, &["scheme", "host", "path", "port", "httpHeaders"], "`httpGet`");
            if get.some("port").is_none() {
                self.invalid("a probe has no port", "add `port`", get.place());
                return None;
            }
            return Some(Traced::mapping(probe.span).with("httpGet", traced(get)).under(probe.key));
        }
        if let Some(exec) = probe.some("exec") {
            Some(Traced::mapping(probe.span).with("exec", traced(exec)).under(probe.key))
        } else {
            self.invalid("a probe asks nothing", "add `httpGet` or `exec`", probe.place());
            None
        }
    }
}
