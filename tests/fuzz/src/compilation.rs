//! What must hold for a compilation, and for what `design fmt` makes of a file.

use std::collections::BTreeSet;

use design_pipeline::{Compilation, Compiled};
use design_render::kubernetes::object;
use design_report::text::Style;
use design_report::{json, text};
use design_source::{Form, Version, canonical, classify, convert};
use design_syntax::{Document, Layout, Rules, layout_of, lower, print};
use design_vocabulary::{Object, Segment, Span, Value};

use crate::output::{check_comments, check_emission, check_printing};
use crate::places::check_span;
use crate::{LARGEST, read, read_own, size};

/// Every finding can be shown, every component is an artifact or counted as left out, every artifact is the object.
pub fn check_compilation(compilation: &Compilation) {
    let report = &compilation.report;
    for finding in &report.findings {
        for span in std::iter::once(finding.primary).chain(finding.related.iter().map(|related| related.span)) {
            check_place(compilation, span);
        }
    }
    for style in [Style { colour: false, width: 80 }, Style { colour: true, width: 20 }] {
        text::findings(report, &compilation.sources, style);
    }
    text::summary(report);
    let json = json::render(report, &compilation.sources).expect("a report can be written");
    let json: serde_json::Value = serde_json::from_str(&json).expect("a report is JSON");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(report.findings.len()));
    for compiled in &compilation.designs {
        check_design(compilation, compiled);
    }
}

fn check_place(compilation: &Compilation, span: Span) {
    let source = compilation.sources.get(span.file).expect("a finding lies in a file");
    check_span(span, source.text());
    let place = source.place(span);
    assert!((place.line, place.column) <= (place.end_line, place.end_column), "{place:?}");
}

fn check_design(compilation: &Compilation, compiled: &Compiled) {
    let design = &compiled.design;
    assert_eq!(design.components.len(), compiled.graph.nodes.len());
    for (index, component) in design.components.iter().enumerate() {
        check_place(compilation, compiled.map.component(index).expect("a component stands somewhere"));
        for path in [&["displayName"][..], &["component", "kind"], &["configuration", "metadata", "name"]] {
            let path: Vec<Segment> = path.iter().map(|key| (*key).into()).collect();
            let located = compiled.map.locate(index, &path).expect("every component can be looked into");
            check_place(compilation, located.best());
        }
        for key in component.configuration.keys() {
            let located = compiled.map.locate(index, &["configuration".into(), key.clone().into()]);
            check_place(compilation, located.expect("every component can be looked into").key_or_value());
        }
    }
    let mut paths = BTreeSet::new();
    let mut count = 0;
    for artifact in compiled.artifacts() {
        count += 1;
        check_path(&artifact.path);
        let component = &design.components[artifact.component];
        let is_new = paths.insert(artifact.path.to_lowercase());
        assert!(is_new, "two artifacts at {}", artifact.path);
        let scope = compiled.graph.nodes[artifact.component].scope;
        let object = Value::Object(object(component, scope));
        if size(&object) <= LARGEST {
            let (_, again) = read_own(&artifact.text, "artifact");
            assert_eq!(again, object, "artifact:\n{}", artifact.text);
        }
    }
    assert_eq!(count + compiled.manifests.left_out.len(), design.components.len(), "components are lost");
}

/// A path stays in its folder on every file system.
fn check_path(path: &str) {
    assert!(path.split('/').count() <= 2, "{path}");
    for part in path.split('/') {
        let safe = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'%'));
        assert!(safe && !part.is_empty() && !part.starts_with('.') && part.len() <= 255, "{path}");
    }
}

/// `design fmt` and `design fmt --to` on one file, as the command does them.
pub fn check_format(text: &str) {
    let (_, parsed) = read(text);
    for mut document in parsed.documents {
        let form = classify(&document);
        if !matches!(form, Form::Design | Form::LegacyDesign) {
            continue;
        }
        document.set_rules(Rules::Core);
        let mut problems = Vec::new();
        let Some(root) = document.root() else { continue };
        let Value::Object(design) = lower(root, &mut problems) else { continue };
        for version in [Version::V1Beta1, Version::V1Beta3] {
            check_conversion(&document, &design, version);
        }
        if form == Form::LegacyDesign || document.has_anchors() {
            continue;
        }
        let ordered = canonical(&design);
        assert_eq!(canonical(&ordered), ordered, "the canonical form has another canonical form");
        let value = Value::Object(ordered);
        let layout = layout_of(&document);
        if let Some((text, printed)) = check_printing(&value, &layout)
            && problems.is_empty()
            && layout.lost(&value) == 0
        {
            check_comments(&document, &printed);
            check_formatted_twice(&text, printed);
        }
    }
}

fn check_formatted_twice(text: &str, mut document: Document) {
    document.set_rules(Rules::Core);
    let value = lower(document.root().expect("a document has a root"), &mut Vec::new());
    let Value::Object(design) = value else { panic!("a design is a mapping") };
    let again = print(&Value::Object(canonical(&design)), &layout_of(&document)).expect("every value can be printed");
    assert_eq!(again, text, "formatting twice is not formatting once");
}

fn check_conversion(document: &Document, design: &Object, version: Version) {
    let converted = convert(design, version);
    let value = Value::Object(converted.design.clone());
    let mut layout = layout_of(document);
    for (from, to) in &converted.moved {
        layout.rename(from, to);
    }
    check_emission(&value);
    check_printing(&value, &layout);
    check_printing(&value, &Layout::default());
    assert_eq!(convert(&converted.design, version).design, converted.design, "converting twice is not converting once");
}
