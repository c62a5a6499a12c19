//! Limits, recovery and the forms in which text comes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use design_syntax::{Limit, Limits, Parsed, Problem, SourceText, lower, parse};
use design_vocabulary::{FileId, Value};

fn parsed(text: &str, limits: &Limits) -> Parsed {
    parse(&SourceText::new(FileId(0), "test.yaml", text), limits)
}

fn values(parsed: &Parsed) -> Vec<Value> {
    parsed.documents.iter().map(|document| lower(document.root().unwrap(), &mut Vec::new())).collect()
}

#[test]
fn documents_beyond_the_limit_are_told_of_and_the_others_are_read() {
    let found = parsed("a: 1\n---\nb: 2\n---\nc: 3\n", &Limits { documents: 2, ..Limits::default() });
    assert_eq!((found.documents.len(), found.broken), (2, 1));
    assert!(matches!(found.problems.as_slice(), [Problem::LimitPassed { limit: Limit::Documents, allowed: 2, .. }]));
}

#[test]
fn depth_counts_what_aliases_stand_for() {
    let limits = Limits { depth: 4, ..Limits::default() };
    assert_eq!(parsed("a: [[[1]]]\n", &limits).problems, []);
    assert!(matches!(
        parsed("a: [[[[1]]]]\n", &limits).problems.as_slice(),
        [Problem::LimitPassed { limit: Limit::Depth, .. }]
    ));
    let through_alias = parsed("a: &a [[1]]\nb: [[*a]]\n", &limits);
    assert!(matches!(through_alias.problems.as_slice(), [Problem::LimitPassed { limit: Limit::Depth, .. }]));
}

#[test]
fn a_broken_document_hides_neither_the_one_before_nor_the_one_behind() {
    let found = parsed("a: 1\n---\nb: [\n---\nc: 3\n---\n\"unclosed\n---\nd: 4\n", &Limits::default());
    assert_eq!((found.documents.len(), found.broken), (3, 2));
    let lines: Vec<u32> = found
        .problems
        .iter()
        .map(|problem| match problem {
            Problem::Syntax { span, .. } => found.documents[0].source().place(*span).line,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(lines, [3, 7]);
}

#[test]
fn json_texts_one_after_the_other_are_documents() {
    let found = parsed("{\"a\": 1}\n{\"b\":\t2}[3]\n", &Limits::default());
    assert_eq!(found.problems, []);
    assert_eq!(serde_json::to_string(&values(&found)).unwrap(), r#"[{"a":1},{"b":2},[3]]"#);
}

#[test]
fn byte_order_marks_line_ends_merge_keys_and_tags_are_read() {
    let text = "\u{feff}base: &base {a: 1, b: 2}\r\nmerged:\r\n  <<: [*base, {c: 3}]\r\n  b: !!str 4\r\nempty:\r\ntext: |\r\n  x\r\n  y\r\n";
    let found = parsed(text, &Limits::default());
    assert_eq!(found.problems, []);
    let json = r#"[{"base":{"a":1,"b":2},"merged":{"b":"4","a":1,"c":3},"empty":null,"text":"x\ny\n"}]"#;
    assert_eq!(serde_json::to_string(&values(&found)).unwrap(), json);
}

#[test]
fn a_tag_of_yaml_counts_however_many_other_tags_there_are() {
    let mut text: String = (0..300).map(|number| format!("- !own{number} x\n")).collect();
    text.push_str("- !!str 12\n");
    let found = parsed(&text, &Limits::default());
    let values = values(&found);
    let last = values.first().and_then(Value::as_array).and_then(<[Value]>::last);
    assert_eq!(last, Some(&Value::from("12")));
}

#[test]
fn a_json_text_ends_where_the_next_begins() {
    let found = parsed("{\"a\": 1}\n{\"b\": 2}\n", &Limits::default());
    let ends: Vec<_> = found.documents.iter().map(|document| document.span().end).collect();
    assert_eq!(ends, [8, 18]);
}

#[test]
fn a_key_is_found_by_what_it_means() {
    let found = parsed("on: 1\n\"on\": 2\n", &Limits::default());
    let root = found.documents.first().unwrap().root().unwrap();
    let [meaning, text] = ["true", "on"].map(|key| root.get(key).map(|value| value.text().to_owned()));
    assert_eq!((meaning.as_deref(), text.as_deref()), (Some("1"), Some("2")));
}
