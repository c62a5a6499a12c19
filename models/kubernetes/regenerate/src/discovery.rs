//! The discovery documents of a release: groups, versions in their order, and resources.
//!
//! The documents are read one a group version: the aggregated document of the same folder leaves the core group out.

use std::collections::BTreeSet;
use std::path::Path;

use design_registry::definitions::{ComponentDefinition, Group, api_version};
use serde::Deserialize;

use crate::{Failure, source};

/// What a release serves.
pub(crate) struct Discovered {
    /// Sorted by name.
    pub groups: Vec<Group>,
    /// One for each resource; which releases serve it is not filled in.
    pub definitions: Vec<ComponentDefinition>,
    /// apiVersion and kind of subresources that are kinds of their own.
    pub subresources: BTreeSet<(String, String)>,
}

#[derive(Deserialize)]
struct GroupList {
    groups: Vec<NamedGroup>,
}

#[derive(Deserialize)]
struct NamedGroup {
    name: String,
    versions: Vec<GroupVersion>,
}

#[derive(Deserialize)]
struct GroupVersion {
    version: String,
}

/// The versions of the core group.
#[derive(Deserialize)]
struct CoreVersions {
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct ResourceList {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    /// The plural, and for a subresource a slash and its name.
    name: String,
    singular_name: String,
    namespaced: bool,
    kind: String,
    verbs: Vec<String>,
    #[serde(default)]
    short_names: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    /// The group and version of the kind, where they are not those of the list.
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    version: Option<String>,
}

/// Reads the discovery documents below the folder of a source.
pub(crate) fn read(folder: &Path) -> Result<Discovered, Failure> {
    let folder = folder.join("api/discovery");
    let core: CoreVersions = source::read_json(&folder.join("api.json"))?;
    let others: GroupList = source::read_json(&folder.join("apis.json"))?;
    let mut groups = vec![Group { name: String::new(), versions: core.versions }];
    groups.extend(others.groups.into_iter().map(|group| Group {
        name: group.name,
        versions: group.versions.into_iter().map(|version| version.version).collect(),
    }));
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    let mut found = Discovered { groups, definitions: Vec::new(), subresources: BTreeSet::new() };
    for group in &found.groups {
        for version in &group.versions {
            let file = folder.join(format!("{}.json", file_stem(&group.name, version)));
            let list: ResourceList = source::read_json(&file)?;
            let first = found.definitions.len();
            for resource in list.resources {
                add(resource, group, version, first, &mut found.definitions, &mut found.subresources);
            }
        }
    }
    Ok(found)
}

/// The beginning of the names of a group version's documents.
pub(crate) fn file_stem(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api__{version}") } else { format!("apis__{group}__{version}") }
}

/// Adds a resource to the definitions, of which those from `first` on are of the same list; or a subresource to its resource.
fn add(
    resource: Resource,
    group: &Group,
    version: &str,
    first: usize,
    definitions: &mut Vec<ComponentDefinition>,
    subresources: &mut BTreeSet<(String, String)>,
) {
    let Some((plural, subresource)) = resource.name.split_once('/') else {
        definitions.push(ComponentDefinition {
            group: group.name.clone(),
            kind: resource.kind,
            version: version.to_owned(),
            plural: resource.name,
            singular: resource.singular_name,
            short_names: resource.short_names,
            categories: resource.categories,
            namespaced: resource.namespaced,
            verbs: resource.verbs,
            subresources: Vec::new(),
            releases: Vec::new(),
        });
        return;
    };
    let parent = definitions.iter_mut().skip(first).find(|definition| definition.plural == plural);
    if let Some(parent) = parent {
        parent.subresources.push(subresource.to_owned());
    }
    let group = resource.group.as_deref().unwrap_or(&group.name);
    let version = resource.version.as_deref().unwrap_or(version);
    subresources.insert((api_version(group, version), resource.kind));
}
