//! A served catalog, as people and programs use it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use design_tests::served::{Catalog, DESIGN, PATTERN, commit, our_patterns, web_pattern};
use design_tests::{inspector, repository};
use serde_json::Value;

#[test]
fn a_client_takes_only_what_was_published() {
    let project = web_pattern();
    let catalog = Catalog::serve(&project, &[]);
    let address = format!("http://{}", catalog.address);
    project.design(&["pattern", "verify", "us/web", "--catalog", &address]).expect(0);
    let cache = project.path().join("cache");
    let cache = cache.to_str().unwrap();
    let show = |name: &str, more: &[&str]| {
        project.design(&[&["pattern", "show", "us/web", "-o", name, "--cache-dir", cache], more].concat())
    };
    show("taken", &["--catalog", &address]).expect(0);
    assert_eq!(project.read("taken/design.yaml").as_deref(), Some(DESIGN));
    // Nothing that is there is written over.
    show("taken", &["--catalog", &address]).expect(2);
    let found = project.design(&["pattern", "search", "server", "--catalog", &address]).expect(0).stdout();
    assert!(found.starts_with("us/web  1.0.0"), "{found}");
    project.design(&["pattern", "search", "nothing", "--catalog", &address]).expect(1);
    show("other", &["--catalog", "http://patterns.example"]).expect(2);
    // Without the catalog there is what it said last.
    drop(catalog);
    show("offline", &["--catalog", &address, "--offline"]).expect(0);
    assert_eq!(project.read("offline/design.yaml").as_deref(), Some(DESIGN));

    // A catalog that hands out something else.
    let line = project.design(&["catalog", "index"]).expect(0).stdout();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0_u8; 4096];
            let length = stream.read(&mut head).unwrap();
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let body = match head.split(' ').nth(1).unwrap_or_default() {
                path if path.starts_with("/index/") => line.clone(),
                path if path.ends_with("/design.yaml") => DESIGN.replace("plain", "tampered"),
                path if path.ends_with("/pattern.yaml") => PATTERN.to_owned(),
                _ => "# Web\n\nText.\n".to_owned(),
            };
            let answer =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let refused = project.design(&["pattern", "verify", "us/web", "--catalog", &address]).expect(1).stdout();
    assert!(refused.contains("not what was published"), "{refused}");
    show("tampered", &["--catalog", &address]).expect(1);
    assert!(project.read("tampered/design.yaml").is_none());
}

#[test]
fn answers_are_as_the_published_description_says() {
    let project = web_pattern();
    let catalog = Catalog::serve(&project, &["--rate", "1000000", "--burst", "1000000"]);
    let text = std::fs::read_to_string(repository().join("schemas/catalog.openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&catalog.get("/openapi.json").text()).unwrap(), document);
    let schema = |name: &str| {
        let schema =
            serde_json::json!({ "$ref": format!("#/components/schemas/{name}"), "components": document["components"] });
        jsonschema::validator_for(&schema).unwrap()
    };
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (publisher, name, version) in
            [("us", "web", "1.0.0"), ("us", "web", "9.9.9"), ("nobody", "nothing", "1"), ("%00", "..", "%2e%2e")]
        {
            let here = path.replace("{publisher}", publisher).replace("{name}", name).replace("{version}", version);
            let here = here.replace("{id}", "6cb9b55f-6c4b-8c32-8bb2-4f3b1b7a5d0e");
            for method in ["GET", "HEAD", "POST", "DELETE"] {
                let answer = catalog.ask(method, &here, &[], b"");
                // HEAD is answered as GET is; what is not described for a method is not allowed.
                let operation = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
                let described = &operations[&operation]["responses"][answer.status.to_string()];
                if operations[&operation].is_null() && answer.status == 405 {
                    continue;
                }
                let described = if operations[&operation].is_null() {
                    // A path that means another one is read as that.
                    &operations["get"]["responses"][answer.status.to_string()]
                } else {
                    described
                };
                assert!(described.is_object(), "{method} {here} is answered {}, which is not described", answer.status);
                let types = described["content"].as_object();
                let media_type = answer.header("content-type").map(|value| value.split(';').next().unwrap());
                if let (Some(types), "GET") = (types, method) {
                    assert!(media_type.is_some_and(|name| types.contains_key(name)), "{here}: {media_type:?}");
                }
            }
        }
    }
    for query in [
        "",
        "?q=web",
        "?q=web&class=community&class=official",
        "?page=2&limit=1",
        "?page=x&limit=-1",
        "?q=%F0%9F%98%80%00",
        "?state=none",
    ] {
        let answer = catalog.get(&format!("/api/v1/search{query}"));
        assert_eq!(answer.status, 200, "{query}");
        let found: Value = serde_json::from_str(&answer.text()).unwrap();
        assert!(schema("found").is_valid(&found), "{query}: {found}");
    }
    for line in catalog.get("/index/all.ndjson").text().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(schema("line").is_valid(&line), "{line}");
    }
}

#[test]
fn what_is_meant_is_found() {
    let project = our_patterns();
    let catalog = Catalog::serve(&project, &["--rate", "1000000", "--burst", "1000000"]);
    let queries = include_str!("../fixtures/catalog/queries.txt").lines().filter_map(|line| line.split_once(" = "));
    let (mut sum, mut count) = (0.0, 0.0);
    let mut missed = Vec::new();
    for (query, wanted) in queries {
        let path = format!("/api/v1/search?q={}", query.replace(' ', "+"));
        let found: Value = serde_json::from_str(&catalog.get(&path).text()).unwrap();
        let names: Vec<&str> =
            found["patterns"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let rank = names.iter().position(|name| wanted.contains(name));
        if wanted == [query] {
            assert_eq!(rank, Some(0), "{query}: {names:?}");
        }
        if rank != Some(0) {
            missed.push(format!("{query}: {names:?}"));
        }
        sum += rank.map_or(0.0, |rank| 1.0 / f64::from(u32::try_from(rank + 1).unwrap()));
        count += 1.0;
    }
    // The mean of one by the rank: 1 where what is meant is always first.
    assert!(count >= 60.0 && sum / count >= 0.9, "{} of {count}: {missed:#?}", sum / count);
}

#[test]
fn pages_are_for_everybody_and_run_nothing_of_a_pattern() {
    let Some(mut command) = inspector("catalog.cjs") else { return };
    let project = our_patterns();
    let payloads = include_str!("../fixtures/catalog/payloads.txt");
    assert!(payloads.lines().count() >= 200);
    let hostile = format!("# Hostile\n\n{}\n", payloads.lines().collect::<Vec<_>>().join("\n\n"));
    project.write("catalog/patterns/hostile/README.md", &hostile);
    let mut metadata = String::from("name: hostile\nversion: 1.0.0\npublisher: us\nlicense: MIT\n");
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let mut lines = payloads.lines();
    metadata.push_str(&format!(
        "title: {}\ndescription: {}\n",
        quoted(lines.next().unwrap()),
        quoted(lines.next().unwrap())
    ));
    let caveats: Vec<String> = lines.map(quoted).collect();
    metadata.push_str(&format!("caveats: [{}]\n", caveats.join(", ")));
    project.write("catalog/patterns/hostile/pattern.yaml", &metadata);
    project.write("catalog/patterns/hostile/design.yaml", DESIGN);
    commit(&project);
    let catalog = Catalog::serve(&project, &["--rate", "1000000", "--burst", "1000000"]);
    let paths = [
        "/patterns/design/three-tier-web/1.0.0/",
        "/",
        "/search/?q=web",
        "/publishers/design/",
        "/classes/community/",
        "/publish/",
        "/status/",
        "/nowhere",
        "/try/",
        "/patterns/us/hostile/1.0.0/",
    ];
    command.arg(format!("http://{}", catalog.address)).args(paths);
    let run = project.run(&mut command);
    assert_eq!(run.stdout(), format!("{} pages looked at\n", paths.len()), "{}", run.stderr());
}
