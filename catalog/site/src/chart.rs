//! The Helm repository of a publisher: its charts, and the index that names them.

use std::collections::BTreeMap;

use design_index::{Facts, Pattern, Version};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::document::hexadecimal;
use crate::words::instant;

/// A chart in an index (helm.sh, "The Chart Repository Guide").
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChartEntry {
    api_version: String,
    name: String,
    version: String,
    description: String,
    created: String,
    digest: String,
    urls: Vec<String>,
    deprecated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChartIndex<'a> {
    api_version: &'static str,
    generated: &'a str,
    entries: &'a BTreeMap<String, Vec<ChartEntry>>,
}

/// The name of the file of a chart.
pub(crate) fn file_name(version: &Version) -> String {
    format!("{}-{}.tgz", version.metadata.name, version.metadata.version)
}

/// The name that a chart says it has.
pub(crate) fn name(facts: &Facts) -> Option<&str> {
    let (_, text) = facts.chart.iter().find(|(path, _)| path == "Chart.yaml")?;
    let name = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    Some(name.trim().trim_matches(['"', '\'']))
}

/// The chart of a version as an archive, the same bytes each time; `None` where there is none.
pub(crate) fn archive(facts: &Facts) -> Option<Vec<u8>> {
    let folder = name(facts)?;
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::new(9)));
    for (path, text) in &facts.chart {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, format!("{folder}/{path}"), text.as_bytes()).ok()?;
    }
    archive.into_inner().ok()?.finish().ok()
}

/// The charts of publishers, by publisher and name; the latest version first.
#[derive(Debug, Default)]
pub(crate) struct Charts(pub(crate) BTreeMap<String, BTreeMap<String, Vec<ChartEntry>>>);

/// A chart with its publisher.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Charted {
    publisher: String,
    entry: ChartEntry,
}

impl Charted {
    pub(crate) fn of(pattern: &Pattern, version: &Version, facts: &Facts, archive: &[u8], address: String) -> Self {
        Self { publisher: pattern.publisher.clone(), entry: entry(version, facts, archive, address) }
    }
}

impl Extend<Charted> for Charts {
    fn extend<I: IntoIterator<Item = Charted>>(&mut self, charts: I) {
        for Charted { publisher, entry } in charts {
            self.0.entry(publisher).or_default().entry(entry.name.clone()).or_default().push(entry);
        }
    }
}

/// How an index names a chart.
fn entry(version: &Version, facts: &Facts, archive: &[u8], address: String) -> ChartEntry {
    ChartEntry {
        api_version: "v2".to_owned(),
        name: name(facts).unwrap_or_default().to_owned(),
        version: version.metadata.version.to_string(),
        description: version.metadata.description.clone(),
        created: instant(version.folder.time),
        digest: hexadecimal(archive),
        urls: vec![address],
        deprecated: version.state.as_str() == "deprecated",
    }
}

/// The index of charts by name. JSON is YAML, and every Helm reads it.
pub(crate) fn index(entries: &BTreeMap<String, Vec<ChartEntry>>, generated: i64) -> Vec<u8> {
    let generated = instant(generated);
    let index = ChartIndex { api_version: "v1", generated: &generated, entries };
    serde_json::to_vec_pretty(&index).unwrap_or_default()
}
