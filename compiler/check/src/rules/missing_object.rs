//! D0309 missing-object.

use design_vocabulary::Finding;

use crate::Context;
use crate::fix;
use crate::gap::{Gap, each};
use crate::rule::rule;

rule! {
    /// A field names an object that is not in the input.
    ///
    /// The field is one of those that `docs/relationships.md` lists: a config map that is mounted, a role that is bound, a
    /// service that an ingress leads to. What is optional by its own field, what every cluster has, and what usually comes from
    /// elsewhere (storage classes, priority classes, ingress classes) is not told of.
    ///
    /// It is a warning because somebody else may create the object.
    ///
    /// ## What to do
    ///
    /// Correct the name, add the object, or declare that it comes from outside: `externals:` in a design, a comment
    /// `# design: external Secret/shop/tls` in a manifest. `design graph` shows every reference.
    "D0309", "missing-object", Warning
}

/// One finding a field.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each(context, findings, &RULE, Gap::Object, |gap, mut finding| {
        let kind = if gap.missing.kind.is_empty() { "object" } else { gap.missing.kind.as_str() };
        finding.message = format!("{} needs {kind} `{}`{}, which is not here", gap.from, gap.missing.name, gap.place);
        match gap.nearest() {
            Some(near) if near != gap.missing.name => {
                let fix = context.rewritten(gap.missing.from, &gap.missing.path, near);
                finding.help(format!("did you mean `{near}`?")).fix(fix::possible(fix))
            }
            Some(_) => finding.help("there is one of that name in another namespace"),
            None => finding.help("add it, or declare it as external"),
        }
    });
}
