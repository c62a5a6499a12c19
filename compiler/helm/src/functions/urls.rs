//! Addresses taken apart and put together, by the rules of Go's `net/url`.

use super::Function;
use crate::fault::Fault;
use crate::value::{Map, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "urlParse" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            let url = Url::read(text.as_str());
            let url = url.map_err(|reason| Fault::wrong(format!("`urlParse` cannot read the address: {reason}")))?;
            let hostname = split_port(&url.host).0.to_owned();
            let entries = [
                ("scheme", url.scheme),
                ("host", url.host),
                ("hostname", hostname),
                ("path", url.path),
                ("query", url.query),
                ("opaque", url.opaque),
                ("fragment", url.fragment),
                ("userinfo", url.user.unwrap_or_default()),
            ];
            Ok(entries.into_iter().map(|(key, text)| (key.into(), text.into())).collect::<Map>().into())
        },
        "urlJoin" => |call, args| {
            let parts = call.map(args, 0)?;
            let text = |key: &str| match parts.get(key) {
                None => Ok(String::new()),
                Some(value) => value
                    .as_text()
                    .map(|text| text.as_str().to_owned())
                    .ok_or_else(|| Fault::wrong(format!("`urlJoin` wants a text as `{key}`"))),
            };
            let given = text("userinfo")?;
            let user = user(&given).map_err(|reason| Fault::wrong(format!("`urlJoin`: {reason}")))?;
            let url = Url {
                scheme: text("scheme")?,
                opaque: text("opaque")?,
                user: Some(user).filter(|_| !given.is_empty()),
                host: text("host")?,
                path: text("path")?,
                query: text("query")?,
                fragment: text("fragment")?,
            };
            let written = url.written();
            call.budget.bytes(written.len())?;
            Ok(Value::from(written))
        },
        _ => return None,
    })
}

/// The parts of an address. Path and fragment are without escapes.
#[derive(Default)]
struct Url {
    scheme: String,
    opaque: String,
    /// With its escapes.
    user: Option<String>,
    host: String,
    path: String,
    query: String,
    fragment: String,
}

/// Which letters a part of an address may hold as they are.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    User,
    Host,
    Path,
    Fragment,
}

impl Url {
    fn read(text: &str) -> Result<Self, String> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("it holds control characters".to_owned());
        }
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut url = Self { fragment: unescape(fragment, Part::Fragment)?, ..Self::default() };
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        query.clone_into(&mut url.query);
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                rest.clone_into(&mut url.opaque);
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|first| first.contains(':')) {
                return Err("its first part holds a colon".to_owned());
            }
        }
        let has_authority = rest.starts_with("//") && (!scheme.is_empty() || !rest.starts_with("///"));
        let path = if has_authority {
            let rest = rest.get(2..).unwrap_or_default();
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = match authority.rsplit_once('@') {
                Some((before, host)) => {
                    url.user = Some(user(before)?);
                    host
                }
                None => authority,
            };
            url.host = read_host(host, matches!(url.scheme.as_str(), "http" | "https"))?;
            path
        } else {
            rest
        };
        url.path = unescape(path, Part::Path)?;
        Ok(url)
    }

    fn written(&self) -> String {
        let mut output = String::new();
        if !self.scheme.is_empty() {
            output.push_str(&self.scheme);
            output.push(':');
        }
        if self.opaque.is_empty() {
            let has_authority = !self.host.is_empty() || self.user.is_some();
            if has_authority || (!self.scheme.is_empty() && !self.path.is_empty()) {
                output.push_str("//");
            }
            if let Some(user) = &self.user {
                output.push_str(user);
                output.push('@');
            }
            output.push_str(&escape(&self.host, Part::Host));
            let path = if self.path == "*" { "*".to_owned() } else { escape(&self.path, Part::Path) };
            if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
                output.push('/');
            }
            if output.is_empty() && path.split('/').next().is_some_and(|first| first.contains(':')) {
                output.push_str("./");
            }
            output.push_str(&path);
        } else {
            output.push_str(&self.opaque);
        }
        if !self.query.is_empty() {
            output.push('?');
            output.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            output.push('#');
            output.push_str(&escape(&self.fragment, Part::Fragment));
        }
        output
    }
}

/// The scheme in front of an address, and the rest.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    match text.split_once(|letter: char| !is_letter(letter)) {
        Some(("", _)) if text.starts_with(':') => Err("it has no scheme before the colon".to_owned()),
        Some((scheme, rest))
            if text.as_bytes().get(scheme.len()) == Some(&b':')
                && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) =>
        {
            Ok((scheme, rest))
        }
        _ => Ok(("", text)),
    }
}

/// What stands before a host, with the escapes that it needs.
fn user(text: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(letter);
    if !text.chars().all(is_plain) {
        return Err("what stands before the host is not allowed there".to_owned());
    }
    let again = |text: &str| Ok::<_, String>(escape(&unescape(text, Part::User)?, Part::User));
    match text.split_once(':') {
        Some((name, word)) => Ok(format!("{}:{}", again(name)?, again(word)?)),
        None => again(text),
    }
}

/// Checks a host. Of the web it has one colon at most; others may be lists of hosts with ports.
fn read_host(host: &str, is_web: bool) -> Result<String, String> {
    let is_port =
        |text: &str| text.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let port = if host.starts_with('[') {
        let end = host.rfind(']').ok_or("its host has no `]`")?;
        host.get(end + 1..).unwrap_or_default()
    } else {
        let colon = if is_web { host.find(':') } else { host.rfind(':') };
        colon.map_or("", |at| host.get(at..).unwrap_or_default())
    };
    if !port.is_empty() && !is_port(port) {
        return Err("its port is no number".to_owned());
    }
    unescape(host, Part::Host)
}

/// A host without its port, and the port.
fn split_port(host: &str) -> (&str, &str) {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    };
    (name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name), port)
}

fn unescape(text: &str, part: Part) -> Result<String, String> {
    let mut output = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
            let pair = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
            let byte = pair.ok_or("it holds a `%` without two digits")?;
            // In a host only what is no ASCII is written with escapes.
            if part == Part::Host && byte < 0x80 && byte != b'%' {
                return Err("its host holds an escape".to_owned());
            }
            output.push(byte);
        } else if part == Part::Host && byte < 0x80 && is_escaped(byte, part) {
            return Err("its host holds what is not allowed there".to_owned());
        } else {
            output.push(byte);
        }
    }
    Ok(String::from_utf8_lossy(&output).into_owned())
}

fn escape(text: &str, part: Part) -> String {
    let mut output = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_escaped(byte, part) {
            output.push_str(&format!("%{byte:02X}"));
        } else {
            output.push(char::from(byte));
        }
    }
    output
}

fn is_escaped(byte: u8, part: Part) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => false,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'[' | b']' | b'<'
        | b'>' | b'"'
            if part == Part::Host =>
        {
            false
        }
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match part {
            Part::User => matches!(byte, b'@' | b'/' | b'?' | b':'),
            Part::Path => byte == b'?',
            Part::Fragment => false,
            Part::Host => true,
        },
        b'!' | b'(' | b')' | b'*' => part != Part::Fragment,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_again() {
        for text in [
            "https://user:word@example.com:8080/a%20b/c?x=1#part",
            "mailto:someone@example.com",
            "/only/a/path",
            "//host/path",
            "http://[::1]:80/",
        ] {
            assert_eq!(Url::read(text).unwrap().written(), text);
        }
        assert_eq!(split_port("[::1]:80"), ("::1", "80"));
        for wrong in ["http://a b/", ":80", "http://host:port/", "a%2", "1:2/x", "http://a@b c@d/"] {
            assert!(Url::read(wrong).is_err(), "{wrong}");
        }
    }
}
