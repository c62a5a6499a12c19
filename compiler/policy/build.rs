//! Writes the policies of our own as the engine is to read them, so that no start of the program does it again.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

// The module of the library, with what it has below it.
#[path = "src"]
mod library {
    pub mod rewrite;
}

/// Where the policies lie, from here.
const POLICIES: &str = "../../models/policies";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={POLICIES}");
    println!("cargo::rerun-if-changed=src/rewrite.rs");
    println!("cargo::rerun-if-changed=src/rewrite");
    let output = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    rewrite(Path::new(POLICIES), &output)
}

/// Writes each module of a folder, and of those below it, under the same name.
fn rewrite(folder: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(output)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (from, to) = (entry.path(), output.join(entry.file_name()));
        if from.is_dir() {
            rewrite(&from, &to)?;
        } else if from.extension().is_some_and(|extension| extension == "rego") {
            fs::write(to, library::rewrite::rewrite(&fs::read_to_string(from)?))?;
        }
    }
    Ok(())
}
