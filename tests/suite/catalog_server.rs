//! A served catalog: what it answers, how it follows its repository, and what it refuses.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use design_tests::Project;
use design_tests::served::{Catalog, DESIGN, PATTERN, ask, commit, web_pattern};
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// A version more; the id of the commit.
fn release(project: &Project, version: &str) -> String {
    project.write("web/pattern.yaml", &PATTERN.replace("1.0.0", version));
    project.write("web/design.yaml", &DESIGN.replace("plain", version));
    commit(project)
}

#[test]
fn answers_can_be_kept_and_name_nothing_that_a_request_says() {
    let project = web_pattern();
    project.write("web/pattern.yaml", &PATTERN.replace("1.0.0", "1.1.0"));
    project.write("web/status.yaml", "yanked: {1.0.0: broken}\n");
    commit(&project);
    let catalog = Catalog::serve(&project, &["--base-url", "http://patterns.example"]);
    let page = catalog.get("/patterns/us/web/1.1.0/");
    assert_eq!(page.status, 200, "{}", page.head);
    assert!(page.text().contains("http://patterns.example/patterns/us/web/1.1.0/manifests.yaml"));
    for path in ["/", "/feed.atom", "/sitemap.xml", "/patterns/us/web/1.1.0/", "/nowhere"] {
        assert!(!catalog.get(path).text().contains("evil.example"), "{path}");
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let tag = page.header("etag").unwrap().to_owned();
    let same = catalog.ask("GET", "/patterns/us/web/1.1.0/", &[("If-None-Match", &tag)], b"");
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, Some(tag.as_str())));
    let compressed = catalog.ask("GET", "/patterns/us/web/1.1.0/", &[("Accept-Encoding", "gzip")], b"");
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(compressed.body.len() * 2 < page.body.len() && compressed.header("etag") != Some(tag.as_str()));
    let head = catalog.ask("HEAD", "/patterns/us/web/1.1.0/", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    let manifests = catalog.get("/patterns/us/web/1.1.0/manifests.yaml");
    assert!(
        manifests.header("cache-control").unwrap().contains("immutable")
            && manifests.text().contains("kind: ConfigMap")
    );
    // The latest version is where the pattern leads, and a version that was withdrawn stays where it is.
    let latest = catalog.get("/patterns/us/web/");
    assert_eq!((latest.status, latest.header("location")), (302, Some("/patterns/us/web/1.1.0/")));
    assert_eq!(catalog.get("/patterns/us/web/1.1.0").status, 308);
    let yanked = catalog.get("/patterns/us/web/1.0.0/");
    assert!(yanked.status == 200 && yanked.text().contains("Withdrawn"));
    assert!(!catalog.get("/feed.atom").text().contains("/1.0.0/"));
    assert_eq!(catalog.get("/nowhere").status, 404);
    assert_eq!(catalog.get("/patterns/us/web/1.1.0/files/../../../../../../etc/passwd").status, 404);
    let posted = catalog.ask("POST", "/patterns/us/web/", &[], b"x");
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
    let compared = catalog.get("/compare/us/web/1.0.0...1.1.0/");
    assert_eq!(compared.status, 200, "{}", compared.text());
    assert_eq!(catalog.get("/compare/us/web/1.0.0...9.9.9/").status, 404);
    let found: Value = serde_json::from_str(&catalog.get("/api/v1/search?q=web&class=community").text()).unwrap();
    assert_eq!((found["total"].as_u64(), found["patterns"][0]["version"].as_str()), (Some(1), Some("1.1.0")));
    // The same commit has the same tags in another process.
    let replica = Catalog::serve(&project, &["--base-url", "http://patterns.example"]);
    assert_eq!(replica.get("/patterns/us/web/1.1.0/").header("etag"), Some(tag.as_str()));
    // A design that is pasted is checked, and runs nothing.
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let tried = catalog.ask(
        "POST",
        "/try/",
        &form,
        b"design=kind%3A+Pod%0AapiVersion%3A+v1%0Ametadata%3A+%7Bname%3A+%22%3Cscript%3Ex%22%7D%0A",
    );
    assert!(
        tried.status == 200 && tried.text().contains("fails") && !tried.text().contains("<script>x"),
        "{}",
        tried.text()
    );
    let large = format!("design={}", "x".repeat(70 << 10));
    assert_eq!(catalog.ask("POST", "/try/", &form, large.as_bytes()).status, 413);
    // A commit that is not about it changes nothing of it.
    project.write("other.txt", "x");
    let other = commit(&project);
    catalog.await_commit(&other);
    assert_eq!(catalog.get("/patterns/us/web/1.1.0/").header("etag"), Some(tag.as_str()));
    // What is blocked is gone, with everything that belongs to it.
    project.write("web/status.yaml", "blocked: a miner\n");
    let blocked = commit(&project);
    catalog.await_commit(&blocked);
    for path in ["/patterns/us/web/1.1.0/", "/patterns/us/web/1.1.0/manifests.yaml", "/patterns/us/web/"] {
        assert_eq!(catalog.get(path).status, 410, "{path}");
    }
}

#[test]
fn no_answer_mixes_two_commits() {
    let project = web_pattern();
    let catalog = Catalog::serve(&project, &["--rate", "1000000", "--burst", "1000000"]);
    // How many swaps there are, beside reads that never stop.
    let swaps: usize = std::env::var("DESIGN_TEST_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let (is_done, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    // How many versions each commit has.
    let released = Mutex::new(BTreeMap::from([(catalog.commit(), 1)]));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    let answer = catalog.get("/status/");
                    assert_eq!(answer.status, 200);
                    // One more version each commit: both numbers of a page are those of one commit.
                    let page = answer.text();
                    let facts: Vec<&str> =
                        page.split("<dd>").skip(1).map(|rest| rest.split("</dd>").next().unwrap()).collect();
                    let id = facts[0].trim_start_matches("<code>").trim_end_matches("</code>");
                    let count = released.lock().unwrap().get(id).copied();
                    assert_eq!(facts[3].parse().ok(), count, "{id} has another number of versions");
                    let listed = catalog.get("/index/us/web.ndjson").text();
                    assert!(
                        listed.ends_with('\n')
                            && listed.lines().all(|line| line.starts_with('{') && line.ends_with('}'))
                    );
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for number in 1..=swaps {
            // It is known before anybody can see it.
            let mut known = released.lock().unwrap();
            let id = release(&project, &format!("1.{number}.0"));
            known.insert(id.clone(), number + 1);
            drop(known);
            let before = Instant::now();
            catalog.await_commit(&id);
            // It is looked at each second; the rest is what reading it takes.
            assert!(before.elapsed() < Duration::from_secs(10), "{:?}", before.elapsed());
        }
        is_done.store(true, Ordering::Relaxed);
    });
    assert!(reads.load(Ordering::Relaxed) > swaps, "{reads:?}");
    assert_eq!(catalog.get("/index/us/web.ndjson").text().lines().count(), swaps + 1);
}

#[test]
fn a_repository_that_fails_or_loses_much_leaves_what_was_served() {
    let project = web_pattern();
    for number in 1..6 {
        release(&project, &format!("1.{number}.0"));
    }
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let catalog = Catalog::serve(&project, &["--metrics-listen", &metrics]);
    let before = catalog.commit();
    let is_behind = |wanted: &str| {
        let start = Instant::now();
        while !ask(&metrics, "GET", "/metrics", &[], b"").text().contains(&format!("design_catalog_behind {wanted}\n"))
        {
            assert!(start.elapsed() < Duration::from_secs(30), "behind is not {wanted}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    assert_eq!(ask(&metrics, "GET", "/healthz", &[], b"").text(), "ok\n");
    is_behind("0");
    project.git(&["reset", "--quiet", "--hard", "HEAD~5"]);
    is_behind("1");
    assert_eq!(catalog.commit(), before);
    project.git(&["reset", "--quiet", "--hard", &before]);
    is_behind("0");
    std::fs::rename(project.path().join(".git"), project.path().join("away")).unwrap();
    is_behind("1");
    assert_eq!(catalog.get("/patterns/us/web/1.5.0/").status, 200);
    std::fs::rename(project.path().join("away"), project.path().join(".git")).unwrap();
    is_behind("0");
}

#[test]
fn a_webhook_is_a_hint_that_has_to_be_signed() {
    let project = web_pattern();
    let catalog = Catalog::serve(&project, &["--poll", "3600"]);
    let before = catalog.commit();
    let id = release(&project, "1.1.0");
    let body = br#"{"ref": "refs/heads/main"}"#;
    let signed = |secret: &str| {
        let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        code.update(body);
        let digits: String = code.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={digits}")
    };
    let send = |signature: &str, delivery: &str| {
        let headers = [("X-Hub-Signature-256", signature), ("X-GitHub-Delivery", delivery)];
        catalog.ask("POST", "/webhook", &headers, body).status
    };
    assert_eq!((send("", "1"), send(&signed("wrong"), "2")), (401, 401));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(catalog.commit(), before, "what is not signed does nothing");
    assert_eq!(send(&signed("new"), "3"), 202);
    catalog.await_commit(&id);
    // The same delivery again is taken, and does nothing.
    let later = release(&project, "1.2.0");
    assert_eq!(send(&signed("new"), "3"), 202);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(catalog.commit(), id);
    assert_eq!(send(&signed("old"), "4"), 202);
    catalog.await_commit(&later);
    let large = vec![b'x'; 2 << 20];
    assert_eq!(catalog.ask("POST", "/webhook", &[], &large).status, 413);
}

#[test]
fn clients_have_limits() {
    let project = web_pattern();
    let catalog = Catalog::serve(&project, &["--rate", "1", "--burst", "3", "--trusted-proxy", "127.0.0.1"]);
    let from = |client: &str| catalog.ask("GET", "/", &[("X-Forwarded-For", client)], b"");
    let statuses: Vec<u16> = (0..4).map(|_| from("192.0.2.1").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    let refused = from("192.0.2.1");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(from("192.0.2.2").status, 200, "another client has its own");
    std::thread::sleep(Duration::from_secs(wait));
    assert_eq!(from("192.0.2.1").status, 200);
    // Whoever is not trusted is who he is, whatever he says.
    let catalog = Catalog::serve(&project, &["--rate", "1", "--burst", "1"]);
    let answers =
        ["192.0.2.1", "192.0.2.2"].map(|client| catalog.ask("GET", "/", &[("X-Forwarded-For", client)], b"").status);
    assert_eq!(answers, [200, 429]);
    // A head that never ends is cut off, and so is one that is too large.
    let mut slow = TcpStream::connect(&catalog.address).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let before = Instant::now();
    let mut bytes = Vec::new();
    slow.read_to_end(&mut bytes).unwrap();
    assert!(before.elapsed() < Duration::from_secs(15), "{:?}", before.elapsed());
    let long = "x".repeat(64 << 10);
    let large = ask(&catalog.address, "GET", "/", &[("X-Large", &long)], b"").status;
    assert!(large == 431 || large == 0, "{large}");
}

#[test]
fn what_one_start_has_made_the_next_one_takes_over() {
    let project = web_pattern();
    release(&project, "1.1.0");
    let served = || {
        let folder = project.path().join(".git/cache/design/catalog/served");
        let mut folders = std::fs::read_dir(folder).unwrap();
        folders.next().unwrap().unwrap().path()
    };
    let tags = |catalog: &Catalog| {
        ["/patterns/us/web/1.0.0/", "/patterns/us/web/1.1.0/manifests.yaml", "/index/all.ndjson", "/feed.atom"]
            .map(|path| catalog.get(path).header("etag").unwrap().to_owned())
    };
    let url = ["--base-url", "http://patterns.example"];
    let first = Catalog::serve(&project, &url);
    let expected = tags(&first);
    let index = || served().join("index.json");
    let start = Instant::now();
    while !index().exists() {
        assert!(start.elapsed() < Duration::from_secs(20), "nothing is kept");
        std::thread::sleep(Duration::from_millis(20));
    }
    // A second process on the same folder keeps nothing, and serves the same.
    let second = Catalog::serve(&project, &url);
    assert_eq!(tags(&second), expected);
    drop((first, second));
    let size = || std::fs::metadata(served().join("documents-0")).unwrap().len();
    let before = size();
    let third = Catalog::serve(&project, &url);
    assert_eq!(tags(&third), expected);
    assert_eq!(size(), before, "what is there already is not written again");
    drop(third);
    // What is cut off or broken is made again.
    for (file, text) in [("documents-0", ""), ("index.json", "{\"identity\""), ("index.json", "")] {
        std::fs::write(served().join(file), text).unwrap();
        let again = Catalog::serve(&project, &url);
        assert_eq!(tags(&again), expected, "{file}");
    }
}
