//! The graph for programs: `schemas/graph.schema.json` describes it.

use design_vocabulary::Text;
use serde::Serialize;

use crate::{MissingView, View};

/// The version of the shape. Fields are removed only with a new major version.
pub const SCHEMA_VERSION: &str = "graph.design/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge<'a>>,
    unresolved: Vec<Reference<'a>>,
    external: Vec<Reference<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node<'a> {
    id: &'a str,
    kind: &'a str,
    api_version: &'a str,
    namespace: &'a str,
    name: &'a str,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
    sub_type: &'a str,
    field_path: &'a str,
    origin: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ports: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sections: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'a> {
    from: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    missing: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'a str>,
    field_path: &'a str,
    optional: bool,
    file: &'a str,
    line: u32,
    column: u32,
}

/// The graph as one JSON document with a line break at its end. It fails only if serde does.
pub fn render(view: &View) -> Result<String, serde_json::Error> {
    let nodes = view.nodes.iter().map(|node| Node {
        id: &node.id,
        kind: &node.kind,
        api_version: &node.api_version,
        namespace: &node.namespace,
        name: &node.name,
        file: &node.file,
        line: node.line,
    });
    let edges = view.edges.iter().map(|edge| Edge {
        from: &edge.from,
        to: &edge.to,
        kind: &edge.kind,
        type_name: &edge.type_name,
        sub_type: &edge.sub_type,
        field_path: &edge.field_path,
        origin: edge.origin,
        keys: edge.detail.as_ref().map_or_else(Vec::new, |detail| detail.keys.iter().map(Text::as_str).collect()),
        ports: edge.detail.as_ref().map_or_else(Vec::new, |detail| detail.ports.iter().map(Text::as_str).collect()),
        sections: edge
            .detail
            .as_ref()
            .map_or_else(Vec::new, |detail| detail.sections.iter().map(Text::as_str).collect()),
        scheme: edge.detail.as_ref().and_then(|detail| detail.scheme.as_deref()),
        file: &edge.file,
        line: edge.line,
        column: edge.column,
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        nodes: nodes.collect(),
        edges: edges.collect(),
        unresolved: view.missing.iter().map(reference).collect(),
        external: view.external.iter().map(reference).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn reference(missing: &MissingView) -> Reference<'_> {
    Reference {
        from: &missing.from,
        kind: &missing.kind,
        namespace: &missing.namespace,
        name: &missing.name,
        missing: missing.part.as_ref().map_or("object", |part| part.kind.as_str()),
        part: missing.part.as_ref().map(|part| part.name.as_str()),
        field_path: &missing.field_path,
        optional: missing.optional,
        file: &missing.file,
        line: missing.line,
        column: missing.column,
    }
}
