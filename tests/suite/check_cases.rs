//! Cases as data: `tests/fixtures/check/CASE/` holds files and what they give: `findings.json` and `rendered.yaml`.
//! `options.json` holds options of the command line, what Helm is said to render, and what repositories are said to hold.

use std::collections::BTreeSet;
use std::path::Path;

use design_check::RULES;
use design_pipeline::{
    ChartOptions, ChartRenderer, ChartTask, Compiled, Entry, EntryKind, Fetched, Given, MemoryWorld, Models,
    References, Request, Revision, SETTINGS_FILE, Settings, Target, Unfetched, Unrendered, Wanted, World, WorldError,
    compile, compose_file, lint_models,
};
use design_policy::select;
use design_registry::definitions::KubernetesVersion;
use design_report::json;
use design_syntax::SourceText;
use design_tests::{files_in, golden, repository};
use design_vocabulary::FileId;
use serde_json::Value;

const OUTPUTS: [&str; 3] = ["findings.json", "rendered.yaml", "options.json"];

fn cases() -> Vec<String> {
    let folder = repository().join("tests/fixtures/check");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files_in(folder).into_iter().filter(|(name, _)| !OUTPUTS.contains(&name.as_str())).collect()
}

/// The releases that a case is for: those that end its name, as in `CASE-1.33-1.36`.
fn releases(case: &str) -> Vec<KubernetesVersion> {
    let mut releases: Vec<KubernetesVersion> = case.rsplit('-').map_while(|part| part.parse().ok()).collect();
    releases.sort_unstable();
    releases
}

/// The options of a case: `options.json`, where it has one.
fn options(case: &str) -> Value {
    let file = repository().join("tests/fixtures/check").join(case).join("options.json");
    std::fs::read_to_string(file).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

fn list(options: &Value, key: &str) -> Vec<String> {
    let texts = options[key].as_array().into_iter().flatten();
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn given(options: &Value) -> Given {
    Given {
        environments: list(options, "environments"),
        set: list(options, "set"),
        set_files: list(options, "setFiles"),
    }
}

fn chart(options: &Value) -> ChartOptions {
    let renderer = match options["renderer"].as_str() {
        Some("helm") => ChartRenderer::Helm,
        Some("auto") => ChartRenderer::Auto,
        _ => ChartRenderer::BuiltIn,
    };
    ChartOptions { values: list(options, "values"), renderer, ..ChartOptions::default() }
}

/// Files in memory, with what Helm is said to render and repositories are said to hold.
struct Rendered(MemoryWorld, Value);

impl World for Rendered {
    fn kind(&self, path: &str) -> Result<EntryKind, WorldError> {
        self.0.kind(path)
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, WorldError> {
        self.0.list(folder)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, WorldError> {
        self.0.read(path, limit)
    }

    fn repository(&self, wanted: &Wanted<'_>) -> Result<Fetched, Unfetched> {
        let (Revision::Tag(version) | Revision::Commit(version)) = wanted.revision;
        let held = &self.1["repositories"][wanted.url][version.as_str()];
        let Some(files) = held["files"].as_object() else { return Err(Unfetched::Offline) };
        let below = |path: &str| match (wanted.path, path.strip_prefix(wanted.path)) {
            ("", _) => Some(path.to_owned()),
            (_, Some("")) => path.rsplit('/').next().map(str::to_owned),
            (_, rest) => rest.and_then(|rest| rest.strip_prefix('/')).map(str::to_owned),
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let left_out = held["leftOut"].as_object().into_iter().flatten();
        Ok(Fetched {
            commit: text(&held["commit"]),
            files: files.iter().filter_map(|(path, held)| Some((below(path)?, text(held).into_bytes()))).collect(),
            left_out: left_out.map(|(path, why)| (path.clone(), text(why))).collect(),
            is_file: files.contains_key(wanted.path),
        })
    }

    fn render_chart(&self, _: &ChartTask) -> Result<String, Unrendered> {
        self.1["chart"].as_str().map(str::to_owned).ok_or(Unrendered::Absent)
    }
}

/// A case is compiled as a folder, unless it holds a single file: that is compiled by its name.
fn run(case: &str) -> (String, String) {
    let files = files(&repository().join("tests/fixtures/check").join(case));
    let path = match files.as_slice() {
        [(only, _)] if !case.ends_with("-folder") => only.clone(),
        _ => ".".to_owned(),
    };
    if case.starts_with("D04") || case.starts_with("sound-model") {
        let world = MemoryWorld::new(files);
        let models = Models::load(&world, &[".".to_owned()], None, 0);
        let linted = lint_models(&world, &models, &Models::default());
        return (json::render(&linted.report, &linted.sources).unwrap(), String::new());
    }
    let releases = releases(case);
    let references = if case.contains("closed") { References::Closed } else { References::Judged };
    // A set of policies has the name of its rule.
    let set = design_check::find_rule(&case[..case.len().min(5)]).map(|rule| rule.name);
    let policy_sets = set.and_then(|set| select(&[set]).ok()).unwrap_or_default();
    let has_policies = case.starts_with("D07") && policy_sets.is_empty();
    let policies = if has_policies { vec!["policy".to_owned()] } else { Vec::new() };
    let schemas = if case.contains("schemas") { vec!["schemas".to_owned()] } else { Vec::new() };
    let options = options(case);
    let target = match options["target"].as_str() {
        Some("helm") => Target::Helm,
        Some("compose") => Target::Compose,
        _ => Target::Kubernetes,
    };
    let settings = files
        .iter()
        .find(|(name, _)| name == SETTINGS_FILE)
        .map(|(name, bytes)| SourceText::new(FileId(0), name.as_str(), String::from_utf8(bytes.clone()).unwrap()));
    let world = Rendered(MemoryWorld::new(files), options.clone());
    let settings = settings.map(|source| Settings::read(&source, &world));
    let settings = settings.and_then(|settings| Some((settings.source?, settings.findings)));
    let request = Request {
        relationships: true,
        references,
        releases,
        policies,
        policy_sets,
        schemas,
        settings,
        given: given(&options),
        chart: chart(&options),
        target,
        verify: options["verify"] == true,
        vendors: options["vendors"] == true,
        ..Request::new([path])
    };
    let mut compilation = compile(&world, &request);
    if options["import"] == true {
        let imported = compilation.designs.iter().flat_map(|compiled| compiled.import(compilation.kind).1);
        let imported: Vec<_> = imported.collect();
        compilation.report.findings.extend(imported);
        compilation.report.sort();
    }
    let findings = json::render(&compilation.report, &compilation.sources).unwrap();
    if target == Target::Compose {
        let projects = compilation.designs.iter().filter_map(|compiled| compiled.compose.as_ref());
        return (findings, projects.map(compose_file).collect());
    }
    let rendered: Vec<String> =
        compilation.designs.iter().flat_map(Compiled::artifacts).map(|artifact| artifact.text).collect();
    (findings, rendered.join("---\n"))
}

#[test]
fn every_case_gives_what_its_folder_says() {
    for case in cases() {
        let (findings, rendered) = run(&case);
        golden(&format!("tests/fixtures/check/{case}/findings.json"), &findings);
        golden(&format!("tests/fixtures/check/{case}/rendered.yaml"), &rendered);
    }
}

#[test]
fn every_rule_fires_in_the_case_that_carries_its_code() {
    let cases = cases();
    // What only a catalog can say is shown by tests/suite/catalog.rs, what only a cluster can say by tests/live.
    for rule in RULES.iter().filter(|rule| !("D0950".."D1100").contains(&rule.code.0)) {
        let named: Vec<&String> = cases.iter().filter(|case| case.starts_with(rule.code.0)).collect();
        assert!(!named.is_empty(), "no case for {}", rule.code);
        for case in named {
            let findings: Value = serde_json::from_str(&run(case).0).unwrap();
            let codes: BTreeSet<&str> = findings["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|finding| finding["code"].as_str().unwrap())
                .collect();
            assert!(codes.contains(rule.code.0), "{case} gives {codes:?}");
        }
    }
}

#[test]
fn reports_follow_the_published_schema() {
    let schema = std::fs::read_to_string(repository().join("schemas/findings.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for case in cases() {
        let report: Value = serde_json::from_str(&run(&case).0).unwrap();
        let errors: Vec<String> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{case}: {errors:?}");
    }
    assert!(!schema.is_valid(&serde_json::json!({"findings": []})), "the schema accepts anything");
}
