//! Writing to a catalog: who may do what, what becomes a commit, and what the audit log says of it.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_tests::served::{Answer, Catalog, DESIGN, PATTERN, ask, web_pattern};
use design_tests::{Project, Run, binary};
use serde_json::{Value, json};

/// A bare repository with one pattern, a clone of it in `clone`, and tokens.
struct Served {
    project: Project,
    catalog: Catalog,
}

/// Makes a token; the token.
fn token(project: &Project, arguments: &[&str]) -> String {
    let mut all = vec!["catalog", "token"];
    all.extend(arguments);
    all.extend(["--tokens", "tokens.yaml"]);
    project.design(&all).expect(0).stdout().trim().to_owned()
}

impl Served {
    /// Serves a bare repository, which is in the folder `bare.git` of the project.
    fn new(arguments: &[&str]) -> (Self, [String; 5]) {
        let project = web_pattern();
        project.git(&["clone", "--quiet", "--bare", ".", "bare.git"]);
        let tokens = [
            token(&project, &["ann", "--role", "publisher", "--publisher", "us"]),
            token(&project, &["eve", "--role", "publisher", "--publisher", "them"]),
            token(&project, &["bob", "--role", "reviewer", "--role", "publisher", "--publisher", "us"]),
            token(&project, &["root", "--role", "admin"]),
            token(&project, &["guest", "--role", "reader"]),
        ];
        let mut all = vec!["--repository", "bare.git", "--tokens", "tokens.yaml", "--poll", "1"];
        all.extend(arguments);
        let catalog = Catalog::serve(&project, &all);
        (Self { project, catalog }, tokens)
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        said(&self.catalog.ask("POST", path, &headers, body.to_string().as_bytes()))
    }

    fn get(&self, path: &str, token: &str) -> (u16, Value) {
        let bearer = format!("Bearer {token}");
        said(&self.catalog.ask("GET", path, &[("Authorization", bearer.as_str())], b""))
    }

    fn head(&self) -> String {
        self.project.git(&["-C", "bare.git", "rev-parse", "main"]).stdout().trim().to_owned()
    }
}

/// Runs `design` as whoever has a token, which has to end with a code; what it wrote.
fn run(project: &Project, token: &str, arguments: &[&str], code: i32) -> String {
    let mut command = Command::new(binary());
    let run: Run = project.run(command.args(arguments).env("DESIGN_TOKEN", token)).expect(code);
    run.stdout() + &run.stderr()
}

fn said(answer: &Answer) -> (u16, Value) {
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

/// The pattern with another version.
fn version(number: &str, more: &[(&str, &str)]) -> Value {
    let pattern = PATTERN.replace("1.0.0", number);
    let mut files = vec![("pattern.yaml", pattern.as_str()), ("design.yaml", DESIGN), ("README.md", "# Web\n")];
    files.extend(more);
    let files = files.iter().map(|(path, text)| json!({ "path": path, "content": STANDARD.encode(text) }));
    json!({ "files": files.collect::<Vec<_>>() })
}

#[test]
fn a_version_is_proposed_by_one_and_approved_by_another() {
    let (served, [ann, eve, bob, root, guest]) = Served::new(&[]);
    let before = served.head();
    // Nobody without a token, nobody without the role, nobody in another's name.
    assert_eq!(served.post("/api/v1/patterns", "design_unknown", &version("1.1.0", &[])).0, 401);
    for token in [&eve, &guest] {
        assert_eq!(served.post("/api/v1/patterns", token, &version("1.1.0", &[])).0, 403);
    }
    let (status, said) = served.post("/api/v1/patterns", &ann, &version("1.1.0", &[]));
    assert_eq!((status, said["branch"].as_str()), (201, Some("publish/web-1.1.0")), "{said}");
    assert_eq!(served.head(), before, "what is proposed is not served");
    assert_eq!(served.post("/api/v1/patterns", &ann, &version("1.1.0", &[])).0, 409);
    let proposals = served.get("/api/v1/proposals", &bob).1;
    assert_eq!(proposals["proposals"][0]["author"], "ann", "{proposals}");
    let decision = json!({ "branch": "publish/web-1.1.0" });
    // Whoever proposes does not approve, and a publisher is no reviewer.
    assert_eq!(served.post("/api/v1/proposals/approve", &ann, &decision).0, 403);
    let (status, said) = served.post("/api/v1/proposals/approve", &bob, &decision);
    assert_eq!(status, 200, "{said}");
    let commit = said["commit"].as_str().unwrap();
    assert_eq!(served.head(), commit);
    served.catalog.await_commit(commit);
    assert_eq!(served.catalog.get("/patterns/us/web/1.1.0/").status, 200);
    let log = served.project.git(&["-C", "bare.git", "log", "--format=%an %cn %s", "main"]).stdout();
    assert!(log.starts_with("ann bob Approve us/web 1.1.0\n"), "{log}");
    // The same version with other files is refused, and that is written down.
    let other = version("1.1.0", &[("more.txt", "x")]);
    let (status, said) = served.post("/api/v1/patterns", &ann, &other);
    assert!(status == 409 && said["error"].as_str().unwrap().contains("other bytes"), "{said}");
    let same = served.post("/api/v1/patterns", &ann, &version("1.1.0", &[]));
    assert_eq!((same.0, same.1["isPublished"].as_bool()), (200, Some(true)));
    // Bob may publish, and does not approve what is his own.
    assert_eq!(served.post("/api/v1/patterns", &bob, &version("1.2.0", &[])).0, 201);
    let decision = json!({ "branch": "publish/web-1.2.0", "reason": "not yet" });
    assert_eq!(served.post("/api/v1/proposals/approve", &bob, &decision).0, 403);
    assert_eq!(served.post("/api/v1/proposals/reject", &root, &decision).0, 200);
    assert_eq!(served.post("/api/v1/proposals/approve", &root, &decision).0, 404);
    // The log says all of it, to admins, and git has it.
    assert_eq!(served.get("/api/v1/audit", &bob).0, 403);
    let (_, log) = served.get("/api/v1/audit", &root);
    let entry = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        format!("{} {} {} {}", text("actor"), text("act"), text("pattern"), text("version"))
    };
    let entries: Vec<String> = log["entries"].as_array().unwrap().iter().map(entry).collect();
    assert_eq!(
        entries,
        [
            "ann propose us/web 1.1.0",
            "bob approve us/web 1.1.0",
            "ann refuse us/web 1.1.0",
            "bob propose us/web 1.2.0",
            "root reject web-1.2.0 "
        ]
    );
    assert_eq!(log["entries"][1]["commit"], commit);
    let commits = served.project.git(&["-C", "bare.git", "rev-list", "--count", "catalog-audit"]).stdout();
    assert_eq!(commits.trim(), "5");
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_committed() {
    let (served, [ann, ..]) = Served::new(&[]);
    let branches = || served.project.git(&["-C", "bare.git", "branch", "--list"]).stdout();
    let before = branches();
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAMIIEowIBAAKCAQEAMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n";
    let encoded = format!("data: {}\n", STANDARD.encode(key));
    for file in [key, &encoded] {
        let (status, said) = served.post("/api/v1/patterns", &ann, &version("1.1.0", &[("key.pem", file)]));
        let found = said["findings"].to_string();
        assert!(status == 422 && found.contains("D0953") && found.contains("key.pem:"), "{status} {said}");
    }
    let reference = PATTERN.replace("1.0.0", "1.1.0") + "class: reference-architecture\n";
    let files = json!({ "files": [
        { "path": "pattern.yaml", "content": STANDARD.encode(reference) }, { "path": "design.yaml", "content": STANDARD.encode(DESIGN) },
    ] });
    let (status, said) = served.post("/api/v1/patterns", &ann, &files);
    assert!(status == 422 && said["findings"].to_string().contains("caveats"), "{said}");
    for body in [
        json!({}),
        json!({ "files": [{ "path": "../x", "content": "" }] }),
        json!({ "files": [{ "path": "a/../x", "content": "" }] }),
        json!({ "files": [{ "path": ".git/config", "content": "" }] }),
        json!({ "files": [{ "path": "a", "content": "?" }] }),
        json!({ "files": [{ "path": "a", "content": "" }, { "path": "a", "content": "" }] }),
        json!({ "files": [{ "path": "status.yaml", "content": "" }] }),
    ] {
        assert_eq!(served.post("/api/v1/patterns", &ann, &body).0, 400, "{body}");
    }
    assert_eq!(served.post("/api/v1/patterns", &ann, &json!({ "files": [] })).0, 422);
    let dry = served.post("/api/v1/patterns", &ann, &{
        let mut dry = version("1.1.0", &[]);
        dry["isDry"] = json!(true);
        dry
    });
    assert_eq!((dry.0, dry.1["isPublished"].as_bool()), (200, Some(false)));
    assert_eq!(branches(), before);
}

#[test]
fn what_becomes_of_a_pattern_is_said_by_those_whose_it_is() {
    let (served, [ann, eve, _, root, _]) = Served::new(&[]);
    let status = "/api/v1/patterns/us/web/status";
    let yank = json!({ "yank": { "version": "1.0.0", "reason": "broken: #1" } });
    assert_eq!(served.post(status, &eve, &yank).0, 403);
    assert_eq!(served.post("/api/v1/patterns/us/nothing/status", &ann, &yank).0, 404);
    let unknown = json!({ "yank": { "version": "9.0.0", "reason": "x" } });
    assert_eq!(served.post(status, &ann, &unknown).0, 404);
    assert_eq!(served.post(status, &ann, &json!({ "delete": {} })).0, 400);
    let deprecate = json!({ "deprecate": { "reason": "old", "replacement": "us/new" } });
    assert_eq!(served.post(status, &ann, &deprecate).0, 200);
    let (code, said) = served.post(status, &ann, &yank);
    assert_eq!(code, 200);
    served.catalog.await_commit(said["commit"].as_str().unwrap());
    assert!(served.catalog.get("/patterns/us/web/1.0.0/").text().contains("broken: #1"));
    let text = served.project.git(&["-C", "bare.git", "show", "main:web/status.yaml"]).stdout();
    assert!(text.contains("replacement: us/new") && text.contains("1.0.0"), "{text}");
    // To block is for admins.
    let block = json!({ "block": { "reason": "a miner" } });
    assert_eq!(served.post(status, &ann, &block).0, 403);
    let (_, said) = served.post(status, &root, &block);
    served.catalog.await_commit(said["commit"].as_str().unwrap());
    assert_eq!(served.catalog.get("/patterns/us/web/1.0.0/").status, 410);
}

#[test]
fn the_commands_do_the_same_over_http_and_in_the_repository() {
    let (served, [ann, _, bob, ..]) = Served::new(&[]);
    let project = &served.project;
    let url = format!("http://{}", served.catalog.address);
    project.write("new/pattern.yaml", &PATTERN.replace("1.0.0", "1.1.0"));
    project.write("new/design.yaml", DESIGN);
    project.write("new/README.md", "# Web\n");
    let publish = ["pattern", "publish", "new", "--catalog", &url];
    assert!(run(project, "", &publish, 2).contains("DESIGN_TOKEN"));
    assert!(run(project, "design_wrong", &publish, 1).contains("does not know the token"));
    assert!(run(project, &ann, &publish, 0).contains("publish/web-1.1.0"));
    let approve = ["pattern", "approve", "publish/web-1.1.0", "--catalog", &url];
    run(project, &ann, &approve, 1);
    assert!(run(project, &bob, &["pattern", "approve", "--catalog", &url], 0).contains("by ann"));
    run(project, &bob, &approve, 0);
    run(project, &ann, &["pattern", "yank", "us/web", "1.0.0", "--reason", "broken", "--catalog", &url], 0);
    served.catalog.await_commit(&served.head());
    assert!(run(project, "", &["pattern", "show", "us/web@1.0.0", "--catalog", &url], 0).contains("broken"));
    // In a bare repository the branch is written itself; where it is checked out, it is left alone.
    let deprecate = |repository, code| {
        run(project, "", &["pattern", "deprecate", "web", "--reason", "old", "--repository", repository], code)
    };
    assert!(deprecate("bare.git", 0).contains("of branch main"));
    assert!(deprecate(".", 2).contains("checked out"));
    served.catalog.await_commit(&served.head());
    assert!(served.catalog.get("/patterns/us/web/1.1.0/").text().contains("old"));
}

#[test]
fn a_private_catalog_is_read_with_a_token() {
    let (served, [.., guest]) = Served::new(&["--private"]);
    let anybody = served.catalog.get("/");
    assert_eq!((anybody.status, anybody.header("www-authenticate").is_some()), (401, true));
    assert_eq!(served.catalog.get("/healthz").status, 404);
    let basic = format!("Basic {}", STANDARD.encode(format!("guest:{guest}")));
    let page = served.catalog.ask("GET", "/patterns/us/web/1.0.0/", &[("Authorization", &basic)], b"");
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, None));
    assert!(page.header("cache-control").unwrap().starts_with("private"));
    let url = format!("http://{}", served.catalog.address);
    let search = ["pattern", "search", "web", "--catalog", &url];
    run(&served.project, "", &search, 3);
    assert!(run(&served.project, &guest, &search, 0).contains("us/web"));
    // A line that is taken out is a token that was.
    let tokens = served.project.read("tokens.yaml").unwrap();
    let kept: Vec<&str> = tokens.lines().filter(|line| !line.contains("guest")).collect();
    served.project.write("tokens.yaml", &(kept.join("\n") + "\n"));
    let start = std::time::Instant::now();
    while served.get("/", &guest).0 != 401 {
        assert!(start.elapsed().as_secs() < 20, "the token holds on");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_server_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let (served, [ann, _, bob, ..]) = Served::new(&[]);
    let Served { project, catalog } = served;
    drop(catalog);
    let points: u64 = std::env::var("DESIGN_TEST_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut last = "1.0.0".to_owned();
    for point in 0..points {
        let catalog = Catalog::serve(&project, &["--repository", "bare.git", "--tokens", "tokens.yaml"]);
        assert_eq!(catalog.get(&format!("/patterns/us/web/{last}/")).status, 200, "{last} is not served");
        let number = format!("1.{}.0", point + 1);
        let (address, ann, bob) = (catalog.address.clone(), ann.clone(), bob.clone());
        let body = version(&number, &[]).to_string();
        let decision = json!({ "branch": format!("publish/web-{number}") }).to_string();
        let writer = std::thread::spawn(move || {
            let post = |path: &str, token: &str, body: &str| {
                let bearer = format!("Bearer {token}");
                ask(&address, "POST", path, &[("Authorization", bearer.as_str())], body.as_bytes()).status
            };
            // Whoever is killed does not answer.
            let _ = std::panic::catch_unwind(|| {
                post("/api/v1/patterns", &ann, &body);
                post("/api/v1/proposals/approve", &bob, &decision);
            });
        });
        // Spread over what it takes, and the same each time.
        std::thread::sleep(std::time::Duration::from_millis(point * 37 % 150));
        drop(catalog);
        let _ = writer.join();
        project.git(&["-C", "bare.git", "fsck", "--strict", "--no-dangling"]);
        let text = project.git(&["-C", "bare.git", "show", "main:web/pattern.yaml"]).stdout();
        let now = text.lines().find_map(|line| line.strip_prefix("version: ")).unwrap().to_owned();
        assert!(now == last || now == number, "{last} became {now} when {number} was published");
        if now == number {
            // What is published was approved, and that was written down before.
            let log = project.git(&["-C", "bare.git", "grep", "-l", "\"act\": \"approve\"", "catalog-audit"]).stdout();
            assert!(!log.is_empty());
        }
        last = now;
        // A lock is taken away when it is a minute old; nobody waits for that here.
        for reference in ["main", "catalog-audit"] {
            let _ = std::fs::remove_file(project.path().join(format!("bare.git/refs/heads/{reference}.lock")));
        }
    }
}
