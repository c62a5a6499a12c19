//! One program of a cluster, which ends with the test that started it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::programs::Programs;

/// How many bytes of a log an error shows.
const SHOWN: usize = 2_000;

/// A running program. It ends when this is dropped, and when the process that holds it ends in any way: its standard
/// input is a pipe, and the program ends when that is closed.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program of the control plane, or `run` with another program. Its output goes to `NAME.log` in the folder,
    /// and so does the folder itself when `removing` is set and the program ends.
    pub(crate) fn start(
        programs: &Programs,
        name: &'static str,
        folder: &Path,
        removing: bool,
        arguments: &[String],
    ) -> Result<Self, String> {
        let log = folder.join(format!("{name}.log"));
        let failed = |error| format!("{name} cannot be started: {error}");
        let output = File::create(&log).map_err(failed)?;
        let mut command = Command::new(&programs.control_plane);
        command.arg("held");
        if removing {
            command.arg("removing").arg(folder);
        }
        command.args(arguments).current_dir(folder).stdin(Stdio::piped());
        command.stdout(output.try_clone().map_err(failed)?).stderr(output);
        Ok(Self { name, child: command.spawn().map_err(failed)?, log })
    }

    /// Why it does not run any more, with the end of its log; `None` while it runs.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(format!("{} ended with {status}:\n{}", self.name, self.log_end()))
    }

    /// The end of its log.
    pub(crate) fn log_end(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(SHOWN)..]).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Closing the pipe is what ends it; it does so by itself within a moment.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
