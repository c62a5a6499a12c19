//! The difference of two designs, for people and for programs.

mod picture;

use design_graph::{Difference, FieldChange, Link};
use design_vocabulary::Value;
use serde::Serialize;

/// The version of the JSON shape. Fields are removed only with a new major version.
pub const SCHEMA_VERSION: &str = "diff.design/v1";

/// Lines beginning with `+`, `-` and `~`: components, then relationships; one line where nothing differs.
pub fn text(difference: &Difference) -> String {
    if difference.is_empty() {
        return "no difference\n".to_owned();
    }
    let mut text = String::new();
    for id in &difference.added {
        text.push_str(&format!("+ {id}\n"));
    }
    for id in &difference.removed {
        text.push_str(&format!("- {id}\n"));
    }
    for changed in &difference.changed {
        text.push_str(&format!("~ {}\n", changed.id));
        for field in &changed.fields {
            text.push_str(&format!("    {}\n", change(field)));
        }
    }
    for (sign, links) in [("+", &difference.edges_added), ("-", &difference.edges_removed)] {
        for link in links {
            let field = if link.field.is_empty() { String::new() } else { format!("  {}", link.field) };
            text.push_str(&format!("{sign} {} -> {}  {}{field}\n", link.from, link.to, link.sort));
        }
    }
    text.push_str(&format!(
        "\n{} added, {} removed, {} changed; relationships: {} added, {} removed\n",
        difference.added.len(),
        difference.removed.len(),
        difference.changed.len(),
        difference.edges_added.len(),
        difference.edges_removed.len()
    ));
    text
}

/// A field that changed, on one line.
fn change(field: &FieldChange) -> String {
    format!("{}: {}", field.path, values(field))
}

/// The old value and the new one.
fn values(field: &FieldChange) -> String {
    match (&field.from, &field.to) {
        (None, Some(to)) => format!("+ {}", short(to)),
        (Some(from), None) => format!("- {}", short(from)),
        (from, to) => {
            let shown = |value: &Option<Value>| value.as_ref().map(short).unwrap_or_default();
            format!("{} -> {}", shown(from), shown(to))
        }
    }
}

/// A value on one line.
fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = serde_json::to_string(value).unwrap_or_default();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST - 1).chain(['…']).collect() }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    added: &'a [String],
    removed: &'a [String],
    changed: Vec<Changed<'a>>,
    relationships_added: Vec<Edge<'a>>,
    relationships_removed: Vec<Edge<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    id: &'a str,
    fields: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    sort: &'a str,
    field_path: &'a str,
}

fn edges(links: &[Link]) -> Vec<Edge<'_>> {
    links.iter().map(|Link { from, to, sort, field }| Edge { from, to, sort, field_path: field }).collect()
}

/// The difference as one JSON document with a line break at its end: `schemas/diff.schema.json` describes it. It fails only
/// if serde does.
pub fn json(difference: &Difference) -> Result<String, serde_json::Error> {
    let changed = difference.changed.iter().map(|changed| Changed {
        id: &changed.id,
        fields: changed
            .fields
            .iter()
            .map(|field| Field { path: &field.path, from: field.from.as_ref(), to: field.to.as_ref() })
            .collect(),
    });
    let document = Document {
        schema_version: SCHEMA_VERSION,
        added: &difference.added,
        removed: &difference.removed,
        changed: changed.collect(),
        relationships_added: edges(&difference.edges_added),
        relationships_removed: edges(&difference.edges_removed),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
