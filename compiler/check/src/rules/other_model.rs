//! D0411 other-model.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A definition names another model than the one that it lies in.
    ///
    /// What counts is the model of the folder, as for Meshery: `model.json` or `model.yaml` in the folder of the definition
    /// or the nearest one above it.
    ///
    /// ## What to do
    ///
    /// Correct the name, or move the file into the folder of its model.
    "D0411", "other-model", Warning
}

/// Both models by name, with their versions where these differ.
pub fn finding(named: &str, folder: &str, span: Span) -> Finding {
    RULE.finding(format!("this definition names the model {named}, but lies in the model {folder}"), span)
}
