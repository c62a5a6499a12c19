//! D0206 missing-name.

use std::ops::Range;

use design_vocabulary::{Finding, Value};

use crate::Context;

use crate::rule::rule;

rule! {
    /// An object has no name.
    ///
    /// The name is `metadata.name`, or in a design the component's `displayName`. An object with `generateName` needs none: the
    /// server makes one. Without either the object is not rendered.
    ///
    /// ## What to do
    ///
    /// Give the object a name; numbers and truth values have to be quoted, since a name is text.
    "D0206", "missing-name", Error
}

/// One finding a component that is not a drawing and says what it is.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (index, component) in context.objects(objects) {
        let generates = component.metadata().is_some_and(|metadata| metadata.get_str("generateName").is_some());
        if component.name().is_some() || generates || component.is_annotation {
            continue;
        }
        let located = context.map.locate(index, &["configuration".into(), "metadata".into(), "name".into()]);
        let Some(located) = located else { continue };
        let kind = if component.kind.is_empty() { "the object" } else { component.kind.as_str() };
        let written = component.metadata().and_then(|metadata| metadata.get("name")).map(Value::type_name);
        let finding = if let Some(written) = written.filter(|written| *written != "string" && *written != "null") {
            let message = format!("the name of {kind} is a {written}, not a text");
            RULE.finding(message, located.best()).help("quote it")
        } else {
            let message = format!("{kind} has no name");
            RULE.finding(message, located.key_or_value()).help("write `metadata.name`, or in a design `displayName`")
        };
        findings.push(finding);
    }
}
