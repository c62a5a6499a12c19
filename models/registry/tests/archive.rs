//! The archive of schemas: what goes in comes out, once, and damage is told.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use design_registry::definitions::{Archive, ArchiveError, ArchiveWriter, KubernetesVersion, SchemaSet};
use serde_json::{Value, json};

const OLD: KubernetesVersion = KubernetesVersion::new(1, 1);
const NEW: KubernetesVersion = KubernetesVersion::new(1, 2);

/// A release with two kinds; `detail` is what an object that only the first refers to, through another, looks like.
fn set(detail: &Value) -> SchemaSet {
    let definitions = BTreeMap::from([
        ("a.v1.Shop".to_owned(), json!({"properties": {"spec": {"$ref": "#/$defs/a.v1.Spec"}}})),
        ("a.v1.Spec".to_owned(), json!({"properties": {"detail": {"allOf": [{"$ref": "#/$defs/b.Detail"}]}}})),
        ("b.Detail".to_owned(), detail.clone()),
        // It refers to itself, and has a property that looks like a reference.
        ("b.Tree".to_owned(), json!({"items": {"$ref": "#/$defs/b.Tree"}, "properties": {"$ref": {"type": "string"}}})),
        ("b.Unused".to_owned(), json!({})),
    ]);
    let kind = |name: &str| ("example.org/v1".to_owned(), name.to_owned());
    let kinds = BTreeMap::from([(kind("Shop"), "a.v1.Shop".to_owned()), (kind("Tree"), "b.Tree".to_owned())]);
    SchemaSet { definitions, kinds }
}

fn packed() -> Vec<u8> {
    let mut writer = ArchiveWriter::new();
    writer.add(OLD, &set(&json!({"type": "string"}))).unwrap();
    writer.add(NEW, &set(&json!({"type": "integer"}))).unwrap();
    writer.finish().unwrap()
}

#[test]
fn a_schema_comes_out_with_all_that_it_refers_to_and_no_more() {
    let archive = Archive::open(packed()).unwrap();
    assert_eq!(archive.releases().collect::<Vec<_>>(), ["1.1", "1.2"]);
    assert_eq!(archive.kinds(OLD).collect::<Vec<_>>(), [("example.org/v1", "Shop"), ("example.org/v1", "Tree")]);
    let shop = archive.schema(NEW, "example.org/v1", "Shop").unwrap().unwrap();
    let expected = set(&json!({"type": "integer"})).definitions;
    let definitions = shop.value()["$defs"].as_object().unwrap();
    assert_eq!(definitions.keys().collect::<Vec<_>>(), ["a.v1.Shop", "a.v1.Spec", "b.Detail"]);
    for (name, definition) in definitions {
        assert_eq!(*definition, expected[name]);
    }
    assert_eq!(shop.value()["$ref"], "#/$defs/a.v1.Shop");
    assert!(archive.schema(NEW, "example.org/v1", "Nothing").unwrap().is_none());
    assert!(archive.schema(KubernetesVersion::new(1, 3), "example.org/v1", "Shop").unwrap().is_none());
}

#[test]
fn releases_share_what_is_the_same_in_all_its_depth() {
    let archive = Archive::open(packed()).unwrap();
    let identity = |release, kind| archive.schema(release, "example.org/v1", kind).unwrap().unwrap().identity();
    assert_eq!(identity(OLD, "Tree"), identity(NEW, "Tree"));
    // Its own text is the same, and so is that of what it refers to; what that refers to has changed.
    assert_ne!(identity(OLD, "Shop"), identity(NEW, "Shop"));
}

#[test]
fn the_order_of_releases_does_not_show() {
    let mut writer = ArchiveWriter::new();
    writer.add(NEW, &set(&json!({"type": "integer"}))).unwrap();
    writer.add(OLD, &set(&json!({"type": "string"}))).unwrap();
    assert_eq!(writer.finish().unwrap(), packed());
}

#[test]
fn a_reference_to_nothing_is_refused_by_name() {
    let mut incomplete = set(&json!({"$ref": "#/$defs/b.Gone"}));
    incomplete.kinds.insert(("v1".to_owned(), "Ghost".to_owned()), "b.Ghost".to_owned());
    assert_eq!(ArchiveWriter::new().add(OLD, &incomplete), Err(vec!["b.Ghost".to_owned(), "b.Gone".to_owned()]));
}

#[test]
fn damage_is_told_and_never_panics() {
    let whole = packed();
    assert_eq!(Archive::open(Vec::new()).unwrap_err(), ArchiveError::Format);
    assert_eq!(Archive::open(b"designS\x02\0\0\0\0\0\0\0\0".to_vec()).unwrap_err(), ArchiveError::Format);
    let read = |bytes: Vec<u8>| -> Result<(), ArchiveError> {
        let archive = Archive::open(bytes)?;
        for release in [OLD, NEW] {
            for kind in ["Shop", "Tree"] {
                archive.schema(release, "example.org/v1", kind)?;
            }
        }
        Ok(())
    };
    assert_eq!(read(whole.clone()), Ok(()));
    for length in 0..whole.len() {
        assert!(read(whole[..length].to_vec()).is_err(), "cut at {length}");
    }
    for place in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x55;
        // Whether a flip can be told depends on where it is; nothing but an answer is asked.
        let _ = read(flipped);
    }
}
