//! Fetching: the `git` program brings objects, and does nothing else.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Limits;

/// What of the environment the program needs: where it lies, where settings and credentials of the user are, and how the
/// network is reached. Everything else, all of `GIT_*` above all, would tell it to work elsewhere.
const KEPT: [&str; 17] = [
    "PATH",
    "HOME",
    "USER",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
];

/// Settings that hold whatever the user's are: nothing runs but the transport.
const SETTINGS: [&str; 12] = [
    "protocol.allow=never",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.interactive=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=20",
];

/// How much of what the program says is kept, in bytes.
const TALK: u64 = 16 << 10;

/// How much of the history is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// One commit.
    Commit,
    /// All of it.
    History,
}

/// Fetches what a reference or id leads to into a bare repository. The error is the end of a sentence.
pub(crate) fn fetch(bare: &Path, url: &str, refspec: &str, depth: Depth, limits: &Limits) -> Result<(), String> {
    let protocol = protocol(url).ok_or_else(|| format!("`{url}` is not fetched from"))?;
    let mut command = Command::new("git");
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.args(["-c", &format!("protocol.{protocol}.allow=always")]);
    command.arg("--git-dir").arg(bare);
    command.args(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]);
    if depth == Depth::Commit {
        command.arg("--depth=1");
    }
    command.args(["--", url, refspec]);
    command.env_clear();
    for name in KEPT {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS_REQUIRE", "never")
        .env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err("there is no `git` on PATH to fetch it".to_owned());
        }
        Err(error) => return Err(format!("`git` cannot be run: {error}")),
    };
    let errors = child.stderr.take();
    std::thread::scope(|scope| {
        let said = scope.spawn(move || {
            let mut said = Vec::new();
            if let Some(mut errors) = errors {
                // What goes beyond is read and forgotten, so that the program is not held up.
                let _ = errors.by_ref().take(TALK).read_to_end(&mut said);
                let _ = std::io::copy(&mut errors, &mut std::io::sink());
            }
            String::from_utf8_lossy(&said).into_owned()
        });
        let ended = wait(&mut child, bare, limits);
        let said = said.join().unwrap_or_default();
        if ended? { Ok(()) } else { Err(reason(&said)) }
    })
}

/// Waits within limits; whether the program succeeded.
fn wait(child: &mut Child, bare: &Path, limits: &Limits) -> Result<bool, String> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return check_size(bare, limits).map(|()| status.success()),
            Ok(None) => {}
            Err(error) => return Err(format!("`git` cannot be waited for: {error}")),
        }
        let too_slow = start.elapsed() > limits.time;
        if let Err(reason) = check_size(bare, limits) {
            stop(child);
            return Err(reason);
        }
        if too_slow {
            stop(child);
            return Err(format!("fetching took more than {} s", limits.time.as_secs()));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}

/// Ends the program and what it has started.
fn stop(child: &mut Child) {
    // Without unsafe code only another program can signal a whole group.
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
}

fn check_size(bare: &Path, limits: &Limits) -> Result<(), String> {
    if size(&bare.join("objects"), 4) <= limits.fetched {
        return Ok(());
    }
    Err(format!("fetching it takes more than {} MiB", limits.fetched >> 20))
}

/// The bytes of the files below a folder.
fn size(folder: &Path, depth: usize) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() && depth > 0 => size(&entry.path(), depth - 1),
            Ok(metadata) => metadata.len(),
            // It was there a moment ago; the next look will see what became of it.
            Err(_) => 0,
        })
        .sum()
}

/// The protocol of an address, of those that are allowed.
fn protocol(url: &str) -> Option<&'static str> {
    match url.split_once("://") {
        Some(("https", _)) => Some("https"),
        Some(("ssh", _)) => Some("ssh"),
        Some(("file", _)) => Some("file"),
        Some(_) => None,
        None => (url.contains('@') && !url.starts_with('-')).then_some("ssh"),
    }
}

/// What the program says about its failure, in a line without the user's secrets: addresses never hold any.
fn reason(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let telling = lines.iter().find(|line| line.starts_with("fatal:") || line.starts_with("error:")).or(lines.last());
    let telling = telling.map_or("it said nothing", |line| line.trim_start_matches("fatal: "));
    format!("`git` could not fetch it: {telling}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_protocols_of_the_list_are_spoken() {
        assert_eq!(protocol("https://a/b"), Some("https"));
        assert_eq!(protocol("git@a:b"), Some("ssh"));
        for refused in ["ext::sh -c id", "http://a/b", "git://a/b", "/a/b", "-x@a:b"] {
            assert_eq!(protocol(refused), None, "{refused}");
        }
    }
}
