//! Inference by index against a plain reference that compares all pairs, on random designs.
//!
//! The reference is written from docs/relationships.md and the Kubernetes API reference, not from the engine; it knows a
//! handful of definitions, one for each way of matching.

use std::collections::BTreeSet;

use design_graph::{Scopes, infer};
use design_registry::Registry;
use design_vocabulary::{Component, Design, Object, Value, display_path};
use proptest::prelude::*;

const NAMES: [&str; 4] = ["cart", "db", "web", "mail"];
const NAMESPACES: [&str; 3] = ["", "shop", "default"];

#[derive(Clone, Debug)]
enum Thing {
    Workload {
        labels: Vec<(usize, usize)>,
        config_map: Option<usize>,
        account: Option<usize>,
        call: Option<(usize, usize, usize)>,
    },
    Service {
        selector: Vec<(usize, usize)>,
    },
    ConfigMap,
    ServiceAccount,
    Autoscaler {
        target: usize,
    },
}

fn labels() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::btree_map(0..3usize, 0..2usize, 0..3).prop_map(|labels| labels.into_iter().collect())
}

fn thing() -> impl Strategy<Value = Thing> {
    let name = || 0..NAMES.len();
    let call = (name(), 0..NAMESPACES.len(), 0..3usize);
    prop_oneof![
        3 => (labels(), prop::option::of(name()), prop::option::of(name()), prop::option::of(call))
            .prop_map(|(labels, config_map, account, call)| Thing::Workload { labels, config_map, account, call }),
        2 => labels().prop_map(|selector| Thing::Service { selector }),
        1 => Just(Thing::ConfigMap),
        1 => Just(Thing::ServiceAccount),
        1 => name().prop_map(|target| Thing::Autoscaler { target }),
    ]
}

fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(entries.into_iter().collect())
}

fn label_map(labels: &[(usize, usize)]) -> Value {
    Value::Object(
        labels.iter().map(|(key, value)| (format!("k{key}"), Value::from(format!("v{value}").as_str()))).collect(),
    )
}

fn host(call: (usize, usize, usize)) -> String {
    let (name, namespace) = (NAMES[call.0], NAMESPACES[call.1]);
    match (namespace, call.2) {
        ("", 0) => format!("{name}:80"),
        ("", _) => format!("http://{name}/"),
        (namespace, 0) => format!("{name}.{namespace}:80"),
        (namespace, 1) => format!("{name}.{namespace}.svc"),
        (namespace, _) => format!("https://{name}.{namespace}.svc.cluster.local:443/x"),
    }
}

fn component(thing: &Thing, name: usize, namespace: usize) -> Component {
    let mut metadata = Object::from_iter([("name", Value::from(NAMES[name]))]);
    if !NAMESPACES[namespace].is_empty() {
        metadata.insert("namespace", NAMESPACES[namespace].into());
    }
    let (api_version, kind, body) = match thing {
        Thing::Workload { labels, config_map, account, call } => {
            let mut env = Vec::new();
            if let Some(call) = call {
                env.push(object([("name", "PEER_ADDR".into()), ("value", Value::from(host(*call).as_str()))]));
            }
            let source = config_map.map(|name| object([("configMapRef", object([("name", NAMES[name].into())]))]));
            let container = object([("env", env.into_iter().collect()), ("envFrom", source.into_iter().collect())]);
            let mut spec = Object::from_iter([("containers", Value::from_iter([container]))]);
            if let Some(account) = account {
                spec.insert("serviceAccountName", NAMES[*account].into());
            }
            let template =
                object([("metadata", object([("labels", label_map(labels))])), ("spec", Value::Object(spec))]);
            ("apps/v1", "Deployment", Some(object([("template", template)])))
        }
        Thing::Service { selector } => ("v1", "Service", Some(object([("selector", label_map(selector))]))),
        Thing::ConfigMap => ("v1", "ConfigMap", None),
        Thing::ServiceAccount => ("v1", "ServiceAccount", None),
        Thing::Autoscaler { target } => {
            let target = object([
                ("apiVersion", "apps/v1".into()),
                ("kind", "Deployment".into()),
                ("name", NAMES[*target].into()),
            ]);
            ("autoscaling/v2", "HorizontalPodAutoscaler", Some(object([("scaleTargetRef", target)])))
        }
    };
    let mut configuration = Object::from_iter([("metadata", Value::Object(metadata))]);
    if let Some(body) = body {
        configuration.insert("spec", body);
    }
    Component { kind: kind.into(), api_version: api_version.into(), configuration, ..Component::default() }
}

type Found = BTreeSet<(usize, usize, String)>;

/// Every pair is looked at; of several objects with one identity the first is the one that is named.
fn reference(things: &[(Thing, usize, usize)]) -> Found {
    let space = |namespace: usize| if NAMESPACES[namespace].is_empty() { "default" } else { NAMESPACES[namespace] };
    let first = |index: usize| {
        let (thing, name, namespace) = &things[index];
        !things.iter().take(index).any(|(other, other_name, other_namespace)| {
            std::mem::discriminant(other) == std::mem::discriminant(thing)
                && other_name == name
                && space(*other_namespace) == space(*namespace)
        })
    };
    let mut found = Found::new();
    for (from, (thing, _, namespace)) in things.iter().enumerate() {
        for (to, (other, name, other_namespace)) in things.iter().enumerate() {
            let is_here = space(*namespace) == space(*other_namespace);
            let mut edge = |path: &str| {
                found.insert((from, to, format!("configuration.spec.{path}")));
            };
            match (thing, other) {
                (Thing::Workload { config_map: Some(named), .. }, Thing::ConfigMap)
                    if named == name && is_here && first(to) =>
                {
                    edge("template.spec.containers[0].envFrom[0].configMapRef.name");
                }
                (Thing::Workload { account: Some(named), .. }, Thing::ServiceAccount)
                    if named == name && is_here && first(to) =>
                {
                    edge("template.spec.serviceAccountName");
                }
                (Thing::Workload { call: Some(call), .. }, Thing::Service { .. }) if call.0 == *name && first(to) => {
                    let wanted = if NAMESPACES[call.1].is_empty() { space(*namespace) } else { NAMESPACES[call.1] };
                    if wanted == space(*other_namespace) {
                        edge("template.spec.containers[0].env[0].value");
                    }
                }
                (Thing::Service { selector }, Thing::Workload { labels, .. })
                    if is_here && !selector.is_empty() && selector.iter().all(|label| labels.contains(label)) =>
                {
                    edge("selector");
                }
                (Thing::Autoscaler { target }, Thing::Workload { .. }) if target == name && is_here && first(to) => {
                    edge("scaleTargetRef.name");
                }
                _ => {}
            }
        }
    }
    found
}

fn inferred(things: &[(Thing, usize, usize)]) -> Found {
    let components = things.iter().map(|(thing, name, namespace)| component(thing, *name, *namespace)).collect();
    let design = Design { components, ..Design::default() };
    let registry = Registry::builtin();
    let found = infer(&design, &Scopes::of(&design, registry), registry.relationships(), false, None);
    found.edges.iter().map(|edge| (edge.from, edge.to, display_path(&edge.path))).collect()
}

proptest! {
    #[test]
    fn the_index_finds_what_comparing_all_pairs_finds(
        things in prop::collection::vec((thing(), 0..NAMES.len(), 0..NAMESPACES.len()), 0..24)
    ) {
        prop_assert_eq!(inferred(&things), reference(&things));
    }

    #[test]
    fn something_unrelated_changes_nothing(
        things in prop::collection::vec((thing(), 0..NAMES.len(), 0..NAMESPACES.len()), 0..12)
    ) {
        let before = inferred(&things);
        let mut more = things.clone();
        more.push((Thing::Service { selector: vec![(9, 9)] }, 3, 1));
        let unnamed = |edges: Found| -> Found { edges.into_iter().filter(|(from, to, _)| *from != things.len() && *to != things.len()).collect() };
        prop_assert_eq!(unnamed(inferred(&more)), before);
    }
}
