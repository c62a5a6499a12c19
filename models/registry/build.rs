//! Writes the models' YAML files as JSON, which the program reads at every start in a fraction of the time.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// The files, below the folder of models.
const FILES: [&str; 6] = [
    "kubernetes/kinds.yaml",
    "kubernetes/lifecycle.yaml",
    "kubernetes/evaluation.yaml",
    "kubernetes/relationships.yaml",
    "istio/relationships.yaml",
    "operators/relationships.yaml",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let output = env::var_os("OUT_DIR").ok_or("cargo names the folder of what is built")?;
    for file in FILES {
        let path = Path::new("..").join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let value: Value = serde_yaml::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        let name = file.replace('/', "-").replace(".yaml", ".json");
        fs::write(Path::new(&output).join(name), serde_json::to_vec(&value)?)?;
    }
    Ok(())
}
