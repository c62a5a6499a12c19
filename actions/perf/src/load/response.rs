//! Reading answers of HTTP/1.1 (RFC 9112): what is needed to know where one ends.

use httparse::{EMPTY_HEADER, Response, Status};

/// More header fields than this are refused.
const MOST_HEADERS: usize = 96;

/// The head of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// How many bytes it has.
    pub(super) length: usize,
    /// The status.
    pub(super) status: u16,
    /// How its body ends.
    pub(super) body: Body,
    /// Whether the connection may be used again.
    pub(super) keeps: bool,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// After so many bytes.
    Length(u64),
    /// With a chunk of nothing.
    Chunked,
    /// With the connection.
    Close,
}

/// Reads a head; `None` where more of it has to come. The error is a reason in words.
pub(super) fn head(bytes: &[u8], is_head_request: bool) -> Result<Option<Head>, &'static str> {
    const MALFORMED: &str = "malformed answer";
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut response = Response::new(&mut headers);
    let length = match response.parse(bytes).map_err(|_| MALFORMED)? {
        Status::Complete(length) => length,
        Status::Partial => return Ok(None),
    };
    let status = response.code.ok_or(MALFORMED)?;
    let mut body = Body::Close;
    let mut keeps = response.version == Some(1);
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") && body != Body::Chunked {
            let text = std::str::from_utf8(header.value).map_err(|_| MALFORMED)?;
            body = Body::Length(text.trim().parse().map_err(|_| MALFORMED)?);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            let last = header.value.rsplit(|byte| *byte == b',').next().unwrap_or_default();
            if last.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                body = Body::Chunked;
            }
        } else if header.name.eq_ignore_ascii_case("connection") {
            let words = |wanted: &[u8]| {
                header.value.split(|byte| *byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(wanted))
            };
            keeps = if words(b"close") { false } else { keeps || words(b"keep-alive") };
        }
    }
    if is_head_request || status == 204 || status == 304 || status < 200 {
        body = Body::Length(0);
    }
    Ok(Some(Head { length, status, body, keeps: keeps && body != Body::Close }))
}

/// Where in a body of chunks a reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In a line that says how long a chunk is.
    #[default]
    Size0,
    /// In such a line, with what it says until now.
    Size(u64),
    /// Behind the number in such a line.
    Extension(u64),
    /// In a chunk of which so many bytes are to come, the end of its line with them.
    Data(u64),
    /// At the begin of a line behind the last chunk.
    Trailer,
    /// Within such a line.
    TrailerField,
    /// Behind the end.
    Done,
}

impl Chunks {
    /// Reads on. Returns how many of the bytes belong to the body; the error is a reason in words.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<usize, &'static str> {
        const MALFORMED: &str = "malformed chunk";
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            if let Self::Data(left) = *self {
                let here = bytes.len().saturating_sub(at);
                let taken = here.min(usize::try_from(left).unwrap_or(usize::MAX));
                at += taken;
                let left = left - taken as u64;
                *self = if left == 0 { Self::Size0 } else { Self::Data(left) };
                continue;
            }
            at += 1;
            *self = match (*self, byte) {
                (Self::Size0, byte) => Self::Size(digit(byte).ok_or(MALFORMED)?),
                (Self::Size(size) | Self::Extension(size), b'\n') => match size {
                    0 => Self::Trailer,
                    size => Self::Data(size.checked_add(2).ok_or(MALFORMED)?),
                },
                (Self::Size(size), byte) => match digit(byte) {
                    Some(more) => Self::Size(size.checked_mul(16).ok_or(MALFORMED)? + more),
                    None if matches!(byte, b'\r' | b';' | b' ' | b'\t') => Self::Extension(size),
                    None => return Err(MALFORMED),
                },
                (Self::Trailer, b'\n') => {
                    *self = Self::Done;
                    return Ok(at);
                }
                (Self::Trailer, b'\r') | (Self::TrailerField, b'\n') => Self::Trailer,
                (Self::Trailer, _) => Self::TrailerField,
                (state, _) => state,
            };
        }
        Ok(at)
    }
}

fn digit(byte: u8) -> Option<u64> {
    char::from(byte).to_digit(16).map(u64::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn heads_say_where_bodies_end() {
        let of = |text: &str| head(text.as_bytes(), false);
        let found = of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc").unwrap().unwrap();
        assert_eq!(found, Head { length: 38, status: 200, body: Body::Length(3), keeps: true });
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 3\r\n\r\n";
        assert_eq!(of(chunked).unwrap().unwrap().body, Body::Chunked);
        let closed = of("HTTP/1.0 200 OK\r\n\r\n").unwrap().unwrap();
        assert_eq!((closed.body, closed.keeps), (Body::Close, false));
        assert!(!of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n").unwrap().unwrap().keeps);
        assert_eq!(of("HTTP/1.1 204 No\r\n\r\n").unwrap().unwrap().body, Body::Length(0));
        assert_eq!(of("HTTP/1.1 200 OK\r\nContent-"), Ok(None));
        assert!(of("SSH-2.0-OpenSSH\r\n").is_err());
        assert!(of("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_that_are_none_are_refused() {
        for text in ["x\r\n", "3\r\nabc\r\nx", "ffffffffffffffffff\r\n"] {
            assert!(Chunks::default().read(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn chunks_end_where_they_end_however_they_come(
            sizes in prop::collection::vec(1usize..200, 0..6), cut in 1usize..40, has_trailer: bool
        ) {
            let mut text = String::new();
            for size in &sizes {
                text.push_str(&format!("{size:x};a=b\r\n{}\r\n", "z".repeat(*size)));
            }
            text.push_str(if has_trailer { "0\r\na: b\r\n\r\n" } else { "0\r\n\r\n" });
            let whole = text.len();
            text.push_str("HTTP/1.1");
            let mut chunks = Chunks::default();
            let mut read = 0;
            for piece in text.as_bytes().chunks(cut) {
                read += chunks.read(piece).unwrap();
                if chunks == Chunks::Done { break; }
            }
            prop_assert_eq!(read, whole);
        }
    }
}
