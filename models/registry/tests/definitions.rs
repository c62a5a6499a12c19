//! The embedded Kubernetes model, as whoever checks objects uses it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use design_registry::definitions::{ComponentDefinition, Definitions, KubernetesVersion, ListType, Schema};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const OLDEST: KubernetesVersion = KubernetesVersion::new(1, 33);
const NEWEST: KubernetesVersion = KubernetesVersion::new(1, 36);

fn schema(api_version: &str, kind: &str) -> &'static Schema {
    Definitions::builtin().schema(NEWEST, api_version, kind).unwrap()
}

#[test]
fn the_list_and_the_archive_belong_together() {
    let definitions = Definitions::builtin();
    let versions: Vec<String> = definitions.releases().iter().map(|release| release.version.to_string()).collect();
    assert_eq!(versions, ["1.33", "1.34", "1.35", "1.36"]);
    let digest = Sha256::digest(include_bytes!("../../kubernetes/schemas.bin"));
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(definitions.digest(), format!("sha256:{digits}"));
}

#[test]
fn every_kind_that_is_served_has_a_self_contained_schema() {
    let definitions = Definitions::builtin();
    let mut identities = BTreeSet::new();
    let mut count = 0;
    for release in definitions.releases() {
        for definition in definitions.served_by(release.version) {
            let schema = definitions.schema(release.version, &definition.api_version(), &definition.kind);
            let schema = schema.unwrap_or_else(|| panic!("{} {}", release.version, definition.kind));
            let defined = schema.value()["$defs"].as_object().unwrap();
            for name in references(schema.value()) {
                assert!(defined.contains_key(&name), "{} {} {name}", release.version, definition.kind);
            }
            let kinds = schema.root().keyword("x-kubernetes-group-version-kind").unwrap();
            let expected = json!([{"group": definition.group, "version": definition.version, "kind": definition.kind}]);
            assert_eq!(*kinds, expected);
            identities.insert(schema.identity());
            count += 1;
        }
    }
    assert!(count > 300, "{count}");
    // Releases differ in few kinds.
    assert!(identities.len() * 2 < count, "{} of {count}", identities.len());
}

fn references(schema: &Value) -> BTreeSet<String> {
    let text = schema.to_string();
    let targets = text.split("\"$ref\":\"#/$defs/").skip(1);
    targets.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}

#[test]
fn kinds_are_found_with_their_names_scope_and_verbs() {
    let definitions = Definitions::builtin();
    let deployment = definitions.find(NEWEST, "apps/v1", "Deployment").unwrap();
    assert_eq!((deployment.plural.as_str(), deployment.singular.as_str()), ("deployments", "deployment"));
    assert_eq!(deployment.short_names, ["deploy"]);
    assert_eq!(deployment.categories, ["all"]);
    assert_eq!(deployment.subresources, ["scale", "status"]);
    assert!(deployment.namespaced && deployment.is_creatable());
    assert!(!definitions.find(NEWEST, "v1", "Namespace").unwrap().namespaced);
    assert!(!definitions.find(NEWEST, "v1", "ComponentStatus").unwrap().is_creatable());
    assert!(definitions.find(NEWEST, "apps/v1beta1", "Deployment").is_none());
    assert!(definitions.find(NEWEST, "extensions/v1beta1", "Deployment").is_none());
}

#[test]
fn the_preferred_version_is_that_of_the_release() {
    let definitions = Definitions::builtin();
    let preferred = |release, group, kind| {
        definitions.preferred(release, group, kind).map(ComponentDefinition::api_version).unwrap()
    };
    assert_eq!(preferred(NEWEST, "autoscaling", "HorizontalPodAutoscaler"), "autoscaling/v2");
    assert_eq!(preferred(OLDEST, "resource.k8s.io", "ResourceClaim"), "resource.k8s.io/v1beta2");
    assert_eq!(preferred(NEWEST, "resource.k8s.io", "ResourceClaim"), "resource.k8s.io/v1");
    // The group prefers v1, which has no such kind.
    assert_eq!(preferred(NEWEST, "coordination.k8s.io", "LeaseCandidate"), "coordination.k8s.io/v1beta1");
    assert!(definitions.preferred(NEWEST, "apps", "Ingress").is_none());
}

#[test]
fn what_a_release_removed_is_known() {
    let definitions = Definitions::builtin();
    let (group, kind) = ("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy");
    assert_eq!(definitions.served_in(group, kind), [OLDEST]);
    assert_eq!(definitions.removed_in(group, kind), Some(KubernetesVersion::new(1, 34)));
    assert!(definitions.schema(OLDEST, group, kind).is_some());
    assert!(definitions.schema(NEWEST, group, kind).is_none());
    assert_eq!(definitions.removed_in("apps/v1", "Deployment"), None);
    assert_eq!(definitions.removed_in("extensions/v1beta1", "Deployment"), None);
}

#[test]
fn merge_keys_of_lists_are_kept() {
    let deployment = schema("apps/v1", "Deployment");
    let pod = ["spec", "template", "spec"];
    let field = |rest: &[&'static str]| deployment.field(pod.into_iter().chain(rest.iter().copied())).unwrap();
    let containers = field(&["containers"]);
    assert_eq!(containers.list_type(), Some(ListType::Map));
    assert_eq!(containers.list_map_keys().collect::<Vec<_>>(), ["name"]);
    assert_eq!(containers.merge_key(), Some("name"));
    let ports = field(&["containers", "[*]", "ports"]);
    assert_eq!(ports.list_map_keys().collect::<Vec<_>>(), ["containerPort", "protocol"]);
    assert_eq!(ports.merge_key(), Some("containerPort"));
    // An element is told apart by a key that it may leave out: its default belongs to the key.
    assert_eq!(ports.element().unwrap().child("protocol").unwrap().keyword("default"), Some(&json!("TCP")));
    assert_eq!(field(&["volumes"]).patch_strategies().collect::<Vec<_>>(), ["merge", "retainKeys"]);
    assert_eq!(field(&["containers", "[*]", "command"]).list_type(), Some(ListType::Atomic));
    assert_eq!(deployment.field(["metadata", "finalizers"]).unwrap().list_type(), Some(ListType::Set));
}

#[test]
fn fields_are_found_through_references_lists_and_mappings() {
    let deployment = schema("apps/v1", "Deployment");
    assert_eq!(deployment.name(), "io.k8s.api.apps.v1.Deployment");
    assert_eq!(deployment.field(["spec", "replicas"]).unwrap().type_name(), Some("integer"));
    assert!(deployment.field(["spec", "replica"]).is_none());
    assert!(deployment.root().names().eq(["apiVersion", "kind", "metadata", "spec", "status"]));
    assert_eq!(deployment.field(["metadata", "labels", "app"]).unwrap().type_name(), Some("string"));
    assert!(deployment.field(["metadata", "labels"]).unwrap().is_open());
    assert!(!deployment.field(["spec"]).unwrap().is_open());
    let surge = deployment.field(["spec", "strategy", "rollingUpdate", "maxSurge"]).unwrap();
    assert!(surge.is_number_or_text());
    let limits = ["spec", "template", "spec", "containers", "[*]", "resources", "limits", "memory"];
    assert!(deployment.field(limits).unwrap().is_number_or_text());
    assert!(!deployment.field(["spec", "paused"]).unwrap().is_number_or_text());
    // A schema that refers to itself, below any key.
    let definition = schema("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    let path = ["spec", "versions", "[*]", "schema", "openAPIV3Schema", "properties", "spec", "properties", "size"];
    let property = definition.field(path).unwrap();
    assert!(property.child("x-kubernetes-preserve-unknown-fields").is_some());
    assert!(property.child("$ref").is_some());
}

#[test]
fn objects_are_judged_as_the_api_server_judges_their_types() {
    let judge = |object: &Value| -> Vec<(String, String)> {
        let schema = schema(object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
        let validator = jsonschema::validator_for(schema.value()).unwrap();
        validator.iter_errors(object).map(|error| (error.instance_path().to_string(), error.to_string())).collect()
    };
    let right = deployment();
    assert_eq!(judge(&right), []);

    let mut wrong = right.clone();
    wrong["spec"]["replicas"] = json!("3");
    assert_eq!(judge(&wrong), [("/spec/replicas".to_owned(), "\"3\" is not of type \"integer\"".to_owned())]);

    let mut incomplete = right.clone();
    incomplete["spec"].as_object_mut().unwrap().remove("selector");
    let [(place, message)] = &judge(&incomplete)[..] else { panic!() };
    assert_eq!((place.as_str(), message.as_str()), ("/spec", "\"selector\" is a required property"));

    let mut neither = right.clone();
    neither["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"] = json!(true);
    neither["spec"]["strategy"]["rollingUpdate"]["maxSurge"] = json!(0.5);
    let places: Vec<String> = judge(&neither).into_iter().map(|(place, _)| place).collect();
    assert_eq!(
        places,
        ["/spec/strategy/rollingUpdate/maxSurge", "/spec/template/spec/containers/0/resources/limits/cpu",]
    );

    // What Kubernetes publishes does not close objects; whoever wants unknown fields told adds that.
    let mut unknown = right;
    unknown["spec"]["replica"] = json!(3);
    assert_eq!(judge(&unknown), []);
}

/// A deployment with a number and a text wherever either may stand.
fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [{
                        "name": "web",
                        "image": "registry.example/web:1",
                        "ports": [{"name": "http", "containerPort": 8080}],
                        "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
                        "readinessProbe": {"httpGet": {"path": "/", "port": 8080}},
                        "resources": {"limits": {"cpu": 1.5, "memory": "128Mi"}, "requests": {"cpu": "100m"}},
                    }],
                },
            },
        },
    })
}
