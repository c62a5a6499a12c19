//! Our check of schemas alone, as a program: it reads files of objects, judges each by the schema of its kind, counts.
//!
//! `design-peers-schemas check FOLDER` is what the work `check` of `design-peers` runs beside kubeconform.
//! `design-peers-schemas write FOLDER` writes the same schemas as files for kubeconform.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what was counted is the output of this program")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use design_registry::definitions::{Definitions, KubernetesVersion};
use design_schema::Checker;
use design_source::read_manifests;
use design_syntax::SourceText;
use design_vocabulary::FileId;
use serde_json::{Map, Value};

/// The allocator of the product, so that what is measured here is what the product does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["check", folder] => check(Path::new(folder)),
        ["write", folder] => write(Path::new(folder)),
        _ => Err("usage: design-peers-schemas check|write FOLDER".to_owned()),
    };
    match result {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::from(2)
        }
    }
}

/// Judges the objects of a folder by the newest release, file by file: what a file took is given back before the next.
fn check(folder: &Path) -> Result<String, String> {
    let releases = [newest()?];
    let mut checker = Checker::new(&releases, &());
    let (mut objects, mut faults, mut unknown) = (0, 0, 0);
    for (file, id) in files(folder)?.into_iter().zip(0..) {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let source = SourceText::new(FileId(id), file.display().to_string(), text);
        let parsed = design_syntax::parse(&source, &design_syntax::Limits::default());
        if !parsed.problems.is_empty() {
            return Err(format!("{} has broken documents", file.display()));
        }
        let design = read_manifests("objects", parsed.documents).design;
        let found = checker.check(&design);
        objects += design.components.len();
        faults += found.faults.len();
        unknown += found.gaps.len();
    }
    Ok(format!("objects={objects} faults={faults} gaps={unknown}"))
}

/// Writes the schema of every kind that the newest release serves, under the name that kubeconform looks for.
fn write(folder: &Path) -> Result<String, String> {
    let release = newest()?;
    let definitions = Definitions::builtin();
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut written = 0;
    for definition in definitions.served_by(release) {
        let Some(schema) = definitions.schema(release, &definition.api_version(), &definition.kind) else { continue };
        let group = definition.group.split('.').next().filter(|group| !group.is_empty());
        let parts = std::iter::once(definition.kind.as_str()).chain(group).chain([definition.version.as_str()]);
        let name = parts.collect::<Vec<_>>().join("-").to_lowercase();
        let path = folder.join(format!("{name}.json"));
        let text = serde_json::to_string(&closed(schema.value())).map_err(|error| error.to_string())?;
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        written += 1;
    }
    Ok(format!("schemas={written}"))
}

fn newest() -> Result<KubernetesVersion, String> {
    let releases = Definitions::builtin().releases();
    releases.last().map(|release| release.version).ok_or_else(|| "the model holds no release".to_owned())
}

/// The files of objects, in order; a kustomization holds none.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(|error| error.to_string()));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    paths.retain(|path| {
        path.extension().is_some_and(|ending| ending == "yaml")
            && path.file_stem().is_some_and(|stem| stem != "kustomization")
    });
    paths.sort();
    Ok(paths)
}

/// A schema in which what lists its properties allows no others, as ours are read: kubeconform refuses an unknown field only
/// where its schema says so. The branches of `oneOf` stay as they are.
fn closed(schema: &Value) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let all = |schemas: &Map<String, Value>| {
        Value::Object(schemas.iter().map(|(name, schema)| (name.clone(), closed(schema))).collect())
    };
    let part = |keyword: &str, value: &Value| match (keyword, value) {
        ("properties" | "$defs", Value::Object(schemas)) => all(schemas),
        ("items" | "additionalProperties", schema) => closed(schema),
        ("allOf", Value::Array(schemas)) => schemas.iter().map(closed).collect(),
        _ => value.clone(),
    };
    let mut made: Map<String, Value> =
        fields.iter().map(|(keyword, value)| (keyword.clone(), part(keyword, value))).collect();
    let keeps = made.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true));
    if made.contains_key("properties") && !made.contains_key("additionalProperties") && !keeps {
        made.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(made)
}
