//! Kustomizations against kustomize: cases of its own tests with what it prints, and overlays that people publish, built
//! beside the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use design_pipeline::{MemoryWorld, Request, compile};

use crate::independent::{Reading, read};
use crate::judge::{self, Judged};
use crate::objects::{by_identity, objects, unequal};
use crate::rules::{Fault, Rule};

/// The folder of the cases: each has its files in `input`, the folder to build in `root`, and `expected.yaml`.
pub(crate) const CASES: &str = "kustomize";

/// The folder of the overlays.
pub(crate) const OVERLAYS: &str = "overlays";

/// The names of a kustomization's file.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The findings that say what is not done.
const LEFT_OUT: [&str; 3] = ["D0801", "D0806", "D0813"];

/// Judges the cases. `None` where the folder does not hold them; the error is one line.
pub(crate) fn cases(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let suite = folder.join(CASES);
    if !suite.is_dir() {
        return Ok(None);
    }
    let error = |error: std::io::Error| format!("{CASES}: cannot be read: {error}");
    let mut judged = Vec::new();
    for case in sorted(&suite).map_err(error)?.into_iter().filter(|path| path.join("expected.yaml").is_file()) {
        let name = format!("{CASES}/{}", case.file_name().unwrap_or_default().to_string_lossy());
        let expected = fs::read_to_string(case.join("expected.yaml")).map_err(error)?;
        let root = fs::read_to_string(case.join("root")).unwrap_or_else(|_| ".".to_owned());
        let mut files = Vec::new();
        collect(&case.join("input"), "", &mut files).map_err(error)?;
        let faults = judge::guarded(|| faults(files, root.trim(), Ok(&expected)));
        judged.push(of(name, faults));
    }
    Ok(Some(judged))
}

/// Judges the overlays beside kustomize. `None` where the folder does not hold them; the error is one line.
pub(crate) fn overlays(folder: &Path, program: Option<&Path>) -> Result<Option<Vec<Judged>>, String> {
    let suite = folder.join(OVERLAYS);
    let Some(program) = program.filter(|_| suite.is_dir()) else { return Ok(None) };
    let error = |error: std::io::Error| format!("{OVERLAYS}: cannot be read: {error}");
    let mut judged = Vec::new();
    for project in sorted(&suite).map_err(error)?.into_iter().filter(|path| path.is_dir()) {
        let mut files = Vec::new();
        collect(&project, "", &mut files).map_err(error)?;
        let mut roots: Vec<String> = files.iter().filter_map(|(path, _)| folder_of(path)).collect();
        roots.dedup();
        for root in roots {
            let output = Command::new(program)
                .arg("build")
                .arg(project.join(&root))
                .stdin(Stdio::null())
                .output()
                .map_err(|error| format!("{}: {error}", program.display()))?;
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            let expected = if output.status.success() { Ok(printed.as_str()) } else { Err(()) };
            let faults = judge::guarded(|| faults(files.clone(), &root, expected));
            let project = project.file_name().unwrap_or_default().to_string_lossy();
            judged.push(of(format!("{OVERLAYS}/{project}/{root}"), faults));
        }
    }
    Ok(Some(judged))
}

/// The folder of a kustomization's file.
fn folder_of(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    NAMES.contains(&name).then(|| folder.to_owned())
}

/// Kustomize, from the folder of tools or the path.
pub(crate) fn program() -> Option<PathBuf> {
    let tools = std::env::var_os("DESIGN_TOOLS").map(|folder| PathBuf::from(folder).join("kustomize"));
    let runs = |program: &Path| {
        let mut command = Command::new(program);
        command.arg("version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    tools.into_iter().chain([PathBuf::from("kustomize")]).find(|program| runs(program))
}

fn of(name: String, faults: Result<Vec<Fault>, Fault>) -> Judged {
    let faults = faults.unwrap_or_else(|fault| vec![fault]);
    judge::judged(name, faults.into_iter().map(|fault| (Rule::Built, fault)).collect())
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, below: &str, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for path in sorted(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let inner = if below.is_empty() { name.into_owned() } else { format!("{below}/{name}") };
        if path.is_dir() {
            collect(&path, &inner, files)?;
        } else {
            files.push((inner, fs::read(&path)?));
        }
    }
    Ok(())
}

/// What differs from what kustomize prints; where it fails (`Err`), a finding is wanted. Where a finding names what is left
/// out, the objects may differ.
fn faults(files: Vec<(String, Vec<u8>)>, root: &str, expected: Result<&str, ()>) -> Vec<Fault> {
    let compilation = compile(&MemoryWorld::new(files), &Request::new([root]));
    let findings = &compilation.report.findings;
    let Ok(expected) = expected else {
        let told = findings.iter().any(|finding| finding.severity == design_vocabulary::Severity::Error);
        return if told { Vec::new() } else { vec![Fault::new("a finding, as kustomize fails", "none")] };
    };
    if findings.iter().any(|finding| LEFT_OUT.contains(&finding.code.0)) {
        return Vec::new();
    }
    let expected = match read(expected, Reading::Kubernetes) {
        Ok(documents) => by_identity(documents),
        Err(error) => return vec![Fault::new("an expectation that can be read", error)],
    };
    let got = by_identity(objects(&compilation));
    let mut faults = unequal(&expected, &got, false);
    if faults.is_empty()
        && let Some(first) = findings.iter().find(|finding| finding.code.0.starts_with("D08") && is_error(finding))
    {
        faults.push(Fault::new("no fault, as kustomize finds none", first.message.clone()));
    }
    faults
}

fn is_error(finding: &design_vocabulary::Finding) -> bool {
    finding.severity == design_vocabulary::Severity::Error
}
