//! Git repositories, as far as a World answers for them, and which addresses are fetched from.

use design_source::Revision;

/// What is wanted of a repository.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The address, as it was written.
    pub url: &'a str,
    /// The version.
    pub revision: &'a Revision,
    /// The commit that the version led to when it was locked: what was fetched of it before is good. `None`: the repository
    /// is asked again.
    pub commit: Option<&'a str>,
    /// The folder or file inside the repository; empty for its root.
    pub path: &'a str,
    /// Whether it is fetched to be copied in part, so that it may be larger than what is used as it is.
    pub is_copied: bool,
}

/// What a repository held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The commit, as its whole id.
    pub commit: String,
    /// The regular files, by their paths below the folder that was wanted, sorted. Of a single file its name.
    pub files: Vec<(String, Vec<u8>)>,
    /// What is there and was not read: the path, and why.
    pub left_out: Vec<(String, String)>,
    /// Whether a single file was wanted.
    pub is_file: bool,
}

/// Why nothing was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfetched {
    /// It is not at hand, and nothing may be fetched.
    Offline,
    /// What went wrong, as the end of a sentence.
    Failed(String),
}

/// Looks at the address of a repository: its host and path, by which it is known whatever way leads there. `is_local`:
/// whether it stands in a file of this machine, which may name a repository of this machine. The error says why nothing is
/// fetched from it.
pub fn address(address: &str, is_local: bool) -> Result<String, &'static str> {
    let is_plain = !address.bytes().any(|byte| byte.is_ascii_control() || byte == b' ' || byte == b'\\');
    if !is_plain || address.starts_with('-') {
        return Err("it is no address");
    }
    let short = || {
        let (host, path) = address.split_once(':')?;
        let (user, host) = host.split_once('@')?;
        let is_word = |text: &str| !text.is_empty() && !text.starts_with('-') && !text.contains(['/', '@', ':']);
        (is_word(user) && is_word(host) && !path.is_empty()).then(|| (host.to_owned(), path.to_owned()))
    };
    let (host, path) = match address.split_once("://") {
        Some(("https" | "ssh", rest)) => {
            let (authority, path) = rest.split_once('/').ok_or("it names no repository")?;
            let host = match authority.rsplit_once('@') {
                Some((user, _)) if user.contains(':') || address.starts_with("https") => {
                    return Err("what stands before the host would be shared with everybody who reads the file");
                }
                Some((_, host)) => host,
                None => authority,
            };
            (host.to_owned(), path.to_owned())
        }
        Some(("file", path)) if path.starts_with('/') => {
            if !is_local {
                return Err("a design of a repository names none of this machine");
            }
            ("file".to_owned(), path.to_owned())
        }
        Some(("file", _)) => return Err("a path of this machine begins with `/`: file:///srv/patterns.git"),
        Some(_) => return Err("it is not https://, ssh:// or file://"),
        None => short().ok_or("it is no address")?,
    };
    if host.is_empty() || host.starts_with('-') || path.contains(['?', '#']) {
        return Err("it is no address of a repository");
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() || parts.iter().any(|part| matches!(*part, "." | "..") || part.starts_with('-')) {
        return Err("it names no repository");
    }
    let path = parts.join("/");
    Ok(format!("{}/{}", host.to_ascii_lowercase(), path.strip_suffix(".git").unwrap_or(&path)))
}

/// Looks at the address of a file that is fetched by itself: `https://`, or `http://` of this machine. Returns its host and
/// path, by which a copy of it is known. The error says why nothing is fetched from it.
pub fn file_address(address: &str) -> Result<String, &'static str> {
    let is_plain = !address.bytes().any(|byte| byte.is_ascii_control() || byte == b' ' || byte == b'\\');
    if !is_plain {
        return Err("it is no address");
    }
    let (scheme, rest) = address.split_once("://").ok_or("it is no address")?;
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.split_once('/').ok_or("it names no file")?;
    if authority.contains('@') {
        return Err("what stands before the host would be shared with everybody who reads the file");
    }
    match scheme {
        "https" => {}
        "http" if is_this_machine(authority) => {}
        _ => return Err("it is not https://"),
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if authority.is_empty() || parts.is_empty() || parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err("it names no file");
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.replace('/', "%2F")) };
    Ok(format!("{}/{}{query}", authority.to_ascii_lowercase().replace(':', "_"), parts.join("/")))
}

/// Whether a host, with or without a port, is this machine by its name.
fn is_this_machine(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_one_name_and_what_is_not_safe_has_none() {
        for (written, known) in [
            ("https://git.example/shop/patterns.git", "git.example/shop/patterns"),
            ("https://GIT.example/shop/patterns/", "git.example/shop/patterns"),
            ("ssh://git@git.example/shop/patterns.git", "git.example/shop/patterns"),
            ("git@git.example:shop/patterns.git", "git.example/shop/patterns"),
            ("file:///srv/patterns.git", "file/srv/patterns"),
        ] {
            assert_eq!(address(written, true).as_deref(), Ok(known), "{written}");
        }
        for refused in [
            "http://git.example/a",
            "git://git.example/a",
            "ext::sh -c id",
            "https://user:word@git.example/a",
            "https://word@git.example/a",
            "ssh://-oProxyCommand=id/a",
            "-oProxyCommand=id@host:a",
            "git@-oProxyCommand=id:a",
            "git@host:--upload-pack=id",
            "https://git.example/",
            "https://git.example/a/../b",
            "https://git.example/a?x",
            "https://git.example/a\nb",
            "file://host/a",
            "file://../a",
            "/srv/patterns",
        ] {
            assert!(address(refused, true).is_err(), "{refused}");
        }
        assert!(address("file:///srv/patterns.git", false).is_err());
    }

    #[test]
    fn files_are_fetched_over_https_or_from_this_machine() {
        for (written, known) in [
            ("https://raw.example/o/r/v1/app.yaml", "raw.example/o/r/v1/app.yaml"),
            ("https://RAW.example:8443//a.yaml?x=1/2", "raw.example_8443/a.yaml?x=1%2F2"),
            ("http://127.0.0.1:8080/a.yaml", "127.0.0.1_8080/a.yaml"),
            ("http://localhost/a", "localhost/a"),
        ] {
            assert_eq!(file_address(written).as_deref(), Ok(known), "{written}");
        }
        for refused in [
            "http://raw.example/a.yaml",
            "http://127.0.0.1.example/a.yaml",
            "http://localhost:80@raw.example/a",
            "https://user:word@raw.example/a",
            "https://raw.example/../a",
            "https://raw.example/",
            "https:///a",
            "ftp://raw.example/a",
            "file:///etc/passwd",
            "https://raw.example/a b",
        ] {
            assert!(file_address(refused).is_err(), "{refused}");
        }
    }
}
