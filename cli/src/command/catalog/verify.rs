//! `design catalog verify`

use clap::Args;
use design_draw::counted;
use design_index::{Catalog, Snapshot};
use design_report::Report;
use design_store::{Limits, Local};
use design_vocabulary::Severity;

use super::Repository;
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say what a catalog would refuse, and which patterns fail their checks
///
/// Reads the repository as `design catalog serve` does. What is committed counts.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design catalog verify
  design catalog verify --repository https://git.example/patterns.git")]
pub struct CatalogVerifyArgs {
    #[command(flatten)]
    from: Repository,
}

/// Runs `design catalog verify`.
pub fn cmd_verify(terminal: &mut Terminal, options: &Options, args: &CatalogVerifyArgs) -> Result<Exit, Failure> {
    let local = Local::around(&args.from.folder(options)?).map_err(Failure::Usage)?;
    let snapshot = snapshot(&local, &args.from)?;
    let gathered = &snapshot.catalog.gathered;
    let report = Report { findings: gathered.findings.clone(), ..Report::default() };
    terminal.print(&design_report::text::findings(&report, &gathered.sources, terminal.style()))?;
    let mut failing = 0;
    for (position, pattern) in gathered.patterns.iter().enumerate() {
        for (number, version) in pattern.versions.iter().enumerate() {
            let Some(known) = snapshot.known_of(position, number) else { continue };
            let name = format!("{}/{} {}", pattern.publisher, pattern.name, version.metadata.version);
            let verdicts: Vec<String> = known
                .releases
                .iter()
                .rev()
                .map(|(release, errors)| format!("{release} {}", if *errors == 0 { "passes" } else { "fails" }))
                .collect();
            failing += usize::from(!known.is_sound);
            terminal.print(&format!("{name}: {}, {}\n", version.state.as_str(), verdicts.join(", ")))?;
            for finding in &known.errors {
                terminal.print(&format!("  {} {}: {}\n", finding.place, finding.code, finding.message))?;
            }
        }
    }
    let versions: usize = gathered.patterns.iter().map(|pattern| pattern.versions.len()).sum();
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let words = [
        counted(gathered.patterns.len(), "pattern", "patterns"),
        counted(versions, "version", "versions"),
        counted(failing, "failing version", "failing versions"),
        counted(errors, "refusal", "refusals"),
    ];
    terminal.print(&format!("{}\n", words.join(", ")))?;
    Ok(if failing + errors > 0 { Exit::Findings } else { Exit::Done })
}

/// Reads a catalog whose files have no address.
pub(super) fn snapshot(local: &Local, repository: &Repository) -> Result<Snapshot, Failure> {
    let limits = Limits::default();
    let read = || {
        let catalog = Catalog::open(local, &repository.origin(), &limits, None)?;
        let known = catalog.look(
            (local, &limits),
            |_, _| None,
            |_, path| path.to_owned(),
            |_, _, _, _| Ok(()),
            |_, _, _, ()| Ok(()),
        )?;
        Ok(Snapshot::new(catalog, known))
    };
    read().map_err(Failure::Usage)
}
