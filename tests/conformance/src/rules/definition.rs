//! `definition`: a definition of a model is read as what it says, or refused with a reason and a place.

use design_definitions::{Definition, Head, Problem, Read, read, scan};
use design_syntax::{Limits, SourceText};
use design_vocabulary::{FieldPath, FileId, Number, RelationshipDefinition, SelectorItem, Span, Value};

use super::Fault;
use crate::case::Subject;

/// Compares what was read with what another reader sees in the file, and the registry's short look with the long one.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let Some(text) = subject.text else { return Vec::new() };
    let source = SourceText::new(FileId(0), subject.case.path.as_str(), text);
    let read = read(&source, &Limits::default());
    let mut faults: Vec<Fault> = read.problems.iter().filter_map(|problem| without_place(problem, text)).collect();
    let (heads, is_faulty) = scan(text, &Limits::default());
    if (&heads, is_faulty) != (&Head::of(&read), !read.problems.is_empty()) {
        faults.push(Fault::new(format!("{:?}", Head::of(&read)), format!("{heads:?}")));
    }
    let Ok(documents) = &subject.input else {
        let what = "a problem where another reader gives up";
        return if read.problems.is_empty() { vec![Fault::new(what, "none")] } else { faults };
    };
    let expected: Vec<String> = documents.iter().filter_map(said).collect();
    let found: Vec<String> = read.definitions.iter().map(|loaded| understood(&loaded.definition)).collect();
    // A refused document is not among the definitions; then nothing tells which of the others it is.
    if read.problems.is_empty() && expected != found {
        faults.push(Fault::new(format!("{expected:?}"), format!("{found:?}")));
    }
    if read.definitions.is_empty() && read.problems.is_empty() && read.passed_over == 0 {
        faults.push(Fault::new("a definition, or a reason why it is none", "neither"));
    }
    faults.extend(twice(&read));
    faults
}

fn without_place(problem: &Problem, text: &str) -> Option<Fault> {
    let span: Span = match problem {
        Problem::Syntax(_) => return None,
        Problem::Refused { span, .. } | Problem::Misread { span, .. } | Problem::UnknownField { span, .. } => *span,
    };
    let is_inside = text.get(span.start as usize..span.end as usize).is_some();
    (!is_inside).then(|| Fault::new("a place in the file", format!("{span:?} for {problem:?}")))
}

/// What a document says of itself, read without us.
fn said(document: &Value) -> Option<String> {
    let text = |path: &[&str]| {
        let value = path.iter().try_fold(document, |value, key| value.get(key));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let version = text(&["schemaVersion"]);
    if version.starts_with("components.") {
        let schema = text(&["component", "schema"]).len();
        Some(format!("{} {} {schema}", text(&["component", "kind"]), text(&["component", "version"])))
    } else if version.starts_with("models.") {
        Some(format!("{} {} {}", text(&["name"]), text(&["version"]), text(&["model", "version"])))
    } else if version.starts_with("relationships.") {
        let mut paths = Vec::new();
        for set in list(document.get("selectors")) {
            for side in ["allow", "deny"] {
                for end in ["from", "to"] {
                    for item in list(set.get(side).and_then(|side| side.get(end))) {
                        leaves(item, &mut paths);
                    }
                }
            }
        }
        paths.sort();
        Some(format!("{} {} {} {paths:?}", text(&["kind"]), text(&["type"]), text(&["subType"])))
    } else {
        None
    }
}

/// The fields that an item names, wherever they stand in it.
fn leaves(item: &Value, paths: &mut Vec<String>) {
    for (key, value) in item.as_object().into_iter().flat_map(design_vocabulary::Object::iter) {
        match key.as_str() {
            "mutatorRef" | "mutatedRef" | "refs" => paths.extend(list(Some(value)).iter().map(joined)),
            "patch" | "match" => leaves(value, paths),
            "from" | "to" => list(Some(value)).iter().for_each(|inner| leaves(inner, paths)),
            _ => {}
        }
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).unwrap_or_default()
}

fn joined(path: &Value) -> String {
    // Some files write the position in a list as a number.
    let segment = |segment: &Value| match segment {
        Value::String(text) => text.to_string(),
        Value::Number(Number::Int(number)) => number.to_string(),
        other => format!("a {}", other.type_name()),
    };
    list(Some(path)).iter().map(segment).collect::<Vec<_>>().join("/")
}

/// The same of what was read.
fn understood(definition: &Definition) -> String {
    match definition {
        Definition::Model(model) => {
            let reference = &model.reference;
            format!("{} {} {}", reference.name, reference.version, reference.upstream_version)
        }
        Definition::Component(component) => {
            format!("{} {} {}", component.kind, component.api_version, component.schema.len())
        }
        Definition::Relationship(relationship) => {
            let sides = relationship.selectors.iter().flat_map(|set| [&set.allow, &set.deny]);
            let items = sides.flat_map(|side| side.from.iter().chain(&side.to));
            let mut paths: Vec<String> = items.flat_map(paths_of).map(|path| path.0.join("/")).collect();
            paths.sort();
            let RelationshipDefinition { kind, type_name, sub_type, .. } = relationship;
            format!("{kind} {type_name} {sub_type} {paths:?}")
        }
        Definition::Short(_) => "a model in our own form".to_owned(),
    }
}

fn paths_of(item: &SelectorItem) -> Vec<&FieldPath> {
    let legs = item.matching.from.iter().chain(&item.matching.to);
    let of_legs = legs.flat_map(|leg| leg.mutator.iter().chain(&leg.mutated));
    item.patch.mutator.iter().chain(&item.patch.mutated).chain(&item.matching.refs).chain(of_legs).collect()
}

/// What was read is written and read again as the same.
fn twice(read: &Read) -> Option<Fault> {
    read.definitions.iter().find_map(|loaded| {
        let value = match &loaded.definition {
            Definition::Model(model) => model.to_value(),
            Definition::Component(component) => component.to_value(),
            Definition::Relationship(relationship) => relationship.to_value(),
            Definition::Short(_) => return None,
        };
        let again = match &value {
            Value::Object(object) => match &loaded.definition {
                Definition::Model(_) => {
                    understood(&Definition::Model(design_vocabulary::Model::read(object, &mut Vec::new())))
                }
                Definition::Component(_) => understood(&Definition::Component(
                    design_vocabulary::ComponentDefinition::read(object, &mut Vec::new()),
                )),
                _ => understood(&Definition::Relationship(RelationshipDefinition::read(object, &mut Vec::new()))),
            },
            _ => "no mapping".to_owned(),
        };
        let first = understood(&loaded.definition);
        (first != again).then(|| Fault::new(first, again))
    })
}
