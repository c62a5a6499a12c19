//! Copies of what lies on other machines: `vendor/` beside a kustomization, `charts/` in a chart, and what `design.lock` says
//! of them.

mod charts;

use design_source::Revision;

use crate::discover::normal;
use crate::lock::{LOCK_FILE, Locked, LockedChart, LockedFile, digest, digest_of};
use crate::reading::Reading;
use crate::repository::{Unfetched, Wanted, address, file_address};
use crate::world::join;
use crate::{EntryKind, World, WorldError};

/// So many folders inside each other does a copy have at most.
const DEPTH: usize = 32;

/// Bytes that one file may have which is fetched by itself.
const FILE: u64 = 16 << 20;

/// What to do about a copy that was changed.
const MEND: &str = "run `design vendor`, or name the copy";

/// Something that was fetched to be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendored {
    /// The folder of the kustomization or chart that names it.
    pub folder: String,
    /// The file or folder of the copy.
    pub copy: String,
    /// The files of it that the build needs, by their paths in the copy; of a single file the empty path.
    pub files: Vec<(String, Vec<u8>)>,
    /// What the lock says of it.
    pub locked: Copied,
}

/// What a lock says of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    /// Files of a repository.
    Repository(Locked),
    /// A chart.
    Chart(LockedChart),
    /// A file from an address of its own.
    File(LockedFile),
}

impl Copied {
    /// What was copied, as people name it.
    pub fn words(&self) -> String {
        match self {
            Self::Repository(locked) => format!("{} {}", locked.url, locked.revision.words()),
            Self::Chart(LockedChart { name, version, repository, .. }) => {
                format!("the chart {name} {version} of {repository}")
            }
            Self::File(locked) => locked.url.clone(),
        }
    }
}

/// What an entry of a kustomization names.
struct Named {
    url: String,
    path: String,
    revision: Revision,
}

impl Reading<'_> {
    /// The copy of what an entry of the kustomization in a folder names, and the path in it; in a run that copies, what was
    /// fetched stands for the copy.
    pub(crate) fn copied(&mut self, folder: &str, written: &str) -> Option<Result<(String, String), String>> {
        if is_file_address(written) {
            return self.copied_file(folder, written);
        }
        let named = match named(written) {
            Ok(named) => named,
            Err(why) => return self.request.vendors.then_some(Err(why)),
        };
        let known = match address(&named.url, true) {
            Ok(known) => known,
            Err(why) => return Some(Err(format!("it is not fetched from: {why}"))),
        };
        let (Revision::Tag(version) | Revision::Commit(version)) = &named.revision;
        let copy = normal(&join(folder, "vendor"), &format!("{known}@{version}"));
        let path = normal(&copy, &named.path);
        if self.copies.iter().any(|known| known.copy == copy) {
            return Some(Ok((copy, path)));
        }
        if self.request.vendors {
            return Some(self.fetch_copy(folder, &copy, named).map(|()| (copy, path)));
        }
        self.world.kind(&copy).ok()?;
        Some(self.check_copy(folder, &copy, &named).map(|()| (copy, path)))
    }

    fn fetch_copy(&mut self, folder: &str, copy: &str, named: Named) -> Result<(), String> {
        let Named { url, revision, .. } = named;
        let wanted = Wanted { url: &url, revision: &revision, commit: None, path: "", is_copied: true };
        let fetched = self.world.repository(&wanted).map_err(words)?;
        self.mounted.mount(copy, fetched.files);
        let locked = Locked { url, path: String::new(), revision, commit: fetched.commit, digest: String::new() };
        self.copies.push(Vendored {
            folder: folder.to_owned(),
            copy: copy.to_owned(),
            files: Vec::new(),
            locked: Copied::Repository(locked),
        });
        Ok(())
    }

    /// As [`Reading::copied`], of a file that is fetched by itself.
    fn copied_file(&mut self, folder: &str, written: &str) -> Option<Result<(String, String), String>> {
        let known = match file_address(written) {
            Ok(known) => known,
            Err(why) => return Some(Err(format!("it is not fetched from: {why}"))),
        };
        let copy = normal(&join(folder, "vendor"), &known);
        let (root, name) = copy.rsplit_once('/').unwrap_or(("", &copy));
        let found = (root.to_owned(), copy.clone());
        if self.copies.iter().any(|known| known.copy == copy) {
            return Some(Ok(found));
        }
        if self.request.vendors {
            let bytes = match self.world.download(written, FILE) {
                Ok(bytes) => bytes,
                Err(unfetched) => return Some(Err(words(unfetched))),
            };
            self.mounted.mount(root, vec![(name.to_owned(), bytes.clone())]);
            let locked = Copied::File(LockedFile { url: written.to_owned(), digest: digest_of(&bytes) });
            let files = vec![(String::new(), bytes)];
            self.copies.push(Vendored { folder: folder.to_owned(), copy, files, locked });
            return Some(Ok(found));
        }
        self.world.kind(&copy).ok()?;
        let lock = self.read_lock(folder);
        let locked = lock.files.iter().find(|(locked, _)| locked.url == written);
        let Some((locked, _)) = locked else {
            let lock = join(folder, LOCK_FILE);
            return Some(Err(format!("its copy `{copy}` is not in {lock}; run `design vendor`")));
        };
        let now = match self.world.read(&copy, FILE) {
            Ok(bytes) => digest_of(&bytes),
            Err(error) => return Some(Err(format!("its copy cannot be read: {error}"))),
        };
        Some(if now == locked.digest {
            Ok(found)
        } else {
            Err(format!("{}; {MEND}", changed(&copy, &locked.digest, &now)))
        })
    }

    /// Compares a copy with what the lock says of it.
    fn check_copy(&mut self, folder: &str, copy: &str, named: &Named) -> Result<(), String> {
        let lock = self.read_lock(folder);
        let mut entries = lock.vendored.iter().map(|(locked, _)| locked);
        let locked = entries
            .find(|locked| locked.url == named.url && locked.revision == named.revision)
            .ok_or_else(|| format!("its copy `{copy}` is not in {}; run `design vendor`", join(folder, LOCK_FILE)))?;
        let mut files = Vec::new();
        below(self.world, copy, "", DEPTH, &mut files).map_err(|error| format!("its copy cannot be read: {error}"))?;
        let found = digest(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        if found == locked.digest {
            return Ok(());
        }
        Err(format!("{}; {MEND}", changed(copy, &locked.digest, &found)))
    }

    /// What was fetched to be copied, with the files that were needed of it.
    pub(crate) fn vendored(&mut self) -> Vec<Vendored> {
        let mut copies = std::mem::take(&mut self.copies);
        for copied in &mut copies {
            let Copied::Repository(locked) = &mut copied.locked else { continue };
            let read = self.mounted.read_below(&copied.copy).into_iter();
            let limit = self.request.limits.bytes;
            copied.files = read
                .filter_map(|path| Some((path.clone(), self.world.read(&join(&copied.copy, &path), limit).ok()?)))
                .collect();
            locked.digest = digest(copied.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        }
        copies
    }
}

/// Why nothing was fetched, as the end of a sentence.
fn words(unfetched: Unfetched) -> String {
    match unfetched {
        Unfetched::Offline => "nothing is fetched with `--offline`".to_owned(),
        Unfetched::Failed(why) => why,
    }
}

fn changed(copy: &str, locked: &str, found: &str) -> String {
    format!("its copy `{copy}` was changed: locked is {locked}, there is {found}")
}

/// Whether an entry of a kustomization names one file by its address, and no repository.
fn is_file_address(written: &str) -> bool {
    let is_web = written.starts_with("https://") || written.starts_with("http://");
    let (before, query) = written.split_once('?').unwrap_or((written, ""));
    let names_version = query.split('&').any(|part| part.starts_with("ref=") || part.starts_with("version="));
    let path = before.split_once("://").map_or("", |(_, rest)| rest);
    let is_file = [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending));
    is_web && is_file && !names_version && !path.contains("//") && !path.contains(".git/")
}

/// The files below a folder.
fn below(
    world: &dyn World,
    folder: &str,
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), WorldError> {
    for entry in world.list(folder)? {
        let (inner, path) = (join(folder, &entry.name), format!("{prefix}{}", entry.name));
        match entry.kind {
            EntryKind::File => files.push((path, world.read(&inner, 16 << 20)?)),
            EntryKind::Folder if depth > 0 => below(world, &inner, &format!("{path}/"), depth - 1, files)?,
            _ => return Err(WorldError::Failed(format!("`{path}` is no file"))),
        }
    }
    Ok(())
}

/// Reads an address in the forms that kustomize takes: `https://host/owner/repository//path?ref=v1`, without the scheme for
/// hosts that it knows, and `git@host:owner/repository//path?ref=v1`.
fn named(written: &str) -> Result<Named, String> {
    let text = written.strip_prefix("git::").unwrap_or(written);
    let (before, query) = text.split_once('?').unwrap_or((text, ""));
    let version = query.split('&').find_map(|part| part.strip_prefix("ref=").or_else(|| part.strip_prefix("version=")));
    let version = version.filter(|version| !version.is_empty());
    let version = version.ok_or("it names no version; `?ref=` and a tag or a whole commit would")?;
    let scheme = before.find("://").map_or(0, |position| position + 3);
    let hosts = ["github.com/", "gitlab.com/", "bitbucket.org/"];
    let is_host = scheme == 0 && hosts.iter().any(|host| before.starts_with(host));
    let rest = before.get(scheme..).unwrap_or_default();
    // Without a mark the repository ends at `.git`, or where those of the known hosts do.
    let known = || {
        let is_known = is_host || hosts.iter().any(|host| rest.starts_with(host));
        rest.match_indices('/').nth(2).filter(|_| is_known).map(|(position, _)| position)
    };
    let git = || rest.find(".git/").map(|position| position + 4);
    let end = rest.find("//").or_else(git).or_else(known).unwrap_or(rest.len());
    let (url, path) = before.split_at(scheme + end);
    let (url, path) = (url.to_owned(), path.trim_matches('/').to_owned());
    let url = if is_host { format!("https://{url}") } else { url };
    let is_plain = |text: &str| !text.split('/').any(|part| matches!(part, "." | ".."));
    if !is_plain(version) || !is_plain(&path) {
        return Err("its version or path leads out of it".to_owned());
    }
    let is_id = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    let revision = if is_id { Revision::Commit(version.into()) } else { Revision::Tag(version.into()) };
    Ok(Named { url, path, revision })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_the_forms_of_kustomize() {
        for (written, url, path, version) in [
            (
                "https://github.com/o/r//config/default?ref=v1.2&timeout=9s",
                "https://github.com/o/r",
                "config/default",
                "v1.2",
            ),
            ("github.com/o/r/config/default?ref=v1", "https://github.com/o/r", "config/default", "v1"),
            ("https://git.example/o/r.git/base?ref=v1", "https://git.example/o/r.git", "base", "v1"),
            ("git@github.com:o/r.git//base?version=v1", "git@github.com:o/r.git", "base", "v1"),
            ("git::https://git.example/r?ref=v1", "https://git.example/r", "", "v1"),
            ("file:///srv/r//base?ref=v1", "file:///srv/r", "base", "v1"),
        ] {
            let named = named(written).unwrap();
            let expected = (url, path, Revision::Tag(version.into()));
            assert_eq!((named.url.as_str(), named.path.as_str(), named.revision), expected, "{written}");
        }
        for refused in ["https://github.com/o/r//base", "https://a/b//c?ref=../../x", "https://a/b//../c?ref=v1"] {
            assert!(named(refused).is_err(), "{refused}");
        }
    }
}
