//! One file a command: its arguments, whose comment is the help, and one function.

pub mod apply;
pub mod build;
pub mod catalog;
pub mod check;
pub mod cluster;
pub mod completions;
pub mod delete;
pub mod diff;
pub mod evaluate;
pub mod explain;
pub mod fmt;
pub mod graph;
pub mod import;
pub mod init;
pub mod judge;
pub mod list;
pub mod lsp;
pub mod man;
pub mod model;
pub mod pattern;
pub mod perf;
pub mod plan;
pub mod pull;
pub mod schema;
pub mod status;
pub mod vendor;
pub mod why;

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

use clap::{CommandFactory as _, Parser, Subcommand};
use design_check::nearest_name;
use design_pipeline::{
    ChartOptions, Compilation, Compiled, Given, References, Request, Settings, Target, World, WorldError, compile,
};
use design_registry::definitions::KubernetesVersion;
use design_store::Local;
use design_vocabulary::Severity;

use crate::command::check::{Part, is_checked};

use crate::args::{ChartRenderer, Input, Options};
use crate::exit::{Exit, Failure};
use crate::models;
use crate::settings;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Compile declarative designs into Kubernetes manifests, and check them
///
/// A path is a design file, a folder with one, or plain Kubernetes manifests. Everything happens on this machine: no
/// server, no account; only what `design.lock` names is fetched, once.
#[derive(Debug, Parser)]
#[command(
    name = "design",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "\
Examples:
  design init                      write a first design file
  design build                     render the working directory to standard output
  design build app.yaml -o out     render to a folder, one file an object
  design check k8s/ --format json  findings for programs
  design explain D0102             the page of a finding

Exit codes: 0 done, 1 findings, 2 wrong usage, 3 the environment failed, 70 a bug in design"
)]
pub struct Arguments {
    #[command(flatten)]
    pub options: Options,

    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(init::InitArgs),
    Build(build::BuildArgs),
    Check(check::CheckArgs),
    Evaluate(evaluate::EvaluateArgs),
    Graph(graph::GraphArgs),
    Why(why::WhyArgs),
    Diff(diff::DiffArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Status(status::StatusArgs),
    Delete(delete::DeleteArgs),
    Pull(pull::PullArgs),
    Import(import::ImportArgs),
    Fmt(fmt::FmtArgs),
    List(list::ListArgs),
    Model(model::ModelArgs),
    Pattern(pattern::PatternArgs),
    Catalog(catalog::CatalogArgs),
    Perf(Box<perf::PerfArgs>),
    Vendor(vendor::VendorArgs),
    Explain(explain::ExplainArgs),
    Lsp(lsp::LspArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    #[command(hide = true)]
    Judge(judge::JudgeArgs),
}

/// Runs the command that was asked for.
pub fn run(arguments: Arguments, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let options = &arguments.options;
    if let Some(jobs) = options.jobs {
        // It fails only where threads run already, which is not before here.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global();
    }
    match arguments.command {
        Command::Init(args) => init::cmd_init(terminal, &args),
        Command::Build(args) => build::cmd_build(terminal, options, &args),
        Command::Check(args) => check::cmd_check(terminal, options, &args),
        Command::Evaluate(args) => evaluate::cmd_evaluate(terminal, options, &args),
        Command::Graph(args) => graph::cmd_graph(terminal, options, &args),
        Command::Why(args) => why::cmd_why(terminal, options, &args),
        Command::Diff(args) => diff::cmd_diff(terminal, options, &args),
        Command::Plan(args) => plan::cmd_plan(terminal, options, &args),
        Command::Apply(args) => apply::cmd_apply(terminal, options, &args),
        Command::Status(args) => status::cmd_status(terminal, options, &args),
        Command::Delete(args) => delete::cmd_delete(terminal, options, &args),
        Command::Pull(args) => pull::cmd_pull(terminal, options, &args),
        Command::Import(args) => import::cmd_import(terminal, options, &args),
        Command::Fmt(args) => fmt::cmd_fmt(terminal, &args),
        Command::List(args) => list::cmd_list(terminal, &args),
        Command::Model(args) => model::cmd_model(terminal, options, &args),
        Command::Perf(args) => perf::cmd_perf(terminal, options, &args),
        Command::Pattern(args) => pattern::cmd_pattern(terminal, options, &args),
        Command::Catalog(args) => catalog::cmd_catalog(terminal, options, &args),
        Command::Vendor(args) => vendor::cmd_vendor(terminal, options, &args),
        Command::Explain(args) => explain::cmd_explain(terminal, &args),
        Command::Lsp(args) => lsp::cmd_lsp(terminal, options, &args),
        Command::Schema(args) => schema::cmd_schema(terminal, &args),
        Command::Completions(args) => completions::cmd_completions(terminal, &args, Arguments::command()),
        Command::Judge(args) => judge::cmd_judge(terminal, &args),
        Command::Man(args) => man::cmd_man(terminal, &args, Arguments::command()),
    }
}

/// Makes a file that is not there yet: nothing is ever overwritten.
fn create_new(path: &Path) -> Result<File, Failure> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{} is there already; delete it, or name another file", path.display()))
        }
        _ => Failure::system("write", path, &error),
    })
}

/// Compiles what the user named, under the settings that apply, with the relationships that fields declare.
fn compile_related(
    terminal: &mut Terminal,
    options: &Options,
    input: &Input,
) -> Result<(Compilation, Settings), Failure> {
    compile_as(terminal, options, input, Depth::Relationships)
}

/// As [`compile_related`], in another World than the disk; `None` where there is nothing at the path in it.
fn compile_related_in(
    terminal: &mut Terminal,
    options: &Options,
    input: &Input,
    world: &dyn World,
) -> Result<Option<Compilation>, Failure> {
    if input.paths.iter().all(|path| world.kind(path) == Err(WorldError::NotFound)) {
        return Ok(None);
    }
    // Settings and models are those of the working directory all the same: what is compared are the designs.
    Ok(Some(compile_in(terminal, options, input, Depth::Relationships, world)?.0))
}

/// The repository around the working directory.
fn repository() -> Result<Local, Failure> {
    Local::around(Path::new(".")).map_err(Failure::Usage)
}

/// What `git:REVISION[:PATH]` names; `None` of anything else.
fn at_revision(text: &str) -> Option<(&str, Option<&str>)> {
    let rest = text.strip_prefix("git:")?;
    Some(rest.split_once(':').map_or((rest, None), |(revision, path)| (revision, Some(path))))
}

/// Compiles what the user named, without the values that the relationships of a design want.
fn compile_as_written(terminal: &mut Terminal, options: &Options, input: &Input) -> Result<Compilation, Failure> {
    Ok(compile_as(terminal, options, input, Depth::Text)?.0)
}

/// How far a command looks into its input.
enum Depth {
    /// At what the files say, before the relationships of a design change anything.
    Text,
    /// At the relationships that fields declare, too.
    Relationships,
    /// At what the files say, for what is rendered from them.
    Render(Rendering),
    /// Also at whether the references lead somewhere, at what releases of Kubernetes take, and at what policies say.
    Checks(Checks),
}

/// What `design build` renders.
#[derive(Clone, Copy, Default)]
struct Rendering {
    target: Target,
    /// Whether the order in which objects come up matters.
    is_ordered: bool,
    /// Whether every target is read back and compared.
    verify: bool,
}

/// What `design check` checks by.
#[derive(Clone, Default)]
struct Checks {
    releases: Vec<KubernetesVersion>,
    /// Whether the input has to be all that a cluster needs.
    closed: bool,
    /// Folders and files with schemas of custom resources.
    schemas: Vec<String>,
    /// Files and folders of policies, beside those of the settings.
    policies: Vec<String>,
    /// Policy sets and single policies of our own, beside those of the settings.
    policy_sets: Vec<String>,
    /// The packages whose policies judge one object at a time.
    namespaces: Vec<String>,
    /// The parts that are checked; without any, all.
    only: Vec<Part>,
}

fn compile_as(
    terminal: &mut Terminal,
    options: &Options,
    input: &Input,
    depth: Depth,
) -> Result<(Compilation, Settings), Failure> {
    compile_in(terminal, options, input, depth, &DiskWorld::with_repositories(options))
}

fn compile_in(
    terminal: &mut Terminal,
    options: &Options,
    input: &Input,
    depth: Depth,
    world: &dyn World,
) -> Result<(Compilation, Settings), Failure> {
    let settings = settings::load(options.config.as_deref())?;
    if let Some(source) = &settings.source {
        terminal.detail(&format!("settings from {}", source.path()))?;
    }
    let request = request_for(terminal, options, input, depth, &settings)?;
    let compilation = compile(world, &request);
    tell_kind(terminal, &compilation)?;
    Ok((compilation, settings))
}

fn tell_kind(terminal: &mut Terminal, compilation: &Compilation) -> Result<(), Failure> {
    let kind = compilation.kind.map_or("nothing", design_pipeline::SourceKind::as_str);
    terminal.detail(&format!("read as {kind}: {}", design_report::text::summary(&compilation.report)))
}

/// What to compile, under some settings.
fn request_for(
    terminal: &mut Terminal,
    options: &Options,
    input: &Input,
    depth: Depth,
    settings: &Settings,
) -> Result<Request, Failure> {
    for path in &input.paths {
        if path != "-" && !Path::new(path).exists() {
            return Err(Failure::Usage(format!("there is no file or folder `{path}`")));
        }
    }
    let known = models::known(terminal, options, input)?;
    let mut exclude = settings.exclude.clone();
    exclude.extend(known.exclude);
    let references = match &depth {
        Depth::Checks(Checks { closed: true, .. }) => References::Closed,
        Depth::Checks(checks) if is_checked(&checks.only, Part::References) => References::Judged,
        _ => References::Unjudged,
    };
    let rendering = if let Depth::Render(rendering) = depth { rendering } else { Rendering::default() };
    let relationships = match &depth {
        Depth::Text => false,
        Depth::Render(_) => rendering.is_ordered,
        Depth::Relationships => true,
        Depth::Checks(_) => references != References::Unjudged,
    };
    let settle = !matches!(depth, Depth::Text);
    let has_checks = matches!(depth, Depth::Checks(_));
    let mut checks = if let Depth::Checks(checks) = depth { checks } else { Checks::default() };
    if !is_checked(&checks.only, Part::Policies) {
        checks.policies.clear();
        checks.policy_sets.clear();
    } else if has_checks {
        checks.policies.extend(settings.policies.iter().cloned());
        checks.policy_sets.extend(settings.policy_sets.iter().cloned());
    }
    // Of several releases charts see the oldest: what serves an API goes on doing so for a while.
    let named = if checks.releases.is_empty() { &settings.releases } else { &checks.releases };
    let oldest = named.iter().min().map(ToString::to_string);
    let kube_version = options
        .kube_version
        .clone()
        .or_else(|| Some(settings.chart.kube_version.clone()).filter(|version| !version.is_empty()))
        .or(oldest)
        .unwrap_or_default();
    if has_checks {
        checks.schemas.extend(settings.schemas.iter().cloned());
        checks.releases = check::releases(&checks.releases, &settings.releases)?;
    }
    Ok(Request {
        settings: settings.source.clone().map(|source| (source, settings.findings.clone())),
        include: settings.include.clone(),
        source: input.source.kind(),
        relationships,
        settle,
        references,
        releases: checks.releases,
        policies: checks.policies,
        judges_schemas: is_checked(&checks.only, Part::Schemas),
        policy_sets: policy_sets(&checks.policy_sets).map_err(Failure::Usage)?,
        namespaces: checks.namespaces,
        schemas: checks.schemas,
        given: Given {
            environments: options.environments.clone(),
            set: options.set.clone(),
            set_files: options.set_files.clone(),
        },
        target: rendering.target,
        chart: ChartOptions {
            values: settings.chart.values.iter().chain(&options.values).cloned().collect(),
            renderer: options.chart_renderer.map_or(settings.chart.renderer, ChartRenderer::renderer),
            kube_version,
            api_versions: settings.chart.api_versions.iter().chain(&options.api_versions).cloned().collect(),
            ..settings.chart.clone()
        },
        verify: rendering.verify,
        renders: !has_checks,
        compose: settings.compose.clone(),
        exclude,
        registry: known.registry,
        models: known.models,
        ..Request::new(input.paths.clone())
    })
}

/// The policies of sets, or what is wrong with the names of these, in words.
fn policy_sets(names: &[String]) -> Result<Vec<&'static design_policy::Policy>, String> {
    design_policy::select(names).map_err(|unknown| {
        let nearest = nearest_name(&unknown, design_policy::SETS.iter().map(|set| set.name));
        let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
        let hint = hint.unwrap_or_else(|| "; `design explain` lists them".to_owned());
        format!("there is no policy set or policy `{unknown}`{hint}")
    })
}

/// Tells of the errors of a compilation and forgets its other findings: what could not be read is missing from the answer.
/// Returns whether there were any.
fn tell_errors(terminal: &mut Terminal, compilation: &mut Compilation) -> Result<bool, Failure> {
    compilation.report.findings.retain(|finding| finding.severity == Severity::Error);
    terminal.error(&design_report::text::findings(&compilation.report, &compilation.sources, terminal.style()))?;
    Ok(!compilation.report.findings.is_empty())
}

/// The design of a compilation, where there must be one.
fn only<'a>(compilation: &'a Compilation, path: &str) -> Result<&'a Compiled, Failure> {
    match compilation.designs.as_slice() {
        [only] => Ok(only),
        [] => Err(Failure::Usage(format!("`{path}` holds nothing to show"))),
        several => Err(Failure::Usage(format!("`{path}` holds {} designs; name one of them", several.len()))),
    }
}
