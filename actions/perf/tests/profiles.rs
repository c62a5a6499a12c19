//! Profiles in all their dialects: what is read of them, written again, and what is found. `BLESS=1` writes the files
//! `*.expected` beside the invalid ones.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use design_perf::smp::{Dialect, Profile, Protocol, Read, read, write};
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::{FileId, Severity};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/profiles").join(name)
}

fn read_text(name: &str, text: &str) -> Read {
    let source = SourceText::new(FileId(0), name, text);
    let parsed = parse(&source, &Limits::default());
    assert!(parsed.problems.is_empty(), "{name}: {:?}", parsed.problems);
    read(parsed.documents.first().unwrap_or_else(|| panic!("{name} holds no document")))
}

fn valid(name: &str) -> (Profile, Dialect) {
    let found = read_text(name, &fs::read_to_string(folder("valid").join(name)).unwrap());
    assert!(found.findings.is_empty(), "{name}: {:?}", found.findings);
    found.profile.unwrap()
}

#[test]
fn every_dialect_is_read() {
    let (wrapped, dialect) = valid("wrapped.yaml");
    assert_eq!(dialect, Dialect::Wrapped);
    assert_eq!((wrapped.clients[0].protocol, wrapped.clients[0].rps), (Protocol::Http, 10));
    assert_eq!(wrapped.mesh, Some(serde_json::json!({"type": 3})));
    let (bare, dialect) = valid("bare.yaml");
    assert_eq!((dialect, bare.clients.len(), bare.measured()), (Dialect::Bare, 2, Some(Duration::from_secs(90))));
    let (json, dialect) = valid("protojson.json");
    assert_eq!((dialect, json.clients[0].rps, json.clients[0].connections), (Dialect::Bare, 10, 3));
    let (native, dialect) = valid("native.yaml");
    assert_eq!((dialect, native.mesh), (Dialect::Native, Some("istio".into())));
    let (saved, dialect) = valid("saved.yaml");
    assert_eq!((dialect, saved.clients[0].connections, saved.clients[0].rps), (Dialect::Saved, 6, 50));
    assert_eq!(saved.clients[0].headers["x-one"], "1");
    let (limited, _) = valid("objectives.yaml");
    let limits: Vec<(&str, f64)> = limited.objectives().into_iter().map(|one| (one.name(), one.limit)).collect();
    assert_eq!(limits, [("errors", 0.001), ("p99", 20.0), ("p99.9", 500.0), ("rate", 1_000.0)]);
}

#[test]
fn what_is_written_is_read_back_the_same() {
    for entry in fs::read_dir(folder("valid")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let (profile, _) = valid(&name);
        for dialect in [Dialect::Wrapped, Dialect::Bare, Dialect::Native] {
            // The mesh has no place in a test alone, and another form in each of the two others.
            let mesh = if dialect == Dialect::Bare { None } else { Some(serde_json::json!("istio")) };
            let profile = Profile { mesh, ..profile.clone() };
            let text = write(&profile, dialect).unwrap();
            let again = read_text(&name, &text);
            assert_eq!(again.profile.unwrap().0, profile, "{name} as {dialect:?}:\n{text}");
        }
        assert_eq!(write(&profile, Dialect::Saved), None);
    }
}

#[test]
fn clients_share_what_they_send_among_their_endpoints() {
    let (bare, _) = valid("bare.yaml");
    let loads = bare.loads(Duration::from_secs(1), Duration::from_secs(10)).unwrap();
    let found: Vec<(String, usize, bool)> = loads
        .iter()
        .map(|load| (load.target.url.path().to_owned(), load.connections, load.arrivals.is_some()))
        .collect();
    let expected = [("/a", 2, true), ("/b", 2, true), ("/c", 32, false)];
    assert_eq!(found, expected.map(|(path, connections, is_open)| (path.to_owned(), connections, is_open)));
}

#[test]
fn every_fault_is_found_at_its_place() {
    let mut names: Vec<String> = fs::read_dir(folder("invalid"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| name.ends_with(".yaml"));
    names.sort();
    for name in names {
        let text = fs::read_to_string(folder("invalid").join(&name)).unwrap();
        let source = SourceText::new(FileId(0), name.as_str(), text.as_str());
        let found = read_text(&name, &text);
        assert!(!found.findings.is_empty(), "{name} is valid");
        let is_error = found.findings.iter().any(|finding| finding.severity == Severity::Error);
        let lines: Vec<String> = found
            .findings
            .iter()
            .map(|finding| {
                let place = source.place(finding.primary);
                format!("{} {}:{} {}\n", finding.code.0, place.line, place.column, finding.message)
            })
            .collect();
        let expected = folder("invalid").join(name.replace(".yaml", ".expected"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, lines.concat()).unwrap();
        }
        assert_eq!(fs::read_to_string(&expected).unwrap(), lines.concat(), "{name}");
        assert!(is_error || name == "typo.yaml", "{name} could be run");
    }
}
