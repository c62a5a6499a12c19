//! A served catalog, and plain requests to it.
#![expect(clippy::unwrap_used, reason = "a harness reports by failing the test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Project, binary, files_in, repository};

/// A catalog that is served until the test ends.
pub struct Catalog {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Catalog {
    /// Serves the repository of a project, on a port of its own. Webhooks are signed with `old` or `new`.
    pub fn serve(project: &Project, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.args(["catalog", "serve", "--listen", "127.0.0.1:0"]).args(arguments);
        command
            .current_dir(project.path())
            .env("XDG_CONFIG_HOME", project.path())
            // Where git looks for nothing, and no other test.
            .env("XDG_CACHE_HOME", project.path().join(".git/cache"))
            .env("DESIGN_WEBHOOK_SECRETS", "old new");
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let rest = first.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{first}"));
        let address = rest.split('/').next().unwrap().trim().to_owned();
        // What else is told is read, so that nobody waits for it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { child, address }
    }

    /// One request, on a connection of its own.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        ask(&self.address, method, path, headers, body)
    }

    /// Reads an address.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// The commit that is served.
    pub fn commit(&self) -> String {
        let page = self.get("/status/").text();
        page.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }

    /// Waits until a commit is served.
    pub fn await_commit(&self, commit: &str) {
        let before = Instant::now();
        while self.commit() != commit {
            assert!(before.elapsed() < Duration::from_secs(30), "{commit} is not served");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Catalog {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer, as it travels.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its first line and its headers.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = |line: &'_ str| {
            line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(key, _)| key.len() + 1)
        };
        self.head.lines().find_map(|line| Some(line[value(line)?..].trim()))
    }
}

/// One request on a connection of its own, with the bytes of the answer as they travel.
pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    // A server that has answered before all is sent closes its end.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
}

/// What the pattern of [`web_pattern`] says of itself.
pub const PATTERN: &str =
    "name: web\ntitle: Web\nversion: 1.0.0\npublisher: us\ndescription: A web server.\nlicense: MIT\n";
/// Its design.
pub const DESIGN: &str = "\
name: web
components:
- displayName: web
  component: {kind: ConfigMap, version: v1}
  configuration: {data: {mode: plain}}
";

/// A repository with one small pattern, committed.
pub fn web_pattern() -> Project {
    let project = Project::new(&[
        ("web/pattern.yaml", PATTERN),
        ("web/design.yaml", DESIGN),
        ("web/README.md", "# Web\n\nText.\n"),
    ]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    project
}

/// Commits everything of a project; the id of the commit.
pub fn commit(project: &Project) -> String {
    project.git(&["add", "--all"]);
    project.git(&["commit", "--quiet", "--message", "more"]);
    project.git(&["rev-parse", "HEAD"]).stdout().trim().to_owned()
}

/// A repository with the patterns of this one.
pub fn our_patterns() -> Project {
    let project = Project::new(&[]);
    for (path, bytes) in files_in(&repository().join("catalog/patterns")) {
        project.write(&format!("catalog/patterns/{path}"), &String::from_utf8_lossy(&bytes));
    }
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    project
}
