//! Where the documents come from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Failure;

/// Whether the network may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// What the module cache lacks is fetched through the Go module proxy of the environment.
    Allowed,
    /// Only the module cache is looked at.
    Forbidden,
}

/// What `go mod download -json` prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Download {
    #[serde(default)]
    dir: PathBuf,
    #[serde(default)]
    error: String,
}

/// The folder in the module cache with the source of a version of Kubernetes, such as `1.36.3`. Needs the Go command.
pub fn module_folder(version: &str, network: Network) -> Result<PathBuf, Failure> {
    let not_had = |reason: String| Failure::NotHad { version: version.to_owned(), reason };
    let mut command = Command::new("go");
    command.args(["mod", "download", "-json", &format!("k8s.io/kubernetes@v{version}")]).stdin(Stdio::null());
    if network == Network::Forbidden {
        command.env("GOPROXY", "off");
    }
    let output = command.output().map_err(|error| not_had(format!("the Go command does not run: {error}")))?;
    let download: Download = serde_json::from_slice(&output.stdout)
        .map_err(|_| not_had(String::from_utf8_lossy(&output.stderr).trim().to_owned()))?;
    if download.error.is_empty() && output.status.success() { Ok(download.dir) } else { Err(not_had(download.error)) }
}

/// Reads a JSON document.
pub(crate) fn read_json<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    let text = fs::read(file).map_err(|error| Failure::NotRead { file: file.to_owned(), error })?;
    serde_json::from_slice(&text).map_err(|error| Failure::Form { file: file.to_owned(), error })
}
