//! The suites as they are published, where they are at hand.

use std::path::Path;

/// Needs the folder of the suites; `DESIGN_CORPUS` names it. Where it is not named the test says so and passes, unless
/// `DESIGN_REQUIRE=all` wants every test to run.
#[test]
fn every_suite_agrees() {
    let Some(folder) = std::env::var_os("DESIGN_CORPUS") else {
        assert!(
            std::env::var_os("DESIGN_REQUIRE").is_none_or(|wanted| wanted != "all"),
            "DESIGN_REQUIRE=all, but DESIGN_CORPUS does not name the folder of the suites"
        );
        eprintln!("skipped: DESIGN_CORPUS does not name the folder of the suites");
        return;
    };
    let outcome = design_conformance::run(Path::new(&folder));
    assert!(outcome.agrees(), "\n{outcome}");
    assert!(!outcome.rows.is_empty(), "{} holds none of the suites", Path::new(&folder).display());
}
