//! A second implementation reads what we write: PyYAML, a reader of YAML 1.1.

use std::path::{Path, PathBuf};
use std::process::Command;

use design_pipeline::{Compiled, MemoryWorld, Request, compile};
use design_syntax::to_yaml;
use design_tests::{Project, files_below, has_part, repository, runs};
use design_vocabulary::{Object, Value};

/// Reads pairs of files, YAML and JSON, and compares what they hold; numbers by value, everything else by type too.
const COMPARE: &str = r"
import json, sys, yaml
def same(a, b):
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b
bad = 0
for line in open(sys.argv[1]):
    left, right = line.rstrip('\n').split('\t')
    read = [d for d in yaml.safe_load_all(open(left, encoding='utf-8'))]
    want = json.load(open(right, encoding='utf-8'))
    if not (len(read) == len(want) and all(map(same, read, want))):
        bad += 1
        for r, w in zip(read, want):
            if not same(r, w):
                print(left, repr(r)[:400], repr(w)[:400], sep='\n  ')
sys.exit(1 if bad else 0)
";

fn has_python() -> bool {
    has_part("Python with yaml", runs("python3", &["-c", "import yaml"]))
}

/// Has Python read every text and compare it with its values.
fn compare(cases: &[(String, Vec<Value>)]) {
    let project = Project::new(&[("compare.py", COMPARE)]);
    let mut list = String::new();
    for (number, (text, values)) in cases.iter().enumerate() {
        project.write(&format!("{number}.yaml"), text);
        project.write(&format!("{number}.json"), &serde_json::to_string(values).unwrap());
        list.push_str(&format!("{number}.yaml\t{number}.json\n"));
    }
    project.write("list.txt", &list);
    project.run(Command::new("python3").args(["compare.py", "list.txt"])).expect(0);
}

#[test]
fn awkward_strings_stay_strings() {
    if !has_python() {
        return;
    }
    let words = std::fs::read_to_string(repository().join("tests/fixtures/awkward-strings.json")).unwrap();
    let words: Vec<String> = serde_json::from_str(&words).unwrap();
    assert!(words.len() > 100);
    let list: Value = words.iter().map(|word| Value::from(word.as_str())).collect();
    let map: Object = words.iter().map(|word| (word.as_str(), Value::from(word.as_str()))).collect();
    let nested: Value = words
        .iter()
        .map(|word| Value::Object(Object::from_iter([(word.as_str(), Value::from_iter([Value::from(word.as_str())]))])))
        .collect();
    let values = vec![list, Value::Object(map), nested];
    let cases: Vec<_> = values.into_iter().map(|value| (to_yaml(&value).unwrap(), vec![value])).collect();
    compare(&cases);
}

/// Everything that is built: our own cases, and the corpus where there is one.
#[test]
fn what_is_built_reads_as_the_same_values() {
    if !has_python() {
        return;
    }
    let mut files = yaml_files(&repository().join("tests/fixtures/check"));
    files.extend(yaml_files(&repository().join("catalog/patterns")));
    let corpus = std::env::var("DESIGN_CORPUS").unwrap_or_default();
    if has_part("a corpus (DESIGN_CORPUS)", Path::new(&corpus).is_dir()) {
        for folder in ["designs", "designs-legacy", "k8s-examples", "crds", "ordering", "apps"] {
            files.extend(yaml_files(&Path::new(&corpus).join(folder)));
        }
    }
    let mut cases = Vec::new();
    for file in files {
        let compilation =
            compile(&MemoryWorld::new([("file.yaml", std::fs::read(&file).unwrap())]), &Request::new(["file.yaml"]));
        // The values of secrets are in the manifests only.
        for compiled in compilation.designs.iter().filter(|compiled| !compiled.values.has_secrets()) {
            cases.extend(
                compiled.artifacts().map(|artifact| (artifact.text, vec![rendered(compiled, artifact.component)])),
            );
        }
    }
    assert!(cases.len() > 20);
    // One text of many documents is read faster than many texts.
    let (texts, values): (Vec<String>, Vec<Vec<Value>>) = cases.into_iter().unzip();
    compare(&[(texts.join("---\n"), values.concat())]);
}

/// The object of a component, as values.
fn rendered(compiled: &Compiled, component: usize) -> Value {
    let scope = compiled.graph.nodes[component].scope;
    Value::Object(design_render::kubernetes::object(&compiled.design.components[component], scope))
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    files_below(folder, &["yaml", "yml"], |_| true)
}
