//! Reading profiles.

use std::collections::BTreeMap;

use design_check::rules::{ambiguous_protocol, invalid_profile};
use design_syntax::{Document, Kind, NodeRef, key_text, lower};
use design_vocabulary::{Finding, Span};
use serde_json::Value;
use url::Url;

use super::fields::{Fields, is_null};
use super::{Client, Dialect, PROTOCOLS, Profile, Protocol, duration};
use crate::objective::Objective;

/// What a document holds.
#[derive(Debug)]
pub struct Read {
    /// The profile; `None` where the document is none.
    pub profile: Option<(Profile, Dialect)>,
    /// What is wrong, and what is ambiguous.
    pub findings: Vec<Finding>,
}

/// Limits of Meshery's own schema.
const MOST_RPS: u64 = 1_000_000;
const MOST_CONNECTIONS: u64 = 100_000;

/// Reads a document. What could be read is there beside what is wrong.
pub fn read(document: &Document) -> Read {
    let mut findings = Vec::new();
    let profile = document.root().and_then(|root| root_of(root, &mut findings));
    if profile.is_none() && findings.is_empty() {
        let place = document.span();
        findings.push(invalid_profile::finding(
            "this is no performance profile: it has neither `test` nor `clients`",
            place,
        ));
    }
    if let Some((profile, _)) = &profile {
        runnable(profile, document.span(), &mut findings);
    }
    Read { profile, findings }
}

fn root_of(root: NodeRef<'_>, findings: &mut Vec<Finding>) -> Option<(Profile, Dialect)> {
    let mut fields = Fields::of(root, "a profile", findings);
    if let Some(test) = fields.take("test") {
        let mesh_node = fields.take("mesh");
        let is_native = mesh_node.is_some_and(|node| node.kind() == Kind::Scalar && !is_null(node))
            || test.entries().any(|(key, _)| matches!(key.text(), "smpVersion" | "endpointUrls" | "loadGenerator"));
        let mut profile = test_of(test, findings);
        profile.mesh = mesh_node.and_then(|node| {
            let mut problems = Vec::new();
            serde_json::to_value(lower(node, &mut problems)).ok().filter(|value| !value.is_null())
        });
        fields.end(findings);
        return Some((profile, if is_native { Dialect::Native } else { Dialect::Wrapped }));
    }
    if fields.has("clients") {
        return Some((test_of(root, findings), Dialect::Bare));
    }
    if fields.has("endpoints") || fields.has("concurrentrequest") || fields.has("loadgenerators") {
        return Some((saved(fields, root.span(), findings), Dialect::Saved));
    }
    None
}

/// A test of the specification.
fn test_of(node: NodeRef<'_>, findings: &mut Vec<Finding>) -> Profile {
    let mut fields = Fields::of(node, "a test", findings);
    // The old spelling tells that enumerations had other numbers.
    let is_old = fields.has("smpsversion");
    let old = fields.text("smpsversion", findings);
    let version = fields.text("smpversion", findings);
    objectives(&fields, findings);
    let mut profile = Profile {
        smp_version: if version.is_empty() { old } else { version },
        id: fields.text("id", findings),
        name: fields.text("name", findings),
        labels: fields.map("labels", findings),
        ..Profile::default()
    };
    profile.duration = duration_of(&mut fields, findings);
    if let Some(clients) = fields.take("clients") {
        if clients.kind() != Kind::Sequence && !is_null(clients) {
            findings.push(invalid_profile::finding("`clients` of a test has to be a sequence", clients.span()));
        }
        profile.clients = clients.children().map(|client| client_of(client, is_old, findings)).collect();
    }
    fields.end(findings);
    profile
}

/// Labels that should say what is limited, and do not.
fn objectives(fields: &Fields<'_>, findings: &mut Vec<Finding>) {
    for (key, value) in fields.peek("labels").into_iter().flat_map(NodeRef::entries) {
        if let Some(Err(why)) = Objective::read(&key_text(key), value.resolved().text()) {
            findings.push(invalid_profile::finding(&why, value.span()));
        }
    }
}

fn duration_of(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> String {
    let Some(node) = fields.take("duration") else { return String::new() };
    let text = node.text().to_owned();
    if !text.is_empty() && duration::parse(&text).is_none() {
        let message = format!("`{text}` is no duration: it reads 30s, 1m30s or 500ms");
        findings.push(invalid_profile::finding(&message, node.span()));
    }
    text
}

fn client_of(node: NodeRef<'_>, is_old: bool, findings: &mut Vec<Finding>) -> Client {
    let mut fields = Fields::of(node, "a client", findings);
    let mut client = Client {
        internal: fields.truth("internal", findings),
        load_generator: fields.text("loadgenerator", findings),
        protocol: protocol_of(&mut fields, is_old, findings),
        rps: fields.number("rps", MOST_RPS, findings),
        headers: fields.map("headers", findings),
        cookies: fields.map("cookies", findings),
        body: fields.text("body", findings),
        content_type: fields.text("contenttype", findings),
        ssl_certificate: fields.text("sslcertificate", findings),
        additional_options: fields.text("additionaloptions", findings),
        ..Client::default()
    };
    client.connections = u32::try_from(fields.number("connections", MOST_CONNECTIONS, findings)).unwrap_or_default();
    // Up to v0.2 the field had the name of one.
    for name in ["endpointurls", "endpointurl"] {
        let urls = fields.texts(name, findings);
        client.endpoint_urls.extend(urls.into_iter().map(|(url, place)| endpoint(url, place, findings)));
    }
    fields.end(findings);
    sendable(&client, node.span(), findings);
    client
}

/// What the specification lets be left out of a client and a run needs.
fn sendable(client: &Client, place: Span, findings: &mut Vec<Finding>) {
    if client.endpoint_urls.is_empty() {
        findings.push(invalid_profile::finding("a client needs an entry in `endpoint_urls`", place));
    }
    if !matches!(client.protocol, Protocol::Unsaid | Protocol::Http | Protocol::Grpc) {
        let message = format!("a client asks for {}, and only http and grpc are spoken", client.protocol.name());
        findings.push(invalid_profile::finding(&message, place));
    }
}

fn endpoint(url: String, place: Span, findings: &mut Vec<Finding>) -> String {
    let is_absolute = Url::parse(&url).is_ok_and(|url| url.has_host());
    if !is_absolute {
        let message = format!("`{url}` is no absolute URL: it names a scheme and a host");
        findings.push(invalid_profile::finding(&message, place));
    }
    url
}

/// A protocol by name, in any case and with or without its prefix, or by number. A number means another protocol in the
/// releases that wrote `smps_version`.
fn protocol_of(fields: &mut Fields<'_>, is_old: bool, findings: &mut Vec<Finding>) -> Protocol {
    let Some(node) = fields.peek("protocol").filter(|node| !is_null(*node)) else {
        fields.take("protocol");
        return Protocol::Unsaid;
    };
    let text = fields.text("protocol", findings);
    if let Ok(number) = text.parse::<usize>() {
        if is_old {
            findings.push(ambiguous_protocol::finding(number, node.span()));
            return Protocol::Unsaid;
        }
        if let Some((protocol, _)) = PROTOCOLS.get(number) {
            return *protocol;
        }
    }
    let lower = text.to_lowercase();
    let name = lower.strip_prefix("protocol_").unwrap_or(&lower);
    if name.is_empty() {
        return Protocol::Unsaid;
    }
    PROTOCOLS.iter().find(|(_, known)| *known == name).map_or_else(
        || {
            let message = format!("`{text}` is no protocol: http, tcp, udp or grpc");
            findings.push(invalid_profile::finding(&message, node.span()));
            Protocol::Unsaid
        },
        |(protocol, _)| *protocol,
    )
}

/// A profile as Meshery saves it; what the server adds to it says nothing of the load.
fn saved(mut fields: Fields<'_>, place: Span, findings: &mut Vec<Finding>) -> Profile {
    for of_server in ["owner", "schedule", "lastrun", "totalresults", "createdat", "updatedat", "userid", "metadata"] {
        fields.take(of_server);
    }
    let generators = fields.texts("loadgenerators", findings);
    let urls = fields.texts("endpoints", findings);
    let client = Client {
        load_generator: generators.into_iter().next().map(|(name, _)| name).unwrap_or_default(),
        connections: u32::try_from(fields.number("concurrentrequest", MOST_CONNECTIONS, findings)).unwrap_or_default(),
        rps: fields.number("qps", MOST_RPS, findings),
        headers: packed(&mut fields, "requestheaders", findings),
        cookies: packed(&mut fields, "requestcookies", findings),
        body: fields.text("requestbody", findings),
        content_type: fields.text("contenttype", findings),
        endpoint_urls: urls.into_iter().map(|(url, place)| endpoint(url, place, findings)).collect(),
        ..Client::default()
    };
    let mesh = fields.text("servicemesh", findings);
    sendable(&client, place, findings);
    let profile = Profile {
        id: fields.text("id", findings),
        name: fields.text("name", findings),
        duration: duration_of(&mut fields, findings),
        clients: vec![client],
        mesh: (!mesh.is_empty()).then(|| Value::from(mesh)),
        ..Profile::default()
    };
    fields.end(findings);
    profile
}

/// A mapping that is written as JSON within a text.
fn packed(fields: &mut Fields<'_>, name: &str, findings: &mut Vec<Finding>) -> BTreeMap<String, String> {
    let Some(node) = fields.take(name).filter(|node| !is_null(*node) && !node.text().is_empty()) else {
        return BTreeMap::new();
    };
    serde_json::from_str(node.text()).unwrap_or_else(|error| {
        let written = fields.written(name);
        let message = format!("`{written}` of a profile has to be a mapping in JSON: {error}");
        findings.push(invalid_profile::finding(&message, node.span()));
        BTreeMap::new()
    })
}

/// What the specification lets be left out of a test and a run needs.
fn runnable(profile: &Profile, place: Span, findings: &mut Vec<Finding>) {
    let mut missing = |what: &str| findings.push(invalid_profile::finding(what, place));
    if profile.name.is_empty() {
        missing("a profile needs a `name`");
    }
    if profile.duration.is_empty() {
        missing("a profile needs a `duration`");
    }
    if profile.clients.is_empty() {
        missing("a profile needs a client");
    }
}
