//! The relationships of a design: `POST /api/meshmodels/relationships/evaluate`.

use std::collections::BTreeSet;

use design_evaluate::{Limits, json as evaluation_json};
use design_pipeline::{MemoryWorld, Request, SourceKind, compile};
use design_source::{Version, convert};
use design_vocabulary::{RelationshipDefinition, Severity};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Refusal;

/// What is to be evaluated.
#[derive(Deserialize)]
struct Asked {
    design: Value,
    #[serde(default)]
    options: Options,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[serde(default)]
    return_diff_only: bool,
}

/// Evaluates a design by definitions, and says what that changes. There is no time in the answer: the same design has the same one.
pub fn evaluate(body: &[u8], definitions: &[RelationshipDefinition]) -> Result<Value, Refusal> {
    let asked: Asked = serde_json::from_slice(body)
        .map_err(|error| Refusal::new(400, format!("this is no request for an evaluation: {error}")))?;
    let text = asked.design.to_string();
    let world = MemoryWorld::new([("design.json".to_owned(), text.into_bytes())]);
    let source = Some(SourceKind::Design);
    let compilation =
        compile(&world, &Request { source, settle: false, renders: false, ..Request::new(["design.json"]) });
    let errors = compilation.report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).take(5).collect();
    let compiled = compilation.designs.first().filter(|_| errors.is_empty());
    let compiled = compiled.ok_or_else(|| Refusal::new(422, format!("this is no design: {}", errors.join("; "))))?;
    let evaluated = compiled.evaluate(definitions, &Limits::default());
    let whole = compiled.evaluated_file(&evaluated.evaluation);
    let whole =
        whole.ok_or_else(|| Refusal::new(422, "the design has parts that are no components and would be lost"))?;
    let is_old = whole.get_str("schemaVersion").is_some_and(|version| version.ends_with("/v1beta1"));
    let written = convert(&whole, if is_old { Version::V1Beta1 } else { Version::V1Beta3 }).design;
    let unwritten = |error: serde_json::Error| Refusal::new(500, format!("the design cannot be written: {error}"));
    let mut design = serde_json::to_value(&written).map_err(unwritten)?;
    let one = (compiled.design.name.as_str(), &evaluated.evaluation, &evaluated.names);
    let said = evaluation_json(&[one], definitions, false).map_err(unwritten)?;
    let said: Value = serde_json::from_str(&said).map_err(unwritten)?;
    let actions: Vec<Value> =
        said["designs"][0]["actions"].as_array().into_iter().flatten().map(|action| told(action, &design)).collect();
    let trace = trace(&actions);
    if asked.options.return_diff_only {
        keep_changed(&mut design, &actions);
    }
    let hash: String = Sha256::digest(design.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({
        "schemaVersion": "relationships.meshery.io/v1beta1", "design": design, "evaluationHash": hash, "actions": actions,
        "trace": trace,
    }))
}

/// An action as Meshery's server has it: what is added is there as a whole.
fn told(action: &Value, design: &Value) -> Value {
    let (op, value) = (action["op"].as_str().unwrap_or_default(), &action["value"]);
    let list = if op.ends_with("relationship") { "relationships" } else { "components" };
    let value = if op.starts_with("add_") {
        let added = design[list].as_array().into_iter().flatten().find(|one| one["id"] == value["id"]);
        json!({ "item": added.unwrap_or(value) })
    } else {
        let mut value = value.clone();
        if let Value::Object(fields) = &mut value {
            fields.remove("name");
            fields.remove("old");
        }
        value
    };
    json!({ "op": op, "value": value })
}

/// The id of what an action is about.
fn subject(action: &Value) -> &Value {
    let value = &action["value"];
    if value["item"].is_object() { &value["item"]["id"] } else { &value["id"] }
}

/// What was added, removed and updated, by the operations of the actions.
fn trace(actions: &[Value]) -> Value {
    let of = |begin: &str, end: &str| -> Vec<&Value> {
        let is_meant = |action: &&Value| {
            let op = action["op"].as_str().unwrap_or_default();
            op.starts_with(begin) && op.contains(end)
        };
        actions.iter().filter(is_meant).map(|action| &action["value"]).collect()
    };
    json!({
        "componentsAdded": of("add_", "component"), "componentsRemoved": of("delete_", "component"),
        "componentsUpdated": of("update_", "component"), "relationshipsAdded": of("add_", "relationship"),
        "relationshipsRemoved": of("delete_", "relationship"), "relationshipsUpdated": of("update_", "relationship"),
    })
}

/// Leaves of a design what an action is about.
fn keep_changed(design: &mut Value, actions: &[Value]) {
    let changed: BTreeSet<&str> = actions.iter().filter_map(|action| subject(action).as_str()).collect();
    for list in ["components", "relationships"] {
        if let Some(all) = design[list].as_array_mut() {
            all.retain(|one| one["id"].as_str().is_some_and(|id| changed.contains(id)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Registered;

    #[test]
    fn what_is_no_design_is_refused() {
        let registered = Registered::default();
        for (body, status) in [("{", 400), ("{}", 400), (r#"{"design": 3}"#, 422)] {
            assert_eq!(evaluate(body.as_bytes(), registered.definitions()).unwrap_err().status, status, "{body}");
        }
    }
}
