//! Dependencies of charts: fetched from where a chart says they are, written to its `charts/`, and locked.

use std::sync::Arc;

use design_check::rules;
use design_definitions::{PackageLimits, unpack_all};
use design_helm::{ChartFile, Need, needs, newest, package};
use design_kustomize::ChartOrder;
use design_source::Revision;
use design_syntax::{Document, Limits, NodeRef, SourceText, parse};
use design_vocabulary::FileId;

use super::{Copied, DEPTH, Vendored, below, changed, words};
use crate::discover::normal;
use crate::load::chart_files;
use crate::lock::{Lock, LockedChart, digest, digest_of};
use crate::reading::Reading;
use crate::repository::{Wanted, address, file_address};
use crate::world::join;

/// Bytes that the index of a repository of charts may have. That of the largest public one has some twenty million.
const INDEX: u64 = 128 << 20;

/// Bytes that a packed chart may have.
const PACKED: u64 = 32 << 20;

/// What a packed chart may hold.
const UNPACKED: PackageLimits = PackageLimits { bytes: 64 << 20, member_bytes: 16 << 20, members: 10_000 };

/// Dependencies inside each other.
const INNER: usize = 8;

/// A dependency as it was fetched: the files of a folder, or one package under the empty path.
struct Fetched {
    version: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Fetched {
    fn digest(&self) -> String {
        match self.files.as_slice() {
            [(path, bytes)] if path.is_empty() => digest_of(bytes),
            files => digest(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))),
        }
    }

    /// The path of its copy below a folder of charts.
    fn copy(&self, name: &str) -> String {
        let is_packed = matches!(self.files.as_slice(), [(path, _)] if path.is_empty());
        if is_packed { format!("{name}-{}.tgz", self.version) } else { name.to_owned() }
    }
}

impl Reading<'_> {
    /// Fetches the dependencies of the chart in a folder, in a run that copies. What lies in `charts/` and no lock knows is
    /// left alone.
    pub(crate) fn vendor_dependencies(&mut self, folder: &str, files: &[ChartFile]) {
        if self.mounted.holding(&join(folder, "Chart.yaml")).is_some() || self.mounted.inside().is_some() {
            // What was fetched is not written.
            return;
        }
        let lock = self.read_lock(folder);
        for need in needs(files).iter().filter(|need| !need.repository.is_empty()) {
            let mut of_name = lock.charts.iter().map(|(locked, _)| locked).filter(|locked| locked.name == need.name);
            let locked = of_name.clone().find(|locked| locked.repository == need.repository);
            if of_name.next().is_none() && lies_in(files, &need.name) {
                continue;
            }
            let version = locked.map(|locked| locked.version.as_str());
            match self.fetch_dependency(folder, need, version, 0) {
                Ok(fetched) => {
                    let copy = normal(&join(folder, "charts"), &fetched.copy(&need.name));
                    self.keep_chart(folder, copy, need, fetched);
                }
                Err(why) => {
                    self.findings.push(rules::dependency_not_fetched::finding(
                        &need.name,
                        &need.repository,
                        &why,
                        need.at,
                    ));
                }
            }
        }
    }

    /// Fetches the chart that a kustomization renders, as a folder; `at` is where its copy lies.
    pub(crate) fn vendor_chart(&mut self, folder: &str, copy: &str, need: &Need) -> Result<(), String> {
        if self.copies.iter().any(|known| known.copy == copy) {
            return Ok(());
        }
        let mut fetched = self.fetch_dependency(folder, need, None, 0)?;
        if let [(path, bytes)] = fetched.files.as_slice()
            && path.is_empty()
        {
            fetched.files = unpacked(bytes)?;
        }
        self.mounted.mount(copy, fetched.files.clone());
        self.keep_chart(folder, copy.to_owned(), need, fetched);
        Ok(())
    }

    /// Whether a chart that a kustomization names lies where it is looked for and no lock knows it: it is one of its own.
    pub(crate) fn is_own_chart(&mut self, order: &ChartOrder) -> bool {
        let is_there = self.world.kind(&join(&order.path, "Chart.yaml")).is_ok();
        is_there && self.read_lock(&order.folder).charts.iter().all(|(locked, _)| locked.name != order.name)
    }

    fn keep_chart(&mut self, folder: &str, copy: String, need: &Need, fetched: Fetched) {
        let locked = LockedChart {
            name: need.name.clone(),
            digest: fetched.digest(),
            version: fetched.version,
            repository: need.repository.clone(),
        };
        let (folder, locked) = (folder.to_owned(), Copied::Chart(locked));
        self.copies.push(Vendored { folder, copy, files: fetched.files, locked });
    }

    fn fetch_dependency(
        &mut self,
        folder: &str,
        need: &Need,
        locked: Option<&str>,
        depth: usize,
    ) -> Result<Fetched, String> {
        if depth > INNER {
            return Err("dependencies need each other too deep".to_owned());
        }
        let repository = need.repository.as_str();
        if let Some(path) = repository.strip_prefix("file://") {
            let path = if path.starts_with('/') { path.to_owned() } else { normal(folder, path) };
            return self.folder_chart(&path, need, depth);
        }
        if let Some(written) = repository.strip_prefix("git+") {
            return self.git_chart(written, need, depth);
        }
        if repository.starts_with("https://") || repository.starts_with("http://") {
            return self.packed_chart(need, locked);
        }
        Err(match repository.split_once("://") {
            Some(("oci", _)) => {
                "OCI registries are not read; `helm dependency build` writes it to `charts/`".to_owned()
            }
            Some((scheme, _)) => format!("`{scheme}://` is not fetched from"),
            None => "it is the name of a repository of somebody's own Helm; write its address".to_owned(),
        })
    }

    /// A chart that lies in a folder of this machine, or of a repository that was fetched.
    fn folder_chart(&mut self, path: &str, need: &Need, depth: usize) -> Result<Fetched, String> {
        let files = chart_files(self, path);
        let own = files.iter().find(|file| file.path == "Chart.yaml");
        let own = own.and_then(|own| package(&own.source)).ok_or_else(|| format!("`{path}` holds no chart"))?;
        if own.name != need.name {
            return Err(format!("`{path}` holds the chart `{}`", own.name));
        }
        if newest(&need.version, [own.version.as_str()]).is_none() {
            return Err(format!("`{path}` holds version {}, which is not in {}", own.version, need.version));
        }
        let mut copied: Vec<(String, Vec<u8>)> =
            files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect();
        for inner in needs(&files).iter().filter(|inner| !inner.repository.is_empty()) {
            if lies_in(&files, &inner.name) {
                continue;
            }
            let fetched = self.fetch_dependency(path, inner, None, depth + 1);
            let fetched = fetched.map_err(|why| format!("it needs `{}`, which is not fetched: {why}", inner.name))?;
            let copy = format!("charts/{}", fetched.copy(&inner.name));
            copied.extend(fetched.files.into_iter().map(|(path, bytes)| {
                let path = if path.is_empty() { copy.clone() } else { format!("{copy}/{path}") };
                (path, bytes)
            }));
        }
        copied.sort();
        Ok(Fetched { version: own.version, files: copied })
    }

    /// A chart of a git repository: `https://host/owner/repository@folder?ref=v1.0.0`, the form of the plugin `helm-git`.
    fn git_chart(&mut self, written: &str, need: &Need, depth: usize) -> Result<Fetched, String> {
        let (url, path, revision) = git_address(written)?;
        let known = address(&url, true)?;
        let wanted = Wanted { url: &url, revision: &revision, commit: None, path: "", is_copied: true };
        let fetched = self.world.repository(&wanted).map_err(words)?;
        let (Revision::Tag(version) | Revision::Commit(version)) = &revision;
        let mount = format!("{known}@{version}");
        self.mounted.mount(&mount, fetched.files);
        let before = self.mounted.enter(Some(mount.clone()));
        let candidates = [normal(&mount, &format!("{path}/{}", need.name)), normal(&mount, &path)];
        let is_chart = |folder: &&String| self.world.kind(&join(folder, "Chart.yaml")).is_ok();
        let found = candidates.iter().find(is_chart).cloned();
        let chart = match found {
            Some(folder) => self.folder_chart(&folder, need, depth),
            None => Err(format!("there is no chart `{}` in `{path}`", need.name)),
        };
        self.mounted.enter(before);
        chart
    }

    /// A packed chart of a repository with an index.
    fn packed_chart(&mut self, need: &Need, locked: Option<&str>) -> Result<Fetched, String> {
        let repository = need.repository.trim_end_matches('/');
        let index = format!("{repository}/index.yaml");
        file_address(&index)?;
        let text =
            self.world.download(&index, INDEX).map_err(|unfetched| format!("its index: {}", words(unfetched)))?;
        let text = String::from_utf8(text).map_err(|_| "its index is no text".to_owned())?;
        let releases = releases(&SourceText::new(FileId(u32::MAX), &index, text), &need.name)?;
        let versions = || releases.iter().map(|release| release.version.as_str());
        let kept = locked.filter(|version| newest(&need.version, [*version]).is_some());
        let version = kept.filter(|kept| versions().any(|version| version == *kept));
        let version = version.or_else(|| newest(&need.version, versions()));
        let release = releases.iter().find(|release| Some(release.version.as_str()) == version);
        let release = release.ok_or_else(|| match releases.len() {
            0 => "its index has no chart of that name".to_owned(),
            count => format!("none of the {count} versions in its index is in {}", need.version),
        })?;
        let url = match &release.url {
            url if url.contains("://") => url.clone(),
            url => format!("{repository}/{}", url.trim_start_matches('/')),
        };
        file_address(&url).map_err(|why| format!("its package `{url}` is not fetched from: {why}"))?;
        let bytes =
            self.world.download(&url, PACKED).map_err(|unfetched| format!("its package: {}", words(unfetched)))?;
        let found = digest_of(&bytes);
        let said = release.digest.trim_start_matches("sha256:");
        if !said.is_empty() && found.strip_prefix("sha256:") != Some(said.to_ascii_lowercase().as_str()) {
            return Err(format!("its package is another one: the index says sha256:{said}, there is {found}"));
        }
        let files = unpacked(&bytes)?;
        let own = files.iter().find(|(path, _)| path == "Chart.yaml");
        let own = own.and_then(|(path, bytes)| {
            package(&SourceText::new(FileId(u32::MAX), path, String::from_utf8_lossy(bytes).into_owned()))
        });
        if own.is_none_or(|own| own.name != need.name || own.version != release.version) {
            return Err(format!("its package does not hold the chart {} {}", need.name, release.version));
        }
        Ok(Fetched { version: release.version.clone(), files: vec![(String::new(), bytes)] })
    }

    /// Compares the copies of dependencies with what the lock of a chart says of them; the names of those that are not what
    /// was locked, which is told of.
    pub(crate) fn check_charts(&mut self, folder: &str) -> Vec<String> {
        if self.request.vendors || self.mounted.inside().is_some() {
            return Vec::new();
        }
        let lock = self.read_lock(folder);
        self.check_locked_charts(folder, &lock)
    }

    fn check_locked_charts(&mut self, folder: &str, lock: &Lock) -> Vec<String> {
        let mut unsound = Vec::new();
        for (locked, span) in &lock.charts {
            let charts = join(folder, "charts");
            let packed = join(&charts, &format!("{}-{}.tgz", locked.name, locked.version));
            let copy = if self.world.kind(&packed).is_ok() { packed } else { join(&charts, &locked.name) };
            // That it is not there is told of where it is needed.
            if self.world.kind(&copy).is_err() {
                continue;
            }
            let problem = match self.digest_at(&copy) {
                Ok(found) if found == locked.digest => continue,
                Ok(found) => changed(&copy, &locked.digest, &found),
                Err(why) => format!("its copy `{copy}` cannot be read: {why}"),
            };
            self.findings.push(rules::vendored_chart_changed::finding(&locked.name, &problem, *span));
            unsound.push(locked.name.clone());
        }
        unsound
    }

    /// Whether the copy of a chart that a kustomization renders is what was locked.
    pub(crate) fn check_chart(&mut self, folder: &str, copy: &str, name: &str) -> Result<(), String> {
        let lock = self.read_lock(folder);
        let Some((locked, _)) = lock.charts.iter().find(|(locked, _)| locked.name == name) else { return Ok(()) };
        let found = self.digest_at(copy)?;
        if found == locked.digest { Ok(()) } else { Err(changed(copy, &locked.digest, &found)) }
    }

    fn digest_at(&self, copy: &str) -> Result<String, String> {
        if copy.ends_with(".tgz") {
            return self.world.read(copy, PACKED).map(|bytes| digest_of(&bytes)).map_err(|error| error.to_string());
        }
        let mut files = Vec::new();
        below(self.world, copy, "", DEPTH, &mut files).map_err(|error| error.to_string())?;
        Ok(digest(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))))
    }
}

/// Whether a chart of a name lies in `charts/`.
fn lies_in(files: &[ChartFile], name: &str) -> bool {
    let names = |rest: &str| {
        let package = rest.strip_suffix(".tgz").and_then(|rest| rest.strip_prefix(name)?.strip_prefix('-'));
        package.is_some_and(|version| version.starts_with(|letter: char| letter.is_ascii_digit() || letter == 'v'))
            || rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
    };
    files.iter().any(|file| file.path.strip_prefix("charts/").is_some_and(names))
}

/// The files of a packed chart, without the folder around them.
fn unpacked(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let (members, refused) =
        unpack_all(bytes, &UNPACKED).map_err(|why| format!("its package cannot be unpacked: {why}"))?;
    if let Some(why) = refused.first() {
        return Err(format!("its package is not taken: {why}"));
    }
    let inner = members.into_iter().filter_map(|member| {
        let (_, path) = member.path.split_once('/')?;
        Some((path.to_owned(), member.bytes))
    });
    Ok(inner.collect())
}

/// An entry of an index.
struct Release {
    version: String,
    url: String,
    digest: String,
}

/// The releases of a chart in the index of a repository.
fn releases(index: &Arc<SourceText>, name: &str) -> Result<Vec<Release>, String> {
    let parsed = parse(index, &Limits::default());
    let root = parsed.documents.first().and_then(Document::root);
    let entries = root.and_then(|root| root.get("entries")).ok_or("its index cannot be read")?;
    let text = |node: NodeRef<'_>, key: &str| node.get(key).map(NodeRef::text).unwrap_or_default().to_owned();
    let releases = entries.get(name).into_iter().flat_map(NodeRef::children).filter_map(|one| {
        let url = one.get("urls").and_then(|urls| urls.children().next()).map(NodeRef::text)?;
        Some(Release { version: text(one, "version"), url: url.to_owned(), digest: text(one, "digest") })
    });
    Ok(releases.collect())
}

/// The repository, the folder in it, and the version of an address in the form of `helm-git`.
fn git_address(written: &str) -> Result<(String, String, Revision), String> {
    let (before, query) = written.split_once('?').unwrap_or((written, ""));
    let version = query.split('&').find_map(|part| part.strip_prefix("ref=")).filter(|version| !version.is_empty());
    let version = version.ok_or("it names no version; `?ref=` and a tag or a whole commit would")?;
    let authority = before.find("://").map_or(0, |at| at + 3);
    let host = before.get(authority..).and_then(|rest| rest.find('/')).map_or(before.len(), |at| authority + at);
    let (url, path) = match before.get(host..).and_then(|rest| rest.rfind('@')) {
        Some(at) => (before.get(..host + at), before.get(host + at + 1..)),
        None => (Some(before), None),
    };
    let path = path.unwrap_or_default().trim_matches('/').to_owned();
    if path.split('/').chain(version.split('/')).any(|part| matches!(part, "." | "..")) {
        return Err("its version or path leads out of it".to_owned());
    }
    let is_id = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    let revision = if is_id { Revision::Commit(version.into()) } else { Revision::Tag(version.into()) };
    Ok((url.unwrap_or_default().to_owned(), path, revision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_git_are_those_of_helm_git() {
        for (written, url, path, version) in [
            ("https://git.example/o/r@charts?ref=v1", "https://git.example/o/r", "charts", "v1"),
            ("https://git.example/o/r.git?ref=v1&sparse=0", "https://git.example/o/r.git", "", "v1"),
            ("ssh://git@git.example/o/r@a/b?ref=v1", "ssh://git@git.example/o/r", "a/b", "v1"),
            ("file:///srv/r@charts?ref=v1", "file:///srv/r", "charts", "v1"),
        ] {
            let (found, folder, revision) = git_address(written).unwrap();
            assert_eq!((found.as_str(), folder.as_str()), (url, path), "{written}");
            assert_eq!(revision, Revision::Tag(version.into()));
        }
        for refused in ["https://git.example/o/r@charts", "https://git.example/o/r@../x?ref=v1"] {
            assert!(git_address(refused).is_err(), "{refused}");
        }
    }
}
