//! Charts against Helm: what the engine that is built in makes of each beside what `helm template` prints, with the chart's
//! own values and with everything switched on that they switch off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use design_pipeline::{ChartOptions, Compilation, MemoryWorld, Request, compile};
use design_vocabulary::{Object, Severity, Value};

use crate::independent::{Reading, read};
use crate::judge::{self, Judged};
use crate::objects::{by_identity, objects, unequal};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "charts";

/// The findings that say which function keeps a template from being rendered.
const REFUSALS: [&str; 2] = ["chart-not-covered", "chart-not-deterministic"];

/// What a chart calls a switch.
const SWITCHES: [&str; 2] = ["enabled", "create"];

/// Judges the charts in a folder beside Helm. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path, helm: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let failed = |error: std::io::Error| format!("{NAME}: cannot be read: {error}");
    let mut charts = Vec::new();
    find(&root, &mut charts).map_err(failed)?;
    let mut judged = Vec::new();
    for chart in charts {
        let mut files = Vec::new();
        collect(&chart, "chart", &mut files).map_err(failed)?;
        let name = chart.strip_prefix(folder).unwrap_or(&chart).to_string_lossy().into_owned();
        judged.push(one(name.clone(), &chart, &files, None, helm));
        let switched = files.iter().find(|(path, _)| path == "chart/values.yaml").and_then(|(_, text)| switched(text));
        if let Some(values) = switched {
            judged.push(one(format!("{name}#switched-on"), &chart, &files, Some(&values), helm));
        }
    }
    Ok(Some(judged))
}

fn one(name: String, chart: &Path, files: &[(String, Vec<u8>)], values: Option<&str>, helm: &Path) -> Judged {
    let faults = judge::guarded(|| faults(chart, files, values, helm)).unwrap_or_else(|fault| vec![fault]);
    judge::judged(name, faults.into_iter().map(|fault| (Rule::Built, fault)).collect())
}

/// The folders of charts, those inside of charts left out.
fn find(folder: &Path, charts: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if folder.join("Chart.yaml").is_file() {
        charts.push(folder.to_owned());
        return Ok(());
    }
    let mut below = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    below.sort();
    below.iter().filter(|path| path.is_dir()).try_for_each(|path| find(path, charts))
}

pub(crate) fn collect(folder: &Path, below: &str, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let inner = format!("{below}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &inner, files)?;
        } else {
            files.push((inner, fs::read(&path)?));
        }
    }
    files.sort();
    Ok(())
}

/// Values that switch on what others switch off; `None` where there is nothing of the kind.
fn switched(values: &[u8]) -> Option<String> {
    let documents = read(&String::from_utf8_lossy(values), Reading::Kubernetes).ok()?;
    let on = switched_on(documents.first()?)?;
    serde_json::to_string(&on).ok()
}

fn switched_on(value: &Value) -> Option<Value> {
    let Value::Object(object) = value else { return None };
    let mut on = Object::new();
    for (key, inner) in object.iter() {
        match inner {
            Value::Bool(false) if SWITCHES.contains(&key.as_str()) => {
                on.insert(key.clone(), true.into());
            }
            _ => {
                if let Some(inner) = switched_on(inner) {
                    on.insert(key.clone(), inner);
                }
            }
        }
    }
    (!on.is_empty()).then_some(Value::Object(on))
}

/// What differs from what Helm prints; where Helm fails, a finding is wanted. An object may be missing where a finding names
/// the function that its template calls.
fn faults(chart: &Path, files: &[(String, Vec<u8>)], values: Option<&str>, helm: &Path) -> Vec<Fault> {
    let compilation = rendered(files, values);
    let findings = &compilation.report.findings;
    let expected = match template(helm, chart, values) {
        Ok(Some(text)) => text,
        Ok(None) if findings.iter().any(|finding| finding.severity == Severity::Error) => return Vec::new(),
        Ok(None) => return vec![Fault::new("a finding, as Helm fails", "none")],
        Err(error) => return vec![Fault::new("an answer of Helm", error.to_string())],
    };
    let expected = match read(&expected, Reading::Kubernetes) {
        Ok(documents) => by_identity(documents),
        Err(error) => return vec![Fault::new("an expectation that can be read", error)],
    };
    let refusals = REFUSALS.map(|name| design_check::find_rule(name).map(|rule| rule.code));
    let is_refused = findings.iter().any(|finding| refusals.contains(&Some(finding.code)));
    let got = by_identity(objects(&compilation));
    unequal(&expected, &got, is_refused)
}

fn rendered(files: &[(String, Vec<u8>)], values: Option<&str>) -> Compilation {
    let mut files = files.to_vec();
    let mut options = ChartOptions::default();
    if let Some(values) = values {
        files.push(("values.json".to_owned(), values.as_bytes().to_vec()));
        options.values.push("values.json".to_owned());
    }
    compile(&MemoryWorld::new(files), &Request { chart: options, ..Request::new(["chart"]) })
}

/// What Helm prints; `None` where it fails.
fn template(helm: &Path, chart: &Path, values: Option<&str>) -> std::io::Result<Option<String>> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(helm);
    command.args(["template", "release-name", "--include-crds"]).arg(chart);
    if let Some(values) = values {
        let file = folder.path().join("values.json");
        fs::write(&file, values)?;
        command.arg("--values").arg(file);
    }
    for variable in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECONFIG"] {
        command.env(variable, folder.path().join(variable));
    }
    let output = command.stdin(Stdio::null()).output()?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}
