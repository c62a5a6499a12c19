//! What a design declares to come from outside: references to it are no gaps.

use std::collections::HashMap;

use crate::Missing;

/// A reference to an object that the design declares to come from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// The reference.
    pub reference: Missing,
    /// The declaration, by its position in the design.
    pub declaration: usize,
}

/// The declarations of a design, by what they name.
pub(crate) struct Externals<'a> {
    /// Kind and name to declarations without wildcards.
    by_name: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// Kind to declarations with wildcards.
    by_kind: HashMap<&'a str, Vec<usize>>,
    all: &'a [design_vocabulary::External],
    used: Vec<bool>,
}

impl<'a> Externals<'a> {
    pub(crate) fn of(all: &'a [design_vocabulary::External]) -> Self {
        let mut externals =
            Self { by_name: HashMap::new(), by_kind: HashMap::new(), all, used: vec![false; all.len()] };
        for (number, external) in all.iter().enumerate() {
            if external.name.contains('*') {
                externals.by_kind.entry(&external.kind).or_default().push(number);
            } else {
                externals.by_name.entry((&external.kind, &external.name)).or_default().push(number);
            }
        }
        externals
    }

    /// The first declaration that covers a reference, which is then used. A part that an object of the design does not have
    /// comes from nowhere.
    pub(crate) fn declaration(&mut self, missing: &Missing) -> Option<usize> {
        if missing.part.is_some() || self.all.is_empty() {
            return None;
        }
        let (kind, name) = (missing.kind.as_str(), missing.name.as_str());
        let exact = self.by_name.get(&(kind, name)).into_iter().flatten();
        let found = exact.chain(self.by_kind.get(kind).into_iter().flatten()).copied();
        let found = found.filter(|number| self.all.get(*number).is_some_and(|external| covers(external, missing)));
        let declaration = found.min()?;
        if let Some(used) = self.used.get_mut(declaration) {
            *used = true;
        }
        Some(declaration)
    }

    /// The declarations that covered nothing.
    pub(crate) fn unused(self) -> Vec<usize> {
        self.used.iter().enumerate().filter(|(_, used)| !**used).map(|(number, _)| number).collect()
    }
}

fn covers(external: &design_vocabulary::External, missing: &Missing) -> bool {
    external.group.as_ref().is_none_or(|group| *group == missing.group)
        && external.namespace.as_ref().is_none_or(|namespace| matches(namespace, &missing.namespace))
        && matches(&external.name, &missing.name)
}

/// Whether a text matches a pattern in which `*` stands for any text, also none. The shortest fit for each `*` is enough, so
/// cost grows with the product of the lengths at worst.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [("a", "a"), ("*", ""), ("a*", "a"), ("*-tls", "shop-tls"), ("a*b*c", "axbxbyc")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("", "a"), ("a*b", "a"), ("ab*b", "ab"), ("a*b*c", "acb")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
