//! The phases in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use design_check::{Context, Suppressed, check, rules, suppress, word, word_evaluation, word_patches};
use design_evaluate::settle;
use design_graph::{Graph, Scopes};
use design_registry::Registry;
use design_registry::definitions::KubernetesVersion;
use design_render::{Artifact, Manifests};
use design_report::{Report, Sources};
use design_schema::Checker;
use design_source::{Form, Loaded, SourceMap, read_design, read_manifests};
use design_syntax::{Document, Limits, SourceText};
use design_vocabulary::{Design, FileId, Finding, Span};
use rayon::prelude::*;

use crate::discover::{Ignored, Listing, list};
use crate::files::{File, kind_of, load};
use crate::policies::Reader;
use crate::{EntryKind, Origin, SourceKind, World, WorldError};

/// Which references that lead nowhere are findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum References {
    /// None.
    #[default]
    Unjudged,
    /// Those to objects that do not usually come from elsewhere.
    Judged,
    /// All: the input has to be everything that an empty cluster needs.
    Closed,
}

/// What to compile.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files and folders; `-` is whatever the World has under that name. Order and repetition do not matter.
    pub paths: Vec<String>,
    /// What the paths are; `None`: decided by content.
    pub source: Option<SourceKind>,
    /// What reading may cost.
    pub limits: Limits,
    /// Patterns of what a walk leaves out, in the syntax of `.gitignore`.
    pub exclude: Vec<String>,
    /// Whether to look for the relationships that fields declare. Rendering does not need them.
    pub relationships: bool,
    /// Which references that lead nowhere are findings; the graph holds them in any case. It needs the relationships.
    pub references: References,
    /// The releases of Kubernetes that the objects are for, each of them one that the model holds; without any, what they
    /// serve is not looked at.
    pub releases: Vec<KubernetesVersion>,
    /// Whether values flow along the relationships that a design declares, before anything else looks at it.
    pub settle: bool,
    /// What is known of kinds, where that is more than the built-in models say: see [`Models::registry`].
    ///
    /// [`Models::registry`]: crate::Models::registry
    pub registry: Option<Arc<Registry>>,
    /// Files and folders of policies. Folders among the input that are named here are not read as input.
    pub policies: Vec<String>,
    /// The packages whose policies judge one object at a time.
    pub namespaces: Vec<String>,
}

impl Request {
    /// A request for paths whose kind the content decides, within the default limits.
    pub fn new(paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            paths: paths.into_iter().map(Into::into).collect(),
            source: None,
            limits: Limits::default(),
            exclude: Vec::new(),
            relationships: false,
            references: References::Unjudged,
            releases: Vec::new(),
            settle: true,
            registry: None,
            policies: Vec::new(),
            namespaces: vec!["main".to_owned()],
        }
    }
}

/// What came of a request.
#[derive(Debug, Default)]
pub struct Compilation {
    /// The files that findings point into.
    pub sources: Sources,
    /// The designs, in the order of their files.
    pub designs: Vec<Compiled>,
    /// All findings and the counts.
    pub report: Report,
    /// What the paths turned out to be, where anything was found.
    pub kind: Option<SourceKind>,
}

/// One design, checked and ready to be rendered.
#[derive(Debug)]
pub struct Compiled {
    /// The design.
    pub design: Design,
    /// Where its values stand.
    pub map: SourceMap,
    /// Its graph.
    pub graph: Graph,
    /// The plan of its output.
    pub manifests: Manifests,
}

impl Compiled {
    /// Renders the design in the order of the output. Manifests are written on all threads, a few hundred at a time, so
    /// that the output of a large design never lies in memory as a whole.
    pub fn artifacts(&self) -> impl Iterator<Item = Artifact> {
        const AT_A_TIME: usize = 512;
        (0..self.manifests.len()).step_by(AT_A_TIME).flat_map(move |start| {
            let end = (start + AT_A_TIME).min(self.manifests.len());
            let write = |position| self.manifests.artifact(position, &self.design, &self.graph);
            // A handful of manifests is written before threads would have woken up.
            let chunk: Vec<Artifact> = if end - start < 32 {
                (start..end).filter_map(write).collect()
            } else {
                (start..end).into_par_iter().filter_map(write).collect()
            };
            chunk
        })
    }
}

/// Runs all phases. It never fails: what is wrong is among the findings, and everything else is still there.
pub fn compile(world: &dyn World, request: &Request) -> Compilation {
    let mut paths = request.paths.clone();
    paths.sort();
    paths.dedup();
    let mut run = Run {
        world,
        request,
        next_file: 0,
        files: Vec::new(),
        sources: Sources::default(),
        findings: Vec::new(),
        kinds: Vec::new(),
    };
    for path in &paths {
        run.path(path);
    }
    run.finish(&paths)
}

/// The state of a run while files are being found.
struct Run<'a> {
    world: &'a dyn World,
    request: &'a Request,
    next_file: u32,
    files: Vec<File>,
    sources: Sources,
    findings: Vec<Finding>,
    kinds: Vec<SourceKind>,
}

impl Run<'_> {
    fn path(&mut self, path: &str) {
        match self.world.kind(path) {
            Ok(EntryKind::File) => {
                let files = self.load(&[(path.to_owned(), String::new())], Origin::Named);
                let kind = self.request.source.or_else(|| kind_of([name_of(path)], forms(&files)));
                self.accept(path, files, kind);
            }
            Ok(EntryKind::Folder | EntryKind::LinkedFolder) => self.folder(path),
            Ok(EntryKind::Other) => {
                let place = self.place(path);
                self.findings.push(rules::unreadable::finding("it is neither a file nor a folder", place));
            }
            Err(error) => {
                let place = self.place(path);
                self.findings.push(rules::unreadable::finding(&error.to_string(), place));
            }
        }
    }

    fn folder(&mut self, path: &str) {
        let folder = path.trim_end_matches('/');
        let folder = if folder.is_empty() && path.starts_with('/') { "/" } else { folder };
        let ignored = Ignored::new(folder, &self.request.exclude).enter(self.world, folder);
        let listing = match list(self.world, folder, &ignored) {
            Ok(listing) => listing,
            Err(error) => return self.unreadable(folder, &error),
        };
        let direct: Vec<_> = listing.files.iter().map(|file| (file.clone(), folder.to_owned())).collect();
        let mut files = self.load(&direct, Origin::Walked);
        let found = listing.named.into_iter().chain(kind_of([], forms(&files))).min();
        let kind = self.request.source.or(found);
        if matches!(kind, Some(SourceKind::Manifests) | None) {
            let below = self.below(&listing, &ignored);
            files.extend(below);
        }
        let kind = kind.or_else(|| kind_of([], forms(&files)));
        self.accept(path, files, kind);
    }

    /// Reads the sub-folders of a folder of manifests, except those that are sources of their own.
    fn below(&mut self, listing: &Listing, ignored: &Ignored) -> Vec<File> {
        let everything = self.request.source == Some(SourceKind::Manifests);
        let mut wanted = Vec::new();
        self.collect(listing, ignored, everything, &mut wanted);
        let files = self.load(&wanted, Origin::Walked);
        if everything {
            return files;
        }
        let mut folders: BTreeMap<&str, Vec<Form>> = BTreeMap::new();
        for file in &files {
            folders.entry(&file.folder).or_default().extend(file.documents.iter().map(|(form, _)| *form));
        }
        let others: Vec<(String, SourceKind)> = folders
            .into_iter()
            .filter_map(|(folder, forms)| Some((folder.to_owned(), kind_of([], forms)?)))
            .filter(|(_, kind)| *kind != SourceKind::Manifests)
            .collect();
        for (index, (folder, kind)) in others.iter().enumerate() {
            // Of nested ones only the outermost is told of; its note covers the rest.
            if !others.iter().take(index).any(|(outer, _)| is_inside(folder, outer)) {
                self.skip(folder, *kind);
            }
        }
        files.into_iter().filter(|file| !others.iter().any(|(folder, _)| is_inside(&file.folder, folder))).collect()
    }

    /// Lists the files of sub-folders, depth first, sorted.
    fn collect(&mut self, listing: &Listing, ignored: &Ignored, everything: bool, wanted: &mut Vec<(String, String)>) {
        for linked in &listing.linked {
            let place = self.place(linked);
            self.findings.push(rules::skipped::finding("links to folders are not followed", place));
        }
        let is_policy = |folder: &&String| self.request.policies.iter().any(|policy| same_path(policy, folder));
        for folder in listing.folders.iter().filter(|folder| !is_policy(folder)) {
            let ignored = ignored.enter(self.world, folder);
            match list(self.world, folder, &ignored) {
                Ok(inner) => {
                    if let Some(kind) = inner.named.filter(|_| !everything) {
                        self.skip(folder, kind);
                    } else {
                        wanted.extend(inner.files.iter().map(|file| (file.clone(), folder.clone())));
                        self.collect(&inner, &ignored, everything, wanted);
                    }
                }
                Err(error) => self.unreadable(folder, &error),
            }
        }
    }

    fn skip(&mut self, folder: &str, kind: SourceKind) {
        let place = self.place(folder);
        let what =
            format!("this folder is a source of its own ({}) and is not read with the one around it", kind.as_str());
        self.findings.push(rules::skipped::finding(&what, place));
    }

    fn unreadable(&mut self, path: &str, error: &WorldError) {
        let place = self.place(path);
        self.findings.push(rules::unreadable::finding(&error.to_string(), place));
    }

    /// Reads and parses files on all threads; numbers follow the order given.
    fn load(&mut self, paths: &[(String, String)], origin: Origin) -> Vec<File> {
        let first = self.next_file;
        let count = u32::try_from(paths.len()).unwrap_or(u32::MAX);
        self.next_file = first.saturating_add(count);
        let (world, limits) = (self.world, &self.request.limits);
        let numbered: Vec<(u32, &(String, String))> = (first..).zip(paths).collect();
        let read =
            |(id, (path, folder)): &(u32, &(String, String))| load(world, path, folder, origin, FileId(*id), limits);
        if numbered.len() < 4 { numbered.iter().map(read).collect() } else { numbered.par_iter().map(read).collect() }
    }

    /// A place for findings about a path that has no text.
    fn place(&mut self, path: &str) -> Span {
        let id = FileId(self.next_file);
        self.next_file = self.next_file.saturating_add(1);
        self.sources.insert(SourceText::new(id, path, ""));
        Span::start_of(id)
    }

    /// Takes the files of one path over, as what they were found to be.
    fn accept(&mut self, path: &str, files: Vec<File>, kind: Option<SourceKind>) {
        for file in &files {
            self.sources.insert(Arc::clone(&file.source));
            self.findings.extend(file.findings.iter().cloned());
        }
        match kind {
            Some(SourceKind::Design | SourceKind::Manifests) => {}
            Some(other) => {
                let at_document =
                    files.iter().flat_map(|file| &file.documents).find(|(form, _)| kind_of([], [*form]) == Some(other));
                let at = at_document.and_then(|(_, document)| document.root()).and_then(|root| root.entries().next());
                let place = at.map_or_else(|| self.place(path), |(key, _)| key.span());
                self.findings.push(rules::unsupported::finding(other.plural(), place));
                return;
            }
            // Something that could not be read has its own finding, and says enough.
            None if files.iter().any(|file| !file.findings.is_empty()) => return,
            None if files.iter().all(|file| file.documents.is_empty())
                || files.iter().all(|file| file.origin == Origin::Walked) =>
            {
                let place = self.place(path);
                let what = if path == "-" { "the standard input".to_owned() } else { format!("`{path}`") };
                self.findings.push(rules::nothing_found::finding(&what, place));
                return;
            }
            None => {}
        }
        self.kinds.extend(kind);
        self.files.extend(files);
    }

    fn finish(mut self, paths: &[String]) -> Compilation {
        let kind = self.kinds.iter().min().copied();
        let mut designs = Vec::new();
        let mut objects: Vec<Document> = Vec::new();
        for file in std::mem::take(&mut self.files) {
            let stem = name_of(file.source.path()).rsplit_once('.').map_or("design", |(stem, _)| stem).to_owned();
            let beside_design = kind == Some(SourceKind::Design);
            for (form, document) in file.documents {
                match form {
                    Form::Design | Form::LegacyDesign if self.request.source != Some(SourceKind::Manifests) => {
                        designs.push(read_design(document, &stem));
                    }
                    Form::Manifest | Form::Oam | Form::Kustomization if beside_design => {
                        let place = start(&document);
                        let what = "manifests beside a design are not part of it";
                        self.findings.push(rules::skipped::finding(what, place));
                    }
                    Form::Kustomization => {
                        let what = "kustomization objects are not components";
                        self.findings.push(rules::skipped::finding(what, start(&document)));
                    }
                    Form::NotAMapping if file.origin == Origin::Walked => {
                        self.findings.push(rules::not_recognised::finding(false, start(&document)));
                    }
                    Form::Manifest | Form::Oam | Form::NotAMapping => objects.push(document),
                    Form::ModelDefinition => {
                        let what = "a definition of a model is no component; `design model lint` checks it";
                        self.findings.push(rules::skipped::finding(what, start(&document)));
                    }
                    Form::Design | Form::LegacyDesign | Form::Compose | Form::Other => {
                        let asked_for = file.origin == Origin::Named;
                        self.findings.push(rules::not_recognised::finding(asked_for, start(&document)));
                    }
                }
            }
        }
        if !objects.is_empty() || (designs.is_empty() && kind == Some(SourceKind::Manifests)) {
            let name = paths.first().map_or("manifests", |path| name_of(path));
            let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            designs.push(read_objects(if name.is_empty() { "manifests" } else { name }, objects));
        }
        let (world, request) = (self.world, self.request);
        let policies = (!request.policies.is_empty())
            .then(|| Reader::read(world, request, &mut self.next_file, &mut self.sources, &mut self.findings));
        let mut compilation = Compilation { sources: self.sources, kind, ..Compilation::default() };
        compilation.report.findings = self.findings;
        let mut checker = Checker::new(&request.releases);
        for loaded in designs {
            compilation.add(loaded, request, &mut checker);
        }
        if let Some(policies) = policies {
            policies.judge(&mut compilation, world, &request.releases);
        }
        if request.references != References::Unjudged {
            let maps = compilation.designs.iter().map(|compiled| &compiled.map);
            let suppressed = suppress(maps, &mut compilation.report.findings);
            let reported = |Suppressed { finding, reason }| design_report::Suppressed { finding, reason };
            compilation.report.suppressed = suppressed.into_iter().map(reported).collect();
        }
        compilation.report.sort();
        compilation
    }
}

impl Compilation {
    fn add(&mut self, loaded: Loaded, request: &Request, checker: &mut Checker<'_>) {
        let Loaded { mut design, map, problems } = loaded;
        self.report.findings.extend(problems.iter().map(word));
        let registry = request.registry.as_deref().unwrap_or(Registry::builtin());
        // Reading knows the built-in kinds only; a manifest has to name its version whatever is known.
        let is_design = self.kind == Some(SourceKind::Design) && request.registry.is_some();
        for component in design.components.iter_mut().filter(|one| is_design && one.api_version.is_empty()) {
            component.api_version = registry.api_version(&component.kind).unwrap_or_default().into();
        }
        if request.settle && !design.relationships.is_empty() {
            self.settle(&mut design, &map);
        }
        let scopes = Scopes::of(&design, registry);
        let mut graph = Graph::build(&design, &scopes);
        if request.relationships {
            graph.relate(&design, &scopes, registry.relationships(), request.references == References::Closed);
        }
        let manifests = Manifests::of(&design, &graph, &scopes);
        let faults = checker.check(&design);
        let context = Context {
            design: &design,
            map: &map,
            graph: &graph,
            scopes: &scopes,
            manifests: &manifests,
            references: request.references != References::Unjudged,
            releases: &request.releases,
            faults: &faults,
        };
        self.report.findings.extend(check(&context));
        self.report.components += design.components.len();
        self.report.relationships += graph.edges.len();
        self.designs.push(Compiled { design, map, graph, manifests });
    }

    /// Applies the relationships that a design declares; each field that changes is told of.
    fn settle(&mut self, design: &mut Design, map: &SourceMap) {
        let settled = settle(design, &design_evaluate::Limits::default());
        let problems = settled.problems.iter();
        self.report
            .findings
            .extend(problems.filter_map(|problem| word_evaluation(problem, &settled, design, map, &[])));
        self.report.findings.extend(word_patches(&settled, design, map));
        for (component, settled) in design.components.iter_mut().zip(settled.components) {
            component.configuration = settled.component.configuration;
            component.display_name = settled.component.display_name;
        }
    }
}

/// Reads objects on all threads, a few hundred documents at a time, in their order.
fn read_objects(name: &str, documents: Vec<Document>) -> Loaded {
    const AT_A_TIME: usize = 256;
    if documents.len() <= AT_A_TIME {
        return read_manifests(name, documents);
    }
    let mut chunks: Vec<Vec<Document>> = Vec::new();
    let mut rest = documents.into_iter();
    loop {
        let chunk: Vec<Document> = rest.by_ref().take(AT_A_TIME).collect();
        if chunk.is_empty() {
            break;
        }
        chunks.push(chunk);
    }
    let read: Vec<Loaded> = chunks.into_par_iter().map(|chunk| read_manifests(name, chunk)).collect();
    let mut all = Loaded::default();
    all.design.name = name.into();
    for loaded in read {
        all.append(loaded);
    }
    all
}

fn forms(files: &[File]) -> impl Iterator<Item = Form> + '_ {
    files.iter().flat_map(|file| file.documents.iter().map(|(form, _)| *form))
}

pub(crate) fn start(document: &Document) -> Span {
    let root = document.root();
    let first = root.and_then(|root| root.entries().next()).map(|(key, _)| key.span());
    first.or(root.map(design_syntax::NodeRef::span)).unwrap_or(document.span())
}

fn is_inside(folder: &str, outer: &str) -> bool {
    folder == outer || folder.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether two paths are written alike but for `./` before and `/` behind them.
fn same_path(first: &str, second: &str) -> bool {
    let plain = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    plain(first) == plain(second)
}

/// The last part of a path.
fn name_of(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().filter(|name| *name != "." && *name != "..").unwrap_or_default()
}
