//! URLs: `url`, `isURL`, and their parts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cel::objects::{Key, Map, Opaque};
use cel::{Context, ExecutionError, Value};

use super::{Declared, failure, one, string, text_of};

/// A URL in its parts, as Go's `url.ParseRequestURI` takes it: absolute, or a path from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Url {
    scheme: String,
    host: String,
    path: String,
    query: String,
}

impl Opaque for Url {
    fn runtime_type_name(&self) -> &'static str {
        "kubernetes.URL"
    }
}

impl Url {
    fn read(text: &str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
            return None;
        }
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if !text.starts_with('/') => (scheme, rest),
            _ if text.starts_with('/') => ("", text),
            _ => return None,
        };
        let mut letters = scheme.chars();
        let is_scheme = scheme.is_empty()
            || (letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
                && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.')));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) if !scheme.is_empty() => rest.find('/').map_or((rest, ""), |start| rest.split_at(start)),
            _ if rest.starts_with('/') => ("", rest),
            _ => return None,
        };
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let url = Self {
            scheme: scheme.to_ascii_lowercase(),
            host: host.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
        };
        let (_, port) = url.host_and_port();
        (is_scheme && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(url)
    }

    fn of(value: &Value) -> Result<&Self, ExecutionError> {
        let found = match value {
            Value::Opaque(opaque) => opaque.downcast_ref(),
            _ => None,
        };
        found.ok_or_else(|| failure("url", "this is no URL"))
    }

    fn host_and_port(&self) -> (&str, &str) {
        match self.host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or(rest)),
            None => self.host.rsplit_once(':').unwrap_or((&self.host, "")),
        }
    }
}

pub(super) fn declare(context: &mut Context<'static, 'static>) -> Declared {
    one(context, "url", |text| {
        let text = text_of("url", text)?;
        let url = Url::read(text).ok_or_else(|| failure("url", format_args!("`{text}` is no URL")))?;
        Ok(Value::Opaque(Arc::new(url)))
    })?;
    one(context, "isURL", |text| Ok(Value::Bool(Url::read(text_of("isURL", text)?).is_some())))?;
    one(context, "getScheme", |value| Ok(string(&Url::of(value)?.scheme)))?;
    one(context, "getHost", |value| Ok(string(&Url::of(value)?.host)))?;
    one(context, "getHostname", |value| Ok(string(Url::of(value)?.host_and_port().0)))?;
    one(context, "getPort", |value| Ok(string(Url::of(value)?.host_and_port().1)))?;
    one(context, "getEscapedPath", |value| Ok(string(&Url::of(value)?.path)))?;
    one(context, "getQuery", |value| {
        let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for part in Url::of(value)?.query.split('&').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            parts.entry(key).or_default().push(value);
        }
        let entry =
            |(key, values): (&str, Vec<&str>)| (Key::String(Arc::new(key.to_owned())), super::lists::texts(values));
        let map: HashMap<Key, Value> = parts.into_iter().map(entry).collect();
        Ok(Value::Map(Map { map: Arc::new(map) }))
    })
}
