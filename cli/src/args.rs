//! What several commands take: arguments without any reading of files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use design_pipeline::SourceKind;

/// Options of every command
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Colour the output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,

    /// Print only errors on standard error
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print what is being done on standard error
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// Take settings from this file instead of the nearest .design.yaml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Keep what can be made again here instead of `$XDG_CACHE_HOME/design`
    #[arg(long, global = true, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,

    /// Fetch nothing: repositories that designs use have to be in the cache
    #[arg(long, global = true)]
    pub offline: bool,

    /// Take the values of this environment, `environments/NAME.yaml` beside the design; may be given several times
    #[arg(short, long = "environment", global = true, value_name = "NAME")]
    pub environments: Vec<String>,

    /// Set a parameter, or with `a.b` a field inside one; of a chart a value, in Helm's syntax; may be given several times
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = named_value)]
    pub set: Vec<String>,

    /// Set a parameter to what a file holds; may be given several times
    #[arg(long = "set-file", global = true, value_name = "NAME=FILE", value_parser = named_value)]
    pub set_files: Vec<String>,

    /// Take the values of a chart from this file; may be given several times, later ones win
    #[arg(long, global = true, value_name = "FILE")]
    pub values: Vec<String>,

    /// Who renders charts [default: auto, unless the settings say another]
    #[arg(long, global = true, value_enum, value_name = "PROGRAM")]
    pub chart_renderer: Option<ChartRenderer>,

    /// Let the templates of charts see this release of Kubernetes [default: that of `helm template`, unless the settings or
    /// --kubernetes-version say another]
    #[arg(long, global = true, value_name = "VERSION", value_parser = kube_version)]
    pub kube_version: Option<String>,

    /// Let the templates of charts see these API versions beside the usual ones; may be given several times
    #[arg(long, global = true, value_delimiter = ',', value_name = "VERSION[,VERSION]")]
    pub api_versions: Vec<String>,

    /// Use at most this many threads
    #[arg(short, long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// Text with a name before its first `=`.
fn named_value(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((name, _)) if name.split('.').all(|part| !part.is_empty()) && name.split('.').count() <= 64 => {
            Ok(text.to_owned())
        }
        _ => Err("it reads NAME=VALUE".to_owned()),
    }
}

/// A release of Kubernetes, such as `1.34` or `v1.34.2`.
fn kube_version(text: &str) -> Result<String, String> {
    if design_pipeline::is_kube_version(text) {
        Ok(text.to_owned())
    } else {
        Err("it reads 1.34 or v1.34.2".to_owned())
    }
}

/// Who renders charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChartRenderer {
    /// Helm where it is on PATH, else the engine that is built in
    Auto,
    /// The engine that is built in
    Builtin,
    /// Helm
    Helm,
}

impl ChartRenderer {
    /// The same for the pipeline.
    pub fn renderer(self) -> design_pipeline::ChartRenderer {
        match self {
            Self::Auto => design_pipeline::ChartRenderer::Auto,
            Self::Builtin => design_pipeline::ChartRenderer::BuiltIn,
            Self::Helm => design_pipeline::ChartRenderer::Helm,
        }
    }
}

/// What to read
#[derive(Args, Clone, Debug)]
pub struct Input {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,

    /// What the paths are
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    pub source: Source,

    #[command(flatten)]
    pub models: ModelOptions,
}

/// Which models to know beside the ones that are built in
#[derive(Args, Clone, Debug, Default)]
pub struct ModelOptions {
    /// A folder, a package or a file with models; may be given several times [default: models/, where there is one]
    #[arg(long = "model", value_name = "PATH")]
    pub models: Vec<String>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What a path is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// Decide by content
    #[default]
    Auto,
    /// A design file, or a folder of them
    Design,
    /// Plain Kubernetes manifests, whatever else the folder holds
    Manifests,
    /// A kustomization
    Kustomization,
    /// A Helm chart
    Chart,
    /// A compose file
    Compose,
    /// An Open Application Model application
    Oam,
    /// Score workloads
    Score,
}

impl Source {
    /// The kind that was chosen; `None` leaves it to the content.
    pub fn kind(self) -> Option<SourceKind> {
        match self {
            Self::Auto => None,
            Self::Design => Some(SourceKind::Design),
            Self::Manifests => Some(SourceKind::Manifests),
            Self::Kustomization => Some(SourceKind::Kustomization),
            Self::Chart => Some(SourceKind::Chart),
            Self::Compose => Some(SourceKind::Compose),
            Self::Oam => Some(SourceKind::Oam),
            Self::Score => Some(SourceKind::Score),
        }
    }
}
