//! One binary of suites. A suite is a file; this list and the folder are held equal by a test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod base;
mod build_command;
mod catalog;
mod catalog_meshery;
mod catalog_pages;
mod catalog_server;
mod catalog_write;
mod chart_sources;
mod charts;
mod check_cases;
mod command_line;
mod compose;
mod designs;
mod evaluate_command;
mod finding_pages;
mod fixes;
mod fmt_command;
mod hostile_input;
mod import;
mod kubernetes_model;
mod kustomize;
mod language_server;
mod layers;
mod models;
mod objects;
mod parameters;
mod pictures;
mod policies;
mod policy_sets;
mod profile_schemas;
mod python_reader;
mod relationships;
mod report_formats;
mod reuse;
mod shown_findings;
mod used_charts;
mod vendor;

#[test]
fn no_suite_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = design_tests::repository().join("tests/suite");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || main.contains(&format!("mod {module};")), "{name} is not in main.rs");
    }
}
