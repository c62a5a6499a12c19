//! What can only be timed inside a process: finding a definition in a registry.
//!
//! `design-peers-lookup INDEX` is what the work `registry` of `design-peers` runs; it prints nanoseconds. It is a program of
//! its own because what is published is measured under the profile that is shipped.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what was measured is the output of this program")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use design_definitions::{Definitions, Index, Listed, Query};

/// The allocator of the product, so that what is measured here is what the product does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LOOKUPS: usize = 1_000_000;

fn main() -> ExitCode {
    match std::env::args()
        .nth(1)
        .ok_or_else(|| "usage: design-peers-lookup INDEX".to_owned())
        .and_then(|file| lookup(&file))
    {
        Ok(nanoseconds) => {
            println!("{nanoseconds}");
            ExitCode::SUCCESS
        }
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::from(2)
        }
    }
}

/// What one lookup of a kind, its apiVersion, its model and its version takes on average, over all kinds of an index.
fn lookup(file: &str) -> Result<u128, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let index = Index::decode(&bytes).ok_or_else(|| format!("{file} is no index"))?;
    let definitions = Definitions::new(&index, Listed::builtin());
    let entries = definitions.entries();
    let mut found = 0;
    let start = Instant::now();
    // A stride that has no divisor in common with any usual count visits the entries in no order that a cache likes.
    for position in (0..LOOKUPS).map(|round| (round * 7_919) % entries.len().max(1)) {
        let Some(entry) = entries.get(position) else { continue };
        let query = Query {
            kind: &entry.kind,
            api_version: Some(&entry.api_version),
            model: Some(&entry.model),
            version: Some(&entry.upstream_version),
        };
        found += usize::from(black_box(definitions.find(query).next()).is_some());
    }
    let took = start.elapsed();
    if found == LOOKUPS {
        Ok(took.as_nanos() / LOOKUPS as u128)
    } else {
        Err(format!("{found} of {LOOKUPS} lookups found a definition"))
    }
}
