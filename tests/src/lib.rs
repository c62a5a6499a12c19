//! What the suites share: the binary, a temporary project, parts that may be missing, and goldens.
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "a harness reports by failing the test and by printing"
)]

pub mod served;

use std::ffi::OsString;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use design_cluster::{Cluster, Programs};

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// The files below a folder whose names end in a dot and one of the `endings`, sorted folder by folder; `enters` says by
/// its name which folders are looked into. A folder that cannot be read holds none.
pub fn files_below(folder: &Path, endings: &[&str], enters: impl Fn(&str) -> bool + Copy) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{} cannot be listed: {error}", folder.display())).path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if enters(&name) {
                files.extend(files_below(&path, endings, enters));
            }
        } else if name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending)) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The files below a folder with their contents, by their paths from it.
pub fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{} cannot be listed: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{} cannot be listed: {error}", folder.display())).path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(files_in(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
            files.push((name, bytes));
        }
    }
    files
}

/// The binary `design` of the profile that the tests run in; built once if a test run did not build it.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| built("design"))
}

/// The server that is as slow as it is told to be, likewise.
pub fn demonstration_server() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| built("design-demo"))
}

/// Builds a program of the workspace; where it is.
fn built(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // What cargo tells this test of its own package would be told to build scripts, and those that look at it (ring's does)
    // would run again, with all that depends on them.
    let of_package = |(name, _): &(OsString, OsString)| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    };
    for (name, _) in std::env::vars_os().filter(of_package) {
        build.env_remove(name);
    }
    let output = build
        // The whole workspace is named so that its dependencies have the features, and the build, that tests use.
        .args(["build", "--quiet", "--workspace", "--bin", name, "--message-format", "json"])
        .current_dir(repository())
        .stderr(Stdio::inherit())
        .output();
    let output = output.unwrap_or_else(|error| panic!("cargo cannot be run: {error}"));
    assert!(output.status.success(), "{name} does not build");
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let path = messages.lines().rev().find_map(|line| line.split_once("\"executable\":\"")?.1.split_once('"'));
    path.map_or_else(|| panic!("cargo did not say where {name} is"), |(path, _)| PathBuf::from(path))
}

/// A server that ends with the test.
pub struct Server {
    /// Its process.
    pub child: Child,
    /// Where it answers.
    pub url: String,
}

impl Server {
    /// The demonstration server with these knobs, once it takes connections.
    pub fn start(knobs: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = address.unwrap_or_else(|error| panic!("there is no free port: {error}")).port();
        let mut command = Command::new(demonstration_server());
        let child = command.arg(port.to_string()).args(knobs).stdin(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("the server cannot be started: {error}"));
        let before = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(before.elapsed() < Duration::from_secs(30), "the server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, url: format!("http://127.0.0.1:{port}/") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok(), "the server does not end: {ended:?}");
    }
}

/// A folder that goes away with the test, and commands run in it.
pub struct Project(tempfile::TempDir);

impl Project {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
        let project = Self(folder);
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, folders included.
    pub fn write(&self, path: &str, text: &str) {
        let file = self.path().join(path);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        made.unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
    }

    /// Reads a file; `None` where it is missing.
    pub fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.path().join(path)).ok()
    }

    /// Runs `design` in the folder, without colours and without the user's settings.
    pub fn design(&self, arguments: &[&str]) -> Run {
        self.run(Command::new(binary()).args(arguments))
    }

    /// Runs `git` in the folder as somebody, which has to go well.
    pub fn git(&self, arguments: &[&str]) -> Run {
        let who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];
        self.run(Command::new("git").args(who).args(arguments)).expect(0)
    }

    /// Runs a command in the folder.
    pub fn run(&self, command: &mut Command) -> Run {
        let command = command
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env("XDG_CONFIG_HOME", self.path())
            .env_remove("COLUMNS");
        let output = command.stdin(Stdio::null()).output();
        Run(output.unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}")))
    }
}

/// What a command did.
#[derive(Debug)]
pub struct Run(Output);

impl Run {
    /// The exit code; -1 where a signal ended it.
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    /// What it wrote to standard output.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    /// What it wrote to standard error.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The same run, if it ended with a code; else the test fails and shows it.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }
}

/// Whether a part that a test needs beyond Rust is there. If not, the reason is printed and the test goes without it,
/// unless `DESIGN_REQUIRE=all`: then it fails.
pub fn has_part(part: &str, is_there: bool) -> bool {
    if !is_there {
        assert!(std::env::var("DESIGN_REQUIRE").as_deref() != Ok("all"), "DESIGN_REQUIRE=all, and {part} is missing");
        eprintln!("skipped: {part} is not there");
    }
    is_there
}

/// Whether a program runs with these arguments and succeeds.
pub fn runs(program: &str, arguments: &[&str]) -> bool {
    let status =
        Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// A program of tests/browser that looks at pages: its arguments are their files. `None`, said and counted as by [`has_part`],
/// without Chromium, or without the modules that it needs, which lie in the folder `DESIGN_BROWSER`.
pub fn inspector(script: &str) -> Option<Command> {
    let modules = std::env::var_os("DESIGN_BROWSER").unwrap_or_default();
    let node = || {
        let mut command = Command::new("node");
        command.env("NODE_PATH", Path::new(&modules).join("node_modules"));
        command
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let programs = ["chromium", "chromium-browser", "google-chrome"];
    let mut folders = std::env::split_paths(&path);
    let chromium =
        folders.find_map(|folder| programs.map(|name| folder.join(name)).into_iter().find(|one| one.is_file()));
    let resolves = "require('playwright-core'); require('@axe-core/playwright')";
    let has_modules = node().args(["-e", resolves]).output().is_ok_and(|output| output.status.success());
    let modules = "node with playwright-core and axe (DESIGN_BROWSER, tests/browser/package.json)";
    let is_there = has_part("chromium", chromium.is_some()) & has_part(modules, has_modules);
    let chromium = chromium.filter(|_| is_there)?;
    let mut command = node();
    command.arg(repository().join("tests/browser").join(script)).arg(chromium);
    Some(command)
}

/// A program that tests compare with: from the folder `DESIGN_TOOLS`, where `design-peers install oracles` puts it, or from
/// `PATH`. `None`, said and counted as by [`has_part`], where it is not there.
pub fn tool(name: &str) -> Option<PathBuf> {
    let tools = std::env::var_os("DESIGN_TOOLS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = tools.into_iter().chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    let found = found.into_iter().find(|program| program.is_file());
    has_part(name, found.is_some()).then_some(found).flatten()
}

/// The cluster of this test binary, started when the first test asks for it. `None`, said and counted as by [`has_part`],
/// where the programs for it are not there; the test fails where they are there and it does not start.
pub fn cluster() -> Option<&'static Cluster> {
    if let Err(missing) = Programs::find() {
        has_part(&missing, false);
        return None;
    }
    Some(design_cluster::shared().unwrap_or_else(|why| panic!("the test cluster does not start: {why}")))
}

/// Compares a text with a golden file below the repository; `BLESS=1` writes it instead.
pub fn golden(path: &str, text: &str) {
    let file = repository().join(path);
    if std::env::var_os("BLESS").is_some() {
        let made = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        made.unwrap_or_else(|error| panic!("cannot bless {path}: {error}"));
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == text,
        "{path} differs; `BLESS=1 cargo test` rewrites it\n--- expected\n{expected}\n--- found\n{text}"
    );
}
