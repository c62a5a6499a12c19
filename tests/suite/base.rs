//! A design beside what it was at another revision.

use std::process::Command;

use design_tests::Project;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'web:1', envFrom: [{configMapRef: {name: settings}}]}]}
";
const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: plain}\n";

fn commit(project: &Project) {
    project.git(&["add", "--all"]);
    project.git(&["commit", "--quiet", "--message", "more"]);
}

#[test]
fn a_branch_is_compared_with_where_it_left_the_base() {
    let project = Project::new(&[("k8s/web.yaml", WEB), ("k8s/settings.yaml", SETTINGS)]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    project.git(&["switch", "--quiet", "--create", "topic"]);
    project.write("k8s/web.yaml", &WEB.replace("replicas: 1", "replicas: 3"));
    commit(&project);
    // The base moves on; that is no change of the branch.
    project.git(&["switch", "--quiet", "main"]);
    project.write("k8s/settings.yaml", &SETTINGS.replace("plain", "fast"));
    commit(&project);
    project.git(&["switch", "--quiet", "topic"]);

    let changed = project.design(&["diff", "--base", "main", "k8s", "--exit-code"]).expect(1).stdout();
    assert!(changed.contains("spec.replicas") && !changed.contains("settings"), "{changed}");
    // What is not committed counts as well, and paths are those of the working directory.
    project.write("k8s/later.yaml", &SETTINGS.replace("settings", "later"));
    let mut inside = Command::new("env");
    inside.args(["--chdir", "k8s"]).arg(design_tests::binary()).args(["diff", "--base", "main"]);
    let inside = project.run(&mut inside).expect(0).stdout();
    assert!(inside.contains("ConfigMap//later"), "{inside}");
    project.design(&["diff", "--base", "HEAD", "k8s/settings.yaml", "--exit-code"]).expect(0);
    // A design that was not there before was added as a whole.
    project.write("new/web.yaml", WEB);
    let added = project.design(&["diff", "--base", "main", "new"]).expect(0).stdout();
    assert!(added.contains("Deployment.apps//web"), "{added}");
    let unknown = project.design(&["diff", "--base", "nowhere", "k8s"]).expect(2);
    assert!(unknown.stderr().contains("`nowhere` is no revision"), "{}", unknown.stderr());
    project.design(&["diff", "--base", "main", "k8s", "new"]).expect(2);
    project.design(&["diff", "k8s"]).expect(2);
}
