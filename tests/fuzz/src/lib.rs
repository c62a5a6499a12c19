//! What must hold for every input, in the words of the product. Every function here panics where something does not
//! hold: that is how a fuzzer is told.

pub mod compilation;
pub mod documents;
pub mod output;
pub mod places;

use std::sync::Arc;

use design_syntax::{Document, Limits, Parsed, Rules, SourceText, lower, parse};
use design_vocabulary::{FileId, Value};

/// Longer inputs find nothing that shorter ones do not.
pub const LONGEST: usize = 64 << 10;

/// Values of more nodes than this, which only aliases produce, are not written and read again: it would take seconds.
pub const LARGEST: usize = 20_000;

/// The limits of the product, but for the size of a file.
pub fn limits() -> Limits {
    Limits { bytes: LONGEST as u64, ..Limits::default() }
}

/// Parses a text as the only file of a run.
pub fn read(text: &str) -> (Arc<SourceText>, Parsed) {
    let source = SourceText::new(FileId(0), "input.yaml", text);
    let parsed = parse(&source, &limits());
    (source, parsed)
}

/// The number of values inside a value, itself included.
pub fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(size).sum::<usize>(),
        Value::Object(object) => object.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}

/// The only document of a text that the product wrote, and its value. There must be nothing to say about it under either
/// set of rules, and both must read the same.
pub fn read_own(text: &str, origin: &str) -> (Document, Value) {
    let (_, parsed) = read(text);
    assert!(parsed.problems.is_empty(), "{origin}: {:?} in\n{text}", parsed.problems);
    assert_eq!(parsed.documents.len(), 1, "{origin}: not one document:\n{text}");
    let mut document = parsed.documents.into_iter().next().expect("there is one");
    let mut values = [Rules::Kubernetes, Rules::Core].map(|rules| {
        document.set_rules(rules);
        let mut problems = Vec::new();
        let value = lower(document.root().expect("a document has a root"), &mut problems);
        assert!(problems.is_empty(), "{origin}: {problems:?} in\n{text}");
        Some(value)
    });
    let [kubernetes, core] = values.each_mut().map(|value| value.take().expect("it was put there"));
    assert_eq!(kubernetes, core, "{origin}: kubectl reads this otherwise:\n{text}");
    (document, core)
}
