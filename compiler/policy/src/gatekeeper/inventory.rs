//! `data.inventory`: the other objects, for templates that compare objects with each other.

use regorus::Value;

use crate::engine::{insert, object, text_at};
use crate::gatekeeper::review::namespace;
use crate::task::Subject;

/// The objects by `namespace/NAMESPACE/APIVERSION/KIND/NAME` and by `cluster/APIVERSION/KIND/NAME`.
pub(crate) fn of(subjects: &[Subject<Value>]) -> Value {
    let mut inventory = object([("namespace", Value::new_object()), ("cluster", Value::new_object())]);
    for subject in subjects {
        let value = &subject.object;
        let mut keys = if subject.is_namespaced { vec!["namespace", namespace(value)] } else { vec!["cluster"] };
        keys.extend([text_at(value, &["apiVersion"]), text_at(value, &["kind"])]);
        set(&mut inventory, &keys, text_at(value, &["metadata", "name"]), value.clone());
    }
    inventory
}

/// Sets a field below keys, each of which is made an object where it is absent.
fn set(root: &mut Value, keys: &[&str], name: &str, value: Value) {
    let Some((first, rest)) = keys.split_first() else {
        return insert(root, name, value);
    };
    if let Ok(fields) = root.as_object_mut() {
        let inner = fields.get_or_insert_with(Value::from(*first), Value::new_object);
        set(inner, rest, name, value);
    }
}
