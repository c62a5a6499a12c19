//! Manifests as charts: each file of the manifests becomes a chart, Helm renders it, and the objects have to be the same.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use design_pipeline::{ChartTask, Entry, EntryKind, MemoryWorld, Request, Unrendered, World, WorldError, compile};
use design_vocabulary::Finding;
use rayon::prelude::*;

use crate::case::Case;
use crate::judge::{self, Judged};
use crate::peer;
use crate::rules::{Fault, Rule};
use crate::suite::{self, Suite};

/// The name of the row.
pub(crate) const NAME: &str = "as-charts";

/// Judges the manifests in a folder by a Helm. `None` where the folder does not hold them.
pub(crate) fn judge(folder: &Path, helm: &Path) -> Result<Option<Vec<Judged>>, String> {
    let Some(cases) = suite::cases(folder, Suite::Manifests)? else { return Ok(None) };
    let one = |case: &Case| {
        let faults = judge::guarded(|| faults(case, helm)).unwrap_or_else(|fault| vec![fault]);
        judge::judged(case.path.clone(), faults.into_iter().map(|fault| (Rule::Chart, fault)).collect())
    };
    Ok(Some(cases.par_iter().map(one).collect()))
}

/// Helm, where it is installed.
pub(crate) fn helm() -> Option<PathBuf> {
    peer::program("helm")
}

fn faults(case: &Case, helm: &Path) -> Vec<Fault> {
    let world = Rendering { files: MemoryWorld::new([(case.path.as_str(), case.bytes.clone())]), helm };
    let request = Request { verify: true, ..Request::new([case.path.as_str()]) };
    let compilation = compile(&world, &request);
    let disagreeing = design_check::find_rule("targets-disagree").map(|rule| rule.code);
    let unread = design_check::find_rule("not-verified").map(|rule| rule.code);
    let findings = compilation.report.findings.into_iter();
    // What cannot be read back from a compose file is a matter of compose; a chart has to be read whole.
    let is_unread = |finding: &Finding| Some(finding.code) == unread && !finding.message.contains("target compose");
    let of = findings.filter(|finding| Some(finding.code) == disagreeing || is_unread(finding));
    of.map(|finding| Fault::new("the objects of the file", finding.message)).collect()
}

/// Files in memory, and Helm to read charts.
struct Rendering<'a> {
    files: MemoryWorld,
    helm: &'a Path,
}

impl World for Rendering<'_> {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        self.files.kind(path)
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        self.files.list(folder)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        self.files.read(path, limit)
    }

    fn render_chart(&self, chart: &ChartTask) -> Result<String, Unrendered> {
        let failed = |error: std::io::Error| Unrendered::Failed(error.to_string());
        let folder = tempfile::tempdir().map_err(failed)?;
        for (path, text) in &chart.files {
            let file = folder.path().join("chart").join(path);
            std::fs::create_dir_all(file.parent().unwrap_or(folder.path())).map_err(failed)?;
            std::fs::write(file, text).map_err(failed)?;
        }
        let home = folder.path().join("home");
        let output = Command::new(self.helm)
            .args(["template", "design", "--include-crds", "--skip-tests"])
            .arg(folder.path().join("chart"))
            .env("HELM_CACHE_HOME", home.join("cache"))
            .env("HELM_CONFIG_HOME", home.join("config"))
            .env("HELM_DATA_HOME", home.join("data"))
            .env("KUBECONFIG", home.join("none"))
            .stdin(Stdio::null())
            .output()
            .map_err(failed)?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(Unrendered::Failed(text(output.stderr))) }
    }
}
