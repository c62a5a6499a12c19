//! `design import`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use design_definitions::{Member, pack_image};
use design_pipeline::Compiled;
use design_source::{Form, classify, is_address};
use design_syntax::NodeRef;
use design_vocabulary::Severity;

use crate::args::{Input, Options};
use crate::command::{compile_as_written, create_new};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Write a design file from any source
///
/// The design file says what the source says: built again it gives the same manifests. A design file in another form
/// becomes one in the short form, with its parameters, what it uses, and its comments; of other sources the comments are
/// left out, and counted. With `-o FILE.tar` the design file is packed as an OCI image, as Meshery imports it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design import k8s/ -o design.yaml
  design import compose.yaml > design.yaml
  kubectl get deploy,svc -o yaml | design import - -o design.yaml
  design import design.yaml -o for-meshery.tar")]
pub struct ImportArgs {
    #[command(flatten)]
    input: Input,

    /// The file to write, which must not exist yet [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs `design import`.
pub fn cmd_import(terminal: &mut Terminal, options: &Options, args: &ImportArgs) -> Result<Exit, Failure> {
    let mut compilation = compile_as_written(terminal, options, &args.input)?;
    let mut lost = Vec::new();
    let mut texts = Vec::new();
    for compiled in &compilation.designs {
        check_uses(compiled, args)?;
        let (text, findings) = compiled.import(compilation.kind);
        lost.extend(findings);
        let name = compiled.design.name.to_string();
        let text = text.ok_or_else(|| Failure::Usage(format!("{name} cannot be written as a design file")))?;
        texts.push((name, text));
    }
    compilation.report.findings.extend(lost);
    compilation.report.sort();
    let errors = compilation.report.summary().errors;
    if terminal.is_quiet() {
        compilation.report.findings.retain(|finding| finding.severity == Severity::Error);
    }
    terminal.error(&design_report::text::findings(&compilation.report, &compilation.sources, terminal.style()))?;
    match &args.output {
        None => {
            for (number, (_, text)) in texts.iter().enumerate() {
                if number > 0 {
                    terminal.print("---\n")?;
                }
                terminal.print(text)?;
            }
        }
        Some(file) => {
            let [(name, text)] = texts.as_slice() else {
                let count = texts.len();
                return Err(Failure::Usage(format!("-o takes one design, and there are {count}")));
            };
            write(terminal, file, name, text)?;
        }
    }
    Ok(if errors > 0 { Exit::Findings } else { Exit::Done })
}

/// A design that uses others by paths finds them only from its own folder.
fn check_uses(compiled: &Compiled, args: &ImportArgs) -> Result<(), Failure> {
    let (Some(output), Some(document)) = (&args.output, compiled.map.documents().first()) else { return Ok(()) };
    let uses = document.root().and_then(|root| root.resolved().get("uses"));
    let designs = uses.into_iter().flat_map(NodeRef::children).filter_map(|entry| entry.resolved().get("design"));
    let mut paths = designs.map(NodeRef::text).filter(|path| !is_address(path));
    let (true, Some(path)) = (classify(document) == Form::Design, paths.next()) else { return Ok(()) };
    let folder = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
    let is_image = output.extension().is_some_and(|ending| ending == "tar");
    if !is_image && folder(output) == folder(Path::new(document.source().path())) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "the design uses `{path}`, which is not found from {}; write the file beside the design",
        output.display()
    )))
}

fn write(terminal: &mut Terminal, file: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::system("write", file, error);
    let (bytes, identity) = if file.extension().is_some_and(|ending| ending == "tar") {
        // The name is the one that Meshery looks for.
        let member = Member { path: "design.yml".to_owned(), bytes: text.as_bytes().to_vec() };
        let (bytes, identity) = pack_image(vec![member], name).map_err(|error| failed(&error))?;
        (bytes, Some(identity))
    } else {
        (text.as_bytes().to_vec(), None)
    };
    create_new(file)?.write_all(&bytes).map_err(|error| failed(&error))?;
    if let Some(identity) = identity {
        terminal.print(&format!("{identity}  {}\n", file.display()))?;
    }
    Ok(())
}
