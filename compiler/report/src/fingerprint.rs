//! What a finding is recognised by when the lines around it move.

use std::collections::HashMap;

use design_vocabulary::Finding;
use sha2::{Digest, Sha256};

use crate::Sources;

/// The name of the way in which fingerprints are made; another way gets another name.
pub(crate) const KEY: &str = "designFinding/v1";

/// A fingerprint for each finding, in their order: 32 hexadecimal digits of its rule, its file and its message, and, where
/// several agree in these, of which of them it is.
pub(crate) fn fingerprints<'a>(findings: impl Iterator<Item = &'a Finding>, sources: &'a Sources) -> Vec<String> {
    let mut seen: HashMap<[&str; 3], usize> = HashMap::new();
    let mut prints = Vec::with_capacity(findings.size_hint().0);
    for Finding { code, message, primary, .. } in findings {
        let file = sources.get(primary.file).map_or("", |source| source.path());
        let same = seen.entry([code.0, file, message]).or_default();
        *same += 1;
        let digest = Sha256::digest(format!("{code}\0{file}\0{message}\0{same}"));
        prints.push(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect());
    }
    prints
}
