//! One object on its way through a build, with the identities that it had.

use design_registry::Registry;
use design_source::{Trace, Written};
use design_vocabulary::{Object, Segment, Text, Value};

/// Group, version and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Gvk {
    /// The API group; empty for the core group, or for any where it selects.
    pub group: Text,
    /// The version; empty for any where it selects.
    pub version: Text,
    /// The kind; empty for any where it selects.
    pub kind: Text,
}

impl Gvk {
    /// From an apiVersion and a kind.
    pub fn new(api_version: &str, kind: impl Into<Text>) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// Whether a selector, whose empty parts mean any, takes this.
    pub fn is_selected(&self, selector: &Self) -> bool {
        let takes = |wanted: &Text, found: &Text| wanted.is_empty() || wanted == found;
        takes(&selector.group, &self.group)
            && takes(&selector.version, &self.version)
            && takes(&selector.kind, &self.kind)
    }

    /// Group and version as an object writes them.
    pub fn api_version(&self) -> Text {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version).into() }
    }

    /// Whether the model knows the kind, and that its objects live in no namespace.
    pub fn is_cluster_scoped(&self) -> bool {
        Registry::builtin().find(&self.group, &self.kind).is_some_and(|kind| !kind.namespaced)
    }
}

/// The namespace of an object that lives in none.
pub(crate) const NO_NAMESPACE: &str = "\u{0}";

/// The namespace that an object counts as being in: `default` where it names none, [`NO_NAMESPACE`] where it has none.
pub(crate) fn effective(gvk: &Gvk, namespace: &str) -> Text {
    if gvk.is_cluster_scoped() {
        NO_NAMESPACE.into()
    } else if namespace.is_empty() {
        "default".into()
    } else {
        namespace.into()
    }
}

/// What tells objects of one build apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id {
    /// Group, version and kind.
    pub gvk: Gvk,
    /// The name.
    pub name: Text,
    /// The effective namespace.
    pub namespace: Text,
}

impl Id {
    /// The identity as people write it: `Deployment.apps/shop/web`.
    pub fn display(&self) -> String {
        let group = if self.gvk.group.is_empty() { String::new() } else { format!(".{}", self.gvk.group) };
        let namespace = if self.namespace == NO_NAMESPACE { String::new() } else { format!("{}/", self.namespace) };
        format!("{}{group}/{namespace}{}", self.gvk.kind, self.name)
    }
}

/// What a generator does where its object is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Nothing was said.
    #[default]
    Unspecified,
    /// It must not be there.
    Create,
    /// It takes the place of the one that is there.
    Replace,
    /// Its data is added.
    Merge,
}

/// Where an object or a change comes from, for annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file, from the folder that is built.
    pub path: String,
    /// The file of the generator or transformer.
    pub configured_in: String,
    /// apiVersion, kind, name and namespace of its configuration.
    pub configured_by: Option<[Text; 4]>,
}

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// The object as a whole.
    pub object: Object,
    /// Where it begins.
    pub start: Written,
    /// Which parts of it stand elsewhere.
    pub trace: Trace,
    /// Kind, name and effective namespace of what it was before, the oldest first.
    pub previous: Vec<[Text; 3]>,
    /// The prefixes that its name got, in order.
    pub prefixes: Vec<Text>,
    /// The suffixes that its name got, in order.
    pub suffixes: Vec<Text>,
    /// What it does where it is already there.
    pub behavior: Behavior,
    /// Whether a hash of its content becomes part of its name.
    pub needs_hash: bool,
    /// Whether a chart made it: Helm has given it its namespace.
    pub is_of_chart: bool,
    /// The names of the variables that take their value from it.
    pub variables: Vec<Text>,
    /// Where it comes from, where the build is to say so.
    pub origin: Option<Origin>,
    /// What changed it, where the build is to say so.
    pub transformations: Vec<Origin>,
}

impl Resource {
    /// An object as it was read.
    pub fn new(object: Object, start: Written, trace: Trace) -> Self {
        Self {
            object,
            start,
            trace,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: Behavior::Unspecified,
            needs_hash: false,
            is_of_chart: false,
            variables: Vec::new(),
            origin: None,
            transformations: Vec::new(),
        }
    }

    /// Whether a patch deleted it.
    pub fn is_empty(&self) -> bool {
        self.object.is_empty()
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        self.object.get_str("kind").unwrap_or_default()
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> Gvk {
        Gvk::new(self.object.get_str("apiVersion").unwrap_or_default(), self.kind())
    }

    /// The name; empty where it has none.
    pub fn name(&self) -> Text {
        self.metadata("name")
    }

    /// The namespace as written; empty where it names none.
    pub fn namespace(&self) -> Text {
        self.metadata("namespace")
    }

    fn metadata(&self, key: &str) -> Text {
        self.object
            .get("metadata")
            .and_then(|metadata| metadata.get(key))
            .and_then(crate::cursor::text_of)
            .unwrap_or_default()
    }

    /// The identity that it has now.
    pub fn id(&self) -> Id {
        let gvk = self.gvk();
        let namespace = effective(&gvk, &self.namespace());
        Id { name: self.name(), namespace, gvk }
    }

    /// The identities that it had before, the oldest first.
    pub fn previous_ids(&self) -> impl Iterator<Item = Id> + '_ {
        let gvk = self.gvk();
        self.previous.iter().map(move |[kind, name, namespace]| {
            let gvk = Gvk { kind: kind.clone(), ..gvk.clone() };
            let namespace = effective(&gvk, namespace);
            Id { gvk, name: name.clone(), namespace }
        })
    }

    /// The identity that it was read with.
    pub fn original_id(&self) -> Id {
        self.previous_ids().next().unwrap_or_else(|| self.id())
    }

    /// Notes the identity that it has now, before it changes.
    pub fn remember(&mut self) {
        let id = self.id();
        self.previous.push([id.gvk.kind, id.name, id.namespace]);
    }

    /// Sets a text of `metadata`.
    pub fn set_metadata(&mut self, key: &str, text: impl Into<Text>) {
        let value = Value::String(text.into());
        match self.object.get_mut("metadata") {
            Some(Value::Object(metadata)) => {
                metadata.insert(key, value);
            }
            _ => {
                self.object.insert("metadata", Value::Object([(key, value)].into_iter().collect()));
            }
        }
    }

    /// A mapping of texts in `metadata`: labels or annotations.
    pub fn texts(&self, key: &str) -> impl Iterator<Item = (&Text, Text)> {
        let texts = self.object.get("metadata").and_then(|metadata| metadata.get(key)).and_then(Value::as_object);
        texts
            .into_iter()
            .flat_map(Object::iter)
            .map(|(key, value)| (key, crate::cursor::text_of(value).unwrap_or_default()))
    }

    /// Where a field was written.
    pub fn place(&self, documents: &[design_syntax::Document], path: &[Segment]) -> Written {
        self.trace.follow(documents, self.start, path).0
    }
}
