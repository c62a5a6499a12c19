//! D0903 wrong-parameter.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The value of a parameter is not what its declaration allows.
    ///
    /// Each parameter is declared by a JSON Schema: its type, its bounds, the values of an `enum`, the `pattern` of a
    /// text. The finding stands where the value was given: at the default, in the environment's file, or in the
    /// option on the command line. Of a secret parameter the finding says what is wrong, and never the value.
    ///
    /// ## What to do
    ///
    /// Give a value that the schema allows, or change the schema. `--set` reads a value as what the schema wants:
    /// `--set replicas=3` is a number where the type is `integer`, and a text where it is `string`.
    "D0903", "wrong-parameter", Error
}

/// `path` is the parameter with the field inside it, `reason` a sentence about the value.
pub fn finding(path: &str, reason: &str, declared: Span, span: Span) -> Finding {
    let finding = RULE.finding(format!("the value of the parameter `{path}` is not allowed: {reason}"), span);
    if declared.file == span.file && declared.start == span.start {
        return finding;
    }
    finding.related("the parameter is declared here", declared)
}
