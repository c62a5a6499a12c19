//! What must hold for a parsed document.

use design_syntax::{Document, Layout, Parsed, Problem, Rules, layout_of, lower};

use crate::output::{check_comments, check_emission, check_printing};
use crate::places::{check_paths, check_span, check_spans};

/// Checks everything that parsing a text gave.
pub fn check_parsed(text: &str, parsed: Parsed) {
    for problem in &parsed.problems {
        check_problem(problem, text);
    }
    for document in parsed.documents {
        check_document(document);
    }
}

fn check_document(mut document: Document) {
    check_spans(&document);
    for rules in [Rules::Kubernetes, Rules::Core] {
        document.set_rules(rules);
        let mut problems = Vec::new();
        let root = document.root().expect("a document has a root");
        let value = lower(root, &mut problems);
        for problem in &problems {
            check_problem(problem, document.source().text());
        }
        check_paths(root, &value);
        check_emission(&value);
        check_printing(&value, &Layout::default());
        let printed = check_printing(&value, &layout_of(&document));
        if let Some((_, printed)) = printed
            && problems.iter().all(|problem| matches!(problem, Problem::ReadDifferently { .. }))
        {
            check_comments(&document, &printed);
        }
    }
}

fn check_problem(problem: &Problem, text: &str) {
    match problem {
        Problem::DuplicateKey { first, second, .. } => {
            check_span(*first, text);
            check_span(*second, text);
            assert!(first < second, "the second of two equal keys stands first");
        }
        Problem::Syntax { span, .. }
        | Problem::LimitPassed { span, .. }
        | Problem::NotJson { span, .. }
        | Problem::ReadDifferently { span, .. } => check_span(*span, text),
    }
}
