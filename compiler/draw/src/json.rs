//! The graph for programs: `schemas/graph.schema.json` describes it.

use std::io::{self, Write};

use design_vocabulary::Text;
use serde::{Serialize, Serializer};

use crate::{EdgeView, MissingView, NodeView, View};

/// The version of the shape. Fields are removed only with a new major version.
pub const SCHEMA_VERSION: &str = "graph.design/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    nodes: Listed<'a, NodeView, Node<'a>>,
    edges: Listed<'a, EdgeView, Edge<'a>>,
    unresolved: Listed<'a, MissingView, Reference<'a>>,
    external: Listed<'a, MissingView, Reference<'a>>,
}

/// A list whose elements are made while they are written: a large graph never lies in memory twice.
struct Listed<'a, S, T>(&'a [S], fn(&'a S) -> T);

impl<S, T: Serialize> Serialize for Listed<'_, S, T> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
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

/// Writes the graph as one JSON document with a line break at its end. It fails where the output does.
pub fn write(view: &View, output: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        nodes: Listed(&view.nodes, node),
        edges: Listed(&view.edges, edge),
        unresolved: Listed(&view.missing, reference),
        external: Listed(&view.external, reference),
    };
    serde_json::to_writer_pretty(&mut *output, &document)?;
    output.write_all(b"\n")
}

fn node(node: &NodeView) -> Node<'_> {
    Node {
        id: &node.id,
        kind: &node.kind,
        api_version: &node.api_version,
        namespace: &node.namespace,
        name: &node.name,
        file: &node.file,
        line: node.line,
    }
}

fn edge(edge: &EdgeView) -> Edge<'_> {
    fn texts(names: &[Text]) -> Vec<&str> {
        names.iter().map(Text::as_str).collect()
    }
    let detail = edge.detail.as_deref();
    Edge {
        from: &edge.from,
        to: &edge.to,
        kind: &edge.kind,
        type_name: &edge.type_name,
        sub_type: &edge.sub_type,
        field_path: &edge.field_path,
        origin: edge.origin,
        keys: detail.map_or_else(Vec::new, |detail| texts(&detail.keys)),
        ports: detail.map_or_else(Vec::new, |detail| texts(&detail.ports)),
        sections: detail.map_or_else(Vec::new, |detail| texts(&detail.sections)),
        scheme: detail.and_then(|detail| detail.scheme.as_deref()),
        file: &edge.file,
        line: edge.line,
        column: edge.column,
    }
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
