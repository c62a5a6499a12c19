//! Lists whose elements are told apart by keys, or are values that are there once.

use std::borrow::Cow;
use std::collections::HashMap;

use design_vocabulary::{Text, Value};

use super::{DIRECTIVE, Directive, Merge, directive_named};
use crate::cursor::text_of;
use crate::part::Part;
use crate::schema::{SchemaField, Strategy};

impl<'a> Merge<'a> {
    pub(super) fn list(&self, base: Part, mut patch: Part, schema: Option<SchemaField<'a>>) -> Option<Part> {
        let strategy = schema.map_or(Strategy::Replace, SchemaField::strategy);
        if strategy == Strategy::Replace {
            return Some(patch);
        }
        match self.list_directive(&mut patch) {
            Directive::Delete => return None,
            Directive::Replace => return self.settle(patch, schema),
            Directive::Merge => {}
        }
        let at = base.at;
        let base = base.elements(self.store);
        let merged = match strategy {
            Strategy::Replace | Strategy::Values => self.values(base, patch.elements(self.store)),
            Strategy::Keys(keys) => {
                let element = schema.and_then(SchemaField::element);
                match keys.as_slice() {
                    [key] => self.by_key(base, patch, key, element),
                    _ => self.by_keys(base, patch, &keys, element),
                }
            }
        };
        Some(Part::list(self.store, at, merged))
    }

    /// A list of a patch where there is none to patch: without elements that are to be deleted.
    pub(super) fn settle_list(&self, mut patch: Part, schema: Option<SchemaField<'a>>) -> Part {
        self.list_directive(&mut patch);
        let at = patch.at;
        let element = schema.and_then(SchemaField::element);
        let elements = patch.elements(self.store).into_iter().filter_map(|part| self.settle(part, element));
        let elements = elements.filter(|part| !is_empty(&part.value)).collect();
        Part::list(self.store, at, elements)
    }

    /// Takes the instruction for a list out of it: an element that is nothing else.
    fn list_directive(&self, patch: &mut Part) -> Directive {
        let Value::Array(elements) = &patch.value else { return Directive::Merge };
        let is_directive = |value: &Value| {
            value.as_object().filter(|object| object.len() == 1).and_then(|object| object.get(DIRECTIVE)).is_some()
        };
        let Some(number) = elements.iter().position(is_directive) else { return Directive::Merge };
        let named = elements.get(number).and_then(|element| element.get(DIRECTIVE)).and_then(directive_named);
        let at = patch.at;
        let whole = Part { value: std::mem::take(&mut patch.value), at, trace: std::mem::take(&mut patch.trace) };
        let mut elements = whole.elements(self.store);
        let directive = elements.remove(number);
        if named.is_none() {
            self.remark(&directive, "it is none of `merge`, `replace` and `delete`".to_owned());
        }
        *patch = Part::list(self.store, at, elements);
        named.unwrap_or(Directive::Merge)
    }

    /// Values that are there once, those of the patch first.
    fn values(&self, base: Vec<Part>, patch: Vec<Part>) -> Vec<Part> {
        let _ = self;
        let mut seen = std::collections::HashSet::new();
        let mut merged = patch;
        merged.extend(base);
        merged.retain(|part| text_of(&part.value).is_none_or(|text| seen.insert(text)));
        merged
    }

    /// Elements by one key: those of the patch in its order, then the others in theirs.
    fn by_key(&self, base: Vec<Part>, patch: Part, key: &str, schema: Option<SchemaField<'a>>) -> Vec<Part> {
        let key_of = |part: &Part| part.value.get(key).and_then(text_of).filter(|text| !text.is_empty());
        let mut base: Vec<Option<Part>> = base.into_iter().map(Some).collect();
        let mut places: HashMap<Text, usize> = HashMap::new();
        for (number, part) in base.iter().enumerate() {
            if let Some(text) = part.as_ref().and_then(key_of) {
                places.entry(text).or_insert(number);
            }
        }
        let mut merged: Vec<Option<Part>> = Vec::new();
        let mut written: HashMap<Text, usize> = HashMap::new();
        for element in patch.elements(self.store) {
            let Some(text) = key_of(&element) else {
                self.remark(
                    &element,
                    format!("the element has no `{key}`, by which elements of this list are told apart"),
                );
                continue;
            };
            let old = places.remove(&text).and_then(|number| base.get_mut(number)).and_then(Option::take);
            // Two elements of a patch with one key are laid over each other.
            let old =
                old.or_else(|| written.get(&text).and_then(|number| merged.get_mut(*number)).and_then(Option::take));
            let new = match old {
                Some(old) => self.merge(old, element, schema),
                None => self.settle(element, schema),
            };
            if let Some(new) = new.filter(|part| !is_empty(&part.value)) {
                written.insert(text, merged.len());
                merged.push(Some(new));
            }
        }
        merged.into_iter().chain(base).flatten().collect()
    }

    /// Elements by several keys, of which some may be left out.
    ///
    /// kustomize fills keys that are left out from other elements, compares only the keys that are written somewhere, and
    /// then no longer finds an element of the patch whose key was filled. What is lost in that way is told of.
    fn by_keys(
        &self,
        mut base: Vec<Part>,
        patch: Part,
        keys: &[Cow<'a, str>],
        schema: Option<SchemaField<'a>>,
    ) -> Vec<Part> {
        let patch = patch.elements(self.store);
        let of = |part: &Part| -> Vec<Text> {
            keys.iter().map(|key| part.value.get(key).and_then(text_of).unwrap_or_default()).collect()
        };
        let mut wanted: Vec<Vec<Text>> = Vec::new();
        for values in patch.iter().chain(&base).map(of) {
            if !wanted.contains(&values) {
                wanted.push(values);
            }
        }
        fill(&mut wanted);
        let used: Vec<usize> = (0..keys.len())
            .filter(|key| wanted.iter().any(|values| values.get(*key).is_some_and(|v| !v.is_empty())))
            .collect();
        let names: Vec<&str> = used.iter().filter_map(|key| keys.get(*key)).map(AsRef::as_ref).collect();
        let names = if names.is_empty() { keys.iter().map(AsRef::as_ref).collect() } else { names };
        let mut taken = vec![false; patch.len()];
        let mut added: Vec<Part> = Vec::new();
        for values in &wanted {
            let values: Vec<Text> = used.iter().filter_map(|key| values.get(*key)).cloned().collect();
            let pairs: Vec<(&str, &Text)> =
                names.iter().copied().zip(&values).filter(|(_, value)| !value.is_empty()).collect();
            let is_it = |part: &Part| {
                !pairs.is_empty()
                    && pairs.iter().all(|(name, value)| part.value.get(name).and_then(text_of).as_ref() == Some(value))
            };
            let old = base.iter().position(is_it);
            let new = patch.iter().position(is_it);
            if let Some(flag) = new.and_then(|number| taken.get_mut(number)) {
                *flag = true;
            }
            let new = new.and_then(|number| patch.get(number)).cloned();
            let merged = match (old.and_then(|number| base.get(number)).cloned(), new) {
                (Some(old), Some(new)) => self.merge(old, new, schema),
                (Some(old), None) => Some(old),
                (None, Some(new)) => self.settle(new, schema),
                (None, None) => None,
            };
            let Some(mut merged) = merged.filter(|part| !is_empty(&part.value)) else {
                base.retain(|part| !matches(part, &names, &values));
                continue;
            };
            for (name, value) in &pairs {
                if merged.value.get(name).is_none()
                    && let Value::Object(object) = &mut merged.value
                {
                    object.insert(*name, Value::String((*value).clone()));
                }
            }
            if let Some(slot) = old.and_then(|number| base.get_mut(number)) {
                *slot = merged.clone();
            }
            set(&mut added, merged, &names, &values);
        }
        for (element, _) in patch.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            let what = "kustomize does not find the element of the list that this changes, since it leaves out a key that others write";
            self.differs(element, what.to_owned());
        }
        join(added, base, &names)
    }

    /// Removes keys without a value (`key:`) from what a patch touches, as kustomize does; `null` and `~` stay.
    pub(super) fn drop_unwritten(&self, part: &mut Part, schema: Option<SchemaField<'a>>) {
        match &part.value {
            Value::Object(object) if object.iter().any(|(_, value)| may_hold_null(value)) => {
                for key in part.keys() {
                    let Some(mut inner) = part.take(self.store, &key) else { continue };
                    let node = || inner.at.node(&self.store.documents).map(|(_, node)| node.resolved());
                    if inner.value.is_null() && node().is_some_and(|node| node.text().is_empty()) {
                        part.remove(&key);
                        continue;
                    }
                    self.drop_unwritten(&mut inner, schema.and_then(|schema| schema.child(&key)));
                    part.put(self.store, &key, inner);
                }
            }
            Value::Array(_) if matches!(schema.map(SchemaField::strategy), Some(Strategy::Keys(_))) => {
                let at = part.at;
                let whole = Part { value: std::mem::take(&mut part.value), at, trace: std::mem::take(&mut part.trace) };
                let mut elements = whole.elements(self.store);
                for element in &mut elements {
                    self.drop_unwritten(element, schema.and_then(SchemaField::element));
                }
                *part = Part::list(self.store, at, elements);
            }
            _ => {}
        }
    }

    /// Brings a list into a wanted order: elements that are not named stay behind the one that they stood behind.
    pub(super) fn reorder(&self, base: &mut Part, key: &Text, order: &[Value], schema: Option<SchemaField<'a>>) {
        let Some(list) = base.take(self.store, key) else { return };
        let at = list.at;
        let merge_key = match schema.map(SchemaField::strategy) {
            Some(Strategy::Keys(keys)) => keys.first().map(ToString::to_string),
            _ => None,
        };
        let key_of = |value: &Value| match &merge_key {
            Some(merge_key) => value.get(merge_key).and_then(text_of),
            None => text_of(value),
        };
        let ranks: HashMap<Text, usize> =
            order.iter().enumerate().filter_map(|(rank, value)| Some((key_of(value)?, rank))).collect();
        let mut behind = 0;
        let mut ranked: Vec<(usize, Part)> = Vec::new();
        for part in list.elements(self.store) {
            behind = key_of(&part.value).and_then(|text| ranks.get(&text).copied()).unwrap_or(behind);
            ranked.push((behind, part));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        let elements = ranked.into_iter().map(|(_, part)| part).collect();
        base.put(self.store, key, Part::list(self.store, at, elements));
    }
}

/// Fills values that are left out from elements that agree in the others.
fn fill(wanted: &mut [Vec<Text>]) {
    if wanted.iter().flatten().all(|value| !value.is_empty()) {
        return;
    }
    for first in 0..wanted.len() {
        let Some(values) = wanted.get(first).cloned() else { continue };
        for second in 0..wanted.len() {
            let Some(filled) = wanted.get(second).and_then(|others| filled(&values, others)) else { continue };
            if let Some(slot) = wanted.get_mut(first) {
                slot.clone_from(&filled);
            }
            if let Some(slot) = wanted.get_mut(second) {
                *slot = filled;
            }
        }
    }
}

fn filled(first: &[Text], second: &[Text]) -> Option<Vec<Text>> {
    let clash = |(a, b): (&Text, &Text)| a != b && !a.is_empty() && !b.is_empty();
    let pairs = || first.iter().zip(second);
    if pairs().any(clash) || !pairs().any(|(a, b)| a == b) {
        return None;
    }
    Some(pairs().map(|(a, b)| if a.is_empty() { b.clone() } else { a.clone() }).collect())
}

/// Whether an element has all keys, with the values that are not empty. Keys behind the last value count as met.
fn matches(part: &Part, names: &[&str], values: &[Text]) -> bool {
    names.iter().zip(values).all(|(name, value)| {
        part.value.get(name).is_some_and(|found| value.is_empty() || text_of(found).as_ref() == Some(value))
    })
}

/// Puts an element in the place of those with its keys, or at the end.
fn set(list: &mut Vec<Part>, element: Part, names: &[&str], values: &[Text]) {
    let mut found = false;
    for part in list.iter_mut().filter(|part| matches(part, names, values)) {
        *part = element.clone();
        found = true;
    }
    if !found {
        list.push(element);
    }
}

/// What was added, then what was there in its order.
fn join(mut added: Vec<Part>, base: Vec<Part>, names: &[&str]) -> Vec<Part> {
    for element in base {
        let values: Vec<Text> = names.iter().map_while(|name| element.value.get(name).and_then(text_of)).collect();
        if values.is_empty() {
            added.push(element);
            continue;
        }
        if names.len() > 1 {
            added.retain(|part| !matches(part, names, &values));
        }
        set(&mut added, element, names, &values);
    }
    added
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(design_vocabulary::Object::is_empty) || value.is_null()
}

/// Whether there is a null in a value.
fn may_hold_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.iter().any(may_hold_null),
        Value::Object(object) => object.iter().any(|(_, value)| may_hold_null(value)),
        _ => false,
    }
}
