//! JSON Schemas of configurations, as far as fields and types go.

use serde_json::Value;

/// A JSON Schema.
#[derive(Clone, Debug)]
pub struct Schema(Value);

/// A part of a schema: what it says of one value.
#[derive(Clone, Copy, Debug)]
pub struct SchemaNode<'a> {
    root: &'a Value,
    node: &'a Value,
}

/// The types that a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types(u8);

/// What a schema says of a field of a value.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The field is described.
    Described(SchemaNode<'a>),
    /// Any field may be there.
    Open,
    /// There is no such field.
    Absent,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it may hold.
    pub node: SchemaNode<'a>,
    /// Whether an object without it is refused.
    pub is_required: bool,
}

/// References to references are followed this far: beyond any use, and short of any circle.
const REFERENCES: usize = 16;

impl Schema {
    /// A schema from its text; `None` where that is no JSON mapping.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(Value::is_object).map(Self)
    }

    /// A schema from its value.
    pub fn of(value: Value) -> Self {
        Self(value)
    }

    /// The whole schema.
    pub fn root(&self) -> SchemaNode<'_> {
        SchemaNode { root: &self.0, node: &self.0 }
    }
}

impl<'a> SchemaNode<'a> {
    /// The types of the value.
    pub fn types(self) -> Types {
        self.types_within(REFERENCES)
    }

    fn types_within(self, depth: usize) -> Types {
        let node = self.resolved();
        let is = |key: &str| node.get(key).and_then(Value::as_bool) == Some(true);
        if is("x-kubernetes-int-or-string") || node.get("format").and_then(Value::as_str) == Some("int-or-string") {
            return Types(Types::NUMBER | Types::STRING);
        }
        match node.get("type") {
            Some(Value::String(name)) => Types::named(name),
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .fold(Types(0), |types, name| Types(types.0 | Types::named(name).0)),
            _ if node.get("properties").is_some() => Types(Types::OBJECT),
            _ if node.get("items").is_some() => Types(Types::ARRAY),
            _ => {
                let branches = self.branches();
                let mut types = branches.filter(|_| depth > 0).map(|branch| branch.types_within(depth - 1)).peekable();
                if types.peek().is_none() {
                    Types::ANY
                } else {
                    types.fold(Types(0), |all, types| Types(all.0 | types.0))
                }
            }
        }
    }

    /// What is said of a key of the value. `_` and numbers are keys here too.
    pub fn key(self, key: &str) -> Step<'a> {
        self.key_within(key, REFERENCES)
    }

    fn key_within(self, key: &str, depth: usize) -> Step<'a> {
        let node = self.resolved();
        if let Some(property) = node.get("properties").and_then(|properties| properties.get(key)) {
            return Step::Described(SchemaNode { root: self.root, node: property });
        }
        match node.get("additionalProperties") {
            Some(Value::Bool(true)) => return Step::Open,
            Some(additional @ Value::Object(_)) => {
                return Step::Described(SchemaNode { root: self.root, node: additional });
            }
            _ => {}
        }
        if node.get("x-kubernetes-preserve-unknown-fields").and_then(Value::as_bool) == Some(true) {
            return Step::Open;
        }
        let mut says_nothing = node.get("properties").is_none();
        if depth > 0 {
            for branch in self.branches() {
                match branch.key_within(key, depth - 1) {
                    Step::Described(found) => return Step::Described(found),
                    // A branch that only asks for keys (`required`) describes none.
                    Step::Open if branch.describes() => return Step::Open,
                    Step::Open => {}
                    Step::Absent => says_nothing = false,
                }
            }
        }
        let is_object = self.types().overlaps(Types(Types::OBJECT));
        if says_nothing && is_object { Step::Open } else { Step::Absent }
    }

    fn describes(self) -> bool {
        let node = self.resolved();
        ["type", "properties", "additionalProperties", "x-kubernetes-preserve-unknown-fields"]
            .iter()
            .any(|key| node.get(key).is_some())
    }

    /// What is said of the elements of the value.
    pub fn element(self) -> Step<'a> {
        let node = self.resolved();
        match node.get("items") {
            Some(items @ Value::Object(_)) => Step::Described(SchemaNode { root: self.root, node: items }),
            _ if self.types().overlaps(Types(Types::ARRAY)) => Step::Open,
            _ => Step::Absent,
        }
    }

    /// The fields that the schema names, in its order.
    pub fn fields(self) -> Vec<Field<'a>> {
        let node = self.resolved();
        let required: Vec<&str> =
            node.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = node.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties
            .map(|(name, node)| Field {
                name,
                node: SchemaNode { root: self.root, node },
                is_required: required.contains(&name.as_str()),
            })
            .collect()
    }

    /// The first sentence of what the schema says of the value.
    pub fn description(self) -> &'a str {
        let text = self.node.get("description").or_else(|| self.resolved().get("description"));
        let text = text.and_then(Value::as_str).unwrap_or_default();
        let end = text.find(['\n']).into_iter().chain(text.find(". ")).min().unwrap_or(text.len());
        text.get(..end).unwrap_or_default().trim_end_matches('.')
    }

    /// The type in words: `string`, `[]object`, `map of string`, `integer or string`.
    pub fn type_in_words(self) -> String {
        let types = self.types();
        let node = self.resolved();
        if types == Types(Types::ARRAY) {
            return match self.element() {
                Step::Described(element) => format!("[]{}", element.types().in_words()),
                _ => "[]any".to_owned(),
            };
        }
        if types == Types(Types::OBJECT)
            && node.get("properties").is_none()
            && let Some(additional @ Value::Object(_)) = node.get("additionalProperties")
        {
            return format!("map of {}", SchemaNode { root: self.root, node: additional }.types().in_words());
        }
        types.in_words()
    }

    /// The node itself, or what its `$ref` names inside of the schema.
    fn resolved(self) -> &'a Value {
        let mut node = self.node;
        for _ in 0..REFERENCES {
            let Some(pointer) = node.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#')) else {
                break;
            };
            let Some(target) = self.root.pointer(pointer) else { break };
            node = target;
        }
        node
    }

    fn branches(self) -> impl Iterator<Item = SchemaNode<'a>> {
        let (root, node) = (self.root, self.resolved());
        let lists = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(move |key| node.get(key)?.as_array());
        lists.flatten().map(move |node| SchemaNode { root, node })
    }
}

impl Types {
    const STRING: u8 = 1;
    const NUMBER: u8 = 2;
    const BOOLEAN: u8 = 4;
    const OBJECT: u8 = 8;
    const ARRAY: u8 = 16;

    /// Any type.
    pub const ANY: Self = Self(31);

    /// Strings only.
    pub const TEXT: Self = Self(Self::STRING);

    fn named(name: &str) -> Self {
        match name {
            "string" => Self(Self::STRING),
            // Both are numbers on the wire.
            "integer" | "number" => Self(Self::NUMBER),
            "boolean" => Self(Self::BOOLEAN),
            "object" => Self(Self::OBJECT),
            "array" => Self(Self::ARRAY),
            "null" => Self(0),
            _ => Self::ANY,
        }
    }

    /// Whether a value can have a type of both.
    pub fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a value can be a single one: a text, a number or a truth value.
    pub fn has_scalar(self) -> bool {
        self.overlaps(Self(Self::STRING | Self::NUMBER | Self::BOOLEAN))
    }

    /// The types with `or` between them.
    pub fn in_words(self) -> String {
        if self == Self::ANY {
            return "any".to_owned();
        }
        let all = [
            (Self::STRING, "string"),
            (Self::NUMBER, "number"),
            (Self::BOOLEAN, "boolean"),
            (Self::OBJECT, "object"),
            (Self::ARRAY, "list"),
        ];
        let named: Vec<&str> = all.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, name)| *name).collect();
        if named.is_empty() { "nothing".to_owned() } else { named.join(" or ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"{"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "description": "What it is called. More of it."},
        "port": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "rest": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        "list": {"type": "array", "items": {"$ref": "#/definitions/Item"}},
        "either": {"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": [{"required": ["a"]}]},
        "free": {"type": "object"}},
        "definitions": {"Item": {"properties": {"size": {"type": "number"}}}, "Round": {"$ref": "#/definitions/Round"}}}"##;

    fn follow<'a>(schema: &'a Schema, path: &[&str]) -> Option<SchemaNode<'a>> {
        path.iter().try_fold(schema.root(), |node, key| {
            let step = if *key == "_" { node.element() } else { node.key(key) };
            if let Step::Described(found) = step { Some(found) } else { None }
        })
    }

    #[test]
    fn fields_are_found_with_their_types() {
        let schema = Schema::parse(TEXT).unwrap();
        let words = |path: &[&str]| follow(&schema, path).unwrap().type_in_words();
        assert_eq!(words(&["name"]), "string");
        assert_eq!(words(&["port"]), "string or number");
        assert_eq!(words(&["labels"]), "map of string");
        assert_eq!(words(&["labels", "a.b/c"]), "string");
        assert_eq!(words(&["list"]), "[]object");
        assert_eq!(words(&["list", "_", "size"]), "number");
        assert!(matches!(schema.root().key("nam"), Step::Absent));
        assert!(matches!(follow(&schema, &["rest"]).unwrap().key("x"), Step::Open));
        assert!(matches!(follow(&schema, &["free"]).unwrap().key("x"), Step::Open));
        assert!(matches!(follow(&schema, &["either"]).unwrap().key("b"), Step::Absent));
        assert!(matches!(follow(&schema, &["name"]).unwrap().key("b"), Step::Absent));
        let fields = schema.root().fields();
        let name = fields.iter().find(|field| field.name == "name").unwrap();
        assert!(name.is_required);
        assert_eq!(name.node.description(), "What it is called");
    }

    #[test]
    fn a_circle_of_references_ends() {
        let schema = Schema::parse(r##"{"$ref": "#/a", "a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}"##).unwrap();
        assert_eq!(schema.root().types(), Types::ANY);
        assert!(schema.root().fields().is_empty());
    }
}
