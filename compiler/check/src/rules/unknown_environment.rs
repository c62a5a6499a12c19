//! D0907 unknown-environment.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An environment is asked for that is not there.
    ///
    /// The environment `production` is the file `environments/production.yaml` beside the design. It is asked for
    /// with `-e production`, or by `extends: production` of another one.
    ///
    /// ## What to do
    ///
    /// Correct the name, or write the file.
    "D0907", "unknown-environment", Error
}

/// `nearest` is the environment that was probably meant.
pub fn finding(name: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("there is no environment `{name}`"), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("it would be the file `environments/{name}.yaml` beside the design")),
    }
}
