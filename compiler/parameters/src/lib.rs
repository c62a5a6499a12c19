//! Parameters of a design: what it declares, what is given for them, and what that makes of its fields.
//!
//! [`Declared::read`] reads `parameters:`. [`Layers`] holds what environments and the command line give.
//! [`Declared::resolve`] puts one over the other and holds the result against the schemas: [`Values`]. [`substitute`] puts
//! values in the place of references such as `$(parameters.replicas)`, and beside that makes the same design with a
//! [`Symbols`] table in their place, from which a chart with values is written.
//!
//! The value of a secret parameter never becomes part of a design: a [marker](secret) stands for it until a Secret is
//! written.

mod declared;
mod environment;
mod given;
mod passed;
mod problem;
mod reference;
pub mod secret;
mod substitute;
mod symbol;
mod text;
mod values;

pub use declared::{Declared, Parameter};
pub use environment::{Environment, Environments};
pub use given::{Assignment, Layer, Layers, Place, assignment};
pub use passed::{Binding, Passed};
pub use problem::Problem;
pub use reference::{Piece, Target, escaped, pieces};
pub use substitute::{Substituted, substitute, uses_section};
pub use symbol::{Part, Symbol, Symbols};
pub use text::text_of;
pub use values::{Found, Values, unknown_values};
