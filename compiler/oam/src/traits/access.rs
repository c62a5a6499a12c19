//! Where pods run, as whom, and what they may do.

use design_source::Traced;
use design_vocabulary::Text;

use super::Target;
use crate::properties::Properties;
use crate::said::{is_true, said, text};
use crate::workload::Made;

const RBAC: &str = "rbac.authorization.k8s.io";

/// `podsecuritycontext`: what holds for all containers of the pods.
pub(super) fn pod_security(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let mut context = Traced::mapping(properties.place());
    for field in ["appArmorProfile", "fsGroup", "runAsUser", "runAsGroup", "seccompProfile", "supplementalGroups"] {
        context = context.with_some(field, properties.said(field));
    }
    context.set("runAsNonRoot", properties.said_or("runAsNonRoot", true));
    if let Some(pod) = target.pod(properties) {
        pod.set("securityContext", context);
    }
}

/// `hostalias`: names that the pods know without asking.
pub(super) fn host_alias(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let aliases = properties.said("hostAliases");
    if let (Some(aliases), Some(pod)) = (aliases, target.pod(properties)) {
        pod.set("hostAliases", aliases);
    }
}

/// `affinity`: near which pods and on which nodes.
pub(super) fn affinity(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let mut affinity = Traced::mapping(place);
    for field in ["podAffinity", "podAntiAffinity", "nodeAffinity"] {
        let Some(mut rules) = properties.inner(field) else { continue };
        let made = Traced::mapping(rules.place())
            .with_some("requiredDuringSchedulingIgnoredDuringExecution", rules.said("required").map(with_operators))
            .with_some("preferredDuringSchedulingIgnoredDuringExecution", rules.said("preferred").map(with_operators));
        rules.finish(target.problems);
        affinity.set(field, made);
    }
    let mut tolerations = Vec::new();
    for mut toleration in properties.each("tolerations") {
        let mut made = Traced::mapping(toleration.place());
        for field in ["key", "effect", "value"] {
            made = made.with_some(field, toleration.said(field));
        }
        made.set("operator", toleration.said_or("operator", "Equal"));
        tolerations.push(made.with_some("tolerationSeconds", toleration.said("tolerationSeconds")));
        toleration.finish(target.problems);
    }
    let Some(pod) = target.pod(properties) else { return };
    if !affinity.is_empty() {
        pod.set("affinity", affinity);
    }
    if !tolerations.is_empty() {
        pod.set("tolerations", Traced::list(place, tolerations));
    }
}

/// Requirements of selectors in which an operator may be left out: then a value is one of those listed.
fn with_operators(mut value: Traced) -> Traced {
    fill(&mut value);
    value
}

fn fill(value: &mut Traced) {
    let is_requirement =
        value.get("key").is_some() && value.get("operator").is_none() && value.get("topologyKey").is_none();
    if is_requirement {
        let place = value.place;
        value.set("operator", text(place, "In"));
    }
    match &mut value.data {
        design_source::Data::List(elements) => elements.iter_mut().for_each(fill),
        design_source::Data::Mapping(entries) => entries.iter_mut().for_each(|(_, inner)| fill(inner)),
        design_source::Data::Whole(_) => {}
    }
}

/// `node-affinity` of old: labels of nodes and their values.
pub(super) fn node_affinity(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let requirements =
        properties.take("affinity").into_iter().flat_map(design_syntax::NodeRef::entries).map(|(key, values)| {
            Traced::mapping(key.span())
                .with("key", text(key.span(), key.text()))
                .with("operator", text(key.span(), "In"))
                .with("values", said(values))
        });
    let term = Traced::mapping(place).with("matchExpressions", Traced::list(place, requirements.collect()));
    let required = Traced::mapping(place).with("nodeSelectorTerms", Traced::list(place, vec![term]));
    let node = Traced::mapping(place).with("requiredDuringSchedulingIgnoredDuringExecution", required);
    let tolerations = properties.take("tolerations").map(|node| {
        let toleration = |(key, value): (design_syntax::NodeRef<'_>, design_syntax::NodeRef<'_>)| {
            Traced::mapping(key.span())
                .with("key", text(key.span(), key.text()))
                .with("operator", text(key.span(), "Equal"))
                .with("value", said(value))
        };
        Traced::list(node.span(), node.entries().map(toleration).collect())
    });
    let Some(pod) = target.pod(properties) else { return };
    pod.entry("affinity", place).set("nodeAffinity", node);
    if let Some(tolerations) = tolerations {
        pod.set("tolerations", tolerations);
    }
}

/// `topologyspreadconstraints`: over which parts of a cluster the pods are spread.
pub(super) fn spread(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let constraints = properties.said("constraints").map(with_operators);
    if let (Some(constraints), Some(pod)) = (constraints, target.pod(properties)) {
        pod.set("topologySpreadConstraints", constraints);
    }
}

/// `service-account`: as whom the pods run, and what that account may do.
pub(super) fn service_account(target: &mut Target<'_, '_>, properties: &mut Properties<'_>) {
    let place = properties.place();
    let Some(name) = properties.needed("name", target.problems) else { return };
    let creates = properties.said("create").is_some_and(|value| is_true(&value));
    let privileges = properties.each("privileges");
    if let Some(pod) = target.pod(properties) {
        pod.set("serviceAccountName", name.clone());
    }
    if creates {
        let body = Traced::mapping(place).with("metadata", target.around.metadata(name.clone()));
        target.made.push(Made::new("ServiceAccount", "v1", body));
    }
    let (mut of_cluster, mut of_namespace) = (Vec::new(), Vec::new());
    for mut privilege in privileges {
        let mut rule = Traced::mapping(privilege.place());
        for field in ["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"] {
            rule = rule.with_some(field, privilege.said(field));
        }
        let scope = privilege.said("scope");
        privilege.finish(target.problems);
        if scope.as_ref().and_then(Traced::as_str) == Some("cluster") {
            of_cluster.push(rule);
        } else {
            of_namespace.push(rule);
        }
    }
    bind(target, &name, of_namespace, false);
    bind(target, &name, of_cluster, true);
}

/// A role with rules and its binding to an account.
fn bind(target: &mut Target<'_, '_>, account: &Traced, rules: Vec<Traced>, is_cluster: bool) {
    let Some(place) = rules.first().map(|rule| rule.place) else { return };
    let namespace = target.around.namespace.clone();
    let kinds = if is_cluster { ("ClusterRole", "ClusterRoleBinding") } else { ("Role", "RoleBinding") };
    // KubeVela puts the namespace before names that have to differ in the whole cluster.
    let written = account.as_str().unwrap_or_default();
    let within = namespace.as_ref().and_then(Traced::as_str).unwrap_or("default");
    let name: Text = if is_cluster { format!("{within}:{written}").into() } else { written.into() };
    let name = text(account.place, name);
    let metadata = if is_cluster {
        Traced::mapping(place).with("name", name.clone())
    } else {
        target.around.metadata(name.clone())
    };
    let role = Traced::mapping(place).with("metadata", metadata.clone()).with("rules", Traced::list(place, rules));
    let reference = Traced::mapping(place)
        .with("apiGroup", text(place, RBAC))
        .with("kind", text(place, kinds.0))
        .with("name", name);
    let subject = Traced::mapping(place)
        .with("kind", text(place, "ServiceAccount"))
        .with("name", account.clone())
        .with_some("namespace", namespace.or_else(|| is_cluster.then(|| text(place, "default"))));
    let binding = Traced::mapping(place)
        .with("metadata", metadata)
        .with("roleRef", reference)
        .with("subjects", Traced::list(place, vec![subject]));
    let version = format!("{RBAC}/v1");
    target.made.push(Made::new(kinds.0, &version, role));
    target.made.push(Made::new(kinds.1, &version, binding));
}
