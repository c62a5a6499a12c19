//! The works, and the run that measures those that were asked for.

mod apply;
mod build;
mod catalog;
mod check;
mod compose;
mod draw;
mod evaluate;
mod graph;
mod helm;
mod kustomize;
mod load;
mod lsp;
mod parse;
mod policy;
mod pull;
mod registry;
mod server;
mod start;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::arguments::Options;
use crate::failure::Failure;
use crate::machine::{self, Watch};
use crate::measure::{Side, Task, in_turns};
use crate::peer::{self, Peer};
use crate::product;
use crate::report::{Beside, Report, Row};

/// Something that both we and a peer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Start, say the version, end.
    Start,
    /// Objects to manifests.
    Build,
    /// Text to documents.
    Parse,
    /// Manifests to findings.
    Check,
    /// Objects to a graph.
    Graph,
    /// Objects to a picture.
    Draw,
    /// Objects to relationships.
    Evaluate,
    /// Edits to findings.
    Lsp,
    /// Models to a registry.
    Registry,
    /// A design to a chart.
    Helm,
    /// A compose project to manifests, and a design to one.
    Compose,
    /// An overlay to manifests.
    Kustomize,
    /// Objects to what policies say.
    Policy,
    /// Objects to a cluster.
    Apply,
    /// A cluster to objects.
    Pull,
    /// Requests to a server.
    Load,
    /// Requests to a catalog.
    Catalog,
}

impl Work {
    /// The work of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Start,
            Self::Build,
            Self::Parse,
            Self::Check,
            Self::Graph,
            Self::Draw,
            Self::Evaluate,
            Self::Lsp,
            Self::Registry,
            Self::Helm,
            Self::Compose,
            Self::Kustomize,
            Self::Policy,
            Self::Apply,
            Self::Pull,
            Self::Load,
            Self::Catalog,
        ];
        all.into_iter().find(|work| work.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Build => "build",
            Self::Parse => "parse",
            Self::Check => "check",
            Self::Graph => "graph",
            Self::Draw => "draw",
            Self::Evaluate => "evaluate",
            Self::Lsp => "lsp",
            Self::Registry => "registry",
            Self::Helm => "helm",
            Self::Compose => "compose",
            Self::Kustomize => "kustomize",
            Self::Policy => "policy",
            Self::Apply => "apply",
            Self::Pull => "pull",
            Self::Load => "load",
            Self::Catalog => "catalog",
        }
    }
}

/// What every work needs: where to put things, what to run, where to report.
#[derive(Debug)]
struct Bench<'a> {
    options: &'a Options,
    /// A folder outside the repository that goes when the run ends.
    folder: &'a Path,
    report: Report,
}

/// Runs the works and prints the table. Where one fails, what was measured before is printed all the same.
pub fn measure(options: &Options) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(Failure::io("make a temporary folder"))?;
    let mut bench = Bench { options, folder: folder.path(), report: Report::default() };
    println!("{}", machine::line());
    let result = options.works.iter().try_for_each(|work| match work {
        Work::Start => start::run(&mut bench),
        Work::Build => build::run(&mut bench),
        Work::Parse => parse::run(&mut bench),
        Work::Check => check::run(&mut bench),
        Work::Graph => graph::run(&mut bench),
        Work::Draw => draw::run(&mut bench),
        Work::Evaluate => evaluate::run(&mut bench),
        Work::Lsp => lsp::run(&mut bench),
        Work::Registry => registry::run(&mut bench),
        Work::Helm => helm::run(&mut bench),
        Work::Compose => compose::run(&mut bench),
        Work::Kustomize => kustomize::run(&mut bench),
        Work::Policy => policy::run(&mut bench),
        Work::Apply => apply::run(&mut bench),
        Work::Pull => pull::run(&mut bench),
        Work::Load => load::run(&mut bench),
        Work::Catalog => catalog::run(&mut bench),
    });
    print!("{}", bench.report.render());
    result
}

impl Bench<'_> {
    /// Our binary.
    fn design(&self) -> Result<PathBuf, Failure> {
        let built = self.folder.join("design");
        if built.exists() { Ok(built) } else { product::build("design", self.folder) }
    }

    /// A peer's program, if it is installed. Of one that `install` has not brought, the report says so.
    fn find(&mut self, peer: &Peer) -> Option<PathBuf> {
        let program = peer.find()?;
        if peer::is_foreign(peer, &program) {
            self.report.note(format!("{} comes from PATH, in whatever version that is", peer.name));
        }
        Some(program)
    }

    /// A task whose output goes to the folder of this run.
    fn task<Argument: Into<OsString>>(
        &self,
        program: PathBuf,
        arguments: impl IntoIterator<Item = Argument>,
        output: &str,
        accepted: &'static [i32],
    ) -> Task {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Task { program, arguments, folder: self.folder.to_path_buf(), output: output.to_owned(), accepted }
    }

    /// Measures one row and adds it to the report.
    fn compare(&mut self, label: &Label, ours: &Side<'_>, peer: &Contender<'_>) -> Result<(), Failure> {
        let what = format!("{} {}", label.work, label.size);
        eprintln!("measuring {what}");
        let watch = Watch::start();
        let theirs = match peer {
            Contender::Ready(_, side) => Some(side),
            Contender::Missing(..) => None,
        };
        let (ours, theirs) = in_turns(&what, ours, theirs)?;
        let name = peer.name();
        let beside = match (peer, theirs) {
            (Contender::Missing(_, reason), _) => Beside::Missing(name, reason),
            (_, Some(series)) => Beside::Measured(name, series),
            (_, None) => Beside::Missing(name, "not run"),
        };
        if let Some(ours) = ours {
            let Label { work, objects, size } = label;
            self.report.row(Row { work, objects: *objects, size: size.clone(), ours, peer: beside });
        }
        if let Some(note) = watch.disturbance(&what) {
            self.report.note(note);
        }
        Ok(())
    }
}

/// The left columns of a row.
#[derive(Debug)]
struct Label {
    work: &'static str,
    objects: Option<u64>,
    size: String,
}

/// The other side of a row, or why there is none.
#[derive(Debug)]
enum Contender<'a> {
    Ready(&'static str, Side<'a>),
    Missing(&'static str, &'static str),
}

impl<'a> Contender<'a> {
    /// A peer whose task is there if the peer is installed.
    fn new(peer: &Peer, task: Option<&'a Task>, runs: usize) -> Self {
        match task {
            Some(task) => Self::Ready(peer.name, Side { task, runs }),
            None => Self::Missing(peer.name, "absent"),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Ready(name, _) | Self::Missing(name, _) => name,
        }
    }
}
