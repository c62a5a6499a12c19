//! D0336 conflicting-entries.

use std::collections::HashMap;

use design_vocabulary::{Finding, Number, Path, Value};

use crate::Context;
use crate::mesh::{exported, is};
use crate::reading::{at, list, path, text, texts};
use crate::rule::rule;

rule! {
    /// Two service entries say different protocols of one port of one host.
    ///
    /// A mesh knows one protocol for a port of a host. Where some namespace sees both entries (`exportTo`), which of them
    /// holds is not defined: requests may be read as another protocol than they are.
    ///
    /// ## What to do
    ///
    /// Give both the same protocol, merge them, or restrict who sees them by `exportTo`.
    "D0336", "conflicting-entries", Warning
}

/// The port of an entry.
struct Said {
    entry: usize,
    path: Path,
    protocol: String,
}

/// So many entries for a port of a host are compared with each.
const COMPARED: usize = 32;

/// One finding an entry and port.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut said: HashMap<(&str, i64), Vec<Said>> = HashMap::new();
    let mut order: Vec<(&str, i64)> = Vec::new();
    for (number, entry) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "ServiceEntry")) {
        let Some(spec) = at(entry, &["spec"]) else { continue };
        for (position, port) in list(spec, "ports").iter().enumerate() {
            let (Some(Value::Number(Number::Int(of))), Some(protocol)) = (port.get("number"), text(port, "protocol"))
            else {
                continue;
            };
            for (_, host) in texts(spec, "hosts") {
                let ports = said.entry((host, *of)).or_insert_with(|| {
                    order.push((host, *of));
                    Vec::new()
                });
                let field = path(["spec".into(), "ports".into(), position.into(), "protocol".into()]);
                ports.push(Said { entry: number, path: field, protocol: protocol.to_ascii_uppercase() });
            }
        }
    }
    let see = |entry: usize| context.design.components.get(entry).map(exported).unwrap_or_default();
    let share = |one: usize, other: usize| {
        let (one, other) = (see(one), see(other));
        one.contains(&"*") || other.contains(&"*") || one.iter().any(|space| other.contains(space))
    };
    for key in order {
        let ports = said.get(&key).map_or(&[] as &[Said], Vec::as_slice);
        for this in ports {
            let differs = |other: &&Said| {
                other.entry != this.entry && other.protocol != this.protocol && share(other.entry, this.entry)
            };
            let Some(other) = ports.iter().take(COMPARED).find(differs) else { continue };
            let Some(span) = context.span(this.entry, &this.path) else { continue };
            let (host, port) = key;
            let other_name = context.named(other.entry);
            let message = format!(
                "{} says {} of port {port} of `{host}`, and {other_name} says {}",
                context.named(this.entry),
                this.protocol,
                other.protocol
            );
            let mut finding = RULE.finding(message, span).help("give both the same protocol, or merge them");
            if let Some(span) = context.span(other.entry, &other.path) {
                finding = finding.related(other_name, span);
            }
            findings.push(finding);
        }
    }
}
