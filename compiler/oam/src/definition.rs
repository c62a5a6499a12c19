//! Definitions of component types in the input. Of their forms only `kube`, an object with fields to fill in, needs no
//! cluster.

use std::collections::BTreeMap;

use design_source::Traced;
use design_syntax::NodeRef;
use design_vocabulary::Span;

use crate::Problem;
use crate::properties::Properties;
use crate::workload::{Around, Made, object};

/// A definition that the input holds.
#[derive(Clone, Copy)]
pub(crate) struct Definition<'d> {
    /// Where its name stands.
    pub span: Span,
    /// `spec.schematic.kube`, where it has that.
    kube: Option<NodeRef<'d>>,
}

/// The definitions of the input, by kind and name.
#[derive(Default)]
pub(crate) struct Definitions<'d>(BTreeMap<(&'static str, &'d str), Definition<'d>>);

impl<'d> Definitions<'d> {
    /// Takes an object in, where it is a definition.
    pub fn add(&mut self, root: NodeRef<'d>) {
        let kind = match root.get("kind").map(NodeRef::text) {
            Some("ComponentDefinition" | "WorkloadDefinition") => "component",
            Some("TraitDefinition") => "trait",
            _ => return,
        };
        let Some(name) = root.get("metadata").and_then(|metadata| metadata.get("name")) else { return };
        let schematic = root.get("spec").and_then(|spec| spec.get("schematic"));
        let definition = Definition { span: name.span(), kube: schematic.and_then(|schematic| schematic.get("kube")) };
        self.0.insert((kind, name.text()), definition);
    }

    /// The definition of a component type.
    pub fn component(&self, name: &str) -> Option<Definition<'d>> {
        self.0.get(&("component", name)).copied()
    }

    /// The definition of a trait.
    pub fn of_trait(&self, name: &str) -> Option<Definition<'d>> {
        self.0.get(&("trait", name)).copied()
    }
}

impl Definition<'_> {
    /// The object of a component, where the definition is a template with fields to fill in.
    pub fn object(
        self,
        around: &Around<'_>,
        properties: &mut Properties<'_>,
        problems: &mut Vec<Problem>,
    ) -> Option<Made> {
        let kube = self.kube?;
        let mut made = object(around, kube.get("template")?, None, problems)?;
        made.body.entry("metadata", around.place).set("name", around.name.clone());
        let node = properties.node();
        for parameter in kube.get("parameters").into_iter().flat_map(NodeRef::children).map(NodeRef::resolved) {
            let name = parameter.get("name").map(NodeRef::text).unwrap_or_default();
            let value = node.and_then(|node| node.get(name));
            let is_needed = parameter.get("required").is_some_and(|required| required.text() == "true");
            let Some(value) = value else {
                if is_needed {
                    let message = format!("{} needs the property `{name}`", properties.of());
                    problems.push(Problem::Invalid { message, span: properties.place() });
                }
                continue;
            };
            for path in parameter.get("fieldPaths").into_iter().flat_map(NodeRef::children) {
                set(&mut made.body, path.text(), &crate::said::said(value));
            }
        }
        Some(made)
    }
}

/// Sets the value at a path such as `spec.containers[0].image`; one that leads nowhere is made, but for elements of lists.
pub(crate) fn set(target: &mut Traced, path: &str, value: &Traced) {
    let mut here = target;
    for part in path.split('.') {
        let (key, indexes) = part.split_once('[').unwrap_or((part, ""));
        here = here.entry(key, value.place);
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            let index = index.trim_end_matches(']').parse::<usize>().unwrap_or(usize::MAX);
            match crate::said::elements_mut(here).get_mut(index) {
                Some(element) => here = element,
                None => return,
            }
        }
    }
    *here = value.clone();
}
