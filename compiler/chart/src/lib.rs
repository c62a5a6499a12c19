//! A design as a Helm chart.
//!
//! Each object is a template of its own, with the parameters of the design as values and nothing else open. What the chart
//! renders with the values that it comes with is what `design build` writes: so nothing is added to an object unless a value
//! asks for it, and what Helm would read as a template in a text is escaped.

mod expression;
mod object;
mod values;

use design_graph::Graph;
use design_parameters::{Symbols, Values};
use design_render::{Manifests, object as object_of};
use design_source::Open;
use design_vocabulary::{Component, Design, Span, Text, Value};
use serde::Serialize;
use tera::{Context, Tera};

use crate::expression::{Writer, escape};
use crate::object::template;

/// What a chart is written from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The design.
    pub design: &'a Design,
    /// Its graph.
    pub graph: &'a Graph,
    /// The plan of its manifests, whose files the templates are called after.
    pub manifests: &'a Manifests,
    /// Its parameters and their values.
    pub values: &'a Values,
    /// Its components with their parameters open.
    pub open: Option<&'a Open>,
}

/// A chart.
#[derive(Debug, Default)]
pub struct Chart {
    /// Its files: path, with `/` between folders, and text.
    pub files: Vec<(String, String)>,
    /// What a chart cannot say as the design says it.
    pub problems: Vec<Problem>,
}

/// Something that a chart cannot say as the design says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A parameter is called like a value that every chart has.
    ReservedName {
        /// The parameter.
        name: Text,
        /// Its declaration.
        span: Span,
    },
    /// The version of the design is none that a chart can have.
    Version {
        /// What it says.
        written: Text,
    },
}

const FILES: [(&str, &str); 6] = [
    ("Chart.yaml", include_str!("../templates/Chart.yaml")),
    ("values.yaml", include_str!("../templates/values.yaml")),
    (".helmignore", include_str!("../templates/helmignore")),
    ("templates/_helpers.tpl", include_str!("../templates/_helpers.tpl")),
    ("templates/NOTES.txt", include_str!("../templates/NOTES.txt")),
    ("templates/tests/connection.yaml", include_str!("../templates/connection.yaml")),
];

/// A service that can be connected to.
#[derive(Debug, Serialize)]
struct Connection {
    host: String,
    port: String,
}

/// Writes a chart. It fails only where a template of this crate does.
pub fn chart(input: &Input<'_>) -> Result<Chart, String> {
    let mut chart = Chart::default();
    let name = chart_name(&input.design.name);
    let writer = Writer { values: input.values, chart: &name };
    for parameter in input.values.parameters() {
        if values::RESERVED.contains(&parameter.name.as_str()) {
            chart.problems.push(Problem::ReservedName { name: parameter.name.clone(), span: parameter.span });
        }
    }
    let (version, is_version) = chart_version(input.design.version.as_deref());
    if let Some(written) = input.design.version.clone().filter(|_| !is_version) {
        chart.problems.push(Problem::Version { written });
    }
    let mut objects = Vec::new();
    for (index, path) in input.manifests.files() {
        let (Some(component), Some(node)) = (input.design.components.get(index), input.graph.nodes.get(index)) else {
            continue;
        };
        let open = input.open.and_then(|open| Some((open.components.get(index)?, &open.symbols)));
        let open = open.map(|(component, symbols)| (object_of(component, node.scope), symbols));
        let open = open.as_ref().map(|(object, symbols)| (object, *symbols));
        let is_definition = component.kind == "CustomResourceDefinition";
        let object = object_of(component, node.scope);
        let mut written = template(&object, open, &writer, !is_definition).map_err(|error| error.to_string())?;
        // What lies in crds/ is no template; a definition with parameters has to be one.
        let folder = if is_definition && !written.is_open { "crds" } else { "templates" };
        if is_definition && written.is_open {
            written = template(&object, open, &writer, true).map_err(|error| error.to_string())?;
        }
        objects.push((format!("{folder}/{path}"), written.text));
    }
    let context = context(input, &writer, &version)?;
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<&'static str>::new());
    tera.set_delimiters(tera::Delimiters {
        block_start: "[%".into(),
        block_end: "%]".into(),
        variable_start: "[[".into(),
        variable_end: "]]".into(),
        comment_start: "[#".into(),
        comment_end: "#]".into(),
    })
    .map_err(|error| error.to_string())?;
    tera.add_raw_templates(FILES).map_err(|error| error.to_string())?;
    for (path, _) in FILES {
        let text = tera.render(path, &context).map_err(|error| error.to_string())?;
        // A file that has nothing to say is not there.
        if !text.trim().is_empty() {
            chart.files.push((path.to_owned(), text));
        }
    }
    let schema = values::schema(input.values).map_err(|error| error.to_string())?;
    chart.files.push(("values.schema.json".to_owned(), schema));
    chart.files.extend(objects);
    Ok(chart)
}

fn context(input: &Input<'_>, writer: &Writer<'_>, version: &str) -> Result<Context, String> {
    let nothing = Symbols::default();
    let quoted = |text: &str| serde_json::to_string(text).map_err(|error| error.to_string());
    let of_kind = |kind: &'static str| {
        let all = input.design.components.iter().enumerate();
        all.filter(move |(_, component)| component.kind == kind && !component.is_annotation)
    };
    let open = |index: usize, component: &Component| {
        let open = input.open.and_then(|open| Some((open.components.get(index)?.clone(), &open.symbols)));
        open.unwrap_or_else(|| (component.clone(), &nothing))
    };
    let text = |value: &Value, symbols: &Symbols| match symbols.get(value) {
        Some(symbol) => writer.plain(symbol),
        None => escape(&design_parameters::text_of(value).unwrap_or_default()),
    };
    let mut connections = Vec::new();
    for (index, component) in of_kind("Service") {
        let (component, symbols) = open(index, component);
        let Some(spec) = component.configuration.get("spec") else { continue };
        if spec.get("selector").is_none() {
            continue;
        }
        let mut host = text(&Value::from(component.name().unwrap_or_default()), symbols);
        if let Some(namespace) = component.namespace() {
            host = format!("{host}.{}", text(&Value::from(namespace), symbols));
        }
        for port in spec.get("ports").and_then(Value::as_array).unwrap_or_default() {
            let is_tcp = port.get("protocol").is_none_or(|protocol| protocol.as_str() == Some("TCP"));
            if let Some(number) = port.get("port").filter(|_| is_tcp) {
                connections.push(Connection { host: host.clone(), port: text(number, symbols) });
            }
        }
    }
    let mut hosts = Vec::new();
    for (index, component) in of_kind("Ingress") {
        let (component, symbols) = open(index, component);
        let rules = component.configuration.get("spec").and_then(|spec| spec.get("rules")).and_then(Value::as_array);
        let named = rules.unwrap_or_default().iter().filter_map(|rule| rule.get("host"));
        hosts.extend(named.map(|host| text(host, symbols)));
    }
    hosts.dedup();
    let account = of_kind("ServiceAccount").next().and_then(|(_, component)| component.name());
    let mut context = Context::new();
    context.insert("name", writer.chart);
    context.insert("title", &escape(&input.design.name));
    context.insert("description", &quoted(&format!("The design {}", input.design.name))?);
    context.insert("version", version);
    context.insert("app_version", &quoted(input.design.version.as_deref().unwrap_or(version))?);
    context.insert("service_account", account.unwrap_or("default"));
    context.insert("connections", &connections);
    context.insert("hosts", &hosts);
    context.insert("entries", &values::entries(input.values).map_err(|error| error.to_string())?);
    Ok(context)
}

/// The name of a design as that of a chart: lower case letters, digits and dashes.
fn chart_name(name: &str) -> String {
    let letter = |letter: char| {
        let lower = letter.to_ascii_lowercase();
        if lower.is_ascii_lowercase() || lower.is_ascii_digit() { lower } else { '-' }
    };
    let name: String = name.chars().map(letter).collect();
    let mut short = name.trim_matches('-').to_owned();
    short.truncate(53);
    let short = short.trim_matches('-').to_owned();
    if short.is_empty() { "design".to_owned() } else { short }
}

/// The version of a design as that of a chart, and whether it is one.
fn chart_version(written: Option<&str>) -> (String, bool) {
    let version = written.unwrap_or("0.1.0");
    let version = version.strip_prefix('v').unwrap_or(version);
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'+');
    let is_version = core.split('.').count() == 3 && core.split('.').all(is_number) && version.bytes().all(is_word);
    if is_version { (version.to_owned(), true) } else { ("0.1.0".to_owned(), written.is_none()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_those_of_charts() {
        assert_eq!(chart_name("My Shop (2)"), "my-shop--2");
        assert_eq!(chart_name("***"), "design");
        assert_eq!(chart_version(Some("v1.2.3-rc.1+x")), ("1.2.3-rc.1+x".to_owned(), true));
        assert_eq!(chart_version(Some("1.2")), ("0.1.0".to_owned(), false));
        assert_eq!(chart_version(None), ("0.1.0".to_owned(), true));
    }
}
