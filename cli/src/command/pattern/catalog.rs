//! A catalog, as a client sees it: its lines, the files of its versions, and whether they are what was published.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_pipeline::{Unfetched, digest};
use design_store::Store;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::args::Options;
use crate::cache::Cache;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Bytes of what a catalog says at once, and of one file.
const ANSWER: u64 = 64 << 20;
const FILE: u64 = 1 << 20;

/// The variables that name the catalog, and who asks it.
const VARIABLE: &str = "DESIGN_CATALOG";
const TOKEN: &str = "DESIGN_TOKEN";

/// Which catalog is asked.
#[derive(clap::Args, Debug)]
pub(super) struct Address {
    /// The address of the catalog [default: what `DESIGN_CATALOG` names]
    #[arg(long, value_name = "URL")]
    catalog: Option<String>,
}

/// The files of a version; or what is wrong with them.
type Files = Result<Vec<(String, Vec<u8>)>, String>;

/// A version, as a line of a catalog says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub publisher: String,
    pub name: String,
    pub version: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub license: String,
    #[serde(default)]
    pub class: String,
    pub digest: String,
    #[serde(default)]
    pub commit: String,
    #[serde(default)]
    pub published: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub replacement: String,
    #[serde(default)]
    pub checks: String,
    pub files: Vec<String>,
    pub path: String,
}

/// A pattern that is asked for: publisher, name, and a version where one is named.
pub(super) fn asked(text: &str) -> Result<(&str, &str, Option<&str>), Failure> {
    let (name, version) = text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match name.split_once('/') {
        Some((publisher, name)) if is_part(publisher) && is_part(name) => Ok((publisher, name, version)),
        _ => Err(Failure::Usage(format!("`{text}` does not read PUBLISHER/NAME[@VERSION]"))),
    }
}

/// A catalog at an address.
pub(super) struct Catalog {
    url: String,
    store: Store,
    cache: Cache,
    is_offline: bool,
    token: Option<String>,
}

impl Catalog {
    /// That at an address, or that which the environment names.
    pub(super) fn new(options: &Options, address: &Address) -> Result<Self, Failure> {
        let named = address.catalog.clone().or_else(|| std::env::var(VARIABLE).ok()).filter(|url| !url.is_empty());
        let missing = || Failure::Usage(format!("which catalog? Name one with `--catalog URL`, or in {VARIABLE}"));
        Self::at(options, &named.ok_or_else(missing)?)
    }

    /// That at an address.
    pub(super) fn at(options: &Options, url: &str) -> Result<Self, Failure> {
        let url = url.trim_end_matches('/').to_owned();
        let is_local =
            ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|begin| url.starts_with(begin));
        if !url.starts_with("https://") && !is_local {
            return Err(Failure::Usage(format!("`{url}` is no catalog: its address begins with https://")));
        }
        let store = Store::new(None, options.offline);
        let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
        Ok(Self { url, store, cache: Cache::new(options), is_offline: options.offline, token })
    }

    /// What the catalog answers to a reading that is never kept, as JSON.
    pub(super) fn read(&self, path: &str) -> Result<Value, Failure> {
        let address = format!("{}{path}", self.url);
        let words = |error| Failure::Environment(format!("{address} cannot be read: {}", why(&error)));
        let bytes = self.store.ask(&address, self.token.as_deref(), ANSWER).map_err(words)?;
        serde_json::from_slice(&bytes).map_err(|_| Failure::Environment(format!("{address} is no answer of a catalog")))
    }

    /// Sends something to the catalog, and returns the status and what it says.
    pub(super) fn send(&self, path: &str, body: &Value) -> Result<(u16, Value), Failure> {
        let address = format!("{}{path}", self.url);
        let token =
            self.token.as_deref().ok_or_else(|| Failure::Usage(format!("a catalog takes a token, from {TOKEN}")))?;
        let words = |error| Failure::Environment(format!("{address} cannot be written to: {}", why(&error)));
        let (status, bytes) = self.store.send(&address, token, body.to_string().as_bytes(), ANSWER).map_err(words)?;
        // Whoever is no catalog answers with something else, and the status says enough.
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Tells why a catalog has not done something.
    pub(super) fn refused(terminal: &mut Terminal, status: u16, said: &Value) -> Result<Exit, Failure> {
        let words = match (status, said["error"].as_str()) {
            (_, Some(error)) => error.to_owned(),
            (401, None) => format!("the catalog does not know the token of {TOKEN}"),
            (status, None) => format!("the catalog answers {status}"),
        };
        terminal.error(&format!("error: {words}\n"))?;
        Ok(Exit::Findings)
    }

    /// What is at an address below that of the catalog; where it cannot be reached, what was there last.
    fn get(&self, path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
        let address = format!("{}{path}", self.url);
        match self.store.ask(&address, self.token.as_deref(), limit) {
            Ok(bytes) => {
                self.cache.write("catalog", &address, &bytes);
                Ok(bytes)
            }
            Err(error) => self.cache.read("catalog", &address).ok_or_else(|| {
                Failure::Environment(format!("{address} is not in the cache and cannot be read: {}", why(&error)))
            }),
        }
    }

    /// Whether what was read may be old.
    pub(super) fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// The versions of all patterns.
    pub(super) fn all(&self) -> Result<Vec<Line>, Failure> {
        self.lines("/index/all.ndjson")
    }

    /// The versions of a pattern, the oldest first.
    pub(super) fn versions(&self, publisher: &str, name: &str) -> Result<Vec<Line>, Failure> {
        self.lines(&format!("/index/{publisher}/{name}.ndjson"))
    }

    fn lines(&self, path: &str) -> Result<Vec<Line>, Failure> {
        let bytes = self.get(path, ANSWER)?;
        let text = String::from_utf8_lossy(&bytes);
        let unsound = |error: serde_json::Error| {
            Failure::Environment(format!("{}{path} is no list of versions: {error}", self.url))
        };
        text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).map_err(unsound)).collect()
    }

    /// The version that is meant: the one that is named, else the latest that may be used.
    pub(super) fn version(&self, publisher: &str, name: &str, version: Option<&str>) -> Result<Line, Failure> {
        let mut lines = self.versions(publisher, name)?;
        lines.reverse();
        let is_listed = |line: &&Line| matches!(line.state.as_str(), "active" | "deprecated");
        let found = match version {
            Some(version) => lines.iter().find(|line| line.version == version),
            None => {
                lines.iter().filter(is_listed).find(|line| !line.version.contains('-')).or(lines.iter().find(is_listed))
            }
        };
        let what =
            version.map_or_else(|| "version that may be used".to_owned(), |version| format!("version {version}"));
        found.cloned().ok_or_else(|| Failure::Usage(format!("{publisher}/{name} has no {what} in {}", self.url)))
    }

    /// The files of a version, if they are what was published. The error says what is wrong.
    pub(super) fn files(&self, line: &Line) -> Result<Files, Failure> {
        let mut files = Vec::new();
        for path in &line.files {
            let is_plain = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
            if !is_plain {
                return Ok(Err(format!("`{path}` is no path of a file")));
            }
            files.push((path.clone(), self.get(&format!("{}files/{}", line.path, encoded(path)), FILE)?));
        }
        let found = digest(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        if found != line.digest {
            return Ok(Err(format!("its files have the digest {found}, and {} was published", line.digest)));
        }
        Ok(Ok(files))
    }
}

/// Files as a catalog takes them.
pub(super) fn encoded_files(files: &[(String, Vec<u8>)]) -> Vec<Value> {
    files.iter().map(|(path, bytes)| json!({ "path": path, "content": STANDARD.encode(bytes) })).collect()
}

fn why(error: &Unfetched) -> String {
    match error {
        Unfetched::Offline => "nothing may be fetched".to_owned(),
        Unfetched::Failed(why) => why.clone(),
    }
}

/// A path as a part of an address: what is not unreserved there (RFC 3986), and no slash, gets a percent sign.
fn encoded(path: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
    utf8_percent_encode(path, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_a_publisher_and_a_name() {
        assert_eq!(asked("us/web").ok(), Some(("us", "web", None)));
        assert_eq!(asked("us/web@1.0.0").ok(), Some(("us", "web", Some("1.0.0"))));
        for text in ["web", "us/", "/web", "us/web/x", "us/we b", "../web"] {
            assert!(asked(text).is_err(), "{text}");
        }
    }

    #[test]
    fn paths_are_parts_of_addresses() {
        assert_eq!(encoded("a b/ü.yaml"), "a%20b/%C3%BC.yaml");
    }
}
