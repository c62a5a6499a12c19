//! The designs that a design uses: found, read, and taken over.

use std::collections::BTreeMap;

use design_check::rules;
use design_check::rules::content_changed::State;
use design_parameters::Layers;
use design_render::Target;
use design_source::{Loaded, Revision, Use, is_address};
use design_syntax::Limit;
use design_vocabulary::{Span, Text};

use crate::discover::normal;
use crate::files::folder_of;
use crate::gather::gather_used;
use crate::lock::{LOCK_FILE, Lock, Locked, digest};
use crate::reading::Reading;
use crate::repository::{Unfetched, Wanted, address};
use crate::world::join;
use crate::{Locking, WorldError, read_file};

/// So many designs may be used by one, those of others included.
const USES: usize = 1000;

/// So many may use one another in a row.
const DEPTH: usize = 32;

/// What is known of uses while designs are read.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// The designs that are being read, from the one that nothing uses.
    chain: Vec<Step>,
    /// What is given for the parameters of the one that comes next.
    layers: Layers,
    /// The names of what of that is shown to nobody, or has no value.
    withheld: Vec<Text>,
    /// How many were used by the design at the beginning of the chain.
    count: usize,
    /// The lock of that design.
    lock: Lock,
    /// The commit of each repository that it uses, with the words for the version and the place.
    versions: BTreeMap<String, (String, String, Span)>,
    /// What was met of the lock so far.
    met: Vec<Locked>,
    /// What a new lock holds, by the folder of the design.
    pub renewed: BTreeMap<String, Vec<Locked>>,
}

/// A design of the chain.
#[derive(Debug)]
struct Step {
    /// Its file.
    file: String,
    /// The name of the entry that leads to the next one.
    name: String,
    /// Where that entry says so.
    place: Span,
}

impl Reading<'_> {
    /// What is given for the parameters of a design: what its user gives, or another design.
    pub(crate) fn layers_of(&mut self, folder: &str) -> Layers {
        if self.is_used() { self.uses.layers.clone() } else { self.layers(folder) }
    }

    /// The name under which a design uses what is read now, what it gives for its parameters, and which of that is withheld.
    pub(crate) fn used_as(&self) -> Option<(&str, &Layers, &[Text])> {
        let step = self.uses.chain.last()?;
        Some((step.name.as_str(), &self.uses.layers, &self.uses.withheld))
    }

    /// Whether what is read now is used by a design.
    pub(crate) fn is_used(&self) -> bool {
        !self.uses.chain.is_empty()
    }

    /// Whether a design file is being read already, because it uses itself. That is told of.
    pub(crate) fn is_in_circle(&mut self, file: &str) -> bool {
        let file = normal(file, "");
        let chain = &self.uses.chain;
        let (Some(start), Some(last)) = (chain.iter().position(|step| step.file == file), chain.last()) else {
            return false;
        };
        let names: Vec<String> = chain.iter().skip(start).map(|step| step.name.clone()).collect();
        self.findings.push(rules::uses_in_a_circle::finding(&names, last.place));
        true
    }

    /// Reads the designs that a design uses and takes their components over.
    pub(crate) fn take_over_uses(&mut self, loaded: &mut Loaded, file: &str) {
        let entries = std::mem::take(&mut loaded.uses);
        let is_first = self.uses.chain.is_empty();
        if entries.is_empty() && !is_first {
            return;
        }
        let folder = folder_of(file).to_owned();
        let inside = self.mounted.inside().or_else(|| self.mounted.holding(file));
        if is_first {
            let has_lock = self.world.kind(&join(&folder, LOCK_FILE)).is_ok();
            if entries.is_empty() && !has_lock {
                return;
            }
            self.uses.count = 0;
            self.uses.versions.clear();
            self.uses.met.clear();
            self.uses.lock = self.read_lock(&folder);
        }
        for entry in &entries {
            self.uses.count += 1;
            if self.uses.count > USES || self.uses.chain.len() >= DEPTH {
                let finding = rules::limit_passed::finding(Limit::Uses, USES as u64, entry.place);
                self.findings.push(finding);
                break;
            }
            if let Some((path, mount)) = self.locate(entry, &folder, inside.clone()) {
                let step = Step { file: normal(file, ""), name: entry.name.to_string(), place: entry.place };
                self.uses.chain.push(step);
                let used = self.read_used(entry, &path, mount);
                self.uses.chain.pop();
                if let Some(used) = used {
                    if used.values.takes_any {
                        self.tell_of_fixed(entry, loaded);
                    }
                    loaded.take_over(entry, used);
                }
            }
        }
        if is_first {
            self.tell_of_unused();
            let met = std::mem::take(&mut self.uses.met);
            self.uses.renewed.insert(folder, met);
        }
    }

    pub(crate) fn read_lock(&mut self, folder: &str) -> Lock {
        let path = join(folder, LOCK_FILE);
        if self.world.kind(&path) == Err(WorldError::NotFound) {
            return Lock::default();
        }
        let id = self.file();
        match read_file(self.world, &path, id, &self.request.limits) {
            Ok(source) => {
                self.sources.insert(std::sync::Arc::clone(&source));
                Lock::read(&source, &mut self.findings)
            }
            Err((source, finding)) => {
                self.sources.insert(source);
                self.findings.push(finding);
                Lock::default()
            }
        }
    }

    fn tell_of_unused(&mut self) {
        if self.request.locking != Locking::Follow {
            return;
        }
        for (locked, span) in &self.uses.lock.entries {
            if !self.uses.met.contains(locked) {
                let finding = rules::unused_lock::finding(&locked.url, &locked.revision.words(), *span);
                self.findings.push(finding);
            }
        }
    }

    /// Where the design of an entry lies, and the repository that it lies in.
    fn locate(&mut self, entry: &Use, folder: &str, inside: Option<String>) -> Option<(String, Option<String>)> {
        if !is_address(&entry.design) {
            let is_absolute = entry.design.starts_with('/');
            let path = if is_absolute { entry.design.to_string() } else { normal(folder, &entry.design) };
            return Some((path, inside));
        }
        let revision = entry.revision.as_ref()?;
        let known = match address(&entry.design, inside.is_none()) {
            Ok(known) => known,
            Err(why) => {
                self.findings.push(rules::address_refused::finding(&entry.design, why, entry.place));
                return None;
            }
        };
        let locked = self.uses.lock.find(&entry.design, revision, &entry.path).cloned();
        let locked = match (self.request.locking, locked) {
            (Locking::Follow, None) => {
                let finding = rules::not_locked::finding(&entry.design, &revision.words(), entry.place);
                self.findings.push(finding);
                return None;
            }
            (_, locked) => locked,
        };
        // What is locked counts as used even where it cannot be read.
        self.uses.met.extend(locked.clone());
        let follows = self.request.locking == Locking::Follow;
        let commit = locked.as_ref().filter(|_| follows).map(|locked| locked.commit.as_str());
        let wanted = Wanted { url: &entry.design, revision, commit, path: &entry.path, is_copied: false };
        let fetched = match self.world.repository(&wanted) {
            Ok(fetched) => fetched,
            Err(unfetched) => {
                let why = match unfetched {
                    Unfetched::Offline => "nothing is fetched with `--offline`".to_owned(),
                    Unfetched::Failed(why) => why,
                };
                self.findings.push(rules::not_fetched::finding(&entry.design, &why, entry.place));
                return None;
            }
        };
        let found = Locked {
            url: entry.design.to_string(),
            path: entry.path.to_string(),
            revision: revision.clone(),
            commit: fetched.commit,
            digest: digest(fetched.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))),
        };
        if let Some(locked) = &locked
            && locked.digest != found.digest
            && self.request.locking != (Locking::Renew { accept_moved: true })
        {
            let state = |locked: &'_ Locked| (locked.digest.clone(), locked.commit.clone());
            let (before, now) = (state(locked), state(&found));
            let finding = rules::content_changed::finding(
                &entry.design,
                &revision.words(),
                State { digest: &before.0, commit: &before.1 },
                State { digest: &now.0, commit: &now.1 },
                entry.revision_place,
            );
            self.findings.push(finding);
            return None;
        }
        self.compare_versions(&known, &found, entry);
        for (path, why) in &fetched.left_out {
            self.findings.push(rules::left_out_of_repository::finding(&entry.design, path, why, entry.place));
        }
        let mount = mount_of(&known, &entry.path, &found);
        let (mount, path) =
            if fetched.is_file { (folder_of(&mount).to_owned(), mount) } else { (mount.clone(), mount) };
        if fetched.files.is_empty() {
            self.findings.push(rules::no_such_design::finding(&path, "it holds no files", entry.place));
            return None;
        }
        self.mounted.mount(&mount, fetched.files);
        if !follows {
            self.uses.met.retain(|met| Some(met) != locked.as_ref());
            self.uses.met.push(found);
        }
        Some((path, Some(mount)))
    }

    /// Tells of a repository that is used at another commit already.
    fn compare_versions(&mut self, known: &str, found: &Locked, entry: &Use) {
        let words = match &found.revision {
            Revision::Tag(tag) => format!("{tag} (commit {})", found.commit),
            Revision::Commit(commit) => format!("commit {commit}"),
        };
        match self.uses.versions.get(known) {
            Some((commit, earlier, place)) if *commit != found.commit => {
                let finding =
                    rules::two_versions::finding(&entry.design, (earlier, *place), &words, entry.revision_place);
                self.findings.push(finding);
            }
            Some(_) => {}
            None => {
                let version = (found.commit.clone(), words, entry.revision_place);
                self.uses.versions.insert(known.to_owned(), version);
            }
        }
    }

    /// Tells of values of a chart that change with parameters, where a chart is written that has these for values: the
    /// templates of the one that is used were rendered already.
    fn tell_of_fixed(&mut self, entry: &Use, loaded: &Loaded) {
        let Some(open) = loaded.open.as_ref().filter(|_| self.request.target == Target::Helm) else { return };
        for given in entry.passed.open(&open.symbols) {
            let name = given.path.first().map_or("", Text::as_str);
            self.findings.push(rules::value_fixed_in_chart::finding(name, &entry.name, given.place.span()));
        }
    }

    /// Reads what lies at a path, which has to be one design.
    fn read_used(&mut self, entry: &Use, path: &str, mount: Option<String>) -> Option<Loaded> {
        let layers = Layers(vec![entry.passed.layer.clone()]);
        let before_layers = std::mem::replace(&mut self.uses.layers, layers);
        let before_withheld = std::mem::replace(&mut self.uses.withheld, entry.passed.withheld());
        let before_mount = self.mounted.enter(mount);
        let findings = self.findings.len();
        let designs = match self.world.kind(path) {
            Ok(_) => gather_used(self, path),
            Err(error) => {
                self.findings.push(rules::no_such_design::finding(path, &error.to_string(), entry.place));
                Vec::new()
            }
        };
        self.mounted.enter(before_mount);
        self.uses.layers = before_layers;
        self.uses.withheld = before_withheld;
        let [only] = match <[Loaded; 1]>::try_from(designs) {
            Ok(only) => only,
            Err(designs) => {
                // What could not be read has findings of its own; that nothing was recognised is better said here.
                let nothing = rules::nothing_found::RULE.code;
                let found = self.findings.split_off(findings);
                let (nothing, others): (Vec<_>, Vec<_>) =
                    found.into_iter().partition(|finding| finding.code == nothing);
                let is_silent = !nothing.is_empty() || others.is_empty() || designs.len() > 1;
                self.findings.extend(others);
                if is_silent {
                    let what = match designs.len() {
                        0 => "nothing there is a design or another source".to_owned(),
                        several => format!("there are {several} designs"),
                    };
                    self.findings.push(rules::no_such_design::finding(path, &what, entry.place));
                }
                return None;
            }
        };
        Some(only)
    }
}

/// The folder that stands for what a repository holds.
fn mount_of(known: &str, path: &str, found: &Locked) -> String {
    let version = match &found.revision {
        Revision::Tag(tag) => tag.to_string(),
        Revision::Commit(commit) => commit.to_string(),
    };
    join(&format!("{known}@{version}"), path).trim_end_matches('/').to_owned()
}
