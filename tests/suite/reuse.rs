//! Designs of git repositories: real repositories in a folder that goes away, real fetching by `git`.

use std::process::Command;

use design_tests::{Project, Run, repository, runs};

const DATABASE: &str = "\
name: database
version: 1.0.0
parameters:
  name: {type: string, default: db}
  copies: {type: integer, minimum: 1, default: 1}
  password: {type: string, secret: true}
components:
- displayName: $(parameters.name)
  component: {kind: StatefulSet}
  configuration:
    spec:
      serviceName: $(parameters.name)
      replicas: $(parameters.copies)
      selector: {matchLabels: {app: $(parameters.name)}}
      template:
        metadata: {labels: {app: $(parameters.name)}}
        spec:
          containers: [{name: db, image: 'postgres:18'}]
- displayName: $(parameters.name)-login
  component: {kind: Secret}
  configuration:
    stringData: {password: $(parameters.password)}
";

const SHOP: &str = "\
name: shop # ours
version: 1.0.0
parameters:
  copies: {type: integer, default: 3, description: copies of the database}
  password: {type: string, secret: true}

# what it is made of
components:
- displayName: settings
  component: {kind: ConfigMap}
  configuration: {data: {database: orders}}
";

/// A repository of patterns beside a project that uses one.
struct Patterns(Project);

impl Patterns {
    fn new() -> Self {
        let patterns = Self(Project::new(&[
            ("patterns/database/design.yaml", DATABASE),
            ("patterns/README.md", "Patterns.\n"),
            ("shop/design.yaml", SHOP),
        ]));
        patterns.git(&["init", "--quiet", "--initial-branch=main"]);
        patterns.release("v1.0.0");
        patterns
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        for setting in ["user.name=A", "user.email=a@example.com", "commit.gpgSign=false", "tag.gpgSign=false"] {
            command.args(["-c", setting]);
        }
        let command = command.args(arguments).env("GIT_CONFIG_NOSYSTEM", "1");
        let output = command.current_dir(self.0.path().join("patterns")).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Commits what is there and lets a tag lead to it.
    fn release(&self, tag: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", tag]);
        self.git(&["tag", "--force", "--annotate", "-m", tag, tag]);
    }

    fn url(&self) -> String {
        format!("file://{}/patterns", self.0.path().display())
    }

    /// Runs `design` with a cache of the project's own.
    fn design(&self, arguments: &[&str]) -> Run {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--cache-dir", "cache"]).collect();
        self.0.design(&arguments)
    }

    fn add(&self) {
        let what = format!("{}//database@v1.0.0", self.url());
        let run = self.design(&["pattern", "add", &what, "orders", "--to", "shop"]).expect(0);
        assert!(run.stdout().starts_with("locked file://"), "{}", run.stdout());
        let design = self.0.read("shop/design.yaml").unwrap();
        let given = "  path: database\n  parameters: {name: orders, copies: $(parameters.copies), password: $(parameters.password)}\n";
        self.0.write("shop/design.yaml", &design.replace("  path: database\n", given));
    }

    fn build(&self, more: &[&str]) -> Run {
        self.design(&[&["build", "shop", "--set", "password=correct-horse"], more].concat())
    }

    /// The code and message of the one error of a build.
    fn error(&self, more: &[&str]) -> String {
        let run = self.build(more).expect(1);
        let stderr = run.stderr();
        let error = stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default();
        assert_eq!(stderr.matches("error[").count(), 1, "{stderr}");
        error.to_owned()
    }
}

#[test]
fn a_pattern_is_added_locked_and_built_without_a_network() {
    let patterns = Patterns::new();
    patterns.add();
    let design = patterns.0.read("shop/design.yaml").unwrap();
    assert!(design.starts_with("name: shop # ours\n") && design.contains("\nuses:\n- name: orders\n"), "{design}");
    assert!(design.contains("\n# what it is made of\ncomponents:\n"), "{design}");
    let commit = patterns.git(&["rev-parse", "v1.0.0^{commit}"]);
    let lock = patterns.0.read("shop/design.lock").unwrap();
    assert!(lock.contains(&format!("commit: {commit}\n")) && lock.contains("tag: v1.0.0\n"), "{lock}");
    // The documented digest, by other programs.
    let script =
        "cd patterns/database && printf 'design.yaml\\0%s\\n' $(sha256sum < design.yaml | cut -c-64) | sha256sum";
    let digest = patterns.0.run(Command::new("sh").args(["-c", script])).stdout();
    assert!(lock.contains(&format!("digest: sha256:{}\n", &digest[..64])), "{lock}\n{digest}");
    // The repository may be gone now.
    std::fs::rename(patterns.0.path().join("patterns"), patterns.0.path().join("gone")).unwrap();
    let built = patterns.build(&["--offline"]).expect(0).stdout();
    assert!(built.contains("name: orders\n") && built.contains("replicas: 3\n"), "{built}");
    assert!(built.contains("password: correct-horse\n") && built.contains("database: orders\n"), "{built}");
    let schema = std::fs::read_to_string(repository().join("schemas/design.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let file: serde_json::Value = serde_json::to_value(lowered(&patterns.0.read("shop/design.yaml").unwrap())).unwrap();
    assert!(schema.is_valid(&file) && file["uses"][0]["name"] == "orders", "{file}");
    let schema = std::fs::read_to_string(repository().join("schemas/lock.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(schema.is_valid(&serde_json::to_value(lowered(&lock)).unwrap()), "{lock}");
}

fn lowered(text: &str) -> design_vocabulary::Value {
    let source = design_syntax::SourceText::new(design_vocabulary::FileId(0), "a.yaml", text);
    let parsed = design_syntax::parse(&source, &design_syntax::Limits::default());
    let mut document = parsed.documents.into_iter().next().unwrap();
    document.set_rules(design_syntax::Rules::Core);
    design_syntax::lower(document.root().unwrap(), &mut Vec::new())
}

#[test]
fn what_is_not_locked_is_not_fetched_and_without_a_cache_nothing_is_offline() {
    let patterns = Patterns::new();
    patterns.add();
    let lock = patterns.0.read("shop/design.lock").unwrap();
    std::fs::remove_file(patterns.0.path().join("shop/design.lock")).unwrap();
    std::fs::remove_dir_all(patterns.0.path().join("cache")).unwrap();
    let error = patterns.error(&[]);
    assert!(error.contains("D0927") && error.contains("is not in design.lock"), "{error}");
    assert!(!patterns.0.path().join("cache").exists(), "something was fetched that is not locked");
    patterns.0.write("shop/design.lock", &lock);
    let error = patterns.error(&["--offline"]);
    assert!(error.contains("D0928") && error.contains("--offline"), "{error}");
    assert!(!patterns.0.path().join("cache").exists(), "something was fetched offline");
    patterns.build(&[]).expect(0);
    patterns.build(&["--offline"]).expect(0);
}

#[test]
fn a_tag_that_was_moved_is_refused_with_both_digests() {
    let patterns = Patterns::new();
    patterns.add();
    let digest = |lock: &str| {
        let position = lock.find("sha256:").unwrap();
        lock[position..position + 71].to_owned()
    };
    let locked = digest(&patterns.0.read("shop/design.lock").unwrap());
    let changed = DATABASE.replace("postgres:18", "postgres:evil");
    patterns.0.write("patterns/database/design.yaml", &changed);
    patterns.release("v1.0.0");
    // What is in the cache is what was locked.
    let built = patterns.build(&[]).expect(0).stdout();
    assert!(built.contains("postgres:18") && !built.contains("evil"), "{built}");
    let update = patterns.design(&["pattern", "update", "--in", "shop"]).expect(1);
    assert!(update.stderr().contains("D0929") && update.stderr().contains(&locked), "{}", update.stderr());
    std::fs::remove_dir_all(patterns.0.path().join("cache")).unwrap();
    let error = patterns.error(&[]);
    assert!(error.contains("D0929") && error.contains("was moved") && error.contains(&locked), "{error}");
    let now = digest(&error[error.find("there is").unwrap()..]);
    assert_ne!(now, locked);
    assert!(!patterns.0.read("shop/design.lock").unwrap().contains(&now));
    patterns.design(&["pattern", "update", "--in", "shop", "--accept-moved"]).expect(0);
    assert_eq!(digest(&patterns.0.read("shop/design.lock").unwrap()), now);
    assert!(patterns.build(&["--offline"]).expect(0).stdout().contains("postgres:evil"));
}

#[test]
fn a_cache_or_a_lock_that_was_changed_is_found_out() {
    let patterns = Patterns::new();
    patterns.add();
    let (design, lock) = (patterns.0.read("shop/design.yaml").unwrap(), patterns.0.read("shop/design.lock").unwrap());
    let digest = lock.find("sha256:").unwrap() + 7;
    let changed = format!("{}{}{}", &lock[..digest], "0".repeat(64), &lock[digest + 64..]);
    patterns.0.write("shop/design.lock", &changed);
    let error = patterns.error(&[]);
    assert!(error.contains("D0929") && error.contains("holds other content"), "{error}");
    // Another commit in the place of the locked one: sound in itself, so that git would not notice.
    patterns.0.write("patterns/database/design.yaml", &DATABASE.replace("18", "17"));
    patterns.release("v2.0.0");
    patterns.0.write("shop/design.lock", &lock);
    patterns.design(&["pattern", "update", "orders@v2.0.0", "--in", "shop"]).expect(0);
    patterns.0.write("shop/design.yaml", &design);
    patterns.0.write("shop/design.lock", &lock);
    let [first, second] = ["v1.0.0^{commit}", "v2.0.0^{commit}"].map(|tag| patterns.git(&["rev-parse", tag]));
    let kept = std::fs::read_dir(patterns.0.path().join("cache/git")).unwrap().next().unwrap().unwrap().path();
    std::fs::remove_dir_all(kept.join(&first)).unwrap();
    std::fs::rename(kept.join(second), kept.join(first)).unwrap();
    let error = patterns.error(&[]);
    assert!(error.contains("D0928") && error.contains("delete the cache"), "{error}");
}

#[test]
fn a_version_is_changed_in_the_file_and_in_the_lock() {
    let patterns = Patterns::new();
    patterns.add();
    patterns.0.write("patterns/database/design.yaml", &DATABASE.replace("postgres:18", "postgres:19"));
    patterns.release("1.10");
    patterns.design(&["pattern", "update", "orders@1.10", "--in", "shop"]).expect(0);
    let design = patterns.0.read("shop/design.yaml").unwrap();
    assert!(design.contains("  tag: \"1.10\"\n") && design.contains("name: shop # ours\n"), "{design}");
    let lock = patterns.0.read("shop/design.lock").unwrap();
    assert!(lock.contains("tag: \"1.10\"\n") && !lock.contains("v1.0.0"), "{lock}");
    assert!(patterns.build(&["--offline"]).expect(0).stdout().contains("postgres:19"));
    let commit = patterns.git(&["rev-parse", "v1.0.0^{commit}"]);
    patterns.design(&["pattern", "update", &format!("orders@{commit}"), "--in", "shop/design.yaml"]).expect(0);
    let design = patterns.0.read("shop/design.yaml").unwrap();
    assert!(design.contains(&format!("  commit: {commit}\n")) && !design.contains("tag:"), "{design}");
    assert!(patterns.build(&["--offline"]).expect(0).stdout().contains("postgres:18"));
    patterns.design(&["pattern", "update", "unknown@v1", "--in", "shop"]).expect(2);
    let gone = patterns.design(&["pattern", "update", "orders@v9", "--in", "shop"]).expect(1);
    assert!(gone.stderr().contains("D0928"), "{}", gone.stderr());
    assert_eq!(patterns.0.read("shop/design.yaml").unwrap(), design, "nothing is written where anything fails");
}

#[test]
fn links_of_a_repository_are_never_followed() {
    let patterns = Patterns::new();
    patterns.0.write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: stolen}\n");
    let link = patterns.0.path().join("patterns/database/secret.yaml");
    std::os::unix::fs::symlink(patterns.0.path().join("secret.yaml"), link).unwrap();
    let uses =
        "uses:\n- {name: stolen, design: secret.yaml}\n- {name: above, design: ../../secret.yaml}\ncomponents:\n";
    patterns.0.write("patterns/database/design.yaml", &DATABASE.replace("components:\n", uses));
    patterns.release("v1.0.0");
    let what = format!("{}//database@v1.0.0", patterns.url());
    let run = patterns.design(&["pattern", "add", &what, "--to", "shop"]).expect(1);
    let stderr = run.stderr();
    assert!(stderr.contains("D0936") && stderr.contains("it is a link"), "{stderr}");
    assert_eq!(stderr.matches("D0923").count(), 2, "{stderr}");
    assert!(!stderr.contains("stolen\n") && patterns.0.read("shop/design.lock").is_none());
    assert_eq!(patterns.0.read("shop/design.yaml").unwrap(), SHOP);
}

#[test]
fn a_chart_of_a_design_that_uses_others_has_its_parameters_for_values() {
    let patterns = Patterns::new();
    patterns.add();
    patterns.design(&["build", "shop", "-t", "helm", "-o", "chart"]).expect(0);
    let values = patterns.0.read("chart/values.yaml").unwrap();
    assert!(values.contains("copies: 3\n"), "{values}");
    let set = patterns.0.read("chart/templates/statefulset.apps-orders.yaml").unwrap();
    assert!(set.contains(".Values.copies") && set.contains("name: orders"), "{set}");
    let secret = patterns.0.read("chart/templates/secret-orders-login.yaml").unwrap();
    assert!(secret.contains(".Values.password"), "{secret}");
    if runs("helm", &["version"]) {
        patterns.build(&["--verify"]).expect(0);
    }
}

#[test]
fn what_is_used_is_no_root_of_its_own() {
    let project = Project::new(&[
        (
            "shop/design.yaml",
            "name: shop\nversion: 1.0.0\nuses:\n- {name: db, design: ../db}\n- {name: x, design: x.yaml}\n",
        ),
        ("db/design.yaml", DATABASE),
        ("shop/x.yaml", "name: x\nversion: 1.0.0\ncomponents: []\n"),
        ("other/design.yaml", "name: other\nversion: 1.0.0\ncomponents: []\n"),
    ]);
    let listed = project.design(&["list"]).expect(0).stdout();
    let paths: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(paths, ["other", "shop"]);
}

#[test]
fn a_remote_base_is_copied_locked_and_built_from_its_copy() {
    let patterns = Patterns::new();
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    let base = format!("{kustomization}resources: [../settings]\nnamePrefix: base-\n");
    patterns.0.write("patterns/base/kustomization.yaml", &base);
    patterns.0.write("patterns/settings/kustomization.yaml", &format!("{kustomization}resources: [map.yaml]\n"));
    patterns.0.write(
        "patterns/settings/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n",
    );
    patterns.release("v2.0.0");
    let overlay = format!("{kustomization}resources: ['{}//base?ref=v2.0.0']\nnamespace: shop\n", patterns.url());
    patterns.0.write("overlay/kustomization.yaml", &overlay);
    let error = patterns.design(&["build", "overlay"]).expect(1).stderr();
    assert!(error.contains("D0806") && error.contains("design vendor"), "{error}");
    patterns.design(&["vendor", "overlay", "--offline"]).expect(1);
    let said = patterns.design(&["vendor", "overlay"]).expect(0).stdout();
    assert!(said.contains("3 files to overlay/vendor/file/"), "{said}");
    assert!(patterns.0.read("overlay/design.lock").unwrap().contains("vendored:\n"));
    std::fs::rename(patterns.0.path().join("patterns"), patterns.0.path().join("gone")).unwrap();
    std::fs::remove_dir_all(patterns.0.path().join("cache")).unwrap();
    let built = patterns.design(&["build", "overlay", "--offline"]).expect(0).stdout();
    assert!(built.contains("name: base-settings\n") && built.contains("namespace: shop\n"), "{built}");
    // A copy that somebody changed is not what was locked.
    let held = said.rsplit(" to ").next().unwrap().trim();
    patterns.0.write(&format!("{held}/settings/map.yaml"), "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n");
    let error = patterns.design(&["build", "overlay"]).expect(1).stderr();
    assert!(error.contains("D0804") && error.contains("was changed"), "{error}");
}
