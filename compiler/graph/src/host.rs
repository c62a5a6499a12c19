//! Host names of services inside texts.

/// A host name that may be a service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host<'a> {
    /// The first label: the name of the service.
    pub service: &'a str,
    /// The second label, where there is one: the namespace.
    pub namespace: Option<&'a str>,
    /// How sure it is that this is a host name of a service.
    pub certainty: Certainty,
}

/// How sure it is that a text names a service of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// The whole text is one word, which says nothing by itself.
    Word,
    /// It stands before a port, or behind a scheme, with a domain that may be a public one.
    Address,
    /// It stands before a port, or behind a scheme, and has no domain: only the cluster can resolve it.
    LocalAddress,
    /// It ends in `.svc`, with or without the cluster's domain.
    ClusterName,
}

/// Finds host names in a text: `name`, `name.namespace`, `name.namespace.svc`, with the cluster's domain or another behind
/// it, behind a scheme or before a port. A single word counts only where it is the whole text.
///
/// The forms are those of "DNS for Services and Pods" in the Kubernetes documentation.
pub(crate) fn hosts(text: &str) -> impl Iterator<Item = Host<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        while rest < text.len() {
            let start = rest + text.get(rest..)?.find(is_host_byte)?;
            let end =
                text.get(start..)?.find(|letter| !is_host_byte(letter)).map_or(text.len(), |length| start + length);
            rest = end;
            if let Some(host) = host_at(text, start, end) {
                return Some(host);
            }
        }
        None
    })
}

fn is_host_byte(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '.'
}

fn host_at(text: &str, start: usize, end: usize) -> Option<Host<'_>> {
    let token = text.get(start..end)?.trim_end_matches('.');
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let mut labels = token.split('.');
    let service = labels.next().filter(|label| is_label(label))?;
    let namespace = labels.next();
    let third = labels.next();
    if namespace.is_some_and(|label| !is_label(label)) || service == "localhost" {
        return None;
    }
    if namespace.is_some() && third == Some("svc") {
        return Some(Host { service, namespace, certainty: Certainty::ClusterName });
    }
    // More labels than name and namespace, and no `svc`: some other domain.
    if third.is_some() {
        return None;
    }
    // `user:password@` stands where a host could.
    if before.ends_with("://")
        && after.split(['/', '?', '#', ' ', ',', '"', '\'']).next().is_some_and(|authority| authority.contains('@'))
    {
        return None;
    }
    let is_address = before.ends_with("://") || (before.ends_with('@') && before.contains("://")) || has_port(after);
    let certainty = match (is_address, namespace) {
        (true, None) => Certainty::LocalAddress,
        (true, Some(_)) => Certainty::Address,
        (false, None) if before.trim().is_empty() && after.trim().is_empty() => Certainty::Word,
        (false, _) => return None,
    };
    Some(Host { service, namespace, certainty })
}

/// Whether a text goes on with a colon and a port.
fn has_port(after: &str) -> bool {
    let Some(rest) = after.strip_prefix(':') else { return false };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest
        .get(length..)
        .and_then(|rest| rest.chars().next())
        .is_none_or(|next| !next.is_ascii_alphanumeric() && next != '.' && next != '-');
    ends && rest.get(..length).is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// An RFC 1123 label with at least one letter: a number is no host name.
fn is_label(label: &str) -> bool {
    let byte_ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(byte_ok)
        && label.bytes().any(|byte| byte.is_ascii_lowercase())
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_their_forms() {
        use Certainty::{Address, ClusterName, LocalAddress, Word};
        let found = |text: &'static str| -> Vec<(&str, Option<&str>, Certainty)> {
            hosts(text).map(|host| (host.service, host.namespace, host.certainty)).collect()
        };
        assert_eq!(found("cart:7070"), [("cart", None, LocalAddress)]);
        assert_eq!(found("http://cart/path?x=1"), [("cart", None, LocalAddress)]);
        assert_eq!(found("redis"), [("redis", None, Word)]);
        assert_eq!(found("cart.shop:80"), [("cart", Some("shop"), Address)]);
        assert_eq!(found("http://cart.shop.svc.cluster.local:80/api"), [("cart", Some("shop"), ClusterName)]);
        assert_eq!(found("a.b.svc,c.d.svc"), [("a", Some("b"), ClusterName), ("c", Some("d"), ClusterName)]);
        assert_eq!(found("postgres://user:pass@db:5432/x"), [("db", None, LocalAddress)]);
        assert_eq!(found("--upstream=http://cart:80"), [("cart", None, LocalAddress)]);
        for nothing in [
            "10.0.0.1:80",
            "localhost:80",
            "example.com",
            "https://api.example.com/x",
            "two words",
            "12:30",
            "Cart:80",
            "a:b",
            "img:1.2.3",
            "",
        ] {
            assert_eq!(found(nothing), [], "{nothing}");
        }
    }
}
