//! `design model list`

use clap::{Args, ValueEnum};
use design_definitions::Listed;
use serde::Serialize;

use crate::args::{ModelOptions, Options};
use crate::exit::{Exit, Failure};
use crate::models;
use crate::terminal::Terminal;

/// List the models that are known, with how much each defines
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design model list
  design model list --model ../models --model acme.tar.gz --format json")]
pub struct ModelListArgs {
    #[command(flatten)]
    models: ModelOptions,

    /// The format of the list
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each: name, version, kinds, relationships, where it lies
    #[default]
    Text,
    /// For programs
    Json,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: &'static str,
    models: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    name: &'a str,
    display_name: &'a str,
    /// The version of what the model describes.
    upstream_version: &'a str,
    /// The version of its definitions.
    version: &'a str,
    components: usize,
    relationships: usize,
    faulty: usize,
    built_in: bool,
    path: Option<&'a str>,
}

/// Runs `design model list`.
pub fn cmd_list(terminal: &mut Terminal, options: &Options, args: &ModelListArgs) -> Result<Exit, Failure> {
    let models = models::load(terminal, options, &models::roots(&args.models.models)?)?;
    let listed = models.definitions.models();
    match args.format {
        Format::Text => terminal.print(&table(listed))?,
        Format::Json => {
            let models = listed.iter().map(item).collect();
            let text = serde_json::to_string_pretty(&Document { schema_version: "models.design/v1", models })
                .map_err(|error| Failure::Environment(format!("cannot write the list: {error}")))?;
            terminal.print(&format!("{text}\n"))?;
        }
    }
    let faulty = models.index.files.iter().filter(|file| file.is_faulty).count();
    if faulty > 0 {
        let files = if faulty == 1 { "1 file".to_owned() } else { format!("{faulty} files") };
        terminal.error(&format!("{files} could not be read, at least in part; `design model lint` says why\n"))?;
        return Ok(Exit::Findings);
    }
    Ok(Exit::Done)
}

fn item(listed: &Listed) -> Item<'_> {
    Item {
        name: &listed.name,
        display_name: &listed.display_name,
        upstream_version: &listed.upstream_version,
        version: &listed.version,
        components: listed.components,
        relationships: listed.relationships,
        faulty: listed.faulty,
        built_in: listed.is_builtin,
        path: (!listed.is_builtin).then_some(listed.path.as_str()),
    }
}

fn table(listed: &[Listed]) -> String {
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let rows: Vec<[String; 5]> = listed
        .iter()
        .map(|model| {
            [
                if model.name.is_empty() { "(no name)".to_owned() } else { model.name.to_string() },
                model.upstream_version.to_string(),
                count(model.components, "kind"),
                count(model.relationships, "relationship"),
                if model.is_builtin { "built in".to_owned() } else { model.path.to_string() },
            ]
        })
        .collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let [name, version, kinds, relationships, _] = widths;
    rows.iter()
        .map(|[a, b, c, d, e]| format!("{a:<name$}  {b:<version$}  {c:>kinds$}  {d:>relationships$}  {e}\n"))
        .collect()
}
