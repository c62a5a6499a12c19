//! kubeconform beside ours: the same verdict for each file of manifests, by the same schemas.
//!
//! The schemas are those of our own model, written as the files that kubeconform reads: unknown fields refused, null allowed
//! where a field may be missing. What is compared is whether a file is refused, by any of its objects.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use design_pipeline::{MemoryWorld, Request, SourceKind, compile};
use design_registry::definitions::{Definitions, KubernetesVersion, Schema};
use design_vocabulary::{Code, Severity};
use serde_json::{Map, Value, json};

use crate::case::Case;
use crate::judge::{self, Judged};
use crate::peer;
use crate::rules::{Fault, Rule};
use crate::suite::{self, Suite};

/// The name of the row.
pub(crate) const NAME: &str = "kubeconform";

/// Judges the manifests in a folder. `None` where it holds none or kubeconform is not installed; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let (Some(program), Some(cases)) = (peer::program(NAME), suite::cases(folder, Suite::Manifests)?) else {
        return Ok(None);
    };
    let newest = Definitions::builtin().releases().last().ok_or("the model holds no release")?.version;
    let schemas = tempfile::tempdir().map_err(|error| format!("{NAME}: no folder for schemas: {error}"))?;
    write_schemas(newest, schemas.path()).map_err(|error| format!("{NAME}: cannot write schemas: {error}"))?;
    let theirs = theirs(&program, folder, schemas.path())?;
    let judged = cases.iter().map(|case| {
        let theirs = theirs.get(&case.path).map(Vec::as_slice).unwrap_or_default();
        let ours = judge::guarded(|| ours(case, newest)).unwrap_or_else(|fault| vec![fault.got]);
        let fault = match (ours.first(), theirs.first()) {
            (Some(ours), None) => Some(Fault::new("no error, as kubeconform", ours)),
            (None, Some(theirs)) => Some(Fault::new(format!("an error, as kubeconform: {theirs}"), "none")),
            _ => None,
        };
        judge::judged(format!("{NAME}/{}", case.path), fault.into_iter().map(|fault| (Rule::Verdict, fault)).collect())
    });
    Ok(Some(judged.collect()))
}

/// Whether kubeconform judges the same: not names, identities, references, and what a build leaves out.
fn is_shared(code: Code) -> bool {
    ["D01", "D0203", "D0204", "D0205", "D0211", "D0306", "D06"].iter().any(|begin| code.0.starts_with(begin))
}

/// What we say of a file: the errors that kubeconform could find as well.
fn ours(case: &Case, release: KubernetesVersion) -> Vec<String> {
    let world = MemoryWorld::new([(case.path.as_str(), case.bytes.clone())]);
    // To kubeconform every file is one of manifests.
    let source = Some(SourceKind::Manifests);
    let request = Request { releases: vec![release], source, ..Request::new([case.path.as_str()]) };
    let findings = compile(&world, &request).report.findings;
    // A kind without a schema is an error for kubeconform.
    let is_error = |severity: Severity, code: Code| severity == Severity::Error || code.0 == "D0610";
    let shared =
        findings.into_iter().filter(|finding| is_shared(finding.code) && is_error(finding.severity, finding.code));
    shared.map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

/// What kubeconform says of the files: its errors, by the path of the file below the folder of the suites.
fn theirs(program: &Path, folder: &Path, schemas: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let location = format!("{}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json", schemas.display());
    let output = Command::new(program)
        .args(["-strict", "-output", "json", "-n", "2", "-schema-location", &location])
        .arg(Suite::Manifests.name())
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{NAME}: cannot be run: {error}"))?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{NAME}: {error}: {}", String::from_utf8_lossy(&output.stderr)))?;
    let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in report.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
        if matches!(text("status"), "statusInvalid" | "statusError") {
            let path = text("filename").trim_start_matches("./").to_owned();
            errors.entry(path).or_default().push(format!("{} {}: {}", text("kind"), text("name"), text("msg")));
        }
    }
    Ok(errors)
}

/// Writes the schemas of a release, a file each kind and version, named as kubeconform names them.
fn write_schemas(release: KubernetesVersion, folder: &Path) -> std::io::Result<()> {
    let definitions = Definitions::builtin();
    for definition in definitions.served_by(release) {
        let Some(schema) = definitions.schema(release, &definition.api_version(), &definition.kind) else { continue };
        let group = definition.group.split('.').next().filter(|group| !group.is_empty());
        let suffix: Vec<&str> = group.into_iter().chain([definition.version.as_str()]).collect();
        let name = format!("{}-{}.json", definition.kind.to_lowercase(), suffix.join("-").to_lowercase());
        fs::write(folder.join(name), as_file(schema).to_string())?;
    }
    Ok(())
}

/// A schema as a file of its own: draft 7, everything that it refers to under `definitions`.
fn as_file(schema: &Schema) -> Value {
    let definitions = schema.value().get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    let definitions: Map<String, Value> =
        definitions.iter().map(|(name, definition)| (name.clone(), strict(definition))).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [{"$ref": format!("#/definitions/{}", schema.name())}],
        "definitions": definitions,
    })
}

/// A part of a schema that refuses unknown fields and takes null for fields that may be missing.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut strict: Map<String, Value> = Map::new();
            for (keyword, value) in fields {
                match (keyword.as_str(), value) {
                    ("$ref", Value::String(target)) => {
                        strict.insert("$ref".to_owned(), json!(target.replace("#/$defs/", "#/definitions/")));
                    }
                    // Widths and the like: what is no format of JSON Schema.
                    ("format" | "default", _) => {}
                    ("properties", Value::Object(properties)) => {
                        strict.insert("properties".to_owned(), properties_of(properties, fields.get("required")));
                        strict.entry("additionalProperties").or_insert(json!(false));
                    }
                    _ => {
                        strict.insert(keyword.clone(), self::strict(value));
                    }
                }
            }
            Value::Object(strict)
        }
        Value::Array(elements) => elements.iter().map(strict).collect(),
        other => other.clone(),
    }
}

fn properties_of(properties: &Map<String, Value>, required: Option<&Value>) -> Value {
    let is_required = |name: &str| {
        let names = required.and_then(Value::as_array).into_iter().flatten();
        names.filter_map(Value::as_str).any(|required| required == name)
    };
    let property = |(name, schema): (&String, &Value)| {
        let schema = strict(schema);
        let schema = if is_required(name) { schema } else { json!({"anyOf": [schema, {"type": "null"}]}) };
        (name.clone(), schema)
    };
    properties.iter().map(property).collect()
}
