//! HTTP/2 on a connection (RFC 9113), several requests at a time; gRPC over it.

use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::{HeaderMap, Request, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::Mutex;

use super::stream::Stream;
use super::worker::{Answer, Due, Shared};
use super::{Speech, grpc};

/// How much a server may send before it is told to go on, in bytes: as much as common clients allow.
const WINDOW: u32 = 1 << 20;

/// What sends over a connection; none before the first request and after the connection ended.
type Open = Mutex<Option<SendRequest<Full<Bytes>>>>;

/// One connection with its streams, each of which sends one request after the other.
pub(super) async fn connection(shared: &Shared<'_>, number: usize) {
    let (Speech::Http2 { streams } | Speech::Grpc { streams }) = shared.load.target.speech else { return };
    let open = Open::default();
    let streams = (0..streams.get()).map(|_| stream(shared, &open, number));
    let mut streams: FuturesUnordered<_> = streams.collect();
    while streams.next().await.is_some() {}
}

async fn stream(shared: &Shared<'_>, open: &Open, number: usize) {
    while let Some(due) = shared.next().await {
        let answer = shared.in_time(exchange(shared, open, due, number)).await;
        shared.conclude(due, answer).await;
    }
}

async fn exchange(shared: &Shared<'_>, open: &Open, due: Due, number: usize) -> Result<Answer, &'static str> {
    let target = &shared.load.target;
    let mut sender = {
        let mut open = open.lock().await;
        if let Some(sender) = open.as_ref().filter(|sender| !sender.is_closed()) {
            shared.sends(due);
            sender.clone()
        } else {
            let stream = Stream::open(target, number).await?;
            shared.opened(due);
            let mut builder = Builder::new(TokioExecutor::new());
            builder.initial_stream_window_size(WINDOW).initial_connection_window_size(WINDOW * 16);
            let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|error| reason(&error))?;
            // It ends with its sender; what goes wrong shows with the requests.
            tokio::spawn(connection);
            open.insert(sender).clone()
        }
    };
    sender.ready().await.map_err(|error| reason(&error))?;
    let mut request = Request::new(Full::new(target.body.clone()));
    *request.method_mut() = target.method.clone();
    *request.uri_mut() = target.uri.clone();
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = target.headers.clone();
    let response = sender.send_request(request).await.map_err(|error| reason(&error))?;
    let (head, mut body) = response.into_parts();
    let mut bytes = 0;
    let mut trailers = None;
    while let Some(frame) = body.frame().await {
        match frame.map_err(|error| reason(&error))?.into_data() {
            Ok(data) => bytes += data.remaining() as u64,
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    if matches!(target.speech, Speech::Grpc { .. }) {
        grpc::outcome(&head.headers, trailers.as_ref().unwrap_or(&HeaderMap::new()), head.status)?;
    }
    Ok(Answer { status: head.status.as_u16(), bytes })
}

/// Why a request failed, in words of which there are only few.
fn reason(error: &hyper::Error) -> &'static str {
    let of_system = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    match of_system {
        Some(error) => super::stream::reason(error),
        None if error.is_closed() || error.is_canceled() => "connection closed",
        None if error.is_incomplete_message() => "cut answer",
        None => "HTTP/2 failed",
    }
}
