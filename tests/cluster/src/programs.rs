//! The programs that a cluster is made of.

use std::path::PathBuf;

/// The programs, built by `design-peers install oracles`.
#[derive(Clone, Debug)]
pub struct Programs {
    /// etcd, the servers, the controllers and kubectl, in one: `program/main.go`.
    pub control_plane: PathBuf,
    /// The simulated kubelets.
    pub kwok: PathBuf,
}

impl Programs {
    /// The programs, from the folder `DESIGN_TOOLS` or from `PATH`. An error says which one is missing and how it is had.
    pub fn find() -> Result<Self, String> {
        let tools = std::env::var_os("DESIGN_TOOLS").map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = tools.into_iter().chain(std::env::split_paths(&path)).collect();
        let find = |name: &str| {
            let program = folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file());
            program.ok_or_else(|| {
                format!("{name} of the test cluster, which `DESIGN_TOOLS=DIR design-peers install oracles` builds,")
            })
        };
        Ok(Self { control_plane: find("control-plane")?, kwok: find("kwok")? })
    }
}
