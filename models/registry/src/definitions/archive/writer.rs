//! How an archive of schemas is made: what is the same is stored once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;

use super::{Block, Entry, Index, MAGIC};
use crate::definitions::KubernetesVersion;

/// The schemas of one release: its definitions, and which of them are kinds.
#[derive(Clone, Debug, Default)]
pub struct SchemaSet {
    /// The definitions by name. They refer to each other by `{"$ref": "#/$defs/NAME"}`.
    pub definitions: BTreeMap<String, Value>,
    /// apiVersion and kind -> name of the definition.
    pub kinds: BTreeMap<(String, String), String>,
}

/// Gathers the schemas of releases and packs them.
#[derive(Debug, Default)]
pub struct ArchiveWriter {
    definitions: Vec<Definition>,
    /// Where the definitions of a release are, by name.
    places: BTreeMap<KubernetesVersion, BTreeMap<String, usize>>,
    kinds: BTreeMap<KubernetesVersion, BTreeMap<(String, String), String>>,
}

/// A definition of one release.
#[derive(Debug)]
struct Definition {
    name: String,
    text: String,
    /// Places of the definitions that the text refers to, in the order of their names.
    refers_to: Vec<usize>,
}

impl ArchiveWriter {
    /// A writer without releases.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a release. What none of its kinds refers to is left out. Returns the names that are referred to and not defined;
    /// unless there are none, nothing is added.
    pub fn add(&mut self, release: KubernetesVersion, set: &SchemaSet) -> Result<(), Vec<String>> {
        let mut needed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut missing = BTreeSet::new();
        let mut waiting: Vec<&str> = set.kinds.values().map(String::as_str).collect();
        while let Some(name) = waiting.pop() {
            if needed.contains_key(name) {
                continue;
            }
            let Some((name, definition)) = set.definitions.get_key_value(name) else {
                missing.insert(name.to_owned());
                continue;
            };
            let mut references = BTreeSet::new();
            collect_references(definition, &mut references);
            for reference in &references {
                match set.definitions.get_key_value(reference) {
                    Some((known, _)) => waiting.push(known),
                    None => drop(missing.insert(reference.clone())),
                }
            }
            needed.insert(name, references);
        }
        if !missing.is_empty() {
            return Err(missing.into_iter().collect());
        }
        let first = self.definitions.len();
        let places: BTreeMap<String, usize> =
            needed.keys().enumerate().map(|(offset, name)| ((*name).to_owned(), first + offset)).collect();
        for (name, references) in &needed {
            self.definitions.push(Definition {
                name: (*name).to_owned(),
                text: set.definitions.get(*name).map(Value::to_string).unwrap_or_default(),
                refers_to: references.iter().filter_map(|reference| places.get(reference).copied()).collect(),
            });
        }
        self.places.insert(release, places);
        self.kinds.insert(release, set.kinds.clone());
        Ok(())
    }

    /// The archive. The same releases give the same bytes, in whatever order they were added.
    pub fn finish(&self) -> io::Result<Vec<u8>> {
        let classes = self.classes();
        let mut index = Index::default();
        let mut blocks = Vec::new();
        self.write_texts(&classes, &mut index, &mut blocks)?;
        for (release, kinds) in &self.kinds {
            let number =
                |name: &String| self.places.get(release)?.get(name).and_then(|place| classes.get(*place)).copied();
            let kinds = kinds
                .iter()
                .filter_map(|((api_version, kind), name)| Some((format!("{api_version} {kind}"), number(name)?)));
            index.releases.insert(release.to_string(), kinds.collect());
        }
        let text = serde_json::to_string(&index)?;
        let packed = pack(&text)?;
        let mut bytes = MAGIC.to_vec();
        for length in [packed.len(), text.len()] {
            let length = u32::try_from(length).map_err(|_| io::Error::other("the index is larger than 4 GiB"))?;
            bytes.extend(length.to_le_bytes());
        }
        bytes.extend(packed);
        bytes.extend(blocks);
        Ok(bytes)
    }

    /// The number of the entry that each definition belongs to: those that say the same and refer to the same, in all depth.
    ///
    /// Definitions begin together if name and text are the same, and are parted as long as two of them refer to different
    /// entries. That works for definitions that refer to themselves, too.
    fn classes(&self) -> Vec<usize> {
        let mut classes = number(self.definitions.iter().map(|definition| (&definition.name, &definition.text)));
        loop {
            let known = classes.iter().max().copied();
            let keys = self.definitions.iter().zip(&classes).map(|(definition, class)| {
                let refers_to: Vec<usize> =
                    definition.refers_to.iter().filter_map(|place| classes.get(*place).copied()).collect();
                (*class, refers_to)
            });
            classes = number(keys);
            if classes.iter().max().copied() == known {
                return classes;
            }
        }
    }

    /// Writes each distinct text once, one block a package, and the entries.
    fn write_texts(&self, classes: &[usize], index: &mut Index, blocks: &mut Vec<u8>) -> io::Result<()> {
        let mut entries: BTreeMap<usize, &Definition> = BTreeMap::new();
        let mut packages: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
        for (definition, class) in self.definitions.iter().zip(classes) {
            entries.insert(*class, definition);
            packages.entry(package(&definition.name)).or_default().insert((&definition.name, &definition.text));
        }
        let mut places = BTreeMap::new();
        for (block, texts) in packages.values().enumerate() {
            let mut unpacked = String::new();
            for (name, text) in texts {
                places.insert((*name, *text), (block, unpacked.len()));
                unpacked.push_str(text);
            }
            let packed = pack(&unpacked)?;
            index.blocks.push(Block(blocks.len(), packed.len(), unpacked.len()));
            blocks.extend(packed);
        }
        for definition in entries.values() {
            let place = places.get(&(definition.name.as_str(), definition.text.as_str()));
            let (block, start) = place.copied().unwrap_or_default();
            let refers_to = definition.refers_to.iter().filter_map(|place| classes.get(*place).copied()).collect();
            index.entries.push(Entry(definition.name.clone(), block, start, definition.text.len(), refers_to));
        }
        Ok(())
    }
}

/// The package of a definition: its name up to the last dot.
fn package(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(package, _)| package)
}

/// Numbers equal keys alike, from 0 in the order of the keys.
fn number<K: Ord>(keys: impl Iterator<Item = K>) -> Vec<usize> {
    let keys: Vec<K> = keys.collect();
    let distinct: BTreeSet<&K> = keys.iter().collect();
    let numbers: BTreeMap<&K, usize> = distinct.into_iter().zip(0..).collect();
    keys.iter().filter_map(|key| numbers.get(key).copied()).collect()
}

/// Gathers the names that a schema refers to. A property may be called `$ref`, so what it holds must be a text.
fn collect_references(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                names.extend(target.strip_prefix("#/$defs/").map(str::to_owned));
            }
            fields.values().for_each(|value| collect_references(value, names));
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_references(element, names)),
        _ => {}
    }
}

fn pack(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
