//! `cargo run -p design-regenerate -- [VERSION[=FOLDER]]...`
//!
//! Writes `models/kubernetes/definitions.json` and `schemas.bin` again. Without arguments they are made from the sources that
//! they were made from before; a version takes the place of the source of its minor release, or adds that release. With
//! a folder the documents are read from there (`api/discovery` and `api/openapi-spec/v3` below it); else from the Go module
//! `k8s.io/kubernetes`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports what it wrote")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use design_regenerate::{Failure, Network, generate, module_folder};
use design_registry::definitions::{Definitions, KubernetesVersion};

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    let mut wanted: BTreeMap<KubernetesVersion, (String, Option<PathBuf>)> = BTreeMap::new();
    for release in Definitions::builtin().releases() {
        wanted.insert(release.version, (release.source.clone(), None));
    }
    for argument in arguments {
        let (source, folder) = match argument.split_once('=') {
            Some((source, folder)) => (source, Some(PathBuf::from(folder))),
            None => (argument.as_str(), None),
        };
        let version = source.parse().map_err(|_| Failure::Argument(argument.clone()))?;
        wanted.insert(version, (source.to_owned(), folder));
    }
    let mut sources = BTreeMap::new();
    for (version, (source, folder)) in wanted {
        let folder = folder.map_or_else(|| module_folder(&source, Network::Allowed), Ok)?;
        println!("{version} from {source}");
        sources.insert(version, (source, folder));
    }
    let generated = generate(&sources)?;
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (name, bytes) in [("definitions.json", generated.list.as_bytes()), ("schemas.bin", &generated.archive)] {
        let file = model.join(name);
        std::fs::write(&file, bytes).map_err(|error| Failure::NotWritten { file, error })?;
        println!("models/kubernetes/{name}: {} bytes", bytes.len());
    }
    Ok(())
}
