//! Objects of Meshery that are to be adopted, and where it has put them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::prepare::{Prepared, Trouble};
use crate::request::{Refused, encoded};

/// Where Meshery puts what names no namespace: its converter writes this name onto every object.
const INVENTED: &str = "default";

/// The label that Meshery gives the objects of a design (meshery `models/pattern/stages/provision.go`).
const LABEL: &str = "design.meshery.io/id";

impl Prepared {
    /// Looks in the namespace that Meshery invents for objects that the design wants in its own and that are not there. Each
    /// stands in the way: a second object would be made, and the first not adopted.
    pub async fn look_where_meshery_puts_things(&mut self) -> Result<(), Refused> {
        let own = self.cluster.connection.namespace.clone();
        if own == INVENTED {
            return Ok(());
        }
        let mut missing: BTreeMap<(&str, &str), BTreeMap<&str, usize>> = BTreeMap::new();
        for (number, (one, live)) in self.desired.iter().zip(&self.live).enumerate() {
            if live.is_none() && one.namespace.as_deref() == Some(&own) {
                missing.entry((&one.api_version, &one.kind)).or_default().insert(&one.name, number);
            }
        }
        let mut found = Vec::new();
        for ((api_version, kind), names) in missing {
            let Some(resource) = self.resources.find(api_version, kind) else { continue };
            let name_of = |object: Value| object.pointer("/metadata/name").and_then(Value::as_str).map(str::to_owned);
            let path = resource.list(api_version, Some(INVENTED));
            match self.cluster.listed(&path, &format!("labelSelector={}&", encoded(LABEL)), name_of).await {
                // What may not be seen cannot be adopted.
                Err(refused) if refused.is(404) || refused.is(403) => {}
                list => found.extend(list?.iter().filter_map(|name| names.get(name.as_str()).copied())),
            }
        }
        found.sort_unstable();
        let elsewhere = |desired| Trouble::Elsewhere { desired, namespace: INVENTED.to_owned() };
        self.troubles.extend(found.into_iter().map(elsewhere));
        Ok(())
    }
}
