//! Design files for Meshery: the versions that its schemas describe.
//!
//! The required fields are those of the design, component, model and relationship schemas of meshery/schemas. What a
//! file says is kept, ids above all, so that there is a way back; what it leaves out is derived, and derived ids are
//! `UUIDv5` of the content: the same file gives the same bytes everywhere.

use std::collections::{HashMap, HashSet};

use design_registry::Registry;
use design_vocabulary::{Object, Path, Segment, Text, Value};
use uuid::Uuid;

use crate::canonical::{canonical, each};
use crate::fields;
use crate::model::complete_model;
use crate::modernize;
use crate::spelling::respell;

/// A version of Meshery's design format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `designs.meshery.io/v1beta1`.
    V1Beta1,
    /// `designs.meshery.io/v1beta3`.
    V1Beta3,
}

impl Version {
    fn design(self) -> &'static str {
        match self {
            Self::V1Beta1 => "designs.meshery.io/v1beta1",
            Self::V1Beta3 => "designs.meshery.io/v1beta3",
        }
    }

    /// v1beta3 designs still embed v1beta2 components and relationships.
    pub(crate) fn component(self) -> &'static str {
        match self {
            Self::V1Beta1 => "components.meshery.io/v1beta1",
            Self::V1Beta3 => "components.meshery.io/v1beta2",
        }
    }

    fn relationship(self) -> &'static str {
        match self {
            Self::V1Beta1 => "relationships.meshery.io/v1alpha3",
            Self::V1Beta3 => "relationships.meshery.io/v1beta2",
        }
    }

    pub(crate) fn model(self) -> &'static str {
        match self {
            Self::V1Beta1 => "models.meshery.io/v1beta1",
            Self::V1Beta3 => "models.meshery.io/v1beta2",
        }
    }
}

/// A converted design.
#[derive(Debug)]
pub struct Converted {
    /// The design in canonical order.
    pub design: Object,
    /// Paths of values that have another path now: old, new. For whoever has something attached to them.
    pub moved: Vec<(Path, Path)>,
    /// Paths, in the design as it was, of values that have no place in the new form: a text where the schema has a
    /// mapping, or an id that is no UUID.
    pub lost: Vec<Path>,
}

/// What a conversion collects on its way.
struct Conversion {
    version: Version,
    /// The id of the design: derived ids of its parts are made in its name.
    id: Uuid,
    seen: HashSet<Uuid>,
    /// How many components of each identity there were.
    copies: HashMap<String, u32>,
    /// Ids that are no UUIDs, and what stands in for them.
    replaced: HashMap<Text, Text>,
    moved: Vec<(Path, Path)>,
    lost: Vec<Path>,
}

/// Converts a design of any version, the legacy form included, to one that Meshery's schema accepts.
pub fn convert(design: &Object, version: Version) -> Converted {
    let mut design = if design.get("services").is_some() && design.get("components").and_then(Value::as_array).is_none()
    {
        modernize(design)
    } else {
        design.clone()
    };
    let mut moved = Vec::new();
    respell(&mut design, version, &mut Vec::new(), &mut moved);
    let name = design.get_str("name").filter(|name| !name.is_empty()).unwrap_or("untitled").to_owned();
    let id = id_or(&design, || Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("design:{name}").as_bytes()));
    let mut conversion = Conversion {
        version,
        id,
        seen: HashSet::new(),
        copies: HashMap::new(),
        replaced: HashMap::new(),
        moved,
        lost: Vec::new(),
    };
    conversion.lose_unless(&design, &["name", "id"], Value::as_str, &[]);
    conversion.lose_unless(&design, &["metadata"], Value::as_object, &[]);
    conversion.lose_unless(&design, &["components", "relationships"], Value::as_array, &[]);
    design.insert("id", text(id));
    design.insert("name", name.as_str().into());
    design.insert("schemaVersion", version.design().into());
    default(&mut design, "version", "0.0.1".into());
    for list in ["components", "relationships"] {
        if design.get(list).and_then(Value::as_array).is_none() {
            design.insert(list, Value::from_iter([]));
        }
    }
    let known = fields::DESIGN.iter().copied().filter(|field| !matches!(*field, "parameters" | "uses" | "externals"));
    conversion.keep_in_metadata(&mut design, known, &[]);
    each(&mut design, "components", |index, component| conversion.component(component, index));
    each(&mut design, "relationships", |index, relationship| conversion.relationship(relationship, index));
    let Conversion { moved, lost, .. } = conversion;
    Converted { design: canonical(&design), moved, lost }
}

impl Conversion {
    fn component(&mut self, component: &Object, index: usize) -> Object {
        let path = ["components".into(), index.into()];
        let mut component = without_nulls(component);
        self.lose_unless(
            &component,
            &["component", "configuration", "metadata", "model", "modelReference"],
            Value::as_object,
            &path,
        );
        let mut definition = component.get("component").and_then(Value::as_object).cloned().unwrap_or_default();
        let inside = component.get("configuration").and_then(Value::as_object).cloned().unwrap_or_default();
        let said = |definition_key: &str, key: &str| {
            let text = definition.get_str(definition_key).filter(|text| !text.is_empty());
            text.or_else(|| inside.get_str(key)).unwrap_or_default().to_owned()
        };
        let kind = said("kind", "kind");
        let api_version = match said("version", "apiVersion") {
            empty if empty.is_empty() => Registry::builtin().api_version(&kind).unwrap_or_default(),
            written => written,
        };
        let metadata = inside.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        let name = component.get_str("displayName").or_else(|| metadata.get_str("name")).unwrap_or_default().to_owned();
        let namespace = metadata.get_str("namespace").unwrap_or_default();
        let id = self.component_id(&component, &format!("{api_version}/{kind}/{namespace}/{name}"), &path);
        component.insert("id", text(id));
        component.insert("schemaVersion", self.version.component().into());
        default(&mut component, "version", "v1.0.0".into());
        default(&mut component, "displayName", name.as_str().into());
        default(&mut component, "description", "".into());
        default(&mut component, "format", "JSON".into());
        definition.insert("kind", kind.as_str().into());
        definition.insert("version", api_version.as_str().into());
        default(&mut definition, "schema", "".into());
        component.insert("component", definition.into());
        component.insert("configuration", inside.into());
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let known = Registry::builtin().find(group, &kind);
        complete_model(&mut component, self.version, known.is_some(), group);
        let mut details = component.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        default(&mut details, "genealogy", "".into());
        default(&mut details, "isAnnotation", false.into());
        default(&mut details, "isNamespaced", known.is_some_and(|kind| kind.namespaced).into());
        default(&mut details, "published", false.into());
        default(&mut details, "instanceDetails", Object::new().into());
        default(&mut details, "configurationUISchema", "".into());
        component.insert("metadata", details.into());
        self.keep_in_metadata(&mut component, fields::COMPONENT.iter().copied(), &path);
        component
    }

    /// The id that the component carries, if it is a UUID, else one of its identity. Two components with one identity are
    /// two components all the same: the second gets another id.
    fn component_id(&mut self, component: &Object, identity: &str, path: &[Segment]) -> Uuid {
        let copy = self.copies.entry(identity.to_owned()).or_insert(0);
        let (design, seen) = (self.id, &self.seen);
        let id = id_or(component, || {
            let derived = (*copy..=u32::MAX).map(|copy| Uuid::new_v5(&design, format!("{identity}/{copy}").as_bytes()));
            derived.into_iter().find(|id| !seen.contains(id)).unwrap_or_default()
        });
        *copy += 1;
        self.seen.insert(id);
        let written = component.get("id").filter(|written| !written.is_null());
        if let Some(written) = written.filter(|written| written.as_str().is_none_or(|id| id.parse::<Uuid>().is_err())) {
            self.lost.push([path, &["id".into()]].concat());
            if let Value::String(written) = written {
                self.replaced.insert(written.clone(), id.to_string().into());
            }
        }
        id
    }

    fn relationship(&mut self, relationship: &Object, index: usize) -> Object {
        let mut relationship = without_nulls(relationship);
        if let Some(selectors) = relationship.get_mut("selectors") {
            rename_ids(selectors, &self.replaced);
        }
        let said = |key: &str| relationship.get_str(key).unwrap_or_default();
        let content = format!("relationship/{}/{}/{}/{index}", said("kind"), said("type"), said("subType"));
        let id = id_or(&relationship, || Uuid::new_v5(&self.id, content.as_bytes()));
        relationship.insert("id", text(id));
        relationship.insert("schemaVersion", self.version.relationship().into());
        default(&mut relationship, "version", "v1.0.0".into());
        let reference: Object = [
            ("id", text(Uuid::nil())),
            ("name", Value::from("kubernetes")),
            ("version", Value::from("v1.0.0")),
            ("displayName", Value::from("Kubernetes")),
            ("model", Object::from_iter([("version", Value::from("v1.36.0"))]).into()),
            ("registrant", Object::from_iter([("kind", Value::from("github"))]).into()),
        ]
        .into_iter()
        .collect();
        default(&mut relationship, "model", reference.into());
        relationship
    }

    /// The schema allows no other fields beside its own; `metadata` is open, so they go there.
    fn keep_in_metadata<'a>(&mut self, object: &mut Object, known: impl Iterator<Item = &'a str>, path: &[Segment]) {
        let known: Vec<&str> = known.collect();
        let unknown: Vec<Text> = object.keys().filter(|key| !known.contains(&fields::camel(key))).cloned().collect();
        if unknown.is_empty() {
            return;
        }
        let mut metadata = object.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        for key in unknown {
            let Some(value) = object.remove(&key) else { continue };
            let from = [path, &[key.clone().into()]].concat();
            self.moved.push((from, [path, &["metadata".into(), key.clone().into()]].concat()));
            metadata.insert(key, value);
        }
        object.insert("metadata", metadata.into());
    }

    /// Notes fields that are there and are not what the schema has them be.
    fn lose_unless<T: ?Sized>(
        &mut self,
        object: &Object,
        keys: &[&str],
        is: fn(&Value) -> Option<&T>,
        path: &[Segment],
    ) {
        for key in keys {
            if object.get(key).is_some_and(|value| !value.is_null() && is(value).is_none()) {
                self.lost.push([path, &[Segment::from(*key)]].concat());
            }
        }
    }
}

/// Puts new ids for old ones, wherever a selector names a component.
fn rename_ids(value: &mut Value, replaced: &HashMap<Text, Text>) {
    match value {
        Value::Object(object) => {
            if let Some(new) = object.get_str("id").and_then(|id| replaced.get(id)).cloned() {
                object.insert("id", Value::String(new));
            }
            let keys: Vec<Text> = object.keys().cloned().collect();
            for key in keys {
                if let Some(inner) = object.get_mut(&key) {
                    rename_ids(inner, replaced);
                }
            }
        }
        Value::Array(elements) => elements.make_mut().iter_mut().for_each(|element| rename_ids(element, replaced)),
        _ => {}
    }
}

pub(crate) fn text(id: Uuid) -> Value {
    Value::from(id.to_string().as_str())
}

/// Sets a field that is absent or null.
pub(crate) fn default(object: &mut Object, key: &str, value: Value) {
    if object.get(key).is_none_or(Value::is_null) {
        object.insert(key, value);
    }
}

/// Removes fields that are null: to the schemas a field is absent or has its type.
pub(crate) fn without_nulls(object: &Object) -> Object {
    object.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The id that the object carries, if it is a UUID that says anything, else another.
fn id_or(object: &Object, derived: impl FnOnce() -> Uuid) -> Uuid {
    let written = object.get_str("id").and_then(|id| id.parse::<Uuid>().ok()).filter(|id| !id.is_nil());
    written.unwrap_or_else(derived)
}
