//! The environment of a container, with what config maps and secrets give it.

use design_vocabulary::{Object, Segment, Value};

use super::workload::Pod;
use super::{Project, deeper, element, scalar};

impl Project<'_> {
    pub(super) fn environment(&mut self, pod: &Pod<'_>, container: &Object, path: &[Segment]) -> Object {
        let mut environment = Object::new();
        let list = |key: &str| container.get(key).and_then(Value::as_array).unwrap_or_default();
        for (number, source) in list("envFrom").iter().enumerate() {
            self.all_keys(pod, source, &element(path, "envFrom", number), &mut environment);
        }
        for (number, variable) in list("env").iter().enumerate() {
            let Some(name) = variable.get("name").and_then(Value::as_str) else { continue };
            let here = element(path, "env", number);
            if let Some(from) = variable.get("valueFrom") {
                if let Some(value) = self.one_key(pod, from, &here) {
                    environment.insert(name, value);
                }
                continue;
            }
            let text = variable.get("value").and_then(scalar).unwrap_or_default();
            let value = expand(&text, &environment);
            environment.insert(name, value.as_str().into());
        }
        environment
    }

    /// All keys of a config map or secret.
    fn all_keys(&mut self, pod: &Pod<'_>, source: &Value, path: &[Segment], environment: &mut Object) {
        let prefix = source.get("prefix").and_then(Value::as_str).unwrap_or_default().to_owned();
        for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
            let Some(reference) = source.get(field) else { continue };
            let name = reference.get("name").and_then(Value::as_str).unwrap_or_default();
            let Some((index, object)) = self.objects.get(kind, pod.namespace, name) else {
                if reference.get("optional").and_then(Value::as_bool) != Some(true) {
                    self.field(pod.component, &deeper(path, &[field]), "what it names is not part of the design");
                }
                continue;
            };
            self.used.insert(index);
            for (key, value) in super::content::texts(object) {
                environment.insert(format!("{prefix}{key}"), value.as_str().into());
            }
        }
    }

    /// One key of a config map or secret.
    fn one_key(&mut self, pod: &Pod<'_>, from: &Value, path: &[Segment]) -> Option<Value> {
        for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            let Some(reference) = from.get(field) else { continue };
            let name = reference.get("name").and_then(Value::as_str).unwrap_or_default();
            let key = reference.get("key").and_then(Value::as_str).unwrap_or_default();
            let found = self.objects.get(kind, pod.namespace, name);
            let value = found.and_then(|(index, object)| {
                let (_, value) = super::content::texts(object).into_iter().find(|(known, _)| known == key)?;
                Some((index, value))
            });
            if let Some((index, value)) = value {
                self.used.insert(index);
                return Some(value.as_str().into());
            }
            if reference.get("optional").and_then(Value::as_bool) != Some(true) {
                let path = deeper(path, &["valueFrom", field]);
                self.field(pod.component, &path, "what it names is not part of the design");
            }
            return None;
        }
        let why = "only a cluster knows the fields of a pod";
        self.field(pod.component, &deeper(path, &["valueFrom"]), why);
        None
    }
}

/// A text as Kubernetes reads it: `$(NAME)` is the value of a variable above it, or itself where there is none, and `$$` is
/// one dollar sign.
pub(super) fn expand(text: &str, environment: &Object) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        output.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            output.push('$');
            rest = behind;
            continue;
        }
        let name = behind.strip_prefix('(').and_then(|inside| inside.split_once(')'));
        let value = name.and_then(|(name, behind)| Some((environment.get(name)?.as_str()?, behind)));
        if let Some((value, behind)) = value {
            output.push_str(value);
            rest = behind;
        } else {
            output.push('$');
            rest = behind;
        }
    }
    output.push_str(rest);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_above_are_known() {
        let environment = Object::from_iter([("A", Value::from("x"))]);
        assert_eq!(expand("$(A)-$(B)-$$(A)-$A-$$$$", &environment), "x-$(B)-$(A)-$A-$$");
        assert_eq!(expand("$(A", &environment), "$(A");
    }
}
