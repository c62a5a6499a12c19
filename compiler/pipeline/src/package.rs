//! Packages as sources: a design, or another source, as one file.

use design_check::rules;
use design_definitions::{PackageLimits, unpack};

use crate::EntryKind;
use crate::reading::Reading;

/// What a package of a source may cost: far less than one with the definitions of models.
const LIMITS: PackageLimits = PackageLimits { bytes: 64 << 20, member_bytes: 16 << 20, members: 20_000 };

impl Reading<'_> {
    /// Puts the members of a package below its path, as if it were a folder. Returns the folder to read: the package, or the
    /// one folder that it holds. `None` where it cannot be read, which is told of.
    pub(crate) fn open_package(&mut self, path: &str) -> Option<String> {
        let bytes = match self.world.read(path, self.request.limits.bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.unreadable(path, &error);
                return None;
            }
        };
        let (members, refused) = match unpack(&bytes, &LIMITS) {
            Ok(unpacked) => unpacked,
            Err(reason) => {
                let place = self.place(path);
                self.findings.push(rules::unreadable_package::finding(path, &reason, place));
                return None;
            }
        };
        if !refused.is_empty() {
            let place = self.place(path);
            let findings = refused.iter().map(|reason| rules::refused_member::finding(reason, place));
            self.findings.extend(findings);
        }
        self.mounted.mount(path, members.into_iter().map(|member| (member.path, member.bytes)).collect());
        let entries = self.world.list(path).unwrap_or_default();
        match entries.as_slice() {
            [only] if only.kind == EntryKind::Folder => Some(format!("{path}/{}", only.name)),
            _ => Some(path.to_owned()),
        }
    }
}
