//! What is written reads back as the same value, under both sets of rules, and every value is found in its text again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use design_syntax::{Layout, Limits, Rules, SourceText, layout_of, lower, parse, print, to_yaml};
use design_vocabulary::{FileId, Number, Object, Path, Segment, Value};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "[ -~\n\t]{0,24}",
        "\\PC{0,12}",
        prop::sample::select(vec![
            "yes",
            "no",
            "on",
            "0644",
            "1_000",
            "~",
            "null",
            "1:30",
            "2001-01-01",
            "- a",
            "a: b",
            "#",
            "<<",
            ".inf",
            "0x1F",
            "",
            " ",
            "\n",
            "a\n\nb\n"
        ])
        .prop_map(str::to_owned),
    ]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::Int),
        (i64::MAX as u64 + 1..=u64::MAX).prop_map(Number::Unsigned),
        any::<f64>().prop_filter("JSON has finite numbers only", |value| value.is_finite()).prop_map(Number::Float),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(Value::Number),
        text().prop_map(|text| Value::String(text.into())),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|elements| elements.into_iter().collect()),
            prop::collection::vec((text(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Object>())),
        ]
    })
}

fn read(text: &str, rules: Rules) -> Value {
    let mut parsed = parse(&SourceText::new(FileId(0), "test.yaml", text), &Limits::default());
    assert!(parsed.problems.is_empty(), "{:?}\n{text}", parsed.problems);
    let Some(document) = parsed.documents.first_mut() else { return Value::Null };
    document.set_rules(rules);
    lower(document.root().unwrap(), &mut Vec::new())
}

fn paths(value: &Value, path: &mut Path, found: &mut Vec<Path>) {
    found.push(path.clone());
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                path.push(index.into());
                paths(element, path, found);
                path.pop();
            }
        }
        Value::Object(object) => {
            for (key, value) in object.iter() {
                path.push(Segment::Key(key.clone()));
                paths(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn emitted_values_read_back(value in value()) {
        let text = to_yaml(&value).unwrap();
        for rules in [Rules::Core, Rules::Kubernetes] {
            prop_assert_eq!(&read(&text, rules), &value, "{:?}:\n{}", rules, text);
        }
    }

    #[test]
    fn printed_values_read_back_and_print_the_same_again(value in value()) {
        let text = print(&value, &Layout::default()).unwrap();
        prop_assert_eq!(&read(&text, Rules::Core), &value, "{}", text);
        let parsed = parse(&SourceText::new(FileId(0), "test.yaml", text.clone()), &Limits::default());
        if let Some(document) = parsed.documents.first() {
            prop_assert_eq!(print(&value, &layout_of(document)).unwrap(), text);
        }
    }

    #[test]
    fn every_value_is_found_in_its_text(value in value()) {
        let text = to_yaml(&value).unwrap();
        let parsed = parse(&SourceText::new(FileId(0), "test.yaml", text), &Limits::default());
        let Some(root) = parsed.documents.first().and_then(design_syntax::Document::root) else { return Ok(()) };
        let mut found = Vec::new();
        paths(&value, &mut Vec::new(), &mut found);
        for path in found {
            let (followed, _, node) = root.follow(&path);
            prop_assert_eq!(followed, path.len(), "{:?}", path);
            let reached = lower(node, &mut Vec::new());
            prop_assert_eq!(Some(&reached), value.at(&path), "{:?}", path);
        }
    }

    #[test]
    fn any_text_is_parsed_without_panic_and_its_spans_lie_inside(text in "[-a-c:\\[\\]{}&*!|>'\"#, \n\t~1.<%@`]{0,60}") {
        let source = SourceText::new(FileId(0), "test.yaml", text.clone());
        let parsed = parse(&source, &Limits::default());
        for document in &parsed.documents {
            let root = document.root().unwrap();
            lower(root, &mut Vec::new());
            let span = root.span();
            prop_assert!(span.start <= span.end && span.end as usize <= text.len());
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
        }
    }
}
