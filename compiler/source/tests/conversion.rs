//! Conversions and the canonical form, on designs of any shape.

use design_source::{Version, canonical, convert};
use design_vocabulary::{Number, Object, Value};
use proptest::prelude::*;

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| Value::Number(Number::Int(number.into()))),
        "[a-z]{0,6}".prop_map(|text| Value::String(text.into())),
    ]
}

/// Fields of the format in both cases, fields that it does not have, and values that do not belong there.
fn object(fields: &'static [&'static str]) -> impl Strategy<Value = Object> {
    let body = prop_oneof![
        3 => leaf(),
        1 => prop::collection::vec(("[a-z]{1,5}", leaf()), 0..4).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        1 => prop::collection::vec(leaf(), 0..3).prop_map(|elements| elements.into_iter().collect()),
    ];
    prop::collection::vec((prop::sample::select(fields), body), 0..8).prop_map(|entries| entries.into_iter().collect())
}

fn design() -> impl Strategy<Value = Object> {
    let component = object(&[
        "displayName",
        "component",
        "configuration",
        "id",
        "created_at",
        "updatedAt",
        "metadata",
        "model",
        "modelReference",
        "styles",
        "own",
    ]);
    let relationship = object(&["kind", "type", "subType", "selectors", "id", "status", "deleted_at", "own"]);
    let root = object(&["name", "version", "schemaVersion", "id", "metadata", "preferences", "own", "created_at"]);
    let list = |strategy| prop::collection::vec(strategy, 0..4);
    (root, list(component.boxed()), list(relationship.boxed())).prop_map(|(mut root, components, relationships)| {
        root.insert("components", components.into_iter().map(Value::Object).collect());
        root.insert("relationships", relationships.into_iter().map(Value::Object).collect());
        root
    })
}

fn keys(object: &Object) -> Vec<String> {
    let mut keys: Vec<String> = object.keys().map(ToString::to_string).collect();
    keys.sort();
    keys
}

proptest! {
    #[test]
    fn the_canonical_form_loses_nothing_and_is_a_fixed_point(design in design()) {
        let ordered = canonical(&design);
        prop_assert_eq!(keys(&ordered), keys(&design));
        prop_assert_eq!(&canonical(&ordered), &ordered);
        for (key, value) in design.iter().filter(|(key, _)| !matches!(key.as_str(), "components" | "relationships")) {
            prop_assert_eq!(ordered.get(key), Some(value));
        }
    }

    #[test]
    fn a_conversion_done_twice_changes_nothing_and_one_leads_back(design in design()) {
        for (there, back) in [(Version::V1Beta1, Version::V1Beta3), (Version::V1Beta3, Version::V1Beta1)] {
            let converted = convert(&design, there).design;
            prop_assert_eq!(&convert(&converted, there).design, &converted);
            let returned = convert(&convert(&converted, back).design, there).design;
            prop_assert_eq!(&returned, &converted);
        }
    }

    #[test]
    fn every_component_has_what_the_schema_requires_and_an_id_of_its_own(design in design()) {
        let converted = convert(&design, Version::V1Beta3).design;
        let mut ids = Vec::new();
        for component in converted.get("components").and_then(Value::as_array).unwrap_or_default() {
            for field in ["id", "displayName", "description", "schemaVersion", "format", "version", "configuration", "metadata", "model", "modelReference", "component"] {
                prop_assert!(component.get(field).is_some_and(|value| !value.is_null()), "{field} is missing");
            }
            ids.push(component.get("id").cloned());
        }
        let count = ids.len();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
    }
}
