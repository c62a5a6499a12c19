//! Appfiles (`vela.yaml`): services with their properties and traits side by side, as `vela up` read them.

use design_syntax::{Kind, NodeRef};

use crate::application::{Part, Read};
use crate::definition::Definitions;
use crate::said::{said, text};
use crate::traits::TRAITS;

/// Reads an Appfile.
pub(crate) fn read(root: NodeRef<'_>, definitions: &Definitions<'_>, read: &mut Read) {
    let name = root.get("name").map_or_else(|| text(root.span(), ""), said);
    for (key, service) in root.get("services").into_iter().flat_map(NodeRef::entries) {
        let service = service.resolved();
        let is_trait =
            |key: &str, value: NodeRef<'_>| TRAITS.contains(&key) && value.resolved().kind() == Kind::Mapping;
        let written: Vec<_> = service.entries().filter(|(key, value)| is_trait(key.text(), *value)).collect();
        let traits = written.iter().map(|(key, value)| (Some(*key), key.span(), Some(value.resolved())));
        let part = Part {
            name: Some(text(key.span(), key.text())),
            type_node: service.get("type"),
            place: key.span(),
            properties: Some(service),
            traits: traits.collect(),
            depends_on: Vec::new(),
            others: written.iter().map(|(key, _)| key.text()).chain(["type"]).collect(),
        };
        part.read(&name, None, definitions, read);
    }
}
