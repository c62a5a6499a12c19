//! What the commands that talk to a cluster share: their arguments, the way to the cluster, and the wording of what stands
//! in the way.

mod wording;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use design_apply::{Access, Cluster, Prepared, Refused, Trouble, Unconnected, block_on, clashes, connect, prepare};
use design_check::rules;
use design_parameters::Environment;
use design_pipeline::{Compilation, Compiled};
use design_report::Report;
use design_vocabulary::Text;
use futures_util::future::join_all;

use crate::args::{Input, ModelOptions, Options, Source};
use crate::command::{compile_related, only, tell_errors};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

use wording::word;

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

    #[command(flatten)]
    access: AccessArgs,
}

/// Which cluster
#[derive(Args, Debug)]
pub struct AccessArgs {
    /// Take the cluster from this kubeconfig [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// Use this context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// Work in this namespace, where nothing names another one [default: that of the context, else `default`]
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

impl ClusterArgs {
    /// Which cluster.
    pub const fn access(&self) -> &AccessArgs {
        &self.access
    }
}

/// Compiles the one design of a path. `None` where it has errors, which were told: half a design is not applied.
fn compiled(terminal: &mut Terminal, options: &Options, args: &ClusterArgs) -> Result<Option<Compilation>, Failure> {
    let input = Input { paths: vec![args.path.clone()], source: args.source, models: args.models.clone() };
    let (mut compilation, _) = compile_related(terminal, options, &input)?;
    if tell_errors(terminal, &mut compilation)? {
        return Ok(None);
    }
    only(&compilation, &args.path)?;
    Ok(Some(compilation))
}

/// A place that a design goes to, and the design as it is there.
pub struct Target {
    /// The environment that names the place; empty where there is only one place.
    pub environment: String,
    /// What was compiled for it.
    pub compilation: Compilation,
    access: Access,
}

impl Target {
    /// A compilation, and the way to the place that it goes to.
    pub const fn new(environment: String, compilation: Compilation, access: Access) -> Self {
        Self { environment, compilation, access }
    }

    /// The design.
    pub fn compiled(&self) -> Result<&Compiled, Failure> {
        only(&self.compilation, &self.environment)
    }

    /// What begins each line about it; empty where there is only one place.
    pub fn prefix(&self) -> String {
        if self.environment.is_empty() { String::new() } else { format!("[{}] ", self.environment) }
    }
}

/// Compiles the design for every place that it goes to. Environments that name a context or a namespace are places; the others
/// give values for all of them. `None` where the design has errors, which were told.
pub fn targets(terminal: &mut Terminal, options: &Options, args: &ClusterArgs) -> Result<Option<Vec<Target>>, Failure> {
    let Some(compilation) = compiled(terminal, options, args)? else { return Ok(None) };
    let named = places(&only(&compilation, &args.path)?.environments, &options.environments);
    if named.len() < 2 {
        let place = named.into_iter().next().unwrap_or_default();
        let access = args.access.access(&place);
        return Ok(Some(vec![Target { environment: String::new(), compilation, access }]));
    }
    if args.access.context.is_some() || args.access.namespace.is_some() {
        let environments: Vec<&str> = named.iter().map(|place| place.environment.as_str()).collect();
        return Err(Failure::Usage(format!(
            "the environments {} name their own places; leave out --context and --namespace",
            environments.join(" and ")
        )));
    }
    let mut targets = Vec::new();
    for place in &named {
        let is_other = |name: &&String| **name == place.environment || !named.iter().any(|it| it.environment == **name);
        let environments = options.environments.iter().filter(is_other).cloned().collect();
        let options = Options { environments, ..options.clone() };
        let Some(compilation) = compiled(terminal, &options, args)? else { return Ok(None) };
        let access = args.access.access(place);
        targets.push(Target { environment: place.environment.clone(), compilation, access });
    }
    Ok(Some(targets))
}

/// An environment that says where a design goes.
#[derive(Debug, Default, PartialEq)]
struct Place {
    environment: String,
    context: Option<String>,
    namespace: Option<String>,
}

/// The places that environments name, each with what the ones that it extends say. `list` holds the environments that were
/// asked for, each behind those that it extends.
fn places(list: &[Environment], asked: &[String]) -> Vec<Place> {
    let mut list = list.iter();
    let mut places: Vec<Place> = Vec::new();
    for name in asked {
        let mut place = Place { environment: name.clone(), ..Place::default() };
        for environment in list.by_ref() {
            let text = |text: &Option<Text>| text.as_ref().map(ToString::to_string);
            place.context = text(&environment.context).or(place.context);
            place.namespace = text(&environment.namespace).or(place.namespace);
            if environment.name == name.as_str() {
                break;
            }
        }
        if place.context.is_some() || place.namespace.is_some() {
            places.push(place);
        }
    }
    places
}

impl AccessArgs {
    /// What the command line says of the cluster, and else an environment.
    fn access(&self, place: &Place) -> Access {
        Access {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone().or_else(|| place.context.clone()),
            namespace: self.namespace.clone().or_else(|| place.namespace.clone()),
            user: self.user.clone(),
            groups: self.groups.clone(),
        }
    }
}

/// Runs work with the cluster that the arguments name; says first which one it is. A client lives no longer than that.
pub fn with_cluster<T>(
    terminal: &mut Terminal,
    args: &AccessArgs,
    work: impl AsyncFnOnce(Cluster, &mut Terminal) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let access = args.access(&Place::default());
    within(async {
        let cluster = reached(terminal, args, &access, "").await?;
        work(cluster, terminal).await
    })
}

/// Runs work with the clusters of all places; says first which they are.
pub fn with_clusters<T>(
    terminal: &mut Terminal,
    args: &AccessArgs,
    targets: &[Target],
    work: impl AsyncFnOnce(Vec<Cluster>, &mut Terminal) -> Result<T, Failure>,
) -> Result<T, Failure> {
    within(async {
        let mut clusters = Vec::new();
        for target in targets {
            clusters.push(reached(terminal, args, &target.access, &target.prefix()).await?);
        }
        work(clusters, terminal).await
    })
}

fn within<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let system = |error: std::io::Error| Failure::Environment(format!("cannot talk to a cluster: {error}"));
    block_on(work).map_err(system)?
}

async fn reached(
    terminal: &mut Terminal,
    args: &AccessArgs,
    access: &Access,
    prefix: &str,
) -> Result<Cluster, Failure> {
    let connection = connect(access).await.map_err(|why| unconnected(&why))?;
    terminal.error(&format!("{prefix}context {}, namespace {}\n", connection.context, connection.namespace))?;
    Ok(Cluster::new(connection, args.timeout))
}

/// A cluster that gave no answer at all, or none that helps.
#[expect(clippy::needless_pass_by_value, reason = "it takes what `map_err` gives")]
pub fn unanswered(refused: Refused) -> Failure {
    Failure::Environment(match &refused {
        Refused::Status(status) => format!("the cluster answers {}: {}", status.code, refused.words()),
        _ => format!("the cluster gives no answer: {}", refused.words()),
    })
}

/// What objects of other sets and tools mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Objects of other sets stand in the way.
    Hinder,
    /// They do not matter to what is done.
    Ignored,
    /// They are taken over, and those of Meshery are looked for where it puts them.
    Adopted,
}

impl Others {
    /// What `--adopt` says.
    pub const fn by(adopt: bool) -> Self {
        if adopt { Self::Adopted } else { Self::Hinder }
    }
}

/// As [`prepare`], of all places side by side. The inventory of another tool is refused.
pub async fn prepared(
    clusters: Vec<Cluster>,
    targets: &[Target],
    create_namespace: bool,
    others: Others,
) -> Result<Vec<Prepared>, Failure> {
    let each = clusters.into_iter().zip(targets).map(async |(cluster, target)| {
        let mut prepared = prepare(cluster, target.compiled()?, create_namespace).await.map_err(unanswered)?;
        if others != Others::Hinder {
            prepared.troubles.retain(|trouble| !matches!(trouble, Trouble::OtherSet { .. }));
        }
        if others == Others::Adopted {
            prepared.look_where_meshery_puts_things().await.map_err(unanswered)?;
        }
        let set = &prepared.set;
        match &set.stranger {
            Some(tool) => Err(Failure::Usage(format!(
                "the ConfigMap {}/{} is the inventory of another tool: {tool}",
                set.namespace, set.parent
            ))),
            None => Ok(prepared),
        }
    });
    join_all(each).await.into_iter().collect()
}

/// Tells of objects that several places would share, which none of them could keep as it wants. Returns whether there are any.
pub fn tell_clashes(terminal: &mut Terminal, targets: &[Target], prepared: &[Prepared]) -> Result<bool, Failure> {
    let found = clashes(prepared);
    let mut findings = Vec::new();
    let Some(first) = targets.first() else { return Ok(false) };
    for clash in &found {
        let environment = |number: usize| targets.get(number).map_or("", |target| target.environment.as_str());
        let desired = prepared.get(clash.first).and_then(|prepared| prepared.desired.get(clash.desired));
        if let Some(desired) = desired {
            let (one, other) = (environment(clash.first), environment(clash.second));
            findings.push(rules::environments_clash::finding(&desired.id, one, other, desired.place));
        }
    }
    let report = Report { findings, ..Report::default() };
    let sources = &targets.get(found.first().map_or(0, |clash| clash.first)).unwrap_or(first).compilation.sources;
    terminal.error(&design_report::text::findings(&report, sources, terminal.style()))?;
    Ok(!found.is_empty())
}

/// Tells of what stands in the way. Returns the exit code that it leads to.
pub fn tell_troubles(
    terminal: &mut Terminal,
    target: &Target,
    prepared: &Prepared,
    troubles: &[Trouble],
) -> Result<Exit, Failure> {
    let compiled = target.compiled()?;
    let findings = troubles.iter().flat_map(|trouble| word(trouble, &prepared.desired, compiled)).collect();
    let report = Report { findings, ..Report::default() };
    let text = design_report::text::findings(&report, &target.compilation.sources, terminal.style());
    if !text.is_empty() && !target.environment.is_empty() {
        terminal.error(&format!("environment {}\n", target.environment))?;
    }
    terminal.error(&text)?;
    Ok(if troubles.is_empty() { Exit::Done } else { Exit::Findings })
}

/// Why there is no way to a cluster.
pub fn unconnected(why: &Unconnected) -> Failure {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_a_place_where_it_or_what_it_extends_says_so() {
        let environment = |name: &str, context: Option<&str>, namespace: Option<&str>| Environment {
            name: name.into(),
            context: context.map(Text::from),
            namespace: namespace.map(Text::from),
            ..Environment::default()
        };
        let list = [
            environment("large", None, None),
            environment("base", Some("production"), Some("shop")),
            environment("east", None, None),
            environment("base", Some("production"), Some("shop")),
            environment("west", Some("west"), None),
        ];
        let found = places(&list, &["large".to_owned(), "east".to_owned(), "west".to_owned()]);
        let place = |name: &str, context: &str| Place {
            environment: name.to_owned(),
            context: Some(context.to_owned()),
            namespace: Some("shop".to_owned()),
        };
        assert_eq!(found, [place("east", "production"), place("west", "west")]);
    }
}
