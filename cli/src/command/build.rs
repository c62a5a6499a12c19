//! `design build`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use design_vocabulary::Severity;

use crate::args::{Input, Options};
use crate::command::compile_input;
use crate::exit::{Exit, Failure};
use crate::output_folder::OutputFolder;
use crate::terminal::Terminal;

/// Render a design as Kubernetes manifests
///
/// Manifests go to standard output, or with -o to a folder, one file an object; findings go to standard error. With
/// errors, what is sound is still written and the exit code is 1.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design build | kubectl apply -f -
  design build catalog/patterns/boutique -o rendered
  kubectl get deploy -o yaml | design build -")]
pub struct BuildArgs {
    #[command(flatten)]
    input: Input,

    /// Write one file an object to this folder, and remove what an earlier build wrote there and this one does not
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Runs `design build`.
pub fn cmd_build(terminal: &mut Terminal, options: &Options, args: &BuildArgs) -> Result<Exit, Failure> {
    let (mut compilation, _) = compile_input(terminal, options, &args.input)?;
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
            for artifact in compiled.artifacts() {
                let path =
                    if compilation.designs.len() > 1 { format!("{name}/{}", artifact.path) } else { artifact.path };
                output.write(&path, &artifact.text)?;
            }
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
        let mut first = true;
        for artifact in compilation.designs.iter().flat_map(design_pipeline::Compiled::artifacts) {
            if !std::mem::take(&mut first) {
                terminal.print("---\n")?;
            }
            terminal.print(&artifact.text)?;
        }
    }
    Ok(if errors > 0 { Exit::Findings } else { Exit::Done })
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
