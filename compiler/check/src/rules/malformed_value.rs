//! D0606 malformed-value.

use design_schema::{Form, What, nearest_quantity};
use design_vocabulary::{Finding, Value, display_path};

use super::unlisted_value::shown;
use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// A text is not written as its field demands.
    ///
    /// The schema of a kind asks for a form: a quantity such as `250m` or `1Gi`, a date, base64, an address, a regular
    /// expression. The API server refuses anything else.
    ///
    /// A quantity is a number with a suffix: `n`, `u`, `m`, `k`, `M`, `G`, `T`, `P`, `E` for powers of a thousand, `Ki`,
    /// `Mi`, `Gi`, `Ti`, `Pi`, `Ei` for powers of 1024, or an exponent such as `e3`. There is no `B` behind it.
    ///
    /// ## What to do
    ///
    /// Write the value in the form that the message names.
    "D0606", "malformed-value", Error
}

/// One finding a value.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let What::Malformed(form) = &fault.what else { continue };
        let Some(located) = context.field(fault) else { continue };
        let (path, releases) = (display_path(&fault.path), releases::suffix(context, &fault.releases));
        let value = context.value(fault).unwrap_or_default();
        let wanted = match form {
            Form::Quantity => "a quantity".to_owned(),
            Form::Named(name) => named(name),
            Form::Pattern(pattern) => format!("a text that fits `{pattern}`"),
        };
        let message = format!("`{path}` should be {wanted}, found {}{releases}", shown(&value));
        let finding = RULE.finding(message, located.best());
        findings.push(match help(form, &value) {
            Some(help) => finding.help(help),
            None => finding,
        });
    }
}

fn named(format: &str) -> String {
    match format {
        "date-time" => "a time such as `2026-01-31T12:00:00Z`",
        "date" => "a date such as `2026-01-31`",
        "byte" => "base64",
        "duration" => "a duration such as `1h30m`",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "cidr" => "a range of addresses such as `10.0.0.0/8`",
        "mac" => "a hardware address such as `00:11:22:33:44:55`",
        "uri" => "a URI",
        "email" => "an e-mail address",
        "hostname" => "a host name",
        "uuid" => "a UUID",
        other => return format!("a text of the format `{other}`"),
    }
    .to_owned()
}

fn help(form: &Form, value: &Value) -> Option<String> {
    match form {
        Form::Quantity => Some(match value.as_str().and_then(nearest_quantity) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "a number with a suffix: `500m` is a half, `1Gi` is 1024³, `1G` is 1000³".to_owned(),
        }),
        Form::Named(format) if format == "byte" => {
            Some("write the value in base64, or in plain text under `stringData`".to_owned())
        }
        Form::Named(_) | Form::Pattern(_) => None,
    }
}
