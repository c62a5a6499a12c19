//! The graph for programs: `schemas/graph.schema.json` describes it.

use serde::Serialize;

use crate::View;

/// The version of the shape. Fields are removed only with a new major version.
pub const SCHEMA_VERSION: &str = "graph.design/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge<'a>>,
    unresolved: Vec<Unresolved<'a>>,
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
    file: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unresolved<'a> {
    from: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
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
        file: &edge.file,
        line: edge.line,
        column: edge.column,
    });
    let unresolved = view.missing.iter().map(|missing| Unresolved {
        from: &missing.from,
        kind: &missing.kind,
        namespace: &missing.namespace,
        name: &missing.name,
        field_path: &missing.field_path,
        optional: missing.optional,
        file: &missing.file,
        line: missing.line,
        column: missing.column,
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        nodes: nodes.collect(),
        edges: edges.collect(),
        unresolved: unresolved.collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
