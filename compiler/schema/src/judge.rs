//! One kind's schema, compiled.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use design_registry::definitions::{Definitions, Schema};
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value};

use crate::format::FORMATS;
use crate::lists::{self, Distinct};
use crate::translated::{self, Dialect};

/// How large a regular expression of a schema may become, in bytes: schemas come from strangers.
const LARGEST_PATTERN: usize = 1 << 20;

/// A schema with the validator that was made of it.
#[derive(Debug)]
pub(crate) struct Judge {
    /// The schema as the validator takes it, to look up what an error is about.
    pub schema: Schema,
    /// The validator; `None` where the schema is none.
    pub validator: Option<Validator>,
    /// Whether the kind is a custom resource.
    pub is_custom: bool,
    /// What is wrong with the schema, in words.
    pub problems: Vec<String>,
}

impl Judge {
    /// The judge of a kind of Kubernetes itself.
    fn builtin(schema: &Schema) -> Self {
        let translated = translated::of(schema.value(), Dialect::Plain);
        Self::new(schema.identity(), schema.name(), translated, false)
    }

    /// The judge of a kind of Kubernetes itself, which is made once: its schema never changes.
    pub fn shared(schema: &Schema) -> Arc<Self> {
        static MADE: Mutex<BTreeMap<usize, Arc<Judge>>> = Mutex::new(BTreeMap::new());
        // A judge is put in whole, so a thread that panicked elsewhere left none half made.
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(made.entry(schema.identity()).or_insert_with(|| Arc::new(Self::builtin(schema))))
    }

    /// The judge of a custom resource.
    pub fn custom(identity: usize, kind: &str, schema: &Value, dialect: Dialect) -> Self {
        let metadata = metadata();
        let metadata = metadata.as_ref().map(|definitions| (OBJECT_META, definitions));
        Self::new(identity, kind, translated::of_object(schema, dialect, metadata), true)
    }

    fn new(identity: usize, name: &str, mut translated: Value, is_custom: bool) -> Self {
        let mut problems = Vec::new();
        let validator = match compile(&translated) {
            Ok(validator) => Some(validator),
            Err(first) => {
                // A pattern that cannot be read must not keep everything else from being judged.
                drop_patterns(&mut translated, &mut problems);
                let second = if problems.is_empty() { Err(first) } else { compile(&translated) };
                second.map_err(|reason| problems.push(format!("it is no JSON Schema: {reason}"))).ok()
            }
        };
        Self { schema: Schema::of_value(identity, name, translated), validator, is_custom, problems }
    }
}

fn compile(schema: &Value) -> Result<Validator, String> {
    let mut options = jsonschema::options()
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex().size_limit(LARGEST_PATTERN))
        .with_keyword(lists::KEYWORD, |_, value, _| Ok(Box::new(Distinct::of(value))));
    for (name, check) in FORMATS {
        options = options.with_format(*name, *check);
    }
    options.offline().build(schema).map_err(|error| error.to_string())
}

/// Takes out the patterns that no expression of ours can be made of.
fn drop_patterns(schema: &mut Value, problems: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            let pattern = fields.get("pattern").and_then(Value::as_str).map(str::to_owned);
            if let Some(pattern) = pattern
                && compile(&serde_json::json!({"pattern": pattern})).is_err()
            {
                fields.remove("pattern");
                problems.push(format!("the pattern `{pattern}` cannot be read, and is not looked at"));
            }
            fields.values_mut().for_each(|value| drop_patterns(value, problems));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| drop_patterns(element, problems)),
        _ => {}
    }
}

/// The definition that says what `metadata` holds.
const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// The definitions of Kubernetes that `metadata` needs, those of the newest release.
fn metadata() -> Option<Map<String, Value>> {
    let definitions = Definitions::builtin();
    let newest = definitions.releases().last()?.version;
    let all = definitions.schema(newest, "v1", "ConfigMap")?.value().get("$defs")?.as_object()?;
    let own = all.iter().filter(|(name, _)| name.starts_with("io.k8s.apimachinery."));
    let own: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    own.contains_key(OBJECT_META).then_some(own)
}
