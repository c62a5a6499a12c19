//! `.Files`: what lies in a chart and is neither template, values nor sub-chart.

use std::collections::BTreeMap;
use std::rc::Rc;

use regex::Regex;

use crate::functions::base64;
use crate::text::Text;
use crate::value::{Data, Map, Value};
use crate::yaml::to_yaml;

/// Files by path, as templates see them.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileSet(BTreeMap<Rc<str>, Rc<[u8]>>);

impl FromIterator<(Rc<str>, Rc<[u8]>)> for FileSet {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Rc<[u8]>)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

impl FileSet {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Rc<str>, &Rc<[u8]>)> {
        self.0.iter()
    }

    /// The text of a file; of one that is not there the empty text.
    pub fn get(&self, path: &str) -> String {
        self.0.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Option<Rc<[u8]>> {
        self.0.get(path).cloned()
    }

    /// The files whose path matches a pattern.
    pub fn glob(&self, pattern: &str) -> Self {
        let Some(pattern) = glob(pattern) else { return self.clone() };
        let matching = self.0.iter().filter(|(path, _)| pattern.is_match(path));
        Self(matching.map(|(path, bytes)| (Rc::clone(path), Rc::clone(bytes))).collect())
    }

    /// The lines of a file.
    pub fn lines(&self, path: &str) -> Vec<Value> {
        match self.0.get(path) {
            Some(bytes) if !bytes.is_empty() => {
                let text = String::from_utf8_lossy(bytes);
                let text = text.strip_suffix('\n').unwrap_or(&text);
                text.split('\n').map(Value::from).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The files as `data` of a config map, or with `encoded` of a secret: by name without the folder.
    pub fn as_data(&self, encoded: bool) -> Text {
        let entry = |(path, bytes): (&Rc<str>, &Rc<[u8]>)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = if encoded { base64(bytes) } else { String::from_utf8_lossy(bytes).into_owned() };
            (Rc::from(name), Value::from(text))
        };
        to_yaml(&Data::Map(self.0.iter().map(entry).collect::<Map>()).into())
    }
}

/// A pattern of paths: `*` and `?` within a folder, `**` across, `[…]`, `{a,b}`. `None` where it cannot be read, for which
/// Helm takes every file.
pub(crate) fn glob(pattern: &str) -> Option<Regex> {
    let mut expression = String::from("^");
    let mut letters = pattern.chars().peekable();
    let mut alternatives = 0_usize;
    while let Some(letter) = letters.next() {
        match letter {
            '*' if letters.next_if_eq(&'*').is_some() => expression.push_str("(?s:.*)"),
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '[' => {
                expression.push('[');
                if letters.next_if_eq(&'!').is_some() {
                    expression.push('^');
                }
            }
            ']' => expression.push(']'),
            '{' => {
                alternatives += 1;
                expression.push_str("(?:");
            }
            '}' if alternatives > 0 => {
                alternatives -= 1;
                expression.push(')');
            }
            ',' if alternatives > 0 => expression.push('|'),
            '\\' => expression.push_str(&regex::escape(&letters.next()?.to_string())),
            '-' => expression.push('-'),
            letter => expression.push_str(&regex::escape(&letter.to_string())),
        }
    }
    expression.push('$');
    Regex::new(&expression).ok()
}
