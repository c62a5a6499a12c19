//! `design pattern add`

use clap::Args;
use design_pipeline::{Revision, address};
use design_vocabulary::Object;

use crate::args::Options;
use crate::command::pattern::{design_file, edit, lock};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Use a design of a git repository, and lock it
///
/// Adds an entry to `uses` of the design file, fetches the repository, and writes design.lock. Comments and layout of the
/// file stay. Parameters are given in the entry by hand.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pattern add https://git.example/patterns.git//redis@v1.2.0 cache
  design pattern add git@git.example:shop/database.git@v2.0.0 --to shop/")]
pub struct PatternAddArgs {
    /// The address of the repository, behind `//` the folder or file in it, and behind `@` a tag or a commit
    #[arg(value_name = "URL[//PATH]@VERSION")]
    what: String,

    /// The name under which it is used [default: the last part of the path or of the address]
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// The design file, or the folder with it
    #[arg(long, default_value = ".", value_name = "PATH")]
    to: String,
}

/// Runs `design pattern add`.
pub fn cmd_add(terminal: &mut Terminal, options: &Options, args: &PatternAddArgs) -> Result<Exit, Failure> {
    let Wanted { url, path, revision } = wanted(&args.what).map_err(Failure::Usage)?;
    let name = args.name.clone().unwrap_or_else(|| name_of(url, path));
    let file = design_file(&args.to)?;
    let mut entry = Object::from_iter([("name", name.as_str().into()), ("design", url.into())]);
    match revision {
        Revision::Tag(tag) => entry.insert("tag", tag.as_str().into()),
        Revision::Commit(commit) => entry.insert("commit", commit.as_str().into()),
    };
    if !path.is_empty() {
        entry.insert("path", path.into());
    }
    let text = edit::with_use(&file, &entry)?;
    lock(terminal, options, (&file, Some(&text)), false)
}

/// What is asked for.
struct Wanted<'a> {
    url: &'a str,
    path: &'a str,
    revision: Revision,
}

fn wanted(text: &str) -> Result<Wanted<'_>, String> {
    let form = || format!("`{text}` does not read URL[//PATH]@VERSION");
    let (before, version) = text.rsplit_once('@').ok_or_else(form)?;
    if version.is_empty() || version.contains(':') || before.is_empty() {
        return Err(form());
    }
    let scheme = before.find("://").map_or(0, |position| position + 3);
    let (url, path) = match before.get(scheme..).and_then(|rest| rest.find("//")) {
        Some(position) => {
            let (url, path) = before.split_at(scheme + position);
            (url, path.trim_matches('/'))
        }
        None => (before, ""),
    };
    address(url, true).map_err(|why| format!("`{url}` is not fetched from: {why}"))?;
    Ok(Wanted { url, path, revision: revision(version) })
}

/// A version as people name it: a whole id is a commit, everything else a tag.
pub(crate) fn revision(version: &str) -> Revision {
    let is_id = matches!(version.len(), 40 | 64) && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { Revision::Commit(version.to_ascii_lowercase().into()) } else { Revision::Tag(version.into()) }
}

fn name_of(url: &str, path: &str) -> String {
    let last = |text: &str| text.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default().to_owned();
    let name = if path.is_empty() { last(url) } else { last(path) };
    let stem = [".git", ".yaml", ".yml", ".json"].iter().find_map(|ending| name.strip_suffix(ending));
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' };
    stem.unwrap_or(&name).chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_path_and_a_version_are_told_apart() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (text, url, path, version) in [
            ("https://git.example/a.git@v1", "https://git.example/a.git", "", Revision::Tag("v1".into())),
            ("https://git.example/a.git//b/c@v1", "https://git.example/a.git", "b/c", Revision::Tag("v1".into())),
            ("git@git.example:a/b.git@v1", "git@git.example:a/b.git", "", Revision::Tag("v1".into())),
            ("ssh://git@git.example/a//b@1.10", "ssh://git@git.example/a", "b", Revision::Tag("1.10".into())),
        ] {
            let wanted = wanted(text).unwrap();
            assert_eq!((wanted.url, wanted.path, wanted.revision), (url, path, version), "{text}");
        }
        let of_commit = format!("https://git.example/a.git@{commit}");
        assert_eq!(wanted(&of_commit).unwrap().revision, Revision::Commit(commit.into()));
        for refused in ["https://git.example/a.git", "git@git.example:a.git", "a@", "@v1", "http://git.example/a@v1"] {
            assert!(wanted(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_name_is_made_of_what_comes_last() {
        assert_eq!(name_of("https://git.example/patterns.git", "data/redis"), "redis");
        assert_eq!(name_of("https://git.example/my.patterns.git", ""), "my-patterns");
        assert_eq!(name_of("git@git.example:cache.git", ""), "cache");
        assert_eq!(name_of("https://git.example/a", "b/shop.yaml"), "shop");
    }
}
