//! The published schemas of performance profiles say what the program says.

use std::collections::BTreeMap;

use design_tests::repository;
use jsonschema::Validator;
use serde_json::{Value, json};

fn schema(name: &str) -> Validator {
    let text = std::fs::read_to_string(repository().join("schemas/smp").join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// The fixtures of the reader in a folder, by their names.
fn profiles(folder: &str) -> BTreeMap<String, Value> {
    let folder = repository().join("actions/perf/tests/profiles").join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let profiles = paths.filter(|path| path.extension().is_some_and(|extension| extension != "expected"));
    profiles
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_name().unwrap().to_str().unwrap().to_owned(), value)
        })
        .collect()
}

/// What only the program takes: names and protocols in any spelling.
const OTHER_SPELLINGS: [&str; 2] = ["protocol-name.yaml", "spellings.yaml"];

#[test]
fn what_can_be_run_is_what_the_schema_takes() {
    let runnable = schema("runnable.schema.json");
    let valid = profiles("valid");
    assert!(valid.len() >= 40, "{}", valid.len());
    for (name, profile) in valid {
        let problems: Vec<String> = runnable.iter_errors(&profile).map(|error| error.to_string()).collect();
        assert_eq!(problems.is_empty(), !OTHER_SPELLINGS.contains(&name.as_str()), "{name}: {problems:?}");
    }
    let mut invalid = profiles("invalid");
    // No schema sees that a mapping says something twice in two spellings.
    assert!(invalid.remove("twice.yaml").is_some());
    assert!(invalid.len() >= 39, "{}", invalid.len());
    for (name, profile) in invalid {
        assert!(!runnable.is_valid(&profile), "{name} is valid");
    }
}

#[test]
fn messages_are_what_the_specification_has() {
    let wire = schema("wire.schema.json");
    for valid in [
        json!({}),
        json!({"clients": [{"protocol": "PROTOCOL_TCP", "rps": "10"}]}),
        json!({"test": {"clients": [{"protocol": 4}]}, "mesh": {"type": "ISTIO", "labels": {"a": "b"}}}),
        json!({"latencies_ms": {"p99": 55.0, "max": "Infinity"}, "actual_qps": 9.9, "start_time": "2026-01-01T00:00:00Z"}),
        json!({"ingressGateway": {"cpuMcores": 500}, "mesh_type": {"type": 12}, "mtls_enabled": true}),
        json!({"kubernetes_version": "1.36", "nodes": [{"cores": 4, "mem_mb": "16384"}]}),
    ] {
        assert!(wire.is_valid(&valid), "{valid}");
    }
    for invalid in [
        json!([]),
        json!({"client": []}),
        json!({"clients": [{"protocol": "PROTOCOL_QUIC"}]}),
        json!({"clients": [{"connections": 4_000_000_000_u32}]}),
        json!({"test": {}, "mesh": "istio"}),
        json!({"latencies_ms": {"p99.9": 1}}),
        json!({"nodes": [{"cores": "four"}]}),
    ] {
        assert!(!wire.is_valid(&invalid), "{invalid}");
    }
    // A test that is written in the specification's own forms is one of its messages.
    let profiles = profiles("valid");
    for name in ["bare.yaml", "bare.json", "everything.yaml", "protojson.json", "wrapped.yaml", "wrapped.json"] {
        assert!(wire.is_valid(&profiles[name]), "{name}");
    }
}
