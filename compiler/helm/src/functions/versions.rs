//! Semantic versions, and the ranges of them that Helm knows.

use std::cmp::Ordering;
use std::rc::Rc;

use super::Function;
use crate::fault::Fault;
use crate::value::{Data, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "semver" => |call, args| {
            let text = call.text(args, 0)?;
            let version = Version::read(text.as_str()).ok_or_else(|| no_version(text.as_str()))?;
            Ok(Data::Semver(Rc::new(Semver { version, original: text.as_str().to_owned() })).into())
        },
        "semverCompare" => |call, args| {
            let (range, text) = (call.text(args, 0)?, version_text(call.any(args, 1)?)?);
            let version = Version::read(&text).ok_or_else(|| no_version(&text))?;
            let matches = matches(range.as_str(), &version);
            matches
                .map(Value::from)
                .ok_or_else(|| Fault::wrong(format!("`{}` is no range of versions", range.as_str())))
        },
        _ => return None,
    })
}

/// What `semver` makes of a text.
#[derive(Clone, Debug)]
pub(crate) struct Semver {
    version: Version,
    /// The text as it was given.
    original: String,
}

impl std::fmt::Display for Semver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Version { numbers: [major, minor, patch], prerelease, metadata } = &self.version;
        write!(formatter, "{major}.{minor}.{patch}")?;
        for (mark, part) in [('-', prerelease), ('+', metadata)] {
            if !part.is_empty() {
                write!(formatter, "{mark}{part}")?;
            }
        }
        Ok(())
    }
}

impl Semver {
    /// What a method gives; `None` where there is no such method, or not with these arguments.
    pub fn method(&self, name: &str, args: &[Value]) -> Option<Value> {
        let number = |number: u64| Value::from(Data::Int64(i64::try_from(number).unwrap_or(i64::MAX)));
        let Version { numbers, prerelease, metadata } = &self.version;
        let [major, minor, patch] = *numbers;
        if let [other] = args {
            let Data::Semver(other) = &other.data else { return None };
            let order = self.version.compare(&other.version);
            return Some(match name {
                "Compare" => Data::Int(order as i64).into(),
                "LessThan" => order.is_lt().into(),
                "LessThanEqual" => order.is_le().into(),
                "GreaterThan" => order.is_gt().into(),
                "GreaterThanEqual" => order.is_ge().into(),
                "Equal" => order.is_eq().into(),
                _ => return None,
            });
        }
        let raised = |numbers: [u64; 3]| {
            let version = Version { numbers, prerelease: String::new(), metadata: String::new() };
            let [major, minor, patch] = numbers;
            Value::from(Data::Semver(Rc::new(Self { version, original: format!("{major}.{minor}.{patch}") })))
        };
        args.is_empty().then_some(())?;
        Some(match name {
            "Major" => number(major),
            "Minor" => number(minor),
            "Patch" => number(patch),
            "Prerelease" => prerelease.as_str().into(),
            "Metadata" => metadata.as_str().into(),
            "Original" => self.original.as_str().into(),
            "String" => self.to_string().into(),
            "IncMajor" => raised([major.saturating_add(1), 0, 0]),
            "IncMinor" => raised([major, minor.saturating_add(1), 0]),
            // A pre-release comes before its release.
            "IncPatch" if prerelease.is_empty() => raised([major, minor, patch.saturating_add(1)]),
            "IncPatch" => raised([major, minor, patch]),
            _ => return None,
        })
    }
}

/// The version of a cluster as the fields of Go's structure, in its order.
pub(crate) fn kube_version(version: &str) -> [(&'static str, &str); 3] {
    let mut numbers = version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    [("Version", version), ("Major", major), ("Minor", minor)]
}

fn version_text(value: &Value) -> Result<String, Fault> {
    match &value.data {
        Data::Text(text) => Ok(text.as_str().to_owned()),
        Data::KubeVersion(version) => Ok(version.to_string()),
        Data::Semver(semver) => Ok(semver.original.clone()),
        _ => Err(Fault::wrong("`semverCompare` wants a version as text")),
    }
}

fn no_version(text: &str) -> Fault {
    Fault::wrong(format!("`{text}` is no version"))
}

/// A version; what is left away is zero.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Version {
    numbers: [u64; 3],
    prerelease: String,
    metadata: String,
}

impl Version {
    /// Reads a version, also `v1` and `1.2`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, metadata) = text.split_once('+').unwrap_or((text, ""));
        let (core, prerelease) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers = [0; 3];
        for (index, part) in core.split('.').enumerate() {
            *numbers.get_mut(index)? = number(part)?;
        }
        Some(Self { numbers, prerelease: prerelease.to_owned(), metadata: metadata.to_owned() })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.prerelease.as_str(), other.prerelease.as_str()) {
            ("", "") => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (a, b) => compare_prereleases(a, b),
        })
    }
}

fn number(part: &str) -> Option<u64> {
    let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| part.parse().ok())?
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
            (Some(a), Some(b)) => match (number(a), number(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Whether a text is a version, also one such as `v1` or `1.2`.
pub fn is_version(text: &str) -> bool {
    Version::read(text).is_some()
}

/// The highest of some versions that is in a range; an empty range is that of all that are no pre-releases. What is no version
/// is passed over.
pub fn newest<'a>(range: &str, versions: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let range = if range.trim().is_empty() { "*" } else { range };
    let read = versions.into_iter().filter_map(|text| Some((Version::read(text)?, text)));
    let fitting = read.filter(|(version, _)| matches(range, version) == Some(true));
    // Of equal ones the first stays.
    let best = fitting.reduce(|best, next| if next.0.compare(&best.0).is_gt() { next } else { best });
    best.map(|(_, text)| text)
}

/// Whether a version is in a range such as `>=1.19-0 <2 || ^3.1`. `None` where the range cannot be read.
pub(crate) fn matches(range: &str, version: &Version) -> Option<bool> {
    let mut found = false;
    for alternative in range.split("||") {
        let mut all = true;
        for constraint in constraints(alternative)? {
            all &= constraint.holds(version);
        }
        found |= all;
    }
    Some(found)
}

/// One bound of a range.
struct Constraint<'a> {
    operator: &'a str,
    version: Version,
    /// How many of the three numbers are written.
    written: usize,
}

fn constraints(text: &str) -> Option<Vec<Constraint<'_>>> {
    let mut found = Vec::new();
    if let Some((from, to)) = text.split_once(" - ") {
        found.push(constraint(">=", from.trim())?);
        found.push(constraint("<=", to.trim())?);
        return Some(found);
    }
    let mut rest = text.trim_matches([' ', ',']);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let length = rest.find(|letter: char| !"=<>!~^".contains(letter)).unwrap_or(rest.len());
        let (operator, behind) = rest.split_at(length);
        let behind = behind.trim_start();
        let end = behind.find([' ', ',']).unwrap_or(behind.len());
        let (version, behind) = behind.split_at(end);
        found.push(constraint(operator, version)?);
        rest = behind.trim_start_matches([' ', ',']);
    }
    Some(found)
}

fn constraint<'a>(operator: &'a str, text: &str) -> Option<Constraint<'a>> {
    let known = ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"];
    if !known.contains(&operator) {
        return None;
    }
    let plain = text.strip_prefix('v').unwrap_or(text);
    let (core, suffix) = plain.split_at(plain.find(['-', '+']).unwrap_or(plain.len()));
    let parts: Vec<&str> = core.split('.').collect();
    let is_open = |part: &&str| matches!(*part, "x" | "X" | "*");
    let written = parts.iter().position(is_open).unwrap_or(parts.len());
    if parts.len() > 3 || parts.iter().skip(written).any(|part| !is_open(part)) {
        return None;
    }
    let mut numbers = ["0"; 3];
    for (slot, part) in numbers.iter_mut().zip(parts.iter().take(written)) {
        *slot = part;
    }
    let version = Version::read(&format!("{}{suffix}", numbers.join(".")))?;
    Some(Constraint { operator, version, written })
}

impl Constraint<'_> {
    fn holds(&self, version: &Version) -> bool {
        let own = &self.version;
        // Pre-releases are in a range only where it names one.
        if self.operator != "!=" && !version.prerelease.is_empty() && own.prerelease.is_empty() {
            return false;
        }
        let order = version.compare(own);
        let ([major, minor, _], [own_major, own_minor, own_patch]) = (version.numbers, own.numbers);
        let is_whole = self.written >= 3;
        let begins_alike = version.numbers.iter().zip(&own.numbers).take(self.written).all(|(a, b)| a == b);
        match self.operator {
            "" | "=" if is_whole => order.is_eq(),
            "" | "=" => begins_alike,
            "!=" if is_whole => order.is_ne(),
            "!=" => !begins_alike,
            ">" if is_whole => order.is_gt(),
            ">" => order.is_gt() && !begins_alike,
            "<" => order.is_lt(),
            ">=" | "=>" => order.is_ge(),
            "<=" | "=<" if is_whole => order.is_le(),
            "<=" | "=<" => order.is_le() || begins_alike,
            "~" | "~>" => {
                self.written == 0 || (order.is_ge() && major == own_major && (minor == own_minor || self.written < 2))
            }
            _ => {
                order.is_ge()
                    && (self.written == 0
                        || if own_major > 0 || self.written < 2 {
                            major == own_major
                        } else if own_minor > 0 || self.written < 3 {
                            major == 0 && minor == own_minor
                        } else {
                            version.numbers == [0, 0, own_patch]
                        })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_helm() {
        let cases = [
            (">=1.19-0", "v1.36.0", true),
            (">=1.19", "1.36.0-gke.1", false),
            (">=1.19-0", "1.36.0-gke.1", true),
            ("<1.21-0", "1.20.9", true),
            ("^1.2", "1.9.0", true),
            ("^1.2", "2.0.0", false),
            ("^0.2.3", "0.2.9", true),
            ("^0.2.3", "0.3.0", false),
            ("~1.2.3", "1.2.9", true),
            ("~1.2.3", "1.3.0", false),
            ("~1", "1.9.0", true),
            ("1.2.x", "1.2.7", true),
            ("1.2", "1.2.7", true),
            ("*", "3.0.0", true),
            (">1.2", "1.2.5", false),
            (">1.2", "1.3.0", true),
            (">= 1.2, < 3", "2.9.9", true),
            (">=1.2 <3 || 5.x", "5.1.0", true),
            ("1.2 - 1.4", "1.4.9", true),
            ("!=1.2.3", "1.2.3", false),
        ];
        for (range, version, expected) in cases {
            assert_eq!(matches(range, &Version::read(version).unwrap()), Some(expected), "{range} {version}");
        }
        assert_eq!(matches("nonsense", &Version::read("1.0.0").unwrap()), None);
        assert_eq!(Version::read("1.x"), None);
        let versions = ["1.2.0", "1.10.0", "2.0.0-rc.1", "latest", "1.9.9"];
        assert_eq!(newest("^1.2", versions), Some("1.10.0"));
        assert_eq!(newest("", versions), Some("1.10.0"));
        assert_eq!(newest(">=1-0", versions), Some("2.0.0-rc.1"));
        assert_eq!(newest("3.x", versions), None);
    }
}
