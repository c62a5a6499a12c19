//! A file as a design: `POST /api/pattern/import`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_pipeline::{MemoryWorld, Request, compile};
use design_report::Report;
use design_vocabulary::Severity;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Refusal, identity};

/// What is to be imported.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    name: String,
    #[serde(default)]
    file_name: String,
    /// As Base64 has it.
    #[serde(default)]
    file: String,
    #[serde(default)]
    url: String,
}

/// Reads a file as a design, and returns it as Meshery's server does: in a list of one. Nothing is kept.
pub fn import(body: &[u8]) -> Result<Value, Refusal> {
    let asked: Asked = serde_json::from_slice(body)
        .map_err(|error| Refusal::new(400, format!("this is no request for an import: {error}")))?;
    if !asked.url.is_empty() {
        return Err(Refusal::new(400, "addresses are not fetched: send the file itself"));
    }
    let bytes = STANDARD.decode(&asked.file).map_err(|_| Refusal::new(400, "the file is no Base64"))?;
    let last = asked.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let file_name = if last.is_empty() || last.starts_with('.') { "design.yaml" } else { last };
    let world = MemoryWorld::new([(file_name.to_owned(), bytes)]);
    let compilation = compile(&world, &Request { settle: false, renders: false, ..Request::new([file_name]) });
    let errors = compilation.report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let [compiled] = compilation.designs.as_slice() else {
        let count = compilation.designs.len();
        return Err(Refusal::new(422, told(&compilation.report, &format!("the file holds {count} designs, not one"))));
    };
    if errors.count() > 0 {
        return Err(Refusal::new(422, told(&compilation.report, "the file has errors")));
    }
    let (text, _) = compiled.import(compilation.kind);
    let text = text.ok_or_else(|| Refusal::new(422, "the design cannot be written"))?;
    let name = if asked.name.is_empty() { compiled.design.name.to_string() } else { asked.name };
    Ok(json!([{ "id": identity("import", &text), "name": name, "patternFile": text, "visibility": "private" }]))
}

/// The design of a version as a file, whatever it is written as; `None` where there is none.
pub fn design_of(files: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    if let Some((_, bytes)) = files.iter().find(|(path, _)| path == "design.yml") {
        return Some(bytes.clone());
    }
    let world = MemoryWorld::new(files.iter().cloned());
    let compilation = compile(&world, &Request { settle: false, renders: false, ..design_index::request() });
    let text = compilation.designs.first()?.import(compilation.kind).0?;
    Some(text.into_bytes())
}

/// The first errors of a report, in words.
fn told(report: &Report, otherwise: &str) -> String {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error).take(5);
    let words: Vec<String> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    if words.is_empty() { otherwise.to_owned() } else { words.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(file_name: &str, text: &str) -> Result<Value, Refusal> {
        let body = json!({ "name": "shop", "fileName": file_name, "file": STANDARD.encode(text) });
        import(body.to_string().as_bytes())
    }

    #[test]
    fn manifests_and_designs_come_back_as_a_design() {
        let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n";
        for (file, text) in [("all.yaml", manifest), ("design.yml", "name: x\ncomponents: []\n")] {
            let found = asked(file, text).unwrap();
            let text = found[0]["patternFile"].as_str().unwrap();
            assert!(text.contains("components") && found[0]["name"] == "shop", "{text}");
            assert_eq!(found[0]["id"].as_str().unwrap().len(), 36);
            assert_eq!(asked(file, text).unwrap()[0]["patternFile"], text);
        }
    }

    #[test]
    fn what_is_no_design_is_refused_with_the_reason() {
        assert_eq!(asked("a.yaml", "a: [").unwrap_err().status, 422);
        assert_eq!(asked("a.txt", "just words").unwrap_err().status, 422);
        assert_eq!(import(b"{").unwrap_err().status, 400);
        assert_eq!(import(br#"{"name": "x", "file": "???"}"#).unwrap_err().status, 400);
        let fetched = import(br#"{"name": "x", "url": "http://169.254.169.254/"}"#).unwrap_err();
        assert!(fetched.status == 400 && fetched.why.contains("not fetched"));
    }
}
