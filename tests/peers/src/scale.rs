//! Inputs of any size, from the generator of realistic objects.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::arguments::Options;
use crate::failure::Failure;
use crate::product;

/// A generated input.
#[derive(Debug)]
pub struct Input {
    /// The folder that holds it, together with a kustomization.
    pub folder: PathBuf,
    /// How many objects it has.
    pub objects: u64,
    /// How large its files are together.
    pub bytes: u64,
}

/// The generator of objects.
pub fn script(options: &Options) -> PathBuf {
    options.scale.clone().unwrap_or_else(|| product::root().join("../shared/tools/scale.py"))
}

/// Writes that many objects to a folder of their own below `parent`; in one file, if so asked.
pub fn generate(options: &Options, parent: &Path, objects: u64, one_file: bool) -> Result<Input, Failure> {
    generate_as(options, parent, objects, if one_file { &["--one"] } else { &[] })
}

/// As [`generate`], with the options of the generator.
pub fn generate_as(options: &Options, parent: &Path, objects: u64, form: &[&str]) -> Result<Input, Failure> {
    let script = script(options);
    if !script.is_file() {
        return Err(Failure::Environment(format!(
            "the generator of objects is not at {}; --scale PATH says where it is",
            script.display()
        )));
    }
    let folder = parent.join(format!("objects-{objects}"));
    let mut command = Command::new("python3");
    command.arg(&script).arg("--out").arg(&folder).args(["--objects", &objects.to_string()]);
    command.args(form);
    let output = command.stderr(Stdio::inherit()).output().map_err(Failure::io("run python3"))?;
    let line = String::from_utf8_lossy(&output.stdout);
    let input =
        Input { folder, objects: number(&line, "objects").unwrap_or(0), bytes: number(&line, "bytes").unwrap_or(0) };
    // A measurement of another input than the row says would be worse than none.
    if !output.status.success() || input.objects != objects || input.bytes == 0 {
        return Err(Failure::Environment(format!(
            "{} did not write {objects} objects: {}",
            script.display(),
            line.trim()
        )));
    }
    Ok(input)
}

/// The number behind `name=` in the line that the generator prints.
fn number(line: &str, name: &str) -> Option<u64> {
    line.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_generator_is_read_by_whole_names() {
        let line = "bytes_per_object=1481 objects=1000 bytes=1481232 files=13\n";
        assert_eq!((number(line, "objects"), number(line, "bytes")), (Some(1000), Some(1_481_232)));
        assert_eq!(number(line, "seconds"), None);
    }
}
