//! Definitions from values. Unknown keys are passed over; a value of the wrong type is told of and read as absent.

use ecow::EcoVec;
use serde::de::{Deserialize, Deserializer, Error};

use super::{
    FieldPath, Match, MatchItem, ModelReference, Patch, RelationshipDefinition, Selector, SelectorItem, SelectorSet,
    Strategy,
};
use crate::{Number, Object, Path, Segment, Text, Value, display_path};

/// A value of a definition that has another type than the format wants; it is read as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where it stands, from the root of what was read.
    pub path: Path,
    /// What it should be: `a mapping`, `a list`, `a string`.
    pub expected: &'static str,
    /// What it is, in the words of JSON Schema.
    pub found: &'static str,
}

impl RelationshipDefinition {
    /// Reads a definition; what has the wrong type is added to the list.
    pub fn read(object: &Object, misread: &mut Vec<Misread>) -> Self {
        let mut reader = Reader::new(misread);
        Self {
            id: reader.id(object),
            schema_version: reader.text(object, &["schemaVersion", "schema_version"]),
            version: reader.text(object, &["version"]),
            kind: reader.text(object, &["kind"]),
            type_name: reader.text(object, &["type"]),
            sub_type: reader.text(object, &["subType", "sub_type"]),
            status: reader.text(object, &["status"]),
            model: reader.model(object, &["model", "modelReference", "model_reference"]),
            description: reader
                .inside(object, &["metadata"], |reader, metadata| reader.text(metadata, &["description"])),
            same_namespace: object.get("metadata").and_then(|metadata| metadata.get("sameNamespace"))
                == Some(&Value::Bool(true)),
            selectors: reader.each(object, &["selectors"], Reader::set),
        }
    }

    /// Reads the `selectors` of a relationship in a design; the object is the relationship.
    pub fn read_selectors(relationship: &Object, misread: &mut Vec<Misread>) -> Vec<SelectorSet> {
        Reader::new(misread).each(relationship, &["selectors"], Reader::set)
    }
}

impl<'de> Deserialize<'de> for RelationshipDefinition {
    /// Unlike [`RelationshipDefinition::read`] it fails at a value of the wrong type, naming the first.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let Value::Object(object) = &value else {
            return Err(D::Error::custom(format!("expected a mapping, found {}", value.type_name())));
        };
        let mut misread = Vec::new();
        let definition = Self::read(object, &mut misread);
        match misread.first() {
            None => Ok(definition),
            Some(Misread { path, expected, found }) => {
                Err(D::Error::custom(format!("`{}`: expected {expected}, found {found}", display_path(path))))
            }
        }
    }
}

/// Reads the fields of a mapping under any of their spellings.
pub(crate) struct Reader<'a> {
    /// Where the reader is.
    path: Path,
    misread: &'a mut Vec<Misread>,
}

impl<'a> Reader<'a> {
    /// A reader at the root of a file; what has the wrong type is added to the list.
    pub(crate) fn new(misread: &'a mut Vec<Misread>) -> Self {
        Self { path: Path::new(), misread }
    }

    fn set(&mut self, object: &Object) -> SelectorSet {
        SelectorSet {
            allow: self.inside(object, &["allow"], Self::selector),
            deny: self.inside(object, &["deny"], Self::selector),
        }
    }

    fn selector(&mut self, object: &Object) -> Selector {
        Selector { from: self.each(object, &["from"], Self::item), to: self.each(object, &["to"], Self::item) }
    }

    fn item(&mut self, object: &Object) -> SelectorItem {
        SelectorItem {
            kind: self.text(object, &["kind"]),
            model: self.model(object, &["model"]),
            id: self.id(object),
            patch: self.inside(object, &["patch"], |reader, patch| Patch {
                strategy: reader.text(patch, &["patchStrategy", "patch_strategy"]),
                mutator: reader.paths(patch, &["mutatorRef", "mutator_ref"]),
                mutated: reader.paths(patch, &["mutatedRef", "mutated_ref"]),
            }),
            matching: self.inside(object, &["match"], |reader, matching| Match {
                refs: reader.paths(matching, &["refs"]),
                from: reader.each(matching, &["from"], Self::match_item).into(),
                to: reader.each(matching, &["to"], Self::match_item).into(),
            }),
            strategies: self.lists(object, &["match_strategy_matrix", "matchStrategyMatrix"], |names| {
                names.iter().map(|name| Strategy::named(name)).collect()
            }),
        }
    }

    fn match_item(&mut self, object: &Object) -> MatchItem {
        MatchItem {
            kind: self.text(object, &["kind"]),
            id: self.id(object),
            mutator: self.paths(object, &["mutatorRef", "mutator_ref"]),
            mutated: self.paths(object, &["mutatedRef", "mutated_ref"]),
        }
    }

    /// A reference to a model; some files have its name only.
    pub(crate) fn model(&mut self, object: &Object, keys: &[&'static str]) -> ModelReference {
        if let Some((_, Value::String(name))) = find(object, keys) {
            return ModelReference { name: name.clone(), ..ModelReference::default() };
        }
        self.inside(object, keys, Self::reference)
    }

    /// What a model, or a reference to one, says of itself.
    pub(crate) fn reference(&mut self, model: &Object) -> ModelReference {
        ModelReference {
            name: self.text(model, &["name"]),
            version: self.text(model, &["version"]),
            upstream_version: self.inside(model, &["model"], |reader, inner| reader.text(inner, &["version"])),
            registrant: self.inside(model, &["registrant"], |reader, inner| reader.text(inner, &["kind"])),
        }
    }

    pub(crate) fn id(&mut self, object: &Object) -> Option<Text> {
        Some(self.text(object, &["id"])).filter(|id| !id.is_empty())
    }

    fn paths(&mut self, object: &Object, keys: &[&'static str]) -> EcoVec<FieldPath> {
        self.lists(object, keys, |segments| FieldPath(segments.into()))
    }

    /// A list of lists of texts; a number stands for its digits.
    fn lists<T: Clone>(&mut self, object: &Object, keys: &[&'static str], make: impl Fn(&[Text]) -> T) -> EcoVec<T> {
        let Some((key, value)) = find(object, keys) else { return EcoVec::new() };
        self.path.push(key.into());
        let mut lists = EcoVec::new();
        for (index, inner) in self.elements(value).iter().enumerate() {
            self.path.push(index.into());
            let mut texts = Vec::new();
            for (index, text) in self.elements(inner).iter().enumerate() {
                match text {
                    Value::String(text) => texts.push(text.clone()),
                    Value::Number(Number::Int(number)) => texts.push(number.to_string().into()),
                    other => self.wrong(Some(index.into()), "a string", other),
                }
            }
            self.path.pop();
            lists.push(make(&texts));
        }
        self.path.pop();
        lists
    }

    fn each<T>(&mut self, object: &Object, keys: &[&'static str], read: fn(&mut Self, &Object) -> T) -> Vec<T> {
        let Some((key, value)) = find(object, keys) else { return Vec::new() };
        self.path.push(key.into());
        let mut items = Vec::new();
        for (index, element) in self.elements(value).iter().enumerate() {
            match element {
                Value::Object(element) => {
                    self.path.push(index.into());
                    items.push(read(self, element));
                    self.path.pop();
                }
                other => self.wrong(Some(index.into()), "a mapping", other),
            }
        }
        self.path.pop();
        items
    }

    pub(crate) fn inside<T: Default>(
        &mut self,
        object: &Object,
        keys: &[&'static str],
        read: impl FnOnce(&mut Self, &Object) -> T,
    ) -> T {
        let Some((key, value)) = find(object, keys) else { return T::default() };
        self.path.push(key.into());
        let result = if let Value::Object(inner) = value {
            read(self, inner)
        } else {
            self.wrong(None, "a mapping", value);
            T::default()
        };
        self.path.pop();
        result
    }

    /// A truth value; `None` where it is absent.
    pub(crate) fn flag(&mut self, object: &Object, keys: &[&'static str]) -> Option<bool> {
        let (key, value) = find(object, keys)?;
        if value.as_bool().is_none() {
            self.wrong(Some(key.into()), "a boolean", value);
        }
        value.as_bool()
    }

    pub(crate) fn text(&mut self, object: &Object, keys: &[&'static str]) -> Text {
        match find(object, keys) {
            None => Text::new(),
            Some((_, Value::String(text))) => text.clone(),
            Some((key, other)) => {
                self.wrong(Some(key.into()), "a string", other);
                Text::new()
            }
        }
    }

    fn elements<'v>(&mut self, value: &'v Value) -> &'v [Value] {
        let elements = value.as_array();
        if elements.is_none() {
            self.wrong(None, "a list", value);
        }
        elements.unwrap_or_default()
    }

    fn wrong(&mut self, segment: Option<Segment>, expected: &'static str, found: &Value) {
        let path = self.path.iter().cloned().chain(segment).collect();
        self.misread.push(Misread { path, expected, found: found.type_name() });
    }
}

/// The first of the spellings of a key that is there and not null.
fn find<'o>(object: &'o Object, keys: &[&'static str]) -> Option<(&'static str, &'o Value)> {
    keys.iter().find_map(|key| Some((*key, object.get(key).filter(|value| !value.is_null())?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAKE: &str = r#"{
        "kind": "edge", "type": "non-binding", "sub_type": "network", "unknown": [1],
        "model": {"name": "kubernetes", "version": "v1.0.0", "model": {"version": "v1.35.0"}, "registrant": null},
        "selectors": [{"allow": {
            "from": [{"kind": "Service", "id": null, "model": "kubernetes", "match": null,
                      "match_strategy_matrix": [["to_contains_from", "not_null"], ["equal"]],
                      "patch": {"mutator_ref": [["configuration", "spec", "ports", 0, "targetPort"]]}}],
            "to": [{"kind": "Pod", "patch": {"patchStrategy": "replace", "mutatedRef": [["configuration"]]},
                    "match": {"from": [{"kind": "self", "mutatorRef": [["displayName"]]}]}}]}, "deny": null}]
    }"#;

    #[test]
    fn both_spellings_are_read_and_written_as_one() {
        let snake: RelationshipDefinition = serde_json::from_str(SNAKE).unwrap();
        assert_eq!(snake.sub_type, "network");
        assert_eq!(snake.model.upstream_version, "v1.35.0");
        let item = &snake.selectors[0].allow.from[0];
        let rows: Vec<&[Strategy]> = item.strategies.iter().map(EcoVec::as_slice).collect();
        assert_eq!(rows, [&[Strategy::ToContainsFrom, Strategy::NotNull][..], &[Strategy::Equal]]);
        assert_eq!(
            item.patch.mutator.as_slice(),
            [FieldPath::new(["configuration", "spec", "ports", "0", "targetPort"])]
        );
        assert_eq!(item.model.name, "kubernetes");
        let camel = serde_json::to_string(&snake.to_value()).unwrap();
        assert!(camel.contains("matchStrategyMatrix") && camel.contains("mutatorRef"), "{camel}");
        assert_eq!(serde_json::from_str::<RelationshipDefinition>(&camel).unwrap(), snake);
    }

    #[test]
    fn what_has_the_wrong_type_is_told_of_with_its_path() {
        let text = r#"{"kind": 1, "selectors": [{"allow": {"from": [{"patch": {"mutatorRef": ["configuration"]}}]}}]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let mut misread = Vec::new();
        let definition = RelationshipDefinition::read(value.as_object().unwrap(), &mut misread);
        let told: Vec<_> = misread.iter().map(|misread| (display_path(&misread.path), misread.expected)).collect();
        let path = "selectors[0].allow.from[0].patch.mutatorRef[0]".to_owned();
        assert_eq!(told, [("kind".to_owned(), "a string"), (path, "a list")]);
        assert_eq!(definition.selectors[0].allow.from[0].patch.mutator.as_slice(), [FieldPath::default()]);
        let error = serde_json::from_str::<RelationshipDefinition>(text).unwrap_err();
        assert!(error.to_string().starts_with("`kind`: expected a string, found number"), "{error}");
    }

    #[test]
    fn a_number_is_an_index_only_in_a_sequence() {
        let value: Value = serde_json::from_str(r#"{"0": {"list": [1, 2]}}"#).unwrap();
        let path = FieldPath::new(["0", "list", "1"]).segments(&value);
        assert_eq!(path, ["0".into(), "list".into(), Segment::Index(1)]);
        assert_eq!(value.at(&path), Some(&Value::from(2)));
    }
}
