//! D0930 targets-disagree.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// What one target says of the design, read back, is not the design.
    ///
    /// `design build --verify` writes every target, reads each as a cluster or Helm would read it, and compares the
    /// graphs: the components, their fields, the relationships. A compose file is read as a compose project, written
    /// again, and has to say the same. The finding names the first difference, and stands at the field or component of
    /// the design that it is about.
    ///
    /// ## What to do
    ///
    /// This is a fault of `design`, unless the finding says that something of the design was lost before. Please
    /// report it, with the object that the finding stands at.
    "D0930", "targets-disagree", Error
}

/// `target` is what was read back, `what` a sentence about the difference.
pub fn finding(target: &str, what: &str, span: Span) -> Finding {
    RULE.finding(format!("the target {target} is not the design: {what}"), span)
}
