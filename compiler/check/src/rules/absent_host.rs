//! D0310 absent-host.

use design_vocabulary::Finding;

use crate::Context;
use crate::gap::{Gap, each};
use crate::rule::rule;

rule! {
    /// A text holds the host name of a service that is not in the input.
    ///
    /// Host names are looked for in the values of environment variables, in arguments and in config maps. Only names that can
    /// mean nothing else are told of: those that end in `.svc` or `.svc.cluster.local`, and values of variables that are called
    /// after an address, such as `PAYMENT_SERVICE_ADDR`.
    ///
    /// ## What to do
    ///
    /// Correct the name, add the service, or declare that it comes from outside: `externals:` in a design, a comment
    /// `# design: external Service/shop/payment` in a manifest.
    "D0310", "absent-host", Warning
}

/// One finding a host name.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each(context, findings, &RULE, Gap::Host, |gap, mut finding| {
        let name = &gap.missing.name;
        finding.message = format!("{} calls the host `{name}`{}, and no Service is called so", gap.from, gap.place);
        match gap.nearest() {
            Some(near) if *near != **name => finding.help(format!("did you mean `{near}`?")),
            Some(_) => finding.help("there is one of that name in another namespace"),
            None => finding.help("add the Service, or declare it as external"),
        }
    });
}
