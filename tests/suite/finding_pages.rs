//! The page of a finding is the doc comment of its rule: docs/findings holds the same text.

use std::collections::BTreeSet;

use design_check::RULES;
use design_tests::{golden, repository};

#[test]
fn every_rule_has_its_page_and_every_page_its_rule() {
    for rule in RULES {
        golden(&format!("docs/findings/{}.md", rule.code), &rule.document());
    }
    let pages = std::fs::read_dir(repository().join("docs/findings")).unwrap();
    let pages: BTreeSet<String> = pages.map(|page| page.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| format!("{}.md", rule.code)).collect();
    assert_eq!(pages, rules);
}

#[test]
fn every_page_says_what_to_do() {
    for rule in RULES {
        assert!(rule.page.contains("## What to do"), "{} does not say what to do", rule.code);
        assert!(rule.page.lines().all(|line| line.len() <= 121), "{} has a line that is too long", rule.code);
    }
}
