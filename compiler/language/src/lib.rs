//! What an editor asks of a folder: what is wrong, what stands here, where is it declared, what can stand here.
//!
//! A [`Workspace`] holds the sources below a folder, compiled, with the texts that an editor has not saved laid over the
//! files. After a change it compiles again what the change concerns, with what the caches of the pipeline still know. The
//! answers are plain values in bytes of a file; [`Encoding`] turns them into what an editor counts. Nothing here knows a
//! protocol.

mod complete;
mod encoding;
mod hover;
mod navigate;
mod workspace;

pub use complete::{Completion, Role};
pub use encoding::{Encoding, Lines, Position};
pub use hover::Hover;
pub use navigate::{Place, Symbol};
pub use workspace::{Diagnosed, Diagnosis, Extent, Workspace};
