//! Names that Meshery spells in two ways.

use design_vocabulary::{Object, Path, Text, Value};

use crate::Version;
use crate::fields::{self, Case};

/// The spelling of a name in the schemas of a version; a name with one spelling only is itself.
fn spelling(name: &str, version: Version) -> &str {
    let entry = fields::CASES.iter().find(|(snake, camel, _)| name == *snake || name == *camel);
    match entry {
        Some((snake, _, Case::Snake)) => snake,
        Some((snake, _, Case::ByVersion)) if version == Version::V1Beta1 => snake,
        Some((_, camel, Case::Camel | Case::ByVersion)) => camel,
        None => name,
    }
}

/// Writes names that have two spellings in the one of the version, everywhere but in configurations and schemas, which
/// are other people's.
pub(crate) fn respell(object: &mut Object, version: Version, path: &mut Path, moved: &mut Vec<(Path, Path)>) {
    let mut renamed = Object::new();
    for (key, value) in object.iter() {
        let name = Text::from(spelling(key, version));
        let mut value = value.clone();
        if !matches!(key.as_str(), "configuration" | "schema" | "parameters") {
            path.push(key.clone().into());
            respell_inside(&mut value, version, path, moved);
            path.pop();
        }
        // A file that has both spellings of a name keeps the one of the version.
        if name != *key && object.contains_key(&name) {
            continue;
        }
        if name != *key {
            let at = |name: &Text| [path.as_slice(), &[name.clone().into()]].concat();
            moved.push((at(key), at(&name)));
        }
        renamed.insert(name, value);
    }
    *object = renamed;
}

fn respell_inside(value: &mut Value, version: Version, path: &mut Path, moved: &mut Vec<(Path, Path)>) {
    match value {
        Value::Object(object) => respell(object, version, path, moved),
        Value::Array(elements) => {
            for (index, element) in elements.make_mut().iter_mut().enumerate() {
                path.push(index.into());
                respell_inside(element, version, path, moved);
                path.pop();
            }
        }
        _ => {}
    }
}
