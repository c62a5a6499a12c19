//! `install`: the peers from a package registry.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::failure::Failure;
use crate::format;
use crate::peer::{self, Origin, PEERS, Peer, Set};

/// Builds the peers of the given sets. One that fails does not keep the others from being built.
pub fn install(sets: &[Set]) -> Result<(), Failure> {
    let tools = peer::tools().ok_or_else(|| {
        Failure::Environment("there is no folder for tools: set DESIGN_TOOLS, XDG_CACHE_HOME or HOME".to_owned())
    })?;
    // The Go command takes no relative folder for its programs.
    let tools = std::path::absolute(&tools).map_err(Failure::io(format_args!("find {}", tools.display())))?;
    std::fs::create_dir_all(&tools).map_err(Failure::io(format_args!("make {}", tools.display())))?;
    println!("into {}", tools.display());
    let mut failed = Vec::new();
    for peer in PEERS.into_iter().filter(|peer| sets.contains(&peer.set)) {
        match build(peer, &tools) {
            Ok(what) => println!("{:<16} {what}", peer.name),
            Err(failure) => {
                println!("{:<16} failed: {failure}", peer.name);
                failed.push(peer.name);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Environment(format!("not installed: {}", failed.join(", ")))) }
}

fn build(peer: &Peer, tools: &Path) -> Result<String, Failure> {
    let program = tools.join(peer.name);
    let start = Instant::now();
    let what = match peer.origin {
        Origin::Package { package, version } => {
            let wanted = format!("{package}@{version}");
            if is_built_from(&program, package, version) {
                return Ok(format!("{wanted} is there"));
            }
            run(go().env("GOBIN", tools).args(["install", &wanted]))?;
            wanted
        }
        Origin::Folder { folder, package, linker } => {
            let mut command = go();
            command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
            command.args(["build", "-trimpath", "-buildvcs=false", "-ldflags", &format!("-s -w {linker}"), "-o"]);
            run(command.arg(&program).arg(package))?;
            folder.to_owned()
        }
        Origin::Node { folder } => {
            let modules = tools.join(format!("{}.node", peer.name));
            std::fs::create_dir_all(&modules).map_err(Failure::io("make a folder for packages"))?;
            for file in ["package.json", "layout.cjs"] {
                let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(file);
                std::fs::copy(&from, modules.join(file)).map_err(Failure::io(format_args!("copy {file}")))?;
            }
            let mut npm = Command::new("npm");
            run(npm.current_dir(&modules).args([
                "install",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--silent",
            ]))?;
            write_starter(&program, &format!("node '{}'", modules.join("layout.cjs").display()))?;
            folder.to_owned()
        }
        Origin::Debian { package } => {
            if peer.find().is_some() {
                return Ok(format!("{package} is there"));
            }
            let mut apt = Command::new("apt-get");
            run(apt.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "--yes", "--quiet=2", package]))?;
            package.to_owned()
        }
        Origin::Crate { name, version } => {
            let root = tools.join(format!("{name}-{version}.crate"));
            let installed = root.join("bin").join(peer.name);
            let wanted = format!("{name} {version}");
            if program.exists() && installed.exists() {
                return Ok(format!("{wanted} is there"));
            }
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command.args(["install", "--locked", "--quiet", name, "--version", version, "--root"]);
            run(command.arg(&root))?;
            write_starter(&program, &format!("'{}'", installed.display()))?;
            wanted
        }
        Origin::Python { package } => {
            let environment = tools.join(format!("{package}.python"));
            let installed = environment.join("bin").join(peer.name);
            if program.exists() && installed.exists() {
                return Ok(format!("{package} is there"));
            }
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
            run(Command::new(environment.join("bin/pip")).args(["install", "--quiet", package]))?;
            // Such programs look for their data beside themselves, so a link would not do.
            write_starter(&program, &format!("'{}'", installed.display()))?;
            package.to_owned()
        }
    };
    Ok(format!("{what}, {}", format::duration(start.elapsed())))
}

/// Writes a program that starts another.
fn write_starter(program: &Path, command: &str) -> Result<(), Failure> {
    let _ = std::fs::remove_file(program);
    std::fs::write(program, format!("#!/bin/sh\nexec {command} \"$@\"\n"))
        .map_err(Failure::io("write the program that starts it"))?;
    std::fs::set_permissions(program, Permissions::from_mode(0o755)).map_err(Failure::io("make it a program"))
}

/// The Go command. Without C the programs need nothing of the machine that they run on.
fn go() -> Command {
    let mut command = Command::new("go");
    command.env("CGO_ENABLED", "0");
    command
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(Failure::io(format_args!("run {name}, which installs the peers")))?;
    if status.success() { Ok(()) } else { Err(Failure::Environment(format!("{name} ended with {status}"))) }
}

/// Whether a program is there and says that it was built from this package at this version.
fn is_built_from(program: &Path, package: &str, version: &str) -> bool {
    let Ok(output) = Command::new("go").args(["version", "-m"]).arg(program).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines.clone().any(|words| words == ["path", package])
        && lines.any(|words| matches!(words.as_slice(), ["mod", module, built, ..] if package.starts_with(module) && *built == version))
}
