//! The name of an object's file.

use std::collections::{HashMap, HashSet};

use design_vocabulary::Component;
use sha2::{Digest, Sha256};

/// File systems end a name at 255 bytes; `.yaml`, a number and a digest have to fit too.
const LONGEST: usize = 200;

/// The names that are given already.
#[derive(Debug, Default)]
pub(crate) struct FileNames {
    given: HashSet<String>,
    /// How often each name was asked for.
    asked: HashMap<String, u32>,
}

impl FileNames {
    /// `namespace/kind.group-name.yaml`, without the folder where there is no namespace and without `.group` for the core
    /// group. Letters other than `a-z`, digits other than `0-9`, and characters other than `.` and `-` are written as `%`
    /// and their bytes in hexadecimal, so names are safe on every file system. Where an object would get the name of an
    /// earlier one (the same identity, or kinds that differ in letter case), it gets a number behind it.
    pub(crate) fn of(&mut self, component: &Component, namespace: Option<&str>) -> String {
        let group = component.group();
        let dot = if group.is_empty() { "" } else { "." };
        let kind = short(&format!("{}{dot}{}", escape(&component.kind.to_lowercase()), escape(group)));
        let name = short(&escape(component.name().unwrap_or_default()));
        let folder = namespace.map(|namespace| format!("{}/", short(&escape(namespace)))).unwrap_or_default();
        let base = format!("{folder}{kind}-{name}");
        let asked = self.asked.entry(base.clone()).or_insert(0);
        let file = loop {
            *asked += 1;
            let number = if *asked == 1 { String::new() } else { format!("%23{asked}") };
            let file = format!("{base}{number}.yaml");
            // `a#2` and the second `a` are escaped to one name; the later of them gets the next number.
            if !self.given.contains(&file) {
                break file;
            }
        };
        self.given.insert(file.clone());
        file
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

    fn one(component: &Component, namespace: Option<&str>) -> String {
        FileNames::default().of(component, namespace)
    }

    #[test]
    fn names_are_safe() {
        let service = named("Service", "v1", "web");
        assert_eq!(one(&service, Some("shop")), "shop/service-web.yaml");
        assert_eq!(
            one(&named("Service", "serving.knative.dev/v1", "web"), None),
            "service.serving.knative.dev-web.yaml"
        );
        let role = named("ClusterRole", "rbac.authorization.k8s.io/v1", "system:Node");
        assert_eq!(one(&role, None), "clusterrole.rbac.authorization.k8s.io-system%3A%4Eode.yaml");
        assert_eq!(one(&named("Pod", "v1", "../../etc"), Some("..")), "%2E./pod-%2E.%2F..%2Fetc.yaml");
        assert!(one(&named("Pod", "v1", &"a".repeat(253)), None).len() < 255);
    }

    #[test]
    fn different_objects_get_different_names() {
        let long = "a".repeat(253);
        let longer = format!("{}b", "a".repeat(252));
        let mut names = FileNames::default();
        let objects = [
            named("Pod", "v1", "a"),
            named("Pod", "v1", "a"),
            named("Pod", "v1", "a#2"),
            named("pod", "v1", "a"),
            named("A-b", "v1", "c"),
            named("A", "v1", "b-c"),
            named("Pod", "v1", ""),
            named("Pod", "v1", ""),
            named("Pod", "v1", &long),
            named("Pod", "v1", &longer),
        ];
        let given: HashSet<String> = objects.iter().map(|object| names.of(object, None)).collect();
        assert_eq!(given.len(), objects.len(), "{given:?}");
    }
}
