//! What a catalog serves: bytes with a type, for as long as they hold.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// How long what is at an address holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A document of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its address below that of the catalog, beginning with `/`. One that ends so is a page of its folder.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// How long it holds.
    pub lifetime: Lifetime,
    /// Its bytes, compressed by gzip.
    pub compressed: Vec<u8>,
    /// A strong entity tag: of equal bytes an equal one.
    pub tag: String,
}

impl Document {
    /// A document of these bytes.
    pub fn new(path: impl Into<String>, media_type: &'static str, lifetime: Lifetime, body: &[u8]) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        // Writing to memory cannot fail.
        let _ = encoder.write_all(body);
        let compressed = encoder.finish().unwrap_or_default();
        let tag = Sha256::digest(body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { path: path.into(), media_type, lifetime, compressed, tag }
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
        let one = Document::new("/a", "text/plain", Lifetime::Forever, b"abc");
        assert_eq!(one.body(), b"abc");
        assert_eq!(one.tag, Document::new("/b", "text/html", Lifetime::Snapshot, b"abc").tag);
        assert_ne!(one.tag, Document::new("/a", "text/plain", Lifetime::Forever, b"abd").tag);
    }
}
