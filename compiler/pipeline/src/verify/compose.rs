//! The compose file of a design, read back.
//!
//! Compose has fewer words than Kubernetes, and what it cannot say is told of when it is written (D0832, D0833). What it does
//! say has to come back: the file is read as any compose project is, written again, and the two are compared. So services, what
//! they run, ask and wait for are the same on both ways.

use std::collections::BTreeMap;
use std::sync::Arc;

use design_check::rules;
use design_render::compose::{ComposeProject, write};
use design_syntax::{Limits, SourceText, lower, parse};
use design_vocabulary::{FileId, Finding, Object, Segment, Span, Value, display_path};

use super::differing;
use crate::compose::compose_file;
use crate::{Compiled, MemoryWorld, Request, SourceKind, Target, compile};

/// The first difference between the compose file of a design and what is read from it; `start` is the place of a difference
/// that no component stands for.
pub(super) fn compare(compiled: &Compiled, request: &Request, start: Span) -> Option<Finding> {
    let project = write(&compiled.revealed(), &compiled.graph);
    let ours = said(&project);
    ours.get("services").and_then(Value::as_object).filter(|services| !services.is_empty())?;
    let world = MemoryWorld::new(project.files.iter().cloned());
    let mut read = Request {
        source: Some(SourceKind::Compose),
        target: Target::Compose,
        limits: request.limits,
        ..Request::new(["compose.yaml"])
    };
    read.compose.profiles = vec!["*".to_owned()];
    let back = compile(&world, &read);
    let theirs = back.designs.first().and_then(|compiled| compiled.compose.as_ref()).map(said).unwrap_or_default();
    let path = differing(&comparable(&ours), &comparable(&theirs));
    let place = match path.as_slice() {
        [] => return None,
        [Segment::Key(part), Segment::Key(service), ..] if part == "services" => component(compiled, service),
        _ => None,
    };
    let (what, place) = (format!("`{}` is not what is read from it", display_path(&path)), place.unwrap_or(start));
    // What is lost on the way back is no fault of the way there, and reading tells of it.
    Some(match back.report.findings.first() {
        Some(lost) => {
            rules::not_verified::finding("compose", &format!("{what}, and reading says: {}", lost.message), place)
        }
        None => rules::targets_disagree::finding("compose", &what, place),
    })
}

/// What a project says.
fn said(project: &ComposeProject) -> Value {
    let source: Arc<SourceText> = SourceText::new(FileId(0), "compose.yaml", compose_file(project));
    let parsed = parse(&source, &Limits::default());
    let root = parsed.documents.first().and_then(design_syntax::Document::root);
    root.map(|root| lower(root.resolved(), &mut Vec::new())).unwrap_or_default()
}

/// What of a project has to come back, in an order of its own. A project is a namespace of its own, so the names that a service
/// has by its namespace do not come back; nor do profiles, all of which are read; and where a volume comes from is decided anew
/// when a project is read, as the options of reading have it.
fn comparable(project: &Value) -> Value {
    let service = |service: &Value| {
        let Some(service) = service.as_object() else { return service.clone() };
        let mut service = service.clone();
        service.remove("networks");
        service.remove("profiles");
        // The containers of a pod begin together, so what the first one waits for holds for all.
        let is_inside = service.get_str("network_mode").is_some_and(|mode| mode.starts_with("service:"));
        if is_inside {
            service.remove("depends_on");
        }
        if let Some(volumes) = service.get("volumes").and_then(Value::as_array) {
            let place = |volume: &Value| {
                let target = volume.get("target").and_then(Value::as_str)?;
                Some((target.to_owned(), volume.get("read_only").and_then(Value::as_bool).unwrap_or_default()))
            };
            let places: BTreeMap<String, bool> = volumes.iter().filter_map(place).collect();
            let places = places.into_iter().map(|(target, is_read_only)| (target, Value::Bool(is_read_only)));
            service.insert("volumes", Value::Object(places.collect()));
        }
        Value::Object(service)
    };
    let part = |key: &'static str| {
        let part = project.get(key)?.as_object()?;
        let entries = part.iter().map(|(name, value)| {
            let value = if key == "services" { service(value) } else { value.clone() };
            (name.clone(), value)
        });
        Some((key, Value::Object(entries.collect())))
    };
    let parts = ["services", "configs", "secrets"].into_iter().filter_map(part);
    sorted(&Value::Object(parts.collect()))
}

/// A value whose mappings have their keys in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(Object::from_unique(entries.into_iter().collect()))
        }
        Value::Array(elements) => elements.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// The place of the component that a service stands for: the one that it is called after.
fn component(compiled: &Compiled, service: &str) -> Option<Span> {
    let named = compiled.design.components.iter().enumerate();
    let named = named.filter_map(|(position, component)| Some((position, component.name()?)));
    let fits = |name: &str| service.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let best = named.filter(|(_, name)| fits(name)).max_by_key(|(position, name)| (name.len(), usize::MAX - position));
    best.and_then(|(position, _)| compiled.map.component(position))
}
