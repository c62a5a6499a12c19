//! `design model generate`

use std::path::PathBuf;

use clap::Args;
use design_apply::openapi;
use design_check::word_syntax;
use design_definitions::{Generated, is_name};
use design_pipeline::{definition_files, read_file};
use design_report::{Report, Sources, text};
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::FileId;

use crate::command::cluster::{AccessArgs, unanswered, with_cluster};
use crate::exit::{Exit, Failure};
use crate::output_folder::OutputFolder;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Make a model from custom resource definitions or OpenAPI documents
///
/// Every served version of a custom resource becomes a definition, and the one that a cluster stores is marked. Of an
/// OpenAPI document (version 2 or 3) every kind that can be created becomes one. With --from-cluster the definitions and
/// documents are those that a cluster serves, and without a path all of them. The model is written as a folder in Meshery's
/// form: NAME/VERSION/v1.0.0.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design model generate crds.yaml --name acme --model-version 2.1.0 -o models
  kubectl get crds -o yaml | design model generate - --name mine
  kubectl get --raw /openapi/v3/apis/apps/v1 | design model generate - --name apps
  design model generate --from-cluster --context staging --name staging
  design model generate --from-cluster --group acme.com --name acme")]
pub struct ModelGenerateArgs {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "from_cluster")]
    paths: Vec<String>,

    /// Take what a cluster serves
    #[arg(long)]
    from_cluster: bool,

    /// Of the cluster, take only this API group; may be given several times
    #[arg(long = "group", value_name = "GROUP", requires = "from_cluster")]
    api_groups: Vec<String>,

    #[command(flatten)]
    access: AccessArgs,

    /// The name of the model [default: what the API groups have in common]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The version of what the model describes
    #[arg(long, value_name = "VERSION", default_value = "v0.0.0")]
    model_version: String,

    /// The folder in which the model is written
    #[arg(short, long, value_name = "DIR", default_value = "models")]
    output: PathBuf,
}

/// Runs `design model generate`.
pub fn cmd_generate(terminal: &mut Terminal, args: &ModelGenerateArgs) -> Result<Exit, Failure> {
    let is_version = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+' | '_');
    if !args.model_version.starts_with(|first: char| first.is_ascii_alphanumeric())
        || !args.model_version.chars().all(is_version)
    {
        return Err(Failure::Usage(format!("`{}` is no version: 1.2.0, v1.2.0-rc.1", args.model_version)));
    }
    for path in args.paths.iter().filter(|path| *path != "-") {
        if !std::path::Path::new(path).exists() {
            return Err(Failure::Usage(format!("there is no file or folder `{path}`")));
        }
    }
    let served = if args.from_cluster { served(terminal, args)? } else { Vec::new() };
    let (generated, failed) = read(terminal, args, served)?;
    if generated.components.is_empty() {
        return Err(Failure::Usage(if args.from_cluster {
            "the cluster serves no kind of these groups".to_owned()
        } else {
            let paths = args.paths.join("`, `");
            format!("`{paths}` holds no custom resource definition and no OpenAPI document with kinds")
        }));
    }
    let name = args
        .name
        .clone()
        .or_else(|| generated.suggested_name())
        .ok_or_else(|| Failure::Usage("the API groups have no name in common; say --name NAME".to_owned()))?;
    if !is_name(&name) {
        return Err(Failure::Usage(format!(
            "a model cannot be called `{name}`: lower-case letters, digits and `-` only"
        )));
    }
    let folder = args.output.join(&name).join(&args.model_version).join("v1.0.0");
    let mut output = OutputFolder::open(&folder)?;
    for member in generated.files(&name, &args.model_version) {
        output.write(&member.path, &member.bytes)?;
    }
    let done = output.finish(!failed)?;
    terminal.print(&summary(&generated, &folder))?;
    for path in &done.kept {
        terminal.error(&format!(
            "{path} is not of this model any more, but was changed since it was written: it stays\n"
        ))?;
    }
    Ok(if failed { Exit::Findings } else { Exit::Done })
}

/// What a cluster serves: definitions first, which say more than the documents that are made of them.
fn served(terminal: &mut Terminal, args: &ModelGenerateArgs) -> Result<Vec<(String, String)>, Failure> {
    let served = with_cluster(terminal, &args.access, async |cluster, _| {
        openapi(&cluster, &args.api_groups).await.map_err(unanswered)
    })?;
    Ok(served.into_iter().map(|document| (document.path, document.text)).collect())
}

/// Reads what was named, and texts by their paths. Whether anything could not be read comes with it.
fn read(
    terminal: &mut Terminal,
    args: &ModelGenerateArgs,
    served: Vec<(String, String)>,
) -> Result<(Generated, bool), Failure> {
    let world = DiskWorld::new();
    let limits = Limits::default();
    let mut generated = Generated::default();
    let mut report = Report::default();
    let mut sources = Sources::default();
    let mut left_out = Vec::new();
    let files = definition_files(&world, &args.paths);
    let files = files.iter().zip(0..).map(|(path, number)| read_file(&world, path, FileId(number), &limits));
    let read: Vec<_> = files.collect();
    let next = u32::try_from(read.len()).unwrap_or_default();
    let served =
        served.into_iter().zip(next..).map(|((path, text), number)| Ok(SourceText::new(FileId(number), &path, text)));
    for file in read.into_iter().chain(served) {
        match file {
            Ok(source) => {
                let parsed = parse(&source, &limits);
                report.findings.extend(parsed.problems.iter().map(word_syntax));
                for mut document in parsed.documents {
                    if !generated.add(&mut document) {
                        left_out.push((
                            "it is neither a custom resource definition nor an OpenAPI document".to_owned(),
                            document.span(),
                        ));
                    }
                }
                sources.insert(source);
            }
            Err((source, finding)) => {
                report.findings.push(finding);
                sources.insert(source);
            }
        }
    }
    left_out.append(&mut generated.left_out);
    for (reason, span) in left_out {
        if let Some((path, place)) = sources.place(span) {
            terminal.error(&format!("left out: {path}:{}:{}: {reason}\n", place.line, place.column))?;
        }
    }
    terminal.error(&text::findings(&report, &sources, terminal.style()))?;
    generated.finish();
    Ok((generated, !report.findings.is_empty()))
}

fn summary(generated: &Generated, folder: &std::path::Path) -> String {
    let mut lines = String::new();
    for component in &generated.components {
        let stored = if component.is_storage_version == Some(true) { "  storage version" } else { "" };
        let scope = match component.is_namespaced {
            Some(true) => "namespaced",
            Some(false) => "in the cluster",
            None => "not said",
        };
        let line = format!("{:<28}  {:<36}  {scope:<14}{stored}", component.kind, component.api_version);
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    let count = generated.components.len();
    lines + &format!("{count} definition{} in {}\n", if count == 1 { "" } else { "s" }, folder.display())
}
