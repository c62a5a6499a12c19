//! What can be made again, kept between two runs.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::args::Options;

/// A folder of files that nobody misses when they are gone. Everything that goes wrong with it goes unsaid: the work is
/// then done again.
pub struct Cache(Option<PathBuf>);

impl Cache {
    /// The folder that the options name, or that of the user.
    pub fn new(options: &Options) -> Self {
        let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"));
        let of_user = || {
            let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
            named.or_else(home).map(|folder| folder.join("design"))
        };
        Self(options.cache_dir.clone().or_else(of_user))
    }

    /// The folder of a kind of things; `None` where nothing can be kept.
    pub fn folder(&self, kind: &str) -> Option<PathBuf> {
        Some(self.0.as_deref()?.join(kind))
    }

    /// What is kept under a name; the name is any text.
    pub fn read(&self, kind: &str, name: &str) -> Option<Vec<u8>> {
        fs::read(self.file(kind, name)?).ok()
    }

    /// Keeps bytes under a name. Whoever reads at the same time sees what was there before, or all of it.
    pub fn write(&self, kind: &str, name: &str, bytes: &[u8]) {
        let Some(file) = self.file(kind, name) else { return };
        let Some(folder) = file.parent() else { return };
        let new = folder.join(format!("new-{}", std::process::id()));
        let written =
            fs::create_dir_all(folder).and_then(|()| fs::write(&new, bytes)).and_then(|()| fs::rename(&new, &file));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
    }

    fn file(&self, kind: &str, name: &str) -> Option<PathBuf> {
        let digest = Sha256::digest(name.as_bytes());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(self.0.as_deref()?.join(Path::new(kind)).join(name))
    }
}
