//! `count`: as many objects come out as went in, or a finding says which do not.

use std::collections::BTreeSet;

use design_pipeline::SourceKind;
use design_render::LeftOut;
use design_vocabulary::{Severity, Value};

use super::Fault;
use crate::case::Subject;

/// The rules whose findings say that something of the input is not built. Any other finding explains nothing: a warning
/// about a label is no excuse for a lost object.
const EXPLANATIONS: [&str; 8] = [
    "syntax-error",
    "limit-passed",
    "unreadable-file",
    "nothing-found",
    "not-an-object",
    "field-type",
    "not-recognised",
    "skipped",
];

/// The rules that say why a component has no manifest.
const INCOMPLETE: [&str; 3] = ["missing-kind", "missing-api-version", "missing-name"];

/// What a file holds, as the independent reader sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    /// Objects, components and services.
    objects: usize,
    /// Mappings that are almost objects: one of `apiVersion` and `kind` is missing. They may count or not.
    partial: usize,
    /// Anything else: it cannot come out, and has to be told of.
    strange: usize,
}

/// Counts the input without the compiler and compares with what came out.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = outputs(subject);
    let rendered: usize = subject.designs().iter().map(|design| design.manifests.len()).sum();
    let left_out: usize = subject.designs().iter().map(|design| design.manifests.left_out.len()).sum();
    let explained = subject.found(&EXPLANATIONS) > 0;
    match &subject.input {
        Err(error) => {
            let errors = subject.findings().iter().filter(|finding| finding.severity == Severity::Error).count();
            if errors == 0 && rendered == 0 {
                faults.push(Fault::new(format!("an error or a manifest (another reader: {error})"), "neither"));
            }
        }
        Ok(documents) => {
            let mut tally = Tally::default();
            for document in documents {
                count(document, &mut tally);
            }
            let out = rendered + left_out;
            let outs = format!("{rendered} rendered and {left_out} left out");
            // A service or component of another form may become several objects.
            let is_one_to_one =
                matches!(subject.compilation.kind, Some(SourceKind::Design | SourceKind::Manifests) | None);
            if is_one_to_one && out > tally.objects + tally.partial {
                faults.push(Fault::new(format!("at most {} objects", tally.objects + tally.partial), &outs));
            }
            if out < tally.objects && !explained {
                faults.push(Fault::new(format!("{} objects, or a finding that names the rest", tally.objects), outs));
            }
            if tally.strange > 0 && !explained {
                let expected = format!("a finding about {} documents that are no objects", tally.strange);
                faults.push(Fault::new(expected, "none"));
            }
        }
    }
    // A list without items is all that may come to nothing in silence.
    let is_empty_list =
        || matches!(&subject.input, Ok(documents) if !documents.is_empty() && documents.iter().all(is_empty_list));
    if rendered == 0 && subject.findings().is_empty() && !is_empty_list() {
        faults.push(Fault::new("a finding where nothing is rendered", "none"));
    }
    faults
}

/// What holds between a design and its own output, whatever the input was.
fn outputs(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut incomplete = 0;
    let mut drawings = 0;
    for design in subject.designs() {
        let mut accounted: Vec<usize> = design.manifests.left_out.iter().map(|(component, _)| *component).collect();
        let mut paths = BTreeSet::new();
        for artifact in design.artifacts() {
            accounted.push(artifact.component);
            if !paths.insert(artifact.path.clone()) {
                faults.push(Fault::new("one artifact a path", format!("a second one at {}", artifact.path)));
            }
        }
        accounted.sort_unstable();
        if !accounted.iter().copied().eq(0..design.design.components.len()) {
            let components = format!("each of {} components rendered or left out once", design.design.components.len());
            faults.push(Fault::new(components, format!("{} of them", accounted.len())));
        }
        let of = |wanted: LeftOut| design.manifests.left_out.iter().filter(|(_, reason)| *reason == wanted).count();
        incomplete += of(LeftOut::Incomplete);
        drawings += usize::from(of(LeftOut::Drawing) > 0);
    }
    if subject.found(&INCOMPLETE) < incomplete {
        let found = format!("{} findings", subject.found(&INCOMPLETE));
        faults.push(Fault::new(format!("a finding for each of {incomplete} incomplete components"), found));
    }
    if subject.found(&["drawings-left-out"]) < drawings {
        faults.push(Fault::new("a note that drawings are left out", "none"));
    }
    faults
}

fn count(value: &Value, tally: &mut Tally) {
    let Value::Object(object) = value else {
        tally.strange += 1;
        return;
    };
    let text = |key: &str| object.get_str(key).filter(|text| !text.is_empty());
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let items =
        object.get("items").and_then(Value::as_array).filter(|_| kind.is_some_and(|kind| kind.ends_with("List")));
    let components = object.get("components").and_then(Value::as_array);
    let services = object.get("services").and_then(Value::as_object);
    if let Some(items) = items {
        for item in items {
            match item.as_object() {
                // The API server's own lists leave kind and version of their items out.
                Some(item) if !item.contains_key("apiVersion") && !item.contains_key("kind") => tally.partial += 1,
                _ => count(item, tally),
            }
        }
    } else if api_version.is_some() && kind.is_some() {
        tally.objects += 1;
    } else if object.contains_key("apiVersion") || object.contains_key("kind") {
        tally.partial += 1;
    } else if let Some(components) = components {
        tally.objects += components.len();
    } else if let Some(services) = services {
        tally.objects += services.len();
    } else {
        // A design may have nothing in it.
        let is_design = text("schemaVersion").is_some_and(|version| version.starts_with("designs."));
        let is_null = |key: &str| object.get(key).is_some_and(Value::is_null);
        tally.strange += usize::from(!is_design && !is_null("components"));
    }
}

fn is_empty_list(value: &Value) -> bool {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    is_list && value.get("items").and_then(Value::as_array).is_some_and(<[Value]>::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::independent::{Reading, read};

    #[test]
    fn the_names_are_those_of_rules() {
        for name in EXPLANATIONS.iter().chain(&INCOMPLETE).chain(&["drawings-left-out", "value-lost"]) {
            assert!(design_check::find_rule(name).is_some(), "{name}");
        }
    }

    #[test]
    fn objects_are_counted_where_they_stand() {
        for (text, objects, partial, strange) in [
            ("apiVersion: v1\nkind: Pod\n---\n---\napiVersion: v1\nkind: Pod\n", 2, 0, 0),
            ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod}, {kind: Pod}, 3]\n", 1, 1, 1),
            ("apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}]\n", 0, 1, 0),
            ("apiVersion: v1\nkind: List\n", 1, 0, 0),
            ("components: [{}, {}, 3]\n", 3, 0, 0),
            ("services: {a: {}, b: {}}\n", 2, 0, 0),
            ("hello: world\n---\ntext\n", 0, 0, 2),
            ("kind: Pod\n", 0, 1, 0),
            ("components:\n", 0, 0, 0),
            ("schemaVersion: designs.meshery.io/v1beta1\n", 0, 0, 0),
        ] {
            let mut tally = Tally::default();
            for document in read(text, Reading::Kubernetes).unwrap() {
                count(&document, &mut tally);
            }
            assert_eq!(tally, Tally { objects, partial, strange }, "{text}");
        }
    }
}
