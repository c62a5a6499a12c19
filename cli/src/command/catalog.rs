//! `design catalog`

mod export;
mod index;
mod serve;
mod token;
mod verify;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use design_index::Origin;
use design_server::Remote;
use design_site::{Settings, Shelf};
use design_store::{Local, MIRRORED, Store};

use crate::args::Options;
use crate::cache::Cache;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Serve the patterns of a git repository as a catalog
///
/// A pattern is a folder with pattern.yaml and a design, or Meshery's artifacthub-pkg.yml and design.yml. A version is what its number was
/// committed with first: it never changes. What is committed counts; nothing is checked out. docs/catalog.md tells more.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design catalog serve
  design catalog serve --repository https://git.example/patterns.git --base-url https://patterns.example
  design catalog verify
  design catalog export -o public --base-url https://patterns.example
  design catalog index | jq -r '[.publisher, .name, .version] | @tsv'")]
pub struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    Serve(serve::CatalogServeArgs),
    Index(index::CatalogIndexArgs),
    Export(export::CatalogExportArgs),
    Verify(verify::CatalogVerifyArgs),
    Token(token::CatalogTokenArgs),
}

/// Where the patterns come from.
#[derive(Args, Debug)]
struct Repository {
    /// The git repository with the patterns: a folder of this machine, or an address
    #[arg(long = "repository", default_value = ".", value_name = "PATH_OR_URL")]
    place: String,

    /// The branch, tag or commit that counts [default: HEAD]
    #[arg(long, value_name = "REF")]
    revision: Option<String>,

    /// The folder with the patterns [default: catalog/patterns where it is there, else the whole repository]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,

    /// Who publishes patterns that name no publisher
    #[arg(long, default_value = "catalog", value_name = "NAME")]
    owner: String,
}

/// What the catalog says of itself.
#[derive(Args, Debug)]
struct Words {
    /// The name of the catalog
    #[arg(long, default_value = "Patterns", value_name = "TEXT")]
    name: String,

    /// What the catalog is, in a sentence
    #[arg(
        long,
        default_value = "Designs of cloud native systems: each with its graph, its checks, its manifests, and what to know before.",
        value_name = "TEXT"
    )]
    description: String,
}

impl Words {
    fn settings(&self, url: &str, repository: Option<String>, is_served: bool) -> Settings {
        Settings {
            name: self.name.clone(),
            description: self.description.clone(),
            url: url.trim_end_matches('/').to_owned(),
            repository,
            is_served,
        }
    }
}

impl Repository {
    fn origin(&self) -> Origin {
        let revision = match &self.revision {
            _ if self.is_remote() => MIRRORED.to_owned(),
            Some(revision) => revision.clone(),
            None => "HEAD".to_owned(),
        };
        let folder = self.folder.as_ref().map(|folder| folder.trim_matches('/').to_owned());
        Origin { revision, folder, owner: design_index::slug(&self.owner) }
    }

    fn is_remote(&self) -> bool {
        self.place.contains("://") || (self.place.contains(':') && !Path::new(&self.place).exists())
    }

    /// Where it is fetched from; `None` of a folder of this machine.
    fn remote(&self, options: &Options) -> Option<Remote> {
        let store = || Store::new(Cache::new(options).folder("catalog"), options.offline);
        self.is_remote().then(|| Remote { store: store(), url: self.place.clone(), branch: self.revision.clone() })
    }

    /// The folder of the repository, which is fetched first where it is on another machine.
    fn folder(&self, options: &Options) -> Result<PathBuf, Failure> {
        match self.remote(options) {
            Some(remote) => remote.fetch().map_err(Failure::Environment),
            None => Ok(PathBuf::from(&self.place)),
        }
    }

    /// The address at which everybody reaches it; `None` where nobody knows one.
    fn public(&self) -> Option<String> {
        let address = if self.is_remote() {
            self.place.clone()
        } else {
            Local::around(Path::new(&self.place)).ok()?.address()?
        };
        // An address with a name or a password in it is for one machine only.
        let is_plain = address.strip_prefix("https://").is_some_and(|rest| !rest.contains('@'));
        is_plain.then_some(address)
    }
}

/// Where what is written of a catalog is kept, so that the next start is a quick one; where there is no cache, it goes away with the process.
fn shelf(options: &Options, from: &Repository, settings: &Settings) -> Shelf {
    let Some(folder) = Cache::new(options).folder("catalog") else { return Shelf::passing(std::env::temp_dir()) };
    let place = Path::new(&from.place).canonicalize().unwrap_or_else(|_| PathBuf::from(&from.place));
    let which = format!("{}\n{:?}\n{}", place.display(), from.origin(), settings.url);
    Shelf::lasting(folder.join("served").join(design_site::hexadecimal(which.as_bytes())))
}

/// Runs a command of `design catalog`.
pub fn cmd_catalog(terminal: &mut Terminal, options: &Options, args: &CatalogArgs) -> Result<Exit, Failure> {
    match &args.command {
        CatalogCommand::Serve(args) => serve::cmd_serve(terminal, options, args),
        CatalogCommand::Index(args) => index::cmd_index(terminal, options, args),
        CatalogCommand::Export(args) => export::cmd_export(terminal, options, args),
        CatalogCommand::Verify(args) => verify::cmd_verify(terminal, options, args),
        CatalogCommand::Token(args) => token::cmd_token(terminal, options, args),
    }
}
