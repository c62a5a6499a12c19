//! D0826 unnamed-image.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A service is built from source and says no name for its image, or says neither.
    ///
    /// A cluster cannot build, so the name of the service stands for its image. No registry is named, so a cluster will
    /// not find it.
    ///
    /// ## What to do
    ///
    /// Give the service an `image` beside its `build`, and push what `docker compose build` makes.
    "D0826", "unnamed-image", Warning
}

/// `image` is the name that is taken instead; without one there is nothing to build either.
pub fn finding(service: &str, image: Option<&str>, span: Span) -> Finding {
    match image {
        Some(image) => RULE
            .finding(format!("the image of `{service}` has no name; `{image}` is taken"), span)
            .help("add `image: REGISTRY/NAME:TAG` beside `build`"),
        None => RULE
            .finding(format!("`{service}` has no image and nothing to build one from"), span)
            .help("add `image: REGISTRY/NAME:TAG`"),
    }
}
