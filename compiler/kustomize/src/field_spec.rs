//! Fields by kind and path, as kustomize's configuration names them, and the walk to what they name.

use design_source::{Trace, Written};
use design_vocabulary::{Object, Path, Segment, Text, Value};

use crate::cursor::{Cursor, Store};
use crate::resource::{Gvk, Resource};

/// A field of the objects of some kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    /// The kinds; empty parts mean any.
    pub gvk: Gvk,
    /// The path as written, with `/` between keys.
    pub path: Text,
    /// Whether the field is made where it is absent.
    pub create: bool,
}

impl FieldSpec {
    /// A field of any kind.
    pub fn any(path: &str, create: bool) -> Self {
        Self { gvk: Gvk::default(), path: path.into(), create }
    }

    /// Reads one from a configuration.
    pub fn read(cursor: &Cursor, store: &Store) -> Self {
        let text = |key: &str| cursor.get(store, key).and_then(|value| value.text()).unwrap_or_default();
        Self {
            gvk: Gvk { group: text("group"), version: text("version"), kind: text("kind") },
            path: text("path"),
            create: cursor.get(store, "create").is_some_and(|value| value.value == Value::Bool(true)),
        }
    }

    /// Reads a list of them.
    pub fn read_all(cursor: Option<Cursor>, store: &Store) -> Vec<Self> {
        let items = cursor.map(|list| list.items(store)).unwrap_or_default();
        items.iter().map(|item| Self::read(item, store)).collect()
    }

    /// The keys of the path; a slash behind a backslash is part of a key.
    pub fn keys(&self) -> Vec<Text> {
        split_path(&self.path, '/')
    }
}

/// Adds fields to a list, those that it has left out. It fails with the path where the two lists say differently whether a
/// field is to be made.
pub(crate) fn merge(list: &mut Vec<FieldSpec>, more: &[FieldSpec]) -> Result<(), Text> {
    for spec in more {
        match list.iter().find(|known| known.path == spec.path && known.gvk.is_selected(&spec.gvk)) {
            Some(known) if known.create != spec.create => return Err(spec.path.clone()),
            Some(_) => {}
            None => list.push(spec.clone()),
        }
    }
    Ok(())
}

/// Splits at a delimiter, one behind a backslash excepted; one at the beginning counts as absent.
pub(crate) fn split_path(path: &str, delimiter: char) -> Vec<Text> {
    let rest = path.strip_prefix(delimiter).unwrap_or(path);
    let mut parts: Vec<String> = Vec::new();
    for part in rest.split(delimiter) {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts.into_iter().map(Text::from).collect()
}

/// What is made where a field is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Make {
    /// Nothing.
    Nothing,
    /// A mapping.
    Mapping,
    /// An empty scalar, which the setter fills.
    Scalar,
}

/// A walk through one object. It notes which values changed, and where the new ones were written.
pub(crate) struct Walk {
    path: Path,
    changes: Vec<(Path, Written)>,
}

/// What is done with a value that a field names.
pub(crate) type Setter<'a> = &'a mut dyn FnMut(&mut Value, &mut Walk) -> Result<(), String>;

impl Walk {
    /// The value that is looked at was set by what stands at a place.
    pub fn changed(&mut self, by: Written) {
        self.changes.push((self.path.clone(), by));
    }

    /// The value of a key of the mapping that is looked at was set.
    pub fn changed_key(&mut self, key: &Text, by: Written) {
        let mut path = self.path.clone();
        path.push(Segment::Key(key.clone()));
        self.changes.push((path, by));
    }

    /// Looks further in: what changes meanwhile stands below the value that is looked at.
    pub fn inside<T>(&mut self, path: &[Segment], look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        self.path.extend(path.iter().cloned());
        let result = look(self);
        self.path.truncate(before);
        result
    }

    /// A walk to what a field spec names in an object. It fails with a sentence where the object has another form.
    pub fn over(resource: &mut Resource, spec: &FieldSpec, make: Make, setter: Setter<'_>) -> Result<(), String> {
        if !resource.gvk().is_selected(&spec.gvk) {
            return Ok(());
        }
        Self::along(resource, &spec.keys(), if spec.create { make } else { Make::Nothing }, setter)
    }

    /// A walk along keys.
    pub fn along(resource: &mut Resource, keys: &[Text], make: Make, setter: Setter<'_>) -> Result<(), String> {
        let mut walk = Self { path: Vec::new(), changes: Vec::new() };
        // The object is handed over and back, so that the walk has one value to look at.
        let mut value = Value::Object(std::mem::take(&mut resource.object));
        let result = walk.value(&mut value, keys, make, setter);
        if let Value::Object(object) = value {
            resource.object = object;
        }
        note(&mut resource.trace, walk.changes);
        result
    }

    fn value(&mut self, value: &mut Value, keys: &[Text], make: Make, setter: Setter<'_>) -> Result<(), String> {
        let Some((key, rest)) = keys.split_first() else {
            return setter(value, self);
        };
        match value {
            Value::Null => Ok(()),
            Value::Array(elements) => {
                for index in 0..elements.len() {
                    self.path.push(index.into());
                    let element = elements.make_mut().get_mut(index);
                    let result = element.map_or(Ok(()), |element| self.value(element, keys, make, setter));
                    self.path.pop();
                    result?;
                }
                Ok(())
            }
            Value::Object(object) => self.key(object, key, rest, make, setter),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(format!(
                "`{}` is neither a mapping nor a list, so it has no `{key}`",
                design_vocabulary::display_path(&self.path)
            )),
        }
    }

    fn key(
        &mut self,
        object: &mut Object,
        key: &Text,
        rest: &[Text],
        make: Make,
        setter: Setter<'_>,
    ) -> Result<(), String> {
        let list = key.strip_suffix("[]");
        let name: Text = list.map_or_else(|| key.clone(), Text::from);
        let wanted = match make {
            _ if list.is_some() => None,
            Make::Nothing => None,
            Make::Scalar if rest.is_empty() => Some(Value::String(Text::new())),
            Make::Mapping | Make::Scalar => Some(Value::Object(Object::new())),
        };
        if let Some(wanted) = wanted
            && object.get(&name).is_none_or(Value::is_null)
        {
            object.insert(name.clone(), wanted);
        }
        let Some(value) = object.get_mut(&name) else { return Ok(()) };
        self.path.push(Segment::Key(name));
        let result = self.value(value, rest, make, setter);
        self.path.pop();
        result
    }
}

/// Writes changes into a trace.
fn note(trace: &mut Trace, changes: Vec<(Path, Written)>) {
    for (path, written) in changes {
        trace.set(&path, written);
    }
}

/// A setter that puts a text under a key of a mapping. It is told where the text was written.
pub(crate) fn entry<'a>(
    key: &'a Text,
    text: &'a Text,
    by: Written,
) -> impl FnMut(&mut Value, &mut Walk) -> Result<(), String> + 'a {
    move |value, walk| {
        if value.is_null() {
            *value = Value::Object(Object::new());
        }
        let Value::Object(object) = value else {
            return Err(format!("it is {}, not a mapping", crate::noun(value)));
        };
        object.insert(key.clone(), Value::String(text.clone()));
        walk.changed_key(key, by);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_behind_a_backslash_is_part_of_a_key() {
        let spec = FieldSpec::any("metadata/annotations/a.b\\/c", false);
        assert_eq!(spec.keys(), ["metadata", "annotations", "a.b/c"]);
    }
}
