//! Whether an object is also one of another version of its kind, as it stands.

use design_schema::Checker;
use design_vocabulary::{Component, Design};

use crate::Context;

/// Judges objects by the schemas of other versions.
pub(crate) struct Fit<'a>(Checker<'a>);

impl<'a> Fit<'a> {
    /// By the releases that a design is checked against.
    pub(crate) fn new(context: &Context<'a>) -> Self {
        Self(Checker::new(context.releases, &()))
    }

    /// Whether an object with this apiVersion instead of its own breaks no schema.
    pub(crate) fn fits(&mut self, component: &Component, api_version: &str) -> bool {
        let component = Component { api_version: api_version.into(), ..component.clone() };
        self.0.check(&Design { components: vec![component], ..Design::default() }).faults.is_empty()
    }
}
