//! What `design perf run` asks Prometheus for.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use design_perf::cost::{Costs, Query, Sidecar};
use url::Url;

use crate::exit::Failure;

/// What labels of a profile begin with that say how to ask for a cost.
const LABELS: [(&str, bool); 2] = [("cost.", true), ("memory.", false)];

/// What is asked of Prometheus.
#[derive(Args, Debug)]
#[command(next_help_heading = "Cost")]
pub(super) struct CostArgs {
    /// Ask this Prometheus what the load costs
    #[arg(long, value_name = "URL")]
    prometheus: Option<Url>,

    /// The server is this job of Prometheus
    #[arg(long, value_name = "JOB", requires = "prometheus")]
    job: Vec<String>,

    /// The sidecars of a mesh in a namespace: istio/shop, linkerd/shop
    #[arg(long, value_name = "MESH/NAMESPACE", requires = "prometheus", value_parser = sidecars)]
    sidecars: Vec<Query>,

    /// How many cores something keeps busy; $window is the time that is measured
    #[arg(long, value_name = "NAME=QUERY", requires = "prometheus", value_parser = named)]
    cost: Vec<(String, String)>,

    /// How many bytes of memory something holds
    #[arg(long, value_name = "NAME=QUERY", requires = "prometheus", value_parser = named)]
    memory: Vec<(String, String)>,
}

/// The meshes whose sidecars are known.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mesh {
    Istio,
    Linkerd,
}

fn named(text: &str) -> Result<(String, String), String> {
    let (name, query) = text.split_once('=').ok_or("it reads NAME=QUERY")?;
    Ok((name.to_owned(), query.to_owned()))
}

fn sidecars(text: &str) -> Result<Query, String> {
    let (mesh, namespace) = text.split_once('/').ok_or("it reads istio/NAMESPACE or linkerd/NAMESPACE")?;
    let mesh = match Mesh::from_str(mesh, true)? {
        Mesh::Istio => Sidecar::Istio,
        Mesh::Linkerd => Sidecar::Linkerd,
    };
    Ok(Query::sidecars(mesh, namespace))
}

impl CostArgs {
    /// What is asked, by the options and by the labels of a profile (`cost.NAME`, `memory.NAME`). `None` where no Prometheus is named.
    pub(super) fn costs(&self, labels: &BTreeMap<String, String>) -> Result<Option<Costs>, Failure> {
        let Some(prometheus) = &self.prometheus else { return Ok(None) };
        let mut queries: Vec<Query> = self.job.iter().map(|job| Query::job(job)).chain(self.sidecars.clone()).collect();
        let of_labels = labels.iter().filter_map(|(label, query)| {
            LABELS.iter().find_map(|(prefix, is_cores)| Some((label.strip_prefix(prefix)?, *is_cores, query.as_str())))
        });
        let given = |list: &[(String, String)], is_cores: bool| -> Vec<(String, bool, String)> {
            list.iter().map(|(name, query)| (name.clone(), is_cores, query.clone())).collect()
        };
        let mut asked: Vec<(String, bool, String)> =
            of_labels.map(|(name, is_cores, query)| (name.to_owned(), is_cores, query.to_owned())).collect();
        asked.extend(given(&self.cost, true));
        asked.extend(given(&self.memory, false));
        for (name, is_cores, text) in asked {
            let position = queries.iter().position(|query| query.name == name).unwrap_or_else(|| {
                queries.push(Query { name, cores: None, memory: None });
                queries.len() - 1
            });
            let Some(query) = queries.get_mut(position) else { continue };
            *(if is_cores { &mut query.cores } else { &mut query.memory }) = Some(text);
        }
        if queries.is_empty() {
            let why = "what costs something: --job, --sidecars, --cost, --memory, or the labels cost.NAME and memory.NAME of a profile";
            return Err(Failure::Usage(format!("--prometheus needs to know {why}")));
        }
        Ok(Some(Costs { prometheus: prometheus.clone(), queries }))
    }
}
