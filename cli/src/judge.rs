//! Policies are evaluated in another process of this program, within limits: a policy may come from a pull request, and
//! no timer inside a process stops a built-in function that asks for all memory.

use std::io::{Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};

use design_pipeline::Stopped;
use design_policy::{ANSWER_LIMIT, Announcement};

/// Memory for a task without objects, in bytes.
const MEMORY: u64 = 512 << 20;

/// How much of what the process says about itself is kept, in bytes, from the end.
const TALK: usize = 64 << 10;

/// What a full frame of objects counts at least, in bytes: an object of which policies read little is judged as often as any other.
const FRAME: u64 = 384 << 10;

/// Evaluates a task in another process. Time and memory grow with the task: a second of processor time for each MiB, and
/// for each byte 24 more of memory.
pub fn in_another_process(task: &[Vec<u8>]) -> Result<Vec<u8>, Stopped> {
    let failed = |error: std::io::Error| stopped(format!("its process could not be run: {error}"));
    let bytes = task.iter().map(Vec::len).sum::<usize>() as u64;
    let (seconds, memory) = limits(bytes.max(least(task.len())));
    let program = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(program)
        .args(["judge", "--seconds", &seconds.to_string(), "--memory", &memory.to_string()])
        .args(["--bytes", &bytes.to_string()])
        .env_clear()
        // The allocator would reserve a GiB of address space at once, which is more than there may be. In KiB.
        .env("MIMALLOC_ARENA_RESERVE", "32768")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (mut input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (answer, said) = std::thread::scope(|scope| {
        let said = scope.spawn(move || errors.map(last_bytes).unwrap_or_default());
        // A process that was stopped does not read on; how it ended says why.
        scope.spawn(move || input.take().map(|mut input| task.iter().try_for_each(|part| input.write_all(part))));
        let mut answer = Vec::new();
        let read = output.map(|output| output.take(ANSWER_LIMIT as u64 + 1).read_to_end(&mut answer));
        if answer.len() > ANSWER_LIMIT || matches!(read, Some(Err(_))) {
            stop(&mut child);
        }
        (answer, said.join().unwrap_or_default())
    });
    let status = child.wait().map_err(failed)?;
    if answer.len() > ANSWER_LIMIT {
        return Err(Stopped {
            last: last_step(&said),
            ..stopped(format!("it said more than {} MiB", ANSWER_LIMIT >> 20))
        });
    }
    if status.success() {
        return Ok(answer);
    }
    Err(Stopped { reason: reason(status, &said, seconds, memory), last: last_step(&said) })
}

/// What a task of so many parts counts at least, in bytes. Each frame is two parts, its size and itself; the first two are no objects, and
/// the last may hold few.
fn least(parts: usize) -> u64 {
    (parts / 2).saturating_sub(3) as u64 * FRAME
}

/// Processor time in seconds and memory in bytes for a task of so many bytes.
fn limits(bytes: u64) -> (u64, u64) {
    (1 + (bytes >> 20), MEMORY + 24 * bytes)
}

fn stop(child: &mut Child) {
    // It fails only where the process has ended by itself.
    let _ = child.kill();
}

fn stopped(reason: String) -> Stopped {
    Stopped { reason, last: None }
}

/// Reads to the end and keeps what came last.
fn last_bytes(mut source: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count) = source.read(&mut buffer) {
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        kept.extend_from_slice(read);
        if kept.len() > 2 * TALK {
            kept.drain(..kept.len() - TALK);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The last step that was announced.
fn last_step(said: &str) -> Option<Announcement> {
    said.lines().rev().find_map(|line| serde_json::from_str(line).ok())
}

fn reason(status: ExitStatus, said: &str, seconds: u64, memory: u64) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    if said.contains("overflowed its stack") {
        return "its calls go too deep; does it call itself?".to_owned();
    }
    if said.contains("memory allocation of") || said.contains("capacity overflow") {
        return format!("it needed more than {} MiB of memory", memory >> 20);
    }
    // The numbers of these signals are the same on Linux and macOS.
    match status.signal() {
        Some(24) => format!("it needed more than {seconds} s of processor time"),
        Some(9) => "it was killed, as for too much time or memory".to_owned(),
        Some(signal) => format!("signal {signal} ended its process"),
        None => format!("its process ended with {status}: {}", said.lines().last().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy that passes its limit is evaluated once more, to learn which one it is: both together take less than three
    /// seconds where the objects are few, whatever the policy does.
    #[test]
    fn two_attempts_of_a_hostile_policy_are_short() {
        for bytes in [0, 4 << 10, (1 << 20) - 1] {
            let (seconds, memory) = limits(bytes);
            assert!(2 * seconds < 3, "{bytes}");
            assert!(memory <= MEMORY + (24 << 20), "{bytes}");
        }
        assert_eq!(limits(5 << 20).0, 6);
    }

    #[test]
    fn many_objects_have_time_however_little_is_read_of_them() {
        use design_policy::{Module, Subject, Task};
        let time = |count: usize| {
            let object = || serde_json::from_str(r#"{"kind": "ConfigMap", "data": {"a": "b"}}"#).unwrap();
            let subject = || Subject { object: object(), id: String::new(), is_namespaced: true };
            let modules = vec![Module { path: String::new(), text: "deny if input.kind".to_owned() }];
            let objects = (0..count).map(|_| subject()).collect();
            let parts = Task { modules, objects, ..Task::<design_vocabulary::Value>::default() }.encode().unwrap();
            limits(least(parts.len())).0
        };
        assert_eq!((time(0), time(10), time(256)), (1, 1, 1));
        assert!((13..20).contains(&time(10_000)), "{}", time(10_000));
    }

    #[test]
    fn the_reason_names_the_limit_that_was_passed() {
        use std::os::unix::process::ExitStatusExt as _;
        let ended = |signal, said| reason(ExitStatus::from_raw(signal), said, 1, MEMORY);
        assert_eq!(ended(24, ""), "it needed more than 1 s of processor time");
        assert_eq!(ended(6, "memory allocation of 9 bytes failed"), "it needed more than 512 MiB of memory");
        assert_eq!(ended(6, "thread has overflowed its stack"), "its calls go too deep; does it call itself?");
    }
}
