//! What a user is shown of wrong input: the place of each finding, its other end, and the same in the formats of machines.

use design_tests::{Project, golden, repository};
use serde_json::Value;

use crate::report_formats::sarif_schema;

const FIVE: &str = "tests/fixtures/five_findings/app.yaml";

fn five() -> Project {
    let text = std::fs::read_to_string(repository().join(FIVE)).unwrap();
    Project::new(&[("app.yaml", &text)])
}

/// The line of the fixture, from 1, on which a text stands, and its column.
fn place(text: &str) -> (u64, u64) {
    let file = std::fs::read_to_string(repository().join(FIVE)).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    let line = lines.iter().position(|line| line.contains(text)).unwrap();
    let value = text.rsplit(' ').next().unwrap();
    (line as u64 + 1, lines[line].rfind(value).unwrap() as u64 + 1)
}

/// A code, its line and column, and those of the related places.
type Found<'a> = (&'a str, (u64, u64), Vec<(u64, u64)>);

#[test]
fn five_faults_are_five_findings_each_at_its_value_with_the_other_end() {
    let run = five().design(&["check", "--format", "json", "app.yaml"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout()).unwrap();
    let found: Vec<Found<'_>> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let at = |place: &Value| (place["line"].as_u64().unwrap(), place["column"].as_u64().unwrap());
            let related = finding["related"].as_array().map_or(&[] as &[Value], Vec::as_slice);
            (finding["code"].as_str().unwrap(), at(&finding["primary"]), related.iter().map(at).collect())
        })
        .collect();
    let replicas = place("replicas: 3");
    let typo = place("terminationGracePeriodSecond:");
    let names = {
        let file = std::fs::read_to_string(repository().join(FIVE)).unwrap();
        let name = |kind: &str, name: &str| {
            let after = file.lines().position(|line| line == format!("kind: {kind}")).unwrap();
            let line = file.lines().skip(after).position(|line| line.ends_with(&format!("name: {name}"))).unwrap();
            ((after + line) as u64 + 1, 9)
        };
        name("Secret", "database")
    };
    let scaler = place("kind: HorizontalPodAutoscaler").0 + 10;
    let ports = (place("- name: http").0, 13);
    let expected = [
        ("D0315", replicas, vec![(scaler, 11)]),
        ("D0602", typo, vec![]),
        ("D0312", place("key: pasword"), vec![names]),
        ("D0313", place("targetPort: htpp"), vec![ports]),
        ("D0601", place("apiVersion: policy/v1beta1"), vec![]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_five_are_the_same_in_the_formats_of_machines() {
    let project = five();
    for (format, ending) in [("text", "txt"), ("sarif", "sarif"), ("github", "github.txt")] {
        let run = project.design(&["check", "--format", format, "app.yaml"]).expect(1);
        golden(&format!("tests/fixtures/five_findings/report.{ending}"), &run.stdout());
    }
    let sarif: Value =
        serde_json::from_str(&project.design(&["check", "--format", "sarif", "app.yaml"]).expect(1).stdout()).unwrap();
    let schema = sarif_schema();
    let errors: Vec<String> = schema.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let mut codes: Vec<&str> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["D0312", "D0313", "D0315", "D0601", "D0602"]);
    let github = project.design(&["check", "--format", "github", "app.yaml"]).expect(1).stdout();
    let annotations = |line: &&str| line.starts_with("::error ") || line.starts_with("::warning ");
    assert_eq!(github.lines().filter(annotations).count(), 5, "{github}");
}

#[test]
fn an_input_is_closed_once_what_comes_from_outside_is_declared() {
    let text = std::fs::read_to_string(repository().join("tests/fixtures/closed/shop.yaml")).unwrap();
    let project = Project::new(&[("shop.yaml", &text)]);
    let run = project.design(&["check", "--closed", "--format", "json", "shop.yaml"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout()).unwrap();
    let found: Vec<(&str, &str, u64, u64)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let place = |key: &str| finding["primary"][key].as_u64().unwrap();
            (finding["code"].as_str().unwrap(), finding["severity"].as_str().unwrap(), place("line"), place("column"))
        })
        .collect();
    assert_eq!(found, [("D0310", "error", 16, 22)]);
    let declared = text.replace(
        "value: \"assistant:80\"",
        "value: \"assistant:80\" # design: external Service/assistant of another team",
    );
    assert_ne!(declared, text);
    Project::new(&[("shop.yaml", &declared)]).design(&["check", "--closed", "shop.yaml"]).expect(0);
}
