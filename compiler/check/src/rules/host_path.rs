//! D0829 host-path.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A service mounts a path of the host on which compose runs. A pod has no such host.
    ///
    /// A file, or a folder of files of up to 1 MB, is mounted with its present content, read-only, as a config map.
    /// Anything else becomes a claim of its own, which is empty at first. A socket is not mounted.
    ///
    /// ## What to do
    ///
    /// Put the content into the image, or declare it under `configs`. The label `kompose.volume.type` (`hostPath`,
    /// `emptyDir`, `configMap`, `persistentVolumeClaim`) says what is wanted for one service, the setting
    /// `compose.volumes` for all.
    "D0829", "host-path", Warning
}

/// `instead` says what is mounted instead.
pub fn finding(path: &str, instead: &str, span: Span) -> Finding {
    RULE.finding(format!("`{path}` is a path of the host; mounted is {instead}"), span)
        .help("put the content into the image or under `configs`, or choose by the label `kompose.volume.type`")
}
