//! What a profile makes the load generator do.

use std::num::NonZeroU16;
use std::time::Duration;

use url::Url;

use super::{Client, Profile, Protocol};
use crate::load::{Arrivals, CONNECTIONS, Load, Request, Speech, Target, Unusable};
use crate::number::share;

impl Profile {
    /// The loads of all clients, which run side by side: one for each endpoint, which share rate and connections of their
    /// client. A client without a rate is a closed loop.
    pub fn loads(&self, warm_up: Duration, timeout: Duration) -> Result<Vec<Load>, Unusable> {
        let unusable = |what: &str| Unusable(format!("the profile {}: {what}", self.name));
        let duration = self.measured().ok_or_else(|| unusable("its duration cannot be read"))?;
        let mut loads = Vec::new();
        for client in &self.clients {
            let urls = client.endpoint_urls.len();
            for (number, url) in client.endpoint_urls.iter().enumerate() {
                let part = |whole: u64| whole / urls as u64 + u64::from((number as u64) < whole % urls as u64);
                let connections = client.open_connections();
                let rate = share(client.rps, urls as u64);
                loads.push(Load {
                    target: target(client, url).map_err(|why| unusable(&why.0))?,
                    arrivals: (client.rps > 0).then_some(Arrivals::Constant(rate)),
                    connections: usize::try_from(part(connections.into())).unwrap_or(1).max(1),
                    duration,
                    warm_up,
                    timeout,
                    threads: 1,
                });
            }
        }
        Ok(loads)
    }
}

fn target(client: &Client, url: &str) -> Result<Target, Unusable> {
    let url = Url::parse(url).map_err(|error| Unusable(format!("{url}: {error}")))?;
    Target::new(&client.request(), &url)
}

impl Client {
    /// How many connections it has open at a time, whether it says so or not.
    pub fn open_connections(&self) -> u32 {
        if self.connections == 0 { CONNECTIONS } else { self.connections }
    }

    /// What each of its requests says.
    pub fn request(&self) -> Request {
        let mut headers: Vec<(String, String)> =
            self.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        if !self.content_type.is_empty() {
            headers.push(("Content-Type".to_owned(), self.content_type.clone()));
        }
        let method = if self.body.is_empty() { "GET" } else { "POST" };
        let speech = match self.protocol {
            Protocol::Grpc => Speech::Grpc { streams: NonZeroU16::MIN },
            _ => Speech::Http1,
        };
        let body = self.body.clone().into_bytes();
        Request { method: method.to_owned(), headers, body, speech, ..Request::default() }
    }
}
