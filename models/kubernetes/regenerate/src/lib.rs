//! Writes the generated part of the Kubernetes model: which kinds each release serves, and their schemas.
//!
//! The input is what Kubernetes publishes in its own source: OpenAPI v3 documents (`api/openapi-spec/v3`) and discovery
//! documents (`api/discovery`). The source of a release is had as the Go module `k8s.io/kubernetes`. The same documents
//! give the same bytes.
//!
//! This is a task for who keeps the model, no part of the product; it alone below the command line reads a disk.

mod discovery;
mod failure;
mod openapi;
mod source;

use std::collections::BTreeMap;
use std::path::PathBuf;

use design_registry::definitions::{ArchiveWriter, ComponentDefinition, DefinitionList, KubernetesVersion, Release};
use sha2::{Digest, Sha256};

pub use failure::Failure;
pub use source::{Network, module_folder};

/// The two generated files of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// `definitions.json`.
    pub list: String,
    /// `schemas.bin`.
    pub archive: Vec<u8>,
}

/// Generates the model from the sources of releases: release -> version of the source, folder of the source.
pub fn generate(sources: &BTreeMap<KubernetesVersion, (String, PathBuf)>) -> Result<Generated, Failure> {
    if sources.is_empty() {
        return Err(Failure::NoRelease);
    }
    let mut writer = ArchiveWriter::new();
    let mut releases = Vec::new();
    let mut served: BTreeMap<ComponentDefinition, Vec<KubernetesVersion>> = BTreeMap::new();
    for (version, (source, folder)) in sources {
        let discovered = discovery::read(folder)?;
        let set = openapi::read(folder, &discovered)?;
        writer.add(*version, &set).map_err(|missing| Failure::Undefined { folder: folder.clone(), missing })?;
        for definition in discovered.definitions {
            served.entry(definition).or_default().push(*version);
        }
        releases.push(Release { version: *version, source: source.clone(), groups: discovered.groups });
    }
    let archive = writer.finish().map_err(|error| Failure::NotWritten { file: PathBuf::from("schemas.bin"), error })?;
    let digest = Sha256::digest(&archive).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let definitions = served.into_iter().map(|(definition, releases)| ComponentDefinition { releases, ..definition });
    let list = DefinitionList { digest: format!("sha256:{digest}"), releases, definitions: definitions.collect() };
    Ok(Generated { list: write_list(&list)?, archive })
}

/// The list as JSON, a release and a definition a line: so that a change of the model shows as a change of few lines.
fn write_list(list: &DefinitionList) -> Result<String, Failure> {
    let not_written = |error: serde_json::Error| Failure::NotWritten {
        file: PathBuf::from("definitions.json"),
        error: std::io::Error::other(error),
    };
    let releases: Result<Vec<String>, _> = list.releases.iter().map(serde_json::to_string).collect();
    let definitions: Result<Vec<String>, _> = list.definitions.iter().map(serde_json::to_string).collect();
    Ok(format!(
        "{{\"digest\":{},\n\"releases\":[\n{}\n],\n\"definitions\":[\n{}\n]}}\n",
        serde_json::to_string(&list.digest).map_err(not_written)?,
        releases.map_err(not_written)?.join(",\n"),
        definitions.map_err(not_written)?.join(",\n"),
    ))
}
