//! Applications of the Open Application Model: every component becomes an object, or a finding says that its type has no
//! built-in definition.

use std::fs;
use std::path::{Path, PathBuf};

use design_pipeline::{Compilation, MemoryWorld, Request, compile};
use design_vocabulary::Value;

use crate::independent::{Reading, read};
use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "oam";

/// Judges the files in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let failed = |error: std::io::Error| format!("{NAME}: cannot be read: {error}");
    let mut files = Vec::new();
    collect(&root, &mut files).map_err(failed)?;
    files.sort();
    let mut judged = Vec::new();
    for file in files {
        let bytes = fs::read(&file).map_err(failed)?;
        let path = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        let faults = judge::guarded(|| faults(&bytes)).unwrap_or_else(|fault| vec![(Rule::Import, fault)]);
        judged.push(judge::judged(path, faults));
    }
    Ok(Some(judged))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

fn faults(bytes: &[u8]) -> Vec<(Rule, Fault)> {
    let world = MemoryWorld::new([("app.yaml".to_owned(), bytes.to_vec())]);
    let compilation = compile(&world, &Request::new(["app.yaml"]));
    let documents = read(&String::from_utf8_lossy(bytes), Reading::Kubernetes).unwrap_or_default();
    let mut faults = Vec::new();
    for name in documents.iter().flat_map(components) {
        if !is_accounted_for(&compilation, name) {
            faults.push((Rule::Import, Fault::new(format!("an object or a finding for {name}"), "neither")));
        }
    }
    faults
}

/// The names of the components of an application.
fn components(document: &Value) -> impl Iterator<Item = &str> {
    let is_application = document.get("kind").and_then(Value::as_str) == Some("Application")
        && document
            .get("apiVersion")
            .and_then(Value::as_str)
            .is_some_and(|version| version.starts_with("core.oam.dev/"));
    let listed = document.get("spec").and_then(|spec| spec.get("components")).filter(|_| is_application);
    let listed = listed.and_then(Value::as_array).unwrap_or_default();
    listed.iter().filter_map(|component| component.get("name").and_then(Value::as_str))
}

fn is_accounted_for(compilation: &Compilation, name: &str) -> bool {
    let components = compilation.designs.iter().flat_map(|compiled| &compiled.design.components);
    let quoted = format!("`{name}`");
    components.into_iter().any(|component| component.display_name == name)
        || compilation.report.findings.iter().any(|finding| finding.message.contains(&quoted))
}
