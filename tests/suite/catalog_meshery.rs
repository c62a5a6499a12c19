//! What Meshery's clients ask its server for, asked of a catalog.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_tests::Project;
use design_tests::served::{Catalog, DESIGN, commit, web_pattern};
use serde_json::{Value, json};

/// Two components, and a relationship that is found by the built-in definitions: the Deployment takes its namespace from the Namespace.
const SHOP: &str = include_str!("../fixtures/evaluate/shop.yaml");

/// A model whose one relationship is between kinds that nobody else knows.
const MODEL: &str = include_str!("../fixtures/catalog/model.json");

fn post(catalog: &Catalog, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let answer = catalog.ask("POST", path, &headers, body.to_string().as_bytes());
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

#[test]
fn patterns_are_listed_and_downloaded_under_the_ids_of_meshery() {
    let project = web_pattern();
    let folder = "catalog/6cb9b55f-6c4b-4c32-9bb2-4f3b1b7a5d0e/0.0.1";
    project.write(
        &format!("{folder}/artifacthub-pkg.yml"),
        "version: 0.0.1\nname: theirs\ndisplayName: Theirs\nprovider: {name: them}\ndescription: Theirs.\nlicense: Apache-2.0\n",
    );
    project.write(&format!("{folder}/design.yml"), DESIGN);
    commit(&project);
    let catalog = Catalog::serve(&project, &[]);
    let get = |path: &str| serde_json::from_str::<Value>(&catalog.get(path).text()).unwrap();
    let page = get("/api/pattern/catalog?page=0&pagesize=1");
    assert_eq!((page["totalCount"].as_u64(), page["total_count"].as_u64()), (Some(2), Some(2)), "{page}");
    assert_eq!(page["patterns"].as_array().unwrap().len(), 1);
    let theirs = &get("/api/pattern/catalog?search=theirs")["patterns"][0];
    assert_eq!(theirs["id"], "6cb9b55f-6c4b-4c32-9bb2-4f3b1b7a5d0e");
    assert_eq!(theirs["catalogData"]["publishedVersion"], "0.0.1");
    // A design of theirs comes back byte for byte; one of ours as a design that the next reads.
    let id = theirs["id"].as_str().unwrap();
    assert_eq!(catalog.get(&format!("/api/pattern/download/{id}")).text(), DESIGN);
    assert_eq!(get(&format!("/api/pattern/{id}"))["patternFile"], DESIGN);
    let ours = get("/api/pattern/catalog?search=web")["patterns"][0]["id"].as_str().unwrap().to_owned();
    let design = catalog.get(&format!("/api/pattern/download/{ours}")).text();
    assert!(design.contains("components:") && design.contains("mode: plain"), "{design}");
    assert_eq!(catalog.get("/api/pattern/6cb9b55f-0000-4c32-9bb2-4f3b1b7a5d0e").status, 404);
}

#[test]
fn a_file_becomes_a_design_and_a_design_is_evaluated() {
    let project = web_pattern();
    let catalog = Catalog::serve(&project, &[]);
    let import = json!({ "name": "shop", "fileName": "shop.yaml", "file": STANDARD.encode(SHOP) });
    let (status, said) = post(&catalog, "/api/pattern/import", "", &import);
    assert_eq!((status, said[0]["name"].as_str()), (200, Some("shop")), "{said}");
    let fetched = json!({ "name": "x", "url": "http://127.0.0.1:1/" });
    assert_eq!(post(&catalog, "/api/pattern/import", "", &fetched).0, 400);
    // What comes back is what the command line says.
    project.write("shop.yaml", SHOP);
    project.design(&["evaluate", "shop.yaml", "-o", "shop-evaluated.json"]).expect(0);
    let expected: Value = serde_json::from_str(&project.read("shop-evaluated.json").unwrap()).unwrap();
    let design: Value = serde_yaml::from_str(SHOP).unwrap();
    for path in ["/api/meshmodels/relationships/evaluate", "/api/registry/relationships/evaluate"] {
        let (status, said) = post(&catalog, path, "", &json!({ "design": design }));
        assert_eq!(status, 200, "{said}");
        assert_eq!(said["design"], expected);
        let actions = said["actions"].as_array().unwrap();
        assert!(!actions.is_empty() && actions.iter().all(|action| action["op"].is_string()), "{said}");
        let again = post(&catalog, path, "", &json!({ "design": said["design"] })).1;
        assert_eq!(again["actions"], json!([]), "the second time there is nothing left to do");
        let difference = json!({ "design": design, "options": { "returnDiffOnly": true } });
        let (_, less) = post(&catalog, path, "", &difference);
        assert_eq!(less["actions"], said["actions"]);
        assert!(less["design"].to_string().len() <= said["design"].to_string().len());
    }
}

#[test]
fn a_model_that_is_registered_changes_the_next_evaluation() {
    let project = web_pattern();
    let token = |project: &Project, role: &str| {
        let run =
            project.design(&["catalog", "token", role, "--role", role, "--publisher", "us", "--tokens", "t.yaml"]);
        run.expect(0).stdout().trim().to_owned()
    };
    let (publisher, reader) = (token(&project, "publisher"), token(&project, "reader"));
    let catalog = Catalog::serve(&project, &["--tokens", "t.yaml"]);
    let design = json!({ "design": {
        "schemaVersion": "designs.meshery.io/v1beta1", "name": "pair", "version": "0.0.1", "components": [
            component("11111111-1111-4111-8111-111111111111", "Left"), component("22222222-2222-4222-8222-222222222222", "Right"),
        ],
    } });
    let evaluate = || {
        let (status, said) = post(&catalog, "/api/meshmodels/relationships/evaluate", "", &design);
        assert_eq!(status, 200, "{said}");
        said["design"]["relationships"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(evaluate(), 0);
    let body = json!({
        "importBody": { "fileName": "pair.json", "modelFile": STANDARD.encode(MODEL) }, "uploadType": "file", "register": true,
    });
    let register = "/api/meshmodels/register";
    assert_eq!(post(&catalog, register, "design_x", &body).0, 401);
    assert_eq!(post(&catalog, register, &reader, &body).0, 403);
    let (status, said) = post(&catalog, register, &publisher, &body);
    assert_eq!((status, said["entityCount"]["relCount"].as_u64()), (200, Some(1)), "{said}");
    assert_eq!(evaluate(), 1);
}

fn component(id: &str, kind: &str) -> Value {
    json!({
        "id": id, "displayName": kind.to_lowercase(), "component": { "kind": kind, "version": "pair.example/v1", "schema": "" },
        "model": { "name": "pair" }, "configuration": { "spec": { "port": 80 } },
    })
}
