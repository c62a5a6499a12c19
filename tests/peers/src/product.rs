//! What is measured of ours: the binaries of this workspace under the profile that is shipped.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).unwrap_or(folder).to_path_buf()
}

/// Builds a binary under the `dist` profile and copies it into a folder, where no other build replaces it while it is
/// being measured. The whole workspace is named, so that cargo chooses the features that it chooses for the tests.
pub fn build(binary: &str, folder: &Path) -> Result<PathBuf, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--profile", "dist", "--workspace", "--bin", binary])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::io("run cargo"))?;
    if !output.status.success() {
        return Err(Failure::Environment(format!("cargo could not build {binary} under the dist profile")));
    }
    let built = String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| executable(line, binary))
        .ok_or_else(|| Failure::Environment(format!("cargo built the workspace and named no program {binary}")))?;
    let copy = folder.join(binary);
    std::fs::copy(&built, &copy).map_err(Failure::io(format_args!("copy {}", built.display())))?;
    Ok(copy)
}

/// The program that a message of cargo's names. The messages are asked, not the path put together, because settings of
/// cargo move the target folder too.
fn executable(message: &str, binary: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message.pointer("/target/name")?.as_str()? != binary {
        return None;
    }
    Some(PathBuf::from(message.get("executable")?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_message_with_the_program_counts() {
        let message = r#"{"reason":"compiler-artifact","target":{"name":"design"},"executable":"/t/dist/design"}"#;
        assert_eq!(executable(message, "design"), Some(PathBuf::from("/t/dist/design")));
        assert_eq!(executable(message, "design-peers"), None);
        assert_eq!(executable(r#"{"target":{"name":"design"},"executable":null}"#, "design"), None);
    }
}
