//! How much one client may ask.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::HeaderMap;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Limits by client.
pub(crate) struct Limit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    proxies: Vec<IpAddr>,
}

impl Limit {
    /// So many requests a second, and so many at once; a number of nought is one. What asks through one of `proxies` is who it says.
    pub(crate) fn new((rate, burst): (u32, u32), proxies: Vec<IpAddr>) -> Self {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst));
        Self { limiter: RateLimiter::keyed(quota), proxies }
    }

    /// Who asks: the other end of the connection; behind proxies that are trusted, the last one that they name and that is none of them.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = plain(peer);
        if !self.proxies.contains(&peer) {
            return peer;
        }
        let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let named: Vec<IpAddr> =
            values.flat_map(|value| value.split(',')).filter_map(|one| one.trim().parse().ok()).map(plain).collect();
        named.into_iter().rev().find(|one| !self.proxies.contains(one)).unwrap_or(peer)
    }

    /// Counts a request of a client; the error is how long it should wait before the next, in whole seconds.
    pub(crate) fn take(&self, client: IpAddr) -> Result<(), u64> {
        self.limiter.check_key(&network(client)).map_err(|refused| {
            let wait: Duration = refused.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }

    /// Forgets clients that have not asked for long.
    pub(crate) fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// An address of version 4 that is written as one of version 6 is what it is.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Whoever has one address of version 6 has at least 2^64 of them (RFC 6177), so they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", text.parse().unwrap());
        headers
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_trusted_proxy_says_for_whom_it_asks() {
        let limit = Limit::new((1, 1), vec![address("10.0.0.1"), address("10.0.0.2")]);
        let headers = forwarded("192.0.2.9, 192.0.2.1, 10.0.0.2");
        assert_eq!(limit.client(address("10.0.0.1"), &headers), address("192.0.2.1"));
        assert_eq!(limit.client(address("::ffff:10.0.0.1"), &headers), address("192.0.2.1"));
        assert_eq!(limit.client(address("203.0.113.5"), &headers), address("203.0.113.5"));
        assert_eq!(limit.client(address("10.0.0.1"), &forwarded("nonsense")), address("10.0.0.1"));
    }

    #[test]
    fn each_client_has_its_own_and_a_network_counts_as_one() {
        let limit = Limit::new((1, 2), Vec::new());
        assert!(limit.take(address("192.0.2.1")).is_ok() && limit.take(address("192.0.2.1")).is_ok());
        assert_eq!(limit.take(address("192.0.2.1")), Err(1));
        assert!(limit.take(address("192.0.2.2")).is_ok());
        assert!(limit.take(address("2001:db8::1")).is_ok() && limit.take(address("2001:db8::2")).is_ok());
        assert!(limit.take(address("2001:db8::3")).is_err());
        limit.forget();
    }
}
