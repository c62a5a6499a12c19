//! Helm, where it is installed: it says what a chart renders.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use design_pipeline::{ChartTask, Skipped, Unrendered};

/// How long Helm may take.
const TIME: Duration = Duration::from_mins(1);

/// How much it may say, in bytes.
const OUTPUT: u64 = 256 << 20;

/// Renders a chart with the `helm` on `PATH`, in a home of its own, so that no setting of this machine and no cluster has a
/// part in it.
pub fn template(chart: &ChartTask) -> Result<String, Unrendered> {
    let failed = |doing: &str, error: &std::io::Error| Unrendered::Failed(format!("cannot {doing}: {error}"));
    // Only its owner can look into the folder: the values of secrets lie there while Helm runs.
    let folder = tempfile::tempdir().map_err(|error| failed("make a temporary folder", &error))?;
    let write = |path: &Path, bytes: &[u8]| {
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(path, bytes)).map_err(|error| failed("write the chart", &error))
    };
    for (path, bytes) in &chart.files {
        write(&folder.path().join("chart").join(path), bytes)?;
    }
    let home = folder.path().join("home");
    let mut command = Command::new("helm");
    command.args(["template", &chart.release]).arg(folder.path().join("chart"));
    command.args(["--namespace", &chart.namespace]);
    if !chart.skips_definitions {
        command.arg("--include-crds");
    }
    if let Some(version) = &chart.kube_version {
        command.args(["--kube-version", version]);
    }
    for version in &chart.api_versions {
        command.args(["--api-versions", version]);
    }
    match chart.skips {
        Skipped::None => {}
        Skipped::Tests => {
            command.arg("--skip-tests");
        }
        Skipped::Hooks => {
            command.arg("--no-hooks");
        }
    }
    for (index, text) in chart.values.iter().enumerate() {
        let file = folder.path().join(format!("values-{index}.yaml"));
        write(&file, text.as_bytes())?;
        command.arg("--values").arg(file);
    }
    for text in &chart.set {
        command.args(["--set", text]);
    }
    for (index, (name, text)) in chart.set_files.iter().enumerate() {
        let file = folder.path().join(format!("set-{index}"));
        write(&file, text.as_bytes())?;
        command.arg("--set-file").arg(format!("{name}={}", file.display()));
    }
    let child = command
        .env("HELM_CACHE_HOME", home.join("cache"))
        .env("HELM_CONFIG_HOME", home.join("config"))
        .env("HELM_DATA_HOME", home.join("data"))
        .env("HELM_PLUGINS", home.join("plugins"))
        .env("KUBECONFIG", home.join("none"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unrendered::Absent),
        Err(error) => return Err(failed("run helm", &error)),
    };
    let (succeeded, output, said) = wait(child).map_err(|error| failed("run helm", &error))?;
    if succeeded {
        return String::from_utf8(output).map_err(|_| Unrendered::Failed("its output is not UTF-8".to_owned()));
    }
    let said = String::from_utf8_lossy(&said);
    let said: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Err(Unrendered::Failed(said.join("; ").replace(&folder.path().display().to_string(), "")))
}

/// Waits for the end of a process: whether it went well, what it wrote, and what it said.
fn wait(mut child: Child) -> std::io::Result<(bool, Vec<u8>, Vec<u8>)> {
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let read = |from: Option<Box<dyn std::io::Read + Send>>| {
            let mut bytes = Vec::new();
            // What cannot be read any more ends the text.
            let _ = from.map(|from| from.take(OUTPUT).read_to_end(&mut bytes));
            bytes
        };
        let output = scope.spawn(move || read(output.map(|output| Box::new(output) as _)));
        let errors = scope.spawn(move || read(errors.map(|errors| Box::new(errors) as _)));
        let start = Instant::now();
        let ended = loop {
            match child.try_wait()? {
                Some(status) => break Some(status),
                None if start.elapsed() > TIME => break None,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        if ended.is_none() {
            // It fails only where the process has ended by itself.
            let _ = child.kill();
            child.wait()?;
        }
        let (output, mut errors) = (output.join().unwrap_or_default(), errors.join().unwrap_or_default());
        if ended.is_none() {
            errors.extend_from_slice(format!("it took more than {} s and was stopped", TIME.as_secs()).as_bytes());
        }
        Ok((ended.is_some_and(|status| status.success()), output, errors))
    })
}
