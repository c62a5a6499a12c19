//! What `design perf gate` and `design perf compare` send to their arms.

use std::time::Duration;

use clap::{Args, ValueEnum};
use design_perf::cost::{Costs, Query};
use design_perf::gate::{Arm, CpuFrom, Trials};
use design_perf::load::{CONNECTIONS, Request};
use design_perf::objective::Objective;
use design_perf::smp::Profile;
use url::Url;

use super::{RequestArgs, time};
use crate::exit::Failure;
use crate::terminal::Terminal;

/// How trials are measured.
#[derive(Args, Debug)]
pub(super) struct TrialArgs {
    /// Requests each second of the open loop [default: what the profile says, or four tenths of what the baseline takes]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    /// How many connections are open at a time [default: 32 or what the profile says]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_535))]
    connections: Option<u32>,

    /// How long an open loop is measured in a trial
    #[arg(long, value_name = "TIME", default_value = "4s", value_parser = time)]
    open: Duration,

    /// How long a server is sent as much as it takes in a trial
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = time)]
    burst: Duration,

    /// How long a trial is warmed up
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = time)]
    warm_up: Duration,

    /// Where the processor time of a request comes from; of a server that is named by its URL only Prometheus knows
    #[arg(long, value_enum, default_value_t, value_name = "SOURCE")]
    cpu_from: Source,

    /// Ask this Prometheus, with --cpu-from prometheus
    #[arg(long, value_name = "URL", required_if_eq("cpu_from", "prometheus"))]
    prometheus: Option<Url>,

    /// How many cores an arm keeps busy: $arm is its name, baseline or candidate (of `perf compare` 1, 2 and so on), and $window the
    /// time of a burst, which has to be some scrapes long
    #[arg(long, value_name = "QUERY", requires = "prometheus", default_value = QUERY)]
    cpu_query: String,
}

/// What is asked of Prometheus where nobody says.
const QUERY: &str = "sum(rate(process_cpu_seconds_total{job=\"$arm\"}[$window]))";

/// Where the processor time of a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Source {
    /// The kernel's accounting of the processes that a command started
    #[default]
    Process,
    /// The kernel's accounting of a control group that is made for the command: what ended and what left its parents counts as well
    Cgroup,
    /// Prometheus
    Prometheus,
}

impl TrialArgs {
    /// Where the processor time of arms comes from.
    pub(super) fn cpu_from(&self) -> CpuFrom {
        match (self.cpu_from, &self.prometheus) {
            (Source::Prometheus, Some(prometheus)) => CpuFrom::Prometheus(Costs {
                prometheus: prometheus.clone(),
                queries: vec![Query { name: "cpu".to_owned(), cores: Some(self.cpu_query.clone()), memory: None }],
            }),
            (Source::Cgroup, _) => CpuFrom::Group,
            (Source::Process | Source::Prometheus, _) => CpuFrom::Processes,
        }
    }

    /// How trials of what is sent are measured.
    pub(super) fn trials(&self, sent: &Sent, timeout: Duration) -> Trials {
        Trials {
            connections: self.connections.unwrap_or(sent.connections).try_into().unwrap_or(usize::MAX),
            rate: self.rate.map(f64::from).or(sent.rate),
            open: self.open,
            burst: self.burst,
            warm_up: self.warm_up,
            timeout,
        }
    }
}

/// What is sent to every arm, and what is to be met.
#[derive(Debug)]
pub(super) struct Sent {
    request: Request,
    path: String,
    connections: u32,
    rate: Option<f64>,
    /// What the profile limits.
    pub(super) objectives: Vec<Objective>,
    /// The component of a design that the profile asks.
    pub(super) component: Option<String>,
}

impl Sent {
    /// What is sent by a profile, or by the options where there is none. `None` where the profile cannot be run, which was told.
    pub(super) fn read(
        terminal: &mut Terminal,
        profile: Option<&str>,
        request: &RequestArgs,
    ) -> Result<Option<Self>, Failure> {
        match profile {
            None => Ok(Some(Self {
                request: request.request(),
                path: "/".to_owned(),
                connections: CONNECTIONS,
                rate: None,
                objectives: Vec::new(),
                component: None,
            })),
            Some(_) if request.is_given() => Err(Failure::Usage("a profile says itself what is sent".to_owned())),
            Some(file) => super::profile::read(terminal, file)?.map(|(profile, _)| Self::of(&profile)).transpose(),
        }
    }

    /// An arm that is sent this.
    pub(super) fn arm(&self, name: &str, command: &str, path: Option<&str>, cpu_from: &CpuFrom) -> Arm {
        Arm {
            name: name.to_owned(),
            command: command.to_owned(),
            path: path.unwrap_or(&self.path).to_owned(),
            request: self.request.clone(),
            cpu_from: cpu_from.of_arm(name),
        }
    }

    /// What the first client of a profile sends to its first endpoint.
    fn of(profile: &Profile) -> Result<Self, Failure> {
        let first = profile.clients.first().and_then(|client| Some((client, client.endpoint_urls.first()?)));
        let (client, url) =
            first.ok_or_else(|| Failure::Usage("the profile has no client with an endpoint".to_owned()))?;
        let url = Url::parse(url).map_err(|error| Failure::Usage(format!("{url}: {error}")))?;
        let rps = u32::try_from(client.rps).unwrap_or(u32::MAX);
        Ok(Self {
            request: client.request(),
            path: url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())),
            connections: client.open_connections(),
            rate: (rps > 0).then(|| f64::from(rps)),
            objectives: profile.objectives(),
            component: profile.labels.get("component").cloned(),
        })
    }
}
