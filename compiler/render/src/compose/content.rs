//! What config maps and secrets hold, and how compose gives it to a container.

use design_vocabulary::{Component, Object, Value};

use super::{Project, scalar};

/// The keys and values of a config map or secret that are texts.
pub(super) fn texts(component: &Component) -> Vec<(String, String)> {
    let bytes = contents(component).into_iter();
    bytes.filter_map(|(key, bytes)| Some((key, String::from_utf8(bytes).ok()?))).collect()
}

/// The keys and values of a config map or secret.
pub(super) fn contents(component: &Component) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    let is_secret = component.kind == "Secret";
    for (field, is_encoded) in [("data", is_secret), ("binaryData", true), ("stringData", false)] {
        let entries = component.configuration.get(field).and_then(Value::as_object);
        for (key, value) in entries.into_iter().flat_map(Object::iter) {
            let text = scalar(value).unwrap_or_default();
            let bytes = if is_encoded { decode(&text).unwrap_or_default() } else { text.as_bytes().to_vec() };
            match found.iter_mut().find(|(known, _)| *known == **key) {
                Some((_, old)) => *old = bytes,
                None => found.push((key.to_string(), bytes)),
            }
        }
    }
    found
}

/// The bytes of a text in Base64 (RFC 4648, section 4); `None` where it is none. White space does not count.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace() && *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

impl Project<'_> {
    /// Gives a service one key of a config map or secret as a file.
    pub(super) fn give_file(
        &mut self,
        service: &mut Object,
        (kind, object, key): (&str, &str, &str),
        content: Vec<u8>,
        target: &str,
        mode: Option<i64>,
    ) {
        let is_secret = kind == "Secret";
        // An object that a compose file became holds one key, which is called like it.
        let is_alone = key.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-") == object;
        let name = if is_alone { key.to_owned() } else { format!("{object}-{key}") };
        let name = name.replace(|letter: char| !is_name(letter), "-");
        let mut declared = Object::new();
        match String::from_utf8(content) {
            Ok(text) if !is_secret => {
                declared.insert("content", text.as_str().into());
            }
            // A secret has no content of its own, and a config's is text.
            content => {
                let bytes = content.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
                let folder = if is_secret { "secrets" } else { "configs" };
                let path = format!("{folder}/{name}");
                declared.insert("file", format!("./{path}").as_str().into());
                self.files.insert(path, bytes);
            }
        }
        let section = if is_secret { &mut self.secrets } else { &mut self.configs };
        section.insert(name.clone(), declared);
        let mut mount = Object::from_iter([("source", Value::from(name.as_str())), ("target", Value::from(target))]);
        if let Some(mode) = mode {
            mount.insert("mode", mode.into());
        }
        super::add_to(service, if is_secret { "secrets" } else { "configs" }, mount.into());
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(decode("aGVsbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(decode("aGVs\nbG8h").as_deref(), Some(&b"hello!"[..]));
        assert_eq!(decode("a-b"), None);
    }
}
