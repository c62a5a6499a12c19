//! Compose projects that people use: each becomes objects without an error, but for files that the folder does not hold,
//! and what is written back is a compose file that `docker compose` takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use design_pipeline::{Compilation, MemoryWorld, References, Request, Target, compile, compose_file};
use design_registry::definitions::KubernetesVersion;
use design_vocabulary::Severity;

use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "awesome-compose";

/// Judges the projects in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let failed = |error: std::io::Error| format!("{NAME}: cannot be read: {error}");
    let mut projects: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&root).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            projects.push(path);
        }
    }
    projects.sort();
    let composer = composer();
    let mut judged = Vec::new();
    for project in projects {
        let mut files = Vec::new();
        collect(&project, "", &mut files).map_err(failed)?;
        let Some((name, _)) = files.iter().find(|(name, _)| name.ends_with(".yaml") || name.ends_with(".yml")) else {
            continue;
        };
        let path = project.join(name);
        let path = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        let faults =
            judge::guarded(|| faults(files, composer.as_deref())).unwrap_or_else(|fault| vec![(Rule::Import, fault)]);
        judged.push(judge::judged(path, faults));
    }
    Ok(Some(judged))
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push((name, fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(())
}

fn faults(files: Vec<(String, Vec<u8>)>, composer: Option<&Path>) -> Vec<(Rule, Fault)> {
    let world = MemoryWorld::new(files);
    let releases: Vec<KubernetesVersion> = "1.36".parse().into_iter().collect();
    let request = Request {
        relationships: true,
        references: References::Judged,
        releases,
        target: Target::Compose,
        ..Request::new(["."])
    };
    let compilation = compile(&world, &request);
    let mut faults = Vec::new();
    if compilation.designs.iter().all(|compiled| compiled.design.components.is_empty()) {
        faults.push((Rule::Import, Fault::new("objects", "none")));
    }
    // A file that the folder does not hold is named by its finding.
    let absent = design_check::find_rule("absent-file").map(|rule| rule.code);
    let errors = compilation.report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    for error in errors.filter(|error| Some(error.code) != absent) {
        faults.push((Rule::Import, Fault::new("no error", format!("{}: {}", error.code, error.message))));
    }
    if let Some(composer) = composer {
        faults.extend(refused(&compilation, composer).map(|fault| (Rule::Compose, fault)));
    }
    faults
}

/// What `docker compose` has against what is written back.
fn refused(compilation: &Compilation, composer: &Path) -> Option<Fault> {
    let project = compilation.designs.first()?.compose.as_ref()?;
    let folder = tempfile::tempdir().ok()?;
    let file = folder.path().join("compose.yaml");
    fs::write(&file, compose_file(project)).ok()?;
    let output =
        Command::new(composer).arg("-f").arg(&file).args(["config", "-q"]).stdin(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then(|| Fault::new("a file that docker compose takes", said))
}

/// Docker compose: from the folder of tools that `design-peers install` fills, or from `PATH`.
fn composer() -> Option<PathBuf> {
    let tools = std::env::var_os("DESIGN_TOOLS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = tools.into_iter().chain(std::env::split_paths(&path));
    folders.find_map(|folder| Some(folder.join("docker-compose")).filter(|program| program.is_file()))
}
