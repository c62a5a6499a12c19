//! Manifests before a real API server, without being stored: what `check` takes, the server takes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use design_cluster::{Answer, Cluster, Method, Options, Programs, User};
use design_pipeline::{MemoryWorld, Request, compile};
use design_registry::definitions::Definitions;
use design_vocabulary::{Severity, Value};
use serde_json::json;

use crate::case::Case;
use crate::independent::{Reading, read};
use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};
use crate::suite::{self, Suite};

/// The name of the row.
pub(crate) const NAME: &str = "server";

/// The program without which there is no cluster.
pub(crate) const PROGRAM: &str = "control-plane";

/// The release that the server is of.
const RELEASE: &str = "1.36";

/// Where a kind is served: its plural, and whether it lies in a namespace; by apiVersion and kind.
type Served = BTreeMap<(String, String), (String, bool)>;

/// Judges the manifests in a folder. `None` where it holds none, or where the programs of a cluster are not there; the
/// error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let Some(cases) = suite::cases(folder, Suite::Manifests)? else { return Ok(None) };
    if Programs::find().is_err() {
        return Ok(None);
    }
    let failed = |error: String| format!("{NAME}: {}", error.lines().next().unwrap_or_default());
    let cluster = Cluster::start(Options::default()).map_err(failed)?;
    let served = served(&cluster).map_err(failed)?;
    let judged = cases.iter().map(|case| {
        let faults = judge::guarded(|| faults(case, &cluster, &served)).unwrap_or_else(|fault| vec![fault]);
        judge::judged(format!("{NAME}/{}", case.path), faults.into_iter().map(|fault| (Rule::Verdict, fault)).collect())
    });
    Ok(Some(judged.collect()))
}

/// What the server has of groups, versions and kinds.
fn served(cluster: &Cluster) -> Result<Served, String> {
    let groups = cluster.get("/apis")?.body;
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |value: &serde_json::Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let mut versions = vec!["v1".to_owned()];
    for group in list(&groups, "groups") {
        versions.extend(list(&group, "versions").iter().map(|version| text(version, "groupVersion")));
    }
    let mut served = Served::new();
    for version in versions {
        for resource in list(&cluster.get(&root(&version))?.body, "resources") {
            let plural = text(&resource, "name");
            // Parts of objects, such as their status, are listed as well.
            if !plural.contains('/') {
                let is_namespaced = resource["namespaced"].as_bool().unwrap_or_default();
                served.insert((version.clone(), text(&resource, "kind")), (plural, is_namespaced));
            }
        }
    }
    Ok(served)
}

fn root(version: &str) -> String {
    if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") }
}

fn faults(case: &Case, cluster: &Cluster, served: &Served) -> Vec<Fault> {
    let world = MemoryWorld::new([(case.path.as_str(), case.bytes.clone())]);
    let releases = Definitions::builtin().releases().iter().map(|release| release.version);
    let releases = releases.filter(|version| version.to_string() == RELEASE).collect();
    let compilation = compile(&world, &Request { releases, ..Request::new([case.path.as_str()]) });
    let findings = &compilation.report.findings;
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Vec::new();
    }
    let texts: Vec<String> =
        compilation.designs.iter().flat_map(|design| design.artifacts().map(|artifact| artifact.text)).collect();
    let objects: Vec<(&String, Value)> = texts
        .iter()
        .filter_map(|text| Some((text, read(text, Reading::Kubernetes).ok()?.into_iter().next()?)))
        .collect();
    // Nothing is stored, so what a file brings for its other objects is made for real where they need it to be judged.
    let namespaces: BTreeSet<&str> =
        objects.iter().filter_map(|(_, object)| text(object, &["metadata", "namespace"])).collect();
    for namespace in namespaces {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        if let Err(error) = cluster.send(Method::POST, "/api/v1/namespaces", "application/json", &object) {
            return vec![Fault::new("an answer", error)];
        }
    }
    let mut faults = Vec::new();
    for (content, object) in &objects {
        let version = text(object, &["apiVersion"]).unwrap_or_default();
        let kind = text(object, &["kind"]).unwrap_or_default();
        let Some((plural, is_namespaced)) = served.get(&(version.to_owned(), kind.to_owned())) else {
            // A kind of a definition that nobody has installed is none of the server's; ours says so where it is known to
            // be gone, and else leaves it open.
            continue;
        };
        let namespace = text(object, &["metadata", "namespace"]).unwrap_or("default");
        let below = if *is_namespaced { format!("/namespaces/{namespace}") } else { String::new() };
        let path = format!("{}{below}/{plural}", root(version));
        let options = "dryRun=All&fieldManager=design&fieldValidation=Strict";
        let answer = match text(object, &["metadata", "name"]) {
            Some(name) => cluster.ask(
                User::Admin,
                Method::PATCH,
                &format!("{path}/{name}?{options}&force=true"),
                "application/apply-patch+yaml",
                content.as_bytes().to_vec(),
            ),
            // What the server names itself is created.
            None => cluster.ask(
                User::Admin,
                Method::POST,
                &format!("{path}?{options}"),
                "application/yaml",
                content.as_bytes().to_vec(),
            ),
        };
        let got = match answer {
            Ok(answer) if answer.is_success() => continue,
            Ok(answer) => said(&answer),
            Err(error) => error,
        };
        faults.push(Fault::new(format!("{kind} to be accepted, or an error of ours"), got));
    }
    faults
}

/// Why the server refuses.
fn said(answer: &Answer) -> String {
    format!("{}: {}", answer.status, answer.body["message"].as_str().unwrap_or_default())
}

fn text<'a>(object: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(object, |value, key| value.get(key)).and_then(Value::as_str).filter(|text| !text.is_empty())
}
