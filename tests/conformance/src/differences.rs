//! The deliberate differences: a data file, a line each.

use std::collections::BTreeMap;

use crate::Rule;

/// What the compiler does otherwise on purpose: case and rule, with the reason.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    reasons: BTreeMap<(String, Rule), String>,
    malformed: Vec<String>,
}

impl Differences {
    /// The ones that this crate lists.
    pub fn builtin() -> Self {
        Self::parse(include_str!("../differences.txt"))
    }

    /// Reads lines of `case<TAB>rule<TAB>reason`; empty lines and lines that begin with `#` say nothing. A line that is
    /// none of these is kept as a fault: see [`Differences::malformed`].
    pub fn parse(text: &str) -> Self {
        let mut differences = Self::default();
        for (index, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            match entry(line) {
                Ok((case, rule, reason)) => {
                    differences.reasons.insert((case.to_owned(), rule), reason.to_owned());
                }
                Err(fault) => differences.malformed.push(format!("differences, line {}: {fault}", index + 1)),
            }
        }
        differences
    }

    /// The lines that could not be read, each with what is wrong with it.
    pub fn malformed(&self) -> &[String] {
        &self.malformed
    }

    /// The cases that are listed, sorted; one with two rules comes twice.
    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.reasons.keys().map(|(case, _)| case.as_str())
    }

    /// The reason why a case may break a rule, where it may.
    pub fn reason(&self, case: &str, rule: Rule) -> Option<&str> {
        self.reasons.get(&(case.to_owned(), rule)).map(String::as_str)
    }
}

fn entry(line: &str) -> Result<(&str, Rule, &str), String> {
    let mut fields = line.splitn(3, '\t').map(str::trim);
    let (Some(case), Some(rule), Some(reason)) = (fields.next(), fields.next(), fields.next()) else {
        return Err("expected case, rule and reason with tabs between them".to_owned());
    };
    let rule = Rule::named(rule).ok_or_else(|| format!("there is no rule `{rule}`"))?;
    if case.is_empty() || reason.is_empty() {
        return Err("a case and a reason have to be there".to_owned());
    }
    Ok((case, rule, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_faults_are_kept() {
        let differences = Differences::parse(
            "# a comment\n\na/b.yaml\tcount\twhy\na/b.yaml\tcuont\twhy\nc.yaml\tcount\nd\tcount\t \n",
        );
        assert_eq!(differences.reason("a/b.yaml", Rule::Count), Some("why"));
        assert_eq!(differences.reason("a/b.yaml", Rule::Values), None);
        let faults: Vec<_> = differences.malformed().iter().map(|fault| fault.split(':').next().unwrap()).collect();
        assert_eq!(faults, ["differences, line 4", "differences, line 5", "differences, line 6"]);
    }

    #[test]
    fn the_file_of_this_crate_is_well_formed() {
        assert_eq!(Differences::builtin().malformed(), <&[String]>::default());
    }
}
