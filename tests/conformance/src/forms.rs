//! Applications that are published in several forms: as manifests, as a kustomization and as a chart. Each form comes to the
//! same graph, but for the namespace that a chart writes into its objects.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use design_pipeline::{MemoryWorld, Request, SourceKind, compile};
use design_vocabulary::display_path;

use crate::helm_charts::collect;
use crate::judge::{self, Judged};
use crate::rules::{Fault, Rule};

/// The name of the suite's folder.
pub(crate) const NAME: &str = "apps";

/// The form that the others are compared with.
const MANIFESTS: &str = "kubernetes-manifests";

/// The other forms, as folders of an application, and what they are.
const FORMS: [(&str, SourceKind); 2] =
    [("kustomize/base", SourceKind::Kustomization), ("helm-chart", SourceKind::Chart)];

/// Judges the applications in a folder. `None` where the folder does not hold them; the error is one line.
pub(crate) fn judge(folder: &Path) -> Result<Option<Vec<Judged>>, String> {
    let root = folder.join(NAME);
    if !root.is_dir() {
        return Ok(None);
    }
    let failed = |error: std::io::Error| format!("{NAME}: cannot be read: {error}");
    let entries = fs::read_dir(&root).map_err(failed)?.map(|entry| Ok(entry?.path()));
    let mut applications = entries.collect::<std::io::Result<Vec<_>>>().map_err(failed)?;
    applications.sort();
    let mut judged = Vec::new();
    for application in applications.iter().filter(|path| path.join(MANIFESTS).is_dir()) {
        let mut files = Vec::new();
        collect(application, "app", &mut files).map_err(failed)?;
        let expected = graph(&files, MANIFESTS, SourceKind::Manifests);
        for (form, kind) in FORMS {
            if !application.join(form).is_dir() {
                continue;
            }
            let path = application.join(form);
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            let faults = judge::guarded(|| compared(&expected, &graph(&files, form, kind)));
            let faults = faults.unwrap_or_else(|fault| vec![fault]);
            judged.push(judge::judged(name, faults.into_iter().map(|fault| (Rule::Graph, fault)).collect()));
        }
    }
    Ok(Some(judged))
}

/// The nodes and edges of a form, as texts without namespaces.
fn graph(files: &[(String, Vec<u8>)], form: &str, kind: SourceKind) -> BTreeSet<String> {
    let path = format!("app/{form}");
    let request = Request { relationships: true, source: Some(kind), ..Request::new([path]) };
    // A kustomization beside manifests is none of them.
    let files =
        files.iter().filter(|(path, _)| kind != SourceKind::Manifests || !path.ends_with("/kustomization.yaml"));
    let compilation = compile(&MemoryWorld::new(files.cloned()), &request);
    let mut found = BTreeSet::new();
    for compiled in &compilation.designs {
        let id = |index: usize| compiled.graph.nodes.get(index).map(|node| bare(&node.id)).unwrap_or_default();
        found.extend((0..compiled.graph.nodes.len()).map(id));
        for edge in &compiled.graph.edges {
            let path = display_path(&edge.path);
            found.insert(format!("{} -> {} {}/{} {path}", id(edge.from), id(edge.to), edge.kind, edge.sub_type));
        }
    }
    found
}

/// An identity without its namespace.
fn bare(id: &str) -> String {
    let mut parts: Vec<&str> = id.split('/').collect();
    if parts.len() == 3 {
        parts.remove(1);
    }
    parts.join("/")
}

fn compared(expected: &BTreeSet<String>, got: &BTreeSet<String>) -> Vec<Fault> {
    if expected.is_empty() {
        return vec![Fault::new("manifests", "none")];
    }
    let missing = expected.difference(got).map(|one| Fault::new(one, "it is not there"));
    missing.chain(got.difference(expected).map(|one| Fault::new("what the manifests say", one))).collect()
}
