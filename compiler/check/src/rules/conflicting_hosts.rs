//! D0330 conflicting-hosts.

use design_vocabulary::{Finding, Segment};

use crate::Context;
use crate::clash::{Claim, Claims, tell};
use crate::mesh::{exported, full_host, is, is_for_sidecars, namespace};
use crate::reading::{at, path, texts};
use crate::rule::rule;

rule! {
    /// Two virtual services of the mesh are for the same host.
    ///
    /// A sidecar uses one `VirtualService` for a host and ignores the others. They are in conflict where some namespace sees
    /// both: `exportTo` says who sees one, by default everybody. At gateways Istio merges them, so those that name only
    /// gateways are not told of.
    ///
    /// ## What to do
    ///
    /// Put the routes of a host into one virtual service, delegate from one to the others, or restrict who sees them by
    /// `exportTo`.
    "D0330", "conflicting-hosts", Error
}

/// One finding a virtual service and host.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut claims = Claims::new();
    let services = || context.design.components.iter().enumerate().filter(|(_, one)| is(one, "VirtualService"));
    // Where somebody restricts who sees a host, those that everybody sees are in its namespaces as well.
    let restricted: std::collections::BTreeSet<&str> =
        services().flat_map(|(_, service)| exported(service)).filter(|space| *space != "*").collect();
    for (number, service) in services().filter(|(_, service)| is_for_sidecars(service)) {
        let Some(spec) = at(service, &["spec"]) else { continue };
        let spaces = exported(service);
        for (position, host) in texts(spec, "hosts") {
            let full = full_host(host, namespace(service));
            let all = spaces.contains(&"*");
            let spaces = spaces.iter().chain(restricted.iter().filter(|_| all).take(SPACES));
            let things: Vec<(String, String)> = spaces.map(|space| (full.clone(), (*space).to_owned())).collect();
            let field = path(["spec".into(), "hosts".into(), Segment::Index(position)]);
            claims.add(Claim { component: number, path: field }, things);
        }
    }
    tell(context, findings, &RULE, &claims, |name, other, (host, _)| {
        let message = format!("{name} is for the host `{host}` in the mesh, and so is {other}");
        (message, "put the routes of a host into one virtual service, or restrict both by `exportTo`".to_owned())
    });
}

/// So many namespaces to which somebody exports are compared for a host that everybody sees.
const SPACES: usize = 64;
