//! One thread that sends: a pacer that hands out requests when they are due, and connections that send them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::measurement::Measurement;
use super::pacing::Timer;
use super::response::{Body, Chunks, Head, head};
use super::{Load, Schedule, Stop};
use crate::clock;

/// At most so many requests wait for a connection; what comes on top of that has failed.
const MOST_WAITING: usize = 1 << 20;

/// How many bytes are read at a time.
const BUFFER: usize = 16 * 1024;

/// How often an ended load is noticed while nothing else happens.
const GLANCE: u64 = 50_000_000;

/// What the pacer and the connections of a thread share.
struct Shared<'a> {
    load: &'a Load,
    stop: &'a Stop,
    /// What is measured: of requests that are due in it.
    window: (u64, u64),
    /// Requests that no connection has taken yet.
    due: RefCell<VecDeque<Request>>,
    /// Connections that wait for a request.
    waiting: RefCell<VecDeque<Waker>>,
    is_over: Cell<bool>,
    measured: RefCell<Measurement>,
}

/// A request that is to be sent.
#[derive(Clone, Copy)]
struct Request {
    /// When it was due.
    due: u64,
    /// Whether a connection was waiting for it.
    was_awaited: bool,
}

/// Sends the part of a thread, and returns what it measured.
pub(super) fn run(
    load: &Load,
    thread: usize,
    threads: usize,
    begin: u64,
    window: (u64, u64),
    stop: &Stop,
) -> Result<Measurement, String> {
    let alive = clock::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the system gives no runtime: {error}"))?;
    let shared = Shared {
        load,
        stop,
        window,
        due: RefCell::default(),
        waiting: RefCell::default(),
        is_over: Cell::new(false),
        measured: RefCell::new(Measurement::new()?),
    };
    let schedule = load.arrivals.map(|arrivals| Schedule::new(arrivals, thread, threads));
    let connections = load.connections / threads + usize::from(thread < load.connections % threads);
    let mut measured = runtime.block_on(all(shared, schedule, begin, connections))?;
    measured.processor = processor_time();
    measured.alive = clock::now() - alive;
    Ok(measured)
}

/// The processor time of this thread, in nanoseconds; 0 where the system does not tell.
fn processor_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

async fn all(
    shared: Shared<'_>,
    schedule: Option<Schedule>,
    begin: u64,
    connections: usize,
) -> Result<Measurement, String> {
    let timer = Timer::new()?;
    let paced = {
        let mut tasks = FuturesUnordered::new();
        tasks.extend((0..connections).map(|number| connection(&shared, number)));
        let answers = async { while tasks.next().await.is_some() {} };
        let (paced, ()) = join(pace(&shared, &timer, schedule, begin), answers).await;
        paced
    };
    paced?;
    Ok(shared.measured.into_inner())
}

/// Hands out requests when they are due, until the window is over.
async fn pace(shared: &Shared<'_>, timer: &Timer, schedule: Option<Schedule>, begin: u64) -> Result<(), String> {
    let paced = hand_out(shared, timer, schedule, begin).await;
    shared.is_over.set(true);
    // Whoever waits learns that nothing comes any more.
    shared.waiting.take().into_iter().for_each(Waker::wake);
    paced
}

async fn hand_out(shared: &Shared<'_>, timer: &Timer, schedule: Option<Schedule>, begin: u64) -> Result<(), String> {
    let (_, end) = shared.window;
    timer.until(begin).await?;
    let Some(schedule) = schedule else {
        // In a closed loop the connections go on by themselves.
        while clock::now() < end && !shared.stop.is_stopped() {
            timer.until(end.min(clock::now() + GLANCE)).await?;
        }
        return Ok(());
    };
    for due in schedule.map(|time| begin + time).take_while(|due| *due < end) {
        while clock::now() < due {
            if shared.stop.is_stopped() {
                return Ok(());
            }
            timer.until(due.min(clock::now() + GLANCE)).await?;
        }
        shared.hand_out(due);
    }
    Ok(())
}

impl Shared<'_> {
    fn hand_out(&self, due: u64) {
        let mut waiting = self.due.borrow_mut();
        if waiting.len() >= MOST_WAITING {
            self.measure(due, |measured| measured.lost("never sent, too many waited", clock::now() - due));
            return;
        }
        let connection = self.waiting.borrow_mut().pop_front();
        if connection.is_none() {
            self.measure(due, |measured| measured.queued += 1);
        }
        waiting.push_back(Request { due, was_awaited: connection.is_some() });
        drop(waiting);
        if let Some(connection) = connection {
            connection.wake();
        }
    }

    /// The next request; `None` once there will be none.
    fn poll_next(&self, context: &Context<'_>) -> Poll<Option<Request>> {
        if self.load.arrivals.is_none() {
            let now = clock::now();
            let is_over = self.is_over.get() || now >= self.window.1;
            return Poll::Ready((!is_over).then_some(Request { due: now, was_awaited: false }));
        }
        if let Some(request) = self.due.borrow_mut().pop_front() {
            return Poll::Ready(Some(request));
        }
        if self.is_over.get() {
            return Poll::Ready(None);
        }
        self.waiting.borrow_mut().push_back(context.waker().clone());
        Poll::Pending
    }

    /// Measures something of a request, if it was due in the window.
    fn measure(&self, due: u64, what: impl FnOnce(&mut Measurement)) {
        let (from, end) = self.window;
        if (from..end).contains(&due) {
            what(&mut self.measured.borrow_mut());
        }
    }
}

/// One connection: sends one request after the other, and is opened anew where it was closed.
async fn connection(shared: &Shared<'_>, number: usize) {
    let mut buffer = vec![0; BUFFER].into_boxed_slice();
    let mut open: Option<TcpStream> = None;
    while let Some(request) = poll_fn(|context| shared.poll_next(context)).await {
        let wait = Instant::now() + shared.load.timeout;
        let answer = timeout_at(wait, exchange(shared, &mut open, &mut buffer, request, number)).await;
        let time = clock::now() - request.due;
        match answer {
            Ok(Ok((head, bytes))) => {
                shared.measure(request.due, |measured| measured.answered(head.status, time, bytes));
                if !head.keeps {
                    open = None;
                }
            }
            Ok(Err(reason)) => {
                open = None;
                shared.measure(request.due, |measured| measured.lost(reason, time));
                // A server that is away is not asked as fast as the loop turns.
                if shared.load.arrivals.is_none() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            Err(_) => {
                open = None;
                shared.measure(request.due, |measured| measured.lost("timeout", time));
            }
        }
    }
}

/// Sends one request and reads its answer. Returns the head and how many bytes came; the error is a reason in words.
async fn exchange(
    shared: &Shared<'_>,
    open: &mut Option<TcpStream>,
    buffer: &mut [u8],
    request: Request,
    number: usize,
) -> Result<(Head, u64), &'static str> {
    let target = &shared.load.target;
    let is_new = open.is_none();
    let stream = if let Some(stream) = open {
        stream
    } else {
        let address = target.addresses.get(number % target.addresses.len().max(1)).ok_or("no address")?;
        let stream = TcpStream::connect(address).await.map_err(|error| reason(&error))?;
        stream.set_nodelay(true).map_err(|error| reason(&error))?;
        shared.measure(request.due, |measured| measured.opened += 1);
        open.insert(stream)
    };
    if request.was_awaited && !is_new {
        let lateness = clock::now() - request.due;
        shared.measure(request.due, |measured| measured.lateness.saturating_record(lateness.max(1)));
    }
    stream.write_all(&target.request).await.map_err(|error| reason(&error))?;
    read_answer(stream, buffer, target.is_head).await
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8], is_head: bool) -> Result<(Head, u64), &'static str> {
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

/// Why the system let a request down, in words of which there are only few.
fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => "connection reset",
        ErrorKind::TimedOut => "timeout",
        ErrorKind::AddrNotAvailable | ErrorKind::AddrInUse => "no local port left",
        _ => "the system failed",
    }
}
