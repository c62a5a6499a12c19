//! The name of an object's file.

use design_vocabulary::Component;
use sha2::{Digest, Sha256};

/// File systems end a name at 255 bytes; `.yaml`, a number and a digest have to fit too.
const LONGEST: usize = 200;

/// `namespace/kind.group-name.yaml`, without the folder where there is no namespace and without `.group` for the core
/// group; a later object with the same identity gets its number.
///
/// Different objects get different names on every file system: letters other than `a-z`, digits other than `0-9`, and
/// characters other than `.` and `-` are written as `%` and their bytes in hexadecimal.
pub(crate) fn file_name(component: &Component, namespace: Option<&str>, copy: usize) -> String {
    let kind = component.kind.to_lowercase();
    let group = component.group();
    let dot = if group.is_empty() { "" } else { "." };
    let number = if copy > 1 { format!("%23{copy}") } else { String::new() };
    let name = component.name().unwrap_or_default();
    let file =
        format!("{}-{}{number}.yaml", short(&format!("{}{dot}{}", escape(&kind), escape(group))), short(&escape(name)));
    match namespace {
        Some(namespace) => format!("{}/{file}", short(&escape(namespace))),
        None => file,
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => escaped.push(char::from(byte)),
            // A name may not begin with a dot: such files are hidden, and `..` is a place.
            b'.' if index > 0 => escaped.push('.'),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// A name that is too long keeps its beginning and ends in a digest of the whole.
fn short(text: &str) -> String {
    if text.len() <= LONGEST / 2 {
        return text.to_owned();
    }
    let digest: String = Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    // Escaped text is ASCII, so every position is a boundary.
    format!("{}%{digest}", text.get(..LONGEST / 2 - 20).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: &str, api_version: &str, name: &str) -> Component {
        Component {
            kind: kind.into(),
            api_version: api_version.into(),
            display_name: name.into(),
            ..Component::default()
        }
    }

    #[test]
    fn names_are_safe_and_different() {
        let service = named("Service", "v1", "web");
        assert_eq!(file_name(&service, Some("shop"), 1), "shop/service-web.yaml");
        assert_eq!(file_name(&service, None, 2), "service-web%232.yaml");
        assert_eq!(
            file_name(&named("Service", "serving.knative.dev/v1", "web"), None, 1),
            "service.serving.knative.dev-web.yaml"
        );
        assert_eq!(
            file_name(&named("ClusterRole", "rbac.authorization.k8s.io/v1", "system:Node"), None, 1),
            "clusterrole.rbac.authorization.k8s.io-system%3A%4Eode.yaml"
        );
        assert_eq!(file_name(&named("Pod", "v1", "../../etc"), Some(".."), 1), "%2E./pod-%2E.%2F..%2Fetc.yaml");
        let long = "a".repeat(253);
        let longer = format!("{}b", "a".repeat(252));
        assert_ne!(file_name(&named("Pod", "v1", &long), None, 1), file_name(&named("Pod", "v1", &longer), None, 1));
        assert!(file_name(&named("Pod", "v1", &long), None, 1).len() < 255);
    }
}
