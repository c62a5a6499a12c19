//! Policies: from a World, over a design, to findings.

mod place;
mod read;
mod sets;

use std::collections::HashMap;
use std::sync::Arc;

use design_check::rules;
use design_draw::View;
use design_graph::Scope;
use design_policy::{Announcement, Answer, Data, Fault, FaultKind, Module, Origin, PodKind, Step, Subject, Task};
use design_policy::{Verdict, Weight};
use design_registry::Registry;
use design_registry::definitions::KubernetesVersion;
use design_report::Sources;
use design_source::{Loaded, Located};
use design_syntax::SourceText;
use design_vocabulary::{Component, Finding, Path, Segment, Span, Value};

use crate::{Compilation, Compiled, World};
use place::{find_place, line_of, line_of_block, path_of};

pub(crate) use read::Reader;
pub(crate) use sets::judge_by_sets;

/// Why a judge gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What happened to it, in words: `it needed more than 1 s of processor time`.
    pub reason: String,
    /// The last step that it announced, where it announced any.
    pub last: Option<Announcement>,
}

/// The policies of a run.
#[derive(Debug)]
pub(crate) struct Policies {
    modules: Vec<Arc<SourceText>>,
    /// The files that hold templates and constraints, among others.
    files: Vec<Arc<SourceText>>,
    data: Vec<(Vec<String>, Value)>,
    gatekeeper: Loaded,
    namespaces: Vec<String>,
    /// The place of the first path that was named, for what concerns no single file.
    place: Span,
}

/// A design with what policies see of it.
#[derive(Clone, Copy, Debug)]
struct Judged<'a> {
    /// The design as it is shown and checked.
    compiled: &'a Compiled,
    /// The files of the run.
    sources: &'a Sources,
    /// The releases that the objects are for.
    releases: &'a [KubernetesVersion],
    /// What is known of kinds.
    registry: &'a Registry,
}

impl Policies {
    /// What these policies find in each design of a compilation. What is wrong with a policy itself is said once.
    pub fn judge(
        &self,
        compilation: &Compilation,
        world: &dyn World,
        releases: &[KubernetesVersion],
        registry: &Registry,
    ) -> Vec<Finding> {
        let mut faults: Vec<Finding> = Vec::new();
        let mut verdicts = Vec::new();
        for compiled in &compilation.designs {
            let found = self.findings(world, Judged { compiled, sources: &compilation.sources, releases, registry });
            verdicts.extend(found.verdicts);
            for fault in found.faults {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        faults.extend(verdicts);
        faults
    }

    /// Whether some policy is of the package `design`, which judges the graph.
    pub fn look_at_the_graph(&self) -> bool {
        let is_ours =
            |line: &str| line.split_whitespace().take(2).eq(["package", "design"]) || line.contains("package design.");
        self.modules.iter().any(|source| source.text().lines().any(is_ours))
    }

    fn findings(&self, world: &dyn World, judged: Judged<'_>) -> Found {
        if self.modules.is_empty() && self.gatekeeper.design.components.is_empty() {
            return Found::default();
        }
        let mut task = self.task(judged);
        let fault = |finding| Found { faults: vec![finding], verdicts: Vec::new() };
        let unreadable = |error: &str| fault(rules::policy_failed::finding(error, self.place, None));
        let answer = match ask(world, &task) {
            Ok(answer) => answer,
            Err(Unanswered::Stopped(_)) => {
                // Once more, slowly, to learn which policy it is.
                task.is_traced = true;
                match ask(world, &task) {
                    Ok(answer) => answer,
                    Err(Unanswered::Stopped(stopped)) => return fault(self.stopped(&stopped, judged)),
                    Err(Unanswered::Unreadable(error)) => return unreadable(&error),
                }
            }
            Err(Unanswered::Unreadable(error)) => return unreadable(&error),
        };
        let is_placed = answer.verdicts.iter().any(|verdict| verdict.place.is_some());
        let files = judged.sources.iter().filter(|_| is_placed);
        let files: HashMap<&str, &SourceText> = files.map(|source| (source.path(), &**source)).collect();
        Found {
            faults: answer.faults.iter().map(|fault| self.fault(fault, judged)).collect(),
            verdicts: answer.verdicts.iter().map(|verdict| self.verdict(verdict, judged, &files)).collect(),
        }
    }

    fn task(&self, judged: Judged<'_>) -> Task<Value> {
        let compiled = judged.compiled;
        let module =
            |source: &Arc<SourceText>| Module { path: source.path().to_owned(), text: source.text().to_owned() };
        let graph = self.look_at_the_graph().then(|| {
            let view = View::of(&compiled.design, &compiled.graph, &compiled.map, judged.sources);
            let mut text = Vec::new();
            // Writing to memory does not fail, and an empty text is a fault where it is read.
            let _ = design_draw::json::write(&view, &mut text);
            String::from_utf8(text).unwrap_or_default()
        });
        let subject = |(component, node): (&Component, &design_graph::Node)| Subject {
            object: manifest(component),
            id: node.id.clone(),
            is_namespaced: match node.scope {
                Scope::Namespaced => true,
                Scope::Cluster => false,
                Scope::Unknown => component.namespace().is_some(),
            },
        };
        Task {
            modules: self.modules.iter().map(module).collect(),
            data: self
                .data
                .iter()
                .map(|(folders, value)| Data { folders: folders.clone(), value: value.clone() })
                .collect(),
            gatekeeper: self.gatekeeper.design.components.iter().map(manifest).collect(),
            namespaces: self.namespaces.clone(),
            objects: compiled.design.components.iter().zip(&compiled.graph.nodes).map(subject).collect(),
            graph,
            kubernetes_versions: judged.releases.iter().map(ToString::to_string).collect(),
            pod_kinds: pod_kinds(judged.registry),
            is_traced: false,
        }
    }

    fn verdict(&self, verdict: &Verdict, judged: Judged<'_>, files: &HashMap<&str, &SourceText>) -> Finding {
        let origin = self.span(verdict.origin, 0);
        let named = verdict.place.as_ref().and_then(|place| find_place(files, place));
        let place = named.or_else(|| field(verdict, judged.compiled)).unwrap_or(origin);
        let wording = match verdict.weight {
            Weight::Denied => rules::policy_denied::finding,
            Weight::Warned => rules::policy_warned::finding,
            Weight::Noted => rules::policy_noted::finding,
            Weight::Exempted => rules::policy_exempted::finding,
        };
        wording(&verdict.message, &verdict.rule, place, origin)
    }

    fn fault(&self, fault: &Fault, judged: Judged<'_>) -> Finding {
        let place = self.span(fault.origin, fault.column);
        let object = fault.object.and_then(|object| judged.compiled.map.component(object));
        match fault.kind {
            FaultKind::Compile => rules::policy_not_compiled::finding(&fault.message, place),
            FaultKind::Evaluate => {
                let message = match fault.more {
                    0 => fault.message.clone(),
                    more => format!("{} (and {more} times more)", fault.message),
                };
                rules::policy_failed::finding(&message, place, object)
            }
            FaultKind::Limit => rules::policy_limit::finding(&fault.message, place, object),
            FaultKind::Unsupported => rules::policy_refused::finding(&fault.message, place),
        }
    }

    fn stopped(&self, stopped: &Stopped, judged: Judged<'_>) -> Finding {
        let Some(last) = &stopped.last else {
            return rules::policy_limit::finding(
                &format!("the policies were stopped: {}", stopped.reason),
                self.place,
                None,
            );
        };
        let object = last.object.and_then(|object| judged.compiled.map.component(object));
        let what = match last.rule.as_str() {
            "" => "this policy was stopped while it was read".to_owned(),
            rule => format!("`{rule}` was stopped"),
        };
        rules::policy_limit::finding(&format!("{what}: {}", stopped.reason), self.span(last.origin, 0), object)
    }

    /// The place of something about a policy.
    fn span(&self, origin: Origin, column: u32) -> Span {
        let map = &self.gatekeeper.map;
        match origin {
            Origin::Module(module, line) => {
                self.modules.get(module).map_or(self.place, |source| line_of(source, 0, line, column))
            }
            Origin::Gatekeeper(document) => map.component(document).unwrap_or(self.place),
            Origin::Template(document, text, line) => {
                let Some(whole) = map.locate(document, &path_of(text)).map(Located::best) else { return self.place };
                let source = self.files.iter().find(|source| source.id() == whole.file);
                source.map_or(whole, |source| line_of_block(source, whole, line))
            }
            Origin::Everything => self.place,
        }
    }
}

/// What came of judging one design.
#[derive(Default)]
struct Found {
    faults: Vec<Finding>,
    verdicts: Vec<Finding>,
}

/// The place of the field that a verdict names, or else of its object; `None` where it names none.
fn field(verdict: &Verdict, compiled: &Compiled) -> Option<Span> {
    let steps = verdict.path.iter().map(|step| match step {
        Step::Key(key) => Segment::from(key.as_str()),
        Step::Index(index) => Segment::from(*index),
    });
    let path: Path = [Segment::from("configuration")].into_iter().chain(steps).collect();
    let component = verdict.object?;
    let located = (!verdict.path.is_empty()).then(|| compiled.map.locate(component, &path)).flatten();
    located.map(Located::best).or_else(|| compiled.map.component(component))
}

/// The kinds that have pods.
fn pod_kinds(registry: &Registry) -> Vec<PodKind> {
    let kinds = registry.relationships().pods.iter().map(|pod| PodKind {
        kind: pod.kind.clone(),
        group: pod.group.clone(),
        spec: pod.spec.clone(),
        metadata: pod.metadata.clone(),
    });
    kinds.collect()
}

/// Why there is no answer.
enum Unanswered {
    Stopped(Stopped),
    Unreadable(String),
}

fn ask(world: &dyn World, task: &Task<Value>) -> Result<Answer, Unanswered> {
    let unreadable = |error: serde_json::Error| Unanswered::Unreadable(error.to_string());
    let parts = task.encode().map_err(unreadable)?;
    let answer = world.judge(&parts).map_err(Unanswered::Stopped)?;
    serde_json::from_slice(&answer).map_err(unreadable)
}

/// The object of a component as it is written.
fn manifest(component: &Component) -> Value {
    let mut object = component.configuration.clone();
    object.insert("apiVersion", Value::String(component.api_version.clone()));
    object.insert("kind", Value::String(component.kind.clone()));
    Value::from(object)
}
