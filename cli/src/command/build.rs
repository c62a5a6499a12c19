//! `design build`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use design_pipeline::{Compilation, Compiled};
use design_vocabulary::Severity;

use crate::args::{Input, Options};
use crate::command::{Depth, Rendering, compile_as};
use crate::exit::{Exit, Failure, leave};
use crate::output_folder::OutputFolder;
use crate::terminal::Terminal;

/// Render a design as Kubernetes manifests, a Helm chart or a compose file
///
/// Manifests go to standard output, or with -o to a folder, one file an object; a chart goes to a folder, a compose file to
/// either, and with -o also the files that it names. Findings go to standard error. With errors, what is sound is still written and the exit code is 1.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design build | kubectl apply -f -
  design build catalog/patterns/boutique -o rendered
  design build catalog/patterns/boutique -t helm -o chart
  design build catalog/patterns/boutique -t compose | docker compose -f - up
  design build shop/ -e production --set replicas=3
  design build shop/ -o rendered --order argo
  kubectl get deploy -o yaml | design build -")]
pub struct BuildArgs {
    #[command(flatten)]
    input: Input,

    /// Write one file an object to this folder, and remove what an earlier build wrote there and this one does not
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// What to render
    #[arg(short, long, value_enum, default_value_t, value_name = "TARGET")]
    target: Target,

    /// Tell a tool in which order the manifests come up
    #[arg(long, value_enum, value_name = "TOOL")]
    order: Option<Ordering>,

    /// Read every target back, a chart by `helm`, and compare it with the design
    #[arg(long)]
    verify: bool,
}

/// What is rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Kubernetes manifests
    #[default]
    Kubernetes,
    /// A Helm chart, with the parameters of the design as its values
    Helm,
    /// A compose file
    Compose,
}

impl Target {
    fn target(self) -> design_pipeline::Target {
        match self {
            Self::Kubernetes => design_pipeline::Target::Kubernetes,
            Self::Helm => design_pipeline::Target::Helm,
            Self::Compose => design_pipeline::Target::Compose,
        }
    }
}

/// Who is told of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ordering {
    /// Argo CD: sync waves
    Argo,
    /// Flux: a folder a batch, and Kustomizations that depend on each other
    Flux,
    /// Helm: hooks with weights
    Helm,
    /// kpt: dependencies of objects
    Kpt,
}

impl Ordering {
    fn ordering(self) -> design_pipeline::Ordering {
        match self {
            Self::Argo => design_pipeline::Ordering::Argo,
            Self::Flux => design_pipeline::Ordering::Flux,
            Self::Helm => design_pipeline::Ordering::Helm,
            Self::Kpt => design_pipeline::Ordering::Kpt,
        }
    }
}

/// Runs `design build`.
pub fn cmd_build(terminal: &mut Terminal, options: &Options, args: &BuildArgs) -> Result<Exit, Failure> {
    let is_chart = args.target == Target::Helm;
    if is_chart && args.output.is_none() {
        return Err(Failure::Usage("a chart is a folder: say which with `-o DIR`".to_owned()));
    }
    if args.target != Target::Kubernetes && args.order.is_some() {
        return Err(Failure::Usage(
            "`--order` is for manifests: a chart and a compose file say it themselves".to_owned(),
        ));
    }
    let rendering = Rendering { target: args.target.target(), is_ordered: args.order.is_some(), verify: args.verify };
    let (mut compilation, _) = compile_as(terminal, options, &args.input, Depth::Render(rendering))?;
    let errors = compilation.report.summary().errors;
    if terminal.is_quiet() {
        compilation.report.findings.retain(|finding| finding.severity == Severity::Error);
    }
    let findings = design_report::text::findings(&compilation.report, &compilation.sources, terminal.style());
    terminal.error(&findings)?;
    if let Some(folder) = &args.output {
        let mut output = OutputFolder::open(folder)?;
        let names = folder_names(compilation.designs.iter().map(|compiled| compiled.design.name.as_str()));
        for (compiled, name) in compilation.designs.iter().zip(names) {
            each_file(compiled, args, |path, bytes| {
                let path = if compilation.designs.len() > 1 { format!("{name}/{path}") } else { path.to_owned() };
                output.write(&path, bytes)
            })?;
        }
        let done = output.finish(errors == 0)?;
        for path in &done.kept {
            terminal.error(&format!("warning: {path} was changed by hand since it was written, so it stays\n"))?;
        }
        if !terminal.is_quiet() {
            let plural = if done.written == 1 { "" } else { "s" };
            let removed = if done.removed == 0 { String::new() } else { format!(", {} removed", done.removed) };
            terminal.error(&format!("{} file{plural} in {}{removed}\n", done.written, folder.display()))?;
        }
    } else {
        print(terminal, &compilation, args)?;
    }
    leave(compilation);
    Ok(if errors > 0 { Exit::Findings } else { Exit::Done })
}

/// Writes the manifests as a stream.
fn print(terminal: &mut Terminal, compilation: &Compilation, args: &BuildArgs) -> Result<(), Failure> {
    let mut first = true;
    for compiled in &compilation.designs {
        let mut beside = 0;
        each_file(compiled, args, |path, bytes| {
            // What a compose file names lies beside it, which a stream cannot say.
            if args.target == Target::Compose && path != "compose.yaml" {
                beside += 1;
                return Ok(());
            }
            if !std::mem::take(&mut first) {
                terminal.print("---\n")?;
            }
            terminal.print(&String::from_utf8_lossy(bytes))
        })?;
        if beside > 0 {
            let name = &compiled.design.name;
            terminal
                .error(&format!("note: compose.yaml of {name} names {beside} files; write them with `-o DIR`\n"))?;
        }
    }
    Ok(())
}

/// Passes on each file of what is rendered: its path below the output folder, and its text.
fn each_file(
    compiled: &Compiled,
    args: &BuildArgs,
    mut write: impl FnMut(&str, &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match (args.target, args.order) {
        (Target::Helm, _) => match &compiled.chart {
            Some(Ok(chart)) => chart.files.iter().try_for_each(|(path, text)| write(path, text.as_bytes())),
            Some(Err(reason)) => Err(Failure::Environment(format!("cannot write the chart: {reason}"))),
            None => Ok(()),
        },
        (Target::Kubernetes, Some(order)) => {
            let mut ordered = compiled.ordered(order.ordering()).into_iter();
            ordered.try_for_each(|artifact| write(&artifact.path, artifact.text.as_bytes()))
        }
        (Target::Kubernetes, None) => {
            compiled.artifacts().try_for_each(|artifact| write(&artifact.path, artifact.text.as_bytes()))
        }
        (Target::Compose, _) => {
            let files = compiled.compose.iter().flat_map(|project| &project.files);
            files.into_iter().try_for_each(|(path, bytes)| write(path, bytes))
        }
    }
}

/// A folder name for each of several designs: its name with what a path cannot hold replaced, and a number where two
/// have the same.
fn folder_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    names
        .map(|name| {
            let safe = |letter: char| {
                if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' }
            };
            let name: String = name.trim_start_matches('.').chars().map(safe).take(100).collect();
            let name = if name.is_empty() { "design".to_owned() } else { name };
            let count = used.entry(name.to_lowercase()).or_insert(0);
            *count += 1;
            if *count == 1 { name } else { format!("{name}-{count}") }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_designs_get_folders_of_their_own() {
        assert_eq!(folder_names(["shop", "Shop", "../x", ""].into_iter()), ["shop", "Shop-2", "-x", "design"]);
    }
}
