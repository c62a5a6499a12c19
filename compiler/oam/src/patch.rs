//! JSON patches (RFC 6902) and JSON merge patches (RFC 7396) over values that remember their places.

use design_source::{Data, Traced};

use crate::properties::Properties;

/// Applies one operation of a JSON patch. The error is the reason why it cannot be applied, as a sentence fragment.
pub(crate) fn operate(target: &mut Traced, operation: &mut Properties<'_>) -> Result<(), String> {
    let word = |value: Option<Traced>| value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let name = word(operation.said("op"));
    let path = pointer(&word(operation.said("path")))?;
    let from = word(operation.said("from"));
    let value = operation.said("value").map(|value| value.under(None));
    let needed = || "it has no `value`".to_owned();
    match name.as_str() {
        "add" => add(target, &path, value.ok_or_else(needed)?),
        "replace" => {
            remove(target, &path)?;
            add(target, &path, value.ok_or_else(needed)?)
        }
        "remove" => remove(target, &path).map(drop),
        "move" => {
            let value = remove(target, &pointer(&from)?)?;
            add(target, &path, value)
        }
        "copy" => {
            let value = at(target, &pointer(&from)?).ok_or_else(|| format!("there is nothing at `{from}`"))?.clone();
            add(target, &path, value)
        }
        "test" => {
            let expected = value.ok_or_else(needed)?.to_value();
            let is_equal = at(target, &path).is_some_and(|found| found.to_value() == expected);
            if is_equal { Ok(()) } else { Err("the value that it tests is another one".to_owned()) }
        }
        _ => Err(format!("there is no operation `{name}`")),
    }
}

/// Merges a patch over a value: mappings key by key, null takes a key away, everything else is replaced.
pub(crate) fn merge(target: &mut Traced, patch: &Traced) {
    let Data::Mapping(changes) = &patch.data else {
        *target = patch.clone();
        return;
    };
    if !matches!(target.data, Data::Mapping(_)) {
        *target = Traced::mapping(patch.place);
    }
    for (key, change) in changes {
        if change.to_value().is_null() {
            if let Data::Mapping(entries) = &mut target.data {
                entries.retain(|(name, _)| name != key);
            }
        } else {
            let is_mapping = matches!(change.data, Data::Mapping(_));
            let inner = target.entry(key, change.place);
            if is_mapping { merge(inner, change) } else { *inner = change.clone() }
        }
    }
}

/// The keys and numbers of a JSON pointer (RFC 6901).
fn pointer(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let rest = text.strip_prefix('/').ok_or_else(|| format!("`{text}` is no JSON pointer"))?;
    Ok(rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect())
}

fn at<'t>(target: &'t Traced, path: &[String]) -> Option<&'t Traced> {
    path.iter().try_fold(target, |value, part| match &value.data {
        Data::List(elements) => elements.get(part.parse::<usize>().ok()?),
        _ => value.get(part),
    })
}

fn parent<'t>(target: &'t mut Traced, path: &[String]) -> Result<&'t mut Traced, String> {
    path.iter().try_fold(target, |value, part| {
        let missing = || format!("there is nothing at `{part}`");
        match &mut value.data {
            Data::List(elements) => {
                part.parse::<usize>().ok().and_then(|index| elements.get_mut(index)).ok_or_else(missing)
            }
            Data::Mapping(entries) => {
                entries.iter_mut().find(|(name, _)| name == part).map(|(_, inner)| inner).ok_or_else(missing)
            }
            Data::Whole(_) => Err(missing()),
        }
    })
}

fn add(target: &mut Traced, path: &[String], value: Traced) -> Result<(), String> {
    let Some((last, above)) = path.split_last() else {
        *target = value;
        return Ok(());
    };
    let holder = parent(target, above)?;
    match &mut holder.data {
        Data::List(elements) => {
            let index = if last == "-" { Some(elements.len()) } else { last.parse::<usize>().ok() };
            let index = index.filter(|index| *index <= elements.len());
            elements.insert(index.ok_or_else(|| format!("the list has no place `{last}`"))?, value);
        }
        Data::Mapping(_) => holder.set(last.as_str(), value),
        Data::Whole(_) => return Err(format!("`{last}` is in neither a mapping nor a list")),
    }
    Ok(())
}

fn remove(target: &mut Traced, path: &[String]) -> Result<Traced, String> {
    let (last, above) = path.split_last().ok_or("the whole object cannot be taken away")?;
    let missing = || format!("there is nothing at `{last}`");
    match &mut parent(target, above)?.data {
        Data::List(elements) => {
            let index = last.parse::<usize>().ok().filter(|index| *index < elements.len()).ok_or_else(missing)?;
            Ok(elements.remove(index))
        }
        Data::Mapping(entries) => {
            let index = entries.iter().position(|(name, _)| name == last).ok_or_else(missing)?;
            Ok(entries.remove(index).1)
        }
        Data::Whole(_) => Err(missing()),
    }
}
