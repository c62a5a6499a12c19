//! `lsp`: from an edit to the findings, in a folder of 4,000 objects. No peer answers an editor about objects that name each
//! other, so the figure stands alone.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::format;
use crate::scale;
use crate::work::Bench;

const OBJECTS: u64 = 4_000;

/// Edits of each sort.
const EDITS: usize = 40;

/// What the issue asks for.
const ALLOWED: Duration = Duration::from_millis(30);

/// Opens a file of the folder and edits it, in a field that nobody refers to and in a name that others refer to.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let input = scale::generate(bench.options, bench.folder, OBJECTS, false)?;
    let file = first_file(&input.folder)?;
    let text = std::fs::read_to_string(&file).map_err(Failure::io("read the input"))?;
    let mut editor = Editor::start(&design, &input.folder)?;
    let started = Instant::now();
    let uri = format!("file://{}", file.display());
    editor.tell(
        "textDocument/didOpen",
        &json!({"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}),
    )?;
    editor.diagnostics(&uri)?;
    bench.report.note(format!("lsp: the first findings came after {}", format::duration(started.elapsed())));
    let place = |needle: &str| {
        let mut lines = text.lines().enumerate();
        let line = lines.position(|(_, line)| line.trim_start().starts_with(needle));
        line.ok_or_else(|| Failure::Usage(format!("the input has no line that begins with `{needle}`")))
    };
    let map = text.lines().position(|line| line == "kind: ConfigMap").unwrap_or_default();
    let name = text.lines().skip(map).position(|line| line.starts_with("  name: ")).unwrap_or_default() + map;
    let column = text.lines().nth(name).map_or(0, str::len);
    for (what, line, start, end, texts) in [
        ("a number of replicas", place("replicas:")?, 12, 13, ["2", "3"]),
        ("the name of a config map", name, column - 1, column, ["x", "y"]),
    ] {
        let mut times = Vec::new();
        for (number, text) in texts.iter().cycle().take(EDITS).enumerate() {
            let range = json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}});
            let before = Instant::now();
            editor.tell(
                "textDocument/didChange",
                &json!({
                    "textDocument": {"uri": uri, "version": number + 2},
                    "contentChanges": [{"range": range, "text": text}],
                }),
            )?;
            editor.diagnostics(&uri)?;
            times.push(before.elapsed());
        }
        times.sort_unstable();
        let at =
            |share: usize| times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or_default();
        let verdict = if at(50) <= ALLOWED { "within" } else { "ABOVE" };
        bench.report.note(format!(
            "lsp {} objects, {what} edited {EDITS} times: findings after {} (9 of 10 within {}, worst {}), {verdict} {}",
            format::count(OBJECTS),
            format::duration(at(50)),
            format::duration(at(90)),
            format::duration(at(100)),
            format::duration(ALLOWED),
        ));
    }
    editor.end()?;
    std::fs::remove_dir_all(&input.folder).map_err(Failure::io("clear the input"))
}

/// The first file of the input that holds objects.
fn first_file(folder: &Path) -> Result<PathBuf, Failure> {
    let entries = std::fs::read_dir(folder).map_err(Failure::io("list the input"))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| {
        file.extension().is_some_and(|ending| ending == "yaml") && !file.ends_with("kustomization.yaml")
    });
    files.sort();
    files.into_iter().next().ok_or_else(|| Failure::Usage("the input has no files".to_owned()))
}

/// An editor, as far as the server can tell.
struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Editor {
    fn start(design: &Path, folder: &Path) -> Result<Self, Failure> {
        let mut server = Command::new(design)
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failure::io("start the language server"))?;
        let pipes = server.stdin.take().zip(server.stdout.take());
        let Some((input, output)) = pipes else { return Err(Failure::Usage("the server has no pipes".to_owned())) };
        let mut editor = Self { server, input, output: BufReader::new(output) };
        // The folder holds a kustomization as well; its files are what an editor has open.
        let kustomization = folder.join("kustomization.yaml");
        if kustomization.exists() {
            std::fs::remove_file(kustomization).map_err(Failure::io("clear the kustomization"))?;
        }
        let parameters =
            json!({"processId": null, "rootUri": format!("file://{}", folder.display()), "capabilities": {}});
        editor.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}))?;
        while editor.next()?.get("id").is_none() {}
        editor.tell("initialized", &json!({}))?;
        Ok(editor)
    }

    fn send(&mut self, message: &Value) -> Result<(), Failure> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())
            .and_then(|()| self.input.flush())
            .map_err(Failure::io("write to the language server"))
    }

    fn tell(&mut self, method: &str, parameters: &Value) -> Result<(), Failure> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}))
    }

    fn next(&mut self) -> Result<Value, Failure> {
        let attempt = "read from the language server";
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).map_err(Failure::io(attempt))? == 0 {
                return Err(Failure::Usage("the language server ended".to_owned()));
            }
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap_or_default(),
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).map_err(Failure::io(attempt))?;
        serde_json::from_slice(&bytes).map_err(|error| Failure::Usage(format!("{attempt}: {error}")))
    }

    fn diagnostics(&mut self, uri: &str) -> Result<(), Failure> {
        loop {
            let message = self.next()?;
            if message.pointer("/params/uri").and_then(Value::as_str) == Some(uri) {
                return Ok(());
            }
        }
    }

    fn end(mut self) -> Result<(), Failure> {
        self.send(&json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}))?;
        while self.next()?.get("id").is_none() {}
        self.tell("exit", &Value::Null)?;
        drop(self.input);
        self.server.wait().map(drop).map_err(Failure::io("end the language server"))
    }
}
