//! D0893 unreadable-package.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A package cannot be read.
    ///
    /// Read are `.tar`, `.tar.gz` and `.tgz`, and an OCI image in a `.tar`, as Meshery exchanges designs and models. A
    /// package may hold 20,000 files and folders, and 64 MiB when it is unpacked; one that passes a limit, is cut off,
    /// or is an image whose parts are not those that their digests name, is not read at all.
    ///
    /// ## What to do
    ///
    /// Fetch the package again, or unpack it by other means and name the folder.
    "D0893", "unreadable-package", Error
}

/// `path` is the package, `reason` what is wrong.
pub fn finding(path: &str, reason: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` is no package that can be read: {reason}"), span)
        .help("fetch it again, or unpack it by other means and name the folder")
}
