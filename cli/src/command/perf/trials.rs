//! What `design perf gate` and `design perf compare` send to their arms.

use std::time::Duration;

use clap::Args;
use design_perf::gate::{Arm, Trials};
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
}

impl TrialArgs {
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
            })),
            Some(_) if request.is_given() => Err(Failure::Usage("a profile says itself what is sent".to_owned())),
            Some(file) => super::profile::read(terminal, file)?.map(|(profile, _)| Self::of(&profile)).transpose(),
        }
    }

    /// An arm that is sent this.
    pub(super) fn arm(&self, command: &str, path: Option<&str>) -> Arm {
        Arm { command: command.to_owned(), path: path.unwrap_or(&self.path).to_owned(), request: self.request.clone() }
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
        })
    }
}
