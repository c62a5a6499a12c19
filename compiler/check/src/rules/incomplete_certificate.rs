//! D0342 incomplete-certificate.

use design_vocabulary::{Component, Finding, Object, Value};

use crate::Context;
use crate::edges::Edges;
use crate::reading::{at, path};
use crate::rule::rule;

rule! {
    /// A secret that is named as a certificate lacks the certificate or its key.
    ///
    /// `Ingress`, and gateways of the Gateway API and of Istio, take a certificate from the keys `tls.crt` and `tls.key` of a
    /// secret; Istio's gateways take `cert` and `key` as well. A host whose secret lacks one of them is not served with TLS.
    ///
    /// ## What to do
    ///
    /// Add both keys, or name another secret. A secret of type `kubernetes.io/tls` always has both.
    "D0342", "incomplete-certificate", Error
}

/// One finding a reference.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let definitions = ["ingress-to-tls-secret", "gateway-to-certificate", "mesh-gateway-to-certificate"];
    for (secret, edges) in Edges::of(context, &definitions).by_end() {
        let Some(component) = context.design.components.get(secret).filter(|one| one.kind == "Secret") else {
            continue;
        };
        let keys = keys(component);
        // One without any keys is filled by somebody else.
        if keys.is_empty() {
            continue;
        }
        let has = |key: &str| keys.contains(&key);
        for edge in edges {
            let is_istio = edge.definition == Some("mesh-gateway-to-certificate");
            // A certificate of authorities alone is one for verifying clients.
            let is_own = is_istio && ((has("cert") && has("key")) || has("cacert") || has("ca.crt"));
            let lacking = ["tls.crt", "tls.key"].into_iter().find(|key| !has(key));
            let Some(key) = lacking.filter(|_| !is_own) else { continue };
            let Some(span) = context.span(edge.from, &edge.path) else { continue };
            let name = context.named(secret);
            let message = format!("{name} has no `{key}`, which {} takes as a certificate", context.named(edge.from));
            let mut finding = RULE.finding(message, span).help("add `tls.crt` and `tls.key`, or name another secret");
            let place = path(["metadata".into(), "name".into()]);
            if let Some(span) = context.span(secret, &place) {
                let shown: Vec<String> = keys.iter().take(SHOWN).map(|key| format!("`{key}`")).collect();
                finding = finding.related(format!("{name} has {}", shown.join(", ")), span);
            }
            findings.push(finding);
        }
    }
}

/// So many keys are shown.
const SHOWN: usize = 5;

fn keys(secret: &Component) -> Vec<&str> {
    let data = ["data", "stringData"].into_iter().filter_map(|field| at(secret, &[field]).and_then(Value::as_object));
    data.flat_map(Object::keys).map(design_vocabulary::Text::as_str).collect()
}
