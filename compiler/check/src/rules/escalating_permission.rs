//! D0322 escalating-permission.

use std::collections::HashMap;

use design_vocabulary::{Component, Finding, Path, Segment, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, list};
use crate::rule::rule;

rule! {
    /// A role permits what leads to more permissions than it lists.
    ///
    /// Whoever may `escalate` or `bind` roles gives himself any permission, whoever may `impersonate` takes those of others,
    /// and whoever makes tokens of service accounts acts as them. Secrets of the whole cluster hold the tokens and passwords of
    /// everybody; running commands in pods (`pods/exec`, `pods/attach`) and the proxy of nodes reach what the pods and
    /// nodes reach. Every verb on every resource is all of it ("Role Based Access Control Good Practices" of the Kubernetes
    /// documentation).
    ///
    /// Secrets are told of where a `ClusterRole` reads them without naming them and is not bound in single namespaces only.
    ///
    /// ## What to do
    ///
    /// List the verbs and resources that are needed, name objects by `resourceNames`, and bind in a namespace. Where the
    /// permission is meant, suppress the finding with the reason.
    "D0322", "escalating-permission", Warning
}

/// What is dangerous: verbs on resources of a group.
struct Danger {
    group: &'static str,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
    /// What follows from it.
    means: &'static str,
    /// Whether it counts only without names, and in the whole cluster.
    only_wide: bool,
}

const RBAC: &str = "rbac.authorization.k8s.io";

const DANGERS: [Danger; 7] = [
    Danger {
        group: RBAC,
        resources: &["roles", "clusterroles"],
        verbs: &["escalate", "bind"],
        means: "gives itself any permission",
        only_wide: false,
    },
    Danger {
        group: "",
        resources: &["users", "groups", "serviceaccounts"],
        verbs: &["impersonate"],
        means: "acts as others",
        only_wide: false,
    },
    Danger {
        group: "",
        resources: &["serviceaccounts/token"],
        verbs: &["create"],
        means: "makes tokens of service accounts",
        only_wide: false,
    },
    Danger {
        group: "",
        resources: &["secrets"],
        verbs: &["get", "list", "watch"],
        means: "reads every secret of the cluster",
        only_wide: true,
    },
    Danger {
        group: "",
        resources: &["pods/exec"],
        verbs: &["create", "get"],
        means: "runs commands in pods",
        only_wide: false,
    },
    Danger {
        group: "",
        resources: &["pods/attach"],
        verbs: &["create", "get"],
        means: "takes over what runs in pods",
        only_wide: false,
    },
    Danger {
        group: "",
        resources: &["nodes/proxy"],
        verbs: &["create", "get"],
        means: "reaches every pod of a node past the API server",
        only_wide: false,
    },
];

/// One finding a rule of a role and danger, at the verb.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &["role-binding-to-role"]);
    for (number, role) in context.design.components.iter().enumerate() {
        let is_cluster_role = role.kind == "ClusterRole";
        if role.group() != RBAC || !(is_cluster_role || role.kind == "Role") {
            continue;
        }
        let binds_in_namespace = |component: &Component| component.kind == "RoleBinding";
        let bindings = edges.to(number);
        let is_narrow = !bindings.is_empty()
            && bindings.iter().all(|edge| context.design.components.get(edge.from).is_some_and(binds_in_namespace));
        let rules = at(role, &["rules"]).and_then(Value::as_array).unwrap_or_default();
        for (position, rule) in rules.iter().enumerate() {
            let granted = Granted { rule, is_wide: is_cluster_role && !is_narrow };
            let place = |field: &str, element: usize| -> Path {
                vec!["configuration".into(), "rules".into(), position.into(), Segment::from(field), element.into()]
            };
            for (verb, resource, means) in granted.dangers() {
                let Some(span) = context.span(number, &place("verbs", verb)) else { continue };
                let message = format!("{} {means}", context.named(number));
                let mut finding =
                    RULE.finding(message, span).help("list what is needed, or suppress the finding with the reason");
                if let Some(span) = context.span(number, &place("resources", resource)) {
                    finding = finding.related("on this resource", span);
                }
                findings.push(finding);
            }
        }
    }
}

/// What one rule of a role grants.
struct Granted<'a> {
    rule: &'a Value,
    is_wide: bool,
}

impl Granted<'_> {
    fn list(&self, key: &str) -> Vec<&str> {
        list(self.rule, key).iter().map(|value| value.as_str().unwrap_or_default()).collect()
    }

    /// The verb and the resource, by their positions, and what they mean; each pair once.
    fn dangers(&self) -> Vec<(usize, usize, String)> {
        let (groups, resources, verbs) = (self.list("apiGroups"), self.list("resources"), self.list("verbs"));
        let every = |listed: &[&str]| listed.iter().position(|one| *one == "*");
        if let (Some(verb), Some(resource), true) =
            (every(&verbs), every(&resources), groups.contains(&"*") || groups.contains(&RBAC) || groups.contains(&""))
        {
            return vec![(verb, resource, "may do anything with any resource of these groups".to_owned())];
        }
        let has_names = !self.list("resourceNames").is_empty();
        let mut told: HashMap<(usize, usize), String> = HashMap::new();
        for danger in &DANGERS {
            let counts = !danger.only_wide || (self.is_wide && !has_names);
            if !counts || !(groups.contains(&"*") || groups.contains(&danger.group)) {
                continue;
            }
            let verb = verbs.iter().position(|verb| *verb == "*" || danger.verbs.contains(verb));
            let resource =
                resources.iter().position(|resource| danger.resources.iter().any(|wanted| covers(resource, wanted)));
            if let (Some(verb), Some(resource)) = (verb, resource) {
                told.entry((verb, resource)).or_insert_with(|| danger.means.to_owned());
            }
        }
        let mut told: Vec<_> = told.into_iter().map(|((verb, resource), means)| (verb, resource, means)).collect();
        told.sort_unstable();
        told
    }
}

/// Whether what a rule lists is a resource or a pattern of it: `*`, `pods/*`, `*/exec`.
fn covers(listed: &str, wanted: &str) -> bool {
    let under = |listed: &str| match (listed.split_once('/'), wanted.split_once('/')) {
        (Some((of, "*")), Some((name, _))) => of == name,
        (Some(("*", of)), Some((_, part))) => of == part,
        _ => false,
    };
    listed == "*" || listed == wanted || under(listed)
}
