//! From a [`World`] to findings and artifacts.
//!
//! [`compile`] runs the phases in order: find the files, parse them, read them as designs, build the graphs, check, and
//! plan the output. It touches nothing but the World that it is given, so the same code serves a command line, a server
//! and a language server. [`discover`] only looks: it lists the sources below a folder.

mod cache;
mod chunk;
mod compile;
mod compiled;
mod compose;
mod discover;
mod evaluate;
mod files;
mod gather;
mod given;
mod import;
mod judged;
mod lint;
mod load;
mod lock;
mod memory;
mod models;
mod mounted;
mod ordering;
mod overlay;
mod package;
mod policies;
mod reading;
mod repository;
mod schemas;
mod settings;
mod told;
mod uses;
mod vendor;
mod verify;
mod world;

pub use cache::Cache;
pub use compile::{Compilation, Locking, References, Request, compile};
pub use compiled::Compiled;
pub use compose::compose_file;
pub use design_compose::{Options as ComposeOptions, ServiceGroups, VolumeKind};
pub use design_helm::{Skipped, is_version as is_kube_version};
pub use design_render::Target;
pub use design_render::compose::ComposeProject;
pub use design_source::Revision;
pub use discover::{Found, discover, discover_known};
pub use evaluate::{Evaluated, relationship_definitions};
pub use files::{Origin, PATTERN_FILES, PATTERN_STATUS_FILE, SourceKind, read_file};
pub use given::Given;

pub use lint::{Linted, lint_models};
pub use load::{ChartOptions, ChartRenderer};
pub use lock::{LOCK_FILE, Lock, LockContent, Locked, LockedChart, LockedFile, digest};
pub use memory::MemoryWorld;
pub use models::{Models, ReadModel, definition_files};
pub use ordering::Ordering;
pub use overlay::Overlay;
pub use policies::Stopped;
pub use repository::{Fetched, Unfetched, Wanted, address, file_address};
pub use settings::{SETTINGS_FILE, Settings, Threshold};
pub use vendor::{Copied, Vendored};
pub use world::{ChartTask, Entry, EntryKind, Unrendered, World, WorldError};
