//! The identity of an object.

use design_vocabulary::Component;

use crate::Scope;

/// `Kind.group/namespace/name`: without `.group` for the core group, with an empty segment where no namespace applies or
/// none is set, and with an empty name where there is none (`generateName` leaves it to the server).
pub fn identity(component: &Component, scope: Scope) -> String {
    let group = component.group();
    let dot = if group.is_empty() { "" } else { "." };
    let namespace = if scope == Scope::Cluster { "" } else { component.namespace().unwrap_or_default() };
    let name = component.name().unwrap_or_default();
    let length = component.kind.len() + group.len() + namespace.len() + name.len() + 3;
    let mut text = String::with_capacity(length);
    for part in [component.kind.as_str(), dot, group, "/", namespace, "/", name] {
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use design_vocabulary::{Object, Value};

    use super::*;

    #[test]
    fn the_parts_that_apply_are_named() {
        let metadata: Object = [("name", Value::from("web")), ("namespace", Value::from("shop"))].into_iter().collect();
        let component = Component {
            kind: "Deployment".into(),
            api_version: "apps/v1".into(),
            configuration: [("metadata", Value::from(metadata))].into_iter().collect(),
            ..Component::default()
        };
        assert_eq!(identity(&component, Scope::Namespaced), "Deployment.apps/shop/web");
        assert_eq!(identity(&component, Scope::Cluster), "Deployment.apps//web");
    }
}
