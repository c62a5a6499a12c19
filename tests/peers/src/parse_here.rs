//! What can only be timed inside a process: our parser, beside the events that it is built from.
//!
//! `design-peers-parse FILE REPETITIONS` is what the work `parse` of `design-peers` runs. It is a program of its own
//! because it has the allocator of the product, whose memory would count as the least peak of all that `design-peers`
//! starts.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what was measured is the output of this program")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use design_syntax::{Limits, SourceText};
use design_vocabulary::FileId;
use rustix::time::{ClockId, clock_gettime};

/// The allocator of the product, so that what is measured here is what the product does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [file, repetitions] => match repetitions.parse() {
            Ok(repetitions) => parse(file, repetitions),
            Err(error) => Err(format!("{repetitions}: {error}")),
        },
        _ => Err("usage: design-peers-parse FILE REPETITIONS".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::from(2)
        }
    }
}

/// Parses a file in turns with both and prints a line for each: whose, nanoseconds of wall and of processor time. To
/// give back what was made is part of the time, as it is of every program that parses.
fn parse(file: &str, repetitions: u32) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let source = SourceText::new(FileId(0), file, text);
    let whole = design_syntax::parse(&source, &Limits::default());
    if whole.broken > 0 || !whole.problems.is_empty() || whole.documents.is_empty() {
        return Err(format!("{file} has broken documents"));
    }
    drop(whole);
    if let Some(error) = granit_parser::Parser::new_from_str(source.text()).find_map(Result::err) {
        return Err(format!("the events of {file} end early: {error}"));
    }
    for _ in 0..repetitions {
        timed("ours", || {
            black_box(design_syntax::parse(black_box(&source), &Limits::default()));
        });
        timed("events", || {
            black_box(granit_parser::Parser::new_from_str(black_box(source.text())).map_while(Result::ok).count());
        });
    }
    Ok(())
}

fn timed(whose: &str, work: impl FnOnce()) {
    let (cpu, wall) = (processor(), Instant::now());
    work();
    let (wall, cpu) = (wall.elapsed(), processor().saturating_sub(cpu));
    println!("{whose} {} {}", wall.as_nanos(), cpu.as_nanos());
}

/// What this process has used of the processor so far.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
}
