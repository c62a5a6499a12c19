//! The faults of a proxy.

use std::time::Duration;

use hyper::Method;

/// What a fault does to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Answers with a status code without asking the server. With 429, `retry_after` is the header of that name, in seconds.
    Answer {
        /// The status code.
        status: u16,
        /// The header `Retry-After`.
        retry_after: Option<u32>,
    },
    /// Lets the server do it, and answers 500.
    ErrorAfterwards,
    /// Cuts the connection before the server hears of it.
    Cut,
    /// Lets the server do it, and cuts the connection instead of answering.
    CutAfterwards,
    /// Waits before the server hears of it.
    Stall(Duration),
    /// Lets the server do it, and waits before the answer is passed on.
    StallAfterwards(Duration),
}

impl Effect {
    /// 409 as the API server gives it when an object was written by another meanwhile.
    pub const CONFLICT: Self = Self::Answer { status: 409, retry_after: None };
    /// 429 with `Retry-After: 1`.
    pub const TOO_MANY: Self = Self::Answer { status: 429, retry_after: Some(1) };
}

/// A fault: which requests it meets and what it does to them. Without a narrowing it meets the next request once.
#[derive(Clone, Debug)]
pub struct Fault {
    pub(crate) effect: Effect,
    method: Option<Method>,
    path: Option<String>,
    /// How many requests that fit pass before it.
    passing: usize,
    /// How many requests it meets after those.
    times: usize,
}

impl Fault {
    /// A fault for the next request.
    pub const fn new(effect: Effect) -> Self {
        Self { effect, method: None, path: None, passing: 0, times: 1 }
    }

    /// Only requests by a method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only requests whose path and query hold a text.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// The n-th request that fits, from 1, counted from when the fault was injected.
    #[must_use]
    pub const fn nth(mut self, number: usize) -> Self {
        self.passing = number.saturating_sub(1);
        self
    }

    /// So many requests one after the other, not one.
    #[must_use]
    pub const fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// What happens to a request that is looked at now; counts it.
    pub(crate) fn meet(&mut self, method: &Method, path: &str) -> Option<Effect> {
        let fits = self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.path.as_ref().is_none_or(|part| path.contains(part.as_str()));
        if !fits {
            return None;
        }
        if self.passing > 0 {
            self.passing -= 1;
            return None;
        }
        self.times = self.times.checked_sub(1)?;
        Some(self.effect)
    }
}

/// A request that a proxy saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its method.
    pub method: Method,
    /// Its path with the query.
    pub path: String,
    /// What was done to it; `None` where it was passed on.
    pub effect: Option<Effect>,
    /// What the server answered; `None` where it was not asked or has not answered yet.
    pub status: Option<u16>,
}

impl Seen {
    /// Whether it would change something, a dry run left out.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD && !self.path.contains("dryRun=All")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(fault: Fault, requests: &[(Method, &str)]) -> Vec<bool> {
        let mut fault = fault;
        requests.iter().map(|(method, path)| fault.meet(method, path).is_some()).collect()
    }

    #[test]
    fn a_fault_meets_the_requests_that_it_is_for() {
        let requests = [
            (Method::GET, "/a"),
            (Method::PATCH, "/a?b"),
            (Method::PATCH, "/c"),
            (Method::PATCH, "/a"),
            (Method::GET, "/a"),
        ];
        let fault = || Fault::new(Effect::Cut);
        assert_eq!(met(fault(), &requests), [true, false, false, false, false]);
        assert_eq!(met(fault().method(Method::PATCH), &requests), [false, true, false, false, false]);
        assert_eq!(met(fault().path("/a").nth(2), &requests), [false, true, false, false, false]);
        assert_eq!(met(fault().method(Method::PATCH).path("/a").nth(2), &requests), [false, false, false, true, false]);
        assert_eq!(met(fault().nth(3).times(2), &requests), [false, false, true, true, false]);
    }
}
