//! `design model show`

use std::collections::BTreeMap;

use clap::Args;
use design_definitions::{Definition, Definitions, Entry, Head, Listed, Query, Schema, SchemaNode, Step, is_version};
use design_pipeline::Models;
use design_registry::Registry;
use design_vocabulary::FileId;

use crate::args::{ModelOptions, Options};
use crate::exit::{Exit, Failure};
use crate::models;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Show a kind, or a model with its kinds
///
/// Of a kind: its versions, where its objects live, the fields of its schema, the relationships that name it, its file.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design model show Deployment
  design model show networking.k8s.io/v1/Ingress
  design model show Deployment --model models --field spec.template.spec --depth 1
  design model show istio-base@1.16.0 --model models")]
pub struct ModelShowArgs {
    /// A kind, `group/version/Kind`, a model, or `model@version`
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    models: ModelOptions,

    /// Show the kind as this model defines it
    #[arg(long, value_name = "MODEL[@VERSION]")]
    of: Option<String>,

    /// Show the fields below this one: spec.template.spec
    #[arg(long, value_name = "PATH", default_value = "")]
    field: String,

    /// Show so many levels of fields
    #[arg(long, value_name = "N", default_value_t = 2)]
    depth: usize,
}

/// Runs `design model show`.
pub fn cmd_show(terminal: &mut Terminal, options: &Options, args: &ModelShowArgs) -> Result<Exit, Failure> {
    let models = models::load(terminal, options, &models::roots(&args.models.models)?)?;
    let definitions = &models.definitions;
    let (api_version, kind) = match args.name.rsplit_once('/') {
        Some((api_version, kind)) => (Some(api_version), kind),
        None => (None, args.name.as_str()),
    };
    let of = args.of.as_deref().map(name_and_version);
    let query =
        Query { kind, api_version, model: of.map(|(model, _)| model), version: of.and_then(|(_, version)| version) };
    let found: Vec<&Entry> = definitions.find(query).collect();
    if let [first, others @ ..] = found.as_slice() {
        let text = kind_text(&models, first, others, args)?;
        terminal.print(&text)?;
        return Ok(Exit::Done);
    }
    let (name, version) = name_and_version(&args.name);
    let is_asked =
        |model: &Listed, asked| is_version(&model.upstream_version, asked) || is_version(&model.version, asked);
    let is_named = |model: &&Listed| model.name == name && version.is_none_or(|asked| is_asked(model, asked));
    let named: Vec<&Listed> = definitions.models().iter().filter(is_named).collect();
    if named.is_empty() || args.of.is_some() {
        return Err(Failure::Usage(unknown(definitions, args, query)));
    }
    let texts: Vec<String> = named.into_iter().map(|model| model_text(definitions, model)).collect();
    terminal.print(&texts.join("\n"))?;
    Ok(Exit::Done)
}

fn name_and_version(text: &str) -> (&str, Option<&str>) {
    text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)))
}

/// What is missing, and what may have been meant.
fn unknown(definitions: &Definitions, args: &ModelShowArgs, query: Query<'_>) -> String {
    let elsewhere = definitions.find(Query { kind: query.kind, ..Query::default() }).next();
    let help = if let Some(entry) = elsewhere {
        format!("; {} has {} in `{}`", model_name(entry), entry.kind, entry.api_version)
    } else {
        let near = definitions.nearest_kind(query.kind).or_else(|| definitions.nearest_model(query.kind));
        near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    };
    let of = args.of.as_deref().map(|model| format!(" in the model `{model}`")).unwrap_or_default();
    format!("no kind and no model is called `{}`{of}{help}", args.name)
}

fn model_name(entry: &Entry) -> String {
    format!("{} {}", entry.model, entry.upstream_version)
}

fn model_text(definitions: &Definitions, model: &Listed) -> String {
    let place = if model.is_builtin { "built in" } else { model.path.as_str() };
    let mut text = format!(
        "{}\n  version        {}\n  definitions    {}\n  relationships  {}\n  where          {place}\n",
        model.name, model.upstream_version, model.version, model.relationships
    );
    let is_of = |entry: &&Entry| {
        entry.model == model.name
            && entry.upstream_version == model.upstream_version
            && entry.version == model.version
            && entry.file.is_none() == model.is_builtin
    };
    text.push_str(&format!("  kinds          {}\n", model.components));
    for entry in definitions.entries().iter().filter(is_of) {
        text.push_str(&format!("    {:<32}  {:<36}  {}\n", entry.kind, entry.api_version, scope(entry)));
    }
    text
}

fn scope(entry: &Entry) -> &'static str {
    match entry.is_namespaced {
        Some(true) => "namespaced",
        Some(false) => "in the cluster",
        None => "not said",
    }
}

fn kind_text(models: &Models, entry: &Entry, others: &[&Entry], args: &ModelShowArgs) -> Result<String, Failure> {
    let file = entry.file.and_then(|file| models.index.files.get(file as usize)).map_or("built in", |file| &file.path);
    let mut text = format!(
        "{}\n  apiVersion     {}\n  model          {}\n  scope          {}\n  file           {file}\n",
        entry.kind,
        entry.api_version,
        model_name(entry),
        scope(entry)
    );
    text.push_str(&also(others));
    let from = relationships(models, entry);
    if !from.is_empty() {
        text.push_str(&format!("  relationships\n{from}"));
    }
    if let Some(schema) = schema(models, entry) {
        let node = below(&schema, &args.field)
            .ok_or_else(|| Failure::Usage(format!("{} has no field `{}`", entry.kind, args.field)))?;
        let of = if args.field.is_empty() { String::new() } else { format!(" of {}", args.field) };
        text.push_str(&format!("  fields{of}\n"));
        fields(node, args.depth, 4, &mut text);
    } else if !args.field.is_empty() {
        return Err(Failure::Usage(format!("{} has no schema in {}", entry.kind, model_name(entry))));
    }
    Ok(text)
}

/// Where else the kind is defined: a line each version of the API and model.
fn also(others: &[&Entry]) -> String {
    let mut lines: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for other in others {
        lines.entry((&other.api_version, &other.model)).or_default().push(&other.upstream_version);
    }
    let line = |((api_version, model), versions): (&(&str, &str), &Vec<&str>)| {
        format!("  also           {api_version} in {model} {}\n", versions.join(", "))
    };
    lines.iter().map(line).collect()
}

/// The schema of a kind: built in, or read from its file.
fn schema(models: &Models, entry: &Entry) -> Option<Schema> {
    if entry.file.is_none() {
        return entry.builtin_schema();
    }
    let read = models.read(&DiskWorld::new(), entry.file?, FileId(0))?.read;
    read.definitions.iter().find_map(|loaded| match &loaded.definition {
        Definition::Component(component)
            if component.kind == entry.kind && component.api_version == entry.api_version =>
        {
            Schema::parse(&component.schema)
        }
        _ => None,
    })
}

/// The part of a schema at a path; elements of lists are stepped into by themselves.
fn below<'a>(schema: &'a Schema, path: &str) -> Option<SchemaNode<'a>> {
    let mut node = schema.root();
    for key in path.split('.').filter(|key| !key.is_empty()) {
        if let Step::Described(element) = node.element() {
            node = element;
        }
        let Step::Described(found) = node.key(key.trim_end_matches("[]")) else { return None };
        node = found;
    }
    Some(node)
}

fn fields(node: SchemaNode<'_>, depth: usize, indent: usize, text: &mut String) {
    let inner = if let Step::Described(element) = node.element() { element } else { node };
    for field in inner.fields() {
        let width = 40_usize.saturating_sub(indent);
        let required = if field.is_required { " (required)" } else { "" };
        text.push_str(&format!("{:indent$}{:<width$}  {}{required}\n", "", field.name, field.node.type_in_words()));
        if depth > 1 {
            fields(field.node, depth - 1, indent + 2, text);
        }
    }
}

/// The relationship definitions that name a kind, a line each: those of fields, then those of files in Meshery's form.
fn relationships(models: &Models, entry: &Entry) -> String {
    let group = entry.api_version.split_once('/').map_or("", |(group, _)| group);
    let mut fields = Registry::builtin().relationships().clone();
    fields.append(models.short_forms(&DiskWorld::new()).1);
    let has_pods = fields.pods.iter().any(|pods| pods.kind == entry.kind.as_str() && pods.group == group);
    let mut lines: Vec<String> = fields
        .definitions
        .iter()
        .filter(|field| {
            let is_kind = |kind: &String| kind == entry.kind.as_str();
            let from = field.from.kind.iter().chain(&field.from.kinds).any(is_kind) && field.from.group == group;
            let to = field.to.kind.iter().any(is_kind) && field.to.group == group;
            from || to || (has_pods && field.from.pod.is_some())
        })
        .map(|field| {
            let path = field.from.pod.as_deref().map_or(field.from.path.as_str(), |path| path);
            let of = if field.from.pod.is_some() { "of pods: " } else { "" };
            format!("    {}/{}/{}: {} ({of}{path})\n", field.kind, field.type_name, field.sub_type, field.name)
        })
        .collect();
    let mut of_files: Vec<String> = Vec::new();
    for file in &models.index.files {
        for head in &file.heads {
            let Head::Relationship { combination, from, to, .. } = head else { continue };
            let names = |side: &[design_vocabulary::Text]| side.contains(&entry.kind);
            if names(from) || names(to) {
                let (from, to) = (from.join(", "), to.join(", "));
                of_files.push(format!("    {combination}: {from} -> {to}  {}\n", file.path));
            }
        }
    }
    of_files.sort();
    of_files.dedup();
    lines.append(&mut of_files);
    lines.concat()
}
