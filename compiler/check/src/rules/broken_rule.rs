//! D0614 broken-rule.

use design_schema::What;
use design_vocabulary::{Finding, display_path};

use crate::Context;
use crate::rule::rule;

rule! {
    /// A custom resource breaks a rule of its definition.
    ///
    /// Definitions say what a schema cannot by rules in CEL (`x-kubernetes-validations`): that one field is below another, that
    /// names match. The API server refuses an object for which a rule is false, and so does this. The message is that of
    /// the definition; the help shows the rule.
    ///
    /// Fields that are missing have their defaults when rules are evaluated.
    ///
    /// ## What to do
    ///
    /// Change the value so that the rule holds.
    "D0614", "broken-rule", Error
}

/// One finding a rule and value.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let What::Broken { message, rule } = &fault.what else { continue };
        let Some(located) = context.field(fault) else { continue };
        let path = match display_path(&fault.path) {
            path if path.is_empty() => "the object".to_owned(),
            path => format!("`{path}`"),
        };
        let message = match message.as_str() {
            "" => format!("{path} breaks a rule of its definition"),
            message => format!("{path}: {}", message.replace('\n', " ")),
        };
        findings.push(RULE.finding(message, located.best()).help(format!("the rule is `{}`", short(rule))));
    }
}

/// A rule on one line.
pub(super) fn short(rule: &str) -> String {
    const LONGEST: usize = 160;
    let line = rule.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
