//! What a file defines, without its body.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use design_syntax::{Limits, SourceText};
use design_vocabulary::{FileId, Text};
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::Form;
use crate::index::{Head, Reference};
use crate::read::read;

/// Scans the text of a file for what it defines. Returns that, and whether anything could not be read; [`read`] says what
/// that is. JSON that is as it should be is only skimmed.
pub fn scan(text: &str, limits: &Limits) -> (Vec<Head>, bool) {
    if let Some(heads) = skim(text) {
        return (heads, false);
    }
    let read = read(&SourceText::new(FileId(0), "", text), limits);
    (Head::of(&read), !read.problems.is_empty())
}

/// The heads of a component definition in JSON that [`read`] would have nothing to say about; `None` for anything else.
fn skim(text: &str) -> Option<Vec<Head>> {
    let skimmed: Skimmed = serde_json::from_str(text).ok()?;
    if Form::of(&skimmed.schema_version) != Ok(Form::Component) {
        return None;
    }
    let model = skimmed.model.filter(|model| !model.name.is_empty()).or(skimmed.model_reference).unwrap_or_default();
    let component = skimmed.component;
    if component.kind.is_empty() || component.version.is_empty() {
        return None;
    }
    // What is passed over above may still hold a key twice, which is told of wherever it stands.
    serde_json::from_str::<UniqueKeys>(text).ok()?;
    Some(vec![Head::Component {
        kind: component.kind,
        api_version: component.version,
        model: Reference {
            name: model.name,
            version: model.version.unwrap_or_default(),
            upstream_version: model.model.and_then(|upstream| upstream.version).unwrap_or_default(),
        },
        is_namespaced: skimmed.metadata.and_then(|metadata| metadata.namespaced),
    }])
}

/// The fields that [`read`] looks at in a component definition. One of another type, one that stands twice and one in
/// another spelling ends the skimming; the rest is passed over.
#[derive(Deserialize)]
#[expect(dead_code, reason = "some fields are there for their type only")]
#[serde(rename_all = "camelCase")]
struct Skimmed {
    schema_version: Text,
    component: SkimmedComponent,
    model: Option<SkimmedModel>,
    model_reference: Option<SkimmedModel>,
    metadata: Option<SkimmedMetadata>,
    id: Option<Skipped>,
    version: Option<Skipped>,
    display_name: Option<Skipped>,
    description: Option<Skipped>,
    status: Option<Skipped>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the schema is there for its type only")]
struct SkimmedComponent {
    kind: Text,
    version: Text,
    schema: Option<Schema>,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "the registrant is there for its type only")]
struct SkimmedModel {
    name: Text,
    version: Option<Text>,
    model: Option<SkimmedUpstream>,
    registrant: Option<SkimmedRegistrant>,
}

#[derive(Deserialize)]
struct SkimmedUpstream {
    version: Option<Text>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is there for its type only")]
struct SkimmedRegistrant {
    kind: Option<Skipped>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "some fields are there for their type only")]
struct SkimmedMetadata {
    #[serde(rename = "isNamespaced")]
    namespaced: Option<bool>,
    #[serde(rename = "isAnnotation")]
    annotation: Option<bool>,
    #[serde(rename = "isStorageVersion")]
    storage_version: Option<bool>,
}

/// A text that is not kept.
struct Skipped;

/// A text that holds a JSON mapping, or nothing, and is not kept.
struct Schema;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(|_: &str| true))?;
        Ok(Self)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_mapping =
            |text: &str| text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok();
        deserializer.deserialize_str(TextVisitor(|text: &str| text.is_empty() || is_mapping(text)))?;
        Ok(Self)
    }
}

struct TextVisitor<F>(F);

impl<F: Fn(&str) -> bool> Visitor<'_> for TextVisitor<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if (self.0)(text) { Ok(()) } else { Err(E::custom("not a schema")) }
    }
}

/// A value in which no mapping holds a key twice, and which is not kept.
struct UniqueKeys;

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueKeysVisitor)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = UniqueKeys;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value without a key that stands twice")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueKeys, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some((key, UniqueKeys)) = map.next_entry::<Key<'de>, UniqueKeys>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(UniqueKeys)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<UniqueKeys, A::Error> {
        while sequence.next_element::<UniqueKeys>()?.is_some() {}
        Ok(UniqueKeys)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_unit<E: Error>(self) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }
}

/// A key of a mapping, borrowed where it holds no escape.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(text.to_owned())))
    }
}
