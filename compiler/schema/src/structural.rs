//! Custom resource definitions, judged: what the API server demands of `apiextensions.k8s.io/v1` beyond its schema.
//!
//! The rules are those of Kubernetes' page on structural schemas and of its validation of definitions.

use design_vocabulary::{Component, Object, Path, Segment, Value};

use crate::definition::is_definition;

/// What is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefinitionFault {
    /// Its name is not plural and group.
    Name {
        /// What it should be.
        expected: String,
    },
    /// The name of a list is that of the kind, or two names are the same where they may not be.
    ListKind,
    /// It has no version.
    NoVersion,
    /// Of the versions, none or more than one is stored.
    Stored(usize),
    /// Two versions have the same name.
    VersionTwice,
    /// A version has no schema.
    NoSchema,
    /// It keeps unknown fields of all objects, which only older versions of the API could say.
    KeepsEverything,
    /// The schema of a whole object is not that of an object.
    RootType,
    /// A part of a schema has no type.
    NoType,
    /// A keyword that may not stand there, and why.
    Keyword {
        /// The keyword.
        keyword: String,
        /// Why not, in words.
        reason: &'static str,
    },
    /// A field that a branch of a choice describes, and the schema around it does not.
    OnlyInBranch {
        /// The field.
        field: String,
    },
    /// A list of type `map` without keys, or with a key that its elements do not have.
    ListKey {
        /// The key; `None` where there is none.
        key: Option<String>,
    },
}

/// What is wrong with a component that is a definition: each fault with the path of the value below the configuration.
pub fn judge_definition(component: &Component) -> Vec<(Path, DefinitionFault)> {
    let mut faults = Faults::default();
    if is_definition(component) && component.api_version.ends_with("/v1") {
        faults.definition(&component.configuration);
    }
    faults.found
}

/// Keywords of JSON Schema that a structural schema may not have anywhere.
const FORBIDDEN: &[&str] = &[
    "$ref",
    "$schema",
    "definitions",
    "dependencies",
    "deprecated",
    "discriminator",
    "id",
    "patternProperties",
    "readOnly",
    "writeOnly",
    "xml",
    "additionalItems",
    "const",
    "if",
    "then",
    "else",
];

/// Keywords that may not stand in the branches of a choice: those that say what a value is.
const OUTSIDE_ONLY: &[&str] = &[
    "type",
    "default",
    "description",
    "title",
    "nullable",
    "additionalProperties",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
];

/// Schemas are nested no deeper than this by people.
const DEEPEST: usize = 64;

#[derive(Default)]
struct Faults {
    path: Path,
    found: Vec<(Path, DefinitionFault)>,
}

impl Faults {
    fn add(&mut self, below: &[Segment], fault: DefinitionFault) {
        let path = self.path.iter().chain(below).cloned().collect();
        self.found.push((path, fault));
    }

    fn within(&mut self, segments: impl IntoIterator<Item = Segment>, work: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.extend(segments);
        work(self);
        self.path.truncate(length);
    }

    fn definition(&mut self, definition: &Object) {
        let Some(spec) = definition.get("spec").filter(|spec| spec.as_object().is_some()) else { return };
        let names = spec.get("names");
        let name_of = |key: &str| names.and_then(|names| names.get(key)).and_then(Value::as_str);
        let name = definition.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
        if let (Some(plural), Some(group), Some(name)) =
            (name_of("plural"), spec.get("group").and_then(Value::as_str), name)
        {
            let expected = format!("{plural}.{group}");
            if name != expected {
                self.add(&["metadata".into(), "name".into()], DefinitionFault::Name { expected });
            }
        }
        if name_of("listKind").is_some() && name_of("listKind") == name_of("kind") {
            self.add(&["spec".into(), "names".into(), "listKind".into()], DefinitionFault::ListKind);
        }
        if spec.get("preserveUnknownFields").and_then(Value::as_bool) == Some(true) {
            self.add(&["spec".into(), "preserveUnknownFields".into()], DefinitionFault::KeepsEverything);
        }
        let Some(versions) = spec.get("versions").and_then(Value::as_array) else { return };
        let is_stored = |version: &&Value| version.get("storage").and_then(Value::as_bool) == Some(true);
        match versions.iter().filter(is_stored).count() {
            _ if versions.is_empty() => self.add(&["spec".into(), "versions".into()], DefinitionFault::NoVersion),
            1 => {}
            stored => self.add(&["spec".into(), "versions".into()], DefinitionFault::Stored(stored)),
        }
        for (index, version) in versions.iter().enumerate() {
            self.within(["spec".into(), "versions".into(), index.into()], |faults| {
                let name = |version: &Value| version.get("name").and_then(Value::as_str).map(str::to_owned);
                if name(version).is_some() && versions.iter().take(index).any(|other| name(other) == name(version)) {
                    faults.add(&["name".into()], DefinitionFault::VersionTwice);
                }
                match version.get("schema").and_then(|schema| schema.get("openAPIV3Schema")) {
                    Some(schema) if schema.as_object().is_some() => {
                        faults.within(["schema".into(), "openAPIV3Schema".into()], |faults| faults.root(schema));
                    }
                    _ => faults.add(&[], DefinitionFault::NoSchema),
                }
            });
        }
    }

    fn root(&mut self, schema: &Value) {
        if schema.get("type").and_then(Value::as_str).is_some_and(|name| name != "object") {
            self.add(&["type".into()], DefinitionFault::RootType);
        }
        self.schema(schema, 0);
    }

    /// A part of the schema that says what a value is.
    fn schema(&mut self, schema: &Value, depth: usize) {
        let Some(fields) = schema.as_object().filter(|_| depth < DEEPEST) else { return };
        let is = |keyword: &str| fields.get(keyword).and_then(Value::as_bool) == Some(true);
        let is_untyped = is("x-kubernetes-int-or-string") || is("x-kubernetes-preserve-unknown-fields");
        if !fields.contains_key("type") && !is_untyped {
            self.add(&[], DefinitionFault::NoType);
        }
        self.keywords(fields);
        if fields.contains_key("properties") && fields.contains_key("additionalProperties") {
            let reason = "an object lists its fields or takes any, not both";
            self.keyword("additionalProperties", reason);
        } else if fields.get("additionalProperties").and_then(Value::as_bool) == Some(false) {
            self.keyword("additionalProperties", "fields that are not listed are dropped in any case");
        }
        if is("uniqueItems") {
            self.keyword("uniqueItems", "`x-kubernetes-list-type: set` says it without comparing all with all");
        }
        self.list(fields);
        for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
            // What every object has is described elsewhere; a definition may only narrow it.
            if depth > 0 || !matches!(name.as_str(), "metadata" | "apiVersion" | "kind") {
                self.within(["properties".into(), name.as_str().into()], |faults| faults.schema(property, depth + 1));
            }
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(inner) = fields.get(keyword) {
                self.within([keyword.into()], |faults| faults.schema(inner, depth + 1));
            }
        }
        if !is("x-kubernetes-int-or-string") {
            self.branches(fields, fields, depth);
        }
    }

    fn keyword(&mut self, keyword: &str, reason: &'static str) {
        self.add(&[keyword.into()], DefinitionFault::Keyword { keyword: keyword.to_owned(), reason });
    }

    fn keywords(&mut self, fields: &Object) {
        for keyword in FORBIDDEN.iter().filter(|keyword| fields.contains_key(keyword)) {
            self.keyword(keyword, "a structural schema does not have it");
        }
    }

    fn list(&mut self, fields: &Object) {
        if fields.get_str("x-kubernetes-list-type") != Some("map") {
            return;
        }
        let keys = fields.get("x-kubernetes-list-map-keys").and_then(Value::as_array).unwrap_or_default();
        if keys.is_empty() {
            self.add(&["x-kubernetes-list-type".into()], DefinitionFault::ListKey { key: None });
        }
        let properties = fields.get("items").and_then(|items| items.get("properties"));
        for (index, key) in keys.iter().enumerate() {
            let Some(key) = key.as_str() else { continue };
            if properties.is_none_or(|properties| properties.get(key).is_none()) {
                let fault = DefinitionFault::ListKey { key: Some(key.to_owned()) };
                self.add(&["x-kubernetes-list-map-keys".into(), index.into()], fault);
            }
        }
    }

    /// The branches of choices: they may constrain what is described around them, and describe nothing.
    fn branches(&mut self, fields: &Object, around: &Object, depth: usize) {
        if depth >= DEEPEST {
            return;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for (index, branch) in fields.get(keyword).and_then(Value::as_array).into_iter().flatten().enumerate() {
                self.within([keyword.into(), index.into()], |faults| faults.branch(branch, around, depth + 1));
            }
        }
        if let Some(branch) = fields.get("not") {
            self.within(["not".into()], |faults| faults.branch(branch, around, depth + 1));
        }
    }

    fn branch(&mut self, branch: &Value, around: &Object, depth: usize) {
        let Some(fields) = branch.as_object() else { return };
        for keyword in OUTSIDE_ONLY.iter().filter(|keyword| fields.contains_key(keyword)) {
            self.keyword(keyword, "it may not stand in a branch of `allOf`, `anyOf`, `oneOf` or `not`");
        }
        for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
            let described = around.get("properties").and_then(|properties| properties.get(name));
            self.within(["properties".into(), name.as_str().into()], |faults| {
                match described.and_then(Value::as_object) {
                    Some(described) => faults.branch(property, described, depth + 1),
                    None => faults.add(&[], DefinitionFault::OnlyInBranch { field: name.to_string() }),
                }
            });
        }
        for keyword in ["items", "additionalProperties"] {
            let described = around.get(keyword).and_then(Value::as_object);
            if let (Some(inner), Some(described)) = (fields.get(keyword), described) {
                self.within([keyword.into()], |faults| faults.branch(inner, described, depth + 1));
            }
        }
        self.branches(fields, around, depth);
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::display_path;

    use super::*;

    fn faults(schema: &str) -> Vec<String> {
        let text = format!(
            r#"{{"metadata": {{"name": "things.a.io"}}, "spec": {{"group": "a.io", "names": {{"plural": "things"}},
                "versions": [{{"name": "v1", "storage": true, "schema": {{"openAPIV3Schema": {schema}}}}}]}}}}"#
        );
        let component = Component {
            kind: "CustomResourceDefinition".into(),
            api_version: "apiextensions.k8s.io/v1".into(),
            configuration: serde_json::from_str::<Value>(&text).unwrap().as_object().unwrap().clone(),
            ..Component::default()
        };
        let prefix = "spec.versions[0].schema.openAPIV3Schema";
        let line = |(path, fault): (Path, DefinitionFault)| {
            let path = display_path(&path);
            format!("{}: {fault:?}", path.strip_prefix(prefix).unwrap_or(&path).trim_start_matches('.'))
        };
        judge_definition(&component).into_iter().map(line).collect()
    }

    #[test]
    fn a_structural_schema_has_no_fault() {
        let schema = r#"{"type": "object", "properties": {"spec": {"type": "object", "properties": {
            "port": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]},
            "any": {"x-kubernetes-preserve-unknown-fields": true},
            "a": {"type": "string"}, "b": {"type": "string"}},
            "oneOf": [{"required": ["a"]}, {"properties": {"b": {"minLength": 1}}, "required": ["b"]}]}}}"#;
        assert_eq!(faults(schema), Vec::<String>::new());
    }

    #[test]
    fn what_makes_a_schema_not_structural_is_found() {
        let schema = r##"{"type": "object", "properties": {
            "untyped": {"description": "a"},
            "reference": {"type": "object", "$ref": "#/x"},
            "both": {"type": "object", "properties": {}, "additionalProperties": {"type": "string"}},
            "list": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                "items": {"type": "object"}},
            "choice": {"type": "object", "anyOf": [{"type": "object"}, {"properties": {"c": {}}}]}}}"##;
        let found = faults(schema);
        let begins = |text: &str| found.iter().any(|line| line.starts_with(text));
        assert_eq!(found.len(), 6, "{found:#?}");
        assert!(begins("properties.untyped: NoType"));
        assert!(begins(r#"properties.reference["$ref"]: Keyword"#), "{found:#?}");
        assert!(begins("properties.both.additionalProperties: Keyword"));
        assert!(begins("properties.list.x-kubernetes-list-map-keys[0]: ListKey"));
        assert!(begins("properties.choice.anyOf[0].type: Keyword"));
        assert!(begins("properties.choice.anyOf[1].properties.c: OnlyInBranch"));
    }
}
