//! Helm charts as sources: what `helm template` prints of a chart, by an engine of our own.
//!
//! [`load`] reads the files of a chart, [`render`] evaluates its templates with values laid over each other by Helm's rules,
//! and returns objects in which every value knows its place: the line of the template that wrote it, or the values file that
//! it stands in verbatim. Templates are parsed by `gotmpl`; they are evaluated here, since places, Go's numbers, methods and
//! limits on what a stranger's chart may cost are no part of that crate.
//!
//! The engine is an approximation and says so. What it does not know it refuses by name: a function that Helm has and it has
//! not, and every function whose answer changes with the clock or by chance. Nothing is fetched and nothing is run.

mod budget;
mod call;
mod capabilities;
mod chart;
mod coalesce;
mod dependencies;
mod evaluate;
mod fault;
mod files;
mod folder;
mod functions;
mod json;
mod output;
mod prepare;
mod print;
mod problem;
mod render;
mod set;
mod templates;
mod text;
mod value;
mod yaml;

pub use chart::{Need, Package, needs, package};
pub use folder::{ChartFile, Files};
pub use functions::{Answer, answer, is_version, newest};
pub use output::{Rendered, push};
pub use problem::{ChartFault, Problem};
pub use render::{Loaded, Options, Output, SetValue, Skipped, ValuesOf, load, render};
