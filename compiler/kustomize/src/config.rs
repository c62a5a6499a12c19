//! Which fields the transformers look at: the built-in ones, and those of `configurations` and `crds`.

use std::sync::{Arc, OnceLock};

use design_vocabulary::{Text, Value};

use crate::cursor::{Cursor, Store};
use crate::defaults;
use crate::field_spec::{FieldSpec, merge};
use crate::kind_order::{FIRST, LAST, ranks, sort_text};
use crate::resource::Gvk;

/// The fields of objects that name another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameReference {
    /// What is named.
    pub target: Gvk,
    /// The fields that name it.
    pub referrers: Vec<FieldSpec>,
}

/// The fields, by what changes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    pub name_prefix: Vec<FieldSpec>,
    pub name_suffix: Vec<FieldSpec>,
    pub namespace: Vec<FieldSpec>,
    pub common_labels: Vec<FieldSpec>,
    pub labels: Vec<FieldSpec>,
    pub template_labels: Vec<FieldSpec>,
    pub common_annotations: Vec<FieldSpec>,
    pub name_references: Vec<NameReference>,
    pub variable_references: Vec<FieldSpec>,
    pub images: Vec<FieldSpec>,
    pub replicas: Vec<FieldSpec>,
}

/// The keys of a configuration file.
pub(crate) const KEYS: &[&str] = &[
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "commonAnnotations",
    "nameReference",
    "varReference",
    "images",
    "replicas",
];

impl Config {
    /// The built-in configuration; made once per process.
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: OnceLock<Arc<Config>> = OnceLock::new();
        let sorted = || {
            let mut config = defaults::config();
            config.sort();
            Arc::new(config)
        };
        Arc::clone(BUILTIN.get_or_init(sorted))
    }

    /// Reads a configuration file.
    pub fn read(cursor: &Cursor, store: &Store) -> Self {
        let list = |key: &str| FieldSpec::read_all(cursor.get(store, key), store);
        let references = cursor.get(store, "nameReference").map(|list| list.items(store)).unwrap_or_default();
        let name_references = references.iter().map(|item| NameReference {
            target: FieldSpec::read(item, store).gvk,
            referrers: FieldSpec::read_all(item.get(store, "fieldSpecs"), store),
        });
        let mut config = Self {
            name_prefix: list("namePrefix"),
            name_suffix: list("nameSuffix"),
            namespace: list("namespace"),
            common_labels: list("commonLabels"),
            labels: list("labels"),
            template_labels: list("templateLabels"),
            common_annotations: list("commonAnnotations"),
            name_references: name_references.collect(),
            variable_references: list("varReference"),
            images: list("images"),
            replicas: list("replicas"),
        };
        config.sort();
        config
    }

    /// Brings the fields into kustomize's order. It matters: of two fields with one path, the later one is left out where it
    /// is for more kinds than the earlier.
    fn sort(&mut self) {
        let ranks = ranks(FIRST, LAST);
        let key = |gvk: &Gvk| (ranks.get(gvk.kind.as_str()).copied().unwrap_or(0), sort_text(gvk));
        for list in [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.variable_references,
            &mut self.images,
            &mut self.replicas,
        ] {
            list.sort_by_cached_key(|spec| key(&spec.gvk));
        }
        self.name_references.sort_by_cached_key(|reference| key(&reference.target));
    }

    /// Adds the fields of another configuration. It fails with the path of a field of which the two say different things.
    pub fn merge(&mut self, other: &Self) -> Result<(), Text> {
        merge(&mut self.name_prefix, &other.name_prefix)?;
        merge(&mut self.name_suffix, &other.name_suffix)?;
        merge(&mut self.namespace, &other.namespace)?;
        merge(&mut self.common_labels, &other.common_labels)?;
        merge(&mut self.labels, &other.labels)?;
        merge(&mut self.template_labels, &other.template_labels)?;
        merge(&mut self.common_annotations, &other.common_annotations)?;
        merge(&mut self.variable_references, &other.variable_references)?;
        merge(&mut self.images, &other.images)?;
        merge(&mut self.replicas, &other.replicas)?;
        for reference in &other.name_references {
            match self.name_references.iter_mut().find(|known| known.target == reference.target) {
                Some(known) => merge(&mut known.referrers, &reference.referrers)?,
                None => self.name_references.push(reference.clone()),
            }
        }
        self.sort();
        Ok(())
    }
}

/// Adds a configuration to a shared one, which is copied only where it changes.
pub(crate) fn merge_into(config: &mut Arc<Config>, other: &Arc<Config>) -> Result<(), Text> {
    if Arc::ptr_eq(config, other) || **other == Config::default() {
        return Ok(());
    }
    // The built-in one stays what it is when it is added to nothing.
    if **config == Config::default() && Arc::ptr_eq(other, &Config::builtin()) {
        *config = Arc::clone(other);
        return Ok(());
    }
    Arc::make_mut(config).merge(other)
}

/// The longest way from a type to what it refers to that is followed.
const DEEPEST: usize = 32;

/// The fields that a file of OpenAPI definitions of custom resources marks: `x-kubernetes-object-ref-kind` and its like. The
/// file maps names of types to `Schema`s.
pub(crate) fn of_definitions(types: &Value) -> Config {
    let mut config = Config::default();
    for (name, _) in types.as_object().into_iter().flat_map(design_vocabulary::Object::iter) {
        let properties = properties(types, name);
        if ["kind", "apiVersion", "metadata"].iter().all(|key| properties.is_some_and(|all| all.get(key).is_some())) {
            let kind = name.rsplit('.').next().unwrap_or(name);
            marked(types, name, &Gvk { kind: kind.into(), ..Gvk::default() }, &mut Vec::new(), &mut config);
        }
    }
    config
}

fn properties<'a>(types: &'a Value, name: &str) -> Option<&'a Value> {
    types.get(name)?.get("Schema")?.get("properties")
}

fn marked(types: &Value, name: &str, gvk: &Gvk, path: &mut Vec<Text>, config: &mut Config) {
    if path.len() > DEEPEST {
        return;
    }
    let Some(Value::Object(properties)) = properties(types, name) else { return };
    for (key, property) in properties.iter() {
        path.push(key.clone());
        let text = |mark: &str| property.get(mark).and_then(Value::as_str);
        let here = |path: &[Text]| FieldSpec { gvk: gvk.clone(), path: path.join("/").into(), create: false };
        // A list that already has the field says the same of it: nothing is made here.
        if text("x-kubernetes-annotation").is_some() {
            let _ = merge(&mut config.common_annotations, &[here(path)]);
        }
        if text("x-kubernetes-label-selector").is_some() {
            let _ = merge(&mut config.common_labels, &[here(path)]);
        }
        if text("x-kubernetes-identity").is_some() {
            let _ = merge(&mut config.name_prefix, &[here(path)]);
        }
        if let (Some(version), Some(kind)) =
            (text("x-kubernetes-object-ref-api-version"), text("x-kubernetes-object-ref-kind"))
        {
            let name_key = text("x-kubernetes-object-ref-name-key").unwrap_or("name");
            let target = Gvk { group: Text::new(), version: version.into(), kind: kind.into() };
            let referrers = vec![FieldSpec { path: format!("{}/{name_key}", path.join("/")).into(), ..here(path) }];
            let more = Config { name_references: vec![NameReference { target, referrers }], ..Config::default() };
            let _ = config.merge(&more);
        }
        if let Some(reference) = text("$ref") {
            marked(types, reference, gvk, path, config);
        }
        path.pop();
    }
}
