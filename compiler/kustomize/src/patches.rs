//! Patches: strategic merges and JSON patches, with and without a target.

use design_source::Written;
use design_vocabulary::Value;

use crate::Fault;
use crate::build::Build;
use crate::cursor::Cursor;
use crate::json_patch;
use crate::merge::Merge;
use crate::part::Part;
use crate::resource::{Gvk, Id, effective};
use crate::select::Selector;
use crate::set::Set;

/// What a patch may change beyond content.
#[derive(Clone, Copy, Debug, Default)]
struct Allowed {
    name: bool,
    kind: bool,
}

impl Build<'_> {
    /// One entry of `patches`, or a `PatchTransformer`.
    pub fn patch(&mut self, set: &mut Set, folder: &str, entry: &Cursor) {
        let (path, text) = (entry.get(&self.store, "path"), entry.get(&self.store, "patch"));
        let is_said = |cursor: &Option<Cursor>| {
            cursor.as_ref().is_some_and(|cursor| cursor.text().is_some_and(|text| !text.trim().is_empty()))
        };
        let documents = match (is_said(&path), is_said(&text)) {
            (true, false) => path.map(|path| self.named_documents(folder, &path)).unwrap_or_default(),
            (false, true) => text.map(|text| self.inline(&text)).unwrap_or_default(),
            (true, true) => return self.no_patch(entry.at, "it names both a `path` and a `patch`"),
            (false, false) => return self.no_patch(entry.at, "it names neither a `path` nor a `patch`"),
        };
        let options = entry.get(&self.store, "options");
        if let Some(options) = &options {
            self.only(options, &["allowNameChange", "allowKindChange"]);
        }
        let mut flag = |key: &str| options.as_ref().is_some_and(|options| self.flag(options, key));
        let allowed = Allowed { name: flag("allowNameChange"), kind: flag("allowKindChange") };
        let target = entry.get(&self.store, "target");
        let selector = match target.as_ref().map(|target| self.selector(target)) {
            Some(None) => return,
            Some(Some(selector)) => Some(selector),
            None => None,
        };
        let is_json = documents.first().is_some_and(|first| matches!(first.value, Value::Array(_)));
        match (is_json, selector) {
            (true, Some(selector)) => self.json_patch(set, &documents, &selector, true),
            (true, None) => self.no_patch(entry.at, "a JSON patch needs a `target`"),
            (false, Some(_)) if documents.len() > 1 => {
                self.no_patch(entry.at, "several patches in one entry cannot have a `target`");
            }
            (false, Some(selector)) => {
                for patch in documents {
                    self.merge_into_targets(set, &patch, &selector, allowed);
                }
            }
            (false, None) => self.merge_by_identity(set, &documents, allowed),
        }
        set.drop_empty();
    }

    fn no_patch(&mut self, at: Written, what: &str) {
        self.fault_of(at, Fault::Patch { what: what.to_owned() });
    }

    /// Reads the target of a patch; `None` where it cannot be read, which is told of.
    pub fn selector(&mut self, target: &Cursor) -> Option<Selector> {
        self.only(target, Selector::KEYS);
        match Selector::read(target, &self.store) {
            Ok(selector) => Some(selector),
            Err(what) => {
                self.fault(target.at, Fault::WrongValue { what });
                None
            }
        }
    }

    /// An entry of `patchesStrategicMerge`: a path, or the patch itself.
    pub fn patches_at(&mut self, folder: &str, entry: &Cursor) -> Vec<Cursor> {
        let text = entry.text().unwrap_or_default();
        let is_patch = text.contains('\n') || text.contains(": ");
        let is_file = || self.files.entry(&crate::files::join(folder, &text)).is_some();
        if is_patch && !is_file() { self.inline(entry) } else { self.named_documents(folder, entry) }
    }

    /// Lays patches over the objects that they name themselves.
    pub fn merge_all(&mut self, set: &mut Set, patches: &[Cursor]) {
        self.merge_by_identity(set, patches, Allowed::default());
    }

    fn merge_by_identity(&mut self, set: &mut Set, patches: &[Cursor], allowed: Allowed) {
        for patch in self.without_lists(patches) {
            let Some(id) = self.identity(&patch) else { continue };
            match set.with_any_id(&id).as_slice() {
                [one] => self.merge(set, *one, &patch, allowed),
                [] => {
                    let what = format!("no object is {}", id.display());
                    self.fault_of(patch.at, Fault::Patch { what });
                }
                several => {
                    let what = format!("{} objects are or were {}", several.len(), id.display());
                    self.fault_of(patch.at, Fault::Patch { what });
                }
            }
        }
        set.drop_empty();
    }

    /// The patches in lists of patches stand for themselves.
    fn without_lists(&self, patches: &[Cursor]) -> Vec<Cursor> {
        let mut found = Vec::new();
        for patch in patches {
            let is_list = patch.value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
            match patch.get(&self.store, "items").filter(|items| is_list && items.value.as_array().is_some()) {
                Some(items) => found.extend(self.without_lists(&items.items(&self.store))),
                None => found.push(patch.clone()),
            }
        }
        found
    }

    /// The identity that a patch names.
    fn identity(&mut self, patch: &Cursor) -> Option<Id> {
        let text = |key: &str| patch.value.get(key).and_then(Value::as_str);
        let metadata = |key: &str| {
            patch.value.get("metadata").and_then(|metadata| metadata.get(key)).and_then(crate::cursor::text_of)
        };
        let (Some(kind), Some(name)) = (text("kind"), metadata("name")) else {
            self.no_patch(patch.at, "without a `target` it has to name `kind` and `metadata.name`");
            return None;
        };
        let gvk = Gvk::new(text("apiVersion").unwrap_or_default(), kind);
        let namespace = effective(&gvk, &metadata("namespace").unwrap_or_default());
        Some(Id { gvk, name, namespace })
    }

    fn merge_into_targets(&mut self, set: &mut Set, patch: &Cursor, selector: &Selector, allowed: Allowed) {
        if !matches!(patch.value, Value::Object(_)) {
            let what = format!("it is {}, and should be a mapping or a list of operations", crate::noun(&patch.value));
            self.fault(patch.at, Fault::Patch { what });
            return;
        }
        for number in set.targets(selector) {
            self.merge(set, number, patch, allowed);
        }
    }

    /// Lays a patch over one object.
    fn merge(&mut self, set: &mut Set, number: usize, patch: &Cursor, allowed: Allowed) {
        let Some(resource) = set.resources.get_mut(number) else { return };
        if allowed.name || allowed.kind {
            resource.remember();
        }
        let mut patch = Part::from(patch.clone());
        // What tells objects apart is no content, unless the patch may change it.
        if !allowed.kind {
            patch.remove(&"kind".into());
        }
        patch.remove(&"apiVersion".into());
        if let Some(mut metadata) = patch.take(&self.store, &"metadata".into()) {
            if !allowed.name {
                metadata.remove(&"name".into());
            }
            metadata.remove(&"namespace".into());
            patch.put(&self.store, &"metadata".into(), metadata);
        }
        let start = resource.start;
        let merge = Merge { store: &self.store, schemas: &self.schemas, remarks: std::cell::RefCell::default() };
        match merge.object(Part::of(resource), patch) {
            Some(object) => object.restore(resource),
            None => resource.start = start,
        }
        let remarks = merge.remarks.into_inner();
        for crate::merge::Remark { what, at, differs } in remarks {
            self.fault(at, if differs { Fault::Differs { what } } else { Fault::Patch { what } });
        }
        set.renamed(number);
    }

    /// An entry of `patchesJson6902`, or a `PatchJson6902Transformer`, whose text has another key.
    pub fn json_patch_entry(&mut self, set: &mut Set, folder: &str, entry: &Cursor, text_key: &str) {
        let target = entry.get(&self.store, "target");
        let Some(selector) = target.and_then(|target| self.selector(&target)) else {
            return self.no_patch(entry.at, "a JSON patch needs a `target`");
        };
        let documents = match (entry.get(&self.store, "path"), entry.get(&self.store, text_key)) {
            (Some(path), None) => self.named_documents(folder, &path),
            (None, Some(text)) => self.inline(&text),
            _ => return self.no_patch(entry.at, "it has to name either a file or operations"),
        };
        self.json_patch(set, &documents, &selector, false);
        set.drop_empty();
    }

    fn json_patch(&mut self, set: &mut Set, documents: &[Cursor], selector: &Selector, remembers: bool) {
        // Of several documents only the first is a patch.
        let Some(patch) = documents.first().map(|first| self.as_configuration(first)) else { return };
        if !json_patch::is_patch(&patch.value) {
            self.no_patch(patch.at, "it is no list of operations");
            return;
        }
        let operations = patch.items(&self.store);
        for number in set.targets(selector) {
            let Some(resource) = set.resources.get_mut(number) else { continue };
            if remembers {
                resource.remember();
            }
            let shown = resource.id().display();
            let mut object = Part::of(resource);
            let result = json_patch::apply(&self.store, &mut object, &operations);
            object.restore(resource);
            if let Err((what, operation)) = result {
                self.fault(operation.at, Fault::Patch { what: format!("{shown}: {what}") });
            }
            set.renamed(number);
        }
    }
}
