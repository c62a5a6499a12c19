//! `design judge`: the process in which policies are evaluated. `design check` starts it; nobody else has a use for it.

use std::io::{Read as _, Write as _};

use clap::Args;
use rlimit::Resource;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// How deep the calls of a policy may be: threads with this stack take what recursion of honest policies needs.
const STACK: usize = 8 << 20;

/// Evaluate policies within limits: a task on standard input, the answer on standard output
#[derive(Args, Debug)]
pub struct JudgeArgs {
    /// Processor time, in seconds
    #[arg(long, value_name = "SECONDS")]
    seconds: u64,

    /// Memory, in bytes of address space
    #[arg(long, value_name = "BYTES")]
    memory: u64,

    /// The size of the task
    #[arg(long, value_name = "BYTES", default_value_t)]
    bytes: u64,
}

/// Runs `design judge`. The limits hold before anything of the task is read.
pub fn cmd_judge(terminal: &mut Terminal, args: &JudgeArgs) -> Result<Exit, Failure> {
    let limited = |error: std::io::Error| Failure::Environment(format!("cannot limit the process: {error}"));
    // A second between the two limits tells the signal for too much time from that of a stranger.
    rlimit::setrlimit(Resource::CPU, args.seconds, args.seconds + 1).map_err(limited)?;
    rlimit::setrlimit(Resource::CORE, 0, 0).map_err(limited)?;
    // Where address space cannot be limited, time still is.
    if cfg!(target_os = "linux") {
        rlimit::setrlimit(Resource::AS, args.memory, args.memory).map_err(limited)?;
    }
    // It fails only where threads run already, which is so with `--jobs`.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
    let failed = |error: std::io::Error| Failure::Environment(format!("cannot read the task: {error}"));
    // A buffer that grew while it is filled would be copied, and take twice the memory.
    let size = usize::try_from(args.bytes.min(args.memory)).unwrap_or_default();
    let mut task = Vec::with_capacity(size);
    std::io::stdin().lock().read_to_end(&mut task).map_err(failed)?;
    let tell = |step: &design_policy::Announcement| {
        let line = serde_json::to_string(step).unwrap_or_default();
        // Whoever does not listen misses nothing but the step.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    };
    let answer = std::thread::scope(|scope| {
        let judge = || design_policy::judge(&task, &tell);
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, judge)
            .map(std::thread::ScopedJoinHandle::join)
    });
    let answer = match answer.map_err(failed)? {
        Ok(answer) => answer.map_err(|error| Failure::Environment(format!("cannot read the task: {error}")))?,
        // The panic was reported where it happened.
        Err(_) => return Ok(Exit::Bug),
    };
    let answer = String::from_utf8(answer).map_err(|error| Failure::Environment(error.to_string()))?;
    terminal.print(&answer)?;
    Ok(Exit::Done)
}
