//! The end of a build: hashes in names, references, the order, and the annotations that say where things come from.

use design_registry::nearest;
use design_source::Written;
use design_vocabulary::{Object, Segment, Text, Value};

use crate::Fault;
use crate::build::Build;
use crate::cursor::{Cursor, text_of};
use crate::hash;
use crate::kind_order::{FIRST, LAST, ranks, sort_text};
use crate::kustomization::{Accumulated, Kustomization};
use crate::resource::{Origin, Resource};
use crate::set::Set;

/// What `buildMetadata` may ask for.
const METADATA: &[&str] = &["originAnnotations", "transformerAnnotations", "managedByLabel"];

/// The annotations that tell where an object comes from and what changed it.
const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Objects with this annotation are for the build only.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// What kustomize calls itself in the label that it adds where it is asked to: the release whose output this is.
const MANAGED_BY: &str = "kustomize-v5.8.1";

impl Build<'_> {
    /// Builds a folder as a whole.
    pub fn whole(&mut self, kustomization: &Kustomization) -> Set {
        let root = &kustomization.root;
        let wanted = self.list(root, "buildMetadata");
        self.origins = !wanted.is_empty();
        self.learn_schemas(kustomization);
        let mut all = self.accumulate(kustomization, Accumulated::default());
        Self::add_hashes(&mut all.set);
        let config = std::sync::Arc::clone(&all.config);
        self.follow_names(&mut all.set, &config.name_references);
        self.substitute(&mut all.set, &all.variables, &config.variable_references);
        let mut set = all.set;
        set.resources.retain(|resource| {
            resource.texts("annotations").find(|(key, _)| **key == LOCAL).is_none_or(|(_, value)| value == "false")
        });
        match root.get(&self.store, "sortOptions") {
            Some(options) => self.sort(&mut set, &options),
            None => legacy(&mut set, FIRST, LAST),
        }
        for resource in &mut set.resources {
            texts_only(&self.store, resource);
        }
        for entry in wanted {
            match entry.text().as_deref() {
                Some("originAnnotations") => {
                    annotate(&mut set, entry.at, ORIGIN, |one| one.origin.as_ref().map(|origin| shown(origin, "")));
                }
                Some("transformerAnnotations") => annotate(&mut set, entry.at, TRANSFORMATIONS, |one| {
                    let each = one.transformations.iter().map(|origin| shown(origin, "- "));
                    (!one.transformations.is_empty()).then(|| each.collect())
                }),
                Some("managedByLabel") => {
                    for resource in &mut set.resources {
                        put_text(resource, "labels", "app.kubernetes.io/managed-by", MANAGED_BY.into(), entry.at);
                    }
                }
                other => {
                    let nearest = nearest(other.unwrap_or_default(), METADATA.iter().copied());
                    let nearest = METADATA.iter().copied().find(|name| Some(*name) == nearest);
                    let field = other.unwrap_or_default().into();
                    self.fault(entry.at, Fault::UnknownField { field, nearest });
                }
            }
        }
        set
    }

    /// Adds the hash of their content to the names of generated objects.
    pub fn add_hashes(set: &mut Set) {
        for resource in set.resources.iter_mut().filter(|resource| resource.needs_hash) {
            let sum = hash::of(&resource.object);
            resource.remember();
            let name = format!("{}-{sum}", resource.name());
            resource.set_metadata("name", name);
        }
        set.reindex();
    }

    /// Brings objects into the order that `sortOptions` names.
    pub fn sort(&mut self, set: &mut Set, options: &Cursor) {
        self.only(options, &["order", "legacySortOptions"]);
        let order = self.text(options, "order").unwrap_or_default();
        let own = options.get(&self.store, "legacySortOptions");
        if let Some(own) = &own {
            self.only(own, &["orderFirst", "orderLast"]);
        }
        match order.as_str() {
            "fifo" => {
                if let Some(own) = own {
                    let what = "`legacySortOptions` has no effect with the order `fifo`".to_owned();
                    self.fault_of(own.at, Fault::WrongValue { what });
                }
            }
            "legacy" => match own {
                Some(own) => {
                    let mut kinds =
                        |key: &str| -> Vec<Text> { self.list(&own, key).iter().filter_map(Cursor::text).collect() };
                    let (first, last) = (kinds("orderFirst"), kinds("orderLast"));
                    legacy(set, &first, &last);
                }
                None => legacy(set, FIRST, LAST),
            },
            other => {
                let what = format!("`{other}` is none of `legacy` and `fifo`");
                self.fault(options.at, Fault::WrongValue { what });
            }
        }
    }
}

/// Sorts by kind as the lists say, then by group, version, kind, namespace and name.
fn legacy(set: &mut Set, first: &[impl AsRef<str>], last: &[impl AsRef<str>]) {
    let ranks = ranks(first, last);
    let or = |text: &Text, nothing: &'static str| if text.is_empty() { Text::from(nothing) } else { text.clone() };
    let key = |resource: &Resource| {
        let gvk = resource.gvk();
        let rank = ranks.get(gvk.kind.as_str()).copied().unwrap_or(0);
        let kinds = sort_text(&gvk);
        let place = format!("{}|{}", or(&resource.namespace(), "~X"), or(&resource.name(), "~N"));
        (rank, kinds, place)
    };
    set.resources.sort_by_cached_key(key);
    set.reindex();
}

/// Annotations of kustomize's own, which are of the build and not of the object.
const OWN: &[&str] = &[
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    ORIGIN,
    TRANSFORMATIONS,
];

/// Annotations are texts, however they are written; without any there is no mapping of them.
fn texts_only(store: &crate::cursor::Store, resource: &mut Resource) {
    let (documents, start) = (&store.documents, resource.start);
    let trace = &resource.trace;
    let Some(Value::Object(metadata)) = resource.object.get_mut("metadata") else { return };
    let Some(value) = metadata.get_mut("annotations") else { return };
    let mut is_empty = value.is_null();
    if let Value::Object(annotations) = value {
        let is_text = |(key, value): (&Text, &Value)| matches!(value, Value::String(_)) && !OWN.contains(&key.as_str());
        if !annotations.iter().all(is_text) {
            for (key, value) in std::mem::take(annotations) {
                let path: [Segment; 3] = ["metadata".into(), "annotations".into(), Segment::Key(key.clone())];
                let place = || trace.follow(documents, start, &path).0;
                let written = || place().node(documents).map(|(_, node)| Text::from(node.resolved().text()));
                let text = match &value {
                    Value::String(_) | Value::Array(_) | Value::Object(_) => None,
                    Value::Null => written(),
                    _ => written().filter(|text| !text.is_empty()).or_else(|| text_of(&value)),
                };
                if !OWN.contains(&key.as_str()) {
                    annotations.insert(key, text.map_or(value, Value::String));
                }
            }
        }
        is_empty = annotations.is_empty();
    }
    if is_empty {
        metadata.remove("annotations");
    }
}

fn annotate(set: &mut Set, at: Written, key: &str, text: impl Fn(&Resource) -> Option<String>) {
    for resource in &mut set.resources {
        if let Some(text) = text(resource) {
            put_text(resource, "annotations", key, text.into(), at);
        }
    }
}

fn put_text(resource: &mut Resource, map: &str, key: &str, text: Text, at: Written) {
    if !resource.object.contains_key("metadata") {
        resource.object.insert("metadata", Value::Object(Object::new()));
    }
    let Some(Value::Object(metadata)) = resource.object.get_mut("metadata") else { return };
    if !matches!(metadata.get(map), Some(Value::Object(_))) {
        metadata.insert(map, Value::Object(Object::new()));
    }
    if let Some(Value::Object(texts)) = metadata.get_mut(map) {
        texts.insert(key, Value::String(text));
        resource.trace.set(&["metadata".into(), map.into(), key.into()], at);
    }
}

/// An origin as kustomize writes it.
fn shown(origin: &Origin, dash: &str) -> String {
    let mut lines = Vec::new();
    if !origin.path.is_empty() {
        lines.push(format!("path: {}", origin.path));
    }
    if !origin.configured_in.is_empty() {
        lines.push(format!("configuredIn: {}", origin.configured_in));
    }
    if let Some(by) = &origin.configured_by {
        lines.push("configuredBy:".to_owned());
        for (key, value) in ["apiVersion", "kind", "name", "namespace"].iter().zip(by) {
            if !value.is_empty() {
                lines.push(format!("  {key}: {value}"));
            }
        }
    }
    let indent = " ".repeat(dash.len());
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        text.push_str(if number == 0 { dash } else { &indent });
        text.push_str(line);
        text.push('\n');
    }
    text
}
