//! JSON patch (RFC 6902), with what kustomize's library adds: an index may count from the end.

use design_vocabulary::{Segment, Text, Value};

use crate::cursor::{Cursor, Store};
use crate::part::Part;

/// Applies the operations of a patch in order. It fails at the first that cannot be done, with a sentence and the place of
/// that operation; the object is then as the operations before left it.
pub(crate) fn apply(store: &Store, object: &mut Part, operations: &[Cursor]) -> Result<(), (String, Cursor)> {
    for operation in operations {
        one(store, object, operation).map_err(|what| (what, operation.clone()))?;
    }
    Ok(())
}

/// Whether a value has the form of a JSON patch: a list of mappings with `op`.
pub(crate) fn is_patch(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(|element| element.get("op").is_some()))
}

fn one(store: &Store, object: &mut Part, operation: &Cursor) -> Result<(), String> {
    let text = |key: &str| operation.get(store, key).and_then(|value| value.text());
    let name = text("op").unwrap_or_default();
    let path = text("path").ok_or_else(|| format!("the operation `{name}` has no `path`"))?;
    // A null is a value here.
    let value = || {
        let value = operation.value.get("value").cloned();
        let value = value.ok_or_else(|| format!("the operation `{name}` has no `value`"))?;
        let at = store.step(operation.at, &"value".into());
        Ok::<Part, String>(Part::from(Cursor { value, at }))
    };
    match name.as_str() {
        "add" => add(store, object, &path, value()?),
        "remove" => remove(store, object, &path).map(|_| ()),
        "replace" => {
            if pointer(&path)?.is_empty() {
                *object = value()?;
                return Ok(());
            }
            let place = find(&object.value, &path)?;
            let new = value()?;
            object.edit(store, &place, &mut |part| *part = new.clone()).ok_or_else(|| missing(&path))
        }
        "move" | "copy" => {
            let from = text("from").ok_or_else(|| format!("the operation `{name}` has no `from`"))?;
            let part = if name == "move" {
                remove(store, object, &from)?
            } else {
                let place = find(&object.value, &from)?;
                object.edit(store, &place, &mut |part| part.clone()).ok_or_else(|| missing(&from))?
            };
            add(store, object, &path, part)
        }
        "test" => {
            let found = find(&object.value, &path).ok().and_then(|place| object.value.at(&place).cloned());
            let wanted = operation.value.get("value").cloned().unwrap_or_default();
            if found.unwrap_or_default() == wanted { Ok(()) } else { Err(format!("the test of `{path}` fails")) }
        }
        _ => Err(format!("`{name}` is no operation of a JSON patch")),
    }
}

fn missing(path: &str) -> String {
    format!("the object has nothing at `{path}`")
}

/// The parts of a pointer, escapes resolved (RFC 6901).
fn pointer(path: &str) -> Result<Vec<Text>, String> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let rest = path.strip_prefix('/').ok_or_else(|| format!("`{path}` is no path: it does not begin with `/`"))?;
    Ok(rest.split('/').map(|part| Text::from(part.replace("~1", "/").replace("~0", "~"))).collect())
}

/// The path of a value that is there.
fn find(value: &Value, path: &str) -> Result<Vec<Segment>, String> {
    let mut place = Vec::new();
    let mut value = value;
    for part in pointer(path)? {
        let segment = match value {
            Value::Array(elements) => Segment::Index(index(&part, elements.len()).ok_or_else(|| missing(path))?),
            _ => Segment::Key(part),
        };
        value = value.at(std::slice::from_ref(&segment)).ok_or_else(|| missing(path))?;
        place.push(segment);
    }
    Ok(place)
}

fn index(part: &str, length: usize) -> Option<usize> {
    match part.strip_prefix('-') {
        Some(back) => length.checked_sub(back.parse().ok()?),
        None => part.parse().ok(),
    }
}

fn split(path: &str) -> Result<(String, Text), String> {
    let mut parts = pointer(path)?;
    let last = parts.pop().ok_or_else(|| "the object as a whole cannot be added or removed".to_owned())?;
    let parent: String = parts.iter().map(|part| format!("/{}", part.replace("~", "~0").replace("/", "~1"))).collect();
    Ok((parent, last))
}

fn add(store: &Store, object: &mut Part, path: &str, new: Part) -> Result<(), String> {
    if pointer(path)?.is_empty() {
        *object = new;
        return Ok(());
    }
    let (parent, last) = split(path)?;
    let place = find(&object.value, &parent)?;
    let done = object.edit(store, &place, &mut |part| match &part.value {
        Value::Object(_) => {
            part.put(store, &last, new.clone());
            Ok(())
        }
        Value::Array(elements) => {
            let length = elements.len();
            let number =
                if last == "-" { Some(length) } else { index(&last, length + usize::from(last.starts_with('-'))) };
            let number = number.filter(|number| *number <= length).ok_or_else(|| missing(path))?;
            let at = part.at;
            let whole = Part { value: std::mem::take(&mut part.value), at, trace: std::mem::take(&mut part.trace) };
            let mut parts = whole.elements(store);
            parts.insert(number, new.clone());
            *part = Part::list(store, at, parts);
            Ok(())
        }
        other => Err(format!("`{parent}` is {}, so nothing can be added below it", crate::noun(other))),
    });
    done.unwrap_or_else(|| Err(missing(&parent)))
}

fn remove(store: &Store, object: &mut Part, path: &str) -> Result<Part, String> {
    let (parent, last) = split(path)?;
    let place = find(&object.value, &parent)?;
    let done = object.edit(store, &place, &mut |part| match &part.value {
        Value::Object(_) => {
            let removed = part.take(store, &last).ok_or_else(|| missing(path))?;
            part.remove(&last);
            Ok(removed)
        }
        Value::Array(elements) => {
            let number = index(&last, elements.len()).filter(|number| *number < elements.len());
            let number = number.ok_or_else(|| missing(path))?;
            let at = part.at;
            let whole = Part { value: std::mem::take(&mut part.value), at, trace: std::mem::take(&mut part.trace) };
            let mut parts = whole.elements(store);
            let removed = parts.remove(number);
            *part = Part::list(store, at, parts);
            Ok(removed)
        }
        _ => Err(missing(path)),
    });
    done.unwrap_or_else(|| Err(missing(&parent)))
}
