//! Changes of `uses` in the text of a design file: comments and layout stay.

use std::sync::Arc;

use design_pipeline::{Revision, read_file};
use design_source::{Form, classify, lower_design};
use design_syntax::{Document, Kind, Limits, NodeRef, Rules, SourceText, Style, layout_of, parse, print, to_yaml};
use design_vocabulary::{FileId, Object, Value};

use crate::exit::Failure;
use crate::world::DiskWorld;

/// The text of a design file with another entry of `uses`, behind those that it has.
pub fn with_use(file: &str, entry: &Object) -> Result<String, Failure> {
    let source = read(file)?;
    let (document, design) = design_of(&source)?;
    let mut wanted = design.clone();
    let mut uses: Vec<Value> = match design.get("uses") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(uses)) => uses.to_vec(),
        Some(_) => return Err(Failure::Usage(format!("`uses` of {file} is no list"))),
    };
    let name = entry.get_str("name");
    if uses.iter().any(|one| one.get("name").and_then(Value::as_str) == name) {
        let name = name.unwrap_or_default();
        return Err(Failure::Usage(format!("{file} uses something as `{name}` already; give another name")));
    }
    uses.push(Value::Object(entry.clone()));
    wanted.insert("uses", uses.into_iter().collect());
    let spliced = insert(&document, entry);
    if let Some(text) = spliced.filter(|text| says(text, &wanted)) {
        return Ok(text);
    }
    // Brackets, anchors or a JSON file: the file is written anew, with its comments.
    let printed = print(&Value::Object(wanted.clone()), &layout_of(&document)).ok();
    printed.filter(|text| says(text, &wanted)).ok_or_else(|| cannot(file))
}

/// The text of a design file, or a text that it will hold, with another version of an entry of `uses`.
pub fn with_version(file: &str, text: Option<String>, name: &str, revision: &Revision) -> Result<String, Failure> {
    let source = match text {
        Some(text) => SourceText::new(FileId(0), file, text),
        None => read(file)?,
    };
    let (document, _) = design_of(&source)?;
    let uses = document.root().and_then(|root| root.resolved().get("uses"));
    let mut entries = uses.into_iter().flat_map(NodeRef::children).map(NodeRef::resolved);
    let is_it = |entry: &NodeRef<'_>| entry.get("name").is_some_and(|written| written.text() == name);
    let entry = entries.find(is_it).ok_or_else(|| Failure::Usage(format!("{file} uses nothing as `{name}`")))?;
    let (key, value) = match revision {
        Revision::Tag(tag) => ("tag", tag),
        Revision::Commit(commit) => ("commit", commit),
    };
    let written = ["tag", "commit"].iter().find_map(|key| entry.entry(key));
    let (old_key, old_value) =
        written.ok_or_else(|| Failure::Usage(format!("`{name}` of {file} is a path, which has no version")))?;
    let scalar = to_yaml(&Value::from(value.as_str())).unwrap_or_default();
    let mut text = source.text().to_owned();
    // From the end, so that the places in front stay where they are.
    for (span, new) in [(old_value.span(), scalar.trim_end()), (old_key.span(), key)] {
        text.replace_range(span.start as usize..span.end as usize, new);
    }
    let (changed, _) = design_of(&SourceText::new(FileId(0), file, text.as_str()))?;
    let uses = changed.root().and_then(|root| root.resolved().get("uses"));
    let mut entries = uses.into_iter().flat_map(NodeRef::children).map(NodeRef::resolved);
    let is_changed = entries.any(|entry| is_it(&entry) && entry.get(key).is_some_and(|node| node.text() == value));
    if is_changed { Ok(text) } else { Err(cannot(file)) }
}

fn cannot(file: &str) -> Failure {
    Failure::Usage(format!("{file} cannot be changed as it is written; add the entry of `uses` by hand"))
}

fn read(file: &str) -> Result<Arc<SourceText>, Failure> {
    read_file(&DiskWorld::new(), file, FileId(0), &Limits::default())
        .map_err(|(_, finding)| Failure::Usage(format!("cannot read {file}: {}", finding.message)))
}

/// The one design of a text.
fn design_of(source: &Arc<SourceText>) -> Result<(Document, Object), Failure> {
    let parsed = parse(source, &Limits::default());
    let file = source.path();
    if !parsed.problems.is_empty() {
        return Err(Failure::Usage(format!("{file} cannot be read as it is; `design check {file}` says why")));
    }
    let Ok([mut document]) = <[Document; 1]>::try_from(parsed.documents) else {
        return Err(Failure::Usage(format!("{file} holds more than one document")));
    };
    document.set_rules(Rules::Core);
    let value = match (classify(&document), document.root()) {
        (Form::Design, Some(root)) => lower_design(root.resolved(), &mut Vec::new()),
        _ => Value::Null,
    };
    match value {
        Value::Object(design) => Ok((document, design)),
        _ => Err(Failure::Usage(format!("{file} is no design with `components`"))),
    }
}

/// Whether a text is a design and says this.
fn says(text: &str, wanted: &Object) -> bool {
    let read = design_of(&SourceText::new(FileId(0), "design.yaml", text));
    read.is_ok_and(|(_, design)| is_equal(&design, wanted))
}

/// Whether two designs are the same but for the order of their sections.
fn is_equal(one: &Object, other: &Object) -> bool {
    one.len() == other.len() && one.iter().all(|(key, value)| other.get(key) == Some(value))
}

/// The text with an entry behind the last one of a list in block style, or with a list of its own before the components.
fn insert(document: &Document, entry: &Object) -> Option<String> {
    let text = document.source().text();
    let root = document.root()?.resolved();
    let (position, indent, head) = match root.get("uses").map(NodeRef::resolved) {
        Some(uses) if uses.kind() == Kind::Sequence && uses.style() == Style::Block => {
            let last = uses.children().last()?;
            let end = last.span().end as usize;
            let line_end = text.get(end..)?.find('\n').map_or(text.len(), |at| end + at + 1);
            let start = last.span().start as usize;
            let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
            let indent = text.get(line_start..start)?.find('-')?;
            (line_end, indent, "")
        }
        Some(_) => return None,
        None => {
            let start = root.entry("components")?.0.span().start as usize;
            if start > 0 && !text.get(..start)?.ends_with('\n') {
                return None;
            }
            (above_comments(text, start), 0, "uses:\n")
        }
    };
    let mut lines = String::from(head);
    for (number, line) in to_yaml(entry).ok()?.lines().enumerate() {
        let before = if number == 0 { "- " } else { "  " };
        lines.push_str(&format!("{:indent$}{before}{line}\n", ""));
    }
    let (before, behind) = text.split_at_checked(position)?;
    let joint = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    Some(format!("{before}{joint}{lines}{behind}"))
}

/// Where the comments begin that stand directly above a line.
fn above_comments(text: &str, mut start: usize) -> usize {
    while let Some(line) = text.get(..start).and_then(|before| before.strip_suffix('\n')) {
        let line_start = line.rfind('\n').map_or(0, |at| at + 1);
        if !line.get(line_start..).is_some_and(|line| line.trim_start().starts_with('#')) {
            break;
        }
        start = line_start;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("design.yaml");
        std::fs::write(&file, text).unwrap();
        let entry = Object::from_iter([("name", "db".into()), ("design", "https://a/b".into()), ("tag", "1.0".into())]);
        with_use(&file.to_string_lossy(), &entry).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn an_entry_is_added_and_everything_else_stays() {
        let entry = "- name: db\n  design: https://a/b\n  tag: \"1.0\"\n";
        for (before, after) in [
            (
                "name: a # it\n\n# all of them\ncomponents: []\n",
                format!("name: a # it\n\nuses:\n{entry}# all of them\ncomponents: []\n"),
            ),
            (
                "name: a\nuses:\n- name: x\n  design: ../x # near\n\ncomponents: []\n",
                format!("name: a\nuses:\n- name: x\n  design: ../x # near\n{entry}\ncomponents: []\n"),
            ),
            (
                "name: a\ncomponents: []\nuses:\n  - {name: x, design: ../x}",
                "name: a\ncomponents: []\nuses:\n  - {name: x, design: ../x}\n  - name: db\n    design: https://a/b\n    tag: \"1.0\"\n".to_owned(),
            ),
        ] {
            assert_eq!(added(before), after);
        }
        // What cannot be spliced is written anew.
        let flow = added("name: a\nuses: [{name: x, design: ../x}] # near\ncomponents: []\n");
        assert!(flow.contains("name: db") && flow.contains("name: x") && flow.contains("# near"), "{flow}");
        assert!(added("name: a\nuses: [{name: db, design: x}]\ncomponents: []\n").contains("already"));
    }
}
