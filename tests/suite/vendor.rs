//! `design vendor`: charts and files from a real server on this machine, from folders and from real git repositories; packages
//! and indices made by the real Helm.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use design_tests::{Project, Run, tool};

/// Serves the files of a folder on this machine until it is dropped.
struct Server {
    address: String,
    ends: Arc<AtomicBool>,
}

impl Server {
    fn of(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let ends = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ends);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if until.load(Ordering::SeqCst) {
                    return;
                }
                // One that goes away has heard enough.
                let _ = answer(&folder, stream.unwrap());
            }
        });
        Self { address, ends }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // It waits for somebody.
        let _ = TcpStream::connect(&self.address);
    }
}

fn answer(folder: &Path, mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap_or(Ok(String::new()))?;
    lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let (status, bytes) = match std::fs::read(folder.join(path)) {
        Ok(bytes) => ("200 OK", bytes),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len())?;
    stream.write_all(&bytes)
}

/// A repository of charts as Helm makes it, and a chart that needs one of them.
struct Charts {
    project: Project,
    helm: PathBuf,
}

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-common'}\ndata: {level: '{{ .Values.level }}', version: '{{ .Chart.Version }}'}\n";

impl Charts {
    fn new(version: &str) -> Option<Self> {
        let project = Project::new(&[
            ("common/Chart.yaml", "apiVersion: v2\nname: common\nversion: 1.0.0\n"),
            ("common/values.yaml", "level: info\n"),
            ("common/templates/map.yaml", TEMPLATE),
            ("shop/values.yaml", "common: {level: debug}\n"),
        ]);
        let charts = Self { project, helm: tool("helm")? };
        charts.publish(version);
        Some(charts)
    }

    /// Packs the chart as another version and writes the index anew.
    fn publish(&self, version: &str) {
        self.helm(&["package", "common", "--version", version, "--destination", "served"]);
        self.helm(&["repo", "index", "served"]);
    }

    fn helm(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(&self.helm);
        for variable in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECONFIG"] {
            command.env(variable, self.project.path().join("home").join(variable));
        }
        self.project.run(command.args(arguments)).expect(0)
    }

    fn serve(&self) -> Server {
        Server::of(self.project.path().join("served"))
    }

    /// Writes the chart that needs the other one.
    fn wants(&self, range: &str, repository: &str) {
        let text = format!(
            "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- name: common\n  version: \"{range}\"\n  \
             repository: {repository}\n"
        );
        self.project.write("shop/Chart.yaml", &text);
    }

    fn design(&self, arguments: &[&str]) -> Run {
        self.project.design(&[arguments, &["--chart-renderer", "builtin", "--cache-dir", "cache"]].concat())
    }

    /// The built chart, which has to have its dependency.
    fn built(&self) -> String {
        let built = self.design(&["build", "shop", "--offline"]).expect(0).stdout();
        assert!(built.contains("level: debug\n"), "{built}");
        built
    }
}

#[test]
fn a_chart_of_a_repository_is_copied_locked_and_built_from_its_copy() {
    let Some(charts) = Charts::new("1.1.0") else { return };
    let server = charts.serve();
    charts.wants("^1.0", &server.url());
    let error = charts.design(&["build", "shop"]).expect(1).stderr();
    assert!(error.contains("D0866") && error.contains("design vendor"), "{error}");
    let error = charts.design(&["vendor", "shop", "--offline"]).expect(1).stderr();
    assert!(error.contains("D0874") && error.contains("--offline"), "{error}");
    let said = charts.design(&["vendor", "shop"]).expect(0).stdout();
    assert_eq!(said, format!("copied the chart common 1.1.0 of {} to shop/charts/common-1.1.0.tgz\n", server.url()));
    let digest = charts.project.run(Command::new("sha256sum").arg("shop/charts/common-1.1.0.tgz")).stdout();
    let lock = charts.project.read("shop/design.lock").unwrap();
    assert!(lock.contains(&format!("digest: sha256:{}\n", &digest[..64])), "{lock}");
    // What is locked stays, though there is something newer.
    charts.publish("1.2.0");
    let said = charts.design(&["vendor", "shop"]).expect(0).stdout();
    assert!(said.contains("common 1.1.0") && !said.contains("not what was locked"), "{said}");
    drop(server);
    let built = charts.built();
    assert!(built.contains("version: \"1.1.0\"\n"), "{built}");
    // Helm takes the copy as well, and says the same.
    assert!(charts.helm(&["template", "release-name", "shop"]).stdout().contains("version: '1.1.0'"));
    // Another package in its place is not taken.
    std::fs::copy(
        charts.project.path().join("served/common-1.2.0.tgz"),
        charts.project.path().join("shop/charts/common-1.1.0.tgz"),
    )
    .unwrap();
    let run = charts.design(&["build", "shop"]).expect(1);
    let error = run.stderr();
    assert!(error.contains("D0875") && !error.contains("D0866") && !run.stdout().contains("common"), "{error}");
}

#[test]
fn a_version_that_is_not_wanted_any_more_makes_room_for_another() {
    let Some(charts) = Charts::new("1.1.0") else { return };
    let server = charts.serve();
    charts.wants("1.x", &server.url());
    charts.design(&["vendor", "shop"]).expect(0);
    charts.publish("2.0.0");
    charts.wants(">=2", &server.url());
    charts.design(&["vendor", "shop"]).expect(0);
    assert!(!charts.project.path().join("shop/charts/common-1.1.0.tgz").exists());
    let lock = charts.project.read("shop/design.lock").unwrap();
    assert!(lock.contains("version: \"2.0.0\"\n") && !lock.contains("1.1.0"), "{lock}");
    assert!(charts.built().contains("version: \"2.0.0\"\n"));
}

#[test]
fn what_a_repository_serves_has_to_be_what_its_index_says() {
    let Some(charts) = Charts::new("1.1.0") else { return };
    let server = charts.serve();
    let refused = |range: &str, repository: &str, why: &str| {
        charts.wants(range, repository);
        let run = charts.design(&["vendor", "shop"]).expect(1);
        let error = run.stderr();
        assert!(error.contains("D0874") && error.contains(why) && error.contains("nothing was copied"), "{error}");
        assert!(
            charts.project.read("shop/design.lock").is_none() && !charts.project.path().join("shop/charts").exists()
        );
    };
    refused("^3", &server.url(), "none of the 1 versions");
    refused("^1", &format!("{}/elsewhere", server.url()), "404");
    refused("^1", "oci://registry.example/charts", "OCI registries are not read");
    refused("^1", "'@stable'", "somebody's own Helm");
    refused("^1", "http://charts.example.com", "it is not https://");
    refused("^1", "file://../nothing", "holds no chart");
    charts.helm(&["package", "common", "--version", "1.1.0", "--app-version", "evil", "--destination", "served"]);
    refused("^1", &server.url(), "the index says sha256:");
}

#[test]
fn charts_of_folders_and_of_git_repositories_are_copied() {
    let Some(charts) = Charts::new("1.1.0") else { return };
    charts.wants("~1.0.0", "file://../common");
    let said = charts.design(&["vendor", "shop"]).expect(0).stdout();
    assert!(said.contains("common 1.0.0 of file://../common: 3 files to shop/charts/common"), "{said}");
    assert!(charts.built().contains("version: \"1.0.0\"\n"));
    charts.project.write("shop/charts/common/values.yaml", "level: changed\n");
    assert!(charts.design(&["build", "shop"]).expect(1).stderr().contains("D0875"));
    // The same from a repository, whose chart needs another one beside it.
    for (path, text) in [
        (
            "repository/charts/common/Chart.yaml",
            "apiVersion: v2\nname: common\nversion: 3.0.0\ndependencies:\n- {name: base, version: '', repository: 'file://../base'}\n",
        ),
        ("repository/charts/common/values.yaml", "level: info\n"),
        ("repository/charts/common/templates/map.yaml", TEMPLATE),
        ("repository/charts/base/Chart.yaml", "apiVersion: v2\nname: base\nversion: 0.1.0\n"),
        ("repository/charts/base/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\n"),
    ] {
        charts.project.write(path, text);
    }
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "-m", "x"], &["tag", "v3"]] {
        let mut command = Command::new("git");
        command.args(["-C", "repository", "-c", "user.name=A", "-c", "user.email=a@example.com"]).args(arguments);
        charts.project.run(&mut command).expect(0);
    }
    let repository = format!("git+file://{}/repository@charts?ref=v3", charts.project.path().display());
    charts.wants("3", &repository);
    let said = charts.design(&["vendor", "shop"]).expect(0).stdout();
    assert!(said.contains("5 files to shop/charts/common"), "{said}");
    let built = charts.built();
    assert!(built.contains("version: \"3.0.0\"\n") && built.contains("name: base\n"), "{built}");
}

#[test]
fn what_lies_in_charts_already_is_left_alone() {
    let Some(charts) = Charts::new("1.1.0") else { return };
    charts.wants("1", "https://charts.example.com");
    charts.helm(&["package", "common", "--version", "1.1.0", "--destination", "shop/charts"]);
    let said = charts.design(&["vendor", "shop"]).expect(0);
    assert!(said.stdout().is_empty() && said.stderr().contains("lie here already"), "{}", said.stderr());
    assert!(charts.project.read("shop/design.lock").is_none());
    charts.built();
}

#[test]
fn files_and_charts_of_a_kustomization_are_copied() {
    let Some(charts) = Charts::new("1.1.0") else { return };
    charts.project.write("served/deep/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}\n");
    let server = charts.serve();
    let kustomization = format!(
        "namespace: shop\nresources: [{0}/deep/map.yaml]\nhelmCharts:\n- {{name: common, repo: {0}, version: 1.1.0, \
         releaseName: app}}\n",
        server.url()
    );
    charts.project.write("overlay/kustomization.yaml", &kustomization);
    let error = charts.design(&["build", "overlay"]).expect(1).stderr();
    assert_eq!(error.matches("D0806").count(), 2, "{error}");
    let said = charts.design(&["vendor", "overlay"]).expect(0).stdout();
    assert!(said.contains("overlay/vendor/127.0.0.1_") && said.contains("charts/common-1.1.0/common\n"), "{said}");
    drop(server);
    let built = charts.design(&["build", "overlay", "--offline"]).expect(0).stdout();
    assert!(built.contains("name: fetched\n") && built.contains("name: app-common\n"), "{built}");
    let copy = said.lines().find_map(|line| line.split_once(" to overlay/vendor/")).unwrap().1;
    charts.project.write(&format!("overlay/vendor/{copy}"), "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n");
    let error = charts.design(&["build", "overlay"]).expect(1).stderr();
    assert!(error.contains("D0804") && error.contains("was changed"), "{error}");
    charts.project.write("overlay/charts/common-1.1.0/common/values.yaml", "level: changed\n");
    let error = charts.design(&["build", "overlay"]).expect(1).stderr();
    assert_eq!(error.matches("was changed").count(), 2, "{error}");
}
