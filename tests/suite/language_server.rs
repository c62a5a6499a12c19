//! `design lsp`, driven as an editor drives it: messages over the pipes of the binary.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use design_tests::{Project, binary};
use serde_json::{Value, json};

/// Nothing here takes long; a server that says nothing for so long says nothing any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// An editor with one folder open.
struct Editor {
    project: Project,
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: u64,
    /// The version of each file that is open, as it was told last.
    versions: BTreeMap<String, u64>,
}

impl Editor {
    fn open(files: &[(&str, &str)]) -> Self {
        Self::with(files, &json!({}))
    }

    fn with(files: &[(&str, &str)], general: &Value) -> Self {
        let project = Project::new(files);
        let mut server = Command::new(binary())
            .args(["lsp", "--stdio"])
            .env("XDG_CONFIG_HOME", project.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, messages) = channel();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = server.stdin.take();
        let mut editor = Self { project, server, input, messages, next: 0, versions: BTreeMap::new() };
        let root = editor.uri("");
        let capabilities = json!({"general": general});
        let answer =
            editor.ask("initialize", &json!({"processId": null, "rootUri": root, "capabilities": capabilities}));
        assert_eq!(answer["serverInfo"]["name"], "design");
        editor.tell("initialized", &json!({}));
        editor
    }

    fn uri(&self, path: &str) -> String {
        let folder = self.project.path().canonicalize().unwrap();
        format!("file://{}/{path}", folder.display()).trim_end_matches('/').to_owned()
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
        let answer = self.wait(|message| message["id"] == id && message.get("method").is_none());
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn wait(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap();
            if is_wanted(&message) {
                return message;
            }
        }
    }

    /// The next findings of a file, as codes with their places.
    fn diagnostics(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        // What was told of the file before it was opened or changed may still be on its way.
        let version = self.versions.get(path).copied();
        let told = self.wait(|message| {
            let told = &message["params"];
            let is_current = version.is_none() || told["version"].as_u64() == version;
            message["method"] == "textDocument/publishDiagnostics" && told["uri"] == uri.as_str() && is_current
        });
        told["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn did_open(&mut self, path: &str) {
        let (uri, text) = (self.uri(path), self.project.read(path).unwrap());
        self.versions.insert(path.to_owned(), 1);
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
    }

    fn did_change(&mut self, path: &str, changes: &[(Value, &str)]) {
        self.next += 1;
        self.versions.insert(path.to_owned(), self.next);
        let document = json!({"uri": self.uri(path), "version": self.next});
        let changes: Vec<Value> = changes.iter().map(|(range, text)| json!({"range": range, "text": text})).collect();
        self.tell("textDocument/didChange", &json!({"textDocument": document, "contentChanges": changes}));
    }

    fn at(&self, path: &str, line: u32, character: u32) -> Value {
        json!({"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}})
    }

    fn labels(&mut self, path: &str, line: u32, character: u32) -> Vec<String> {
        let place = self.at(path, line, character);
        let items = self.ask("textDocument/completion", &place);
        items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }

    fn close(mut self) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        drop(self.input.take());
        assert!(self.server.wait().unwrap().success());
    }
}

/// Reads one message: a header with its length, an empty line, and so many bytes.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(number) => length = number.parse().ok()?,
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

const WEB: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: example.test/web:1
      envFrom:
        - configMapRef: {name: settings}
      env:
        - name: MODE
          valueFrom:
            configMapKeyRef: {name: settings, key: mode}
";

const SETTINGS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
  level: \"3\"
";

#[test]
fn a_diagnostic_appears_moves_and_disappears() {
    let mut editor = Editor::open(&[("app/web.yaml", WEB), ("app/settings.yaml", SETTINGS)]);
    editor.did_open("app/web.yaml");
    assert_eq!(editor.diagnostics("app/web.yaml"), [] as [Value; 0]);
    // A typo in the text that nobody has saved.
    editor.did_change("app/web.yaml", &[(range(6, 6, 11), "imag")]);
    let told = editor.diagnostics("app/web.yaml");
    let typo = told.iter().find(|told| told["code"] == "D0602").unwrap();
    assert_eq!(typo["range"], range(6, 6, 10));
    assert_eq!((typo["severity"].as_u64(), typo["source"].as_str()), (Some(1), Some("design")));
    // Two lines above it, in one message with two changes.
    editor.did_change("app/web.yaml", &[(range(0, 0, 0), "# one\n"), (range(0, 0, 0), "# two\n")]);
    let told = editor.diagnostics("app/web.yaml");
    let typo = told.iter().find(|told| told["code"] == "D0602").unwrap();
    assert_eq!(typo["range"], range(8, 6, 10));
    editor.did_change("app/web.yaml", &[(range(8, 6, 10), "image")]);
    assert_eq!(editor.diagnostics("app/web.yaml"), [] as [Value; 0]);
    editor.close();
}

#[test]
fn an_edit_of_one_file_is_felt_in_another() {
    let mut editor = Editor::open(&[("web.yaml", WEB), ("settings.yaml", SETTINGS)]);
    editor.did_open("settings.yaml");
    editor.diagnostics("settings.yaml");
    editor.did_change("settings.yaml", &[(range(5, 2, 6), "speed")]);
    let told = editor.diagnostics("web.yaml");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0]["code"].as_str(), &told[0]["range"]), (Some("D0312"), &range(12, 51, 55)));
    let related = &told[0]["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], editor.uri("settings.yaml").as_str());
    // Closed without being saved: what the disk has counts again.
    let uri = editor.uri("settings.yaml");
    editor.tell("textDocument/didClose", &json!({"textDocument": {"uri": uri}}));
    assert_eq!(editor.diagnostics("web.yaml"), [] as [Value; 0]);
    // A file that comes beside the editor.
    editor.project.write("more.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\n");
    let uri = editor.uri("more.yaml");
    editor.tell("workspace/didChangeWatchedFiles", &json!({"changes": [{"uri": uri, "type": 1}]}));
    let told = editor.diagnostics("more.yaml");
    assert!(told.iter().any(|told| told["code"] == "D0301"), "{told:?}");
    std::fs::remove_file(editor.project.path().join("more.yaml")).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", &json!({"changes": [{"uri": uri, "type": 3}]}));
    assert_eq!(editor.diagnostics("more.yaml"), [] as [Value; 0]);
    editor.close();
}

#[test]
fn definitions_references_hovers_and_symbols_are_answered() {
    let mut editor = Editor::open(&[("web.yaml", WEB), ("settings.yaml", SETTINGS)]);
    editor.did_open("web.yaml");
    editor.did_open("settings.yaml");
    let place = editor.at("web.yaml", 8, 33);
    let found = editor.ask("textDocument/definition", &place);
    assert_eq!(found, json!([{"uri": editor.uri("settings.yaml"), "range": range(3, 8, 16)}]));
    let place = editor.at("web.yaml", 12, 52);
    let found = editor.ask("textDocument/definition", &place);
    assert_eq!(found[0]["range"], range(5, 2, 6), "the key itself");
    let mut place = editor.at("settings.yaml", 3, 10);
    place["context"] = json!({"includeDeclaration": true});
    let found = editor.ask("textDocument/references", &place);
    let ranges: Vec<&Value> = found.as_array().unwrap().iter().map(|place| &place["range"]).collect();
    assert_eq!(ranges, [&range(3, 8, 16), &range(8, 31, 39), &range(12, 36, 44)]);
    let place = editor.at("settings.yaml", 1, 8);
    let hover = editor.ask("textDocument/hover", &place);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("**ConfigMap** in `v1`"), "{hover}");
    let place = editor.at("web.yaml", 6, 8);
    let hover = editor.ask("textDocument/hover", &place);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("`image`: a text"), "{hover}");
    let uri = editor.uri("settings.yaml");
    let symbols = editor.ask("textDocument/documentSymbol", &json!({"textDocument": {"uri": uri}}));
    assert_eq!((symbols[0]["name"].as_str(), symbols[0]["detail"].as_str()), (Some("settings"), Some("ConfigMap")));
    editor.did_change("web.yaml", &[(range(8, 31, 39), "absent")]);
    let place = editor.at("web.yaml", 8, 33);
    let hover = editor.ask("textDocument/hover", &place);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("# D0309: missing-object"), "{hover}");
    editor.close();
}

#[test]
fn names_keys_kinds_and_fields_are_completed() {
    let mut editor = Editor::open(&[("web.yaml", WEB), ("settings.yaml", SETTINGS)]);
    editor.did_open("web.yaml");
    editor.did_change("web.yaml", &[(range(8, 31, 39), "")]);
    assert_eq!(editor.labels("web.yaml", 8, 31), ["settings"]);
    editor.did_change("web.yaml", &[(range(12, 51, 55), "")]);
    assert_eq!(editor.labels("web.yaml", 12, 51), ["level", "mode"]);
    editor.did_change("web.yaml", &[(range(1, 6, 9), "")]);
    assert!(editor.labels("web.yaml", 1, 6).contains(&"ConfigMap".to_owned()));
    editor.did_change("web.yaml", &[(range(1, 6, 6), "Pod"), (range(0, 12, 14), "")]);
    assert_eq!(editor.labels("web.yaml", 0, 12), ["v1"]);
    editor.did_change("web.yaml", &[(range(0, 12, 12), "v1"), (range(6, 6, 32), "im")]);
    let fields = editor.labels("web.yaml", 6, 8);
    assert!(fields.contains(&"imagePullPolicy".to_owned()) && !fields.contains(&"envFrom".to_owned()), "{fields:?}");
    editor.close();
}

#[test]
fn a_quick_fix_is_offered_and_takes_the_finding_away() {
    let mut editor =
        Editor::open(&[("settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ä, labels: {ü: 1}}\n")]);
    editor.did_open("settings.yaml");
    editor.diagnostics("settings.yaml");
    editor.did_change("settings.yaml", &[(range(2, 17, 18), "😀"), (range(2, 30, 31), "n")]);
    let told = editor.diagnostics("settings.yaml");
    let label = told.iter().find(|told| told["message"].as_str().unwrap().contains("not a text")).unwrap();
    // Columns count units of UTF-16: the face is two of them.
    assert_eq!(label["range"], range(2, 33, 34));
    let uri = editor.uri("settings.yaml");
    let question = json!({"textDocument": {"uri": uri}, "range": label["range"], "context": {"diagnostics": [label]}});
    let actions = editor.ask("textDocument/codeAction", &question);
    assert_eq!(actions[0]["title"], "Replace `1` by `\"1\"`");
    assert_eq!((actions[0]["kind"].as_str(), actions[0]["isPreferred"].as_bool()), (Some("quickfix"), Some(true)));
    let edit = actions[0]["edit"]["changes"][uri.as_str()][0].clone();
    editor.did_change("settings.yaml", &[(edit["range"].clone(), edit["newText"].as_str().unwrap())]);
    let told = editor.diagnostics("settings.yaml");
    assert!(told.iter().all(|told| !told["message"].as_str().unwrap().contains("not a text")), "{told:?}");
    editor.close();
}

#[test]
fn an_editor_that_counts_bytes_gets_bytes() {
    let general = json!({"positionEncodings": ["utf-8", "utf-16"]});
    let mut editor = Editor::with(&[("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: ü😀}\n")], &general);
    editor.did_open("a.yaml");
    let told = editor.diagnostics("a.yaml");
    let name = told.iter().find(|told| told["code"] == "D0301").unwrap();
    assert_eq!(name["range"], range(2, 17, 23));
    editor.close();
}

#[test]
fn settings_of_the_folder_hold_in_the_editor_too() {
    let bad = "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\nspec: {containers: [{name: a, image: b}]}\n";
    let mut editor = Editor::open(&[("bad.yaml", bad), (".design.yaml", "rules: {D0301: note}\nexclud: []\n")]);
    editor.did_open("bad.yaml");
    let told = editor.diagnostics("bad.yaml");
    let name = told.iter().find(|told| told["code"] == "D0301").unwrap();
    assert_eq!(name["severity"], 3);
    editor.did_open(".design.yaml");
    let told = editor.diagnostics(".design.yaml");
    assert_eq!((told[0]["code"].as_str(), &told[0]["range"]), (Some("D0109"), &range(1, 0, 6)));
    editor.did_change(".design.yaml", &[(range(0, 15, 19), "error")]);
    let told = editor.diagnostics("bad.yaml");
    assert_eq!(told.iter().find(|told| told["code"] == "D0301").unwrap()["severity"], 1);
    editor.close();
}
