//! Models from the disk, with what the cache knows of them.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use design_definitions::Index;
use design_pipeline::Models;
use design_registry::Registry;

use crate::args::{Input, Options};
use crate::cache::Cache;
use crate::exit::Failure;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// The folder beside a design that holds models of its own.
const FOLDER: &str = "models";

/// The roots that were named, or `models/` in the working directory where it holds a model. A root that does not exist is
/// wrong usage.
pub fn roots(named: &[String]) -> Result<Vec<String>, Failure> {
    if named.is_empty() {
        return Ok(beside(".").into_iter().collect());
    }
    self::named(named)
}

/// The roots as they were named.
pub fn named(named: &[String]) -> Result<Vec<String>, Failure> {
    match named.iter().find(|root| !Path::new(root.as_str()).exists()) {
        Some(root) => Err(Failure::Usage(format!("there is no file or folder `{root}`"))),
        None => Ok(named.to_vec()),
    }
}

/// Loads the models at these roots: what the cache knows is not read again.
pub fn load(terminal: &mut Terminal, options: &Options, roots: &[String]) -> Result<Models, Failure> {
    let cache = Cache::new(options);
    // The index holds paths as they were given, so the same files under another name are another index.
    let mut name = std::env::current_dir().unwrap_or_default().display().to_string();
    for root in roots {
        name.push('\0');
        name.push_str(root);
    }
    let earlier = cache.read(FOLDER, &name).and_then(|bytes| Index::decode(&bytes));
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let started = u64::try_from(started.as_nanos()).unwrap_or_default();
    let models = Models::load(&DiskWorld::new(), roots, earlier, started);
    if models.is_changed {
        cache.write(FOLDER, &name, &models.index.encode());
    }
    let count = models.index.files.len();
    if count > 0 {
        let how = if models.is_changed { "read" } else { "known from the cache" };
        terminal.detail(&format!("models: {count} files {how}"))?;
    }
    if let Some((path, error)) = models.unreadable.first() {
        return Err(Failure::Environment(format!("cannot read the models in {path}: {error}")));
    }
    Ok(models)
}

/// What is known of kinds while an input is compiled.
#[derive(Default)]
pub struct Known {
    /// Kinds and relationships, where there are more than the built-in ones.
    pub registry: Option<Arc<Registry>>,
    /// The models that they come from.
    pub models: Option<Arc<Models>>,
    /// The patterns of what is no part of the input, since it belongs to the models.
    pub exclude: Vec<String>,
}

/// What is known of kinds while an input is compiled: by the models that were named, or those in `models/` beside the input.
pub fn known(terminal: &mut Terminal, options: &Options, input: &Input) -> Result<Known, Failure> {
    let mut exclude = Vec::new();
    let mut roots = named(&input.models.models)?;
    if roots.is_empty() {
        roots = input.paths.iter().filter_map(|path| beside(path)).collect();
        exclude.extend((!roots.is_empty()).then(|| format!("/{FOLDER}/")));
    }
    if roots.is_empty() {
        return Ok(Known { exclude, ..Known::default() });
    }
    let models = load(terminal, options, &roots)?;
    let faulty = models.index.files.iter().filter(|file| file.is_faulty).count();
    if faulty > 0 {
        let roots = roots.join(" ");
        terminal.error(&format!("{faulty} files of models cannot be read; `design model lint {roots}` says why\n"))?;
    }
    let registry = models.registry(&DiskWorld::new());
    Ok(Known { registry, models: Some(Arc::new(models)), exclude })
}

/// The folder with models beside a design; `None` where there is none, or where it holds something else.
fn beside(path: &str) -> Option<String> {
    let path = Path::new(path);
    let folder = if path.is_dir() { path } else { path.parent()? };
    let models = folder.join(FOLDER);
    let text = models.to_str()?.trim_start_matches("./").to_owned();
    (path.as_os_str() != "-" && models.is_dir() && holds_model(&models, 4)).then_some(text)
}

/// Whether a model lies at most so many folders below.
fn holds_model(folder: &Path, depth: usize) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let is_model = ["model.json", "model.yaml", "model.yml"].iter().any(|known| name == *known);
        is_model || (depth > 0 && entry.path().is_dir() && holds_model(&entry.path(), depth - 1))
    })
}
