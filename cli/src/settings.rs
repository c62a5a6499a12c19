//! Settings: which file holds them.

use std::path::{Path, PathBuf};

use design_pipeline::{SETTINGS_FILE, Settings, Threshold, read_file};
use design_syntax::Limits;
use design_vocabulary::{FileId, Severity};

use crate::exit::Failure;
use crate::world::DiskWorld;

/// How much the findings of a rule weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Weight {
    /// Not reported
    Ignore,
    /// Something worth knowing
    Note,
    /// Probably not as meant
    Warning,
    /// Wrong
    Error,
}

impl Weight {
    /// The severity; `None` where findings are not reported.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Ignore => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// From which severity on a command fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Errors and warnings
    Warning,
    /// Nothing
    Never,
}

impl From<FailOn> for Threshold {
    fn from(word: FailOn) -> Self {
        match word {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Never => Self::Never,
        }
    }
}

/// Reads the named file, or the nearest one; the file gets the number 0. A named file that cannot be read is wrong usage;
/// what a file says wrongly is among the findings of the settings.
pub fn load(named: Option<&Path>) -> Result<Settings, Failure> {
    let Some(file) = named.map(Path::to_path_buf).or_else(nearest) else {
        return Ok(Settings::default());
    };
    // Inside the working directory a path is short, as a person would type it.
    let current = std::env::current_dir().unwrap_or_default();
    let path = file.strip_prefix(&current).unwrap_or(&file).to_string_lossy().into_owned();
    let world = DiskWorld::new();
    match read_file(&world, &path, FileId(0), &Limits::default()) {
        Ok(source) => Ok(Settings::read(&source, &world)),
        Err((_, finding)) => Err(Failure::Usage(format!("cannot read the settings {path}: {}", finding.message))),
    }
}

/// The nearest settings file on the way up to the git root, then the user's own.
fn nearest() -> Option<PathBuf> {
    let start = std::env::current_dir().ok()?;
    for folder in start.ancestors() {
        let file = folder.join(SETTINGS_FILE);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".config"));
    let base =
        std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home)?;
    Some(base.join("design/config.yaml")).filter(|file| file.is_file())
}
