//! `parse`: text to documents, without a program around it.

use std::path::Path;
use std::time::Duration;

use crate::failure::Failure;
use crate::format;
use crate::machine::Watch;
use crate::measure::Task;
use crate::peer::SIGS_YAML;
use crate::product;
use crate::report::{Beside, Row};
use crate::scale;
use crate::series::{Sample, Series};
use crate::work::Bench;

const OBJECTS: u64 = 4_000;

/// How often the three take turns, and how often each parses in a turn. A run of Go's parser is as long as many of ours.
const TURNS: usize = 5;
const OURS_IN_A_TURN: usize = 4;
const GO_IN_A_TURN: usize = 2;

/// The name of the bare events in the table.
const EVENTS: &str = "bare events";

/// Beside the events that our parser is built from, in the same process, and beside the parser of Go's tools.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let program = product::build("design-peers-parse", bench.folder)?;
    let input = scale::generate(bench.options, bench.folder, OBJECTS, true)?;
    let file = input.folder.join("all.yaml").into_os_string();
    let here = bench.task(program, [file.clone(), OURS_IN_A_TURN.to_string().into()], "parse", &[0]);
    let go = bench.find(&SIGS_YAML);
    let go = go.map(|program| bench.task(program, [file, GO_IN_A_TURN.to_string().into()], "parse-go", &[0]));
    eprintln!("measuring parse");
    let watch = Watch::start();
    let (mut ours, mut events, mut decoded) = (Vec::new(), Vec::new(), Vec::new());
    // The first turn brings the programs and the text into memory and is not counted.
    for turn in 0..=TURNS {
        here.run()?;
        let measured = lines(&here.stdout(), "ours", "events")?;
        if let Some(go) = &go {
            let sample = decode(go)?;
            if turn > 0 {
                decoded.push(sample);
            }
        }
        if turn > 0 {
            ours.extend(measured.0);
            events.extend(measured.1);
        }
    }
    let (Some(ours), Some(events)) = (Series::new(ours), Series::new(events)) else {
        return Err(Failure::Environment("parse measured nothing".to_owned()));
    };
    let cost = |series: &Series| series.cpu().as_secs_f64();
    let per_byte = |series: &Series| format::digits(cost(series) * 1e9 / format::ratio(input.bytes, 1));
    bench.report.note(format!(
        "parse: our CPU is {} of the bare events'; {} ns a byte against {}",
        format::factor(cost(&ours) / cost(&events)),
        per_byte(&ours),
        per_byte(&events),
    ));
    let size = format!("{} ({} MB)", format::count(OBJECTS), format::digits(format::ratio(input.bytes, 1_000_000)));
    let row = |peer| Row { work: "parse", objects: Some(OBJECTS), size: size.clone(), ours: ours.clone(), peer };
    bench.report.row(row(Beside::Measured(EVENTS, events)));
    let peer = match Series::new(decoded) {
        Some(decoded) => {
            bench.report.note(format!(
                "parse: {} takes {} of our CPU: {} ns a byte against {}",
                SIGS_YAML.name,
                format::factor(cost(&decoded) / cost(&ours)),
                per_byte(&decoded),
                per_byte(&ours),
            ));
            Beside::Measured(SIGS_YAML.name, decoded)
        }
        None => Beside::Missing(SIGS_YAML.name, "absent"),
    };
    bench.report.row(row(peer));
    if let Some(note) = watch.disturbance("parse") {
        bench.report.note(note);
    }
    std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))
}

/// The samples that `design-peers-parse` wrote for either side: a name, nanoseconds of wall and of processor time.
fn lines(output: &Path, ours: &str, events: &str) -> Result<(Vec<Sample>, Vec<Sample>), Failure> {
    let text = std::fs::read_to_string(output).map_err(Failure::io("read what was measured"))?;
    let of = |name: &str| text.lines().filter_map(|line| sample(line.strip_prefix(name)?)).collect();
    Ok((of(ours), of(events)))
}

/// A line of two numbers: nanoseconds of wall and of processor time.
pub fn sample(numbers: &str) -> Option<Sample> {
    let mut numbers = numbers.split_whitespace().map(|number| number.parse().map(Duration::from_nanos));
    Some(Sample { wall: numbers.next()?.ok()?, cpu: numbers.next()?.ok()?, peak: None })
}

/// One turn of Go's parser. It times its own loop, as ours does; its memory is that of the process, text included.
fn decode(task: &Task) -> Result<Sample, Failure> {
    let peak = task.run()?.peak;
    let text = std::fs::read_to_string(task.stdout()).map_err(Failure::io("read what was measured"))?;
    let mut words = text.split_whitespace();
    let documents = words.next().and_then(|word| word.parse().ok());
    let mut seconds =
        || words.next().and_then(|word| word.parse().ok()).and_then(|time| Duration::try_from_secs_f64(time).ok());
    let (cpu, wall) = (seconds(), seconds());
    match (documents, cpu, wall) {
        (Some(OBJECTS), Some(cpu), Some(wall)) => {
            let times = u32::try_from(GO_IN_A_TURN).unwrap_or(1);
            Ok(Sample { wall: wall / times, cpu: cpu / times, peak })
        }
        _ => Err(Failure::Environment(format!("{} did not decode every document: {text}", SIGS_YAML.name))),
    }
}
