//! D0823 unset-variable.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A variable that a compose file uses has no value, and is read as empty.
    ///
    /// Variables come from the file `.env` beside the compose file and from the settings; the variables of the shell
    /// are not looked at, so that the same files always give the same output. A name alone under `environment` takes
    /// its value from the same places, and is left out where there is none.
    ///
    /// ## What to do
    ///
    /// Write the variable into `.env`, give it a default (`${NAME:-default}`), or say that it may be empty
    /// (`${NAME-}`).
    "D0823", "unset-variable", Warning
}

/// A variable without a value.
pub fn finding(name: &str, span: Span) -> Finding {
    RULE.finding(format!("the variable `{name}` has no value"), span)
        .help(format!("write `{name}=…` into `.env` beside the compose file, or give a default: `${{{name}:-…}}`"))
}
