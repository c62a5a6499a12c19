//! D0312 missing-key.

use design_registry::PartKind;
use design_vocabulary::{Component, Finding};

use crate::fix;
use crate::gap::{Gap, each};
use crate::rule::rule;
use crate::{Context, nearest_name};

rule! {
    /// A field names a key that the ConfigMap or Secret in the input does not have.
    ///
    /// The container does not start: `CreateContainerConfigError`, or a volume that is not mounted.
    ///
    /// ## What to do
    ///
    /// Correct the key, add it, or set `optional: true` beside the reference where the program can do without.
    "D0312", "missing-key", Error
}

/// One finding a key.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each(context, findings, &RULE, Gap::Part(PartKind::Key), |gap, mut finding| {
        let key = gap.missing.part.as_ref().map_or("", |part| part.name.as_str());
        let (kind, name) = (&gap.missing.kind, &gap.missing.name);
        finding.message = format!("{kind} `{name}` has no key `{key}`, which {} reads", gap.from);
        let keys: Vec<&str> = gap.object(context).map(|(_, component)| keys_of(component)).unwrap_or_default();
        let nearest = nearest_name(key, keys.iter().copied());
        let fix = nearest.and_then(|near| context.rewritten(gap.missing.from, &gap.missing.path, near));
        let finding = finding.fix(fix::possible(fix));
        let help = match nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add the key to {kind} `{name}`, or mark the reference as optional"),
        };
        let shown: Vec<String> = keys.iter().take(SHOWN).map(|key| format!("`{key}`")).collect();
        gap.beside(context, finding.help(help), &shown)
    });
}

/// So many keys are shown beside a finding.
const SHOWN: usize = 5;

/// The keys under `data`, `stringData` and `binaryData`.
fn keys_of(component: &Component) -> Vec<&str> {
    ["data", "stringData", "binaryData"]
        .into_iter()
        .filter_map(|field| component.configuration.get(field)?.as_object())
        .flat_map(|data| data.keys().map(design_vocabulary::Text::as_str))
        .collect()
}
