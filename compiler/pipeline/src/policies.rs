//! Policies: from a World, over a design, to findings.

use std::collections::HashMap;
use std::sync::Arc;

use design_check::{rules, word_syntax};
use design_draw::View;
use design_graph::Scope;
use design_policy::{Announcement, Answer, Data, Fault, FaultKind, Module, Origin, Place, Step, Subject, Task};
use design_policy::{TemplateText, Verdict, Weight};
use design_registry::definitions::KubernetesVersion;
use design_report::Sources;
use design_source::{Loaded, Located, read_manifests};
use design_syntax::{Document, Kind, Limits, SourceText, lower, parse};
use design_vocabulary::{Component, FileId, Finding, Path, Segment, Span, Value};

use crate::world::join;
use crate::{Compilation, Compiled, EntryKind, Request, World, WorldError, read_file};

/// Why a judge gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What happened to it, in words: `it needed more than 1 s of processor time`.
    pub reason: String,
    /// The last step that it announced, where it announced any.
    pub last: Option<Announcement>,
}

/// The policies of a run.
#[derive(Debug)]
pub(crate) struct Policies {
    modules: Vec<Arc<SourceText>>,
    /// The files that hold templates and constraints, among others.
    files: Vec<Arc<SourceText>>,
    data: Vec<(Vec<String>, Value)>,
    gatekeeper: Loaded,
    namespaces: Vec<String>,
    /// The place of the first path that was named, for what concerns no single file.
    place: Span,
}

/// A design with what policies see of it.
#[derive(Clone, Copy, Debug)]
struct Judged<'a> {
    /// The design as it is shown and checked.
    compiled: &'a Compiled,
    /// The files of the run.
    sources: &'a Sources,
    /// The releases that the objects are for.
    releases: &'a [KubernetesVersion],
}

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

impl Policies {
    /// Judges each design of a compilation. What is wrong with a policy itself is said once.
    pub fn judge(&self, compilation: &mut Compilation, world: &dyn World, releases: &[KubernetesVersion]) {
        let mut faults: Vec<Finding> = Vec::new();
        let mut verdicts = Vec::new();
        for compiled in &compilation.designs {
            let found = self.findings(world, Judged { compiled, sources: &compilation.sources, releases });
            verdicts.extend(found.verdicts);
            for fault in found.faults {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        compilation.report.findings.extend(faults.into_iter().chain(verdicts));
    }

    fn findings(&self, world: &dyn World, judged: Judged<'_>) -> Found {
        if self.modules.is_empty() && self.gatekeeper.design.components.is_empty() {
            return Found::default();
        }
        let mut task = self.task(judged);
        let fault = |finding| Found { faults: vec![finding], verdicts: Vec::new() };
        let unreadable = |error: &str| fault(rules::policy_failed::finding(error, self.place, None));
        let answer = match ask(world, &task) {
            Ok(answer) => answer,
            Err(Unanswered::Stopped(_)) => {
                // Once more, slowly, to learn which policy it is.
                task.is_traced = true;
                match ask(world, &task) {
                    Ok(answer) => answer,
                    Err(Unanswered::Stopped(stopped)) => return fault(self.stopped(&stopped, judged)),
                    Err(Unanswered::Unreadable(error)) => return unreadable(&error),
                }
            }
            Err(Unanswered::Unreadable(error)) => return unreadable(&error),
        };
        let is_placed = answer.verdicts.iter().any(|verdict| verdict.place.is_some());
        let files = judged.sources.iter().filter(|_| is_placed);
        let files: HashMap<&str, &SourceText> = files.map(|source| (source.path(), &**source)).collect();
        Found {
            faults: answer.faults.iter().map(|fault| self.fault(fault, judged)).collect(),
            verdicts: answer.verdicts.iter().map(|verdict| self.verdict(verdict, judged, &files)).collect(),
        }
    }

    fn task(&self, judged: Judged<'_>) -> Task<Value> {
        let compiled = judged.compiled;
        let module =
            |source: &Arc<SourceText>| Module { path: source.path().to_owned(), text: source.text().to_owned() };
        let is_ours = |source: &&Arc<SourceText>| {
            let mut lines = source.text().lines();
            lines.any(|line| {
                line.split_whitespace().take(2).eq(["package", "design"]) || line.contains("package design.")
            })
        };
        let graph = self.modules.iter().any(|source| is_ours(&source)).then(|| {
            let view = View::of(&compiled.design, &compiled.graph, &compiled.map, judged.sources);
            let mut text = Vec::new();
            // Writing to memory does not fail, and an empty text is a fault where it is read.
            let _ = design_draw::json::write(&view, &mut text);
            String::from_utf8(text).unwrap_or_default()
        });
        let subject = |(component, node): (&Component, &design_graph::Node)| Subject {
            object: manifest(component),
            id: node.id.clone(),
            is_namespaced: match node.scope {
                Scope::Namespaced => true,
                Scope::Cluster => false,
                Scope::Unknown => component.namespace().is_some(),
            },
        };
        Task {
            modules: self.modules.iter().map(module).collect(),
            data: self
                .data
                .iter()
                .map(|(folders, value)| Data { folders: folders.clone(), value: value.clone() })
                .collect(),
            gatekeeper: self.gatekeeper.design.components.iter().map(manifest).collect(),
            namespaces: self.namespaces.clone(),
            objects: compiled.design.components.iter().zip(&compiled.graph.nodes).map(subject).collect(),
            graph,
            kubernetes_versions: judged.releases.iter().map(ToString::to_string).collect(),
            is_traced: false,
        }
    }

    fn verdict(&self, verdict: &Verdict, judged: Judged<'_>, files: &HashMap<&str, &SourceText>) -> Finding {
        let origin = self.span(verdict.origin, 0);
        let named = verdict.place.as_ref().and_then(|place| find_place(files, place));
        let field = || {
            let path: Path = [Segment::from("configuration")]
                .into_iter()
                .chain(verdict.path.iter().map(|step| match step {
                    Step::Key(key) => Segment::from(key.as_str()),
                    Step::Index(index) => Segment::from(*index),
                }))
                .collect();
            let map = &judged.compiled.map;
            let component = verdict.object?;
            let located = (!verdict.path.is_empty()).then(|| map.locate(component, &path)).flatten();
            located.map(Located::best).or_else(|| map.component(component))
        };
        let place = named.or_else(field).unwrap_or(origin);
        let wording = match verdict.weight {
            Weight::Denied => rules::policy_denied::finding,
            Weight::Warned => rules::policy_warned::finding,
            Weight::Noted => rules::policy_noted::finding,
            Weight::Exempted => rules::policy_exempted::finding,
        };
        wording(&verdict.message, &verdict.rule, place, origin)
    }

    fn fault(&self, fault: &Fault, judged: Judged<'_>) -> Finding {
        let place = self.span(fault.origin, fault.column);
        let object = fault.object.and_then(|object| judged.compiled.map.component(object));
        match fault.kind {
            FaultKind::Compile => rules::policy_not_compiled::finding(&fault.message, place),
            FaultKind::Evaluate => {
                let message = match fault.more {
                    0 => fault.message.clone(),
                    more => format!("{} (and {more} times more)", fault.message),
                };
                rules::policy_failed::finding(&message, place, object)
            }
            FaultKind::Limit => rules::policy_limit::finding(&fault.message, place, object),
            FaultKind::Unsupported => rules::policy_refused::finding(&fault.message, place),
        }
    }

    fn stopped(&self, stopped: &Stopped, judged: Judged<'_>) -> Finding {
        let Some(last) = &stopped.last else {
            return rules::policy_limit::finding(
                &format!("the policies were stopped: {}", stopped.reason),
                self.place,
                None,
            );
        };
        let object = last.object.and_then(|object| judged.compiled.map.component(object));
        let what = match last.rule.as_str() {
            "" => "this policy was stopped while it was read".to_owned(),
            rule => format!("`{rule}` was stopped"),
        };
        rules::policy_limit::finding(&format!("{what}: {}", stopped.reason), self.span(last.origin, 0), object)
    }

    /// The place of something about a policy.
    fn span(&self, origin: Origin, column: u32) -> Span {
        let map = &self.gatekeeper.map;
        match origin {
            Origin::Module(module, line) => {
                self.modules.get(module).map_or(self.place, |source| line_of(source, 0, line, column))
            }
            Origin::Gatekeeper(document) => map.component(document).unwrap_or(self.place),
            Origin::Template(document, text, line) => {
                let Some(whole) = map.locate(document, &path_of(text)).map(Located::best) else { return self.place };
                let source = self.files.iter().find(|source| source.id() == whole.file);
                source.map_or(whole, |source| line_of_block(source, whole, line))
            }
            Origin::Everything => self.place,
        }
    }
}

/// What came of judging one design.
#[derive(Default)]
struct Found {
    faults: Vec<Finding>,
    verdicts: Vec<Finding>,
}

/// Why there is no answer.
enum Unanswered {
    Stopped(Stopped),
    Unreadable(String),
}

fn ask(world: &dyn World, task: &Task<Value>) -> Result<Answer, Unanswered> {
    let unreadable = |error: serde_json::Error| Unanswered::Unreadable(error.to_string());
    let bytes = serde_json::to_vec(task).map_err(unreadable)?;
    let answer = world.judge(&bytes).map_err(Unanswered::Stopped)?;
    serde_json::from_slice(&answer).map_err(unreadable)
}

/// The object of a component as it is written.
fn manifest(component: &Component) -> Value {
    let mut object = component.configuration.clone();
    object.insert("apiVersion", Value::String(component.api_version.clone()));
    object.insert("kind", Value::String(component.kind.clone()));
    Value::from(object)
}

/// A line of a text, both counted from 1, from a column on; a column of 0 is where the text of the line begins.
fn line_of(source: &SourceText, first: usize, line: u32, column: u32) -> Span {
    let mut start = first;
    let mut lines = source.text().get(first..).unwrap_or_default().split_inclusive('\n');
    for skipped in lines.by_ref().take(line.saturating_sub(1) as usize) {
        start += skipped.len();
    }
    let text = lines.next().unwrap_or_default();
    let length = text.trim_end().len();
    let offset = match column {
        0 => length - text.trim().len(),
        column => text.char_indices().nth(column as usize - 1).map_or(length, |(offset, _)| offset).min(length),
    };
    let at = |offset: usize| u32::try_from(start + offset).unwrap_or(u32::MAX);
    Span::new(source.id(), at(offset), at(length))
}

/// A line of a value that is a block of lines in YAML; of any other value the whole.
fn line_of_block(source: &SourceText, whole: Span, line: u32) -> Span {
    let text = source.slice(whole.start, whole.end);
    match text.find('\n') {
        Some(header) if text.starts_with('|') => line_of(source, whole.start as usize + header + 1, line, 0),
        _ => whole,
    }
}

fn find_place(files: &HashMap<&str, &SourceText>, place: &Place) -> Option<Span> {
    Some(line_of(files.get(place.file.as_str())?, 0, place.line, 0))
}

/// Where a text of a template lies in it.
fn path_of(text: TemplateText) -> Path {
    let mut path: Path = ["configuration", "spec", "targets"].map(Segment::from).to_vec();
    path.push(0.into());
    let rest: Path = match text {
        TemplateText::Rego => vec!["rego".into()],
        TemplateText::Library(library) => vec!["libs".into(), library.into()],
        TemplateText::Code(code) => vec!["code".into(), code.into(), "source".into(), "rego".into()],
        TemplateText::CodeLibrary(code, library) => {
            vec!["code".into(), code.into(), "source".into(), "libs".into(), library.into()]
        }
    };
    path.extend(rest);
    path
}
