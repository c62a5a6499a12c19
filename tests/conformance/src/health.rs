//! Argo CD's own cases of health: a live object, and how it does.
//!
//! What is compared is the state. The message is a sentence of their rule, and of ours another one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use design_apply::readiness;
use serde_json::Value;

use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "health";

/// The file in which a kind's cases are listed.
const LIST: &str = "health_test.yaml";

/// Judges the cases in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let mut lists = Vec::new();
    collect(&root, &mut lists).map_err(|error| format!("{NAME}: cannot be read: {error}"))?;
    lists.sort();
    let mut judged = Vec::new();
    // One object may be listed twice; every listing is a case.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for list in lists {
        let below = list.parent().unwrap_or(&root);
        for test in tests(&list)? {
            let file = below.join(input(&test));
            let path = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            let count = seen.entry(path.clone()).or_default();
            *count += 1;
            let case = if *count > 1 { format!("{path}#{count}") } else { path };
            let fault = judge::guarded(|| fault(&file, &test)).unwrap_or_else(Some);
            judged.push(judge::judged(case, fault.map(|fault| (Rule::Health, fault)).into_iter().collect()));
        }
    }
    Ok(Some(judged))
}

fn collect(folder: &Path, lists: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), lists)?;
        } else if entry.file_name() == LIST {
            lists.push(entry.path());
        }
    }
    Ok(())
}

fn tests(list: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read_to_string(list).map_err(|error| format!("{}: {error}", list.display()))?;
    let file: Value = read(&text).map_err(|error| format!("{}: {error}", list.display()))?;
    Ok(file.get("tests").and_then(Value::as_array).cloned().unwrap_or_default())
}

/// The file of a case. Their reader takes a key in any case, and some lists rely on that.
fn input(test: &Value) -> &str {
    let keys = test.as_object().into_iter().flatten();
    let input = keys.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("inputPath"));
    input.and_then(|(_, path)| path.as_str()).unwrap_or_default()
}

fn fault(file: &Path, test: &Value) -> Option<Fault> {
    let expected = test.pointer("/healthStatus/status").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let object = fs::read_to_string(file).map_err(|error| error.to_string()).and_then(|text| read(&text));
    let mut object = match object {
        Ok(object) => object,
        Err(error) => return Some(Fault::new("an object", error)),
    };
    // Argo CD does not ask its rules of an object that is being deleted: it says that it is progressing, as we do. So a
    // case that has the mark and expects something else is about the rule without it.
    let metadata = object.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata.filter(|_| expected != "progressing") {
        metadata.remove("deletionTimestamp");
    }
    let found = readiness(&object);
    (found.state.name() != expected).then(|| Fault::new(expected, format!("{}: {}", found.state, found.reason)))
}

fn read(text: &str) -> Result<Value, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}
