//! Replacements: a value of one object is copied into fields of others.

use design_source::Written;
use design_syntax::{Limits, Resolved, Rules, resolve};
use design_vocabulary::{Text, Value};

use crate::Fault;
use crate::build::Build;
use crate::cursor::{Cursor, text_of};
use crate::field_path::{self, FieldPath};
use crate::part::Part;
use crate::resource::{Gvk, Id, Resource};
use crate::select::Selector;
use crate::set::Set;
use crate::structured;

const OPTIONS: &[&str] = &["delimiter", "index", "encoding", "create"];

/// How a part of a text is taken or set.
#[derive(Clone, Debug, Default)]
struct Options {
    delimiter: Text,
    index: i64,
    create: bool,
}

impl Build<'_> {
    /// One entry of `replacements`: the replacement, or a path of a file that holds one or several.
    pub fn replacement(&mut self, set: &mut Set, folder: &str, entry: &Cursor) {
        if let Some(path) = entry.get(&self.store, "path") {
            self.only(entry, &["path"]);
            for document in self.named_documents(folder, &path) {
                let all =
                    if document.value.as_array().is_some() { document.items(&self.store) } else { vec![document] };
                for one in all {
                    self.replace(set, &one);
                }
            }
        } else {
            self.replace(set, entry);
        }
    }

    fn no_replacement(&mut self, at: Written, what: impl Into<String>) {
        self.fault_of(at, Fault::Replacement { what: what.into() });
    }

    fn replace(&mut self, set: &mut Set, entry: &Cursor) {
        self.only(entry, &["source", "sourceValue", "targets"]);
        let (source, fixed) = (entry.get(&self.store, "source"), entry.get(&self.store, "sourceValue"));
        let targets = self.list(entry, "targets");
        if targets.is_empty() {
            return self.no_replacement(entry.at, "it has no `targets`");
        }
        let value = match (source, fixed) {
            (Some(source), None) => self.source(set, &source),
            (None, Some(fixed)) => {
                let text = fixed.text().unwrap_or_default();
                Some(Part::from(Cursor { value: Value::String(text), at: fixed.at }))
            }
            _ => return self.no_replacement(entry.at, "it needs either a `source` or a `sourceValue`"),
        };
        let Some(value) = value else { return };
        for target in targets {
            self.target(set, &target, &value);
        }
    }

    fn options(&mut self, holder: &Cursor) -> Options {
        let Some(options) = holder.get(&self.store, "options") else { return Options::default() };
        self.only(&options, OPTIONS);
        if let Some(encoding) = options.get(&self.store, "encoding") {
            self.fault_of(encoding.at, Fault::NotCovered { field: "options.encoding".to_owned() });
        }
        let index = options.get(&self.store, "index").and_then(|index| index.text()?.parse().ok()).unwrap_or(0);
        Options {
            delimiter: self.text(&options, "delimiter").unwrap_or_default(),
            index,
            create: self.flag(&options, "create"),
        }
    }

    /// The value that is copied.
    fn source(&mut self, set: &mut Set, source: &Cursor) -> Option<Part> {
        self.only(source, &["group", "version", "kind", "name", "namespace", "fieldPath", "options"]);
        let text = |key: &str| source.get(&self.store, key).and_then(|value| value.text()).unwrap_or_default();
        let gvk = Gvk { group: text("group"), version: text("version"), kind: text("kind") };
        let (name, namespace, path) = (text("name"), text("namespace"), text("fieldPath"));
        let options = self.options(source);
        let is_meant = |id: &Id| {
            let wanted = if namespace.is_empty() { "default" } else { &namespace };
            (name.is_empty() || id.name == name)
                && (namespace.is_empty() || wanted == crate::shown_namespace(&id.namespace))
                && id.gvk.is_selected(&gvk)
        };
        let taken = |number: &usize| {
            set.resources
                .get(*number)
                .is_some_and(|one| is_meant(&one.id()) || one.previous_ids().any(|id| is_meant(&id)))
        };
        let found: Vec<usize> = if name.is_empty() {
            (0..set.len()).filter(taken).take(2).collect()
        } else {
            set.named(&name).into_iter().filter(taken).take(2).collect()
        };
        let [number] = found.as_slice() else {
            let what = if found.is_empty() { "no object is its source" } else { "several objects could be its source" };
            self.no_replacement(source.at, what);
            return None;
        };
        let path = if path.is_empty() { "metadata.name".into() } else { path };
        let resource = set.resources.get(*number)?;
        let whole = Value::Object(resource.object.clone());
        let place = FieldPath::new(&path).lookup(&whole);
        let value = place.as_ref().and_then(|place| whole.at(place)).cloned().filter(|value| !is_nothing(value));
        let Some((value, place)) = value.zip(place) else {
            let what = format!("its source {} has nothing at `{path}`", resource.id().display());
            self.no_replacement(source.at, what);
            return None;
        };
        let at = resource.place(&self.store.documents, &place);
        let mut part = Part::from(Cursor { value, at });
        if !options.delimiter.is_empty() {
            let text = text_of(&part.value)?;
            let pieces: Vec<&str> = text.split(options.delimiter.as_str()).collect();
            let Some(piece) = usize::try_from(options.index).ok().and_then(|index| pieces.get(index)) else {
                let what = format!("`{text}` has no part {} between `{}`", options.index, options.delimiter);
                self.no_replacement(source.at, what);
                return None;
            };
            part.value = Value::String((*piece).into());
        }
        Some(part)
    }

    fn target(&mut self, set: &mut Set, target: &Cursor, value: &Part) {
        self.only(target, &["select", "reject", "fieldPaths", "options"]);
        let Some(select) = target.get(&self.store, "select") else {
            return self.no_replacement(target.at, "a target has to `select` objects");
        };
        let Some(select) = self.selector(&select) else { return };
        let mut reject = Vec::new();
        for one in self.list(target, "reject") {
            reject.extend(self.selector(&one));
        }
        let options = self.options(target);
        let mut paths: Vec<(Text, Written)> =
            self.list(target, "fieldPaths").iter().filter_map(|path| Some((path.text()?, path.at))).collect();
        if paths.is_empty() {
            paths.push(("metadata.name".into(), target.at));
        }
        let candidates = match select.only_name() {
            Some(name) => set.named(name),
            None => (0..set.len()).collect(),
        };
        for number in candidates {
            let Some(resource) = set.resources.get_mut(number) else { continue };
            if !is_taken(resource, &select, &reject) {
                continue;
            }
            let shown = resource.id().display();
            for (path, at) in &paths {
                let mut object = Part::of(resource);
                let result = put(&self.store, &mut object, path, value, &options, &self.limits);
                object.restore(resource);
                if let Err(what) = result {
                    let what = format!("{shown}: {what}");
                    let at = self.store.span(*at);
                    self.problems.push(crate::Problem { fault: Fault::Replacement { what }, at, related: None });
                }
            }
            set.renamed(number);
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(object) => object.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

fn is_taken(resource: &Resource, select: &Selector, reject: &[Selector]) -> bool {
    if resource.is_empty() || !select.takes_labels(resource) {
        return false;
    }
    if reject.iter().any(|one| one.names_labels() && one.takes_labels(resource)) {
        return false;
    }
    let gvk = resource.gvk();
    let mut identities = vec![(gvk.clone(), resource.name(), resource.namespace())];
    identities.extend(resource.previous.iter().map(|[kind, name, namespace]| {
        let gvk = Gvk { kind: kind.clone(), ..gvk.clone() };
        (gvk, name.clone(), crate::shown_namespace(namespace).into())
    }));
    let is_meant = |selector: &Selector| {
        identities.iter().any(|(gvk, name, namespace)| selector.takes_identity(gvk, name, namespace))
    };
    !reject.iter().any(|one| !one.names_nothing() && is_meant(one)) && is_meant(select)
}

/// Copies a value to every field that a path names.
fn put(
    store: &crate::cursor::Store,
    object: &mut Part,
    path: &str,
    value: &Part,
    options: &Options,
    limits: &Limits,
) -> Result<(), String> {
    let parsed = FieldPath::new(path);
    if let Some((place, rest)) = parsed.up_to_text(&object.value) {
        let inner = |part: &mut Part| {
            let old = text_of(&part.value)?;
            let new = structured::put(&old, &rest, &value.value, options.create, limits)?;
            *part = Part { value: Value::String(new.into()), at: value.at, trace: design_source::Trace::default() };
            Some(())
        };
        if object.edit(store, &place, &mut |part| inner(part)).flatten().is_some() {
            return Ok(());
        }
    }
    let mut places = Vec::new();
    let made = field_path::Made { by: value.at, is_mapping: matches!(value.value, Value::Object(_)) };
    parsed.matches(&mut object.value, &mut object.trace, options.create.then_some(&made), &mut places)?;
    if places.is_empty() {
        return Err(format!("there is no field `{path}`"));
    }
    for (place, is_new) in places {
        let done = object.edit(store, &place, &mut |slot| set(slot, value, options, is_new));
        done.unwrap_or_else(|| Err(format!("there is no field `{path}`")))?;
    }
    Ok(())
}

/// Sets a field. A scalar keeps its type, which the new text has to fit; one that was made for this has none yet.
fn set(slot: &mut Part, value: &Part, options: &Options, is_new: bool) -> Result<(), String> {
    let mut text = text_of(&value.value);
    if !options.delimiter.is_empty() {
        let old = text_of(&slot.value).filter(|_| !is_new).or_else(|| is_new.then(Text::new));
        let (Some(old), Some(new)) = (old, &text) else {
            return Err("a delimiter is for texts only".to_owned());
        };
        let mut parts: Vec<&str> = old.split(options.delimiter.as_str()).collect();
        match usize::try_from(options.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) => match parts.get_mut(index) {
                Some(part) => *part = new,
                None => parts.push(new),
            },
        }
        text = Some(parts.join(&options.delimiter).into());
    }
    let is_collection = matches!(slot.value, Value::Object(_) | Value::Array(_));
    let new = match text {
        None => value.value.clone(),
        Some(text) if is_collection => typed(&value.value, text),
        Some(text) if is_new => plain(&text),
        Some(text) => fitting(&slot.value, &text)?,
    };
    *slot = Part { value: new, at: value.at, trace: design_source::Trace::default() };
    Ok(())
}

/// A text as the type that a value had.
fn typed(old: &Value, text: Text) -> Value {
    if matches!(old, Value::String(_)) { Value::String(text) } else { plain(&text) }
}

/// A text as it means without quotes.
fn plain(text: &str) -> Value {
    match resolve(text, Rules::Kustomize) {
        Resolved::Null => Value::Null,
        Resolved::Bool(value) => Value::Bool(value),
        Resolved::Number(number) => Value::Number(number),
        Resolved::String | Resolved::NotFinite => Value::String(text.into()),
    }
}

/// A text as the type that a value has; it fails with a sentence where it does not fit.
pub(crate) fn fitting(old: &Value, text: &str) -> Result<Value, String> {
    let new = plain(text);
    let fits = match old {
        Value::String(_) => return Ok(Value::String(text.into())),
        Value::Bool(_) => matches!(new, Value::Bool(_)),
        Value::Number(_) => matches!(new, Value::Number(_)),
        _ => matches!(new, Value::Null),
    };
    if fits { Ok(new) } else { Err(format!("the field holds {}, which `{text}` is not", crate::noun(old))) }
}
