//! The phases in order.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use design_check::{Context, Suppressed, check_design, check_objects, suppress, word, word_evaluation, word_patches};
use design_evaluate::{Evaluation, settle};
use design_graph::{Graph, Memory, Scopes};
use design_policy::{Chosen, Policy};
use design_registry::Registry;
use design_registry::definitions::KubernetesVersion;
use design_render::{Manifests, Target};
use design_report::{Report, Sources};
use design_schema::{Checked, Checker, CustomKind};
use design_source::{Loaded, Open, SourceMap};
use design_syntax::{Limits, SourceText};
use design_vocabulary::{Component, Design, Finding};

use crate::gather::{Gathered, gather};
use crate::lock::Locked;
use crate::mounted::Mounted;
use crate::policies::{Policies, Reader, judge_by_sets};
use crate::schemas::KindSchemas;
use crate::vendor::Vendored;
use crate::verify::verify;
use crate::{Cache, ChartOptions, Compiled, Given, Models, SourceKind, World};

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
#[expect(clippy::struct_excessive_bools, reason = "each asks for one phase, and any of them go together")]
pub struct Request {
    /// Files and folders; `-` is whatever the World has under that name. Order and repetition do not matter.
    pub paths: Vec<String>,
    /// What the paths are; `None`: decided by content.
    pub source: Option<SourceKind>,
    /// What reading may cost.
    pub limits: Limits,
    /// The settings file, which has the number 0, and what is wrong in it.
    pub settings: Option<(Arc<SourceText>, Vec<Finding>)>,
    /// Patterns of the only files that a walk reads, in the syntax of `.gitignore`; without any, it reads all.
    pub include: Vec<String>,
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
    /// The models that schemas of custom resources come from, beside what the input defines.
    pub models: Option<Arc<Models>>,
    /// Folders and files with schemas and definitions of custom resources. Folders among the input that are named here are
    /// not read as input.
    pub schemas: Vec<String>,
    /// Files and folders of policies. Folders among the input that are named here are not read as input.
    pub policies: Vec<String>,
    /// The packages whose policies judge one object at a time.
    pub namespaces: Vec<String>,
    /// What earlier compilations under the same limits left: files that are as they were are not read again.
    pub cache: Option<Arc<Cache>>,
    /// What is given for parameters.
    pub given: Given,
    /// What the designs will be rendered as.
    pub target: Target,
    /// Whether every target is written, read back and compared with the design.
    pub verify: bool,
    /// How compose projects are read.
    pub compose: design_compose::Options,
    /// How charts are rendered.
    pub chart: ChartOptions,
    /// The policies of our own to judge by: see [`design_policy::select`].
    pub policy_sets: Vec<&'static Policy>,
    /// The same policies as they were read before, for one who compiles many designs; `None`: they are read.
    pub chosen: Option<Arc<Chosen>>,
    /// Whether objects are judged by themselves: by the schemas of their kinds, their names, their labels.
    pub judges_schemas: bool,
    /// Whether what comes of it is rendered; without that, there is no plan of the output.
    pub renders: bool,
    /// What `design.lock` means.
    pub locking: Locking,
    /// Whether what kustomizations name on other machines is fetched to be copied.
    pub vendors: bool,
}

/// What `design.lock` means for repositories that designs use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locking {
    /// It says what they are.
    #[default]
    Follow,
    /// They are asked, and what they are now is locked.
    Renew {
        /// Whether a version may lead to something else than it did.
        accept_moved: bool,
    },
}

impl Request {
    /// A request for paths whose kind the content decides, within the default limits.
    pub fn new(paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            paths: paths.into_iter().map(Into::into).collect(),
            source: None,
            limits: Limits::default(),
            settings: None,
            include: Vec::new(),
            exclude: Vec::new(),
            relationships: false,
            references: References::Unjudged,
            releases: Vec::new(),
            settle: true,
            registry: None,
            models: None,
            schemas: Vec::new(),
            policies: Vec::new(),
            namespaces: vec!["main".to_owned()],
            cache: None,
            given: Given::default(),
            target: Target::Kubernetes,
            verify: false,
            compose: design_compose::Options::default(),
            chart: ChartOptions::default(),
            policy_sets: Vec::new(),
            chosen: None,
            judges_schemas: true,
            renders: true,
            locking: Locking::Follow,
            vendors: false,
        }
    }

    /// The releases whose schemas objects are held against.
    fn schema_releases(&self) -> &[KubernetesVersion] {
        if self.judges_schemas { &self.releases } else { &[] }
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
    /// What the designs use of repositories, as a lock keeps it, by the folder of each design that uses or locks any.
    pub locked: BTreeMap<String, Vec<Locked>>,
    /// What was fetched to be copied, where that was asked for.
    pub vendored: Vec<Vendored>,
}

/// Runs all phases. It never fails: what is wrong is among the findings, and everything else is still there.
pub fn compile(world: &dyn World, request: &Request) -> Compilation {
    let mut paths = request.paths.clone();
    paths.sort();
    paths.dedup();
    let mounted = Mounted::new(world);
    // The policies are read while everything else is done that comes before they judge.
    let sets = &request.policy_sets;
    if let Some(chosen) = request.chosen.as_ref().filter(|_| !sets.is_empty()) {
        return compile_with(world, request, &mounted, &paths, || Some(Arc::clone(chosen)));
    }
    thread::scope(|scope| {
        let reader = (!sets.is_empty()).then(|| scope.spawn(|| Chosen::read(sets)));
        let read = || reader.map(|reader| Arc::new(reader.join().unwrap_or_else(|panic| resume_unwind(panic))));
        compile_with(world, request, &mounted, &paths, read)
    })
}

/// As [`compile`]; `chosen` waits for the policies that the program carries.
fn compile_with(
    world: &dyn World,
    request: &Request,
    mounted: &Mounted<'_>,
    paths: &[String],
    chosen: impl FnOnce() -> Option<Arc<Chosen>> + Send,
) -> Compilation {
    let gathered = gather(mounted, request, paths);
    let Gathered { mut reading, designs, kind } = gathered;
    reading.tell_of_given(&designs, paths);
    let policies = (!request.policies.is_empty())
        .then(|| Reader::read(world, request, &mut reading.next_file, &mut reading.sources, &mut reading.findings));
    let locked = std::mem::take(&mut reading.uses.renewed);
    let vendored = reading.vendored();
    let mut compilation = Compilation { sources: reading.sources, kind, locked, vendored, ..Compilation::default() };
    compilation.report.findings = reading.findings;
    let components = designs.iter().flat_map(|loaded| &loaded.design.components);
    let kinds = CustomKind::of_components(components);
    let schemas = KindSchemas::new(world, &request.limits, kinds, &request.schemas, request.models.clone());
    let registry = request.registry.as_deref().unwrap_or(Registry::builtin());
    let relationships = request.relationships
        || !request.policy_sets.is_empty()
        || policies.as_ref().is_some_and(Policies::look_at_the_graph);
    let scopes: Vec<Scopes<'_>> =
        designs.into_iter().map(|loaded| compilation.add(loaded, request, relationships)).collect();
    let designs = &compilation.designs;
    let by_sets = || {
        let chosen = chosen();
        chosen.map(|chosen| judge_by_sets(&chosen, designs, &request.releases, registry)).unwrap_or_default()
    };
    let by_rules = || {
        let mut found = check_all(request, &schemas, designs, &scopes);
        if let Some(policies) = policies {
            found.extend(policies.judge(&compilation, world, &request.releases, registry));
        }
        found
    };
    let found = if request.policy_sets.is_empty() {
        by_rules()
    } else if rayon::current_thread_index().is_some() {
        // This is one of the threads that share the work of many designs. To wait here for a thread that asks them for help could
        // be to wait for ever: when all of them do, nobody is left who helps.
        let mut found = by_rules();
        found.extend(by_sets());
        found
    } else {
        // Schemas and rules on this thread, the policies that the program carries on another.
        thread::scope(|scope| {
            let by_sets = scope.spawn(by_sets);
            let mut found = by_rules();
            found.extend(by_sets.join().unwrap_or_else(|panic| resume_unwind(panic)));
            found
        })
    };
    compilation.report.findings.extend(found);
    if request.verify {
        let found = verify(world, &compilation, request);
        compilation.report.findings.extend(found);
    }
    if request.references != References::Unjudged || !request.policies.is_empty() || !request.policy_sets.is_empty() {
        let maps = compilation.designs.iter().map(|compiled| &compiled.map);
        let suppressed = suppress(maps, &mut compilation.report.findings);
        let reported = |Suppressed { finding, reason }| design_report::Suppressed { finding, reason };
        compilation.report.suppressed = suppressed.into_iter().map(reported).collect();
    }
    // Nobody mends what was fetched.
    for finding in compilation.report.findings.iter_mut().filter(|finding| finding.fix.is_some()) {
        if compilation.sources.get(finding.primary.file).is_some_and(|source| mounted.holding(source.path()).is_some())
        {
            finding.fix = None;
        }
    }
    compilation.report.sort();
    compilation
}

/// What schemas and our own rules find in each design; `scopes` are those of the designs.
fn check_all(
    request: &Request,
    schemas: &KindSchemas<'_>,
    designs: &[Compiled],
    scopes: &[Scopes<'_>],
) -> Vec<Finding> {
    let mut checker = Checker::new(request.schema_releases(), schemas);
    let mut found = Vec::new();
    for (position, (compiled, scopes)) in designs.iter().zip(scopes).enumerate() {
        let Compiled { design, map, graph, manifests, .. } = compiled;
        let outcome = match &request.cache {
            _ if !request.judges_schemas => Checked::default(),
            Some(cache) => cache.judged().check(&mut checker, design, &request.releases),
            None => checker.check(design),
        };
        let context = Context {
            design,
            map,
            graph,
            scopes,
            manifests,
            references: request.references != References::Unjudged,
            releases: request.schema_releases(),
            judges_objects: request.judges_schemas,
            faults: &outcome.faults,
            gaps: &outcome.gaps,
        };
        found.extend(match &request.cache {
            Some(cache) => cache.tell(position, &context),
            None => check_objects(&context, 0..design.components.len()),
        });
        found.extend(check_design(&context));
    }
    found
}

impl Compilation {
    /// Makes the graph and the output of what was read. Returns the scopes of the kinds that it defines.
    fn add<'a>(&mut self, loaded: Loaded, request: &'a Request, relationships: bool) -> Scopes<'a> {
        let Loaded { mut design, map, mut problems, values, mut open, environments, uses: _ } = loaded;
        if request.target == Target::Helm {
            // A chart asks for them when it is installed.
            problems.retain(|problem| !is_missing_parameter(problem));
        }
        self.report.findings.extend(problems.iter().map(word));
        let registry = request.registry.as_deref().unwrap_or(Registry::builtin());
        // Reading knows the built-in kinds only; a manifest has to name its version whatever is known.
        let is_design = self.kind == Some(SourceKind::Design) && request.registry.is_some();
        let of_open = open.iter_mut().flat_map(|open| &mut open.components);
        let components = design.components.iter_mut().chain(of_open);
        for component in components.filter(|one| is_design && one.api_version.is_empty()) {
            component.api_version = registry.api_version(&component.kind).unwrap_or_default().into();
        }
        if request.settle && !design.relationships.is_empty() {
            self.settle(&mut design, &map);
            if let Some(open) = &mut open {
                settle_open(open, &design);
            }
        }
        let scopes = Scopes::of(&design, registry);
        let mut graph = Graph::build(&design, &scopes);
        if relationships {
            let closed = request.references == References::Closed;
            let mut relate = |memory: Option<&mut Memory>| {
                graph.relate(&design, &scopes, registry.relationships(), closed, memory);
            };
            match &request.cache {
                Some(cache) => cache.with_memory(self.designs.len(), closed, |memory| relate(Some(memory))),
                None => relate(None),
            }
        }
        let manifests = if request.renders || request.verify {
            Manifests::of(&design, &graph, &scopes)
        } else {
            Manifests::left_out_of(&design, &graph)
        };
        self.report.components += design.components.len();
        self.report.relationships += graph.edges.len();
        let mut compiled =
            Compiled { design, map, graph, manifests, values, open, environments, chart: None, compose: None };
        if request.target == Target::Helm || request.verify {
            self.report.findings.extend(compiled.write_chart());
        }
        if request.target == Target::Compose {
            self.report.findings.extend(compiled.write_compose());
        }
        self.designs.push(compiled);
        scopes
    }

    /// Applies the relationships that a design declares; each field that changes is told of.
    fn settle(&mut self, design: &mut Design, map: &SourceMap) {
        let settled = settle(design, &design_evaluate::Limits::default());
        let problems = settled.problems.iter();
        self.report
            .findings
            .extend(problems.filter_map(|problem| word_evaluation(problem, &settled, design, map, &[])));
        self.report.findings.extend(word_patches(&settled, design, map));
        take_over(&mut design.components, &settled);
    }
}

/// What the relationships of a design make of it with its parameters open; what is wrong with them is told of already.
fn settle_open(open: &mut Open, design: &Design) {
    let components = std::mem::take(&mut open.components);
    let relationships = design.relationships.clone();
    let mut opened = Design { components, relationships, ..Design::default() };
    let settled = settle(&opened, &design_evaluate::Limits::default());
    take_over(&mut opened.components, &settled);
    open.components = opened.components;
}

/// Gives components the fields that changed in them; [`settle`] keeps them one for one.
fn take_over(components: &mut [Component], settled: &Evaluation) {
    for (component, settled) in components.iter_mut().zip(&settled.components) {
        if let Some(settled) = settled.own() {
            component.configuration = settled.configuration.clone();
            component.display_name = settled.display_name.clone();
        }
    }
}

fn is_missing_parameter(problem: &design_source::Problem) -> bool {
    matches!(problem, design_source::Problem::Parameters(design_parameters::Problem::Missing { .. }))
}
