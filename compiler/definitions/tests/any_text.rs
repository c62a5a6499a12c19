//! Whatever a file holds, it is read or refused with a place, and the short look agrees with the long one.

use design_definitions::{
    Head, Known, PackageLimits, Problem, Schema, Subject, compare_versions, lint, read, scan, unpack,
};
use design_syntax::{Limits, SourceText};
use design_vocabulary::FileId;
use proptest::prelude::*;

/// Texts that look like definitions, with parts of other types here and there.
fn definition() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("7".to_owned()),
        Just("[]".to_owned()),
        Just("[[\"configuration\", 0, \"_\"], [], [1.5]]".to_owned()),
        Just("{}".to_owned()),
        Just("{\"name\": \"a\", \"kind\": \"K\", \"version\": \"v1\", \"schema\": \"{}\"}".to_owned()),
        Just("{\"kind\": \"K\", \"version\": \"v1\", \"schema\": \"[}\"}".to_owned()),
        Just(
            "[{\"allow\": {\"from\": [{\"kind\": \"K\", \"patch\": {\"mutatorRef\": [[\"displayName\"]]}}], \
              \"to\": [{\"patch\": {\"mutated_ref\": [[\"x\"]]}, \"more\": 1}]}}]"
                .to_owned()
        ),
        "\"[a-z./0-9]{0,12}\"".prop_map(|text| text),
    ];
    let key = prop_oneof![
        Just("schemaVersion"),
        Just("schema_version"),
        Just("kind"),
        Just("type"),
        Just("subType"),
        Just("model"),
        Just("modelReference"),
        Just("component"),
        Just("selectors"),
        Just("metadata"),
        Just("name"),
        Just("kinds"),
        Just("pods"),
        Just("relationships"),
        Just("displayName"),
        Just("version"),
        Just("id"),
    ];
    let version = prop_oneof![
        Just("components.meshery.io/v1beta1"),
        Just("models.meshery.io/v1beta1"),
        Just("model.design/v1"),
        Just("relationships.meshery.io/v1alpha3"),
        Just("connections.meshery.io/v1beta1"),
        Just("other"),
    ];
    (version, proptest::collection::vec((key, value), 0..8)).prop_map(|(version, fields)| {
        let fields: String = fields.into_iter().map(|(key, value)| format!(", \"{key}\": {value}")).collect();
        format!("{{\"schemaVersion\": \"{version}\"{fields}}}")
    })
}

fn check(text: &str) {
    let source = SourceText::new(FileId(0), "components/x.json", text);
    let read = read(&source, &Limits::default());
    for problem in &read.problems {
        if let Problem::Refused { span, .. } | Problem::Misread { span, .. } | Problem::UnknownField { span, .. } =
            problem
        {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{problem:?}");
        }
    }
    let told = !read.problems.is_empty() || read.passed_over > 0;
    assert!(!read.definitions.is_empty() || told, "nothing is said of {text:?}");
    assert_eq!(scan(text, &Limits::default()), (Head::of(&read), !read.problems.is_empty()), "{text}");
    let mut known = Known::builtin();
    for loaded in &read.definitions {
        known.add(Subject { loaded, path: source.path(), model: None });
    }
    for loaded in &read.definitions {
        for fault in lint(Subject { loaded, path: source.path(), model: None }, &known) {
            assert!(text.get(fault.span.start as usize..fault.span.end as usize).is_some(), "{fault:?}");
        }
    }
}

/// A key that stands twice where nobody looks is told of all the same.
#[test]
fn a_key_twice_where_nobody_looks() {
    let definition = |rest: &str| {
        format!(
            "{{\"schemaVersion\": \"components.meshery.io/v1beta1\", {rest}, \
             \"component\": {{\"name\": \"a\", \"kind\": \"K\", \"version\": \"v1\", \"schema\": \"{{}}\"}}}}"
        )
    };
    for rest in ["\"pods\": null, \"pods\": null", "\"styles\": {\"a\": [{\"b\": 1, \"\\u0062\": 2.5}]}"] {
        let text = definition(rest);
        assert!(scan(&text, &Limits::default()).1, "{text}");
        check(&text);
    }
    let text = definition("\"styles\": {\"a\": [{\"b\": 1}, {\"b\": true}, null, -1]}");
    assert!(!scan(&text, &Limits::default()).1, "{text}");
    check(&text);
}

proptest! {
    #[test]
    fn what_looks_like_a_definition(text in definition()) {
        check(&text);
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_bytes_as_a_package(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let limits = PackageLimits { bytes: 1 << 16, member_bytes: 1 << 12, members: 100 };
        if let Ok((members, _)) = unpack(&bytes, &limits) {
            prop_assert!(members.iter().all(|member| !member.path.starts_with('/') && !member.path.contains("..")));
        }
    }

    #[test]
    fn versions_have_one_order(a in "v?[0-9.a-z-]{0,8}", b in "v?[0-9.a-z-]{0,8}", c in "v?[0-9.a-z-]{0,8}") {
        prop_assert_eq!(compare_versions(&a, &b), compare_versions(&b, &a).reverse());
        if compare_versions(&a, &b).is_le() && compare_versions(&b, &c).is_le() {
            prop_assert!(compare_versions(&a, &c).is_le());
        }
    }

    #[test]
    fn any_schema(text in "\\{(\"(type|properties|items|\\$ref|anyOf|required)\": (\"[a-z#/]{0,6}\"|\\{\\}|\\[\\]|[0-9])(, )?){0,3}\\}") {
        if let Some(schema) = Schema::parse(&text) {
            let root = schema.root();
            let _ = (root.type_in_words(), root.fields().len(), root.key("a"), root.element());
        }
    }
}
