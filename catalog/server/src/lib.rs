//! The catalog over HTTP: documents that are written once for a commit, search, and comparison.
//!
//! A request reads one [`Served`] from beginning to end, so no answer mixes two commits (`serving`). Nothing of a request but its path and
//! query means anything: links are made of the address that the catalog was given, never of `Host`. Clients are limited (`limit`), slow
//! ones are cut off (`listen`), and a repository that fails, or loses much, leaves what is served as it is (`refresh`).

mod access;
mod answer;
mod limit;
mod listen;
mod log;
mod meshery;
mod refresh;
mod serving;
mod webhook;
mod write;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use design_index::Origin;
use design_site::{Settings, Shelf};
use design_store::{Store, Unfetched};

pub use listen::serve;
pub use serving::Served;

/// How a catalog is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where numbers about it can be read; `None`: nowhere.
    pub metrics: Option<SocketAddr>,
    /// The folder of the repository.
    pub repository: PathBuf,
    /// Where what is served is kept.
    pub shelf: Arc<Shelf>,
    /// Where the repository is fetched from before it is looked at; `None`: it is one of this machine.
    pub remote: Option<Remote>,
    /// Where in it the patterns are.
    pub origin: Origin,
    /// What the catalog says of itself.
    pub settings: Settings,
    /// How often the repository is looked at, in seconds.
    pub poll: u64,
    /// How many requests a second one client may make, and how many at once.
    pub rate: (u32, u32),
    /// The addresses that may say in `X-Forwarded-For` for whom they ask.
    pub proxies: Vec<IpAddr>,
    /// The file with the tokens of those who may write; `None`: nobody may.
    pub tokens: Option<PathBuf>,
    /// Whether who reads needs a token as well.
    pub is_private: bool,
    /// Whether each request is told of, as a line of JSON.
    pub is_logged: bool,
    /// The secrets that webhooks may be signed with; without any, none is taken.
    pub secrets: Vec<String>,
}

impl Default for Options {
    /// The repository around the working directory, on a port that the system chooses.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            metrics: None,
            repository: PathBuf::from("."),
            shelf: Arc::new(Shelf::passing(std::env::temp_dir())),
            remote: None,
            origin: Origin { revision: "HEAD".to_owned(), folder: None, owner: "catalog".to_owned() },
            settings: Settings {
                name: "Patterns".to_owned(),
                description: String::new(),
                url: "http://127.0.0.1".to_owned(),
                repository: None,
                is_served: false,
            },
            poll: 1,
            rate: (50, 500),
            proxies: Vec::new(),
            tokens: None,
            is_private: false,
            is_logged: false,
            secrets: Vec::new(),
        }
    }
}

/// A repository of another machine.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Where what is fetched is kept.
    pub store: Store,
    /// Its address.
    pub url: String,
    /// Its branch; `None`: the one that it names.
    pub branch: Option<String>,
}

impl Remote {
    /// Fetches it, and returns its folder. The error is one line.
    pub fn fetch(&self) -> Result<PathBuf, String> {
        self.store.mirror(&self.url, self.branch.as_deref()).map_err(|error| match error {
            Unfetched::Offline => format!("{} is not fetched, since nothing may be", self.url),
            Unfetched::Failed(why) => format!("{} cannot be fetched: {why}", self.url),
        })
    }
}
