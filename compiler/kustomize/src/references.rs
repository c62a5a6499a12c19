//! References by name: where an object was renamed, what names it follows.
//!
//! Kustomize looks at every object for every field that may name another. Here the objects that were renamed are found by
//! the name that they had, and each object is walked once for all fields of its kind.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use design_vocabulary::{Text, Value};

use crate::Fault;
use crate::build::Build;
use crate::config::NameReference;
use crate::cursor::text_of;
use crate::resource::{Gvk, Id, NO_NAMESPACE, Resource};
use crate::set::Set;

/// The fields of a kind that name others, as a tree of keys.
#[derive(Debug, Default)]
struct Fields<'a> {
    below: Vec<(Text, Fields<'a>)>,
    /// What the value here may name, in the order in which it is tried.
    targets: Vec<(&'a Gvk, bool)>,
}

impl<'a> Fields<'a> {
    fn add(&mut self, keys: &[Text], target: &'a Gvk, is_role: bool) {
        let Some((first, rest)) = keys.split_first() else {
            return self.targets.push((target, is_role));
        };
        let first = first.strip_suffix("[]").map_or_else(|| first.clone(), Text::from);
        let position = self.below.iter().position(|(key, _)| *key == first).unwrap_or_else(|| {
            self.below.push((first, Fields::default()));
            self.below.len() - 1
        });
        if let Some((_, inner)) = self.below.get_mut(position) {
            inner.add(rest, target, is_role);
        }
    }
}

/// What was renamed, as far as referring needs it.
struct Candidate {
    id: Id,
    name: Text,
    /// The namespace as written.
    namespace: Text,
    original_namespace: Text,
    previous: Vec<(Gvk, Text)>,
    prefixes: Vec<Text>,
    suffixes: Vec<Text>,
}

/// The objects that were renamed, by the names that they had.
#[derive(Default)]
struct Renamed {
    candidates: Vec<Candidate>,
    /// By name and the namespace that they are in.
    within: HashMap<(Text, Text), Vec<u32>>,
    /// By name and the namespace that they were read in.
    original: HashMap<(Text, Text), Vec<u32>>,
    /// By name, those that can be meant from anywhere.
    anywhere: HashMap<Text, Vec<u32>>,
    /// By name.
    all: HashMap<Text, Vec<u32>>,
    /// The namespaces that any object was read in.
    originals: HashSet<Text>,
}

/// The object that refers.
struct Referrer {
    id: Id,
    role: Option<Gvk>,
    /// The namespaces of the accounts that a role binding names.
    subjects: Vec<Text>,
    prefixes: Vec<Text>,
    suffixes: Vec<Text>,
}

impl Build<'_> {
    /// Lets references follow the objects that were renamed.
    pub fn follow_names(&mut self, set: &mut Set, references: &[NameReference]) {
        let renamed = Renamed::of(set);
        if renamed.candidates.is_empty() {
            return;
        }
        let mut trees: HashMap<Gvk, Rc<Fields<'_>>> = HashMap::new();
        let mut faults = Vec::new();
        for resource in &mut set.resources {
            let original = resource.original_id().gvk;
            let fields = trees.entry(original).or_insert_with_key(|gvk| Rc::new(fields_of(gvk, references)));
            if fields.below.is_empty() {
                continue;
            }
            let referrer = Referrer::of(resource);
            let mut walk = Following { renamed: &renamed, referrer: &referrer, faults: Vec::new() };
            let mut object = Value::Object(std::mem::take(&mut resource.object));
            walk.follow(&mut object, fields);
            let found = walk.faults;
            if let Value::Object(object) = object {
                resource.object = object;
            }
            faults.extend(found.into_iter().map(|fault| (resource.start, fault)));
        }
        for (at, fault) in faults {
            self.fault_of(at, fault);
        }
    }
}

fn fields_of<'a>(gvk: &Gvk, references: &'a [NameReference]) -> Fields<'a> {
    let mut fields = Fields::default();
    for reference in references {
        for spec in reference.referrers.iter().filter(|spec| gvk.is_selected(&spec.gvk)) {
            fields.add(&spec.keys(), &reference.target, spec.path.ends_with("roleRef/name"));
        }
    }
    fields
}

impl Renamed {
    fn of(set: &Set) -> Self {
        let mut renamed = Self::default();
        renamed.originals.extend(set.resources.iter().map(|resource| resource.original_id().namespace));
        for resource in set.resources.iter().filter(|resource| !resource.previous.is_empty()) {
            let number = u32::try_from(renamed.candidates.len()).unwrap_or(u32::MAX);
            let candidate = Candidate::of(resource);
            let mut names: Vec<&Text> = candidate.previous.iter().map(|(_, name)| name).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                renamed.all.entry(name.clone()).or_default().push(number);
                renamed.original.entry((name.clone(), candidate.original_namespace.clone())).or_default().push(number);
                renamed.within.entry((name.clone(), candidate.id.namespace.clone())).or_default().push(number);
                // An account, and what lives in no namespace, can be meant from anywhere.
                if candidate.id.namespace == NO_NAMESPACE || candidate.id.gvk.kind == "ServiceAccount" {
                    renamed.anywhere.entry(name.clone()).or_default().push(number);
                }
            }
            renamed.candidates.push(candidate);
        }
        renamed
    }

    /// The objects that had a name and can be meant by it; `namespace`: where the reference says that the object is.
    fn named(&self, name: &Text, referrer: &Referrer, namespace: Option<&Text>) -> Vec<&Candidate> {
        let in_map = |map: &HashMap<(Text, Text), Vec<u32>>, namespace: &Text| {
            map.get(&(name.clone(), namespace.clone())).cloned().unwrap_or_default()
        };
        let mut numbers: Vec<u32> = match namespace {
            Some(namespace) if self.originals.contains(namespace) => in_map(&self.original, namespace),
            Some(namespace) => in_map(&self.within, namespace),
            None if referrer.id.namespace == NO_NAMESPACE => self.all.get(name).cloned().unwrap_or_default(),
            None => {
                let mut numbers = self.anywhere.get(name).cloned().unwrap_or_default();
                numbers.extend(in_map(&self.within, &referrer.id.namespace));
                numbers
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        numbers.iter().filter_map(|number| self.candidates.get(*number as usize)).collect()
    }
}

impl Candidate {
    fn of(resource: &Resource) -> Self {
        let original = resource.original_id();
        Self {
            id: resource.id(),
            name: resource.name(),
            namespace: resource.namespace(),
            original_namespace: original.namespace,
            previous: resource.previous_ids().map(|id| (id.gvk, id.name)).collect(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
        }
    }
}

impl Referrer {
    fn of(resource: &Resource) -> Self {
        let role = resource.object.get("roleRef");
        let text = |key: &str| role?.get(key).and_then(text_of);
        let role = text("apiGroup").zip(text("kind"));
        let mut subjects = Vec::new();
        if resource.kind() == "RoleBinding" {
            for subject in resource.object.get("subjects").and_then(Value::as_array).unwrap_or_default() {
                let text = |key: &str| subject.get(key).and_then(Value::as_str);
                if text("kind") == Some("ServiceAccount") {
                    subjects.extend(text("namespace").map(Text::from));
                }
            }
        }
        Self {
            id: resource.id(),
            role: role.map(|(group, kind)| Gvk { group, version: Text::new(), kind }),
            subjects,
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
        }
    }
}

struct Following<'a> {
    renamed: &'a Renamed,
    referrer: &'a Referrer,
    faults: Vec<Fault>,
}

impl Following<'_> {
    fn follow(&mut self, value: &mut Value, fields: &Fields<'_>) {
        for (target, is_role) in &fields.targets {
            self.set(value, target, *is_role);
        }
        if !fields.below.is_empty() {
            self.below(value, fields);
        }
    }

    fn below(&mut self, value: &mut Value, fields: &Fields<'_>) {
        match value {
            Value::Array(elements) => {
                for element in elements.make_mut() {
                    self.below(element, fields);
                }
            }
            Value::Object(object) => {
                for (key, inner) in &fields.below {
                    if object.get(key).is_some_and(|value| !value.is_null())
                        && let Some(value) = object.get_mut(key)
                    {
                        self.follow(value, inner);
                    }
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, value: &mut Value, target: &Gvk, is_role: bool) {
        match value {
            Value::Array(elements) => {
                for element in elements.make_mut() {
                    self.set_one(element, target, is_role);
                }
            }
            other => self.set_one(other, target, is_role),
        }
    }

    fn set_one(&mut self, value: &mut Value, target: &Gvk, is_role: bool) {
        match value {
            Value::Object(object) => {
                let Some(name) = object.get("name").and_then(text_of) else { return };
                let namespace = object.get("namespace").and_then(text_of);
                let Some(found) = self.pick(&name, target, is_role, namespace.as_ref(), true) else { return };
                if found.name != name || !found.namespace.is_empty() {
                    let (name, namespace) = (found.name.clone(), found.namespace.clone());
                    object.insert("name", Value::String(name));
                    if !namespace.is_empty() {
                        object.insert("namespace", Value::String(namespace));
                    }
                }
            }
            other => {
                let Some(name) = text_of(other) else { return };
                if let Some(found) = self.pick(&name, target, is_role, None, false)
                    && found.name != name
                {
                    *other = Value::String(found.name.clone());
                }
            }
        }
    }

    /// The object that is meant by a name.
    fn pick(
        &mut self,
        name: &Text,
        target: &Gvk,
        is_role: bool,
        namespace: Option<&Text>,
        with_namespace: bool,
    ) -> Option<&Candidate> {
        let referrer = self.referrer;
        let is_cluster = referrer.id.namespace == NO_NAMESPACE;
        let mut found = self.renamed.named(name, referrer, namespace);
        // An account is seen from where it lives, and from role bindings that name its namespace.
        found.retain(|one| {
            is_cluster
                || one.id.namespace == NO_NAMESPACE
                || one.id.namespace == referrer.id.namespace
                || (one.id.gvk.kind == "ServiceAccount" && referrer.subjects.contains(&one.namespace))
        });
        found.retain(|one| {
            one.previous.iter().any(|(_, previous)| previous == name)
                && one.previous.iter().any(|(gvk, _)| gvk.is_selected(target))
        });
        if let Some(role) = referrer.role.as_ref().filter(|_| is_role) {
            found.retain(|one| one.previous.iter().any(|(gvk, _)| gvk.is_selected(role)));
        }
        if found.len() > 1 || found.is_empty() {
            found.retain(|one| {
                agree(&one.prefixes, &referrer.prefixes, true) && agree(&one.suffixes, &referrer.suffixes, true)
            });
        }
        if found.len() > 1 {
            found.retain(|one| {
                agree(&one.prefixes, &referrer.prefixes, false) && agree(&one.suffixes, &referrer.suffixes, false)
            });
        }
        let first = *found.first()?;
        let differs = |one: &&Candidate| one.name != first.name || (with_namespace && one.namespace != first.namespace);
        if found.iter().any(differs) {
            let objects = found.iter().map(|one| one.id.display()).collect();
            self.faults.push(Fault::Ambiguous { name: name.clone(), objects });
            return None;
        }
        Some(first)
    }
}

/// Whether one list ends as the other does; `any`: an empty one agrees with any.
fn agree(first: &[Text], second: &[Text], any: bool) -> bool {
    if first.is_empty() || second.is_empty() {
        return any || first.len() == second.len();
    }
    first.iter().rev().zip(second.iter().rev()).all(|(a, b)| a == b)
}
