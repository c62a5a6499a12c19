//! What is wrong with definitions that can be read: fields that no schema has, pairs that can never meet, names that say
//! something else than the content.

mod fields;
mod names;
mod pairs;
mod paths;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use design_registry::Registry;
use design_registry::definitions::Definitions;
use design_vocabulary::{ModelReference, Path, Span, Text};

use crate::{Definition, Loaded, Schema};

pub(crate) use paths::{Place, outcome};

/// Something that is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub what: What,
    /// Where it stands.
    pub span: Span,
    /// Another place that it concerns.
    pub related: Option<Span>,
}

/// What is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A path names a field that the kind does not have.
    UnknownPath {
        /// The path with dots.
        path: String,
        /// The kind.
        kind: Text,
        /// The segment that leads nowhere; `None` for a path without segments.
        segment: Option<Text>,
        /// What may have been meant.
        near: Option<String>,
    },
    /// The two fields of a pair can never hold the same value.
    TypesDiffer {
        /// The mutator's path, with dots, and its types.
        mutator: (String, String),
        /// The mutated path and its types.
        mutated: (String, String),
    },
    /// Nobody gives a value, or nobody takes it.
    Roles {
        /// What both sides have, or what is not there, as the rest of a sentence.
        fault: &'static str,
    },
    /// One side names more fields than the other.
    LengthsDiffer {
        /// The number of mutator paths.
        mutator: usize,
        /// The number of mutated paths.
        mutated: usize,
    },
    /// No family of relationships has this kind, type and subType.
    Unclaimed {
        /// They, with slashes.
        combination: Text,
    },
    /// The name of the file says something else than its content.
    FileName {
        /// What the name says.
        named: String,
        /// What the content says.
        content: String,
    },
    /// A selector names a kind that its model does not define.
    UnknownKind {
        /// The kind.
        kind: Text,
        /// The model.
        model: Text,
        /// What may have been meant.
        near: Option<String>,
    },
    /// A field of a selector that nobody reads.
    UnknownField {
        /// Its name.
        field: Text,
        /// What it stands in.
        inside: &'static str,
        /// What to do about it.
        help: Option<String>,
    },
    /// The definition names another model than the one that it lies in.
    OtherModel {
        /// The model that it names.
        named: String,
        /// The model of the folder.
        folder: String,
    },
    /// The definition lies in no model.
    NoModel,
}

/// What is known of kinds while definitions are checked.
#[derive(Debug, Default)]
pub struct Known {
    /// By kind, as text: few of them are ever asked for.
    schemas: HashMap<Text, Vec<Text>>,
    parsed: Mutex<HashMap<Text, Arc<[Schema]>>>,
    /// By model.
    kinds: HashMap<Text, HashSet<Text>>,
}

/// A definition with what surrounds it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The definition.
    pub loaded: &'a Loaded,
    /// The path of its file.
    pub path: &'a str,
    /// The model of the folder that it lies in.
    pub model: Option<&'a ModelReference>,
}

impl Known {
    /// Kinds of the models that are built in.
    pub fn builtin() -> Self {
        let mut known = Self::default();
        let kinds = Registry::builtin().kinds().iter().map(|kind| Text::from(kind.kind.as_str()));
        known.kinds.insert("kubernetes".into(), kinds.collect());
        known
    }

    /// Adds what a definition defines.
    pub fn add(&mut self, subject: Subject<'_>) {
        let mut add = |model: &str, kind: Text| {
            self.kinds.entry(model.into()).or_default().insert(kind);
        };
        let folder = subject.model.map(|model| model.name.as_str());
        match &subject.loaded.definition {
            Definition::Component(component) => {
                add(folder.unwrap_or(&component.model.name), component.kind.clone());
                if !component.schema.is_empty() {
                    self.schemas.entry(component.kind.clone()).or_default().push(component.schema.clone());
                }
            }
            Definition::Short(short) => {
                let own = short.model.as_ref().map(|model| model.reference.name.as_str());
                for kind in &short.kinds {
                    add(own.or(folder).unwrap_or_default(), kind.kind.as_str().into());
                }
            }
            Definition::Model(_) | Definition::Relationship(_) => {}
        }
    }

    fn schemas(&self, kind: &Text) -> Arc<[Schema]> {
        let texts = self.schemas.get(kind).map_or(&[][..], Vec::as_slice);
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        let schemas = parsed.entry(kind.clone()).or_insert_with(|| {
            let of_files: Arc<[Schema]> = texts.iter().filter_map(|text| Schema::parse(text)).collect();
            if of_files.is_empty() { builtin(kind) } else { of_files }
        });
        Arc::clone(schemas)
    }

    /// Whether a model defines a kind; `None` where the model is not known.
    fn defines(&self, model: &str, kind: &str) -> Option<bool> {
        Some(self.kinds.get(model)?.contains(kind))
    }

    fn nearest(&self, model: &str, kind: &str) -> Option<String> {
        let mut kinds: Vec<&str> = self.kinds.get(model)?.iter().map(Text::as_str).collect();
        kinds.sort_unstable();
        design_registry::nearest(kind, kinds).map(str::to_owned)
    }
}

/// The schemas of a kind that is built in, in every version of the newest release that has it.
fn builtin(kind: &str) -> Arc<[Schema]> {
    let definitions = Definitions::builtin();
    let releases = definitions.releases().iter().rev().map(|release| release.version);
    let of_release = |release| -> Arc<[Schema]> {
        let served = definitions.named(kind).filter(|definition| definition.is_served_by(release));
        let schemas = served.filter_map(|served| definitions.schema(release, &served.api_version(), kind));
        schemas.map(|schema| Schema::of(schema.value().clone())).collect()
    };
    releases.map(of_release).find(|schemas| !schemas.is_empty()).unwrap_or_else(|| Arc::from([]))
}

/// Checks one definition.
pub fn lint(subject: Subject<'_>, known: &Known) -> Vec<Fault> {
    let mut faults = Vec::new();
    names::check(subject, &mut faults);
    match &subject.loaded.definition {
        Definition::Relationship(relationship) => {
            fields::check(subject.loaded, &mut faults);
            pairs::check(subject.loaded, relationship, known, &mut faults);
        }
        Definition::Model(_) | Definition::Component(_) | Definition::Short(_) => {}
    }
    faults
}

impl Loaded {
    /// The place of a value whose keys may be written in either case.
    fn place_of(&self, path: &Path) -> Span {
        paths::place(self, path)
    }
}
