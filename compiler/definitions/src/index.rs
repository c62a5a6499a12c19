//! What is kept of the files of models between two runs.

use design_registry::Kind;
use design_vocabulary::{
    ComponentDefinition, Model, ModelReference, RelationshipDefinition, SelectorItem, SelectorSet, Text,
};
use serde::{Deserialize, Serialize};

use crate::read::{Definition, Read};

/// What each file of some models defines, and what the file looked like then.
///
/// It holds no schema: that is read from its file when somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// When the files began to be read, in nanoseconds since 1970. A file that is as young as that may have changed
    /// while it was read.
    pub started: u64,
    /// The files, sorted by the path on the disk, then by the path in the package.
    pub files: Vec<Indexed>,
}

/// What one file defines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indexed {
    /// The path; that of a file in a package is the package's with its own behind it.
    pub path: Text,
    /// The number of bytes of the path that name the package; 0 for a file outside of packages.
    pub package: u32,
    /// What the file, or its package, looked like.
    pub stamp: Option<Stamp>,
    /// What it defines.
    pub heads: Vec<Head>,
    /// Whether anything in it could not be read.
    pub is_faulty: bool,
}

/// What a file looks like from outside: equal stamps mean equal content, but for a file that was just written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its length in bytes.
    pub bytes: u64,
    /// When it was changed, in nanoseconds since 1970.
    pub modified: u64,
}

/// A definition without its body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Head {
    /// A model.
    Model {
        /// Its name and versions.
        reference: Reference,
        /// The name for people.
        display_name: Text,
    },
    /// A kind in one version.
    Component {
        /// The kind.
        kind: Text,
        /// Group and version.
        api_version: Text,
        /// The model that the file names.
        model: Reference,
        /// Whether objects live in a namespace.
        is_namespaced: Option<bool>,
    },
    /// A relationship definition in Meshery's form.
    Relationship {
        /// The model that the file names.
        model: Reference,
        /// Kind, type and subType, with slashes between them.
        combination: Text,
        /// The kinds that it starts at.
        from: Vec<Text>,
        /// The kinds that it ends at.
        to: Vec<Text>,
    },
    /// A file in our own form: how many relationships by fields it has.
    Fields(u32),
}

/// A [`ModelReference`] as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The name.
    pub name: Text,
    /// The version of the definitions.
    pub version: Text,
    /// The version of what they describe.
    pub upstream_version: Text,
}

/// The first bytes of a stored index: the name of the format and its version.
const MAGIC: &[u8] = b"design-models-1\n";

impl Index {
    /// The bytes to be stored.
    pub fn encode(&self) -> Vec<u8> {
        // Writing to memory cannot fail; an index without content is one that nothing is found in.
        postcard::to_extend(self, MAGIC.to_vec()).unwrap_or_default()
    }

    /// The index that was stored; `None` where the bytes are none, or those of another version.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes.strip_prefix(MAGIC)?).ok()
    }

    /// What is known of files and packages that look like this now, which are sorted by path; `None` for one that has to
    /// be read.
    pub fn known<'a>(&'a self, files: &[(String, Option<Stamp>)]) -> Vec<Option<&'a [Indexed]>> {
        let mut rest = self.files.as_slice();
        let known = files.iter().map(|(path, stamp)| {
            // Both lists are sorted, so neither is gone through twice.
            let behind = rest.iter().position(|file| file.container() >= path.as_str()).unwrap_or(rest.len());
            let (_, from_here) = rest.split_at(behind);
            let count = from_here.iter().position(|file| file.container() != path).unwrap_or(from_here.len());
            let (here, after) = from_here.split_at(count);
            rest = after;
            let stamp = stamp.filter(|stamp| stamp.modified.saturating_add(RACE) < self.started);
            let is_same = stamp.is_some() && !here.is_empty() && here.iter().all(|file| file.stamp == stamp);
            is_same.then_some(here)
        });
        known.collect()
    }

    /// Puts the files into their order.
    pub fn sort(&mut self) {
        self.files.sort_by(|a, b| (a.container(), &a.path).cmp(&(b.container(), &b.path)));
    }
}

/// A file that was changed less than this before it was read may have been changed once more in the same tick of the
/// clock that files are stamped with: two seconds on the coarsest file systems.
const RACE: u64 = 2_000_000_000;

impl Indexed {
    /// A file as it was read.
    pub fn new(path: impl Into<Text>, stamp: Option<Stamp>, heads: Vec<Head>, is_faulty: bool) -> Self {
        Self { path: path.into(), package: 0, stamp, heads, is_faulty }
    }

    /// The file that lies on the disk: the package, or the file itself.
    pub fn container(&self) -> &str {
        match self.package {
            0 => &self.path,
            length => self.path.get(..length as usize).unwrap_or_default(),
        }
    }

    /// The path inside the package; `None` for a file outside of packages.
    pub fn member(&self) -> Option<&str> {
        let length = self.package as usize;
        if length == 0 { None } else { self.path.get(length + 1..) }
    }
}

impl Head {
    /// The heads of a file that was read as a whole.
    pub fn of(read: &Read) -> Vec<Self> {
        let mut heads = Vec::new();
        for loaded in &read.definitions {
            match &loaded.definition {
                Definition::Model(model) => heads.push(Self::of_model(model)),
                Definition::Component(component) => heads.push(Self::of_component(component)),
                Definition::Relationship(relationship) => heads.push(Self::of_relationship(relationship)),
                Definition::Short(short) => {
                    heads.extend(short.model.as_ref().map(Self::of_model));
                    let model = short.model.as_ref().map(|model| Reference::from(&model.reference)).unwrap_or_default();
                    heads.extend(short.kinds.iter().flat_map(|kind| Self::of_kind(kind, &model)));
                    let fields = u32::try_from(short.relationships.definitions.len()).unwrap_or(u32::MAX);
                    heads.push(Self::Fields(fields));
                }
            }
        }
        heads
    }

    fn of_model(model: &Model) -> Self {
        Self::Model { reference: (&model.reference).into(), display_name: model.display_name.clone() }
    }

    fn of_component(component: &ComponentDefinition) -> Self {
        Self::Component {
            kind: component.kind.clone(),
            api_version: component.api_version.clone(),
            model: (&component.model).into(),
            is_namespaced: component.is_namespaced,
        }
    }

    fn of_relationship(relationship: &RelationshipDefinition) -> Self {
        let kinds = |side: fn(&SelectorSet) -> &[SelectorItem]| {
            let items = relationship.selectors.iter().flat_map(side);
            let mut kinds: Vec<Text> = items.map(|item| item.kind.clone()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds
        };
        Self::Relationship {
            model: (&relationship.model).into(),
            combination: relationship.combination(),
            from: kinds(|set| &set.allow.from),
            to: kinds(|set| &set.allow.to),
        }
    }

    /// One head a version of a kind.
    pub(crate) fn of_kind<'a>(kind: &'a Kind, model: &'a Reference) -> impl Iterator<Item = Self> + 'a {
        kind.versions.iter().map(move |version| Self::Component {
            kind: kind.kind.as_str().into(),
            api_version: if kind.group.is_empty() {
                version.as_str().into()
            } else {
                format!("{}/{version}", kind.group).into()
            },
            model: model.clone(),
            is_namespaced: Some(kind.namespaced),
        })
    }
}

impl From<&ModelReference> for Reference {
    fn from(reference: &ModelReference) -> Self {
        Self {
            name: reference.name.clone(),
            version: reference.version.clone(),
            upstream_version: reference.upstream_version.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, package: u32, modified: u64) -> Indexed {
        let head = Head::Fields(1);
        Indexed { package, ..Indexed::new(path, Some(Stamp { bytes: 3, modified }), vec![head], false) }
    }

    #[test]
    fn what_was_stored_comes_back_and_anything_else_is_none() {
        let index = Index { started: 7, files: vec![file("a/b.json", 0, 1), file("p.tgz/c.json", 5, 1)] };
        let bytes = index.encode();
        assert_eq!(Index::decode(&bytes), Some(index));
        for length in 0..bytes.len() {
            assert_eq!(Index::decode(&bytes[..length]), None, "{length}");
        }
        assert_eq!(Index::decode(b"design-models-0\nxxx"), None);
    }

    #[test]
    fn a_file_is_known_while_it_looks_the_same_and_was_old_enough() {
        let long_ago = 1_000_000_000;
        let index = Index {
            started: 10_000_000_000,
            files: vec![file("a.json", 0, long_ago), file("p.tgz/b", 5, long_ago), file("p.tgz/c", 5, long_ago)],
        };
        let known = |index: &Index, path: &str, bytes, modified| {
            let file = (path.to_owned(), Some(Stamp { bytes, modified }));
            index.known(&[file]).into_iter().next().unwrap().map(<[_]>::len)
        };
        assert_eq!(known(&index, "a.json", 3, long_ago), Some(1));
        assert_eq!(known(&index, "p.tgz", 3, long_ago), Some(2));
        assert_eq!(known(&index, "a.json", 4, long_ago), None);
        assert_eq!(known(&index, "b.json", 3, long_ago), None);
        assert_eq!(index.known(&[("a.json".to_owned(), None)]), [None]);
        let young = Index { started: 2_000_000_000, ..index };
        assert_eq!(known(&young, "a.json", 3, long_ago), None);
    }
}
