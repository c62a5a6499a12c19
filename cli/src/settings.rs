//! Settings: what the nearest `.design.yaml` says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use design_check::Overrides;
use design_vocabulary::Severity;
use serde::Deserialize;

use crate::exit::Failure;

/// The file that is looked for from the working directory up to the root of the git repository.
pub const FILE: &str = ".design.yaml";

/// What a settings file may say. Every key is optional; an unknown one is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Written {
    fail_on: Option<FailOn>,
    exclude: Vec<String>,
    policies: Vec<String>,
    rules: BTreeMap<String, Weight>,
}

/// How much the findings of a rule weigh.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
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

/// From which severity on `design check` fails.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Errors and warnings
    Warning,
    /// Nothing
    Never,
}

impl FailOn {
    /// The least severity that makes a command fail; `None` where nothing does.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Never => None,
        }
    }
}

/// The settings that apply.
#[derive(Debug, Default)]
pub struct Settings {
    /// The file that they come from.
    pub file: Option<PathBuf>,
    /// `failOn`: from which severity on `design check` fails, where no option says otherwise.
    pub fail_on: FailOn,
    /// `exclude`: patterns of what a walk leaves out, in the syntax of `.gitignore`.
    pub exclude: Vec<String>,
    /// `policies`: files and folders of policies for `design check`, as paths from the working directory.
    pub policies: Vec<String>,
    /// `rules`: how much the findings of rules weigh in `design check`.
    pub rules: Overrides,
}

impl Settings {
    /// Reads the named file, or the nearest one. A file that cannot be read or says what it may not is wrong usage.
    pub fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = named.map(Path::to_path_buf).or_else(nearest) else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Failure::Usage(format!("cannot read the settings {}: {error}", file.display())))?;
        let written: Written = if text.trim().is_empty() {
            Written::default()
        } else {
            serde_yaml::from_str(&text)
                .map_err(|error| Failure::Usage(format!("in the settings {}: {error}", file.display())))?
        };
        let mut rules = Overrides::default();
        for (rule, weight) in &written.rules {
            rules.set(rule, weight.severity()).map_err(|nearest| {
                let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
                Failure::Usage(format!("in the settings {}: there is no rule `{rule}`{hint}", file.display()))
            })?;
        }
        let fail_on = written.fail_on.unwrap_or_default();
        let policies = written.policies.iter().map(|policy| beside(&file, policy)).collect::<Result<_, _>>()?;
        Ok(Self { file: Some(file), fail_on, exclude: written.exclude, policies, rules })
    }
}

/// A path that a settings file names, from the folder of the file. One that leads nowhere is wrong usage.
fn beside(settings: &Path, named: &str) -> Result<String, Failure> {
    let folder = settings.parent().unwrap_or(Path::new(""));
    let current = std::env::current_dir().unwrap_or_default();
    // Inside the working directory a path is short, as a person would type it.
    let path = folder.strip_prefix(&current).unwrap_or(folder).join(named);
    if path.exists() {
        return Ok(path.to_string_lossy().into_owned());
    }
    Err(Failure::Usage(format!("in the settings {}: there is no file or folder `{named}`", settings.display())))
}

/// The nearest settings file on the way up to the git root, then the user's own.
fn nearest() -> Option<PathBuf> {
    let start = std::env::current_dir().ok()?;
    for folder in start.ancestors() {
        let file = folder.join(FILE);
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
