//! `design fmt`

use std::path::Path;

use clap::{Args, ValueEnum};
use design_check::rules::value_lost;
use design_check::word_syntax;
use design_pipeline::{EntryKind, World, discover, read_file};
use design_report::{Report, Sources, text};
use design_source::{Form, Version, canonical, classify, convert, lower_design};
use design_syntax::{Document, Limits, Problem, Rules, layout_of, parse, print};
use design_vocabulary::{FileId, Segment, Span, Value, display_path};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Write design files in their canonical form
///
/// Keys of the design, its components and its relationships get a fixed order, indentation becomes two spaces; comments
/// stay with their values, and brackets stay where they fit a line. Files are changed in place.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design fmt                          all design files of the working directory
  design fmt --check shop.yaml        only say whether it would change
  design fmt --to v1beta3 --stdout shop.yaml > for-meshery.yaml")]
pub struct FmtArgs {
    /// Design files, or folders that hold some; `-` is standard input, written to standard output
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<String>,

    /// Write the form that this version of Meshery's schema accepts
    #[arg(long, value_enum, value_name = "VERSION")]
    to: Option<Target>,

    /// Change nothing; exit with 1 if a file is not in its canonical form
    #[arg(long)]
    check: bool,

    /// Write to standard output instead of the file
    #[arg(long, conflicts_with = "check")]
    stdout: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// designs.meshery.io/v1beta1
    V1beta1,
    /// designs.meshery.io/v1beta3
    V1beta3,
}

/// Runs `design fmt`.
pub fn cmd_fmt(terminal: &mut Terminal, args: &FmtArgs) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for path in design_files(&args.paths)? {
        let result = format_file(terminal, args, &path)?;
        if result == Exit::Findings {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}

/// The files to format: files as they are, of folders the design files directly in them.
fn design_files(paths: &[String]) -> Result<Vec<String>, Failure> {
    let world = DiskWorld::new();
    let mut files = Vec::new();
    for path in paths {
        let wrong = |error: design_pipeline::WorldError| Failure::Usage(format!("cannot read `{path}`: {error}"));
        if world.kind(path).map_err(wrong)? == EntryKind::File {
            files.push(path.clone());
            continue;
        }
        for entry in world.list(path).map_err(wrong)? {
            let file = Path::new(path).join(&entry.name).to_string_lossy().into_owned();
            let file = file.strip_prefix("./").map_or(file.clone(), str::to_owned);
            let is_yaml = [".yaml", ".yml", ".json"].iter().any(|ending| entry.name.ends_with(ending));
            if !is_yaml || entry.name.starts_with('.') || entry.kind != EntryKind::File {
                continue;
            }
            let found = discover(&world, &file, &Limits::default()).map_err(wrong)?;
            if found.iter().any(|found| found.kind == design_pipeline::SourceKind::Design) {
                files.push(file);
            }
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn format_file(terminal: &mut Terminal, args: &FmtArgs, path: &str) -> Result<Exit, Failure> {
    let source = match read_file(&DiskWorld::new(), path, FileId(0), &Limits::default()) {
        Ok(source) => source,
        Err((source, finding)) => {
            let mut sources = Sources::default();
            sources.insert(source);
            let report = Report { findings: vec![finding], ..Report::default() };
            terminal.error(&text::findings(&report, &sources, terminal.style()))?;
            return Ok(Exit::Findings);
        }
    };
    let parsed = parse(&source, &Limits::default());
    let mut output = String::new();
    let mut report = Report { findings: parsed.problems.iter().map(word_syntax).collect(), ..Report::default() };
    let mut notes = Vec::new();
    for document in parsed.documents {
        if !output.is_empty() {
            output.push_str("---\n");
        }
        let text = format_document(document, args.to, &mut report, &mut notes);
        output.push_str(&text.ok_or_else(|| Failure::Usage(format!("`{path}` holds something that is not a design")))?);
    }
    let errors = report.summary().errors;
    let mut sources = Sources::default();
    sources.insert(std::sync::Arc::clone(&source));
    report.sort();
    terminal.error(&text::findings(&report, &sources, terminal.style()))?;
    for note in notes {
        terminal.error(&format!("note: {}: {note}\n", source.path()))?;
    }
    if errors > 0 {
        // Writing what is left of a file that could not be read would lose the rest of it.
        return Ok(Exit::Findings);
    }
    if args.check {
        let changed = output != source.text();
        if changed {
            terminal.print(&format!("{path}\n"))?;
        }
        return Ok(if changed { Exit::Findings } else { Exit::Done });
    }
    if args.stdout || path == "-" {
        terminal.print(&output)?;
    } else if output != source.text() {
        std::fs::write(path, output).map_err(|error| Failure::system("write", Path::new(path), &error))?;
        terminal.detail(&format!("formatted {path}"))?;
    }
    Ok(Exit::Done)
}

/// The canonical text of one document; `None` for one that is not a design.
fn format_document(
    mut document: Document,
    to: Option<Target>,
    report: &mut Report,
    notes: &mut Vec<String>,
) -> Option<String> {
    let form = classify(&document);
    if !matches!(form, Form::Design | Form::LegacyDesign) {
        return None;
    }
    document.set_rules(Rules::Core);
    let mut problems = Vec::new();
    let Value::Object(design) = lower_design(document.root()?.resolved(), &mut problems) else {
        return None;
    };
    // How another reader would take a value is a matter for `design check`.
    problems.retain(|problem| !matches!(problem, Problem::ReadDifferently { .. }));
    report.findings.extend(problems.iter().map(word_syntax));
    let mut layout = layout_of(&document);
    let value = match to {
        Some(target) => {
            let version = match target {
                Target::V1beta1 => Version::V1Beta1,
                Target::V1beta3 => Version::V1Beta3,
            };
            let converted = convert(&design, version);
            for path in &converted.lost {
                let what = format!("the value of `{}` has no place in the new form", display_path(path));
                report.findings.push(value_lost::finding(&what, place(&document, path)));
            }
            for (from, to) in &converted.moved {
                layout.rename(from, to);
            }
            Value::Object(converted.design)
        }
        None if form == Form::LegacyDesign => {
            notes.push("the legacy form has no canonical order; `--to v1beta3` converts it".to_owned());
            return Some(document.source().text().to_owned());
        }
        None if document.has_anchors() => {
            notes.push("it uses anchors, which the canonical form would write out; it stays as it is".to_owned());
            return Some(document.source().text().to_owned());
        }
        None => Value::Object(canonical(&design)),
    };
    match layout.lost(&value) {
        0 => {}
        lost => notes.push(format!("{lost} comments stand on values that the new form does not have")),
    }
    print(&value, &layout).ok()
}

/// The place of a value, or of the nearest one above it.
fn place(document: &Document, path: &[Segment]) -> Span {
    document.root().map_or(document.span(), |root| root.follow(path).2.span())
}
