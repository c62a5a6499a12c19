//! Design files for Meshery: the versions that its schemas describe.
//!
//! The required fields are those of the design, component, model and relationship schemas of meshery/schemas. What a
//! file says is kept, ids above all, so that there is a way back; what it leaves out is derived, and derived ids are
//! `UUIDv5` of the content: the same file gives the same bytes everywhere.

use std::collections::HashSet;

use design_registry::Registry;
use design_vocabulary::{Object, Path, Segment, Text, Value};
use uuid::Uuid;

use crate::canonical::{canonical, each};
use crate::{fields, modernize};

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
    fn component(self) -> &'static str {
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

    fn model(self) -> &'static str {
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
}

/// Converts a design of any version, the legacy form included, to one that Meshery's schema accepts.
pub fn convert(design: &Object, version: Version) -> Converted {
    let mut design = if design.get("services").is_some() && !design.contains_key("components") {
        modernize(design)
    } else {
        design.clone()
    };
    let mut moved = Vec::new();
    recase_object(&mut design, version, &mut Vec::new(), &mut moved);
    let name = design.get_str("name").filter(|name| !name.is_empty()).unwrap_or("untitled").to_owned();
    let id = id_or(&design, || Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("design:{name}").as_bytes()));
    design.insert("id", Value::from(id.to_string().as_str()));
    design.insert("name", name.as_str().into());
    design.insert("schemaVersion", version.design().into());
    default(&mut design, "version", "0.0.1".into());
    for list in ["components", "relationships"] {
        if design.get(list).and_then(Value::as_array).is_none() {
            design.insert(list, Value::from_iter([]));
        }
    }
    keep_in_metadata(
        &mut design,
        fields::DESIGN.iter().copied().filter(|field| *field != "parameters"),
        &mut moved,
        &[],
    );
    let mut seen = HashSet::new();
    let mut index = 0;
    each(&mut design, "components", |component| {
        let path = ["components".into(), index.into()];
        index += 1;
        complete_component(component, version, id, &mut seen, &path, &mut moved)
    });
    index = 0;
    each(&mut design, "relationships", |relationship| {
        index += 1;
        complete_relationship(relationship, version, id, index)
    });
    Converted { design: canonical(&design), moved }
}

fn complete_component(
    component: &Object,
    version: Version,
    design: Uuid,
    seen: &mut HashSet<Uuid>,
    path: &[Segment],
    moved: &mut Vec<(Path, Path)>,
) -> Object {
    let mut component = component.clone();
    let definition = component.get("component").and_then(Value::as_object).cloned().unwrap_or_default();
    let inside = component.get("configuration").and_then(Value::as_object).cloned().unwrap_or_default();
    let said = |definition_key: &str, key: &str| {
        let text = definition.get_str(definition_key).filter(|text| !text.is_empty()).or_else(|| inside.get_str(key));
        text.unwrap_or_default().to_owned()
    };
    let kind = said("kind", "kind");
    let api_version = match said("version", "apiVersion") {
        empty if empty.is_empty() => Registry::builtin().api_version(&kind).unwrap_or_default(),
        written => written,
    };
    let metadata = inside.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    let name = component.get_str("displayName").or_else(|| metadata.get_str("name")).unwrap_or_default().to_owned();
    let namespace = metadata.get_str("namespace").unwrap_or_default();
    let derived = || {
        // Two components with one identity are two components all the same: the second gets another id.
        (0..=u32::MAX)
            .map(|copy| Uuid::new_v5(&design, format!("{api_version}/{kind}/{namespace}/{name}/{copy}").as_bytes()))
            .find(|id| !seen.contains(id))
            .unwrap_or_default()
    };
    let id = id_or(&component, derived);
    seen.insert(id);
    component.insert("id", id.to_string().as_str().into());
    component.insert("schemaVersion", version.component().into());
    default(&mut component, "version", "v1.0.0".into());
    default(&mut component, "displayName", name.as_str().into());
    default(&mut component, "description", "".into());
    default(&mut component, "format", "JSON".into());
    let mut definition = definition;
    definition.insert("kind", kind.as_str().into());
    definition.insert("version", api_version.as_str().into());
    default(&mut definition, "schema", "".into());
    component.insert("component", definition.into());
    if component.get("configuration").and_then(Value::as_object).is_none() {
        component.insert("configuration", Object::new().into());
    }
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let known = Registry::builtin().find(group, &kind);
    complete_model(&mut component, version, known.is_some(), group);
    let mut details = component.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    default(&mut details, "genealogy", "".into());
    default(&mut details, "isAnnotation", false.into());
    default(&mut details, "isNamespaced", known.is_some_and(|kind| kind.namespaced).into());
    default(&mut details, "published", false.into());
    default(&mut details, "instanceDetails", Object::new().into());
    default(&mut details, "configurationUISchema", "".into());
    component.insert("metadata", details.into());
    keep_in_metadata(&mut component, fields::COMPONENT.iter().copied(), moved, path);
    component
}

/// Both ways in which a component names its model are required by the schema.
fn complete_model(component: &mut Object, version: Version, is_builtin: bool, group: &str) {
    let named = |key: &str| component.get(key).and_then(|model| model.get("name")).and_then(Value::as_str);
    let name = named("modelReference").or_else(|| named("model")).filter(|name| !name.is_empty()).map_or_else(
        // The group's first part is what Meshery names most models after.
        || {
            if is_builtin { "kubernetes".to_owned() } else { group.split('.').next().unwrap_or_default().to_owned() }
        },
        str::to_owned,
    );
    let name = if name.is_empty() { "unknown".to_owned() } else { name };
    let upstream = ["modelReference", "model"]
        .into_iter()
        .find_map(|key| component.get(key)?.get("model")?.get("version")?.as_str());
    let upstream = upstream.unwrap_or(if name == "kubernetes" { "v1.36.0" } else { "v0.0.0" }).to_owned();
    let title: String = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    let title: String = title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    let nil = || Value::from(Uuid::nil().to_string().as_str());
    let registrant_kind = if name.starts_with("meshery") { "meshery" } else { "github" };

    let mut reference = component.get("modelReference").and_then(Value::as_object).cloned().unwrap_or_default();
    default(&mut reference, "id", nil());
    default(&mut reference, "name", name.as_str().into());
    default(&mut reference, "version", "v1.0.0".into());
    default(&mut reference, "displayName", title.as_str().into());
    default(&mut reference, "model", Object::from_iter([("version", Value::from(upstream.as_str()))]).into());
    default(&mut reference, "registrant", Object::from_iter([("kind", Value::from(registrant_kind))]).into());
    component.insert("modelReference", reference.into());

    complete_definition(component, version, &name, &title, &upstream, registrant_kind);
}

/// The whole model, for readers that do not look a reference up.
fn complete_definition(
    component: &mut Object,
    version: Version,
    name: &str,
    title: &str,
    upstream: &str,
    registrant_kind: &str,
) {
    let nil = || Value::from(Uuid::nil().to_string().as_str());
    let mut model = component.get("model").and_then(Value::as_object).cloned().unwrap_or_default();
    default(&mut model, "id", nil());
    default(&mut model, "schemaVersion", version.model().into());
    default(&mut model, "version", "v1.0.0".into());
    default(&mut model, "name", name.into());
    default(&mut model, "displayName", title.into());
    default(&mut model, "description", format!("Model of {name}.").as_str().into());
    default(&mut model, "status", "enabled".into());
    let registrant: Object = [
        ("id", nil()),
        ("schemaVersion", Value::from("connections.meshery.io/v1beta1")),
        ("name", Value::from(registrant_kind)),
        ("type", Value::from("registry")),
        ("subType", Value::from("")),
        ("kind", Value::from(registrant_kind)),
        ("status", Value::from("registered")),
    ]
    .into_iter()
    .collect();
    default(&mut model, "registrant", registrant.into());
    default(&mut model, recased("connection_id", version), nil());
    default(&mut model, "categoryId", nil());
    let category = [("id", nil()), ("name", Value::from("Uncategorized")), ("metadata", Object::new().into())];
    default(&mut model, "category", Object::from_iter(category).into());
    default(&mut model, "subCategory", "Uncategorized".into());
    default(&mut model, "model", Object::from_iter([("version", Value::from(upstream))]).into());
    for list in ["components", "relationships"] {
        default(&mut model, list, Value::from_iter([]));
    }
    for count in ["components_count", "relationships_count"] {
        default(&mut model, recased(count, version), 0.into());
    }
    component.insert("model", model.into());
}

fn complete_relationship(relationship: &Object, version: Version, design: Uuid, number: usize) -> Object {
    let mut relationship = relationship.clone();
    let text = |key: &str| relationship.get_str(key).unwrap_or_default();
    let content = format!("relationship/{}/{}/{}/{number}", text("kind"), text("type"), text("subType"));
    let id = id_or(&relationship, || Uuid::new_v5(&design, content.as_bytes()));
    relationship.insert("id", id.to_string().as_str().into());
    relationship.insert("schemaVersion", version.relationship().into());
    default(&mut relationship, "version", "v1.0.0".into());
    let reference: Object = [
        ("id", Value::from(Uuid::nil().to_string().as_str())),
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
fn keep_in_metadata<'a>(
    object: &mut Object,
    known: impl Iterator<Item = &'a str>,
    moved: &mut Vec<(Path, Path)>,
    path: &[Segment],
) {
    let known: Vec<&str> = known.collect();
    let unknown: Vec<Text> = object.keys().filter(|key| !known.contains(&fields::camel(key))).cloned().collect();
    if unknown.is_empty() {
        return;
    }
    let mut metadata = object.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    for key in unknown {
        let Some(value) = object.remove(&key) else { continue };
        let from = [path, &[key.clone().into()]].concat();
        moved.push((from, [path, &["metadata".into(), key.clone().into()]].concat()));
        metadata.insert(key, value);
    }
    object.insert("metadata", metadata.into());
}

/// Sets a field that is absent or null.
fn default(object: &mut Object, key: &str, value: Value) {
    if object.get(key).is_none_or(Value::is_null) {
        object.insert(key, value);
    }
}

/// The id that the object carries, if it is a UUID that says anything, else another.
fn id_or(object: &Object, derived: impl FnOnce() -> Uuid) -> Uuid {
    let written = object.get_str("id").and_then(|id| id.parse::<Uuid>().ok()).filter(|id| !id.is_nil());
    written.unwrap_or_else(derived)
}

fn recased(snake: &str, version: Version) -> &str {
    match version {
        Version::V1Beta1 => snake,
        Version::V1Beta3 => fields::camel(snake),
    }
}

/// Writes names that have two cases in the one of the version, everywhere but in configurations and schemas, which are
/// other people's.
fn recase_object(object: &mut Object, version: Version, path: &mut Path, moved: &mut Vec<(Path, Path)>) {
    let mut renamed = Object::new();
    for (key, value) in object.iter() {
        let other_case = |key: &str| {
            fields::CASES
                .iter()
                .find(|(snake, camel)| key == *snake || key == *camel)
                .map(|(snake, _)| recased(snake, version))
        };
        // `sub_type` and `subType` differ only in registrants; relationships write `subType` in every version.
        let name = if key == "subType" { None } else { other_case(key) }.map_or_else(|| key.clone(), Text::from);
        let mut value = value.clone();
        if !matches!(key.as_str(), "configuration" | "schema" | "parameters") {
            path.push(key.clone().into());
            recase(&mut value, version, path, moved);
            path.pop();
        }
        if name != *key {
            let at = |name: &Text| [path.as_slice(), &[name.clone().into()]].concat();
            moved.push((at(key), at(&name)));
        }
        renamed.insert(name, value);
    }
    *object = renamed;
}

fn recase(value: &mut Value, version: Version, path: &mut Path, moved: &mut Vec<(Path, Path)>) {
    match value {
        Value::Object(object) => recase_object(object, version, path, moved),
        Value::Array(elements) => {
            for (index, element) in elements.make_mut().iter_mut().enumerate() {
                path.push(index.into());
                recase(element, version, path, moved);
                path.pop();
            }
        }
        _ => {}
    }
}
