//! Performance profiles of the SMP specification (service-mesh-performance, `protos/service_mesh_performance.proto`) and of
//! Meshery: read from the dialects that are about, written in three of them.
//!
//! Read are Meshery's file with `test` and `mesh` (D1), the test alone (D2), what protojson writes of both (D3), Meshery's form
//! since 2026 (D4), and its saved profile (D5). Names are taken in any spelling (`endpoint_urls`, `endpointUrls`), numbers as
//! text as well. What is ambiguous is a finding and not guessed.

mod duration;
mod fields;
mod loads;
mod read;
mod result;
mod write;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::objective::Objective;

pub use read::{Read, read};
pub use result::{ReadResult, Source, TestResult, Unit, read_result, read_wrk, write_result};
pub use write::write;

/// A form that profiles are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// D1: `test` and `mesh`, names with underscores, enumerations by name or number.
    Wrapped,
    /// D2: the test alone.
    Bare,
    /// D4: `test` and `mesh`, names in camel case, the protocol in lower case, the mesh by its name.
    Native,
    /// D5: a profile as Meshery saves it. It is read and not written: it holds what a server made of it.
    Saved,
}

/// A performance test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The release of the specification that the file names, as it stands there.
    pub smp_version: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Who sends what.
    pub clients: Vec<Client>,
    /// How long, as it stands in the file: a duration of Go.
    pub duration: String,
    /// The mesh: a name, or a message of the specification. Kept as it is.
    pub mesh: Option<Value>,
}

/// What a client sends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Client {
    /// Whether the load comes from within the cluster.
    pub internal: bool,
    /// The load generator that was meant; this program is another one.
    pub load_generator: String,
    /// The protocol.
    pub protocol: Protocol,
    /// How many connections are open at a time; 0 is not said.
    pub connections: u32,
    /// Requests each second, of all connections together; 0: as many as are answered.
    pub rps: u64,
    /// Header fields.
    pub headers: BTreeMap<String, String>,
    /// Cookies.
    pub cookies: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// The type of the body.
    pub content_type: String,
    /// Where requests go.
    pub endpoint_urls: Vec<String>,
    /// A certificate.
    pub ssl_certificate: String,
    /// Options of the load generator that was meant, as text.
    pub additional_options: String,
}

/// A protocol, by the numbers of the specification since v0.3.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// None is named.
    #[default]
    Unsaid,
    /// HTTP.
    Http,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// gRPC.
    Grpc,
}

/// The protocols with their names in lower case.
const PROTOCOLS: [(Protocol, &str); 5] = [
    (Protocol::Unsaid, "invalid"),
    (Protocol::Http, "http"),
    (Protocol::Tcp, "tcp"),
    (Protocol::Udp, "udp"),
    (Protocol::Grpc, "grpc"),
];

impl Protocol {
    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        PROTOCOLS.iter().find(|(protocol, _)| *protocol == self).map_or("", |(_, name)| name)
    }
}

/// A duration as Go writes it: `30s`, `1m30s`, `500ms`; `None` of anything else, and of what is not positive.
pub fn time(text: &str) -> Option<Duration> {
    duration::parse(text)
}

impl Profile {
    /// What it limits.
    pub fn objectives(&self) -> Vec<Objective> {
        Objective::among(&self.labels)
    }

    /// How long is measured; `None` where the text is no duration.
    pub fn measured(&self) -> Option<Duration> {
        duration::parse(&self.duration)
    }
}
