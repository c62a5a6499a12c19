//! Our work beside a peer's: `cargo run -p design-peers -- WORK…`.
//!
//! Both sides get the same input in the same run and take turns, because a machine's speed drifts by more than most
//! differences that are worth reading. What is measured of ours is the `dist` profile. `-- install` brings the peers that
//! a package registry has; one that is not installed stands in the table as absent.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers, whose output is its table")]

mod arguments;
mod definitions;
mod failure;
mod format;
mod install;
mod machine;
mod measure;
mod peer;
mod product;
mod report;
mod scale;
mod series;
mod work;

use std::process::ExitCode;

use crate::arguments::Request;
use crate::failure::Failure;

fn main() -> ExitCode {
    let request = arguments::parse(std::env::args_os().skip(1));
    match request.and_then(answer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn answer(request: Request) -> Result<(), Failure> {
    match request {
        Request::Help => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Request::Install(sets) => install::install(&sets),
        Request::Measure(options) => work::measure(&options),
        Request::RunHere { result, program, arguments } => measure::run_here(&result, &program, &arguments),
    }
}
