//! The canonical form of a design file: the order of its keys.

use design_vocabulary::{Object, Value};

use crate::fields;

/// The same design with its keys in the order that `design fmt` writes: on the design, its components and its
/// relationships. Configurations, and fields that the format does not have, keep the order of the author. Doing it twice
/// changes nothing.
pub fn canonical(design: &Object) -> Object {
    let mut ordered = order(design, fields::DESIGN);
    each(&mut ordered, "components", |_, component| {
        let mut component = order(component, fields::COMPONENT);
        if let Some(Value::Object(definition)) = component.get_mut("component") {
            *definition = order(definition, fields::DEFINITION);
        }
        component
    });
    each(&mut ordered, "relationships", |_, relationship| order(relationship, fields::RELATIONSHIP));
    ordered
}

/// Changes every mapping in the list under a key; the change is told its position.
pub(crate) fn each(object: &mut Object, key: &str, mut change: impl FnMut(usize, &Object) -> Object) {
    let Some(Value::Array(elements)) = object.get_mut(key) else {
        return;
    };
    for (index, element) in elements.make_mut().iter_mut().enumerate() {
        if let Value::Object(inner) = element {
            *inner = change(index, inner);
        }
    }
}

/// Known keys in their order, then the others as they were.
fn order(object: &Object, known: &[&str]) -> Object {
    let rank = |key: &str| known.iter().position(|name| *name == fields::camel(key)).unwrap_or(known.len());
    let mut entries: Vec<_> = object.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    entries.sort_by_key(|(key, _)| rank(key));
    entries.into_iter().collect()
}
