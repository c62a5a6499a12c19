//! D0323 powerful-binding.

use std::ops::Range;

use design_vocabulary::{Component, Finding, Path, Segment, Value};

use crate::Context;
use crate::rule::rule;

rule! {
    /// A binding grants every permission, or grants to everybody.
    ///
    /// `cluster-admin` may do anything, in a `RoleBinding` anything in its namespace. The user `system:anonymous` and the group
    /// `system:unauthenticated` are requests without any proof of who sends them; the groups `system:authenticated` and
    /// `system:serviceaccounts` are everybody with an account and every pod. The roles that Kubernetes itself binds to them
    /// (discovery, public information) are not told of.
    ///
    /// ## What to do
    ///
    /// Bind a role that lists what is needed, to the accounts that need it.
    "D0323", "powerful-binding", Warning
}

/// Who is everybody, and in which words.
const EVERYBODY: [(&str, &str, &str); 4] = [
    ("User", "system:anonymous", "requests without an account"),
    ("Group", "system:unauthenticated", "requests without an account"),
    ("Group", "system:authenticated", "everybody with an account"),
    ("Group", "system:serviceaccounts", "every pod of the cluster"),
];

/// The roles that the API server binds to everybody ("Default roles and role bindings").
const HARMLESS: [&str; 4] =
    ["system:basic-user", "system:discovery", "system:public-info-viewer", "system:service-account-issuer-discovery"];

/// One finding a role, one finding a subject.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (number, binding) in context.objects(objects) {
        let is_binding = binding.kind == "ClusterRoleBinding" || binding.kind == "RoleBinding";
        if is_binding && binding.group() == "rbac.authorization.k8s.io" {
            one(context, number, binding, findings);
        }
    }
}

fn one(context: &Context<'_>, number: usize, binding: &Component, findings: &mut Vec<Finding>) {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let role = binding.configuration.get("roleRef").map(|role| text(role, "name")).unwrap_or_default();
    let mut tell = |path: Path, message: String, help: &str| {
        if let Some(span) = context.span(number, &path) {
            findings.push(RULE.finding(message, span).help(help));
        }
    };
    if role == "cluster-admin" {
        let path = vec!["configuration".into(), "roleRef".into(), "name".into()];
        let message = format!("{} grants every permission", context.named(number));
        tell(path, message, "bind a role that lists what is needed");
    }
    let subjects = binding.configuration.get("subjects").and_then(Value::as_array).unwrap_or_default();
    for (position, subject) in subjects.iter().enumerate().filter(|_| !HARMLESS.contains(&role.as_str())) {
        let (kind, name) = (text(subject, "kind"), text(subject, "name"));
        if let Some((_, _, who)) = EVERYBODY.iter().find(|(of, called, _)| *of == kind && *called == name) {
            let path: Path = vec!["configuration".into(), "subjects".into(), position.into(), Segment::from("name")];
            let message = format!("{} grants `{role}` to {who}", context.named(number));
            tell(path, message, "name the accounts that need it");
        }
    }
}
