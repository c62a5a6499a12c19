//! Helm, where it is installed: it says what a chart renders.

use std::path::Path;
use std::process::{Command, Stdio};

use design_pipeline::Unrendered;

/// Renders a chart with the `helm` on `PATH`, in a home of its own, so that no setting of this machine and no cluster has a
/// part in it.
pub fn template(files: &[(String, String)], values: &str) -> Result<String, Unrendered> {
    let failed = |doing: &str, error: &std::io::Error| Unrendered::Failed(format!("cannot {doing}: {error}"));
    // Only its owner can look into the folder: the values of secrets lie there while Helm runs.
    let folder = tempfile::tempdir().map_err(|error| failed("make a temporary folder", &error))?;
    let write = |path: &Path, text: &str| {
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(path, text)).map_err(|error| failed("write the chart", &error))
    };
    let chart = folder.path().join("chart");
    for (path, text) in files {
        write(&chart.join(path), text)?;
    }
    let given = folder.path().join("values.json");
    write(&given, values)?;
    let home = folder.path().join("home");
    let output = Command::new("helm")
        .args(["template", "design"])
        .arg(&chart)
        .args(["--include-crds", "--skip-tests", "--values"])
        .arg(&given)
        .env("HELM_CACHE_HOME", home.join("cache"))
        .env("HELM_CONFIG_HOME", home.join("config"))
        .env("HELM_DATA_HOME", home.join("data"))
        .env("KUBECONFIG", home.join("none"))
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unrendered::Absent),
        Err(error) => return Err(failed("run helm", &error)),
    };
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(|_| Unrendered::Failed("its output is not UTF-8".to_owned()));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Err(Unrendered::Failed(said.join("; ").replace(&folder.path().display().to_string(), "")))
}
