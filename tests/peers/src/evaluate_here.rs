//! What can only be timed inside a process: our evaluation, and the plain one that compares all pairs.
//!
//! `design-peers-evaluate ours|all-pairs FILE REPETITIONS` is what the work `evaluate` of `design-peers` runs; each side in
//! a process of its own, so that the memory is its own too.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what was measured is the output of this program")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use design_evaluate::{Limits, component_ids, evaluate};
use design_registry::Registry;
use design_source::read_manifests;
use design_syntax::SourceText;
use design_vocabulary::{Design, FileId};
use rustix::time::{ClockId, clock_gettime};

/// The allocator of the product, so that what is measured here is what the product does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [side, file, repetitions] => match repetitions.parse() {
            Ok(repetitions) => run(side, file, repetitions),
            Err(error) => Err(format!("{repetitions}: {error}")),
        },
        _ => Err("usage: design-peers-evaluate ours|all-pairs FILE REPETITIONS".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::from(2)
        }
    }
}

/// Evaluates the objects of a file and prints a line for each turn: nanoseconds of wall and of processor time, and how many
/// relationships were found.
fn run(side: &str, file: &str, repetitions: u32) -> Result<(), String> {
    let design = read(file)?;
    let definitions = Registry::builtin().evaluated();
    for _ in 0..repetitions {
        let (cpu, wall) = (processor(), Instant::now());
        let found = match side {
            "ours" => {
                let evaluation = black_box(evaluate(black_box(&design), definitions, &Limits::default()));
                evaluation.relationships.len()
            }
            "all-pairs" => black_box(design_allpairs::compare(black_box(&design), definitions)).related.len(),
            other => return Err(format!("no side is called {other}")),
        };
        let (wall, cpu) = (wall.elapsed(), processor().saturating_sub(cpu));
        println!("{} {} {found}", wall.as_nanos(), cpu.as_nanos());
    }
    Ok(())
}

/// The objects of a file as components with ids and models.
fn read(file: &str) -> Result<Design, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let parsed = design_syntax::parse(&SourceText::new(FileId(0), file, text), &design_syntax::Limits::default());
    if parsed.documents.is_empty() || !parsed.problems.is_empty() {
        return Err(format!("{file} has broken documents"));
    }
    let mut design = read_manifests("objects", parsed.documents).design;
    let ids = component_ids(&design);
    for (component, id) in design.components.iter_mut().zip(ids) {
        component.id = Some(id);
        component.model = "kubernetes".into();
    }
    Ok(design)
}

/// What this process has used of the processor so far.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
}
