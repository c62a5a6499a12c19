//! What all parts of a build share: the files, the documents read so far, and what was wrong.

use std::collections::HashMap;

use design_registry::nearest;
use design_source::Written;
use design_syntax::{Limits, Rules, SourceText, Style, parse, parse_within};
use design_vocabulary::{Span, Text, Value};

use crate::cursor::{Cursor, Store};
use crate::files::{Problems, is_inside, join};
use crate::schema::Schemas;
use crate::{Entry, Fault, Files, Problem};

/// A build that is going on.
pub(crate) struct Build<'a> {
    /// Where files come from.
    pub files: &'a mut dyn Files,
    /// The documents read so far.
    pub store: Store,
    /// What was wrong so far.
    pub problems: Problems,
    /// How lists are merged.
    pub schemas: Schemas,
    /// Whether objects and changes are to say where they come from.
    pub origins: bool,
    /// The folders of the kustomizations that are being read, the outermost first.
    pub open: Vec<String>,
    /// The namespaces that charts of the kustomizations being read are released into; empty where none is said.
    pub chart_namespaces: Vec<Text>,
    /// How many kustomizations were read.
    pub opened: usize,
    /// The folders of copies of what lies on other machines.
    pub copies: Vec<String>,
    /// What reading may cost.
    pub limits: Limits,
    /// The documents of the files read so far, by path.
    read: HashMap<String, Result<Vec<u32>, String>>,
}

impl<'a> Build<'a> {
    /// A build that has read nothing.
    pub fn new(files: &'a mut dyn Files) -> Self {
        let limits = files.limits();
        Self {
            files,
            store: Store::default(),
            problems: Vec::new(),
            schemas: Schemas::default(),
            origins: false,
            open: Vec::new(),
            chart_namespaces: Vec::new(),
            opened: 0,
            copies: Vec::new(),
            limits,
            read: HashMap::new(),
        }
    }

    /// Notes something that is wrong with a value.
    pub fn fault(&mut self, at: Written, fault: Fault) {
        let at = self.store.span(at);
        self.problems.push(Problem { fault, at, related: None });
    }

    /// Notes something that is wrong with a field as a whole: at its key.
    pub fn fault_of(&mut self, at: Written, fault: Fault) {
        let at = self.store.head(at);
        self.problems.push(Problem { fault, at, related: None });
    }

    /// Notes something that is wrong, with another place that belongs to it.
    pub fn fault_with(&mut self, at: Span, fault: Fault, related: (&'static str, Span)) {
        self.problems.push(Problem { fault, at, related: Some(related) });
    }

    /// Reads files ahead, on as many threads as whoever gives them likes.
    pub fn prepare(&mut self, paths: &[String]) {
        let wanted: Vec<String> = paths.iter().filter(|path| !self.read.contains_key(*path)).cloned().collect();
        for (path, parsed) in wanted.iter().zip(self.files.parse(&wanted)) {
            let documents = match parsed {
                Ok(parsed) => {
                    self.problems.extend(parsed.problems.into_iter().map(syntax));
                    Ok(parsed.documents.into_iter().map(|one| self.store.add(one, Rules::Kustomize)).collect())
                }
                Err(reason) => Err(reason),
            };
            self.read.insert(path.clone(), documents);
        }
    }

    /// The documents of a file.
    pub fn documents(&mut self, path: &str) -> Result<Vec<u32>, String> {
        let path = path.to_owned();
        if !self.read.contains_key(&path) {
            self.prepare(std::slice::from_ref(&path));
        }
        self.read.get(&path).cloned().unwrap_or_else(|| Ok(Vec::new()))
    }

    /// The documents of a file that an entry of a configuration names, as values. What is wrong is told of at the entry.
    pub fn named_documents(&mut self, folder: &str, entry: &Cursor) -> Vec<Cursor> {
        let Some(path) = self.named_file(folder, entry) else { return Vec::new() };
        match self.documents(&path) {
            Ok(documents) => {
                documents.into_iter().map(|one| Cursor::root(&self.store, one, &mut self.problems)).collect()
            }
            Err(reason) => {
                let path = entry.text().unwrap_or_default().to_string();
                self.fault(entry.at, Fault::Missing { path, reason });
                Vec::new()
            }
        }
    }

    /// The path of a file that an entry names; `None` where it lies on another machine.
    pub fn named_file(&mut self, folder: &str, entry: &Cursor) -> Option<String> {
        let Some(text) = entry.text() else {
            self.wrong_type(entry, "the path of a file");
            return None;
        };
        self.file_at(folder, &text, entry.at)
    }

    /// The path of a file that is named at a place.
    pub fn file_at(&mut self, folder: &str, text: &str, at: Written) -> Option<String> {
        let path = join(folder, text);
        if self.files.entry(&path).is_none() && crate::files::is_remote(text) {
            return self.copied(folder, text, at);
        }
        if !is_inside(&path, folder) && self.files.entry(&path) == Some(Entry::File) {
            self.fault(at, Fault::Outside { path: text.to_owned() });
        }
        Some(path)
    }

    /// The path of the copy of something on another machine; `None` where there is none, which is told of.
    pub fn copied(&mut self, folder: &str, address: &str, at: Written) -> Option<String> {
        let fault = match self.files.copied(folder, address) {
            Some(Ok((root, path))) => {
                self.copies.push(root);
                return Some(path);
            }
            Some(Err(reason)) => Fault::Missing { path: address.to_owned(), reason },
            None => Fault::Remote { address: address.to_owned() },
        };
        self.fault(at, fault);
        None
    }

    /// The YAML that stands in a text of a configuration, with places inside that text where it is written as a block.
    pub fn inline(&mut self, text: &Cursor) -> Vec<Cursor> {
        let Some(content) = text.text() else { return Vec::new() };
        if let Some(documents) = self.inside(text, &content) {
            return documents.into_iter().map(|one| Cursor::root(&self.store, one, &mut self.problems)).collect();
        }
        let at = self.store.span(text.at);
        let parsed = parse(&SourceText::new(at.file, "", content.as_str()), &self.limits);
        if !parsed.problems.is_empty() {
            self.problems.extend(parsed.problems.into_iter().map(|problem| syntax(moved(problem, at))));
        }
        // Documents that are not in the store have no places of their own: all that is in them stands at the text.
        let mut store = Store::default();
        let documents: Vec<u32> = parsed.documents.into_iter().map(|one| store.add(one, Rules::Kustomize)).collect();
        documents.into_iter().map(|one| Cursor { value: store.value(one, &mut Vec::new()), at: text.at }).collect()
    }

    /// Parses a block scalar in its place.
    fn inside(&mut self, text: &Cursor, content: &str) -> Option<Vec<u32>> {
        let (document, node) = text.at.node(&self.store.documents)?;
        let node = node.resolved();
        if node.style() != Style::BlockScalar || content.lines().any(|line| line.starts_with("---")) {
            return None;
        }
        let span = node.span();
        let source = std::sync::Arc::clone(self.store.documents.get(document as usize)?.source());
        // The lines of the text with their indentation; a folded text is not what is written.
        let before = source.slice(0, span.start);
        let start = u32::try_from(before.rfind('\n')? + 1).ok()?;
        let indent = (span.start - start) as usize;
        let lines = source.slice(start, span.end).lines();
        let mut written = lines.map(|line| line.get(indent..).unwrap_or_else(|| line.trim_start()));
        if !content.trim_end().lines().all(|line| written.next() == Some(line)) {
            return None;
        }
        let parsed = parse_within(&source, start..span.end, &self.limits);
        self.problems.extend(parsed.problems.into_iter().map(syntax));
        Some(parsed.documents.into_iter().map(|one| self.store.add(one, Rules::Kustomize)).collect())
    }

    /// Reads a document under kubectl's rules: kustomize converts configurations and JSON patches so.
    pub fn as_configuration(&mut self, cursor: &Cursor) -> Cursor {
        let Written::Node { document, .. } = cursor.at else { return cursor.clone() };
        if cursor.at != Written::root(document) {
            return cursor.clone();
        }
        if let Some(document) = self.store.documents.get_mut(document as usize) {
            document.set_rules(Rules::Kubernetes);
        }
        Cursor { value: self.store.value(document, &mut Vec::new()), at: cursor.at }
    }

    /// Tells of keys that a section does not have.
    pub fn only(&mut self, section: &Cursor, known: &[&'static str]) {
        for (key, value) in section.entries(&self.store) {
            if !known.iter().any(|name| name.eq_ignore_ascii_case(&key)) {
                let nearest = nearest(&key, known.iter().copied());
                let nearest = known.iter().copied().find(|name| Some(*name) == nearest);
                self.fault_of(value.at, Fault::UnknownField { field: key, nearest });
            }
        }
    }

    /// Tells of keys that a configuration in a file of its own does not have. Kustomize does not mind them.
    pub fn known(&mut self, configuration: &Cursor, known: &[&'static str]) {
        for (key, value) in configuration.entries(&self.store) {
            let head = ["apiVersion", "kind", "metadata"];
            if !known.iter().chain(&head).any(|name| name.eq_ignore_ascii_case(&key)) {
                let what = format!("kustomize has no field `{key}` here, and ignores it");
                self.fault_of(value.at, Fault::Differs { what });
            }
        }
    }

    /// Tells of a value of another type than it should have.
    pub fn wrong_type(&mut self, value: &Cursor, wanted: &str) {
        let found = crate::noun(&value.value);
        self.fault(value.at, Fault::WrongValue { what: format!("this should be {wanted}, and is {found}") });
    }

    /// A text of a section; `None` where it is absent or something else, which is told of. A number or truth value counts as
    /// the text that is written, and is told of too: kustomize refuses it.
    pub fn text(&mut self, section: &Cursor, key: &str) -> Option<Text> {
        let value = section.get(&self.store, key)?;
        if !matches!(value.value, Value::String(_)) {
            self.wrong_type(&value, "a text");
        }
        value.text()
    }

    /// A truth value of a section; false where it is absent.
    pub fn flag(&mut self, section: &Cursor, key: &str) -> bool {
        match section.get(&self.store, key) {
            Some(value) if !matches!(value.value, Value::Bool(_)) => {
                self.wrong_type(&value, "true or false");
                false
            }
            Some(value) => value.value == Value::Bool(true),
            None => false,
        }
    }

    /// The elements of a list of a section; nothing where it is absent or something else, which is told of.
    pub fn list(&mut self, section: &Cursor, key: &str) -> Vec<Cursor> {
        match section.get(&self.store, key) {
            Some(value) if !matches!(value.value, Value::Array(_)) => {
                self.wrong_type(&value, "a list");
                Vec::new()
            }
            Some(value) => value.items(&self.store),
            None => Vec::new(),
        }
    }

    /// The texts of a mapping of a section, in order, each with its place.
    pub fn texts(&mut self, section: &Cursor, key: &str) -> Vec<(Text, Text, Written)> {
        let Some(map) = section.get(&self.store, key) else { return Vec::new() };
        if !matches!(map.value, Value::Object(_)) {
            self.wrong_type(&map, "a mapping");
        }
        let mut texts = Vec::new();
        for (key, value) in map.entries(&self.store) {
            if !matches!(value.value, Value::String(_)) {
                self.wrong_type(&value, "a text");
            }
            texts.push((key, value.text().unwrap_or_default(), value.at));
        }
        texts.sort_by(|a, b| a.0.cmp(&b.0));
        texts
    }
}

fn syntax(problem: design_syntax::Problem) -> Problem {
    let at = match &problem {
        design_syntax::Problem::Syntax { span, .. }
        | design_syntax::Problem::LimitPassed { span, .. }
        | design_syntax::Problem::NotJson { span, .. }
        | design_syntax::Problem::ReadDifferently { span, .. } => *span,
        design_syntax::Problem::DuplicateKey { second, .. } => *second,
    };
    Problem { fault: Fault::Syntax(problem), at, related: None }
}

/// A problem of a text that was parsed for itself, at the place of that text.
fn moved(problem: design_syntax::Problem, at: Span) -> design_syntax::Problem {
    match problem {
        design_syntax::Problem::Syntax { message, .. } => design_syntax::Problem::Syntax { message, span: at },
        design_syntax::Problem::LimitPassed { limit, allowed, .. } => {
            design_syntax::Problem::LimitPassed { limit, allowed, span: at }
        }
        design_syntax::Problem::NotJson { what, .. } => design_syntax::Problem::NotJson { what, span: at },
        design_syntax::Problem::DuplicateKey { key, .. } => {
            design_syntax::Problem::DuplicateKey { key, first: at, second: at }
        }
        design_syntax::Problem::ReadDifferently { written, kubernetes, here, .. } => {
            design_syntax::Problem::ReadDifferently { written, kubernetes, here, span: at }
        }
    }
}
