//! `design perf meshmark`

use std::path::PathBuf;

use clap::Args;
use design_perf::meshmark::Utilization;
use serde_json::json;

use super::run::Format;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say how much a mesh leaves unused, as one number (experimental)
///
/// MeshMark is an index of the SMP specification that was never defined to its end. What stands here is one reading of it: 100 times the
/// mean over classes of the weighted share of each resource that is left unused at a fixed rate; more is better. Its inputs are
/// printed beside it, and no gate takes it.
///
/// The file says what was used: `classes: [{name: proxies, resources: [{name: cpu, used: 0.4, total: 4, weight: 0.1}]}]`, in any unit, with
/// weights from -0.5 to 0.5.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design perf meshmark used.yaml
  design perf meshmark used.yaml --format json")]
pub struct PerfMeshmarkArgs {
    /// What was used of each resource, as YAML or JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The format of the answer
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Runs `design perf meshmark`.
pub fn cmd_meshmark(terminal: &mut Terminal, args: &PerfMeshmarkArgs) -> Result<Exit, Failure> {
    let file = &args.file;
    let text = std::fs::read_to_string(file).map_err(|error| Failure::system("read", file, &error))?;
    let wrong = |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", file.display()));
    let used: Utilization = serde_yaml::from_str(&text).map_err(|error| wrong(&error))?;
    let mark = used.mark().map_err(|why| wrong(&why))?;
    terminal.print(&match args.format {
        Format::Json => format!("{:#}\n", json!({"schemaVersion": "meshmark.design/experimental", "meshmark": mark})),
        Format::Text => {
            let mut text = format!("{:.1} of 100 (MeshMark, experimental)\n", mark.score);
            for class in &mark.classes {
                text.push_str(&format!("{}: {:.1} % left unused\n", class.name, class.score * 100.0));
                for left in &class.resources {
                    let (name, unused, weight) = (&left.name, left.unused * 100.0, left.weight);
                    text.push_str(&format!("  {name}: {unused:.1} % left unused, weight {weight:+.2}\n"));
                }
            }
            text
        }
    })?;
    Ok(Exit::Done)
}
