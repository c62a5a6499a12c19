//! What a catalog serves: bytes with a type, for as long as they hold.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// How long what is at an address holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lifetime {
    /// Forever: the address names a version or a digest.
    Forever,
    /// Until the next commit.
    Snapshot,
}

impl Lifetime {
    /// The header `Cache-Control` that says so.
    pub fn header(self) -> &'static str {
        match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Snapshot => "public, max-age=60, stale-while-revalidate=600",
        }
    }
}

/// What the bytes of a document are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaType {
    /// A feed of RFC 4287.
    Atom,
    /// Anything.
    Bytes,
    /// A style sheet.
    Css,
    /// A compressed archive.
    Gzip,
    /// A page.
    Html,
    /// A script.
    JavaScript,
    /// JSON.
    Json,
    /// A JSON Feed.
    JsonFeed,
    /// A JSON value a line.
    JsonLines,
    /// A picture.
    Png,
    /// A drawing.
    Svg,
    /// Text.
    Text,
    /// XML.
    Xml,
    /// YAML (RFC 9512).
    Yaml,
}

impl MediaType {
    /// As `Content-Type` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Bytes => "application/octet-stream",
            Self::Css => "text/css; charset=utf-8",
            Self::Gzip => "application/gzip",
            Self::Html => "text/html; charset=utf-8",
            Self::JavaScript => "text/javascript; charset=utf-8",
            Self::Json => "application/json",
            Self::JsonFeed => "application/feed+json",
            Self::JsonLines => "application/x-ndjson",
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Text => "text/plain; charset=utf-8",
            Self::Xml => "application/xml",
            Self::Yaml => "application/yaml",
        }
    }
}

/// A strong entity tag: of equal bytes an equal one. It is the beginning of their SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag(u128);

impl Tag {
    /// That of bytes.
    pub fn of(body: &[u8]) -> Self {
        let digest = Sha256::digest(body);
        Self(digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte)))
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

/// A document before it is compressed.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub path: String,
    pub media_type: MediaType,
    pub lifetime: Lifetime,
    pub body: Vec<u8>,
}

impl Draft {
    pub(crate) fn new(
        path: impl Into<String>,
        media_type: MediaType,
        lifetime: Lifetime,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        Self { path: path.into(), media_type, lifetime, body: body.into() }
    }
}

/// A document of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its address below that of the catalog, beginning with `/`. One that ends so is a page of its folder.
    pub path: String,
    /// Its media type.
    pub media_type: MediaType,
    /// How long it holds.
    pub lifetime: Lifetime,
    /// Its bytes, compressed by gzip.
    pub compressed: Vec<u8>,
    /// Its entity tag.
    pub tag: Tag,
}

impl Document {
    /// A document of these bytes.
    pub fn new(path: impl Into<String>, media_type: MediaType, lifetime: Lifetime, body: &[u8]) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        // Writing to memory cannot fail.
        let _ = encoder.write_all(body);
        let compressed = encoder.finish().unwrap_or_default();
        Self { path: path.into(), media_type, lifetime, compressed, tag: Tag::of(body) }
    }

    /// Its bytes as they are.
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        // What was compressed here can be read again.
        let _ = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(self.compressed.as_slice()), &mut body);
        body
    }
}

/// The digest of bytes, as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_equal_ones_have_an_equal_tag() {
        let one = Document::new("/a", MediaType::Text, Lifetime::Forever, b"abc");
        assert_eq!(one.body(), b"abc");
        assert_eq!(one.tag, Document::new("/b", MediaType::Html, Lifetime::Snapshot, b"abc").tag);
        assert_ne!(one.tag, Document::new("/a", MediaType::Text, Lifetime::Forever, b"abd").tag);
    }
}
