//! The designs of the corpus, and ours: conformance in the repository's own tests.

use std::path::Path;

use design_tests::{Project, has_part, repository};

#[test]
fn every_pattern_of_the_catalog_is_sound_and_canonical() {
    let patterns = repository().join("catalog/patterns");
    for entry in std::fs::read_dir(&patterns).unwrap() {
        let folder = entry.unwrap().path();
        let path = folder.to_str().unwrap();
        let project = Project::new(&[]);
        project.design(&["check", "--fail-on", "warning", path]).expect(0);
        project.design(&["fmt", "--check", path]).expect(0);
        assert!(folder.join("README.md").exists(), "{path} has no README.md");
    }
}

#[test]
fn the_designs_of_the_corpus_are_read() {
    let folder = std::env::var("DESIGN_CORPUS").unwrap_or_default();
    if !has_part("a corpus (DESIGN_CORPUS)", Path::new(&folder).join("designs").is_dir()) {
        return;
    }
    let project = Project::new(&[]);
    let run = project.design(&["list", &folder]).expect(0);
    assert!(run.stdout().lines().any(|line| line.starts_with("design ")));
}
