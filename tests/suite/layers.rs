//! The house: layers, one heavy dependency a crate, short files, names that say something.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use design_tests::{files_below, repository};
use serde_json::Value;

/// The layers from the bottom, by top-level folder. A crate may depend on crates of lower layers, and of its own.
const LAYERS: &[&str] = &["schemas", "models", "compiler", "catalog", "actions", "cli", "tests"];

/// Dependencies that cost much or that one place should decide about, and the one crate that may name each. Crates of the
/// tests are no part of the product; what they name as well is listed with them.
const HEAVY: &[(&str, &[&str])] = &[
    ("annotate-snippets", &["design-report"]),
    ("quick-xml", &["design-report"]),
    ("cel", &["design-cel"]),
    ("clap", &["design-cli", "design-demo"]),
    ("flate2", &["design-registry", "design-definitions", "design-site"]),
    ("gotmpl", &["design-helm"]),
    ("granit-parser", &["design-syntax", "design-peers"]),
    ("ignore", &["design-pipeline"]),
    ("jiter", &["design-syntax"]),
    ("rayon", &["design-pipeline", "design-policy", "design-cli", "design-conformance", "design-index"]),
    ("jsonschema", &["design-schema", "design-tests"]),
    ("petgraph", &["design-graph"]),
    ("postcard", &["design-definitions"]),
    ("regorus", &["design-policy"]),
    ("tar", &["design-definitions", "design-site"]),
    ("lsp-server", &["design-cli"]),
    ("lsp-types", &["design-cli"]),
    ("similar", &["design-cli", "design-index"]),
    ("kube", &["design-apply", "design-peers"]),
    ("k8s-openapi", &["design-apply", "design-peers"]),
    ("tokio", &["design-apply", "design-perf", "design-cluster", "design-demo", "design-peers", "design-server"]),
    ("git2", &["design-store"]),
    ("libz-sys", &["design-store"]),
    ("axum", &["design-server"]),
    ("octocrab", &[]),
    ("hdrhistogram", &["design-perf"]),
    ("httparse", &["design-perf"]),
    ("tera", &["design-chart", "design-site"]),
    ("tantivy", &["design-index"]),
    ("pulldown-cmark", &["design-index"]),
    ("ammonia", &["design-index"]),
];

struct Crate {
    name: String,
    folder: PathBuf,
    /// Name, whether it is needed only by tests.
    dependencies: Vec<(String, bool)>,
}

fn crates() -> Vec<Crate> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| Crate {
            name: package["name"].as_str().unwrap().to_owned(),
            folder: Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned(),
            dependencies: package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .map(|dependency| (dependency["name"].as_str().unwrap().to_owned(), dependency["kind"] == "dev"))
                .collect(),
        })
        .collect()
}

fn layer(folder: &Path) -> usize {
    let relative = folder.strip_prefix(repository().canonicalize().unwrap()).unwrap();
    let top = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    LAYERS.iter().position(|layer| *layer == top).unwrap_or_else(|| panic!("`{top}` is no layer"))
}

#[test]
fn a_crate_depends_on_lower_layers_and_without_cycles_on_its_own() {
    let crates = crates();
    let by_name: BTreeMap<&str, &Crate> = crates.iter().map(|member| (member.name.as_str(), member)).collect();
    for member in &crates {
        let leaf = member.folder.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(member.name, format!("design-{leaf}"), "a crate is called after its folder");
        for (name, _) in &member.dependencies {
            let Some(dependency) = by_name.get(name.as_str()) else {
                continue;
            };
            assert!(layer(&dependency.folder) <= layer(&member.folder), "{} may not depend on {name}", member.name);
        }
        assert!(!reaches(&by_name, member, &member.name, &mut BTreeSet::new()), "{} depends on itself", member.name);
    }
}

fn reaches<'a>(
    by_name: &BTreeMap<&str, &'a Crate>,
    from: &'a Crate,
    target: &str,
    seen: &mut BTreeSet<&'a str>,
) -> bool {
    from.dependencies.iter().filter_map(|(name, _)| by_name.get_key_value(name.as_str())).any(|(_, dependency)| {
        dependency.name == target || (seen.insert(&dependency.name) && reaches(by_name, dependency, target, seen))
    })
}

#[test]
fn a_heavy_dependency_is_named_by_one_crate() {
    for member in crates() {
        for (name, is_dev) in &member.dependencies {
            if let Some((_, allowed)) = HEAVY.iter().find(|(heavy, _)| heavy == name) {
                assert!(*is_dev || allowed.contains(&member.name.as_str()), "{} names {name}", member.name);
            }
        }
    }
}

#[test]
fn no_crate_is_empty_and_small_ones_have_several_users() {
    let crates = crates();
    for member in &crates {
        let lines: usize = rust_files(&member.folder.join("src")).iter().map(|file| line_count(file)).sum();
        let users =
            crates.iter().filter(|other| other.dependencies.iter().any(|(name, _)| *name == member.name)).count();
        let is_program = member.folder.join("src/main.rs").exists() || member.name == "design-tests";
        assert!(
            lines >= 300 || users != 1 || is_program,
            "{} has {lines} lines and one user: fold it into that",
            member.name
        );
    }
}

#[test]
fn files_are_short_and_their_names_say_something() {
    for file in rust_files(&repository()) {
        let lines = line_count(&file);
        assert!(lines <= 500, "{} has {lines} lines; the house stops at 500", file.display());
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let says_nothing =
            ["util", "utils", "helper", "helpers", "common", "misc", "manager", "mod"].contains(&stem.as_str());
        assert!(!says_nothing, "{} has a name that says nothing", file.display());
    }
}

#[test]
fn nothing_is_allowed_silently_and_no_test_is_ignored() {
    for file in rust_files(&repository()) {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let is_attribute = line.starts_with("#[") || line.starts_with("#![");
            let faulty = is_attribute && (line.contains("allow(") || line.contains("[ignore"));
            assert!(
                !faulty,
                "{}:{}: say `expect(…, reason = …)`, and let a test say why it is skipped",
                file.display(),
                number + 1
            );
        }
    }
}

/// Hand-written source files, build output and fixtures left out.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let is_ours = |name: &str| !name.starts_with('.') && name != "target" && name != "fixtures";
    files_below(folder, &["rs"], is_ours)
}

fn line_count(file: &Path) -> usize {
    std::fs::read_to_string(file).unwrap().lines().count()
}
