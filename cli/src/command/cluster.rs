//! What the commands that talk to a cluster share: their arguments, the way to the cluster, and the wording of what stands
//! in the way.

mod wording;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use design_apply::{Access, Cluster, Prepared, Refused, Trouble, Unconnected, block_on, connect, prepare};
use design_pipeline::{Compilation, Compiled};
use design_report::Report;

use crate::args::{Input, ModelOptions, Options, Source};
use crate::command::{compile_related, only, tell_errors};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

pub use wording::word;

/// A design, and which cluster
#[derive(Args, Debug)]
pub struct ClusterArgs {
    /// The file or folder; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    path: String,

    /// What the path is
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    source: Source,

    #[command(flatten)]
    models: ModelOptions,

    /// Take the cluster from this kubeconfig [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// Use this context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// Put what names no namespace into this one [default: that of the context, else `default`]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,

    /// Act as this user
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,

    /// Act as a member of this group; may be given several times
    #[arg(long = "as-group", value_name = "GROUP")]
    groups: Vec<String>,

    /// Have everything done within this time: 90, 90s, 5m, 1h
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = time)]
    timeout: Duration,
}

/// A time in seconds, or with a unit.
fn time(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let (number, unit) =
        units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds))).unwrap_or((text, 1));
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|seconds| *seconds <= 1 << 20) {
        Some(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        _ => Err("it reads 90, 90s, 5m or 1h".to_owned()),
    }
}

/// Compiles the one design of a path. `None` where it has errors, which were told: half a design is not applied.
pub fn compiled(
    terminal: &mut Terminal,
    options: &Options,
    args: &ClusterArgs,
) -> Result<Option<Compilation>, Failure> {
    let input = Input { paths: vec![args.path.clone()], source: args.source, models: args.models.clone() };
    let (mut compilation, _) = compile_related(terminal, options, &input)?;
    if tell_errors(terminal, &mut compilation)? {
        return Ok(None);
    }
    only(&compilation, &args.path)?;
    Ok(Some(compilation))
}

/// The design of what [`compiled`] gave.
pub fn design<'a>(compilation: &'a Compilation, args: &ClusterArgs) -> Result<&'a Compiled, Failure> {
    only(compilation, &args.path)
}

/// Runs work with the cluster that the arguments name; says first which one it is. A client lives no longer than that.
pub fn with_cluster<T>(
    terminal: &mut Terminal,
    args: &ClusterArgs,
    work: impl AsyncFnOnce(Cluster, &mut Terminal) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let access = Access {
        kubeconfig: args.kubeconfig.clone(),
        context: args.context.clone(),
        namespace: args.namespace.clone(),
        user: args.user.clone(),
        groups: args.groups.clone(),
    };
    let system = |error: std::io::Error| Failure::Environment(format!("cannot talk to a cluster: {error}"));
    let answer = block_on(async {
        let connection = connect(&access).await.map_err(|why| unconnected(&why))?;
        terminal.error(&format!("context {}, namespace {}\n", connection.context, connection.namespace))?;
        work(Cluster::new(connection, args.timeout), terminal).await
    });
    answer.map_err(system)?
}

/// A cluster that gave no answer at all.
#[expect(clippy::needless_pass_by_value, reason = "it takes what `map_err` gives")]
pub fn unanswered(refused: Refused) -> Failure {
    Failure::Environment(format!("the cluster gives no answer: {}", refused.words()))
}

/// As [`prepare`]; with `adopt` the sets of others are no hindrance. The inventory of another tool is refused.
pub async fn prepared(
    cluster: Cluster,
    compiled: &Compiled,
    create_namespace: bool,
    adopt: bool,
) -> Result<Prepared, Failure> {
    let mut prepared = prepare(cluster, compiled, create_namespace).await.map_err(unanswered)?;
    if adopt {
        prepared.troubles.retain(|trouble| !matches!(trouble, Trouble::OtherSet { .. }));
    }
    let set = &prepared.set;
    match &set.stranger {
        Some(tool) => Err(Failure::Usage(format!(
            "the ConfigMap {}/{} is the inventory of another tool: {tool}",
            set.namespace, set.parent
        ))),
        None => Ok(prepared),
    }
}

/// Tells of what stands in the way. Returns the exit code that it leads to.
pub fn tell_troubles(
    terminal: &mut Terminal,
    compilation: &Compilation,
    compiled: &Compiled,
    prepared: &Prepared,
    troubles: &[Trouble],
) -> Result<Exit, Failure> {
    let findings = troubles.iter().flat_map(|trouble| word(trouble, &prepared.desired, compiled)).collect();
    let report = Report { findings, ..Report::default() };
    terminal.error(&design_report::text::findings(&report, &compilation.sources, terminal.style()))?;
    Ok(if troubles.is_empty() { Exit::Done } else { Exit::Findings })
}

fn unconnected(why: &Unconnected) -> Failure {
    Failure::Environment(match why {
        Unconnected::NoKubeconfig { looked_at } => format!(
            "there is no kubeconfig at {looked_at}, and this is no pod of a cluster\n\
             Name one with --kubeconfig; without a cluster, `design build -t compose -o DIR` writes a compose project."
        ),
        Unconnected::NoContext { wanted: Some(wanted), known } => {
            format!("the kubeconfig has no context `{wanted}`; it has {}", known.join(", "))
        }
        Unconnected::NoContext { wanted: None, known } => {
            format!("the kubeconfig has no current context; name one with --context: {}", known.join(", "))
        }
        Unconnected::Unusable(why) => format!("the kubeconfig cannot be used: {why}"),
    })
}
