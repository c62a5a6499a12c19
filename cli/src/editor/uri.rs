//! Paths of this machine as URIs, and back (RFC 8089).

use lsp_types::Uri;

/// The path that a `file` URI names; `None` for another one.
pub fn path(uri: &Uri) -> Option<String> {
    let rest = uri.as_str().strip_prefix("file://")?;
    // Some editors name the machine.
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let digits = (*byte == b'%').then(|| path.get(index + 1..index + 3)).flatten();
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(*byte));
        index += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).ok().filter(|path| path.starts_with('/'))
}

/// The URI of an absolute path; `None` for another one.
pub fn of(path: &str) -> Option<Uri> {
    let mut text = String::from("file://");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    path.starts_with('/').then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_uris_and_back() {
        for name in ["/a/b.yaml", "/with space/ü+%20#?.yaml", "/C:/x"] {
            assert_eq!(path(&of(name).unwrap()).as_deref(), Some(name));
        }
        assert_eq!(path(&"file://localhost/a".parse().unwrap()).as_deref(), Some("/a"));
        assert_eq!(path(&"untitled:Untitled-1".parse().unwrap()), None);
        assert_eq!(of("relative.yaml"), None);
    }
}
