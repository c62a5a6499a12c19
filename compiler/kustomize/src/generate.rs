//! Config maps and secrets that are generated from files, env files and literals.

use base64::Engine as _;
use design_source::{Trace, Written};
use design_vocabulary::{Object, Segment, Span, Text, Value};

use crate::Fault;
use crate::build::Build;
use crate::cursor::Cursor;
use crate::resource::{Behavior, Resource};

/// The keys of a generator.
const KEYS: &[&str] = &["name", "namespace", "behavior", "literals", "files", "envs", "env", "options", "type"];

/// The keys of the options of generators.
pub(crate) const OPTIONS: &[&str] = &["labels", "annotations", "disableNameSuffixHash", "immutable"];

/// A key of a generated object with its content.
struct Pair {
    key: Text,
    content: Vec<u8>,
    at: Written,
}

impl Build<'_> {
    /// Generates an object. `global`: the options of the kustomization, where the generator stands in one; else it is a file
    /// of its own, with a name in `metadata`. `None` where it has no name, which is told of.
    pub fn generate(
        &mut self,
        kind: &'static str,
        folder: &str,
        generator: &Cursor,
        global: Option<&Cursor>,
        is_own_file: bool,
    ) -> Option<Resource> {
        let mut known = KEYS.to_vec();
        known.retain(|key| kind == "Secret" || *key != "type");
        if is_own_file {
            self.known(generator, &known);
        } else {
            self.only(generator, &known);
        }
        let metadata = generator.get(&self.store, "metadata").filter(|_| is_own_file);
        let said = |build: &mut Self, key: &str| {
            build.text(generator, key).or_else(|| build.text(metadata.as_ref()?, key)).filter(|text| !text.is_empty())
        };
        let Some(name) = said(self, "name") else {
            self.fault_of(generator.at, Fault::Generator { what: "it has no `name`".to_owned() });
            return None;
        };
        let namespace = said(self, "namespace");
        let own = generator.get(&self.store, "options");
        if let Some(own) = &own {
            self.only(own, OPTIONS);
        }
        let mut made = Made::new(kind);
        made.metadata("name", &name, generator.get(&self.store, "name").map(|name| name.at));
        if let Some(namespace) = &namespace {
            made.metadata("namespace", namespace, generator.get(&self.store, "namespace").map(|one| one.at));
        }
        for map in ["labels", "annotations"] {
            let mut texts = own.as_ref().map(|own| self.texts(own, map)).unwrap_or_default();
            for more in global.map(|global| self.texts(global, map)).unwrap_or_default() {
                if !texts.iter().any(|(key, ..)| *key == more.0) {
                    texts.push(more);
                }
            }
            for (key, text, at) in texts {
                made.text(&["metadata", map, &key], text, at);
            }
        }
        if kind == "Secret" {
            let at = generator.get(&self.store, "type").map_or(generator.at, |value| value.at);
            let text = self.text(generator, "type").filter(|text| !text.is_empty());
            made.text(&["type"], text.unwrap_or_else(|| "Opaque".into()), at);
        }
        for pair in self.pairs(folder, generator, &name) {
            made.pair(pair);
        }
        let flag = |build: &mut Self, key: &str| {
            let own = own.as_ref().is_some_and(|own| build.flag(own, key));
            own || global.is_some_and(|global| build.flag(global, key))
        };
        if flag(self, "immutable") {
            made.object.insert("immutable", Value::Bool(true));
        }
        let keeps_name = flag(self, "disableNameSuffixHash");
        let mut resource = Resource::new(made.object, generator.at, made.trace);
        resource.needs_hash = !keeps_name;
        resource.behavior = self.behavior(generator);
        Some(resource)
    }

    fn behavior(&mut self, generator: &Cursor) -> Behavior {
        let text = self.text(generator, "behavior");
        match text.as_deref() {
            None | Some("") => Behavior::Unspecified,
            Some("create") => Behavior::Create,
            Some("replace") => Behavior::Replace,
            Some("merge") => Behavior::Merge,
            Some(other) => {
                let what = format!("`{other}` is none of `create`, `replace` and `merge`");
                let at = generator.get(&self.store, "behavior").map_or(generator.at, |value| value.at);
                self.fault(at, Fault::Generator { what });
                Behavior::Unspecified
            }
        }
    }

    /// Keys and contents in kustomize's order: env files, literals, files.
    fn pairs(&mut self, folder: &str, generator: &Cursor, name: &str) -> Vec<Pair> {
        let mut envs = self.list(generator, "envs");
        envs.extend(generator.get(&self.store, "env"));
        let mut pairs = Vec::new();
        for entry in envs {
            let lines = self.content(folder, &entry, None).map(|(content, span)| self.env_file(&content, span));
            pairs.extend(lines.unwrap_or_default());
        }
        for entry in self.list(generator, "literals") {
            let text = entry.text().unwrap_or_default();
            if let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) {
                pairs.push(Pair { key: key.into(), content: unquoted(value).as_bytes().to_vec(), at: entry.at });
            } else {
                let what = format!("the literal `{text}` is not of the form `key=value`");
                self.fault(entry.at, Fault::Generator { what });
            }
        }
        for entry in self.list(generator, "files") {
            let text = entry.text().unwrap_or_default();
            let (key, path) = match text.split_once('=') {
                None => (text.rsplit('/').next().unwrap_or_default().into(), text.clone()),
                Some((key, path)) if !key.is_empty() && !path.is_empty() && !path.contains('=') => {
                    (Text::from(key), Text::from(path))
                }
                Some(_) => {
                    let what = format!("`{text}` is neither a path nor of the form `key=path`");
                    self.fault(entry.at, Fault::Generator { what });
                    continue;
                }
            };
            if let Some((content, span)) = self.content(folder, &entry, Some(&path)) {
                pairs.push(Pair { key, content, at: Written::Text(Span::new(span.file, 0, 0)) });
            }
        }
        let mut seen: std::collections::HashMap<Text, Written> = std::collections::HashMap::new();
        let mut kept = Vec::new();
        for pair in pairs {
            if let Some(first) = seen.get(&pair.key) {
                let (at, first) = (self.store.span(pair.at), self.store.span(*first));
                let what = format!("`{name}` gets the key `{}` twice", pair.key);
                self.fault_with(at, Fault::Generator { what }, ("the first one is here", first));
            } else if is_key(&pair.key) {
                seen.insert(pair.key.clone(), pair.at);
                kept.push(pair);
            } else {
                let what = format!("`{}` is no key: only letters, digits, `-`, `_` and `.` are", pair.key);
                self.fault(pair.at, Fault::Generator { what });
            }
        }
        kept
    }

    /// The bytes of a file that an entry names, and the span of its text.
    fn content(&mut self, folder: &str, entry: &Cursor, path: Option<&Text>) -> Option<(Vec<u8>, Span)> {
        let text = path.cloned().or_else(|| entry.text()).unwrap_or_default();
        let file = self.file_at(folder, &text, entry.at)?;
        match self.files.bytes(&file) {
            Ok((bytes, source)) => {
                let end = u32::try_from(source.text().len()).unwrap_or(u32::MAX);
                Some((bytes, Span::new(source.id(), 0, end)))
            }
            Err(reason) => {
                self.fault(entry.at, Fault::Missing { path: text.to_string(), reason });
                None
            }
        }
    }

    /// The lines of an env file.
    fn env_file(&mut self, content: &[u8], span: Span) -> Vec<Pair> {
        let Ok(text) = std::str::from_utf8(content) else {
            self.fault(Written::Text(span), Fault::Generator { what: "an env file has to be UTF-8".to_owned() });
            return Vec::new();
        };
        let mut pairs = Vec::new();
        let mut start = 0;
        for (number, raw) in text.split_inclusive('\n').enumerate() {
            let begin = start;
            start += raw.len();
            let line = raw.strip_suffix('\n').unwrap_or(raw);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line = if number == 0 { line.trim_start_matches('\u{feff}') } else { line };
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let offset = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
            let at = Written::Text(Span::new(span.file, offset(begin), offset(begin + raw.trim_end().len())));
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            if is_variable(key) {
                pairs.push(Pair { key: key.into(), content: value.as_bytes().to_vec(), at });
            } else {
                let what = format!("`{key}` is no name of an environment variable");
                self.fault(at, Fault::Generator { what });
            }
        }
        pairs
    }
}

/// An object that is being made.
struct Made {
    object: Object,
    trace: Trace,
}

impl Made {
    fn new(kind: &str) -> Self {
        let object = [("apiVersion", Value::from("v1")), ("kind", Value::from(kind))].into_iter().collect();
        Self { object, trace: Trace::default() }
    }

    fn metadata(&mut self, key: &str, text: &Text, at: Option<Written>) {
        let path = ["metadata", key];
        self.put(&path, Value::String(text.clone()), at);
    }

    fn text(&mut self, path: &[&str], text: Text, at: Written) {
        self.put(path, Value::String(text), Some(at));
    }

    fn put(&mut self, path: &[&str], value: Value, at: Option<Written>) {
        let mut object = &mut self.object;
        let Some((last, parents)) = path.split_last() else { return };
        for key in parents {
            if !object.contains_key(key) {
                object.insert(*key, Value::Object(Object::new()));
            }
            match object.get_mut(key) {
                Some(Value::Object(inner)) => object = inner,
                _ => return,
            }
        }
        object.insert(*last, value);
        if let Some(at) = at {
            let path: Vec<Segment> = path.iter().map(|key| Segment::from(*key)).collect();
            self.trace.set(&path, at);
        }
    }

    /// Data of a secret is base64; that of a config map only where it is no text.
    fn pair(&mut self, pair: Pair) {
        let is_secret = self.object.get_str("kind") == Some("Secret");
        let (map, text) = match String::from_utf8(pair.content) {
            Ok(text) if !is_secret => ("data", text),
            Ok(text) => ("data", base64_lines(text.as_bytes())),
            Err(error) => (if is_secret { "data" } else { "binaryData" }, base64_lines(error.as_bytes())),
        };
        self.put(&[map, &pair.key], Value::String(text.into()), Some(pair.at));
    }
}

/// Base64, in lines of seventy characters where it is not shorter than one.
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    if text.len() < LINE {
        return text;
    }
    let mut lines = String::with_capacity(text.len() + text.len() / LINE + 1);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(LINE.min(rest.len()));
        lines.push_str(line);
        lines.push('\n');
        rest = behind;
    }
    lines
}

fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

fn is_key(key: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !key.is_empty() && key.len() <= 253 && key != "." && !key.starts_with("..") && key.bytes().all(allowed)
}

fn is_variable(name: &str) -> bool {
    is_key(name) && !name.starts_with(|first: char| first.is_ascii_digit())
}
