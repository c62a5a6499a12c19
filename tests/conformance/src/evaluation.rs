//! Meshery's fixtures of evaluation: designs with the relationships that were saved in them, and what its unit tests
//! assert, restated as data.
//!
//! Relationships are compared by what they are and whom they join, never by their ids; aliases by the part that they stand
//! for. A saved relationship has to be found again; one more than was saved is no fault.

mod fixture;
mod unit;

use std::fs;
use std::path::Path;

use design_vocabulary::{Object, RelationshipDefinition, Value};

use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "meshery-fixtures";

/// Judges the fixtures in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let mut judged = Vec::new();
    let definitions = root.join("e2e/definitions.json");
    if definitions.is_file() {
        let definitions: Vec<RelationshipDefinition> = elements(&read(&definitions)?).map(definition).collect();
        let expectations = read(&root.join("e2e/expectations.json"))?;
        for expectation in elements(&expectations) {
            let name = expectation.get_str("fixture").unwrap_or_default();
            let path = root.join("e2e").join(name);
            let text = fs::read_to_string(&path).map_err(|error| format!("{name}: cannot be read: {error}"))?;
            let judge = || fixture::judge(&text, expectation, &definitions);
            judged.push(case(format!("{NAME}/e2e/{name}"), judge));
        }
    }
    let units = root.join("unit-cases.json");
    if units.is_file() {
        let units = read(&units)?;
        for unit in units.get("cases").into_iter().flat_map(elements) {
            let name = unit.get_str("name").unwrap_or_default();
            judged.push(case(format!("{NAME}/unit-cases.json#{name}"), || unit::judge(unit)));
        }
        for (name, table) in units.get("tables").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
            let rows = table.get("rows").and_then(Value::as_array).unwrap_or_default();
            for (number, row) in rows.iter().enumerate() {
                let row = row.as_array().unwrap_or_default();
                judged.push(case(format!("{NAME}/unit-cases.json#{name}/{number}"), || unit::judge_row(name, row)));
            }
        }
    }
    Ok(Some(judged))
}

fn case(path: String, work: impl FnOnce() -> Vec<(Rule, Fault)>) -> Judged {
    let faults = judge::guarded(work).unwrap_or_else(|fault| vec![(Rule::Read, fault)]);
    judge::judged(path, faults)
}

fn read(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
    serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The mappings in a list.
fn elements(value: &Value) -> impl Iterator<Item = &Object> {
    value.as_array().unwrap_or_default().iter().filter_map(Value::as_object)
}

fn definition(object: &Object) -> RelationshipDefinition {
    RelationshipDefinition::read(object, &mut Vec::new())
}
