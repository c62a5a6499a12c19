//! Commits on branches: nothing that is staged or checked out changes.

use std::path::Path;
use std::time::{Duration, Instant};

use git2::build::TreeUpdateBuilder;
use git2::{BranchType, Commit, ErrorCode, FileMode, Oid, Signature, Transaction, Tree};

use crate::Local;

/// How long somebody else may hold the lock of a branch.
const LOCKED: Duration = Duration::from_secs(10);

/// A lock that is older was left by a process that died: each is held for as long as a commit takes.
const LEFT: Duration = Duration::from_mins(1);

/// How a commit is made.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// The branch.
    pub branch: &'a str,
    /// What the commit says.
    pub message: &'a str,
    /// Who made what is committed; `None`: whoever git says works here.
    pub author: Option<&'a str>,
}

/// A branch, and the commit that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// The commit, as its whole id.
    pub commit: String,
    /// When it was committed, in seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Who made it.
    pub author: String,
}

/// The reference of a branch. The error is one line: it is no name of one.
pub(crate) fn reference(branch: &str) -> Result<String, String> {
    let reference = format!("refs/heads/{branch}");
    let is_valid = git2::Reference::is_valid_name(&reference);
    if is_valid { Ok(reference) } else { Err(format!("`{branch}` is no name of a branch")) }
}

impl Local {
    /// Adds a file to a branch, which is made where there is none, and returns its path. `name` says what the file is called beside those
    /// that its folder has (an empty folder is the root): never as one of them. What somebody else adds meanwhile stays. The error is
    /// one line.
    pub fn append(
        &self,
        write: Write<'_>,
        folder: &str,
        name: &dyn Fn(&[String]) -> String,
        content: &[u8],
    ) -> Result<String, String> {
        let mut path = String::new();
        self.commit_with(write, |tip| {
            path = self.path(tip, folder, name)?;
            let blob = self.repository().blob(content)?;
            let tree = self.tree_of(tip)?;
            TreeUpdateBuilder::new()
                .upsert(path.as_str(), blob, FileMode::Blob)
                .create_updated(self.repository(), &tree)
        })?;
        Ok(path)
    }

    /// Makes a branch that begins at a revision and has one commit more, in which a folder holds these files and no others. Returns the id of
    /// the commit. The error is one line: the branch is there already, or cannot be written.
    pub fn propose(
        &self,
        write: Write<'_>,
        base: &str,
        folder: &str,
        files: &[(String, Vec<u8>)],
    ) -> Result<String, String> {
        let words =
            |error: git2::Error| format!("the branch `{}` cannot be written: {}", write.branch, error.message());
        let reference = reference(write.branch)?;
        let parent = self.commit_of(base)?;
        let make = || {
            let tree = self.with_folder(&parent.tree()?, folder, files)?;
            let tree = self.repository().find_tree(tree)?;
            let who = self.signature(write.author)?;
            let commit =
                self.repository().commit(None, &who, &self.signature(None)?, write.message, &tree, &[&parent])?;
            // Without force: a branch that is there stays what it is.
            self.repository().reference(&reference, commit, false, write.message)?;
            Ok(commit.to_string())
        };
        make().map_err(words)
    }

    /// Commits to a branch what another commit made of a folder, if the folder is still what that commit began with. What is committed has
    /// both for parents. `before` is told of the commit before the branch leads to it, and may refuse. The error is one line.
    pub fn accept(
        &self,
        write: Write<'_>,
        proposal: &str,
        folder: &str,
        before: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, String> {
        let proposed = self.commit_of(proposal)?;
        let began = proposed.parent(0).map_err(|_| format!("`{proposal}` begins with nothing"))?;
        let inside =
            |commit: &Commit<'_>| -> Option<Oid> { Some(commit.tree().ok()?.get_path(Path::new(folder)).ok()?.id()) };
        let wanted = inside(&proposed).ok_or_else(|| format!("`{proposal}` has no folder `{folder}`"))?;
        let changed = format!("`{folder}` is not what `{proposal}` began with any more: propose it again");
        self.move_branch(write, before, |tip| {
            let tip = tip.ok_or_else(|| format!("there is no branch `{}`", write.branch))?;
            if inside(tip) != inside(&began) {
                return Err(changed.clone());
            }
            let whole = || {
                let tree = TreeUpdateBuilder::new()
                    .upsert(folder, wanted, FileMode::Tree)
                    .create_updated(self.repository(), &tip.tree()?)?;
                let tree = self.repository().find_tree(tree)?;
                let committer = self.signature(write.author)?;
                self.repository().commit(None, &proposed.author(), &committer, write.message, &tree, &[tip, &proposed])
            };
            whole().map_err(|error| error.message().to_owned())
        })
    }

    /// Commits to a branch what `edit` makes of a file: of its bytes, or of nothing. Where they stay what they are, nothing is committed,
    /// and the commit that is there is returned. `before` is told of the commit before the branch leads to it, and may refuse. The error is
    /// one line.
    pub fn edit_file(
        &self,
        write: Write<'_>,
        path: &str,
        before: &dyn Fn(&str) -> Result<(), String>,
        edit: impl Fn(Option<&[u8]>) -> Result<Vec<u8>, String>,
    ) -> Result<String, String> {
        self.move_branch(write, before, |tip| {
            let tip = tip.ok_or_else(|| format!("there is no branch `{}`", write.branch))?;
            let tree = tip.tree().map_err(|error| error.message().to_owned())?;
            let known =
                tree.get_path(Path::new(path)).ok().and_then(|entry| self.repository().find_blob(entry.id()).ok());
            let edited = edit(known.as_ref().map(git2::Blob::content))?;
            if known.is_some_and(|known| known.content() == edited) {
                return Ok(tip.id());
            }
            let whole = || {
                let blob = self.repository().blob(&edited)?;
                let tree = TreeUpdateBuilder::new()
                    .upsert(path, blob, FileMode::Blob)
                    .create_updated(self.repository(), &tree)?;
                let tree = self.repository().find_tree(tree)?;
                let who = self.signature(write.author)?;
                self.repository().commit(None, &who, &who, write.message, &tree, &[tip])
            };
            whole().map_err(|error| error.message().to_owned())
        })
    }

    /// The branches whose names begin so, by name.
    pub fn branches(&self, prefix: &str) -> Vec<Branch> {
        let found = self.repository().branches(Some(BranchType::Local)).into_iter().flatten().flatten();
        let mut branches: Vec<Branch> = found
            .filter_map(|(branch, _)| {
                let name = branch.name().ok().flatten().filter(|name| name.starts_with(prefix))?.to_owned();
                let commit = branch.into_reference().peel_to_commit().ok()?;
                let author = commit.author();
                Some(Branch {
                    name,
                    commit: commit.id().to_string(),
                    time: commit.time().seconds(),
                    author: author.name().unwrap_or_default().to_owned(),
                })
            })
            .collect();
        branches.sort_by(|one, other| one.name.cmp(&other.name));
        branches
    }

    /// Takes a branch away; its commits stay for as long as something leads to them. The error is one line.
    pub fn remove_branch(&self, branch: &str) -> Result<(), String> {
        let found = self.repository().find_branch(branch, BranchType::Local);
        let removed = found.and_then(|mut branch| branch.delete());
        removed.map_err(|error| format!("the branch `{branch}` cannot be taken away: {}", error.message()))
    }

    fn commit_with(
        &self,
        write: Write<'_>,
        mut tree: impl FnMut(Option<&Commit<'_>>) -> Result<Oid, git2::Error>,
    ) -> Result<String, String> {
        self.move_branch(write, &|_| Ok(()), |tip| {
            let mut whole = || {
                let tree = self.repository().find_tree(tree(tip)?)?;
                let who = self.signature(write.author)?;
                let parents: Vec<&Commit<'_>> = tip.into_iter().collect();
                self.repository().commit(None, &who, &who, write.message, &tree, &parents)
            };
            whole().map_err(|error| error.message().to_owned())
        })
    }

    /// Leads a branch to what `make` makes of the commit that it leads to, while nobody else can write it.
    fn move_branch(
        &self,
        write: Write<'_>,
        before: &dyn Fn(&str) -> Result<(), String>,
        mut make: impl FnMut(Option<&Commit<'_>>) -> Result<Oid, String>,
    ) -> Result<String, String> {
        let branch = write.branch;
        let words = |why: &str| format!("the branch `{branch}` cannot be written: {why}");
        let reference = reference(branch)?;
        let head = self.repository().head();
        if head.is_ok_and(|head| head.name() == Ok(reference.as_str())) && !self.repository().is_bare() {
            return Err(format!("the branch `{branch}` is checked out, and its files would not be"));
        }
        // The lock of the branch is held while it is read and written: what somebody else adds stays.
        let mut transaction = self.locked(&reference).map_err(|error| words(error.message()))?;
        let tip = match self.repository().find_reference(&reference) {
            Ok(found) => Some(found.peel_to_commit().map_err(|error| words(error.message()))?),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(words(error.message())),
        };
        let commit = make(tip.as_ref()).map_err(|why| words(&why))?;
        if tip.is_some_and(|tip| tip.id() == commit) {
            return Ok(commit.to_string());
        }
        before(&commit.to_string())?;
        let moved = transaction.set_target(&reference, commit, None, write.message).and_then(|()| transaction.commit());
        moved.map(|()| commit.to_string()).map_err(|error| words(error.message()))
    }

    /// Who commits. On a machine where nobody has said who they are, such as that of a workflow, it is the program.
    fn signature(&self, name: Option<&str>) -> Result<Signature<'static>, git2::Error> {
        match name {
            Some(name) => Signature::now(name, &format!("{name}@design.localhost")),
            None => self.repository().signature().or_else(|_| Signature::now("design", "design@localhost")),
        }
    }

    /// Takes the lock of a reference, and waits for others that have it.
    fn locked(&self, reference: &str) -> Result<Transaction<'_>, git2::Error> {
        let before = Instant::now();
        loop {
            let mut transaction = self.repository().transaction()?;
            match transaction.lock_ref(reference) {
                Ok(()) => return Ok(transaction),
                Err(error) if error.code() == ErrorCode::Locked && before.elapsed() < LOCKED => {
                    self.remove_left(reference);
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes away the lock of a reference that a dead process left.
    fn remove_left(&self, reference: &str) {
        let lock = self.repository().commondir().join(format!("{reference}.lock"));
        let age = lock.metadata().and_then(|lock| lock.modified()).ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > LEFT) {
            // Where it cannot be taken away it stays, and that it is locked is told.
            let _ = std::fs::remove_file(lock);
        }
    }

    /// The path of a new file.
    fn path(
        &self,
        tip: Option<&Commit<'_>>,
        folder: &str,
        name: &dyn Fn(&[String]) -> String,
    ) -> Result<String, git2::Error> {
        let folder = folder.trim_matches('/');
        let root = self.tree_of(tip)?;
        let tree = match folder {
            "" => Some(root),
            folder => match root.get_path(Path::new(folder)) {
                Ok(entry) => Some(self.repository().find_tree(entry.id())?),
                Err(error) if error.code() == ErrorCode::NotFound => None,
                Err(error) => return Err(error),
            },
        };
        let entries = tree.iter().flat_map(|tree| tree.iter());
        let names: Vec<String> =
            entries.map(|entry| String::from_utf8_lossy(entry.name_bytes()).into_owned()).collect();
        let name = name(&names);
        Ok(if folder.is_empty() { name } else { format!("{folder}/{name}") })
    }

    fn tree_of(&self, tip: Option<&Commit<'_>>) -> Result<Tree<'_>, git2::Error> {
        match tip {
            Some(tip) => self.repository().find_tree(tip.tree_id()),
            None => self.repository().find_tree(self.repository().treebuilder(None)?.write()?),
        }
    }

    /// The tree with a folder that holds these files and no others.
    fn with_folder(&self, tree: &Tree<'_>, folder: &str, files: &[(String, Vec<u8>)]) -> Result<Oid, git2::Error> {
        let repository = self.repository();
        let mut inside = TreeUpdateBuilder::new();
        for (path, bytes) in files {
            inside.upsert(path.as_str(), repository.blob(bytes)?, FileMode::Blob);
        }
        let inside = inside.create_updated(repository, &self.tree_of(None)?)?;
        TreeUpdateBuilder::new().upsert(folder, inside, FileMode::Tree).create_updated(repository, tree)
    }
}

#[cfg(test)]
mod tests {
    use git2::Repository;

    use super::*;
    use crate::Limits;

    fn on(branch: &str) -> Write<'_> {
        Write { branch, message: "one", author: None }
    }

    fn numbered(names: &[String]) -> String {
        format!("{}.json", names.len() + 1)
    }

    #[test]
    fn what_is_appended_is_read_back_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let local = Local::around(folder.path()).unwrap();
        assert!(local.read("results", "", &Limits::default()).unwrap_err().contains("no revision"));
        let one = local.append(on("results"), "shop/main", &numbered, b"1").unwrap();
        let two = local.append(on("results"), "/shop/main/", &numbered, b"2").unwrap();
        let three = local.append(on("results"), "", &numbered, b"3").unwrap();
        assert_eq!((one.as_str(), two.as_str(), three.as_str()), ("shop/main/1.json", "shop/main/2.json", "2.json"));
        let found = local.read("results", "shop/main", &Limits::default()).unwrap();
        assert_eq!(found.files, [("1.json".to_owned(), b"1".to_vec()), ("2.json".to_owned(), b"2".to_vec())]);
        // Nothing is checked out, and every step is a commit.
        assert!(!folder.path().join("shop").exists());
        let mut walk = repository.revwalk().unwrap();
        walk.push_ref("refs/heads/results").unwrap();
        assert_eq!(walk.count(), 3);
    }

    #[test]
    fn a_lock_that_a_dead_process_left_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let local = Local::around(folder.path()).unwrap();
        let lock = repository.path().join("refs/heads/results.lock");
        let file = std::fs::File::create(&lock).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_mins(2)).unwrap();
        local.append(on("results"), "", &numbered, b"1").unwrap();
        assert!(!lock.exists());
    }

    #[test]
    fn several_writers_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Repository::init(folder.path()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let local = Local::around(folder.path()).unwrap();
                    for _ in 0..5 {
                        local.append(on("results"), "", &numbered, b"x").unwrap();
                    }
                });
            }
        });
        let local = Local::around(folder.path()).unwrap();
        assert_eq!(local.read("results", "", &Limits::default()).unwrap().files.len(), 20);
    }

    #[test]
    fn a_branch_that_is_checked_out_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        Repository::init_opts(folder.path(), options.initial_head("main")).unwrap();
        let local = Local::around(folder.path()).unwrap();
        local.append(on("results"), "", &numbered, b"1").unwrap();
        local.repository().set_head("refs/heads/results").unwrap();
        let refused = local.append(on("results"), "", &numbered, b"2").unwrap_err();
        assert!(refused.contains("checked out"), "{refused}");
        assert!(local.append(on("a..b"), "", &numbered, b"2").unwrap_err().contains("no name"));
    }
}
