//! What the name of an object may look like.

use serde::Deserialize;

/// The rule for the names of a kind, from the object name rules of the Kubernetes documentation and the validation of
/// each kind.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum NameRule {
    /// RFC 1123 subdomain: at most 253 characters, labels of `a-z 0-9 -` between dots. The rule of most kinds.
    #[default]
    Subdomain,
    /// RFC 1123 label: at most 63 characters of `a-z 0-9 -`, alphanumeric at both ends.
    Label,
    /// RFC 1035 label: as [`NameRule::Label`], and it begins with a letter. Services.
    Service,
    /// As [`NameRule::Subdomain`], at most 52 characters: the controller appends eleven to name its jobs.
    CronJob,
    /// Whatever can be one segment of a URL path: no `/`, no `%`, neither `.` nor `..`.
    PathSegment,
    /// An IP address.
    Address,
}

impl NameRule {
    /// What is wrong with a name, as the end of a sentence that begins with "the name"; `None` if nothing is.
    pub fn fault(self, name: &str) -> Option<&'static str> {
        match self {
            Self::Subdomain => subdomain(name, 253),
            Self::CronJob => subdomain(name, 52),
            Self::Service if name.starts_with(|first: char| first.is_ascii_digit()) => Some("must begin with a letter"),
            Self::Label | Self::Service => label(name),
            Self::PathSegment if name == "." || name == ".." => Some("must not be `.` or `..`"),
            Self::PathSegment if name.contains(['/', '%']) => Some("must not contain `/` or `%`"),
            Self::PathSegment => None,
            Self::Address => name.parse::<std::net::IpAddr>().is_err().then_some("must be an IP address"),
        }
    }
}

fn subdomain(name: &str, longest: usize) -> Option<&'static str> {
    if name.len() > longest {
        return Some(if longest == 52 { "is longer than 52 characters" } else { "is longer than 253 characters" });
    }
    name.split('.')
        .find_map(|part| characters(part, "must have a letter or digit at both ends of each part between dots"))
}

fn label(name: &str) -> Option<&'static str> {
    if name.len() > 63 {
        return Some("is longer than 63 characters");
    }
    characters(name, "must have a letter or digit at both ends")
}

/// Looks at one label; `ends` is what to say of its first and last character.
fn characters(label: &str, ends: &'static str) -> Option<&'static str> {
    let is_letter_or_digit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if label.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("must not contain upper-case letters");
    }
    if label.bytes().any(|byte| !is_letter_or_digit(byte) && byte != b'-') {
        return Some("may only contain lower-case letters, digits and `-`");
    }
    let at_ends = [label.bytes().next(), label.bytes().next_back()];
    let sound = at_ends.into_iter().all(|byte| byte.is_some_and(is_letter_or_digit));
    (!sound).then_some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_the_rule_of_their_kind() {
        for (rule, name, sound) in [
            (NameRule::Subdomain, "web", true),
            (NameRule::Subdomain, "a.b-c.9", true),
            (NameRule::Subdomain, "a..b", false),
            (NameRule::Subdomain, "Web", false),
            (NameRule::Subdomain, "", false),
            (NameRule::Subdomain, "my_app", false),
            (NameRule::Label, "a.b", false),
            (NameRule::Label, "9a", true),
            (NameRule::Service, "9a", false),
            (NameRule::Service, "a9", true),
            (NameRule::PathSegment, "system:node", true),
            (NameRule::PathSegment, "a/b", false),
            (NameRule::Address, "10.0.0.1", true),
            (NameRule::Address, "x", false),
        ] {
            assert_eq!(rule.fault(name).is_none(), sound, "{rule:?} {name:?}");
        }
        assert!(NameRule::CronJob.fault(&"a".repeat(53)).is_some());
        assert!(NameRule::Label.fault(&"a".repeat(64)).is_some());
    }
}
