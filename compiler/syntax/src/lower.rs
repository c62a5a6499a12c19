//! Nodes to values.

use std::collections::HashMap;

use design_vocabulary::{Number, Object, Span, Text, Value};
use ecow::EcoVec;

use crate::Problem;
use crate::arena::{Kind, NodeRef, Style, is_merge};
use crate::scalar::{Resolved, Rules, key_text, resolve};

/// The value of a node under the rules of its document: aliases followed, merge keys applied, of equal keys the last.
///
/// What JSON cannot hold becomes text, with a problem. The size is bounded: a document whose aliases grow too far was
/// refused when it was parsed.
pub fn lower(node: NodeRef<'_>, problems: &mut Vec<Problem>) -> Value {
    Lowering { problems }.value(node, true)
}

/// A mapping with more keys than this gets an index of them.
const FEW: usize = 12;

struct Lowering<'a> {
    problems: &'a mut Vec<Problem>,
}

impl Lowering<'_> {
    /// `written`: this is the node itself, not what an alias stands for, so its problems have not been told yet.
    fn value(&mut self, node: NodeRef<'_>, written: bool) -> Value {
        let target = node.resolved();
        let written = written && target.id() == node.id();
        match target.kind() {
            Kind::Scalar => self.scalar(target, written),
            Kind::Sequence => {
                // Counting first is cheaper than growing, and a hundred thousand objects hold no slack then.
                let mut elements = EcoVec::with_capacity(target.children().count());
                for child in target.children() {
                    elements.push(self.value(child, written));
                }
                Value::Array(elements)
            }
            Kind::Mapping => self.mapping(target, written),
            // An alias never names an alias.
            Kind::Alias => Value::Null,
        }
    }

    fn mapping(&mut self, node: NodeRef<'_>, written: bool) -> Value {
        let entries = node.entries();
        let mut keys = Keys::default();
        let mut object: EcoVec<(Text, Value)> = EcoVec::with_capacity(entries.clone().count());
        let mut merges: Vec<NodeRef<'_>> = Vec::new();
        let mut firsts: HashMap<Text, Span> = HashMap::new();
        for (name, value) in entries {
            if is_merge(name) {
                merges.push(value.resolved());
                continue;
            }
            let key = self.key(name, written);
            let value = self.value(value, written);
            if let Some(position) = keys.position(&object, &key) {
                if written {
                    if firsts.is_empty() {
                        firsts = self.firsts(node);
                    }
                    let first = firsts.get(&key).copied().unwrap_or(name.span());
                    self.problems.push(Problem::DuplicateKey { key, first, second: name.span() });
                }
                if let Some(slot) = object.make_mut().get_mut(position) {
                    slot.1 = value;
                }
            } else {
                keys.added(&object, &key);
                object.push((key, value));
            }
        }
        for merge in merges {
            self.merge(merge, &mut object, &mut keys);
        }
        Value::Object(Object::from_unique(object))
    }

    /// Takes over the keys of merged mappings that are not there yet; of several, the first wins (the merge key type of
    /// YAML 1.1).
    fn merge(&mut self, node: NodeRef<'_>, object: &mut EcoVec<(Text, Value)>, keys: &mut Keys) {
        match node.kind() {
            Kind::Sequence => {
                for element in node.children() {
                    match element.resolved() {
                        mapping if mapping.kind() == Kind::Mapping => self.merge(mapping, object, keys),
                        _ => self.no_mapping(element),
                    }
                }
            }
            Kind::Mapping => {
                let Value::Object(merged) = self.value(node, false) else {
                    return;
                };
                for (key, value) in merged {
                    if keys.position(object, &key).is_none() {
                        keys.added(object, &key);
                        object.push((key, value));
                    }
                }
            }
            Kind::Scalar | Kind::Alias => self.no_mapping(node),
        }
    }

    /// The value of a merge key is a mapping or a sequence of mappings, not a sequence of such sequences.
    fn no_mapping(&mut self, node: NodeRef<'_>) {
        self.problems.push(Problem::NotJson { what: "a merge key whose value is not a mapping", span: node.span() });
    }

    /// Where each key of a mapping stands first.
    fn firsts(&mut self, node: NodeRef<'_>) -> HashMap<Text, Span> {
        let mut firsts = HashMap::new();
        for (name, _) in node.entries().filter(|(name, _)| !is_merge(*name)) {
            firsts.entry(self.key(name, false)).or_insert(name.span());
        }
        firsts
    }

    fn key(&mut self, key: NodeRef<'_>, written: bool) -> Text {
        let target = key.resolved();
        if target.kind() != Kind::Scalar {
            if written {
                self.problems
                    .push(Problem::NotJson { what: "a mapping key that is itself a collection", span: key.span() });
            }
            return key.document.source.slice(key.span().start, key.span().end).into();
        }
        if target.style() == Style::Plain && target.tag().is_none() {
            let rules = key.document.rules();
            let resolved = resolve(target.text(), rules);
            if resolved == Resolved::Null && written {
                self.problems.push(Problem::NotJson { what: "a mapping key that is null", span: key.span() });
            }
            if rules == Rules::Core && written && matches!(resolve(target.text(), Rules::Kubernetes), Resolved::Bool(_))
            {
                self.read_differently(target, resolved);
            }
        }
        Text::from(key_text(target).as_ref())
    }

    fn scalar(&mut self, node: NodeRef<'_>, written: bool) -> Value {
        if let Some(tag) = node.tag() {
            return self.tagged(node, tag, written);
        }
        if node.style() != Style::Plain {
            return Value::String(node.text().into());
        }
        let rules = node.document.rules();
        let resolved = resolve(node.text(), rules);
        if rules == Rules::Core && written {
            self.read_differently(node, resolved);
        }
        self.plain(node, resolved, written)
    }

    fn plain(&mut self, node: NodeRef<'_>, resolved: Resolved, written: bool) -> Value {
        match resolved {
            Resolved::Null => Value::Null,
            Resolved::Bool(value) => Value::Bool(value),
            Resolved::Number(number) => Value::Number(number),
            Resolved::String => Value::String(node.text().into()),
            Resolved::NotFinite => {
                if written {
                    self.problems.push(Problem::NotJson { what: "an infinite or undefined number", span: node.span() });
                }
                Value::String(node.text().into())
            }
        }
    }

    fn tagged(&mut self, node: NodeRef<'_>, tag: &str, written: bool) -> Value {
        let resolved = resolve(node.text(), node.document.rules());
        let number = |as_float: bool| match resolved {
            Resolved::Number(Number::Int(value)) if as_float => {
                // A float tag on an integer is what the author asked for, precision included.
                #[expect(clippy::cast_precision_loss, reason = "the tag asks for a double")]
                let value = value as f64;
                Some(Value::Number(Number::Float(value)))
            }
            Resolved::Number(number) => Some(Value::Number(number)),
            _ => None,
        };
        let value = match tag.strip_prefix("tag:yaml.org,2002:") {
            Some("str" | "binary" | "timestamp") => Some(Value::String(node.text().into())),
            Some("null") => Some(Value::Null),
            Some("int") => number(false),
            Some("float") => number(true),
            Some("bool") => match resolved {
                Resolved::Bool(value) => Some(Value::Bool(value)),
                _ => None,
            },
            // `!` alone says: not resolved, so text.
            None if tag == "!" => Some(Value::String(node.text().into())),
            _ => None,
        };
        value.unwrap_or_else(|| {
            if written {
                self.problems.push(Problem::NotJson {
                    what: "a scalar with a tag that JSON has no type for",
                    span: node.span(),
                });
            }
            Value::String(node.text().into())
        })
    }

    fn read_differently(&mut self, node: NodeRef<'_>, here: Resolved) {
        let kubernetes = resolve(node.text(), Rules::Kubernetes);
        if kubernetes == here {
            return;
        }
        self.problems.push(Problem::ReadDifferently {
            written: node.text().into(),
            kubernetes: json(kubernetes, node.text()),
            here: json(here, node.text()),
            span: node.span(),
        });
    }
}

fn json(resolved: Resolved, text: &str) -> String {
    match resolved {
        Resolved::Null => "null".into(),
        Resolved::Bool(value) => value.to_string(),
        Resolved::Number(Number::Int(value)) => value.to_string(),
        Resolved::Number(Number::Unsigned(value)) => value.to_string(),
        Resolved::Number(Number::Float(value)) => value.to_string(),
        Resolved::String | Resolved::NotFinite => format!("{text:?}"),
    }
}

/// Finds keys of a mapping that is being built, by an index once there are many.
#[derive(Default)]
struct Keys(HashMap<Text, usize>);

impl Keys {
    fn position(&mut self, object: &EcoVec<(Text, Value)>, key: &str) -> Option<usize> {
        if object.len() <= FEW {
            return object.iter().position(|(name, _)| name == key);
        }
        if self.0.len() != object.len() {
            self.0 = object.iter().enumerate().map(|(position, (name, _))| (name.clone(), position)).collect();
        }
        self.0.get(key).copied()
    }

    /// Tells of a key that is about to be put at the end.
    fn added(&mut self, object: &EcoVec<(Text, Value)>, key: &Text) {
        if !self.0.is_empty() {
            self.0.insert(key.clone(), object.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use super::*;
    use crate::{Limits, SourceText, parse};

    #[test]
    fn what_is_merged_is_a_mapping_or_a_sequence_of_mappings() {
        let text = "a: &a {x: 1}\nb: {<<: [*a, [*a], 7], y: 2}\nc: {<<: [[*a]], y: 2}\n";
        let parsed = parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default());
        let root = parsed.documents[0].root().unwrap();
        let mut problems = Vec::new();
        let value = lower(root, &mut problems);
        assert_eq!(problems.len(), 3, "{problems:?}");
        for (key, has_x) in [("b", true), ("c", false)] {
            assert_eq!(value.get(key).unwrap().get("x").is_some(), has_x);
            assert_eq!(root.get(key).unwrap().get("x").is_some(), has_x);
        }
    }

    #[test]
    fn a_key_that_is_a_collection_is_found_by_what_is_written() {
        let text = "a: &a {[]: 2, x: 1}\nb: {<<: *a}\n";
        let parsed = parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default());
        let root = parsed.documents[0].root().unwrap();
        for key in ["a", "b"] {
            assert_eq!(root.get(key).unwrap().get("[]").unwrap().text(), "2");
        }
    }

    #[test]
    fn the_first_of_two_equal_keys_is_found_for_keys_that_are_collections_too() {
        let parsed = parse(&SourceText::new(FileId(0), "a.yaml", "? [a]\n: 1\n? [a]\n: 2\n"), &Limits::default());
        let mut problems = Vec::new();
        lower(parsed.documents[0].root().unwrap(), &mut problems);
        let (first, second) = (Span::new(FileId(0), 2, 5), Span::new(FileId(0), 12, 15));
        assert!(problems.contains(&Problem::DuplicateKey { key: "[a]".into(), first, second }), "{problems:?}");
    }
}
