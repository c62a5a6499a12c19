//! A design: components and the relationships between them.

use std::ops::Range;

use crate::{Object, SelectorSet, Text};

/// A design: the unit that is built, applied and published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// The UUID that the file carries.
    pub id: Option<Text>,
    /// The name of the design; for a folder or file of plain manifests the name of that folder or file.
    pub name: Text,
    /// The version of the design, as `SemVer` with or without a leading `v`.
    pub version: Option<Text>,
    /// The components in the order of the file.
    pub components: Vec<Component>,
    /// The declared relationships in the order of the file.
    pub relationships: Vec<Relationship>,
    /// Families of relationships that evaluation looks for no more, as `kind-type-subtype` in lower case
    /// (`preferences.layers.relationships`, where it says `false`).
    pub disabled: Vec<Text>,
    /// What the design expects from outside, in the order of the files.
    pub externals: Vec<External>,
    /// The designs that it uses, in the order of the file, each with the components that came from it.
    pub uses: Vec<Use>,
}

/// Another design that a design uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// The name under which it is used.
    pub name: Text,
    /// Which components of the design came from it.
    pub components: Range<usize>,
}

/// Objects that a design refers to and that come from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// The kind, such as `Secret`.
    pub kind: Text,
    /// The API group; `None`: any.
    pub group: Option<Text>,
    /// The namespace, in which `*` stands for any text; `None`: any.
    pub namespace: Option<Text>,
    /// The name, in which `*` stands for any text.
    pub name: Text,
}

/// One instance of a kind, with its configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Component {
    /// The UUID that the file carries.
    pub id: Option<Text>,
    /// The name that people see; the name of the object where the configuration does not say another.
    pub display_name: Text,
    /// The kind, such as `Deployment`; empty where it is missing.
    pub kind: Text,
    /// Group and version, such as `apps/v1`; empty where it is missing.
    pub api_version: Text,
    /// The name of the model that defines the kind; empty where it is not said.
    pub model: Text,
    /// The body of the object: everything but `apiVersion` and `kind`.
    pub configuration: Object,
    /// Whether this is a drawing: shown on a canvas, never rendered (`metadata.isAnnotation`).
    pub is_annotation: bool,
    /// Whether the kind lives in a namespace, where the file says so (`metadata.isNamespaced`).
    pub is_namespaced: Option<bool>,
    /// Names of components that must be there first (`metadata.dependsOn`, from the legacy form).
    pub depends_on: Vec<Text>,
}

impl Component {
    /// The name of the object: `metadata.name`, else the display name; `None` where there is neither.
    pub fn name(&self) -> Option<&str> {
        let metadata = self.metadata();
        metadata
            .and_then(|metadata| metadata.get_str("name"))
            .or_else(|| (!self.display_name.is_empty()).then_some(self.display_name.as_str()))
            .filter(|name| !name.is_empty())
    }

    /// The `metadata` of the object.
    pub fn metadata(&self) -> Option<&Object> {
        self.configuration.get("metadata")?.as_object()
    }

    /// The namespace that the configuration names; `None` where it is absent or empty.
    pub fn namespace(&self) -> Option<&str> {
        self.metadata()?.get_str("namespace").filter(|namespace| !namespace.is_empty())
    }

    /// The group of the apiVersion: empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// A typed edge between components, as a file declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relationship {
    /// The UUID that the file carries.
    pub id: Option<Text>,
    /// `hierarchical`, `edge` or `sibling`.
    pub kind: Text,
    /// Such as `parent`, `binding`, `non-binding`.
    pub type_name: Text,
    /// Such as `inventory`, `network`, `mount`.
    pub sub_type: Text,
    /// Such as `approved` or `deleted`; empty where it is not said.
    pub status: Text,
    /// The components on the `from` side.
    pub from: Vec<Endpoint>,
    /// The components on the `to` side.
    pub to: Vec<Endpoint>,
    /// The selectors as the file has them: the fields of both ends, and which way values flow.
    pub selectors: Vec<SelectorSet>,
}

/// One end of a declared relationship.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint {
    /// The id of the component; `None` where the file leaves it open.
    pub id: Option<Text>,
    /// The kind that the selector names.
    pub kind: Text,
}
