//! `design init`

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use design_pipeline::{SETTINGS_FILE, discover};
use design_syntax::Limits;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Write a first design file and settings
///
/// In a folder that already holds something to build only the settings are written, and what was found is listed.
/// Nothing is ever overwritten.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design init
  design init services/web")]
pub struct InitArgs {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Runs `design init`.
pub fn cmd_init(terminal: &mut Terminal, args: &InitArgs) -> Result<Exit, Failure> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder).map_err(|error| Failure::system("make the folder", folder, &error))?;
    let path = folder.to_string_lossy();
    let found = discover(&DiskWorld::new(), &path, &Limits::default())
        .map_err(|error| Failure::Environment(format!("cannot look into {}: {error}", folder.display())))?;
    let mut steps = Vec::new();
    if found.is_empty() {
        let file = folder.join("design.yaml");
        let name =
            std::path::absolute(folder).ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        write_new(terminal, &file, &first_design(&sound_name(name.as_deref().unwrap_or("web"))))?;
        steps.push(format!("design build {path}"));
    } else {
        for source in &found {
            terminal.print(&format!("found    {:<14} {}\n", source.kind.as_str(), source.path))?;
        }
    }
    write_new(terminal, &folder.join(SETTINGS_FILE), SETTINGS)?;
    steps.push(format!("design check {path}"));
    terminal.print(&format!("\nNext:\n  {}\n", steps.join("\n  ")))?;
    Ok(Exit::Done)
}

/// Writes a file that is not there yet.
fn write_new(terminal: &mut Terminal, path: &Path, text: &str) -> Result<(), Failure> {
    let shown = path.strip_prefix(".").unwrap_or(path).display();
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(|error| Failure::system("write", path, &error))?;
            terminal.print(&format!("written  {shown}\n"))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => terminal.print(&format!("kept     {shown}\n")),
        Err(error) => Err(Failure::system("write", path, &error)),
    }
}

/// The folder's name as the name of an object.
fn sound_name(name: &str) -> String {
    let lowered = name.to_lowercase();
    let words: Vec<&str> =
        lowered.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(50).collect();
    let name = name.trim_end_matches('-');
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name.to_owned() } else { "web".to_owned() }
}

fn first_design(name: &str) -> String {
    format!(
        "\
name: {name}
version: 0.1.0
components:
# A component is one Kubernetes object: what it is, and its body.
- displayName: {name}
  component: {{kind: Deployment, version: apps/v1}}
  configuration:
    spec:
      replicas: 2
      selector:
        matchLabels: {{app: {name}}}
      template:
        metadata:
          labels: {{app: {name}}}
        spec:
          containers:
          - name: web
            image: nginxinc/nginx-unprivileged:1.29
            ports:
            - name: http
              containerPort: 8080

- displayName: {name}
  component: {{kind: Service, version: v1}}
  configuration:
    spec:
      selector: {{app: {name}}}
      ports:
      - name: http
        port: 80
        targetPort: http
"
    )
}

const SETTINGS: &str = "\
# Settings of design, for this folder and everything below it.

# From which severity on `design check` fails: error, warning or never.
failOn: error

# What a walk leaves out, in the syntax of .gitignore.
exclude: []

# How much rules weigh, by code or name: ignore, note, warning or error.
rules: {}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_name_becomes_an_object_name() {
        assert_eq!(sound_name("My App_2"), "my-app-2");
        assert_eq!(sound_name("42"), "web");
        assert_eq!(sound_name(""), "web");
    }
}
