//! The policies of our own, which the program carries: `models/policies/`, a folder a set, a file a policy.
//!
//! They are ours, none of them calls itself, and each looks at one component with its neighbours at a time: their cost is
//! bounded by construction, so that they are judged by in this process, on all threads.

mod list;

use std::collections::{HashMap, HashSet};

use design_vocabulary::{Component, Object, Text};
use rayon::prelude::*;
use regorus::Value;

use crate::convert::Converter;
use crate::engine::{Program, Rule, Syntax, Text as Source, object};
use crate::pods::{self, PodKinds};
use crate::result::{About, verdicts};
use crate::task::{Answer, Fault, FaultKind, Origin, PodKind, Weight};

pub use list::{POLICIES, SETS};

/// At most so many components one thread takes at a time, and at least so many.
const AT_A_TIME: (usize, usize) = (8, 256);

/// A policy that the program carries.
#[derive(Debug, PartialEq, Eq)]
pub struct Policy {
    /// The set that it belongs to.
    pub set: &'static str,
    /// Its name in the set.
    pub name: &'static str,
    /// Its Rego, with a header in the form of OPA's annotations.
    pub text: &'static str,
    /// The same as the engine is to read it: the build script writes it.
    pub(crate) rewritten: &'static str,
}

/// A set of policies.
#[derive(Debug, PartialEq, Eq)]
pub struct PolicySet {
    /// Its name.
    pub name: &'static str,
    /// The set that it contains.
    pub includes: Option<&'static str>,
}

impl Policy {
    /// What people call it by: `SET/NAME`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.set, self.name)
    }

    /// A few words that say what it is about.
    pub fn title(&self) -> &'static str {
        self.header("title: ")
    }

    /// Why it is there.
    pub fn description(&self) -> &'static str {
        self.header("description: ")
    }

    /// The standard that it comes from.
    pub fn standard(&self) -> &'static str {
        self.header("standard: ")
    }

    /// Where to read more.
    pub fn address(&self) -> &'static str {
        self.header("- ")
    }

    /// The way out.
    pub fn help(&self) -> &'static str {
        self.header("help: ")
    }

    /// Its page, as Markdown.
    pub fn document(&self) -> String {
        let (_, rego) = self.text.split_once("\npackage ").unwrap_or_default();
        format!(
            "# {}: {}\n\n{}\n\nStandard: {}\n<{}>\n\n## What to do\n\n{}\n\n## The rule\n\n```rego\npackage {}\n```\n",
            self.path(),
            self.title(),
            self.description(),
            self.standard(),
            self.address(),
            self.help(),
            rego.trim_end()
        )
    }

    /// The kinds, beside those with pods, that it looks at.
    fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.header("components: ").split(", ").filter(|kind| !kind.is_empty())
    }

    /// What a line of the header says behind a key; empty where there is none.
    fn header(&self, key: &str) -> &'static str {
        let mut lines = self.text.lines().map_while(|line| line.strip_prefix('#'));
        let value = lines.find_map(|line| line.trim_start().strip_prefix(key)).unwrap_or_default();
        value.trim_matches('"')
    }

    fn rule(&self) -> Rule {
        let name = if self.text.contains("\ndeny contains ") { "deny" } else { "warn" };
        let path = format!("data.design.{}.{}.{name}", self.set.replace('-', "_"), self.name.replace('-', "_"));
        Rule { name: name.to_owned(), path, origin: Origin::Everything }
    }
}

/// The policies of sets, or single ones as `SET/NAME`, each once and in order. A policy that another one of them contains
/// is left out. An unknown name is an error: the name.
pub fn select<Name: AsRef<str>>(names: &[Name]) -> Result<Vec<&'static Policy>, String> {
    let mut wanted = vec![false; POLICIES.len()];
    for name in names.iter().map(AsRef::as_ref) {
        let set = SETS.iter().find(|set| set.name == name);
        let is_named = |policy: &Policy| match set {
            Some(set) => policy.set == set.name || Some(policy.set) == set.includes,
            None => name.split_once('/') == Some((policy.set, policy.name)),
        };
        let mut is_known = set.is_some();
        for (policy, wanted) in POLICIES.iter().zip(&mut wanted) {
            if is_named(policy) {
                *wanted = true;
                is_known = true;
            }
        }
        if !is_known {
            return Err(name.to_owned());
        }
    }
    let chosen: Vec<&Policy> =
        POLICIES.iter().zip(wanted).filter_map(|(policy, wanted)| wanted.then_some(policy)).collect();
    let contained: Vec<&str> = chosen.iter().map(|policy| policy.header("overrides: ")).collect();
    Ok(chosen.into_iter().filter(|policy| !contained.contains(&policy.path().as_str())).collect())
}

/// The policy of that name, as `SET/NAME`.
pub fn find(path: &str) -> Option<&'static Policy> {
    let name = path.split_once('/')?;
    POLICIES.iter().find(|policy| (policy.set, policy.name) == name)
}

/// A relationship between two components, by their positions.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// The component that it starts at.
    pub from: usize,
    /// The component that it ends at.
    pub to: usize,
    /// What it means, such as `network`.
    pub sub_type: &'a Text,
    /// The field that names the other end, as people write it.
    pub field_path: String,
}

/// What the sets judge.
#[derive(Clone, Copy, Debug)]
pub struct Design<'a> {
    /// The components.
    pub components: &'a [Component],
    /// Their ids in the graph.
    pub ids: &'a [&'a str],
    /// The relationships.
    pub links: &'a [Link<'a>],
    /// The kinds that have pods.
    pub pod_kinds: &'a [PodKind],
    /// The releases of Kubernetes that the objects are for.
    pub kubernetes_versions: &'a [String],
}

/// Policies of the sets that were read, ready to judge any number of designs.
#[derive(Debug)]
pub struct Chosen {
    policies: Vec<&'static Policy>,
    program: Program,
    rules: Vec<(String, Rule)>,
    faults: Vec<Fault>,
}

impl Chosen {
    /// Reads policies of the sets.
    pub fn read(policies: &[&'static Policy]) -> Self {
        let texts: Vec<Source<'_>> = policies
            .iter()
            .map(|policy| policy.rewritten)
            .chain([list::LIBRARY])
            .enumerate()
            .map(|(index, content)| Source { content, origin: Origin::Module(index, 1), syntax: Syntax::Ours })
            .collect();
        let mut faults = Vec::new();
        let mut program = Program::read(&texts, None, &mut faults);
        program.prepare();
        let rules = policies.iter().map(|policy| (policy.path(), policy.rule())).collect();
        Self { policies: policies.to_vec(), program, rules, faults }
    }

    /// Judges a design. The rule of a verdict is the policy's [`Policy::path`].
    pub fn judge(&self, design: Design<'_>) -> Answer {
        let mut answer = Answer { faults: self.faults.clone(), ..Answer::default() };
        if !answer.faults.is_empty() {
            return answer;
        }
        let seen = Seen::of(&self.policies, design);
        let chunk = |chunk: &[usize]| seen.judge(chunk, &self.program, &self.rules);
        let (least, most) = AT_A_TIME;
        // Each thread has two turns even of a small design, so that none of them waits long for the last.
        let at_a_time = (seen.subjects.len() / (2 * rayon::current_num_threads()).max(1)).clamp(least, most);
        let answers: Vec<Answer> = if seen.subjects.len() <= least {
            seen.subjects.chunks(least).map(chunk).collect()
        } else {
            seen.subjects.par_chunks(at_a_time).map(chunk).collect()
        };
        for one in answers {
            answer.verdicts.extend(one.verdicts);
            answer.faults.extend(one.faults);
        }
        answer
    }
}

/// A design as the policies see it.
struct Seen<'a> {
    design: Design<'a>,
    kinds: PodKinds<'a>,
    /// The components that some policy looks at.
    subjects: Vec<usize>,
    /// The links to each component.
    incoming: HashMap<usize, Vec<&'a Link<'a>>>,
    /// By namespace, what selects all pods of it; the graph draws no relationships for that. Of several that say the
    /// same, the first.
    everywhere: HashMap<&'a str, Vec<usize>>,
    positions: HashMap<&'a str, usize>,
}

/// The path of a selector of pods that selects all of them when it is empty, for the kinds that the policies look for.
fn selector_of(component: &Component) -> Option<&'static str> {
    match (component.kind.as_str(), component.api_version.split_once('/')?.0) {
        ("NetworkPolicy", "networking.k8s.io") => Some("podSelector"),
        ("PodDisruptionBudget", "policy") => Some("selector"),
        _ => None,
    }
}

impl<'a> Seen<'a> {
    fn of(policies: &[&'static Policy], design: Design<'a>) -> Self {
        let kinds = PodKinds::of(design.pod_kinds);
        let looked_at: Vec<&str> = policies.iter().flat_map(|policy| policy.kinds()).collect();
        let is_subject = |component: &Component| {
            kinds.find(&component.kind, &component.api_version).is_some()
                || looked_at.contains(&component.kind.as_str())
        };
        let components = design.components.iter().enumerate();
        let subjects = components
            .filter(|(_, component)| !component.is_annotation && is_subject(component))
            .map(|(index, _)| index);
        let mut incoming: HashMap<usize, Vec<&Link<'_>>> = HashMap::new();
        for link in design.links {
            incoming.entry(link.to).or_default().push(link);
        }
        let positions = design.ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
        let everywhere = everywhere(design.components);
        Self { design, subjects: subjects.collect(), kinds, incoming, everywhere, positions }
    }

    fn judge(&self, chunk: &[usize], program: &Program, rules: &[(String, Rule)]) -> Answer {
        let mut answer = Answer::default();
        let mut program = program.clone();
        program.set_input(self.input(chunk));
        for (name, rule) in rules {
            let weight = if rule.name == "deny" { Weight::Denied } else { Weight::Warned };
            let about = About { name, origin: Origin::Everything, weight, object: None };
            let find = |id: &str| self.positions.get(id).copied();
            match program.evaluate(rule).and_then(|value| verdicts(&value, about, &find)) {
                Ok(verdicts) => answer.verdicts.extend(verdicts),
                Err(fault) => {
                    let message = format!("the policy `{name}` failed: {}", fault.message);
                    answer.faults.push(Fault::new(FaultKind::Evaluate, Origin::Everything, message));
                }
            }
        }
        answer
    }

    fn input(&self, chunk: &[usize]) -> Value {
        let mut converter = Converter::default();
        let mut known: HashMap<usize, Value> = HashMap::new();
        let (mut components, mut pods) = (Vec::new(), Vec::new());
        for index in chunk {
            let Some(component) = self.component(*index, &mut converter, &mut known) else { continue };
            let kind = self.design.components.get(*index).and_then(|one| self.kinds.find(&one.kind, &one.api_version));
            let pod = kind.and_then(|kind| {
                let links = self.incoming.get(index).into_iter().flatten();
                let links = links.map(|link| (link.from, link.sub_type.clone(), Text::from(link.field_path.as_str())));
                let incoming = links.chain(self.selecting_all(*index)).filter_map(|(from, sub_type, field_path)| {
                    Some(object([
                        ("component", self.component(from, &mut converter, &mut known)?),
                        ("subType", converter.text(&sub_type)),
                        ("fieldPath", converter.text(&field_path)),
                    ]))
                });
                pods::of(&component, kind, incoming.collect())
            });
            pods.extend(pod);
            components.push(component);
        }
        let versions = self.design.kubernetes_versions.iter().map(|version| Value::from(version.as_str()));
        let environment = object([("kubernetesVersions", Value::from(versions.collect::<Vec<Value>>()))]);
        object([("components", Value::from(components)), ("pods", Value::from(pods)), ("environment", environment)])
    }

    /// What selects a component because it selects all pods of the namespace: its position, what that means, the field.
    fn selecting_all(&self, index: usize) -> impl Iterator<Item = (usize, Text, Text)> {
        let namespace = self.design.components.get(index).and_then(Component::namespace).unwrap_or_default();
        self.everywhere.get(namespace).into_iter().flatten().filter_map(|from| {
            let field = selector_of(self.design.components.get(*from)?)?;
            let sub_type = if field == "podSelector" { "firewall" } else { "reference" };
            Some((*from, sub_type.into(), format!("spec.{field}").into()))
        })
    }

    /// A component with its object. It is made once for all that lead to it.
    fn component(&self, index: usize, converter: &mut Converter, known: &mut HashMap<usize, Value>) -> Option<Value> {
        if let Some(known) = known.get(&index) {
            return Some(known.clone());
        }
        let component = self.design.components.get(index)?;
        let manifest = converter.manifest(component);
        let value = object([
            ("id", Value::from(*self.design.ids.get(index)?)),
            ("kind", converter.text(&component.kind)),
            ("apiVersion", converter.text(&component.api_version)),
            ("namespace", Value::from(component.namespace().unwrap_or_default())),
            ("name", Value::from(component.name().unwrap_or_default())),
            ("object", manifest),
        ]);
        known.insert(index, value.clone());
        Some(value)
    }
}

fn everywhere(components: &[Component]) -> HashMap<&str, Vec<usize>> {
    let mut everywhere: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut seen = HashSet::new();
    for (index, component) in components.iter().enumerate() {
        let Some(field) = selector_of(component) else { continue };
        let spec = component.configuration.get("spec");
        let is_empty = spec.and_then(|spec| spec.get(field)).is_some_and(|selector| match selector {
            design_vocabulary::Value::Object(fields) => fields
                .iter()
                .all(|(_, part)| part.as_object().is_some_and(Object::is_empty) || part.as_array() == Some(&[])),
            _ => false,
        });
        let namespace = component.namespace().unwrap_or_default();
        // What policies ask of such a selector: for which direction it holds.
        let part = |key: &str| spec.and_then(|spec| spec.get(key)).map(|value| format!("{value:?}"));
        let says = (component.kind.as_str(), part("policyTypes"), part("egress").is_some());
        if is_empty && seen.insert((namespace, says)) {
            everywhere.entry(namespace).or_default().push(index);
        }
    }
    everywhere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_decides() {
        let pod = r#"{"metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "web", "securityContext":
            {"privileged": true}, "env": [{"name": "PASSWORD", "value": "hunter2"}]}]}}"#;
        let component = Component {
            kind: "Pod".into(),
            api_version: "v1".into(),
            configuration: match serde_json::from_str(pod).unwrap() {
                design_vocabulary::Value::Object(object) => object,
                other => panic!("{other:?}"),
            },
            ..Component::default()
        };
        let kinds = [PodKind {
            kind: "Pod".to_owned(),
            group: String::new(),
            spec: "spec".to_owned(),
            metadata: "metadata".to_owned(),
        }];
        let policies: Vec<&Policy> = POLICIES.iter().collect();
        let design = Design {
            components: &[component],
            ids: &["Pod//web"],
            links: &[],
            pod_kinds: &kinds,
            kubernetes_versions: &["1.36".to_owned()],
        };
        let answer = Chosen::read(&policies).judge(design);
        assert_eq!(answer.faults, []);
        let broken: Vec<&str> = answer.verdicts.iter().map(|verdict| verdict.rule.as_str()).collect();
        for policy in ["pod-security-baseline/privileged-containers", "secrets/environment-value", "images/tag"] {
            assert!(broken.contains(&policy), "{policy}: {broken:?}");
        }
    }
}
