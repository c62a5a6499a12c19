//! Where the programs lie that ours is compared with.

use std::path::PathBuf;

/// A program: from the folder of tools that `design-peers install` fills (`DESIGN_TOOLS`), or from `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let tools = std::env::var_os("DESIGN_TOOLS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = tools.into_iter().chain(std::env::split_paths(&path));
    folders.find_map(|folder| Some(folder.join(name)).filter(|program| program.is_file()))
}
