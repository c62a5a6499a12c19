//! Kompose's own cases: compose projects with the manifests that it is expected to print.
//!
//! A folder holds inputs and expected outputs, and its tests, which are a shell script elsewhere, say which belong together
//! and with which options. So an expected output agrees if any input of its folder, or several merged, gives it under any
//! of the options that both know. What is compared is what the objects do, not how they are written: see [`facts`].

mod facts;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use design_pipeline::{ComposeOptions, MemoryWorld, Request, ServiceGroups, SourceKind, VolumeKind, compile};
use design_vocabulary::Value;

use crate::independent::{Reading, read};
use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

use facts::{Facts, faults, of_objects};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "kompose";

/// Judges the expected outputs in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let mut folders = Vec::new();
    find(&root, &mut folders).map_err(|error| format!("{NAME}: cannot be read: {error}"))?;
    folders.sort();
    let mut judged = Vec::new();
    for case in folders {
        let files = files(&case, "").map_err(|error| format!("{}: cannot be read: {error}", case.display()))?;
        let expected = files.keys().filter(|name| is_expected(name));
        for name in expected {
            let path = case.join(name);
            let path = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            let faults = judge::guarded(|| one(&files, name)).unwrap_or_else(|fault| vec![fault]);
            judged.push(judge::judged(path, faults.into_iter().map(|fault| (Rule::Objects, fault)).collect()));
        }
    }
    Ok(Some(judged))
}

/// Folders of cases. What lies in a folder `unused` is run by nobody: it was expected of versions long gone.
fn find(folder: &Path, folders: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != "unused" {
            folders.push(entry.path());
        }
    }
    Ok(())
}

/// The files of a folder by their paths in it.
fn files(folder: &Path, prefix: &str) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path(), &format!("{name}/"))?);
        } else {
            found.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(found)
}

fn is_yaml(name: &str) -> bool {
    let ending = Path::new(name).extension().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Manifests for Kubernetes; those for `OpenShift` are another target.
fn is_expected(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    is_yaml(name) && (file.contains("k8s") || file.starts_with("kubernetes"))
}

/// A compose file, which lies where the expected output lies or in a folder for such files.
fn is_input(name: &str, content: &[u8]) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_output = file.contains("output") || file.contains("openshift") || is_expected(name);
    let text = String::from_utf8_lossy(content);
    is_yaml(name) && !is_output && !file.ends_with(".json") && (text.contains("image:") || text.contains("services:"))
}

fn one(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Fault> {
    let text = files.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let expected = match read(&text, Reading::Kubernetes) {
        Ok(documents) => of_objects(&flattened(documents)),
        Err(error) => return vec![Fault::new("a file that can be read", error)],
    };
    let inputs: Vec<&String> =
        files.iter().filter(|(name, content)| is_input(name, content)).map(|(name, _)| name).collect();
    let mut best: Option<Vec<Fault>> = None;
    for paths in groups(&inputs) {
        for options in options(files) {
            let got = convert(files, &paths, options);
            let found = faults(&expected, &got);
            if found.is_empty() {
                return found;
            }
            if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                best = Some(found);
            }
        }
    }
    best.unwrap_or_else(|| vec![Fault::new("an input beside the expected output", "none")])
}

/// Every input by itself, all of them merged in the order of their names, and each merged over another.
fn groups(inputs: &[&String]) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = inputs.iter().map(|input| vec![(*input).clone()]).collect();
    if inputs.len() > 1 {
        groups.push(inputs.iter().map(|input| (*input).clone()).collect());
        for first in inputs {
            let others = inputs.iter().filter(|second| first != *second);
            groups.extend(others.map(|second| vec![(*first).clone(), (*second).clone()]));
        }
    }
    groups
}

/// The options that both programs have, one at a time. A file `envs` holds what the test sets in its shell.
fn options(files: &BTreeMap<String, Vec<u8>>) -> Vec<ComposeOptions> {
    let shell = files.get("envs").map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let pairs = shell.lines().filter_map(|line| line.split_once('='));
    let base = ComposeOptions {
        variables: pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect(),
        ..ComposeOptions::default()
    };
    let with = |change: fn(&mut ComposeOptions)| {
        let mut options = base.clone();
        change(&mut options);
        options
    };
    vec![
        base.clone(),
        with(|options| options.volumes = VolumeKind::EmptyDir),
        with(|options| options.volumes = VolumeKind::HostPath),
        with(|options| options.volumes = VolumeKind::ConfigMap),
        with(|options| options.volumes = VolumeKind::PersistentVolumeClaim),
        with(|options| options.interpolate = false),
        with(|options| options.network_policies = true),
        with(|options| options.service_groups = ServiceGroups::Volume),
        with(|options| options.profiles = vec!["*".to_owned()]),
    ]
}

fn convert(files: &BTreeMap<String, Vec<u8>>, paths: &[String], options: ComposeOptions) -> Facts {
    let world = MemoryWorld::new(files.iter().map(|(name, content)| (name.as_str(), content.clone())));
    let request = Request {
        source: Some(SourceKind::Compose),
        compose: options,
        ..Request::new(paths.iter().map(String::as_str))
    };
    let compilation = compile(&world, &request);
    let components = compilation.designs.iter().flat_map(|compiled| &compiled.design.components);
    let objects: Vec<Value> = components
        .map(|component| {
            let mut object = component.configuration.clone();
            object.insert("kind", Value::String(component.kind.clone()));
            Value::from(object)
        })
        .collect();
    of_objects(&objects)
}

/// Objects, those of lists among them.
fn flattened(documents: Vec<Value>) -> Vec<Value> {
    documents
        .into_iter()
        .flat_map(|document| match document.get("items").and_then(Value::as_array) {
            Some(items) => items.to_vec(),
            None => vec![document],
        })
        .filter(|object| object.get("kind").is_some())
        .collect()
}
