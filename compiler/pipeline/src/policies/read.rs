//! The policies at paths: modules, data, templates and constraints.

use std::sync::Arc;

use design_check::{rules, word_syntax};
use design_report::Sources;
use design_source::{Loaded, read_manifests};
use design_syntax::{Document, Kind, Limits, SourceText, lower, parse};
use design_vocabulary::{FileId, Finding, Span, Value};

use crate::policies::Policies;
use crate::world::join;
use crate::{EntryKind, Request, World, WorldError, read_file};

/// Reads the policies at paths.
pub(crate) struct Reader<'a> {
    world: &'a dyn World,
    limits: &'a Limits,
    next_file: &'a mut u32,
    sources: &'a mut Sources,
    findings: &'a mut Vec<Finding>,
    policies: Policies,
    documents: Vec<Document>,
}

impl<'a> Reader<'a> {
    /// Reads the files at these paths: policies, data, templates and constraints. What cannot be read is a finding.
    pub fn read(
        world: &'a dyn World,
        request: &'a Request,
        next_file: &'a mut u32,
        sources: &'a mut Sources,
        findings: &'a mut Vec<Finding>,
    ) -> Policies {
        let policies = Policies {
            modules: Vec::new(),
            files: Vec::new(),
            data: Vec::new(),
            gatekeeper: Loaded::default(),
            namespaces: request.namespaces.clone(),
            place: Span::start_of(FileId(*next_file)),
        };
        let limits = &request.limits;
        let mut reader = Self { world, limits, next_file, sources, findings, policies, documents: Vec::new() };
        for path in &request.policies {
            let id = reader.next();
            reader.sources.insert(SourceText::new(id, path.as_str(), ""));
            match world.kind(path) {
                Ok(EntryKind::File) => reader.file(path, &[]),
                Ok(_) => reader.folder(path, &mut Vec::new(), Span::start_of(id)),
                Err(error) => reader.unreadable(&error, Span::start_of(id)),
            }
        }
        let Reader { mut policies, documents, findings, .. } = reader;
        policies.gatekeeper = read_manifests("policies", documents);
        if policies.modules.is_empty() && policies.gatekeeper.design.components.is_empty() {
            findings.push(rules::policy_failed::nothing(policies.place));
        }
        policies
    }

    fn next(&mut self) -> FileId {
        let id = FileId(*self.next_file);
        *self.next_file = self.next_file.saturating_add(1);
        id
    }

    fn unreadable(&mut self, error: &WorldError, place: Span) {
        self.findings.push(rules::unreadable::finding(&error.to_string(), place));
    }

    /// Reads a folder with what lies below it, in the order of names.
    fn folder(&mut self, folder: &str, below: &mut Vec<String>, place: Span) {
        let mut entries = match self.world.list(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(&error, place),
        };
        entries.sort_by(|first, second| first.name.cmp(&second.name));
        for entry in entries.into_iter().filter(|entry| !entry.name.starts_with('.')) {
            let path = join(folder, &entry.name);
            match entry.kind {
                EntryKind::File => self.file(&path, below),
                EntryKind::Folder => {
                    below.push(entry.name);
                    self.folder(&path, below, place);
                    below.pop();
                }
                EntryKind::LinkedFolder | EntryKind::Other => {}
            }
        }
    }

    fn file(&mut self, path: &str, below: &[String]) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        // Tests of policies are for those who write them.
        let is_policy = ending == "rego" && !name.ends_with("_test.rego");
        let is_data = crate::files::is_candidate(name) && crate::files::kind_by_name(name).is_none();
        if !is_policy && !is_data {
            return;
        }
        let id = self.next();
        let source = match read_file(self.world, path, id, self.limits) {
            Ok(source) => source,
            Err((source, finding)) => {
                self.sources.insert(source);
                return self.findings.push(finding);
            }
        };
        self.sources.insert(Arc::clone(&source));
        if is_policy {
            self.policies.modules.push(source);
            return;
        }
        let parsed = parse(&source, self.limits);
        self.policies.files.push(source);
        self.findings.extend(parsed.problems.iter().map(word_syntax));
        for document in parsed.documents {
            self.document(document, below);
        }
    }

    fn document(&mut self, document: Document, below: &[String]) {
        let Some(root) = document.root().filter(|root| root.kind() == Kind::Mapping) else {
            let place = document.span();
            return self.findings.push(rules::skipped::finding("data for policies is a mapping", place));
        };
        let value = lower(root, &mut Vec::new());
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let (group, kind) = (text("apiVersion").split('/').next().unwrap_or_default(), text("kind"));
        match group {
            // The suites of Gatekeeper's own tests.
            "test.gatekeeper.sh" => {}
            group if group.ends_with(".gatekeeper.sh") && !kind.is_empty() => self.documents.push(document),
            group if !group.is_empty() && !kind.is_empty() => {
                let what = "an object among policies is neither a policy nor data";
                self.findings.push(rules::skipped::finding(what, crate::files::start(&document)));
            }
            _ => self.policies.data.push((below.to_vec(), value)),
        }
    }
}
