//! `design catalog export`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use design_server::{Options as ServerOptions, Served};

use super::serve::base_url;
use super::{Repository, Words};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::output_folder::OutputFolder;
use crate::terminal::Terminal;

/// Write the catalog as files for any web host
///
/// The same pages as `design catalog serve` has, with a comparison of any two versions. Search happens in the reader's browser, from a file;
/// without script there is the list of all patterns.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design catalog export -o public --base-url https://patterns.example
  design catalog export -o public --base-url https://example.org/patterns")]
pub struct CatalogExportArgs {
    #[command(flatten)]
    from: Repository,

    #[command(flatten)]
    words: Words,

    /// The folder to write to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// The address under which readers reach the files
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: String,
}

/// Runs `design catalog export`.
pub fn cmd_export(terminal: &mut Terminal, options: &Options, args: &CatalogExportArgs) -> Result<Exit, Failure> {
    let settings = args.words.settings(&args.base_url, args.from.public(), false);
    let how = ServerOptions {
        repository: args.from.folder(options)?,
        shelf: Arc::new(super::shelf(options, &args.from, &settings)),
        origin: args.from.origin(),
        settings,
        ..ServerOptions::default()
    };
    let served = Served::read(&how, None).map_err(Failure::Usage)?;
    // Without it the next export takes longer, and nothing else.
    let _ = served.save(&how);
    let mut output = OutputFolder::open(&args.output)?;
    for path in served.written.paths() {
        let broken = || Failure::Environment(format!("{path} cannot be read back"));
        output.write(&file(path), served.written.get(path).ok_or_else(broken)?.body())?;
    }
    for (path, to) in &served.written.moved {
        output.write(&file(path), served.site.moved_page(to).map_err(Failure::Environment)?)?;
    }
    for (path, page) in served.comparisons(&how).map_err(Failure::Environment)? {
        output.write(&file(&path), page)?;
    }
    let missing = served.site.missing_page("There is nothing here", "No page of this catalog has this address.");
    output.write("404.html", missing.map_err(Failure::Environment)?)?;
    let done = output.finish(true)?;
    if !terminal.is_quiet() {
        terminal.error(&format!("{} files in {}, {} removed\n", done.written, args.output.display(), done.removed))?;
    }
    Ok(Exit::Done)
}

/// The file of an address.
fn file(path: &str) -> String {
    let path = path.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}
