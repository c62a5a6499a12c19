//! `load`: requests to nginx on the first processor from generators on the second, one after the other in turns. What is compared is
//! the processor time of a generator for a request, since all of them can be busy; and what each says of a server that stops.

mod generator;

use std::ffi::OsString;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::failure::Failure;
use crate::format;
use crate::machine::Watch;
use crate::measure::Task;
use crate::peer::NGINX;
use crate::work::Bench;
use crate::work::server::{Server, Serving};
use generator::{DESIGN, GENERATORS, Generator, Said, Wanted, said};

/// How often each generator has its turn.
const TURNS: usize = 3;

/// A load with those who are asked for it, and what is asked of ours.
struct Case {
    name: &'static str,
    wanted: fn(&Server) -> Wanted<'_>,
    /// Who is asked; empty: whoever can.
    generators: &'static [&'static str],
    /// At least so many times the requests for a processor second of these.
    least: &'static [(&'static str, f64)],
}

const CASES: [Case; 5] = [
    Case {
        name: "HTTP/1.1, as many as are answered",
        wanted: |server| Wanted { url: &server.url, rate: None, connections: 32, streams: 1, seconds: 6 },
        generators: &[],
        least: &[("wrk", 0.9), ("fortio", 0.95), ("oha", 1.0), ("vegeta", 1.0), ("hey", 1.0), ("k6", 1.0)],
    },
    Case {
        name: "HTTP/2, 8 connections of 16 streams",
        wanted: |server| Wanted { url: &server.http2, rate: None, connections: 8, streams: 16, seconds: 6 },
        generators: &[],
        least: &[("h2load", 0.7)],
    },
    Case {
        name: "50,000 a second",
        wanted: |server| Wanted { url: &server.url, rate: Some(50_000), connections: 64, streams: 1, seconds: 6 },
        generators: &["fortio", "oha"],
        least: &[("oha", 1.0 / 0.9)],
    },
    Case {
        name: "10,000 a second",
        wanted: |server| Wanted { url: &server.url, rate: Some(10_000), connections: 32, streams: 1, seconds: 6 },
        generators: &["fortio", "oha", "oha, corrected"],
        least: &[],
    },
    Case {
        name: "2,000 a second",
        wanted: |server| Wanted { url: &server.url, rate: Some(2_000), connections: 32, streams: 1, seconds: 6 },
        generators: &["fortio", "oha"],
        least: &[("fortio", 1.0)],
    },
];

/// Who runs on the second processor, since the server has the first one.
const PINNED: [&str; 2] = ["-c", "1"];

/// Beside all generators that are there.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let Some(nginx) = bench.find(&NGINX) else {
        bench.report.note("load: not measured, because nginx is absent".to_owned());
        return Ok(());
    };
    let folder = bench.folder.join("load");
    std::fs::create_dir_all(&folder).map_err(Failure::io("make a folder for the load"))?;
    let server = Server::start(&nginx, &folder, Serving::Bytes)?;
    for case in &CASES {
        measure(bench, case, &server)?;
    }
    truth(bench, &server)
}

fn measure(bench: &mut Bench<'_>, case: &Case, server: &Server) -> Result<(), Failure> {
    let wanted = (case.wanted)(server);
    let is_asked = |one: &&Generator| case.generators.is_empty() || case.generators.contains(&one.name);
    let mut asked = Vec::new();
    for generator in std::iter::once(&DESIGN).chain(GENERATORS.iter().filter(is_asked)) {
        asked.extend(task(bench, generator, wanted)?.map(|task| (generator, task, Vec::new())));
    }
    let watch = Watch::start();
    for turn in 0..TURNS {
        eprintln!("measuring load: {}, turn {} of {TURNS}", case.name, turn + 1);
        for (generator, task, measured) in &mut asked {
            let sample = task.run()?;
            let said = said(generator, &task.stdout())?;
            measured.push((said.requests / sample.cpu.as_secs_f64(), sample.peak, said));
        }
    }
    if let Some(note) = watch.disturbance(case.name) {
        bench.report.note(note);
    }
    bench.report.note(format!("load, {}:", case.name));
    let mut ours = 0.0;
    for (generator, _, mut measured) in asked {
        measured.sort_by(|one, other| one.0.total_cmp(&other.0));
        let Some((each, peak, said)) = measured.into_iter().nth(TURNS / 2) else { continue };
        if generator.name == DESIGN.name {
            ours = each;
        }
        let compared = match case.least.iter().find(|(name, _)| *name == generator.name) {
            Some((_, least)) if ours / each >= *least => format!(", within the least of {}", format::factor(*least)),
            Some((_, least)) => format!(", BELOW the least of {}", format::factor(*least)),
            None => String::new(),
        };
        let rate = wanted.rate.map(|rate| {
            let due = f64::from(rate) * f64::from(wanted.seconds);
            format!(", {} of the rate", format::digits(said.requests / due))
        });
        bench.report.note(format!(
            "  {:<15} {:>8} requests a processor second, {} us each, {} MiB{}, {}{}; ours are {} of it{compared}",
            generator.name,
            format::digits(each),
            format::digits(1e6 / each),
            peak.map(format::mebibytes).unwrap_or_default(),
            rate.unwrap_or_default(),
            latencies(&said),
            lateness(&said),
            format::factor(ours / each),
        ));
    }
    Ok(())
}

/// What generators say of a server that answers 2,000 requests a second for ten seconds and is stopped for one of them. The
/// truth at a quantile q is 1 s less (1 - q) times ten.
fn truth(bench: &mut Bench<'_>, server: &Server) -> Result<(), Failure> {
    let wanted = Wanted { url: &server.url, rate: Some(2_000), connections: 32, streams: 1, seconds: 10 };
    bench.report.note("load, 2,000 a second for 10 s of which the server is stopped for one:".to_owned());
    bench.report.note("  the truth       p95 500 ms, p99 900 ms, p99.9 990 ms".to_owned());
    for generator in std::iter::once(&DESIGN).chain(&GENERATORS) {
        let Some(task) = task(bench, generator, wanted)? else { continue };
        eprintln!("measuring load: a server that stops, {}", generator.name);
        let ran = thread::scope(|scope| {
            let freezer = scope.spawn(|| {
                thread::sleep(Duration::from_secs(4));
                server.freeze(Duration::from_secs(1));
            });
            let ran = task.run();
            let _ = freezer.join();
            ran
        });
        ran?;
        let said = said(generator, &task.stdout())?;
        let verdict = match said.latency {
            [_, _, Some(p99), _] if (p99 / 900.0 - 1.0).abs() <= 0.01 => "right",
            [_, _, Some(_), _] => "wrong at p99",
            _ => "says no p99",
        };
        let due = format::digits(said.requests / 20_000.0);
        bench.report.note(format!("  {:<15} {}, {due} of the requests: {verdict}", generator.name, latencies(&said)));
    }
    Ok(())
}

/// The run of a generator; `None` where it is absent, or has no such load.
fn task(bench: &mut Bench<'_>, generator: &Generator, wanted: Wanted<'_>) -> Result<Option<Task>, Failure> {
    let folder = bench.folder.to_path_buf();
    let program = match generator.peer {
        None => bench.design()?,
        Some(peer) => {
            let Some(program) = bench.find(peer) else {
                bench.report.note(format!("load: {} is absent", generator.name));
                return Ok(None);
            };
            program
        }
    };
    let Some(arguments) = (generator.arguments)(wanted, &folder) else { return Ok(None) };
    Ok(Some(bench.task("taskset".into(), pinned(&program, arguments), generator.name, &[0, 1])))
}

/// The arguments of `taskset`. Where those of the program begin with `-c` they are a line of the shell.
fn pinned(program: &Path, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut all: Vec<OsString> = PINNED.map(OsString::from).to_vec();
    if arguments.first().is_some_and(|first| first == "-c") {
        all.push("sh".into());
        all.append(&mut arguments);
        all.push(program.into());
    } else {
        all.push(program.into());
        all.append(&mut arguments);
    }
    all
}

fn latencies(said: &Said) -> String {
    let named = ["p50", "p95", "p99", "p99.9"].into_iter().zip(said.latency);
    let known = named.filter_map(|(name, value)| Some(format!("{name} {} ms", format::digits(value?))));
    let known: Vec<String> = known.collect();
    if known.is_empty() { "no percentiles".to_owned() } else { known.join(" ") }
}

fn lateness(said: &Said) -> String {
    match said.lateness {
        [Some(p50), Some(p99)] => {
            format!(", late by {} us, p99 {} us", format::digits(p50 * 1e3), format::digits(p99 * 1e3))
        }
        _ => String::new(),
    }
}
