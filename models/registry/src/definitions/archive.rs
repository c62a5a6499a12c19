//! The archive of schemas: each distinct definition once, in compressed blocks, one block a package of definitions.
//!
//! Releases share most definitions, and a kind needs few of them. So a definition is stored by its content, and which ones
//! belong together is said by an index: an entry is a definition together with the entries that it refers to. Two releases
//! in which a kind is the same in all its depth have the same entry.
//!
//! The file: eight bytes that name the format; the packed and unpacked length of the index, four bytes each, least
//! significant first; the index as compressed JSON; the blocks, one after another.

mod writer;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::DeflateDecoder;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{KubernetesVersion, Schema};
pub use writer::{ArchiveWriter, SchemaSet};

/// What an archive begins with; the last byte is the version of the format.
const MAGIC: &[u8; 8] = b"designS\x01";

/// An archive that is open: the index is read, and blocks are unpacked when a schema needs them.
#[derive(Debug)]
pub struct Archive {
    index: Index,
    /// The whole file.
    packed: Cow<'static, [u8]>,
    /// Where the first block begins, in bytes.
    first: usize,
    blocks: Vec<OnceLock<Result<String, ArchiveError>>>,
    schemas: Vec<OnceLock<Result<Schema, ArchiveError>>>,
}

/// What an archive holds and where.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Index {
    blocks: Vec<Block>,
    entries: Vec<Entry>,
    /// Release -> apiVersion and kind, with a blank between -> number of the entry.
    releases: BTreeMap<String, BTreeMap<String, usize>>,
}

/// A block: where it begins, its length there, and its length unpacked. In bytes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Block(usize, usize, usize);

/// A definition: its name, the number of its block, where its text begins there, the length of the text in bytes, and the
/// numbers of the entries that the text refers to.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Entry(String, usize, usize, usize, Vec<usize>);

/// Why an archive cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// It does not begin as archives do, or comes from another version of the format.
    Format,
    /// A part of it does not unpack.
    Damaged,
    /// The index names something that is not there.
    Index,
    /// A definition is no JSON.
    Definition,
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Format => "this is no archive of schemas, or one of another version",
            Self::Damaged => "the archive of schemas is damaged: a part does not unpack",
            Self::Index => "the archive of schemas is damaged: the index names something that is not there",
            Self::Definition => "the archive of schemas is damaged: a definition is no JSON",
        })
    }
}

impl std::error::Error for ArchiveError {}

impl Archive {
    /// Opens an archive: reads its index and no more.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ArchiveError> {
        let packed = bytes.into();
        let rest = packed.strip_prefix(MAGIC).ok_or(ArchiveError::Format)?;
        let (packed_length, rest) = length(rest)?;
        let (unpacked_length, rest) = length(rest)?;
        let first = (packed.len() - rest.len()).saturating_add(packed_length);
        let (index, _) = rest.split_at_checked(packed_length).ok_or(ArchiveError::Damaged)?;
        let index: Index = serde_json::from_str(&unpack(index, unpacked_length)?).map_err(|_| ArchiveError::Index)?;
        let blocks = index.blocks.iter().map(|_| OnceLock::new()).collect();
        let schemas = index.entries.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { index, packed, first, blocks, schemas })
    }

    /// The releases that the archive holds, sorted by their text.
    pub fn releases(&self) -> impl Iterator<Item = &str> {
        self.index.releases.keys().map(String::as_str)
    }

    /// The kinds of a release as apiVersion and kind, sorted.
    pub fn kinds(&self, release: KubernetesVersion) -> impl Iterator<Item = (&str, &str)> {
        let kinds = self.index.releases.get(&release.to_string());
        kinds.into_iter().flat_map(|kinds| kinds.keys().filter_map(|key| key.split_once(' ')))
    }

    /// The schema of a kind in a release, made the first time that somebody asks; `None` where there is none.
    pub fn schema(
        &self,
        release: KubernetesVersion,
        api_version: &str,
        kind: &str,
    ) -> Result<Option<&Schema>, ArchiveError> {
        let kinds = self.index.releases.get(&release.to_string());
        let Some(number) = kinds.and_then(|kinds| kinds.get(&format!("{api_version} {kind}"))) else {
            return Ok(None);
        };
        let made = self.schemas.get(*number).ok_or(ArchiveError::Index)?;
        made.get_or_init(|| self.assemble(*number)).as_ref().map(Some).map_err(|error| *error)
    }

    /// Puts a schema together from an entry and all that it refers to, directly and through others.
    fn assemble(&self, root: usize) -> Result<Schema, ArchiveError> {
        let mut definitions = Map::new();
        let mut waiting = vec![root];
        while let Some(number) = waiting.pop() {
            let entry = self.index.entries.get(number).ok_or(ArchiveError::Index)?;
            let Entry(name, block, start, length, refers_to) = entry;
            if definitions.contains_key(name) {
                continue;
            }
            let text = self.block(*block)?.get(*start..start.saturating_add(*length)).ok_or(ArchiveError::Index)?;
            let definition: Value = serde_json::from_str(text).map_err(|_| ArchiveError::Definition)?;
            definitions.insert(name.clone(), definition);
            waiting.extend(refers_to);
        }
        let name = &self.index.entries.get(root).ok_or(ArchiveError::Index)?.0;
        Ok(Schema::new(root, name, definitions))
    }

    /// The text of a block, unpacked the first time that somebody asks.
    fn block(&self, number: usize) -> Result<&str, ArchiveError> {
        let unpacked = self.blocks.get(number).ok_or(ArchiveError::Index)?;
        let text = unpacked.get_or_init(|| {
            let Block(start, length, unpacked_length) = *self.index.blocks.get(number).ok_or(ArchiveError::Index)?;
            let start = self.first.saturating_add(start);
            let packed = self.packed.get(start..start.saturating_add(length)).ok_or(ArchiveError::Index)?;
            unpack(packed, unpacked_length)
        });
        text.as_deref().map_err(|error| *error)
    }
}

/// Takes a length from the beginning of some bytes.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), ArchiveError> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(ArchiveError::Format)?;
    Ok((usize::try_from(u32::from_le_bytes(*length)).map_err(|_| ArchiveError::Format)?, rest))
}

/// Unpacks a text of a known length; anything longer or shorter is damage.
fn unpack(packed: &[u8], length: usize) -> Result<String, ArchiveError> {
    let mut text = String::new();
    let limit = u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1);
    DeflateDecoder::new(packed).take(limit).read_to_string(&mut text).map_err(|_| ArchiveError::Damaged)?;
    if text.len() == length { Ok(text) } else { Err(ArchiveError::Damaged) }
}
