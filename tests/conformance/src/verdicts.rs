//! The verdicts on cases that come without any: a data file, a line each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What stands for object, field and gap of a case without gaps.
const NOTHING: &str = "-";

/// What cases refer to and do not have.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    gaps: BTreeMap<String, BTreeSet<Gap>>,
    malformed: Vec<String>,
}

/// A reference that leads nowhere, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The object with the field, as the graph writes it.
    pub from: String,
    /// The field.
    pub field: String,
    /// What is not there.
    pub missing: String,
}

impl Verdicts {
    /// The ones that this crate lists; read once.
    pub fn builtin() -> &'static Self {
        static VERDICTS: OnceLock<Verdicts> = OnceLock::new();
        VERDICTS.get_or_init(|| Self::parse(include_str!("../references.txt")))
    }

    /// The ones on what is wrong between objects, where [`Gap::missing`] is the name of the rule that says it; read once.
    pub fn between_objects() -> &'static Self {
        static VERDICTS: OnceLock<Verdicts> = OnceLock::new();
        VERDICTS.get_or_init(|| Self::parse(include_str!("../analyzers.txt")))
    }

    /// Reads lines of case, object, field, gap and reason with tabs between them; empty lines and lines that begin with `#`
    /// say nothing. A line that is none of these is kept as a fault: see [`Verdicts::malformed`].
    pub fn parse(text: &str) -> Self {
        let mut verdicts = Self::default();
        for (index, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
            let [case, from, field, missing, reason] = fields.as_slice() else {
                verdicts.malformed.push(format!("verdicts, line {}: expected five fields with tabs", index + 1));
                continue;
            };
            if case.is_empty() || reason.is_empty() {
                verdicts.malformed.push(format!("verdicts, line {}: a case and a reason have to be there", index + 1));
                continue;
            }
            let gaps = verdicts.gaps.entry((*case).to_owned()).or_default();
            if [from, field, missing].iter().any(|said| **said != NOTHING) {
                gaps.insert(Gap {
                    from: (*from).to_owned(),
                    field: (*field).to_owned(),
                    missing: (*missing).to_owned(),
                });
            }
        }
        verdicts
    }

    /// The lines that could not be read, each with what is wrong with it.
    pub fn malformed(&self) -> &[String] {
        &self.malformed
    }

    /// The gaps of a case; `None` where nobody has judged it.
    pub fn gaps(&self, case: &str) -> Option<&BTreeSet<Gap>> {
        self.gaps.get(case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_faults_are_kept() {
        let verdicts =
            Verdicts::parse("# a comment\n\na\tA//b\tspec.c\tD//e\twhy\na\t-\t-\t-\twhy\nb\t-\t-\t-\twhy\nc\n");
        assert_eq!(verdicts.gaps("a").map(BTreeSet::len), Some(1));
        assert_eq!(verdicts.gaps("b").map(BTreeSet::len), Some(0));
        assert_eq!(verdicts.gaps("c"), None);
        assert_eq!(verdicts.malformed().len(), 1);
    }

    #[test]
    fn the_file_of_this_crate_is_well_formed() {
        assert_eq!(Verdicts::builtin().malformed(), <&[String]>::default());
        assert!(Verdicts::builtin().gaps.len() > 30);
        assert_eq!(Verdicts::between_objects().malformed(), <&[String]>::default());
        assert!(Verdicts::between_objects().gaps.len() > 30);
        for gap in Verdicts::between_objects().gaps.values().flatten() {
            assert!(design_check::find_rule(&gap.missing).is_some(), "no rule is called `{}`", gap.missing);
        }
    }
}
