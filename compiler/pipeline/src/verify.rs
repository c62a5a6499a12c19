//! Whether the targets say what the design says: each is written, read back, and compared.

mod compose;

use std::collections::BTreeMap;

use design_check::rules;
use design_graph::{Difference, Graph, Scopes, difference};
use design_helm::Skipped;
use design_registry::Registry;
use design_source::{Located, SourceMap};
use design_vocabulary::{Component, Design, Finding, Number, Object, Segment, Span, Value, display_path};

use crate::{ChartTask, Compilation, Compiled, MemoryWorld, Request, SourceKind, Unrendered, World, compile};

/// Writes every target of the designs, reads them back, and tells of the first difference of each. The designs have their
/// charts already.
pub(crate) fn verify(world: &dyn World, compilation: &Compilation, request: &Request) -> Vec<Finding> {
    let mut findings = Vec::new();
    for compiled in &compilation.designs {
        let registry = request.registry.as_deref().unwrap_or(Registry::builtin());
        let expected = Expected::of(compiled, registry);
        let manifests: Vec<String> = compiled.artifacts().map(|artifact| artifact.text).collect();
        findings.extend(expected.compare("kubernetes", &manifests.join("---\n"), request));
        match &compiled.chart {
            Some(Ok(chart)) => match world.render_chart(&task(&chart.files, compiled.given_values())) {
                Ok(text) => findings.extend(expected.compare("helm", &text, request)),
                Err(Unrendered::Absent) => {
                    findings.push(rules::not_verified::finding("helm", "there is no `helm` on PATH", expected.start));
                }
                Err(Unrendered::Failed(reason)) => {
                    findings.push(rules::targets_disagree::finding(
                        "helm",
                        &format!("helm says: {reason}"),
                        expected.start,
                    ));
                }
            },
            Some(Err(reason)) => findings.push(rules::not_verified::finding("helm", reason, expected.start)),
            None => {}
        }
        findings.extend(compose::compare(compiled, request, expected.start));
    }
    findings
}

/// A chart of ours, for Helm to read.
fn task(files: &[(String, String)], values: String) -> ChartTask {
    let files = files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    ChartTask {
        files: files.collect(),
        values: vec![values],
        release: "design".to_owned(),
        namespace: "default".to_owned(),
        skips: Skipped::Tests,
        ..ChartTask::default()
    }
}

/// What a target has to say.
struct Expected<'a> {
    design: Design,
    graph: Graph,
    /// The position in the design of each component here.
    positions: Vec<usize>,
    map: &'a SourceMap,
    registry: &'a Registry,
    start: Span,
}

impl<'a> Expected<'a> {
    fn of(compiled: &'a Compiled, registry: &'a Registry) -> Self {
        let revealed = compiled.revealed();
        let mut components: Vec<(usize, Component)> = Vec::new();
        for (index, _) in compiled.manifests.files() {
            let (Some(component), Some(node)) = (revealed.components.get(index), compiled.graph.nodes.get(index))
            else {
                continue;
            };
            let mut configuration = design_render::object(component, node.scope);
            configuration.remove("apiVersion");
            configuration.remove("kind");
            // Only what a manifest says: it knows nothing of ids, and of what else has to be there first.
            let (kind, api_version) = (component.kind.clone(), component.api_version.clone());
            let said = Component { kind, api_version, configuration, ..Component::default() };
            components.push((index, canonical(&said)));
        }
        components.sort_by_cached_key(|(_, component)| order(component));
        let (positions, components) = components.into_iter().unzip();
        let design = Design { components, ..Design::default() };
        let graph = graph_of(&design, registry);
        let start = compiled.map.documents().first().map(crate::files::start);
        let start = start.unwrap_or(Span::start_of(design_vocabulary::FileId(0)));
        Self { design, graph, positions, map: &compiled.map, registry, start }
    }

    /// The first difference between the design and what a target says.
    fn compare(&self, target: &str, text: &str, request: &Request) -> Option<Finding> {
        let world = MemoryWorld::new([("manifests.yaml", text)]);
        let read =
            Request { source: Some(SourceKind::Manifests), limits: request.limits, ..Request::new(["manifests.yaml"]) };
        let back = compile(&world, &read);
        let components = back.designs.iter().flat_map(|compiled| &compiled.design.components);
        let mut components: Vec<Component> = components.map(canonical).collect();
        components.sort_by_cached_key(order);
        let back = Design { components, ..Design::default() };
        let graph = graph_of(&back, self.registry);
        let found = difference((&self.design, &self.graph), (&back, &graph));
        let (what, span) = self.first(&found, &back, &graph)?;
        Some(rules::targets_disagree::finding(target, &what, span))
    }

    fn first(&self, found: &Difference, back: &Design, back_graph: &Graph) -> Option<(String, Span)> {
        if let Some(id) = found.removed.first() {
            return Some((format!("`{id}` is missing"), self.place(id, &[])));
        }
        if let Some(id) = found.added.first() {
            return Some((format!("`{id}` is not in the design"), self.start));
        }
        if let Some(changed) = found.changed.first() {
            let theirs: BTreeMap<&str, &Component> =
                back_graph.nodes.iter().map(|node| node.id.as_str()).zip(&back.components).collect();
            let mut path = Vec::new();
            let ours = self.position(&changed.id).and_then(|position| self.design.components.get(position));
            if let (Some(ours), Some(theirs)) = (ours, theirs.get(changed.id.as_str())) {
                path =
                    differing(&Value::Object(ours.configuration.clone()), &Value::Object(theirs.configuration.clone()));
            }
            return Some((
                format!("`{}` of `{}` differs", display_path(&path), changed.id),
                self.place(&changed.id, &path),
            ));
        }
        let edge = found.edges_removed.first().map(|edge| (edge, "is missing"));
        let (edge, how) = edge.or_else(|| found.edges_added.first().map(|edge| (edge, "is not in the design")))?;
        Some((format!("the relationship from `{}` to `{}` {how}", edge.from, edge.to), self.place(&edge.from, &[])))
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.graph.nodes.iter().position(|node| node.id == id)
    }

    fn place(&self, id: &str, path: &[Segment]) -> Span {
        let position = self.position(id).and_then(|position| self.positions.get(position).copied());
        let whole: Vec<Segment> = [Segment::from("configuration")].into_iter().chain(path.iter().cloned()).collect();
        let span = position.and_then(|position| match path {
            [] => self.map.component(position),
            _ => self.map.locate(position, &whole).map(Located::best),
        });
        span.unwrap_or(self.start)
    }
}

/// An order that does not depend on that of the text: of two objects of one identity the same one comes first.
fn order(component: &Component) -> String {
    let body = serde_json::to_string(&component.configuration).unwrap_or_default();
    [component.kind.as_str(), component.api_version.as_str(), &body].join("\0")
}

fn graph_of(design: &Design, registry: &Registry) -> Graph {
    let scopes = Scopes::of(design, registry);
    let mut graph = Graph::build(design, &scopes);
    graph.relate(design, &scopes, registry.relationships(), false, None);
    graph
}

/// A component whose numbers are written in one way: Helm knows `1.0` only as `1`.
fn canonical(component: &Component) -> Component {
    let configuration = match number(&Value::Object(component.configuration.clone())) {
        Value::Object(object) => object,
        _ => Object::new(),
    };
    Component { configuration, ..component.clone() }
}

fn number(value: &Value) -> Value {
    match value {
        Value::Number(Number::Float(float)) if float.fract() == 0.0 && float.abs() < 9e15 => {
            #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
            let whole = *float as i64;
            whole.into()
        }
        Value::Array(elements) => elements.iter().map(number).collect(),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.clone(), number(value)));
            Value::Object(Object::from_unique(entries.collect()))
        }
        other => other.clone(),
    }
}

/// The path of the first field that differs.
fn differing(ours: &Value, theirs: &Value) -> Vec<Segment> {
    let below = |segment: Segment, ours: &Value, theirs: &Value| {
        let mut path = vec![segment];
        path.extend(differing(ours, theirs));
        path
    };
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours.iter() {
                match theirs.get(key) {
                    Some(other) if other == value => {}
                    other => return below(key.clone().into(), value, other.unwrap_or(&Value::Null)),
                }
            }
            let added = theirs.keys().find(|key| !ours.contains_key(key));
            added.map(|key| vec![Segment::from(key.clone())]).unwrap_or_default()
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let pairs = ours.iter().zip(theirs.iter()).enumerate();
            let mut different = pairs.filter(|(_, (ours, theirs))| ours != theirs);
            match different.next() {
                Some((index, (ours, theirs))) => below(index.into(), ours, theirs),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}
