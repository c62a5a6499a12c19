//! Components against the JSON Schemas of their kinds, in one or more releases of Kubernetes.
//!
//! The schemas are those of the models, closed: where an object lists its properties, no other is allowed. That is how the API
//! server judges fields under strict validation, which kubectl asks for. A null counts as absent, as it does there. Kinds that
//! no model defines are not judged.

mod closed;
mod instance;

use std::collections::HashMap;

use design_registry::definitions::{Definitions, Field, KubernetesVersion, Schema};
use design_registry::nearest;
use design_vocabulary::{Component, Design, Path, Segment};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};

/// Where a component is not what the schema of its kind says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The component, by its position in the design.
    pub component: usize,
    /// The value that is wrong, below the configuration; of a field that is unknown or missing, the field itself.
    pub path: Path,
    /// What is wrong.
    pub what: What,
    /// The releases in which it is wrong, in the order in which they were asked for.
    pub releases: Vec<KubernetesVersion>,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The object has no such field.
    UnknownField {
        /// The field whose name is nearest.
        nearest: Option<String>,
    },
    /// The value has another type.
    WrongType {
        /// The types that are allowed, in the words of JSON Schema.
        expected: Vec<String>,
    },
    /// The field must be there.
    Missing,
    /// The value is not allowed for another reason.
    NotAllowed {
        /// The reason, in words.
        reason: String,
    },
}

/// Checks components, with validators that are compiled the first time that a kind is met.
#[derive(Debug)]
pub struct Checker<'a> {
    releases: &'a [KubernetesVersion],
    /// By the identity of the schema: releases in which a kind is the same share one.
    validators: HashMap<usize, Option<Validator>>,
}

impl<'a> Checker<'a> {
    /// A checker for releases. Without any it finds nothing.
    pub fn new(releases: &'a [KubernetesVersion]) -> Self {
        Self { releases, validators: HashMap::new() }
    }

    /// Checks the components of a design. Faults come component by component, in the order of the schema's complaints.
    pub fn check(&mut self, design: &Design) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (index, component) in design.components.iter().enumerate() {
            if !component.is_annotation && !self.releases.is_empty() {
                self.component(index, component, &mut faults);
            }
        }
        faults
    }

    fn component(&mut self, index: usize, component: &Component, faults: &mut Vec<Fault>) {
        let definitions = Definitions::builtin();
        let mut schemas: Vec<(&Schema, Vec<KubernetesVersion>)> = Vec::new();
        for release in self.releases {
            let Some(schema) = definitions.schema(*release, &component.api_version, &component.kind) else {
                continue;
            };
            match schemas.iter_mut().find(|(known, _)| known.identity() == schema.identity()) {
                Some((_, releases)) => releases.push(*release),
                None => schemas.push((schema, vec![*release])),
            }
        }
        if schemas.is_empty() {
            return;
        }
        let instance = instance::of(&component.configuration);
        let first = faults.len();
        for (schema, releases) in schemas {
            let validator = self.validators.entry(schema.identity()).or_insert_with(|| {
                // A test compiles the schemas of all kinds; a build whose model does not compile never ships.
                jsonschema::validator_for(&closed::of(schema.value())).ok()
            });
            let Some(validator) = validator.as_ref().filter(|validator| !validator.is_valid(&instance)) else {
                continue;
            };
            for (path, what) in validator.iter_errors(&instance).flat_map(|error| describe(schema, &instance, &error)) {
                match faults.iter_mut().skip(first).find(|fault| fault.path == path && fault.what == what) {
                    Some(known) => known.releases.extend(&releases),
                    None => faults.push(Fault { component: index, path, what, releases: releases.clone() }),
                }
            }
        }
        for fault in faults.iter_mut().skip(first) {
            fault.releases.sort_unstable();
        }
    }
}

/// What an error of the validator says; one that names several fields is several faults.
fn describe(schema: &Schema, instance: &serde_json::Value, error: &ValidationError<'_>) -> Vec<(Path, What)> {
    let path = instance::path(error.instance_path().as_str(), instance);
    let below = |field: &str| path.iter().cloned().chain([Segment::from(field)]).collect::<Path>();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let object = field_at(schema, &path);
            let known: Vec<&str> = object.iter().flat_map(Field::names).collect();
            let unknown = |field: &String| {
                let nearest = nearest(field, known.iter().copied()).map(str::to_owned);
                (below(field), What::UnknownField { nearest })
            };
            unexpected.iter().map(unknown).collect()
        }
        ValidationErrorKind::Required { property } => {
            property.as_str().map(|field| (below(field), What::Missing)).into_iter().collect()
        }
        ValidationErrorKind::Type { kind } => vec![(path, What::WrongType { expected: type_names(kind) })],
        ValidationErrorKind::OneOfNotValid { .. } => {
            let field = field_at(schema, &path);
            let expected: Vec<String> = field.iter().flat_map(Field::alternatives).map(str::to_owned).collect();
            let what = if expected.is_empty() {
                What::NotAllowed { reason: error.to_string() }
            } else {
                What::WrongType { expected }
            };
            vec![(path, what)]
        }
        _ => vec![(path, What::NotAllowed { reason: error.to_string() })],
    }
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(name) => vec![name.to_string()],
        TypeKind::Multiple(names) => names.iter().map(|name| name.to_string()).collect(),
    }
}

fn field_at<'a>(schema: &'a Schema, path: &[Segment]) -> Option<Field<'a>> {
    schema.field(path.iter().map(|segment| match segment {
        Segment::Key(key) => key.as_str(),
        Segment::Index(_) => "[*]",
    }))
}
