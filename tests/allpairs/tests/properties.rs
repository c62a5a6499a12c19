//! Evaluation of random designs: against the plain evaluator, and by what holds for any design.

use std::collections::{BTreeMap, BTreeSet};

use design_allpairs::{Found, Related, compare};
use design_evaluate::{EvaluatedComponent, Evaluation, Limits, evaluate};
use design_vocabulary::{Component, Design, FieldPath, Object, RelationshipDefinition, Text, Value};
use proptest::prelude::*;

const NAMES: [&str; 4] = ["cart", "web", "mail", "shop"];
const KINDS: [&str; 6] = ["Namespace", "Workload", "Service", "Settings", "Binding", "Slice"];

/// What a random component is made of; each kind takes the parts that it has a place for.
#[derive(Clone, Debug)]
struct Parts {
    kind: usize,
    name: usize,
    namespace: Option<usize>,
    labels: BTreeMap<usize, usize>,
    port: Option<usize>,
    sources: Vec<Vec<usize>>,
    other: usize,
}

fn parts() -> impl Strategy<Value = Parts> {
    (
        0..KINDS.len(),
        0..NAMES.len(),
        prop::option::of(0..NAMES.len()),
        prop::collection::btree_map(0..2usize, 0..2usize, 0..3),
        prop::option::of(0..4usize),
        prop::collection::vec(prop::collection::vec(0..NAMES.len(), 0..3), 0..3),
        0..NAMES.len(),
    )
        .prop_map(|(kind, name, namespace, labels, port, sources, other)| Parts {
            kind,
            name,
            namespace,
            labels,
            port,
            sources,
            other,
        })
}

fn designs() -> impl Strategy<Value = Design> {
    prop::collection::vec(parts(), 0..14).prop_map(|parts| Design {
        name: "random".into(),
        components: parts.iter().enumerate().map(|(index, parts)| component(parts, index)).collect(),
        ..Design::default()
    })
}

fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(entries.into_iter().collect())
}

fn name(index: usize) -> Value {
    NAMES[index].into()
}

fn component(parts: &Parts, index: usize) -> Component {
    let kind = KINDS[parts.kind];
    let labels = object(parts.labels.iter().map(|(key, value)| (["app", "tier"][*key], name(*value))));
    let mut metadata = Object::new();
    if let Some(namespace) = parts.namespace {
        metadata.insert("namespace", name(namespace));
    }
    let port = |number: usize| match number {
        0 => Value::from(80),
        1 => Value::from("80"),
        2 => Value::from(8080),
        _ => Value::Null,
    };
    let mut spec = Object::new();
    if let Some(number) = parts.port {
        spec.insert("port", port(number));
    }
    let mut configuration = Object::new();
    match kind {
        "Workload" => {
            metadata.insert("labels", labels);
            let source = |name: &usize| object([("name", NAMES[*name].into())]);
            let containers = parts.sources.iter();
            let container = |sources: &Vec<usize>| object([("sources", sources.iter().map(source).collect())]);
            spec.insert("containers", containers.map(container).collect());
        }
        "Service" => drop(spec.insert("selector", labels)),
        "Slice" => {
            let label = object([("example.com/service", name(parts.other))]);
            metadata.insert("labels", label);
        }
        "Settings" => {
            let data = parts.port.map(|number| ("port", port(number)));
            configuration.insert("data", object(data));
        }
        "Binding" => {
            let role = [("kind", Value::from("Settings")), ("name", name(parts.other))];
            configuration.insert("role", object(role));
            let subjects = parts.sources.iter().flatten().map(|subject| object([("name", name(*subject))]));
            configuration.insert("subjects", subjects.collect());
        }
        _ => {}
    }
    configuration.insert("metadata", metadata.into());
    configuration.insert("spec", spec.into());
    Component {
        id: Some(format!("c{index}").into()),
        kind: kind.into(),
        model: "kubernetes".into(),
        display_name: NAMES[parts.name].into(),
        configuration,
        ..Component::default()
    }
}

fn definitions() -> Vec<RelationshipDefinition> {
    let definitions: Vec<RelationshipDefinition> =
        serde_json::from_str(include_str!("definitions.json")).unwrap_or_default();
    assert_eq!(definitions.len(), 8, "the definitions of this test can be read");
    definitions
}

fn run(design: &Design) -> Evaluation {
    evaluate(design, &definitions(), &Limits::default())
}

fn after(design: &Design, evaluation: &Evaluation) -> Design {
    Design {
        components: evaluation.components.iter().map(|each| each.component(design).into_owned()).collect(),
        relationships: evaluation.relationships.iter().map(|each| each.relationship().into_owned()).collect(),
        ..design.clone()
    }
}

/// What an evaluation found, in the words of the plain one.
fn found(evaluation: &Evaluation) -> (BTreeSet<Related>, BTreeSet<(String, Vec<Text>)>) {
    let (mut related, mut siblings) = (BTreeSet::new(), BTreeSet::new());
    for relationship in evaluation.relationships.iter().map(design_evaluate::EvaluatedRelationship::relationship) {
        let sort = format!("{}/{}/{}", relationship.kind, relationship.type_name, relationship.sub_type);
        for set in &relationship.selectors {
            if relationship.type_name == "sibling" {
                let mut members: Vec<Text> = set.allow.from.iter().filter_map(|item| item.id.clone()).collect();
                members.sort();
                let key = set.allow.from[0].patch.mutator[0].0[0].to_string();
                siblings.insert((key, members));
                continue;
            }
            let (from, to) = (&set.allow.from[0], &set.allow.to[0]);
            let ends = from.matching.from.iter().chain(&from.matching.to);
            let middle = ends.filter(|end| end.kind != "self").find_map(|end| end.id.clone());
            let (start, middle) = if relationship.sub_type == "alias" {
                (Text::new(), from.patch.mutator[0].0.join("/"))
            } else {
                (from.id.clone().unwrap_or_default(), middle.unwrap_or_default().to_string())
            };
            related.insert(Related { sort: sort.clone(), from: start, to: to.id.clone().unwrap_or_default(), middle });
        }
    }
    (related, siblings)
}

/// Groups without the value of their label, which a relationship does not hold.
fn groups(found: &Found) -> BTreeSet<(String, Vec<Text>)> {
    let key = |label: &str| label.split('=').next().unwrap_or_default().to_owned();
    found.siblings.iter().map(|(label, members)| (key(label), members.clone())).collect()
}

/// Everything of an evaluation that is written, without order.
fn content(
    design: &Design,
    evaluation: &Evaluation,
) -> (BTreeMap<Option<Text>, String>, BTreeSet<String>, BTreeSet<String>, usize) {
    let components = evaluation.components.iter();
    let relationships = evaluation.relationships.iter().map(|each| format!("{:?}", each.relationship()));
    (
        components.map(|each| (Some(each.id().clone()), format!("{:?}", each.component(design)))).collect(),
        relationships.collect(),
        evaluation.actions.iter().map(|action| format!("{action:?}").replace("origin: ", "")).collect(),
        evaluation.problems.len(),
    )
}

/// Gives some components other values, so that relationships do not hold any more.
fn disturb(design: &mut Design, changes: &[(usize, usize, usize)]) {
    for (index, what, value) in changes {
        let count = design.components.len();
        if count == 0 {
            return;
        }
        let component = &mut design.components[index % count];
        match what {
            0 => component.display_name = NAMES[*value].into(),
            1 => {
                if let Some(Value::Object(metadata)) = component.configuration.get_mut("metadata") {
                    metadata.insert("namespace", name(*value));
                }
            }
            2 => {
                if let Some(Value::Object(spec)) = component.configuration.get_mut("spec") {
                    spec.insert("port", Value::from(i64::try_from(*value).unwrap_or_default()));
                }
            }
            3 => drop(component.configuration.remove("role")),
            4 => drop(component.configuration.remove("spec")),
            _ => drop(design.components.remove(index % count)),
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0..20usize, 0..6usize, 0..NAMES.len()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_looked_up_is_what_comparing_all_pairs_finds(design in designs()) {
        let evaluation = run(&design);
        let plain = compare(&after(&design, &evaluation), &definitions());
        let (related, siblings) = found(&evaluation);
        prop_assert_eq!(&related, &plain.related);
        prop_assert_eq!(siblings, groups(&plain));
        let added = evaluation.components.iter().filter(|each| each.origin().is_none()).filter_map(EvaluatedComponent::own);
        let added = added.filter(|each| each.kind == "Namespace");
        let added: BTreeSet<String> = added.map(|each| format!("{:?}", each.display_name.as_str())).collect();
        let missing: BTreeSet<String> = compare(&design, &definitions()).missing.into_iter().map(|(_, name)| name).collect();
        prop_assert_eq!(added, missing);
        prop_assert!(plain.missing.is_empty());
        prop_assert!(evaluation.problems.is_empty(), "{:?}", evaluation.problems);
    }

    #[test]
    fn order_does_not_matter(
        (design, order, definition_order) in designs().prop_flat_map(|design| {
            let positions: Vec<usize> = (0..design.components.len()).collect();
            (Just(design), Just(positions).prop_shuffle(), Just((0..8).collect::<Vec<usize>>()).prop_shuffle())
        }),
        changes in changes(),
    ) {
        let mut design = after(&design, &run(&design));
        disturb(&mut design, &changes);
        let mut shuffled = design.clone();
        // Components that evaluation added come behind; a stable sort by a shuffled key mixes them in.
        let key = |index: usize| order.get(index).copied().unwrap_or(index * 7 % 11);
        let mut indexed: Vec<(usize, Component)> = shuffled.components.drain(..).enumerate().collect();
        indexed.sort_by_key(|(index, _)| key(*index));
        shuffled.components = indexed.into_iter().map(|(_, component)| component).collect();
        shuffled.relationships.reverse();
        let known = definitions();
        let mixed: Vec<RelationshipDefinition> = definition_order.iter().map(|index| known[*index].clone()).collect();
        let again = evaluate(&shuffled, &mixed, &Limits::default());
        let (first, second) = (content(&design, &run(&design)), content(&shuffled, &again));
        prop_assert_eq!(first.0, second.0);
        prop_assert_eq!(first.1, second.1);
        prop_assert_eq!(first.3, second.3);
    }

    #[test]
    fn evaluating_twice_is_evaluating_once(design in designs(), changes in changes()) {
        let first = run(&design);
        let mut design = after(&design, &first);
        let second = run(&design);
        prop_assert!(second.actions.is_empty(), "{:?}", second.actions);
        disturb(&mut design, &changes);
        let third = run(&design);
        let fourth = run(&after(&design, &third));
        prop_assert!(fourth.actions.is_empty(), "{:?}", fourth.actions);
        let ids: BTreeSet<Option<Text>> = third.components.iter().map(|each| Some(each.id().clone())).collect();
        for each in &third.relationships {
            let relationship = each.relationship();
            for end in relationship.from.iter().chain(&relationship.to) {
                prop_assert!(ids.contains(&end.id), "{:?} is not there", end.id);
            }
        }
    }

    #[test]
    fn eighteen_copies_of_a_definition_are_one(design in designs()) {
        let mut copies = Vec::new();
        for version in 0..18 {
            for mut definition in definitions() {
                definition.model.upstream_version = format!("v1.{version}.0").into();
                definition.version = format!("v{version}.0.0").into();
                definition.id = Some(format!("{version}").into());
                copies.push(definition);
            }
        }
        let many = evaluate(&design, &copies, &Limits::default());
        prop_assert_eq!(content(&design, &run(&design)), content(&design, &many));
    }

    #[test]
    fn ids_are_nothing_but_names(design in designs()) {
        let rename = |id: &Text| if id.starts_with('c') { Text::from(format!("other-{id}")) } else { id.clone() };
        let mut renamed = design.clone();
        for component in &mut renamed.components {
            component.id = component.id.as_ref().map(rename);
        }
        let (first, second) = (found(&run(&design)), found(&run(&renamed)));
        let related: BTreeSet<Related> = first.0.into_iter()
            .map(|each| Related { from: rename(&each.from), to: rename(&each.to), middle: {
                let middle = Text::from(each.middle.as_str());
                if each.middle.contains('/') { each.middle } else { rename(&middle).to_string() }
            }, ..each })
            .collect();
        prop_assert_eq!(related, second.0);
        prop_assert_eq!(first.1.len(), second.1.len());
    }

    #[test]
    fn a_cleared_value_comes_back(design in designs()) {
        let design = after(&design, &run(&design));
        let path = FieldPath::new(["configuration", "metadata", "namespace"]);
        for relationship in design.relationships.iter().filter(|each| each.sub_type == "inventory") {
            let item = &relationship.selectors[0].allow.from[0];
            prop_assert_eq!(&item.patch.mutated[0], &path);
            let mut cleared = design.clone();
            let component = cleared.components.iter_mut().find(|component| component.id == item.id).unwrap();
            let Some(Value::Object(metadata)) = component.configuration.get_mut("metadata") else { unreachable!() };
            let before = metadata.remove("namespace");
            prop_assert!(before.is_some());
            let evaluation = run(&cleared);
            let component = evaluation.components.iter().find(|each| Some(each.id()) == item.id.as_ref()).unwrap();
            let component = component.component(&cleared);
            prop_assert_eq!(component.metadata().unwrap().get("namespace"), before.as_ref());
        }
    }

    #[test]
    fn what_relates_to_nothing_changes_nothing(design in designs()) {
        let mut more = design.clone();
        more.components.push(Component { id: Some("lonely".into()), kind: "Other".into(), model: "kubernetes".into(), ..Component::default() });
        let (first, mut second) = (content(&design, &run(&design)), content(&more, &run(&more)));
        prop_assert!(second.0.remove(&Some("lonely".into())).is_some());
        prop_assert_eq!(first, second);
    }
}
