//! The JSON Schema of one kind, and its fields one by one.

use serde_json::{Map, Value};

/// How far one field may lead from reference to reference before it is taken to lead nowhere.
const LONGEST_CHAIN: usize = 16;

/// The JSON Schema of a kind: self-contained, with the definitions that it refers to under `$defs`.
///
/// It is what Kubernetes publishes in OpenAPI v3, without descriptions. Its extensions are kept: `x-kubernetes-list-type`,
/// `-list-map-keys`, `-map-type`, `-patch-merge-key`, `-patch-strategy`, `-unions`, `-group-version-kind`. Unknown fields are
/// no error in it. Quantities and fields that take a number or a text say so by `oneOf`.
#[derive(Debug)]
pub struct Schema {
    identity: usize,
    root: String,
    value: Value,
}

impl Schema {
    /// A schema from its definitions; the first one is that of the kind.
    pub(super) fn new(identity: usize, root: &str, definitions: Map<String, Value>) -> Self {
        let mut value = Map::new();
        value.insert("$ref".to_owned(), Value::String(format!("#/$defs/{root}")));
        value.insert("$defs".to_owned(), Value::Object(definitions));
        Self { identity, root: root.to_owned(), value: Value::Object(value) }
    }

    /// A schema from elsewhere, whole: what it refers to stands in it. The identity has to be one that no other schema has.
    pub fn of_value(identity: usize, name: &str, value: Value) -> Self {
        Self { identity, root: name.to_owned(), value }
    }

    /// A number that two schemas of one model share only if they are the same: what is made of one for a release serves the
    /// others too.
    pub fn identity(&self) -> usize {
        self.identity
    }

    /// The name of the definition of the kind, such as `io.k8s.api.apps.v1.Deployment`.
    pub fn name(&self) -> &str {
        &self.root
    }

    /// The schema as JSON.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object itself, as a field.
    pub fn root(&self) -> Field<'_> {
        Field { schema: self, declared: &self.value, definition: self.resolve(&self.value) }
    }

    /// The field at a path of keys; a list is passed by `[*]`, as is any key of a mapping. `None` where the schema has no such
    /// field.
    pub fn field<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<Field<'_>> {
        path.into_iter().try_fold(self.root(), |field, segment| match segment {
            "[*]" => field.element(),
            key => field.child(key),
        })
    }

    /// What a schema refers to, by `$ref` or by an `allOf` of one; itself where it refers to nothing.
    fn resolve<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..LONGEST_CHAIN {
            let only =
                schema.get("allOf").and_then(Value::as_array).filter(|all| all.len() == 1).and_then(|all| all.first());
            let reference = only.unwrap_or(schema).get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|text| match text.strip_prefix("#/$defs/") {
                Some(name) => self.value.get("$defs")?.get(name),
                None => self.value.pointer(text.strip_prefix('#')?),
            });
            match target {
                Some(target) => schema = target,
                None => return schema,
            }
        }
        schema
    }
}

/// A field of a kind: what is said where it is declared, and the definition that it refers to.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    schema: &'a Schema,
    declared: &'a Value,
    definition: &'a Value,
}

/// How server-side apply treats the elements of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListType {
    /// As one value; the list of the last writer replaces the other.
    Atomic,
    /// Each value once.
    Set,
    /// Each element by the values of its keys.
    Map,
}

impl<'a> Field<'a> {
    /// The schema of the field, references resolved.
    pub fn value(&self) -> &'a Value {
        self.definition
    }

    /// A keyword, from where the field is declared or else from the definition that it refers to.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.declared.get(name).or_else(|| self.definition.get(name))
    }

    /// The field below a key of an object: a property, or the value of a mapping with any keys.
    pub fn child(&self, key: &str) -> Option<Self> {
        let property = self.keyword("properties").and_then(|properties| properties.get(key));
        property.map(|property| self.of(property)).or_else(|| self.any_value())
    }

    /// An element of a list, or the value of a mapping with any keys.
    pub fn element(&self) -> Option<Self> {
        self.keyword("items").map(|items| self.of(items)).or_else(|| self.any_value())
    }

    fn any_value(&self) -> Option<Self> {
        self.keyword("additionalProperties").filter(|schema| schema.is_object()).map(|schema| self.of(schema))
    }

    fn of(&self, declared: &'a Value) -> Self {
        Field { schema: self.schema, declared, definition: self.schema.resolve(declared) }
    }

    /// The names of the properties, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let properties = self.keyword("properties").and_then(Value::as_object);
        properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str))
    }

    /// Whether any field may stand here: a mapping with any keys, or an object of which the schema says nothing.
    pub fn is_open(&self) -> bool {
        let preserves = self.keyword("x-kubernetes-preserve-unknown-fields").and_then(Value::as_bool) == Some(true);
        let is_map = self.keyword("additionalProperties").is_some_and(|schema| *schema != Value::Bool(false));
        preserves || is_map || self.keyword("properties").is_none()
    }

    /// The type in the words of JSON Schema; `None` where several are allowed or nothing is said.
    pub fn type_name(&self) -> Option<&'a str> {
        self.keyword("type").and_then(Value::as_str)
    }

    /// Whether the value may be a number or a text: a port, a percentage, a quantity.
    pub fn is_number_or_text(&self) -> bool {
        let is_allowed = |wanted: &[&str]| self.alternatives().any(|name| wanted.contains(&name));
        is_allowed(&["string"]) && is_allowed(&["integer", "number"])
    }

    /// The types of which one is allowed, where a schema says so by `oneOf`.
    pub fn alternatives(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let ways = self.keyword("oneOf").and_then(Value::as_array);
        ways.into_iter().flatten().filter_map(|way| way.get("type").and_then(Value::as_str))
    }

    /// How server-side apply treats a list; `None` where nothing is said, which means atomic.
    pub fn list_type(&self) -> Option<ListType> {
        match self.keyword("x-kubernetes-list-type")?.as_str()? {
            "atomic" => Some(ListType::Atomic),
            "set" => Some(ListType::Set),
            "map" => Some(ListType::Map),
            _ => None,
        }
    }

    /// The keys that tell the elements of a list apart, for lists of [`ListType::Map`].
    pub fn list_map_keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let keys = self.keyword("x-kubernetes-list-map-keys").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The key by which a strategic merge patch, such as one of kustomize, tells the elements of a list apart.
    pub fn merge_key(&self) -> Option<&'a str> {
        self.keyword("x-kubernetes-patch-merge-key")?.as_str()
    }

    /// What a strategic merge patch does with the value: `merge`, `retainKeys`, `replace`; several stand in their order.
    pub fn patch_strategies(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let names = self.keyword("x-kubernetes-patch-strategy").and_then(Value::as_str);
        names.into_iter().flat_map(|names| names.split(','))
    }
}
