//! Any files are compiled, reported on, rendered, formatted and converted without a panic; every artifact is read again
//! as the object that it stands for.
//!
//! The input is up to three files and a `.designignore`, with a line of five equals signs between them. Each of the
//! files is also compiled by itself, and everything once more as what it may not be, and with every check.
#![no_main]

use design_fuzz::LONGEST;
use design_fuzz::compilation::{check_compilation, check_format};
use design_pipeline::{MemoryWorld, References, Request, SourceKind, compile};
use design_registry::definitions::Definitions;
use libfuzzer_sys::fuzz_target;

const SEPARATOR: &[u8] = b"=====\n";
const NAMES: [&str; 4] = ["design.yaml", "a/b.yml", "c.json", ".designignore"];

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() > LONGEST {
        return;
    }
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(split(bytes)).collect();
    let world = MemoryWorld::new(files.iter().map(|(name, bytes)| (*name, bytes.to_vec())));
    let requests = [
        (vec!["."], None),
        (vec!["."], Some(SourceKind::Design)),
        (vec!["."], Some(SourceKind::Manifests)),
        (vec!["design.yaml"], None),
        (vec!["a", "c.json"], None),
    ];
    for (paths, source) in requests {
        let request = Request { source, limits: design_fuzz::limits(), ..Request::new(paths) };
        check_compilation(&compile(&world, &request));
    }
    let releases = Definitions::builtin().releases().last().map(|release| release.version).into_iter().collect();
    let limits = design_fuzz::limits();
    let request = Request { relationships: true, references: References::Closed, releases, limits, ..Request::new(["."]) };
    check_compilation(&compile(&world, &request));
    for (_, bytes) in files.iter().take(3) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            check_format(text);
        }
    }
});

fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while parts.len() < NAMES.len() - 1 {
        let Some(position) = rest.windows(SEPARATOR.len()).position(|window| window == SEPARATOR) else { break };
        parts.push(&rest[..position]);
        rest = &rest[position + SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}
