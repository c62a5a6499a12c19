//! Times after which something has failed, looked at with every beat.
//!
//! A timer of the runtime for each request costs more than the request's own bookkeeping: it is registered and taken back, and as long as
//! there is any, every wait of the runtime sets one of the kernel's.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

/// What waits on a thread.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<usize>>,
}

/// Something that waits.
#[derive(Debug)]
struct Slot {
    end: u64,
    waker: Option<Waker>,
}

/// The end of a slot that has passed, and that of one that nobody has.
const PASSED: u64 = 0;
const FREE: u64 = u64::MAX;

/// A slot, which is free again afterwards.
struct Taken<'a> {
    deadlines: &'a Deadlines,
    number: usize,
}

impl Deadlines {
    /// Waits for an answer until a time of [`crate::clock`], and then at most as long as to the next call of [`Deadlines::pass`]. `None`
    /// where it did not come.
    pub(super) async fn until<T>(&self, end: u64, answer: impl Future<Output = T>) -> Option<T> {
        let mut answer = pin!(answer);
        let slot = self.take(end.clamp(PASSED + 1, FREE - 1));
        poll_fn(|context| match answer.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if slot.has_passed(context.waker()) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Ends what had time until now.
    pub(super) fn pass(&self, now: u64) {
        // Whoever is woken takes its slot back, and is not run before this is done.
        for slot in self.slots.borrow_mut().iter_mut().filter(|slot| slot.end <= now) {
            slot.end = PASSED;
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        }
    }

    fn take(&self, end: u64) -> Taken<'_> {
        let mut slots = self.slots.borrow_mut();
        let number = self.free.borrow_mut().pop().unwrap_or_else(|| {
            slots.push(Slot { end, waker: None });
            slots.len() - 1
        });
        if let Some(slot) = slots.get_mut(number) {
            slot.end = end;
        }
        Taken { deadlines: self, number }
    }
}

impl Taken<'_> {
    /// Whether the time is over; whoever waits is woken when it is.
    fn has_passed(&self, waker: &Waker) -> bool {
        let mut slots = self.deadlines.slots.borrow_mut();
        let Some(slot) = slots.get_mut(self.number) else { return true };
        if slot.end == PASSED {
            return true;
        }
        if !slot.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            slot.waker = Some(waker.clone());
        }
        false
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.deadlines.slots.borrow_mut().get_mut(self.number) {
            slot.end = FREE;
        }
        self.deadlines.free.borrow_mut().push(self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::task::Context;

    use super::*;

    #[test]
    fn what_has_no_time_left_ends_with_the_next_beat() {
        let deadlines = Deadlines::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut early = Box::pin(deadlines.until(10, pending::<()>()));
        let mut late = Box::pin(deadlines.until(20, pending::<()>()));
        assert!(early.as_mut().poll(&mut context).is_pending() && late.as_mut().poll(&mut context).is_pending());
        deadlines.pass(9);
        assert!(early.as_mut().poll(&mut context).is_pending());
        deadlines.pass(10);
        assert_eq!(early.as_mut().poll(&mut context), Poll::Ready(None));
        assert!(late.as_mut().poll(&mut context).is_pending());
        drop(early);
        // A slot is taken again, and begins anew.
        let mut next = Box::pin(deadlines.until(30, pending::<()>()));
        assert!(next.as_mut().poll(&mut context).is_pending());
        assert_eq!(deadlines.slots.borrow().len(), 2);
        deadlines.pass(25);
        assert_eq!(late.as_mut().poll(&mut context), Poll::Ready(None));
        assert!(next.as_mut().poll(&mut context).is_pending());
        let mut answered = Box::pin(deadlines.until(1, ready(7)));
        assert_eq!(answered.as_mut().poll(&mut context), Poll::Ready(Some(7)));
    }
}
