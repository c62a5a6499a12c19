//! Objects that several places of a design would share.

use std::collections::BTreeMap;

use crate::prepare::Prepared;

/// An object that two places want, which would write over each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The place that comes first, by its position.
    pub first: usize,
    /// The object there, by its position among the desired ones.
    pub desired: usize,
    /// The other place.
    pub second: usize,
}

/// Finds the objects of the same server, namespace, kind and name that more than one place wants.
pub fn clashes(places: &[Prepared]) -> Vec<Clash> {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for (place, prepared) in places.iter().enumerate() {
        let server = prepared.cluster.connection.server.as_str();
        for (number, one) in prepared.desired.iter().enumerate() {
            let key = (server, one.group_kind(), one.namespace.as_deref(), one.name.as_str());
            match seen.get(&key) {
                Some((first, desired)) if *first != place => {
                    found.push(Clash { first: *first, desired: *desired, second: place });
                }
                Some(_) => {}
                None => drop(seen.insert(key, (place, number))),
            }
        }
    }
    found
}
