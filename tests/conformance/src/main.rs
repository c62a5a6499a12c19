//! `cargo run -p design-conformance -- DIR`: see the library.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the program: its table is its output")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: design-conformance DIR\nDIR holds one folder a suite");
        return ExitCode::from(2);
    };
    let folder = Path::new(&folder);
    if !folder.is_dir() {
        eprintln!("{} is not a folder", folder.display());
        return ExitCode::from(2);
    }
    let outcome = design_conformance::run(folder);
    // A mistyped folder would otherwise look like a clean run.
    if outcome.rows.is_empty() && outcome.faults.is_empty() {
        eprintln!("{} holds none of the suites", folder.display());
        return ExitCode::from(2);
    }
    print!("{outcome}");
    ExitCode::from(u8::from(!outcome.agrees()))
}
