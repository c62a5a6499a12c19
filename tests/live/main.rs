//! One binary of suites that need a cluster; it has one, and each test a namespace of its own. A suite is a file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod control_plane;
mod demonstration;
mod environments;
mod faults;
mod gate;
mod lifecycle;
mod place;
mod property;
mod pull;

#[test]
fn no_suite_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = design_tests::repository().join("tests/live");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || main.contains(&format!("mod {module};")), "{name} is not in main.rs");
    }
}
