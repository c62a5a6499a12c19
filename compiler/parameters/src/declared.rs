//! What `parameters:` of a design declares.

use std::fmt;

use design_registry::nearest;
use design_schema::Written;
use design_syntax::{NodeRef, Rules, SourceText, lower, parse};
use design_vocabulary::{FileId, Number, Object, Path, Segment, Span, Text, Value};

use crate::Problem;
use crate::reference::is_name;
use crate::text::noun;

/// A typed input of a design.
#[derive(Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// The JSON Schema of its values, without `default` and the words that are ours.
    pub schema: Object,
    /// The value where none is given.
    pub default: Option<Value>,
    /// Whether a value has to be given.
    pub is_required: bool,
    /// Whether its value is shown to nobody.
    pub is_secret: bool,
    /// Where its name stands.
    pub span: Span,
    /// Where it is declared, from the root of the design.
    pub(crate) path: Path,
    pub(crate) written: Option<Written>,
}

impl fmt::Debug for Parameter {
    /// Without values: one of them may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Parameter").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The parameters of a design, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The parameters.
    pub parameters: Vec<Parameter>,
}

/// The keywords of JSON Schema, draft 2020-12, as far as a parameter can use them, and ours behind them.
const KEYWORDS: &[&str] = &[
    "type",
    "description",
    "default",
    "title",
    "enum",
    "const",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "contentEncoding",
    "contentMediaType",
    "items",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "required",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "$ref",
    "$defs",
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "definitions",
    "secret",
];

impl Declared {
    /// Reads the parameters of a design file, `root` being its node.
    pub fn read(design: &Object, root: NodeRef<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut declared = Self::default();
        let mut section: Path = vec!["parameters".into()];
        let mut written = design.get("parameters");
        // Where a design was written for Meshery, which has no parameters, they are kept there.
        let kept = design.get("metadata").and_then(|metadata| metadata.get("parameters"));
        if let (None, Some(kept)) = (written, kept.filter(|kept| are_schemas(kept))) {
            section.insert(0, "metadata".into());
            written = Some(kept);
        }
        match written {
            None | Some(Value::Null) => {}
            Some(Value::Object(parameters)) => {
                for (name, schema) in parameters.iter() {
                    let path = [section.as_slice(), &[name.clone().into()]].concat();
                    declared.parameters.extend(parameter(name, schema, &path, root, problems));
                }
            }
            Some(_) => {
                let reason = "`parameters` is a mapping from names to JSON Schemas".to_owned();
                problems.push(Problem::Undeclarable { reason, span: place(root, &section) });
            }
        }
        declared
    }
}

/// Whether a value is a mapping of what looks like schemas.
fn are_schemas(value: &Value) -> bool {
    let is_schema =
        |value: &Value| value.as_object().is_some_and(|one| KEYWORDS.iter().any(|key| one.contains_key(key)));
    value.as_object().is_some_and(|object| object.iter().all(|(_, value)| is_schema(value)))
}

fn parameter(
    name: &Text,
    schema: &Value,
    path: &[Segment],
    root: NodeRef<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Parameter> {
    let span = key(root, path);
    if !is_name(name) {
        let reason = format!("a parameter cannot be called `{name}`: letters, digits, `_` and `-` make a name");
        problems.push(Problem::Undeclarable { reason, span });
        return None;
    }
    let Some(object) = schema.as_object() else {
        let reason = format!("the parameter `{name}` is declared by {}, not by a JSON Schema", noun(schema));
        problems.push(Problem::Undeclarable { reason, span: place(root, path) });
        return None;
    };
    for keyword in object.keys().filter(|key| !KEYWORDS.contains(&key.as_str()) && !key.starts_with("x-")) {
        let nearest = nearest(keyword, KEYWORDS.iter().copied())
            .and_then(|near| KEYWORDS.iter().copied().find(|one| *one == near));
        let span = key(root, &[path, &[keyword.clone().into()]].concat());
        problems.push(Problem::UnknownKeyword { keyword: keyword.clone(), nearest, span });
    }
    let flag = |key: &str| object.get(key).and_then(Value::as_bool);
    let is_secret = flag("secret") == Some(true) || flag("writeOnly") == Some(true);
    // JSON Schema's own `required` is a list of properties; a truth value says whether the parameter itself is.
    let is_ours = |key: &str, value: &Value| {
        matches!(key, "secret" | "default") || (key == "required" && value.as_bool().is_some())
    };
    let schema: Object = object
        .iter()
        .filter(|(key, value)| !is_ours(key, value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let default = object.get("default").filter(|value| !value.is_null()).cloned();
    if default.is_some() && is_secret {
        let span = place(root, &[path, &["default".into()]].concat());
        problems.push(Problem::SecretWritten { name: name.clone(), span });
    }
    let written = match Written::compile(&Value::Object(schema.clone())) {
        Ok(written) => Some(written),
        Err((inside, reason)) => {
            let reason = format!("the schema of the parameter `{name}` is none: {reason}");
            problems.push(Problem::Undeclarable { reason, span: place(root, &[path, &inside].concat()) });
            None
        }
    };
    Some(Parameter {
        name: name.clone(),
        description: object.get_str("description").map(Text::from),
        schema,
        is_required: flag("required").unwrap_or(true) && default.is_none(),
        default,
        is_secret,
        span,
        path: path.to_vec(),
        written,
    })
}

/// The place of a value, or of the nearest one above it.
pub(crate) fn place(root: NodeRef<'_>, path: &[Segment]) -> Span {
    root.follow(path).2.span()
}

fn key(root: NodeRef<'_>, path: &[Segment]) -> Span {
    let (_, key, value) = root.follow(path);
    key.unwrap_or(value).span()
}

impl Parameter {
    /// What the schema says of a field inside the parameter; `None` where it says nothing of it by name.
    pub fn schema_at(&self, path: &[Text]) -> Option<&Object> {
        path.iter().try_fold(&self.schema, |schema, part| {
            let named = schema.get("properties").and_then(|properties| properties.get(part));
            let other = || if part.parse::<usize>().is_ok() { schema.get("items") } else { None };
            named.or_else(other).or_else(|| schema.get("additionalProperties"))?.as_object()
        })
    }

    /// A value that was given as text, read as what the schema wants there.
    pub(crate) fn typed(&self, path: &[Text], text: &str) -> Value {
        let types = self.schema_at(path).map(types).unwrap_or_default();
        if types.as_slice() == ["string"] {
            return text.into();
        }
        let read = read_value(text).unwrap_or_else(|| text.into());
        let fits = |wanted: &&str| match (*wanted, &read) {
            ("integer", Value::Number(Number::Int(_) | Number::Unsigned(_))) => true,
            ("integer", Value::Number(Number::Float(value))) => value.fract() == 0.0,
            (wanted, read) => wanted == read.type_name(),
        };
        if types.is_empty() || types.iter().any(fits) || !types.contains(&"string") { read } else { text.into() }
    }
}

/// The types that a schema allows, as far as it names them.
pub(crate) fn types(schema: &Object) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A YAML value; `None` for text that is none.
fn read_value(text: &str) -> Option<Value> {
    let parsed = parse(&SourceText::new(FileId(0), "", text), &design_syntax::Limits::default());
    let [document] = <[_; 1]>::try_from(parsed.documents).ok()?;
    let mut document = document;
    document.set_rules(Rules::Core);
    if !parsed.problems.is_empty() {
        return None;
    }
    Some(lower(document.root()?, &mut Vec::new()))
}
