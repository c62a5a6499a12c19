//! One thread that sends: a pacer that hands out requests when they are due, and connections that send them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_util::StreamExt as _;
use futures_util::future::{Either, join, select};
use futures_util::stream::FuturesUnordered;

use super::deadlines::Deadlines;
use super::measurement::Measurement;
use super::pacing::Timer;
use super::{Glimpse, Live, Load, Schedule, Speech, Stop, http1, http2};
use crate::clock;

/// At most so many requests wait for a connection; what comes on top of that has failed.
const MOST_WAITING: usize = 1 << 20;

/// How often it is looked whether requests have no time left, in nanoseconds.
const BEAT: u64 = 20_000_000;

/// How long a connection waits whose server is away, in nanoseconds.
const AWAY: u64 = 10_000_000;

/// How often an ended load is noticed while nothing else happens.
const GLANCE: u64 = 50_000_000;

/// How often what was measured is put where somebody looks on, in nanoseconds.
const SHOW: u64 = 250_000_000;

/// The part of a load that a thread sends.
pub(super) struct Part<'a> {
    pub load: &'a Load,
    /// Which thread it is, and of how many.
    pub thread: usize,
    pub threads: usize,
    /// When all threads begin.
    pub begin: u64,
    /// What is measured: of requests that are due in it.
    pub window: (u64, u64),
    /// Somebody who looks on.
    pub live: Option<&'a Live>,
    pub stop: &'a Stop,
}

/// What the pacer and the connections of a thread share.
pub(super) struct Shared<'a> {
    pub load: &'a Load,
    stop: &'a Stop,
    window: (u64, u64),
    live: Option<(&'a Live, RefCell<Glimpse>)>,
    /// Requests that no connection has taken yet.
    due: RefCell<VecDeque<Due>>,
    /// Connections that wait for a request.
    waiting: RefCell<VecDeque<Waker>>,
    deadlines: Deadlines,
    is_over: Cell<bool>,
    measured: RefCell<Measurement>,
}

/// An answer.
pub(super) struct Answer {
    /// Its status.
    pub status: u16,
    /// How many bytes came.
    pub bytes: u64,
}

/// A request that is to be sent.
#[derive(Clone, Copy)]
pub(super) struct Due {
    /// When it was due.
    due: u64,
    /// Whether a connection was waiting for it.
    was_awaited: bool,
}

/// Sends the part of a thread, and returns what it measured.
pub(super) fn run(part: &Part<'_>) -> Result<Measurement, String> {
    let &Part { load, thread, threads, begin, window, live, stop } = part;
    let alive = clock::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the system gives no runtime: {error}"))?;
    let shared = Shared {
        load,
        stop,
        window,
        live: live.map(|live| Ok::<_, String>((live, RefCell::new(Glimpse::new()?)))).transpose()?,
        due: RefCell::default(),
        waiting: RefCell::default(),
        deadlines: Deadlines::default(),
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
        let shared = &shared;
        tasks.extend((0..connections).map(|number| async move {
            match shared.load.target.speech {
                Speech::Http1 => http1::connection(shared, number).await,
                Speech::Http2 { .. } | Speech::Grpc { .. } => http2::connection(shared, number).await,
            }
        }));
        let answers = async { while tasks.next().await.is_some() {} };
        let work = join(pace(shared, &timer, schedule, begin), answers);
        match select(pin!(work), pin!(beat(shared))).await {
            Either::Left(((paced, ()), _)) => paced,
            Either::Right((Err(why), _)) => Err(why),
            Either::Right((Ok(never), _)) => match never {},
        }
    };
    paced?;
    Ok(shared.measured.into_inner())
}

/// Does what is done from time to time. The runtime's own timers are not used: each of its waits would set one of the kernel's.
async fn beat(shared: &Shared<'_>) -> Result<Infallible, String> {
    let timer = Timer::new()?;
    let mut shown = clock::now();
    loop {
        timer.until(clock::now() + BEAT).await?;
        let now = clock::now();
        shared.deadlines.pass(now);
        if let Some((live, glimpse)) = &shared.live
            && now - shown >= SHOW
        {
            live.put(&mut glimpse.borrow_mut());
            shown = now;
        }
    }
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
        waiting.push_back(Due { due, was_awaited: connection.is_some() });
        drop(waiting);
        if let Some(connection) = connection {
            connection.wake();
        }
    }

    /// The next request; `None` once there will be none.
    pub async fn next(&self) -> Option<Due> {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&self, context: &Context<'_>) -> Poll<Option<Due>> {
        if self.load.arrivals.is_none() {
            let now = clock::now();
            let is_over = self.is_over.get() || now >= self.window.1;
            return Poll::Ready((!is_over).then_some(Due { due: now, was_awaited: false }));
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

    /// Shows something to whoever looks on.
    fn show(&self, what: impl FnOnce(&mut Glimpse)) {
        if let Some((_, glimpse)) = &self.live {
            what(&mut glimpse.borrow_mut());
        }
    }

    /// Waits for an answer as long as there is time for it. The error is a reason in words.
    pub async fn in_time<T>(&self, answer: impl Future<Output = Result<T, &'static str>>) -> Result<T, &'static str> {
        let timeout = u64::try_from(self.load.timeout.as_nanos()).unwrap_or(u64::MAX);
        let end = clock::now().saturating_add(timeout);
        self.deadlines.until(end, answer).await.unwrap_or(Err("timeout"))
    }

    /// A connection was opened for a request.
    pub fn opened(&self, due: Due) {
        self.measure(due.due, |measured| measured.opened += 1);
    }

    /// A request goes out over a connection that was there: how late it is, is the generator's own doing.
    pub fn sends(&self, due: Due) {
        if due.was_awaited {
            let lateness = clock::now() - due.due;
            self.measure(due.due, |measured| measured.lateness.saturating_record(lateness.max(1)));
            self.show(|glimpse| glimpse.sent(lateness));
        }
    }

    /// Measures what came of a request.
    pub async fn conclude(&self, due: Due, answer: Result<Answer, &'static str>) {
        let time = clock::now() - due.due;
        self.show(|glimpse| glimpse.concluded(answer.as_ref().map_or(true, |answer| answer.status >= 400), time));
        match answer {
            Ok(answer) => self.measure(due.due, |measured| measured.answered(answer.status, time, answer.bytes)),
            Err(reason) => {
                self.measure(due.due, |measured| measured.lost(reason, time));
                // A server that is away is not asked as fast as the loop turns.
                if self.load.arrivals.is_none() && reason != "timeout" {
                    self.deadlines.until(clock::now() + AWAY, pending::<Infallible>()).await;
                }
            }
        }
    }
}
