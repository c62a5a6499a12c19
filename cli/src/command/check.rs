//! `design check`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use design_check::rules::no_schema;
use design_check::{RULES, rules};
use design_pipeline::{Compilation, Settings, World, compile};
use design_registry::definitions::{Definitions, KubernetesVersion};
use design_report::{Baseline, Compared, Report, Sources, github, json, junit, markdown, sarif, text};
use design_syntax::SourceText;

use crate::args::{Input, Options};
use crate::command::{Checks, Depth, request_for, tell_kind};
use crate::exit::{Exit, Failure, leave};
use crate::fixes::Fixes;
use crate::models;
use crate::settings::{self, FailOn, Weight};
use crate::terminal::Terminal;

/// Check a design and report findings
///
/// The report goes to standard output in every format. `design explain CODE` prints the page of a finding.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design check
  design check k8s/ --fail-on warning
  design check k8s/ --kubernetes-version 1.33,1.36
  design check k8s/ --closed
  design check k8s/ --policy policies/
  design check k8s/ --schema crds/ --missing-schema error
  design check k8s/ --policy-set pod-security-restricted,images/tag
  design check k8s/ --only schemas
  design check app.yaml --format json | jq '.findings[].code'
  design check k8s/ --format sarif > design.sarif
  design check k8s/ --fix --dry-run
  design check k8s/ --write-baseline known.json; design check k8s/ --baseline known.json")]
pub struct CheckArgs {
    #[command(flatten)]
    input: Input,

    /// The format of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Check against these releases of Kubernetes [default: the newest one that design knows]
    #[arg(long, value_delimiter = ',', value_name = "VERSION[,VERSION]")]
    kubernetes_version: Vec<KubernetesVersion>,

    /// Judge by the policies in this file or folder: *.rego, data beside them, Gatekeeper's templates and constraints
    #[arg(long = "policy", value_name = "DIR")]
    policies: Vec<String>,

    /// Judge by these policies of our own: sets, or single ones as SET/POLICY; `design explain` lists them
    #[arg(long = "policy-set", value_delimiter = ',', value_name = "SET[,SET]")]
    policy_sets: Vec<String>,

    /// Judge each object by the policies of this package
    #[arg(long = "namespace", value_name = "PACKAGE", default_value = "main")]
    namespaces: Vec<String>,

    /// Check only this, beside what makes a design readable at all
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART[,PART]")]
    only: Vec<Part>,

    /// Exit with 1 from this severity on [default: error, or what .design.yaml says]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,

    /// Demand that an empty cluster can be brought up from this input alone
    #[arg(long)]
    closed: bool,

    /// A folder with schemas of custom resources: their definitions, or JSON files in the layouts of kubeconform and of the
    /// datreeio catalog; may be given several times
    #[arg(long = "schema", value_name = "DIR")]
    schemas: Vec<String>,

    /// What it means that nothing says what the objects of a kind look like [default: note, or what .design.yaml says of D0610]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    missing_schema: Option<Weight>,

    /// Change what can be mended without asking in its file, and report what is left
    #[arg(long)]
    fix: bool,

    /// Print what --fix would change as a unified diff, and change nothing; exit with 1 if that is something
    #[arg(long, requires = "fix")]
    dry_run: bool,

    /// Report only findings that this file does not know
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write a file that knows every finding of this run, and exit with 0
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

/// A part of what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Objects by themselves: the schemas of their kinds, names, labels, versions of APIs
    Schemas,
    /// Whether references lead somewhere
    References,
    /// What policies say
    Policies,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the source line
    #[default]
    Text,
    /// For programs
    Json,
    /// For code scanning (SARIF 2.1.0)
    Sarif,
    /// For build servers that show tests
    Junit,
    /// For GitHub Actions: annotations of the pull request
    Github,
    /// For a step summary or a comment
    Markdown,
}

/// Runs `design check`.
pub fn cmd_check(terminal: &mut Terminal, options: &Options, args: &CheckArgs) -> Result<Exit, Failure> {
    if args.fix && args.input.paths.iter().any(|path| path == "-") {
        return Err(Failure::Usage("--fix changes files, and standard input is none".to_owned()));
    }
    if args.closed && !is_checked(&args.only, Part::References) {
        return Err(Failure::Usage("--closed is about references, which --only leaves out".to_owned()));
    }
    let known = args.baseline.as_deref().map(read_baseline).transpose()?;
    let mut fixes = Fixes::new(options);
    let mut settings = settings::load(options.config.as_deref())?;
    if let Some(source) = &settings.source {
        terminal.detail(&format!("settings from {}", source.path()))?;
    }
    let mut compilation = loop {
        let compilation = checked(terminal, options, args, &settings, fixes.world())?;
        if !args.fix {
            break compilation;
        }
        let mut report = Report { findings: compilation.report.findings.clone(), ..Report::default() };
        if let Some(known) = &known {
            known.apply(&mut report, &compilation.sources);
        }
        let changed = fixes.make(&report, &compilation.sources);
        if changed.is_empty() {
            break compilation;
        }
        let source = settings.source.clone().filter(|source| changed.iter().any(|path| path == source.path()));
        if let Some(source) = source
            && let Some(text) = fixes.world().texts().get(source.path())
        {
            settings = Settings::read(&SourceText::new(source.id(), source.path(), text.as_str()), fixes.world());
        }
    };
    if args.fix && args.dry_run {
        let diff = fixes.diff();
        terminal.print(&diff)?;
        return Ok(if diff.is_empty() { Exit::Done } else { Exit::Findings });
    }
    if args.fix {
        fixes.write(terminal)?;
    }
    if let Some(file) = &args.write_baseline {
        let text = Baseline::of(&compilation.report, &compilation.sources).write();
        let text = text.map_err(|error| Failure::Environment(format!("cannot write the baseline: {error}")))?;
        std::fs::write(file, text).map_err(|error| Failure::system("write", file, &error))?;
    }
    if let Some(known) = known {
        let Compared { known, gone } = known.apply(&mut compilation.report, &compilation.sources);
        if !terminal.is_quiet() {
            let hint = if gone > 0 { "; --write-baseline writes it anew" } else { "" };
            terminal.error(&format!("known from the baseline: {known}, gone: {gone}{hint}\n"))?;
        }
    }
    let fails_from = args.fail_on.map_or(settings.fail_on, Into::into).severity();
    let (report, sources) = (&compilation.report, &compilation.sources);
    let unwritten = |error: &dyn std::fmt::Display| Failure::Environment(format!("cannot write the report: {error}"));
    let document = match args.format {
        Format::Text => {
            let style = terminal.output_style(options.color);
            format!("{}{}\n", text::findings(report, sources, style), text::summary(report))
        }
        Format::Json => json::render(report, sources).map_err(|error| unwritten(&error))?,
        Format::Sarif => sarif(report, sources).map_err(|error| unwritten(&error))?,
        Format::Junit => junit::render(report, sources, fails_from).map_err(|error| unwritten(&error))?,
        Format::Github => github::render(report, sources),
        Format::Markdown => markdown::render(report, sources),
    };
    terminal.print(&document)?;
    let fails = report.findings.iter().any(|finding| fails_from.is_some_and(|least| finding.severity <= least));
    leave(compilation);
    Ok(if fails && args.write_baseline.is_none() { Exit::Findings } else { Exit::Done })
}

/// Checks the input once, in a World.
fn checked(
    terminal: &mut Terminal,
    options: &Options,
    args: &CheckArgs,
    settings: &Settings,
    world: &dyn World,
) -> Result<Compilation, Failure> {
    let policies = models::named(&args.policies)?;
    let schemas = models::named(&args.schemas)?;
    let releases = args.kubernetes_version.clone();
    let (policy_sets, namespaces, only) = (args.policy_sets.clone(), args.namespaces.clone(), args.only.clone());
    let checks = Checks { releases, closed: args.closed, schemas, policies, policy_sets, namespaces, only };
    let request = request_for(terminal, options, &args.input, Depth::Checks(checks), settings)?;
    let mut compilation = compile(world, &request);
    tell_kind(terminal, &compilation)?;
    if !args.only.is_empty() {
        // What they suppress was not looked for.
        compilation.report.findings.retain(|finding| finding.code != rules::unused_suppression::RULE.code);
    }
    let mut weights = settings.rules.clone();
    if args.closed {
        weights.close();
    }
    if let Some(weight) = args.missing_schema {
        weights.weigh(&no_schema::RULE, weight.severity());
    }
    let ignored = weights.apply(&mut compilation.report.findings);
    terminal.detail(&format!("{ignored} findings of rules that the settings ignore"))?;
    Ok(compilation)
}

/// Whether a part is checked, of those that were named or of all.
pub fn is_checked(only: &[Part], part: Part) -> bool {
    only.is_empty() || only.contains(&part)
}

/// The releases to check against, oldest first: those that the user named, else those of the settings, else the newest one of
/// the model.
pub(super) fn releases(
    named: &[KubernetesVersion],
    set: &[KubernetesVersion],
) -> Result<Vec<KubernetesVersion>, Failure> {
    let known: Vec<KubernetesVersion> =
        Definitions::builtin().releases().iter().map(|release| release.version).collect();
    if let Some(unknown) = named.iter().find(|version| !known.contains(version)) {
        let texts: Vec<String> = known.iter().map(ToString::to_string).collect();
        let message = format!("Kubernetes {unknown} is not among the releases that design knows: {}", texts.join(", "));
        return Err(Failure::Usage(message));
    }
    let mut releases = match (named, set) {
        ([], []) => known.last().copied().into_iter().collect(),
        ([], set) => set.to_vec(),
        (named, _) => named.to_vec(),
    };
    releases.sort_unstable();
    releases.dedup();
    Ok(releases)
}

fn read_baseline(file: &Path) -> Result<Baseline, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Usage(format!("cannot read the baseline {}: {error}", file.display())))?;
    Baseline::read(&text).map_err(|error| Failure::Usage(format!("in the baseline {}: {error}", file.display())))
}

fn sarif(report: &Report, sources: &Sources) -> Result<String, serde_json::Error> {
    let pages: Vec<String> = RULES.iter().map(|rule| rule.document()).collect();
    let rules: Vec<sarif::Rule<'_>> = RULES
        .iter()
        .zip(&pages)
        .map(|(rule, page)| sarif::Rule { code: rule.code.0, name: rule.name, severity: rule.severity, page })
        .collect();
    let program = sarif::Program { name: "design", version: env!("CARGO_PKG_VERSION") };
    sarif::render(report, sources, program, &rules)
}
