//! `design schema`

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Print the JSON Schema of a file
///
/// Of a design file without a name; of settings, models, and of what the other commands write as JSON by their names.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design schema > design.schema.json
  design schema settings")]
pub struct SchemaArgs {
    /// What to describe
    #[arg(value_enum, default_value_t, value_name = "NAME")]
    name: Name,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Name {
    /// A design file, in our form and in those of Meshery
    #[default]
    Design,
    /// .design.yaml
    Settings,
    /// A model in our own form
    Model,
    /// design.lock
    Lock,
    /// What `design check --format json` writes
    Findings,
    /// What `design graph --format json` writes
    Graph,
    /// What `design diff --format json` writes
    Diff,
    /// What `design evaluate --format json` writes
    Evaluation,
    /// What `design plan --format json` writes
    Plan,
    /// What `design perf run --format json` writes
    PerfResult,
    /// What `design perf gate --format json` writes
    PerfGate,
    /// What `design perf compare --format json` writes
    PerfCompare,
    /// A performance profile that can be run
    PerfProfile,
    /// The messages of SMP, whatever its protocol buffers allow
    Smp,
}

/// Runs `design schema`.
pub fn cmd_schema(terminal: &mut Terminal, args: &SchemaArgs) -> Result<Exit, Failure> {
    terminal.print(match args.name {
        Name::Design => include_str!("../../../schemas/design.schema.json"),
        Name::Settings => include_str!("../../../schemas/settings.schema.json"),
        Name::Model => include_str!("../../../schemas/model.schema.json"),
        Name::Lock => include_str!("../../../schemas/lock.schema.json"),
        Name::Findings => include_str!("../../../schemas/findings.schema.json"),
        Name::Graph => include_str!("../../../schemas/graph.schema.json"),
        Name::Diff => include_str!("../../../schemas/diff.schema.json"),
        Name::Evaluation => include_str!("../../../schemas/evaluation.schema.json"),
        Name::Plan => include_str!("../../../schemas/plan.schema.json"),
        Name::PerfResult => include_str!("../../../schemas/perf-result.schema.json"),
        Name::PerfGate => include_str!("../../../schemas/perf-gate.schema.json"),
        Name::PerfCompare => include_str!("../../../schemas/perf-compare.schema.json"),
        Name::PerfProfile => include_str!("../../../schemas/smp/runnable.schema.json"),
        Name::Smp => include_str!("../../../schemas/smp/wire.schema.json"),
    })?;
    Ok(Exit::Done)
}
