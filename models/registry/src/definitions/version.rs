//! Releases of Kubernetes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A minor release of Kubernetes, such as `1.36`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(try_from = "String", into = "String")]
pub struct KubernetesVersion {
    major: u32,
    minor: u32,
}

/// A text that names no release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAVersion(String);

impl KubernetesVersion {
    /// The release with these numbers.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

impl FromStr for KubernetesVersion {
    type Err = NotAVersion;

    /// Reads `1.36`; also `v1.36` and `1.36.3`, whose patch number is left out: patches do not change the API.
    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u32>().ok()).flatten()
        });
        match (numbers.next().flatten(), numbers.next().flatten(), numbers.next(), numbers.next()) {
            (Some(major), Some(minor), None | Some(Some(_)), None) => Ok(Self { major, minor }),
            _ => Err(NotAVersion(text.to_owned())),
        }
    }
}

impl TryFrom<String> for KubernetesVersion {
    type Error = NotAVersion;

    fn try_from(text: String) -> Result<Self, NotAVersion> {
        text.parse()
    }
}

impl From<KubernetesVersion> for String {
    fn from(version: KubernetesVersion) -> Self {
        version.to_string()
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for NotAVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` is no release of Kubernetes; one is written as `1.36`", self.0)
    }
}

impl std::error::Error for NotAVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_and_sorted_by_number() {
        let read = |text: &str| text.parse::<KubernetesVersion>();
        assert_eq!(read("1.36"), Ok(KubernetesVersion::new(1, 36)));
        assert_eq!(read("v1.36"), read("1.36.3"));
        assert!(read("1.9").unwrap() < read("1.10").unwrap());
        assert_eq!(read("1.36").unwrap().to_string(), "1.36");
        for wrong in ["", "1", "1.", "1.x", "1.36.3.1", "+1.36", "1.36.x", "one"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
