//! D0713 images.

use crate::rule::rule;

rule! {
    /// An image may be another one tomorrow.
    ///
    /// The set asks for a tag that is no `latest` (an error), and for a digest, a registry and a pull policy that fits
    /// (warnings).
    ///
    /// ## What to do
    ///
    /// Pin the image by its digest: `registry.example.com/app:1.2.3@sha256:…`.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0713", "images", Error
}
