//! Variables, kustomize's older way to copy values: `$(NAME)` in texts of certain fields.

use std::collections::BTreeMap;

use design_vocabulary::{Number, Text, Value};

use crate::Fault;
use crate::build::Build;
use crate::cursor::{Cursor, text_of};
use crate::field_path::FieldPath;
use crate::field_spec::{FieldSpec, Make, Walk};
use crate::resource::{Gvk, Id, effective};
use crate::set::Set;

/// A variable as a kustomization declares it.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub name: Text,
    path: Text,
    declared: Cursor,
}

impl Build<'_> {
    /// Reads the variables of a kustomization and notes on the objects which of them take their value there: later names
    /// change, the note stays.
    pub fn declare(&mut self, set: &mut Set, variables: &mut Vec<Variable>, declared: Vec<Cursor>) {
        for variable in declared {
            self.only(&variable, &["name", "objref", "fieldref"]);
            let name = self.text(&variable, "name").unwrap_or_default();
            if let Some(object) = variable.get(&self.store, "objref") {
                self.only(&object, &["apiVersion", "group", "version", "kind", "name", "namespace"]);
                let text = |key: &str| object.get(&self.store, key).and_then(|value| value.text()).unwrap_or_default();
                let mut gvk = Gvk { group: text("group"), version: text("version"), kind: text("kind") };
                match text("apiVersion").split_once('/') {
                    Some((group, version)) => (gvk.group, gvk.version) = (group.into(), version.into()),
                    None if !text("apiVersion").is_empty() => gvk.version = text("apiVersion"),
                    None => {}
                }
                let (wanted, namespace) = (text("name"), text("namespace"));
                let exact = !namespace.is_empty() || gvk.is_cluster_scoped();
                let space = effective(&gvk, &namespace);
                let is_it = |id: &Id| id.name == wanted && id.gvk == gvk && (!exact || id.namespace == space);
                let mut found = set.named(&wanted);
                found.retain(|number| {
                    set.resources
                        .get(*number)
                        .is_some_and(|one| is_it(&one.id()) || one.previous_ids().any(|id| is_it(&id)))
                });
                match found.as_slice() {
                    [] => {}
                    [one] => {
                        if let Some(resource) = set.resources.get_mut(*one) {
                            resource.variables.push(name.clone());
                        }
                    }
                    several => {
                        let what = format!("`{name}` could take its value from {} objects", several.len());
                        self.fault_of(object.at, Fault::Variable { what });
                    }
                }
            }
            let field = variable.get(&self.store, "fieldref").and_then(|field| field.get(&self.store, "fieldPath"));
            let path = field.and_then(|field| field.text()).unwrap_or_else(|| "metadata.name".into());
            self.add_variable(variables, Variable { name, path, declared: variable });
        }
    }

    /// Adds a variable; two of one name are told of.
    pub fn add_variable(&mut self, variables: &mut Vec<Variable>, variable: Variable) {
        if let Some(first) = variables.iter().find(|known| known.name == variable.name) {
            let (at, first) = (self.store.span(variable.declared.at), self.store.span(first.declared.at));
            let what = format!("there are two variables `{}`", variable.name);
            self.fault_with(at, Fault::Variable { what }, ("the other one is here", first));
            return;
        }
        variables.push(variable);
    }

    /// Puts the values of variables into the fields that may hold them.
    pub fn substitute(&mut self, set: &mut Set, variables: &[Variable], specs: &[FieldSpec]) {
        if variables.is_empty() {
            return;
        }
        let mut values: BTreeMap<Text, Value> = BTreeMap::new();
        for variable in variables {
            let holder = set.resources.iter().find(|resource| resource.variables.contains(&variable.name));
            let Some(holder) = holder else {
                let what = format!("no object has the value of `{}`", variable.name);
                self.fault_of(variable.declared.at, Fault::Variable { what });
                continue;
            };
            let whole = Value::Object(holder.object.clone());
            let path = FieldPath::new(&indexed(&variable.path));
            if let Some(value) = path.lookup(&whole).and_then(|place| whole.at(&place).cloned()) {
                values.insert(variable.name.clone(), value);
            } else {
                let what = format!(
                    "{} has nothing at `{}`, the value of `{}`",
                    holder.id().display(),
                    variable.path,
                    variable.name
                );
                self.fault_of(variable.declared.at, Fault::Variable { what });
            }
        }
        let places: BTreeMap<Text, design_source::Written> =
            variables.iter().map(|variable| (variable.name.clone(), variable.declared.at)).collect();
        for resource in &mut set.resources {
            let gvk = resource.gvk();
            for spec in specs.iter().filter(|spec| gvk.is_selected(&spec.gvk)) {
                let result = Walk::over(resource, spec, Make::Nothing, &mut |value, walk| {
                    replace_in(value, &values, &mut |names: &[Text]| {
                        if let Some(at) = names.first().and_then(|name| places.get(name)) {
                            walk.changed(*at);
                        }
                    });
                    Ok(())
                });
                // A field of another form than variables stand in holds none.
                drop(result);
            }
        }
    }
}

/// A path with `a[0]` as `a.0`.
fn indexed(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        let number = behind.split_once(']').filter(|(inner, _)| inner.parse::<usize>().is_ok());
        if let Some((inner, behind)) = number {
            text.push_str(before.trim_end_matches('.'));
            text.push('.');
            text.push_str(inner);
            rest = behind;
        } else {
            text.push_str(before);
            text.push('[');
            rest = behind;
        }
    }
    text.push_str(rest);
    text
}

/// Replaces variables in a text, and in the texts directly in a mapping or list.
fn replace_in(value: &mut Value, values: &BTreeMap<Text, Value>, used: &mut dyn FnMut(&[Text])) {
    let mut names = Vec::new();
    match value {
        Value::String(text) => {
            if let Some(new) = replaced(text, values, &mut names) {
                *value = new;
            }
        }
        Value::Array(elements) => {
            for element in elements.make_mut() {
                if let Value::String(text) = element
                    && let Some(new) = replaced(text, values, &mut names)
                {
                    *element = new;
                }
            }
        }
        Value::Object(object) => {
            for element in object.values_mut() {
                if let Value::String(text) = element
                    && let Some(new) = replaced(text, values, &mut names)
                {
                    *element = new;
                }
            }
        }
        _ => {}
    }
    if !names.is_empty() {
        used(&names);
    }
}

/// A text with variables replaced; `None` where nothing in it looks like one. A text that is one variable takes its type.
fn replaced(text: &str, values: &BTreeMap<Text, Value>, names: &mut Vec<Text>) -> Option<Value> {
    if !text.contains('$') {
        return None;
    }
    let mut new = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        new.push_str(before);
        rest = behind;
        if let Some(behind) = behind.strip_prefix('$') {
            new.push('$');
            rest = behind;
        } else if let Some((name, after)) = behind.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            let value = values.get(name).filter(|value| !matches!(value, Value::Object(_) | Value::Array(_)));
            match value {
                Some(value) => {
                    names.push(name.into());
                    if text.len() == name.len() + 3 {
                        return Some(value.clone());
                    }
                    new.push_str(&shown(value));
                }
                None => new.push_str(&format!("$({name})")),
            }
            rest = after;
        } else {
            new.push('$');
            // The character behind is taken with it, so that `$` behind it begins nothing.
            if let Some(next) = behind.chars().next().filter(|next| *next != '(') {
                new.push(next);
                rest = behind.get(next.len_utf8()..).unwrap_or_default();
            }
        }
    }
    new.push_str(rest);
    (new != text).then(|| Value::String(new.into()))
}

fn shown(value: &Value) -> Text {
    match value {
        Value::Number(Number::Float(number)) => number.to_string().into(),
        Value::Null => "<nil>".into(),
        other => text_of(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_as_kubernetes_replaces_them_in_arguments() {
        let values: BTreeMap<Text, Value> =
            [("A".into(), Value::from("x")), ("N".into(), Value::from(5))].into_iter().collect();
        for (text, expected) in [
            ("$(A)", Value::from("x")),
            ("$(N)", Value::from(5)),
            ("a-$(A)-$(N)", Value::from("a-x-5")),
            ("$$(A)", Value::from("$(A)")),
            ("$(B)", Value::from("$(B)")),
            ("$A $( $", Value::from("$A $( $")),
        ] {
            let new = replaced(text, &values, &mut Vec::new()).unwrap_or_else(|| Value::from(text));
            assert_eq!(new, expected, "{text}");
        }
        assert_eq!(indexed("spec.ports[0].port"), "spec.ports.0.port");
    }
}
