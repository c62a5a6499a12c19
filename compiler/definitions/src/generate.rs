//! Models from what a cluster or a project publishes: custom resource definitions, OpenAPI documents.

mod definition;
mod openapi;

use std::collections::BTreeMap;

use design_syntax::{Document, Rules, lower};
use design_vocabulary::{ComponentDefinition, Model, ModelReference, Span, Text, Value};

use crate::{Member, compare_versions};

/// What the files of a generated model say of it.
const MODEL_VERSION: &str = "models.meshery.io/v1beta1";
const COMPONENT_VERSION: &str = "components.meshery.io/v1beta1";

/// The version of the definitions of a model that was just made.
const FIRST_VERSION: &str = "v1.0.0";

/// What was found in documents.
#[derive(Debug, Default)]
pub struct Generated {
    /// The kinds, a version of the API each, sorted by kind and apiVersion.
    pub components: Vec<ComponentDefinition>,
    /// What was not taken over, or not as it stands: a reason and a place each.
    pub left_out: Vec<(String, Span)>,
}

impl Generated {
    /// Takes over what a document defines: a custom resource definition, a list of them, or an OpenAPI document. Returns
    /// whether it is any of these.
    pub fn add(&mut self, document: &mut Document) -> bool {
        document.set_rules(Rules::Core);
        let Some(root) = document.root() else { return false };
        let value = lower(root, &mut Vec::new());
        let span = root.resolved().entries().next().map_or(root.span(), |(key, _)| key.span());
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("kind") == definition::KIND {
            definition::add(&value, span, self);
        } else if text("kind").ends_with("List") && value.get("items").is_some() {
            let items = value.get("items").and_then(Value::as_array).unwrap_or_default();
            let is_definition = |item: &&Value| item.get("kind").and_then(Value::as_str) == Some(definition::KIND);
            let definitions: Vec<&Value> = items.iter().filter(is_definition).collect();
            for item in &definitions {
                definition::add(item, span, self);
            }
            return !definitions.is_empty();
        } else if value.get("openapi").is_some() || value.get("swagger").is_some() {
            openapi::add(&value, span, self);
        } else {
            return false;
        }
        true
    }

    /// Takes a kind over, unless its name is one that no cluster takes: it becomes the name of a file.
    fn push(&mut self, component: ComponentDefinition, span: Span) {
        let is_plain = |text: &str, more: &[char]| {
            !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || more.contains(&letter))
        };
        if is_plain(&component.kind, &[]) && is_plain(&component.api_version, &['.', '-', '/']) {
            self.components.push(component);
        } else {
            let reason = format!("`{}` in `{}` is no kind that a cluster has", component.kind, component.api_version);
            self.left_out.push((reason, span));
        }
    }

    /// Sorts the kinds and takes out those that are there twice.
    pub fn finish(&mut self) {
        self.components.sort_by(|a, b| {
            (&a.kind, a.group())
                .cmp(&(&b.kind, b.group()))
                .then_with(|| compare_versions(&b.api_version, &a.api_version))
        });
        self.components.dedup_by(|a, b| a.kind == b.kind && a.api_version == b.api_version);
    }

    /// The name that all groups of the kinds suggest: `istio` for `networking.istio.io` and `security.istio.io`. `None` where
    /// they have nothing in common.
    pub fn suggested_name(&self) -> Option<String> {
        let mut groups = self.components.iter().map(|component| component.group().rsplit('.').collect::<Vec<_>>());
        let first = groups.next()?;
        let common = groups.fold(first, |common, group| {
            let same = common.iter().zip(&group).take_while(|(a, b)| a == b).count();
            common.into_iter().take(same).collect()
        });
        // The last part is a domain that many have.
        let name = if common.len() > 1 { common.last()? } else { return None };
        is_name(name).then(|| (*name).to_owned())
    }

    /// The files of the model: `model.json` and one a kind and version under `components/`.
    pub fn files(&self, name: &str, upstream_version: &str) -> Vec<Member> {
        let reference = ModelReference {
            name: name.into(),
            version: FIRST_VERSION.into(),
            upstream_version: upstream_version.into(),
            registrant: "github".into(),
        };
        let model = Model {
            schema_version: MODEL_VERSION.into(),
            display_name: title(name),
            status: "enabled".into(),
            category: "Uncategorized".into(),
            sub_category: "Uncategorized".into(),
            reference: reference.clone(),
            ..Model::default()
        };
        let mut members = vec![member("model.json".to_owned(), &model.to_value())];
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for component in &self.components {
            *names.entry(&component.kind).or_default() += 1;
        }
        for component in &self.components {
            // Of a kind with several versions each file names its own.
            let of = match names.get(component.kind.as_str()) {
                Some(1) | None => String::new(),
                Some(_) => format!(".{}", component.api_version.replace("/", "_")),
            };
            let component = ComponentDefinition {
                schema_version: COMPONENT_VERSION.into(),
                version: FIRST_VERSION.into(),
                status: "enabled".into(),
                model: reference.clone(),
                ..component.clone()
            };
            members.push(member(format!("components/{}{of}.json", component.kind), &component.to_value()));
        }
        members
    }
}

/// Whether a model may be called so.
pub fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(is_letter)
}

fn title(name: &str) -> Text {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
    });
    words.collect::<Vec<_>>().join(" ").into()
}

fn member(path: String, value: &Value) -> Member {
    // Values are made of what JSON can hold.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    Member { path, bytes }
}

/// A kind for people: `VirtualService` becomes `Virtual Service`, `HTTPRoute` becomes `HTTP Route`.
fn words(kind: &str) -> Text {
    let letters: Vec<char> = kind.chars().collect();
    let mut text = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| before.is_lowercase() || after.is_some_and(|after| after.is_lowercase()));
        if begins {
            text.push(' ');
        }
        text.push(*letter);
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_groups(groups: &[&str]) -> Option<String> {
        let component =
            |group: &&str| ComponentDefinition { api_version: format!("{group}/v1").into(), ..Default::default() };
        Generated { components: groups.iter().map(component).collect(), ..Generated::default() }.suggested_name()
    }

    #[test]
    fn the_name_is_what_the_groups_have_in_common() {
        assert_eq!(of_groups(&["networking.istio.io", "security.istio.io"]).as_deref(), Some("istio"));
        assert_eq!(of_groups(&["cert-manager.io", "acme.cert-manager.io"]).as_deref(), Some("cert-manager"));
        assert_eq!(of_groups(&["a.io", "b.io"]), None);
        assert_eq!(of_groups(&[]), None);
    }

    #[test]
    fn kinds_are_cut_into_words() {
        assert_eq!(words("VirtualService"), "Virtual Service");
        assert_eq!(words("HTTPRoute"), "HTTP Route");
        assert_eq!(words("Pod"), "Pod");
        assert_eq!(title("cert-manager"), "Cert Manager");
    }
}
