//! The binary `design`: parse the arguments, run one command, report, choose the exit code.

mod args;
mod cache;
mod command;
mod editor;
mod exit;
mod fixes;
mod helm;
mod judge;
mod models;
mod output_folder;
mod settings;
mod terminal;
mod world;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command::Arguments;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Values are small and many: this allocator halves the time that making and dropping them takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let mut terminal = Terminal::plain();
        let _ = terminal.error(&format!(
            "error: this is a bug in design {}: {panic}\nPlease report it with the command and, if you can, the input.\n",
            env!("CARGO_PKG_VERSION")
        ));
        std::process::exit(Exit::Bug.code());
    }));
    let arguments = Arguments::parse();
    let mut terminal = Terminal::new(&arguments.options);
    let exit = match command::run(arguments, &mut terminal).and_then(|exit| terminal.flush().map(|()| exit)) {
        Ok(exit) => exit,
        // Whoever reads the output has seen enough: `design build | head` is no failure.
        Err(Failure::ClosedPipe) => Exit::Done,
        Err(failure) => {
            let _ = terminal.error(&format!("error: {failure}\n"));
            failure.exit()
        }
    };
    ExitCode::from(exit)
}
