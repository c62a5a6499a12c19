//! D0103 limit-passed.

use design_syntax::Limit;
use design_vocabulary::{Finding, Span};

use crate::Context;

use crate::rule::rule;

rule! {
    /// A file is larger, deeper or more repetitive than anything that people write.
    ///
    /// Files come from strangers, so reading one is bounded: 256 MiB a file, 250,000 documents a file, 200 collections inside
    /// each other, and aliases that add at most ten times the nodes that are written (or 100,000, whichever is more). The file
    /// or document that passes a limit is left out; everything else is still read.
    ///
    /// The relationships of one design may name 1,000,000 edges, each from every `from` to every `to` of one relationship; the
    /// ends of a relationship that names more are left out. The fields of its objects may declare as many, or 32 for each
    /// object, whichever is more: label selectors that each select every workload make their product. The search for
    /// relationships stops at the field that passes this limit; objects, and what was found before, stay.
    ///
    /// References to parameters and to other fields may add 64 MiB to a design. A design may use 1,000 others, those of
    /// others included, at most 32 inside each other.
    ///
    /// Evaluation finds up to 1,000,000 relationships, compares up to 50,000,000 pairs of components, follows `_` to 1,000
    /// elements of a list, and looks again up to 20 times where components changed. Beyond a limit its result is not complete.
    ///
    /// ## What to do
    ///
    /// Split the file. An alias bomb (`a: &a [x, x]`, `b: &b [*a, *a]`, …) has no use; write the values out.
    "D0103", "limit-passed", Error
}

/// A finding at the field where the search for relationships in fields stopped.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(stopped) = &context.graph.stopped else { return };
    let span = context.span(stopped.component, &stopped.path).or_else(|| context.component(stopped.component));
    let Some(span) = span else { return };
    let message = format!("the fields of this design declare more than {} relationships", stopped.allowed);
    findings
        .push(RULE.finding(message, span).help("select fewer objects; what lies behind this field is not looked for"));
}

/// `allowed` is the limit, in the unit that belongs to it.
pub fn finding(limit: Limit, allowed: u64, span: Span) -> Finding {
    let message = match limit {
        Limit::Bytes => format!("the file is larger than {} MiB", allowed >> 20),
        Limit::Documents => format!("the file has more than {allowed} documents"),
        Limit::Depth => format!("collections are more than {allowed} levels deep"),
        Limit::Expansion => format!("the aliases of this file add more than {allowed} values"),
        Limit::References => format!("the references of this design add more than {} MiB", allowed >> 20),
        Limit::Uses => format!("this design uses more than {allowed} others"),
        Limit::Edges => format!("the relationships of this design name more than {allowed} edges"),
    };
    let help = match limit {
        Limit::Bytes | Limit::Documents => "split the file; what lies beyond the limit is not read",
        Limit::Depth => "flatten the value; the document is left out",
        Limit::Expansion => "write the repeated values out; the document is left out",
        Limit::References => "write the values out; this reference and those behind it are not followed",
        Limit::Uses => "this use and those behind it are left out; use designs that use less",
        Limit::Edges => "name fewer components in one relationship; the ends of this one are left out",
    };
    RULE.finding(message, span).help(help)
}

/// A limit of evaluation: `what` says which one was passed.
pub fn evaluation(what: String, span: Span) -> Finding {
    RULE.finding(what, span)
        .help("the result is not complete: narrow the selectors of the definitions, or split the design")
}
