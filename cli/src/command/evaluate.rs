//! `design evaluate`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use design_evaluate::{Limits, json, text, trace};
use design_pipeline::{Compiled, Evaluated, relationship_definitions};
use design_source::{Version, convert};
use design_syntax::{Layout, print};
use design_vocabulary::{Object, RelationshipDefinition, Severity, Value};

use crate::args::{Input, Options};
use crate::command::compile_as_written;
use crate::exit::{Exit, Failure};
use crate::models;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Find the relationships of a design, and say what they change
///
/// Relationships are found by the definitions of models: fields of two components that have to agree. Each says which side
/// gives its value; where the sides differ, the other one takes it. Nothing is changed but by -o.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design evaluate
  design evaluate shop.yaml --trace
  design evaluate shop.yaml -o shop-evaluated.yaml
  design evaluate k8s/ --model models --format json | jq '.designs[].actions[].op'")]
pub struct EvaluateArgs {
    #[command(flatten)]
    input: Input,

    /// Say why, step by step
    #[arg(long)]
    trace: bool,

    /// Write the evaluated design to this file, in the form that Meshery reads; `-` is standard output, in place of the
    /// report
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The format of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// How an evaluation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: + is added, - is taken out, ~ changes
    #[default]
    Text,
    /// For programs
    Json,
}

/// Runs `design evaluate`.
pub fn cmd_evaluate(terminal: &mut Terminal, options: &Options, args: &EvaluateArgs) -> Result<Exit, Failure> {
    let definitions = definitions(terminal, options, args)?;
    let mut compilation = compile_as_written(terminal, options, &args.input)?;
    // What is wrong with the design is a matter for `design check`; errors mean that something is missing here.
    compilation.report.findings.retain(|finding| finding.severity == Severity::Error);
    let evaluated: Vec<Evaluated> =
        compilation.designs.iter().map(|compiled| compiled.evaluate(&definitions, &Limits::default())).collect();
    compilation.report.findings.extend(evaluated.iter().flat_map(|each| each.findings.iter().cloned()));
    compilation.report.sort();
    let errors = compilation.report.summary().errors > 0;
    if terminal.is_quiet() {
        compilation.report.findings.retain(|finding| finding.severity == Severity::Error);
    }
    terminal.error(&design_report::text::findings(&compilation.report, &compilation.sources, terminal.style()))?;
    if let Some(file) = &args.output {
        if errors {
            let message = format!("{} is not written: the design has errors", file.display());
            terminal.error(&format!("error: {message}\n"))?;
            return Ok(Exit::Findings);
        }
        let [compiled] = compilation.designs.as_slice() else {
            let count = compilation.designs.len();
            return Err(Failure::Usage(format!("-o takes one design, and there are {count}")));
        };
        let text = evaluated.first().and_then(|evaluated| file_text(compiled, evaluated, file));
        let text = text.ok_or_else(|| Failure::Usage("the design cannot be written as a file".to_owned()))?;
        if file == Path::new("-") {
            terminal.print(&text)?;
            return Ok(Exit::Done);
        }
        std::fs::write(file, text).map_err(|error| Failure::system("write", file, &error))?;
    }
    let designs: Vec<_> = compilation.designs.iter().zip(&evaluated).collect();
    match args.format {
        Format::Text => {
            for (number, (compiled, evaluated)) in designs.into_iter().enumerate() {
                if number > 0 {
                    terminal.print("\n")?;
                }
                terminal.print(&text(&compiled.design.name, &evaluated.evaluation, &evaluated.names))?;
                if args.trace {
                    terminal.print(&trace(&evaluated.evaluation, &definitions, &evaluated.names))?;
                }
            }
        }
        Format::Json => {
            let designs: Vec<_> = designs
                .into_iter()
                .map(|(compiled, evaluated)| (compiled.design.name.as_str(), &evaluated.evaluation, &evaluated.names))
                .collect();
            let document = json(&designs, &definitions, args.trace)
                .map_err(|error| Failure::Environment(format!("cannot write the evaluation: {error}")))?;
            terminal.print(&document)?;
        }
    }
    Ok(if errors { Exit::Findings } else { Exit::Done })
}

fn definitions(
    terminal: &mut Terminal,
    options: &Options,
    args: &EvaluateArgs,
) -> Result<Vec<RelationshipDefinition>, Failure> {
    let models = models::load(terminal, options, &models::roots(&args.input.models.models)?)?;
    let (definitions, refused) = relationship_definitions(&DiskWorld::new(), &models);
    for (path, reason) in refused {
        terminal.error(&format!("warning: {path}: {reason}\n"))?;
    }
    Ok(definitions)
}

/// The evaluated design as the text of a file: JSON where the name says so. The version is that of the file it came from.
fn file_text(compiled: &Compiled, evaluated: &Evaluated, file: &Path) -> Option<String> {
    let object = compiled.evaluated_file(&evaluated.evaluation)?;
    let is_old = object.get_str("schemaVersion").is_some_and(|version| version.ends_with("/v1beta1"));
    let converted: Object = convert(&object, if is_old { Version::V1Beta1 } else { Version::V1Beta3 }).design;
    if file.extension().is_some_and(|ending| ending == "json") {
        return serde_json::to_string_pretty(&converted).ok().map(|text| text + "\n");
    }
    print(&Value::Object(converted), &Layout::default()).ok()
}
