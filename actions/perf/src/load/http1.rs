//! HTTP/1.1 on a connection: one request after the other.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::response::{Body, Chunks, Head, head};
use super::stream::{Stream, reason};
use super::worker::{Answer, Due, Shared};

/// How many bytes are read at a time.
const BUFFER: usize = 16 * 1024;

/// One connection: sends one request after the other, and is opened anew where it was closed.
pub(super) async fn connection(shared: &Shared<'_>, number: usize) {
    let mut buffer = vec![0; BUFFER].into_boxed_slice();
    let mut open: Option<Stream> = None;
    while let Some(due) = shared.next().await {
        let answer = shared.in_time(exchange(shared, &mut open, &mut buffer, due, number)).await;
        let keeps = answer.as_ref().is_ok_and(|(_, keeps)| *keeps);
        if !keeps {
            open = None;
        }
        shared.conclude(due, answer.map(|(answer, _)| answer)).await;
    }
}

/// Sends one request and reads its answer. Returns that, and whether the connection may be used again; the error is a reason
/// in words.
async fn exchange(
    shared: &Shared<'_>,
    open: &mut Option<Stream>,
    buffer: &mut [u8],
    due: Due,
    number: usize,
) -> Result<(Answer, bool), &'static str> {
    let target = &shared.load.target;
    let stream = if let Some(stream) = open {
        shared.sends(due);
        stream
    } else {
        let stream = Stream::open(target, number).await?;
        shared.opened(due);
        open.insert(stream)
    };
    stream.write_all(&target.request).await.map_err(|error| reason(&error))?;
    let (head, bytes) = read_answer(stream, buffer, target.is_head).await?;
    Ok((Answer { status: head.status, bytes }, head.keeps))
}

async fn read_answer(stream: &mut Stream, buffer: &mut [u8], is_head: bool) -> Result<(Head, u64), &'static str> {
    let mut filled = 0;
    let head = loop {
        let free = buffer.get_mut(filled..).filter(|free| !free.is_empty()).ok_or("head too long")?;
        let read = stream.read(free).await.map_err(|error| reason(&error))?;
        if read == 0 {
            return Err(if filled == 0 { "closed without an answer" } else { "cut answer" });
        }
        filled += read;
        let mut whole = buffer.get(..filled).unwrap_or_default();
        // What is said before the answer (100, 103) is none.
        while let Some(found) = head(whole, is_head)? {
            if found.status >= 200 {
                break;
            }
            whole = whole.get(found.length..).unwrap_or_default();
        }
        if let Some(found) = head(whole, is_head)? {
            let skipped = filled - whole.len();
            break Head { length: skipped + found.length, ..found };
        }
    };
    let mut bytes = filled as u64;
    let mut chunks = Chunks::default();
    let mut body = buffer.get(head.length..filled).unwrap_or_default();
    let mut missing = match head.body {
        Body::Length(length) => length,
        _ => u64::MAX,
    };
    loop {
        if head.body == Body::Chunked {
            let read = chunks.read(body)?;
            if chunks == Chunks::Done {
                if read < body.len() {
                    return Err("more than an answer");
                }
                return Ok((head, bytes));
            }
        } else {
            missing = missing.checked_sub(body.len() as u64).ok_or("more than an answer")?;
            if missing == 0 {
                return Ok((head, bytes));
            }
        }
        let read = stream.read(buffer).await.map_err(|error| reason(&error))?;
        if read == 0 {
            return if head.body == Body::Close { Ok((head, bytes)) } else { Err("cut answer") };
        }
        bytes += read as u64;
        body = buffer.get(..read).unwrap_or_default();
    }
}
