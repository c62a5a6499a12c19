//! The transformers that set fields: names, namespaces, labels, annotations, images and numbers of replicas.

use std::collections::HashMap;

use design_source::Written;
use design_vocabulary::{Number, Segment, Text, Value};
use regex::Regex;

use crate::Fault;
use crate::build::Build;
use crate::cursor::{Cursor, text_of};
use crate::field_spec::{FieldSpec, Make, Walk, entry};
use crate::resource::{Id, Resource};
use crate::set::Set;

/// Whose subjects of role bindings get a namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Those that are called `default`.
    #[default]
    Default,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    None,
}

/// Which end of a name something is added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The beginning.
    Prefix,
    /// The end.
    Suffix,
}

/// What is done to images with a name.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    name: Regex,
    new_name: Option<Text>,
    new_tag: Option<Text>,
    tag_suffix: Option<Text>,
    digest: Option<Text>,
    at: Written,
}

impl Build<'_> {
    /// Runs a setter over a field of an object; what is wrong is told of at the place of the transformer.
    fn walk(
        &mut self,
        resource: &mut Resource,
        spec: &FieldSpec,
        make: Make,
        at: Written,
        setter: &mut dyn FnMut(&mut Value, &mut Walk) -> Result<(), String>,
    ) {
        if let Err(what) = Walk::over(resource, spec, make, setter) {
            let what = format!("`{}` of {}: {what}", spec.path, resource.id().display());
            self.fault(at, Fault::Transformer { what });
        }
    }

    /// Adds a text to one end of names.
    pub fn add_to_names(&mut self, set: &mut Set, end: End, text: &Text, specs: &[FieldSpec], at: Written) {
        for number in 0..set.len() {
            let Some(resource) = set.resources.get_mut(number) else { continue };
            let id = resource.original_id();
            let is_api = id.gvk.group == "apiregistration.k8s.io" && id.gvk.kind == "APIService";
            if is_api || id.gvk.kind == "CustomResourceDefinition" || id.gvk.kind == "Namespace" {
                continue;
            }
            for spec in specs.iter().filter(|spec| id.gvk.is_selected(&spec.gvk)) {
                if spec.path == "metadata/name" {
                    match end {
                        End::Prefix => resource.prefixes.push(text.clone()),
                        End::Suffix => resource.suffixes.push(text.clone()),
                    }
                    if !text.is_empty() {
                        resource.remember();
                    }
                }
                self.walk(resource, spec, Make::Scalar, at, &mut |value, _| {
                    if let Some(old) = text_of(value) {
                        let new = match end {
                            End::Prefix => format!("{text}{old}"),
                            End::Suffix => format!("{old}{text}"),
                        };
                        *value = Value::String(new.into());
                    }
                    Ok(())
                });
            }
        }
        set.reindex();
    }

    /// Sets the namespace of objects, and of what names it.
    pub fn set_namespace(
        &mut self,
        set: &mut Set,
        namespace: &Text,
        specs: &[FieldSpec],
        (unset_only, subjects): (bool, Subjects),
        at: Written,
    ) {
        let mut put = |value: &mut Value, walk: &mut Walk| {
            if !unset_only || text_of(value).is_none_or(|text| text.is_empty()) {
                *value = Value::String(namespace.clone());
                walk.changed(at);
            }
            Ok(())
        };
        let own = FieldSpec::any("metadata/namespace", true);
        for resource in &mut set.resources {
            if resource.is_empty() || resource.is_of_chart {
                continue;
            }
            resource.remember();
            let gvk = resource.gvk();
            if !gvk.is_cluster_scoped() {
                self.walk(resource, &own, Make::Scalar, at, &mut put);
            }
            let is_binding = gvk.kind == "RoleBinding" || gvk.kind == "ClusterRoleBinding";
            if is_binding {
                bind_subjects(resource, subjects, &mut put);
            }
            for spec in specs {
                let is_subject =
                    is_binding && spec.gvk.kind.ends_with("RoleBinding") && spec.path == "subjects/namespace";
                let is_name = spec.path == "metadata/name" && gvk.api_version() != "v1";
                if spec.path != "metadata/namespace" && !is_subject && !is_name {
                    self.walk(resource, spec, Make::Scalar, at, &mut put);
                }
            }
        }
        set.reindex();
        self.tell_of_equals(set, at);
    }

    /// Tells of objects that have come to share an identity.
    fn tell_of_equals(&mut self, set: &Set, at: Written) {
        let mut seen: HashMap<Id, usize> = HashMap::with_capacity(set.len());
        for (number, resource) in set.resources.iter().enumerate() {
            let id = resource.id();
            let object = id.display();
            if let Some(first) = seen.insert(id, number) {
                let first = set.resources.get(first).map_or(at, |first| first.start);
                let (at, first) = (self.store.head(resource.start), self.store.head(first));
                self.fault_with(at, Fault::SameObject { object }, ("the other one begins here", first));
            }
        }
    }

    /// Sets keys of mappings: labels or annotations.
    pub fn set_texts(&mut self, set: &mut Set, texts: &[(Text, Text, Written)], specs: &[FieldSpec]) {
        for resource in &mut set.resources {
            let gvk = resource.gvk();
            for (key, text, at) in texts {
                for spec in specs.iter().filter(|spec| gvk.is_selected(&spec.gvk)) {
                    self.walk(resource, spec, Make::Mapping, *at, &mut entry(key, text, *at));
                }
            }
        }
    }

    /// Sets the number of replicas of objects with a name.
    pub fn set_replicas(&mut self, set: &mut Set, replica: &Cursor, specs: &[FieldSpec]) {
        self.only(replica, &["name", "count"]);
        let name = self.text(replica, "name").unwrap_or_default();
        let count = replica.get(&self.store, "count");
        let value = match count.as_ref().map(|count| &count.value) {
            Some(Value::Number(number @ Number::Int(_))) => Value::Number(*number),
            None => Value::from(0),
            Some(_) => {
                if let Some(count) = &count {
                    self.wrong_type(count, "a whole number");
                }
                return;
            }
        };
        let at = count.map_or(replica.at, |count| count.at);
        let mut found = false;
        for spec in specs {
            let has = |id: &Id| id.name == name && id.gvk.is_selected(&spec.gvk);
            for number in set.named(&name) {
                let Some(resource) = set.resources.get_mut(number) else { continue };
                if !has(&resource.id()) && !resource.previous_ids().any(|id| has(&id)) {
                    continue;
                }
                found = true;
                self.walk(resource, spec, Make::Scalar, at, &mut |slot, walk| {
                    // A text in quotes stays a text.
                    let is_text = matches!(slot, Value::String(text) if !text.is_empty());
                    *slot = if is_text { text_of(&value).map_or(Value::Null, Value::String) } else { value.clone() };
                    walk.changed(at);
                    Ok(())
                });
            }
        }
        if !found {
            let what = format!("nothing with replicas is called `{name}`");
            self.fault_of(replica.at, Fault::Transformer { what });
        }
    }

    /// Reads what is to be done to images.
    pub fn image(&mut self, image: &Cursor) -> Option<Image> {
        self.only(image, &["name", "newName", "newTag", "tagSuffix", "digest"]);
        let mut text = |key: &str| self.text(image, key).filter(|text| !text.is_empty());
        let name = text("name").unwrap_or_default();
        let (new_name, new_tag) = (text("newName"), text("newTag"));
        let (tag_suffix, digest) = (text("tagSuffix"), text("digest"));
        let pattern = format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
        let Ok(name) = Regex::new(&pattern) else {
            let what = format!("`{name}` is no regular expression, as which kustomize reads the name of an image");
            self.fault(image.at, Fault::WrongValue { what });
            return None;
        };
        Some(Image { name, new_name, new_tag, tag_suffix, digest, at: image.at })
    }

    /// Changes images.
    pub fn set_image(&mut self, set: &mut Set, image: &Image, specs: &[FieldSpec]) {
        for resource in set.resources.iter_mut().filter(|resource| resource.kind() != "CustomResourceDefinition") {
            // All containers come first, wherever they stand; a suffix is so added twice to those that a field names too.
            let _ = Walk::along(resource, &[], Make::Nothing, &mut |value, walk| {
                in_containers(value, walk, image);
                Ok(())
            });
            for spec in specs {
                self.walk(resource, spec, Make::Nothing, image.at, &mut |value, walk| {
                    image.apply(value, walk);
                    Ok(())
                });
            }
        }
    }
}

/// Changes the images of all lists called `containers` or `initContainers`.
fn in_containers(value: &mut Value, walk: &mut Walk, image: &Image) {
    if !matches!(value, Value::Object(_) | Value::Array(_)) {
        return;
    }
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.make_mut().iter_mut().enumerate() {
                walk.inside(&[index.into()], |walk| in_containers(element, walk, image));
            }
        }
        Value::Object(object) => {
            let keys: Vec<Text> = object.keys().cloned().collect();
            for (key, inner) in keys.into_iter().zip(object.values_mut()) {
                if !matches!(inner, Value::Object(_) | Value::Array(_)) {
                    continue;
                }
                let is_list = key == "containers" || key == "initContainers";
                walk.inside(&[Segment::Key(key)], |walk| {
                    in_containers(inner, walk, image);
                    let Value::Array(elements) = inner else { return };
                    for (index, element) in elements.make_mut().iter_mut().enumerate().filter(|_| is_list) {
                        if let Value::Object(container) = element
                            && let Some(value) = container.get_mut("image")
                        {
                            walk.inside(&[index.into(), "image".into()], |walk| image.apply(value, walk));
                        }
                    }
                });
            }
        }
        _ => {}
    }
}

impl Image {
    fn apply(&self, value: &mut Value, walk: &mut Walk) {
        let Value::String(text) = &*value else { return };
        if self.name.is_match(text) {
            let new = self.applied(text);
            if new != text.as_str() {
                *value = Value::String(new.into());
                walk.changed(self.at);
            }
        }
    }

    fn applied(&self, image: &str) -> String {
        let (name, mut tag, mut digest) = parts(image);
        let mut new = self.new_name.as_deref().unwrap_or(name).to_owned();
        let suffixed;
        match (&self.new_tag, &self.digest, &self.tag_suffix) {
            (Some(wanted), Some(sum), _) => (tag, digest) = (wanted, sum),
            (Some(wanted), None, _) => (tag, digest) = (wanted, ""),
            (None, Some(sum), _) => (tag, digest) = ("", sum),
            (None, None, Some(suffix)) => {
                suffixed = format!("{tag}{suffix}");
                (tag, digest) = (&suffixed, "");
            }
            (None, None, None) => {}
        }
        if !tag.is_empty() {
            new.push_str(&format!(":{tag}"));
        }
        if !digest.is_empty() {
            new.push_str(&format!("@{digest}"));
        }
        new
    }
}

/// Name, tag and digest of an image. A colon before the first slash belongs to the host.
fn parts(image: &str) -> (&str, &str, &str) {
    let host = image.find('/').unwrap_or(0);
    let behind = image.get(host..).unwrap_or_default();
    let (before, digest) = match behind.find('@') {
        Some(at) => (image.get(..host + at).unwrap_or(image), image.get(host + at + 1..).unwrap_or_default()),
        None => (image, ""),
    };
    match before.get(host..).and_then(|rest| rest.find(':')) {
        Some(colon) => {
            let (name, tag) = before.split_at(host + colon);
            (name, tag.get(1..).unwrap_or_default(), digest)
        }
        None => (before, "", digest),
    }
}

fn bind_subjects(
    resource: &mut Resource,
    subjects: Subjects,
    put: &mut dyn FnMut(&mut Value, &mut Walk) -> Result<(), String>,
) {
    let (key, wanted) = match subjects {
        Subjects::None => return,
        Subjects::Default => ("name", "default"),
        Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
    };
    // The setter fails for nothing: anything else than a mapping is left alone.
    let _ = Walk::along(resource, &["subjects[]".into()], Make::Nothing, &mut |list, walk| {
        let Value::Array(elements) = list else { return Ok(()) };
        for index in 0..elements.len() {
            let Some(Value::Object(subject)) = elements.make_mut().get_mut(index) else { continue };
            if subject.get(key).and_then(text_of).as_deref() != Some(wanted) {
                continue;
            }
            let mut value = subject.get("namespace").cloned().unwrap_or_default();
            walk.inside(&[index.into(), "namespace".into()], |walk| put(&mut value, walk))?;
            subject.insert("namespace", value);
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_have_names_tags_and_digests() {
        for (image, expected) in [
            ("nginx", ("nginx", "", "")),
            ("nginx:1", ("nginx", "1", "")),
            ("host:5000/nginx", ("host:5000/nginx", "", "")),
            ("host:5000/nginx:1@sha256:a", ("host:5000/nginx", "1", "sha256:a")),
            ("nginx@sha256:a", ("nginx", "", "sha256:a")),
        ] {
            assert_eq!(parts(image), expected);
        }
    }
}
