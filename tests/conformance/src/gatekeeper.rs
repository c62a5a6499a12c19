//! Gatekeeper's library: templates and constraints with samples, and what its suites say of each sample. A sample that no
//! suite mentions is judged by its name, which has `allowed` or `disallowed` in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use design_pipeline::{MemoryWorld, Request, compile};
use design_vocabulary::{Finding, Object, Value};

use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "gatekeeper";

/// A sample with what has to come of it.
struct Sample {
    /// Path of the object below the folder of the suites.
    path: String,
    /// Files of the template and the constraint.
    policies: Vec<PathBuf>,
    object: PathBuf,
    /// The other objects.
    inventory: Vec<PathBuf>,
    assertions: Vec<Assertion>,
}

/// How often something has to be said.
struct Assertion {
    /// What a message holds; empty: any.
    message: String,
    wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Some,
    Exactly(i64),
}

/// Judges the samples in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let mut suites = Vec::new();
    find(&root, &mut suites).map_err(|error| format!("{NAME}: cannot be read: {error}"))?;
    suites.sort();
    let mut judged = Vec::new();
    for suite in suites {
        for sample in samples(folder, &suite)? {
            let faults = judge::guarded(|| faults(&sample)).unwrap_or_else(|fault| vec![fault]);
            judged.push(judge::judged(sample.path, faults.into_iter().map(|fault| (Rule::Verdict, fault)).collect()));
        }
    }
    Ok(Some(judged))
}

fn find(folder: &Path, suites: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            find(&entry.path(), suites)?;
        } else if entry.file_name() == "suite.yaml" {
            suites.push(entry.path());
        }
    }
    Ok(())
}

/// The samples of a suite: those of its cases, then those beside its constraints that it does not mention.
fn samples(folder: &Path, suite: &Path) -> Result<Vec<Sample>, String> {
    let around = suite.parent().unwrap_or(folder);
    let text = fs::read_to_string(suite).map_err(|error| format!("{}: cannot be read: {error}", suite.display()))?;
    let suite: Value = serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", suite.display()))?;
    let path = |file: &Path| file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned();
    let file = |object: &Object, key: &str| around.join(object.get_str(key).unwrap_or_default());
    let mut samples = Vec::new();
    let mut mentioned: BTreeSet<PathBuf> = BTreeSet::new();
    let tests: Vec<&Object> = elements(suite.get("tests")).filter_map(Value::as_object).collect();
    for test in &tests {
        let policies = vec![file(test, "template"), file(test, "constraint")];
        mentioned.extend(policies.iter().cloned());
        for case in elements(test.get("cases")).filter_map(Value::as_object) {
            let object = file(case, "object");
            let inventory: Vec<PathBuf> =
                elements(case.get("inventory")).filter_map(Value::as_str).map(|name| around.join(name)).collect();
            mentioned.insert(object.clone());
            mentioned.extend(inventory.iter().cloned());
            let assertions = elements(case.get("assertions")).filter_map(Value::as_object).map(assertion).collect();
            samples.push(Sample { path: path(&object), policies: policies.clone(), object, inventory, assertions });
        }
    }
    for test in tests {
        let constraint = file(test, "constraint");
        let beside = constraint.parent().and_then(|folder| fs::read_dir(folder).ok());
        let mut files: Vec<PathBuf> = beside.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        files.sort();
        for object in files.into_iter().filter(|file| file.is_file() && !mentioned.contains(file)) {
            let name = object.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let wanted = match (name.contains("disallowed"), name.contains("allowed")) {
                _ if name.contains("inventory") => continue,
                (true, _) => Wanted::Some,
                (false, true) => Wanted::Exactly(0),
                (false, false) => continue,
            };
            let policies = vec![file(test, "template"), constraint.clone()];
            let assertions = vec![Assertion { message: String::new(), wanted }];
            samples.push(Sample { path: path(&object), policies, object, inventory: Vec::new(), assertions });
        }
    }
    Ok(samples)
}

fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).unwrap_or_default().iter()
}

fn assertion(assertion: &Object) -> Assertion {
    let wanted = match assertion.get("violations") {
        Some(Value::Number(design_vocabulary::Number::Int(count))) => Wanted::Exactly(*count),
        Some(Value::Bool(false)) => Wanted::Exactly(0),
        Some(Value::String(word)) if word == "no" => Wanted::Exactly(0),
        _ => Wanted::Some,
    };
    Assertion { message: assertion.get_str("message").unwrap_or_default().to_owned(), wanted }
}

fn faults(sample: &Sample) -> Vec<Fault> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |folder: &str, number: usize, file: &Path| {
        let name = format!("{folder}/{number}.yaml");
        fs::read(file).map(|bytes| files.push((name, bytes))).map_err(|error| format!("{}: {error}", file.display()))
    };
    let policies = sample.policies.iter().enumerate().map(|(number, file)| ("policies", number, file));
    let objects = std::iter::once(&sample.object).chain(&sample.inventory).enumerate();
    let mut all = policies.chain(objects.map(|(number, file)| ("objects", number, file)));
    if let Err(error) = all.try_for_each(|(folder, number, file)| add(folder, number, file)) {
        return vec![Fault::new("a file that can be read", error)];
    }
    let request = Request { policies: vec!["policies".to_owned()], ..Request::new(["objects"]) };
    let compilation = compile(&MemoryWorld::new(files), &request);
    let findings = &compilation.report.findings;
    let is_of = |finding: &Finding, codes: &[&str]| codes.contains(&finding.code.0);
    if let Some(fault) = findings.iter().find(|finding| is_of(finding, &["D0705", "D0706", "D0707", "D0708"])) {
        return vec![Fault::new("a policy that decides", fault.message.clone())];
    }
    let place = |finding: &Finding| compilation.sources.place(finding.primary).map(|(file, _)| file.to_owned());
    let said: Vec<&str> = findings
        .iter()
        .filter(|finding| is_of(finding, &["D0701", "D0702", "D0703"]))
        .filter(|finding| place(finding).as_deref() == Some("objects/0.yaml"))
        .map(|finding| finding.message.as_str())
        .collect();
    sample.assertions.iter().filter_map(|assertion| broken(assertion, &said)).collect()
}

fn broken(assertion: &Assertion, said: &[&str]) -> Option<Fault> {
    let count = said.iter().filter(|message| message.contains(&assertion.message)).count();
    let holds = match assertion.wanted {
        Wanted::Some => count > 0,
        Wanted::Exactly(wanted) => i64::try_from(count) == Ok(wanted),
    };
    let wanted = match assertion.wanted {
        Wanted::Some => "some violations".to_owned(),
        Wanted::Exactly(wanted) => format!("violations: {wanted}"),
    };
    let about = if assertion.message.is_empty() { String::new() } else { format!(" with `{}`", assertion.message) };
    (!holds).then(|| {
        Fault::new(
            format!("{wanted}{about}"),
            said.first().map_or("nothing".to_owned(), |first| format!("{count}, the first: {first}")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_counts_what_it_names() {
        let assertion = |message: &str, wanted| Assertion { message: message.to_owned(), wanted };
        for (assertion, holds) in [
            (assertion("", Wanted::Some), true),
            (assertion("", Wanted::Exactly(2)), true),
            (assertion("", Wanted::Exactly(0)), false),
            (assertion("container", Wanted::Exactly(1)), true),
            (assertion("absent", Wanted::Some), false),
            (assertion("absent", Wanted::Exactly(0)), true),
        ] {
            assert_eq!(broken(&assertion, &["container a", "pod b"]).is_none(), holds);
        }
    }
}
