//! D0902 missing-parameter.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A parameter has no default, and no value is given for it.
    ///
    /// Every parameter without a default has to be given, unless its declaration says `required: false`. The finding
    /// stands at the declaration; the first field that needs the value is named beside it.
    ///
    /// ## What to do
    ///
    /// Give it with `--set NAME=VALUE` or `--set-file NAME=FILE`, write it to an environment and name that with `-e`,
    /// or add a `default` to the declaration. A secret belongs in none of the files: `--set-file` reads it from where
    /// it is kept.
    "D0902", "missing-parameter", Error
}

/// `used` is the first reference to it.
pub fn finding(name: &str, used: Option<Span>, span: Span) -> Finding {
    let finding = RULE
        .finding(format!("the parameter `{name}` has no value"), span)
        .help(format!("give it with `--set {name}=VALUE` or in an environment, or declare a `default`"));
    match used {
        Some(used) => finding.related("it is needed here", used),
        None => finding,
    }
}
