//! The drawings: nothing of the input can run in them, large designs are put together, and a browser finds no fault.

use std::path::Path;

use design_tests::{Project, inspector, repository};

/// Names that would end a label, a tag, an attribute or a script, or that cannot be seen.
const HOSTILE: [&str; 7] = [
    "\\\"><script>alert(1)</script>",
    "'onload='alert(2)",
    "</title></desc></style><img src=x onerror=alert(3)>",
    "]]><!-- {{ }} ${x}",
    "\\u202egnp.exe\\u0007",
    "名前が漢字で書かれている部品の長い名前です、本当に長い",
    "a-name-of-no-more-than-two-hundred-and-fifty-three-characters-which-has-to-be-broken-into-several-lines-because-no-box-should-become-as-wide-as-the-whole-picture-only-for-one-long-name-and-which-nobody-can-read-anyway.example.org",
];

/// A design whose texts are all hostile: names, kinds, namespaces and relationships.
fn hostile() -> String {
    let mut text = String::from("name: \"<script>alert(0)</script>\"\ncomponents:\n");
    for (number, name) in HOSTILE.iter().enumerate() {
        text.push_str(&format!(
            "  - {{id: c{number}, displayName: \"{name}\", component: {{kind: \"K{name}\", version: v1}}, configuration: \
             {{metadata: {{name: \"{name}\", namespace: \"{name}\"}}}}}}\n"
        ));
    }
    text.push_str(
        "relationships:\n  - {id: r1, kind: edge, type: non-binding, subType: \"<b>\\\"'\", selectors: [{allow: {from: \
         [{id: c0}], to: [{id: c1}, {id: c2}, {id: c0}]}}]}\n",
    );
    text
}

/// So many objects that they are not drawn one by one.
fn many() -> String {
    let object = |number: usize| {
        let namespace = number % 3;
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings-{number}, namespace: team-{namespace}}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: web-{number}, namespace: team-{namespace}}}\nspec:\n  volumes:\n  - \
             {{name: settings, configMap: {{name: settings-{number}}}}}\n---\n"
        )
    };
    (0..200).map(object).collect()
}

#[test]
fn what_the_input_says_is_text_in_every_drawing() {
    let project = Project::new(&[("design.yaml", &hostile())]);
    let svg = project.design(&["graph", "design.yaml", "--format", "svg"]).stdout();
    let html = project.design(&["graph", "design.yaml", "--format", "html"]).stdout();
    assert!(svg.contains("&lt;script&gt;alert(1)"), "{svg}");
    assert!(html.contains("&lt;img src=x onerror=alert(3)&gt;"), "{html}");
    assert_eq!((svg.matches("<script").count(), html.matches("<script").count()), (0, 1));
    for drawing in [&svg, &html] {
        assert!(!drawing.contains("<img") && !drawing.contains("style=") && !drawing.contains('\u{202e}'), "{drawing}");
        assert!(drawing.chars().all(|letter| letter == '\n' || !letter.is_control()));
    }
}

#[test]
fn a_large_design_is_drawn_by_kind_and_namespace() {
    let project = Project::new(&[("objects.yaml", &many())]);
    let draw = || project.design(&["graph", "objects.yaml", "--format", "svg"]).expect(0).stdout();
    let svg = draw();
    assert_eq!(svg, draw());
    assert!(svg.contains(">67 × ConfigMap</text>") && svg.contains(">66 × Pod</text>"), "{svg}");
    assert_eq!(svg.matches("class=\"tile").count(), 6);
    assert!(svg.contains("400 components and 200 relationships."), "{svg}");
}

#[test]
fn two_designs_are_no_one_picture() {
    let design = |name: &str| format!("name: {name}\ncomponents: []\n");
    let project = Project::new(&[("a/design.yaml", &design("a")), ("b/design.yaml", &design("b"))]);
    let run = project.design(&["graph", "a", "b", "--format", "svg"]).expect(2);
    assert!(run.stderr().contains("holds 2 designs; name one of them"), "{}", run.stderr());
}

#[test]
fn a_browser_finds_no_fault_with_the_page() {
    let Some(mut command) = inspector("page.cjs") else { return };
    let pattern = repository().join("catalog/patterns/boutique").to_string_lossy().into_owned();
    let mut inputs = vec![("boutique".to_owned(), pattern)];
    let project = Project::new(&[("hostile.yaml", &hostile()), ("many.yaml", &many())]);
    inputs.push(("hostile".to_owned(), "hostile.yaml".to_owned()));
    inputs.push(("many".to_owned(), "many.yaml".to_owned()));
    if let Some(corpus) = std::env::var_os("DESIGN_CORPUS") {
        let folder = Path::new(&corpus).join("apps/microservices-demo/kubernetes-manifests");
        inputs.push(("demo".to_owned(), folder.to_string_lossy().into_owned()));
    }
    for (name, path) in &inputs {
        let source = if path.contains("apps/") { "manifests" } else { "auto" };
        let page = project.design(&["graph", path, "--source", source, "--format", "html"]).stdout();
        let file = format!("{name}.html");
        project.write(&file, &page);
        command.arg(project.path().join(file));
    }
    let run = project.run(&mut command).expect(0);
    assert_eq!(run.stdout(), format!("{} pages looked at\n", inputs.len()));
}
