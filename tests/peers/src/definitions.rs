//! Models of any size, made from published ones by renaming.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Models that were written.
#[derive(Debug)]
pub struct Input {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// How large their definitions are together, in bytes.
    pub bytes: u64,
    /// A kind that one of them defines: one from the middle.
    pub kind: String,
}

/// A file of a published model.
struct Definition {
    /// Its path below the folder of all models.
    path: PathBuf,
    text: String,
    /// The kind that it defines, where it defines one.
    kind: Option<String>,
}

/// Writes that many definitions, copies of the models in a folder with the number of the copy behind the names of models
/// and kinds.
pub fn generate(models: &Path, parent: &Path, count: u64) -> Result<Input, Failure> {
    let folder = parent.join(format!("models-{count}"));
    let mut originals = Vec::new();
    collect(models, models, &mut originals)?;
    originals.sort_by(|a, b| a.path.cmp(&b.path));
    if originals.is_empty() {
        return Err(Failure::Environment(format!("{} holds no definitions", models.display())));
    }
    let mut input = Input { folder, bytes: 0, kind: String::new() };
    let mut written = 0;
    for copy in 0.. {
        for original in &originals {
            let is_model = original.path.file_name().is_some_and(|name| name == "model.json");
            if written == count {
                return Ok(input);
            }
            let path = input.folder.join(renamed_path(&original.path, original.kind.as_deref(), copy));
            let text = renamed(original, copy);
            let made =
                path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, &text));
            made.map_err(Failure::io(format_args!("write {}", path.display())))?;
            if !is_model {
                written += 1;
                input.bytes += text.len() as u64;
            }
            if let Some(kind) = original.kind.as_deref().filter(|_| written <= count / 2) {
                input.kind = format!("{kind}{copy}");
            }
        }
    }
    Ok(input)
}

fn collect(root: &Path, folder: &Path, originals: &mut Vec<Definition>) -> Result<(), Failure> {
    let failed = |error| Failure::io(format_args!("read {}", folder.display()))(error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(root, &path, originals)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let text = std::fs::read_to_string(&path).map_err(failed)?;
            let is_component = path.parent().is_some_and(|folder| folder.ends_with("components"));
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let path = path.strip_prefix(root).unwrap_or(&path).to_owned();
            originals.push(Definition { path, text, kind: is_component.then_some(stem) });
        }
    }
    Ok(())
}

/// The model is the first part of the path.
fn model_of(path: &Path) -> String {
    path.iter().next().unwrap_or_default().to_string_lossy().into_owned()
}

fn renamed_path(path: &Path, kind: Option<&str>, copy: u64) -> PathBuf {
    let mut parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if let Some(model) = parts.first_mut() {
        model.push_str(&format!("-{copy}"));
    }
    if let (Some(kind), Some(file)) = (kind, parts.last_mut()) {
        *file = format!("{kind}{copy}.json");
    }
    parts.iter().collect()
}

fn renamed(original: &Definition, copy: u64) -> String {
    let model = model_of(&original.path);
    let text = original.text.replace(&format!("\"name\": \"{model}\""), &format!("\"name\": \"{model}-{copy}\""));
    match &original.kind {
        Some(kind) => text.replacen(&format!("\"kind\": \"{kind}\""), &format!("\"kind\": \"{kind}{copy}\""), 1),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_names_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let components = folder.path().join("in/acme/1.0/v1.0.0/components");
        std::fs::create_dir_all(&components).unwrap();
        let text = r#"{"component": {"kind": "Widget"}, "model": {"name": "acme"}}"#;
        std::fs::write(components.join("Widget.json"), text).unwrap();
        let input = generate(&folder.path().join("in"), folder.path(), 3).unwrap();
        let copy = input.folder.join("acme-2/1.0/v1.0.0/components/Widget2.json");
        let expected = r#"{"component": {"kind": "Widget2"}, "model": {"name": "acme-2"}}"#;
        assert_eq!(std::fs::read_to_string(copy).unwrap(), expected);
        assert_eq!((input.kind.as_str(), input.bytes), ("Widget0", 3 * expected.len() as u64));
    }
}
