//! The objects of a build so far, in their order, found by identity and name without looking at all of them.

use std::collections::HashMap;

use design_vocabulary::Text;

use crate::resource::{Id, Resource};
use crate::select::Selector;

/// Objects in order.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// The objects. Whoever changes an identity calls [`Set::renamed`] or [`Set::reindex`].
    pub resources: Vec<Resource>,
    /// The objects by every name that they have or had. It may name too many, never too few.
    by_name: HashMap<Text, Vec<u32>>,
}

impl Set {
    /// The number of objects.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Adds an object without looking whether it is there.
    pub fn push(&mut self, resource: Resource) {
        let number = to_u32(self.resources.len());
        self.resources.push(resource);
        self.renamed(number as usize);
    }

    /// Takes notice of the names of an object that changed.
    pub fn renamed(&mut self, number: usize) {
        let Some(resource) = self.resources.get(number) else { return };
        let number = to_u32(number);
        let mut note = |name: Text| {
            let known = self.by_name.entry(name).or_default();
            if known.last() != Some(&number) && !known.contains(&number) {
                known.push(number);
            }
        };
        note(resource.name());
        for [_, name, _] in &resource.previous {
            note(name.clone());
        }
    }

    /// Takes notice of all names anew, after many changed or objects went.
    pub fn reindex(&mut self) {
        self.by_name.clear();
        for number in 0..self.resources.len() {
            let Some(resource) = self.resources.get(number) else { continue };
            let mut names: Vec<Text> = resource.previous.iter().map(|[_, name, _]| name.clone()).collect();
            names.push(resource.name());
            names.sort_unstable();
            names.dedup();
            for name in names {
                self.by_name.entry(name).or_default().push(to_u32(number));
            }
        }
    }

    /// Removes the objects that patches deleted.
    pub fn drop_empty(&mut self) {
        if self.resources.iter().any(Resource::is_empty) {
            self.resources.retain(|resource| !resource.is_empty());
            self.reindex();
        }
    }

    /// The numbers of the objects that have or had a name, in order.
    pub fn named(&self, name: &str) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            self.by_name.get(name).into_iter().flatten().map(|number| *number as usize).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The objects that have this identity now.
    pub fn with_id(&self, id: &Id) -> Vec<usize> {
        self.filtered(&id.name, |resource| resource.id() == *id)
    }

    /// The objects that have or had this identity.
    pub fn with_any_id(&self, id: &Id) -> Vec<usize> {
        self.filtered(&id.name, |resource| {
            !resource.is_empty() && (resource.id() == *id || resource.previous_ids().any(|previous| previous == *id))
        })
    }

    fn filtered(&self, name: &str, keep: impl Fn(&Resource) -> bool) -> Vec<usize> {
        let mut numbers = self.named(name);
        numbers.retain(|number| self.resources.get(*number).is_some_and(&keep));
        numbers
    }

    /// The objects that a selector takes as targets of a patch.
    pub fn targets(&self, selector: &Selector) -> Vec<usize> {
        let takes = |number: &usize| {
            self.resources.get(*number).is_some_and(|one| !one.is_empty() && selector.takes_target(one))
        };
        match selector.only_name() {
            Some(name) => self.named(name).into_iter().filter(takes).collect(),
            None => (0..self.resources.len()).filter(takes).collect(),
        }
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
