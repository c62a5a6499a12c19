//! gRPC over HTTP/2 ("gRPC over HTTP2", doc/PROTOCOL-HTTP2.md of grpc/grpc): what a request and an outcome look like.

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

/// What is asked where a URL names no method: `Check` of the health protocol (doc/health-checking.md), of the server as a
/// whole, whose message is empty.
pub(super) const HEALTH: &str = "/grpc.health.v1.Health/Check";

/// A message in its frame: not compressed, its length in four bytes.
pub(super) fn frame(message: &[u8]) -> Option<Bytes> {
    let mut frame = BytesMut::with_capacity(message.len() + 5);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).ok()?);
    frame.put_slice(message);
    Some(frame.freeze())
}

/// The codes of `grpc-status` beyond 0, which is success, by their numbers.
const CODES: [&str; 17] = [
    "gRPC OK",
    "gRPC CANCELLED",
    "gRPC UNKNOWN",
    "gRPC INVALID_ARGUMENT",
    "gRPC DEADLINE_EXCEEDED",
    "gRPC NOT_FOUND",
    "gRPC ALREADY_EXISTS",
    "gRPC PERMISSION_DENIED",
    "gRPC RESOURCE_EXHAUSTED",
    "gRPC FAILED_PRECONDITION",
    "gRPC ABORTED",
    "gRPC OUT_OF_RANGE",
    "gRPC UNIMPLEMENTED",
    "gRPC INTERNAL",
    "gRPC UNAVAILABLE",
    "gRPC DATA_LOSS",
    "gRPC UNAUTHENTICATED",
];

/// Whether an answer is one: its status stands in the trailers, or in the head where there is nothing else. An answer of a
/// status that is not 200 comes from something that speaks no gRPC, and counts as what it is. The error is a reason in words.
pub(super) fn outcome(head: &HeaderMap, trailers: &HeaderMap, status: StatusCode) -> Result<(), &'static str> {
    if status != StatusCode::OK {
        return Ok(());
    }
    let code = trailers.get("grpc-status").or_else(|| head.get("grpc-status"));
    let code = code.ok_or("no gRPC status")?.to_str().ok().and_then(|code| code.parse::<usize>().ok());
    match code {
        Some(0) => Ok(()),
        Some(code) => Err(CODES.get(code).copied().unwrap_or("gRPC UNKNOWN")),
        None => Err("malformed gRPC status"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_what_the_status_says() {
        let status =
            |code: &'static str| HeaderMap::from_iter([("grpc-status".parse().unwrap(), code.parse().unwrap())]);
        let none = HeaderMap::new();
        assert_eq!(outcome(&none, &status("0"), StatusCode::OK), Ok(()));
        assert_eq!(outcome(&status("14"), &none, StatusCode::OK), Err("gRPC UNAVAILABLE"));
        assert_eq!(outcome(&none, &status("99"), StatusCode::OK), Err("gRPC UNKNOWN"));
        assert_eq!(outcome(&none, &status("x"), StatusCode::OK), Err("malformed gRPC status"));
        assert_eq!(outcome(&none, &none, StatusCode::OK), Err("no gRPC status"));
        assert_eq!(outcome(&none, &none, StatusCode::BAD_GATEWAY), Ok(()));
    }

    #[test]
    fn a_frame_says_how_long_its_message_is() {
        assert_eq!(frame(b"ab").unwrap().as_ref(), [0, 0, 0, 0, 2, b'a', b'b']);
    }
}
